//! The verifier: the operations, step by step. Each decision of a clause is a function that a flaw can replace.

use qsh::suite::case::{
    self, AsapVerification, Authentication, Endpoint, ForgeVerification, ImpersonationVerification,
    InstallAuthentication, Presented, ProductAuthentication, Question,
};
use qsh::suite::outcome::{Accepted, Answer, Outcome, Reason};

use crate::planted::claims::{Claims, Times};
use crate::planted::decoding::{Decoding, Token};
use crate::planted::hash::Hash;
use crate::planted::identity::IdentityChecks;
use crate::planted::keys::Keys;
use crate::planted::kinds::{self, Kinds};
use crate::planted::signatures::Signatures;
use crate::planted::transport::{Received, Transport};

type Verified = Result<Accepted, Reason>;

/// The decisions of a verifier. A flaw replaces one of them.
#[derive(Clone, Copy)]
pub(crate) struct Verifier {
    pub(crate) transport: Transport,
    pub(crate) decoding: Decoding,
    pub(crate) keys: Keys,
    pub(crate) signatures: Signatures,
    pub(crate) claims: Claims,
    pub(crate) hash: Hash,
    pub(crate) identity: IdentityChecks,
    pub(crate) kinds: Kinds,
}

impl Verifier {
    /// The verifier whose decisions all follow the specification.
    pub(crate) const RIGHT: Self = Self {
        transport: Transport::RIGHT,
        decoding: Decoding::RIGHT,
        keys: Keys::RIGHT,
        signatures: Signatures::RIGHT,
        claims: Claims::RIGHT,
        hash: Hash::RIGHT,
        identity: IdentityChecks::RIGHT,
        kinds: Kinds::RIGHT,
    };

    pub(crate) fn answer(&self, question: &Question) -> Outcome {
        let verified = match question {
            Question::Authenticate(asked) => self.authenticate(asked),
            Question::AuthenticateInstall(asked) => self.authenticate_install(asked),
            Question::AsapVerify(asked) => self.asap_verify(asked),
            Question::AuthenticateProduct(asked) => self.authenticate_product(asked),
            Question::ImpersonationVerify(asked) => self.impersonation_verify(asked),
            Question::ForgeVerify(asked) => self.forge_verify(asked),
            other => panic!("{other} is not verified"),
        };
        match verified {
            Ok(Accepted { issuer, claims }) => Outcome::Ok(Answer::accepted(issuer, claims)),
            Err(reason) => Outcome::Rejected { reason, message: String::new() },
        }
    }

    fn authenticate(&self, asked: &Authentication) -> Verified {
        let Some(text) = self.transport.token_of_request(&received(&asked.request))? else {
            return (self.transport.tokenless)();
        };
        let token = self.decoding.token(&text)?;
        let issuer = self.claims.text(&token, "iss")?;
        let issuer = issuer.or_else(|| asked.tenants.keys().next().cloned()).unwrap_or_default();
        let secrets = (self.keys.secrets)(&asked.tenants, &issuer, &token);
        self.signatures.check(&token, &secrets, self.signatures.connect, Reason::UnknownIssuer)?;
        let times = self.claims.times(&token, asked.now, asked.leeway)?;
        self.in_time(&times)?;
        let claimed = self.claims.text(&token, "qsh")?;
        self.hash.check(claimed.as_deref(), &(self.hash.of)(&asked.request.input), asked.endpoint)?;
        (self.claims.others)(&token)?;
        Ok(Accepted { issuer: issuer.into(), claims: token.claims })
    }

    fn authenticate_install(&self, asked: &InstallAuthentication) -> Verified {
        let Some(text) = self.transport.token_of_callback(&received(&asked.request))? else {
            return (self.transport.tokenless)();
        };
        let token = self.decoding.token(&text)?;
        let key_id = (self.keys.key_id)(&token).ok_or(Reason::Malformed)?;
        let keys = (self.keys.published)(&asked.public_keys, &key_id, &token);
        self.signatures.check(&token, &keys, self.signatures.install, Reason::UnknownKey)?;
        let issuer = self.claims.text(&token, "iss")?.unwrap_or_else(|| asked.client_key.clone());
        let times = self.claims.times(&token, asked.now, asked.leeway)?;
        self.in_time(&times)?;
        if !(self.identity.installs)(&issuer, &asked.client_key) {
            return Err(Reason::UnknownIssuer);
        }
        let base_urls = (self.identity.base_urls)(&asked.app_base_url, &asked.further_base_urls);
        self.is_for(&token, &base_urls, self.identity.is_app)?;
        let claimed = self.claims.text(&token, "qsh")?;
        self.hash.check(claimed.as_deref(), &(self.hash.of)(&asked.request.input), Endpoint::Url)?;
        (self.claims.others)(&token)?;
        Ok(Accepted { issuer: issuer.into(), claims: token.claims })
    }

    fn asap_verify(&self, asked: &AsapVerification) -> Verified {
        let text = match &asked.presented {
            Presented::Token(text) => Some(text.as_bytes().to_vec()),
            Presented::Headers(headers) => self.transport.bearer(headers)?,
        };
        let Some(text) = text else { return (self.transport.tokenless)() };
        let token = self.decoding.token(&text)?;
        let key_id = (self.keys.key_id)(&token).ok_or(Reason::Malformed)?;
        if !(self.keys.is_well_formed)(&key_id) {
            return Err(Reason::Malformed);
        }
        let keys = (self.keys.published)(&asked.public_keys, &key_id, &token);
        self.signatures.check(&token, &keys, self.signatures.asap, Reason::UnknownKey)?;
        let issuer = self.claims.text(&token, "iss")?;
        let issuer = issuer.unwrap_or_else(|| key_id.split('/').next().unwrap_or_default().to_owned());
        self.claims.text(&token, "jti")?;
        let times = self.claims.times(&token, asked.now, asked.leeway)?;
        self.in_window(&times)?;
        if !(self.identity.owns)(&issuer, &key_id) {
            return Err(Reason::KeyNotOwned);
        }
        self.is_for(&token, &[asked.audience.as_str()], self.identity.is_server)?;
        let subject = self.claims.text(&token, "sub")?;
        if !(self.identity.speaks_for)(&issuer, subject.as_deref()) {
            return Err(Reason::SubjectMismatch);
        }
        (self.claims.others)(&token)?;
        Ok(Accepted { issuer: issuer.into(), claims: token.claims })
    }

    fn authenticate_product(&self, asked: &ProductAuthentication) -> Verified {
        let Some(text) = self.transport.token_to_product(&received(&asked.request), self.kinds.to_product)? else {
            return (self.transport.tokenless)();
        };
        let token = self.decoding.token(&text)?;
        let issuer = text_of(&token, "iss")?.unwrap_or_default();
        let secrets = (self.kinds.apps)(&asked.apps, &issuer);
        self.signatures.check(&token, &secrets, self.signatures.connect, Reason::UnknownIssuer)?;
        all_there(&token, self.kinds.mandatory_to_product)?;
        self.in_time(&self.dates(&token, asked.now, asked.leeway)?)?;
        let claimed = text_of(&token, "qsh")?;
        let right = (self.kinds.hash_to_product)(&asked.request.input);
        self.hash.check(claimed.as_deref(), &right, Endpoint::Url)?;
        Ok(Accepted { issuer: issuer.into(), claims: token.claims })
    }

    fn impersonation_verify(&self, asked: &ImpersonationVerification) -> Verified {
        let token = self.decoding.token(asked.token.as_bytes())?;
        all_there(&token, self.kinds.mandatory_in_assertion)?;
        let issuer = text_of(&token, "iss")?.unwrap_or_default();
        if !(self.kinds.is_client)(&issuer, &asked.client_id) {
            return Err(Reason::UnknownIssuer);
        }
        let secrets = [asked.shared_secret.clone()];
        self.signatures.check(&token, &secrets, self.signatures.connect, Reason::UnknownIssuer)?;
        if text_of(&token, "tnt")?.is_some_and(|tenant| !(self.kinds.is_site)(&tenant)) {
            return Err(Reason::InvalidClaim);
        }
        if text_of(&token, "sub")?.is_some_and(|subject| !(self.kinds.is_user)(&subject)) {
            return Err(Reason::InvalidClaim);
        }
        self.names(&token, |audience| (self.kinds.is_server)(audience, &asked.authorization_server))?;
        let times = self.dates(&token, asked.now, asked.leeway)?;
        self.in_time(&times)?;
        if (self.kinds.is_ahead)(&times) {
            return Err(Reason::NotYetValid);
        }
        if (self.kinds.is_long)(&times) {
            return Err(Reason::LifetimeTooLong);
        }
        Ok(Accepted { issuer: issuer.into(), claims: token.claims })
    }

    fn forge_verify(&self, asked: &ForgeVerification) -> Verified {
        let text = match &asked.presented {
            Presented::Token(text) => Some(text.as_bytes().to_vec()),
            Presented::Headers(headers) => self.transport.bearer(headers)?,
        };
        let Some(text) = text else { return (self.transport.tokenless)() };
        let token = self.decoding.token(&text)?;
        let key_id = (self.keys.key_id)(&token).ok_or(Reason::Malformed)?;
        (self.signatures.algorithm)(&token.algorithm, self.kinds.of_forge).ok_or(Reason::AlgorithmNotAllowed)?;
        let keys = (self.kinds.key_set)(&asked.key_set, &key_id, &token);
        if keys.is_empty() {
            return Err(Reason::UnknownKey);
        }
        let signed = (self.signatures.text)(&token);
        let is_by = |key| token.algorithm != "RS256" || kinds::is_by(key, &token.signature, &signed);
        if !(self.signatures.unsigned)(&token) && !keys.iter().any(is_by) {
            return Err(Reason::BadSignature);
        }
        all_there(&token, self.kinds.mandatory_in_invocation)?;
        let issuer = text_of(&token, "iss")?;
        if issuer.as_deref().is_some_and(|issuer| !(self.kinds.is_forge)(issuer)) {
            return Err(Reason::UnknownIssuer);
        }
        self.names(&token, |audience| (self.kinds.is_forge_app)(audience, &asked.app_id, &token))?;
        self.in_time(&self.dates(&token, asked.now, asked.leeway)?)?;
        Ok(Accepted { issuer: issuer.unwrap_or_default().into(), claims: token.claims })
    }

    /// The dates of a token of which each may be absent.
    fn dates(&self, token: &Token, now: i64, leeway: u32) -> Result<Times, Reason> {
        let date = |name| {
            let found = token.claims.get(name);
            found.map(|value| (self.claims.seconds)(name, value).ok_or(Reason::InvalidClaim)).transpose()
        };
        let (exp, iat, nbf) = (date("exp")?, date("iat")?, date("nbf")?);
        Ok(Times { now: now as f64, leeway: f64::from(leeway), iat, exp, nbf })
    }

    /// Whether one of the audiences is meant. A token without `aud` is for everybody.
    fn names(&self, token: &Token, is_meant: impl Fn(&str) -> bool) -> Result<(), Reason> {
        let Some(value) = token.claims.get("aud") else { return Ok(()) };
        let audiences = (self.identity.audiences)(value).ok_or(Reason::InvalidClaim)?;
        let fit: Vec<bool> = audiences.iter().map(|audience| is_meant(audience)).collect();
        if (self.identity.are_enough)(&fit) { Ok(()) } else { Err(Reason::AudienceMismatch) }
    }

    /// The dates of Connect (CON-5 to CON-16).
    fn in_time(&self, times: &Times) -> Result<(), Reason> {
        let &Times { now, leeway, exp, nbf, .. } = times;
        if exp.is_some_and(|exp| (self.claims.is_late)(now, exp, leeway)) {
            return Err(Reason::Expired);
        }
        if nbf.is_some_and(|nbf| (self.claims.is_early)(now, nbf, leeway)) {
            return Err(Reason::NotYetValid);
        }
        (self.claims.otherwise_untimely)(times).map_or(Ok(()), Err)
    }

    /// The dates of ASAP (ASAP-14 to ASAP-19).
    fn in_window(&self, times: &Times) -> Result<(), Reason> {
        if (self.claims.is_backwards)(times) {
            return Err(Reason::InvalidClaim);
        }
        if (self.claims.is_long)(times) {
            return Err(Reason::LifetimeTooLong);
        }
        self.in_time(&Times { nbf: (self.claims.begin)(times), ..*times })
    }

    fn is_for(&self, token: &Token, names: &[&str], is_named: fn(&str, &str) -> bool) -> Result<(), Reason> {
        let Some(value) = self.claims.find(token, "aud")? else { return Ok(()) };
        let audiences = (self.identity.audiences)(&value).ok_or(Reason::InvalidClaim)?;
        let is_meant = |audience: &String| names.iter().any(|name| is_named(audience, name));
        let fit: Vec<bool> = audiences.iter().map(is_meant).collect();
        if (self.identity.are_enough)(&fit) { Ok(()) } else { Err(Reason::AudienceMismatch) }
    }
}

fn received(request: &case::Received) -> Received<'_> {
    let case::Received { input, headers } = request;
    Received { url: input.url.as_bytes(), headers, form: input.form.as_deref() }
}

fn all_there(token: &Token, names: &[&str]) -> Result<(), Reason> {
    let is_there = |name: &&str| token.claims.contains_key(*name);
    if names.iter().all(is_there) { Ok(()) } else { Err(Reason::MissingClaim) }
}

fn text_of(token: &Token, name: &str) -> Result<Option<String>, Reason> {
    let found = token.claims.get(name);
    found.map(|value| value.as_str().map(str::to_owned).ok_or(Reason::InvalidClaim)).transpose()
}
