//! The report of a comparison for a person. Unexplained differences come first.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{cause, changes, rule};
use crate::diff::{Cause, Cluster, Comparison, PeerReport, Questions, TokenCluster, Violation, Wrong};
use crate::report::words::answered;
use crate::suite::outcome::Outcome;
use crate::suite::text::printable;

const BAD: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Writes the comparison. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub fn write(comparison: &Comparison) -> String {
    let mut out = String::new();
    for violation in &comparison.violations {
        write_violation(&mut out, violation, comparison);
    }
    for cluster in &comparison.clusters {
        write_cluster(&mut out, cluster, comparison);
    }
    for cluster in &comparison.token_clusters {
        write_token(&mut out, cluster, comparison);
    }
    for peer in &comparison.peers {
        write_peer(&mut out, peer);
    }
    conclusion(&mut out, comparison);
    out
}

fn write_cluster(out: &mut String, cluster: &Cluster, comparison: &Comparison) {
    let (style, word) = match (&cluster.cause, cluster.is_described) {
        (Cause::Unexplained { .. }, false) => (BAD, "UNEXPLAINED"),
        (Cause::Dialects(_), false) => (NOTE, "NOT DESCRIBED"),
        (_, true) => (FAINT, "DESCRIBED"),
    };
    line(
        out,
        format_args!(
            "{style}{word}{style:#}  {BOLD}{}{BOLD:#}  {}",
            printable(&cause(cluster, comparison)),
            counted(cluster.count, "request")
        ),
    );
    if let Cause::Dialects(choices) = &cluster.cause {
        for choice in choices {
            line(out, format_args!("   {} ({})", choice.choice.choice().does, choice.choice.field().clause));
        }
    }
    line(out, format_args!("   {}", cluster.example));
    write_outcomes(out, &cluster.outcomes, comparison);
}

fn write_token(out: &mut String, cluster: &TokenCluster, comparison: &Comparison) {
    let (style, word) = if cluster.is_described { (FAINT, "DESCRIBED") } else { (BAD, "NOT DESCRIBED") };
    let count = counted(cluster.count, "token");
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{}{BOLD:#}  {count}", changes(cluster)));
    line(out, format_args!("   {}", rule(cluster)));
    write_outcomes(out, &cluster.outcomes, comparison);
}

/// Writes the outcome of each implementation, one per line.
fn write_outcomes(out: &mut String, outcomes: &[Outcome], comparison: &Comparison) {
    let width = comparison.peers.iter().map(|peer| peer.name.chars().count()).max().unwrap_or_default();
    for (peer, outcome) in comparison.peers.iter().zip(outcomes) {
        line(out, format_args!("     {:width$}  {}", printable(&peer.name).to_string(), answered(outcome)));
    }
    out.push('\n');
}

fn write_violation(out: &mut String, violation: &Violation, comparison: &Comparison) {
    let style = if violation.is_described { FAINT } else { BAD };
    let (word, what) = match violation.wrong {
        Wrong::Collision => ("COLLISION", format!("another {}, and one hash", violation.parts)),
        Wrong::Split => ("SPLIT", "one meaning, and two hashes".to_owned()),
    };
    let name = printable(&comparison.peers[violation.peer].name);
    let cause = match &violation.cause {
        Some(choices) => choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        None => format!("unexplained, where {}", violation.relation.does()),
    };
    let pairs = counted(violation.count, "pair");
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}: {cause}{BOLD:#}  {pairs}: {what}"));
    for (input, outcome) in violation.example.iter().zip(&violation.outcomes) {
        line(out, format_args!("   {input}"));
        if violation.wrong == Wrong::Split {
            line(out, format_args!("     {}", answered(outcome)));
        }
    }
    if violation.wrong == Wrong::Collision {
        line(out, format_args!("     {}", answered(&violation.outcomes[0])));
    }
    out.push('\n');
}

fn write_peer(out: &mut String, peer: &PeerReport) {
    let name = printable(&peer.name);
    if peer.answered.is_too_few_of(peer.asked) {
        let few = few_answers(peer.answered, peer.asked);
        line(out, format_args!("{BAD}NOT USABLE{BAD:#}  {BOLD}{name}{BOLD:#}  {few}"));
    }
    for incident in &peer.incidents {
        line(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{name}{BOLD:#}  {}", printable(incident)));
    }
    for stale in &peer.stale {
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {stale} is described and not so"));
    }
    if peer.found != peer.described {
        line(out, format_args!("{BOLD}{name}{BOLD:#} is described as {}", peer.described));
        line(out, format_args!("{:width$} and speaks    {}", "", peer.found, width = peer.name.chars().count()));
    }
}

fn conclusion(out: &mut String, comparison: &Comparison) {
    let names: Vec<String> = comparison
        .peers
        .iter()
        .map(|peer| format!("{} {}", printable(&peer.name), printable(&peer.description.version)))
        .collect();
    let seconds = comparison.elapsed.as_secs_f64();
    let asked = [
        (comparison.cases, comparison.compared, comparison.differing, "request"),
        (comparison.tokens, comparison.compared_tokens, comparison.differing_tokens, "token"),
    ];
    let asked: Vec<String> = asked
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, compared, differing, what)| compared_words(&counted(count, what), compared, differing))
        .collect();
    let rate = (comparison.cases + comparison.tokens) as f64 / seconds.max(1e-3);
    line(
        out,
        format_args!(
            "{}, seed {}: {}; {seconds:.1} s, {} a second",
            names.join(" and "),
            comparison.seed,
            asked.join("; "),
            grouped(rate as u64),
        ),
    );
    let count = |wanted: fn(&Cluster) -> bool| comparison.clusters.iter().filter(|it| wanted(it)).count();
    let unexplained = count(|it| matches!(it.cause, Cause::Unexplained { .. }) && !it.is_described);
    let described = count(|it| it.is_described) + comparison.token_clusters.iter().filter(|it| it.is_described).count();
    let all = comparison.clusters.len() + comparison.token_clusters.len();
    let new = all - unexplained - described;
    if !comparison.is_usable() {
        line(out, format_args!("{BAD}{NOT_COMPARED}{BAD:#}"));
        return;
    }
    let style = if comparison.is_as_described() { GOOD } else { BAD };
    line(
        out,
        format_args!(
            "{style}{}{style:#} ({}: {unexplained} unexplained, {new} not described, {described} described)",
            if comparison.is_as_described() { "All as described" } else { "Not as described" },
            counted(all as u64, "cause"),
        ),
    );
}

/// Says how many questions were asked and compared, and how many of them had different answers.
pub(in crate::report) fn compared_words(asked: &str, compared: u64, differing: u64) -> String {
    let (compared, differing) = (grouped(compared), grouped(differing));
    format!("{asked} asked, {compared} answered by at least two, {differing} answered differently")
}

/// Says how many of its questions an implementation answered.
pub(in crate::report) fn few_answers(answered: Questions, asked: Questions) -> String {
    let kinds = [(answered.requests, asked.requests, "requests"), (answered.tokens, asked.tokens, "tokens")];
    let words = kinds.into_iter().filter(|(_, asked, _)| *asked > 0);
    let words = words.map(|(answered, asked, what)| format!("{} of {} {what}", grouped(answered), grouped(asked)));
    format!("answered {}", words.collect::<Vec<_>>().join(" and "))
}

/// The conclusion of a comparison that is not usable.
pub(in crate::report) const NOT_COMPARED: &str = "Not compared: too few of the questions were answered";

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(count)) }
}

/// A number with commas between groups of three digits.
pub(in crate::report) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes everything");
}
