//! Proposals for `adapter.toml`: the observed token behaviour of an implementation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diff::{Comparison, TokenCluster};
use crate::tamper::{KINDS, Treatment, place};

/// Returns the `[tokens]` sections that describe the observed behaviour of the implementation with this index. `None`
/// if all of it is already described.
///
/// # Panics
///
/// Panics if no implementation has this index.
///
/// # Examples
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::diff::{NoWatch, Peer, Settings, diff};
/// use qsh::report::differences::proposals;
///
/// let alone = vec![Peer::new("built-in", Box::new(BuiltIn::new()))];
/// let comparison = diff(alone, &Settings { seed: 1, cases: Some(64), ..Settings::default() }, &mut NoWatch);
/// // Our own verifier does with tokens what the specification says.
/// assert!(comparison.tokens > 0);
/// assert_eq!(proposals::tokens(&comparison, 1), None);
/// ```
pub fn tokens(comparison: &Comparison, peer: usize) -> Option<String> {
    let departs = |it: &&TokenCluster| it.treatments[peer].is_some_and(|treatment| treatment != it.token.treatment());
    let departures: Vec<_> = comparison.token_clusters.iter().filter(departs).collect();
    if departures.iter().all(|it| it.is_described) {
        return None;
    }
    let lines: BTreeSet<(usize, Treatment, String)> = departures
        .into_iter()
        .filter_map(|it| Some((place(it.token.kind), it.treatments[peer]?, it.token.name())))
        .filter(|(_, _, name)| !name.is_empty())
        .collect();
    let (mut sections, mut last) = (String::new(), None);
    for (kind, treatment, name) in lines {
        if last.replace(kind) != Some(kind) {
            writeln!(sections, "[tokens.{}]", KINDS[kind].name()).expect("a String takes everything");
        }
        // A name of several changes needs quotes, because `+` is not allowed in a bare key.
        let key = if name.contains('+') { format!("\"{name}\"") } else { name };
        writeln!(sections, "{key} = \"{treatment}\"").expect("a String takes everything");
    }
    Some(sections)
}
