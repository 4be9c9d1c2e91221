//! Finds the token in a request (ASAP-1).

use crate::jwt::{self, Rejection};

/// The token in these header fields. Its bytes are not checked.
///
/// # Errors
///
/// [`Reason::NoToken`] if there is no token, [`Reason::Malformed`] if there are two different ones.
///
/// [`Reason::NoToken`]: crate::jwt::Reason::NoToken
/// [`Reason::Malformed`]: crate::jwt::Reason::Malformed
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::bearer;
/// use qsh_auth::jwt::Reason;
///
/// assert_eq!(bearer(&[("authorization", b"Bearer a.b.c")])?, b"a.b.c");
/// assert_eq!(bearer(&[("Authorization", b"JWT a.b.c")]).unwrap_err().reason(), Reason::NoToken);
/// let two: [(&str, &[u8]); 2] = [("Authorization", b"Bearer a.b.c"), ("Authorization", b"Bearer d.e.f")];
/// assert_eq!(bearer(&two).unwrap_err().reason(), Reason::Malformed);
/// # Ok::<(), qsh_auth::jwt::Rejection>(())
/// ```
pub fn bearer<'h>(headers: &[(&str, &'h [u8])]) -> Result<&'h [u8], Rejection> {
    jwt::bearer(headers, "ASAP-1")
}
