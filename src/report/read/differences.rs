//! The JSON report of `qsh diff`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diff::Questions;

/// The results of a comparison, as read from its JSON report.
#[derive(Debug, Serialize, Deserialize)]
pub struct DifferencesReport {
    pub(in crate::report) format: String,
    pub(in crate::report) version: u32,
    pub(in crate::report) cases: u64,
    /// How many requests were answered by at least two implementations. Older reports lack this member.
    #[serde(default)]
    pub(in crate::report) compared: u64,
    pub(in crate::report) differing: u64,
    pub(in crate::report) seed: u64,
    /// All seeds of a merged report. The first one is `seed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) seeds: Vec<u64>,
    pub(in crate::report) seconds: f64,
    pub(in crate::report) adapters: Vec<Peer>,
    pub(in crate::report) violations: Vec<Entry>,
    pub(in crate::report) clusters: Vec<Entry>,
    /// The number of tokens. It is 0 in reports of the first versions, which asked about no tokens.
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
    /// The described token behaviour that was not observed.
    #[serde(default)]
    pub(in crate::report) stale: Vec<String>,
}

/// A cause, or a violation of a relation. It says how often it was seen, whether it is described, and gives an example.
/// All other members are kept as they are.
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
    /// Returns a member, or null if there is no member of this name.
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
    /// All seeds that requests were generated from.
    pub(in crate::report) fn seeds(&self) -> Vec<u64> {
        if self.seeds.is_empty() { vec![self.seed] } else { self.seeds.clone() }
    }

    /// Whether the comparison is usable: something was compared, and every implementation answered enough questions. A
    /// report that does not say how many questions were answered is not usable.
    pub fn is_usable(&self) -> bool {
        self.compared + self.compared_tokens > 0
            && self.adapters.iter().all(|peer| !peer.answered.is_too_few_of(peer.asked))
    }

    /// Whether every implementation does exactly what is described.
    pub fn is_as_described(&self) -> bool {
        [&self.violations, &self.clusters, &self.tokens].into_iter().flatten().all(|entry| entry.is("described"))
            && self.adapters.iter().all(|adapter| adapter.incidents.is_empty() && adapter.stale.is_empty())
    }

    /// Returns the report as one JSON document that ends with a line feed.
    ///
    /// # Panics
    ///
    /// Never: a report holds only text and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds only text and numbers") + "\n"
    }
}
