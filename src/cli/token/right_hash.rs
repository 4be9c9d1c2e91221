//! The hash that a token should have.

use std::fmt;

use qsh_diagnose::{Dialect, Input, Text, canonicalize_with};

/// The canonical request of a request, and its hash.
pub(super) struct RightHash {
    canonical: Text,
    hash: String,
}

impl RightHash {
    pub(super) fn of(input: &Input) -> anyhow::Result<Self> {
        let request = input.request()?;
        let canonical = canonicalize_with(&request, &Dialect::OFFICIAL)?;
        Ok(Self { canonical: canonical.as_bytes().to_vec().into(), hash: canonical.hash().to_string() })
    }
}

impl fmt::Display for RightHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  the canonical request is {}", self.canonical)?;
        writeln!(f, "  and its hash {}", self.hash)?;
        writeln!(f, "  to find the mistake: qsh diagnose METHOD URL --token TOKEN")
    }
}
