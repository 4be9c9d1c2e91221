//! The table of a run for a person: one row for each adapter.

use qsh_diagnose::printable;

use crate::report::run::{AdapterResults, NotRunKind};
use crate::report::style::{BAD, BOLD, GOOD, NOTE, counted, line};
use crate::suite::verdict::Verdict;

/// The headings of the numbers.
const NUMBERS: [&str; 5] = ["right", "wrong", "other", "unsup.", "causes"];

/// Writes the table. `wrong` includes known failures, and `other` counts refusals for another reason.
pub(super) fn write(out: &mut String, adapters: &[AdapterResults<'_>]) {
    let version = |of: &AdapterResults<'_>| of.adapter.version.clone().unwrap_or_default();
    let name = |of: &AdapterResults<'_>| printable(&of.adapter.name).to_string();
    let widest =
        |texts: Vec<String>, least: usize| texts.iter().map(|it| it.chars().count()).max().unwrap_or(0).max(least);
    let names = widest(adapters.iter().map(name).collect(), "adapter".len());
    let versions = widest(adapters.iter().map(version).collect(), "version".len());
    let heads = NUMBERS.map(|head| format!("{head:>6}")).join(" ");
    line(out, format_args!("{BOLD}{:names$} {:versions$} {heads}{BOLD:#}", "adapter", "version"));
    for of in adapters {
        let style = match (&of.adapter.not_run, of.is_fine && !of.status.has_failed) {
            (Some(_), true) => NOTE,
            (_, true) => GOOD,
            (_, false) => BAD,
        };
        let (name, version) = (name(of), printable(&version(of)).to_string());
        let start = format!("{style}{name:names$}{style:#} {version:versions$}");
        match &of.adapter.not_run {
            Some(why) if why.kind == NotRunKind::Unusable => line(out, format_args!("{start} not usable")),
            Some(_) => line(out, format_args!("{start} not run")),
            None => line(out, format_args!("{start} {}", numbers(of).map(|it| format!("{it:>6}")).join(" "))),
        }
    }
    out.push('\n');
}

fn numbers(of: &AdapterResults<'_>) -> [usize; 5] {
    let causes = of.adapter.causes.as_ref().map_or(0, |all| all.iter().filter(|it| !it.cases.is_empty()).count());
    [
        of.adapter.count(Verdict::Pass),
        of.adapter.wrong(),
        of.adapter.count(Verdict::OtherReason),
        of.adapter.count(Verdict::Unsupported),
        causes,
    ]
}

/// A number of cases in words.
pub(super) fn cases(count: usize) -> String {
    counted(count as u64, "case")
}
