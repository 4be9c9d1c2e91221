//! [`File`]: a file of a site.

/// A file of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The path in the folder of the site, with `/` between its parts.
    pub path: String,
    /// The content.
    pub text: String,
}

impl File {
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}
