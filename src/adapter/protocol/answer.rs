//! The answers of the protocol, as serde types.

use qsh_diagnose::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bad_answer::BadAnswer;
use crate::suite::case::Operation;
use crate::suite::outcome::{Answer, Reason};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct AnswerMessage {
    pub(super) id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ok: Option<WireAnswer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rejected: Option<WireRejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unsupported: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<WireFault>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireAnswer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireRejection {
    pub(super) reason: Reason,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireFault {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
}

impl WireAnswer {
    pub(super) fn into_answer(self, operation: Operation) -> Result<Answer, BadAnswer> {
        match operation {
            Operation::CanonicalRequest => match (self.canonical_request, self.canonical_request_hex) {
                (Some(text), None) => Ok(Answer::canonical_request(text)),
                (None, Some(hex)) => Text::from_hex(&hex)
                    .map(Answer::canonical_request)
                    .map_err(|_| BadAnswer::MissingValue("canonical_request_hex")),
                _ => Err(BadAnswer::MissingValue("canonical_request")),
            },
            Operation::Qsh => self.qsh.map(Answer::qsh).ok_or(BadAnswer::MissingValue("qsh")),
            Operation::Sign | Operation::AsapSign => {
                self.token.map(Answer::token).ok_or(BadAnswer::MissingValue("token"))
            }
            Operation::Authenticate | Operation::AuthenticateInstall | Operation::AsapVerify => {
                let issuer = self.issuer.ok_or(BadAnswer::MissingValue("issuer"))?;
                let claims = self.claims.ok_or(BadAnswer::MissingValue("claims"))?;
                Ok(Answer::accepted(issuer, claims))
            }
        }
    }
}

impl From<&Answer> for WireAnswer {
    fn from(answer: &Answer) -> Self {
        let text = answer.canonical_request.as_ref();
        let utf8 = text.and_then(Text::as_str);
        Self {
            canonical_request: utf8.map(str::to_owned),
            canonical_request_hex: text.filter(|_| utf8.is_none()).map(Text::to_hex),
            qsh: answer.qsh.clone(),
            issuer: answer.accepted.as_ref().map(|accepted| accepted.issuer.clone()),
            claims: answer.accepted.as_ref().map(|accepted| accepted.claims.clone()),
            token: answer.token.as_deref().map(str::to_owned),
        }
    }
}
