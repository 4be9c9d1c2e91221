//! The dialect of an adapter, inferred from its answers to the vectors.

use std::fmt::Write as _;

use qsh::adapter::protocol::Operation;
use qsh::adapter::{Adapter, Reply};
use qsh::report::words::answered;
use qsh::runner;
use qsh::suite::case::Case;
use qsh::suite::load::Vectors;
use qsh::suite::outcome::Outcome;
use qsh_diagnose::{Deviation, Dialect, Inference, Observation, Review, ShownChoice, infer};
use serde_json::{Value, json};

/// The inferred dialect of an adapter, and whether its manifest describes it.
pub(super) struct DialectFinding {
    described: Dialect,
    observations: Vec<Observation>,
    /// The cases of the observations.
    cases: Vec<Case>,
    inference: Inference,
    review: Review,
    /// Crashes, timeouts, garbled answers and incidents, in words.
    pub(super) problems: Vec<String>,
}

impl DialectFinding {
    /// Asks the bundled vectors. `None` if the adapter supports neither canonical requests nor hashes.
    pub(super) fn by(adapter: &mut dyn Adapter, described: Dialect) -> Option<Self> {
        if ![Operation::CanonicalRequest, Operation::Qsh].iter().any(|operation| adapter.description().has(*operation))
        {
            return None;
        }
        // A test shows that the vectors load.
        let vectors = Vectors::embedded().ok()?;
        let cases: Vec<&Case> = vectors.cases().filter(|case| case.question.canonicalized().is_some()).collect();
        let replies = runner::ask(adapter, &cases);
        adapter.finish();
        let problems = problems(&cases, &replies, adapter);
        let seen = cases.into_iter().zip(replies).filter_map(|(case, reply)| {
            let observation = reply.outcome.observation(case.question.canonicalized()?)?;
            Some((case.clone(), observation))
        });
        let (cases, observations): (Vec<_>, Vec<_>) = seen.unzip();
        let inference = infer(&observations);
        let review = inference.review(&described, &observations);
        Some(Self { described, observations, cases, inference, review, problems })
    }

    /// Describes the finding in words. If `adapter.toml` describes another dialect, it proposes a section.
    pub(super) fn human(&self) -> String {
        let Review { met, met_by_inferred, .. } = self.review;
        let all = self.cases.len();
        let as_described =
            if self.described == Dialect::OFFICIAL { "as specified" } else { "as adapter.toml describes it" };
        match self.proposal() {
            None if all == 0 => "no answers to the vectors".to_owned(),
            None if met == 0 => format!("unknown: no known dialect explains any of its {all} answers"),
            None if met == all => format!("{as_described}: all {all} answers"),
            None => format!(
                "{as_described} in {met} of {all} answers; no known dialect explains more{}",
                self.unexplained()
            ),
            Some(section) => format!(
                "not {as_described}: that explains {met} of {all} answers, and this explains {met_by_inferred}{}:\n\n{section}",
                self.unexplained()
            ),
        }
    }

    /// Says how many answers no dialect explains, names the first, and says how to list all.
    fn unexplained(&self) -> String {
        let unexplained = self.inference.unexplained.iter().map(|place| &self.cases[*place]);
        let Some(first) = unexplained.min_by_key(|case| case.level).map(|case| &case.id) else {
            return String::new();
        };
        match self.inference.unexplained.len() {
            1 => format!("; its answer to {first} stays unexplained"),
            count => {
                format!("; {count} answers, such as the one to {first}, stay unexplained (--format json lists them)")
            }
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

    /// The section to put into `adapter.toml`, if that describes another dialect.
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
            section.push_str("# empty: everything is as specified\n");
        }
        Some(section)
    }

    /// A comment on a choice: the answers that show it, and the choices that would explain them as well.
    fn comment(&self, choice: Deviation) -> String {
        let clause = choice.field().clause;
        let is_shown = |shown: &&ShownChoice| shown.deviation == choice || shown.alternatives.contains(&choice);
        let Some(shown) = self.inference.choices.iter().find(is_shown) else {
            return format!("# {clause}: unchanged, because no answer shows it\n");
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
            let _ = writeln!(comment, "# no answer distinguishes it from {}", others.join(", "));
        }
        comment
    }
}

/// Lists crashes, timeouts, garbled answers and incidents.
fn problems(cases: &[&Case], replies: &[Reply], adapter: &dyn Adapter) -> Vec<String> {
    let is_trouble = |outcome: &Outcome| {
        matches!(outcome, Outcome::Crashed(_) | Outcome::TimedOut(_) | Outcome::Garbled(_) | Outcome::SpawnFailed(_))
    };
    let mut troubled = cases.iter().zip(replies).filter(|(_, reply)| is_trouble(&reply.outcome));
    let first = troubled.next().map(|(case, reply)| {
        let more = match troubled.count() {
            0 => String::new(),
            more => format!("; problems with {more} more"),
        };
        format!("{}: {}{more}", case.id, answered(&reply.outcome))
    });
    first.into_iter().chain(adapter.incidents().iter().cloned()).collect()
}

fn in_toml(choice: Deviation) -> String {
    format!("{} = {:?}", choice.field().name, choice.choice().name)
}
