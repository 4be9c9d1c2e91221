//! Changes to any token: its encoding, its algorithm, its signature.

use serde_json::{Value, json};

use super::{ACCEPTED, Change, REFUSED, change};

/// The alphabet of base64url, in order.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) const CHANGES: &[Change] = &[
    change("signature_segment_left_out", "JWT-1", REFUSED, &["signature"], |it| {
        it.token = |token| token[..token.rfind('.').unwrap_or_default()].to_owned();
    }),
    change("fourth_segment", "JWT-1", REFUSED, &["signature"], |it| it.token = |token| token + ".e30"),
    change("header_padded", "JWT-2", REFUSED, &["header"], |it| {
        it.header_text = not_of_whole_groups;
        it.header_segment = padded;
    }),
    change("claims_padded", "JWT-2", REFUSED, &["claims"], |it| {
        it.claims_text = not_of_whole_groups;
        it.claims_segment = padded;
    }),
    change("claims_in_standard_base64", "JWT-2", REFUSED, &["claims", "x"], |it| {
        it.set("x", "~~~???~~~???");
        it.claims_segment = |segment| segment.replace('-', "+").replace('_', "/");
    }),
    change("blank_in_claims", "JWT-2", REFUSED, &["claims"], |it| {
        it.claims_segment = |segment| format!("{} {}", &segment[..8], &segment[8..]);
    }),
    change("line_end_behind_claims", "JWT-2", REFUSED, &["claims"], |it| {
        it.claims_segment = |segment| segment + "\n";
    }),
    change("trailing_bits_of_signature", "JWT-3", REFUSED, &["signature"], |it| {
        it.signature = |signature| with_last(signature, 1);
    }),
    change("claims_in_an_array", "JWT-4", REFUSED, &["claims"], |it| it.claims_text = |text| format!("[{text}]")),
    change("claims_null", "JWT-4", REFUSED, &["claims"], |it| it.claims_text = |_| "null".to_owned()),
    change("claims_empty", "JWT-4", REFUSED, &["claims"], |it| it.claims_text = |_| String::new()),
    change("header_in_an_array", "JWT-4", REFUSED, &["header"], |it| it.header_text = |text| format!("[{text}]")),
    change("comma_behind_claims", "JWT-4", REFUSED, &["claims"], |it| {
        it.claims_text = |text| text.replace(['}'], ",}");
    }),
    change("claim_that_is_nan", "JWT-4", REFUSED, &["claims"], |it| {
        it.claims_text = |text| text.replacen('{', "{\"x\":NaN,", 1);
    }),
    change("byte_order_mark", "JWT-4", REFUSED, &["claims"], |it| it.claims_text = |text| format!("\u{feff}{text}")),
    change("more_behind_claims", "JWT-4", REFUSED, &["claims"], |it| it.claims_text = |text| text + "{}"),
    change("blanks_between_claims", "JWT-16", ACCEPTED, &["claims"], |it| {
        it.claims_text = |text| text.replacen('{', "{ \t\r\n", 1) + " \n";
    }),
    change("escapes_in_claims", "JWT-16", ACCEPTED, &["claims"], |it| {
        it.claims_text = |text| text.replacen("\"exp\"", "\"\\u0065xp\"", 1);
    }),
    change("two_expiries", "JWT-5", REFUSED, &["claims", "exp"], |it| {
        it.claims_text = |text| text.replacen('{', "{\"exp\":1,", 1);
    }),
    change("two_issuers", "JWT-5", REFUSED, &["claims", "iss"], |it| {
        it.claims_text = |text| text.replacen('{', "{\"iss\":\"another\",", 1);
    }),
    change("two_algorithms", "JWT-5", REFUSED, &["header", "alg"], |it| {
        it.header_text = |text| text.replacen('{', "{\"alg\":\"none\",", 1);
    }),
    change("nested_32_levels", "JWT-6", ACCEPTED, &["x"], |it| it.set("x", nested(31))),
    change("nested_33_levels", "JWT-6", REFUSED, &["x"], |it| it.set("x", nested(32))),
    change("more_than_65536_bytes", "JWT-6", REFUSED, &["x"], |it| it.set("x", "x".repeat(50_000))),
    change("alg_left_out", "JWT-10", REFUSED, &["alg"], |it| drop(it.header.remove("alg"))),
    change("alg_null", "JWT-10", REFUSED, &["alg"], |it| it.set_header("alg", Value::Null)),
    change("alg_list", "JWT-10", REFUSED, &["alg"], |it| {
        let alg = it.header["alg"].clone();
        it.set_header("alg", vec![alg]);
    }),
    change("alg_in_lower_case", "JWT-9", REFUSED, &["alg"], |it| {
        let alg = it.header["alg"].as_str().unwrap_or_default().to_lowercase();
        it.set_header("alg", alg);
    }),
    change("alg_none_unsigned", "JWT-11", REFUSED, &["alg", "signature"], |it| {
        it.set_header("alg", "none");
        it.signature = |_| String::new();
    }),
    change("alg_none_signed", "JWT-11", REFUSED, &["alg"], |it| it.set_header("alg", "none")),
    change("alg_none_capitalized", "JWT-11", REFUSED, &["alg", "signature"], |it| {
        it.set_header("alg", "None");
        it.signature = |_| String::new();
    }),
    change("typ_left_out", "JWT-13", ACCEPTED, &["typ"], |it| drop(it.header.remove("typ"))),
    change("typ_jose", "JWT-13", ACCEPTED, &["typ"], |it| it.set_header("typ", "JOSE")),
    change("crit", "JWT-14", REFUSED, &["crit"], |it| {
        it.set_header("crit", json!(["exp"]));
        it.set_header("exp", 1);
    }),
    change("crit_empty", "JWT-14", REFUSED, &["crit"], |it| it.set_header("crit", json!([]))),
    change("unknown_header_member", "JWT-15", ACCEPTED, &["header x"], |it| it.set_header("x", 1)),
    change("jwk_in_header", "JWT-15", ACCEPTED, &["header jwk"], |it| {
        it.set_header("jwk", json!({ "kty": "oct", "k": "AAAA" }));
    }),
    change("signature_altered", "JWT-17", REFUSED, &["signature"], |it| {
        it.signature = |signature| {
            let first = if signature.starts_with('A') { "B" } else { "A" };
            format!("{first}{}", &signature[1..])
        };
    }),
    change("signature_altered_at_its_end", "JWT-17", REFUSED, &["signature"], |it| {
        it.signature = |signature| with_last(signature, 16);
    }),
    change("signature_cut", "JWT-17", REFUSED, &["signature"], |it| {
        it.signature = |signature| signature[..40].to_owned();
    }),
    change("signature_longer", "JWT-17", REFUSED, &["signature"], |it| {
        it.signature = |signature| signature + "AAAA";
    }),
    change("signature_empty", "JWT-17", REFUSED, &["signature"], |it| it.signature = |_| String::new()),
];

/// Makes the length of the text not a multiple of three, so that its base64 can have padding.
fn not_of_whole_groups(text: String) -> String {
    if text.len().is_multiple_of(3) { text + " " } else { text }
}

fn padded(segment: String) -> String {
    let missing = segment.len().next_multiple_of(4) - segment.len();
    segment + &"=".repeat(missing)
}

/// Replaces the last letter by the one `further` places later in the alphabet.
fn with_last(mut segment: String, further: usize) -> String {
    let place = segment.pop().and_then(|letter| LETTERS.find(letter)).unwrap_or_default();
    let place = (place + further) % LETTERS.len();
    segment + &LETTERS[place..=place]
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}
