//! The adapter in docs/adapter-protocol.md works exactly as it is printed there.

use std::{env, fs, process};

use qsh::adapter::Adapter;
use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::protocol::Question;
use qsh::suite::outcome::{Answer, Outcome};
use qsh_diagnose::{Input, Text};

const DOCUMENT: &str = include_str!("../../docs/adapter-protocol.md");

#[test]
fn the_example_adapter_runs() {
    if process::Command::new("python3").arg("--version").output().is_err() {
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "python3 has to be there where CI=true");
        println!("skipped: python3 is not there");
        return;
    }
    let (_, rest) = DOCUMENT.split_once("```python\n").expect("the document has a Python block");
    let (program, _) = rest.split_once("```").expect("the block ends");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("adapter.py");
    fs::write(&file, program).unwrap();

    let mut child = Child::start(Command::new("python3").args([&file]), Limits::default()).unwrap();
    assert_eq!(child.description().operations, ["canonical_request"]);
    let question = |url: Text| Question::CanonicalRequest(Input::new("get", url));
    let questions = ["https://example.com/test?b=c&a=b&jwt=x".into(), "http://[".into(), b"/\xff".to_vec().into()];
    let replies = child.ask(&questions.map(question), &mut |_| {});
    let outcomes: Vec<Outcome> = replies.into_iter().map(|reply| reply.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Ok(Answer::canonical_request("GET&/test&a=b&b=c")),
            Outcome::Fault { kind: "ValueError".to_owned(), message: "Invalid IPv6 URL".to_owned() },
            Outcome::Unsupported("only canonical_request of a URL that is text".to_owned()),
        ]
    );
    assert_eq!(child.finish(), []);
    assert_eq!(child.incidents(), [""; 0]);
}
