//! The dialect that an adapter speaks, by what it answers to the vectors.

use std::fmt::Write as _;

use qsh::adapter::protocol::Operation;
use qsh::adapter::{Adapter, Reply};
use qsh::diagnose::{Inference, Observation, Review, ShownChoice, infer};
use qsh::report::words::answered;
use qsh::runner;
use qsh::suite::case::Case;
use qsh::suite::load::Vectors;
use qsh::suite::outcome::Outcome;
use qsh::{Deviation, Dialect};
use serde_json::{Value, json};

/// What an adapter's answers to the vectors show of its dialect, and whether its manifest says the same.
pub(super) struct Spoken {
    described: Dialect,
    observations: Vec<Observation>,
    /// The cases of the observations.
    cases: Vec<Case>,
    inference: Inference,
    review: Review,
    /// Cases that the adapter did not survive, or answered with what is no answer; and what they are worth telling.
    pub(super) problems: Vec<String>,
}

impl Spoken {
    /// Asks the vectors that qsh carries. Nothing, where the adapter cannot be asked any.
    pub(super) fn by(adapter: &mut dyn Adapter, described: Dialect) -> Option<Self> {
        if ![Operation::CanonicalRequest, Operation::Qsh].iter().any(|operation| adapter.description().has(*operation))
        {
            return None;
        }
        // A test shows that they load.
        let vectors = Vectors::embedded().ok()?;
        let cases: Vec<&Case> = vectors.cases().filter(|case| case.question.canonicalized().is_some()).collect();
        let replies = runner::ask(adapter, &cases);
        adapter.finish();
        let problems = problems(&cases, &replies, adapter);
        let seen = cases.into_iter().zip(replies).filter_map(|(case, reply)| {
            let observation = Observation::new(case.question.canonicalized()?, &reply.outcome)?;
            Some((case.clone(), observation))
        });
        let (cases, observations): (Vec<_>, Vec<_>) = seen.unzip();
        let inference = infer(&observations);
        let review = inference.review(&described, &observations);
        Some(Self { described, observations, cases, inference, review, problems })
    }

    /// In words, with a proposal for `adapter.toml` where it says something else.
    pub(super) fn human(&self) -> String {
        let Review { met, met_by_inferred, .. } = self.review;
        let all = self.cases.len();
        let as_described =
            if self.described == Dialect::OFFICIAL { "as specified" } else { "as adapter.toml describes it" };
        match self.proposal() {
            None if all == 0 => "no answers to the vectors".to_owned(),
            None if met == 0 => format!("none that is known: no dialect leads to any of its {all} answers"),
            None if met == all => format!("{as_described}: all {all} answers"),
            None => format!(
                "{as_described} in {met} of {all} answers; no known dialect leads to more{}",
                self.unexplained()
            ),
            Some(section) => format!(
                "not {as_described}: that leads to {met} of {all} answers, and this to {met_by_inferred}{}:\n\n{section}",
                self.unexplained()
            ),
        }
    }

    /// How many answers no dialect leads to, the first of them, and how to see all.
    fn unexplained(&self) -> String {
        let unexplained = self.inference.unexplained.iter().map(|place| &self.cases[*place]);
        let Some(first) = unexplained.min_by_key(|case| case.level).map(|case| &case.id) else {
            return String::new();
        };
        match self.inference.unexplained.len() {
            1 => format!(", and what it answers to {first} is no reading of the specification"),
            count => format!(
                ", and {count} answers, such as that to {first}, are no reading of the specification (--format json lists \
                 them)"
            ),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let names = |dialect: &Dialect| dialect.deviations().map(|choice| choice.to_string()).collect::<Vec<_>>();
        let unexplained: Vec<&str> =
            self.inference.unexplained.iter().map(|place| self.cases[*place].id.as_str()).collect();
        json!({
            "answers": self.cases.len(), "agrees": self.review.agrees(),
            "described": names(&self.described), "as_described": self.review.met,
            "found": names(&self.inference.dialect), "as_found": self.review.met_by_inferred,
            "proposal": self.proposal(), "unexplained": unexplained,
        })
    }

    /// The section for `adapter.toml`, where that describes another dialect.
    fn proposal(&self) -> Option<String> {
        if self.review.agrees() {
            return None;
        }
        let mut section = "[dialect]\n".to_owned();
        for choice in self.review.proposal.deviations() {
            section.push_str(&self.comment(choice));
            let _ = writeln!(section, "{}", in_toml(choice));
        }
        if self.review.proposal == Dialect::OFFICIAL {
            section.push_str("# nothing: everything is as specified\n");
        }
        Some(section)
    }

    /// What answers show a choice, and what they do not tell it from.
    fn comment(&self, choice: Deviation) -> String {
        let clause = choice.field().clause;
        let is_shown = |shown: &&ShownChoice| shown.deviation == choice || shown.alternatives.contains(&choice);
        let Some(shown) = self.inference.choices.iter().find(is_shown) else {
            return format!("# {clause}, as described so far: no answer shows it\n");
        };
        let answers = match shown.shown_by.len() {
            1 => "1 answer".to_owned(),
            count => format!("{count} answers"),
        };
        let simplicity = |place: &&usize| {
            let shows = self.cases[**place].clauses.iter().any(|shown| shown == clause);
            (!shows, self.observations[**place].input.to_string().len())
        };
        let simplest = shown.shown_by.iter().min_by_key(simplicity).map_or("", |place| &self.cases[*place].id);
        let mut comment = format!("# {clause}: {} ({answers}, such as {simplest})\n", choice.choice().does);
        let others = [shown.deviation].into_iter().chain(shown.alternatives.iter().copied());
        let others: Vec<String> = others.filter(|other| *other != choice).map(in_toml).collect();
        if !others.is_empty() {
            let _ = writeln!(comment, "# no answer tells it from {}", others.join(", "));
        }
        comment
    }
}

/// What an adapter that is in order does not do: it dies, is silent, or answers with what is no answer.
fn problems(cases: &[&Case], replies: &[Reply], adapter: &dyn Adapter) -> Vec<String> {
    let is_trouble = |outcome: &Outcome| {
        matches!(outcome, Outcome::Crashed(_) | Outcome::TimedOut(_) | Outcome::Garbled(_) | Outcome::SpawnFailed(_))
    };
    let mut troubled = cases.iter().zip(replies).filter(|(_, reply)| is_trouble(&reply.outcome));
    let first = troubled.next().map(|(case, reply)| {
        let more = match troubled.count() {
            0 => String::new(),
            more => format!("; and so or in another way on {more} more"),
        };
        format!("{}: {}{more}", case.id, answered(&reply.outcome))
    });
    first.into_iter().chain(adapter.incidents().iter().cloned()).collect()
}

fn in_toml(choice: Deviation) -> String {
    format!("{} = {:?}", choice.field().name, choice.choice().name)
}
