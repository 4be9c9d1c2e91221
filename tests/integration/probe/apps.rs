//! A sound app, and apps with one hole each. A hole makes a bad token good, and the sound app judges the rest.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use qsh::adapter::built_in::BuiltIn;
use qsh::suite::case::{Authentication, Endpoint, Question, Received};
use qsh::suite::outcome::Outcome;
use qsh::tamper::signed;
use qsh_diagnose::{Dialect, Input, canonicalize_with};
use serde_json::{Map, Value};

use crate::server::{Answer, Seen};

pub(super) const TENANT: &str = "1d0a6c1e-6a64-4f6e-9ec5-000000000001";
pub(super) const SECRET: &str = "a secret of thirty-two bytes and more";
pub(super) const ANOTHER_TENANT: &str = "1d0a6c1e-6a64-4f6e-9ec5-000000000002";
pub(super) const ANOTHER_SECRET: &str = "another secret of thirty-two bytes";

pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// A token, read without any check.
pub(super) struct Token {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) signature: String,
    pub(super) text: String,
}

impl Token {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut segments = text.split('.');
        let members = |segment: Option<&str>| {
            let bytes = BASE64URL_NOPAD.decode(segment?.trim_end_matches('=').as_bytes()).ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        let (header, claims) = (members(segments.next())?, members(segments.next())?);
        let signature = segments.next().unwrap_or_default().to_owned();
        Some(Self { header, claims, signature, text: text.to_owned() })
    }

    /// Whether its form is right: three segments without padding, and no critical extensions.
    fn is_well_formed(&self) -> bool {
        self.text.matches('.').count() == 2 && !self.text.contains('=') && !self.header.contains_key("crit")
    }

    /// Whether the signature is right, whatever the header says.
    fn has_right_signature(&self) -> bool {
        self.is_signed_with(SECRET)
    }

    /// Whether the signature is made with this secret, whatever the header says.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let Some((text, _)) = self.text.rsplit_once('.') else { return false };
        BASE64URL_NOPAD.encode(&hmac(secret, text)) == self.signature
    }

    /// Whether form, algorithm and signature are right.
    fn is_signed(&self) -> bool {
        self.is_well_formed() && self.header.get("alg") == Some(&"HS256".into()) && self.has_right_signature()
    }
}

fn hmac(secret: &str, text: &str) -> Vec<u8> {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    aws_lc_rs::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// The app without a hole: its tenants, a leeway of 30 seconds, and our own verifier.
pub(super) fn judge(seen: &Seen, base_url: &str, endpoint: Endpoint) -> Answer {
    // A body in JSON does not count.
    let form = (seen.body.contains('=')).then(|| seen.body.clone());
    let input = Input { base_url: Some(base_url.to_owned()), form, ..Input::new(&seen.method, seen.target.as_str()) };
    let tenants = [(TENANT, SECRET), (ANOTHER_TENANT, ANOTHER_SECRET)];
    let asked = Authentication {
        request: Received { input, headers: seen.headers.clone() },
        tenants: tenants.map(|(key, secret)| (key.to_owned(), secret.to_owned())).into(),
        now: now(),
        leeway: 30,
        endpoint,
    };
    match BuiltIn::new().answer(&Question::Authenticate(asked)) {
        Outcome::Ok(_) => (200, "welcome"),
        _ => (401, "no"),
    }
}

pub(super) fn sound(seen: &Seen) -> Answer {
    judge(seen, "http://app.test", Endpoint::Url)
}

/// An app that judges a request with another token in the place of its own.
pub(super) fn with(repair: fn(&Seen, &mut Token) -> bool) -> impl Fn(&Seen) -> Answer {
    move |seen| {
        let answer = sound(seen);
        let carried = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT "));
        let Some(mut token) = carried.and_then(Token::read).filter(|_| answer.0 != 200) else { return answer };
        if !repair(seen, &mut token) {
            return answer;
        }
        sound(&carrying(seen, &signed(&token.claims, SECRET.as_bytes())))
    }
}

/// An app with another canonicalizer.
pub(super) fn by(dialect: Dialect) -> impl Fn(&Seen) -> Answer {
    move |seen| {
        let carried = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT "));
        let Some(mut token) = carried.and_then(Token::read).filter(Token::is_signed) else { return sound(seen) };
        let own = hash(&seen.method, &seen.target, &dialect);
        let is_own = token.claims.get("qsh") == Some(&own.into());
        let judged = if is_own { right_hash(seen, &mut token) } else { claims_of(&mut token, "qsh", "another") };
        assert!(judged);
        sound(&carrying(seen, &signed(&token.claims, SECRET.as_bytes())))
    }
}

/// The request with this token.
fn carrying(seen: &Seen, token: &str) -> Seen {
    let headers = vec![("Authorization".to_owned(), format!("JWT {token}"))];
    Seen { method: seen.method.clone(), target: seen.target.clone(), headers, body: seen.body.clone() }
}

/// The right hash of a request under a dialect.
pub(super) fn hash(method: &str, target: &str, dialect: &Dialect) -> String {
    let input = Input::new(method, target);
    canonicalize_with(input.source().unwrap(), dialect).unwrap().hash_with(dialect)
}

/// A hole: what an app does to a token before the sound app judges it. It says whether the token is judged again.
pub(super) struct Hole {
    /// The finding that is expected.
    pub(super) cause: &'static str,
    pub(super) repair: fn(&Seen, &mut Token) -> bool,
}

const fn hole(cause: &'static str, repair: fn(&Seen, &mut Token) -> bool) -> Hole {
    Hole { cause, repair }
}

fn claims_of(token: &mut Token, name: &str, value: impl Into<Value>) -> bool {
    token.claims.insert(name.to_owned(), value.into());
    true
}

fn right_hash(seen: &Seen, token: &mut Token) -> bool {
    let right = hash(&seen.method, &seen.target, &Dialect::OFFICIAL);
    claims_of(token, "qsh", right)
}

fn by_dialect(seen: &Seen, token: &mut Token, choice: &str) -> bool {
    let wrong = hash(&seen.method, &seen.target, &Dialect::OFFICIAL.with(choice.parse().unwrap()));
    token.is_signed() && token.claims.get("qsh") == Some(&wrong.into()) && right_hash(seen, token)
}

pub(super) const HOLES: &[Hole] = &[
    hole("algorithm_none", |_, token| {
        let is_none = |alg: &Value| alg.as_str().is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
        token.is_well_formed() && token.header.get("alg").is_some_and(is_none)
    }),
    hole("signature_unchecked", |_, token| token.is_well_formed()),
    hole("signature_in_part", |_, token| {
        let Some((text, signature)) = token.text.rsplit_once('.') else { return false };
        let right = BASE64URL_NOPAD.encode(&hmac(SECRET, text));
        let is_begun = signature.len() == right.len() && signature[..20] == right[..20];
        token.is_well_formed() && token.header.get("alg") == Some(&"HS256".into()) && is_begun
    }),
    hole("algorithm_of_the_token", |_, token| {
        token.is_well_formed() && token.header.get("alg") == Some(&"HS512".into())
    }),
    hole("algorithm_ignored", |_, token| token.is_well_formed() && token.has_right_signature()),
    hole("issuer_optional", |_, token| {
        token.is_signed() && !token.claims.contains_key("iss") && claims_of(token, "iss", TENANT)
    }),
    hole("issuer_compared_loosely", |_, token| {
        let is_it = token.claims.get("iss").and_then(Value::as_str).is_some_and(|iss| iss.eq_ignore_ascii_case(TENANT));
        token.is_signed() && is_it && claims_of(token, "iss", TENANT)
    }),
    hole("issuer_unchecked", |_, token| token.is_signed() && claims_of(token, "iss", TENANT)),
    hole("hash_unchecked", |seen, token| token.is_signed() && right_hash(seen, token)),
    hole("hash_optional", |seen, token| {
        token.is_signed() && !token.claims.contains_key("qsh") && right_hash(seen, token)
    }),
    hole("context_token_anywhere", |seen, token| {
        token.is_signed() && token.claims.get("qsh") == Some(&"context-qsh".into()) && right_hash(seen, token)
    }),
    hole("hash_compared_loosely", |seen, token| {
        let right = hash(&seen.method, &seen.target, &Dialect::OFFICIAL);
        let is_right = |found: &str| found.eq_ignore_ascii_case(&right);
        token.is_signed()
            && token.claims.get("qsh").and_then(Value::as_str).is_some_and(is_right)
            && right_hash(seen, token)
    }),
    hole("method_unchecked", |seen, token| {
        let post = hash("POST", &seen.target, &Dialect::OFFICIAL);
        token.is_signed() && token.claims.get("qsh") == Some(&post.into()) && right_hash(seen, token)
    }),
    hole("path_unchecked", |seen, token| {
        // The app compares the hash of the first segments only.
        let below = seen.target.replacen("?", "/qsh-probe?", 1);
        let below = hash(&seen.method, &below, &Dialect::OFFICIAL);
        token.is_signed() && token.claims.get("qsh") == Some(&below.into()) && right_hash(seen, token)
    }),
    hole("query_unchecked", |seen, token| {
        // The app looks at one parameter only: any value of qp has the same hash.
        let found = token.claims.get("qsh").cloned().unwrap_or_default();
        let with = |value: &str| {
            let pairs = seen.target.split('&').map(|pair| match pair.starts_with("qp=") {
                true => format!("qp={value}"),
                false => pair.to_owned(),
            });
            hash(&seen.method, &pairs.collect::<Vec<_>>().join("&"), &Dialect::OFFICIAL)
        };
        token.is_signed() && ["1", "2"].iter().any(|value| found == with(value)) && right_hash(seen, token)
    }),
    hole("expiry_unchecked", |_, token| {
        let is_date = token.claims.get("exp").is_some_and(Value::is_i64);
        token.is_signed() && is_date && claims_of(token, "exp", now() + 60)
    }),
    hole("expiry_optional", |_, token| {
        token.is_signed() && !token.claims.contains_key("exp") && claims_of(token, "exp", now() + 60)
    }),
    hole("leeway_too_long", |_, token| {
        let is_recent = token.claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > now() - 7_200);
        token.is_signed() && is_recent && claims_of(token, "exp", now() + 60)
    }),
    hole("not_before_unchecked", |_, token| token.is_signed() && token.claims.remove("nbf").is_some()),
    hole("issue_time_optional", |_, token| {
        token.is_signed() && !token.claims.contains_key("iat") && claims_of(token, "iat", now())
    }),
    hole("dates_of_any_type", |_, token| {
        let date = token.claims.get("exp").and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
        token.is_signed() && date.is_some_and(|date| claims_of(token, "exp", date))
    }),
    hole("critical_extensions_ignored", |_, token| token.has_right_signature() && token.header.contains_key("crit")),
    hole("two_requests_one_hash", |seen, token| by_dialect(seen, token, "repeat=first_only")),
    hole("malformed_tokens", |_, token| {
        let is_padded = token.text.contains('=');
        let claims = token.text.split('.').nth(1).unwrap_or_default();
        let is_encoded = BASE64URL.decode(claims.as_bytes()).is_ok();
        is_padded && is_encoded && token.has_right_signature()
    }),
];
