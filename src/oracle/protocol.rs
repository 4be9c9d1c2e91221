//! Oracles of what the suite reads: questions of the adapter protocol, and vector files.

use super::{Broken, shown};
use crate::adapter::protocol::{self, Incoming};
use crate::suite::load::{self, Vectors};

/// A question that is read is written and read again as the same. Answers and descriptions are only read.
pub(super) fn protocol(line: &[u8]) -> Result<(), Broken> {
    for operation in protocol::Operation::ALL {
        let _ = protocol::read_answer(line, |_| Some(operation));
    }
    let _ = protocol::read_description(line, 0);
    let Ok(Incoming::Ask { id, question }) = protocol::read_question(line) else { return Ok(()) };
    let mut written = Vec::new();
    protocol::write_question(&mut written, id, &question);
    match protocol::read_question(&written) {
        Ok(Incoming::Ask { id: again, question: same }) if (again, &same) == (id, &question) => Ok(()),
        _ => Err(Broken::new(
            "a question is not read again as it was written",
            shown("line", line, "qsh::adapter::protocol::read_question(line);"),
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

/// Vectors that are read are written and read again as the same.
pub(super) fn vectors(text: &[u8]) -> Result<(), Broken> {
    let path = "fuzzed.json".as_ref();
    let Ok(read) = Vectors::parse(path, text) else { return Ok(()) };
    let written = load::write(read.cases().cloned());
    match Vectors::parse(path, written.as_bytes()) {
        Ok(again) if again.cases().eq(read.cases()) => Ok(()),
        _ => Err(Broken::new(
            "vectors are not read again as they were written",
            shown("text", text, "qsh::suite::load::Vectors::parse(\"fuzzed.json\".as_ref(), text);"),
        )),
    }
}

/// Vector files of one case each.
pub(super) fn vector_files() -> Vec<Vec<u8>> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    vectors.cases().step_by(11).map(|case| load::write([case.clone()]).into_bytes()).collect()
}
