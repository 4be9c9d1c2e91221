//! Generates questions and cases: with all of their members, and with rare values in them.

use std::collections::BTreeMap;

use qsh::adapter::protocol::{Operation, Question};
use qsh::diff::{Source, request};
use qsh::suite::case::{
    AllowedAnswer, Alternative, AsapSigning, AsapVerification, Authentication, Case, Decoded, Endpoint, Expectation,
    Expected, ForgeVerification, Headers, ImpersonationSigning, ImpersonationVerification, InstallAuthentication,
    Level, Presented, ProductAuthentication, Received, Signed, Signing,
};
use qsh::suite::outcome::{Accepted, Reason};
use qsh_diagnose::{Input, Text};
use serde_json::{Map, Value, json};

const TEXTS: &[&str] = &["", "a", "svc/k1", "null", " ", "\"\\/", "\u{0}\n", "é\u{2028}", "😀\u{e000}", "JWT a.b.c"];
const BODIES: &[&str] = &["{}", "null", r#"{"a": [1, "b"]}"#, "[]"];
const NUMBERS: &[i64] = &[0, 1, -1, 1_700_000_000, 1 << 31, (1 << 53) + 1, i64::MAX, i64::MIN];
/// URLs that are not UTF-8.
const BYTES: &[&[u8]] = &[b"/\xff", b"/a?\x00=\x0f\xc3", b"\x80"];

/// A question of any operation.
pub(crate) fn question(source: &mut Source<'_>) -> Question {
    match Operation::ALL[source.up_to(Operation::ALL.len() - 1)] {
        Operation::Qsh => Question::Qsh(input(source)),
        Operation::Sign => Question::Sign(Signing {
            request: input(source),
            issuer: text(source),
            shared_secret: text(source),
            issued_at: number(source),
            expires_at: number(source),
            claims: claims(source),
        }),
        Operation::Authenticate => Question::Authenticate(Authentication {
            request: Received { input: input(source), headers: headers(source) },
            tenants: map(source),
            now: number(source),
            leeway: leeway(source),
            endpoint: if source.once_in(2) { Endpoint::Context } else { Endpoint::Url },
        }),
        Operation::AuthenticateInstall => Question::AuthenticateInstall(InstallAuthentication {
            request: Received { input: input(source), headers: headers(source) },
            client_key: text(source),
            app_base_url: text(source),
            further_base_urls: (0..source.up_to(2)).map(|_| text(source)).collect(),
            public_keys: map(source),
            now: number(source),
            leeway: leeway(source),
        }),
        Operation::AsapSign => Question::AsapSign(AsapSigning {
            issuer: text(source),
            key_id: text(source),
            private_key_pem: text(source),
            algorithm: text(source),
            audience: text(source),
            issued_at: number(source),
            expires_at: number(source),
            claims: claims(source),
        }),
        Operation::AsapVerify => Question::AsapVerify(AsapVerification {
            presented: presented(source),
            public_keys: map(source),
            audience: text(source),
            now: number(source),
            leeway: leeway(source),
        }),
        Operation::AuthenticateProduct => Question::AuthenticateProduct(ProductAuthentication {
            request: Received { input: input(source), headers: headers(source) },
            apps: map(source),
            now: number(source),
            leeway: leeway(source),
        }),
        Operation::ImpersonationSign => Question::ImpersonationSign(ImpersonationSigning {
            client_id: text(source),
            account_id: text(source),
            site: text(source),
            authorization_server: text(source),
            shared_secret: text(source),
            issued_at: number(source),
            expires_at: number(source),
        }),
        Operation::ImpersonationVerify => Question::ImpersonationVerify(ImpersonationVerification {
            token: text(source),
            client_id: text(source),
            shared_secret: text(source),
            authorization_server: text(source),
            now: number(source),
            leeway: leeway(source),
        }),
        Operation::ForgeVerify => Question::ForgeVerify(ForgeVerification {
            presented: presented(source),
            key_set: claims(source),
            app_id: text(source),
            now: number(source),
            leeway: leeway(source),
        }),
        _ => Question::CanonicalRequest(input(source)),
    }
}

fn presented(source: &mut Source<'_>) -> Presented {
    match source.once_in(2) {
        true => Presented::Headers(headers(source)),
        false => Presented::Token(text(source)),
    }
}

/// A case about a question of any operation.
pub(crate) fn case(source: &mut Source<'_>) -> Case {
    let question = question(source);
    let expect = match question {
        _ if source.once_in(3) => Expectation::Rejected(reasons(source)),
        Question::CanonicalRequest(_) | Question::Qsh(_) => Expectation::Canonical(expected(source)),
        Question::Sign(_) | Question::ImpersonationSign(_) => {
            Expectation::Signed(Signed { accepted: accepted(source), public_keys: BTreeMap::default(), header: None })
        }
        Question::AsapSign(_) => {
            let public_keys = BTreeMap::from([(text(source), text(source))]);
            Expectation::Signed(Signed { accepted: accepted(source), public_keys, header: Some(claims(source)) })
        }
        // The operations that verify a token.
        _ => Expectation::Accepted(accepted(source)),
    };
    let accept = (0..source.up_to(2)).map(|_| alternative(source, &expect)).collect();
    Case {
        id: source.pick(&["a/b", "query/repeat/2"]).to_owned(),
        summary: words(source),
        clauses: vec!["QSH-P6".to_owned()],
        level: [Level::Must, Level::Should, Level::Open][source.up_to(2)],
        question,
        decoded: (0..source.up_to(1)).map(|_| Decoded { header: Some(claims(source)), claims: None }).collect(),
        expect,
        accept,
        features: (0..source.up_to(2)).map(|_| text(source)).collect(),
        flags: (0..source.up_to(2)).map(|_| text(source)).collect(),
        source: words(source),
    }
}

/// Text that is not empty.
fn words(source: &mut Source<'_>) -> String {
    source.pick(&["a", " a", "a\n", "\u{e9}\0"]).to_owned()
}

fn reasons(source: &mut Source<'_>) -> Vec<Reason> {
    let all = [Reason::NoToken, Reason::Malformed, Reason::BadSignature];
    let first = source.up_to(2);
    all[first..=(first + source.up_to(1)).min(2)].to_vec()
}

fn accepted(source: &mut Source<'_>) -> Accepted {
    Accepted { issuer: text(source).into(), claims: claims(source) }
}

fn expected(source: &mut Source<'_>) -> Expected {
    let (method, path, query) = (text(source), bytes(source), text(source));
    let whole = Text::from([method.as_bytes(), path.as_bytes(), query.as_bytes()].join(&b'&'));
    let qsh = whole.sha256_hex();
    Expected::new(whole, method, path, query, qsh).expect("the parts and the hash are those of the whole")
}

/// Another answer that the case allows.
fn alternative(source: &mut Source<'_>, expect: &Expectation) -> Alternative {
    let answer = match expect {
        Expectation::Accepted(_) if source.once_in(2) => AllowedAnswer::Accepted(accepted(source)),
        Expectation::Canonical(_) if source.once_in(2) => {
            let canonical_request = bytes(source);
            let qsh = canonical_request.sha256_hex();
            AllowedAnswer::Canonical { canonical_request, qsh }
        }
        _ => AllowedAnswer::Rejected(reasons(source)),
    };
    Alternative { because: words(source), answer }
}

/// Text, or bytes that are not UTF-8.
fn bytes(source: &mut Source<'_>) -> Text {
    if source.once_in(3) { BYTES[source.up_to(BYTES.len() - 1)].to_vec().into() } else { text(source).into() }
}

/// A request of the grammar, sometimes with a URL, a base URL or a body that the grammar does not generate.
fn input(source: &mut Source<'_>) -> Input {
    let mut input = request(source);
    if source.once_in(8) {
        input.url = bytes(source);
    }
    if source.once_in(8) {
        input.base_url = Some(text(source));
    }
    if source.once_in(4) {
        input.form = Some(text(source));
    }
    if source.once_in(4) {
        input.json = source.pick(BODIES).parse().ok();
    }
    // A request has one body at most.
    input.json.take_if(|_| input.form.is_some());
    input
}

fn text(source: &mut Source<'_>) -> String {
    source.pick(TEXTS).to_owned()
}

fn number(source: &mut Source<'_>) -> i64 {
    NUMBERS[source.up_to(NUMBERS.len() - 1)]
}

fn leeway(source: &mut Source<'_>) -> u32 {
    [0, 30, u32::MAX][source.up_to(2)]
}

fn headers(source: &mut Source<'_>) -> Headers {
    (0..source.up_to(2)).map(|_| (text(source), text(source))).collect()
}

fn map(source: &mut Source<'_>) -> BTreeMap<String, String> {
    headers(source).into_iter().collect()
}

fn claims(source: &mut Source<'_>) -> Map<String, Value> {
    (0..source.up_to(2)).map(|_| (text(source), value(source))).collect()
}

fn value(source: &mut Source<'_>) -> Value {
    match source.up_to(7) {
        0 => number(source).into(),
        1 => text(source).into(),
        2 => json!([0.1, 1e300, 5e-324, -0.0, u64::MAX]),
        3 => json!([null, true, [], {}]),
        4 => json!({ text(source): text(source) }),
        5 => json!([text(source), [number(source)]]),
        // Any double; most have 17 digits. NaN and the infinities become null.
        6 => f64::from_bits(source.up_to(usize::MAX) as u64).into(),
        _ => Value::Null,
    }
}
