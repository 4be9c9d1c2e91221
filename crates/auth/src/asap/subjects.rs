//! [`Subjects`]: the subjects that an issuer can name.

use std::collections::BTreeSet;

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
    pub(super) fn lets(&self, issuer: &str, subject: &str) -> bool {
        match self {
            _ if issuer == subject => true,
            Self::Issuer => false,
            Self::Pairs(pairs) => pairs.contains(&(issuer.to_owned(), subject.to_owned())),
            Self::Any => true,
        }
    }
}
