//! What the specification leaves open for a running app.

use crate::tamper::{Change, TokenKind};

/// Changes to an ASAP token. A server may allow fewer algorithms (ASAP-2), shorter lives (ASAP-17), and compare `iat` with
/// `exp` or not (ASAP-18).
const OF_ASAP: [&str; 3] = ["rs512", "iat_an_hour_before_exp", "iat_behind_exp"];

/// Changes to a token of Forge: its header (FIT-1), its dates (FIT-7 to FIT-9), and `app`, whose `id` an app may
/// compare with `aud` (FIT-10).
const OF_FORGE: [&str; 7] = [
    "typ_jose",
    "nbf_left_out",
    "iat_next_minute",
    "exp_with_fraction",
    "iat_with_fraction",
    "app_id_of_another_app",
    "app_left_out",
];

/// Claims that no product sends, of types that RFC 7519 does not allow for them. Where they are ignored by the
/// specification, libraries refuse them with good reason.
const UNREAL: [&str; 4] = ["aud_number", "aud_empty", "sub_number", "jti_number"];

/// Whether an app may accept a token with this change, or refuse it.
pub(super) fn is_open(kind: TokenKind, change: &Change) -> bool {
    let of_kind: &[&str] = match kind {
        TokenKind::Asap => &OF_ASAP,
        TokenKind::Forge => &OF_FORGE,
        _ => &[],
    };
    of_kind.contains(&change.name) || change.is_accepted && UNREAL.contains(&change.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tamper::change_named;

    #[test]
    fn every_name_is_one_of_a_change() {
        let all = [(TokenKind::Asap, &OF_ASAP[..]), (TokenKind::Forge, &OF_FORGE), (TokenKind::Url, &UNREAL)];
        for (kind, names) in all {
            for name in names {
                let change = change_named(kind, name).unwrap_or_else(|| panic!("{name}"));
                assert!(is_open(kind, change), "{name}");
            }
        }
    }

    #[test]
    fn an_audience_that_is_a_number_is_refused_where_there_has_to_be_one() {
        for (kind, expected) in [(TokenKind::Url, true), (TokenKind::Install, false), (TokenKind::Asap, false)] {
            assert_eq!(is_open(kind, change_named(kind, "aud_number").unwrap()), expected, "{kind:?}");
        }
    }
}
