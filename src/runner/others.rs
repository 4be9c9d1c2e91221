//! Tokens that one adapter has signed, verified by the others.

use super::Ran;
use super::ask::about;
use crate::adapter::protocol::Question;
use crate::suite::baseline::Known;
use crate::suite::case::Case;
use crate::suite::outcome::{Accepted, Answer, Outcome};

/// A token of another adapter that our own verifier takes for good, and this adapter does not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Dispute<'v> {
    /// The case that the token was signed for.
    pub case: &'v Case,
    /// The name of the adapter that signed it.
    pub signer: String,
    /// What came of verifying it.
    pub outcome: Outcome,
    /// The baseline's entry for it: the one for the case, where it has this outcome.
    pub known: Option<Known>,
}

/// A good token.
struct Signed<'v> {
    case: &'v Case,
    signer: String,
    says: Accepted,
    question: Question,
}

/// Asks every adapter about the good tokens of every other.
pub(super) fn verify(ran: &mut [Ran<'_>]) {
    let signed: Vec<Signed<'_>> = ran.iter().flat_map(signed_by).collect();
    for Ran { report, adapter, baseline } in ran {
        let Some(adapter) = adapter else { continue };
        let here = baseline.on(&adapter.description().runtime);
        let has = |signed: &&Signed<'_>| adapter.description().has(signed.question.operation());
        let of_others: Vec<&Signed<'_>> = signed.iter().filter(|it| it.signer != report.name).filter(has).collect();
        if of_others.is_empty() {
            continue;
        }
        let questions: Vec<Question> = of_others.iter().map(|signed| signed.question.clone()).collect();
        let mut replies = adapter.ask(&questions, &mut |_| {});
        for (index, outcome) in adapter.finish() {
            replies[index].outcome = outcome;
        }
        for (signed, reply) in of_others.into_iter().zip(replies) {
            if matches!(reply.outcome, Outcome::Unsupported(_)) {
                continue;
            }
            report.checked += 1;
            let says = match &reply.outcome {
                Outcome::Ok(Answer { accepted, .. }) => accepted.as_ref(),
                _ => None,
            };
            if says != Some(&signed.says) {
                let known = here.covering(signed.case).filter(|known| known.matches(&reply.outcome)).cloned();
                let (case, signer) = (signed.case, signed.signer.clone());
                report.disputes.push(Dispute { case, signer, outcome: reply.outcome, known });
            }
        }
        report.incidents = adapter.incidents().to_vec();
        report.remarks = adapter.remarks().to_vec();
    }
}

/// The good tokens that an adapter has signed.
fn signed_by<'v>(ran: &Ran<'v>) -> Vec<Signed<'v>> {
    let signed = ran.report.results.iter().filter_map(|result| {
        let Outcome::Ok(Answer { token: Some(token), accepted: Some(says), refused: None, .. }) = &result.outcome
        else {
            return None;
        };
        let question = about(result.case, token)?;
        Some(Signed { case: result.case, signer: ran.report.name.clone(), says: says.clone(), question })
    });
    signed.collect()
}
