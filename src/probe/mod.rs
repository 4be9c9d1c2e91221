//! Asks a running app what it accepts.
//!
//! The course: a request without a token; a good one; if that is refused, what would be accepted instead; then every
//! change of [`tamper`](crate::tamper) that an app can be sent, the dates around the leeway that was measured, tokens for
//! other requests, and the queries that tell canonicalizers apart. Between two groups the good request is sent again.

mod cause;
mod check;
mod conversation;
mod dates;
mod finding;
mod gravity;
mod help;
mod path;
mod progress;
mod query;
mod requests;
mod settings;
mod tokens;

use crate::adapter::http::App;
use crate::suite::case::Endpoint;
use crate::suite::outcome::Outcome;
pub use check::{Check, Checked};
use conversation::Conversation;
pub use conversation::Stop;
pub use dates::Leeway;
pub use finding::{Finding, findings};
pub use gravity::Gravity;
pub use help::{Accepted, Help};
pub use progress::Progress;
pub use query::QueryReading;
use query::Read;
pub use settings::Settings;

/// How a probe ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Every check was made.
    Complete,
    /// There is no app, or it does not speak HTTP. The text says why.
    Unreachable(String),
    /// The app refuses a good request.
    GoodRefused(Box<Help>),
    /// The app accepts a request without a token. No other check would mean anything.
    Open,
    /// No more requests were sent.
    Stopped(Stop),
}

/// What a probe found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Probed {
    /// How it ended.
    pub end: End,
    /// The checks that were made and that mean something.
    pub made: Vec<Checked>,
    /// The ids of checks that say nothing, because the app refused the good request after them, or had no time for them.
    pub inconclusive: Vec<String>,
    /// How long the app takes tokens after they have expired.
    pub leeway: Option<Leeway>,
    /// What was read of its canonicalizer.
    pub query: Option<QueryReading>,
    /// How many requests were sent.
    pub requests: usize,
}

/// Probes an app.
pub fn run(app: &mut App, settings: &Settings, progress: &dyn Progress) -> Probed {
    let mut talk = Conversation::new(app, settings, progress);
    let (mut leeway, mut query) = (None, None);
    let end = course(&mut talk, &mut leeway, &mut query).unwrap_or_else(End::Stopped);
    let Conversation { made, inconclusive, .. } = talk;
    Probed { end, made, inconclusive, leeway, query, requests: app.sent() }
}

fn course(
    talk: &mut Conversation<'_>,
    leeway: &mut Option<Leeway>,
    query: &mut Option<QueryReading>,
) -> Result<End, Stop> {
    let settings = talk.settings();
    talk.progress("reaching the app");
    if let Some(check) = tokens::without_token(settings) {
        let bare = talk.make(check)?;
        match &bare.reply.outcome {
            Outcome::Crashed(words) => return Ok(End::Unreachable(words.clone())),
            Outcome::TimedOut(words) => return Ok(End::Unreachable(words.clone())),
            Outcome::Ok(_) => return Ok(End::Open),
            _ => {}
        }
    }
    let good = talk.make(tokens::good(settings))?.clone();
    if !good.is_accepted() {
        talk.progress("looking for what would be accepted");
        return Ok(End::GoodRefused(Box::new(help::find(talk, &good)?)));
    }
    talk.progress("measuring the leeway");
    let measured = dates::leeway(talk)?;
    *leeway = Some(measured);
    talk.group("dates", dates::checks(settings, measured))?;
    let ahead = measured.safe();
    for name in tokens::GROUPS {
        talk.group(name, tokens::group(settings, name, ahead))?;
    }
    talk.group("request", requests::others(settings))?;
    let is_hash_checked = !talk.made.iter().any(|it| it.check.name == "qsh_of_another_request" && it.is_accepted());
    if settings.endpoint == Endpoint::Url && is_hash_checked {
        talk.group("collision", requests::collisions(settings))?;
        talk.progress("path and query");
        let mut read = Read::default();
        let stopped = path::read(talk, &mut read).and_then(|()| query::read(talk, &mut read));
        *query = Some(read.finish());
        stopped?;
        talk.group("end", Vec::new())?;
    }
    Ok(End::Complete)
}
