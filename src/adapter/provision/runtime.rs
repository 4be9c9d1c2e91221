//! Finds runtimes on this machine.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use super::{Error, missing};
use crate::adapter::groups;

/// How long a probe may take.
const LIMIT: Duration = Duration::from_secs(30);

/// An accepted runtime.
pub(super) struct Runtime {
    /// The program that started it.
    pub(super) program: PathBuf,
    /// Identifies the runtime, for example by version and path.
    pub(super) identity: String,
}

/// Runs a runtime to find out its version.
pub(super) fn probe(command: &mut Command, needed: &str, advice: &str) -> Result<Output, Error> {
    let found = match groups::output(command, LIMIT) {
        Ok(Some(output)) => return Ok(output),
        Ok(None) => format!("it does not answer within {} s", LIMIT.as_secs()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "there is no such program".to_owned(),
        Err(error) => format!("it cannot be started: {error}"),
    };
    Err(missing(command.get_program(), needed.to_owned(), found, advice))
}
