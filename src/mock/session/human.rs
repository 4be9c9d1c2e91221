//! The report for people.

use std::fmt::Write as _;

use super::{CauseEntry, CheckEntry, Session};
use crate::report::style::{BAD, BOLD, CLAUSE, FAINT, GOOD, NOTE, plural};
use crate::report::words::message;

/// The report for people. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub(super) fn write(session: &Session) -> String {
    let mut out = String::new();
    let wrong: Vec<&CheckEntry> = session.checks.iter().filter(|check| !check.is_fine).collect();
    let requests: usize = session.checks.iter().map(|check| check.count).sum();
    if !wrong.is_empty() {
        let _ = writeln!(out, "{BOLD}The app did not treat these requests as it should:{BOLD:#}");
        let (with_flaw, right): (Vec<&CheckEntry>, Vec<&CheckEntry>) = wrong.iter().partition(|it| it.flaw.is_some());
        right.iter().for_each(|check| write_check(&mut out, check));
        let mut rest = with_flaw;
        while let Some(first) = rest.first().copied() {
            let name = |check: &CheckEntry| check.flaw.map(|flaw| flaw.name);
            let is_same = |it: &&CheckEntry| (name(it), it.outcome) == (name(first), first.outcome);
            let (same, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_same);
            write_flaw(&mut out, &same);
            rest = others;
        }
        out.push('\n');
    }
    let refused: usize = session.refused.iter().map(|cause| cause.count).sum();
    if refused > 0 {
        let _ = writeln!(out, "{BOLD}The product refused these calls of the app:{BOLD:#}");
        session.refused.iter().for_each(|cause| write_cause(&mut out, cause));
        out.push('\n');
    }
    if !session.missing.is_empty() {
        let _ = writeln!(out, "{BOLD}These calls never came:{BOLD:#}");
        for call in &session.missing {
            let _ = writeln!(out, "  {BAD}missing{BAD:#}   {}", message(call));
        }
        out.push('\n');
    }
    for check in session.checks.iter().filter(|check| !check.is_conclusive) {
        let flaw = check.flaw.map_or("", |flaw| flaw.title);
        let what = format!("{}, {flaw}: refused, as the right request was after it", message(&check.what));
        let _ = writeln!(out, "{NOTE}not known{NOTE:#}   {what}");
    }
    for problem in &session.problems {
        let _ = writeln!(out, "{BAD}problem{BAD:#}     {}", message(problem));
    }
    for skipped in &session.skipped {
        let _ = writeln!(out, "{FAINT}not sent{FAINT:#}    {}", message(skipped));
    }
    for note in &session.notes {
        let _ = writeln!(out, "{FAINT}note        {}{FAINT:#}", message(note));
    }
    if let Some(command) = &session.command {
        let ended = match command.code {
            Some(0) => format!("{GOOD}succeeded{GOOD:#}"),
            Some(code) => format!("{BAD}ended with exit code {code}{BAD:#}"),
            None => format!("{BAD}was ended by a signal{BAD:#}"),
        };
        let _ = writeln!(out, "The command {ended}: {}", message(&command.line));
    }
    let calls = session.accepted_calls + refused;
    let conclusion = if session.is_fine() {
        format!("{GOOD}All as expected{GOOD:#}")
    } else if session.is_empty() {
        format!("{BAD}Nothing was sent{BAD:#}")
    } else {
        format!("{BAD}Not as expected{BAD:#}")
    };
    let requests = plural(requests as u64, "request to the app", "requests to the app");
    let calls = plural(calls as u64, "call of the app", "calls of the app");
    let _ = writeln!(out, "{conclusion} ({requests}, {calls}, {:.1} s)", session.elapsed().as_secs_f64());
    out
}

/// A right request that was refused.
fn write_check(out: &mut String, check: &CheckEntry) {
    let _ = writeln!(out, "  {BAD}{:9}{BAD:#} {}", check.outcome.name(), message(&check.what));
    let _ = writeln!(out, "            {FAINT}{}: {}{FAINT:#}", check.site, message(&check.answer));
    for line in check.diagnosis.iter().flat_map(|text| text.lines()) {
        let _ = writeln!(out, "            {}", message(line));
    }
}

/// Requests with the same flaw that the app treated the same way.
fn write_flaw(out: &mut String, checks: &[&CheckEntry]) {
    let Some((first, flaw)) = checks.first().and_then(|first| Some((first, first.flaw.as_ref()?))) else { return };
    let _ = writeln!(
        out,
        "  {BAD}{:9}{BAD:#} a request {}  {FAINT}{}{FAINT:#}",
        first.outcome.name(),
        flaw.title,
        flaw.name
    );
    for check in checks {
        let clause = check.flaw.as_ref().map_or("", |flaw| flaw.clause);
        let (site, what, answer) = (&check.site, message(&check.what), message(&check.answer));
        let _ = writeln!(out, "            {CLAUSE}{clause}{CLAUSE:#}  {site} {what}  {FAINT}{answer}{FAINT:#}");
    }
}

fn write_cause(out: &mut String, cause: &CauseEntry) {
    let CauseEntry { refusal, mistakes, count, .. } = cause;
    let because = if mistakes.is_empty() { String::new() } else { format!(": {}", mistakes.join(" with ")) };
    let _ = writeln!(out, "  {BAD}{count} x{BAD:#} {}{}", message(&refusal.message), message(&because));
    let _ = writeln!(out, "      {FAINT}for example{FAINT:#} {}", message(&cause.example));
    if let Some(canonical) = &cause.canonical {
        let _ = writeln!(out, "      {FAINT}expected{FAINT:#}    {}", message(&canonical.expected));
        if let Some(found) = &canonical.found {
            let _ = writeln!(out, "      {FAINT}was hashed{FAINT:#}  {}", message(found));
        }
    }
    let next = cause.diagnosis.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("next ")));
    if let Some(next) = next {
        let _ = writeln!(out, "      {FAINT}next{FAINT:#}        {}", message(next.trim_start()));
    }
}
