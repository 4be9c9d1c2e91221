//! Flaws in the checks of issuer and subject (INS-4, ASAP-10, ASAP-11, ASAP-22, ASAP-23).

use super::audience::is_like;
use super::{ASAP, Group, INSTALL};
use crate::planted::identity::{IdentityChecks, slashless};

const INSTALLS: Group = Group {
    against: &[(INSTALL, "INS-4")],
    flaws: &[
        ("the tenant of the body is not compared", |v| v.identity.installs = |_, _| true),
        ("the tenant of the body is compared in any case", |v| {
            v.identity.installs = |issuer, client_key| issuer.eq_ignore_ascii_case(client_key);
        }),
        ("the issuer is trimmed before it is compared with the body", |v| {
            v.identity.installs = |issuer, client_key| issuer.trim() == client_key;
        }),
        ("the issuer ends before its first NUL in a callback", |v| {
            v.identity.installs = |issuer, client_key| issuer.split('\0').next() == Some(client_key);
        }),
        ("the issuer begins with the tenant of the body", |v| {
            v.identity.installs = |issuer, client_key| issuer.starts_with(client_key);
        }),
        ("the issuer ends with the tenant of the body", |v| {
            v.identity.installs = |issuer, client_key| issuer.ends_with(client_key);
        }),
        ("the tenant of the body begins with the issuer", |v| {
            v.identity.installs = |issuer, client_key| !issuer.is_empty() && client_key.starts_with(issuer);
        }),
        ("an empty issuer is every tenant", |v| {
            v.identity.installs = |issuer, client_key| issuer.is_empty() || issuer == client_key;
        }),
        ("jira: is taken off the issuer of a callback", |v| {
            v.identity.installs = |issuer, client_key| issuer.trim_start_matches("jira:") == client_key;
        }),
        ("a tenant has the form of a UUID", |v| {
            v.identity.installs = |issuer, client_key| issuer == client_key && issuer.len() == 36;
        }),
    ],
};

const OWNER: Group = Group {
    against: &[(ASAP, "ASAP-10")],
    flaws: &[
        ("the owner of a key is not compared", |v| v.identity.owns = |_, _| true),
        ("a key is owned by the issuer that its kid begins with, without a slash", |v| {
            v.identity.owns = |issuer, key_id| key_id.starts_with(issuer);
        }),
        ("a key is owned by the issuer that its kid begins with, and a sign", |v| {
            v.identity.owns = |issuer, key_id| {
                key_id.strip_prefix(issuer).is_some_and(|rest| rest.starts_with(['/', '-', '.', '_', '+']))
            };
        }),
        ("a hyphen after an issuer is a slash", |v| {
            v.identity.owns = |issuer, key_id| key_id.replace('-', "/").starts_with(&format!("{issuer}/"));
        }),
        ("a dot after an issuer is a slash", |v| {
            v.identity.owns = |issuer, key_id| key_id.replace('.', "/").starts_with(&format!("{issuer}/"));
        }),
        ("a key is owned by the issuer that its kid contains", |v| {
            v.identity.owns = |issuer, key_id| key_id.contains(&format!("{issuer}/"));
        }),
        ("a key is owned by the issuer that its kid contains, without a slash", |v| {
            v.identity.owns = |issuer, key_id| !issuer.is_empty() && key_id.contains(issuer);
        }),
        ("a key is owned by the issuer that its kid ends with", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer, key_id) || key_id.ends_with(&format!("/{issuer}"));
        }),
        ("a key is owned by every segment of its kid", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer, key_id) || key_id.split('/').any(|it| it == issuer);
        }),
        ("a key is owned by the first segment of its kid only", |v| {
            v.identity.owns = |issuer, key_id| key_id.split('/').next() == Some(issuer);
        }),
        ("a key is owned by all but the last segment of its kid only", |v| {
            v.identity.owns = |issuer, key_id| key_id.rsplit_once('/').is_some_and(|(front, _)| front == issuer);
        }),
        ("first segments are compared", |v| {
            v.identity.owns = |issuer, key_id| key_id.split('/').next() == issuer.split('/').next();
        }),
        ("the owner of a key is compared in any case", |v| {
            v.identity.owns = |issuer, key_id| owned(&issuer.to_lowercase(), &key_id.to_lowercase());
        }),
        ("the issuer is put in lower case before it owns", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer, key_id) || owned(&issuer.to_lowercase(), key_id);
        }),
        ("the issuer is trimmed before it owns", |v| v.identity.owns = |issuer, key_id| owned(issuer.trim(), key_id)),
        ("a line feed after the issuer does not count", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer.trim_end_matches('\n'), key_id);
        }),
        ("the issuer ends before its first NUL, and owns", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer.split('\0').next().unwrap_or_default(), key_id);
        }),
        ("a slash after the issuer does not count", |v| {
            v.identity.owns = |issuer, key_id| owned(slashless(issuer), key_id);
        }),
        ("the issuer is a pattern", |v| {
            v.identity.owns = |issuer, key_id| {
                let mut slashes = key_id.match_indices('/');
                slashes.any(|(at, _)| is_like(issuer, &key_id[..at]))
            };
        }),
        ("the issuer is a pattern with a star", |v| {
            v.identity.owns = |issuer, key_id| {
                owned(issuer, key_id) || issuer.split_once('*').is_some_and(|(front, _)| key_id.starts_with(front))
            };
        }),
        ("an empty issuer owns every key", |v| {
            v.identity.owns = |issuer, key_id| issuer.is_empty() || owned(issuer, key_id);
        }),
        ("an issuer owns what its own name begins with", |v| {
            v.identity.owns = |issuer, key_id| {
                let owner = key_id.rsplit_once('/').map_or(key_id, |(owner, _)| owner);
                owned(issuer, key_id) || issuer.starts_with(owner)
            };
        }),
        ("an issuer owns what is named like it at the end", |v| {
            v.identity.owns = |issuer, key_id| {
                let owner = key_id.rsplit_once('/').map_or(key_id, |(owner, _)| owner);
                owner.ends_with(issuer)
            };
        }),
        ("an issuer owns the key that it is named after", |v| {
            v.identity.owns = |issuer, key_id| owned(issuer, key_id) || issuer.starts_with(&format!("{key_id}/"));
        }),
        ("an issuer owns the keys of its team", |v| {
            v.identity.owns = |issuer, key_id| {
                let team = issuer.rsplit_once('/').map_or(issuer, |(team, _)| team);
                owned(team, key_id)
            };
        }),
    ],
};

const KEY_ID_AS_ISSUER: Group = Group {
    against: &[(ASAP, "ASAP-11")],
    flaws: &[("a kid may be the issuer", |v| {
        v.identity.owns = |issuer, key_id| issuer == key_id || owned(issuer, key_id);
    })],
};

fn owned(issuer: &str, key_id: &str) -> bool {
    (IdentityChecks::RIGHT.owns)(issuer, key_id)
}

const SUBJECT: Group = Group {
    against: &[(ASAP, "ASAP-23")],
    flaws: &[
        ("the subject is not compared", |v| v.identity.speaks_for = |_, _| true),
        ("a subject that is the issuer is refused", |v| {
            v.identity.speaks_for = |issuer, subject| subject != Some(issuer);
        }),
    ],
};

pub(crate) const GROUPS: &[Group] = &[INSTALLS, OWNER, KEY_ID_AS_ISSUER, SUBJECT];
