//! What implementations do with tokens, and which changes set them apart.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compare::{agree, kind};
use crate::adapter::built_in::BuiltIn;
use crate::suite::outcome::Outcome;
use crate::tamper::{Change, Kind, TamperedToken, Treatment, Treatments};

/// Tokens on which implementations differ, with the same changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenCluster {
    /// The token, with the fewest changes that were found to show the difference.
    pub token: TamperedToken,
    /// Whether everyone who departs from the specification is described to do so.
    pub is_described: bool,
    /// How many tokens showed it.
    pub count: u64,
    /// What each implementation did with it.
    pub outcomes: Vec<Outcome>,
    /// What that comes to for each of them; nothing, where there is no answer at all.
    pub treatments: Vec<Option<Treatment>>,
}

/// What sets tokens apart from others: what they are for, their changes, and what everyone did.
type Key = (Kind, Vec<&'static str>, Vec<String>);

/// The differences that were seen.
#[derive(Default)]
pub(super) struct TokenStudy {
    found: BTreeMap<Key, (u64, TamperedToken, Vec<Outcome>)>,
    /// How many tokens all were asked about.
    pub(super) count: u64,
    /// How many of them they differ on.
    pub(super) differing: u64,
}

impl TokenStudy {
    pub(super) fn take(&mut self, token: &TamperedToken, outcomes: &[Outcome]) {
        self.count += 1;
        if differ(outcomes) {
            self.differing += 1;
            let found = self.found.entry(key(token, outcomes));
            found.or_insert_with(|| (0, token.clone(), outcomes.to_vec())).0 += 1;
        }
    }

    /// How many causes there are so far: changes that show a difference alone.
    pub(super) fn clusters(&self) -> usize {
        self.found.keys().filter(|(_, changes, _)| changes.len() < 2).count()
    }

    /// All differences, each with as few changes as `ask` finds to show it: those that nobody described first, and among
    /// them what somebody accepts that is to be refused. Nothing is asked once that is enough.
    pub(super) fn finish(
        self,
        described: &[Treatments],
        ask: impl FnMut(&TamperedToken) -> Option<Vec<Outcome>>,
    ) -> (Vec<TokenCluster>, Vec<Vec<String>>) {
        let mut asked = Asked { ask, known: BTreeMap::new() };
        let mut clusters: BTreeMap<Key, TokenCluster> = BTreeMap::new();
        let mut found: Vec<_> = self.found.into_values().collect();
        // Where there is no answer at all, the smallest token stands for all.
        found.sort_by_key(|(_, token, _)| token.changes.len());
        for (count, token, outcomes) in found {
            let is_silence = outcomes.iter().any(Outcome::is_breach);
            let (token, outcomes) = if is_silence { (token, outcomes) } else { asked.smallest(token, outcomes) };
            let key = if is_silence { silence(&token, &outcomes) } else { key(&token, &outcomes) };
            let cluster = clusters.entry(key).or_insert_with(|| TokenCluster::new(token, outcomes, described));
            cluster.count += count;
        }
        let stale = (0..described.len()).map(|peer| asked.stale(peer, described)).collect();
        let mut clusters: Vec<TokenCluster> = clusters.into_values().collect();
        clusters.sort_by_key(|it| (it.is_described, !it.is_let_through(), it.token.kind, Reverse(it.count)));
        (clusters, stale)
    }
}

/// What was asked about smaller tokens; each is asked about once.
struct Asked<A> {
    ask: A,
    /// By the kind, the request and the name of the token.
    known: BTreeMap<(Kind, String, String), Vec<Outcome>>,
}

impl<A: FnMut(&TamperedToken) -> Option<Vec<Outcome>>> Asked<A> {
    fn outcomes(&mut self, token: &TamperedToken) -> Option<Vec<Outcome>> {
        let known = (token.kind, token.request.to_string(), token.name());
        if !self.known.contains_key(&known) {
            let outcomes = (self.ask)(token)?;
            self.known.insert(known.clone(), outcomes);
        }
        self.known.get(&known).cloned()
    }

    /// What is described of an implementation that does something else.
    fn stale(&mut self, peer: usize, described: &[Treatments]) -> Vec<String> {
        let all = described[peer].iter().flat_map(|(kind, of)| of.iter().map(move |(name, it)| (*kind, name, *it)));
        let is_stale = |(kind, name, treatment): &(Kind, &String, Treatment)| {
            let token = TamperedToken::named(*kind, name);
            let outcomes = token.and_then(|token| Some((self.outcomes(&token)?, token)));
            let found = outcomes.and_then(|(outcomes, token)| treatments(&token, &outcomes)[peer]);
            found.is_some_and(|found| found != *treatment)
        };
        all.filter(is_stale).map(|(kind, name, _)| format!("[tokens.{}] {name}", kind.name())).collect()
    }

    /// The same with a change less, and another, as long as that explains what everyone does.
    fn smallest(&mut self, token: TamperedToken, outcomes: Vec<Outcome>) -> (TamperedToken, Vec<Outcome>) {
        let smaller = (0..token.changes.len()).map(|place| token.without(place));
        let smaller: Vec<(TamperedToken, Vec<Outcome>)> =
            smaller.filter_map(|smaller| Some((self.outcomes(&smaller)?, smaller))).map(|(it, of)| (of, it)).collect();
        if smaller.len() < token.changes.len() {
            return (token, outcomes);
        }
        let treated = key(&token, &outcomes).2;
        // Whoever does what the specification says has nothing to explain, and the others do the same with fewer changes.
        let is_specified: Vec<bool> =
            outcomes.iter().map(|outcome| Treatment::of(outcome) == Some(token.treatment())).collect();
        let kept = smaller.iter().position(|(smaller, fewer)| {
            let treated_before = key(smaller, fewer).2;
            let mut all = treated.iter().zip(&treated_before).zip(&is_specified);
            treated == treated_before || differ(fewer) && all.all(|((now, before), fine)| *fine || now == before)
        });
        let together = || {
            let differing = smaller.iter().position(|(_, outcomes)| differ(outcomes));
            differing.filter(|_| add_up(&treated, smaller.iter().map(|(smaller, outcomes)| key(smaller, outcomes).2)))
        };
        match kept.or_else(together) {
            Some(place) => {
                let (smaller, outcomes) = smaller.into_iter().nth(place).expect("it was found at that place");
                self.smallest(smaller, outcomes)
            }
            None => (token, outcomes),
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

/// The key of tokens to which somebody has no answer: who, and how.
fn silence(token: &TamperedToken, outcomes: &[Outcome]) -> Key {
    let treated = outcomes.iter().map(|it| if it.is_breach() { kind(it) } else { String::new() });
    (token.kind, Vec::new(), treated.collect())
}

fn key(token: &TamperedToken, outcomes: &[Outcome]) -> Key {
    let first = outcomes.iter().find(|outcome| matches!(outcome, Outcome::Ok(_)));
    let treated = outcomes.iter().map(|outcome| match outcome {
        // Accepted as something else is another thing than accepted.
        Outcome::Ok(_) if !first.is_some_and(|first| agree(first, outcome)) => "ok otherwise".to_owned(),
        _ => kind(outcome),
    });
    (token.kind, token.changes.iter().map(|change| change.name).collect(), treated.collect())
}

/// What everyone does with a token. Who accepts a good one and finds other claims in it than our own verifier reads it
/// otherwise; in one that is to be refused, other claims than the first who accepts it.
fn treatments(token: &TamperedToken, outcomes: &[Outcome]) -> Vec<Option<Treatment>> {
    let is_accepted = |outcome: &&Outcome| matches!(outcome, Outcome::Ok(_));
    let truth = token.is_good().then(|| BuiltIn::new().answer(&token.question()));
    let measure = truth.as_ref().or_else(|| outcomes.iter().find(is_accepted));
    let treatment = |outcome| match Treatment::of(outcome) {
        Some(Treatment::Accepted) if measure.is_some_and(|measure| !agree(measure, outcome)) => {
            Some(Treatment::Otherwise)
        }
        treatment => treatment,
    };
    outcomes.iter().map(treatment).collect()
}

fn described_of(token: &TamperedToken, described: &Treatments) -> Option<Treatment> {
    described.get(&token.kind)?.get(&token.name()).copied()
}

impl TokenCluster {
    fn new(token: TamperedToken, outcomes: Vec<Outcome>, described: &[Treatments]) -> Self {
        let treatments = treatments(&token, &outcomes);
        // What the specification says, or what is described. What somebody has no means for is neither.
        let is_described = outcomes.iter().zip(&treatments).zip(described).all(|((outcome, treatment), described)| {
            let expected = described_of(&token, described).unwrap_or_else(|| token.treatment());
            matches!(outcome, Outcome::Unsupported(_)) || *treatment == Some(expected)
        });
        Self { token, is_described, count: 0, outcomes, treatments }
    }

    /// Whether somebody accepts a token that is to be refused.
    pub fn is_let_through(&self) -> bool {
        !self.token.is_good() && self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Ok(_)))
    }

    /// The clauses of the changes, in their order.
    pub fn clauses(&self) -> impl Iterator<Item = &'static str> {
        self.token.changes.iter().map(|change: &&'static Change| change.clause(self.token.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::case::Input;
    use crate::suite::outcome::{Answer, Reason};
    use crate::tamper::change_named;

    fn tampered(changes: &[&str]) -> TamperedToken {
        let plain = TamperedToken::good(Kind::Url, Input::new("GET", "/"));
        changes.iter().fold(plain, |token, name| token.with(change_named(Kind::Url, name).unwrap()).unwrap())
    }

    fn accepted() -> Outcome {
        Outcome::Ok(Answer::accepted("it", serde_json::Map::new()))
    }

    fn refused() -> Outcome {
        Outcome::Rejected { reason: Reason::Malformed, message: String::new() }
    }

    /// Two implementations, of which the second accepts a token without `exp` or with an `nbf` that is text.
    fn answers(token: &TamperedToken) -> Vec<Outcome> {
        let of = |is_accepted: bool| if is_accepted { accepted() } else { refused() };
        let lenient = ["exp_left_out", "nbf_text"];
        let second = token.changes.iter().all(|it| it.is_accepted || lenient.contains(&it.name));
        vec![of(token.is_good()), of(second)]
    }

    fn studied(tokens: &[&[&str]], described: &Treatments) -> Vec<(String, u64, bool)> {
        let mut study = TokenStudy::default();
        for changes in tokens {
            let token = tampered(changes);
            study.take(&token, &answers(&token));
        }
        let nothing = Treatments::new();
        let (clusters, stale) = study.finish(&[nothing, described.clone()], |token| Some(answers(token)));
        assert_eq!(stale, [[""; 0], [""; 0]]);
        clusters.into_iter().map(|it| (it.token.name(), it.count, it.is_described)).collect()
    }

    #[test]
    fn what_shows_with_one_change_is_counted_there() {
        let tokens: &[&[&str]] = &[
            &["typ_jose"],
            &["exp_left_out"],
            &["exp_left_out", "typ_jose"],
            &["nbf_text", "jti"],
            &["exp_left_out", "qsh_null"],
            &["exp_left_out", "nbf_text"],
        ];
        let expected = [("exp_left_out".to_owned(), 2, false), ("nbf_text".to_owned(), 2, false)];
        assert_eq!(studied(tokens, &Treatments::new()), expected);
    }

    #[test]
    fn two_changes_that_show_nothing_alone_stay_together() {
        let mut study = TokenStudy::default();
        let both = tampered(&["typ_jose", "jti"]);
        let answers = |token: &TamperedToken| match token.changes.len() {
            2 => vec![accepted(), refused()],
            _ => vec![accepted(), accepted()],
        };
        study.take(&both, &answers(&both));
        let nothing = Treatments::new();
        let (clusters, _) = study.finish(&[nothing.clone(), nothing], |token| Some(answers(token)));
        assert_eq!(clusters.iter().map(|it| it.token.name()).collect::<Vec<_>>(), ["typ_jose+jti"]);
        assert_eq!(clusters[0].clauses().collect::<Vec<_>>(), ["JWT-13", "CON-21"]);
    }

    /// What is refused for one thing by the first and for another by the second is no difference of its own.
    #[test]
    fn two_changes_that_each_show_something_else_come_of_one() {
        let fault = || Outcome::Fault { kind: "TypeError".to_owned(), message: String::new() };
        let answers = |token: &TamperedToken| match token.name().as_str() {
            "exp_left_out" => vec![refused(), accepted()],
            "aud_number" => vec![accepted(), fault()],
            "exp_left_out+aud_number" => vec![refused(), fault()],
            _ => vec![accepted(), accepted()],
        };
        let mut study = TokenStudy::default();
        let both = tampered(&["exp_left_out", "aud_number"]);
        study.take(&both, &answers(&both));
        let (clusters, _) = study.finish(&[Treatments::new(), Treatments::new()], |token| Some(answers(token)));
        assert_eq!(clusters.iter().map(|it| it.token.name()).collect::<Vec<_>>(), ["aud_number"]);
    }

    #[test]
    fn what_is_described_comes_last() {
        let expected = [("nbf_text".to_owned(), 1, false), ("exp_left_out".to_owned(), 1, true)];
        assert_eq!(
            studied(&[&["exp_left_out"], &["nbf_text"]], &described("exp_left_out", Treatment::Accepted)),
            expected
        );
    }

    fn described(name: &str, treatment: Treatment) -> Treatments {
        Treatments::from([(Kind::Url, [(name.to_owned(), treatment)].into())])
    }

    #[test]
    fn what_is_described_and_is_not_so_is_stale() {
        let stale = |name: &str, treatment| {
            let all = [Treatments::new(), described(name, treatment)];
            let mut stale = TokenStudy::default().finish(&all, |token| Some(answers(token))).1;
            stale.remove(1)
        };
        assert_eq!(stale("exp_left_out", Treatment::Accepted), [""; 0]);
        assert_eq!(stale("exp_left_out", Treatment::Fault), ["[tokens.url] exp_left_out"]);
        assert_eq!(stale("iat_left_out", Treatment::Accepted), ["[tokens.url] iat_left_out"]);
    }

    /// What two do with a token of that change, who agree on all others, whether it is described, and what is stale.
    fn judged(change: &str, outcomes: [Outcome; 2], described: [Treatments; 2]) -> (Vec<Treatment>, bool, Vec<String>) {
        let token = tampered(&[change]);
        let good = BuiltIn::new().answer(&token.without(0).question());
        let mut study = TokenStudy::default();
        study.take(&token, &outcomes);
        let answers =
            |asked: &TamperedToken| if asked.changes.is_empty() { vec![good.clone(); 2] } else { outcomes.to_vec() };
        let (clusters, stale) = study.finish(&described, |asked| Some(answers(asked)));
        (clusters[0].treatments.iter().copied().flatten().collect(), clusters[0].is_described, stale.concat())
    }

    #[test]
    fn who_reads_other_claims_is_described_by_that() {
        use Treatment::{Accepted, Otherwise, Refused};
        const NUMBER: &str = "aud_number";
        let plain = Treatments::new;
        let otherwise = || described(NUMBER, Otherwise);
        let truth = || BuiltIn::new().answer(&tampered(&[NUMBER]).question());
        let stale = || vec![format!("[tokens.url] {NUMBER}")];
        let table = [
            ([truth(), accepted()], [plain(), plain()], ([Accepted, Otherwise], false, vec![])),
            ([truth(), accepted()], [plain(), otherwise()], ([Accepted, Otherwise], true, vec![])),
            // Wherever he stands.
            ([accepted(), truth()], [otherwise(), plain()], ([Otherwise, Accepted], true, vec![])),
            ([truth(), refused()], [plain(), otherwise()], ([Accepted, Refused], false, stale())),
            // Whose description is true no more is told, although the other does what he is described to do.
            ([truth(), accepted()], [otherwise(), otherwise()], ([Accepted, Otherwise], false, stale())),
        ];
        for (outcomes, described, (treatments, is_described, stale)) in table {
            assert_eq!(judged(NUMBER, outcomes, described), (treatments.to_vec(), is_described, stale));
        }
        // What is to be refused says to the first what it says.
        let two_issuers = judged("two_issuers", [accepted(), truth()], [plain(), plain()]);
        assert_eq!(two_issuers, (vec![Accepted, Otherwise], false, Vec::new()));
    }

    #[test]
    fn who_does_one_thing_whatever_is_changed_has_one_cluster() {
        let fault = || Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() };
        let answers = |token: &TamperedToken| vec![if token.is_good() { accepted() } else { refused() }, fault()];
        let mut study = TokenStudy::default();
        for changes in [&["exp_left_out"][..], &["typ_jose", "jti"], &["nbf_text", "jti"], &[]] {
            let token = tampered(changes);
            study.take(&token, &answers(&token));
        }
        let (clusters, _) = study.finish(&[Treatments::new(), Treatments::new()], |token| Some(answers(token)));
        let clusters: Vec<_> = clusters.iter().map(|it| (it.token.name(), it.count)).collect();
        assert_eq!(clusters, [(String::new(), 4)]);
    }

    #[test]
    fn of_silence_one_token_is_an_example_and_no_more_is_asked() {
        let mut study = TokenStudy::default();
        for changes in [&["typ_jose", "jti"][..], &["exp_left_out"], &["qsh_null", "jti"]] {
            study.take(&tampered(changes), &[refused(), Outcome::Crashed("signal 11".to_owned())]);
        }
        let nothing = [Treatments::new(), Treatments::new()];
        let (clusters, _) = study.finish(&nothing, |token| panic!("{token:?} is asked"));
        let clusters: Vec<_> = clusters.iter().map(|it| (it.token.name(), it.count, it.is_described)).collect();
        assert_eq!(clusters, [("exp_left_out".to_owned(), 3, false)]);
    }

    #[test]
    fn whoever_accepts_something_else_differs() {
        let mut study = TokenStudy::default();
        let other = Outcome::Ok(Answer::accepted("another", serde_json::Map::new()));
        study.take(&tampered(&[]), &[accepted(), other.clone()]);
        study.take(&tampered(&[]), &[accepted(), Outcome::Unsupported("no context".to_owned())]);
        assert_eq!((study.count, study.differing), (2, 1));
        let nothing = Treatments::new();
        let (clusters, _) = study.finish(&[nothing.clone(), nothing], |_| Some(vec![accepted(), other.clone()]));
        assert_eq!((clusters.len(), clusters[0].is_described), (1, false));
    }
}
