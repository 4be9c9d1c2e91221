//! The parts together, with real processes and files: one binary, one module per part.

mod child;
// Elsewhere paths, exit statuses and the system's own words are others.
#[cfg(unix)]
mod cli;
mod dialects;
mod page;
mod protocol_document;
mod provision;
mod provision_compiled;
mod provision_node;
mod python_document;
mod reports;
mod shims;
mod shims_node;
