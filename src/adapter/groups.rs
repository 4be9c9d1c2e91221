//! The process groups that this program has started and not reaped yet. They are killed after a time limit and on an
//! interruption.

use std::collections::BTreeSet;
use std::process::{Child, Command, ExitStatus, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

/// The longest pause between two checks of a process.
const TICK: Duration = Duration::from_millis(50);

static GROUPS: Mutex<Groups> = Mutex::new(Groups { running: BTreeSet::new(), state: State::Open });

struct Groups {
    /// The ids of the groups. Each is the id of its first process.
    running: BTreeSet<u32>,
    state: State,
}

enum State {
    Open,
    /// No process can be started any more.
    Closed,
}

/// Kills all process groups of adapters and set-ups. Prevents new ones, so the caller should exit.
///
/// Works only on Unix. On other systems an interruption reaches the processes directly.
pub fn kill_all() {
    let mut groups = lock();
    groups.state = State::Closed;
    // No process is reaped while the lock is held, so the ids have not been reused.
    groups.running.iter().for_each(|id| kill_group(*id));
}

/// Starts a process in its own group.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut groups = lock();
    if matches!(groups.state, State::Closed) {
        return Err(io::Error::new(io::ErrorKind::Interrupted, "this program has been interrupted"));
    }
    let child = command.spawn()?;
    groups.running.insert(child.id());
    Ok(child)
}

/// Kills a process and its group, and reaps the process.
pub(crate) fn reap(child: &mut Child) -> Option<ExitStatus> {
    // Both fail only if the processes are gone.
    kill_group(child.id());
    let _ = child.kill();
    lock().running.remove(&child.id());
    child.wait().ok()
}

/// Whether a process has exited. Does not reap it, so that its id, which is also its group's, is not reused.
#[cfg(unix)]
pub(super) fn has_exited(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    matches!(waitid(WaitId::Pid(Pid::from_child(child)), options), Ok(Some(_)))
}

/// Whether a process has exited.
#[cfg(not(unix))]
pub(super) fn has_exited(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(Some(_)))
}

/// Waits up to `patience` for a process to exit. Returns whether it has.
pub(crate) fn wait(child: &mut Child, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    let mut pause = Duration::from_micros(100);
    loop {
        if has_exited(child) {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    }
}

/// Runs a process to its end, without input. Returns its output, or `None` if it was killed after `limit`.
pub(super) fn output(command: &mut Command, limit: Duration) -> io::Result<Option<Output>> {
    use std::io::{Read, Seek};
    // Files accept all output without a reader.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(std::process::Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let mut child = spawn(command)?;
    let exited = wait(&mut child, limit);
    let status = reap(&mut child);
    let Some(status) = status.filter(|_| exited) else { return Ok(None) };
    let mut output = Output { status, stdout: Vec::new(), stderr: Vec::new() };
    for (file, text) in [(&mut stdout, &mut output.stdout), (&mut stderr, &mut output.stderr)] {
        file.rewind()?;
        file.read_to_end(text)?;
    }
    Ok(Some(output))
}

#[cfg(unix)]
fn kill_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(id, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: u32) {}

fn lock() -> MutexGuard<'static, Groups> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}
