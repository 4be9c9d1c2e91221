//! `qsh diff` ends in the fewest causes, in time, and with what was found.

use std::process::{self, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{User, fake};

/// A comparison of our own implementation with another one, as JSON.
fn compared(command: &str, more: &[&str]) -> Value {
    let args = ["diff", "--adapter", "built-in", "--command", command, "--format", "json"];
    User::new().qsh(&[&args[..], more].concat()).json()
}

/// The choices of each cause, or what is not explained.
fn causes(differences: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = |cluster: &Value| {
        let choices: Vec<String> =
            cluster["choices"].as_array().unwrap().iter().map(|it| text(&it["choice"])).collect();
        if choices.is_empty() { text(&cluster["unexplained"]["what"]) } else { choices.join(" ") }
    };
    let mut causes: Vec<String> = differences["clusters"].as_array().unwrap().iter().map(name).collect();
    causes.sort();
    causes
}

/// Each of several choices shows with others in most requests. There are no more causes than choices.
#[test]
fn causes_are_never_a_product_of_choices() {
    let command = fake("--dialect 'repeat=separate value_order=encoded trailing_slash=kept'");
    let found = compared(&command, &["--cases", "20000"]);
    // The order of values shows only where values are repeated.
    assert_eq!(causes(&found), ["repeat=separate", "repeat=separate value_order=encoded", "trailing_slash=kept"]);
    let many = "leading_slashes=collapsed trailing_slash=all path_ampersand=kept base_removal=none separator=ampersand_or_semicolon \
                plus=literal repeat=separate value_order=as_given name_order=decoded_code_point jwt_parameter=kept form_body=ignored";
    let found = compared(&fake(&format!("--dialect '{many}'")), &["--cases", "20000"]);
    let causes = causes(&found);
    assert!(causes.len() <= 11, "{causes:?}");
    // Only more requests would show which order of names it is.
    for choice in many.split_whitespace() {
        let choice = choice.replace("name_order=decoded_code_point", "name_order=");
        assert!(causes.iter().any(|cause| cause.contains(&choice)), "{choice}: {causes:?}");
    }
}

/// A choice is learnt though some requests contradict it. These are reported.
#[test]
fn what_contradicts_a_learnt_choice_is_news() {
    let command = fake("--dialect name_order=culture --backwards-on __proto__");
    let found = compared(&command, &["--cases", "20000"]);
    let causes = causes(&found);
    assert!(causes.contains(&"name_order=culture".to_owned()), "{causes:?}");
    let news: Vec<&Value> =
        found["clusters"].as_array().unwrap().iter().filter(|it| it["explained"] == json!(false)).collect();
    assert!((1..=3).contains(&news.len()), "{causes:?}");
    assert!(news.iter().all(|it| it["example"].to_string().contains("__proto__")), "{news:?}");
}

/// An adapter in Python: the specification, and one deviation of its own.
fn in_python(user: &User, deviation: &str) -> Option<String> {
    if process::Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: no python3");
        return None;
    }
    let text = include_str!("deviating.py").replace("        # DEVIATION\n", deviation);
    Some(format!("python3 {}", user.write("deviating.py", &text).display()))
}

/// The dialect table has no choice for this deviation. Whatever name shows it, it is one cause.
#[test]
fn differences_of_one_kind_are_one_cause() {
    let user = User::new();
    let Some(command) = in_python(&user, "        if not equals and name in query: continue\n") else { return };
    let found = compared(&command, &["--cases", "20000"]);
    let shown: Vec<&Value> = found["clusters"].as_array().unwrap().iter().map(|it| &it["example"]["url"]).collect();
    assert_eq!((causes(&found), shown.len()), (vec!["another query".to_owned()], 1), "{shown:?}");
}

#[test]
fn base_urls_are_those_of_apps_unless_odd_ones_are_wanted() {
    let user = User::new();
    let deviation = "        if base and not re.match(r'https?://[a-z.]+(:[0-9]+)?(/[a-z0-9.~-]+)*$', base): raise TypeError('Invalid URL')\n";
    let Some(command) = in_python(&user, deviation) else { return };
    let found = |share: &str| compared(&command, &["--cases", "5000", "--odd-urls", share]);
    assert_eq!(causes(&found("never")), [""; 0]);
    let [rarely, often] = ["rarely", "often"].map(|share| found(share)["differing"].as_u64().unwrap());
    assert!(0 < rarely && rarely < 200 && often > 2 * rarely, "{rarely} {often}");
    assert_eq!(causes(&found("often")), ["fault TypeError"]);
}

/// Smaller examples are part of the time, and answers that do not come are not waited for.
#[test]
fn the_time_is_the_whole_time() {
    for misbehaviour in ["--backwards-on e", "--hang-on a"] {
        let command = fake(&format!("--dialect 'trailing_slash=kept space=plus' {misbehaviour}"));
        let begin = Instant::now();
        let answer = User::new().qsh(&["diff", "--adapter", "built-in", "--command", &command, "--time", "3"]);
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(6), "{misbehaviour}: {took:?}");
        assert!(answer.stdout.contains("built-in"), "{answer:?}");
    }
}

/// An interruption ends the comparison with a report, even while an adapter does not answer.
#[test]
fn an_interruption_ends_a_comparison_with_its_report() {
    use rustix::process::{Pid, Signal, kill_process};
    let command = fake("--dialect trailing_slash=kept --hang-on %F4%90%80%80");
    let args = ["diff", "--adapter", "built-in", "--command", &command, "--timeout", "600", "--time", "600"];
    let user = User::new();
    let mut qsh = user.command(&args);
    let qsh = qsh.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_secs(3));
    let begin = Instant::now();
    kill_process(Pid::from_child(&qsh), Signal::INT).unwrap();
    let output = qsh.wait_with_output().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("CAUSE  command: trailing_slash=kept  "), "{report}");
}

/// What was not asked is not known.
#[test]
fn an_interrupted_comparison_without_a_difference_is_not_green() {
    use rustix::process::{Pid, Signal, kill_process};
    let user = User::new();
    let command = fake("--dialect ''");
    let mut qsh = user.command(&["diff", "--adapter", "built-in", "--command", &command, "--time", "600"]);
    let qsh = qsh.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_secs(3));
    kill_process(Pid::from_child(&qsh), Signal::INT).unwrap();
    let output = qsh.wait_with_output().unwrap();
    let (report, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(130), "{report}");
    assert!(said.contains("interrupted: what was answered until then is as described"), "{said}");
}
