//! What has to hold of any input whatever: what the fuzz targets, the smoke tests and the committed regressions ask.
//!
//! Each [`Oracle`] reads bytes, does what they say, and says what went wrong, with a text of Rust that shows it again.
//! None of them panics: a panic is a finding.

mod protocol;
mod questions;
mod requests;
mod tokens;

use std::fmt;

/// Something that has to hold of any input.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Oracle {
    /// Its name, which is that of its fuzz target.
    pub name: &'static str,
    /// What it holds.
    pub holds: &'static str,
    /// Whether it holds of these bytes.
    pub check: fn(&[u8]) -> Result<(), Broken>,
    /// Inputs to begin with, made of the vectors.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle").field("name", &self.name).finish_non_exhaustive()
    }
}

/// That something does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// What does not hold.
    pub what: String,
    /// Statements of Rust that show it.
    pub reproducer: String,
}

impl Broken {
    fn new(what: impl Into<String>, reproducer: impl Into<String>) -> Self {
        Self { what: what.into(), reproducer: reproducer.into() }
    }
}

/// Statements that give bytes a name, and what is then done with them.
fn shown(name: &str, bytes: &[u8], then: &str) -> String {
    format!("let {name} = b\"{}\";\n{then}", bytes.escape_ascii())
}

/// What does not hold, and how to see it.
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.what, self.reproducer)
    }
}

/// All oracles, in the order of their names.
pub const ORACLES: &[Oracle] = &[
    Oracle {
        name: "canonical",
        holds: "the fast path gives the canonical request and the hash of the general one",
        check: requests::canonical,
        seeds: requests::seeds,
    },
    Oracle {
        name: "dialect",
        holds: "every dialect canonicalizes without a panic, and its trace leads to its result",
        check: requests::dialect,
        seeds: requests::seeds_with_dialect,
    },
    Oracle {
        name: "grammar",
        holds: "the same of generated requests, and a change that keeps the meaning keeps the hash",
        check: requests::grammar,
        seeds: Vec::new,
    },
    Oracle {
        name: "key_id",
        holds: "a key id that is taken has nothing but segments of the allowed characters",
        check: tokens::key_id,
        seeds: tokens::key_ids,
    },
    Oracle {
        name: "protocol",
        holds: "a question that is read, or made, is written and read again as the same",
        check: protocol::protocol,
        seeds: protocol::questions,
    },
    Oracle {
        name: "signed",
        holds: "a token is accepted, and with one or two things changed it is accepted or refused as the clauses say",
        check: tokens::signed,
        seeds: Vec::new,
    },
    Oracle {
        name: "token",
        holds: "what the strict decoder takes, a lenient reading takes too, and reads the same in it",
        check: tokens::token,
        seeds: tokens::tokens,
    },
    Oracle {
        name: "transport",
        holds: "the token that a request carries is found, and nothing else is",
        check: tokens::transport,
        seeds: tokens::transports,
    },
    Oracle {
        name: "vectors",
        holds: "vectors that are read, or made, are written and read again as the same",
        check: protocol::vectors,
        seeds: protocol::vector_files,
    },
];

/// The oracle of that name.
///
/// # Examples
///
/// ```
/// let canonical = qsh::oracle::named("canonical").unwrap();
/// assert_eq!((canonical.check)(b"GET\0/a?b=%c3%a9\0https://h/a\0"), Ok(()));
/// assert!(qsh::oracle::named("nothing").is_none());
/// ```
pub fn named(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// What a fuzz target does with an input.
///
/// # Panics
///
/// Where the oracle of that name does not hold, or there is none.
pub fn hold(name: &str, bytes: &[u8]) {
    let oracle = named(name).unwrap_or_else(|| panic!("there is no oracle {name}"));
    if let Err(broken) = (oracle.check)(bytes) {
        panic!("{broken}");
    }
}
