//! `qsh token sign|verify|inspect`.

use insta::assert_snapshot;
use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, sign_with_key};
use serde_json::json;

use super::User;

const URL: &str = "https://app.example.com/panel?issue=QSH-1";
const BASE: [&str; 2] = ["--base-url", "https://app.example.com"];
const SECRET: [&str; 2] = ["--secret-file", "secret.txt"];
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/auth/tests/keys");

fn key(name: &str) -> String {
    format!("{KEYS}/{name}.pem")
}

fn public_key(key_id: &str, name: &str) -> String {
    format!("{key_id}={}", key(name))
}

/// A user with a secret in `secret.txt`.
fn user() -> User {
    let user = User::new();
    user.write("secret.txt", "a shared secret\n");
    user
}

impl User {
    fn signed(&self, more: &[&str]) -> String {
        let args =
            [&["token", "sign", "GET", URL, "--issuer", "client", "--now", "1000"], &BASE[..], &SECRET, more].concat();
        let answer = self.qsh(&args);
        assert_eq!(answer.code, 0, "{answer:?}");
        answer.stdout.trim().to_owned()
    }

    fn verified(&self, token: &str, more: &[&str]) -> (i32, String) {
        let args = [&["token", "verify", "GET", URL, "--token", token, "--issuer", "client"], &BASE[..], &SECRET, more];
        let answer = self.qsh(&args.concat());
        (answer.code, answer.stdout)
    }
}

#[test]
fn what_is_signed_is_accepted_in_its_time_for_its_request_and_with_its_secret() {
    let user = user();
    let token = user.signed(&["--claim", "sub=\"user\""]);
    let (code, accepted) = user.verified(&token, &["--now", "1180"]);
    assert_eq!(code, 0);
    assert_snapshot!(accepted, @r#"
    accepted from client
      exp  1180
      iat  1000
      iss  "client"
      qsh  "de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30"
      sub  "user"
    "#);
    assert_snapshot!(user.verified(&token, &["--now", "1181"]).1, @"
    refused (expired): the token's exp has passed (CON-7)
    token     token of a product for one URL, as given
              expired  the token's exp has passed (CON-7)
              --now T checks at the time of a log, --leeway S allows for clocks that differ
    signature made with the secret of secret.txt
    right     de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30
              GET&/panel&issue=QSH-1
    next      make a new token for each request; if it was new, set the clocks of both sides
    ");
    assert_eq!(user.verified(&token, &["--now", "1181", "--leeway", "1"]).0, 0);
    let (_, refused) = user.verified(&token, &["--now", "1000", "--context"]);
    assert_snapshot!(refused, @"
    refused (context_token): the token is bound to a URL, and the endpoint accepts only context tokens (CTX-4)
    token     context token, as given
              context_token  the token is bound to a URL, and the endpoint accepts only context tokens (CTX-4), open: another receiver may accept it
                found     de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30
                expected  context-qsh
    signature made with the secret of secret.txt
    next      use a context token at this URL: AP.context.getToken()
    ");
    user.write("secret.txt", "another");
    let (code, refused) = user.verified(&token, &["--now", "1000"]);
    assert!(refused.starts_with("refused (bad_signature): the signature does not verify (JWT-17)\n"), "{refused}");
    assert!(refused.contains("\nsignature wrong: not made with the secret\n"), "{refused}");
    assert_eq!(code, 1);
    user.write("secret.txt", &format!("\"{}\"", "a shared secret"));
    let (_, refused) = user.verified(&token, &["--now", "1000"]);
    assert!(refused.contains("the quotes around the secret were removed (JWT-18)\n"), "{refused}");
}

#[test]
fn a_mismatch_shows_both_hashes_and_the_mistake() {
    let user = user();
    let token = user.signed(&[]);
    let args = ["token", "verify", "GET", "/panel?issue=QSH-2", "--token", &token, "--issuer", "client"];
    let answer = user.qsh(&[&args[..], &["--secret-file", "secret.txt", "--now", "1000"]].concat());
    assert_eq!(answer.code, 1);
    assert_snapshot!(answer.stdout.lines().take(7).collect::<Vec<_>>().join("\n"), @"
    refused (qsh_mismatch): the token's qsh is not the hash of the request (CON-18)
    token     token of a product for one URL, as given
              qsh_mismatch  the token's qsh is not the hash of the request (CON-18)
    signature made with the secret of secret.txt
    wrong     de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30
    right     4b491e81780cdddb31458a7bdbef12f9343899ddcfb145eb8fa89339baf02c6e
              GET&/panel&issue=QSH-2
    ");
    let inspect = |url: &str| user.qsh(&["token", "inspect", &token, "POST", url, "--now", "1000"]);
    let inspected = inspect("/panel?issue=QSH-1");
    assert_eq!(inspected.code, 1);
    assert!(inspected.stdout.contains("\n1. another_method\n"), "{inspected:?}");
    // The three commands end in the same words.
    let diagnosed = user.qsh(&["diagnose", "POST", "/panel?issue=QSH-1", &token, "--now", "1000"]);
    let from_the_kind = |text: &str| text[text.find("token     ").unwrap()..].to_owned();
    assert_eq!(from_the_kind(&diagnosed.stdout), from_the_kind(&inspected.stdout));
}

#[test]
fn a_secret_comes_from_a_file_the_environment_or_stdin() {
    let user = user();
    let token = user.signed(&[]);
    let verify = ["token", "verify", "GET", URL, "--token", &token, "--issuer", "client", "--now", "1000"];
    let verify = [&verify[..], &BASE].concat();
    let by_environment = |name: &str, more: &[&str]| {
        let mut command = user.command(&[&verify[..], more].concat());
        command.env(name, "a shared secret").output().unwrap().status.code()
    };
    assert_eq!(by_environment("QSH_SHARED_SECRET", &[]), Some(0));
    assert_eq!(by_environment("MINE", &["--secret-env", "MINE"]), Some(0));
    let mut command = user.command(&[&verify[..], &["--secret-file", "-"]].concat());
    let piped = command.stdin(std::fs::File::open(user.path("secret.txt")).unwrap()).output().unwrap();
    assert_eq!(piped.status.code(), Some(0));
    assert_snapshot!(user.error(2, &verify), @"error: no shared secret: give --secret-file FILE, or set the environment variable QSH_SHARED_SECRET");
    user.write("empty.txt", "\n");
    assert_snapshot!(user.error(2, &[&verify[..], &["--secret-file", "empty.txt"]].concat()), @"error: empty.txt: the shared secret is empty");
}

#[test]
fn an_asap_token_is_signed_with_a_private_key_and_verified_with_its_public_one() {
    let user = User::new();
    let private = key("p256.pkcs8");
    let sign = ["token", "sign", "--issuer", "svc", "--key-id", "svc/k1", "--audience", "api", "--now", "1000"];
    let sign = [&sign[..], &["--private-key", &private]].concat();
    let token = user.qsh(&sign).stdout.trim().to_owned();
    let verify = |public: &str, more: &[&str]| {
        let args = [&["token", "verify", "--token", &token, "--public-key", public, "--now", "1100"], more].concat();
        let answer = user.qsh(&[&args[..], &["--format", "json"]].concat());
        (answer.code, answer.json())
    };
    let (code, accepted) = verify(&public_key("svc/k1", "p256.spki"), &["--audience", "api"]);
    assert_eq!((code, &accepted["issuer"], &accepted["claims"]["aud"]), (0, &json!("svc"), &json!("api")));
    let (code, refused) = verify(&public_key("svc/k1", "p256.spki"), &["--audience", "another"]);
    assert_eq!((code, &refused["rejected"]["reason"]), (1, &json!("audience_mismatch")));
    let (code, refused) = verify(&public_key("svc/k2", "p256.spki"), &["--audience", "api"]);
    assert_eq!((code, &refused["rejected"]["reason"]), (1, &json!("unknown_key")));
    let error = |more: &[&str]| user.error(2, &[&sign[..], more].concat());
    let argued =
        ["token", "verify", "--token", &token, "--public-key", "svc/k1=x", "--audience", "api", "--issuer", "svc"];
    assert!(user.error(2, &argued).starts_with("error: --issuer requires METHOD and URL"));
    assert_snapshot!(error(&["--lifetime", "3601"]), @"error: the claims are not those of a good token: no verifier would accept the token: the token is valid for too long (ASAP-17)");
    assert_snapshot!(error(&["--algorithm", "RS256"]), @"error: the token cannot be signed: the algorithm needs another kind of key");
    assert_snapshot!(error(&["--algorithm", "HS256"]), @"error: --algorithm HS256: expected one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512");
    assert_snapshot!(error(&["--claim", "x"]), @"error: --claim x: expected NAME=JSON");
    assert_snapshot!(error(&["--claim", "x=y"]), @r#"error: --claim x=y: expected JSON after the =, such as "text" or 7: expected value at line 1 column 1"#);
}

#[test]
fn an_install_callback_is_verified_for_its_tenant_and_its_app() {
    let user = User::new();
    let private = PrivateKey::from_pem(std::fs::read(key("rsa.pkcs8")).unwrap()).unwrap();
    let request = qsh_hash::Request::new("POST", "/installed").unwrap();
    let claims = json!({
        "iss": "client", "aud": "https://app.example.com", "iat": 1_000, "exp": 1_900,
        "qsh": qsh_hash::hash(&request).as_str(),
    });
    let claims = claims.as_object().unwrap().clone();
    let token = sign_with_key(claims, &KeyId::parse("k1").unwrap(), &private, Algorithm::Rs256).unwrap();
    let verified = |url: &str, issuer: &str, audience: &str, public: &str| {
        let args = ["token", "verify", "POST", url, "--token", token.as_str(), "--now", "1000", "--issuer", issuer];
        let answer = user.qsh(&[&args[..], &["--audience", audience, "--public-key", public]].concat());
        (answer.code, answer.stdout.lines().next().unwrap_or_default().to_owned())
    };
    let (app, good) = ("https://app.example.com", public_key("k1", "rsa.spki"));
    assert_eq!(verified("/installed", "client", app, &good), (0, "accepted from client".to_owned()));
    let refused = |url: &str, issuer: &str, audience: &str, public: &str| {
        let (code, line) = verified(url, issuer, audience, public);
        assert_eq!(code, 1);
        line.split_once(')').unwrap().0.trim_start_matches("refused (").to_owned()
    };
    assert_eq!(refused("/installed", "another", app, &good), "unknown_issuer");
    assert_eq!(refused("/installed", "client", "https://app.example.com.evil.example", &good), "audience_mismatch");
    assert_eq!(refused("/uninstalled", "client", app, &good), "qsh_mismatch");
    assert_eq!(refused("/installed", "client", app, &public_key("k2", "rsa.spki")), "unknown_key");
    assert_eq!(refused("/installed", "client", app, &public_key("k1", "p256.spki")), "algorithm_not_allowed");
}

#[test]
fn what_is_given_twice_or_stands_for_itself_is_refused() {
    let user = user();
    let sign =
        |more: &[&str]| user.error(2, &[&["token", "sign", "GET", "/", "--issuer", "app"], &SECRET[..], more].concat());
    for claim in ["iss=\"x\"", "iat=1", "exp=1", "qsh=\"context-qsh\""] {
        assert!(sign(&["--claim", claim]).ends_with(", which the signer sets itself"), "{claim}");
    }
    assert_snapshot!(sign(&["--claim", "nbf=\"soon\""]), @"error: no verifier would accept the token: the token's nbf is not a number (CON-13)");
    assert_snapshot!(sign(&["--claim", "a=1", "--claim", "a=2"]), @"error: --claim a: given twice");
    assert_snapshot!(sign(&["--now", "9223372036854775807"]), @"error: --now 9223372036854775807: the token would not expire");
    let verify = |more: &[&str]| user.error(2, &[&["token", "verify", "--audience", "api", "--token"], more].concat());
    let (one, other) = (public_key("svc/k1", "p256.spki"), public_key("svc/k1", "p384.spki"));
    assert!(
        verify(&["a.b.c", "--public-key", &one, "--public-key", &other]).ends_with(": this key id was given twice")
    );
    assert_snapshot!(verify(&["-", "--public-key", "svc/k1=-"]), @"error: stdin can be read only once: expected one - among the arguments");
}

#[test]
fn an_inspection_tells_everything_that_a_verifier_would_object_to() {
    let user = User::new();
    // {"alg":"none"} and {"iss":"app","exp":1000,"iat":2000}
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcHAiLCJleHAiOjEwMDAsImlhdCI6MjAwMH0.";
    let answer = user.qsh(&["token", "inspect", token, "--now", "1060"]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(answer.stdout, @r#"
    header  unverified
      alg  "none"
    claims  unverified
      exp  1000  1970-01-01T00:16:40Z, 60 s ago
      iat  2000  1970-01-01T00:33:20Z, in 940 s
      iss  "app"
    token     token of a product for one URL, because it has no mark of another kind
              algorithm_not_allowed  the token's alg is not HS256 (JWT-8)
                found     none
                expected  HS256
              expired  the token's exp has passed (CON-7)
              missing_claim  the token has no qsh (CON-17)
              --now T checks at the time of a log, --leeway S allows for clocks that differ
              remark  its iat is 940 s ahead: the clocks differ (CON-10)
              remark  its exp is not after its iat (CON-12)
    unchecked iss (--issuer), qsh (METHOD URL), signature (--secret-file)
    next      refuse it: a product signs such a token with HS256
    "#);
    let asap = user.qsh(&["token", "inspect", token, "--asap", "api", "--now", "1060", "--format", "json"]).json();
    let clauses: Vec<_> =
        asap["objections"].as_array().unwrap().iter().map(|objection| objection["clause"].clone()).collect();
    assert_eq!(json!(clauses), json!(["ASAP-2", "ASAP-5", "ASAP-12", "ASAP-12", "ASAP-18", "ASAP-14", "ASAP-15"]));
    let good = self::user();
    let token = good.signed(&[]);
    let context = good.qsh(&["token", "inspect", &token, "--context", "--now", "1000"]);
    assert_eq!(context.code, 1);
    assert!(context.stdout.contains("context_token  the token is bound to a URL"), "{context:?}");
    let answer = good.qsh(&[&["token", "inspect", &token, "GET", URL, "--now", "1000"], &BASE[..]].concat());
    assert_eq!(answer.code, 0);
    assert_snapshot!(answer.stdout, @r#"
    header  unverified
      alg  "HS256"
      typ  "JWT"
    claims  unverified
      exp  1180  1970-01-01T00:19:40Z, in 180 s
      iat  1000  1970-01-01T00:16:40Z, now
      iss  "client"
      qsh  "de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30"
    token     token of a product for one URL, because it has a qsh
    right     de07f788a758013079e748c25ca76b832d533ae4faeaa7a85ff9048aafe8ce30
              GET&/panel&issue=QSH-1
    unchecked iss (--issuer), signature (--secret-file)
    next      no objection: check what is unchecked, with the options above
    "#);
}

#[test]
fn an_inspection_says_what_was_found_and_what_was_expected() {
    let user = user();
    let sign = ["token", "sign", "GET", URL, "--issuer", "574f8bdd-8dc4-35d3-9558-7bcea4e41de6", "--now", "1000"];
    let token = user.qsh(&[&sign[..], &SECRET, &BASE].concat()).stdout.trim().to_owned();
    let args = [
        "token",
        "inspect",
        &token,
        "GET",
        "/another",
        "--now",
        "1000",
        "--kind",
        "app",
        "--issuer",
        "com.example.app",
    ];
    let answer = user.qsh(&args);
    assert_eq!(answer.code, 1);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert_snapshot!(lines[8..13].join("\n"), @r#"
    token     token of an app for a product, as given
              unknown_issuer  the token's iss is not the key of the app (PRD-1)
                found     574f8bdd-8dc4-35d3-9558-7bcea4e41de6
                expected  com.example.app
              qsh_mismatch  the token's qsh is not the hash of the request (CON-18)
    "#);
}

#[test]
fn an_assertion_is_signed_for_a_minute_and_has_no_hash() {
    let user = user();
    let sign =
        ["token", "sign", "--account-id", "557058:1", "--client-id", "abc", "--site", "https://acme.atlassian.net"];
    let sign = [&sign[..], &SECRET, &["--now", "1000"]].concat();
    let signed = user.qsh(&[&sign[..], &["--format", "json"]].concat()).json();
    let claims = json!({
        "iss": "urn:atlassian:connect:clientid:abc", "sub": "urn:atlassian:connect:useraccountid:557058:1",
        "tnt": "https://acme.atlassian.net", "aud": "https://oauth-2-authorization-server.services.atlassian.com",
        "iat": 1000, "exp": 1060,
    });
    assert_eq!(signed["claims"], claims);
    let inspected = user.qsh(&["token", "inspect", signed["token"].as_str().unwrap(), "--now", "1000"]);
    assert_eq!(inspected.code, 0);
    assert_snapshot!(inspected.stdout.lines().skip(10).collect::<Vec<_>>().join("\n"), @"
    token     user-impersonation assertion, because its iss names an OAuth client id
    unchecked iss (--issuer), aud (--audience), signature (--secret-file)
    next      no objection: check what is unchecked, with the options above
    ");
    assert_snapshot!(user.error(2, &[&sign[..], &["--lifetime", "180"]].concat()), @"error: no verifier would accept the token: the token is valid for too long (IMP-7)");
}

#[test]
fn no_error_repeats_a_token_or_a_secret() {
    let user = User::new();
    user.write("secret.txt", "the secret hush");
    user.write("key.pem", "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n");
    for args in [
        &["token", "inspect", "hush.hush.hush"][..],
        &["token", "verify", "GET", "/", "--token", "hush", "--issuer", "c", "--secret-file", "secret.txt"],
        &["token", "verify", "GET", "/", "--token", "hush", "--issuer", "c"],
        &["token", "verify", "--token", "a.b.c", "--audience", "a", "--public-key", "k=secret.txt"],
        &["token", "sign", "--issuer", "k", "--key-id", "k/1", "--audience", "a", "--private-key", "key.pem"],
        &["token", "sign", "--issuer", "k", "--key-id", "k/1", "--audience", "a", "--private-key", "secret.txt"],
    ] {
        let answer = user.qsh(args);
        assert_ne!(answer.code, 0);
        assert!(!format!("{}{}", answer.stdout, answer.stderr).contains("hush"), "{answer:?}");
    }
}

#[test]
fn a_key_that_cannot_be_got_is_no_refusal() {
    let user = User::new();
    let private = key("p256.pkcs8");
    let sign =
        ["token", "sign", "--issuer", "svc", "--key-id", "svc/k1", "--audience", "api", "--private-key", &private];
    let token = user.qsh(&sign).stdout.trim().to_owned();
    let error = |repository: &str| {
        user.error(2, &["token", "verify", "--token", &token, "--audience", "api", "--key-repository", repository])
    };
    assert_snapshot!(error("http://keys.example/"), @"error: --key-repository http://keys.example/: the address of a key repository begins with https:// and ends with a slash, without user or query");
    // No server listens on this port.
    assert!(error("https://127.0.0.1:1/").starts_with("error: cannot get the key: "));
}

/// Commands that take a token as their last argument.
const TAKERS: [&[&str]; 3] = [
    &["token", "inspect"],
    &["token", "verify", "--audience", "api", "--public-key", "k=key.pem", "--token"],
    &["diagnose", "GET", "/", "--token"],
];

#[test]
fn what_is_pasted_around_a_token_does_not_matter_wherever_it_is_given() {
    let user = user();
    user.write("key.pem", &std::fs::read_to_string(key("p256.spki")).unwrap());
    let token = user.signed(&[]);
    let (front, back) = token.split_at(40);
    user.write("token.txt", &format!("Authorization: JWT {front}\n  {back}\n"));
    for command in TAKERS {
        let answer = |given: &str| {
            let answer = user.qsh(&[command, &[given]].concat());
            assert!(answer.code < 2 && answer.stderr.is_empty(), "{given}: {answer:?}");
            answer.stdout
        };
        let expected = answer(&token);
        for pasted in [
            format!("JWT {token}"),
            format!("Authorization: bearer {token}"),
            format!("'{token}'"),
            format!("https://app.example.com/panel?lic=active&jwt={token}"),
            format!("{front}\r\n{back}"),
            "@token.txt".to_owned(),
        ] {
            // The time of an inspection may pass to the next second.
            assert_eq!(answer(&pasted).lines().next(), expected.lines().next(), "{pasted}");
        }
        let by_name = user.qsh(&[command, &["token.txt"]].concat());
        assert_eq!(by_name.stdout.lines().next(), expected.lines().next());
        assert_eq!(by_name.stderr, "note: took token.txt for the name of a file\n");
    }
}

#[test]
fn what_is_no_token_is_refused_in_one_line_wherever_it_is_given() {
    let user = user();
    user.write("key.pem", &std::fs::read_to_string(key("p256.spki")).unwrap());
    for command in TAKERS {
        let error = |token: &str| user.error(2, &[command, &[token]].concat());
        assert_eq!(error(" "), "error: expected a token, found nothing");
        assert_eq!(error("some words"), "error: expected one token, such as JWT eyJ….eyJ….…, found another text");
        assert!(error("@none.txt").starts_with("error: cannot read none.txt: "));
    }
}
