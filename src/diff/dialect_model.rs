//! The model of an implementation's dialect: the described dialect, and the one inferred from its answers.

use qsh_diagnose::{Dialect, Input, Observation, infer};

use crate::suite::outcome::Outcome;

/// How many of the first answers are remembered. An inferred dialect has to explain these, too.
const REMEMBERED: usize = 1500;
/// How many of the remembered answers take part in an inference, besides the unexplained ones.
const SEARCHED: usize = 200;
/// How many unexplained answers take part in an inference.
const UNEXPLAINED: usize = 300;

/// The described and the inferred dialect of an implementation.
#[derive(Debug)]
pub(super) struct DialectModel {
    /// The described dialect, then the inferred one if there is one.
    dialects: Vec<Dialect>,
    remembered: Vec<Observation>,
}

impl DialectModel {
    pub(super) fn new(described: Dialect) -> Self {
        Self { dialects: vec![described], remembered: Vec::new() }
    }

    pub(super) fn remember(&mut self, input: &Input, outcome: &Outcome) {
        if self.remembered.len() < REMEMBERED {
            self.remembered.extend(outcome.observation(input));
        }
    }

    pub(super) fn dialects(&self) -> &[Dialect] {
        &self.dialects
    }

    /// The inferred dialect; the described one if none was inferred.
    pub(super) fn inferred(&self) -> &Dialect {
        self.dialects.last().expect("the described dialect is always there")
    }

    /// Infers a dialect. It replaces the current one if it explains more answers and loses none.
    pub(super) fn infer(&mut self, unexplained: Vec<Observation>) {
        let before = self.inferred().clone();
        // The answers are grouped by kind. Equal steps take some of each kind.
        let step = unexplained.len().div_ceil(UNEXPLAINED).max(1);
        let unexplained = unexplained.into_iter().step_by(step);
        let searched: Vec<Observation> = self.remembered.iter().take(SEARCHED).cloned().chain(unexplained).collect();
        let proposal = infer(&searched).review(&before, &searched).proposal;
        let all: Vec<&Observation> = searched.iter().chain(self.remembered.iter().skip(SEARCHED)).collect();
        let inferred = without_losses(&before, &proposal, &all);
        if met(&inferred, &all).iter().filter(|met| **met).count()
            > met(&before, &all).iter().filter(|met| **met).count()
        {
            self.dialects.truncate(1);
            self.dialects.push(inferred);
        }
    }
}

fn met(dialect: &Dialect, seen: &[&Observation]) -> Vec<bool> {
    seen.iter().map(|seen| seen.is_of(dialect)).collect()
}

/// Adds choices of a proposal to the known dialect. A choice is added only if every answer that the known dialect
/// explains is still explained.
fn without_losses(known: &Dialect, proposal: &Dialect, seen: &[&Observation]) -> Dialect {
    let before = met(known, seen);
    let loses = |dialect: &Dialect| met(dialect, seen).iter().zip(&before).any(|(now, before)| *before && !now);
    if !loses(proposal) {
        return proposal.clone();
    }
    proposal.deviations().fold(known.clone(), |dialect, choice| {
        let with = dialect.clone().with(choice);
        if loses(&with) { dialect } else { with }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::Adapter;
    use crate::adapter::described::Described;
    use crate::adapter::protocol::Question;

    fn dialect(choices: &str) -> Dialect {
        choices.split_whitespace().map(|choice| choice.parse().unwrap()).fold(Dialect::OFFICIAL, Dialect::with)
    }

    fn seen(of: &str, urls: &[&str]) -> Vec<(Input, Outcome)> {
        let mut adapter = Described::new("it", dialect(of));
        let inputs: Vec<Input> = urls.iter().map(|url| Input::new("GET", *url)).collect();
        let questions: Vec<Question> = inputs.iter().cloned().map(Question::CanonicalRequest).collect();
        inputs.into_iter().zip(adapter.ask(&questions, &mut |_| {}).into_iter().map(|it| it.outcome)).collect()
    }

    #[test]
    fn inference_loses_no_explained_answer() {
        let mut model = DialectModel::new(dialect("trailing_slash=all"));
        for (input, outcome) in seen("trailing_slash=all value_order=as_given", &["/a/", "/b//", "/?a=1&a=2"]) {
            model.remember(&input, &outcome);
        }
        let of = |of: &str, urls: &[&str]| -> Vec<Observation> {
            seen(of, urls).iter().filter_map(|(input, outcome)| outcome.observation(input)).collect()
        };
        model.infer(of("trailing_slash=all value_order=as_given", &["/?a=2&a=1&a=3", "/?a=3&a=1&a=2"]));
        assert_eq!(model.inferred().to_string(), "trailing_slash=all value_order=as_given");
        // Keeping slashes explains these three answers and loses two earlier ones.
        model.infer(of("trailing_slash=kept", &["/c/", "/d/", "/e/"]));
        assert_eq!(model.inferred().to_string(), "trailing_slash=all value_order=as_given");
        assert_eq!(model.dialects().len(), 2);
    }
}
