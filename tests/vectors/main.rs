//! Every vector is a test of our own implementation, through both of its interfaces. Other tests measure how strong the
//! vectors are, and infer dialects from answers to them.

mod decoded;
mod headings;
mod inference;
mod planted;
mod sources;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use qsh::adapter::built_in::BuiltIn;
use qsh::mutants;
use qsh::suite::allowed::is_allowed;
use qsh::suite::case::{Case, Expectation, Level, Operation};
use qsh::suite::load::{self, Vectors};
use qsh::suite::spec;
use qsh_diagnose::dialect::Status;
use qsh_diagnose::{Deviation, Dialect, canonicalize_with};
use qsh_hash::Request;
use serde_json::{Value, json};

#[test]
fn our_own_implementation_gives_every_expected_answer() {
    let vectors = Vectors::embedded().unwrap();
    let cases: Vec<&Case> = vectors.cases().collect();
    let replies = qsh::runner::ask(&mut BuiltIn::new(), &cases);
    let wrong: Vec<String> = cases
        .iter()
        .zip(replies)
        .filter(|(case, reply)| !is_allowed(case, &reply.outcome))
        .map(|(case, reply)| format!("{}: {:?}, expected {:?}", case.id, reply.outcome, case.expect))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(vectors.cases().count() > 600);
}

#[test]
fn breaking_any_one_decided_rule_fails_a_must_or_should_vector_that_names_its_clause() {
    let vectors = Vectors::embedded().unwrap();
    let cases: Vec<&Case> = vectors.cases().collect();
    for mutant in mutants::measure(&cases).mutants {
        let names_clause = |case: &&Case| case.clauses.iter().any(|named| named == mutant.deviation.field().clause);
        let is_caught = mutant.caught_by.into_iter().any(|case| names_clause(&case));
        assert_eq!(is_caught, mutant.deviation.choice().status == Status::Decided, "{}", mutant.deviation);
    }
}

/// No must or should case may distinguish two open choices, so open cases have to.
#[test]
fn every_two_open_choices_are_told_apart_by_some_case() {
    let vectors = Vectors::embedded().unwrap();
    let undecided: Vec<Deviation> =
        Deviation::all().filter(|deviation| deviation.choice().status != Status::Decided).collect();
    assert!(undecided.len() > 4);
    let answers = |deviation: &Deviation| -> Vec<_> {
        let requests = vectors.cases().filter_map(|case| case.question.canonicalized()?.source().ok());
        requests.map(|request| canonicalize_with(request, &Dialect::OFFICIAL.with(*deviation))).collect()
    };
    let answers: Vec<_> = undecided.iter().map(answers).collect();
    for (index, deviation) in undecided.iter().enumerate() {
        for other in 0..index {
            assert_ne!(answers[index], answers[other], "{deviation} and {}", undecided[other]);
        }
    }
}

/// A deviation that no case may fail does not count for the score. The specification must call it open or allowed where
/// it describes it.
#[test]
fn what_is_open_or_allowed_is_so_in_the_specification() {
    for deviation in Deviation::all() {
        let word = match deviation.choice().status {
            Status::Open => "open",
            Status::Allowed => "allowed",
            Status::Decided => continue,
        };
        let (_, section) = spec::TEXT.split_once(&format!("\n### {} ", deviation.field().clause)).unwrap();
        let section = section.split("\n### ").next().unwrap();
        let name = format!("`{}`", deviation.choice().name);
        let says_so = |paragraph: &str| paragraph.contains(&name) && paragraph.contains(word);
        assert!(section.split("\n\n").any(says_so), "{deviation} is called {word}");
    }
}

#[test]
fn the_schema_is_the_one_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/schema.json");
    let found = fs::read_to_string(path).unwrap();
    assert_eq!(found, load::schema(), "vectors/schema.json is stale: write it anew with `qsh vectors schema`");
}

#[test]
fn the_schema_accepts_every_file_and_refuses_what_the_loader_refuses() {
    let schema = serde_json::from_str(&load::schema()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let vectors = Vectors::embedded().unwrap();
    let notes = vectors.notes();
    for file in vectors.files() {
        let document = serde_json::from_str(&load::write(file.cases.iter().cloned(), &notes)).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{}", file.path.display());
    }
    for operation in Operation::ALL {
        let is_good = |case: &&Case| case.question.operation() == operation && case.accept.is_empty();
        let answers = |case: &&Case| !matches!(case.expect, Expectation::Rejected(_));
        let Some(case) = vectors.cases().find(|case| is_good(case) && answers(case)) else {
            assert_eq!(operation, Operation::Qsh, "no vector asks for a hash alone");
            continue;
        };
        let case = Case { flags: vec!["boundary".to_owned()], ..case.clone() };
        let good: Value = serde_json::from_str(&load::write([case], &notes)).unwrap();
        // In the order of the members in the code.
        let members = ["id", "summary", "clauses", "level", "operation", "input", "decoded", "expect"];
        let mut case_as_array = members.map(|member| good["cases"][0][member].clone()).to_vec();
        case_as_array.extend([json!([]), json!([]), json!(["boundary"]), good["cases"][0]["source"].clone()]);
        let is_refused = |place: &str, value: Value| {
            let mut document = good.clone();
            let (parent, name) = place.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = value;
            let by_loader = Vectors::parse("own.json".as_ref(), document.to_string().as_bytes()).is_err();
            let by_schema = !schema.is_valid(&document);
            assert_eq!(by_schema, by_loader, "{}: {place}: {document}", operation.name());
            by_schema
        };
        assert!(!is_refused("/cases/0/summary", json!("another")));
        assert!(!is_refused("/cases/0/accept", json!([{ "because": "b", "rejected": ["other"] }])));
        for (place, value) in [
            ("/version", json!(2)),
            ("/format", json!("qsh-report")),
            ("/suite_version", Value::Null),
            ("/later", json!(1)),
            ("/notes/boundary", json!({ "consequence": "c", "links": [] })),
            ("/notes/boundary", json!({ "consequence": "c", "links": ["http://a.example"] })),
            ("/notes/boundary", json!({ "consequence": "", "links": ["https://a.example"] })),
            ("/notes/boundary", json!({ "consequence": "c", "links": ["https://a.example"], "cves": ["2021-1"] })),
            ("/cases/0/decoded", json!([{ "header": {}, "claims": {}, "signature": "" }])),
            ("/cases/0/decoded", json!([[{}, {}]])),
            ("/cases/0/later", json!(1)),
            ("/cases/0/id", json!("own/A")),
            ("/cases/0/clauses", json!([])),
            ("/cases/0/level", json!("may")),
            ("/cases/0/operation", json!("hash")),
            ("/cases/0/input/later", json!(1)),
            ("/cases/0/input/later", Value::Null),
            ("/cases/0/input/form", Value::Null),
            ("/cases/0/input/url", json!(1)),
            ("/cases/0/expect", json!({ "rejected": [] })),
            ("/cases/0/expect", json!({ "rejected": ["other", "other"] })),
            ("/cases/0/accept", json!([{ "because": "b", "rejected": ["other", "other"] }])),
            ("/cases/0/expect", json!({ "rejected": ["other"], "issuer": "i" })),
            ("/cases/0/expect/later", json!("x")),
            ("/cases/0/accept", json!([{ "because": "b" }])),
            ("/cases/0/accept", json!([{ "because": "b", "rejected": ["other"], "canonical_request": "GET&/&" }])),
            ("/cases/0/accept", json!([{ "because": "b", "rejected": ["other"], "issuer": "i" }])),
            ("/cases/0/accept", json!([["b", null, null, null, null, ["other"]]])),
            ("/cases", json!([case_as_array])),
        ] {
            assert!(is_refused(place, value), "{}: {place}", operation.name());
        }
        for (place, value) in [
            ("/cases/0/operation", json!("sign")),
            ("/cases/0/operation", json!("authenticate")),
            ("/cases/0/operation", json!("asap_verify")),
            ("/cases/0/operation", json!("asap_sign")),
            ("/cases/0/input/tenants", json!({})),
            ("/cases/0/input/url_hex", json!("2f")),
            ("/cases/0/input/headers", json!([])),
            ("/cases/0/expect/qsh", json!("C88CAAD15A1C1A900B8AC08AA9686F4E8184539BEA1DEDA36E2F649430DF3239")),
            ("/cases/0/expect/path_hex", json!("2f")),
            ("/cases/0/expect/issuer", json!("i")),
            ("/cases/0/expect/public_keys", json!({ "k": "p" })),
            ("/cases/0/expect/public_keys", json!({})),
            ("/cases/0/accept", json!([{ "because": "b", "canonical_request": "GET&/&" }])),
            ("/cases/0/accept", json!([{ "because": "b", "issuer": "i", "claims": {} }])),
        ] {
            is_refused(place, value);
        }
    }
}

#[test]
fn every_case_stands_in_the_file_of_its_first_clause() {
    for file in Vectors::embedded().unwrap().files() {
        let name = file.path.to_str().unwrap();
        for case in file.cases.iter().filter(|_| !name.starts_with("regression")) {
            // The anchor of QSH-Q7 is qsh-q07, and that of JWT-7 is jwt-07.
            let (group, number) = case.clauses[0].split_once('-').unwrap();
            let digits = number.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
            let letters = &number[..number.len() - digits.len()];
            let front = format!("{group}-{letters}{digits:0>2}-").to_lowercase();
            assert!(name.starts_with(&front), "{} stands in {name}", case.id);
        }
    }
}

/// The generator in `vectors/generator` writes exactly the committed files: those of tokens, and the headings of the others.
#[test]
fn the_vectors_are_what_their_generator_writes() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let folder = tempfile::tempdir().unwrap();
    // -B: Python writes no bytecode cache beside the scripts.
    let generator = vectors.join("generator/generate.py");
    let run = Command::new("python3").args(["-I", "-B"]).arg(generator).arg(folder.path()).output();
    let run = match run {
        Ok(run) => run,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert_ne!(env::var("CI").as_deref(), Ok("true"), "python3 has to be there where CI=true");
            eprintln!("skipped: no python3 here");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let files = |folder: &Path| -> BTreeMap<String, Vec<u8>> {
        let paths = [folder.to_owned(), folder.join("regression")].into_iter().filter(|folder| folder.exists());
        let paths = paths.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        let is_of_vectors = |path: &PathBuf| {
            path.extension().is_some_and(|it| it == "json") && path.file_name().is_some_and(|it| it != "schema.json")
        };
        let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        paths.filter(is_of_vectors).map(|path| (name(&path), fs::read(path).unwrap())).collect()
    };
    let (written, found) = (files(folder.path()), files(&vectors));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&found));
    assert!(written.len() > 100);
    let stale: Vec<&String> = written.keys().filter(|name| written[*name] != found[*name]).collect();
    assert!(stale.is_empty(), "write them anew with `python3 vectors/generator/generate.py`: {stale:?}");
}

/// A case keeps its id and its input for ever. To remove or change a case, update this snapshot.
#[test]
fn no_id_goes_away_and_no_input_changes() {
    let vectors = Vectors::embedded().unwrap();
    let line = |case: &Case| {
        let input = serde_json::to_string(&case.question.input()).unwrap();
        let question = format!("{} {input}", case.question.operation().name());
        format!("{} {}", &qsh_hash::Qsh::of_canonical(question.as_bytes()).as_str()[..12], case.id)
    };
    let mut lines: Vec<String> = vectors.cases().map(line).collect();
    lines.sort_unstable_by(|a, b| a[13..].cmp(&b[13..]));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn no_case_is_stronger_than_the_strongest_of_its_clauses() {
    let level = |clause: &str| {
        let (_, section) = spec::TEXT.split_once(&format!("### {clause} ")).unwrap();
        let (_, rest) = section.split_once("\nLevel: ").unwrap();
        match rest.split([' ', '\n']).next() {
            Some("must") => Level::Must,
            Some("should") => Level::Should,
            Some("open") => Level::Open,
            other => panic!("{clause} has the level {other:?}"),
        }
    };
    for case in Vectors::embedded().unwrap().cases() {
        let strongest = case.clauses.iter().map(|clause| level(clause)).min().unwrap();
        assert!(case.level >= strongest, "{} is a {}", case.id, case.level.name());
    }
}

/// Examples have the form `GET /a` → `GET&/a&`. Words before or between them may give a base URL or a body.
#[test]
fn the_examples_of_the_specification_are_true() {
    let mut checked = 0;
    for paragraph in spec::TEXT.split("\n\n").filter(|paragraph| paragraph.starts_with("**Example.**")) {
        let paragraph = paragraph.replace('\n', " ");
        let parts: Vec<&str> = paragraph.split('`').collect();
        let mut base_url: Option<&str> = None;
        for index in (1..parts.len()).step_by(2) {
            if parts[index - 1].trim_end().to_lowercase().ends_with("with base") {
                base_url = Some(parts[index]);
            }
            let Some((method, url)) = parts[index].split_once(' ') else { continue };
            let (form, expected) = match (parts.get(index + 1), parts.get(index + 3)) {
                (Some(&" → "), _) => (None, parts[index + 2]),
                (Some(&" with body "), Some(&" → ")) => (Some(parts[index + 2]), parts[index + 4]),
                _ => continue,
            };
            let mut request = Request::new(method, url).unwrap();
            if let Some(base_url) = base_url {
                request = request.with_base_url(base_url).unwrap();
            }
            if let Some(form) = form {
                request = request.with_form(form);
            }
            let canonical = canonicalize_with(&request, &Dialect::OFFICIAL).unwrap();
            assert_eq!(str::from_utf8(canonical.as_bytes()), Ok(expected), "{method} {url}, base {base_url:?}");
            checked += 1;
        }
    }
    assert!(checked > 80, "{checked} examples");
}
