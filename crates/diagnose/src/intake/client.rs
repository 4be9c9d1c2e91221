//! The options of a request, as HTTP clients of JavaScript have them: axios, `request`, got and `node:http`. And the request
//! that a server sees, as Node, AWS Lambda and CGI write it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::hash::METHODS;
use super::http_message::Message;
use super::literal::Literal;

/// A request, and what of it is not in the text.
pub(super) struct Options {
    pub(super) message: Message,
    /// The names of parameters whose value is a variable.
    pub(super) unknown: Vec<String>,
}

/// The number of objects of a text that are looked at.
const MOST: usize = 64;

/// How many bytes of a text are looked at.
const LONGEST: usize = 1 << 20;

/// Finds the options of a request in a text.
pub(super) fn find(text: &str) -> Option<Options> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut at = 0;
    for _ in 0..MOST {
        at += text[at..].find('{')?;
        match Literal::read(&text[at..]) {
            Some((literal, length)) => {
                if let Some(found) = within(&literal) {
                    return Some(found);
                }
                at += length;
            }
            None => at += 1,
        }
    }
    None
}

/// The first options in an object: itself, or one of its members.
fn within(literal: &Literal) -> Option<Options> {
    read(literal).or_else(|| literal.members().iter().find_map(|(_, member)| within(member)))
}

/// The first member with one of these names that is a text.
fn text<'l>(literal: &'l Literal, names: &[&str]) -> Option<&'l str> {
    names.iter().find_map(|name| literal.member(name)?.as_text())
}

/// Reads an object as the options of a request. It has a URL and a member that only such options have.
fn read(literal: &Literal) -> Option<Options> {
    let parameters = parameters(literal);
    // Express removes the path of a router from `url`.
    let original = text(literal, &["originalUrl"]);
    let base_url = text(literal, &["baseURL", "baseUrl", "prefixUrl"]).filter(|_| original.is_none());
    let headers = literal.member("headers").filter(|headers| !headers.members().is_empty());
    let url = match original.or_else(|| text(literal, &["url", "uri"])) {
        Some(url) => url.to_owned(),
        None => of_parts(literal).or_else(|| of_event(literal))?,
    };
    let is_received = ["originalUrl", "rawHeaders", "params"].iter().any(|name| literal.member(name).is_some());
    if parameters.is_none() && base_url.is_none() && headers.is_none() && !is_received {
        return None;
    }
    let mut target = combined(base_url, &url);
    let mut unknown = Vec::new();
    if let Some((name, parameters)) = parameters {
        let style = if name == "params" { Style::Axios } else { Style::Plain };
        target = with_query(&target, &query(parameters, style, &mut unknown));
    }
    let context = literal.member("requestContext").and_then(|context| context.member("http"));
    let method = text(literal, &["method", "type", "httpMethod", "REQUEST_METHOD"]);
    let method = method.or_else(|| text(context?, &["method"])).map(str::to_ascii_uppercase);
    let method = method.filter(|method| METHODS.contains(&method.as_str()));
    let mut message = Message { method, target: Some(target), ..Message::default() };
    // axios has common headers, and those of each method, in members of the headers.
    let all = headers.map(Literal::members).unwrap_or_default();
    for (name, value) in all.iter().chain(all.iter().flat_map(|(_, nested)| nested.members())) {
        if let Some(value) = value.as_text() {
            message.add(name, value);
        }
    }
    if let Some(host) = text(literal, &["HTTP_HOST"]) {
        message.add("Host", host);
    }
    if let Some(token) = text(literal, &["HTTP_AUTHORIZATION"]) {
        message.add("Authorization", token);
    }
    message.body = match literal.member("data").or_else(|| literal.member("body")) {
        Some(Literal::Text(text)) => Some(text.clone()),
        Some(object @ Literal::Object(_)) => Some(serde_json::Value::from(object).to_string()),
        _ => None,
    };
    if message.body.is_some() && message.header("content-type").is_none() {
        message.add("Content-Type", "application/json");
    }
    Some(Options { message, unknown })
}

/// The members of an event of AWS Lambda with the parameters. API Gateway (version 1) and load balancers have the last value
/// of each name in `queryStringParameters`, and all of them in the other one.
const OF_EVENTS: [&str; 3] = ["rawQueryString", "multiValueQueryStringParameters", "queryStringParameters"];

/// The parameters, with the name of the member that has them. In a request that Express received, `params` is a part of the
/// path.
fn parameters(literal: &Literal) -> Option<(&str, &Literal)> {
    let is_received = ["originalUrl", "rawHeaders", "query"].iter().any(|name| literal.member(name).is_some());
    let of_clients = ["params", "qs", "searchParams"].into_iter().filter(|name| *name != "params" || !is_received);
    let all = of_clients.chain(OF_EVENTS).chain(["QUERY_STRING"]);
    let mut found = all.filter_map(|name| Some((name, literal.member(name)?)));
    let first = found.next()?;
    // An event without parameters has `null`.
    let is_there = |(_, value): &(&str, &Literal)| **value != Literal::Nothing;
    if is_there(&first) { Some(first) } else { found.find(is_there).or(Some(first)) }
}

/// The URL of the options of `node:http`.
fn of_parts(literal: &Literal) -> Option<String> {
    let host = text(literal, &["hostname", "host"])?;
    let path = text(literal, &["path"]).filter(|path| path.starts_with('/'))?;
    let scheme = text(literal, &["protocol"]).unwrap_or("https:");
    Some(format!("{scheme}//{host}{path}"))
}

/// The path of an event of AWS Lambda, or of the environment of a CGI script.
fn of_event(literal: &Literal) -> Option<String> {
    let is_event = OF_EVENTS.iter().chain(&["QUERY_STRING"]).any(|name| literal.member(name).is_some());
    text(literal, &["rawPath", "path", "PATH_INFO"]).filter(|path| is_event && path.starts_with('/')).map(str::to_owned)
}

/// A URL below a base URL, as axios puts them together.
fn combined(base_url: Option<&str>, url: &str) -> String {
    match base_url {
        Some(base_url) if !url.contains("://") && !url.starts_with("//") => {
            let base_url = base_url.trim_end_matches('/');
            if url.is_empty() { base_url.to_owned() } else { format!("{base_url}/{}", url.trim_start_matches('/')) }
        }
        _ => url.to_owned(),
    }
}

/// A URL with more parameters. What stands after `#` is not sent.
pub(super) fn with_query(url: &str, query: &str) -> String {
    let bare = url.split('#').next().unwrap_or_default();
    match (query, bare.contains('?')) {
        ("", _) => url.to_owned(),
        (query, true) => format!("{bare}&{query}"),
        (query, false) => format!("{bare}?{query}"),
    }
}

/// How a client writes lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `name[]=a&name[]=b`.
    Axios,
    /// `name=a&name=b`.
    Plain,
}

/// The query of some parameters. Those without a value are not sent. The names of those whose value is not known are
/// added to a list.
pub(super) fn query(parameters: &Literal, style: Style, unknown: &mut Vec<String>) -> String {
    if let Literal::Text(text) = parameters {
        return text.trim_start_matches('?').to_owned();
    }
    let mut pairs = Vec::new();
    for (name, value) in parameters.members() {
        add(&mut pairs, name, value, style, unknown);
    }
    pairs.join("&")
}

fn add(pairs: &mut Vec<String>, name: &str, value: &Literal, style: Style, unknown: &mut Vec<String>) {
    match value {
        Literal::Text(value) | Literal::Word(value) => pairs.push(format!("{}={}", escaped(name), escaped(value))),
        Literal::Nothing => {}
        Literal::Unknown => unknown.push(name.to_owned()),
        Literal::List(values) => {
            let name = if style == Style::Axios { format!("{name}[]") } else { name.to_owned() };
            values.iter().for_each(|value| add(pairs, &name, value, style, unknown));
        }
        Literal::Object(members) => {
            members.iter().for_each(|(inner, value)| add(pairs, &format!("{name}[{inner}]"), value, style, unknown));
        }
    }
}

/// What axios leaves as it stands: the characters of `encodeURIComponent` and five more. Other clients escape more of
/// them, which the hash does not show.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b':')
    .remove(b'$')
    .remove(b',')
    .remove(b'[')
    .remove(b']')
    .remove(b' ');

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string().replace(' ', "+")
}
