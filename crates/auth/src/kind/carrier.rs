//! [`Carrier`]: where a token travels.

use std::fmt;

/// A place in a request where a token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Carrier<'a> {
    /// The header `Authorization`, after this scheme. The scheme is empty if there is none.
    Authorization(&'a str),
    /// A field of a form.
    FormField(&'a str),
    /// Another header field.
    Header(&'a str),
    /// A parameter of the query.
    Parameter(&'a str),
}

impl Carrier<'_> {
    /// Whether it is the same place. Schemes and names of header fields have any case (TRN-2, TRN-4).
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::Carrier;
    ///
    /// assert!(Carrier::Authorization("jwt").is(Carrier::Authorization("JWT")));
    /// assert!(!Carrier::Parameter("JWT").is(Carrier::Parameter("jwt")));
    /// ```
    pub fn is(self, other: Carrier<'_>) -> bool {
        match (self, other) {
            (Self::Authorization(a), Carrier::Authorization(b)) | (Self::Header(a), Carrier::Header(b)) => {
                a.eq_ignore_ascii_case(b)
            }
            (Self::FormField(a), Carrier::FormField(b)) | (Self::Parameter(a), Carrier::Parameter(b)) => a == b,
            _ => false,
        }
    }
}

/// Writes the place, such as ``header `Authorization: JWT …` ``.
impl fmt::Display for Carrier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorization("") => f.write_str("header `Authorization: …` without a scheme"),
            Self::Authorization(scheme) => write!(f, "header `Authorization: {scheme} …`"),
            Self::FormField(name) => write!(f, "field `{name}` of a form"),
            Self::Header(name) => write!(f, "header `{name}`"),
            Self::Parameter(name) => write!(f, "parameter `{name}`"),
        }
    }
}
