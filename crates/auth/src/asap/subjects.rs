//! [`Subjects`]: for whom an issuer may speak.

use std::collections::BTreeSet;

/// For whom an issuer may speak (ASAP-23).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subjects {
    /// For itself only.
    #[default]
    Issuer,
    /// For itself, and for the subject of each pair of an issuer and a subject.
    Pairs(BTreeSet<(String, String)>),
    /// For anybody.
    Any,
}

impl Subjects {
    pub(super) fn lets(&self, issuer: &str, subject: &str) -> bool {
        match self {
            _ if issuer == subject => true,
            Self::Issuer => false,
            Self::Pairs(pairs) => pairs.contains(&(issuer.to_owned(), subject.to_owned())),
            Self::Any => true,
        }
    }
}
