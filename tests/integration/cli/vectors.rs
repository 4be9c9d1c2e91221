//! `qsh vectors`.

use insta::assert_snapshot;
use qsh::suite::load::{self, Vectors};
use serde_json::Value;

use super::{User, names};

/// The ids that these terms select.
fn ids(user: &User, terms: &[&str]) -> Vec<String> {
    let answer = user.qsh(&[["vectors", "list", "--format", "json"].as_slice(), terms].concat());
    assert_eq!(answer.code, 0, "{answer:?}");
    answer.json()["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn terms_select_by_id_front_glob_clause_and_flag() {
    let user = User::new();
    let vectors = Vectors::embedded().unwrap();
    let expected = |takes: &dyn Fn(&qsh::suite::case::Case) -> bool| -> Vec<String> {
        vectors.cases().filter(|case| takes(case)).map(|case| case.id.clone()).collect()
    };
    let id = vectors.cases().nth(7).unwrap().id.as_str();
    assert_eq!(ids(&user, &[]), expected(&|_| true));
    assert_eq!(ids(&user, &[id]), [id]);
    assert_eq!(ids(&user, &["path"]), expected(&|case| case.id.starts_with("path/")));
    assert_eq!(ids(&user, &["path/*"]), expected(&|case| case.id.starts_with("path/")));
    assert_eq!(ids(&user, &["QSH-P7"]), expected(&|case| case.clauses.iter().any(|clause| clause == "QSH-P7")));
    assert_eq!(
        ids(&user, &["@form"]),
        expected(&|case| case.question.request().is_some_and(|request| request.form.is_some()))
    );
    assert_eq!(
        ids(&user, &["path", "QSH-P7", "!@base-path"]),
        expected(&|case| {
            (case.id.starts_with("path/") || case.clauses.iter().any(|clause| clause == "QSH-P7"))
                && !case.features.iter().any(|feature| feature == "base-path")
        })
    );
    assert_eq!(ids(&user, &["!path"]), expected(&|case| !case.id.starts_with("path/")));
}

#[test]
fn a_list_has_a_line_for_each_case() {
    let user = User::new().with_own_vectors();
    let answer = user.qsh(&["vectors", "list", "--vectors", "own.json"]);
    assert_snapshot!(answer.stdout.trim_end(), @"
    own/right  must  QSH-P6  shows own/right
    own/wrong  must  QSH-P6  shows own/wrong
    own/weak  should  QSH-P6  shows own/weak
    ");
    assert_snapshot!(user.error(4, &["vectors", "list", "no/such"]), @r#"error: no case matches "no/such"; `qsh vectors list` shows them all"#);
    assert_snapshot!(user.error(2, &["vectors", "list", "QSH-X1"]), @r#"error: unknown clause "QSH-X1": expected a heading of docs/spec.md, such as QSH-Q7"#);
}

#[test]
fn a_case_is_shown_as_its_file_holds_it() {
    let user = User::new().with_own_vectors();
    let answer = user.qsh(&["vectors", "show", "own/right", "--vectors", "own.json"]);
    assert!(answer.stdout.lines().next().unwrap().starts_with("QSH-P6 "), "{}", answer.stdout);
    let json = user.qsh(&["vectors", "show", "own/right", "--vectors", "own.json", "--format", "json"]).json();
    let file: Value = serde_json::from_str(&user.read("own.json")).unwrap();
    assert_eq!(json["cases"][0], file["cases"][0]);
    assert_snapshot!(user.error(4, &["vectors", "show", "own/left"]), @r#"error: no case matches "own/left"; `qsh vectors list` shows them all"#);
    assert_snapshot!(user.error(4, &["vectors", "show", "path/trailing-slash/tow"]), @r#"error: no case matches "path/trailing-slash/tow": did you mean path/trailing-slash/two?"#);
}

#[test]
fn a_check_tells_what_our_own_implementation_does_not_share() {
    let user = User::new().with_own_vectors();
    assert_eq!(user.qsh(&["vectors", "check"]).code, 0);
    let answer = user.qsh(&["vectors", "check", "--vectors", "own.json"]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(answer.stdout.trim_end(), @"
    own/right  our own implementation answers canonical_request with GET&/right%26&
    3 cases (2 must, 1 should), 1 problem
    ");
    let json = user.qsh(&["vectors", "check", "--vectors", "own.json", "--format", "json"]).json();
    assert_eq!((&json["cases"], json["problems"].as_array().unwrap().len()), (&3.into(), 1));
    std::fs::create_dir(user.path("empty")).unwrap();
    assert_snapshot!(user.error(4, &["vectors", "check", "--vectors", "empty"]), @"error: nothing is selected");
    user.write("alike.json", &user.read("own.json").replace("shows own/weak", "shows own/right"));
    let alike = user.qsh(&["vectors", "check", "--vectors", "alike.json"]).stdout;
    assert!(alike.contains("own/weak  its summary is that of own/right, too: expected each summary once\n"), "{alike}");
    user.write("twice.json", &user.read("own.json").replace("\"own/wrong", "\"own/right"));
    assert_snapshot!(user.error(2, &["vectors", "check", "--vectors", "twice.json"]), @"error: the vectors cannot be used: twice.json: case own/right: the same id is in twice.json: expected each id once");
}

#[test]
fn an_export_is_a_vector_file_byte_for_byte() {
    let user = User::new();
    let answer = user.qsh(&["vectors", "export"]);
    let all = Vectors::embedded().unwrap();
    assert_eq!(answer.stdout, load::write(all.cases().cloned(), &all.notes()));
    assert_eq!(user.qsh(&["vectors", "export", "QSH-P7", "--output", "some.json"]).code, 0);
    assert_eq!(ids(&user, &["--vectors", "some.json"]), ids(&user, &["QSH-P7"]));
    assert_snapshot!(user.error(4, &["vectors", "export", "no/such", "--output", "none.json"]), @r#"error: no case matches "no/such"; `qsh vectors list` shows them all"#);
    assert_eq!(names(user.home.path()), ["some.json"]);
}

#[test]
fn a_smoke_export_is_a_fifth_of_the_vectors_at_most_and_as_strong_as_all() {
    let user = User::new();
    assert_eq!(user.qsh(&["vectors", "export", "--smoke", "--output", "smoke.json"]).code, 0);
    let (few, all) = (ids(&user, &["--vectors", "smoke.json"]), ids(&user, &[]));
    assert!(5 * few.len() <= all.len(), "{} of {}", few.len(), all.len());
    let in_order: Vec<&String> = all.iter().filter(|id| few.contains(id)).collect();
    assert_eq!(few.iter().collect::<Vec<_>>(), in_order);
    let mutants = user.qsh(&["mutants", "--vectors", "smoke.json", "--format", "json"]);
    assert_eq!((mutants.code, mutants.json()["full"].as_bool()), (0, Some(true)));
    assert_eq!(user.qsh(&["vectors", "check", "--vectors", "smoke.json"]).code, 0);
    assert_eq!(user.qsh(&["vectors", "export", "--smoke"]).stdout, user.read("smoke.json"));
}

#[test]
fn a_smoke_export_is_one_of_what_is_selected() {
    let user = User::new();
    let plain = ["!@form", "!@base-path", "!@large", "!@raw-bytes"];
    let export = [["vectors", "export", "--smoke", "--output", "plain.json"].as_slice(), &plain].concat();
    assert_eq!(user.qsh(&export).code, 0);
    let (few, all) = (ids(&user, &["--vectors", "plain.json"]), ids(&user, &plain));
    assert!(few.iter().all(|id| all.contains(id)) && 5 * few.len() <= all.len(), "{few:?}");
    let found = |args: &[&str]| {
        let report = user.qsh(&[["mutants", "--format", "json"].as_slice(), args].concat()).json();
        let is_caught = |mutant: &Value| !mutant["caught_by"].as_array().unwrap().is_empty();
        let caught: Vec<bool> = report["mutants"].as_array().unwrap().iter().map(is_caught).collect();
        (caught, report["alike"].clone())
    };
    assert_eq!(found(&["--vectors", "plain.json"]), found(&plain));
    // No mutant changes an answer about a token.
    assert_snapshot!(user.error(4, &["vectors", "export", "--smoke", "claims/exp/missing"]), @"error: nothing is selected");
}

#[test]
fn the_schema_is_the_one_of_the_vectors() {
    assert_eq!(User::new().qsh(&["vectors", "schema"]).stdout, load::schema());
    assert_eq!(User::new().qsh(&["vectors", "schema", "--format", "json"]).stdout, load::schema());
}

/// The arguments that add a new case, followed by these.
fn new(id: &str, url: &str, more: &[&str]) -> Vec<String> {
    let path = url.split('?').next().unwrap();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let args = ["vectors", "new", id, "--url", url, "--summary", "a new one", "--clause", "QSH-P7", "--level", "must"];
    let expectation = ["--method", "GET", "--expect-method", "GET", "--expect-path", path, "--expect-query", query];
    let all = [args.as_slice(), &expectation, &["--source", "this test"], more].concat();
    all.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_new_case_is_printed_or_added_to_its_file() {
    let user = User::new();
    let run = |id, url, more: &[&str]| {
        let args = new(id, url, more);
        user.qsh(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let printed = run("new/one", "/brand-new-1?a=b", &[]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert_eq!(printed.json()["cases"][0]["expect"]["canonical_request"], "GET&/brand-new-1&a=b");

    assert_eq!(run("new/one", "/brand-new-1", &["--file", "new.json"]).code, 0);
    assert_eq!(run("new/two", "/brand-new-2", &["--file", "new.json", "--flag", "interop", "--form", ""]).code, 0);
    assert_eq!(ids(&user, &["--vectors", "new.json"]), ["new/one", "new/two"]);
    assert_eq!(ids(&user, &["--vectors", "new.json", "@form"]), ["new/two"]);
    // Each flag has a note in the bundled vectors, so the file gets a heading.
    let file: Value = serde_json::from_str(&user.read("new.json")).unwrap();
    assert_eq!((&file["suite_version"], &file["case_count"]), (&env!("CARGO_PKG_VERSION").into(), &2.into()));
    assert_eq!(file["notes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["interop"]);
    let of_own_flag = run("new/four", "/brand-new-4", &["--flag", "own-flag"]).json();
    assert_eq!((&of_own_flag["notes"], &of_own_flag["cases"][0]["flags"][0]), (&Value::Null, &"own-flag".into()));

    let note = run("new/three", "/brand-new-3/", &["--file", "new.json"]);
    assert_eq!(note.code, 0);
    assert_snapshot!(note.stderr.trim_end(), @"note: our own implementation answers canonical_request with GET&/brand-new-3&; its hash is 3b61ccc13b2e1d5d3ca39ea608a04fb8b316855465839c7e374d94d27930b5b7");
}

#[test]
fn a_new_case_that_contradicts_is_refused() {
    let user = User::new();
    let run = |id, url, more: &[&str]| {
        let args = new(id, url, more);
        user.error(2, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let vectors = Vectors::embedded().unwrap();
    let taken = vectors.cases().next().unwrap().id.as_str();
    let error = run(taken, "/brand-new", &[]);
    assert_snapshot!(error.replace(taken, "TAKEN"), @r#"error: the id "TAKEN" is already used: ids are never reused"#);
    assert_snapshot!(run("New", "/brand-new", &[]), @r#"error: the new case: case New: id "New": expected segments of a-z, 0-9 and -, joined by /, at least two"#);
    assert_snapshot!(run("new/one", "/brand-new", &["--clause", "QSH-Z1"]), @r#"error: the new case: case new/one: unknown clause "QSH-Z1": expected a heading of docs/spec.md"#);
    assert_snapshot!(run("new/one", "/brand-new", &["--base-url", "nonsense"]), @r#"error: unusable base URL "nonsense": expected an absolute URL such as https://example.com/wiki, or a path such as /wiki"#);

    let plain = |case: &&qsh::suite::case::Case| {
        let Some(request) = case.question.request() else { return false };
        let qsh_diagnose::Input { method, url, base_url, form, .. } = request;
        method == "GET" && base_url.is_none() && form.is_none() && url.as_str().is_some_and(|url| url.ends_with("//"))
    };
    let other = vectors.cases().find(plain).expect("a case whose path ends with two slashes");
    let error = run("new/one", other.question.request().unwrap().url.as_str().unwrap(), &[]);
    assert_snapshot!(error.replace(&other.id, "OTHER"), @"error: OTHER has the same input with a different expectation or different alternatives");
    assert_eq!(names(user.home.path()), [""; 0]);
}
