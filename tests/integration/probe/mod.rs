//! `qsh probe` against real servers on loopback.

mod apps;
mod callbacks;
mod frameworks;
mod keys;
mod proxies;

use std::io::Write;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use apps::now;
use apps::{HOLES, SECRET, TENANT, by, judge, sound, with};
use qsh::suite::case::Endpoint;
use qsh_diagnose::{Deviation, Dialect, Part};
use serde_json::Value;

use crate::server::{Answer, Seen, Server};

/// Runs `qsh probe` with the secret of the tests.
fn probe(url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["probe", url, "--client-key", TENANT]).args(arguments);
    if !arguments.contains(&"--base-url") {
        command.args(["--base-url", "http://app.test"]);
    }
    command.env("QSH_SHARED_SECRET", SECRET).output().unwrap()
}

/// The report of a probe, and its exit code.
fn report(url: &str, arguments: &[&str]) -> (Value, i32) {
    let output = probe(url, &[arguments, &["--format", "json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    (
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{errors}")),
        output.status.code().unwrap(),
    )
}

fn causes(report: &Value) -> Vec<&str> {
    report["probe"]["findings"].as_array().unwrap().iter().map(|it| it["cause"].as_str().unwrap()).collect()
}

#[test]
fn a_sound_app_has_no_finding() {
    let server = Server::start(sound);
    let (report, code) = report(&server.url("/panel?issue=QSH-1"), &[]);
    assert_eq!((causes(&report), code), (vec![], 0), "{}", report["probe"]);
    let entry = &report["probe"];
    assert_eq!(entry["leeway"], 30);
    assert_eq!(entry["canonicalizer"]["choices"], serde_json::json!([]));
    assert_eq!(entry["inconclusive"], serde_json::json!([]));
    // Every request is counted, and there are not more than a thousand.
    let requests = usize::try_from(entry["requests"].as_u64().unwrap()).unwrap();
    assert_eq!(requests, server.served());
    assert!((150..1_000).contains(&requests), "{requests}");
}

/// A token after another scheme, or in a cookie.
#[test]
fn tokens_in_other_places_are_found() {
    let server = Server::start(|seen| {
        let moved = seen.headers.iter().map(|(name, value)| match value.strip_prefix("Bearer ") {
            Some(token) => (name.clone(), format!("JWT {token}")),
            None => (name.clone(), value.clone()),
        });
        sound(&Seen { headers: moved.collect(), ..seen.clone() })
    });
    let (report, code) = report(&server.url("/"), &[]);
    assert_eq!((causes(&report), code), (vec!["token_of_another_scheme"], 1), "{}", report["probe"]["findings"]);
}

/// Holes that need more than a change of a token: the token is good for more requests, another place is not checked, errors
/// are taken for success, or the app remembers.
#[test]
fn holes_around_the_token_are_found() {
    let target = "/space/panel?issue=QSH-1";
    let found = |app: Box<dyn Fn(&Seen) -> Answer + Send>| {
        let server = Server::start(app);
        let (report, code) = report(&server.url(target), &[]);
        assert_eq!(code, 1, "{}", report["probe"]);
        causes(&report).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    // The app computes the hash of one path, whatever path is called.
    let one_path = |seen: &Seen| {
        let query = seen.target.split_once('?').map_or("", |(_, query)| query);
        sound(&Seen { target: format!("/space/panel?{query}"), ..seen.clone() })
    };
    assert!(found(Box::new(one_path)).contains(&"path_unchecked".to_owned()));
    // The app looks at the first segment only.
    let by_prefix = |seen: &Seen| match seen.target.strip_prefix("/space/panel/qsh-probe") {
        Some(query) => sound(&Seen { target: format!("/space/panel{query}"), ..seen.clone() }),
        None => sound(seen),
    };
    assert_eq!(found(Box::new(by_prefix)), ["path_unchecked"]);
    // The app accepts the hash of the request that was probed for any query.
    let any_query = |seen: &Seen| match sound(seen) {
        (401, _) => sound(&Seen { target: "/space/panel?issue=QSH-1".to_owned(), ..seen.clone() }),
        answer => answer,
    };
    assert_eq!(found(Box::new(any_query)), ["path_unchecked", "query_unchecked"]);
    // The token in the parameter is not checked.
    let parameter = |seen: &Seen| {
        let token = seen.target.split_once("jwt=").map(|(_, token)| token.split('&').next().unwrap());
        let parts = token.filter(|token| token.matches('.').count() == 2).and_then(apps::Token::read);
        if parts.is_some_and(|token| token.claims.get("iss").is_some_and(|iss| iss == TENANT)) {
            (200, "welcome")
        } else {
            sound(seen)
        }
    };
    let causes = found(Box::new(parameter));
    assert!(
        causes.contains(&"signature_unchecked".to_owned()) && causes.contains(&"hash_unchecked".to_owned()),
        "{causes:?}"
    );
    // An error in reading a token is taken for success.
    let error_is_success = |seen: &Seen| {
        let token = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT "));
        if token.is_some_and(|token| apps::Token::read(token).is_none()) { (200, "welcome") } else { sound(seen) }
    };
    assert_eq!(found(Box::new(error_is_success))[0], "malformed_unchecked");
    // Whoever comes after a good request needs no token.
    let seen_good = AtomicUsize::new(0);
    let remembers = move |seen: &Seen| match sound(seen) {
        (200, words) => {
            seen_good.fetch_add(1, Ordering::SeqCst);
            (200, words)
        }
        _ if seen_good.load(Ordering::SeqCst) > 0 => (200, "welcome back"),
        answer => answer,
    };
    assert_eq!(found(Box::new(remembers)), ["remembers_requests"]);
    // After a good request, any token is good.
    let seen_good = AtomicUsize::new(0);
    let any_token = move |seen: &Seen| match sound(seen) {
        (200, words) => {
            seen_good.fetch_add(1, Ordering::SeqCst);
            (200, words)
        }
        _ if seen_good.load(Ordering::SeqCst) > 0 && seen.headers.iter().any(|(name, _)| name == "Authorization") => {
            (200, "welcome back")
        }
        answer => answer,
    };
    assert_eq!(found(Box::new(any_token)), ["remembers_requests"]);
    // The hash of the path alone is good, too.
    let path_alone = |seen: &Seen| match sound(seen) {
        (401, _) => sound(&Seen { target: seen.target.split('?').next().unwrap().to_owned(), ..seen.clone() }),
        answer => answer,
    };
    assert_eq!(found(Box::new(path_alone)), ["query_unchecked"]);
}

/// A tenant that the app does not know has a secret all the same, and a token brings its own key.
#[test]
fn secrets_that_anybody_knows_are_found() {
    for secret in ["", "None", "undefined"] {
        let server = Server::start(move |seen: &Seen| {
            let token =
                seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT ")).and_then(apps::Token::read);
            let is_unknown =
                |token: &apps::Token| token.claims.get("iss").is_some_and(|iss| iss == "qsh-probe-unknown-tenant");
            if token.is_some_and(|token| is_unknown(&token) && token.is_signed_with(secret)) {
                (200, "welcome")
            } else {
                sound(seen)
            }
        });
        let (report, _) = report(&server.url("/panel"), &[]);
        assert_eq!(causes(&report), ["known_secret"], "{secret:?}: {}", report["probe"]["findings"]);
    }
    let server = Server::start(|seen: &Seen| {
        let token = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT ")).and_then(apps::Token::read);
        let is_own = |token: &apps::Token| token.header.get("jwk").is_some_and(|key| key["kty"] == "RSA");
        if token.is_some_and(|token| is_own(&token)) { (200, "welcome") } else { sound(seen) }
    });
    let (report, _) = report(&server.url("/panel"), &[]);
    assert_eq!(causes(&report), ["key_of_the_token"], "{}", report["probe"]["findings"]);
}

#[test]
fn an_app_that_reads_the_parameter_only_is_probed_there() {
    let by_query = |seen: &Seen| sound(&Seen { headers: Vec::new(), ..seen.clone() });
    let server = Server::start(by_query);
    let (report, code) = report(&server.url("/panel?x=1"), &["--token-in", "query"]);
    // It refuses tokens in the header field, which products send, too.
    assert_eq!((causes(&report), code), (vec!["TRN-4"], 1), "{}", report["probe"]["findings"]);
}

#[test]
fn each_hole_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for hole in HOLES {
        let server = Server::start(with(hole.repair));
        let (report, code) = report(&server.url("/panel?issue=QSH-1"), &[]);
        if (causes(&report), code) != (vec![hole.cause], 1) {
            wrong.push(format!("{}, exit {code}: {:#}", hole.cause, report["probe"]["findings"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_app_that_asks_for_no_token_is_one_finding() {
    let server = Server::start(|_| (200, "welcome"));
    let (report, code) = report(&server.url("/panel"), &[]);
    assert_eq!((causes(&report), code), (vec!["no_authentication"], 1));
    assert_eq!(server.served(), 1);
}

#[test]
fn an_app_that_fails_is_one_finding() {
    let server = Server::start(|seen| match sound(seen) {
        (401, _) if !seen.headers.iter().any(|(name, _)| name == "Authorization") => (401, "no"),
        (401, _) => (500, "Traceback (most recent call last)"),
        answer => answer,
    });
    let (report, code) = report(&server.url("/panel"), &[]);
    assert_eq!((causes(&report), code), (vec!["fails_instead_of_refusing"], 1), "{}", report["probe"]["findings"]);
}

/// What the probe says about an app that refuses the good request.
fn help(app: impl Fn(&Seen) -> Answer + Send + 'static, target: &str, arguments: &[&str]) -> Value {
    let server = Server::start(app);
    let (report, code) = report(&server.url(target), arguments);
    assert_eq!((causes(&report), code), (vec![], 3), "{}", report["probe"]);
    report["probe"]["help"].clone()
}

#[test]
fn what_would_be_accepted_is_found_by_asking() {
    // A proxy removes /app before the app sees the path.
    let without_prefix = |seen: &Seen| {
        let target = seen.target.strip_prefix("/app").unwrap_or(&seen.target).to_owned();
        sound(&Seen { target, ..seen.clone() })
    };
    let found = help(without_prefix, "/app/panel?x=1", &[]);
    assert_eq!(found["because"], "the app computes the hash of the path without /app");
    assert_eq!(found["options"], serde_json::json!(["--base-url http://app.test/app"]));

    // A proxy adds a prefix that the app does not know of.
    let with_prefix = |seen: &Seen| sound(&Seen { target: format!("/api{}", seen.target), ..seen.clone() });
    let found = help(with_prefix, "/panel", &[]);
    assert_eq!(found["because"], "the app computes the hash of the path with /api before it");

    // The app's base URL has a path, and the given one has none; then the other way round.
    let with_base = |seen: &Seen| judge(seen, "http://app.test/app", Endpoint::Url);
    let found = help(with_base, "/app/panel", &[]);
    assert_eq!(found["options"], serde_json::json!(["--base-url http://app.test/app"]));
    let found = help(sound, "/app/panel", &["--base-url", "http://app.test/app"]);
    assert_eq!(found["because"], "the app computes the hash of the whole path, with the path of its base URL");

    let found = help(|seen| judge(seen, "http://app.test", Endpoint::Context), "/panel", &[]);
    assert_eq!(found["options"], serde_json::json!(["--endpoint context"]));

    // A proxy decodes the path, or merges its slashes.
    let decoded = |seen: &Seen| sound(&Seen { target: seen.target.replace("%41", "A"), ..seen.clone() });
    let found = help(decoded, "/panel/%41", &[]);
    assert!(found["because"].as_str().unwrap().contains("(path_escapes=decoded)"), "{found}");
    let merged = |seen: &Seen| sound(&Seen { target: seen.target.replace("//", "/"), ..seen.clone() });
    let found = help(merged, "/panel//a", &[]);
    assert!(found["because"].as_str().unwrap().contains("(path_segments=slashes_collapsed)"), "{found}");

    // The app takes the token from the query only, or after Bearer only.
    let by_query = |seen: &Seen| sound(&Seen { headers: Vec::new(), ..seen.clone() });
    assert!(help(by_query, "/panel", &[])["because"].as_str().unwrap().contains("parameter jwt"));
    let by_bearer = |seen: &Seen| {
        if seen.target.contains("jwt=") {
            return (401, "no");
        }
        let headers = seen.headers.iter().filter_map(|(name, value)| {
            let token = value.strip_prefix("Bearer ")?;
            Some((name.clone(), format!("JWT {token}")))
        });
        sound(&Seen { headers: headers.collect(), ..seen.clone() })
    };
    assert!(help(by_bearer, "/panel", &[])["because"].as_str().unwrap().contains("after Bearer"));

    // Nothing is accepted.
    let found = help(|_| (401, "never"), "/panel", &[]);
    assert_eq!((&found["response"], &found["because"]), (&"401 never".into(), &Value::Null));
    let tried = found["tried"].as_u64().unwrap();
    assert!((50..=150).contains(&tried), "{tried}");
}

#[test]
fn an_app_that_has_locked_itself_is_no_finding_and_not_green() {
    let served = AtomicUsize::new(0);
    let server = Server::start(move |seen| match served.fetch_add(1, Ordering::SeqCst) {
        count if count < 60 => sound(seen),
        _ => (403, "locked"),
    });
    let (report, code) = report(&server.url("/panel"), &[]);
    assert_eq!((causes(&report), code), (vec![], 1), "{}", report["probe"]);
    assert!(report["probe"]["stopped"].as_str().unwrap().contains("403 locked"), "{}", report["probe"]);
    assert!(!report["probe"]["inconclusive"].as_array().unwrap().is_empty());
}

#[test]
fn what_cannot_be_asked_is_said() {
    let said = |url: &str, arguments: &[&str]| {
        let output = probe(url, arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, words) = said("http://192.0.2.1/", &[]);
    assert_eq!(
        (code, words.trim_end()),
        (
            2,
            "error: 192.0.2.1 is not this machine: to send requests to it, repeat the command with --allow-host 192.0.2.1"
        )
    );
    assert_eq!(said("ftp://127.0.0.1/", &[]).0, 2);
    assert_eq!(said("http://127.0.0.1:1/", &["--form", "a=b"]).0, 2);
    // Nobody listens: there is a report, and exit code 3.
    let (report, code) = report("http://127.0.0.1:1/panel", &[]);
    assert_eq!(code, 3);
    assert!(report["probe"]["stopped"].as_str().unwrap().contains("cannot connect"), "{}", report["probe"]);
    // Every check has its request: with fewer, not everything is known.
    let server = Server::start(sound);
    let (report, code) = crate::probe::report(&server.url("/panel"), &["--max-requests", "40"]);
    assert_eq!((server.served(), code), (40, 1), "{}", report["probe"]);
}

#[test]
fn a_known_failure_is_no_finding() {
    let hole = HOLES.iter().find(|hole| hole.cause == "expiry_optional").unwrap();
    let server = Server::start(with(hole.repair));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let known = "format = \"qsh-known\"\nversion = 1\n[[known]]\nkind = \"ok\"\ncase = \"probe/claims/exp-left-out\"\nissuer_json = \"null\"\nreason = \"old\"\nlink = \"https://example.com\"\n";
    file.write_all(known.as_bytes()).unwrap();
    let (report, code) = report(&server.url("/panel"), &["--baseline", file.path().to_str().unwrap()]);
    assert_eq!((causes(&report), code), (vec![], 0), "{}", report["probe"]);
}

/// A report has no secret, and tokens only in the commands that show a finding again.
#[test]
fn a_report_has_no_secret_and_few_tokens() {
    let hole = HOLES.iter().find(|hole| hole.cause == "expiry_optional").unwrap();
    let server = Server::start(with(hole.repair));
    for format in ["human", "json", "junit", "sarif", "markdown", "tap", "html"] {
        let output = probe(&server.url("/panel"), &["--format", format, "--header", "X-Key: hush"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.is_empty() && !text.contains(SECRET) && !text.contains("hush"), "{format}: {text}");
        // The page quotes the specification, which writes `eyJ…`.
        let is_long = |rest: &str| rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric()).count() > 10;
        let tokens = text.match_indices("eyJ").filter(|(at, _)| is_long(&text[*at..])).count();
        if !["tap", "html"].contains(&format) {
            assert!(text.contains("takes tokens without an expiry"), "{format}: {text}");
        }
        // One finding, with header and claims of its token.
        let expected = if ["human", "json"].contains(&format) { 2 } else { 0 };
        assert_eq!(tokens, expected, "{format}: {text}");
    }
}

/// What a finding shows is seen again by its command.
#[test]
fn the_command_of_a_finding_shows_it_again() {
    for cause in ["algorithm_none", "two_requests_one_hash", "expiry_optional", "malformed_tokens"] {
        let hole = HOLES.iter().find(|hole| hole.cause == cause).unwrap();
        let server = Server::start(with(hole.repair));
        let (report, _) = report(&server.url("/panel?x='"), &[]);
        let command = report["probe"]["findings"][0]["curl"].as_str().unwrap().to_owned();
        let output = Command::new("sh").args(["-c", &format!("{command} --silent")]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("welcome"), "{cause}: {command}: {text}");
    }
}

/// The app locks the tenant in the longest phase, in which it is asked for the hashes of queries.
#[test]
fn what_was_read_before_a_lock_is_no_finding() {
    let dialect = Dialect::OFFICIAL.with("name_order=as_given".parse().unwrap());
    let (app, refused) = (by(dialect), AtomicUsize::new(0));
    let server = Server::start(move |seen| {
        let is_query = seen.target.contains("qb=2&qa=1");
        match is_query && refused.fetch_add(1, Ordering::SeqCst) > 0 || refused.load(Ordering::SeqCst) > 1 {
            true => (403, "locked"),
            false => app(seen),
        }
    });
    let (report, code) = report(&server.url("/panel"), &[]);
    assert_eq!((causes(&report), code), (vec![], 1), "{}", report["probe"]["findings"]);
    let inconclusive = report["probe"]["inconclusive"].to_string();
    assert!(inconclusive.contains("probe/query/order-of-names"), "{inconclusive}");
}

#[test]
fn checks_are_selected_by_clause_and_by_name() {
    let server = Server::start(sound);
    let ids = |terms: &[&str]| {
        let (report, code) = report(&server.url("/panel"), terms);
        assert_eq!(code, 0, "{}", report["probe"]);
        let ids = report["results"].as_array().unwrap().iter().map(|it| it["case"].as_str().unwrap().to_owned());
        ids.filter(|id| !id.starts_with("probe/start/")).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(&["JWT-11"]),
        ["alg-none-unsigned", "alg-none-signed", "alg-none-capitalized"].map(|name| format!("probe/algorithm/{name}"))
    );
    assert!(
        ids(&["probe/hash", "!CTX-2"]).iter().all(|id| id.starts_with("probe/hash/") && !id.ends_with("of-context"))
    );
    let output = probe(&server.url("/panel"), &["IMP-1"]);
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_second_tenant_is_not_taken_for_the_first() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), apps::ANOTHER_SECRET).unwrap();
    let arguments =
        ["--other-client-key", apps::ANOTHER_TENANT, "--other-secret-file", secret.path().to_str().unwrap()];
    let server = Server::start(sound);
    let (fine, code) = report(&server.url("/panel"), &arguments);
    let of_tenant =
        fine["results"].as_array().unwrap().iter().filter(|it| it["case"].as_str().unwrap().contains("/tenant/"));
    assert_eq!((causes(&fine), code, of_tenant.count()), (vec![], 0, 3), "{}", fine["probe"]);
    // The secret of any tenant is good for every tenant.
    let server = Server::start(with(|_, token| {
        token.claims.insert("iss".to_owned(), TENANT.into());
        token.is_signed_with(apps::ANOTHER_SECRET)
    }));
    let (report, _) = report(&server.url("/panel"), &arguments);
    assert_eq!(causes(&report), ["issuer_unchecked"], "{}", report["probe"]["findings"]);
}

/// A body is sent only with a method that was asked for.
#[test]
fn forms_and_json_are_sent_with_the_method_that_was_asked_for() {
    let server = Server::start(|seen| if seen.method == "POST" { sound(seen) } else { (500, "another method") });
    for body in [["--form", "a=1&b=2"], ["--json-body", "{\"a\":1}"]] {
        let (report, code) = report(&server.url("/panel"), &[&["--method", "POST"], &body[..]].concat());
        assert_eq!((causes(&report), code), (vec![], 0), "{body:?}: {}", report["probe"]);
    }
}

#[test]
fn a_proxy_that_rewrites_the_path_is_named() {
    let decoded = |seen: &Seen| {
        let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
        let path =
            percent_encoding::percent_decode_str(path).decode_utf8_lossy().replace("//", "/").replace("/./", "/");
        sound(&Seen { target: format!("{path}?{query}"), ..seen.clone() })
    };
    let server = Server::start(decoded);
    let (report, code) = report(&server.url("/a/panel"), &[]);
    assert_eq!((causes(&report), code), (vec!["another_canonicalizer"], 1), "{}", report["probe"]["findings"]);
    let choices = &report["probe"]["canonicalizer"]["choices"];
    assert_eq!(choices, &serde_json::json!(["path_escapes=decoded", "path_segments=normalized"]));
}

/// The probe infers the canonicalizer of an app from the hashes that the app accepts.
#[test]
fn another_canonicalizer_is_read_from_outside() {
    for name in ["Go go-jira", "PyPI atlassian-jwt", "Rust atlassian-app-auth"] {
        let dialect = Dialect::seen_in(name);
        let of_query =
            |choice: &Deviation| choice.field().concerns(Part::Query) && !choice.field().concerns(Part::Path);
        let expected: Vec<Deviation> = dialect.deviations().filter(of_query).collect();
        let dialect = expected.iter().copied().fold(Dialect::OFFICIAL, Dialect::with);
        let server = Server::start(by(dialect));
        let (report, _) = report(&server.url("/panel?issue=QSH-1"), &[]);
        let read = &report["probe"]["canonicalizer"];
        let found: Vec<&str> = read["choices"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        // Choices about forms cannot be seen in a GET, and the one on jwt only in a token that is sent in the query.
        let seen = |choice: &Deviation| !["QSH-F", "QSH-Q17"].iter().any(|it| choice.field().clause.starts_with(it));
        let expected: Vec<String> = expected.iter().filter(|it| seen(it)).map(ToString::to_string).collect();
        assert_eq!(found, expected, "{name}: {}", read["unread"]);
    }
}
