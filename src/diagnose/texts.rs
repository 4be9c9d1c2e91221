//! Texts that are hashed in place of a canonical request: the URL as it is, or what a language writes for nothing.

use super::request::RequestMistake;
use crate::request::Request;

/// Every such text, and the mistake.
pub(super) fn texts(request: &Request<'_>) -> Vec<(RequestMistake, Vec<u8>)> {
    let method = request.method().as_bytes();
    let target = request.target();
    let origin = target.len() - behind_origin(request);
    let pair = |joint: &[u8], behind: &[u8]| [method, joint, behind].concat();
    let texts: [(&str, &str, Vec<u8>); 12] = [
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

/// How many bytes of the target stand behind scheme and authority.
fn behind_origin(request: &Request<'_>) -> usize {
    let behind = |part: Option<&[u8]>| part.map_or(0, |part| part.len() + 1);
    request.path().len() + behind(request.query()) + behind(request.fragment())
}
