//! `qsh diagnose` names the kind of a token, and what is wrong with it beside its hash. The cases are those that users
//! reported.

use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, SharedSecret, sign, sign_with_key};
use serde_json::{Value, json};

use super::User;

const CLIENT: &str = "574f8bdd-8dc4-35d3-9558-7bcea4e41de6";
const NOW: i64 = 1_796_025_600;
const URL: &str = "https://acme.atlassian.net/rest/api/3/project/recent";

/// The hash of a canonical request.
fn hash(canonical_request: &str) -> String {
    qsh_hash::Qsh::of_canonical(canonical_request.as_bytes()).to_string()
}

fn hs256(claims: &Value) -> String {
    let secret = SharedSecret::new("a shared secret").unwrap();
    sign(claims.as_object().unwrap().clone(), &secret).as_str().to_owned()
}

/// What the command says of the token: the lines from `token` on that belong to it.
fn said(user: &User, pieces: &[&str]) -> (i32, Vec<String>) {
    let now = NOW.to_string();
    let answer = user.qsh(&[&["diagnose"], pieces, &["--now", &now]].concat());
    let lines = answer.stdout.lines().skip_while(|line| !line.starts_with("token "));
    let of_token = lines.enumerate().take_while(|(place, line)| *place == 0 || line.starts_with("          "));
    (answer.code, of_token.map(|(_, line)| line.trim().to_owned()).collect())
}

#[test]
fn a_client_key_is_not_the_issuer_of_a_request_to_a_product() {
    let claims = json!({
        "iss": CLIENT, "aud": CLIENT, "iat": NOW - 10, "exp": NOW + 170, "qsh": hash("GET&/rest/api/3/project/recent&"),
    });
    let (code, lines) = said(&User::new(), &["GET", URL, &hs256(&claims)]);
    let expected = [
        "token     token of an app for a product, because the request goes to a product",
        "remark  its iss has the form of a client key: a product expects the key of the app, such as com.example.app (PRD-1)",
    ];
    assert_eq!((code, lines), (0, expected.map(str::to_owned).to_vec()));
}

#[test]
fn an_install_callback_is_judged_as_one() {
    let key = PrivateKey::from_pem(include_bytes!("../../../crates/auth/tests/keys/rsa.pkcs8.pem")).unwrap();
    let key_id = KeyId::parse("generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6g7h").unwrap();
    let claims = json!({
        "iss": CLIENT, "aud": ["https://app.example.com"], "iat": NOW - 10, "exp": NOW + 890, "qsh": hash("POST&/installed&"),
    });
    let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256).unwrap();
    let (code, lines) = said(&User::new(), &["POST", "https://app.example.com/installed", token.as_str()]);
    let expected = "token     install callback, because it is signed with a private key and has a qsh";
    assert_eq!((code, lines), (0, vec![expected.to_owned()]));
}

#[test]
fn an_assertion_is_judged_without_a_request() {
    let user = User::new();
    let mut claims = json!({
        "iss": "urn:atlassian:connect:clientid:abc", "sub": "urn:atlassian:connect:userkey:admin",
        "tnt": "https://acme.atlassian.net", "aud": "https://auth.atlassian.io", "iat": NOW, "exp": NOW + 60,
    });
    let (code, lines) = said(&user, &[&hs256(&claims)]);
    let expected = [
        "token     user-impersonation assertion, because its iss names an OAuth client id",
        "remark  its sub has a user key, which is deprecated: use urn:atlassian:connect:useraccountid: with an account id (IMP-3)",
        "remark  its aud is the older authorization server: see the newer one in the clause (IMP-5)",
    ];
    assert_eq!((code, lines), (0, expected.map(str::to_owned).to_vec()));
    claims["exp"] = json!(NOW + 180);
    let (code, lines) = said(&user, &[&hs256(&claims)]);
    assert_eq!((code, lines[1].as_str()), (1, "lifetime_too_long  the token is valid for too long (IMP-7)"));
    let answer = user.qsh(&["diagnose", &hs256(&claims), "--now", &NOW.to_string(), "--format", "json"]).json();
    assert_eq!(
        (&answer["token"]["kind"], &answer["token"]["objections"][0]["clause"]),
        (&json!("impersonation"), &json!("IMP-7"))
    );
}

#[test]
fn dates_that_are_wrong_are_told_with_their_likely_cause() {
    let user = User::new();
    let dated = |issued_at: i64, expires_at: i64| {
        let claims = json!({
            "iss": "com.example.app", "iat": issued_at, "exp": expires_at, "qsh": hash("GET&/rest/api/3/project/recent&"),
        });
        said(&user, &["GET", URL, &hs256(&claims)]).1[1..].to_vec()
    };
    assert_eq!(
        dated(NOW - 184, NOW - 4),
        [
            "expired  the token's exp has passed (CON-7)",
            "--now T checks at the time of a log, --leeway S allows for clocks that differ",
        ]
    );
    assert_eq!(
        dated(NOW + 7_200, NOW + 7_380),
        ["remark  its iat is 2 h ahead: local time was perhaps taken for UTC (CON-10)"]
    );
    assert_eq!(dated(NOW + 300, NOW + 480), ["remark  its iat is 300 s ahead: the clocks differ (CON-10)"]);
    assert_eq!(
        dated(NOW * 1_000, (NOW + 180) * 1_000),
        [
            "remark  its iat is in milliseconds: dates are in seconds (CON-13)",
            "remark  its exp is in milliseconds: dates are in seconds (CON-13)",
        ]
    );
}

#[test]
fn a_claim_that_is_the_canonical_request_is_wrong() {
    let claims =
        json!({ "iss": "com.example.app", "iat": NOW, "exp": NOW + 180, "qsh": "GET&/rest/api/3/project/recent&" });
    let answer = User::new().qsh(&["diagnose", "GET", URL, &hs256(&claims), "--now", &NOW.to_string()]);
    assert!(
        answer.stdout.contains("the claim is the canonical request itself: it has to be its SHA-256\n"),
        "{answer:?}"
    );
    assert!(!answer.stdout.contains("This is the right hash"), "{answer:?}");
}

#[test]
fn a_token_in_the_url_is_not_shown() {
    let url = "https://app.example.com/panel?lic=none&jwt=eyJh.eyJp.c2ln&x=1";
    let answer = User::new().qsh(&["diagnose", "GET", url, "--qsh", &hash("GET&/panel&lic=none&x=1")]);
    assert!(answer.stdout.contains("?lic=none&jwt=**************&x=1"), "{answer:?}");
    assert!(!format!("{answer:?}").contains("eyJ"), "{answer:?}");
}

#[test]
fn a_known_host_has_one_base_url_in_every_command() {
    let user = User::new();
    user.write("secret.txt", "a shared secret");
    let url = "https://acme.atlassian.net/wiki/rest/api/content?limit=5";
    let secret = ["--secret-file", "secret.txt", "--now", "1000"];
    let sign = [&["token", "sign", "GET", url, "--issuer", "app"], &secret[..]].concat();
    let token = user.qsh(&sign).stdout.trim().to_owned();
    let verify = [&["token", "verify", "GET", url, "--issuer", "app", "--token", &token], &secret[..]].concat();
    assert_eq!(user.qsh(&verify).code, 0);
    assert_eq!(user.qsh(&[&verify[..], &["--base-url", ""]].concat()).code, 1);
}
