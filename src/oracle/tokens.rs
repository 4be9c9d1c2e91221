//! Oracles of tokens.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Broken, Trial};
use crate::adapter::protocol::Question;
use crate::connect::Incoming;
use crate::connect::transport::{Direction, find};
use crate::diff::Source;
use crate::jwt::KeyId;
use crate::jwt::danger::Unverified;
use crate::percent;
use crate::request::Request;
use crate::suite::case::Authentication;
use crate::suite::load::Vectors;

fn shown(name: &str, bytes: &[u8]) -> String {
    format!("let {name} = b\"{}\";", bytes.escape_ascii())
}

/// What the strict decoder takes, a lenient reading takes too.
pub(super) fn token(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(strict) = Unverified::parse(bytes) else { return Ok(()) };
    let Some((header, claims)) = lenient(bytes) else {
        return Err(Broken::new("the strict decoder takes what a lenient one does not", shown("token", bytes)));
    };
    if strict.header_members() != &header || strict.claims().as_object() != &claims {
        return Err(Broken::new("the strict decoder reads something else than a lenient one", shown("token", bytes)));
    }
    Ok(())
}

/// Header and claims as a decoder reads them that looks at as little as it can.
fn lenient(token: &[u8]) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut segments = token.split(|byte| *byte == b'.').map(|segment| {
        let bytes = BASE64URL_NOPAD.decode(segment).ok()?;
        serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
    });
    Some((segments.next()??, segments.next()??))
}

/// The tokens of the vectors, as their headers carry them.
pub(super) fn tokens() -> Vec<Vec<u8>> {
    let values = authentications().into_iter().flat_map(|asked| asked.headers).map(|(_, value)| value);
    values.filter_map(|value| Some(value.split(' ').next_back()?.as_bytes().to_vec())).collect()
}

fn authentications() -> Vec<Authentication> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let asked = vectors.cases().filter_map(|case| match &case.question {
        Question::Authenticate(asked) => Some(asked.clone()),
        _ => None,
    });
    asked.collect()
}

/// A token is accepted as it was signed, and refused with one thing changed.
pub(super) fn signed(bytes: &[u8]) -> Result<(), Broken> {
    let Some(trial) = Trial::generate(&mut Source::new(bytes)) else { return Ok(()) };
    if trial.is_accepted() == trial.is_good {
        return Ok(());
    }
    let what = if trial.is_good { "a good token is refused" } else { "a bad token is accepted" };
    let circumstances = format!("// received with {} at {}", trial.request, trial.now);
    Err(Broken::new(what, format!("{}\n{circumstances}", shown("token", trial.token.as_bytes()))))
}

/// A key id that is taken is what ASAP-6 and ASAP-7 say.
pub(super) fn key_id(bytes: &[u8]) -> Result<(), Broken> {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-+/".contains(byte);
    let is_segment = |segment: &[u8]| !matches!(segment, b"" | b"." | b"..");
    let expected = bytes.iter().all(is_allowed) && bytes.split(|byte| *byte == b'/').all(is_segment);
    let found = KeyId::parse(bytes);
    if found.is_ok() != expected {
        let what = if expected { "a good key id is refused" } else { "a bad key id is taken" };
        return Err(Broken::new(what, format!("{}\nqsh::jwt::KeyId::parse(key_id);", shown("key_id", bytes))));
    }
    if found.is_ok_and(|found| found.as_str().as_bytes() != bytes) {
        return Err(Broken::new("a key id is not what was read", shown("key_id", bytes)));
    }
    Ok(())
}

/// The key ids of the vectors.
pub(super) fn key_ids() -> Vec<Vec<u8>> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let of = |question: &Question| match question {
        Question::AsapVerify(asked) => asked.public_keys.keys().cloned().collect(),
        Question::AsapSign(asked) => vec![asked.key_id.clone()],
        _ => Vec::new(),
    };
    let mut found: Vec<Vec<u8>> = vectors.cases().flat_map(|case| of(&case.question)).map(String::into_bytes).collect();
    found.sort();
    found.dedup();
    found
}

/// A token that is found stands in a header or in the query. The input is a URL, and behind it a header field in each
/// line.
pub(super) fn transport(bytes: &[u8]) -> Result<(), Broken> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Some(Ok(request)) = lines.next().map(|url| Request::new("GET", url)) else { return Ok(()) };
    let fields: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
        })
        .collect();
    let decoded = percent::decode(request.query().unwrap_or_default()).bytes;
    for direction in [Direction::ToApp, Direction::ToProduct] {
        let Ok(token) = find(Incoming::new(request, &fields), direction) else { continue };
        let in_header =
            fields.iter().any(|(name, value)| name.eq_ignore_ascii_case("authorization") && value.ends_with(&token));
        // A plus is a space by then.
        let plain = |text: &[u8]| text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<u8>>();
        let in_query =
            direction == Direction::ToApp && plain(&decoded).windows(token.len()).any(|it| it == plain(&token));
        if token.is_empty() || !in_header && !in_query {
            return Err(Broken::new("a token is found that nobody sent", shown("request", bytes)));
        }
    }
    Ok(())
}

/// The URLs and header fields of the vectors.
pub(super) fn transports() -> Vec<Vec<u8>> {
    let bytes = |asked: Authentication| {
        let mut bytes = asked.request.url.as_bytes().to_vec();
        for (name, value) in asked.headers {
            bytes.extend_from_slice(format!("\n{name}: {value}").as_bytes());
        }
        bytes
    };
    authentications().into_iter().map(bytes).collect()
}
