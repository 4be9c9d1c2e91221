//! The table of causes: what an app leaves out, which checks show it, and which others follow from it.

use super::check::{Checked, Kind};
use super::severity::Severity;

/// Something that an app leaves out.
pub(super) struct Cause {
    /// The stable name.
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    /// The clause that it breaks.
    pub(super) clause: &'static str,
    /// What the app does.
    pub(super) title: &'static str,
    /// Who could do what with it.
    pub(super) consequence: &'static str,
    /// The checks that show it.
    shown_by: Shown,
    /// The checks that follow from it: a name, a beginning of names that ends in `*`, or a group that ends in `/`.
    explains: &'static [&'static str],
}

/// The checks that show a cause.
enum Shown {
    /// Each that follows from it.
    Each,
    /// One of these.
    Any(&'static [&'static str]),
    /// All of these.
    All(&'static [&'static str]),
}

impl Cause {
    /// Whether a check is one that shows it.
    pub(super) fn shows(&self, checked: &Checked) -> bool {
        match self.shown_by {
            Shown::Each => true,
            Shown::Any(names) | Shown::All(names) => names.contains(&plain(checked)),
        }
    }

    /// Whether check and cause are about the same kind of token. A context token has no hash, so that a cause about hashes
    /// says nothing about it.
    fn is_about(&self, checked: &Checked) -> bool {
        let is_context = checked.check.case.clauses.iter().any(|clause| CONTEXT.contains(&clause.as_str()));
        is_context == CONTEXT.contains(&self.clause) || self.explains == ["*"]
    }

    /// Whether a check that was not passed follows from this cause.
    pub(super) fn explains(&self, checked: &Checked) -> bool {
        let (name, id) = (plain(checked), &checked.check.case.id);
        let is_it = |term: &&str| match (term.strip_suffix('*'), term.strip_suffix('/')) {
            (Some(front), _) => name.starts_with(front),
            (_, Some(group)) => id.starts_with(&format!("probe/{group}/")),
            _ => name == *term,
        };
        checked.kind() == Kind::LetThrough && self.is_about(checked) && self.explains.iter().any(is_it)
    }

    /// Whether these checks, which follow from it, show it.
    pub(super) fn is_shown_by(&self, explained: &[&Checked]) -> bool {
        let has = |name: &&str| explained.iter().any(|it| plain(it) == *name);
        match self.shown_by {
            Shown::Each => !explained.is_empty(),
            Shown::Any(names) => names.iter().any(has),
            Shown::All(names) => names.iter().all(has),
        }
    }
}

/// The clauses on the value of `qsh` in context tokens.
const CONTEXT: [&str; 3] = ["CTX-3", "CTX-4", "CTX-5"];

/// The name of a check, wherever its token is.
fn plain(checked: &Checked) -> &str {
    let name = checked.check.name.as_str();
    name.strip_suffix(IN_QUERY).unwrap_or(name)
}

/// The end of the names of checks whose token is in the parameter `jwt`.
const IN_QUERY: &str = "_in_query";

/// An app that fails, or closes the connection, where it has to answer.
pub(super) const FAILURES: Cause = Cause {
    name: "fails_instead_of_refusing",
    severity: Severity::Low,
    clause: "CON-1",
    title: "fails where it has to refuse or to accept",
    consequence: "a sender can make the app fail, and a failure is no clean refusal",
    shown_by: Shown::Each,
    explains: &[],
};

/// An app that computes another hash than a product for some paths or queries.
pub(super) const CANONICALIZER: Cause = Cause {
    name: "another_canonicalizer",
    severity: Severity::Compatibility,
    clause: "CON-18",
    title: "computes the hash of another request than was sent, or in another way",
    consequence: "requests with such paths or parameters get a 401; a proxy or a framework that rewrites URLs does this, too",
    shown_by: Shown::Each,
    explains: &[],
};

/// In the order in which they are looked for: what follows from a cause is not looked at again.
pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "no_authentication",
        severity: Severity::Critical,
        clause: "TRN-12",
        title: "accepts requests without a token",
        consequence: "anybody can call this URL; no token is looked at",
        shown_by: Shown::All(&["no_token"]),
        explains: &["*"],
    },
    Cause {
        name: "remembers_requests",
        severity: Severity::Critical,
        clause: "TRN-12",
        title: "accepts requests without a good token, after it has seen one",
        consequence: "whoever comes after a good request, from the same address or for the same page, needs none",
        shown_by: Shown::Each,
        explains: &["no_token_after_good", "bad_token_after_good"],
    },
    Cause {
        name: "signature_unchecked",
        severity: Severity::Critical,
        clause: "JWT-17",
        title: "does not check the signature",
        consequence: "anybody can write a token for any tenant",
        shown_by: Shown::All(&["signature_altered", "secret_of_another_tenant"]),
        explains: &[
            "signature*",
            "secret*",
            "hs384",
            "hs512",
            "rs256",
            "alg*",
            "two_algorithms",
            "fourth_segment",
            "garbage/",
            "guess/",
        ],
    },
    Cause {
        name: "malformed_unchecked",
        severity: Severity::Critical,
        clause: "JWT-17",
        title: "accepts malformed tokens without checking their signature",
        consequence: "anybody can write a token: an error in reading it is taken for success",
        shown_by: Shown::Each,
        explains: &["garbage/"],
    },
    Cause {
        name: "known_secret",
        severity: Severity::Critical,
        clause: "CON-2",
        title: "accepts a secret that anybody knows",
        consequence: "anybody can write a token: a missing secret is taken for an empty one, or for a word such as None",
        shown_by: Shown::Each,
        explains: &["guess*"],
    },
    Cause {
        name: "key_of_the_token",
        severity: Severity::Critical,
        clause: "JWT-15",
        title: "takes the key that the token names or brings along",
        consequence: "anybody can write a token with a key of their own",
        shown_by: Shown::Each,
        explains: &["key_of*"],
    },
    Cause {
        name: "algorithm_none",
        severity: Severity::Critical,
        clause: "JWT-11",
        title: "accepts tokens without a signature",
        consequence: "anybody can write a token for any tenant: it needs no secret",
        shown_by: Shown::Any(&[
            "alg_none_unsigned",
            "alg_none_capitalized",
            "signature_empty",
            "signature_segment_left_out",
        ]),
        explains: &["alg_none*", "signature_empty", "signature_segment_left_out"],
    },
    Cause {
        name: "signature_in_part",
        severity: Severity::High,
        clause: "JWT-17",
        title: "checks only a part of the signature",
        consequence: "the fewer letters are compared, the easier a signature is guessed",
        shown_by: Shown::Each,
        explains: &["signature_altered*", "signature_cut", "secret_of_another_tenant"],
    },
    Cause {
        name: "algorithm_of_the_token",
        severity: Severity::Medium,
        clause: "JWT-8",
        title: "takes the algorithm that the token names",
        consequence: "a key that is public, or shorter than it looks, can become a secret",
        shown_by: Shown::Each,
        explains: &["hs384", "hs512", "rs256"],
    },
    Cause {
        name: "algorithm_ignored",
        severity: Severity::Low,
        clause: "JWT-10",
        title: "does not look at the algorithm that the token names",
        consequence: "nothing, as long as the app has one algorithm; with a second one, keys can be confused",
        shown_by: Shown::Each,
        explains: &["alg*", "two_algorithms"],
    },
    Cause {
        name: "issuer_unchecked",
        severity: Severity::Critical,
        clause: "CON-2",
        title: "does not look up the secret by the issuer",
        consequence: "a tenant can act as another one",
        shown_by: Shown::Any(&["iss_unknown", "iss_of_other_tenant", "secret_of_other_tenant"]),
        explains: &["iss*", "two_issuers", "secret_of_other_tenant"],
    },
    Cause {
        name: "issuer_optional",
        severity: Severity::Medium,
        clause: "CON-3",
        title: "takes tokens without an issuer",
        consequence: "the app has a secret that belongs to no tenant: whoever knows it can act as any",
        shown_by: Shown::Each,
        explains: &["iss_left_out", "iss_null", "iss_empty"],
    },
    Cause {
        name: "issuer_compared_loosely",
        severity: Severity::Low,
        clause: "CON-2",
        title: "takes other forms of the issuer",
        consequence: "two tenants whose keys have the same form can be confused",
        shown_by: Shown::Each,
        explains: &["iss*"],
    },
    Cause {
        name: "hash_unchecked",
        severity: Severity::High,
        clause: "CON-18",
        title: "does not compare the hash with the request",
        consequence: "whoever sees one token can call every URL of the app as that tenant, while it lives",
        shown_by: Shown::All(&["qsh_of_another_request"]),
        explains: &["qsh*", "request/", "collision/"],
    },
    Cause {
        name: "hash_optional",
        severity: Severity::High,
        clause: "CON-17",
        title: "accepts tokens without a hash",
        consequence: "a token without qsh, such as one of a framework's session, is good for every URL",
        shown_by: Shown::Each,
        explains: &["qsh_left_out", "qsh_null", "qsh_empty", "qsh_number"],
    },
    Cause {
        name: "context_value_unchecked",
        severity: Severity::Medium,
        clause: "CTX-3",
        title: "takes other values of qsh than context-qsh at a context endpoint",
        consequence: "a token that is bound to a URL of the app, or to none, is good here, too",
        shown_by: Shown::Each,
        explains: &["qsh*"],
    },
    Cause {
        name: "context_token_anywhere",
        severity: Severity::High,
        clause: "CTX-2",
        title: "takes a context token at an endpoint that is bound to its URL",
        consequence: "scripts of the page, which have a context token, can call it with any parameters",
        shown_by: Shown::Each,
        explains: &["qsh_of_context"],
    },
    Cause {
        name: "method_unchecked",
        severity: Severity::Medium,
        clause: "CON-18",
        title: "does not look at the method when it compares the hash",
        consequence: "a token for reading can be used for a change of the same URL",
        shown_by: Shown::Each,
        explains: &["for_another_method"],
    },
    Cause {
        name: "path_unchecked",
        severity: Severity::High,
        clause: "CON-18",
        title: "does not look at the whole path when it compares the hash",
        consequence: "a token for one page is good for others",
        shown_by: Shown::Each,
        explains: &["for_a_path_below", "for_another_path", "at_*"],
    },
    Cause {
        name: "query_unchecked",
        severity: Severity::High,
        clause: "CON-18",
        title: "does not look at the whole query when it compares the hash",
        consequence: "parameters can be changed, such as the issue or the user that a page is for",
        shown_by: Shown::Any(&["for_another_value", "for_the_path_alone", "with_another_query", "without_the_query"]),
        explains: &["for_another_value", "for_the_path_alone", "with_a*", "without_the_query", "collision/"],
    },
    Cause {
        name: "hash_compared_loosely",
        severity: Severity::Medium,
        clause: "CON-18",
        title: "compares only a part of the hash, or another form of it",
        consequence: "two requests can be made that have the same part",
        shown_by: Shown::Each,
        explains: &["qsh*"],
    },
    Cause {
        name: "two_requests_one_hash",
        severity: Severity::Medium,
        clause: "CON-18",
        title: "gives requests with different meanings one hash",
        consequence: "whoever sees a token can change parameters, and the hash still matches",
        shown_by: Shown::Each,
        explains: &["collision/", "with_a_parameter*"],
    },
    Cause {
        name: "expiry_unchecked",
        severity: Severity::High,
        clause: "CON-7",
        title: "takes tokens that have expired",
        consequence: "a token that was seen once, in a log or a URL, is good for ever",
        shown_by: Shown::All(&["exp_passed"]),
        explains: &["exp*", "two_expiries"],
    },
    Cause {
        name: "expiry_optional",
        severity: Severity::High,
        clause: "CON-6",
        title: "takes tokens without an expiry",
        consequence: "a token without exp is good for ever",
        shown_by: Shown::Each,
        explains: &["exp_left_out", "exp_null", "exp_negative"],
    },
    Cause {
        name: "leeway_too_long",
        severity: Severity::Medium,
        clause: "CON-5",
        title: "takes tokens long after they have expired",
        consequence: "a token that was seen once, in a log or a URL, is good for longer than the product meant",
        shown_by: Shown::Each,
        explains: &["exp_beyond_leeway", "exp_an_hour_ago"],
    },
    Cause {
        name: "not_before_unchecked",
        severity: Severity::Low,
        clause: "CON-11",
        title: "does not look at nbf",
        consequence: "a token is good before its time",
        shown_by: Shown::All(&["nbf_next_second"]),
        explains: &["nbf*"],
    },
    Cause {
        name: "issue_time_optional",
        severity: Severity::Low,
        clause: "CON-9",
        title: "takes tokens without a time of issue",
        consequence: "a log cannot tell when the token was made",
        shown_by: Shown::Each,
        explains: &["iat_left_out", "iat_null"],
    },
    Cause {
        name: "dates_of_any_type",
        severity: Severity::Low,
        clause: "CON-13",
        title: "takes dates that are no numbers",
        consequence: "another reader of the token sees another date, or none",
        shown_by: Shown::Each,
        explains: &["exp_text", "exp_true", "exp_list", "iat*", "nbf*"],
    },
    Cause {
        name: "critical_extensions_ignored",
        severity: Severity::Low,
        clause: "JWT-14",
        title: "takes tokens with critical extensions that it does not know",
        consequence: "a restriction that the sender calls critical is ignored",
        shown_by: Shown::Each,
        explains: &["crit*"],
    },
    Cause {
        name: "token_in_other_places",
        severity: Severity::Low,
        clause: "TRN-11",
        title: "takes tokens from places where no product puts them",
        consequence: "a token is also where a browser, a log or another client puts it",
        shown_by: Shown::Each,
        explains: &["in_cookie", "in_acpt_header", "bearer", "scheme_without_blank", "token_as_parameter_of_scheme"],
    },
    Cause {
        name: "malformed_tokens",
        severity: Severity::Low,
        clause: "JWT-2",
        title: "takes tokens that are not well formed",
        consequence: "a filter in front of the app can read another token than the app",
        shown_by: Shown::Each,
        explains: &["form/", "signature_longer"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::spec;
    use crate::tamper::{TokenKind, changes};

    /// A row for each, with what follows from it.
    #[test]
    fn the_page_lists_every_cause() {
        let page = include_str!("../../docs/probe.md");
        for Cause { name, severity, clause, title, consequence, .. } in CAUSES.iter().chain([&FAILURES, &CANONICALIZER])
        {
            let row = format!("| `{name}` | {} | {clause} | {title} | {consequence} |", severity.name());
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn every_cause_has_a_name_and_a_clause_and_names_checks_that_there_are() {
        let dates = ["exp_passed", "exp_beyond_leeway", "exp_an_hour_ago"];
        let requests = [
            "for_another_method",
            "for_a_path_below",
            "for_another_path",
            "for_another_value",
            "with_a_parameter_more",
        ];
        let of_tenants = ["iss_of_other_tenant", "secret_of_other_tenant"];
        let of_tokens = changes(TokenKind::Url).chain(changes(TokenKind::Context)).map(|change| change.name);
        let others = [
            "no_token_after_good",
            "bad_token_after_good",
            "for_the_path_alone",
            "guess_",
            "key_of_",
            "at_another_path",
            "with_another_query",
            "without_the_query",
        ];
        let names: BTreeSet<&str> = of_tokens.chain(others).chain(of_tenants).chain(dates).chain(requests).collect();
        let mut causes = BTreeSet::new();
        for cause in CAUSES {
            assert!(causes.insert(cause.name) && spec::clause(cause.clause).is_some(), "{}", cause.name);
            let shown_by: &[&str] = match cause.shown_by {
                Shown::Each => &[],
                Shown::Any(names) | Shown::All(names) => names,
            };
            for term in shown_by.iter().chain(cause.explains).filter(|term| !term.ends_with('/')) {
                let front = term.trim_end_matches('*');
                let is_there = |name: &&str| if term.ends_with('*') { name.starts_with(front) } else { name == term };
                assert!(names.iter().any(is_there), "{}: {term}", cause.name);
            }
        }
    }
}
