//! [`Severity`]: how grave a finding is.

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "every format shows each of them")]
pub enum Severity {
    /// Anybody can act as any tenant.
    Critical,
    /// Whoever has one token can do more than it was made for.
    High,
    /// A defence in depth is missing.
    Medium,
    /// The app is harder to reason about, and nothing follows from it alone.
    Low,
    /// The app refuses what is good: it does not work with a product.
    Compatibility,
}

impl Severity {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Compatibility => "compatibility",
        }
    }
}
