//! The intake: reads what people have when a token is refused, and says what it took for what.
//!
//! A person has a URL, a token, an error message, a curl command, a HAR file, a line of a log, in any mixture.
//! [`Evidence::read`] takes such pieces and returns the request, the tokens and the hashes in them. Each interpretation is
//! a [`Note`]. Two pieces that contradict each other are an error. Neither notes nor errors repeat a token.
//!
//! The intake reads texts only: it opens no file, starts no process and asks no server.

mod builder;
mod client;
mod curl;
mod error;
mod evidence;
mod found_token;
mod hash;
mod http_message;
mod httpie;
mod json;
mod literal;
mod pieces;
mod prose;
mod shell;
mod token;

pub use curl::CurlProblem;
pub use error::IntakeError;
pub use evidence::{Evidence, Installed, Note};
pub use found_token::FoundToken;
pub use hash::{FoundHash, HashText, Owner, pasted_hash};
pub use pieces::{Piece, Role};
pub use token::{TokenProblem, pasted_token, qsh_claim};
