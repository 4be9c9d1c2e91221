//! Real libraries call the product: what is right is understood, and the mistake of a caller is named.

use std::collections::BTreeSet;
use std::process::Command;

use qsh::mock::{Session, Site};

use super::Running;
use super::app::App;
use super::calls::APP_KEY;
use crate::programs::Client;

/// What the product says of each mistake: the reason, the clause, and the names in its diagnosis.
const SAID: [(&str, &str, &str, &[&str]); 7] = [
    ("base_path_hashed", "qsh_mismatch", "CON-18", &["base_removal=none"]),
    ("client_key_as_issuer", "unknown_issuer", "PRD-1", &[]),
    ("clock_behind", "expired", "CON-7", &[]),
    ("method_of_another_request", "qsh_mismatch", "CON-18", &["another_method"]),
    ("parameter_not_sent", "qsh_mismatch", "CON-18", &["parameter_added"]),
    ("secret_with_newline", "bad_signature", "JWT-17", &["newline_added"]),
    ("token_in_query", "no_token", "TRN-12", &[]),
];

/// The status that a client gets from a product at a URL, with this mistake.
pub(super) fn call(client: Client, mistake: &str, base_url: &str, site: &Site) -> String {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{} {mistake}", client.command())]).env("QSH_APP_KEY", APP_KEY);
    command.env("QSH_BASE_URL", base_url).env("QSH_CLIENT_KEY", &site.client_key);
    let output = command.env("QSH_SHARED_SECRET", &site.shared_secret).output().unwrap();
    assert!(output.status.success(), "{client:?} {mistake}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().next().unwrap_or_default().to_owned()
}

/// The reason, the clause and the mistakes of each cause.
fn causes(session: &Session) -> BTreeSet<(&str, &str, Vec<&str>)> {
    let causes = session.refused.iter().map(|cause| {
        let mistakes = cause.mistakes.iter().map(String::as_str).collect();
        (cause.refusal.reason, cause.refusal.clause.as_str(), mistakes)
    });
    causes.collect()
}

/// Makes right calls to a product without a base path, and to one with it if `has_base_url`. Makes these mistakes to the latter.
fn check(client: Client, mistakes: &[&str], has_base_url: bool) {
    if !client.is_available() {
        return;
    }
    let calls = |running: &Running, mistakes: &[&str]| -> Vec<String> {
        let (site, base_url) = running.site();
        mistakes.iter().map(|mistake| call(client, mistake, &base_url, &site)).collect()
    };
    let jira = Running::start(App::sound());
    jira.install();
    assert_eq!(calls(&jira, &["none"]), ["200"]);
    let confluence = Running::with_base_path("/wiki");
    confluence.install();
    if has_base_url {
        assert_eq!(calls(&confluence, &["none"]), ["200"]);
    }
    assert_eq!(calls(&confluence, mistakes), vec!["401"; mistakes.len()]);
    let session = confluence.mock.session();
    let said = SAID.iter().filter(|(mistake, ..)| mistakes.contains(mistake));
    let expected: BTreeSet<_> = said.map(|(_, reason, clause, names)| (*reason, *clause, names.to_vec())).collect();
    assert_eq!((causes(&session), expected.len()), (expected, mistakes.len()), "{}", session.to_human());
    assert_eq!(session.accepted_calls, usize::from(has_base_url));
    // Who names the tenant as the issuer is told whom to name.
    let human = session.to_human();
    assert!(human.contains(&format!("write {APP_KEY} into iss")), "{human}");
}

#[test]
fn atlassian_jwt_for_python_with_requests() {
    check(Client::Python, &SAID.map(|(mistake, ..)| mistake), true);
}

#[test]
fn atlassian_jwt_for_javascript_with_fetch() {
    check(Client::JavaScript, &SAID.map(|(mistake, ..)| mistake), true);
}

/// The crate reads the clock itself.
#[test]
fn atlassian_app_auth_for_rust() {
    let mistakes = SAID.map(|(mistake, ..)| mistake);
    let mistakes: Vec<&str> = mistakes.into_iter().filter(|mistake| *mistake != "clock_behind").collect();
    check(Client::AppAuth, &mistakes, true);
}

/// The library signs the request that it sends, and takes the base path from the URL of the server.
#[test]
fn jira_for_python() {
    check(Client::Jira, &["client_key_as_issuer", "clock_behind", "secret_with_newline"], true);
}

/// The library has no base URL: with a base path, each of its calls has this mistake.
#[test]
fn go_jira() {
    check(Client::GoJira, &["base_path_hashed", "client_key_as_issuer", "secret_with_newline"], false);
}
