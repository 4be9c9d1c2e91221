//! Our own verifier on good tokens and on tokens with changes.

use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::protocol::{self, Question};
use qsh::diff::{Source, means_the_same, related, request, tampered_token};
use qsh::suite::outcome::Outcome;
use qsh::tamper::{KINDS, TamperedToken, TokenKind};
use qsh_diagnose::Input;
use qsh_hash::percent;

use crate::{Oracle, Violation};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "signed",
    property: "a good token is accepted, and one with a change or two is accepted or refused as the clauses say",
    check,
    seeds: Vec::new,
};

/// The input is the choices that generate a token.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_verifier(bytes, |question| BuiltIn::new().answer(question))
}

fn check_verifier(bytes: &[u8], answer: impl Fn(&Question) -> Outcome) -> Result<(), Violation> {
    let mut source = Source::new(bytes);
    let token = tampered_token(&mut source, &KINDS);
    let (question, is_good) = if token.changes.is_empty() {
        match for_generated_request(&mut source) {
            Some(asked) => asked,
            None => return Ok(()),
        }
    } else {
        (token.question(), token.is_good())
    };
    let outcome = answer(&question);
    if matches!(outcome, Outcome::Ok(_)) == is_good {
        return Ok(());
    }
    let what = if is_good { "a good token is refused" } else { "a bad token is accepted" };
    Err(Violation::new(format!("{what}, with the changes {:?}: {outcome:?}", token.name()), reproducer(&question)))
}

/// A good token for a generated request, in that request or in a related one, and whether it is accepted there. Returns
/// `None` if one of the requests may carry another token.
fn for_generated_request(source: &mut Source<'_>) -> Option<(Question, bool)> {
    let signed = Input { base_url: None, form: None, ..request(source) };
    let received = if source.once_in(2) { related(&signed, source)?.1 } else { signed.clone() };
    if may_carry_a_token(&signed) || may_carry_a_token(&received) {
        return None;
    }
    let Question::Authenticate(mut asked) = TamperedToken::good(TokenKind::Url, signed.clone()).question() else {
        return None;
    };
    let is_good = received == signed || means_the_same(&signed, &received);
    asked.request.input = received;
    Some((Question::Authenticate(asked), is_good))
}

fn may_carry_a_token(input: &Input) -> bool {
    let Ok(request) = input.request() else { return true };
    percent::decode(request.query().unwrap_or_default()).bytes.windows(3).any(|it| it == b"jwt")
}

/// Rust statements that ask our own implementation again.
fn reproducer(question: &Question) -> String {
    let mut line = Vec::new();
    protocol::write_question(&mut line, 1, question);
    let line = line.trim_ascii_end().escape_ascii();
    format!(
        "let line = b\"{line}\";\n\
         let qsh::adapter::protocol::Incoming::Ask {{ question, .. }} = qsh::adapter::protocol::read_question(line)? else {{ unreachable!() }};\n\
         qsh::adapter::built_in::BuiltIn::new().answer(&question);"
    )
}

#[cfg(test)]
mod tests {
    use qsh::suite::outcome::{Answer, Reason};

    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_verifier_with_a_second_more_leeway_is_found() {
        let violation = testing::violation(Vec::new, |bytes| {
            check_verifier(bytes, |question| {
                let mut question = question.clone();
                match &mut question {
                    Question::Authenticate(asked) => asked.leeway += 1,
                    Question::AsapVerify(asked) => asked.leeway += 1,
                    _ => {}
                }
                BuiltIn::new().answer(&question)
            })
        });
        assert!(violation.what.starts_with("a bad token is accepted, with the changes \""), "{violation}");
    }

    #[test]
    fn a_verifier_that_accepts_any_hash_is_found() {
        let violation = testing::violation(Vec::new, |bytes| {
            check_verifier(bytes, |question| match BuiltIn::new().answer(question) {
                Outcome::Rejected { reason: Reason::QshMismatch, .. } => Outcome::Ok(Answer::default()),
                outcome => outcome,
            })
        });
        assert!(violation.what.starts_with("a bad token is accepted, with the changes \""), "{violation}");
    }
}
