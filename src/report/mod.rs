//! Reports of a run and of a comparison: one model of each, which is written and read as JSON, and formats for people and
//! for machines. Every format is a function of the model. Reporters never run anything.

pub mod annotations;
pub mod badge;
pub mod causes;
mod cells;
pub mod changes;
pub mod comparison;
mod conclusion;
pub mod differences;
pub mod document;
pub mod examination;
mod expected;
mod findings;
pub mod human;
pub mod junit;
pub mod markdown;
pub mod merge;
mod new_failures;
mod other_reasons;
pub mod page;
mod page_names;
mod part;
pub mod places;
mod points;
pub mod probe;
mod record;
pub mod run;
pub mod sarif;
mod security;
#[cfg(feature = "site")]
pub mod site;
pub mod style;
pub mod tap;
pub mod words;

pub use conclusion::{Conclusion, Requirements};
pub use part::Part;
pub use record::Recording;
