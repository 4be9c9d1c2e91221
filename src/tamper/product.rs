//! Changes to a request from an app to a product.

use super::connect::query;
use super::{ACCEPTED, Change, REFUSED, change};

pub(super) const CHANGES: &[Change] = &[
    change("iss_of_the_tenant", "PRD-1", REFUSED, &["iss"], |it| it.set("iss", it.fixture.client_key.clone())),
    change("aud_of_the_tenant", "PRD-6", ACCEPTED, &["aud"], |it| it.set("aud", vec![it.fixture.client_key.clone()])),
    change("no_token", "PRD-2", REFUSED, &["transport"], |it| it.headers.clear()),
    change("scheme_in_lower_case", "TRN-2", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("Authorization", "jwt {}")];
    }),
    change("header_name_in_lower_case", "TRN-4", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("authorization", "JWT {}")];
    }),
    change("bearer", "TRN-5", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "Bearer {}")]),
    change("scheme_without_blank", "TRN-5", REFUSED, &["transport"], |it| {
        it.headers = vec![("Authorization", "JWT{}")];
    }),
    change("empty_token", "TRN-13", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "JWT ")]),
    change("in_query", "PRD-2", REFUSED, &["transport"], |it| query(it, "jwt={}")),
    change("in_acpt_header", "PRD-2", REFUSED, &["transport"], |it| it.headers = vec![("X-acpt", "{}")]),
];
