//! Why an app refuses a good request: what it would accept instead.
//!
//! A bounded search over real requests. Each variation differs from the good request in one thing.

use std::cmp::Reverse;

use qsh_diagnose::signature::changed_secrets;
use qsh_diagnose::{Deviation, Dialect, Input, Part, implementations};
use serde_json::Value;

use super::canonicalizer::{hash_by, right_hash};
use super::check::{Checked, Kind, bare, carrying, scheme, with_headers};
use super::session::{Fresh, Session, Stop};
use super::settings::{Settings, now};
use super::tokens::{claiming, claims, token};
use crate::suite::case::Question;
use crate::tamper::{Service, TokenKind, signed};

/// The most requests that are sent to find out.
const MOST: usize = 150;
/// The most of an app that fails, which is no refusal.
const MOST_OF_FAILING: usize = 10;

/// Prefixes of paths that proxies and containers add.
const PREFIXES: [&str; 7] = ["/app", "/api", "/connect", "/jira", "/wiki", "/confluence", "/addon"];

/// What is known of an app that refuses a good request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Help {
    /// What the response says, in one line.
    pub response: String,
    /// The app does not refuse: it fails, or closes the connection.
    pub fails: bool,
    /// What stands out without further requests.
    pub remarks: Vec<String>,
    /// What the app accepts instead.
    pub accepted: Option<Accepted>,
    /// How many other requests were tried.
    pub tried: usize,
}

/// A request that differs from the good one in one thing, and that the app accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// What is different, as a sentence.
    pub because: String,
    /// What follows from it, or what to do.
    pub advice: String,
    /// The options that make `qsh probe` go on. Empty if the app is to be mended.
    pub options: Vec<String>,
}

/// One request that differs from the good one in one thing.
struct Variation {
    accepted: Accepted,
    question: Question,
}

/// Finds out why the good request was refused.
pub(super) fn find(session: &mut Session<'_>, good: &Checked) -> Result<Help, Stop> {
    let settings = session.settings();
    let fails = good.kind() == Kind::Failure;
    let mut help = Help { response: good.response(), fails, remarks: remarks(good), ..Help::default() };
    let most = if fails { MOST_OF_FAILING } else { MOST };
    let make = || variations(settings);
    let mut fresh = Fresh::new(&make);
    let count = fresh.list().len().min(most);
    while help.tried < count && session.left() > 0 {
        let variation = &fresh.list()[help.tried];
        help.tried += 1;
        if session.accepts(&variation.question)? {
            help.accepted = Some(variation.accepted.clone());
            break;
        }
    }
    Ok(help)
}

fn remarks(good: &Checked) -> Vec<String> {
    let Some(Ok(response)) = good.exchange.as_ref().map(|exchange| &exchange.response) else { return Vec::new() };
    let by_status = match response.status {
        404 => Some("the app has nothing at this path, or hides it: check the path"),
        405 => Some("the app does not take this method at this path: set --method"),
        415 => Some("the app does not take this type of body"),
        500.. => Some("the app fails, which is no refusal: look into its log"),
        _ => None,
    };
    by_status.map(str::to_owned).into_iter().collect()
}

/// The variations, the likeliest first.
fn variations(settings: &Settings) -> Vec<Variation> {
    let bases = bases(settings);
    let (transports, kinds) = (transports(settings), kinds(settings));
    let of_signer = settings.service.as_ref().map_or_else(|| secrets(settings), |service| audiences(settings, service));
    [bases, transports, kinds, clocks(settings), of_signer, dialects(settings)].into_iter().flatten().collect()
}

fn variation(question: Question, because: String, advice: &str, options: &[String]) -> Variation {
    let accepted = Accepted { because, advice: advice.to_owned(), options: options.to_vec() };
    Variation { accepted, question }
}

/// A good token, except for its hash.
fn with_hash(settings: &Settings, hash: &str) -> Question {
    let mut claims = claims(settings, &settings.request(), now());
    claims.insert("qsh".to_owned(), Value::from(hash));
    claiming(settings, settings.request(), &claims)
}

/// Other base URLs: the app sees a path with fewer segments, or with more.
fn bases(settings: &Settings) -> Vec<Variation> {
    if !settings.has_hash() {
        return Vec::new();
    }
    let (path, query) = settings.path_and_query();
    let right = right_hash(&settings.request());
    let hash = |path: &str, base_url: Option<String>| {
        // The right hash was refused.
        right_hash(&Input { base_url, ..settings.request_at(path, query) }).filter(|hash| Some(hash) != right.as_ref())
    };
    let origin = origin(&settings.base_url);
    // The audience of a callback is the base URL.
    let with_audience = settings.service.iter().flat_map(|_| {
        let fronts = path.match_indices('/').map(|(at, _)| &path[..at]);
        fronts.filter_map(|front| {
            let base = format!("{origin}{front}");
            let request = Input { base_url: Some(base.clone()), ..settings.request() };
            let mut claims = claims(settings, &request, now());
            claims.insert("aud".to_owned(), Value::from(base.as_str()));
            let because = format!("the base URL of the app is {base}");
            let advice = "it is the audience of a callback, and its path is no part of the hash (INS-6, QSH-P3)";
            let options = [format!("--base-url {base}"), format!("--audience {base}")];
            (base != settings.base_url)
                .then(|| variation(claiming(settings, settings.request(), &claims), because, advice, &options))
        })
    });
    let cut = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|front| !front.is_empty());
    let cut = cut.filter_map(|front| {
        let because = format!("the app computes the hash of the path without {front}");
        let advice = "its base URL ends in this path, or something in front of it removes this path";
        let option = format!("--base-url {origin}{front}");
        Some(variation(with_hash(settings, &hash(path, Some(format!("{origin}{front}")))?), because, advice, &[option]))
    });
    let whole = hash(path, None).map(|hash| {
        let because = "the app computes the hash of the whole path, with the path of its base URL".to_owned();
        let advice = "its base URL has no path, or it does not remove it (QSH-P3)";
        variation(with_hash(settings, &hash), because, advice, &[format!("--base-url {origin}")])
    });
    let own = base_path(&settings.base_url);
    let more = [own].into_iter().chain(PREFIXES).filter(|prefix| !prefix.is_empty()).filter_map(|prefix| {
        let because = format!("the app computes the hash of the path with {prefix} before it");
        let advice = "something in front of the app adds this prefix: the app has to know its public base URL (QSH-P3)";
        Some(variation(with_hash(settings, &hash(&format!("{prefix}{path}"), None)?), because, advice, &[]))
    });
    let request = settings.request();
    let bare = right_hash(&Input { form: None, json: None, ..request.clone() }).filter(|_| request.form.is_some());
    let bare = bare.map(|hash| {
        let because = "the app computes the hash without the parameters of the form".to_owned();
        variation(with_hash(settings, &hash), because, "a product hashes them (QSH-F1)", &[])
    });
    with_audience.chain(bare).chain(cut).chain(whole).chain(more).collect()
}

/// Other places for the token.
fn transports(settings: &Settings) -> Vec<Variation> {
    let token = token(settings, &claims(settings, &settings.request(), now()));
    let field = |name: &str, value: String| with_headers(settings, settings.request(), vec![(name.to_owned(), value)]);
    let (own, other) = if scheme(settings.kind) == "JWT" { ("JWT", "Bearer") } else { ("Bearer", "JWT") };
    let places = [
        variation(
            field("Authorization", format!("{other} {token}")),
            format!("the app takes the token after {other}, and not after {own}"),
            if own == "JWT" { "products write JWT (TRN-1)" } else { "senders write Bearer (FIT-12, ASAP-1)" },
            &[],
        ),
        variation(
            field("authorization", format!("{own} {token}")),
            "the app takes the header field in lower case only".to_owned(),
            "names of header fields have no case (TRN-4)",
            &[],
        ),
    ];
    let in_query = (settings.service.is_none()).then(|| {
        variation(
            bare(settings, settings.request_with(&format!("jwt={token}"))),
            "the app takes the token in the parameter jwt, and not in the Authorization header field".to_owned(),
            "products send it in either place (TRN-1, TRN-6): check what removes or ignores the header field",
            &["--token-in query".to_owned()],
        )
    });
    in_query.into_iter().chain(places).collect()
}

/// Another kind of endpoint.
fn kinds(settings: &Settings) -> Vec<Variation> {
    let (other, because, advice) = match settings.kind {
        TokenKind::Url => (TokenKind::Context, "the endpoint takes context tokens", "see CTX-1 and CTX-2"),
        TokenKind::Context => {
            (TokenKind::Url, "the endpoint takes tokens that are bound to its URL", "see CTX-1 and CTX-2")
        }
        TokenKind::Install => return by_secret(settings),
        _ => return Vec::new(),
    };
    let option = format!("--endpoint {}", other.name());
    let other = Settings { kind: other, ..settings.clone() };
    let question = claiming(&other, other.request(), &claims(&other, &other.request(), now()));
    vec![variation(question, because.to_owned(), advice, &[option])]
}

/// A callback that is signed with the secret of an earlier one.
fn by_secret(settings: &Settings) -> Vec<Variation> {
    let claims = claims(settings, &settings.request(), now());
    let question = carrying(settings, settings.request(), &signed(&claims, settings.shared_secret.as_bytes()));
    let because = "the app takes callbacks that are signed with the shared secret, and not those of a published key";
    vec![variation(question, because.to_owned(), "products sign callbacks with RS256 (INS-1)", &[])]
}

/// Other audiences.
fn audiences(settings: &Settings, service: &Service) -> Vec<Variation> {
    let own = service.audience.as_str();
    let with = |audience: Value| {
        let mut claims = claims(settings, &settings.request(), now());
        claims.insert("aud".to_owned(), audience);
        claiming(settings, settings.request(), &claims)
    };
    let last = own.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let address = origin(&settings.base_url);
    let texts = [
        own.trim_end_matches('/').to_owned(),
        format!("{}/", own.trim_end_matches('/')),
        origin(own).to_owned(),
        settings.base_url.clone(),
        address.to_owned(),
        format!("{address}{}", settings.path_and_query().0),
        last.to_owned(),
    ];
    let mut tried = vec![own.to_owned()];
    let mut variations = Vec::new();
    for text in texts {
        if !tried.contains(&text) && !text.is_empty() {
            let because = format!("the app expects the audience {text}");
            let option = format!("--audience {text}");
            variations.push(variation(
                with(text.as_str().into()),
                because,
                "compare it with what a sender writes",
                &[option],
            ));
            tried.push(text);
        }
    }
    let list = variation(
        with(Value::from(vec![own])),
        "the app takes the audience in a list, and not as a text".to_owned(),
        "both forms are the same (RFC 7519, section 4.1.3)",
        &[],
    );
    variations.into_iter().chain([list]).collect()
}

/// Other clocks, and tokens that live for a shorter time.
fn clocks(settings: &Settings) -> Vec<Variation> {
    let dated = |issued: i64, lifetime: i64| {
        // A good token is issued a minute before the time that is given.
        let mut claims = claims(settings, &settings.request(), issued + 60);
        claims.insert("exp".to_owned(), Value::from(issued + lifetime));
        claiming(settings, settings.request(), &claims)
    };
    let at = now();
    let short = variation(
        dated(at, 50),
        "the app takes a token that is good for less than a minute".to_owned(),
        "products send tokens that are good for three minutes and more (CON-16)",
        &[],
    );
    let minutes = [5, 15, 30].into_iter().flat_map(|minutes| [minutes, -minutes]);
    let hours = (1..=14).flat_map(|hours| [hours * 60, -hours * 60]);
    let clocks = minutes.chain(hours).map(|minutes: i64| {
        let (shift, direction) = (minutes.abs(), if minutes > 0 { "ahead" } else { "behind" });
        let amount = if shift < 60 { format!("some {shift} minutes") } else { format!("some {} hours", shift / 60) };
        let because = format!("the clock of the app is {direction} by {amount}");
        variation(dated(at + minutes * 60 - 60, 180), because, "set it, or read its time as UTC (CON-5)", &[])
    });
    [short].into_iter().chain(clocks).collect()
}

/// What mistakes make of the secret.
fn secrets(settings: &Settings) -> Vec<Variation> {
    let claims = claims(settings, &settings.request(), now());
    let changed = changed_secrets(settings.shared_secret.as_bytes()).into_iter();
    let made = changed.map(|(change, secret)| {
        let question = carrying(settings, settings.request(), &signed(&claims, &secret));
        variation(question, format!("in the app, {}", change.does), change.instead, &[])
    });
    made.collect()
}

/// Hashes of known mistakes.
fn dialects(settings: &Settings) -> Vec<Variation> {
    if !settings.has_hash() {
        return Vec::new();
    }
    let request = settings.request();
    let mut tried: Vec<String> = right_hash(&request).into_iter().collect();
    let concerns = |choice: &Deviation| [Part::Path, Part::Query].iter().any(|part| choice.field().concerns(*part));
    // Of choices that lead to one hash, the one of most implementations is the likeliest.
    let mut choices: Vec<Deviation> = Deviation::all().filter(concerns).collect();
    choices.sort_by_key(|choice| Reverse(choice.choice().seen_in.len()));
    let singles = choices.into_iter().map(|choice| {
        let because = format!("the app computes another hash: {} ({choice})", choice.choice().does);
        (Dialect::OFFICIAL.with(choice), because, choice.field().clause)
    });
    // A proxy often decodes a path and merges its slashes at once.
    let on_path = || Deviation::all().filter(|choice| choice.field().concerns(Part::Path));
    let pairs = on_path().filter(|choice| choice.field().name == "path_escapes").flat_map(|first| {
        let second = on_path().filter(|choice| choice.field().name == "path_segments");
        second.map(move |second| {
            let does = [first, second].map(|choice| choice.choice().does).join("; ");
            let because = format!("the app computes another hash: {does} ({first} {second})");
            (Dialect::OFFICIAL.with(first).with(second), because, first.field().clause)
        })
    });
    let whole = implementations()
        .into_iter()
        .map(|name| (Dialect::seen_in(name), format!("the app computes the hash as {name} does"), "QSH-C1"));
    let mut variations = Vec::new();
    for (dialect, because, clause) in singles.chain(pairs).chain(whole) {
        let Some(hash) = hash_by(&request, &dialect).filter(|hash| !tried.contains(hash)) else { continue };
        let advice = format!("the product will send the hash that {clause} describes");
        variations.push(variation(with_hash(settings, &hash), because, &advice, &[]));
        tried.push(hash);
    }
    variations
}

/// A URL without its path.
fn origin(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    &url[..url.len() - base_path(url).len()]
}

/// The path of a URL, without the slash at its end.
fn base_path(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    let start = url.find("://").map_or(0, |at| at + 3);
    url[start..].find('/').map_or("", |at| &url[start + at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_cut_before_its_path() {
        for (url, front, path) in [
            ("https://a", "https://a", ""),
            ("https://a/", "https://a", ""),
            ("https://a:1/b/c/", "https://a:1", "/b/c"),
        ] {
            assert_eq!((origin(url), base_path(url)), (front, path), "{url}");
        }
    }
}
