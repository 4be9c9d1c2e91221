//! The general canonicalizer: the canonical request (QSH-C1) of any request under any dialect.

use std::error::Error;
use std::fmt;

use super::dialect::{Charset, Dialect, HashText, Head, MethodCase};
use super::trace::{Part, Recorder, Silent, Trace};
use super::{Qsh, path, query};
use crate::request::Request;

/// A canonical request (QSH-C1): `method&path&query`.
///
/// It is bytes, since a path may hold bytes that are not UTF-8 (QSH-H1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    text: Vec<u8>,
    path: usize,
    query: usize,
}

impl Canonical {
    pub(super) fn new(method: &[u8], path: &[u8], query: &[u8]) -> Self {
        Self {
            text: [method, path, query].join(&b'&'),
            path: method.len() + 1,
            query: method.len() + 1 + path.len() + 1,
        }
    }

    /// The whole.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The canonical method (QSH-M1).
    pub fn method(&self) -> &[u8] {
        &self.text[..self.path - 1]
    }

    /// The canonical path (QSH-P1 to QSH-P14).
    pub fn path(&self) -> &[u8] {
        &self.text[self.path..self.query - 1]
    }

    /// The canonical query (QSH-Q1 to QSH-Q20); empty where there are no parameters.
    pub fn query(&self) -> &[u8] {
        &self.text[self.query..]
    }

    /// The hash (QSH-H1, QSH-H2).
    pub fn hash(&self) -> Qsh {
        Qsh::of_canonical(&self.text)
    }

    /// The text of the hash under a dialect, which may read QSH-H1 and QSH-H2 in its own way.
    pub fn hash_with(&self, dialect: &Dialect) -> String {
        let hash = match dialect.charset {
            Charset::Utf8 => self.hash(),
            Charset::Latin1 => Qsh::of_canonical(&latin1(&self.text)),
        };
        match dialect.hash_text {
            HashText::LowerHex => hash.to_string(),
            HashText::UpperHex => hash.to_string().to_uppercase(),
        }
    }
}

/// A request that a dialect refuses. The official one refuses none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The clause of `docs/spec.md` that the dialect reads so.
    pub clause: &'static str,
    /// What it does not take.
    pub what: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused by {}: {}", self.clause, self.what)
    }
}

impl Error for Refusal {}

/// The canonical request under any dialect.
///
/// # Errors
///
/// A request that the dialect refuses: a path outside the base URL, an escape that is none, escapes that are not UTF-8.
/// [`Dialect::OFFICIAL`] refuses nothing.
///
/// # Examples
///
/// A dialect that joins repeated values with nothing:
///
/// ```
/// use qsh::{Dialect, Request, canonicalize_with};
///
/// let request = Request::new("GET", "/a?x=1&x=2")?;
/// let dialect = Dialect::OFFICIAL.with("repeat=concatenated".parse()?);
/// assert_eq!(canonicalize_with(&request, &dialect)?.as_bytes(), b"GET&/a&x=12");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn canonicalize_with(request: &Request<'_>, dialect: &Dialect) -> Result<Canonical, Refusal> {
    canonical(request, dialect, &mut Silent)
}

/// As [`canonicalize_with`], with the steps that led there.
///
/// # Errors
///
/// As [`canonicalize_with`].
///
/// # Examples
///
/// The steps that changed something:
///
/// ```
/// use qsh::{Dialect, Request, trace};
///
/// let (canonical, trace) = trace(&Request::new("get", "/a/?b=+")?, &Dialect::OFFICIAL)?;
/// assert_eq!(canonical.as_bytes(), b"GET&/a&b=%20");
/// let clauses: Vec<&str> = trace.steps().iter().filter(|step| step.before != step.after).map(|step| step.clause).collect();
/// assert_eq!(clauses, ["QSH-M1", "QSH-P7", "QSH-Q1", "QSH-Q5", "QSH-Q10", "QSH-C1"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trace(request: &Request<'_>, dialect: &Dialect) -> Result<(Canonical, Trace), Refusal> {
    let mut trace = Trace::default();
    let canonical = canonical(request, dialect, &mut trace)?;
    Ok((canonical, trace))
}

fn canonical(request: &Request<'_>, dialect: &Dialect, recorder: &mut impl Recorder) -> Result<Canonical, Refusal> {
    let method = request.method().as_bytes().to_vec();
    let method = recorder.text("QSH-M1", Part::Method, method, |method| in_case(method, dialect));
    let method = recorder.text("QSH-M2", Part::Method, method, |method| match dialect.head {
        Head::AsGet if method == b"HEAD" => b"GET".to_vec(),
        Head::Kept | Head::AsGet => method,
    });
    let path = path::canonical(request, dialect, recorder)?;
    let query = query::canonical(request, dialect, recorder)?;
    Ok(Canonical::new(&method, &path, &query))
}

/// QSH-M1.
fn in_case(method: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.method_case {
        MethodCase::Upper => method.to_ascii_uppercase(),
        MethodCase::AsGiven => method,
        MethodCase::Turkish => {
            method.split(|&byte| byte == b'i').map(<[u8]>::to_ascii_uppercase).collect::<Vec<_>>().join("İ".as_bytes())
        }
    }
}

/// ISO 8859-1, as Java's `String.getBytes` writes it.
fn latin1(text: &[u8]) -> Vec<u8> {
    let byte = |c| u8::try_from(u32::from(c)).unwrap_or(b'?');
    text.utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().map(byte).chain(chunk.invalid().iter().copied()).collect::<Vec<_>>())
        .collect()
}
