//! Text with evidence somewhere in it: an error message, a line of a log, a report in words.

use std::collections::HashSet;

use memchr::memmem;

use super::builder::Builder;
use super::client::{self, Style};
use super::error::IntakeError;
use super::found_token::Carried;
use super::hash::{self, HashText, METHODS, Owner, pasted_hash};
use super::literal::Literal;
use super::token::{self, State};
use crate::hosts::begins_with_host;
use crate::messages;

/// Methods that a text names. `TRACE` and `CONNECT` are words of logs and of products.
const NAMED: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// Takes what it finds in a text.
pub(super) fn read(text: &str, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    let plain = unescaped(text);
    let before = builder.notes();
    hashes(&plain, place, builder);
    tokens(&plain, place, builder)?;
    request(&plain, place, builder)?;
    known_messages(&plain, place, before, builder);
    Ok(())
}

/// Takes the hashes and the known messages of a text whose request is known, and the tokens if no token is known.
pub(super) fn read_around(text: &str, place: &str, has_token: bool, builder: &mut Builder) -> Result<(), IntakeError> {
    let plain = unescaped(text);
    let before = builder.notes();
    hashes(&plain, place, builder);
    if !has_token {
        tokens(&plain, place, builder)?;
    }
    known_messages(&plain, place, before, builder);
    Ok(())
}

fn known_messages(plain: &str, place: &str, before: usize, builder: &mut Builder) {
    for message in messages::find(plain) {
        if builder.notes() == before {
            builder.note(format!("took {place} for a message: {}", message.title));
        }
        builder.known_message(message);
    }
}

/// The text without some escapes: the quotes of HTML and JSON, `&` and `/` of Go and PHP, and the ends of lines of clients'
/// logs.
fn unescaped(text: &str) -> String {
    let quotes = ["&#39;", "&#x27;", "&apos;", "\\u0027", "\\\"", "&quot;"].map(|quote| (quote, "'"));
    let escapes = quotes.into_iter().chain([("\\u0026", "&"), ("\\/", "/"), ("\\r\\n", "\r\n"), ("[\\r][\\n]", "")]);
    escapes.fold(
        text.to_owned(),
        |text, (escape, plain)| {
            if text.contains(escape) { text.replace(escape, plain) } else { text }
        },
    )
}

fn hashes(text: &str, place: &str, builder: &mut Builder) {
    if let Some(quoted) = hash::quoted(text) {
        builder.note(format!("took {place} for an error message with the token's hash and the receiver's"));
        for (value, owner) in [(quoted.token, Owner::Token), (quoted.verifier, Owner::Verifier)] {
            builder.hash(quoted_hash(value), owner, place);
        }
    } else {
        let found = hash::find(text);
        let owners = hash::owners(text, &found);
        if !found.is_empty() {
            builder.note(format!("took {} in {place}", if found.len() == 1 { "the hash" } else { "the hashes" }));
        }
        for (range, owner) in found.into_iter().zip(owners) {
            builder.hash(HashText::Whole(text[range].to_owned()), owner, place);
        }
    }
    if let Some(canonical) = hash::quoted_canonical(text) {
        builder.note(format!("took the canonical request in {place}"));
        builder.hash(HashText::Canonical(canonical.into()), Owner::Unknown, place);
    }
}

/// A value of an error message. It may be cut off after any digit.
fn quoted_hash(value: &str) -> HashText {
    let short = value.strip_suffix('…').or_else(|| value.strip_suffix("..."));
    let is_short = short.filter(|short| !short.is_empty() && short.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match (is_short, pasted_hash(value)) {
        (Some(short), _) => HashText::Prefix(short.to_owned()),
        (None, Some(hash)) => hash,
        (None, None) => HashText::Whole(value.to_owned()),
    }
}

fn tokens(text: &str, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    let found = token::find(text);
    let has_whole = found.iter().any(|found| found.state != State::Cut);
    for found in found.iter().filter(|found| found.state != State::Cut || !has_whole) {
        let before = text[..found.range.start].trim_end();
        let before = before.strip_suffix("%20").unwrap_or(before);
        let scheme = &before[before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len()..];
        let has_scheme = token::is_scheme(scheme) && before.len() < found.range.start;
        let carried = has_scheme.then(|| Carried::authorization(scheme));
        builder.token(found, place, carried)?;
    }
    Ok(())
}

/// A method and a URL.
#[derive(Clone, PartialEq, Eq)]
struct Request<'t> {
    method: Option<&'t str>,
    url: &'t str,
}

fn request(text: &str, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    if let Some(Request { method, url }) = logged(text, place)? {
        builder.note(format!("took {place} for a line of an access log"));
        method.map_or(Ok(()), |method| builder.method(method, place))?;
        if let Some(host) = named_host(text).filter(|_| url.starts_with('/')) {
            builder.host(host, place)?;
        }
        return builder.url(url, place);
    }
    let base_url = absolute(text).find(|(start, _)| {
        ["base", "base url", "base-url", "base_url", "baseurl"].iter().any(|name| ends_with_name(&text[..*start], name))
    });
    if let Some((_, base_url)) = base_url {
        builder.note(format!("took the base URL in {place}"));
        builder.base_url(base_url, place)?;
    }
    let mut found = urls(text);
    found.retain(|found| base_url.is_none_or(|(_, base_url)| found.url != base_url));
    let with_method: Vec<&Request<'_>> = found.iter().filter(|found| found.method.is_some()).collect();
    let chosen = match (found.as_slice(), with_method.as_slice()) {
        ([], _) => {
            if let Some(path) = named_path(text) {
                builder.note(format!("took the path in {place}"));
                builder.told_url(path, place)?;
            }
            if let [method] = named_methods(text).as_slice() {
                builder.note(format!("took {method} in {place} for the method"));
                builder.told_method(method, place)?;
            }
            return Ok(());
        }
        ([one], _) => one.clone(),
        (_, [one]) => (*one).clone(),
        (all, _) => {
            let mut with_token = all.iter().filter(|found| found.url.contains("jwt="));
            match (with_token.next(), with_token.next()) {
                (Some(one), None) => one.clone(),
                _ => return Err(IntakeError::Several { what: "URLs", place: place.to_owned() }),
            }
        }
    };
    let is_bare = !chosen.url.starts_with('/') && begins_with_host(chosen.url.as_bytes());
    builder.note(format!("took the URL in {place}{}", if is_bare { ", whose scheme is missing" } else { "" }));
    let url = if is_bare { format!("https://{}", chosen.url) } else { chosen.url.to_owned() };
    let url = with_parameters(url, text, place, builder);
    builder.told_url(url, place)?;
    match (chosen.method, named_methods(text).as_slice()) {
        (Some(method), _) => builder.told_method(method, place),
        (None, []) => Ok(()),
        (None, [method]) => builder.told_method(method, place),
        (None, _) => Err(IntakeError::Several { what: "methods", place: place.to_owned() }),
    }
}

/// The URL with the parameters that stand beside it in code: `params={…}` of Python, `params: {…}` of axios.
fn with_parameters(url: String, text: &str, place: &str, builder: &mut Builder) -> String {
    let styles = [("params", '=', Style::Plain), ("params", ':', Style::Axios), ("qs", ':', Style::Plain)];
    let found = styles.into_iter().find_map(|(name, sign, style)| {
        let mut names = memmem::find_iter(text.as_bytes(), name.as_bytes());
        let value = names.find_map(|at| {
            let value = text[at + name.len()..].trim_start().strip_prefix(sign)?.trim_start();
            value.starts_with('{').then_some(value)
        })?;
        Some((Literal::read(value)?.0, style))
    });
    let Some((parameters, style)) = found else { return url };
    let mut unknown = Vec::new();
    let query = client::query(&parameters, style, &mut unknown);
    if !query.is_empty() {
        builder.note(format!("took the parameters beside the URL in {place}"));
    }
    builder.unknown_parameters(&unknown, place);
    client::with_query(&url, &query)
}

/// The request of a line of an access log: `"GET /path HTTP/1.1"`, or `method=GET path=/path`.
fn logged<'t>(text: &'t str, place: &str) -> Result<Option<Request<'t>>, IntakeError> {
    let mut found: Option<Request<'t>> = None;
    let mut pairs = Request { method: None, url: "" };
    let (mut before, mut last) = ("", "");
    for word in text.split_ascii_whitespace() {
        // `b'` begins the bytes of Python.
        let method = before.strip_prefix("b'").unwrap_or(before).trim_start_matches(['"', '\'', '[', '(']);
        if word.starts_with("HTTP/") && METHODS.contains(&method) && (last.starts_with('/') || last.starts_with("http"))
        {
            let request = Request { method: Some(method), url: last };
            if found.as_ref().is_some_and(|found| *found != request) {
                return Err(IntakeError::Several { what: "requests", place: place.to_owned() });
            }
            found = Some(request);
        }
        if let Some((name, value)) = word.split_once('=') {
            let value = value.trim_matches(['"', '\'', ',']);
            match name {
                "method" if METHODS.contains(&value) => pairs.method = Some(value),
                "path" | "url" | "uri" | "request_uri" if value.starts_with('/') => pairs.url = value,
                _ => {}
            }
        }
        (before, last) = (last, word);
    }
    Ok(found.or_else(|| Some(pairs).filter(|pairs| pairs.method.is_some() && !pairs.url.is_empty())))
}

/// The host that a log names: in a header `Host: …`, as `host=…`, or as an origin before the request line.
fn named_host(text: &str) -> Option<&str> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_matches(['"', '\'', ',']);
        let found = match bare.split_once("host=") {
            Some(("", host)) => Some(host.trim_matches(['"', '\''])),
            _ if bare.eq_ignore_ascii_case("host:") => words.peek().map(|host| host.trim_matches(['"', '\'', ','])),
            _ => {
                let is_next = words.peek().is_some_and(|next| METHODS.contains(&next.trim_start_matches('"')));
                bare.split_once("://").map(|(_, rest)| rest).filter(|rest| is_next && !rest.contains('/'))
            }
        };
        let host = found.map(|found| &found[..found.find(|c| !is_inside(c)).unwrap_or(found.len())]);
        if host.is_some_and(|host| host.contains('.')) {
            return host.map(|host| host.strip_suffix(":443").unwrap_or(host));
        }
    }
    None
}

/// The path that a line of a log names, such as `uri=/path?query`. Without a query it may be a part of the URL only.
fn named_path(text: &str) -> Option<&str> {
    text.split([' ', ',', '\n', '\t', '[', ']', '{', '}']).find_map(|word| {
        let (name, value) = word.split_once(['=', ':'])?;
        let path = value.trim_matches(['"', '\'']);
        let is_name =
            ["uri", "url", "path", "request_uri", "requesturi"].iter().any(|it| it.eq_ignore_ascii_case(name));
        (is_name && path.starts_with('/') && path.contains('?')).then_some(path)
    })
}

/// The number of different URLs of a text that are looked at.
const MOST: usize = 8;

/// The different URLs of a text. A path counts after a method. If there is no absolute URL, it also counts at
/// the start of a line.
fn urls(text: &str) -> Vec<Request<'_>> {
    let mut found = Vec::new();
    for (start, url) in absolute(text) {
        if !["referer", "referrer", "origin"].iter().any(|word| ends_with_name(&text[..start], word)) {
            add(&mut found, method_before(&text[..start]), url);
        }
    }
    let has_absolute = !found.is_empty();
    for line in text.lines().filter(|line| !has_absolute && line.trim_start().starts_with('/')) {
        add(&mut found, None, url_at(line.trim_start()));
    }
    let mut last = "";
    for word in text.split_ascii_whitespace() {
        let bare = word.trim_start_matches(OPENING);
        let method = NAMED.into_iter().find(|method| method.eq_ignore_ascii_case(last.trim_matches(OPENING)));
        let is_path = bare.starts_with('/');
        if is_path && method.is_some() || !is_path && bare.contains('/') && begins_with_host(bare.as_bytes()) {
            add(&mut found, method, url_at(bare));
        }
        last = word;
    }
    found
}

/// What may stand between a word and what is before it.
const OPENING: [char; 5] = ['"', '\'', '`', '(', '<'];

fn add<'t>(found: &mut Vec<Request<'t>>, method: Option<&'static str>, url: &'t str) {
    let is_full = found.len() == MOST;
    match found.iter_mut().find(|found| found.url == url) {
        Some(known) => known.method = known.method.or(method),
        None if is_full => {}
        None => found.push(Request { method, url }),
    }
}

/// The absolute URLs of a text with their places. A URL inside another one does not count.
fn absolute(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    memmem::find_iter(text.as_bytes(), b"://").filter_map(move |colon| {
        let letters = text.as_bytes()[end..].get(..colon.checked_sub(end)?)?;
        let start = colon - letters.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).take(6).count();
        let is_http = ["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(&text[start..colon]));
        let url = is_http.then(|| url_at(&text[start..]))?;
        end = start + url.len();
        Some((start, url))
    })
}

/// The URL at the start of a text, without what ends a sentence.
fn url_at(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|' | '\\'));
    let url = &text[..end.unwrap_or(text.len())];
    url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '…'])
}

/// Whether a text ends with the name of a value that follows.
fn ends_with_name(before: &str, name: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '=', '"', '\'']);
    let start = before.len().checked_sub(name.len());
    start.and_then(|start| before.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
}

/// The method right before a URL.
fn method_before(before: &str) -> Option<&'static str> {
    let word = before.trim_end_matches(OPENING).trim_end().trim_end_matches(OPENING);
    let letters = word.bytes().rev().take_while(u8::is_ascii_alphanumeric).take(8).count();
    let word = &word[word.len() - letters..];
    NAMED.into_iter().find(|method| method.eq_ignore_ascii_case(word))
}

/// The different methods that a text names: in capitals, or as code and options name them, such as `HttpMethod.Post`,
/// `http.MethodPost`, `Net::HTTP::Post` and `-Method Post`.
fn named_methods(text: &str) -> Vec<&'static str> {
    let words: HashSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_capital = |method: &&str| words.contains(method);
    let found: Vec<&'static str> = NAMED.into_iter().filter(is_capital).collect();
    if !found.is_empty() {
        return found;
    }
    let text = text.to_ascii_lowercase();
    NAMED.into_iter().filter(|method| is_named_in_code(&text, &method.to_ascii_lowercase())).collect()
}

/// Whether code names a method right after `method`, `Net::HTTP::` or `requests.`. Both texts are in lower case. A blank may
/// stand after `method` only: after the others, it is a word of a sentence.
fn is_named_in_code(text: &str, method: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let ends_with = |text: &str, words: &[&str]| words.iter().any(|word| text.ends_with(word));
    text.match_indices(method).any(|(at, _)| {
        let before = &text[..at];
        let name = before.trim_end_matches([' ', '.', ':', '=', '"', '\'', '(', '>']);
        let object = before.strip_suffix('.').map_or("", str::trim_end);
        let is_named = ends_with(name, &["method", "verb"])
            || ends_with(object, &["requests", "axios", "client"])
            || before.ends_with("net::http::");
        is_named && !text[at + method.len()..].starts_with(is_letter)
    })
}
