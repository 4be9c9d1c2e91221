//! The report of a probe for a person: the findings, the most severe first, and what was measured.

use qsh_diagnose::printable;

use super::{CanonicalizerEntry, FindingEntry, HelpEntry, ProbeEntry};
use crate::report::conclusion::Conclusion;
use crate::report::run::{ReportedAdapter, RunReport};
use crate::report::style::{BAD, BOLD, CLAUSE, FAINT, GOOD, NOTE, counted, line};
use crate::report::words::{self, message};
use crate::suite::verdict::Verdict;

/// How many further checks of a finding are named.
const NAMED: usize = 6;

/// Writes the report. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub(in crate::report) fn write(report: &RunReport, probe: &ProbeEntry) -> String {
    let mut out = String::new();
    let (method, url) = (printable(&probe.method), printable(&probe.url));
    line(&mut out, format_args!("{BOLD}{method} {url}{BOLD:#}"));
    let (endpoint, base) = (&probe.endpoint, printable(&probe.base_url));
    let who = match (&probe.service, probe.client_key.is_empty()) {
        (Some(service), true) => {
            format!("issuer {}, audience {}", printable(&service.issuer), printable(&service.audience))
        }
        (Some(service), false) => {
            format!("tenant {}, audience {}", printable(&probe.client_key), printable(&service.audience))
        }
        (None, _) => format!("base URL {base}, tenant {}", printable(&probe.client_key)),
    };
    line(&mut out, format_args!("  {endpoint} endpoint, {who}\n"));
    if let Some(help) = &probe.help {
        helped(&mut out, help, endpoint);
    }
    for finding in &probe.findings {
        found(&mut out, finding);
    }
    if let Some(seconds) = probe.leeway {
        line(
            &mut out,
            format_args!("Leeway: it takes tokens for {} after their expiry.", counted(seconds.into(), "second")),
        );
    }
    if let Some(read) = &probe.canonicalizer {
        canonicalizer(&mut out, read);
    }
    let Some(adapter) = report.adapters.first() else { return out };
    for stale in &adapter.stale {
        line(&mut out, format_args!("{BAD}STALE{BAD:#}  {}", words::stale(stale)));
    }
    conclusion(&mut out, report, probe, adapter);
    out
}

/// What was varied where no variation was accepted, and what to compare, by the kind of endpoint.
fn varied_and_compared(endpoint: &str) -> (&'static str, &'static str) {
    match endpoint {
        "install" => (
            "other base URLs, places, clocks, audiences and hashes",
            "compare the public key at the app's key host with --private-key, its name with --key-id, \
             and the app's base URL with --base-url and --audience",
        ),
        "forge" => (
            "other places, clocks and audiences",
            "compare the key set of the app with --private-key and --key-id, and the id of the app with --audience",
        ),
        "asap" => (
            "other places, clocks and audiences",
            "compare the key that the app finds with --private-key, its name with --key-id, the name of the server with \
             --audience, and the issuers that it allows with --issuer",
        ),
        "context" => (
            "other places, kinds, clocks and secrets",
            "compare client key and secret with those of the installed callback",
        ),
        _ => (
            "other base URLs, places, kinds, clocks, secrets and hashes",
            "compare client key and secret with those of the installed callback",
        ),
    }
}

fn helped(out: &mut String, help: &HelpEntry, endpoint: &str) {
    let (varied, compared) = varied_and_compared(endpoint);
    let answer = if help.fails { "FAILS" } else { "REFUSED" };
    line(out, format_args!("{BAD}{answer}{BAD:#}  a good request: {}", message(&help.response)));
    for remark in &help.remarks {
        line(out, format_args!("  {}", message(remark)));
    }
    match (&help.because, &help.advice) {
        (Some(because), Some(advice)) => {
            line(
                out,
                format_args!("{GOOD}ACCEPTED{GOOD:#}  a request that differs in one thing: {}", message(because)),
            );
            line(out, format_args!("  {}", message(advice)));
        }
        _ => {
            line(
                out,
                format_args!("  None of {} was accepted: {varied}.", counted(help.tried as u64, "other request")),
            );
        }
    }
    if !help.options.is_empty() {
        let options = help.options.iter().map(|option| message(option)).collect::<Vec<_>>().join(" ");
        line(out, format_args!("  next: repeat the command with {options}"));
    } else if help.because.is_none() && !help.fails {
        line(out, format_args!("  next: {compared}"));
    }
    out.push('\n');
}

fn found(out: &mut String, finding: &FindingEntry) {
    let style = match finding.severity.as_str() {
        "critical" | "high" => BAD,
        _ => NOTE,
    };
    let (severity, clause) = (finding.severity.to_uppercase(), finding.clauses.first().map_or("", String::as_str));
    let title = message(&finding.title);
    line(out, format_args!("{style}{severity}{style:#}  {BOLD}{title}{BOLD:#}  {CLAUSE}{clause}{CLAUSE:#}"));
    line(out, format_args!("  {}", message(&finding.consequence)));
    let names: Vec<String> = finding.cases.iter().map(|id| message(name(id))).collect();
    let shown = names.first().map_or("", String::as_str);
    line(out, format_args!("  shown by {shown}: {}", message(&finding.response)));
    if names.len() > 1 {
        let more = names.len() - 1;
        let listed = names[1..].iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let rest = if more > NAMED { format!(" and {} more", more - NAMED) } else { String::new() };
        line(out, format_args!("  {FAINT}and by {listed}{rest}{FAINT:#}"));
    }
    if let Some(curl) = &finding.curl {
        let while_it_lives = if curl.contains("eyJ") { ", while its token lives" } else { "" };
        line(out, format_args!("  again{while_it_lives}:\n    {}", printable(curl)));
    }
    out.push('\n');
}

/// The name of a check, without its group.
fn name(id: &str) -> &str {
    id.strip_prefix("probe/").unwrap_or(id)
}

fn canonicalizer(out: &mut String, read: &CanonicalizerEntry) {
    let requests = counted(read.requests as u64, "request");
    if read.choices.is_empty() {
        line(out, format_args!("Canonicalizer: it follows the specification in {requests}."));
    } else {
        let choices = read.choices.iter().map(|it| message(it)).collect::<Vec<_>>().join(" ");
        let like = read.nearest.as_ref().map(|name| format!(", most like {}", message(name))).unwrap_or_default();
        line(out, format_args!("Canonicalizer: {choices}{like}; from {requests}."));
    }
    for query in &read.unread {
        line(out, format_args!("  no known hash was accepted for ?{}", message(query)));
    }
}

fn conclusion(out: &mut String, report: &RunReport, probe: &ProbeEntry, adapter: &ReportedAdapter) {
    let count = |verdict| adapter.count(verdict);
    let passed = count(Verdict::Pass) + count(Verdict::OtherReason);
    let requests = counted(probe.requests as u64, "request");
    let mut parts = vec![format!("{} as expected", counted(passed as u64, "check"))];
    for (verdict, words) in [
        (Verdict::Fail, "not"),
        (Verdict::KnownFailure, "known"),
        (Verdict::UnexpectedPass, "listed, but as expected"),
        (Verdict::Error, "without an answer"),
        (Verdict::Open, "open"),
    ] {
        if count(verdict) > 0 {
            parts.push(format!("{} {words}", count(verdict)));
        }
    }
    line(out, format_args!("{requests}: {}.", parts.join(", ")));
    if let Some(why) = &probe.stopped {
        line(out, format_args!("{BAD}NOT COMPLETE{BAD:#}  {}", message(why)));
    }
    let findings = counted(probe.findings.len() as u64, "finding");
    match (report.conclusion(), probe.findings.len()) {
        (Conclusion::AsExpected, _) => line(out, format_args!("{GOOD}No finding.{GOOD:#}")),
        (_, 0) => line(out, format_args!("{BAD}No finding, but not every check has a result.{BAD:#}")),
        _ => line(out, format_args!("{BAD}{findings}.{BAD:#}")),
    }
}
