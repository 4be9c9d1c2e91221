//! [`Limits`]: counts what was refused before it was a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::report::style::plural;

/// How many connections and requests were refused before they were judged.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    headers_too_long: AtomicUsize,
    bodies_too_large: AtomicUsize,
    not_http: AtomicUsize,
    timed_out: AtomicUsize,
    turned_away: AtomicUsize,
}

impl Limits {
    /// Notes why a connection ended early.
    pub(super) fn note(&self, error: &hyper::Error) {
        let count = match () {
            () if error.is_parse_too_large() => &self.counts.headers_too_long,
            () if error.is_parse() => &self.counts.not_http,
            () if error.is_timeout() => &self.counts.timed_out,
            // The client has closed the connection.
            () => return,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note_turned_away(&self) {
        self.counts.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note_body_too_large(&self) {
        self.counts.bodies_too_large.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note_timed_out(&self) {
        self.counts.timed_out.fetch_add(1, Ordering::Relaxed);
    }

    /// What of it makes a session not fine, as sentences: a call of the app may be among them.
    pub(super) fn problems(&self) -> Vec<String> {
        let Counts { headers_too_long, bodies_too_large, not_http, timed_out, turned_away } = &*self.counts;
        let named = [
            (headers_too_long, "with a head that is too long"),
            (bodies_too_large, "with a body of more than 8 MiB"),
            (not_http, "that is not HTTP, or whose target has a character that must be escaped"),
            (timed_out, "that did not arrive in time"),
            (turned_away, "beyond 256 connections at once"),
        ];
        let counts = named.map(|(count, what)| (count.load(Ordering::Relaxed), what));
        let said = counts.into_iter().filter(|(count, _)| *count > 0);
        said.map(|(count, what)| format!("{} {what}", plural(count as u64, "request", "requests"))).collect()
    }

    /// The counts, by name.
    pub fn to_json(&self) -> Value {
        let Counts { headers_too_long, bodies_too_large, not_http, timed_out, turned_away } = &*self.counts;
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        json!({
            "headers_too_long": of(headers_too_long), "bodies_too_large": of(bodies_too_large), "not_http": of(not_http),
            "timed_out": of(timed_out), "turned_away": of(turned_away),
        })
    }
}
