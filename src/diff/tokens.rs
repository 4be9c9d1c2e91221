//! Attributes differences on tokens to changes of the token.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compare::{agree, kind};
use crate::adapter::built_in::BuiltIn;
use crate::suite::outcome::Outcome;
use crate::tamper::{Change, TamperedToken, TokenKind, Treatment, Treatments, place};

/// Differences on tokens with the same changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenCluster {
    /// The token, with the fewest changes that were found to show the difference.
    pub token: TamperedToken,
    /// Whether every deviation from the specification is described.
    pub is_described: bool,
    /// How many tokens showed the difference.
    pub count: u64,
    /// The outcome of each implementation.
    pub outcomes: Vec<Outcome>,
    /// The treatment of the token by each implementation. `None` if it gives no answer.
    pub treatments: Vec<Option<Treatment>>,
}

/// The key of a cluster: the kind of the tokens, their changes, and the outcomes.
type Key = (TokenKind, Vec<&'static str>, Vec<String>);

/// The observed differences, grouped by key.
#[derive(Default)]
pub(super) struct TokenAttribution {
    found: BTreeMap<Key, (u64, TamperedToken, Vec<Outcome>)>,
    /// The number of tokens that all implementations were asked about.
    pub(super) count: u64,
    /// The number of tokens on which they differ.
    pub(super) differing: u64,
}

impl TokenAttribution {
    pub(super) fn take(&mut self, token: &TamperedToken, outcomes: &[Outcome]) {
        self.count += 1;
        if differ(outcomes) {
            self.differing += 1;
            let found = self.found.entry(key(token, outcomes));
            found.or_insert_with(|| (0, token.clone(), outcomes.to_vec())).0 += 1;
        }
    }

    /// The number of causes so far, which are single changes that show a difference.
    pub(super) fn clusters(&self) -> usize {
        self.found.keys().filter(|(_, changes, _)| changes.len() < 2).count()
    }

    /// All clusters, each with the fewest changes that still show the difference. Also returns the stale descriptions
    /// of each implementation.
    ///
    /// `ask` returns the outcomes of smaller tokens, or `None` when no more tokens should be asked about. Undescribed
    /// clusters come first. Among those, tokens that should be refused and are accepted come first.
    pub(super) fn finish(
        self,
        described: &[Treatments],
        ask: impl FnMut(&TamperedToken) -> Option<Vec<Outcome>>,
    ) -> (Vec<TokenCluster>, Vec<Vec<String>>) {
        let mut asked = Asked { ask, known: BTreeMap::new() };
        let mut clusters: BTreeMap<Key, TokenCluster> = BTreeMap::new();
        let mut found: Vec<_> = self.found.into_values().collect();
        // Tokens without any answer form one cluster. The smallest token is its example.
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
        clusters.sort_by_key(|it| (it.is_described, !it.is_let_through(), place(it.token.kind), Reverse(it.count)));
        (clusters, stale)
    }
}

/// Caches the outcomes of smaller tokens, so that each token is asked about once.
struct Asked<A> {
    ask: A,
    /// The outcomes by kind, request and name of the token.
    known: BTreeMap<(TokenKind, String, String), Vec<Outcome>>,
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

    /// The descriptions of an implementation that are no longer true.
    fn stale(&mut self, peer: usize, described: &[Treatments]) -> Vec<String> {
        let all = described[peer].iter().flat_map(|(kind, of)| of.iter().map(move |(name, it)| (*kind, name, *it)));
        let is_stale = |(kind, name, treatment): &(TokenKind, &String, Treatment)| {
            let token = TamperedToken::named(*kind, name);
            let outcomes = token.and_then(|token| Some((self.outcomes(&token)?, token)));
            let found = outcomes.and_then(|(outcomes, token)| treatments(&token, &outcomes)[peer]);
            found.is_some_and(|found| found != *treatment)
        };
        all.filter(is_stale).map(|(kind, name, _)| format!("[tokens.{}] {name}", kind.name())).collect()
    }

    /// The token with fewer changes. Changes are removed one by one, as long as the remaining ones explain all
    /// outcomes.
    fn smallest(&mut self, token: TamperedToken, outcomes: Vec<Outcome>) -> (TamperedToken, Vec<Outcome>) {
        let smaller = (0..token.changes.len()).map(|place| token.without(place));
        let smaller: Vec<(TamperedToken, Vec<Outcome>)> =
            smaller.filter_map(|smaller| Some((self.outcomes(&smaller)?, smaller))).map(|(it, of)| (of, it)).collect();
        if smaller.len() < token.changes.len() {
            return (token, outcomes);
        }
        let treated = key(&token, &outcomes).2;
        // An implementation that follows the specification needs no explanation. Every other one must treat the smaller
        // token in the same way.
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

/// Whether the outcomes of several changes follow from the outcomes of fewer. An implementation that accepts all
/// changes together must accept each smaller token. Any other outcome must be that of a smaller token.
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

/// Whether two of these outcomes differ. Unsupported operations are not compared.
fn differ(outcomes: &[Outcome]) -> bool {
    let mut answered = outcomes.iter().filter(|outcome| !matches!(outcome, Outcome::Unsupported(_)));
    let Some(first) = answered.next() else { return false };
    answered.any(|other| !agree(first, other))
}

/// The key of tokens that some implementation does not answer: the implementation, and how it fails.
fn silence(token: &TamperedToken, outcomes: &[Outcome]) -> Key {
    let treated = outcomes.iter().map(|it| if it.is_breach() { kind(it) } else { String::new() });
    (token.kind, Vec::new(), treated.collect())
}

fn key(token: &TamperedToken, outcomes: &[Outcome]) -> Key {
    let first = outcomes.iter().find(|outcome| matches!(outcome, Outcome::Ok(_)));
    let treated = outcomes.iter().map(|outcome| match outcome {
        // Accepted with other claims is not the same as accepted.
        Outcome::Ok(_) if !first.is_some_and(|first| agree(first, outcome)) => "ok otherwise".to_owned(),
        _ => kind(outcome),
    });
    (token.kind, token.changes.iter().map(|change| change.name).collect(), treated.collect())
}

/// The treatment of a token by each implementation.
///
/// [`Treatment::Otherwise`] means: accepted, with claims that differ from our verifier's. For a token that should be
/// refused, claims are compared with those of the first implementation that accepts it.
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
        // The described treatment is expected, or else the specified one. Unsupported operations are not compared.
        let is_described = outcomes.iter().zip(&treatments).zip(described).all(|((outcome, treatment), described)| {
            let expected = described_of(&token, described).unwrap_or_else(|| token.treatment());
            matches!(outcome, Outcome::Unsupported(_)) || *treatment == Some(expected)
        });
        Self { token, is_described, count: 0, outcomes, treatments }
    }

    /// Whether some implementation accepts a token that should be refused.
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
    use qsh_diagnose::Input;

    use super::*;
    use crate::suite::outcome::{Answer, Reason};
    use crate::tamper::change_named;

    fn tampered(changes: &[&str]) -> TamperedToken {
        let plain = TamperedToken::good(TokenKind::Url, Input::new("GET", "/"));
        changes.iter().fold(plain, |token, name| token.with(change_named(TokenKind::Url, name).unwrap()).unwrap())
    }

    fn accepted() -> Outcome {
        Outcome::Ok(Answer::accepted("it", serde_json::Map::new()))
    }

    fn refused() -> Outcome {
        Outcome::Rejected { reason: Reason::Malformed, message: String::new() }
    }

    /// The outcomes of two implementations. The second one accepts a token without `exp` or with an `nbf` that is text.
    fn answers(token: &TamperedToken) -> Vec<Outcome> {
        let of = |is_accepted: bool| if is_accepted { accepted() } else { refused() };
        let lenient = ["exp_left_out", "nbf_text"];
        let second = token.changes.iter().all(|it| it.is_accepted || lenient.contains(&it.name));
        vec![of(token.is_good()), of(second)]
    }

    fn attributed(tokens: &[&[&str]], described: &Treatments) -> Vec<(String, u64, bool)> {
        let mut attribution = TokenAttribution::default();
        for changes in tokens {
            let token = tampered(changes);
            attribution.take(&token, &answers(&token));
        }
        let nothing = Treatments::new();
        let (clusters, stale) = attribution.finish(&[nothing, described.clone()], |token| Some(answers(token)));
        assert_eq!(stale, [[""; 0], [""; 0]]);
        clusters.into_iter().map(|it| (it.token.name(), it.count, it.is_described)).collect()
    }

    #[test]
    fn differences_are_counted_under_a_single_change() {
        let tokens: &[&[&str]] = &[
            &["typ_jose"],
            &["exp_left_out"],
            &["exp_left_out", "typ_jose"],
            &["nbf_text", "jti"],
            &["exp_left_out", "qsh_null"],
            &["exp_left_out", "nbf_text"],
        ];
        let expected = [("exp_left_out".to_owned(), 2, false), ("nbf_text".to_owned(), 2, false)];
        assert_eq!(attributed(tokens, &Treatments::new()), expected);
    }

    #[test]
    fn changes_that_show_a_difference_only_together_stay_together() {
        let mut attribution = TokenAttribution::default();
        let both = tampered(&["typ_jose", "jti"]);
        let answers = |token: &TamperedToken| match token.changes.len() {
            2 => vec![accepted(), refused()],
            _ => vec![accepted(), accepted()],
        };
        attribution.take(&both, &answers(&both));
        let nothing = Treatments::new();
        let (clusters, _) = attribution.finish(&[nothing.clone(), nothing], |token| Some(answers(token)));
        assert_eq!(clusters.iter().map(|it| it.token.name()).collect::<Vec<_>>(), ["typ_jose+jti"]);
        assert_eq!(clusters[0].clauses().collect::<Vec<_>>(), ["JWT-13", "CON-21"]);
    }

    /// Two changes together are not a cause of their own if each of them shows a difference.
    #[test]
    fn two_changes_that_each_show_a_difference_are_split() {
        let fault = || Outcome::Fault { kind: "TypeError".to_owned(), message: String::new() };
        let answers = |token: &TamperedToken| match token.name().as_str() {
            "exp_left_out" => vec![refused(), accepted()],
            "aud_number" => vec![accepted(), fault()],
            "exp_left_out+aud_number" => vec![refused(), fault()],
            _ => vec![accepted(), accepted()],
        };
        let mut attribution = TokenAttribution::default();
        let both = tampered(&["exp_left_out", "aud_number"]);
        attribution.take(&both, &answers(&both));
        let (clusters, _) = attribution.finish(&[Treatments::new(), Treatments::new()], |token| Some(answers(token)));
        assert_eq!(clusters.iter().map(|it| it.token.name()).collect::<Vec<_>>(), ["aud_number"]);
    }

    #[test]
    fn described_clusters_come_last() {
        let expected = [("nbf_text".to_owned(), 1, false), ("exp_left_out".to_owned(), 1, true)];
        assert_eq!(
            attributed(&[&["exp_left_out"], &["nbf_text"]], &described("exp_left_out", Treatment::Accepted)),
            expected
        );
    }

    fn described(name: &str, treatment: Treatment) -> Treatments {
        Treatments::from([(TokenKind::Url, [(name.to_owned(), treatment)].into())])
    }

    #[test]
    fn untrue_descriptions_are_stale() {
        let stale = |name: &str, treatment| {
            let all = [Treatments::new(), described(name, treatment)];
            let mut stale = TokenAttribution::default().finish(&all, |token| Some(answers(token))).1;
            stale.remove(1)
        };
        assert_eq!(stale("exp_left_out", Treatment::Accepted), [""; 0]);
        assert_eq!(stale("exp_left_out", Treatment::Fault), ["[tokens.url] exp_left_out"]);
        assert_eq!(stale("iat_left_out", Treatment::Accepted), ["[tokens.url] iat_left_out"]);
    }

    /// Two implementations differ only on tokens with this change. Returns their treatments, whether the cluster is
    /// described, and the stale descriptions.
    fn judged(change: &str, outcomes: [Outcome; 2], described: [Treatments; 2]) -> (Vec<Treatment>, bool, Vec<String>) {
        let token = tampered(&[change]);
        let good = BuiltIn::new().answer(&token.without(0).question());
        let mut attribution = TokenAttribution::default();
        attribution.take(&token, &outcomes);
        let answers =
            |asked: &TamperedToken| if asked.changes.is_empty() { vec![good.clone(); 2] } else { outcomes.to_vec() };
        let (clusters, stale) = attribution.finish(&described, |asked| Some(answers(asked)));
        (clusters[0].treatments.iter().copied().flatten().collect(), clusters[0].is_described, stale.concat())
    }

    #[test]
    fn reading_other_claims_can_be_described() {
        use Treatment::{Accepted, Otherwise, Refused};
        const NUMBER: &str = "aud_number";
        let plain = Treatments::new;
        let otherwise = || described(NUMBER, Otherwise);
        let truth = || BuiltIn::new().answer(&tampered(&[NUMBER]).question());
        let stale = || vec![format!("[tokens.url] {NUMBER}")];
        let table = [
            ([truth(), accepted()], [plain(), plain()], ([Accepted, Otherwise], false, vec![])),
            ([truth(), accepted()], [plain(), otherwise()], ([Accepted, Otherwise], true, vec![])),
            // The order of the implementations does not matter.
            ([accepted(), truth()], [otherwise(), plain()], ([Otherwise, Accepted], true, vec![])),
            ([truth(), refused()], [plain(), otherwise()], ([Accepted, Refused], false, stale())),
            // A stale description is reported even if the other implementation's description is true.
            ([truth(), accepted()], [otherwise(), otherwise()], ([Accepted, Otherwise], false, stale())),
        ];
        for (outcomes, described, (treatments, is_described, stale)) in table {
            assert_eq!(judged(NUMBER, outcomes, described), (treatments.to_vec(), is_described, stale));
        }
        // For a token that should be refused, claims are compared with the first implementation's.
        let two_issuers = judged("two_issuers", [accepted(), truth()], [plain(), plain()]);
        assert_eq!(two_issuers, (vec![Accepted, Otherwise], false, Vec::new()));
    }

    #[test]
    fn an_outcome_that_does_not_depend_on_the_change_is_one_cluster() {
        let fault = || Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() };
        let answers = |token: &TamperedToken| vec![if token.is_good() { accepted() } else { refused() }, fault()];
        let mut attribution = TokenAttribution::default();
        for changes in [&["exp_left_out"][..], &["typ_jose", "jti"], &["nbf_text", "jti"], &[]] {
            let token = tampered(changes);
            attribution.take(&token, &answers(&token));
        }
        let (clusters, _) = attribution.finish(&[Treatments::new(), Treatments::new()], |token| Some(answers(token)));
        let clusters: Vec<_> = clusters.iter().map(|it| (it.token.name(), it.count)).collect();
        assert_eq!(clusters, [(String::new(), 4)]);
    }

    #[test]
    fn silence_is_one_cluster_and_is_not_asked_again() {
        let mut attribution = TokenAttribution::default();
        for changes in [&["typ_jose", "jti"][..], &["exp_left_out"], &["qsh_null", "jti"]] {
            attribution.take(&tampered(changes), &[refused(), Outcome::Crashed("signal 11".to_owned())]);
        }
        let nothing = [Treatments::new(), Treatments::new()];
        let (clusters, _) = attribution.finish(&nothing, |token| panic!("{token:?} is asked"));
        let clusters: Vec<_> = clusters.iter().map(|it| (it.token.name(), it.count, it.is_described)).collect();
        assert_eq!(clusters, [("exp_left_out".to_owned(), 3, false)]);
    }

    #[test]
    fn acceptance_with_other_claims_differs() {
        let mut attribution = TokenAttribution::default();
        let other = Outcome::Ok(Answer::accepted("another", serde_json::Map::new()));
        attribution.take(&tampered(&[]), &[accepted(), other.clone()]);
        attribution.take(&tampered(&[]), &[accepted(), Outcome::Unsupported("no context".to_owned())]);
        assert_eq!((attribution.count, attribution.differing), (2, 1));
        let nothing = Treatments::new();
        let (clusters, _) = attribution.finish(&[nothing.clone(), nothing], |_| Some(vec![accepted(), other.clone()]));
        assert_eq!((clusters.len(), clusters[0].is_described), (1, false));
    }
}
