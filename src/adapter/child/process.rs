//! A process with its three pipes. A thread serves each pipe, so the child can never block the caller.

use std::io::{self, Read, Write};
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use qsh_diagnose::printable;

use super::command::Command;
use crate::adapter::groups;

/// The number of bytes of standard error that are kept.
const STDERR_KEPT: usize = 4096;
/// The size of a read, and the number of reads that may wait. They bound the memory that a flood of output takes.
const CHUNK: usize = 64 * 1024;
const CHUNKS_WAITING: usize = 16;
/// How often a silent process is checked for its exit, in case another process holds its pipes open.
const TICK: Duration = Duration::from_millis(50);

/// Events from the threads.
#[derive(Debug)]
pub(super) enum Event {
    /// Bytes of its standard output.
    Output(Vec<u8>),
    /// The end of its standard output, or its exit.
    End,
    /// Its standard input is closed.
    InputFailed,
}

/// A running process. Dropping it kills and reaps it, and kills its process group.
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
        // After this line, an error drops the process and so kills it.
        let process = Self { child, status: None, input: Some(input), events, stderr, stderr_end };
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::other("a requested pipe is missing"));
        };
        // The threads are never joined, because a process outside the group may hold a pipe open indefinitely.
        let input_events = events_sender.clone();
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.into()).spawn(work);
        start("adapter-stdin", Box::new(move || write_input(stdin, &batches, &input_events)))?;
        start("adapter-stdout", Box::new(move || read_output(stdout, &events_sender)))?;
        start("adapter-stderr", Box::new(move || drain_errors(stderr, &tail, &stderr_done)))?;
        Ok(process)
    }

    /// Passes bytes to the thread that writes them. Does not block.
    pub(super) fn send(&self, batch: Vec<u8>) {
        if let Some(input) = &self.input {
            // After a failed write the thread is gone. It has already sent an event.
            let _ = input.send(batch);
        }
    }

    /// Closes its input after everything is written.
    pub(super) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next event. Returns `None` if there is none before `deadline`. Returns an event that has already arrived
    /// even after the deadline.
    pub(super) fn next_event(&mut self, deadline: Instant) -> Option<Event> {
        let mut exited = false;
        loop {
            match self.events.try_recv() {
                Ok(event) => return Some(event),
                Err(TryRecvError::Disconnected) => return Some(Event::End),
                // The process has exited, and nothing arrived for a whole tick. Some other process holds its pipes
                // open.
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

    /// Waits up to `patience` for its exit, then kills the process and its group, and reaps it.
    ///
    /// Returns `None` if it had to be killed.
    pub(super) fn close(&mut self, patience: Duration) -> Option<ExitStatus> {
        let exited = self.status.is_some() || groups::wait(&mut self.child, patience);
        self.kill();
        self.status.filter(|_| exited)
    }

    /// The last lines of its standard error. They are complete after [`Process::close`].
    pub(super) fn stderr(&self) -> Vec<String> {
        if self.status.is_some() {
            // The pipe is closed now, unless a process outside the group holds it open.
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
            // The receiver is gone if the process was dropped.
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
    // The receiver is gone if the process was dropped.
    let _ = done.send(());
}
