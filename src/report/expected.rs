//! [`ExpectedAnswer`]: what a case expects, as a report has it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::suite::case::{Expectation, Signed};
use crate::suite::outcome::{Answer, Reason};

/// The expected answer to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers or refuses; there is no third")]
pub enum ExpectedAnswer {
    /// This answer.
    Answer(Box<Answer>),
    /// A refusal for one of these reasons.
    Rejected(Vec<Reason>),
}

#[derive(Serialize, Deserialize)]
struct Refusal {
    rejected: Vec<Reason>,
}

impl Serialize for ExpectedAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Answer(answer) => answer.serialize(serializer),
            Self::Rejected(reasons) => Refusal { rejected: reasons.clone() }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ExpectedAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = Value::deserialize(deserializer)?;
        let read = match expected.get("rejected") {
            Some(_) => serde_json::from_value(expected).map(|Refusal { rejected }| Self::Rejected(rejected)),
            None => serde_json::from_value(expected).map(Self::Answer),
        };
        read.map_err(D::Error::custom)
    }
}

impl From<&Expectation> for ExpectedAnswer {
    fn from(expectation: &Expectation) -> Self {
        match expectation {
            Expectation::Canonical(expected) => {
                let hash = Some(expected.qsh.clone());
                let text = expected.canonical_request.clone();
                Self::Answer(Answer { qsh: hash, ..Answer::canonical_request(text) }.into())
            }
            Expectation::Accepted(accepted) | Expectation::Signed(Signed { accepted, .. }) => {
                Self::Answer(Answer { accepted: Some(accepted.clone()), ..Answer::default() }.into())
            }
            Expectation::Rejected(reasons) => Self::Rejected(reasons.clone()),
        }
    }
}
