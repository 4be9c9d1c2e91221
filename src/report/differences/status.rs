//! What a difference is to the descriptions of the implementations that cause it.

use crate::report::comparison::{ClusterEntry, ComparisonReport, TokenEntry};
use crate::suite::outcome::Outcome;
use crate::tamper::Treatment;

/// What a difference is to the descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// No dialect explains it.
    Unexplained,
    /// It is explained, and an implementation that has a description does not have this in it.
    NotDescribed,
    /// It is explained, and nobody described the implementation.
    Cause,
    /// It is described, or allowed.
    Described,
}

impl Status {
    /// The heading of the difference.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Unexplained => "UNEXPLAINED",
            Self::NotDescribed => "NOT DESCRIBED",
            Self::Cause => "CAUSE",
            Self::Described => "DESCRIBED",
        }
    }

    /// Whether it is described, in a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Unexplained => "unexplained",
            Self::NotDescribed => "no",
            Self::Cause => "no description",
            Self::Described => "yes",
        }
    }
}

impl ComparisonReport {
    pub(super) fn status_of(&self, cluster: &ClusterEntry) -> Status {
        let mut choosers = cluster.choices.iter().map(|choice| choice.adapter.as_str());
        match (cluster.described, cluster.explained) {
            (true, _) => Status::Described,
            (false, false) => Status::Unexplained,
            (false, true) if choosers.any(|name| self.has_description(name)) => Status::NotDescribed,
            (false, true) => Status::Cause,
        }
    }

    pub(super) fn status_of_token(&self, token: &TokenEntry) -> Status {
        let departs = |outcome: &Outcome| Treatment::of(outcome).is_none_or(|it| it.to_string() != token.specified);
        let departing = || token.outputs.iter().filter(|(_, outcome)| departs(outcome)).map(|(name, _)| name);
        // Who accepts a token and reads other claims in it does not depart in this sense.
        let all: Vec<&String> =
            if departing().next().is_some() { departing().collect() } else { token.outputs.keys().collect() };
        match token.described {
            true => Status::Described,
            false if all.iter().all(|name| self.has_description(name)) => Status::NotDescribed,
            false => Status::Cause,
        }
    }

    /// How many causes have each status.
    pub(super) fn count_of(&self, status: Status) -> usize {
        let clusters = self.clusters.iter().map(|it| self.status_of(it));
        let tokens = self.tokens.iter().map(|it| self.status_of_token(it));
        clusters.chain(tokens).filter(|it| *it == status).count()
    }

    fn has_description(&self, name: &str) -> bool {
        self.adapters.iter().any(|adapter| adapter.name == name && adapter.has_description)
    }
}
