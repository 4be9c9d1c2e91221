//! The hash in a token (CON-17 to CON-19, CTX-1 to CTX-5, INS-9, INS-10).

use qsh::suite::case::Endpoint;
use qsh::suite::outcome::Reason;
use qsh_diagnose::Input;
use qsh_hash::Request;

pub(crate) const CONTEXT: &str = "context-qsh";

#[derive(Clone, Copy)]
pub(crate) struct Hash {
    /// The hash of a request.
    pub(crate) of: fn(&Input) -> String,
    /// Whether a token's hash is valid for a URL whose right hash is `right`.
    pub(crate) is_right: fn(claimed: &str, right: &str) -> bool,
    /// Whether the hash is valid for a context endpoint.
    pub(crate) is_context: fn(claimed: &str, right: &str) -> bool,
}

impl Hash {
    pub(crate) const RIGHT: Self = Self {
        of: |input| of(&request(input)),
        is_right: |claimed, right| claimed == right,
        is_context: |claimed, _| claimed == CONTEXT,
    };

    pub(crate) fn check(&self, claimed: Option<&str>, right: &str, endpoint: Endpoint) -> Result<(), Reason> {
        let Some(claimed) = claimed else { return Ok(()) };
        match endpoint {
            Endpoint::Url if (self.is_right)(claimed, right) => Ok(()),
            Endpoint::Context if (self.is_context)(claimed, right) => Ok(()),
            Endpoint::Url if claimed != CONTEXT => Err(Reason::QshMismatch),
            _ => Err(Reason::ContextToken),
        }
    }
}

pub(crate) fn of(request: &Request<'_>) -> String {
    qsh_hash::hash(request).as_str().to_owned()
}

/// The request of a case, with its base URL and its form.
pub(crate) fn request(input: &Input) -> Request<'_> {
    let request = bare(input);
    let request = input.base_url.as_deref().map_or(request, |base| request.with_base_url(base).unwrap());
    input.form.as_deref().map_or(request, |form| request.with_form(form))
}

/// The request of a case without a base URL and a form.
pub(crate) fn bare(input: &Input) -> Request<'_> {
    Request::new(&input.method, input.url.as_bytes()).unwrap()
}
