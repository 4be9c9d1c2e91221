//! Runtimes that this machine has, or lacks.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use super::{Error, missing};
use crate::adapter::groups;

/// How long a probe may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A runtime that will do.
pub(super) struct Runtime {
    /// How it was started.
    pub(super) program: PathBuf,
    /// What tells it from another, such as its version and place.
    pub(super) identity: String,
}

/// What a runtime says when it is asked who it is.
pub(super) fn probe(command: &mut Command, needed: &str, advice: &str) -> Result<Output, Error> {
    let found = match groups::output(command, LIMIT) {
        Ok(Some(output)) => return Ok(output),
        Ok(None) => format!("it does not answer within {} s", LIMIT.as_secs()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "there is no such program".to_owned(),
        Err(error) => format!("it cannot be started: {error}"),
    };
    Err(missing(command.get_program(), needed.to_owned(), found, advice))
}
