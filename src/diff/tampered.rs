//! Generates good tokens, and tokens with one or two changes.

use qsh_diagnose::Input;

use super::source::Source;
use crate::tamper::{TamperedToken, TokenKind, changes};

/// Requests that every implementation reads in the same way. Only the change of the token then decides whether it is
/// refused.
const REQUESTS: &[(&str, &str)] = &[("GET", "/panel?issue=QSH-1"), ("GET", "/"), ("POST", "/rest/api/2/issue?a=1&b=2")];

/// The callbacks. A framework looks for their tokens at these paths only.
const CALLBACKS: &[(&str, &str)] = &[("POST", "/installed"), ("POST", "/uninstalled")];

/// Generates a token of one of these kinds, with at most two changes.
///
/// # Examples
///
/// A source without bytes generates a good token:
///
/// ```
/// use qsh::diff::{Source, tampered_token};
/// use qsh::tamper::{KINDS, TokenKind};
///
/// let good = tampered_token(&mut Source::new(b""), &KINDS);
/// assert_eq!((good.kind, good.changes.len(), good.is_good()), (TokenKind::Url, 0, true));
/// let bytes: Vec<u8> = (0..64).collect();
/// assert_eq!(tampered_token(&mut Source::new(&bytes), &KINDS), tampered_token(&mut Source::new(&bytes), &KINDS));
/// ```
///
/// # Panics
///
/// If `kinds` is empty.
pub fn tampered_token(source: &mut Source<'_>, kinds: &[TokenKind]) -> TamperedToken {
    let kind = kinds[source.up_to(kinds.len() - 1)];
    let requests = if kind == TokenKind::Install { CALLBACKS } else { REQUESTS };
    let (method, url) = requests[source.up_to(requests.len() - 1)];
    let mut token = TamperedToken::good(kind, Input::new(method, url));
    let all = changes(kind);
    for _ in 0..source.weighed(&[1, 6, 6]) {
        let change = all.clone().nth(source.up_to(all.clone().count() - 1));
        // Leave out a second change that cannot be combined with the first.
        if let Some(changed) = change.and_then(|change| token.clone().with(change)) {
            token = changed;
        }
    }
    token
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::choices::ChoicePool;
    use super::*;
    use crate::tamper::KINDS;

    #[test]
    fn every_change_is_made_alone_and_with_another() {
        let (mut alone, mut with_another) = (BTreeSet::new(), BTreeSet::new());
        let mut pool = ChoicePool::new(1, &[]);
        for _ in 0..20_000 {
            let made = tampered_token(&mut Source::new(&pool.next()), &KINDS);
            let names = made.changes.iter().map(|change| (made.kind, change.name));
            if made.changes.len() == 1 { alone.extend(names) } else { with_another.extend(names) }
        }
        let all: BTreeSet<_> =
            KINDS.into_iter().flat_map(|kind| changes(kind).map(move |it| (kind, it.name))).collect();
        assert_eq!((&alone, &with_another), (&all, &all));
    }
}
