//! Runs the command of `--exec`.

use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::session::CommandEntry;
use crate::adapter::groups;

/// How long to wait at once. A command may take as long as it likes.
const PATIENCE: Duration = Duration::from_hours(1);

/// Runs a command line in a shell, and waits for its end. Its standard output is that of the errors of this program, so that the
/// report stands alone.
///
/// # Errors
///
/// The shell cannot be started.
///
/// # Examples
///
/// ```
/// let done = qsh::mock::run_command("exit 3", &[("QSH_BASE_URL", "http://127.0.0.1:1".to_owned())])?;
/// assert_eq!(done.code, Some(3));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn run(line: &str, variables: &[(&str, String)]) -> io::Result<CommandEntry> {
    let mut command = shell(line);
    command.stdin(Stdio::null()).stdout(errors()?);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let mut child = groups::spawn(&mut command)?;
    while !groups::wait(&mut child, PATIENCE) {}
    let status = groups::reap(&mut child);
    Ok(CommandEntry { line: line.to_owned(), code: status.and_then(|status| status.code()) })
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    command
}

#[cfg(not(unix))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.args(["/C", line]);
    command
}

#[cfg(unix)]
fn errors() -> io::Result<Stdio> {
    use std::os::fd::AsFd;
    Ok(io::stderr().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn errors() -> io::Result<Stdio> {
    Ok(Stdio::inherit())
}
