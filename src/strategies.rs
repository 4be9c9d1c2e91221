//! Strategies for proptest (feature `proptest`), with which a Rust SDK tests itself.
//!
//! Values get simpler as proptest makes the choices behind them simpler.
//!
//! # Examples
//!
//! What an SDK's own test looks like, with our canonicalizer in the place of the SDK's:
//!
//! ```
//! use proptest::prelude::*;
//! use qsh::adapter::built_in::BuiltIn;
//! use qsh::strategies::{pairs, requests, tokens};
//! use qsh::suite::case::{Input, Question};
//! use qsh::suite::outcome::Outcome;
//! use qsh::suite::trial::Kind;
//!
//! # fn sdk_accepts(question: &Question) -> bool { matches!(BuiltIn::new().answer(question), Outcome::Ok(_)) }
//! # fn sdk_hash(input: &Input) -> String { qsh::hash(&input.request().unwrap()).to_string() }
//! proptest!(|(input in requests(), pair in pairs(), trial in tokens(Kind::Url))| {
//!     prop_assert_eq!(sdk_hash(&input), qsh::hash(&input.request()?).to_string());
//!     prop_assert_eq!(sdk_hash(&pair.one) == sdk_hash(&pair.other), pair.means_the_same);
//!     prop_assert_eq!(sdk_accepts(&trial.question()), trial.is_good());
//! });
//! ```

use proptest::collection::vec;
use proptest::prelude::*;

use crate::diff::{self, Source};
use crate::suite::case::Input;
use crate::suite::trial::{Kind, Trial};

/// So many bytes decide a value.
const CHOICES: std::ops::Range<usize> = 0..128;

/// Two requests that are nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pair {
    /// One request.
    pub one: Input,
    /// Another, which was made of it.
    pub other: Input,
    /// Whether they mean the same, and so have one hash.
    pub means_the_same: bool,
}

/// Requests of a grammar that is weighted towards what implementations read differently.
pub fn requests() -> impl Strategy<Value = Input> {
    vec(any::<u8>(), CHOICES).prop_map(|choices| diff::request(&mut Source::new(&choices)))
}

/// Requests with another that is made of each by one small change.
pub fn pairs() -> impl Strategy<Value = Pair> {
    vec(any::<u8>(), CHOICES).prop_filter_map("there is no place for a change", |choices| {
        let mut source = Source::new(&choices);
        let one = diff::request(&mut source);
        let (_, other) = diff::related(&one, &mut source)?;
        Some(Pair { means_the_same: diff::means_the_same(&one, &other), one, other })
    })
}

/// Tokens of one kind, good ones and others with one or two things changed.
pub fn tokens(kind: Kind) -> impl Strategy<Value = Trial> {
    vec(any::<u8>(), CHOICES).prop_map(move |choices| diff::trial(&mut Source::new(&choices), &[kind]))
}
