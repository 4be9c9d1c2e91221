//! How a child is started ([`Command`]), how long it may take ([`Limits`]), and why it could not be used
//! ([`StartFailure`]).

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process;
use std::time::Duration;

use crate::adapter::protocol::BadAnswer;

/// A program with its arguments: what is run to have an adapter.
///
/// It inherits this process's environment. No shell takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    current_dir: Option<PathBuf>,
    env: Vec<(OsString, OsString)>,
}

impl Command {
    /// A program, by path or by a name that the system's search path finds, without arguments.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), args: Vec::new(), current_dir: None, env: Vec::new() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets the directory that it runs in.
    #[must_use]
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    /// Adds a variable to its environment, or replaces one.
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

/// For a person to read: the words are not quoted for any shell.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        self.args.iter().try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

/// How long a child may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain values, given by name by every caller")]
pub struct Limits {
    /// How long nothing may be answered while a question waits.
    pub timeout: Duration,
    /// How long it may take from its start until it has introduced itself.
    pub start: Duration,
    /// How long it may take to exit after the end of its input.
    pub grace: Duration,
}

impl Default for Limits {
    /// Ten seconds, thirty seconds and two seconds.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), start: Duration::from_secs(30), grace: Duration::from_secs(2) }
    }
}

/// A child that could not be used at all, in words for a person, with the last that it wrote to its standard error.
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

/// Why a child could not be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    #[error("could not be started: {0}; it is a program with its arguments, and no shell reads it")]
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
