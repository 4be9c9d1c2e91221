//! Asks an adapter the questions of cases, and merges the answers to one reply for each case.

use std::collections::BTreeMap;
use std::time::Duration;

use qsh_auth::jwt::PrivateKey;
use qsh_auth::jwt::danger::Unverified;
use serde_json::{Map, Value};

use crate::adapter::built_in::BuiltIn;
use crate::adapter::protocol::Question;
use crate::adapter::{Adapter, Reply};
use crate::suite::allowed::{is_allowed, is_other_reason};
use crate::suite::case::{Case, Expectation, Signed};
use crate::suite::outcome::{Answer, Outcome, Reason, Refused};
use crate::suite::verdict::Reasons;

/// Asks an adapter the questions of each case, and merges the answers to one reply for each case. Operations that the
/// adapter lacks are skipped. Of two answers the worse one counts, judged with [`Reasons::Exact`].
///
/// # Examples
///
/// An adapter with both operations answers with the canonical request and its hash:
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::suite::load::Vectors;
/// use qsh::suite::outcome::Outcome;
///
/// let vectors = Vectors::embedded()?;
/// let case = vectors.cases().find(|case| case.id == "path/trailing-slash/two").unwrap();
/// let replies = qsh::runner::ask(&mut BuiltIn::new(), &[case]);
/// let Outcome::Ok(answer) = &replies[0].outcome else { panic!("{:?}", replies[0]) };
/// assert_eq!(answer.canonical_request, Some("GET&/a/&".into()));
/// assert_eq!(answer.qsh, Some(qsh_hash::Qsh::of_canonical(b"GET&/a/&").to_string()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ask(adapter: &mut dyn Adapter, cases: &[&Case]) -> Vec<Reply> {
    let mut asked = Asked::begin(adapter, cases, |_| {}, || {});
    asked.correct(adapter.finish());
    asked.replies(Reasons::Exact).into_iter().map(|(_, reply)| reply).collect()
}

/// The questions of cases that an adapter was asked, and what it replied.
pub(super) struct Asked<'v> {
    /// The cases, each with the number of its questions.
    cases: Vec<(&'v Case, usize)>,
    replies: Vec<Reply>,
}

impl<'v> Asked<'v> {
    /// Asks the questions of all cases. Calls back with the number of questions, and for each answer.
    pub(super) fn begin(
        adapter: &mut dyn Adapter,
        cases: &[&'v Case],
        started: impl FnOnce(usize),
        mut answered: impl FnMut(),
    ) -> Self {
        let mut questions = Vec::new();
        let mut counted = Vec::with_capacity(cases.len());
        for case in cases {
            let before = questions.len();
            let has = |question: &Question| adapter.description().has(question.operation());
            questions.extend(case.questions().into_iter().filter(has));
            counted.push((*case, questions.len() - before));
        }
        started(questions.len());
        let replies = adapter.ask(&questions, &mut |_| answered());
        Self { cases: counted, replies }
    }

    /// The number of questions.
    pub(super) fn len(&self) -> usize {
        self.replies.len()
    }

    /// Replaces outcomes that changed later.
    pub(super) fn correct(&mut self, changed: impl IntoIterator<Item = (usize, Outcome)>) {
        for (place, outcome) in changed {
            self.replies[place].outcome = outcome;
        }
    }

    /// The cases, each with one reply.
    pub(super) fn replies(&self, reasons: Reasons) -> Vec<(&'v Case, Reply)> {
        let mut verifier = BuiltIn::new();
        let mut replies = self.replies.iter();
        let mut merged = Vec::with_capacity(self.cases.len());
        for (case, count) in &self.cases {
            let replies = replies.by_ref().take(*count).cloned();
            merged.push((*case, merge(case, reasons, replies.map(|reply| verified(case, reply, &mut verifier)))));
        }
        merged
    }
}

/// Adds our own verifier's result to a reply with a signed token.
fn verified(case: &Case, reply: Reply, verifier: &mut dyn Adapter) -> Reply {
    let Outcome::Ok(Answer { token: Some(token), .. }) = &reply.outcome else { return reply };
    let Some(question) = about(case, token) else { return reply };
    let mut answer = Answer::token(token.clone());
    match verifier.ask(&[question], &mut |_| {}).remove(0).outcome {
        Outcome::Ok(Answer { accepted, .. }) => answer.accepted = accepted,
        Outcome::Rejected { reason, message } => answer.refused = Some(Refused { reason, message }.into()),
        other => {
            let message = format!("our own verifier has no answer to it: {}", other.kind());
            answer.refused = Some(Refused { reason: Reason::Other, message }.into());
        }
    }
    if let Some(found) = other_algorithm(case, token).filter(|_| answer.refused.is_none()) {
        let message = format!("it is signed with {found}");
        answer.accepted = None;
        answer.refused = Some(Refused { reason: Reason::AlgorithmNotAllowed, message }.into());
    }
    let differs = other_header(case, token).or_else(|| other_claims(case, token));
    if let Some(message) = differs.filter(|_| answer.refused.is_none()) {
        answer.accepted = None;
        answer.refused = Some(Refused { reason: Reason::Other, message }.into());
    }
    Reply { outcome: Outcome::Ok(answer), ..reply }
}

/// The algorithm of a token, if the question asked for another one.
fn other_algorithm(case: &Case, token: &str) -> Option<String> {
    let Question::AsapSign(asked) = &case.question else { return None };
    let token = Unverified::parse(token.as_bytes()).ok()?;
    Some(token.algorithm().to_owned()).filter(|found| *found != asked.algorithm)
}

/// What differs in the header of a token from what the case expects. A `typ` of `JWT` may always be there.
fn other_header(case: &Case, token: &str) -> Option<String> {
    let Expectation::Signed(Signed { header: Some(expected), .. }) = &case.expect else { return None };
    let mut found = Unverified::parse(token.as_bytes()).ok()?.header_members().clone();
    let of_header = |header: &Map<String, Value>| Value::from(header.clone()).to_string();
    let message = format!("its header is {}, expected {}", of_header(&found), of_header(expected));
    if !expected.contains_key("typ") && found.get("typ").is_some_and(|typ| typ == "JWT") {
        found.remove("typ");
    }
    (found != *expected).then_some(message)
}

/// Which claims of an assertion differ from what the case expects. It has no others, and its `aud` is text (IMP-9).
fn other_claims(case: &Case, token: &str) -> Option<String> {
    let (Question::ImpersonationSign(_), Expectation::Signed(signed)) = (&case.question, &case.expect) else {
        return None;
    };
    let found = Unverified::parse(token.as_bytes()).ok()?.claims().clone().into_object();
    let expected = &signed.accepted.claims;
    let is_expected = found.len() == expected.len() && found.get("aud") == expected.get("aud");
    let of_claims = |claims: &Map<String, Value>| Value::from(claims.clone()).to_string();
    let message = || format!("its claims are {}, expected {}", of_claims(&found), of_claims(expected));
    (!is_expected).then(message)
}

/// The question that verifies a token which was signed for a case. If signing should have failed, uses the public key
/// of the private key. Another fault of the token is then still found.
pub(super) fn about(case: &Case, token: &str) -> Option<Question> {
    let public_keys = match (&case.expect, &case.question) {
        (Expectation::Signed(signed), _) => signed.public_keys.clone(),
        (_, Question::AsapSign(asked)) => {
            let public_key = PrivateKey::from_pem(&asked.private_key_pem).map(|key| key.public_key_pem());
            public_key.ok().map(|pem| (asked.key_id.clone(), pem)).into_iter().collect()
        }
        _ => BTreeMap::new(),
    };
    case.question.about(token, &public_keys)
}

/// Merges two tokens for the same question: returns the worse of them. They must not have the same `jti` (ASAP-25).
fn two_tokens(case: &Case, one: Answer, other: Answer) -> Answer {
    let id = |answer: &Answer| answer.accepted.as_ref().and_then(|accepted| accepted.claims.get("jti").cloned());
    if !is_allowed(case, &Outcome::Ok(one.clone())) {
        return one;
    }
    if !is_allowed(case, &Outcome::Ok(other.clone())) {
        return other;
    }
    if id(&one).is_some_and(|id_of_one| Some(id_of_one) == id(&other)) {
        let message = "two tokens in a row have the same jti".to_owned();
        let refused = Refused { reason: Reason::Replayed, message };
        return Answer { accepted: None, refused: Some(refused.into()), ..one };
    }
    one
}

/// Merges the replies to a case's questions. Two answers become one; otherwise the worse outcome wins.
fn merge(case: &Case, reasons: Reasons, replies: impl Iterator<Item = Reply>) -> Reply {
    let merged = replies.reduce(|merged, reply| Reply {
        elapsed: merged.elapsed + reply.elapsed,
        outcome: match (merged.outcome, reply.outcome) {
            (Outcome::Ok(a), Outcome::Ok(b)) if a.token.is_some() => Outcome::Ok(two_tokens(case, a, b)),
            (Outcome::Ok(a), Outcome::Ok(b)) => Outcome::Ok(Answer {
                canonical_request: a.canonical_request.or(b.canonical_request),
                qsh: a.qsh.or(b.qsh),
                ..a
            }),
            (merged, other) if badness(case, &other, reasons) > badness(case, &merged, reasons) => other,
            (merged, _) => merged,
        },
    });
    merged.unwrap_or_else(|| Reply {
        outcome: Outcome::Unsupported("none of the case's operations".to_owned()),
        elapsed: Duration::ZERO,
    })
}

/// How bad an outcome is for a case. `unsupported` is worse than an answer that does not fail: the right answer of one
/// operation does not excuse another operation that the adapter offers.
fn badness(case: &Case, outcome: &Outcome, reasons: Reasons) -> u8 {
    match outcome {
        Outcome::Unsupported(_) => 2,
        outcome if outcome.is_breach() => 4,
        outcome if is_allowed(case, outcome) => 0,
        outcome if reasons == Reasons::Any && is_other_reason(case, outcome) => 1,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;
    use crate::suite::case::Level;
    use crate::suite::load::Vectors;
    use crate::suite::outcome::Accepted;
    use crate::suite::verdict::{Verdict, judge};

    fn case(expectation: fn(&Expectation) -> bool) -> Case {
        let vectors = Vectors::embedded().unwrap();
        let case = vectors.cases().find(|case| expectation(&case.expect)).unwrap().clone();
        Case { level: Level::Must, accept: Vec::new(), ..case }
    }

    fn merged(case: &Case, outcomes: &[Outcome]) -> Outcome {
        let reply = |outcome: &Outcome| Reply { outcome: outcome.clone(), elapsed: Duration::from_micros(1) };
        let merged = merge(case, Reasons::Exact, outcomes.iter().map(reply));
        assert_eq!(merged.elapsed, Duration::from_micros(outcomes.len() as u64));
        merged.outcome
    }

    fn rejected(reason: Reason) -> Outcome {
        Outcome::Rejected { reason, message: String::new() }
    }

    fn case_of(id: &str) -> Case {
        Vectors::embedded().unwrap().cases().find(|case| case.id == id).unwrap().clone()
    }

    #[test]
    fn the_header_of_a_signed_token_has_the_expected_members_and_no_others() {
        let token = |header: &str| format!("{}.e30.AAAA", BASE64URL_NOPAD.encode(header.as_bytes()));
        let difference = |case: &str, header: &str| other_header(&case_of(case), &token(header));
        let (connect, asap) = ("sign/header/members", "asap/sign/header-rs256");
        assert_eq!(difference(connect, r#"{"typ":"JWT","alg":"HS256"}"#), None);
        assert_eq!(difference(asap, r#"{"alg":"RS256","kid":"svc/k1"}"#), None);
        assert_eq!(difference(asap, r#"{"alg":"RS256","kid":"svc/k1","typ":"JWT"}"#), None);
        for (case, header) in [
            (connect, r#"{"alg":"HS256"}"#),
            (connect, r#"{"alg":"HS256","typ":"jwt"}"#),
            (connect, r#"{"alg":"HS256","kid":"k","typ":"JWT"}"#),
            (asap, r#"{"alg":"RS256","kid":"svc/k1","typ":"JOSE"}"#),
            (asap, r#"{"alg":"RS256","kid":"svc/k1","x":1}"#),
        ] {
            let Some(message) = difference(case, header) else { panic!("{case}: {header}") };
            assert!(message.starts_with(&format!("its header is {header}, expected {{")), "{message}");
        }
        // A case that says nothing of the header takes any.
        assert_eq!(difference("sign/request/get", r#"{"alg":"HS256","x":1}"#), None);
    }

    #[test]
    fn an_assertion_has_the_expected_claims_and_no_others() {
        let case = case_of("impersonation/sign/jira");
        let Expectation::Signed(Signed { accepted: Accepted { claims, .. }, .. }) = &case.expect else { panic!() };
        let difference = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims.insert(name.to_owned(), value);
            let text = Value::from(claims).to_string();
            other_claims(&case, &format!("{}.{}.AAAA", "eyJhbGciOiJIUzI1NiJ9", BASE64URL_NOPAD.encode(text.as_bytes())))
        };
        let server = claims["aud"].clone();
        assert_eq!(difference("aud", server.clone()), None);
        for (name, value) in [("aud", vec![server].into()), ("jti", "j".into()), ("nbf", 1.into()), ("qsh", "q".into())]
        {
            let message = difference(name, value);
            assert!(message.is_some_and(|message| message.starts_with("its claims are {")), "{name}");
        }
    }

    #[test]
    fn a_signer_refuses_a_further_claim_that_it_sets_itself_or_leaves_it_out() {
        let case = case_of("sign/refused/exp");
        let claims = serde_json::json!({ "iss": "com.example.app", "iat": 1_700_000_000, "exp": 1_700_000_180,
            "qsh": "de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30", "aud": "more" });
        let accepted = Accepted { issuer: "com.example.app".into(), claims: claims.as_object().unwrap().clone() };
        let own = Answer { accepted: Some(accepted), ..Answer::token("a.b.c") };
        let expired = Refused { reason: Reason::Expired, message: "it has expired".to_owned() };
        assert!(is_allowed(&case, &rejected(Reason::Other)));
        assert!(is_allowed(&case, &Outcome::Ok(own.clone())));
        assert!(!is_allowed(&case, &Outcome::Ok(Answer { refused: Some(expired.into()), accepted: None, ..own })));
    }

    #[test]
    fn two_answers_make_one() {
        let case = case(|expect| matches!(expect, Expectation::Canonical(_)));
        let text = Outcome::Ok(Answer::canonical_request("GET&/&"));
        let both = Answer { qsh: Some("hash".to_owned()), ..Answer::canonical_request("GET&/&") };
        assert_eq!(merged(&case, &[text.clone(), Outcome::Ok(Answer::qsh("hash"))]), Outcome::Ok(both));
        assert_eq!(merged(&case, std::slice::from_ref(&text)), text);
    }

    #[test]
    fn the_right_answer_of_one_operation_does_not_excuse_another_that_is_not_supported() {
        let case = case(|expect| matches!(expect, Expectation::Canonical(_)));
        let Expectation::Canonical(expected) = &case.expect else { unreachable!("it was found by that") };
        let unsupported = Outcome::Unsupported("no forms".to_owned());
        let right = Outcome::Ok(Answer::qsh(expected.qsh.clone()));
        assert_eq!(merged(&case, &[unsupported.clone(), right.clone()]), unsupported);
        assert_eq!(merged(&case, &[right, unsupported.clone()]), unsupported);
        // A wrong answer is shown.
        let wrong = Outcome::Ok(Answer::qsh("hash"));
        assert_eq!(merged(&case, &[unsupported.clone(), wrong.clone()]), wrong);
        assert_eq!(merged(&case, &[unsupported.clone(), Outcome::Unsupported("nor hashes".to_owned())]), unsupported);
        assert_eq!(merged(&case, &[]), Outcome::Unsupported("none of the case's operations".to_owned()));
    }

    #[test]
    fn a_refusal_of_one_operation_excuses_nothing_that_the_other_did() {
        let must_refuse = case(|expect| matches!(expect, Expectation::Rejected(_)));
        let Expectation::Rejected(reasons) = &must_refuse.expect else { unreachable!("it was found by that") };
        let right = rejected(reasons[0]);
        let both = merged(&must_refuse, &[right.clone(), right.clone()]);
        assert_eq!(judge(&must_refuse, &both, None, Reasons::Exact), Verdict::Pass);
        for other in [
            Outcome::Ok(Answer::qsh("hash")),
            Outcome::Fault { kind: "KeyError".into(), message: String::new() },
            rejected(Reason::Replayed),
            Outcome::Crashed("signal 11".into()),
            Outcome::TimedOut("no answer".into()),
            Outcome::Garbled("{".into()),
        ] {
            assert_eq!(merged(&must_refuse, &[right.clone(), other.clone()]), other);
            assert_eq!(merged(&must_refuse, &[other.clone(), right.clone()]), other);
        }
    }

    /// Where reasons do not count, a refusal for another reason hides nothing worse that the other operation did.
    #[test]
    fn a_refusal_for_another_reason_gives_way_to_everything_that_can_fail() {
        let must_refuse = case(|expect| matches!(expect, Expectation::Rejected(_)));
        let Expectation::Rejected(reasons) = &must_refuse.expect else { unreachable!("it was found by that") };
        assert!(!reasons.contains(&Reason::Replayed));
        let other_reason = rejected(Reason::Replayed);
        let merged = |outcomes: [&Outcome; 2]| {
            let reply = |outcome: &Outcome| Reply { outcome: outcome.clone(), elapsed: Duration::ZERO };
            merge(&must_refuse, Reasons::Any, outcomes.into_iter().map(reply)).outcome
        };
        for worse in [
            Outcome::Ok(Answer::qsh("hash")),
            Outcome::Unsupported("no forms".to_owned()),
            Outcome::Fault { kind: "KeyError".into(), message: String::new() },
            Outcome::Crashed("signal 11".into()),
        ] {
            assert_eq!((merged([&worse, &other_reason]), merged([&other_reason, &worse])), (worse.clone(), worse));
        }
        assert_eq!(merged([&rejected(reasons[0]), &other_reason]), other_reason);
    }

    #[test]
    fn no_answer_at_all_outweighs_a_wrong_one() {
        let case = case(|expect| matches!(expect, Expectation::Canonical(_)));
        let crashed = Outcome::Crashed("signal 11".to_owned());
        for other in [Outcome::Ok(Answer::qsh("wrong")), rejected(Reason::Malformed)] {
            assert_eq!(merged(&case, &[other.clone(), crashed.clone()]), crashed);
            assert_eq!(merged(&case, &[crashed.clone(), other]), crashed);
        }
    }

    /// An `asap_sign` case with RS256, and two good tokens for it.
    fn signing() -> (Case, [Answer; 2]) {
        let vectors = Vectors::embedded().unwrap();
        let is_rs256 = |case: &&Case| match &case.question {
            Question::AsapSign(asked) => asked.algorithm == "RS256" && matches!(case.expect, Expectation::Signed(_)),
            _ => false,
        };
        let case = vectors.cases().find(is_rs256).unwrap().clone();
        let mut verifier = BuiltIn::new();
        let mut good = || {
            let reply = Reply { outcome: verifier.answer(&case.question), elapsed: Duration::ZERO };
            match verified(&case, reply, &mut verifier).outcome {
                Outcome::Ok(answer) => answer,
                other => panic!("{other:?}"),
            }
        };
        let tokens = [good(), good()];
        (case, tokens)
    }

    #[test]
    fn of_two_tokens_the_worse_is_judged_and_they_have_ids_of_their_own() {
        let (case, [one, other]) = signing();
        let judged = |one: &Answer, other: &Answer| {
            judge(&case, &Outcome::Ok(two_tokens(&case, one.clone(), other.clone())), None, Reasons::Exact)
        };
        let bad = Answer::token("garbage.not.atoken");
        assert_eq!(judged(&one, &other), Verdict::Pass);
        assert_eq!((judged(&one, &bad), judged(&bad, &one)), (Verdict::Fail, Verdict::Fail));
        assert_eq!(judged(&one, &one), Verdict::Fail);
    }

    #[test]
    fn a_token_with_another_algorithm_than_was_asked_for_is_no_good() {
        let (mut case, [one, _]) = signing();
        let Question::AsapSign(asked) = &mut case.question else { unreachable!("it was found by that") };
        "RS512".clone_into(&mut asked.algorithm);
        let reply = Reply { outcome: Outcome::Ok(Answer::token(one.token.unwrap())), elapsed: Duration::ZERO };
        let Outcome::Ok(answer) = verified(&case, reply, &mut BuiltIn::new()).outcome else { panic!("it is a token") };
        assert_eq!(answer.refused.unwrap().reason, Reason::AlgorithmNotAllowed);
    }
}
