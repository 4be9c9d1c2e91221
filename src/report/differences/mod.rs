//! Formats of a comparison, for people and for machines.

pub mod drafts;
pub mod human;
pub mod markdown;
pub mod proposals;
mod status;

use qsh_auth::kind::Profile;

use super::comparison::{ClusterEntry, ComparisonReport, TokenEntry, ViolationEntry};
use super::style::{counted, grouped};
use crate::diff::Questions;
use crate::suite::outcome::Outcome;
use crate::suite::spec;
use crate::tamper::TokenKind;

/// The conclusion of a comparison that is not usable.
const NOT_COMPARED: &str = "Not compared: too few questions were answered";

impl ClusterEntry {
    /// The cause in words: the choices that differ, or the implementation whose answer no dialect predicts.
    fn words(&self) -> String {
        let choices = self.choices.iter().map(|it| format!("{}: {}", it.adapter, it.choice));
        let unexplained = self.unexplained.iter().map(|it| format!("{}: {}", it.adapter, it.what));
        choices.chain(unexplained).collect::<Vec<_>>().join(", ")
    }
}

impl TokenEntry {
    /// The token and its changes, in words.
    fn words(&self) -> String {
        let what = match self.kind {
            TokenKind::Url => "token",
            TokenKind::Context => "context token",
            TokenKind::Asap => "ASAP token",
            other => Profile::of(other).title,
        };
        match self.changes.as_slice() {
            [] => format!("a good {what}"),
            changes => format!("{what} with {}", changes.join("+")),
        }
    }

    /// What the specification requires for the token, with the clauses and their levels.
    fn rule(&self) -> String {
        let clauses = self.clauses.iter().filter_map(|id| spec::clause(id));
        let clauses: Vec<String> = clauses.map(|clause| format!("{} {}", clause.id, clause.level.name())).collect();
        let clauses = if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(", ")) };
        format!("to be {}{clauses}", self.specified)
    }
}

impl ViolationEntry {
    /// The choices that cause it, or the relation that it violates.
    fn words(&self) -> String {
        match self.explained {
            true => self.choices.join(" "),
            false => format!("unexplained: {}", self.law.does()),
        }
    }
}

impl ComparisonReport {
    /// The implementations with their versions.
    fn names(&self) -> Vec<String> {
        self.adapters.iter().map(|peer| format!("{} {}", peer.name, peer.version)).collect()
    }

    /// For requests and for tokens: how many were asked and compared, and how many of them had different answers.
    fn totals(&self) -> Vec<String> {
        let totals = [
            (self.cases, self.compared, self.differing, "request"),
            (self.asked_tokens, self.compared_tokens, self.differing_tokens, "token"),
        ];
        let asked = totals.into_iter().filter(|(asked, ..)| *asked > 0);
        let words = asked.map(|(asked, compared, differing, noun)| {
            let (asked, compared, differing) = (counted(asked, noun), grouped(compared), grouped(differing));
            format!("{asked} asked, {compared} answered by at least two, {differing} answered differently")
        });
        words.collect()
    }

    /// The outcome of each implementation. `None` if the report has none.
    fn outcomes<'r>(
        &'r self,
        outputs: &'r std::collections::BTreeMap<String, Outcome>,
    ) -> impl Iterator<Item = (&'r str, Option<&'r Outcome>)> {
        self.adapters.iter().map(|peer| (peer.name.as_str(), outputs.get(&peer.name)))
    }
}

/// Says how many of its questions an implementation answered.
fn few_answers(answered: Questions, asked: Questions) -> String {
    let kinds = [(answered.requests, asked.requests, "requests"), (answered.tokens, asked.tokens, "tokens")];
    let words = kinds.into_iter().filter(|(_, asked, _)| *asked > 0);
    let words = words.map(|(answered, asked, what)| format!("{} of {} {what}", grouped(answered), grouped(asked)));
    format!("answered {}", words.collect::<Vec<_>>().join(" and "))
}
