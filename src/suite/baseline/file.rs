//! The format of a `known.toml`: a dialect, and causes with the cases that no dialect predicts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Value;

use super::answers::{Answers, keys};
use super::known::Known;
use crate::suite::described::{DescribedDialect, Why};
use crate::suite::unsupported::UnsupportedCases;

pub(super) const FORMAT: &str = "qsh-known";
pub(super) const VERSION: u32 = 2;

/// The head of the file, in any version.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) format: String,
    pub(super) version: u32,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    /// The choices of the implementation. What they predict is known.
    #[serde(default)]
    pub(super) dialect: DescribedDialect,
    /// The cases that the implementation does not support: terms with their reasons.
    #[serde(default)]
    pub(super) unsupported: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) cause: Vec<Cause>,
}

/// One cause, with the answers that it explains.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cause {
    reason: String,
    link: String,
    runtime: Option<String>,
    known: Vec<Answers>,
}

impl Cause {
    /// The entries of its cases. An error names the case, or the cause by its reason.
    pub(super) fn entries(self) -> Result<Vec<Known>, String> {
        let Self { reason, link, runtime, known } = self;
        let mut entries = Vec::new();
        for answers in known {
            let (cases, outcome) = answers.of().map_err(|problem| format!("cause {reason:?}: {problem}"))?;
            for case in cases {
                let why = Why { reason: reason.clone(), link: link.clone() };
                let entry = Known::new(case.clone(), outcome.clone(), why, runtime.clone());
                entries.push(entry.map_err(|problem| format!("case {case}: {problem}"))?);
            }
        }
        match entries.is_empty() {
            true => Err(format!("cause {reason:?}: expected cases")),
            false => Ok(entries),
        }
    }
}

/// The text of a file. Entries with one reason, link and runtime are one cause.
pub(super) fn write(dialect: &DescribedDialect, unsupported: &UnsupportedCases, entries: &[Known]) -> String {
    let mut out = format!("format = \"{FORMAT}\"\nversion = {VERSION}\n");
    for choice in dialect.choices() {
        let (field, name) = (choice.deviation.field().name, choice.deviation.choice().name);
        let _ = write!(out, "\n[dialect.{field}]\nchoice = {}\n", text(name));
        if let Some(why) = &choice.why {
            push_why(&mut out, why);
        }
    }
    let mut terms = unsupported.entries().peekable();
    if terms.peek().is_some() {
        out.push_str("\n[unsupported]\n");
    }
    for (term, reason) in terms {
        let _ = writeln!(out, "{} = {}", text(term), text(reason));
    }
    for (first, of_cause) in
        in_groups(entries.iter().collect(), |a, b| (&a.reason, &a.link, &a.runtime) == (&b.reason, &b.link, &b.runtime))
    {
        out.push_str("\n[[cause]]\n");
        push_why(&mut out, &Why { reason: first.reason.clone(), link: first.link.clone() });
        if let Some(runtime) = &first.runtime {
            let _ = writeln!(out, "runtime = {}", text(runtime));
        }
        let of_outcomes = in_groups(of_cause, |a, b| a.outcome == b.outcome);
        let _ = match of_outcomes.as_slice() {
            [(_, only)] => writeln!(out, "known = [{}]", answers(only, "")),
            several => {
                let several = several.iter().map(|(_, of)| format!("    {},\n", answers(of, "    ")));
                writeln!(out, "known = [\n{}]", several.collect::<String>())
            }
        };
    }
    out
}

fn push_why(out: &mut String, Why { reason, link }: &Why) {
    let _ = writeln!(out, "reason = {}\nlink = {}", text(reason), text(link));
}

/// Entries with one outcome, as an inline table. Further lines begin with `indent`.
fn answers(entries: &[&Known], indent: &str) -> String {
    let cases: Vec<String> = entries.iter().map(|entry| text(&entry.case)).collect();
    let cases = match cases.as_slice() {
        [one] => format!("cases = [{one}]"),
        several => {
            let several = several.iter().map(|case| format!("{indent}    {case},\n"));
            format!("cases = [\n{}{indent}]", several.collect::<String>())
        }
    };
    let keys = entries.first().map(|entry| keys(&entry.outcome)).unwrap_or_default();
    let keys = keys.into_iter().map(|(key, value)| format!("{key} = {value}")).chain([cases]);
    format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
}

/// The entries in groups, each after its first entry. The groups are in the order of their first entries.
fn in_groups(entries: Vec<&Known>, is_of_one: impl Fn(&Known, &Known) -> bool) -> Vec<(&Known, Vec<&Known>)> {
    let mut groups: Vec<(&Known, Vec<&Known>)> = Vec::new();
    for entry in entries {
        match groups.iter_mut().find(|(first, _)| is_of_one(first, entry)) {
            Some((_, group)) => group.push(entry),
            None => groups.push((entry, vec![entry])),
        }
    }
    groups
}

/// A text as TOML writes it.
fn text(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
