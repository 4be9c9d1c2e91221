//! Compares outcomes as data.

use crate::suite::outcome::{Answer, Outcome};

/// Whether two outcomes agree: equal answers, two refusals, or two faults. An unsupported operation agrees with
/// everything. A crash, a timeout or a garbled line agrees with nothing else.
pub(super) fn agree(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Unsupported(_), _) | (_, Outcome::Unsupported(_)) => true,
        (Outcome::Ok(one), Outcome::Ok(other)) => agree_in_answer(one, other),
        (Outcome::Rejected { .. }, Outcome::Rejected { .. }) | (Outcome::Fault { .. }, Outcome::Fault { .. }) => true,
        _ => false,
    }
}

/// Compares the acceptance and the claims of tokens. For requests, compares canonical requests if both have one, and
/// hashes otherwise.
fn agree_in_answer(one: &Answer, other: &Answer) -> bool {
    match (&one.accepted, &other.accepted) {
        (Some(one), Some(other)) => return one.agrees_with(other),
        (None, None) => {}
        _ => return false,
    }
    match (&one.canonical_request, &other.canonical_request) {
        (Some(one), Some(other)) => one == other,
        _ => hash(one).is_some() && hash(one) == hash(other),
    }
}

fn hash(answer: &Answer) -> Option<String> {
    answer.qsh.clone().or_else(|| answer.canonical_request.as_ref().map(|text| text.sha256_hex()))
}

/// The kind of an unexplained outcome.
pub(super) fn kind(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Fault { kind, .. } => kind_of_fault(kind),
        other => other.kind().to_owned(),
    }
}

/// The kind of an exception with this type.
pub(super) fn kind_of_fault(kind: &str) -> String {
    format!("fault {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::outcome::Reason;

    #[test]
    fn answers_refusals_faults_and_silence_are_all_different() {
        let fault = |kind: &str| Outcome::Fault { kind: kind.to_owned(), message: String::new() };
        let apart = [
            Outcome::Ok(Answer::canonical_request("GET&/&")),
            Outcome::Ok(Answer::canonical_request("GET&/a&")),
            Outcome::Rejected { reason: Reason::Malformed, message: String::new() },
            fault("ValueError"),
            Outcome::Crashed("signal 11".to_owned()),
            Outcome::TimedOut("no answer".to_owned()),
        ];
        for (place, one) in apart.iter().enumerate() {
            for (other_place, other) in apart.iter().enumerate() {
                assert_eq!(agree(one, other), place == other_place && !one.is_breach(), "{one:?} and {other:?}");
            }
            assert!(agree(one, &Outcome::Unsupported("no forms".to_owned())));
        }
        assert!(agree(&fault("ValueError"), &fault("IllegalArgumentException")));
        assert_eq!(
            (kind(&fault("ValueError")), kind(&apart[4])),
            ("fault ValueError".to_owned(), "crashed".to_owned())
        );
    }

    #[test]
    fn a_canonical_request_and_a_hash_are_compared_by_hash() {
        let text = Outcome::Ok(Answer::canonical_request("GET&/&"));
        let hash = |text: &[u8]| Outcome::Ok(Answer::qsh(qsh_hash::Qsh::of_canonical(text).to_string()));
        assert!(agree(&text, &hash(b"GET&/&")) && !agree(&text, &hash(b"GET&/a&")));
        assert!(agree(&hash(b"GET&/&"), &hash(b"GET&/&")) && !agree(&hash(b"GET&/&"), &hash(b"GET&/b&")));
    }
}
