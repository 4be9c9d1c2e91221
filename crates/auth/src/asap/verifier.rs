//! [`Verifier`]: the requirements of a server for tokens. [`Subjects`]: the subjects that it allows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::LONGEST;
use crate::jwt::{Algorithm, Claims, KeyId};
use crate::kind::Expected;

/// The requirements of a server for tokens.
///
/// # Examples
///
/// A server with two names, which allows one service to act for a user:
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
///
/// use qsh_auth::asap::{Failure, Issue, Signer, Subjects, Verifier};
/// use qsh_auth::jwt::{KeyId, PrivateKey, Reason, Time};
///
/// let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
/// let key_id = KeyId::parse("svc/k1")?;
/// let keys = BTreeMap::from([(key_id.clone(), key.public_key().clone())]);
/// let signer = Signer::new("svc", key_id, key)?;
/// let token = signer.sign(&Issue::new("api-v2", "1", 1_000, 1_060).with_subject("user"))?;
///
/// let strict = Verifier::new("api").with_audience("api-v2");
/// let refused = strict.verify(token.as_str().as_bytes(), &keys, Time::new(1_000)).unwrap_err();
/// assert!(matches!(refused, Failure::Rejected(refused) if refused.reason() == Reason::SubjectMismatch));
///
/// let pairs = BTreeSet::from([("svc".to_owned(), "user".to_owned())]);
/// let delegating = strict.with_subjects(Subjects::Pairs(pairs));
/// let verified = delegating.verify(token.as_str().as_bytes(), &keys, Time::new(1_000))?;
/// assert_eq!(verified.subject, "user");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    pub(super) audience: BTreeSet<String>,
    pub(super) longest: u32,
    pub(super) subjects: Subjects,
    pub(super) algorithms: Vec<Algorithm>,
}

impl Verifier {
    /// A server with that name. It accepts all nine algorithms, tokens of up to an hour, and only the issuer as
    /// subject.
    pub fn new(audience: impl Into<String>) -> Self {
        Self {
            audience: BTreeSet::from([audience.into()]),
            longest: LONGEST,
            subjects: Subjects::default(),
            algorithms: Algorithm::ALL.into(),
        }
    }

    /// Adds another name of the server (ASAP-20).
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.insert(audience.into());
        self
    }

    /// Accepts tokens of up to this many seconds. Values above an hour mean an hour (ASAP-17).
    #[must_use]
    pub fn with_longest(self, seconds: u32) -> Self {
        Self { longest: seconds.min(LONGEST), ..self }
    }

    /// Sets the subjects that issuers can name (ASAP-23).
    #[must_use]
    pub fn with_subjects(self, subjects: Subjects) -> Self {
        Self { subjects, ..self }
    }

    /// What a token is compared with.
    pub(super) fn expected<'e>(&'e self, claims: &Claims, key_id: &'e KeyId) -> Expected<'e> {
        let names = self.audience.iter().map(String::as_str);
        let expected = Expected::new().with_audiences(names).with_lifetime(self.longest).with_key_id(key_id);
        let named = |name| claims.get(name).and_then(Value::as_str);
        match (named("iss"), named("sub")) {
            (Some(issuer), Some(subject)) if self.subjects.lets(issuer, subject) => expected.with_delegation(),
            _ => expected,
        }
    }

    /// Accepts only these algorithms (ASAP-2).
    #[must_use]
    pub fn with_algorithms(self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self { algorithms: algorithms.into_iter().collect(), ..self }
    }
}

/// The subjects that an issuer can name in its tokens (ASAP-23).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subjects {
    /// Only the issuer itself.
    #[default]
    Issuer,
    /// The issuer itself, and the subjects that these pairs of issuer and subject allow.
    Pairs(BTreeSet<(String, String)>),
    /// Any subject.
    Any,
}

impl Subjects {
    fn lets(&self, issuer: &str, subject: &str) -> bool {
        match self {
            _ if issuer == subject => true,
            Self::Issuer => false,
            Self::Pairs(pairs) => pairs.contains(&(issuer.to_owned(), subject.to_owned())),
            Self::Any => true,
        }
    }
}
