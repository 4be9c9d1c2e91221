//! From many differences to few causes: the choices of a dialect that explain wrong canonical requests, and what a verifier
//! of tokens leaves out.

mod cause;
mod collisions;
mod dialect;
mod effect;
mod evidence;
mod explained;
mod hint;
mod token_causes;
mod update;

pub use cause::Cause;
pub use dialect::DialectDiagnosis;
pub use effect::Effect;
pub use evidence::{Asked, Evidence, Expected};
pub use explained::Explained;
pub use hint::{Hint, Hints};
pub use update::{Judged, update};
