//! Our own implementation as an adapter. A run calls it in this process; `qsh adapters serve` serves it on stdin and
//! stdout.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::iter;

use qsh_auth::asap::{self, Signer, Verifier};
use qsh_auth::connect::impersonation::{self, Assertion};
use qsh_auth::connect::{self, ExpectedClaims, Failure, Issue, Tenant, TenantStore};
use qsh_auth::forge::{self, KeySet};
use qsh_auth::jwt::{
    Algorithm, Claims, EmptySecret, InvalidKey, KeyId, KeySource, PrivateKey, PublicKey, Rejection, SharedSecret,
    SignedToken, Time,
};
use qsh_auth::kind::InvalidClaims;
use qsh_diagnose::{Dialect, Input, canonicalize_with};
use qsh_hash::{Hasher, Request};
use serde_json::Value;

use super::protocol::{self, Description, Operation, Question};
use super::{Adapter, Reply, in_process};
use crate::suite::case::{
    AsapSigning, AsapVerification, Authentication, Endpoint, ForgeVerification, Headers, ImpersonationSigning,
    ImpersonationVerification, InstallAuthentication, Presented, ProductAuthentication, Signing,
};
use crate::suite::outcome::{Answer, Outcome, Reason};

/// Our own implementation. The general canonicalizer answers `canonical_request` and the fast path answers `qsh`. A
/// case with both operations therefore compares the two.
#[derive(Debug)]
pub struct BuiltIn {
    description: Description,
    hasher: Hasher,
}

impl BuiltIn {
    /// The implementation of this crate.
    pub fn new() -> Self {
        let description = Description {
            protocol: protocol::VERSION,
            name: "built-in".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            runtime: "native".to_owned(),
            operations: Operation::ALL.map(|operation| operation.name().to_owned()).into(),
            fixed_leeway: None,
            fixed_method: None,
        };
        Self { description, hasher: Hasher::new() }
    }

    /// Answers one question.
    pub fn answer(&mut self, question: &Question) -> Outcome {
        match question {
            Question::CanonicalRequest(input) => of_request(input, canonical_request),
            Question::Qsh(input) => {
                of_request(input, |request| Outcome::Ok(Answer::qsh(self.hasher.hash(&request).to_string())))
            }
            Question::Sign(asked) => of_request(&asked.request, |request| sign(request, asked)),
            Question::Authenticate(asked) => of_request(&asked.request.input, |request| authenticate(request, asked)),
            Question::AuthenticateInstall(asked) => of_request(&asked.request.input, |request| install(request, asked)),
            Question::AsapSign(asked) => asap_sign(asked),
            Question::AsapVerify(asked) => asap_verify(asked),
            Question::AuthenticateProduct(asked) => of_request(&asked.request.input, |request| product(request, asked)),
            Question::ImpersonationSign(asked) => impersonation_sign(asked),
            Question::ImpersonationVerify(asked) => impersonation_verify(asked),
            Question::ForgeVerify(asked) => forge_verify(asked),
        }
    }

    /// Serves the protocol until the input ends.
    ///
    /// # Errors
    ///
    /// Reading or writing fails, or a line is not a message of the protocol.
    pub fn serve(&mut self, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
        let (mut line, mut answer) = (Vec::new(), Vec::new());
        while input.read_until(b'\n', &mut line)? > 0 {
            match protocol::read_question(&line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))? {
                protocol::Incoming::Describe { id } => protocol::write_description(&mut answer, id, &self.description),
                protocol::Incoming::Ask { id, question } => {
                    let outcome = self.answer(&question);
                    protocol::write_answer(&mut answer, id, &outcome);
                }
                protocol::Incoming::Unknown { id, operation } => {
                    protocol::write_answer(&mut answer, id, &Outcome::Unsupported(format!("no operation {operation}")));
                }
            }
            line.clear();
            output.write_all(&answer)?;
            answer.clear();
            output.flush()?;
        }
        Ok(())
    }
}

impl Default for BuiltIn {
    fn default() -> Self {
        Self::new()
    }
}

impl Adapter for BuiltIn {
    fn description(&self) -> &Description {
        &self.description
    }

    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        in_process::ask(questions, answered, |question| self.answer(question))
    }

    fn incidents(&self) -> &[String] {
        &[]
    }
}

/// Answers a question about this request, or refuses an invalid request.
fn of_request<'q>(input: &'q Input, answer: impl FnOnce(Request<'q>) -> Outcome) -> Outcome {
    input.request().map_or_else(malformed, answer)
}

fn canonical_request(request: Request<'_>) -> Outcome {
    match canonicalize_with(&request, &Dialect::OFFICIAL) {
        Ok(canonical) => Outcome::Ok(Answer::canonical_request(canonical.as_bytes().to_vec())),
        Err(refusal) => malformed(refusal),
    }
}

fn sign(request: Request<'_>, asked: &Signing) -> Outcome {
    let secret = match SharedSecret::new(&asked.shared_secret) {
        Ok(secret) => secret,
        Err(empty) => return Outcome::Rejected { reason: Reason::Other, message: empty.to_string() },
    };
    let mut issue = Issue::new(&asked.issuer, asked.issued_at, asked.expires_at);
    for (name, value) in &asked.claims {
        issue = issue.with_claim(name, value.clone());
    }
    signed(connect::token(&request, &issue, &secret))
}

fn malformed(why: impl ToString) -> Outcome {
    Outcome::Rejected { reason: Reason::Malformed, message: why.to_string() }
}

/// The tenants of a question. A tenant with an empty secret is an error of the store (JWT-19): its tokens cannot be
/// verified.
struct Tenants<'q>(&'q BTreeMap<String, String>);

impl TenantStore for Tenants<'_> {
    type Error = EmptySecret;

    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, EmptySecret> {
        let secret = self.0.get(client_key).map(SharedSecret::new).transpose()?;
        Ok(secret.map(|secret| Tenant::new(client_key, secret)))
    }
}

fn authenticate(request: Request<'_>, asked: &Authentication) -> Outcome {
    let endpoint = match asked.endpoint {
        Endpoint::Url => connect::Endpoint::Url,
        Endpoint::Context => connect::Endpoint::Context,
    };
    let time = Time::new(asked.now).with_leeway(asked.leeway);
    let headers = bytes(&asked.request.headers);
    let incoming = connect::Incoming::new(request, &headers);
    match connect::authenticate(incoming, &Tenants(&asked.tenants), endpoint, time) {
        Ok(accepted) => Outcome::Ok(Answer::accepted(accepted.tenant.client_key, accepted.claims.into_object())),
        Err(Failure::Rejected(rejection)) => rejected(&rejection),
        Err(Failure::Store(empty)) => Outcome::Rejected { reason: Reason::UnknownIssuer, message: empty.to_string() },
    }
}

fn install(request: Request<'_>, asked: &InstallAuthentication) -> Outcome {
    let time = Time::new(asked.now).with_leeway(asked.leeway);
    let headers = bytes(&asked.request.headers);
    let incoming = connect::Incoming::new(request, &headers);
    let further = asked.further_base_urls.iter();
    let app_base_urls: Vec<&str> = iter::once(&asked.app_base_url).chain(further).map(String::as_str).collect();
    let expected = ExpectedClaims { client_key: &asked.client_key, app_base_urls: &app_base_urls };
    match connect::authenticate_install(incoming, expected, &Keys(&asked.public_keys), time) {
        Ok(claims) => Outcome::Ok(Answer::accepted(asked.client_key.as_str(), claims.into_object())),
        Err(Failure::Rejected(rejection)) => rejected(&rejection),
        Err(Failure::Store(invalid)) => Outcome::Rejected { reason: Reason::UnknownKey, message: invalid.to_string() },
    }
}

fn asap_verify(asked: &AsapVerification) -> Outcome {
    let time = Time::new(asked.now).with_leeway(asked.leeway);
    let token = match &asked.presented {
        Presented::Token(token) => Ok(token.as_bytes().to_vec()),
        Presented::Headers(headers) => asap::bearer(&bytes(headers)).map(<[u8]>::to_vec),
    };
    let verified = token
        .map_err(asap::Failure::from)
        .and_then(|token| Verifier::new(&asked.audience).verify(&token, &Keys(&asked.public_keys), time));
    match verified {
        Ok(verified) => Outcome::Ok(Answer::accepted(verified.issuer, verified.claims.into_object())),
        Err(asap::Failure::Rejected(rejection)) => rejected(&rejection),
        Err(asap::Failure::Keys(invalid)) => {
            Outcome::Rejected { reason: Reason::UnknownKey, message: invalid.to_string() }
        }
        Err(asap::Failure::ReplayGuard(never)) => match never {},
    }
}

fn asap_sign(asked: &AsapSigning) -> Outcome {
    asap_token(asked).map_or_else(
        |error| Outcome::Rejected { reason: Reason::Other, message: with_causes(&*error) },
        |token| Outcome::Ok(Answer::token(token.as_str())),
    )
}

fn product(request: Request<'_>, asked: &ProductAuthentication) -> Outcome {
    let time = Time::new(asked.now).with_leeway(asked.leeway);
    let headers = bytes(&asked.request.headers);
    let secret = |app_key: &str| asked.apps.get(app_key).map(SharedSecret::new).transpose();
    match connect::authenticate_product(connect::Incoming::new(request, &headers), secret, time) {
        Ok(claims) => accepted(claims),
        Err(Failure::Rejected(rejection)) => rejected(&rejection),
        Err(Failure::Store(empty)) => Outcome::Rejected { reason: Reason::UnknownIssuer, message: empty.to_string() },
    }
}

fn impersonation_sign(asked: &ImpersonationSigning) -> Outcome {
    let secret = match SharedSecret::new(&asked.shared_secret) {
        Ok(secret) => secret,
        Err(empty) => return Outcome::Rejected { reason: Reason::Other, message: empty.to_string() },
    };
    let (issued_at, expires_at) = (asked.issued_at, asked.expires_at);
    let assertion = Assertion::new(&asked.client_id, &asked.account_id, &asked.site, issued_at, expires_at)
        .with_authorization_server(&asked.authorization_server);
    signed(assertion.sign(&secret))
}

fn impersonation_verify(asked: &ImpersonationVerification) -> Outcome {
    let secret = match SharedSecret::new(&asked.shared_secret) {
        Ok(secret) => secret,
        Err(empty) => return Outcome::Rejected { reason: Reason::UnknownIssuer, message: empty.to_string() },
    };
    let ImpersonationVerification { token, client_id, authorization_server, now, leeway, .. } = asked;
    let time = Time::new(*now).with_leeway(*leeway);
    impersonation::verify(token.as_bytes(), client_id, &secret, authorization_server, time)
        .map_or_else(|rejection| rejected(&rejection), accepted)
}

fn forge_verify(asked: &ForgeVerification) -> Outcome {
    let time = Time::new(asked.now).with_leeway(asked.leeway);
    let token = match &asked.presented {
        Presented::Token(token) => Ok(token.as_bytes().to_vec()),
        Presented::Headers(headers) => forge::bearer(&bytes(headers)).map(<[u8]>::to_vec),
    };
    let keys = match KeySet::parse(Value::Object(asked.key_set.clone()).to_string().as_bytes()) {
        Ok(keys) => keys,
        Err(invalid) => return Outcome::Rejected { reason: Reason::UnknownKey, message: invalid.to_string() },
    };
    let verified = token.and_then(|token| forge::Verifier::new(&asked.app_id).verify(&token, &keys, time));
    verified.map_or_else(|rejection| rejected(&rejection), accepted)
}

/// The claims of an accepted token, with the issuer that they name.
fn accepted(claims: Claims) -> Outcome {
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default().to_owned();
    Outcome::Ok(Answer::accepted(issuer, claims.into_object()))
}

/// A token, or the reason for which none was signed.
fn signed(token: Result<SignedToken, InvalidClaims>) -> Outcome {
    match token {
        Ok(token) => Outcome::Ok(Answer::token(token.as_str())),
        Err(InvalidClaims::Refused(rejection)) => rejected(&rejection),
        Err(own) => Outcome::Rejected { reason: Reason::Other, message: own.to_string() },
    }
}

/// The message of an error, and those of its causes.
fn with_causes(error: &dyn Error) -> String {
    let causes = iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |message, cause| format!("{message}: {cause}"))
}

fn asap_token(asked: &AsapSigning) -> Result<SignedToken, Box<dyn Error>> {
    let key = PrivateKey::from_pem(&asked.private_key_pem)?;
    let algorithm = Algorithm::named(&asked.algorithm).ok_or("no algorithm of ASAP has this name")?;
    let signer = Signer::new(&asked.issuer, KeyId::parse(&asked.key_id)?, key)?.with_algorithm(algorithm)?;
    let mut issue = asap::Issue::new(&asked.audience, asap::random_id()?, asked.issued_at, asked.expires_at);
    for (name, value) in &asked.claims {
        // No question says that the server lets the issuer speak for another (ASAP-23).
        if name == "sub" && value.as_str().is_some_and(|subject| subject != asked.issuer) {
            return Err("the subject is not the issuer".into());
        }
        issue = issue.with_claim(name, value.clone());
    }
    Ok(signer.sign(&issue)?)
}

/// The keys of a question. A key that cannot be read is an error of the store.
struct Keys<'q>(&'q BTreeMap<String, String>);

impl KeySource for Keys<'_> {
    type Error = InvalidKey;

    fn public_key(&self, key_id: &KeyId, _now: i64) -> Result<Option<PublicKey>, InvalidKey> {
        self.0.get(key_id.as_str()).map(PublicKey::from_pem).transpose()
    }
}

fn bytes(headers: &Headers) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

fn rejected(rejection: &Rejection) -> Outcome {
    Outcome::Rejected { reason: rejection.reason(), message: rejection.to_string() }
}
