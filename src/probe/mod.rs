//! Asks a running app what it accepts.
//!
//! The course:
//!
//! 1. a request without a token
//! 2. a good request; if the app refuses it, what it would accept instead
//! 3. every change of [`tamper`](crate::tamper) that an app can be sent
//! 4. the dates around the measured leeway
//! 5. tokens for other requests
//! 6. the queries that tell canonicalizers apart
//!
//! Between two groups the good request is sent again.

mod bearer;
mod callback;
mod canonicalizer;
mod cause;
mod check;
mod dates;
mod finding;
mod guesses;
mod help;
mod kind;
mod open;
mod path;
mod progress;
mod query;
mod requests;
mod session;
mod settings;
mod severity;
mod tenants;
mod tokens;

use crate::adapter::http::App;
use crate::suite::outcome::Outcome;
use crate::tamper::TokenKind;
pub use canonicalizer::CanonicalizerReading;
use canonicalizer::Readings;
pub use check::{Check, Checked};
pub use dates::Leeway;
pub use finding::{Finding, findings};
pub use help::{Accepted, Help};
pub use kind::ENDPOINTS;
pub use progress::Progress;
use progress::Silent;
use session::Session;
pub use session::Stop;
pub use settings::{OtherTenant, Settings, TokenIn};
pub use severity::Severity;

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
    pub canonicalizer: Option<CanonicalizerReading>,
    /// How many checks of the selection were made or are inconclusive, beside the two that begin every probe.
    pub selected: usize,
    /// How many requests were sent.
    pub requests: usize,
}

/// Probes an app.
///
/// # Examples
///
/// Where nothing listens, there is nothing to check:
///
/// ```
/// use qsh::adapter::http::{Access, Address, App};
/// use qsh::probe::{End, Progress, Settings, TokenIn, run};
/// use qsh::suite::select::Selection;
/// use qsh::tamper::TokenKind;
///
/// struct Silent;
/// impl Progress for Silent {
///     fn step(&self, _: &str) {}
///     fn sent(&self, _: usize) {}
/// }
///
/// let address = Address::parse("http://127.0.0.1:1/panel")?;
/// let settings = Settings {
///     method: "GET".to_owned(),
///     target: address.target.clone(),
///     base_url: address.origin(),
///     form: None,
///     json: None,
///     kind: TokenKind::Url,
///     token_in: TokenIn::Header,
///     client_key: "client".to_owned(),
///     shared_secret: "a secret".to_owned(),
///     service: None,
///     other: None,
///     leeway: None,
///     selection: Selection::default(),
/// };
/// let probed = run(&mut App::at(address, Access::default())?, &settings, &Silent);
/// assert!(matches!(probed.end, End::Unreachable(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(app: &mut App, settings: &Settings, progress: &dyn Progress) -> Probed {
    app.carry_tokens_in(settings.request());
    let mut session = Session::new(app, settings, progress);
    let (mut leeway, mut canonicalizer) = (None, None);
    let end = course(&mut session, &mut leeway, &mut canonicalizer).unwrap_or_else(End::Stopped);
    let Session { made, inconclusive, .. } = session;
    let selected = made.iter().map(|it| &it.check.case).filter(|case| !case.id.starts_with("probe/start/")).count();
    let selected = selected + inconclusive.len();
    Probed { end, made, inconclusive, leeway, canonicalizer, selected, requests: app.sent() }
}

/// Why an app refuses a good request: what it would accept instead. `None` if it accepts the good one, or cannot be reached.
///
/// # Examples
///
/// ```
/// use qsh::adapter::http::{Access, Address, App};
/// use qsh::probe::{Settings, TokenIn, why_refused};
/// use qsh::suite::select::Selection;
/// use qsh::tamper::TokenKind;
///
/// // Nobody listens there.
/// let address = Address::parse("http://127.0.0.1:1/panel")?;
/// let settings = Settings {
///     method: "GET".to_owned(),
///     target: address.target.clone(),
///     base_url: address.origin(),
///     form: None,
///     json: None,
///     kind: TokenKind::Url,
///     token_in: TokenIn::Header,
///     client_key: "client".to_owned(),
///     shared_secret: "a secret".to_owned(),
///     service: None,
///     other: None,
///     leeway: None,
///     selection: Selection::default(),
/// };
/// assert_eq!(why_refused(&mut App::at(address, Access::default())?, &settings), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn why_refused(app: &mut App, settings: &Settings) -> Option<Help> {
    app.carry_tokens_in(settings.request());
    let mut session = Session::new(app, settings, &Silent);
    let good = session.make(tokens::good(settings)).ok()?.clone();
    let is_refused = matches!(good.reply.outcome, Outcome::Rejected { .. });
    is_refused.then(|| help::find(&mut session, &good).ok()).flatten()
}

fn course(
    session: &mut Session<'_>,
    leeway: &mut Option<Leeway>,
    canonicalizer: &mut Option<CanonicalizerReading>,
) -> Result<End, Stop> {
    let settings = session.settings();
    session.progress("reaching the app");
    match &session.make(tokens::without_token(settings))?.reply.outcome {
        Outcome::Crashed(words) | Outcome::TimedOut(words) => return Ok(End::Unreachable(words.clone())),
        Outcome::Ok(_) => return Ok(End::Open),
        _ => {}
    }
    session.send_bad()?;
    let good = session.make(tokens::good(settings))?.clone();
    if !good.is_accepted() {
        session.progress("looking for what would be accepted");
        return Ok(End::GoodRefused(Box::new(help::find(session, &good)?)));
    }
    session.progress("measuring the leeway");
    let measured = dates::leeway(session)?;
    *leeway = Some(measured);
    session.group("dates", &|| dates::checks(settings, measured))?;
    let ahead = measured.exceeded();
    session.group("transport", &|| bearer::checks(settings))?;
    for group in tokens::GROUPS {
        session.group(group, &|| tokens::group(settings, group, ahead))?;
    }
    let let_through = |session: &Session<'_>, group: &str| -> Vec<&'static str> {
        let of_group = |it: &&Checked| it.is_let_through() && it.check.case.id.starts_with(&format!("probe/{group}/"));
        session.made.iter().filter(of_group).filter_map(|it| tokens::change_name(settings, &it.check.name)).collect()
    };
    let malformed = let_through(session, "form");
    session.group("garbage", &|| tokens::garbage(settings, &malformed))?;
    let takes_parameter = session.made.iter().any(|it| it.check.name == "in_query" && it.is_accepted());
    if takes_parameter && settings.token_in == TokenIn::Header {
        session.group("parameter", &|| tokens::in_parameter(settings))?;
    }
    session.group("guess", &|| guesses::checks(settings))?;
    let wrong = [let_through(session, "hash"), let_through(session, "claims")].concat();
    session.group("callback", &|| callback::checks(settings, &wrong))?;
    session.group("tenant", &|| tenants::checks(settings))?;
    session.controlled("reuse", requests::send_again)?;
    if !settings.has_hash() {
        return Ok(End::Complete);
    }
    session.group("request", &|| requests::others(settings))?;
    // A callback is not sent to other paths of the app, and its address is fixed.
    if settings.kind == TokenKind::Install {
        return Ok(End::Complete);
    }
    session.controlled("other requests", |session| requests::send_elsewhere(session))?;
    let is_hash_checked = !session.made.iter().any(|it| it.check.name == "qsh_of_another_request" && it.is_accepted());
    if is_hash_checked {
        session.group("collision", &|| requests::collisions(settings))?;
        let read = session.controlled("path and query", |session| {
            let mut readings = Readings::default();
            path::read(session, &mut readings)?;
            query::read(session, &mut readings)?;
            Ok(readings.finish())
        })?;
        *canonicalizer = Some(read);
    }
    Ok(End::Complete)
}
