//! Strategies for proptest (feature `proptest`), for the tests of a Rust SDK.
//!
//! A strategy shrinks the bytes that a value is generated from. This shrinks the value.
//!
//! # Examples
//!
//! A test of an SDK. Our canonicalizer is used in place of the SDK's:
//!
//! ```
//! use proptest::prelude::*;
//! use qsh::adapter::built_in::BuiltIn;
//! use qsh::strategies::{pairs, requests, tokens};
//! use qsh::suite::case::Question;
//! use qsh::suite::outcome::Outcome;
//! use qsh::tamper::TokenKind;
//! use qsh_diagnose::Input;
//!
//! # fn sdk_accepts(question: &Question) -> bool { matches!(BuiltIn::new().answer(question), Outcome::Ok(_)) }
//! # fn sdk_hash(input: &Input) -> String { qsh_hash::hash(&input.request().unwrap()).to_string() }
//! proptest!(|(input in requests(), pair in pairs(), token in tokens(TokenKind::Url))| {
//!     prop_assert_eq!(sdk_hash(&input), qsh_hash::hash(&input.request()?).to_string());
//!     prop_assert_eq!(sdk_hash(&pair.one) == sdk_hash(&pair.other), pair.means_the_same);
//!     prop_assert_eq!(sdk_accepts(&token.question()), token.is_good());
//! });
//! ```

use proptest::collection::vec;
use proptest::prelude::*;
use qsh_diagnose::Input;

use crate::diff::{self, Source};
use crate::tamper::{TamperedToken, TokenKind};

/// The number of bytes that a value is generated from.
const CHOICES: std::ops::Range<usize> = 0..128;

/// Two requests that differ by one small change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pair {
    /// One request.
    pub one: Input,
    /// The changed request.
    pub other: Input,
    /// Whether both have the same hash.
    pub means_the_same: bool,
}

/// Requests from a weighted grammar. It favours requests that implementations read differently.
pub fn requests() -> impl Strategy<Value = Input> {
    vec(any::<u8>(), CHOICES).prop_map(|choices| diff::request(&mut Source::new(&choices)))
}

/// Requests, each with a copy that has one small change.
pub fn pairs() -> impl Strategy<Value = Pair> {
    vec(any::<u8>(), CHOICES).prop_filter_map("the request has no place for a change", |choices| {
        let mut source = Source::new(&choices);
        let one = diff::request(&mut source);
        let (_, other) = diff::related(&one, &mut source)?;
        Some(Pair { means_the_same: diff::means_the_same(&one, &other), one, other })
    })
}

/// Tokens of one kind, with at most two changes.
pub fn tokens(kind: TokenKind) -> impl Strategy<Value = TamperedToken> {
    vec(any::<u8>(), CHOICES).prop_map(move |choices| diff::tampered_token(&mut Source::new(&choices), &[kind]))
}
