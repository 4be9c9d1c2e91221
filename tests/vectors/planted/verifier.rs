//! The verifier: the operations, step by step. Each decision of a clause is a function that a flaw can replace.

use qsh::suite::case::{self, AsapVerification, Authentication, Endpoint, InstallAuthentication, Presented, Question};
use qsh::suite::outcome::{Accepted, Answer, Outcome, Reason};

use crate::planted::claims::{Claims, Times};
use crate::planted::decoding::{Decoding, Token};
use crate::planted::hash::Hash;
use crate::planted::identity::IdentityChecks;
use crate::planted::keys::Keys;
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
    };

    pub(crate) fn answer(&self, question: &Question) -> Outcome {
        let verified = match question {
            Question::Authenticate(asked) => self.authenticate(asked),
            Question::AuthenticateInstall(asked) => self.authenticate_install(asked),
            Question::AsapVerify(asked) => self.asap_verify(asked),
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
        Ok(Accepted { issuer, claims: token.claims })
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
        self.is_for(&token, &asked.app_base_url, self.identity.is_app)?;
        let claimed = self.claims.text(&token, "qsh")?;
        self.hash.check(claimed.as_deref(), &(self.hash.of)(&asked.request.input), Endpoint::Url)?;
        (self.claims.others)(&token)?;
        Ok(Accepted { issuer, claims: token.claims })
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
        self.is_for(&token, &asked.audience, self.identity.is_server)?;
        let subject = self.claims.text(&token, "sub")?;
        if !(self.identity.speaks_for)(&issuer, subject.as_deref()) {
            return Err(Reason::SubjectMismatch);
        }
        (self.claims.others)(&token)?;
        Ok(Accepted { issuer, claims: token.claims })
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

    fn is_for(&self, token: &Token, name: &str, is_named: fn(&str, &str) -> bool) -> Result<(), Reason> {
        let Some(value) = self.claims.find(token, "aud")? else { return Ok(()) };
        let audiences = (self.identity.audiences)(&value).ok_or(Reason::InvalidClaim)?;
        let fit: Vec<bool> = audiences.iter().map(|audience| is_named(audience, name)).collect();
        if (self.identity.are_enough)(&fit) { Ok(()) } else { Err(Reason::AudienceMismatch) }
    }
}

fn received(request: &case::Received) -> Received<'_> {
    let case::Received { input, headers } = request;
    Received { url: input.url.as_bytes(), headers, form: input.form.as_deref() }
}
