//! What holds for every text: nothing panics, nothing takes long, and no token is repeated.

use std::time::Instant;

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use qsh_diagnose::intake::{Evidence, Piece, TokenProblem, qsh_claim};

use crate::{RIGHT, token};

/// Fragments that the intake reacts to.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9",
        ".",
        "...",
        "…",
        "JWT ",
        "Authorization: ",
        "GET ",
        "GET&/",
        "https://",
        "h/a",
        "/a?b=c",
        "&jwt=",
        "%2E",
        "%",
        "curl ",
        "-H ",
        "'",
        "\"",
        "$'",
        "\\x",
        "\\",
        "^",
        "^\"",
        "\n",
        "\r\n\r\n",
        " HTTP/1.1",
        "Host: h",
        "{",
        "[",
        "}",
        ":",
        "{\"log\":{\"entries\":[",
        "to have value '",
        "instead it has the value ",
        "0x",
        "é",
        "\u{feff}",
        RIGHT,
        "base url: ",
        "acme.atlassian.net/",
        "method=GET path=",
        "> ",
        "@",
        "=",
        ";",
        "-d @x",
        " ",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    /// Any mixture is answered, and the answer shows no token.
    #[test]
    fn nothing_makes_it_panic(pieces in prop::collection::vec(prop::collection::vec(fragment(), 0..12), 0..4)) {
        let pieces: Vec<Piece> = pieces.iter().enumerate().map(|(index, parts)| Piece::new(format!("argument {index}"), parts.concat())).collect();
        match Evidence::read(&pieces) {
            Ok(evidence) => {
                let said = format!("{evidence:?}");
                prop_assert!(!said.contains("eyJ"), "{}", said);
                let _ = evidence.all_hashes();
            }
            Err(error) => prop_assert!(!error.to_string().contains("eyJhbGciOiJIUzI1NiJ9"), "{}", error),
        }
    }
}

/// Texts that repeat what the intake looks for cost little more than reading them.
#[test]
fn long_texts_are_read_in_time() {
    let token = token();
    let parts = [
        "eyJ ",
        "eyJ. ",
        "eyJ",
        "GET https://h/ ",
        "://",
        "/a\n",
        "'",
        "curl -d 'a' ",
        "a: b\n",
        "{",
        "[{\"request\":",
        "\\",
        "GET&/ ",
        "%2E",
        "…",
    ];
    let fronts = ["", "curl ", "eyJhbGciOiJIUzI1NiJ9.", "GET / HTTP/1.1\n", "{\"log\":", "> GET / HTTP/1.1\n"];
    let mixed = fronts.into_iter().flat_map(|front| parts.map(|part| (front, part, 1 << 20)));
    let long = ["a", "/a\n", "eyJ. ", &token, RIGHT].map(|part| ("", part, 1 << 24));
    for (front, part, length) in mixed.chain(long) {
        let text = format!("{front}{}", part.repeat(length / part.len()));
        let start = Instant::now();
        let _ = Evidence::read(&[Piece::new("stdin", text)]);
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 10, "{seconds} s for {length} bytes of {front}{part}…");
    }
}

/// A token with these claims. `header` and `signature` are never read.
fn with_claims(payload: &str) -> String {
    format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(payload.as_bytes()))
}

#[test]
fn the_claim_is_read_and_nothing_else() {
    assert_eq!(qsh_claim(&with_claims(r#"{"iss":"x","qsh":"abc"}"#)), Ok("abc".to_owned()));
    // A header that is none and an empty signature do not matter: nothing is verified.
    let payload = BASE64URL_NOPAD.encode(br#"{"qsh":"abc"}"#);
    assert_eq!(qsh_claim(&format!("!.{payload}.")), Ok("abc".to_owned()));
}

#[test]
fn what_does_not_decode_is_told_without_repeating_it() {
    for (token, problem) in [
        ("secret".to_owned(), TokenProblem::Segments),
        ("a.b.c.d".to_owned(), TokenProblem::Segments),
        ("a.se/cret.c".to_owned(), TokenProblem::Encoding),
        ("a.e30=.c".to_owned(), TokenProblem::Encoding),
        (with_claims("[]"), TokenProblem::NoObject),
        (with_claims("secret"), TokenProblem::NoObject),
        (with_claims("{}"), TokenProblem::NoClaim),
        (with_claims(r#"{"qsh":"a","qsh":"b"}"#), TokenProblem::TwoClaims),
        (with_claims(r#"{"qsh":""}"#), TokenProblem::EmptyClaim),
        (with_claims(r#"{"qsh":null}"#), TokenProblem::NoText),
    ] {
        assert_eq!(qsh_claim(&token), Err(problem), "{token}");
        assert!(!problem.to_string().contains("secret"));
    }
}
