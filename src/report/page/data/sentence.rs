//! What is wrong with an implementation, in one sentence.

use std::collections::BTreeMap;

use crate::causes::Effect;
use crate::report::probe::FindingEntry;
use crate::report::run::AdapterResults;
use crate::report::security::Security;
use crate::report::style::{counted, plural};

/// How many effects are named.
const NAMED: usize = 3;

/// One sentence, or two: what is wrong with an implementation, the gravest first.
pub(super) fn sentence(of: &AdapterResults<'_>, security: &Security) -> String {
    if of.why_not_run().is_some() {
        return "It was not run.".to_owned();
    }
    if !of.findings.is_empty() {
        return severities(of.findings);
    }
    // The causes and the cases of each effect.
    let mut effects: BTreeMap<Effect, (usize, usize)> = BTreeMap::new();
    for cause in of.adapter.causes.iter().flatten().filter(|cause| cause.effect != Effect::Open) {
        let (causes, cases) = effects.entry(cause.effect).or_default();
        *causes += 1;
        *cases += cause.cases.len();
    }
    let phrase = |(effect, (causes, cases)): (&Effect, &(usize, usize))| phrase(*effect, *causes, *cases, security);
    let mut phrases: Vec<String> = effects.iter().take(NAMED).map(phrase).collect();
    let not_explained = of.adapter.not_explained.len();
    if not_explained > 0 {
        phrases.push(format!("fails {} that no cause explains", counted(not_explained as u64, "case")));
    }
    match phrases.pop() {
        None if of.status.has_failed => "No answer is wrong, but the run failed.".to_owned(),
        None if security.bad_tokens > 0 => {
            format!("Refuses all {} that must be refused, and nothing else is wrong.", tokens(security.bad_tokens))
        }
        None => "No answer is wrong.".to_owned(),
        Some(last) if phrases.is_empty() => sentence_of(&last),
        Some(last) => sentence_of(&format!("{}, and {last}", phrases.join(", "))),
    }
}

fn phrase(effect: Effect, causes: usize, cases: usize, security: &Security) -> String {
    let ways = plural(causes as u64, "way", "ways");
    match effect {
        Effect::AcceptsBad if !security.accepts.is_empty() => {
            format!("accepts {} of {} that must be refused", security.accepts.len(), tokens(security.bad_tokens))
        }
        Effect::AcceptsBad => format!("accepts {} that must be refused", tokens(cases)),
        Effect::SignsBad => format!("signs {} that nobody may sign", tokens(cases)),
        Effect::OneHash => format!("gives different requests one hash in {ways}"),
        Effect::OtherHash => format!("hashes requests otherwise in {ways}"),
        Effect::RefusesGood => format!("refuses what is good in {}", counted(cases as u64, "case")),
        Effect::OtherAnswer => format!("answers otherwise in {}", counted(cases as u64, "case")),
        Effect::OtherReason => format!("refuses {} for another reason", counted(cases as u64, "case")),
        Effect::Exception => format!("throws {}", counted(causes as u64, "undocumented exception")),
        Effect::NoAnswer => format!("gives no answer in {}", counted(cases as u64, "case")),
        Effect::Open => String::new(),
    }
}

fn tokens(count: usize) -> String {
    counted(count as u64, "token")
}

/// The number of findings of each severity.
fn severities(findings: &[FindingEntry]) -> String {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for finding in findings {
        match counts.iter_mut().find(|(severity, _)| *severity == finding.severity) {
            Some((_, count)) => *count += 1,
            None => counts.push((&finding.severity, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(severity, count)| format!("{count} {severity}")).collect();
    format!("{}: {}.", counted(findings.len() as u64, "finding"), counts.join(", "))
}

fn sentence_of(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_ascii_uppercase(), letters.as_str()))
}
