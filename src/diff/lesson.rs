//! What is known of an implementation: the dialect that somebody described, and what was learnt beyond that.

use crate::diagnose::{Observation, infer};
use crate::qsh::Dialect;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

/// So many of the first requests are remembered: whatever is learnt has to lead to these answers, too.
const REMEMBERED: usize = 1500;
/// So many of them take part in the search for a dialect, beside what is unexplained.
const SEARCHED: usize = 200;
/// So many of the unexplained take part in it.
const UNEXPLAINED: usize = 300;

/// An implementation, as far as it is known.
#[derive(Debug)]
pub(super) struct Mind {
    /// The described dialect, and the learnt one where there is one.
    dialects: Vec<Dialect>,
    remembered: Vec<Observation>,
}

impl Mind {
    pub(super) fn new(described: Dialect) -> Self {
        Self { dialects: vec![described], remembered: Vec::new() }
    }

    pub(super) fn remember(&mut self, input: &Input, outcome: &Outcome) {
        if self.remembered.len() < REMEMBERED {
            self.remembered.extend(Observation::new(input, outcome));
        }
    }

    pub(super) fn dialects(&self) -> &[Dialect] {
        &self.dialects
    }

    /// The described dialect with all that was learnt.
    pub(super) fn learnt(&self) -> &Dialect {
        self.dialects.last().expect("the described dialect is always there")
    }

    /// Looks for a dialect that leads to more of what was seen, and to nothing less.
    pub(super) fn learn(&mut self, unexplained: Vec<Observation>) {
        let before = self.learnt().clone();
        // They stand together by kind: of each kind, some are wanted.
        let step = unexplained.len().div_ceil(UNEXPLAINED).max(1);
        let unexplained = unexplained.into_iter().step_by(step);
        let searched: Vec<Observation> = self.remembered.iter().take(SEARCHED).cloned().chain(unexplained).collect();
        let proposal = infer(&searched).review(&before, &searched).proposal;
        let all: Vec<&Observation> = searched.iter().chain(self.remembered.iter().skip(SEARCHED)).collect();
        let learnt = without_losses(&before, &proposal, &all);
        if met(&learnt, &all).iter().filter(|met| **met).count() > met(&before, &all).iter().filter(|met| **met).count()
        {
            self.dialects.truncate(1);
            self.dialects.push(learnt);
        }
    }
}

fn met(dialect: &Dialect, seen: &[&Observation]) -> Vec<bool> {
    seen.iter().map(|seen| seen.is_of(dialect)).collect()
}

/// A dialect with those choices of a proposal that cost nothing: what the known one leads to, it leads to as well.
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
    fn what_is_learnt_costs_nothing_that_was_known() {
        let mut mind = Mind::new(dialect("trailing_slash=all"));
        for (input, outcome) in seen("trailing_slash=all value_order=as_given", &["/a/", "/b//", "/?a=1&a=2"]) {
            mind.remember(&input, &outcome);
        }
        let of = |of: &str, urls: &[&str]| -> Vec<Observation> {
            seen(of, urls).iter().filter_map(|(input, outcome)| Observation::new(input, outcome)).collect()
        };
        mind.learn(of("trailing_slash=all value_order=as_given", &["/?a=2&a=1&a=3", "/?a=3&a=1&a=2"]));
        assert_eq!(mind.learnt().to_string(), "trailing_slash=all value_order=as_given");
        // Somebody who keeps slashes three times is none who takes all of them twice.
        mind.learn(of("trailing_slash=kept", &["/c/", "/d/", "/e/"]));
        assert_eq!(mind.learnt().to_string(), "trailing_slash=all value_order=as_given");
        assert_eq!(mind.dialects().len(), 2);
    }
}
