//! [`Profile`]: a row of the table.

use super::carrier::Carrier;
use super::clues::{Clues, Recipient};
use super::rule::Rule;
use super::token_kind::TokenKind;

/// What is known of one kind of token: a row of the table.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// The kind.
    pub kind: TokenKind,
    /// Its name for people, such as `install callback`.
    pub title: &'static str,
    /// Who makes the token.
    pub issued_by: &'static str,
    /// Who verifies it.
    pub issued_for: &'static str,
    /// The recipient of its request. `None` if that is any service.
    pub recipient: Option<Recipient>,
    /// The clause by which another recipient refuses it.
    pub recipient_clause: &'static str,
    /// The algorithms that its verifier allows. Empty if the token is opaque.
    pub algorithms: &'static [&'static str],
    /// The clause that says so.
    pub algorithm_clause: &'static str,
    /// The key that verifies it, and where the verifier gets the key.
    pub key: &'static str,
    /// The rule about the `kid` of the header, if it has one.
    pub key_id: Option<KeyIdRule>,
    /// The rules about its claims, in the order in which they are checked.
    pub claims: &'static [Rule],
    /// Where it travels.
    pub carriers: &'static [Carrier<'static>],
    /// The clause that says so.
    pub carrier_clause: &'static str,
    /// How long it is valid, for people.
    pub lifetime: &'static str,
    /// How one recognises it. One mark is enough, and the kinds are tried in the order of the table.
    pub marks: &'static [Mark],
    /// The kinds that it is mistaken for, and what tells them apart.
    pub mistaken_for: &'static [(TokenKind, &'static str)],
}

/// The rule about a `kid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyIdRule {
    /// The clause that makes it mandatory.
    pub mandatory: &'static str,
    /// The clause that refuses a `kid` without a key, or one that is no name of a key.
    pub clause: &'static str,
}

/// A mark by which one recognises a kind.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// What the mark is, as the end of "because …".
    pub text: &'static str,
    pub(super) holds: fn(&Clues<'_>) -> bool,
}

/// A mark of the table.
pub(super) const fn mark(text: &'static str, holds: fn(&Clues<'_>) -> bool) -> Mark {
    Mark { text, holds }
}
