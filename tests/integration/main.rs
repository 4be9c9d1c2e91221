//! Tests of the parts together, with real processes and files.

mod provision;
