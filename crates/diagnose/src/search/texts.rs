//! Texts that are hashed in place of a canonical request, such as the URL, or the text that a language writes for a
//! missing value.

use percent_encoding::percent_encode;

use super::request::{RequestMistake, RequestMistakeKind, origin};
use crate::canonical::text::replaced;
use crate::input::Input;
use crate::json_body::JsonBody;
use crate::text::Text;
use crate::{Dialect, Part, Source, canonicalize_with, percent};

/// How the signature base string of OAuth 1 differs from a canonical request (RFC 5849, section 3.4.1).
const OAUTH1: [&str; 9] = [
    "part_join=oauth1",
    "target=with_origin",
    "base_removal=none",
    "trailing_slash=kept",
    "path_ampersand=kept",
    "repeat=separate",
    "value_order=encoded",
    "jwt_parameter=kept",
    "form_methods=any",
];

/// Texts that do not depend on the request, with the name of the mistake and a description.
const FIXED: [(&str, &str, &str); 6] = [
    ("nothing_hashed", "empty text was hashed", ""),
    ("undefined_hashed", "text `undefined` was hashed", "undefined"),
    ("null_hashed", "text `null` was hashed", "null"),
    ("none_hashed", "text `None` was hashed", "None"),
    ("object_hashed", "text `[object Object]` was hashed", "[object Object]"),
    ("context_qsh_hashed", "text `context-qsh` was hashed, which is no hash but stands for one", "context-qsh"),
];

/// Every text that may have been hashed, with the mistake.
pub(super) fn texts(input: &Input) -> Vec<(RequestMistake, Vec<u8>)> {
    let Ok(request) = &input.source() else { return Vec::new() };
    let capitals = input.method.to_ascii_uppercase();
    let methods = if capitals == input.method { vec![capitals] } else { vec![capitals, input.method.clone()] };
    let mut texts: Vec<_> = methods.iter().flat_map(|method| with_target(request, method)).collect();
    texts.extend(of_wrong_calls(request, &input.method));
    let base_string = "the signature base string of OAuth 1 was hashed: method, whole URL and parameters, each escaped";
    texts.push(hashed("oauth1_base_string", base_string.to_owned(), oauth1(request)));
    let json = input.json.as_ref().map(JsonBody::as_str);
    for (clause, body) in [("QSH-F1", input.form.as_deref()), ("QSH-F4", json)] {
        texts.extend(body.into_iter().flat_map(|body| with_body(input, clause, body)));
    }
    for (name, does, text) in FIXED {
        texts.push(hashed(name, format!("the {does}"), text.as_bytes().to_vec()));
    }
    texts
}

fn hashed(name: &'static str, does: String, text: Vec<u8>) -> (RequestMistake, Vec<u8>) {
    let instead = "hash the canonical request".to_owned();
    (RequestMistake { kind: RequestMistakeKind::Text, name, clause: "QSH-C1", does, instead, origin: "" }, text)
}

/// The body as it was sent, alone and combined with the canonical request.
fn with_body(input: &Input, clause: &'static str, body: &str) -> Vec<(RequestMistake, Vec<u8>)> {
    let bare = Input { form: None, json: None, ..input.clone() };
    let Ok(request) = bare.source() else { return Vec::new() };
    let Ok(canonical) = canonicalize_with(request, &Dialect::OFFICIAL) else { return Vec::new() };
    let without_query = [canonical.part(Part::Method), b"&", canonical.part(Part::Path), b"&"].concat();
    let canonical = canonical.as_bytes();
    let hash = Text::from(body).sha256_hex();
    let instead = || match clause {
        "QSH-F1" => "count the pairs of a form like those of the query".to_owned(),
        _ => "leave the body out".to_owned(),
    };
    [("the body", body), ("the SHA-256 of the body", hash.as_str())]
        .into_iter()
        .flat_map(|(what, text)| {
            let text = text.as_bytes();
            [
                (format!("{what} was hashed, and nothing else"), text.to_vec()),
                (format!("{what} stands in place of the query, as it was sent"), [&without_query, text].concat()),
                (format!("{what} follows the query as it was sent, after an `&`"), [canonical, b"&", text].concat()),
                (format!("{what} follows the query as it was sent, directly"), [canonical, text].concat()),
            ]
        })
        .map(|(does, text)| {
            let kind = RequestMistakeKind::Text;
            (RequestMistake { kind, name: "body_hashed", clause, does, instead: instead(), origin: "" }, text)
        })
        .collect()
}

/// The texts that known libraries hash if they are given a URL in place of a path, or URL and method in the wrong order.
fn of_wrong_calls(request: &Source<'_>, method: &str) -> Vec<(RequestMistake, Vec<u8>)> {
    const NODE: &str = "atlassian-jwt 2.0.3 for Node, run with such a `pathname`";
    const BOTH: &str =
        "atlassian-jwt 2.0.3 for Node and PyPI's atlassian-jwt 3.0.0, run with their arguments exchanged";
    let Ok(canonical) = canonicalize_with(request, &Dialect::OFFICIAL) else { return Vec::new() };
    let whole = &request.target()[..request.target().len() - request.fragment().map_or(0, |it| it.len() + 1)];
    let target = &whole[request.front().len()..];
    let below = target.strip_prefix(request.base_path()).unwrap_or(target);
    let absolute = origin(request).map(|origin| [origin.as_bytes(), target].concat()).unwrap_or_default();
    let query = request.query().unwrap_or_default();
    let own = canonical.part(Part::Query);
    let escaped = |text: &[u8]| percent_encode(text, percent::ENCODE_URI_COMPONENT).to_string().into_bytes();
    let upper = method.to_ascii_uppercase();
    let mut texts = Vec::new();
    let mut add = |name, does: &str, instead: &str, origin, text: Vec<u8>| {
        let (mistake, text) = hashed(name, does.to_owned(), text);
        texts.push((RequestMistake { instead: instead.to_owned(), origin, clause: "QSH-P1", ..mistake }, text));
    };
    let slash = |path: &[u8]| if path.starts_with(b"/") { path.to_vec() } else { [b"/", path].concat() };
    let mut paths = vec![
        ("path and query were hashed in the place of the path", slash(target)),
        ("path and query below the base URL were hashed in the place of the path", slash(below)),
        ("the whole URL was hashed in the place of the path, after a `/`", slash(&absolute)),
        ("the query was hashed in the place of the path, after a `/`", slash(query)),
        ("the escaped URL was hashed in the place of the path, after a `/`", slash(&escaped(target))),
        ("the escaped URL was hashed in the place of the path, after a `/`", slash(&escaped(&absolute))),
    ];
    paths.retain(|(_, path)| path.len() > 1 && !query.is_empty());
    for (does, path) in paths {
        let path = replaced(&path, b'&', b"%26");
        for query in [&b""[..], own] {
            let text = [upper.as_bytes(), b"&", &path, b"&", query].concat();
            add("query_in_path", does, "give the library the path without the query", NODE, text);
        }
    }
    for url in [target, below, whole, &absolute].into_iter().filter(|url| !url.is_empty()) {
        for method in [method, &upper, &method.to_ascii_lowercase()] {
            let does = "method and URL were exchanged: the URL was hashed as the method, and the method as the path";
            let text = [&url.to_ascii_uppercase(), b"&/".as_slice(), method.as_bytes(), b"&"].concat();
            add("arguments_swapped", does, "give the method first, and then the URL", BOTH, text);
        }
    }
    texts
}

/// The unchanged URL or a part of it, alone and after the method.
fn with_target<'a>(request: &Source<'a>, method: &str) -> Vec<(RequestMistake, Vec<u8>)> {
    let whole = request.target();
    let origin = &whole[request.front().len()..];
    let below = origin.strip_prefix(request.base_path()).filter(|rest| rest.len() < origin.len()).unwrap_or_default();
    let escaped = percent_encode(whole, percent::ENCODE_URI_COMPONENT).to_string().into_bytes();
    let without_slash = |text: &'a [u8]| text.strip_prefix(b"/").unwrap_or_default();
    let mut targets: Vec<(&str, &str, &[u8])> = vec![
        ("target_hashed", "path and query as they stand in the URL", origin),
        ("url_hashed", "the URL as it is", whole),
        ("target_below_base_hashed", "path and query below the base URL as they stand there", below),
        ("path_without_slash_hashed", "path and query without the first slash", without_slash(origin)),
        (
            "path_without_slash_hashed",
            "path and query below the base URL without the first slash",
            without_slash(below),
        ),
        ("escaped_url_hashed", "the URL escaped as a whole", &escaped),
    ];
    targets.retain(|(name, _, target)| !target.is_empty() && (*name == "target_hashed" || *target != origin));
    let joints = [("&", "`&`"), (" ", "a blank"), ("", "nothing"), ("\n", "a line feed"), (":", "`:`")];
    let line = "the hash is that of the request line, with the version of HTTP".to_owned();
    let mut texts = vec![hashed("target_hashed", line, [method.as_bytes(), b" ", origin, b" HTTP/1.1"].concat())];
    for (name, what, target) in targets {
        texts.push(hashed(name, format!("the hash is that of {what}, without the method"), target.to_vec()));
        let text = [method.as_bytes(), b"&", target, b"&"].concat();
        texts.push(hashed(name, format!("the hash is that of {what} in the place of the path, without a query"), text));
        for (joint, between) in joints {
            let text = [method.as_bytes(), joint.as_bytes(), target].concat();
            texts.push(hashed(
                name,
                format!("the hash is that of the method and {what}, with {between} between them"),
                text,
            ));
        }
    }
    texts
}

fn oauth1(request: &Source<'_>) -> Vec<u8> {
    // These choices are constants, and a test parses each of them. None of them refuses a request.
    let dialect = OAUTH1.iter().filter_map(|choice| choice.parse().ok()).fold(Dialect::OFFICIAL, Dialect::with);
    canonicalize_with(request, &dialect).map_or_else(|_| Vec::new(), |canonical| canonical.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use super::*;
    use crate::Deviation;

    /// The result of `signature_base_string` of Python's `oauthlib` 3.
    #[test]
    fn a_base_string_of_oauth_1_has_the_whole_url_and_every_pair() {
        assert!(OAUTH1.iter().all(|choice| choice.parse::<Deviation>().is_ok()));
        let request = Request::new("get", "https://example.com/wiki/a/?b=x+y&a=2&a=1&e=").unwrap();
        let request = request.with_base_url("https://example.com/wiki").unwrap();
        let expected = "GET&https%3A%2F%2Fexample.com%2Fwiki%2Fa%2F&a%3D1%26a%3D2%26b%3Dx%2520y%26e%3D";
        assert_eq!(str::from_utf8(&oauth1(&Source::from(&request))), Ok(expected));
    }
}
