//! Names the mistake behind a wrong answer: the deviations from [`Dialect::OFFICIAL`] that give it.

use crate::adapter::built_in::request;
use crate::qsh::{Deviation, Dialect, canonicalize_with};
use crate::suite::case::Input;
use crate::suite::outcome::Answer;

/// The single deviations under which a request gives exactly this answer, in the order of the clauses.
///
/// Where the answer has a canonical request and a hash, a deviation gives both. The official dialect itself is no
/// deviation, so a right answer has none that matter: every deviation that leaves this request alone gives it too.
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
    Deviation::all().filter(|deviation| gives(input, &Dialect::OFFICIAL.with(*deviation), answer)).collect()
}

fn gives(input: &Input, dialect: &Dialect, answer: &Answer) -> bool {
    let Ok(request) = request(input) else { return false };
    let Ok(canonical) = canonicalize_with(&request, dialect) else { return false };
    answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// One line for a person on what a wrong answer looks like; nothing, where no single deviation gives it.
pub fn hint(input: &Input, answer: &Answer) -> Option<String> {
    let found = single_deviations(input, answer);
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

    fn input(url: &str) -> Input {
        Input { method: "GET".into(), url: url.into(), base_url: None, form: None }
    }

    #[test]
    fn a_hash_alone_is_enough() {
        let wrong = crate::Qsh::of_canonical(b"GET&/a//&").to_string();
        let hint = hint(&input("/a//"), &Answer::qsh(wrong)).unwrap();
        insta::assert_snapshot!(hint, @"looks like trailing_slash=kept: a trailing `/` stays (QSH-P7); seen in Go rbriski/atlassian-jwt");
    }

    #[test]
    fn what_no_single_deviation_gives_has_no_name() {
        assert_eq!(hint(&input("/a"), &Answer::canonical_request("POST&/a&")), None);
        assert_eq!(hint(&input("/a"), &Answer::qsh("0".repeat(64))), None);
    }
}
