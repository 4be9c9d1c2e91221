//! What a comparison proposes to write into `adapter.toml`: what an implementation does with tokens.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diff::{Comparison, TokenCluster};
use crate::suite::trial::Treatment;

/// The `[tokens]` section that describes the implementation at that place; nothing, where all of it is described.
///
/// # Panics
///
/// There is no implementation at that place.
pub fn tokens(comparison: &Comparison, peer: usize) -> Option<String> {
    let departs = |it: &&TokenCluster| {
        Treatment::of(&it.outcomes[peer]).is_some_and(|treatment| treatment != it.trial.treatment())
    };
    let departures: Vec<_> = comparison.token_clusters.iter().filter(departs).collect();
    if departures.iter().all(|it| it.is_described) {
        return None;
    }
    // The same change may show in several kinds of tokens.
    let lines: BTreeSet<(Treatment, String)> =
        departures.into_iter().filter_map(|it| Some((Treatment::of(&it.outcomes[peer])?, it.trial.name()))).collect();
    let mut section = "[tokens]\n".to_owned();
    for (treatment, name) in lines {
        // A name of several changes is no bare key.
        let key = if name.contains('+') { format!("\"{name}\"") } else { name };
        writeln!(section, "{key} = \"{treatment}\"").expect("a String takes everything");
    }
    Some(section)
}
