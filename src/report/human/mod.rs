//! The report of a run for a person: a table, the causes of each adapter, what else needs attention, and what to do next. The
//! cases follow if more is asked for.
//!
//! Texts of adapters, baselines and vectors are untrusted. They are made [printable](qsh_diagnose::printable) here or
//! earlier, so that they cannot contain terminal escapes.

mod cases;
mod causes;
mod problems;
mod table;

use super::conclusion::Conclusion;
use super::probe;
use super::run::{AdapterResults, RunReport};
use super::style::{BAD, FAINT, GOOD, line};
use crate::suite::verdict::Verdict;

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "an option for each")]
pub enum Detail {
    /// The last line alone.
    Conclusion,
    /// The table and the causes.
    #[default]
    Causes,
    /// The same, and a few cases of each kind.
    Cases,
    /// The same, and every case.
    Everything,
}

/// Writes the report. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub fn write(report: &RunReport, detail: Detail) -> String {
    if let Some(probe) = &report.probe {
        return probe::human::write(report, probe);
    }
    let mut out = String::new();
    let required = report.requirements.level;
    let adapters = report.by_adapter();
    if detail > Detail::Conclusion {
        table::write(&mut out, &adapters);
        for of in &adapters {
            causes::write(&mut out, of, required, detail);
        }
        if detail >= Detail::Cases {
            for of in &adapters {
                cases::write(&mut out, of, required, detail);
            }
        }
        for of in &adapters {
            problems::write(&mut out, of, required);
            // In a run of several adapters, the table has the numbers.
            if adapters.len() == 1 || detail >= Detail::Cases {
                problems::unsupported(&mut out, of);
            }
        }
        next_step(&mut out, report, &adapters, detail);
    }
    conclusion(&mut out, report, &adapters);
    out
}

/// What to do next, in one line.
fn next_step(out: &mut String, report: &RunReport, adapters: &[AdapterResults<'_>], detail: Detail) {
    let count = |verdict: Verdict| adapters.iter().map(|of| of.adapter.count(verdict)).sum::<usize>();
    let has_new = count(Verdict::Fail) + count(Verdict::Error) > 0;
    let words = match (report.conclusion(), detail) {
        (Conclusion::Failed, Detail::Causes) if has_new => {
            "Next: -v shows the cases, `qsh explain METHOD URL` how a request is canonicalized; --update-baseline lists what is known."
        }
        (Conclusion::AsExpected, Detail::Causes) if count(Verdict::KnownFailure) > 0 => {
            "Next: -v shows the cases with their reasons."
        }
        _ => return,
    };
    line(out, format_args!("{FAINT}{words}{FAINT:#}"));
}

fn conclusion(out: &mut String, report: &RunReport, adapters: &[AdapterResults<'_>]) {
    let ran = adapters.iter().filter(|of| of.adapter.not_run.is_none()).count();
    let all = table::cases(report.suite.cases);
    let answered = match adapters {
        [only] if only.adapter.not_run.is_none() && only.answered() < report.suite.cases => {
            format!("{} of {all} answered", only.answered())
        }
        _ => all,
    };
    let elapsed = report.seconds.map_or_else(String::new, |seconds| format!(", {seconds:.1} s"));
    let shard = report.part.as_ref().map_or_else(String::new, |_| format!("shard {}: ", report.shard()));
    let (style, words) = match report.conclusion() {
        Conclusion::AsExpected => (GOOD, "All as expected"),
        Conclusion::Failed => (BAD, "Not as expected"),
        Conclusion::NotUsable => (BAD, "An adapter could not be used"),
    };
    line(
        out,
        format_args!("{style}{words}{style:#} ({shard}{answered}, {ran} of {} adapters{elapsed})", adapters.len()),
    );
}
