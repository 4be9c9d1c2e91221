//! [`CanonicalAnswer`]: what an implementation gives for a request.

use crate::text::Text;

/// What an implementation gives for a request: the canonical request, the hash, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is a text, and its hash")]
pub struct CanonicalAnswer {
    /// The canonical request (QSH-C1).
    pub canonical_request: Option<Text>,
    /// The query string hash (QSH-H2), as the implementation wrote it.
    pub qsh: Option<String>,
}

impl CanonicalAnswer {
    /// An answer with a canonical request alone.
    pub fn canonical_request(text: impl Into<Text>) -> Self {
        Self { canonical_request: Some(text.into()), ..Self::default() }
    }

    /// An answer with a hash alone.
    pub fn qsh(hash: impl Into<String>) -> Self {
        Self { qsh: Some(hash.into()), ..Self::default() }
    }
}
