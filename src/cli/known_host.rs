//! What a known host says of a request: its base URL, and a scheme that is missing. Only commands conclude this; the
//! libraries never do. Each conclusion is said on stderr.

use qsh_diagnose::hosts::{begins_with_host, site};
use qsh_diagnose::{BaseUrlProblem, Input, Text};

use super::output;

/// Completes a request to a known host. An empty base URL turns this off.
pub(super) fn completed(input: Input) -> Input {
    let (input, notes) = completed_with_notes(input);
    notes.iter().for_each(|note| output::say(&format!("note: {note}")));
    input
}

/// The same, with what is to be said.
pub(super) fn completed_with_notes(mut input: Input) -> (Input, Vec<String>) {
    let mut notes = Vec::new();
    if begins_with_host(input.url.as_bytes()) {
        input.url = Text::from([b"https://", input.url.as_bytes()].concat());
        notes.push("the URL has no scheme: took https".to_owned());
    }
    match input.base_url.as_deref() {
        Some("") => input.base_url = None,
        Some(base_url) => {
            if let Some(problem) = input.base_url_problem() {
                notes.push(base_url_problem(problem, base_url));
            }
        }
        None => {
            if let Some(site) = site(input.url.as_bytes()) {
                let (base_url, product) = (&site.base_url, site.product.name());
                notes.push(format!(
                    "base URL {base_url}, which follows from the host ({product}); --base-url '' leaves it out"
                ));
                input.base_url = Some(site.base_url);
            }
        }
    }
    (input, notes)
}

fn base_url_problem(problem: BaseUrlProblem, base_url: &str) -> String {
    match problem {
        BaseUrlProblem::Origin => format!("the base URL {base_url} has another scheme or host than the URL"),
        BaseUrlProblem::Path => {
            format!("the path does not begin with the path of the base URL {base_url}, so nothing is removed")
        }
        _ => format!("the base URL {base_url} does not apply to the URL"),
    }
}
