//! [`Check`]: one request to the app, with the answer that the specification requires.

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::Input;
use serde_json::Map;

use super::settings::{Settings, TokenIn, now};
use crate::adapter::Reply;
use crate::adapter::http::Exchange;
use crate::suite::case::{
    AsapVerification, Authentication, Case, Endpoint, Expectation, ForgeVerification, Headers, InstallAuthentication,
    Level, Presented, Question, Received,
};
use crate::suite::outcome::{Accepted, Issuer, Outcome, Reason};
use crate::suite::spec;
use crate::tamper::TokenKind;

/// One request to the app, with the answer that the specification requires.
#[derive(Clone)]
#[non_exhaustive]
pub struct Check {
    /// The name of what is changed, such as `exp_left_out`.
    pub name: String,
    /// The case, as in a run of vectors. Its request has a token, and the body of a callback has the shared secret.
    pub case: Case,
}

/// A check that was made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The check.
    pub check: Check,
    /// What the app did.
    pub reply: Reply,
    /// The request and the response. `None` if nothing was sent.
    pub exchange: Option<Exchange>,
}

impl Checked {
    /// Whether the app accepted the request.
    pub fn is_accepted(&self) -> bool {
        matches!(self.reply.outcome, Outcome::Ok(_))
    }

    /// Whether a request has to be refused, and was accepted.
    pub(super) fn is_let_through(&self) -> bool {
        self.kind() == Kind::LetThrough
    }

    /// What the app answered: the status and the beginning of the body, or why there is no response.
    pub(super) fn response(&self) -> String {
        match self.exchange.as_ref().map(|exchange| &exchange.response) {
            Some(Ok(response)) => {
                let location = response.header("Location").map(|it| format!(" to {it}")).unwrap_or_default();
                format!("{}{location} {}", response.status, response.excerpt()).trim_end().to_owned()
            }
            Some(Err(error)) => error.to_string(),
            None => "nothing was sent".to_owned(),
        }
    }

    /// How it is not passed.
    pub(super) fn kind(&self) -> Kind {
        match (&self.check.case.expect, &self.reply.outcome) {
            (Expectation::Rejected(_), Outcome::Ok(_)) => Kind::LetThrough,
            (_, Outcome::Rejected { .. }) => Kind::Refused,
            _ => Kind::Failure,
        }
    }
}

/// Hides the request, which has a token. The body of a callback has the shared secret.
impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).field("id", &self.case.id).finish_non_exhaustive()
    }
}

/// How a check is not passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request that has to be refused was accepted.
    LetThrough,
    /// The app failed, or did not answer.
    Failure,
    /// A good request was refused.
    Refused,
}

impl Check {
    /// A check in a group, such as `claims`. `clause` decides whether the request is accepted, and how binding that is.
    pub(super) fn new(group: &str, name: &str, clause: &str, is_accepted: bool, question: Question) -> Self {
        let answer = if is_accepted { "accepted" } else { "refused" };
        Self {
            name: name.to_owned(),
            case: Case {
                id: format!("probe/{group}/{}", name.replace('_', "-")),
                summary: format!("{} is {answer}", name.replace('_', " ")),
                clauses: vec![clause.to_owned()],
                level: spec::clause(clause).map_or(Level::Open, |clause| clause.level),
                question,
                decoded: Vec::new(),
                expect: match is_accepted {
                    true => Expectation::Accepted(Accepted { issuer: Issuer::default(), claims: Map::new() }),
                    false => Expectation::Rejected(vec![Reason::Other]),
                },
                accept: Vec::new(),
                features: Vec::new(),
                flags: Vec::new(),
                source: format!("docs/spec.md, {clause}"),
            },
        }
    }

    /// The same check, where the specification leaves the answer open.
    #[must_use]
    pub(super) fn open(mut self) -> Self {
        self.case.level = Level::Open;
        self
    }

    /// The same check with a sentence for people.
    #[must_use]
    pub(super) fn with_summary(mut self, summary: impl Into<String>) -> Self {
        self.case.summary = summary.into();
        self
    }
}

/// The question of a request without a token.
pub(super) fn bare(settings: &Settings, request: Input) -> Question {
    with_headers(settings, request, Vec::new())
}

/// The question of a request with these header fields. The questions of ASAP and of Forge have no request of their own.
pub(super) fn with_headers(settings: &Settings, request: Input, headers: Headers) -> Question {
    let (now, leeway) = (now(), 0);
    let audience = || settings.service.as_ref().map(|service| service.audience.clone()).unwrap_or_default();
    match settings.kind {
        TokenKind::Asap => Question::AsapVerify(AsapVerification {
            presented: Presented::Headers(headers),
            public_keys: BTreeMap::new(),
            audience: audience(),
            now,
            leeway,
        }),
        TokenKind::Forge => Question::ForgeVerify(ForgeVerification {
            presented: Presented::Headers(headers),
            key_set: Map::new(),
            app_id: audience(),
            now,
            leeway,
        }),
        TokenKind::Install => Question::AuthenticateInstall(InstallAuthentication {
            request: Received { input: request, headers },
            client_key: settings.client_key.clone(),
            app_base_url: audience(),
            further_base_urls: Vec::new(),
            public_keys: BTreeMap::new(),
            now,
            leeway,
        }),
        kind => Question::Authenticate(Authentication {
            request: Received { input: request, headers },
            tenants: BTreeMap::new(),
            now,
            leeway,
            endpoint: if kind == TokenKind::Context { Endpoint::Context } else { Endpoint::Url },
        }),
    }
}

/// The question that sends this token in the `Authorization` field of a request.
pub(super) fn carrying(settings: &Settings, request: Input, token: &str) -> Question {
    let headers = vec![("Authorization".to_owned(), format!("{} {token}", scheme(settings.kind)))];
    placed(settings, with_headers(settings, request, headers))
}

/// The scheme before a token of this kind.
pub(super) fn scheme(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Asap | TokenKind::Forge => "Bearer",
        _ => "JWT",
    }
}

/// The question with its token in the parameter `jwt`, if it is in the `Authorization` header field.
pub(super) fn in_query(question: Question) -> Question {
    match question {
        Question::Authenticate(mut asked) => {
            move_to_query(&mut asked.request);
            Question::Authenticate(asked)
        }
        Question::AuthenticateInstall(mut asked) => {
            move_to_query(&mut asked.request);
            Question::AuthenticateInstall(asked)
        }
        question => question,
    }
}

fn move_to_query(request: &mut Received) {
    if let [(name, value)] = request.headers.as_slice()
        && let Some(token) = value.strip_prefix("JWT ").filter(|_| name == "Authorization")
    {
        let url = request.input.url.as_str().unwrap_or_default();
        let sign = if url.contains('?') { '&' } else { '?' };
        request.input.url = format!("{url}{sign}jwt={token}").into();
        request.headers.clear();
    }
}

/// The question with its token where the settings want it.
pub(super) fn placed(settings: &Settings, question: Question) -> Question {
    match settings.token_in {
        TokenIn::Header => question,
        TokenIn::Query => in_query(question),
    }
}

/// The question without the secrets of the tenants, which a running app is not told.
pub(super) fn without_secrets(question: Question) -> Question {
    match question {
        Question::Authenticate(asked) => Question::Authenticate(Authentication { tenants: BTreeMap::new(), ..asked }),
        question => question,
    }
}
