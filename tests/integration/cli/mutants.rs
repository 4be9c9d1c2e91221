//! `qsh mutants`.

use serde_json::Value;

use super::User;

#[test]
fn the_vectors_catch_every_decided_mutant_and_tell_every_two_apart() {
    let answer = User::new().qsh(&["mutants", "--format", "json"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let report = answer.json();
    assert_eq!((report["format"].as_str(), report["full"].as_bool()), (Some("qsh-mutants"), Some(true)));
    assert_eq!(report["alike"], Value::Array(Vec::new()));
    for mutant in report["mutants"].as_array().unwrap() {
        let is_caught = !mutant["caught_by"].as_array().unwrap().is_empty();
        assert_eq!(is_caught, mutant["standing"] == "decided", "{mutant}");
    }
}

#[test]
fn without_the_cases_that_catch_a_mutant_it_survives_and_the_command_fails() {
    let user = User::new();
    let report = user.qsh(&["mutants", "--format", "json"]).json();
    let mutants = report["mutants"].as_array().unwrap();
    let mutant = mutants.iter().find(|mutant| mutant["choice"] == "head=as_get").unwrap();
    let without: Vec<String> =
        mutant["caught_by"].as_array().unwrap().iter().map(|id| format!("!{}", id.as_str().unwrap())).collect();
    let args: Vec<&str> = ["mutants"].into_iter().chain(without.iter().map(String::as_str)).collect();
    let answer = user.qsh(&args);
    assert_eq!(answer.code, 1, "{answer:?}");
    let line = answer.stdout.lines().find(|line| line.contains("head=as_get")).unwrap();
    assert!(line.ends_with("survives"), "{line}");
    let decided = mutants.iter().filter(|mutant| mutant["standing"] == "decided").count();
    assert!(answer.stdout.contains(&format!("{} of {decided} mutants caught", decided - 1)), "{answer:?}");
    assert_eq!(user.qsh(&["mutants", "no-such-case"]).code, 4);
}
