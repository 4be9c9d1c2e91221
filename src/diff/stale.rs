//! Described exceptions that no longer occur.

use std::collections::BTreeSet;

use super::answered::Questions;
use super::attribution::Found;
use super::cause::Cause;
use super::clauses::concerning;
use super::setup::Profile;
use crate::suite::outcome::Outcome;

/// How many requests have to be answered before an exception is missed.
const ENOUGH: u64 = 100_000;

/// The described exceptions of each implementation that no request has shown, by type and clause. Empty for an
/// implementation that was asked too little.
pub(super) fn stale_faults(found: &[(Cause, Found)], profiles: &[Profile], answered: &[Questions]) -> Vec<Vec<String>> {
    let stale = |(place, profile): (usize, &Profile)| {
        if answered[place].requests < ENOUGH {
            return Vec::new();
        }
        let mut missing: BTreeSet<(&str, &str)> = profile.faults.each().collect();
        for example in found.iter().flat_map(|(_, found)| &found.examples) {
            let Some(Outcome::Fault { kind, .. }) = example.outcomes.get(place) else { continue };
            if missing.iter().any(|(described, _)| described == kind) {
                let clauses = concerning(&example.input);
                missing.retain(|(described, clause)| described != kind || !clauses.contains(clause));
            }
        }
        missing.into_iter().map(|(kind, clause)| format!("[faults.{kind}] {clause}")).collect()
    };
    profiles.iter().enumerate().map(stale).collect()
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;

    use super::super::attribution::Example;
    use super::*;
    use crate::adapter::manifest::Manifest;

    const MANIFEST: &str = r#"
        format = "qsh-adapter"
        version = 1
        name = "my-app"
        language = "Rust"
        library = "my-app"
        library_version = "1.0"
        documentation = "https://example.com/"
        command = ["my-app"]
        [faults.ValueError]
        reason = "a host"
        clauses = ["QSH-P8", "QSH-P14"]
    "#;

    fn stale(url: &str, kind: &str, requests: u64) -> Vec<String> {
        let manifest = Manifest::parse(MANIFEST, "adapter.toml".as_ref()).unwrap();
        let profile = Profile { faults: manifest.faults, ..Profile::new("my-app") };
        let fault = Outcome::Fault { kind: kind.to_owned(), message: String::new() };
        let example = Example { input: Input::new("GET", url), outcomes: vec![fault], pair: [0, 0] };
        let cause = Cause::Unexplained { peer: 0, what: String::new() };
        let found = [(cause, Found { count: 1, examples: vec![example] })];
        stale_faults(&found, &[profile], &[Questions { requests, tokens: 0 }]).remove(0)
    }

    #[test]
    fn an_exception_that_never_occurs_is_stale() {
        assert_eq!(stale("/", "ValueError", ENOUGH), ["[faults.ValueError] QSH-P14", "[faults.ValueError] QSH-P8"]);
        assert_eq!(stale("//a", "ValueError", ENOUGH), ["[faults.ValueError] QSH-P14"]);
        assert_eq!(stale("//a", "TypeError", ENOUGH).len(), 2);
        assert_eq!(stale("/", "ValueError", ENOUGH - 1), [""; 0]);
    }
}
