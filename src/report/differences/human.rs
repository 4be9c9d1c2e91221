//! A comparison for a person: what nobody has explained first.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::cause;
use crate::diff::{Cause, Cluster, Differences, PeerReport, Violation, Wrong};
use crate::report::words::answered;
use crate::suite::text::printable;

const BAD: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// The comparison. It holds ANSI escapes for its colours; whoever prints it takes them out where they are not wanted.
pub fn write(differences: &Differences) -> String {
    let mut out = String::new();
    for violation in &differences.violations {
        write_violation(&mut out, violation, differences);
    }
    for cluster in &differences.clusters {
        write_cluster(&mut out, cluster, differences);
    }
    for peer in &differences.peers {
        write_peer(&mut out, peer);
    }
    conclusion(&mut out, differences);
    out
}

fn write_cluster(out: &mut String, cluster: &Cluster, differences: &Differences) {
    let (style, word) = match (&cluster.cause, cluster.is_described) {
        (Cause::Unexplained { .. }, _) => (BAD, "UNEXPLAINED"),
        (Cause::Dialects(_), false) => (NOTE, "NOT DESCRIBED"),
        (Cause::Dialects(_), true) => (FAINT, "DESCRIBED"),
    };
    line(
        out,
        format_args!(
            "{style}{word}{style:#}  {BOLD}{}{BOLD:#}  {}",
            printable(&cause(cluster, differences)),
            requests(cluster.count)
        ),
    );
    if let Cause::Dialects(choices) = &cluster.cause {
        for choice in choices {
            line(out, format_args!("   {} ({})", choice.choice.choice().does, choice.choice.field().clause));
        }
    }
    line(out, format_args!("   {}", cluster.example));
    let width = differences.peers.iter().map(|peer| peer.name.chars().count()).max().unwrap_or_default();
    for (peer, outcome) in differences.peers.iter().zip(&cluster.outcomes) {
        line(out, format_args!("     {:width$}  {}", printable(&peer.name).to_string(), answered(outcome)));
    }
    out.push('\n');
}

fn write_violation(out: &mut String, violation: &Violation, differences: &Differences) {
    let style = if violation.is_described { FAINT } else { BAD };
    let (word, what) = match violation.wrong {
        Wrong::Collision => ("COLLISION", format!("another {}, and one hash", violation.parts)),
        Wrong::Split => ("SPLIT", "one meaning, and two hashes".to_owned()),
    };
    let name = printable(&differences.peers[violation.peer].name);
    let cause = match &violation.cause {
        Some(choices) => choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        None => format!("unexplained, where {}", violation.law.does()),
    };
    let pairs = if violation.count == 1 { "1 pair".to_owned() } else { format!("{} pairs", grouped(violation.count)) };
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
    for incident in &peer.incidents {
        line(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{name}{BOLD:#}  {}", printable(incident)));
    }
    if peer.found != peer.described {
        line(out, format_args!("{BOLD}{name}{BOLD:#} is described as {}", peer.described));
        line(out, format_args!("{:width$} and speaks    {}", "", peer.found, width = peer.name.chars().count()));
    }
}

fn conclusion(out: &mut String, differences: &Differences) {
    let names: Vec<String> = differences
        .peers
        .iter()
        .map(|peer| format!("{} {}", printable(&peer.name), printable(&peer.description.version)))
        .collect();
    let seconds = differences.elapsed.as_secs_f64();
    line(
        out,
        format_args!(
            "{}, seed {}: {} in {seconds:.1} s, {} a second; they differ on {}",
            names.join(" and "),
            differences.seed,
            requests(differences.cases),
            grouped((differences.cases as f64 / seconds.max(1e-3)) as u64),
            grouped(differences.differing),
        ),
    );
    let count = |wanted: fn(&Cluster) -> bool| differences.clusters.iter().filter(|it| wanted(it)).count();
    let unexplained = count(|it| matches!(it.cause, Cause::Unexplained { .. }));
    let described = count(|it| it.is_described);
    let new = differences.clusters.len() - unexplained - described;
    let style = if differences.is_as_described() { GOOD } else { BAD };
    line(
        out,
        format_args!(
            "{style}{}{style:#} ({}: {unexplained} unexplained, {new} not described, {described} described)",
            if differences.is_as_described() { "All as described" } else { "Not as described" },
            match differences.clusters.len() {
                1 => "1 cause".to_owned(),
                count => format!("{count} causes"),
            },
        ),
    );
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{} requests", grouped(count)) }
}

/// A number with a comma between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes everything");
}
