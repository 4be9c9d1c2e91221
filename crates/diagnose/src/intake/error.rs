//! [`IntakeError`]: pieces that cannot be used.

use std::error::Error;
use std::fmt;

use super::curl::CurlProblem;

/// Why pieces cannot be used. No error repeats a token or another secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntakeError {
    /// There are no pieces.
    Nothing,
    /// A piece is empty.
    Empty {
        /// Its name.
        place: String,
    },
    /// A piece is not UTF-8, and is no URL.
    NotUtf8 {
        /// Its name.
        place: String,
    },
    /// Nothing of a piece is understood.
    NotUnderstood {
        /// Its name.
        place: String,
    },
    /// Two pieces contradict each other.
    Conflict {
        /// What there are two of.
        what: &'static str,
        /// Where the first one is.
        first: String,
        /// Where the second one is.
        second: String,
    },
    /// One text has several of something, and does not say which one is meant.
    Several {
        /// What there are several of.
        what: &'static str,
        /// The name of the piece.
        place: String,
    },
    /// A token is not complete.
    CutToken {
        /// Where it is.
        place: String,
    },
    /// A curl command cannot be read.
    Curl {
        /// Where it is.
        place: String,
        /// What is wrong with it.
        problem: CurlProblem,
    },
    /// A HAR file has several requests with a token, or none.
    Entries {
        /// The name of the piece.
        place: String,
        /// The index, the method and the URL of each request, without the query.
        requests: Vec<(usize, String)>,
    },
    /// A header without a colon.
    Header {
        /// The name of the piece.
        place: String,
    },
}

/// The number of requests of a HAR file that an error lists.
const LISTED: usize = 5;

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "expected {EXPECTED}"),
            Self::Empty { place } => write!(f, "{place} is empty: expected {EXPECTED}"),
            Self::NotUtf8 { place } => write!(f, "{place} is not UTF-8: expected text"),
            Self::NotUnderstood { place } => write!(f, "cannot tell what {place} is: expected {EXPECTED}"),
            Self::Conflict { what, first, second } if first == second => {
                write!(f, "two different {what} in {first}: expected one")
            }
            Self::Conflict { what, first, second } => {
                write!(f, "two different {what}: one in {first}, another in {second}")
            }
            Self::Several { what, place } => write!(f, "several {what} in {place}: expected one"),
            Self::CutToken { place } => {
                write!(f, "the token in {place} is not complete: expected header.payload.signature, without `...`")
            }
            Self::Curl { place, problem } => write!(f, "the curl command in {place}: {}", problem.what()),
            Self::Entries { place, requests } if requests.is_empty() => {
                write!(
                    f,
                    "no request of the HAR file in {place} has a token: expected one in a header or in the parameter jwt"
                )
            }
            Self::Entries { place, requests } => {
                write!(
                    f,
                    "{} requests of the HAR file in {place} have a token: expected one entry, such as the output of jq '.log.entries[N]'; N is",
                    requests.len()
                )?;
                let shown = requests.iter().take(LISTED);
                shown.enumerate().try_for_each(|(place, (index, request))| {
                    write!(f, "{} {index} for {request}", if place == 0 { "" } else { "," })
                })?;
                f.write_str(if requests.len() > LISTED { ", …" } else { "" })
            }
            Self::Header { place } => {
                write!(f, "{place} has no colon: expected a header such as 'Host: app.example.com'")
            }
        }
    }
}

impl Error for IntakeError {}

/// Everything that the intake understands.
const EXPECTED: &str = "a method, a URL, a token, a hash, an error message, a curl command, a HAR entry, an HTTP message or a line of an access log";
