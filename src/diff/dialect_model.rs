//! The model of an implementation's dialect: the described dialect, and the one inferred from its answers.

use std::cmp::Reverse;

use qsh_diagnose::dialect::FIELDS;
use qsh_diagnose::{Dialect, Input, Observation, Review, infer_dialect};

use crate::suite::outcome::Outcome;

/// How many of the first answers are remembered. An inferred dialect has to explain nearly all of them, too.
const REMEMBERED: usize = 1500;
/// How many of the remembered answers take part in an inference, besides the unexplained ones.
const SEARCHED: usize = 200;
/// How many unexplained answers take part in an inference.
const UNEXPLAINED: usize = 300;
/// How many answers that earlier inferences explained are kept as their evidence.
const EVIDENCE: usize = 1200;
/// A choice is learnt if it explains this many times as many answers as it contradicts. The contradicting answers stay
/// unexplained, and are reported.
const CLEARLY_MORE: usize = 8;

/// The described and the inferred dialect of an implementation.
#[derive(Debug)]
pub(super) struct DialectModel {
    /// The described dialect, then the inferred one if there is one.
    dialects: Vec<Dialect>,
    /// The first answers. They are a sample of all answers.
    remembered: Vec<Observation>,
    /// Answers that only an inferred dialect explained.
    evidence: Vec<Observation>,
}

impl DialectModel {
    pub(super) fn new(described: Dialect) -> Self {
        Self { dialects: vec![described], remembered: Vec::new(), evidence: Vec::new() }
    }

    pub(super) fn remember(&mut self, input: &Input, outcome: &Outcome) {
        if self.remembered.len() < REMEMBERED {
            self.remembered.extend(outcome.observation(input));
        }
    }

    pub(super) fn dialects(&self) -> &[Dialect] {
        &self.dialects
    }

    fn described(&self) -> &Dialect {
        &self.dialects[0]
    }

    /// The inferred dialect; the described one if none was inferred.
    pub(super) fn inferred(&self) -> &Dialect {
        self.dialects.last().expect("the described dialect is always there")
    }

    /// Infers a dialect. It replaces the current one if it explains more answers, or as many with fewer choices.
    pub(super) fn infer(&mut self, unexplained: Vec<Observation>, is_over: &mut dyn FnMut() -> bool) {
        let before = self.inferred().clone();
        // The answers are grouped by kind. Equal steps take some of each kind.
        let step = unexplained.len().div_ceil(UNEXPLAINED).max(1);
        let unexplained: Vec<Observation> = unexplained.into_iter().step_by(step).collect();
        let searched: Vec<Observation> = self.remembered.iter().take(SEARCHED).chain(&unexplained).cloned().collect();
        let found = infer_dialect(&searched, &Dialect::OFFICIAL, is_over);
        let proposal = Review::of(&found, &before, &searched).proposal;
        let sample: Vec<&Observation> = self.remembered.iter().collect();
        let all: Vec<&Observation> = self.remembered.iter().chain(&unexplained).chain(&self.evidence).collect();
        let learnt = worthwhile(&before, &proposal, &sample, &all);
        let inferred = without_needless(&learnt, self.described(), &all);
        let worth = |dialect: &Dialect| (count_met(dialect, &all), Reverse(dialect.deviations().count()));
        if worth(&inferred) > worth(&before) {
            let news = |seen: &Observation| seen.is_of(&inferred) && !seen.is_of(self.described());
            let mut evidence: Vec<Observation> = unexplained.into_iter().filter(news).collect();
            evidence.truncate(EVIDENCE - self.evidence.len());
            self.evidence.append(&mut evidence);
            self.dialects.truncate(1);
            self.dialects.push(inferred);
        }
    }
}

fn met(dialect: &Dialect, seen: &[&Observation]) -> Vec<bool> {
    seen.iter().map(|seen| seen.is_of(dialect)).collect()
}

fn count_met(dialect: &Dialect, seen: &[&Observation]) -> usize {
    met(dialect, seen).into_iter().filter(|is_met| *is_met).count()
}

/// Adds the choices of a proposal to the known dialect that explain clearly more answers than they contradict, in the
/// sample and in all answers.
fn worthwhile(known: &Dialect, proposal: &Dialect, sample: &[&Observation], all: &[&Observation]) -> Dialect {
    let is_worthwhile = |before: &Dialect, after: &Dialect| {
        [sample, all].into_iter().all(|seen| {
            let (was_met, is_met) = (met(before, seen), met(after, seen));
            let count = |was: bool, is: bool| was_met.iter().zip(&is_met).filter(|it| *it == (&was, &is)).count();
            count(false, true) >= CLEARLY_MORE * count(true, false)
        })
    };
    if is_worthwhile(known, proposal) {
        return proposal.clone();
    }
    proposal.deviations().fold(known.clone(), |dialect, choice| {
        let with = dialect.clone().with(choice);
        if is_worthwhile(&dialect, &with) { with } else { dialect }
    })
}

/// Removes learnt choices without which as many answers are explained. A later choice can make an earlier one needless,
/// or wrong.
fn without_needless(learnt: &Dialect, described: &Dialect, seen: &[&Observation]) -> Dialect {
    let (mut dialect, mut most) = (learnt.clone(), count_met(learnt, seen));
    loop {
        let fields = FIELDS.iter().filter(|field| field.choice_of(&dialect) != field.choice_of(described));
        let without = fields.map(|field| dialect.clone().with(field.choice_of(described)));
        let best = without.map(|without| (count_met(&without, seen), without)).max_by_key(|(count, _)| *count);
        match best {
            Some((count, without)) if count >= most => (dialect, most) = (without, count),
            _ => return dialect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::Adapter;
    use crate::adapter::described::Described;
    use crate::adapter::protocol::Question;
    use crate::suite::outcome::Answer;

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
        model.infer(of("trailing_slash=all value_order=as_given", &["/?a=2&a=1&a=3", "/?a=3&a=1&a=2"]), &mut || false);
        assert_eq!(model.inferred().to_string(), "trailing_slash=all value_order=as_given");
        // Keeping slashes explains these three answers and loses two earlier ones.
        model.infer(of("trailing_slash=kept", &["/c/", "/d/", "/e/"]), &mut || false);
        assert_eq!(model.inferred().to_string(), "trailing_slash=all value_order=as_given");
        assert_eq!(model.dialects().len(), 2);
    }

    /// An implementation with one odd answer: to this request it gives none that a dialect explains.
    fn seen_with_one_odd(of: &str, urls: &[&str], odd: &str) -> Vec<(Input, Outcome)> {
        let odd = (Input::new("GET", odd), Outcome::Ok(Answer::canonical_request("GET&/odd&odd")));
        seen(of, urls).into_iter().chain([odd]).collect()
    }

    #[test]
    fn one_contradicting_answer_does_not_hide_a_choice() {
        let mut model = DialectModel::new(Dialect::OFFICIAL);
        let urls: Vec<String> = (0..40).map(|number| format!("/a{number}/")).collect();
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        // Without the choice, the specification explains the odd answer.
        let odd = seen("", &["/odd/"]);
        let all: Vec<(Input, Outcome)> = seen("trailing_slash=kept", &urls).into_iter().chain(odd).collect();
        all.iter().for_each(|(input, outcome)| model.remember(input, outcome));
        let unexplained = all.iter().take(40).filter_map(|(input, outcome)| outcome.observation(input));
        model.infer(unexplained.collect(), &mut || false);
        assert_eq!(model.inferred().to_string(), "trailing_slash=kept");
    }

    #[test]
    fn a_choice_that_a_later_one_makes_needless_is_dropped() {
        let known = dialect("leading_slashes=host url_blanks=go");
        let answers = seen_with_one_odd("url_blanks=go", &["//a", "//a/b", "//a//a", "a:/b"], "/c");
        let answers: Vec<Observation> =
            answers.iter().filter_map(|(input, outcome)| outcome.observation(input)).collect();
        let answers: Vec<&Observation> = answers.iter().collect();
        let kept = without_needless(&known, &Dialect::OFFICIAL, &answers);
        assert_eq!(kept.to_string(), "url_blanks=go");
        // What is described stays.
        assert_eq!(without_needless(&known, &known, &answers), known);
    }
}
