//! The signing input of a token (RFC 7515), and the texts that programs sign by mistake.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::Changed;
use super::change::{Change, NO_DOT, NOT_ENCODED, PAYLOAD_ONLY, WRITTEN_AGAIN};

/// The text that is signed, and then the other texts of the same token.
pub(super) fn of(signed: &str) -> Vec<Changed> {
    let mut all: Vec<Changed> = vec![(Vec::new(), signed.into())];
    let Some((header, payload)) = signed.split_once('.') else { return all };
    let mut add = |change: &'static Change, text: String| all.push((vec![change], text.into_bytes()));
    add(&PAYLOAD_ONLY, payload.to_owned());
    add(&NO_DOT, format!("{header}{payload}"));
    let [Some(header), Some(payload)] = [header, payload].map(json) else { return all };
    add(&NOT_ENCODED, format!("{header}.{payload}"));
    add(&NOT_ENCODED, payload.clone());
    let headers = [forms(&header), usual_headers(&header)].concat();
    for payload in forms(&payload) {
        for header in &headers {
            let [header, payload] = [header, &payload].map(|text| BASE64URL_NOPAD.encode(text.as_bytes()));
            let text = format!("{header}.{payload}");
            if text != signed {
                add(&WRITTEN_AGAIN, text);
            }
        }
    }
    all
}

fn json(segment: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(segment.as_bytes()).ok()?).ok()
}

/// The header in the orders of the libraries, with all its members or with `alg` alone.
fn usual_headers(header: &str) -> Vec<String> {
    let algorithm = serde_json::from_str::<Map<String, Value>>(header).ok();
    let Some(algorithm) = algorithm.as_ref().and_then(|header| header.get("alg")) else { return Vec::new() };
    let orders = [
        format!(r#"{{"alg":{algorithm},"typ":"JWT"}}"#),
        format!(r#"{{"typ":"JWT","alg":{algorithm}}}"#),
        format!(r#"{{"alg":{algorithm}}}"#),
    ];
    orders.iter().flat_map(|text| [text.clone(), spaced(text)]).collect()
}

/// A JSON object as other programs write it.
fn forms(text: &str) -> Vec<String> {
    let mut forms =
        vec![text.to_owned(), spaced(text), compact(text), text.replace('/', "\\/"), text.replace("\\/", "/")];
    // The map of this library is sorted by name.
    if let Ok(object) = serde_json::from_str::<Map<String, Value>>(text) {
        let sorted: std::collections::BTreeMap<String, Value> = object.into_iter().collect();
        let sorted = serde_json::to_string(&sorted).unwrap_or_default();
        forms.extend([spaced(&sorted), sorted]);
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The text without the white space outside its strings.
fn compact(text: &str) -> String {
    outside_strings(text, |character, out| {
        if !character.is_ascii_whitespace() {
            out.push(character);
        }
    })
}

/// The text with a blank after each comma and colon, as Python writes it.
fn spaced(text: &str) -> String {
    outside_strings(&compact(text), |character, out| {
        out.push(character);
        if matches!(character, ',' | ':') {
            out.push(' ');
        }
    })
}

fn outside_strings(text: &str, write: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut is_in_string, mut is_escaped) = (false, false);
    for character in text.chars() {
        if is_in_string {
            out.push(character);
            is_in_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
        } else {
            is_in_string = character == '"';
            write(character, &mut out);
        }
    }
    out
}
