//! Generated tokens: good ones, and others with one or two changes.

use super::source::Source;
use crate::suite::case::Input;
use crate::suite::trial::{Kind, Trial, changes};

/// Requests that every implementation reads alike, so that only a change in the token can get it refused.
const REQUESTS: &[(&str, &str)] = &[("GET", "/panel?issue=QSH-1"), ("GET", "/"), ("POST", "/rest/api/2/issue?a=1&b=2")];

/// Generates a token of one of these kinds.
///
/// # Examples
///
/// Without bytes, nothing is changed:
///
/// ```
/// use qsh::diff::{Source, trial};
/// use qsh::suite::trial::Kind;
///
/// let good = trial(&mut Source::new(b""), &Kind::ALL);
/// assert_eq!((good.kind, good.changes.len(), good.is_good()), (Kind::Url, 0, true));
/// let bytes: Vec<u8> = (0..64).collect();
/// assert_eq!(trial(&mut Source::new(&bytes), &Kind::ALL), trial(&mut Source::new(&bytes), &Kind::ALL));
/// ```
///
/// # Panics
///
/// If the list of kinds is empty.
pub fn trial(source: &mut Source<'_>, kinds: &[Kind]) -> Trial {
    let kind = kinds[source.up_to(kinds.len() - 1)];
    let (method, url) = REQUESTS[source.up_to(REQUESTS.len() - 1)];
    let mut trial = Trial::new(kind, Input::new(method, url));
    let all = changes(kind);
    for _ in 0..source.weighed(&[1, 6, 6]) {
        let change = all.clone().nth(source.up_to(all.clone().count() - 1));
        // If two changes exclude each other, only the first is made.
        if let Some(changed) = change.and_then(|change| trial.clone().with(change)) {
            trial = changed;
        }
    }
    trial
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::choices::ChoicePool;
    use super::*;

    #[test]
    fn every_change_is_made_alone_and_with_another() {
        let (mut alone, mut with_another) = (BTreeSet::new(), BTreeSet::new());
        let mut pool = ChoicePool::new(1, &[]);
        for _ in 0..20_000 {
            let made = trial(&mut Source::new(&pool.next()), &Kind::ALL);
            let names = made.changes.iter().map(|change| (made.kind, change.name));
            if made.changes.len() == 1 { alone.extend(names) } else { with_another.extend(names) }
        }
        let all: BTreeSet<_> =
            Kind::ALL.into_iter().flat_map(|kind| changes(kind).map(move |it| (kind, it.name))).collect();
        assert_eq!((&alone, &with_another), (&all, &all));
    }
}
