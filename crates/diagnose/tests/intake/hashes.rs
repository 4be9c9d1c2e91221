//! Hashes, and error messages with hashes in them.

use qsh_diagnose::intake::{HashText, Owner};

use crate::{OTHER, RIGHT, evidence, hashes, token, token_of, whole};

#[test]
fn every_form_of_a_hash() {
    let upper = RIGHT.to_ascii_uppercase();
    for (pasted, expected) in [
        (RIGHT.to_owned(), RIGHT),
        (format!(" {RIGHT}\n"), RIGHT),
        (format!("0x{RIGHT}"), RIGHT),
        (format!("'{RIGHT}',"), RIGHT),
        (format!("sha256:{RIGHT}"), RIGHT),
        (format!("SHA256={RIGHT}"), RIGHT),
        (
            "sha256-W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=".to_owned(),
            "W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=",
        ),
        (format!("\"qsh\": \"{RIGHT}\""), RIGHT),
        (format!("qsh={RIGHT}"), RIGHT),
        (format!("{} {}", &RIGHT[..32], &RIGHT[32..]), RIGHT),
        (upper.clone(), &upper),
        (format!("my hash is {RIGHT}, and it is refused"), RIGHT),
        ("W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=".to_owned(), "W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ="),
        ("W-tTkC-0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ".to_owned(), "W-tTkC-0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ"),
    ] {
        assert_eq!(hashes(&[&pasted]), [(whole(expected), Owner::Unknown)], "{pasted}");
    }
    for cut in [&RIGHT[..8], &RIGHT[..32], &RIGHT[..63]] {
        assert_eq!(hashes(&[cut]), [(HashText::Prefix(cut.to_owned()), Owner::Unknown)]);
        assert_eq!(hashes(&[&format!("{cut}...")]), [(HashText::Prefix(cut.to_owned()), Owner::Unknown)]);
    }
}

#[test]
fn a_canonical_request_in_place_of_its_hash() {
    let canonical = "GET&/rest/api/content&limit=5";
    assert_eq!(hashes(&[canonical]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    assert_eq!(hashes(&[&format!("'{canonical}'")]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    assert_eq!(hashes(&[canonical, RIGHT]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    let evidence = evidence(&[&token_of(canonical)]);
    assert_eq!(evidence.all_hashes().unwrap()[0].hash, HashText::Canonical(canonical.into()));
}

#[test]
fn an_error_message_says_whose_its_hashes_are() {
    let both = [(whole(OTHER), Owner::Token), (whole(RIGHT), Owner::Verifier)];
    let sorted = |text: &str| {
        let mut found = hashes(&[text]);
        found.sort_by_key(|(_, owner)| *owner);
        found
    };
    for text in [
        format!("Expecting claim 'qsh' to have value '{RIGHT}' but instead it has the value '{OTHER}'"),
        format!(
            "401: Expecting claim &#39;qsh&#39; to have value &#39;{RIGHT}&#39; but instead it has the value &#39;{OTHER}&#39;"
        ),
        format!(
            r#"{{"message":"Expecting claim 'qsh' to have value '{RIGHT}' but instead it has the value '{OTHER}'"}}"#
        ),
        format!(
            "Auth failure: Query hash mismatch: Received: \"{OTHER}\" but calculated \"{RIGHT}\". Canonical query was: \"x\""
        ),
        format!("qsh mismatch: expected {RIGHT}, got {OTHER}"),
        format!("received qsh={OTHER} computed qsh={RIGHT}"),
        format!("the token has {OTHER}, and I see {RIGHT}"),
    ] {
        assert_eq!(sorted(&text), both, "{text}");
    }
    assert_eq!(
        hashes(&[&format!("{OTHER} != {RIGHT}")]),
        [(whole(OTHER), Owner::Unknown), (whole(RIGHT), Owner::Unknown)]
    );
}

#[test]
fn the_values_of_an_error_message_may_be_cut_off_or_fixed() {
    let text = format!("Expecting claim 'qsh' to have value '9675…' but instead it has the value '{OTHER}'");
    let prefix = HashText::Prefix("9675".to_owned());
    assert_eq!(hashes(&[&text]), [(whole(OTHER), Owner::Token), (prefix, Owner::Verifier)]);
    let text =
        format!("Expecting claim 'qsh' to have contextJwt value 'context-qsh' but instead it has the value '{OTHER}'");
    assert_eq!(hashes(&[&text]), [(whole(OTHER), Owner::Token), (whole("context-qsh"), Owner::Verifier)]);
}

#[test]
fn the_claim_of_a_token_is_that_of_the_error_message() {
    let text = format!("Expecting claim 'qsh' to have value '{OTHER}' but instead it has the value '{RIGHT}'");
    let found = evidence(&[&text, &token()]).all_hashes().unwrap();
    assert_eq!(found.iter().map(|found| found.owner).collect::<Vec<_>>(), [Owner::Token, Owner::Verifier]);
}
