//! The dialect in the manifest of a bundled adapter is the one that its library has.

use std::env;

use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::protocol::{Operation, Question};
use qsh::adapter::provision::Provisioner;
use qsh::adapter::{Adapter, package};
use qsh::suite::case::Case;
use qsh::suite::load::Vectors;
use qsh::suite::outcome::Outcome;
use qsh_diagnose::{Dialect, canonicalize_with};

use super::provision::cache_of_bundled;

/// Cases in which a library does something that no dialect describes, each with the reason.
const BEYOND_DIALECTS: &[(&str, &str, &str)] =
    &[("python-atlassian-jwt", "path/first-segment/digit", "before Python 3.11 a scheme may begin with a digit")];

#[test]
fn a_bundled_adapter_speaks_the_dialect_that_its_manifest_describes() {
    let vectors = Vectors::embedded().unwrap();
    for package in package::bundled().unwrap() {
        let manifest = package.manifest();
        let launch = match Provisioner::new(cache_of_bundled()).provision(&package, &mut |_| {}) {
            Err(error) if error.is_unavailable() => {
                assert_ne!(env::var("CI").as_deref(), Ok("true"), "{error}");
                println!("skipped: {}: {error}", manifest.name);
                continue;
            }
            launch => launch.unwrap(),
        };
        let dialect = manifest.dialect.dialect();
        let command = Command::new(launch.program).args(launch.args).current_dir(launch.current_dir);
        let mut child = Child::start(command, Limits::default()).unwrap();
        let has_text = child.description().has(Operation::CanonicalRequest);
        if !has_text && !child.description().has(Operation::Qsh) {
            assert_eq!(dialect, Dialect::OFFICIAL, "{}: what has no hash has no dialect", manifest.name);
            continue;
        }
        let cases: Vec<&Case> = vectors.cases().filter(|case| case.question.canonicalized().is_some()).collect();
        let ask = if has_text { Question::CanonicalRequest } else { Question::Qsh };
        let question = |case: &&Case| ask(case.question.request().unwrap().clone());
        let replies = child.ask(&cases.iter().map(question).collect::<Vec<_>>(), &mut |_| {});

        let mut compared = 0;
        for (case, reply) in cases.iter().zip(replies) {
            let beyond = |(name, id, _): &(&str, &str, &str)| *name == manifest.name && *id == case.id;
            if matches!(reply.outcome, Outcome::Unsupported(_)) || BEYOND_DIALECTS.iter().any(beyond) {
                continue;
            }
            // Dialects have no exceptions. The manifest describes those that occur.
            // The clauses of a case are those that it tests: an exception can have another cause in its request.
            let is_described = |kind: &str| manifest.faults.each().any(|(described, _)| described == kind);
            if matches!(&reply.outcome, Outcome::Fault { kind, .. } if is_described(kind)) {
                continue;
            }
            // No dialect says anything of a request whose base URL is none.
            let Ok(source) = case.question.request().unwrap().source() else { continue };
            let described = match (canonicalize_with(source, &dialect), &reply.outcome) {
                (Ok(described), _) => described,
                (Err(_), Outcome::Rejected { .. } | Outcome::Fault { .. }) => continue,
                (Err(refusal), outcome) => panic!("{}: {outcome:?}, not {refusal}", case.id),
            };
            let Outcome::Ok(answer) = reply.outcome else { panic!("{}: {:?}", case.id, reply.outcome) };
            if has_text {
                let found = answer.canonical_request.unwrap();
                assert_eq!(found.as_bytes(), described.as_bytes(), "{} of {}: {found}", case.id, manifest.name);
            } else {
                let hash = described.hash_with(&dialect);
                assert_eq!(answer.qsh.unwrap(), hash, "{} of {}: not {described:?}", case.id, manifest.name);
            }
            compared += 1;
        }
        assert!(compared > 500, "{}: {compared} cases", manifest.name);
    }
}
