//! Tokens for one request, sent with another.

use qsh_diagnose::Input;

use super::check::{Check, bare};
use super::session::{Session, Stop};
use super::settings::{Settings, now};
use super::tokens::{self, claiming, claims};

/// Two queries with different meanings. An implementation that makes the mistake gives them one hash.
struct Pair {
    name: &'static str,
    clause: &'static str,
    /// The query that the token is for.
    signed: &'static str,
    /// The query that is sent.
    sent: &'static str,
}

const fn pair(name: &'static str, clause: &'static str, signed: &'static str, sent: &'static str) -> Pair {
    Pair { name, clause, signed, sent }
}

const PAIRS: &[Pair] = &[
    pair("repeated_for_comma", "QSH-Q10", "qp=1%2C2", "qp=1&qp=2"),
    pair("comma_for_repeated", "QSH-Q8", "qp=1&qp=2", "qp=1%2C2"),
    pair("escaped_ampersand", "QSH-Q10", "qp=1&qq=2", "qp=1%26qq%3D2"),
    pair("ampersand_for_escaped", "QSH-Q10", "qp=1%26qq%3D2", "qp=1&qq=2"),
    pair("escaped_twice", "QSH-Q4", "qp=%2F", "qp=%252F"),
    pair("decoded_twice", "QSH-Q4", "qp=%252F", "qp=%2F"),
    pair("plus_for_space", "QSH-Q5", "qp=a%2Bb", "qp=a+b"),
    pair("second_value_ignored", "QSH-Q8", "qp=1", "qp=1&qp=2"),
    pair("first_value_ignored", "QSH-Q8", "qp=2", "qp=1&qp=2"),
    pair("same_value_again", "QSH-Q8", "qp=1", "qp=1&qp=1"),
    pair("another_case", "QSH-Q8", "qp=1", "QP=1"),
    pair("blank_at_the_end", "QSH-Q4", "qp=1", "qp=1%20"),
    pair("parameter_that_begins_like_jwt", "QSH-Q17", "qp=1", "qp=1&jwts=2"),
    pair("parameter_jwt_in_upper_case", "QSH-Q17", "qp=1", "qp=1&JWT=2"),
    pair("parameter_after_semicolon", "QSH-Q1", "qp=1", "qp=1;qq=2"),
    pair("value_after_second_equals", "QSH-Q3", "qp=1", "qp=1=2"),
    pair("parameter_without_value", "QSH-Q15", "qp=1", "qp=1&qq"),
    pair("parameter_with_empty_value", "QSH-Q14", "qp=1", "qp=1&qq="),
    pair("brackets", "QSH-Q19", "qp=1", "qp[]=1"),
    pair("other_object", "QSH-Q19", "qp[a]=1", "qp[b]=2"),
    pair("prototype", "QSH-Q19", "qp=1", "qp=1&__proto__=2"),
];

/// The most parameters that some frameworks read.
const LIMIT: usize = 1_000;

/// Tokens for another method, path or parameter. Only an endpoint that is bound to its URL tells them apart.
pub(super) fn others(settings: &Settings) -> Vec<Check> {
    let at = now();
    let request = || settings.request();
    let method = if settings.method == "POST" { "GET" } else { "POST" };
    let (path, query) = settings.path_and_query();
    let front = path.trim_end_matches('/');
    let another = if front.is_empty() { "/qsh-probe-2".to_owned() } else { format!("{front}-qsh-probe") };
    let signed = [
        ("for_another_method", Input { method: method.to_owned(), ..request() }, request()),
        ("for_a_path_below", settings.request_at(&format!("{front}/qsh-probe"), query), request()),
        ("for_another_path", settings.request_at(&another, query), request()),
        ("for_another_value", settings.request_with("qp=1"), settings.request_with("qp=2")),
        ("with_a_parameter_more", request(), settings.request_with("qp=1")),
        ("with_a_parameter_less", settings.request_with("qp=1"), request()),
    ];
    let alone = query.map(|_| ("for_the_path_alone", settings.request_at(path, None), request()));
    let check = |(name, signed, sent): (&str, _, _)| {
        let question = claiming(settings, sent, &claims(settings, &signed, at));
        Check::new("request", name, "CON-18", false, question)
            .with_summary(format!("a token {} is refused", name.replace('_', " ")))
    };
    signed.into_iter().chain(alone).map(check).collect()
}

/// Other requests to the same app. The token for the request that is probed is sent with each, unless the app answers it
/// without a token.
fn elsewhere(settings: &Settings) -> Vec<(&'static str, Input)> {
    let (path, query) = settings.path_and_query();
    let front = path.trim_end_matches('/');
    let at = |path: &str, query: Option<&str>| settings.request_at(path, query);
    let swapped: String =
        path.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let parent = front.rsplit_once('/').map(|(parent, _)| parent.to_owned()).filter(|parent| !parent.is_empty());
    let others = [
        Some(("at_a_path_below", at(&format!("{front}/qsh-probe"), query))),
        Some(("at_another_path", at("/qsh-probe", query))),
        (swapped != path).then(|| ("at_the_path_in_another_case", at(&swapped, query))),
        parent.map(|parent| ("at_the_path_above", at(&parent, query))),
        Some(("with_another_query", at(path, Some("qsh-probe=2")))),
        query.map(|_| ("without_the_query", at(path, None))),
    ];
    others.into_iter().flatten().filter(|(_, other)| *other != settings.request()).collect()
}

/// Sends the token for the request that is probed with other requests, each of which the app refuses without a token.
pub(super) fn send_elsewhere(session: &mut Session<'_>) -> Result<(), Stop> {
    let settings = session.settings();
    for (name, other) in elsewhere(settings) {
        let check = sent_elsewhere(settings, name, &other);
        if settings.selection.takes(&check.case) && !session.accepts(&bare(settings, other))? {
            session.make(check)?;
        }
    }
    Ok(())
}

/// Sends one good token twice, and one with a wrong signature after a good one with the same `jti`.
pub(super) fn send_again(session: &mut Session<'_>) -> Result<(), Stop> {
    let settings = session.settings();
    let question = tokens::good(settings).case.question;
    let check = tokens::reused(settings, question.clone());
    if settings.selection.takes(&check.case) && session.accepts(&question)? {
        session.make(check)?;
    }
    if let Some((good, altered)) = tokens::good_and_altered(settings)
        && settings.selection.takes(&altered.case)
        && session.accepts(&good)?
    {
        session.make(altered)?;
    }
    Ok(())
}

/// The token for the request that is probed, sent with another one.
fn sent_elsewhere(settings: &Settings, name: &str, other: &Input) -> Check {
    let claims = claims(settings, &settings.request(), now());
    let question = claiming(settings, other.clone(), &claims);
    let shown = other.url.as_str().unwrap_or_default();
    Check::new("request", name, "CON-18", false, question)
        .with_summary(format!("the token for {} is refused with {shown}", settings.target))
}

/// Two requests with different meanings: a token for one of them, sent with the other one.
pub(super) fn collisions(settings: &Settings) -> Vec<Check> {
    let at = now();
    let check = |name: &str, clause: &str, signed: &str, sent: &str| {
        let claims = claims(settings, &settings.request_with(signed), at);
        let question = claiming(settings, settings.request_with(sent), &claims);
        let short = |query: &str| if query.len() > 40 { format!("{}…", &query[..24]) } else { query.to_owned() };
        Check::new("collision", name, clause, false, question).with_summary(format!(
            "a token for ?{} is refused with ?{}",
            short(signed),
            short(sent)
        ))
    };
    let many = |count: usize| (0..count).map(|at| format!("q{at}=1")).collect::<Vec<_>>().join("&");
    let pairs = PAIRS.iter().map(|pair| check(pair.name, pair.clause, pair.signed, pair.sent));
    let own = settings.path_and_query().1.map_or(0, |query| query.split('&').count());
    let below = LIMIT.saturating_sub(own);
    let limit = check("parameter_beyond_1000", "QSH-Q18", &many(below), &format!("{}&qp=1", many(below)));
    pairs.chain([limit]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_requests_of_a_pair_have_different_hashes() {
        for Pair { name, signed, sent, .. } in PAIRS {
            let hash = |query: &str| {
                let input = Input::new("GET", format!("/panel?{query}"));
                qsh_hash::hash(&input.request().unwrap()).to_string()
            };
            assert_ne!(hash(signed), hash(sent), "{name}");
        }
    }
}
