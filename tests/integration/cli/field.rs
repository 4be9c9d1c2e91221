//! Reports of users, one of each kind: what a person has in hand, and the cause that `qsh` names.

use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, SharedSecret, sign, sign_with_key};
use serde_json::{Value, json};

use super::{Answer, User};

pub(super) const CLIENT: &str = "574f8bdd-8dc4-35d3-9558-7bcea4e41de6";
pub(super) const APP: &str = "com.example.app";
pub(super) const SITE: &str = "https://acme.atlassian.net";
pub(super) const NOW: i64 = 1_796_025_600;

pub(super) fn hash(canonical_request: &str) -> String {
    qsh_hash::Qsh::of_canonical(canonical_request.as_bytes()).to_string()
}

pub(super) fn signed(claims: &Value, secret: &str) -> String {
    sign(claims.as_object().unwrap().clone(), &SharedSecret::new(secret).unwrap()).as_str().to_owned()
}

/// A token of this issuer for this canonical request.
pub(super) fn token(issuer: &str, canonical_request: &str) -> String {
    let claims = json!({ "iss": issuer, "iat": NOW - 10, "exp": NOW + 170, "qsh": hash(canonical_request) });
    signed(&claims, "the shared secret")
}

pub(super) fn diagnosed(user: &User, pieces: &[&str]) -> Answer {
    user.qsh(&[&["diagnose", "--now", &NOW.to_string()], pieces].concat())
}

#[track_caller]
pub(super) fn says(answer: &Answer, code: i32, texts: &[&str]) {
    assert_eq!(answer.code, code, "{answer:?}");
    for text in texts {
        assert!(answer.stdout.contains(text), "no {text:?} in\n{}", answer.stdout);
    }
}

/// the client key of the site as `iss`, in a request to a product.
#[test]
fn the_client_key_is_not_the_issuer_of_a_request_to_a_product() {
    let user = User::new();
    user.write("secret.txt", "the shared secret");
    let url = format!("{SITE}/rest/api/3/project/recent");
    let token = token(CLIENT, "GET&/rest/api/3/project/recent&");
    let likely = "\nnext      likely its iss has the form of a client key: a product expects the key of the app";
    says(&diagnosed(&user, &["GET", &url, &token]), 0, &["token of an app for a product", likely]);
    let message = "Client must be authenticated to access this resource.";
    says(&diagnosed(&user, &[message, "GET", &url, &token]), 0, &[likely]);
    let found = format!("found     {CLIENT}\n            expected  {APP}\n");
    let objection = ["unknown_issuer  the token's iss is not the key of the app (PRD-1)", &found];
    says(&diagnosed(&user, &["GET", &url, &token, "--issuer", APP]), 1, &objection);
    let verify = ["token", "verify", "GET", &url, "--token", &token, "--issuer", APP, "--secret-file", "secret.txt"];
    let verified = user.qsh(&[&verify[..], &["--now", &NOW.to_string()]].concat());
    says(&verified, 1, &["refused (unknown_issuer)", &found, "made with the secret of secret.txt"]);
}

/// an install callback, and an app whose configuration has another scheme.
#[test]
fn the_audience_of_an_install_callback_is_compared_with_the_configuration() {
    let user = User::new();
    let key = PrivateKey::from_pem(include_bytes!("../../../crates/auth/tests/keys/rsa.pkcs8.pem")).unwrap();
    let key_id = KeyId::parse("generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6g7h").unwrap();
    let claims = json!({
        "iss": CLIENT, "aud": ["https://app.example.com"], "iat": NOW - 10, "exp": NOW + 890,
        "qsh": hash("POST&/installed&"),
    });
    let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256).unwrap();
    let pieces = ["POST", "https://app.example.com/installed", token.as_str(), "Invalid audience"];
    says(&diagnosed(&user, &pieces), 0, &["install callback", "unchecked iss (--issuer), aud (--audience)"]);
    let with = diagnosed(&user, &[&pieces[..], &["--audience", "http://app.example.com"]].concat());
    let values = "found     [\"https://app.example.com\"]\n            expected  http://app.example.com\n";
    says(
        &with,
        1,
        &[
            "audience_mismatch  the token's aud does not name its verifier (INS-6)",
            values,
            "next      compare the configuration",
        ],
    );
    let public_key =
        format!("{key_id}={}", concat!(env!("CARGO_MANIFEST_DIR"), "/crates/auth/tests/keys/rsa.spki.pem"));
    let verify = ["token", "verify", pieces[0], pieces[1], "--token", token.as_str(), "--issuer", CLIENT];
    let more = ["--audience", "http://app.example.com", "--public-key", &public_key, "--now", &NOW.to_string()];
    says(&user.qsh(&[&verify[..], &more].concat()), 1, &["refused (audience_mismatch)", values]);
}

/// an assertion, its deprecated user key and its older server; and a signer that was asked for a `qsh`.
#[test]
fn an_assertion_is_another_kind_of_token() {
    let user = User::new();
    user.write("secret.txt", "the shared secret");
    let issuer = "urn:atlassian:connect:clientid:abc";
    let claims = json!({
        "iss": issuer, "sub": "urn:atlassian:connect:userkey:admin", "tnt": SITE, "aud": "https://auth.atlassian.io",
        "iat": NOW, "exp": NOW + 60,
    });
    let token = signed(&claims, "the shared secret");
    let remarks = [
        "user-impersonation assertion",
        "its sub has a user key, which is deprecated",
        "its aud is the older authorization server",
    ];
    says(&diagnosed(&user, &["unauthorized_client", &token]), 0, &remarks);
    says(&diagnosed(&user, &["unauthorized_client", &token]), 0, &["ACT_AS_USER"]);
    let verify = ["token", "verify", "--kind", "impersonation", "--token", &token, "--issuer", "abc"];
    let more = ["--secret-file", "secret.txt", "--now", &NOW.to_string()];
    let old = ["--audience", "https://auth.atlassian.io"];
    says(&user.qsh(&[&verify[..], &more, &old].concat()), 0, &["accepted from abc\n"]);
    says(
        &user.qsh(&[&verify[..], &more].concat()),
        1,
        &["refused (audience_mismatch)", "found     https://auth.atlassian.io"],
    );
    let sign = ["token", "sign", "GET", SITE, "--issuer", issuer, "--secret-file", "secret.txt"];
    assert!(user.error(2, &sign).contains("no qsh (IMP-8): expected --account-id ID"));
}

/// every signature fails after a hand-written install handler.
#[test]
fn what_was_done_to_the_secret_is_named() {
    let user = User::new();
    let url = "https://app.example.com/panel";
    let secret = "c2VjcmV0IG9mIHRoZSB0ZW5hbnQ=";
    let claims = json!({ "iss": CLIENT, "iat": NOW - 10, "exp": NOW + 170, "qsh": hash("GET&/panel&") });
    user.write("new.txt", "a later secret\n");
    user.write("old.txt", &format!("{secret}\n"));
    let files = ["--secret-file", "new.txt", "--secret-file", "old.txt"];
    for (used, expected) in [
        (secret, "signature made with the secret of old.txt"),
        ("secret of the tenant", "the secret was decoded from base64 (JWT-18)"),
        ("c2VjcmV0IG9mIHRoZSB0ZW5hbnQ=\n", "the secret was read with the newline at its end (JWT-18)"),
        ("another one", "signature wrong: not made with the 2 secrets"),
    ] {
        let answer = diagnosed(&user, &[&["GET", url, &signed(&claims, used)], &files[..]].concat());
        says(&answer, i32::from(used != secret), &[expected]);
        assert!(!answer.stdout.contains(secret) && !answer.stdout.contains("later secret"), "{answer:?}");
    }
    let mut command = user.command(&[
        "diagnose",
        "GET",
        url,
        &signed(&claims, secret),
        "--secret-env",
        "OLD",
        "--now",
        &NOW.to_string(),
    ]);
    let answer = command.env("OLD", secret).output().unwrap();
    assert!(String::from_utf8(answer.stdout).unwrap().contains("signature made with the secret of OLD"));
    assert!(user.error(2, &["diagnose", "x.y.z", "--secret-env", "NONE"]).contains("NONE is not set"));
}

/// a webhook that was expired on arrival, seen in a log an hour later.
#[test]
fn an_expired_token_is_checked_at_another_time() {
    let user = User::new();
    user.write("secret.txt", "the shared secret");
    let claims = json!({ "iss": CLIENT, "iat": NOW - 184, "exp": NOW - 4, "qsh": hash("POST&/webhook&") });
    let token = signed(&claims, "the shared secret");
    let url = "https://app.example.com/webhook";
    let help = "--now T checks at the time of a log, --leeway S allows for clocks that differ";
    says(&diagnosed(&user, &["POST", url, &token]), 1, &["expired  the token's exp has passed (CON-7)", help]);
    says(&diagnosed(&user, &["POST", url, &token, "--leeway", "5"]), 0, &["no objection"]);
    let verify = ["token", "verify", "POST", url, "--token", &token, "--issuer", CLIENT, "--secret-file", "secret.txt"];
    says(&user.qsh(&[&verify[..], &["--now", &NOW.to_string()]].concat()), 1, &["refused (expired)", help]);
    let hours =
        json!({ "iss": CLIENT, "iat": NOW - 2 * 3_600, "exp": NOW - 2 * 3_600 + 180, "qsh": hash("POST&/webhook&") });
    let remark = "its iat is 2 h behind: local time was perhaps taken for UTC (CON-10)";
    says(&diagnosed(&user, &["POST", url, &signed(&hours, "the shared secret")]), 1, &[remark]);
}

/// a hash that is right where documents and implementations dispute.
#[test]
fn a_disputed_hash_is_named_beside_the_right_one() {
    let user = User::new();
    let url = "https://acme.example.com/secure/attachment/12600/Some+Image+%28dev%29.png";
    let right = hash("GET&/secure/attachment/12600/Some+Image+%28dev%29.png&");
    let other = hash("GET&/secure/attachment/12600/Some+Image+(dev).png&");
    let answer = diagnosed(&user, &["GET", url, &right]);
    says(
        &answer,
        0,
        &[
            "disputed  QSH-P11: some implementations do this: the path is percent-decoded",
            &format!("          {other}\n"),
        ],
    );
    let json = diagnosed(&user, &["GET", url, &right, "--format", "json"]).json();
    assert_eq!(json["alternatives"][0]["qsh"], json!(other));
    let plain = diagnosed(&user, &["GET", "https://acme.example.com/a?b=c", &hash("GET&/a&b=c")]);
    assert!(!plain.stdout.contains("disputed"), "{plain:?}");
}

/// the token of the page, sent by its script to another URL of the app.
#[test]
fn the_token_of_a_page_is_not_good_for_its_scripts() {
    let user = User::new();
    let token = token(CLIENT, "GET&/panel&lic=none&xdm_e=https%3A%2F%2Facme.atlassian.net");
    let page = format!("https://app.example.com/panel?lic=none&xdm_e=https%3A%2F%2Facme.atlassian.net&jwt={token}");
    let sent = format!("GET /data HTTP/1.1\nHost: app.example.com\nReferer: {page}\nAuthorization: JWT {token}\n");
    let answer = diagnosed(&user, &[&sent]);
    says(
        &answer,
        0,
        &["the hash is that of GET https://app.example.com/panel?lic=none", "next      the token is that of the page"],
    );
    assert!(!answer.stdout.contains("eyJ"), "{answer:?}");
    let without = diagnosed(&user, &["GET", "https://app.example.com/data", &token]);
    says(&without, 1, &["next      find the URL that the product called", "AP.context.getToken()"]);
}

/// A token in a place where its receiver does not look.
#[test]
fn a_token_after_the_wrong_scheme_or_in_the_url_is_not_found_by_a_product() {
    let user = User::new();
    let url = format!("{SITE}/rest/api/3/myself");
    let token = token(APP, "GET&/rest/api/3/myself&");
    let expected = "            expected  header `Authorization: JWT …`\n";
    for pieces in [
        &["--", "curl", "-H", &format!("Authorization: Bearer {token}"), &url][..],
        &["GET", &format!("{url}?jwt={token}")],
        &["GET", &url, &format!("Authorization: {token}")],
    ] {
        let answer = diagnosed(&user, pieces);
        says(
            &answer,
            1,
            &[
                "no_token  a verifier does not look for the token there (PRD-2)",
                expected,
                "next      send the token in the header `Authorization: JWT …`",
            ],
        );
    }
    says(&diagnosed(&user, &["--", "curl", "-H", &format!("Authorization: JWT {token}"), &url]), 0, &["no objection"]);
    let none = diagnosed(&user, &["--", "curl", "-H", "Authorization: Basic YTpi", &url]);
    says(&none, 1, &["token     none is found", "(TRN-12)", "next      send the token in the header Authorization"]);
}

/// Messages alone are answered with their causes.
#[test]
fn a_message_alone_is_answered_with_its_causes() {
    let user = User::new();
    for (message, cause) in [
        ("jwt.exceptions.InvalidSignatureError: Signature verification failed", "Each callback brings a new secret."),
        (
            "{\"error\":\"invalid_grant\",\"error_description\":\"Expiration timestamp too far in the future\"}",
            "more than 60 seconds after `iat`",
        ),
        ("TokenExpiredError: jwt expired", "Dates are in milliseconds."),
        (
            "The app host returned HTTP response code 401 when we tried to contact it during installation",
            "accepts only a UUID as `kid`",
        ),
        ("HTTP/1.1 401 Unauthorized", "The hash is that of another request (CON-18)."),
    ] {
        says(
            &user.qsh(&["diagnose", message]),
            0,
            &["message   ", cause, "next      give the token and the request as well"],
        );
    }
    let json = user.qsh(&["diagnose", "Invalid audience", "--format", "json"]).json();
    assert_eq!(json["messages"][0]["title"], "Invalid audience, wrong audience, audience (aud) claim");
}

/// A context token, and a token that cannot be read, are answered as every other one.
#[test]
fn a_token_without_a_hash_is_judged_all_the_same() {
    let user = User::new();
    let context =
        signed(&json!({ "iss": CLIENT, "iat": NOW - 10, "exp": NOW - 5, "qsh": "context-qsh" }), "the shared secret");
    let answer = diagnosed(&user, &["GET", "https://app.example.com/data", &context]);
    says(&answer, 1, &["context token, because its qsh is context-qsh", "expired  the token's exp has passed"]);
    let none = signed(&json!({ "iss": CLIENT, "iat": NOW - 10, "exp": NOW + 170 }), "the shared secret");
    says(
        &diagnosed(&user, &["GET", "https://app.example.com/data", &none]),
        1,
        &["missing_claim  the token has no qsh (CON-17)", "next      find out who made it"],
    );
    let unreadable = diagnosed(&user, &["GET", "https://app.example.com/data", "--token", "secret"]);
    says(&unreadable, 1, &["token     cannot be read", "malformed  ", "next      copy the whole token"]);
}

/// A token of the page or of the framework, sent to a product.
#[test]
fn a_context_token_is_not_for_a_product() {
    let user = User::new();
    let claims = json!({ "iss": CLIENT, "iat": NOW - 10, "exp": NOW + 170, "qsh": "context-qsh" });
    let header = format!("Authorization: JWT {}", signed(&claims, "the shared secret"));
    let answer = diagnosed(&user, &["--", "curl", "-H", &header, &format!("{SITE}/rest/api/3/myself")]);
    let next = "next      make a token of the app for this request";
    says(&answer, 1, &["context_token  the request goes to Jira or Confluence", "(PRD-4)", next]);
}

/// The body of the installed callback has the client key, the key of the app and the secret.
#[test]
fn the_body_of_the_installed_callback_is_used_and_not_shown() {
    let user = User::new();
    let body = json!({
        "key": APP, "clientKey": CLIENT, "sharedSecret": "the shared secret", "baseUrl": format!("{SITE}/wiki"),
    });
    let body = user.write("installed.json", &body.to_string()).display().to_string();
    let file = format!("@{body}");
    let to_product = token(APP, "GET&/rest/api/content&");
    let good = diagnosed(&user, &["GET", "/wiki/rest/api/content", &to_product, &file]);
    says(&good, 0, &["signature made with the secret of the body of the installed callback", "next      read the log"]);
    let other = token("com.example.other", "GET&/rest/api/content&");
    says(
        &diagnosed(&user, &["GET", "/wiki/rest/api/content", &other, &file]),
        1,
        &["unknown_issuer", &format!("expected  {APP}\n")],
    );
    // A request of the product to the app: the base URL of the product is not the app's own.
    let of_product = token("another-client", "GET&/wiki/panel&");
    let answer = diagnosed(&user, &["GET", "https://app.example.com/wiki/panel?xdm_e=a&cv=b", &of_product, &file]);
    says(&answer, 1, &["unknown_issuer", &format!("expected  {CLIENT}\n")]);
    assert!(!answer.stdout.contains("base_removal"), "{answer:?}");
    let message = format!(
        "POST /installed HTTP/1.1\nHost: app.example.com\nContent-Type: application/json\n\n{}",
        std::fs::read_to_string(&body).unwrap()
    );
    for format in ["human", "json"] {
        let shown = diagnosed(&user, &[&message, &hash("GET&/installed&"), "--format", format]);
        assert!(!shown.stdout.contains("the shared secret"), "{shown:?}");
    }
}

/// Tokens and secrets in other parameters, in a form and in JSON.
#[test]
fn no_answer_shows_a_token_or_a_secret() {
    let user = User::new();
    let token = token(APP, "GET&/x&");
    for format in ["human", "json"] {
        let url = format!("https://app.example.com/x?token={token}&client_secret=s3cr3t&acpt={token}");
        let answer = diagnosed(&user, &["GET", &url, &hash("GET&/y&"), "--mistakes", "1", "--format", format]);
        assert!(!answer.stdout.contains("s3cr3t") && !answer.stdout.contains(&token[40..80]), "{answer:?}");
        let form = [
            "POST",
            "https://app.example.com/x",
            "--form",
            "password=s3cr3t",
            "--qsh",
            &hash("POST&/x&"),
            "--format",
            format,
        ];
        assert!(!diagnosed(&user, &form).stdout.contains("s3cr3t"));
    }
}

/// Kinds of tokens in the place of another kind.
#[test]
fn a_token_of_forge_is_not_for_a_product_and_a_passed_on_token_is_not_for_a_remote() {
    let user = User::new();
    let key = PrivateKey::from_pem(include_bytes!("../../../crates/auth/tests/keys/rsa.pkcs8.pem")).unwrap();
    let claims = json!({
        "iss": "forge/invocation-token", "aud": "ari:cloud:ecosystem::app/1", "iat": NOW, "nbf": NOW, "exp": NOW + 25,
    });
    let key_id = KeyId::parse("forge/invocation-token/k").unwrap();
    let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256).unwrap();
    let header = format!("Authorization: Bearer {}", token.as_str());
    let answer = diagnosed(&user, &["--", "curl", "-H", &header, &format!("{SITE}/rest/api/3/myself")]);
    says(
        &answer,
        1,
        &["the request goes to Jira or Confluence, which refuses a token of this kind (Forge invocation token)"],
    );
    let passed_on = format!("POST /remote HTTP/1.1\nHost: app.example.com\nx-forge-oauth-system: {}\n", token.as_str());
    says(
        &diagnosed(&user, &[&passed_on]),
        0,
        &["OAuth token of Forge", "the invocation token is the one after Bearer (FIT-13)"],
    );
    // An app that signs a request to a product with a private key.
    let claims = json!({ "iss": APP, "iat": NOW, "exp": NOW + 180, "qsh": hash("GET&/rest/api/3/myself&") });
    let own_key = KeyId::parse("com.example.app/k").unwrap();
    let signed = sign_with_key(claims.as_object().unwrap().clone(), &own_key, &key, Algorithm::Rs256).unwrap();
    let answer = diagnosed(&user, &["GET", &format!("{SITE}/rest/api/3/myself"), signed.as_str()]);
    says(&answer, 1, &["token of an app for a product", "algorithm_not_allowed", "next      sign with HS256"]);
}

/// What the signature covers, as a library writes it into its message.
#[test]
fn a_message_with_a_part_of_the_token_is_read() {
    let user = User::new();
    let token = token(APP, "GET&/x&");
    let (signed, _) = token.rsplit_once('.').unwrap();
    let answer = diagnosed(&user, &[&format!("Signature verification failed for input: {signed} with method sha256")]);
    says(&answer, 1, &["bad_signature  the token's signature has the wrong size"]);
    let undefined = diagnosed(&user, &["Authorization: JWT undefined", "GET", "https://app.example.com/x"]);
    says(&undefined, 1, &["token     none is found"]);
    let date = user.qsh(&["token", "inspect", &token, "--now", "2026-11-30T08:00:00Z"]);
    says(&date, 0, &["10 s ago"]);
    assert!(user.error(2, &["token", "inspect", &token, "--now", "soon"]).contains("expected Unix seconds"));
}

/// another method, a parent path and no query, in an error message with two hashes.
#[test]
fn a_hash_of_another_method_and_a_parent_path_is_found() {
    let user = User::new();
    let message = "Expecting claim 'qsh' to have value '9675…' but instead it has the value '43dee8a25a7cea6f0188bd9bd960ca7d35b63aae4dbd7e1dda22aee3f99efc1b'";
    let url = "https://api.example.com/connect/public/rest/api/1.0/cycles/search?versionId=-1&projectId=10000";
    let answer = diagnosed(&user, &["GET", url, "--base-url", "https://api.example.com/connect", message]);
    let right = "f70cf56b614320a4ececf67cdfce4b34ab731916a3b158a2358b1fbc44e39441";
    says(&answer, 0, &["POST&/public/rest/api/1.0/cycles&", right, "1. another_method with parent_path"]);
}

/// a parameter that the client dropped, because its value was `undefined`.
#[test]
fn a_parameter_that_was_hashed_and_not_sent_is_found() {
    let user = User::new();
    let url = format!("{SITE}/rest/api/3/search?jql=project+%3D+AB&maxResults=50");
    let hash = "ec4d7cfbc4b4a4777fe35dba82a8e8b012cd6719371e694aee238992d1cf5917";
    let answer = diagnosed(&user, &["GET", &url, hash]);
    says(&answer, 0, &["GET&/rest/api/3/search&jql=project%20%3D%20AB&maxResults=50&startAt=undefined"]);
}

/// a base path of four segments.
#[test]
fn a_base_path_of_any_depth_is_found() {
    let user = User::new();
    for (url, hashed) in [
        ("https://app.example.com/a/b/c/d/panel?x=1", "GET&/panel&x=1"),
        ("https://app.example.com/1/2/3/4/5/6/panel", "GET&/6/panel&"),
    ] {
        let answer = diagnosed(&user, &["GET", url, &hash(hashed)]);
        says(&answer, 0, &["1. base_guessed", hashed]);
    }
}

/// For Bitbucket, `sub` is the client key.
#[test]
fn a_request_to_bitbucket_names_the_tenant() {
    let user = User::new();
    user.write("secret.txt", "the shared secret");
    let url = "https://api.bitbucket.org/2.0/addon";
    let mut claims = json!({
        "iss": APP, "sub": "connection:1234567", "iat": NOW - 10, "exp": NOW + 170, "qsh": hash("GET&/2.0/addon&"),
    });
    let verify = |claims: &Value| {
        let token = signed(claims, "the shared secret");
        let args = ["token", "verify", "GET", url, "--token", &token, "--issuer", APP, "--secret-file", "secret.txt"];
        user.qsh(&[&args[..], &["--now", &NOW.to_string()]].concat())
    };
    says(&verify(&claims), 0, &["accepted from com.example.app"]);
    claims.as_object_mut().unwrap().remove("sub");
    says(
        &verify(&claims),
        1,
        &["refused (missing_claim): the token has no sub (PRD-7)", "token of an app for Bitbucket"],
    );
}
