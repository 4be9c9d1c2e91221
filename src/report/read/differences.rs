//! The JSON report of `qsh diff`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diff::Questions;

/// What a comparison found, as its JSON report has it.
#[derive(Debug, Serialize, Deserialize)]
pub struct DifferencesReport {
    pub(in crate::report) format: String,
    pub(in crate::report) version: u32,
    pub(in crate::report) cases: u64,
    /// How many requests at least two implementations answered. Older reports do not say it.
    #[serde(default)]
    pub(in crate::report) compared: u64,
    pub(in crate::report) differing: u64,
    pub(in crate::report) seed: u64,
    /// The seeds of a report that was merged of several, the first of which is `seed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) seeds: Vec<u64>,
    pub(in crate::report) seconds: f64,
    pub(in crate::report) adapters: Vec<Peer>,
    pub(in crate::report) violations: Vec<Entry>,
    pub(in crate::report) clusters: Vec<Entry>,
    /// The first comparisons asked about no tokens.
    #[serde(default)]
    pub(in crate::report) asked_tokens: u64,
    #[serde(default)]
    pub(in crate::report) compared_tokens: u64,
    #[serde(default)]
    pub(in crate::report) differing_tokens: u64,
    #[serde(default)]
    pub(in crate::report) tokens: Vec<Entry>,
}

/// An implementation that was compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::report) struct Peer {
    pub(in crate::report) name: String,
    pub(in crate::report) version: String,
    pub(in crate::report) language: String,
    pub(in crate::report) runtime: String,
    pub(in crate::report) described: Vec<String>,
    pub(in crate::report) found: Vec<String>,
    #[serde(default)]
    pub(in crate::report) asked: Questions,
    #[serde(default)]
    pub(in crate::report) answered: Questions,
    pub(in crate::report) seconds: f64,
    pub(in crate::report) incidents: Vec<String>,
    /// What is described of its tokens and is not so.
    #[serde(default)]
    pub(in crate::report) stale: Vec<String>,
}

/// A cause, or a way in which pairs are taken wrongly: how often it was seen, whether it is described, and an example.
/// Its other members are whatever it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub(in crate::report) struct Entry(Map<String, Value>);

impl TryFrom<Map<String, Value>> for Entry {
    type Error = String;

    fn try_from(members: Map<String, Value>) -> Result<Self, String> {
        let is = |name: &str, is_so: fn(&Value) -> bool| members.get(name).is_some_and(is_so);
        match (is("count", Value::is_u64), is("described", Value::is_boolean)) {
            (false, _) => Err("expected a member count, a number".to_owned()),
            (_, false) => Err("expected a member described, true or false".to_owned()),
            (true, true) => Ok(Self(members)),
        }
    }
}

impl From<Entry> for Map<String, Value> {
    fn from(entry: Entry) -> Self {
        entry.0
    }
}

impl Entry {
    /// A member; null, where it has none of this name.
    pub(in crate::report) fn member(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    pub(in crate::report) fn text(&self, name: &str) -> &str {
        self.member(name).as_str().unwrap_or_default()
    }

    pub(in crate::report) fn is(&self, name: &str) -> bool {
        self.member(name).as_bool().unwrap_or_default()
    }

    pub(in crate::report) fn count(&self) -> u64 {
        self.member("count").as_u64().unwrap_or_default()
    }

    pub(in crate::report) fn with_count(mut self, count: u64) -> Self {
        self.0.insert("count".to_owned(), count.into());
        self
    }
}

impl DifferencesReport {
    /// Every seed that decided requests.
    pub(in crate::report) fn seeds(&self) -> Vec<u64> {
        if self.seeds.is_empty() { vec![self.seed] } else { self.seeds.clone() }
    }

    /// Whether something was compared, and every implementation answered enough for the comparison to say something of it.
    /// A report that does not say how many questions were answered is of no use.
    pub fn is_usable(&self) -> bool {
        self.compared + self.compared_tokens > 0
            && self.adapters.iter().all(|peer| !peer.answered.is_too_few_of(peer.asked))
    }

    /// Whether the implementations do exactly what is described of them.
    pub fn is_as_described(&self) -> bool {
        [&self.violations, &self.clusters, &self.tokens].into_iter().flatten().all(|entry| entry.is("described"))
            && self.adapters.iter().all(|adapter| adapter.incidents.is_empty() && adapter.stale.is_empty())
    }

    /// The report as one JSON document with a line feed at its end.
    ///
    /// # Panics
    ///
    /// Never: a report holds only text and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds only text and numbers") + "\n"
    }
}
