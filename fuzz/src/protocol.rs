//! The reader and the writer of the adapter protocol.

use qsh::adapter::protocol::{self, Incoming, Question};
use qsh::diff::Source;

use crate::{Oracle, Violation, embedded_vectors, questions, reproducer};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "protocol",
    property: "a question that is read or generated is written and read again as the same",
    check,
    seeds,
};

/// The input is a line of the protocol. If it is not a JSON object, it is instead the choices that generate a question.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    // Answers and descriptions are only read: no panic.
    for operation in protocol::Operation::ALL {
        let _ = protocol::read_answer(bytes, |_| Some(operation));
    }
    let _ = protocol::read_description(bytes, 0);
    check_writer(bytes, protocol::write_question)
}

/// Checks a writer of questions against the reader.
fn check_writer(bytes: &[u8], write: impl Fn(&mut Vec<u8>, u64, &Question)) -> Result<(), Violation> {
    let (id, question) = match protocol::read_question(bytes) {
        Ok(Incoming::Ask { id, question }) => (id, *question),
        _ if bytes.starts_with(b"{") => return Ok(()),
        _ => (1, questions::question(&mut Source::new(bytes))),
    };
    let mut line = Vec::new();
    write(&mut line, id, &question);
    match protocol::read_question(&line) {
        Ok(Incoming::Ask { id: again, question: same }) if again == id && *same == question => Ok(()),
        _ => Err(Violation::new(
            format!("a question is not read as it was written: {question:?}"),
            reproducer("line", line.trim_ascii_end(), "qsh::adapter::protocol::read_question(line);"),
        )),
    }
}

/// The questions of every seventh vector.
fn seeds() -> Vec<Vec<u8>> {
    let line = |(id, question)| {
        let mut line = Vec::new();
        protocol::write_question(&mut line, id, &question);
        line
    };
    let vectors = embedded_vectors();
    let questions = vectors.cases().step_by(7).flat_map(|case| case.questions());
    (0_u64..).zip(questions).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_writer_that_leaves_out_an_empty_form_is_found() {
        let write = |line: &mut Vec<u8>, id, question: &Question| {
            let mut question = question.clone();
            if let Question::CanonicalRequest(request) | Question::Qsh(request) = &mut question {
                request.form.take_if(|form| form.is_empty());
            }
            protocol::write_question(line, id, &question);
        };
        // Has no seeds: generated choices are enough to find the bug.
        let violation = testing::violation(Vec::new, |bytes| check_writer(bytes, write));
        assert!(violation.what.contains(r#"form: Some("")"#), "{violation}");
    }
}
