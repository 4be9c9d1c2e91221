//! The dates: how long after its expiry an app takes a token, and what it does one second before and after.

use serde_json::Value;

use super::check::Check;
use super::kind::{expiry_clause, leeway_clause};
use super::session::{Session, Stop};
use super::settings::{Settings, now};
use super::tokens::{claiming, claims};

/// An hour, in seconds.
const HOUR: i64 = 3_600;
/// Ten years, in seconds. A leeway of this length is no leeway: expired tokens are accepted.
const TEN_YEARS: i64 = 315_360_000;
/// The longest leeway that is still a few minutes (CON-5).
const FEW_MINUTES: u32 = 300;

/// The seconds by which two clocks may differ while a request is on its way.
const MARGIN: u32 = 3;

/// What an app does with tokens that have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a token is taken for some time after its expiry, or for ever")]
pub enum Leeway {
    /// It takes them for this number of seconds.
    Seconds(u32),
    /// It takes them even ten years later.
    Unlimited,
}

impl Leeway {
    /// Seconds that are longer than the leeway. A token whose `nbf` is so far ahead has to be refused.
    pub(super) fn exceeded(self) -> u32 {
        let seconds = match self {
            // A long one is known to one per cent.
            Self::Seconds(seconds) => seconds.saturating_add(seconds / 50),
            // It may have one for other dates.
            Self::Unlimited => FEW_MINUTES,
        };
        seconds.saturating_add(MARGIN)
    }
}

/// Measures the leeway by bisection: a token that expired a number of seconds ago is accepted, or it is not.
pub(super) fn leeway(session: &mut Session<'_>) -> Result<Leeway, Stop> {
    let settings = session.settings();
    let mut taken = |seconds: i64| session.accepts(&expired(settings, seconds).case.question);
    if taken(TEN_YEARS)? {
        return Ok(Leeway::Unlimited);
    }
    let (mut accepted, mut refused) = (0, TEN_YEARS);
    // Most leeways are small: the first steps are short.
    for step in [2, 8, 40, 100, i64::from(FEW_MINUTES) + 1, 3_700, 90_000, 700_000, 3_000_000] {
        if taken(step)? {
            accepted = step;
        } else {
            refused = step;
            break;
        }
    }
    // A long leeway is known to one per cent.
    while refused - accepted > (accepted / 100).max(1) {
        let middle = accepted + (refused - accepted) / 2;
        if taken(middle)? {
            accepted = middle;
        } else {
            refused = middle;
        }
    }
    Ok(Leeway::Seconds(u32::try_from(accepted).unwrap_or(u32::MAX)))
}

/// The checks of the dates, by the leeway that was measured.
pub(super) fn checks(settings: &Settings, leeway: Leeway) -> Vec<Check> {
    if leeway == Leeway::Unlimited {
        return vec![expired(settings, TEN_YEARS)];
    }
    let at = now();
    let check = |name: &str, clause: &str, is_accepted: bool, seconds: i64| {
        let mut claims = claims(settings, &settings.request(), at.min(at + seconds) - 60);
        claims.insert("exp".to_owned(), Value::from(at + seconds));
        Check::new("dates", name, clause, is_accepted, claiming(settings, settings.request(), &claims))
    };
    // The clocks of both sides tick while a request is on its way.
    let most = i64::from(settings.leeway.unwrap_or(FEW_MINUTES)) + i64::from(MARGIN);
    let (expiry, leeway) = (expiry_clause(settings.kind), leeway_clause(settings.kind));
    let beyond = check("exp_beyond_leeway", leeway, false, -most);
    let beyond = beyond.with_summary(format!("a token that expired {most} s ago is refused"));
    let hour = (most < HOUR).then(|| check("exp_an_hour_ago", expiry, false, -HOUR));
    [beyond].into_iter().chain(hour).chain([check("exp_a_moment_ahead", expiry, true, i64::from(MARGIN))]).collect()
}

/// A token that expired this number of seconds ago.
fn expired(settings: &Settings, seconds: i64) -> Check {
    let at = now();
    let mut claims = claims(settings, &settings.request(), at - seconds - 180);
    claims.insert("exp".to_owned(), Value::from(at - seconds));
    let question = claiming(settings, settings.request(), &claims);
    Check::new("dates", "exp_passed", expiry_clause(settings.kind), false, question)
        .with_summary(format!("a token that expired {seconds} s ago is refused"))
}
