//! What a verifier or a signer of tokens gets wrong.
//!
//! Failures with one effect on one claim have one cause. The table of token kinds and that of changes to tokens say which
//! claim a clause is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use qsh_auth::kind::{Profile, TokenKind};

use super::cause::Cause;
use super::effect::Effect;
use super::evidence::{Asked, Evidence, Expected};
use crate::suite::outcome::Outcome;
use crate::suite::spec;
use crate::tamper::{KINDS, changes};

/// The causes of failed cases, which are not about canonical requests. Also those of faults and of missing answers, in any
/// case.
pub(super) fn causes(evidence: &[Evidence], places: &[usize]) -> Vec<Cause> {
    let mut groups: BTreeMap<(Effect, Subject), Vec<usize>> = BTreeMap::new();
    for place in places {
        let it = &evidence[*place];
        if let Some(effect) = effect(it) {
            groups.entry((effect, Subject::of(effect, it))).or_default().push(*place);
        }
    }
    groups.into_iter().map(|((effect, subject), cases)| cause(effect, subject, evidence, cases)).collect()
}

/// What failures with one cause have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// What they are about: the claim.
    Claim(&'static str),
    /// What they are about: the clause, if it is about no single claim.
    Clause(String),
    /// The type of the exception.
    Exception(String),
    /// The way in which no answer came.
    Silence(&'static str),
}

fn effect(it: &Evidence) -> Option<Effect> {
    let expected = match &it.asked {
        Asked::Canonical { .. } => None,
        Asked::Verification(expected) | Asked::Signature(expected) => Some(*expected),
    };
    let is_signature = matches!(it.asked, Asked::Signature(_));
    Some(match (&it.outcome, expected) {
        (Outcome::Fault { .. }, _) => Effect::Exception,
        (outcome, _) if outcome.is_breach() => Effect::NoAnswer,
        (Outcome::Ok(_), Some(Expected::Refusal)) if is_signature => Effect::SignsBad,
        (Outcome::Ok(_), Some(Expected::Refusal)) => Effect::AcceptsBad,
        (Outcome::Ok(_), Some(Expected::Answer)) => Effect::OtherAnswer,
        (Outcome::Rejected { .. }, Some(Expected::Answer)) => Effect::RefusesGood,
        (Outcome::Rejected { .. }, Some(Expected::Refusal)) => Effect::OtherReason,
        _ => return None,
    })
}

impl Subject {
    fn of(effect: Effect, it: &Evidence) -> Self {
        match (&it.outcome, effect) {
            (Outcome::Fault { kind, .. }, _) => Self::Exception(kind.clone()),
            (outcome, Effect::NoAnswer) => Self::Silence(outcome.kind()),
            _ => {
                let clause = it.clauses.first().map_or("", String::as_str);
                claim_of(clause).map_or_else(|| Self::Clause(clause.to_owned()), Self::Claim)
            }
        }
    }
}

fn cause(effect: Effect, subject: Subject, evidence: &[Evidence], cases: Vec<usize>) -> Cause {
    let mut clauses: Vec<String> = Vec::new();
    for clause in cases.iter().filter_map(|place| evidence[*place].clauses.first()) {
        if !clauses.contains(clause) {
            clauses.push(clause.clone());
        }
    }
    let titles = || {
        let title = |clause: &String| spec::clause(clause).map_or_else(|| clause.clone(), |it| it.title.to_lowercase());
        clauses.iter().map(title).collect::<Vec<_>>().join(", ")
    };
    let (name, does) = match subject {
        Subject::Claim(claim) => (claim.to_owned(), format!("`{claim}` ({})", titles())),
        Subject::Clause(clause) => (clause, titles()),
        Subject::Exception(kind) => {
            let does = format!("throws {kind}, which its documentation does not name");
            (kind, does)
        }
        Subject::Silence(kind) => (kind.to_owned(), kind.replace('_', " ")),
    };
    Cause { name, effect, does, clauses, cases, ..Cause::default() }
}

/// The claims and the clauses whose checks make a token good for one tenant, one request and a limited time alone.
const VITAL: [&str; 15] = [
    "JWT-7", "JWT-8", "JWT-9", "JWT-10", "JWT-11", "JWT-12", "JWT-16", "JWT-17", "JWT-19", "INS-1", "INS-13", "aud",
    "exp", "iss", "qsh",
];

/// Whether the cause leaves out a check without which a token is good for another tenant, for another request or for ever.
pub(super) fn is_vital(cause: &Cause) -> bool {
    cause.effect == Effect::AcceptsBad && VITAL.contains(&cause.name.as_str())
}

/// The claim that a clause is about. `None` if it is about several, or about none.
fn claim_of(clause: &str) -> Option<&'static str> {
    static CLAIMS: LazyLock<BTreeMap<&'static str, BTreeSet<&'static str>>> = LazyLock::new(|| {
        let mut claims: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for kind in TokenKind::ALL {
            for rule in Profile::of(kind).claims {
                claims.entry(rule.clause).or_default().insert(rule.claim);
            }
        }
        for (kind, change) in KINDS.into_iter().flat_map(|kind| changes(kind).map(move |change| (kind, change))) {
            let claim = change.claim();
            claims.entry(change.clause(kind)).or_default().extend(claim);
        }
        claims
    });
    let claims = CLAIMS.get(clause)?;
    claims.first().copied().filter(|_| claims.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::case::Level;
    use crate::suite::outcome::{Answer, Reason};
    use crate::suite::verdict::Verdict;

    fn failed(clause: &str, asked: Asked, outcome: Outcome) -> Evidence {
        let (case, clauses) = (clause.to_lowercase(), vec![clause.to_owned()]);
        Evidence { case, clauses, level: Level::Must, verdict: Verdict::Fail, asked, outcome }
    }

    #[test]
    fn failures_with_one_effect_on_one_claim_have_one_cause() {
        let bad = || Asked::Verification(Expected::Refusal);
        let accepted = || Outcome::Ok(Answer::default());
        let refused = || Outcome::Rejected { reason: Reason::Other, message: String::new() };
        let fault = || Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() };
        let evidence = [
            failed("CON-6", bad(), accepted()),
            failed("CON-7", bad(), accepted()),
            failed("CON-9", bad(), accepted()),
            // A clause on all dates is about no single claim.
            failed("CON-13", bad(), accepted()),
            failed("CON-7", Asked::Verification(Expected::Answer), refused()),
            failed("CON-22", Asked::Signature(Expected::Refusal), accepted()),
            failed("JWT-4", bad(), fault()),
            failed("CON-6", bad(), fault()),
            failed("CON-6", bad(), Outcome::Crashed("signal 11".to_owned())),
        ];
        let places: Vec<usize> = (0..evidence.len()).collect();
        let causes = causes(&evidence, &places);
        let found: Vec<_> = causes.iter().map(|it| (it.effect, it.name.as_str(), it.cases.as_slice())).collect();
        let expected: [(Effect, &str, &[usize]); 7] = [
            (Effect::AcceptsBad, "exp", &[0, 1]),
            (Effect::AcceptsBad, "iat", &[2]),
            (Effect::AcceptsBad, "CON-13", &[3]),
            (Effect::SignsBad, "CON-22", &[5]),
            (Effect::RefusesGood, "exp", &[4]),
            (Effect::Exception, "KeyError", &[6, 7]),
            (Effect::NoAnswer, "crashed", &[8]),
        ];
        assert_eq!(found, expected);
    }
}
