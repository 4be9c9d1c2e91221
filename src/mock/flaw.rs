//! [`Flaw`]: what is wrong with a request on purpose, so that the app has to refuse it.

use qsh_auth::kind::TokenKind::{self, Context, Forge, Install, Url};
use serde_json::{Value, json};

use super::draft::{Draft, Signer};
use super::random;

/// What is wrong with a request on purpose.
///
/// `qsh probe` makes many more changes to the token of one URL. These are for callbacks and for the remote of Forge, which it
/// cannot reach.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Flaw {
    /// Its name.
    pub name: &'static str,
    /// What the request is like, after the name of an order and a comma.
    pub title: &'static str,
    /// The kinds of tokens that can have it, and the clause by which each is refused.
    clauses: &'static [(TokenKind, &'static str)],
    apply: fn(&mut Draft<'_>),
}

impl Flaw {
    /// The clause by which a token of this kind is refused. `None` if such a token cannot have the flaw.
    pub fn clause(&self, kind: TokenKind) -> Option<&'static str> {
        self.clauses.iter().find(|(it, _)| *it == kind).map(|(_, clause)| *clause)
    }

    /// Every flaw.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::Flaw;
    /// use qsh::tamper::TokenKind;
    ///
    /// let expired = Flaw::all().find(|flaw| flaw.name == "expired").unwrap();
    /// assert_eq!((expired.clause(TokenKind::Install), expired.clause(TokenKind::Forge)), (Some("INS-11"), Some("FIT-6")));
    /// assert_eq!(expired.clause(TokenKind::Asap), None);
    /// ```
    pub fn all() -> impl Iterator<Item = &'static Self> {
        FLAWS.iter()
    }

    pub(super) fn apply(&self, draft: &mut Draft<'_>) {
        (self.apply)(draft);
    }
}

impl PartialEq for Flaw {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Flaw {}

static FLAWS: [Flaw; 16] = [
    Flaw {
        name: "no_token",
        title: "without a token",
        clauses: &[(Install, "INS-13"), (Url, "TRN-12"), (Context, "TRN-12"), (Forge, "FIT-12")],
        apply: |it| it.signer = Signer::Nobody,
    },
    Flaw {
        name: "unsigned",
        title: "with a token of the algorithm none",
        clauses: &[(Install, "JWT-11"), (Url, "JWT-11"), (Context, "JWT-11"), (Forge, "JWT-11")],
        apply: |it| {
            it.set_algorithm("none");
            it.signer = Signer::Empty;
        },
    },
    Flaw {
        name: OWN_KEY,
        title: "signed with a key that nobody publishes, under the name of the published one",
        clauses: &[(Install, "INS-3"), (Forge, "FIT-3")],
        apply: |it| it.signer = Signer::OwnKey,
    },
    Flaw {
        name: "shared_secret",
        title: "signed with the shared secret",
        clauses: &[(Install, "INS-1")],
        apply: |it| {
            it.set_algorithm("HS256");
            it.signer = Signer::Secret(it.site.shared_secret.clone());
        },
    },
    Flaw {
        name: "public_key_as_secret",
        title: "signed with the public key as a secret",
        clauses: &[(Install, "JWT-12"), (Forge, "JWT-12")],
        apply: |it| {
            it.set_algorithm("HS256");
            it.signer = Signer::Secret(it.key.public_pem().to_owned());
        },
    },
    Flaw {
        name: "another_secret",
        title: "signed with another secret",
        clauses: &[(Url, "JWT-17"), (Context, "JWT-17")],
        apply: |it| it.signer = Signer::Secret(random::secret()),
    },
    Flaw {
        name: OLD_SECRET,
        title: "signed with the secret of an earlier installation",
        clauses: &[(Url, "JWT-17"), (Context, "JWT-17")],
        apply: |it| it.signer = Signer::Secret(it.site.old_secrets.last().cloned().unwrap_or_else(random::secret)),
    },
    Flaw {
        name: OTHER_SITE,
        title: "signed with the secret of another site",
        clauses: &[(Url, "JWT-17"), (Context, "JWT-17")],
        apply: |it| it.signer = Signer::Secret(it.other_secret.clone().unwrap_or_else(random::secret)),
    },
    Flaw {
        name: "another_tenant",
        title: "with a token of another tenant than its body",
        clauses: &[(Install, "INS-4")],
        apply: |it| it.set("iss", random::uuid()),
    },
    Flaw {
        name: "another_app",
        title: "with a token for another app",
        clauses: &[(Install, "INS-6"), (Forge, "FIT-5")],
        apply: |it| {
            let list = it.claims.get("aud").is_some_and(Value::is_array);
            it.set("aud", if list { json!([ANOTHER_APP]) } else { ANOTHER_FORGE_APP.into() });
        },
    },
    Flaw {
        name: "another_issuer",
        title: "with a token of another issuer than Forge",
        clauses: &[(Forge, "FIT-4")],
        apply: |it| it.set("iss", it.site.client_key.clone()),
    },
    Flaw {
        name: "another_request",
        title: "with a token for another URL",
        clauses: &[(Install, "INS-9"), (Url, "CON-18")],
        apply: |it| it.set("qsh", qsh_hash::Qsh::of_canonical(b"GET&/of/another/request&").as_str()),
    },
    Flaw {
        name: "no_hash",
        title: "with a token without a qsh",
        clauses: &[(Install, "INS-9"), (Url, "CON-17")],
        apply: |it| drop(it.claims.remove("qsh")),
    },
    Flaw {
        name: "context_token",
        title: "with a context token",
        clauses: &[(Install, "INS-10"), (Url, "CTX-2")],
        apply: |it| it.set("qsh", qsh_auth::kind::CONTEXT_QSH),
    },
    Flaw {
        name: "expired",
        title: "with a token that expired an hour ago",
        clauses: &[(Install, "INS-11"), (Url, "CON-7"), (Context, "CON-7"), (Forge, "FIT-6")],
        apply: |it| it.age(3_600),
    },
    Flaw {
        name: "no_expiry",
        title: "with a token that never expires",
        clauses: &[(Install, "INS-11"), (Url, "CON-6"), (Context, "CON-6")],
        apply: |it| drop(it.claims.remove("exp")),
    },
];

/// The flaw that an app with a key from before does not have.
pub(super) const OWN_KEY: &str = "own_key";
/// The flaw that needs another site.
pub(super) const OTHER_SITE: &str = "secret_of_another_site";
/// The flaw that needs a site with an earlier installation.
pub(super) const OLD_SECRET: &str = "old_secret";
const ANOTHER_APP: &str = "https://another-app.example.com";
const ANOTHER_FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000bb";

#[cfg(test)]
mod tests {
    use crate::suite::case::Level;
    use crate::suite::spec;

    use super::*;

    #[test]
    fn a_flaw_breaks_a_clause_that_every_app_has_to_keep() {
        for flaw in &FLAWS {
            for (kind, clause) in flaw.clauses {
                assert_eq!(spec::clause(clause).unwrap().level, Level::Must, "{} {kind:?}", flaw.name);
            }
        }
    }
}
