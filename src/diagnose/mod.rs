//! Names the mistake behind a wrong answer: the deviations from [`Dialect::OFFICIAL`] that give it.

use crate::adapter::built_in::request;
use crate::qsh::{Deviation, Dialect, canonicalize_with};
use crate::suite::case::{Case, Input};
use crate::suite::outcome::Answer;

/// The single deviations under which a request gives exactly this answer, in the order of the clauses; none, where the
/// official dialect gives it.
///
/// Where the answer has a canonical request and a hash, a deviation gives both.
///
/// # Examples
///
/// Repeated values that were not sorted:
///
/// ```
/// use qsh::diagnose::single_deviations;
/// use qsh::suite::case::Input;
/// use qsh::suite::outcome::Answer;
///
/// let input = Input { method: "GET".into(), url: "/a?x=2&x=1".into(), base_url: None, form: None };
/// let found = single_deviations(&input, &Answer::canonical_request("GET&/a&x=2,1"));
/// assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["value_order=as_given"]);
/// ```
pub fn single_deviations(input: &Input, answer: &Answer) -> Vec<Deviation> {
    if gives(input, &Dialect::OFFICIAL, answer) {
        return Vec::new();
    }
    Deviation::all().filter(|deviation| gives(input, &Dialect::OFFICIAL.with(*deviation), answer)).collect()
}

fn gives(input: &Input, dialect: &Dialect, answer: &Answer) -> bool {
    let Ok(request) = request(input) else { return false };
    let Ok(canonical) = canonicalize_with(&request, dialect) else { return false };
    answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// One line for a person on what a wrong answer to a case looks like; nothing, where no single deviation gives it.
///
/// Several deviations may give it. One of a clause that the case shows is likelier than another.
pub fn hint(case: &Case, answer: &Answer) -> Option<String> {
    let mut found = single_deviations(&case.input, answer);
    found.sort_by_key(|deviation| {
        case.clauses.iter().position(|clause| clause == deviation.field().clause).unwrap_or(usize::MAX)
    });
    let (first, others) = found.split_first()?;
    let choice = first.choice();
    let mut hint = format!("looks like {first}: {} ({})", choice.does, first.field().clause);
    if let Some(known) = choice.seen_in.first() {
        hint.push_str(&format!("; seen in {known}"));
    }
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        hint.push_str(&format!("; {} would give the same here", others.join(", ")));
    }
    Some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::Vectors;

    /// The hint for an answer to an embedded case.
    fn hint_for(id: &str, answer: &Answer) -> Option<String> {
        let vectors = Vectors::embedded().unwrap();
        hint(vectors.cases().find(|case| case.id == id).unwrap(), answer)
    }

    #[test]
    fn a_hash_alone_is_enough() {
        let wrong = crate::Qsh::of_canonical(b"GET&/a//&").to_string();
        let hint = hint_for("path/trailing-slash/two", &Answer::qsh(wrong)).unwrap();
        insta::assert_snapshot!(hint, @"looks like trailing_slash=kept: a trailing `/` stays (QSH-P7); seen in PyPI jira");
    }

    #[test]
    fn a_deviation_of_the_clause_that_the_case_shows_comes_first() {
        let hint = hint_for("base/prefix/no-segment-boundary", &Answer::canonical_request("GET&/jirafoo/x&")).unwrap();
        insta::assert_snapshot!(hint, @"looks like base_boundary=segment: the base must end where a segment ends, as it does in a router (QSH-P4); base_removal=none, base_removal=wiki, base_removal=wiki_anywhere would give the same here");
    }

    #[test]
    fn a_wrong_answer_that_no_single_deviation_gives_has_no_name_and_a_right_one_neither() {
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::canonical_request("POST&/a&")), None);
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::qsh("0".repeat(64))), None);
        assert_eq!(hint_for("path/trailing-slash/two", &Answer::canonical_request("GET&/a/&")), None);
    }
}
