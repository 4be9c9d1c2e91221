//! The suite from outside: one binary, one module per part.

mod child;
mod protocol_document;
