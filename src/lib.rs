//! Atlassian Connect's query string hash.
#[cfg(feature = "suite")]
pub mod adapter;
pub mod qsh;
#[cfg(feature = "suite")]
pub mod suite;
