//! Integration tests with real processes and files: one binary, with one module per area.

mod causes;
mod child;
// On other systems, paths, exit statuses and messages of the system differ.
#[cfg(unix)]
mod cli;
mod dialects;
mod json_report;
mod known;
#[cfg(unix)]
mod mock;
#[cfg(unix)]
mod nginx;
mod page;
#[cfg(unix)]
mod probe;
#[cfg(unix)]
mod programs;
mod protocol_document;
mod provision;
mod provision_compiled;
mod provision_node;
mod python_document;
mod reports;
#[cfg(unix)]
mod server;
mod shims;
mod shims_node;
mod site;
