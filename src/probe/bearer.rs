//! Where an invocation token of Forge and an ASAP token stand: after `Bearer`, and nowhere else. A callback has a scheme, too.

use super::check::{Check, with_headers};
use super::settings::{Settings, now};
use super::tokens::{claims, token};
use crate::tamper::TokenKind;

/// A place for a token. `{}` is the token.
struct Place {
    name: &'static str,
    field: (&'static str, &'static str),
    is_accepted: bool,
}

const PLACES: [Place; 6] = [
    Place { name: "scheme_in_lower_case", field: ("Authorization", "bearer {}"), is_accepted: true },
    Place { name: "header_name_in_lower_case", field: ("authorization", "Bearer {}"), is_accepted: true },
    Place { name: "after_jwt", field: ("Authorization", "JWT {}"), is_accepted: false },
    Place { name: "without_scheme", field: ("Authorization", "{}"), is_accepted: false },
    Place { name: "in_cookie", field: ("Cookie", "token={}"), is_accepted: false },
    Place { name: "in_oauth_header", field: ("x-forge-oauth-system", "{}"), is_accepted: false },
];

/// A good token in each of these places. The kinds that stand after `JWT` have their own changes for most of them.
pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let clause = match settings.kind {
        TokenKind::Forge => "FIT-12",
        TokenKind::Asap => "ASAP-1",
        TokenKind::Install => "TRN-5",
        _ => return Vec::new(),
    };
    let check = |place: &Place| {
        let token = token(settings, &claims(settings, &settings.request(), now()));
        let (name, value) = place.field;
        let headers = vec![(name.to_owned(), value.replace("{}", &token))];
        let question = with_headers(settings, settings.request(), headers);
        let check = Check::new("transport", place.name, clause, place.is_accepted, question);
        // The specification of ASAP says nothing about the case of the scheme.
        if place.name == "scheme_in_lower_case" && clause == "ASAP-1" { check.open() } else { check }
    };
    let is_for_kind = |place: &&Place| settings.kind != TokenKind::Install || place.name == "without_scheme";
    PLACES.iter().filter(is_for_kind).map(check).collect()
}
