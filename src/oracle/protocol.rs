//! Oracles of what the suite reads: questions of the adapter protocol, and vector files.

use super::{Broken, questions, shown};
use crate::adapter::protocol::{self, Incoming, Question};
use crate::diff::Source;
use crate::suite::case::Case;
use crate::suite::load::{self, Vectors};

/// A question that is read is written and read again as the same, and so is one that is made of choices, where the bytes
/// are no line of JSON. Answers and descriptions are only read.
pub(super) fn protocol(bytes: &[u8]) -> Result<(), Broken> {
    for operation in protocol::Operation::ALL {
        let _ = protocol::read_answer(bytes, |_| Some(operation));
    }
    let _ = protocol::read_description(bytes, 0);
    match protocol::read_question(bytes) {
        Ok(Incoming::Ask { id, question }) => is_read_again(id, &question),
        _ if bytes.starts_with(b"{") => Ok(()),
        _ => is_read_again(1, &questions::question(&mut Source::new(bytes))),
    }
}

fn is_read_again(id: u64, question: &Question) -> Result<(), Broken> {
    let mut written = Vec::new();
    protocol::write_question(&mut written, id, question);
    match protocol::read_question(&written) {
        Ok(Incoming::Ask { id: again, question: same }) if (again, &*same) == (id, question) => Ok(()),
        _ => Err(Broken::new(
            format!("a question is not read again as it was written: {question:?}"),
            shown("line", written.trim_ascii_end(), "qsh::adapter::protocol::read_question(line);"),
        )),
    }
}

/// The questions of the vectors.
pub(super) fn questions() -> Vec<Vec<u8>> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let question = |(id, question)| {
        let mut line = Vec::new();
        protocol::write_question(&mut line, id, &question);
        line
    };
    let questions = vectors.cases().step_by(7).flat_map(|case| case.questions());
    (0_u64..).zip(questions).map(question).collect()
}

/// Vectors that are read are written and read again as the same, and so is a case that is made of choices, where the bytes
/// are no JSON.
pub(super) fn vectors(bytes: &[u8]) -> Result<(), Broken> {
    match Vectors::parse(PATH.as_ref(), bytes) {
        Ok(read) => are_read_again(&read.cases().cloned().collect::<Vec<_>>()),
        Err(_) if bytes.starts_with(b"{") => Ok(()),
        Err(_) => are_read_again(&[questions::case(&mut Source::new(bytes))]),
    }
}

const PATH: &str = "fuzzed.json";

fn are_read_again(cases: &[Case]) -> Result<(), Broken> {
    let written = load::write(cases.iter().cloned());
    match Vectors::parse(PATH.as_ref(), written.as_bytes()) {
        Ok(again) if again.cases().eq(cases) => Ok(()),
        _ => Err(Broken::new(
            format!("vectors are not read again as they were written: {cases:?}"),
            shown("text", written.as_bytes(), "qsh::suite::load::Vectors::parse(\"fuzzed.json\".as_ref(), text);"),
        )),
    }
}

/// Vector files of one case each.
pub(super) fn vector_files() -> Vec<Vec<u8>> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    vectors.cases().step_by(11).map(|case| load::write([case.clone()]).into_bytes()).collect()
}
