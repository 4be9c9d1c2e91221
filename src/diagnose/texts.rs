//! Texts that are hashed in place of a canonical request: the URL as it is, or what a language writes for nothing.

use percent_encoding::percent_encode;

use super::request::RequestMistake;
use crate::percent;
use crate::qsh::{Dialect, canonicalize_with};
use crate::request::Request;

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

/// Texts that say nothing of the request, with their mistakes and what they are.
const FIXED: [(&str, &str, &str); 6] = [
    ("nothing_hashed", "empty text was hashed", ""),
    ("undefined_hashed", "text `undefined` was hashed", "undefined"),
    ("null_hashed", "text `null` was hashed", "null"),
    ("none_hashed", "text `None` was hashed", "None"),
    ("object_hashed", "text `[object Object]` was hashed", "[object Object]"),
    ("context_qsh_hashed", "text `context-qsh` was hashed, which is no hash but stands for one", "context-qsh"),
];

/// Every such text, and the mistake.
pub(super) fn texts(request: &Request<'_>) -> Vec<(RequestMistake, Vec<u8>)> {
    let mut texts = with_target(request);
    let base_string = "the signature base string of OAuth 1 was hashed: method, whole URL and parameters, each escaped";
    texts.push(hashed("oauth1_base_string", base_string.to_owned(), oauth1(request)));
    for (name, does, text) in FIXED {
        texts.push(hashed(name, format!("the {does}"), text.as_bytes().to_vec()));
    }
    texts
}

fn hashed(name: &'static str, does: String, text: Vec<u8>) -> (RequestMistake, Vec<u8>) {
    (RequestMistake { name, clause: "QSH-C1", does, instead: "hash the canonical request".to_owned() }, text)
}

/// The URL or a part of it as it stands, by itself and behind the method.
fn with_target<'a>(request: &Request<'a>) -> Vec<(RequestMistake, Vec<u8>)> {
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
    let mut texts = Vec::new();
    for (name, what, target) in targets {
        texts.push(hashed(name, format!("the hash is that of {what}, without the method"), target.to_vec()));
        for (joint, between) in joints {
            let text = [request.method().as_bytes(), joint.as_bytes(), target].concat();
            texts.push(hashed(
                name,
                format!("the hash is that of {what} behind the method, with {between} between them"),
                text,
            ));
        }
    }
    texts
}

fn oauth1(request: &Request<'_>) -> Vec<u8> {
    // The choices are those of a table, and a test reads each; none of them refuses anything.
    let dialect = OAUTH1.iter().filter_map(|choice| choice.parse().ok()).fold(Dialect::OFFICIAL, Dialect::with);
    canonicalize_with(request, &dialect).map_or_else(|_| Vec::new(), |canonical| canonical.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qsh::Deviation;

    /// What `signature_base_string` of Python's `oauthlib` 3 makes of it.
    #[test]
    fn a_base_string_of_oauth_1_has_the_whole_url_and_every_pair() {
        assert!(OAUTH1.iter().all(|choice| choice.parse::<Deviation>().is_ok()));
        let request = Request::new("get", "https://example.com/wiki/a/?b=x+y&a=2&a=1&e=").unwrap();
        let request = request.with_base_url("https://example.com/wiki").unwrap();
        let expected = "GET&https%3A%2F%2Fexample.com%2Fwiki%2Fa%2F&a%3D1%26a%3D2%26b%3Dx%2520y%26e%3D";
        assert_eq!(str::from_utf8(&oauth1(&request)), Ok(expected));
    }
}
