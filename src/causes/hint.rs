//! The hint of a report: one line that says what a wrong answer looks like.

use qsh_diagnose::{Diagnosis, Explanation, Mistake, diagnose};

use super::cause::Cause;
use super::evidence::Evidence;
use crate::suite::outcome::Outcome;

/// The maximum number of other explanations that are named after the first.
const OTHERS: usize = 3;

/// The maximum number of wrong answers of one adapter that are searched for pairs of mistakes. If an adapter fails more
/// cases, diagnose its report as a whole.
const DEEP: usize = 100;
/// The maximum length of a URL that is searched for pairs of mistakes. For longer URLs, only single mistakes are tried.
const LONG: usize = 2048;

/// The likeliest explanation of a wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hint {
    /// The likeliest mistakes, in the notation of [`Mistake`].
    pub mistakes: Vec<String>,
    /// A short description of their effects.
    pub short: String,
    /// One line for a person. It adds the clauses, and other mistakes that would give the same answer.
    pub text: String,
}

impl Hint {
    /// The hint for an answer that these causes make wrong. `None` without a cause.
    pub(super) fn of(causes: &[&Cause]) -> Option<Self> {
        let first = causes.first()?;
        let names = causes.iter().map(|cause| cause.name.as_str()).collect::<Vec<_>>().join(" with ");
        let does = |cause: &&Cause| format!("{} ({})", cause.does, cause.clauses.join(", "));
        let mut text = format!("looks like {names}: {}", causes.iter().map(does).collect::<Vec<_>>().join("; "));
        if let Some(known) = first.seen_in.first() {
            text.push_str(&format!("; seen in {known}"));
        }
        if let ([only], [alternative, others @ ..]) = (causes, first.alternatives.as_slice()) {
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            let cases = only.cases.len();
            text.push_str(&format!("; {alternative}{more} would explain the same cases ({cases})"));
        }
        let short = causes.iter().map(|cause| cause.does.as_str()).collect::<Vec<_>>().join("; ");
        let mistakes = causes.iter().map(|cause| cause.name.clone()).collect();
        Some(Self { mistakes, short: format!("looks like {names}: {short}"), text })
    }
}

/// Searches for single mistakes that explain wrong answers which no cause of the whole report explains. It also tries pairs
/// of mistakes for a limited number of answers.
#[derive(Debug)]
pub struct Hints {
    deep: usize,
}

impl Default for Hints {
    fn default() -> Self {
        Self { deep: DEEP }
    }
}

impl Hints {
    /// The hint for a wrong answer to a case. `None` if no mistakes were found that give the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::causes::{Asked, Evidence, Hints};
    /// use qsh::suite::case::Level;
    /// use qsh::suite::outcome::{Answer, Outcome};
    /// use qsh::suite::verdict::Verdict;
    /// use qsh_diagnose::Input;
    ///
    /// let evidence = Evidence {
    ///     case: "path/trailing-slash/two".to_owned(),
    ///     clauses: vec!["QSH-P7".to_owned()],
    ///     level: Level::Open,
    ///     verdict: Verdict::Fail,
    ///     asked: Asked::Canonical { input: Box::new(Input::new("GET", "/a//")), hash: None },
    ///     outcome: Outcome::Ok(Answer::canonical_request("GET&/a&")),
    /// };
    /// assert_eq!(Hints::default().hint(&evidence).unwrap().mistakes, ["trailing_slash=all"]);
    /// ```
    pub fn hint(&mut self, case: &Evidence) -> Option<Hint> {
        let (input, Outcome::Ok(answer)) = (case.input()?, &case.outcome) else { return None };
        let most = if self.deep == 0 || input.length() > LONG { 1 } else { 2 };
        let Diagnosis { mut explanations, .. } = diagnose(input, &answer.canonical(), most).ok()?;
        if most == 2 && explanations.first().is_none_or(|first| first.mistakes.len() > 1) {
            self.deep -= 1;
        }
        // The implementation got the whole request, so a choice is likelier than another request. A mistake against a
        // clause of the case is likelier than others.
        let place = |mistake: &Mistake| case.clauses.iter().position(|clause| clause == mistake.clause());
        explanations.sort_by_key(|explanation| {
            let is_request = |mistake: &Mistake| matches!(mistake, Mistake::Request(_));
            let place = explanation.mistakes.iter().map(|mistake| place(mistake).unwrap_or(usize::MAX)).min();
            (explanation.mistakes.iter().any(is_request), place)
        });
        let (first, others) = explanations.split_first().filter(|(first, _)| !first.mistakes.is_empty())?;
        let mistakes = first.mistakes.iter().map(ToString::to_string).collect();
        let does: Vec<&str> = first.mistakes.iter().map(Mistake::does).collect();
        let short = format!("looks like {}: {}", names(first), does.join("; "));
        Some(Hint { mistakes, short, text: text(first, others) })
    }
}

fn text(first: &Explanation, others: &[Explanation]) -> String {
    let does: Vec<String> =
        first.mistakes.iter().map(|mistake| format!("{} ({})", mistake.does(), mistake.clause())).collect();
    let mut text = format!("looks like {}: {}", names(first), does.join("; "));
    if let Some(known) = first.seen_in().first() {
        text.push_str(&format!("; seen in {known}"));
    }
    if !others.is_empty() {
        let named: Vec<String> = others.iter().take(OTHERS).map(names).collect();
        let more = match others.len().saturating_sub(OTHERS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        text.push_str(&format!("; {}{more} would give the same here", named.join(", ")));
    }
    text
}

fn names(explanation: &Explanation) -> String {
    explanation.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" with ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::Vectors;
    use crate::suite::outcome::Answer;
    use crate::suite::verdict::Verdict;

    /// The hint for an answer to an embedded case.
    fn hint_for(id: &str, answer: &Answer) -> Option<String> {
        let vectors = Vectors::embedded().unwrap();
        let case = vectors.cases().find(|case| case.id == id).unwrap();
        let hint = Hints::default().hint(&Evidence::of(case, Verdict::Fail, &Outcome::Ok(answer.clone())));
        hint.map(|hint| hint.text)
    }

    #[test]
    fn a_hash_alone_is_enough() {
        let wrong = qsh_hash::Qsh::of_canonical(b"GET&/a//&").to_string();
        let hint = hint_for("path/trailing-slash/two", &Answer::qsh(wrong)).unwrap();
        insta::assert_snapshot!(hint, @"looks like trailing_slash=kept: a trailing `/` stays (QSH-P7); seen in PyPI jira; trailing_slash=added, target_hashed would give the same here");
    }

    #[test]
    fn two_mistakes_are_named_together() {
        let hint = hint_for("path/trailing-slash/two", &Answer::canonical_request("POST&/a//&")).unwrap();
        insta::assert_snapshot!(hint, @"looks like another_method with trailing_slash=kept: the hash is that of a `POST` request (QSH-M2); a trailing `/` stays (QSH-P7); another_method with trailing_slash=added would give the same here");
    }

    #[test]
    fn a_mistake_of_the_clause_that_the_case_shows_comes_first() {
        let hint = hint_for("base/prefix/no-segment-boundary", &Answer::canonical_request("GET&/jirafoo/x&")).unwrap();
        assert!(hint.starts_with("looks like base_boundary=segment: "), "{hint}");
        assert!(hint.contains("; base_removal=none, "), "{hint}");
    }

    #[test]
    fn a_wrong_answer_that_no_two_mistakes_give_has_no_name_and_a_right_one_neither() {
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::canonical_request("nothing of the kind")), None);
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::qsh("0".repeat(64))), None);
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::canonical_request("GET&/a/&")), None);
    }
}
