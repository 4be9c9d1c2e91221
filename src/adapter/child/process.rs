//! A process with its three pipes, each served by a thread: nothing that a child does or leaves undone blocks the
//! caller.

use std::io::{self, Read, Write};
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::command::Command;
use crate::adapter::groups;
use crate::suite::text::printable;

/// How much of the standard error is kept.
const STDERR_KEPT: usize = 4096;
/// How much is read at once, and how many such pieces may wait to be taken: the bound of what a flood takes.
const CHUNK: usize = 64 * 1024;
const CHUNKS_WAITING: usize = 16;
/// How often a silent process is looked at, whether it has exited while somebody else holds its pipes.
const TICK: Duration = Duration::from_millis(50);

/// What comes from the threads.
#[derive(Debug)]
pub(super) enum Event {
    /// Bytes of its standard output.
    Output(Vec<u8>),
    /// The end of its standard output, or its own end.
    End,
    /// It does not read its standard input any more.
    InputFailed,
}

/// A running process. Dropping it kills it, and everything in its process group, and reaps it.
#[derive(Debug)]
pub(super) struct Process {
    child: process::Child,
    status: Option<ExitStatus>,
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    stderr: Arc<Mutex<Vec<u8>>>,
    stderr_end: Receiver<()>,
}

impl Process {
    pub(super) fn spawn(command: &Command) -> io::Result<Self> {
        let mut command = command.to_std();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = groups::spawn(&mut command)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());

        let (input, batches) = mpsc::channel();
        let (events_sender, events) = mpsc::sync_channel(CHUNKS_WAITING);
        let (stderr_done, stderr_end) = mpsc::channel();
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let tail = Arc::clone(&stderr);
        // From here on a failure drops the process, and so ends it.
        let process = Self { child, status: None, input: Some(input), events, stderr, stderr_end };
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::other("a pipe that was asked for is not there"));
        };
        // The threads are never joined: a process outside the group may hold a pipe open for as long as it likes.
        let input_events = events_sender.clone();
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.into()).spawn(work);
        start("adapter-stdin", Box::new(move || write_input(stdin, &batches, &input_events)))?;
        start("adapter-stdout", Box::new(move || read_output(stdout, &events_sender)))?;
        start("adapter-stderr", Box::new(move || drain_errors(stderr, &tail, &stderr_done)))?;
        Ok(process)
    }

    /// Hands bytes to the thread that writes them; never waits.
    pub(super) fn send(&self, batch: Vec<u8>) {
        if let Some(input) = &self.input {
            // The thread is gone when a write failed; it has said so in an event.
            let _ = input.send(batch);
        }
    }

    /// Ends its input, once all that was sent is written.
    pub(super) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next event; `None` when there is none until `deadline`. What has come already is returned even past the
    /// deadline.
    pub(super) fn next_event(&mut self, deadline: Instant) -> Option<Event> {
        let mut exited = false;
        loop {
            match self.events.try_recv() {
                Ok(event) => return Some(event),
                Err(TryRecvError::Disconnected) => return Some(Event::End),
                // It is gone, and nothing came for a whole tick since: whoever holds its pipes is not the adapter.
                Err(TryRecvError::Empty) if exited => return Some(Event::End),
                Err(TryRecvError::Empty) => {}
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            exited = self.status.is_some() || groups::has_exited(&mut self.child);
            match self.events.recv_timeout(left.min(TICK)) {
                Ok(event) => return Some(event),
                Err(RecvTimeoutError::Disconnected) => return Some(Event::End),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Waits up to `patience` for it to exit, then kills what is left of it and of its group, and reaps it.
    ///
    /// `None` when it had to be killed.
    pub(super) fn close(&mut self, patience: Duration) -> Option<ExitStatus> {
        let exited = self.status.is_some() || groups::wait(&mut self.child, patience);
        self.kill();
        self.status.filter(|_| exited)
    }

    /// The last lines that it wrote to its standard error, for a person to read; all of them once [`Process::close`]
    /// has returned.
    pub(super) fn stderr(&self) -> Vec<String> {
        if self.status.is_some() {
            // The pipe is closed by now, unless a process outside the group still holds it.
            let _ = self.stderr_end.recv_timeout(Duration::from_millis(200));
        }
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = tail.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
        lines.map(|line| printable(line).to_string()).collect()
    }

    fn kill(&mut self) {
        if self.status.is_none() {
            self.status = groups::reap(&mut self.child);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn write_input(mut stdin: ChildStdin, batches: &Receiver<Vec<u8>>, events: &SyncSender<Event>) {
    for batch in batches {
        if stdin.write_all(&batch).is_err() {
            // Nobody listens any more when the process has been given up.
            let _ = events.send(Event::InputFailed);
            return;
        }
    }
}

fn read_output(mut stdout: ChildStdout, events: &SyncSender<Event>) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let event = match stdout.read(&mut buffer) {
            Ok(length) if length > 0 => Event::Output(buffer[..length].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            _ => Event::End,
        };
        let last = matches!(event, Event::End);
        if events.send(event).is_err() || last {
            return;
        }
    }
}

fn drain_errors(mut stderr: ChildStderr, tail: &Mutex<Vec<u8>>, done: &Sender<()>) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match stderr.read(&mut buffer) {
            Ok(length) if length > 0 => {
                let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend_from_slice(&buffer[..length]);
                let surplus = tail.len().saturating_sub(STDERR_KEPT);
                tail.drain(..surplus);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => break,
        }
    }
    // The process has been dropped when nobody waits for this.
    let _ = done.send(());
}
