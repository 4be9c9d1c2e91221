//! [`Environment`]: where Atlassian runs something.

/// Where Atlassian runs something. An app in production trusts no key of a staging environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// For customers.
    Production,
    /// For Atlassian's own tests.
    Staging,
}
