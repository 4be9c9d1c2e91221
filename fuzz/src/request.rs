//! A request in the input of an oracle.

use qsh_diagnose::Input;
use qsh_hash::Request;

/// Longer requests are no seeds: a fuzzer that starts from them stays slow.
const LONGEST_SEED: usize = 512;

/// A request read from bytes: method, URL, base URL and form, separated by zero bytes. Base URL and form are optional.
#[derive(Clone, Copy)]
pub(crate) struct RequestBytes<'b> {
    method: &'b str,
    target: &'b [u8],
    base_url: Option<&'b str>,
    form: Option<&'b [u8]>,
}

impl<'b> RequestBytes<'b> {
    /// Splits the bytes into fields. Returns `None` if there is no URL, or if the method is not UTF-8.
    pub(crate) fn split(bytes: &'b [u8]) -> Option<Self> {
        let mut fields = bytes.splitn(4, |byte| *byte == 0);
        let method = str::from_utf8(fields.next()?).ok()?;
        let target = fields.next()?;
        let base_url = fields.next().and_then(|base| str::from_utf8(base).ok()).filter(|base| !base.is_empty());
        Some(Self { method, target, base_url, form: fields.next() })
    }

    /// The request, or `None` if `qsh` rejects it.
    pub(crate) fn request(self) -> Option<Request<'b>> {
        let request = Request::new(self.method, self.target).ok()?;
        let request = match self.base_url {
            Some(base) => request.with_base_url(base).ok()?,
            None => request,
        };
        Some(self.form.map_or(request, |form| request.with_form(form)))
    }

    /// Rust statements that build the request and then use it.
    pub(crate) fn reproducer(self, then: &str) -> String {
        let bytes = |bytes: &[u8]| format!("b\"{}\"", bytes.escape_ascii());
        let base = self.base_url.map_or(String::new(), |base| format!(".with_base_url({base:?})?"));
        let form = self.form.map_or(String::new(), |form| format!(".with_form({})", bytes(form)));
        let (method, target) = (self.method, bytes(self.target));
        format!("let request = qsh_hash::Request::new({method:?}, {target})?{base}{form};\n{then}")
    }
}

/// The reverse of [`RequestBytes::split`].
pub(crate) fn join(input: &Input) -> Vec<u8> {
    let fields: [&[u8]; 3] =
        [input.method.as_bytes(), input.url.as_bytes(), input.base_url.as_deref().unwrap_or_default().as_bytes()];
    let mut bytes = fields.join(&0);
    if let Some(form) = &input.form {
        bytes.push(0);
        bytes.extend_from_slice(form.as_bytes());
    }
    bytes
}

/// The requests of the vectors, except very long ones.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let vectors = crate::embedded_vectors();
    let inputs = vectors.cases().filter_map(|case| case.question.canonicalized());
    inputs.map(join).filter(|bytes| bytes.len() <= LONGEST_SEED).collect()
}
