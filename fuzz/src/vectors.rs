//! The reader and the writer of vector files.

use qsh::diff::Source;
use qsh::suite::case::Case;
use qsh::suite::load::{self, Notes, Vectors};

use crate::{Oracle, Violation, embedded_vectors, questions, reproducer};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "vectors",
    property: "a vector file that is read or generated is written and read again as the same",
    check,
    seeds,
};

/// The name of the file in messages.
const PATH: &str = "fuzzed.json";

/// The input is a vector file. If it is not a JSON object, it is instead the choices that generate a case.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_writer(bytes, |cases, notes| load::write(cases.iter().cloned(), notes))
}

/// Checks a writer of vector files against the loader.
fn check_writer(bytes: &[u8], write: impl Fn(&[Case], &Notes) -> String) -> Result<(), Violation> {
    let (cases, notes) = match Vectors::parse(PATH.as_ref(), bytes) {
        Ok(read) => (read.cases().cloned().collect(), read.notes()),
        Err(_) if bytes.starts_with(b"{") => return Ok(()),
        Err(_) => (vec![questions::case(&mut Source::new(bytes))], Notes::new()),
    };
    let text = write(&cases, &notes);
    match Vectors::parse(PATH.as_ref(), text.as_bytes()) {
        Ok(again) if again.cases().eq(&cases) => Ok(()),
        _ => Err(Violation::new(
            format!("vectors are not read as they were written: {cases:?}"),
            reproducer("text", text.as_bytes(), "qsh::suite::load::Vectors::parse(\"fuzzed.json\".as_ref(), text);"),
        )),
    }
}

/// A file of one case for every eleventh vector.
fn seeds() -> Vec<Vec<u8>> {
    let vectors = embedded_vectors();
    let notes = vectors.notes();
    vectors.cases().step_by(11).map(|case| load::write([case.clone()], &notes).into_bytes()).collect()
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
    fn a_writer_that_trims_summaries_is_found() {
        let write = |cases: &[Case], _: &Notes| {
            let trimmed = cases.iter().map(|case| Case { summary: case.summary.trim().to_owned(), ..case.clone() });
            load::write(trimmed, &Notes::new())
        };
        // Has no seeds: generated choices are enough to find the bug.
        let violation = testing::violation(Vec::new, |bytes| check_writer(bytes, write));
        assert!(violation.what.starts_with("vectors are not read as they were written: [Case {"), "{violation}");
    }
}
