//! What every known mistake makes of a request: diagnosis the other way round.

use super::{Explanation, Mistake};
use crate::qsh::{Deviation, Dialect, canonicalize_with};
use crate::request::InvalidRequest;
use crate::suite::case::Input;

/// What each single deviation makes of a request, in the order of the clauses, where that is not the right hash. A
/// dialect that refuses the request makes nothing of it.
///
/// # Errors
///
/// A method or base URL that no canonical request can be made of.
///
/// # Examples
///
/// A slash at the end is where many go wrong:
///
/// ```
/// use qsh::diagnose::consequences;
/// use qsh::suite::case::Input;
///
/// let input = Input::new("GET", "/a/");
/// let wrong = consequences(&input)?;
/// let kept = wrong.iter().find(|wrong| wrong.mistakes[0].to_string() == "trailing_slash=kept").unwrap();
/// assert_eq!(kept.canonical.as_bytes(), b"GET&/a/&");
/// assert!(!wrong.iter().any(|wrong| wrong.mistakes[0].to_string() == "trailing_slash=all"));
/// # Ok::<(), qsh::InvalidRequest>(())
/// ```
pub fn consequences(input: &Input) -> Result<Vec<Explanation>, InvalidRequest> {
    let request = input.request()?;
    let right = crate::hash(&request).to_string();
    let consequence = |deviation: Deviation| {
        let dialect = Dialect::OFFICIAL.with(deviation);
        let canonical = canonicalize_with(&request, &dialect).ok()?;
        let hash = canonical.hash_with(&dialect);
        Some(Explanation { mistakes: vec![Mistake::Choice(deviation)], canonical, hash })
    };
    Ok(Deviation::all().filter_map(consequence).filter(|wrong| wrong.hash != right).collect())
}
