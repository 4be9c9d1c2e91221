//! The clauses that concern a request.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use qsh_diagnose::{Canonical, Deviation, Dialect, Input, canonicalize_with};

/// The dialects that differ from the specification in one choice, and do not change the canonical request of the
/// plainest request, `GET /`. Each has the clause of its choice.
static DIALECTS: LazyLock<Vec<(Dialect, &str)>> = LazyLock::new(|| {
    let plain = Input::new("GET", "/");
    let all = Deviation::all().map(|choice| (Dialect::OFFICIAL.with(choice), choice.field().clause));
    all.filter(|(dialect, _)| canonical(&plain, dialect) == canonical(&plain, &Dialect::OFFICIAL)).collect()
});

/// The clauses that concern a request: those with a choice that changes its canonical request, and not that of every
/// request. For `/%`, these are the clauses about escapes and characters of the path.
pub(super) fn concerning(input: &Input) -> BTreeSet<&'static str> {
    let official = canonical(input, &Dialect::OFFICIAL);
    DIALECTS.iter().filter(|(dialect, _)| canonical(input, dialect) != official).map(|(_, clause)| *clause).collect()
}

fn canonical(input: &Input, dialect: &Dialect) -> Option<Canonical> {
    canonicalize_with(input.source().ok()?, dialect).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_clauses_concern_a_small_request() {
        let of = |url: &str| concerning(&Input::new("GET", url)).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of("/"), "");
        let has = |url: &str, clause: &str| of(url).split(' ').any(|it| it == clause);
        assert!(has("/%", "QSH-P11") && !has("/a", "QSH-P11"));
        assert!(has("//a", "QSH-P8") && !has("/a//", "QSH-P8") && !has("/a", "QSH-P8"));
        assert!(has("/a:b", "QSH-P14") && !has("/a", "QSH-P14"));
        assert!(has("/?a", "QSH-Q15") && !has("/?a=", "QSH-Q15"));
    }
}
