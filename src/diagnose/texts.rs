//! Texts that are hashed in place of a canonical request: the URL as it is, or what a language writes for nothing.

use super::request::RequestMistake;
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

/// Every such text, and the mistake.
pub(super) fn texts(request: &Request<'_>) -> Vec<(RequestMistake, Vec<u8>)> {
    let method = request.method().as_bytes();
    let target = request.target();
    let origin = request.front().len();
    let pair = |joint: &[u8], behind: &[u8]| [method, joint, behind].concat();
    let texts: [(&str, &str, Vec<u8>); 13] = [
        ("url_hashed", "the URL was hashed as it is", target.to_vec()),
        ("method_and_url_hashed", "method and URL were hashed, with a blank between them", pair(b" ", target)),
        ("method_and_url_joined", "method and URL were hashed, with `&` between them", pair(b"&", target)),
        ("method_and_url_concatenated", "method and URL were hashed, with nothing between them", pair(b"", target)),
        (
            "method_and_target_joined",
            "method, path and query were hashed as they stand in the URL, with `&` behind the method only",
            pair(b"&", &target[origin..]),
        ),
        (
            "method_and_target_concatenated",
            "method, path and query were hashed as they stand in the URL, with nothing between them",
            pair(b"", &target[origin..]),
        ),
        ("target_hashed", "path and query were hashed as they stand in the URL", target[origin..].to_vec()),
        ("request_line_hashed", "method, path and query were hashed as they are sent", pair(b" ", &target[origin..])),
        (
            "oauth1_base_string",
            "the signature base string of OAuth 1 was hashed: method, whole URL and parameters, each escaped",
            oauth1(request),
        ),
        ("nothing_hashed", "the empty text was hashed", Vec::new()),
        ("undefined_hashed", "the text `undefined` was hashed", b"undefined".to_vec()),
        ("object_hashed", "the text `[object Object]` was hashed", b"[object Object]".to_vec()),
        (
            "context_qsh_hashed",
            "the text `context-qsh` was hashed, which is no hash but stands for one",
            b"context-qsh".to_vec(),
        ),
    ];
    let mistake = |(name, does, text): (&'static str, &str, Vec<u8>)| {
        let instead = "hash the canonical request".to_owned();
        (RequestMistake { name, clause: "QSH-C1", does: does.to_owned(), instead }, text)
    };
    texts.into_iter().map(mistake).collect()
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
