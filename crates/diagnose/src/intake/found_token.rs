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

/// A [`Carrier`] that owns its name: the kind of the place, and the name. For `Authorization`, the name is the scheme, which
/// may be empty.
#[derive(Clone)]
pub(super) struct Carried {
    kind: CarrierKind,
    name: String,
}

/// The kind of a place in a request, which a name makes a place of: a variant of [`Carrier`].
pub(super) type CarrierKind = fn(&str) -> Carrier<'_>;

impl Carried {
    pub(super) fn new(kind: CarrierKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// The header `Authorization`, with its scheme.
    pub(super) fn authorization(scheme: &str) -> Self {
        Self::new(|scheme| Carrier::Authorization(scheme), scheme)
    }

    fn carrier(&self) -> Carrier<'_> {
        (self.kind)(&self.name)
    }
}

impl PartialEq for Carried {
    fn eq(&self, other: &Self) -> bool {
        self.carrier() == other.carrier()
    }
}

impl Eq for Carried {}

impl FoundToken {
    pub(super) fn new(text: String, place: String, carried: Option<Carried>) -> Self {
        Self { text, place, carried }
    }

    /// The same token was found again. The header `Authorization` counts, and then the first known place.
    pub(super) fn found_again(&mut self, carried: Option<Carried>) {
        let is_better = carried.as_ref().is_some_and(|it| matches!(it.carrier(), Carrier::Authorization(_)));
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
        self.carried.as_ref().map(Carried::carrier)
    }
}

impl fmt::Debug for FoundToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundToken").field("place", &self.place).finish_non_exhaustive()
    }
}
