//! The general canonicalizer: the canonical request (QSH-C1) of any request under any dialect.

mod base;
mod blanks;
mod digest;
mod escape;
mod go_url;
mod join;
mod node_url;
mod order;
mod pairs;
mod path;
mod php;
pub(crate) mod query;
mod refusal;
mod special_names;
pub(crate) mod text;
mod whatwg_url;

use std::ops::Range;

use percent_encoding::percent_encode;
use qsh_hash::Qsh;

use crate::dialect::{Dialect, Head, MethodCase, MethodCheck, PartJoin};
use crate::percent;
use crate::source::Source;
use crate::trace::{Part, Recorder, Silent, Trace};
pub use refusal::Refusal;

/// A canonical request (QSH-C1): `method&path&query`.
///
/// It is bytes, since a path can contain bytes that are not UTF-8 (QSH-H1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    text: Vec<u8>,
    method: Range<usize>,
    path: Range<usize>,
    query: Range<usize>,
}

impl Canonical {
    /// Joins the three parts in the way of the dialect (QSH-C1).
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Canonical, Dialect};
    ///
    /// let canonical = Canonical::of_parts(b"GET", b"/a", b"", &Dialect::OFFICIAL);
    /// assert_eq!(canonical.as_bytes(), b"GET&/a&");
    /// let canonical = Canonical::of_parts(b"GET", b"/a", b"", &Dialect::OFFICIAL.with("part_join=second_omitted".parse()?));
    /// assert_eq!(canonical.as_bytes(), b"GET&/a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_parts(method: &[u8], path: &[u8], query: &[u8], dialect: &Dialect) -> Self {
        let escaped = |part: &[u8]| percent_encode(part, percent::RFC3986).to_string().into_bytes();
        match dialect.part_join {
            PartJoin::Ampersands => Self::joined([method, path, query], [b"&", b"&", b""]),
            PartJoin::SecondOmitted if query.is_empty() => Self::joined([method, path, query], [b"&", b"", b""]),
            PartJoin::SecondOmitted => Self::joined([method, path, query], [b"&", b"&", b""]),
            PartJoin::QuestionMark if query.is_empty() => Self::joined([method, path, query], [b"&", b"", b""]),
            PartJoin::QuestionMark => Self::joined([method, path, query], [b"&", b"?", b""]),
            PartJoin::QuestionMarkAlways => Self::joined([method, path, query], [b"&", b"?", b""]),
            PartJoin::QuestionMarkToo if query.is_empty() => Self::joined([method, path, query], [b"&", b"&", b""]),
            PartJoin::QuestionMarkToo => Self::joined([method, path, query], [b"&", b"&?", b""]),
            PartJoin::LineFeeds => Self::joined([method, path, query], [b"\n", b"\n", b""]),
            PartJoin::Spaces => Self::joined([method, path, query], [b" ", b" ", b""]),
            PartJoin::SpacedAmpersands => Self::joined([method, path, query], [b" & ", b" & ", b""]),
            PartJoin::Pipes => Self::joined([method, path, query], [b"|", b"|", b""]),
            PartJoin::Colons => Self::joined([method, path, query], [b":", b":", b""]),
            PartJoin::Commas => Self::joined([method, path, query], [b",", b",", b""]),
            PartJoin::MethodEmpty => Self::joined([b"", path, query], [b"&", b"&", b""]),
            PartJoin::PathOnly => Self::joined([b"", path, b""], [b"", b"", b""]),
            PartJoin::QueryOnly => Self::joined([b"", b"", query], [b"", b"", b""]),
            PartJoin::Nothing => Self::joined([method, path, query], [b"", b"", b""]),
            PartJoin::MethodOmitted => Self::joined([b"", path, query], [b"", b"&", b""]),
            PartJoin::LastAmpersand => Self::joined([method, path, query], [b"&", b"&", b"&"]),
            PartJoin::PathFirst => {
                let Self { text, method, path, query } = Self::joined([path, method, query], [b"&", b"&", b""]);
                Self { text, method: path, path: method, query }
            }
            PartJoin::QueryFirst => {
                let Self { text, method, path, query } = Self::joined([method, query, path], [b"&", b"&", b""]);
                Self { text, method, path: query, query: path }
            }
            PartJoin::OAuth1 => Self::joined([method, &escaped(path), &escaped(query)], [b"&", b"&", b""]),
        }
    }

    /// A text that was hashed in place of a canonical request. It has no parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Canonical, Part};
    ///
    /// let url = Canonical::of_text(b"https://example.com/");
    /// assert_eq!((url.as_bytes(), url.part(Part::Path)), (&b"https://example.com/"[..], &b""[..]));
    /// ```
    pub fn of_text(text: &[u8]) -> Self {
        Self { text: text.to_vec(), method: 0..0, path: 0..0, query: 0..0 }
    }

    /// Joins the parts. Each is followed by its own separator.
    fn joined([method, path, query]: [&[u8]; 3], [first, second, third]: [&[u8]; 3]) -> Self {
        let path_start = method.len() + first.len();
        let query_start = path_start + path.len() + second.len();
        Self {
            text: [method, first, path, second, query, third].concat(),
            method: 0..method.len(),
            path: path_start..path_start + path.len(),
            query: query_start..query_start + query.len(),
        }
    }

    /// The whole canonical request.
    ///
    /// # Examples
    ///
    /// The bytes of a path are kept, even if they are not UTF-8:
    ///
    /// ```
    /// use qsh_diagnose::{Dialect, canonicalize_with};
    /// use qsh_hash::Request;
    ///
    /// let request = Request::new("get", b"/\xff?b&a=1".as_slice())?;
    /// assert_eq!(canonicalize_with(&request, &Dialect::OFFICIAL)?.as_bytes(), b"GET&/\xff&a=1&b=");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// One part. It is empty if the dialect omits that part.
    ///
    /// The method is in upper case (QSH-M1). The path follows clauses QSH-P1 to QSH-P14. The query follows clauses
    /// QSH-Q1 and later, and is empty if there are no parameters.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Dialect, Part, canonicalize_with};
    /// use qsh_hash::Request;
    ///
    /// let canonical = canonicalize_with(&Request::new("get", "/a&b/?c")?, &Dialect::OFFICIAL)?;
    /// assert_eq!(Part::ALL.map(|part| canonical.part(part)), [&b"GET"[..], b"/a%26b", b"c="]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn part(&self, part: Part) -> &[u8] {
        &self.text[match part {
            Part::Method => self.method.clone(),
            Part::Path => self.path.clone(),
            Part::Query => self.query.clone(),
        }]
    }

    /// The hash (QSH-H1, QSH-H2).
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Canonical, Dialect};
    ///
    /// let canonical = Canonical::of_parts(b"GET", b"/", b"", &Dialect::OFFICIAL);
    /// assert_eq!(canonical.hash().as_str(), "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239");
    /// ```
    pub fn hash(&self) -> Qsh {
        Qsh::of_canonical(&self.text)
    }

    /// The text of the hash under a dialect, which can have its own reading of QSH-H1 and QSH-H2.
    ///
    /// # Examples
    ///
    /// The SHA-256 of `GET&/&` in base64:
    ///
    /// ```
    /// use qsh_diagnose::{Canonical, Dialect};
    ///
    /// let canonical = Canonical::of_parts(b"GET", b"/", b"", &Dialect::OFFICIAL);
    /// let in_base64 = Dialect::OFFICIAL.with("hash_text=base64".parse()?);
    /// assert_eq!(canonical.hash_with(&in_base64), "yIyq0VocGpALisCKqWhvToGEU5vqHe2jbi9klDDfMjk=");
    /// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
    /// ```
    pub fn hash_with(&self, dialect: &Dialect) -> String {
        digest::hash_text(&self.text, dialect)
    }
}

/// The canonical request under any dialect.
///
/// # Errors
///
/// If the dialect refuses the request: for example, a path outside the base URL, a malformed escape, or escapes that
/// are not UTF-8. [`Dialect::OFFICIAL`] refuses only a method that is not a token, which no [`qsh_hash::Request`] has.
///
/// # Examples
///
/// A dialect that concatenates repeated values:
///
/// ```
/// use qsh_diagnose::{Dialect, canonicalize_with};
/// use qsh_hash::Request;
///
/// let request = Request::new("GET", "/a?x=1&x=2")?;
/// let dialect = Dialect::OFFICIAL.with("repeat=concatenated".parse()?);
/// assert_eq!(canonicalize_with(&request, &dialect)?.as_bytes(), b"GET&/a&x=12");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn canonicalize_with<'a>(request: impl Into<Source<'a>>, dialect: &Dialect) -> Result<Canonical, Refusal> {
    canonical(&request.into(), dialect, &mut Silent)
}

/// As [`canonicalize_with`], and also returns the trace.
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
/// use qsh_diagnose::{Dialect, trace};
/// use qsh_hash::Request;
///
/// let (canonical, trace) = trace(&Request::new("get", "/a/?b=+")?, &Dialect::OFFICIAL)?;
/// assert_eq!(canonical.as_bytes(), b"GET&/a&b=%20");
/// let clauses: Vec<&str> = trace.steps().iter().filter(|step| step.before != step.after).map(|step| step.clause).collect();
/// assert_eq!(clauses, ["QSH-M1", "QSH-P1", "QSH-P7", "QSH-Q1", "QSH-Q5", "QSH-Q12", "QSH-Q21"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trace<'a>(request: impl Into<Source<'a>>, dialect: &Dialect) -> Result<(Canonical, Trace), Refusal> {
    let mut trace = Trace::default();
    let canonical = canonical(&request.into(), dialect, &mut trace)?;
    Ok((canonical, trace))
}

/// One part of the canonical request under any dialect.
///
/// Only the dialect fields that [affect](super::dialect::Field::concerns) the part are used.
///
/// # Errors
///
/// As [`canonicalize_with`], if the dialect refuses this part.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::{Dialect, Part, part_with};
/// use qsh_hash::Request;
///
/// let request = Request::new("GET", "/a/?b=c")?;
/// assert_eq!(part_with(&request, Part::Path, &Dialect::OFFICIAL)?, b"/a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn part_with<'a>(request: impl Into<Source<'a>>, part: Part, dialect: &Dialect) -> Result<Vec<u8>, Refusal> {
    part_of(&request.into(), part, dialect, &mut Silent)
}

fn part_of(
    request: &Source<'_>,
    part: Part,
    dialect: &Dialect,
    recorder: &mut impl Recorder,
) -> Result<Vec<u8>, Refusal> {
    match part {
        Part::Method => method(request, dialect, recorder),
        Part::Path => path::canonical(request, dialect, recorder),
        Part::Query => query::canonical(request, dialect, recorder),
    }
}

fn canonical(request: &Source<'_>, dialect: &Dialect, recorder: &mut impl Recorder) -> Result<Canonical, Refusal> {
    let method = part_of(request, Part::Method, dialect, recorder)?;
    let path = part_of(request, Part::Path, dialect, recorder)?;
    let query = part_of(request, Part::Query, dialect, recorder)?;
    Ok(Canonical::of_parts(&method, &path, &query, dialect))
}

fn method(request: &Source<'_>, dialect: &Dialect, recorder: &mut impl Recorder) -> Result<Vec<u8>, Refusal> {
    let method = match (request.method(), dialect.method_check) {
        (method, _) if request.has_token() => method.to_owned(),
        ("", MethodCheck::EmptyIsGet) => "GET".to_owned(),
        (method, MethodCheck::Unchecked) if dialect.method_case == MethodCase::Upper => method.to_uppercase(),
        (method, MethodCheck::Unchecked | MethodCheck::UncheckedAscii) => method.to_owned(),
        (_, MethodCheck::Token | MethodCheck::EmptyIsGet) => {
            return Err(Refusal { clause: "QSH-M3", what: "the method is not a token" });
        }
    };
    let method = recorder.text("QSH-M1", Part::Method, method.into_bytes(), |method| in_case(method, dialect));
    Ok(recorder.text("QSH-M2", Part::Method, method, |method| match dialect.head {
        Head::AsGet if method == b"HEAD" => b"GET".to_vec(),
        Head::Kept | Head::AsGet => method,
    }))
}

/// QSH-M1.
fn with_first_upper(mut method: Vec<u8>) -> Vec<u8> {
    if let Some(first) = method.first_mut() {
        first.make_ascii_uppercase();
    }
    method
}

fn in_case(method: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.method_case {
        MethodCase::Upper => method.to_ascii_uppercase(),
        MethodCase::AsGiven => method,
        MethodCase::Lower => method.to_ascii_lowercase(),
        MethodCase::Capitalized => with_first_upper(method.to_ascii_lowercase()),
        MethodCase::FirstUpper => with_first_upper(method),
        MethodCase::Turkish => {
            method.split(|&byte| byte == b'i').map(<[u8]>::to_ascii_uppercase).collect::<Vec<_>>().join("İ".as_bytes())
        }
    }
}
