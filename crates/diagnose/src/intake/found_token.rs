//! [`FoundToken`]: a token, and where in the request it stands.

use std::fmt;

use qsh_auth::kind::Carrier;

/// A token that was found in a text. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundToken {
    text: String,
    pub(super) place: String,
    carried: Option<Carried>,
}

/// The place in the request, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// The header `Authorization`, with the scheme, which may be empty.
    Authorization(String),
    FormField(String),
    Header(String),
    Parameter(String),
}

impl FoundToken {
    pub(super) fn new(text: String, place: String, carried: Option<Carried>) -> Self {
        Self { text, place, carried }
    }

    /// The same token was found again. The header `Authorization` counts, and then the first known place.
    pub(super) fn found_again(&mut self, carried: Option<Carried>) {
        let is_better = matches!(carried, Some(Carried::Authorization(_)));
        if is_better || self.carried.is_none() {
            self.carried = carried;
        }
    }

    /// The token without what surrounded it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it was found, such as `the Authorization header of argument 1`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Where it stands in the request, if that is known.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::Carrier;
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let piece = Piece::new("argument 1", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJxc2giOiJhYmMifQ.c2ln");
    /// let found = Evidence::read(&[piece])?.token.unwrap();
    /// assert_eq!(found.carrier(), Some(Carrier::Authorization("Bearer")));
    /// # Ok::<(), qsh_diagnose::intake::IntakeError>(())
    /// ```
    pub fn carrier(&self) -> Option<Carrier<'_>> {
        Some(match self.carried.as_ref()? {
            Carried::Authorization(scheme) => Carrier::Authorization(scheme),
            Carried::FormField(name) => Carrier::FormField(name),
            Carried::Header(name) => Carrier::Header(name),
            Carried::Parameter(name) => Carrier::Parameter(name),
        })
    }
}

impl fmt::Debug for FoundToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundToken").field("place", &self.place).finish_non_exhaustive()
    }
}
