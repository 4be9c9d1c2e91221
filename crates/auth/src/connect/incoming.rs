//! [`Incoming`]: a request as a server receives it.

use std::fmt;

use qsh_hash::Request;

/// A request with its header fields.
///
/// # Examples
///
/// Neither the target nor the values of the header fields are shown, since they can contain a token:
///
/// ```
/// use qsh_hash::Request;
/// use qsh_auth::connect::Incoming;
///
/// let headers = [("Authorization", &b"JWT a.b.c"[..])];
/// let request = Incoming::new(Request::new("GET", "/panel?jwt=a.b.c")?, &headers);
/// assert_eq!(request.request().path(), b"/panel");
/// assert_eq!(format!("{request:?}"), r#"Incoming { method: "GET", headers: ["Authorization"], .. }"#);
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Incoming<'r> {
    request: Request<'r>,
    headers: &'r [(&'r str, &'r [u8])],
}

impl<'r> Incoming<'r> {
    /// Combines a request with the names and values of its header fields. Their order and the case of their names do
    /// not matter.
    pub fn new(request: Request<'r>, headers: &'r [(&'r str, &'r [u8])]) -> Self {
        Self { request, headers }
    }

    /// The request.
    pub fn request(&self) -> &Request<'r> {
        &self.request
    }

    /// The values of all header fields with that name (TRN-4).
    pub(super) fn header(self, name: &str) -> impl Iterator<Item = &'r [u8]> {
        self.headers.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// Writes the method and the names of the header fields. The target and the values can contain a token.
impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Incoming")
            .field("method", &self.request.method())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
