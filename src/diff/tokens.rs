//! What implementations do with tokens, and which changes set them apart.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compare::{agree, kind};
use crate::suite::outcome::Outcome;
use crate::suite::trial::{Change, Kind, Treatment, Treatments, Trial};

/// Tokens on which implementations differ, with the same changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenCluster {
    /// The token, with the fewest changes that were found to show the difference.
    pub trial: Trial,
    /// Whether everyone who departs from the specification is described to do so.
    pub is_described: bool,
    /// How many tokens showed it.
    pub count: u64,
    /// What each implementation did with it.
    pub outcomes: Vec<Outcome>,
}

/// What sets tokens apart from others: what they are for, their changes, and what everyone did.
type Key = (Kind, Vec<&'static str>, Vec<String>);

/// The differences that were seen.
#[derive(Default)]
pub(super) struct TokenStudy {
    found: BTreeMap<Key, (u64, Trial, Vec<Outcome>)>,
    /// How many tokens all were asked about.
    pub(super) count: u64,
    /// How many of them they differ on.
    pub(super) differing: u64,
}

impl TokenStudy {
    pub(super) fn take(&mut self, trial: &Trial, outcomes: &[Outcome]) {
        self.count += 1;
        if differ(outcomes) {
            self.differing += 1;
            let found = self.found.entry(key(trial, outcomes));
            found.or_insert_with(|| (0, trial.clone(), outcomes.to_vec())).0 += 1;
        }
    }

    /// How many causes there are so far: changes that show a difference alone.
    pub(super) fn clusters(&self) -> usize {
        self.found.keys().filter(|(_, changes, _)| changes.len() < 2).count()
    }

    /// All differences, each with as few changes as `ask` finds to show it: those that nobody described first, and among
    /// them what somebody accepts that is to be refused.
    pub(super) fn finish(self, described: &[Treatments], ask: impl FnMut(&Trial) -> Vec<Outcome>) -> Vec<TokenCluster> {
        let mut asked = Asked { ask, known: BTreeMap::new() };
        let mut clusters: BTreeMap<Key, TokenCluster> = BTreeMap::new();
        for (count, trial, outcomes) in self.found.into_values() {
            let (trial, outcomes) = asked.smallest(trial, outcomes);
            let cluster = clusters.entry(key(&trial, &outcomes)).or_insert_with(|| TokenCluster {
                is_described: is_described(&trial, &outcomes, described),
                trial,
                count: 0,
                outcomes,
            });
            cluster.count += count;
        }
        let mut clusters: Vec<TokenCluster> = clusters.into_values().collect();
        clusters.sort_by_key(|it| (it.is_described, !it.is_let_through(), it.trial.kind, Reverse(it.count)));
        clusters
    }
}

/// What was asked about smaller tokens; each is asked about once.
struct Asked<A> {
    ask: A,
    known: BTreeMap<(Kind, String), Vec<Outcome>>,
}

impl<A: FnMut(&Trial) -> Vec<Outcome>> Asked<A> {
    fn outcomes(&mut self, trial: &Trial) -> Vec<Outcome> {
        self.known.entry((trial.kind, trial.name())).or_insert_with(|| (self.ask)(trial)).clone()
    }

    /// The same with a change less, and another, as long as that explains what everyone does.
    fn smallest(&mut self, trial: Trial, outcomes: Vec<Outcome>) -> (Trial, Vec<Outcome>) {
        let smaller: Vec<(Trial, Vec<Outcome>)> = (0..trial.changes.len())
            .map(|place| trial.without(place))
            .map(|smaller| (self.outcomes(&smaller), smaller))
            .map(|(outcomes, smaller)| (smaller, outcomes))
            .collect();
        let treated = key(&trial, &outcomes).2;
        let kept = smaller.iter().position(|(smaller, outcomes)| key(smaller, outcomes).2 == treated);
        let together = || {
            let differing = smaller.iter().position(|(_, outcomes)| differ(outcomes));
            differing.filter(|_| add_up(&treated, smaller.iter().map(|(smaller, outcomes)| key(smaller, outcomes).2)))
        };
        match kept.or_else(together) {
            Some(place) => {
                let (smaller, outcomes) = smaller.into_iter().nth(place).expect("it was found at that place");
                self.smallest(smaller, outcomes)
            }
            None => (trial, outcomes),
        }
    }
}

/// Whether what everyone does with several changes comes of what they do with fewer: whoever accepts those accepts all
/// of them, and whoever does not does one of the things that he does with fewer.
fn add_up(together: &[String], fewer: impl Iterator<Item = Vec<String>>) -> bool {
    const OK: &str = "ok";
    let fewer: Vec<Vec<String>> = fewer.collect();
    together.iter().enumerate().all(|(peer, together)| {
        let mut alone = fewer.iter().map(|treated| &treated[peer]);
        match together.as_str() {
            OK => alone.all(|alone| alone == OK),
            _ => alone.any(|alone| alone == together),
        }
    })
}

/// Whether two of these outcomes differ. What an implementation has no means for is not compared.
fn differ(outcomes: &[Outcome]) -> bool {
    let mut answered = outcomes.iter().filter(|outcome| !matches!(outcome, Outcome::Unsupported(_)));
    let Some(first) = answered.next() else { return false };
    answered.any(|other| !agree(first, other))
}

fn key(trial: &Trial, outcomes: &[Outcome]) -> Key {
    let first = outcomes.iter().find(|outcome| matches!(outcome, Outcome::Ok(_)));
    let treated = outcomes.iter().map(|outcome| match outcome {
        // Accepted as something else is another thing than accepted.
        Outcome::Ok(_) if !first.is_some_and(|first| agree(first, outcome)) => "ok otherwise".to_owned(),
        _ => kind(outcome),
    });
    (trial.kind, trial.changes.iter().map(|change| change.name).collect(), treated.collect())
}

/// Whether everyone does what the specification says, or what is described of them. That a token says one thing to one
/// implementation and another to the next, no description covers.
fn is_described(trial: &Trial, outcomes: &[Outcome], described: &[Treatments]) -> bool {
    let (name, specified) = (trial.name(), trial.treatment());
    let is_treated_so = |(outcome, described): (&Outcome, &Treatments)| match outcome {
        Outcome::Unsupported(_) => true,
        _ => Treatment::of(outcome) == Some(described.get(&name).copied().unwrap_or(specified)),
    };
    let accepted: Vec<&Outcome> = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Ok(_))).collect();
    outcomes.iter().zip(described).all(is_treated_so) && accepted.windows(2).all(|pair| agree(pair[0], pair[1]))
}

impl TokenCluster {
    /// Whether somebody accepts a token that is to be refused.
    pub fn is_let_through(&self) -> bool {
        !self.trial.is_good() && self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Ok(_)))
    }

    /// The clauses of the changes, in their order.
    pub fn clauses(&self) -> impl Iterator<Item = &'static str> {
        self.trial.changes.iter().map(|change: &&'static Change| change.clause(self.trial.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::case::Input;
    use crate::suite::outcome::{Answer, Reason};
    use crate::suite::trial::change_named;

    fn trial(changes: &[&str]) -> Trial {
        let plain = Trial::new(Kind::Url, Input::new("GET", "/"));
        changes.iter().fold(plain, |trial, name| trial.with(change_named(name).unwrap()).unwrap())
    }

    fn accepted() -> Outcome {
        Outcome::Ok(Answer::accepted("it", serde_json::Map::new()))
    }

    fn refused() -> Outcome {
        Outcome::Rejected { reason: Reason::Malformed, message: String::new() }
    }

    /// Two implementations, of which the second accepts a token without `exp` or with an `nbf` that is text.
    fn answers(trial: &Trial) -> Vec<Outcome> {
        let of = |is_accepted: bool| if is_accepted { accepted() } else { refused() };
        let lenient = ["exp_left_out", "nbf_text"];
        let second = trial.changes.iter().all(|it| it.is_accepted || lenient.contains(&it.name));
        vec![of(trial.is_good()), of(second)]
    }

    fn studied(trials: &[&[&str]], described: &Treatments) -> Vec<(String, u64, bool)> {
        let mut study = TokenStudy::default();
        for changes in trials {
            let trial = trial(changes);
            study.take(&trial, &answers(&trial));
        }
        let nothing = Treatments::new();
        let clusters = study.finish(&[nothing, described.clone()], answers);
        clusters.into_iter().map(|it| (it.trial.name(), it.count, it.is_described)).collect()
    }

    #[test]
    fn what_shows_with_one_change_is_counted_there() {
        let trials: &[&[&str]] = &[
            &["typ_jose"],
            &["exp_left_out"],
            &["exp_left_out", "typ_jose"],
            &["nbf_text", "jti"],
            &["exp_left_out", "qsh_null"],
            &["exp_left_out", "nbf_text"],
        ];
        let expected = [("exp_left_out".to_owned(), 2, false), ("nbf_text".to_owned(), 2, false)];
        assert_eq!(studied(trials, &Treatments::new()), expected);
    }

    #[test]
    fn two_changes_that_show_nothing_alone_stay_together() {
        let mut study = TokenStudy::default();
        let both = trial(&["typ_jose", "jti"]);
        let answers = |trial: &Trial| match trial.changes.len() {
            2 => vec![accepted(), refused()],
            _ => vec![accepted(), accepted()],
        };
        study.take(&both, &answers(&both));
        let nothing = Treatments::new();
        let clusters = study.finish(&[nothing.clone(), nothing], answers);
        assert_eq!(clusters.iter().map(|it| it.trial.name()).collect::<Vec<_>>(), ["typ_jose+jti"]);
        assert_eq!(clusters[0].clauses().collect::<Vec<_>>(), ["JWT-13", "CON-21"]);
    }

    /// What is refused for one thing by the first and for another by the second is no difference of its own.
    #[test]
    fn two_changes_that_each_show_something_else_come_of_one() {
        let fault = || Outcome::Fault { kind: "TypeError".to_owned(), message: String::new() };
        let answers = |trial: &Trial| match trial.name().as_str() {
            "exp_left_out" => vec![refused(), accepted()],
            "aud_number" => vec![accepted(), fault()],
            "exp_left_out+aud_number" => vec![refused(), fault()],
            _ => vec![accepted(), accepted()],
        };
        let mut study = TokenStudy::default();
        let both = trial(&["exp_left_out", "aud_number"]);
        study.take(&both, &answers(&both));
        let clusters = study.finish(&[Treatments::new(), Treatments::new()], answers);
        assert_eq!(clusters.iter().map(|it| it.trial.name()).collect::<Vec<_>>(), ["aud_number"]);
    }

    #[test]
    fn what_is_described_comes_last() {
        let described = Treatments::from([("exp_left_out".to_owned(), Treatment::Accepted)]);
        let expected = [("nbf_text".to_owned(), 1, false), ("exp_left_out".to_owned(), 1, true)];
        assert_eq!(studied(&[&["exp_left_out"], &["nbf_text"]], &described), expected);
        let otherwise = Treatments::from([("exp_left_out".to_owned(), Treatment::Fault)]);
        assert!(!studied(&[&["exp_left_out"]], &otherwise)[0].2);
    }

    #[test]
    fn whoever_accepts_something_else_differs() {
        let mut study = TokenStudy::default();
        let other = Outcome::Ok(Answer::accepted("another", serde_json::Map::new()));
        study.take(&trial(&[]), &[accepted(), other.clone()]);
        study.take(&trial(&[]), &[accepted(), Outcome::Unsupported("no context".to_owned())]);
        assert_eq!((study.count, study.differing), (2, 1));
        let nothing = Treatments::new();
        let clusters = study.finish(&[nothing.clone(), nothing], |_| vec![accepted(), other.clone()]);
        assert_eq!((clusters.len(), clusters[0].is_described), (1, false));
    }
}
