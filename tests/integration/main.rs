//! The parts together, with real processes and files: one binary, one module per part.

mod child;
mod protocol_document;
mod provision;
mod reports;
