//! Oracles of tokens.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Broken, shown};
use crate::adapter::built_in::BuiltIn;
use crate::adapter::protocol::{self, Question};
use crate::connect::Incoming;
use crate::connect::transport::{Direction, find};
use crate::diff::{Source, means_the_same, related, request, tampered_token};
use crate::jwt::KeyId;
use crate::jwt::danger::Unverified;
use crate::percent;
use crate::qsh::{Dialect, Part, part_with};
use crate::request::Request;
use crate::suite::case::{Authentication, Input};
use crate::suite::load::Vectors;
use crate::suite::outcome::Outcome;
use crate::tamper::{Kind, TamperedToken};

const PARSED: &str = "qsh::jwt::danger::Unverified::parse(token);";

/// What the strict decoder takes, a lenient reading takes too. Where the bytes have a zero byte, they are the texts of
/// header and claims, which are encoded here: nothing that changes bytes gets far with base64.
pub(super) fn token(bytes: &[u8]) -> Result<(), Broken> {
    let encoded = of_texts(bytes);
    let token = encoded.as_deref().unwrap_or(bytes);
    let Ok(strict) = Unverified::parse(token) else { return Ok(()) };
    let Some((header, claims)) = lenient(token) else {
        return Err(Broken::new("the strict decoder takes what a lenient one does not", shown("token", token, PARSED)));
    };
    if strict.header_members() != &header || strict.claims().as_object() != &claims {
        return Err(Broken::new(
            "the strict decoder reads something else than a lenient one",
            shown("token", token, PARSED),
        ));
    }
    Ok(())
}

/// A token with these texts of its header and its claims, between which there is a zero byte.
fn of_texts(bytes: &[u8]) -> Option<Vec<u8>> {
    let zero = bytes.iter().position(|byte| *byte == 0)?;
    let [header, claims] = [&bytes[..zero], &bytes[zero + 1..]].map(|text| BASE64URL_NOPAD.encode(text));
    Some(format!("{header}.{claims}.").into_bytes())
}

/// Header and claims as a decoder reads them that looks at as little as it can.
fn lenient(token: &[u8]) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut segments = token.split(|byte| *byte == b'.').map(|segment| {
        let bytes = BASE64URL_NOPAD.decode(segment).ok()?;
        serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
    });
    Some((segments.next()??, segments.next()??))
}

/// The tokens of the vectors, as their headers carry them, and the texts of each.
pub(super) fn tokens() -> Vec<Vec<u8>> {
    let values = authentications().into_iter().flat_map(|asked| asked.headers).map(|(_, value)| value);
    let tokens = values.filter_map(|value| Some(value.split(' ').next_back()?.as_bytes().to_vec()));
    tokens.flat_map(|token| [texts_of(&token), Some(token)]).flatten().collect()
}

/// The reverse of [`of_texts`].
fn texts_of(token: &[u8]) -> Option<Vec<u8>> {
    let mut segments = token.split(|byte| *byte == b'.').map(|segment| BASE64URL_NOPAD.decode(segment).ok());
    Some([segments.next()??, segments.next()??].join(&0))
}

fn authentications() -> Vec<Authentication> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let asked = vectors.cases().filter_map(|case| match &case.question {
        Question::Authenticate(asked) => Some(asked.clone()),
        _ => None,
    });
    asked.collect()
}

/// A token is accepted as it was signed, and otherwise as the clauses of what was changed say.
pub(super) fn signed(bytes: &[u8]) -> Result<(), Broken> {
    let mut source = Source::new(bytes);
    let token = tampered_token(&mut source, &Kind::ALL);
    let (question, is_good) = match token.changes.is_empty() {
        true => match for_any_request(&mut source) {
            Some(asked) => asked,
            None => return Ok(()),
        },
        false => (token.question(), token.is_good()),
    };
    let outcome = BuiltIn::new().answer(&question);
    if matches!(outcome, Outcome::Ok(_)) == is_good {
        return Ok(());
    }
    let what = if is_good { "a good token is refused" } else { "a bad token is accepted" };
    let names: Vec<&str> = token.changes.iter().map(|change| change.name).collect();
    Err(Broken::new(format!("{what}, with {names:?} changed: {outcome:?}"), asked(&question)))
}

/// A token for a request of the grammar, which comes with that or with a related one; and whether it is to be accepted.
/// Nothing, where a request may carry another token.
fn for_any_request(source: &mut Source<'_>) -> Option<(Question, bool)> {
    let signed = Input { base_url: None, form: None, ..request(source) };
    let received = if source.once_in(2) { related(&signed, source)?.1 } else { signed.clone() };
    if may_carry_a_token(&signed) || may_carry_a_token(&received) {
        return None;
    }
    let Question::Authenticate(mut asked) = TamperedToken::good(Kind::Url, signed.clone()).question() else {
        return None;
    };
    let is_good = received == signed || means_the_same(&signed, &received);
    asked.request = received;
    Some((Question::Authenticate(asked), is_good))
}

fn may_carry_a_token(input: &Input) -> bool {
    let Ok(request) = input.request() else { return true };
    percent::decode(request.query().unwrap_or_default()).bytes.windows(3).any(|it| it == b"jwt")
}

/// Statements that ask our own implementation again.
fn asked(question: &Question) -> String {
    let mut line = Vec::new();
    protocol::write_question(&mut line, 1, question);
    let shown = line.trim_ascii_end().escape_ascii();
    format!(
        "let line = b\"{shown}\";\n\
         let qsh::adapter::protocol::Incoming::Ask {{ question, .. }} = qsh::adapter::protocol::read_question(line)? else {{ unreachable!() }};\n\
         qsh::adapter::built_in::BuiltIn::new().answer(&question);"
    )
}

/// A key id that is taken is what ASAP-6 and ASAP-7 say.
pub(super) fn key_id(bytes: &[u8]) -> Result<(), Broken> {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-+/".contains(byte);
    let is_segment = |segment: &[u8]| !matches!(segment, b"" | b"." | b"..");
    let expected = bytes.iter().all(is_allowed) && bytes.split(|byte| *byte == b'/').all(is_segment);
    let found = KeyId::parse(bytes);
    if found.is_ok() != expected {
        let what = if expected { "a good key id is refused" } else { "a bad key id is taken" };
        return Err(Broken::new(what, shown("key_id", bytes, "qsh::jwt::KeyId::parse(key_id);")));
    }
    if found.is_ok_and(|found| found.as_str().as_bytes() != bytes) {
        return Err(Broken::new(
            "a key id is not what was read",
            shown("key_id", bytes, "qsh::jwt::KeyId::parse(key_id);"),
        ));
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

/// The token that a request carries is found, and nothing else is. The input is a URL, and behind it a header field in
/// each line.
pub(super) fn transport(bytes: &[u8]) -> Result<(), Broken> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Some(Ok(request)) = lines.next().map(|url| Request::new("GET", url)) else { return Ok(()) };
    let fields: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
        })
        .collect();
    for direction in [Direction::ToApp, Direction::ToProduct] {
        let found = find(Incoming::new(request, &fields), direction).ok();
        let sent = sent(&request, &fields, direction);
        let one = sent.first().filter(|first| sent.iter().all(|token| token == *first));
        if found.as_ref() == one {
            continue;
        }
        let what = match (found, one) {
            (None, _) => "a token that was sent is not found",
            (Some(_), None) if !sent.is_empty() => "one of two tokens that differ is found",
            (Some(_), _) => "a token is found that nobody sent",
        };
        let named = |(name, value): &(&str, &[u8])| format!("({name:?}, &b\"{}\"[..])", value.escape_ascii());
        let fields: Vec<String> = fields.iter().map(named).collect();
        let then = format!(
            "let fields = [{}];\n\
             let incoming = qsh::connect::Incoming::new(qsh::Request::new(\"GET\", url)?, &fields);\n\
             qsh::connect::transport::find(incoming, qsh::connect::transport::Direction::{direction:?});",
            fields.join(", ")
        );
        return Err(Broken::new(what, shown("url", request.target(), &then)));
    }
    Ok(())
}

/// The tokens of a request that are not empty (TRN-13): those of the scheme JWT, and on the way to an app those of the
/// parameters that the canonical query lacks (QSH-Q17).
fn sent(request: &Request<'_>, fields: &[(&str, &[u8])], direction: Direction) -> Vec<Vec<u8>> {
    let of_header = |value: &[u8]| {
        let (scheme, rest) = value.split_at_checked(4)?;
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        scheme.eq_ignore_ascii_case(b"JWT ").then(|| rest[blanks..].to_vec())
    };
    let of_pair = |pair: &[u8]| {
        let target = [b"/?", pair].concat();
        let alone = Request::new("GET", &target).ok()?;
        let counts = !part_with(&alone, Part::Query, &Dialect::OFFICIAL).ok()?.is_empty();
        let value = pair.splitn(2, |byte| *byte == b'=').nth(1).filter(|_| !counts)?;
        let spaces: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        Some(percent::decode(&spaces).bytes)
    };
    let headers = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let mut sent: Vec<Vec<u8>> = headers.filter_map(|(_, value)| of_header(value)).collect();
    if direction == Direction::ToApp {
        let query = request.query().unwrap_or_default();
        sent.extend(query.split(|byte| *byte == b'&').filter_map(of_pair));
    }
    sent.retain(|token| !token.is_empty());
    sent
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
