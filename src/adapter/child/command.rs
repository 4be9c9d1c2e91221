//! The command of a child ([`Command`]), its time limits ([`Limits`]), and the error if it does not start
//! ([`StartFailure`]).

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io, process};

use crate::adapter::protocol::BadAnswer;

/// A program with its arguments that serves the adapter protocol.
///
/// It inherits this process's environment. It runs without a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    current_dir: Option<PathBuf>,
    env: Vec<(OsString, OsString)>,
}

impl Command {
    /// A program without arguments: a path, or a name in the system's search path.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), args: Vec::new(), current_dir: None, env: Vec::new() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    pub(super) fn to_std(&self) -> process::Command {
        let mut command = process::Command::new(&self.program);
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &self.current_dir {
            command.current_dir(directory);
        }
        command
    }
}

/// For messages: the words are not quoted for a shell.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        self.args.iter().try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

/// Time limits for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain values, given by name by every caller")]
pub struct Limits {
    /// The longest time without an answer while a question waits.
    pub timeout: Duration,
    /// The longest time from the start to the introduction.
    pub start: Duration,
    /// The longest time from the end of the input to the exit.
    pub grace: Duration,
}

impl Default for Limits {
    /// Ten seconds, thirty seconds and two seconds.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), start: Duration::from_secs(30), grace: Duration::from_secs(2) }
    }
}

/// A child that did not start or did not introduce itself. The message includes the last lines of its standard error.
#[derive(Debug, thiserror::Error)]
#[error("{command}: {reason}{stderr}")]
pub struct StartFailure {
    command: String,
    #[source]
    reason: Reason,
    stderr: Stderr,
}

impl StartFailure {
    pub(super) fn new(command: &Command, reason: Reason, stderr: Vec<String>) -> Self {
        Self { command: command.to_string(), reason, stderr: Stderr(stderr) }
    }
}

/// Why a child did not start.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    #[error("could not be started: {0}; expected a program with its arguments, which run without a shell")]
    Spawn(io::Error),
    #[error("ended before it introduced itself ({0}){1}")]
    Ended(String, String),
    #[error("did not introduce itself within {0:?}{1}")]
    Silent(Duration, String),
    #[error("wrote more than 1 MiB without introducing itself{0}")]
    Flood(String),
    #[error("introduced itself wrongly: {0}; the line starts with {1}")]
    Introduction(BadAnswer, String),
}

#[derive(Debug)]
struct Stderr(Vec<String>);

impl fmt::Display for Stderr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "; its standard error ends with:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_quotes_the_standard_error() {
        let command = Command::new("python3").args(["shim.py"]);
        let ended = || Reason::Ended("exit status: 1".to_owned(), String::new());
        assert_eq!(
            StartFailure::new(&command, ended(), vec!["Traceback".to_owned(), "ImportError: jwt".to_owned()])
                .to_string(),
            "python3 shim.py: ended before it introduced itself (exit status: 1); its standard error ends with:\
             \n    Traceback\n    ImportError: jwt"
        );
        assert_eq!(
            StartFailure::new(&command, ended(), Vec::new()).to_string(),
            "python3 shim.py: ended before it introduced itself (exit status: 1)"
        );
    }
}
