//! The kinds of tokens that an app on Atlassian Cloud meets: one table.
//!
//! A token is right or wrong only as one of these kinds. A row of the table ([`Profile`]) says who makes the token for
//! whom, how it is signed, which rules its claims follow, where it travels, and how one recognises it. What verifies,
//! signs or explains a token reads its row.

mod carrier;
mod check;
mod claims;
mod clues;
mod expected;
mod issue;
mod objection;
mod profile;
mod recognize;
mod remark;
mod rule;
mod table;
mod token_kind;

pub use carrier::Carrier;
pub(crate) use check::check;
pub(crate) use claims::ACCOUNT_ID;
pub use claims::{CLIENT_ID, CONTEXT_QSH, FORGE_APP};
pub use clues::Recipient;
pub use expected::Expected;
pub use issue::InvalidClaims;
pub(crate) use issue::complete;
pub use objection::{Objection, objections};
pub use profile::{KeyIdRule, Mark, Profile};
pub use recognize::Recognition;
pub use remark::{Remark, remarks};
pub use rule::{Demand, Rule, Slash};
pub use token_kind::TokenKind;
