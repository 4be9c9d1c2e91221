//! A dialect as an adapter: answers as an implementation with this dialect would.
//!
//! A dialect does not describe tokens. Our own verifier answers questions about them.

use qsh_diagnose::{Dialect, canonicalize_with};

use super::built_in::BuiltIn;
use super::protocol::{self, Description, Operation, Question};
use super::{Adapter, Reply, in_process};
use crate::suite::outcome::{Answer, Outcome, Reason};

/// The operations that a dialect or our own verifier answers.
const OPERATIONS: [Operation; 7] = [
    Operation::CanonicalRequest,
    Operation::Authenticate,
    Operation::AuthenticateInstall,
    Operation::AsapVerify,
    Operation::AuthenticateProduct,
    Operation::ImpersonationVerify,
    Operation::ForgeVerify,
];

/// An adapter for a dialect, in this process.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::Dialect;
/// use qsh::adapter::Adapter;
/// use qsh::adapter::described::Described;
/// use qsh::adapter::protocol::Question;
/// use qsh_diagnose::Input;
/// use qsh::suite::outcome::{Answer, Outcome};
///
/// let mut described = Described::new("my-sdk", Dialect::OFFICIAL.with("trailing_slash=kept".parse()?));
/// let replies = described.ask(&[Question::CanonicalRequest(Input::new("GET", "/a/"))], &mut |_| {});
/// assert_eq!(replies[0].outcome, Outcome::Ok(Answer::canonical_request("GET&/a/&")));
/// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
/// ```
#[derive(Debug)]
pub struct Described {
    description: Description,
    dialect: Dialect,
    verifier: BuiltIn,
}

impl Described {
    /// An adapter with this name for a described dialect.
    pub fn new(name: &str, dialect: Dialect) -> Self {
        let description = Description {
            protocol: protocol::VERSION,
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            runtime: "native".to_owned(),
            operations: OPERATIONS.map(|operation| operation.name().to_owned()).into(),
            fixed_leeway: None,
            fixed_method: None,
        };
        Self { description, dialect, verifier: BuiltIn::new() }
    }

    fn answer(&mut self, question: &Question) -> Outcome {
        let Question::CanonicalRequest(input) = question else {
            return match OPERATIONS.contains(&question.operation()) {
                true => self.verifier.answer(question),
                false => Outcome::Unsupported(format!("a dialect has no {}", question.operation().name())),
            };
        };
        let malformed = |message: String| Outcome::Rejected { reason: Reason::Malformed, message };
        match input.source() {
            Ok(request) => match canonicalize_with(request, &self.dialect) {
                Ok(canonical) => Outcome::Ok(Answer::canonical_request(canonical.as_bytes().to_vec())),
                Err(refusal) => malformed(refusal.to_string()),
            },
            Err(error) => malformed(error.to_string()),
        }
    }
}

impl Adapter for Described {
    fn description(&self) -> &Description {
        &self.description
    }

    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        in_process::ask(questions, answered, |question| self.answer(question))
    }

    fn incidents(&self) -> &[String] {
        &[]
    }
}
