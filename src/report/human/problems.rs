//! What needs attention beside the causes: adapters that were not run, answers outside the protocol, stale entries of
//! baselines, cases that are not supported.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::printable;

use super::table::cases;
use crate::report::conclusion::ANSWERS_NONE;
use crate::report::run::{AdapterResults, CaseResult, KnownEntry, NotRunKind, ReportedAdapter};
use crate::report::style::{BAD, BOLD, NOTE, counted, line, lines, plural};
use crate::report::words::{self, dispute, message};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;
use crate::suite::unsupported::shortest_prefixes;
use crate::suite::verdict::Verdict;

/// How many ids are named.
const NAMED: usize = 8;

/// Writes the problems of an adapter.
pub(super) fn write(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    let (adapter, name) = (of.adapter, printable(&of.adapter.name));
    let style = if of.is_fine { NOTE } else { BAD };
    if let Some(why) = &adapter.not_run {
        let word = if why.kind == NotRunKind::Unusable { "NOT USABLE" } else { "NOT RUN" };
        return lines(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}"), &why.reason);
    }
    if of.status.answers_none {
        let word = if of.is_fine { "NOTE" } else { "NOT USABLE" };
        line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}  {ANSWERS_NONE}"));
    }
    for incident in &adapter.incidents {
        heading(out, "MISBEHAVED", adapter, incident);
    }
    for disputed in adapter.disputes.iter().filter(|dispute| dispute.known.is_none()) {
        line(out, format_args!("{BAD}DISPUTED{BAD:#}  {BOLD}{name}{BOLD:#}  {}", dispute(disputed)));
    }
    for stale in &adapter.stale {
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {}", words::stale(stale)));
    }
    unexpected(out, of, required);
    unlisted(out, of, required);
    unexplained(out, adapter);
    for remark in &adapter.remarks {
        heading(out, "NOTE", adapter, remark);
    }
}

/// The cases that are known failures by the baseline or by the described dialect, and do not fail.
fn unexpected(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    let is_one = |result: &&CaseResult| result.verdict == Verdict::UnexpectedPass && result.fails(required);
    let is_predicted = |result: &&CaseResult| result.known.as_ref().is_some_and(KnownEntry::is_predicted);
    let (predicted, listed): (Vec<&CaseResult>, Vec<&CaseResult>) =
        of.results.iter().copied().filter(is_one).partition(is_predicted);
    for (results, one, more, mend) in [
        (listed, "listed case does not fail", "listed cases do not fail", "remove from the baseline"),
        (
            predicted,
            "case does not fail as its dialect predicts",
            "cases do not fail as its dialect predicts",
            "correct the dialect, or list the case with as_expected = true",
        ),
    ] {
        if results.is_empty() {
            continue;
        }
        let ids: Vec<String> = results.iter().take(NAMED).map(|result| message(&result.case)).collect();
        let rest = if results.len() > NAMED { ", …" } else { "" };
        let (name, count) = (printable(&of.adapter.name), plural(results.len() as u64, one, more));
        line(out, format_args!("{BAD}UNEXPECTED PASS{BAD:#}  {BOLD}{name}{BOLD:#}  {count}: {mend}"));
        line(out, format_args!("  {}{rest}", ids.join(", ")));
    }
}

/// The cases that were answered with `unsupported` and are not listed as unsupported. They are grouped by the adapter's
/// message. The entry that would allow them is shown.
fn unlisted(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    let mut ids_by_words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in of.results.iter().filter(|it| it.is_unlisted() && it.level <= required) {
        if let Outcome::Unsupported(words) = &result.outcome {
            ids_by_words.entry(words).or_default().insert(&result.case);
        }
    }
    let all: Vec<&str> = of.results.iter().map(|result| result.case.as_str()).collect();
    for (words, ids) in &ids_by_words {
        let (name, count, words) = (printable(&of.adapter.name), cases(ids.len()), message(words));
        line(out, format_args!("{BAD}NOT SUPPORTED{BAD:#}  {BOLD}{name}{BOLD:#}  {count}: {words}"));
        let prefixes = shortest_prefixes(&all, ids);
        let shown: Vec<String> = prefixes.iter().take(NAMED).map(|prefix| message(prefix)).collect();
        let rest = if prefixes.len() > NAMED { ", …; --update-baseline lists them all" } else { "" };
        line(out, format_args!("  {}{rest}", shown.join(", ")));
    }
    if !ids_by_words.is_empty() {
        line(
            out,
            format_args!(
                "  Allow each with --allow-unsupported TERM, or with TERM = \"reason\" in [unsupported] of its baseline.\n"
            ),
        );
    }
}

/// The known failures that have no explanation yet.
fn unexplained(out: &mut String, adapter: &ReportedAdapter) {
    if adapter.unexplained > 0 {
        let verb = if adapter.unexplained == 1 { "is" } else { "are" };
        let count = counted(adapter.unexplained as u64, "known failure");
        heading(out, "NOTE", adapter, &format!("{count} {verb} still to be explained"));
    }
}

/// The unsupported cases, counted by the adapter's message.
pub(super) fn unsupported(out: &mut String, of: &AdapterResults<'_>) {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &of.results {
        if let (Verdict::Unsupported, Outcome::Unsupported(what)) = (result.verdict, &result.outcome) {
            *words.entry(what).or_default() += 1;
        }
    }
    for (what, count) in words {
        let (name, count, what) = (printable(&of.adapter.name), cases(count), message(what));
        line(out, format_args!("{NOTE}UNSUPPORTED{NOTE:#}  {BOLD}{name}{BOLD:#}  {count}: {what}"));
    }
}

/// Writes a note about an adapter. The text may have several lines.
fn heading(out: &mut String, word: &str, adapter: &ReportedAdapter, text: &str) {
    let style = if word == "NOTE" { NOTE } else { BAD };
    lines(out, format_args!("{style}{word}{style:#}  {BOLD}{}{BOLD:#}", printable(&adapter.name)), text);
}
