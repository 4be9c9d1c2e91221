//! Why an adapter is not ready to start.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use crate::adapter::package::PackageError;

/// Why an adapter is not ready to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder that cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The package's own files cannot be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// This machine lacks the adapter's runtime.
    #[error(transparent)]
    RuntimeMissing(#[from] MissingRuntime),
    /// A lock file with a wrong name or content.
    #[error("{lock}: {problem}")]
    BadLock {
        /// The lock file's name.
        lock: String,
        /// What was expected of it.
        problem: String,
    },
    /// A step of the setup failed.
    #[error("{command}: {status}{}", indented(last_lines))]
    SetupFailed {
        /// The command that failed.
        command: String,
        /// How it ended, or why it could not be started.
        status: String,
        /// The last lines that it wrote.
        last_lines: Vec<String>,
    },
}

impl Error {
    /// Whether this machine lacks the adapter's runtime. That is a reason to skip the adapter; any other error is a
    /// failure.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::RuntimeMissing(_))
    }
}

/// A runtime that this machine lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {needed} as `{program}`, but {found}; {advice}")]
#[non_exhaustive]
pub struct MissingRuntime {
    /// The program that was looked for.
    pub program: String,
    /// The required version or feature.
    pub needed: String,
    /// What was found instead.
    pub found: String,
    /// How to get it.
    pub advice: String,
}

/// The error for a missing runtime.
pub(super) fn missing(program: &OsStr, needed: String, found: impl Into<String>, advice: &str) -> Error {
    let program = program.to_string_lossy().into_owned();
    Error::RuntimeMissing(MissingRuntime { program, needed, found: found.into(), advice: advice.to_owned() })
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
