//! [`Progress`]: what a probe tells while it runs.

/// Receives the progress of a probe.
pub trait Progress {
    /// A step begins.
    fn step(&self, what: &str);
    /// This number of requests was sent so far.
    fn sent(&self, requests: usize);
}

/// Tells nothing.
pub(super) struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str) {}

    fn sent(&self, _: usize) {}
}
