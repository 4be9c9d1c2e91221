//! Appendix B of the specification, `docs/tokens.md`: every kind of token.

use std::fmt::Write as _;

use qsh_auth::kind::{Demand, Profile, Rule, Slash};

/// The text before the first kind.
const INTRODUCTION: &str = "\
# Appendix B: kinds of tokens

An app on Atlassian Cloud meets twelve kinds of tokens. A token is right or wrong only as one of them. This appendix has
one section for each kind, in the order in which `qsh token inspect` and `qsh diagnose` recognise a token.

It is generated from the table of token kinds, `crates/auth/src/kind/`. To change it, change the table and run
`cargo test token_kinds`, which writes this file again.

The marks tell which kind a token seems to have. They say nothing about whether the token is good: anybody can write such
a token.
";

/// The text of `docs/tokens.md`, generated from the table of token kinds.
///
/// # Examples
///
/// ```
/// let appendix = qsh::suite::token_kinds::appendix();
/// assert!(appendix.contains("\n## Install callback (`install`)\n"));
/// assert!(appendix.contains("\n| `aud` | is text or a list of texts | INS-5 |\n"));
/// ```
pub fn appendix() -> String {
    let mut text = INTRODUCTION.to_owned();
    for profile in Profile::all() {
        push_profile(&mut text, profile);
    }
    text
}

fn push_profile(text: &mut String, profile: &Profile) {
    let mut title = profile.title.to_owned();
    title[..1].make_ascii_uppercase();
    let _ = write!(text, "\n## {title} (`{}`)\n\n", profile.kind.name());
    let algorithms = match profile.algorithms {
        [] => format!("none: the token is opaque ({})", profile.algorithm_clause),
        names => format!("{} ({})", names.join(", "), profile.algorithm_clause),
    };
    let carriers: Vec<String> = profile.carriers.iter().map(ToString::to_string).collect();
    for (name, value) in [
        ("From", profile.issued_by),
        ("To", profile.issued_for),
        ("Algorithm", &algorithms),
        ("Key", profile.key),
        ("Place", &format!("{} ({})", carriers.join(", or "), profile.carrier_clause)),
        ("Lifetime", profile.lifetime),
    ] {
        let _ = writeln!(text, "- **{name}**: {value}");
    }
    if !profile.marks.is_empty() {
        text.push_str("\nMarks, of which one is enough:\n\n");
        for mark in profile.marks {
            let _ = writeln!(text, "- {}", mark.text);
        }
    }
    if !profile.claims.is_empty() {
        text.push_str("\n| claim | rule | clause |\n|---|---|---|\n");
        for rule in profile.claims {
            let _ = writeln!(text, "| `{}` | {} | {} |", rule.claim, demand(rule), rule.clause);
        }
    }
    for (kind, difference) in profile.mistaken_for {
        let _ = writeln!(text, "\nMistaken for `{}`: {difference}.", kind.name());
    }
}

/// What a rule demands, as the end of "the claim …".
fn demand(rule: &Rule) -> String {
    match rule.demand {
        Demand::AfterIssue => "is more than `iat`".to_owned(),
        Demand::Audience => "is text or a list of texts".to_owned(),
        Demand::AudienceIsOurs(Slash::Counts) => "names the verifier".to_owned(),
        Demand::AudienceIsOurs(Slash::Removed) => "names the verifier; one slash at the end is ignored".to_owned(),
        Demand::Begun => "is not in the future".to_owned(),
        Demand::BegunOrNbf => "is not in the future, unless there is an `nbf`".to_owned(),
        Demand::ClientKey => "is the client key of the tenant".to_owned(),
        Demand::ContextHash => "is `context-qsh`".to_owned(),
        Demand::Date => "is a number".to_owned(),
        Demand::HashOfRequest => "is the hash of the request".to_owned(),
        Demand::Issuer(whose) => format!("is {whose}"),
        Demand::IssuerIs(issuer) => format!("is `{issuer}`"),
        Demand::Lifetime(seconds) => format!("is at most {seconds} seconds after `iat`"),
        Demand::NoContextHash => "is not `context-qsh`".to_owned(),
        Demand::NotEmpty => "is not empty".to_owned(),
        Demand::NotPassed => "has not passed".to_owned(),
        Demand::OwnsKey => "is the beginning of `kid`, before a slash".to_owned(),
        Demand::Present => "is there".to_owned(),
        Demand::StartsWith(fronts) => format!("begins with `{}`, with more after it", fronts.join("` or `")),
        Demand::Subject => "is the `iss`, or a subject for which the issuer may act".to_owned(),
        Demand::Text => "is text".to_owned(),
        _ => "follows its clause".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::generated::assert_written;
    use crate::suite::spec;

    #[test]
    fn the_file_is_the_one_of_the_table() {
        assert_written("docs/tokens.md", &appendix(), "cargo test token_kinds");
    }

    #[test]
    fn every_clause_of_the_table_is_in_the_specification() {
        for profile in Profile::all() {
            let of_key_id = profile.key_id.iter().flat_map(|rule| [rule.mandatory, rule.clause]);
            let of_claims = profile.claims.iter().map(|rule| rule.clause);
            for clause in of_key_id.chain(of_claims).chain([profile.algorithm_clause]) {
                assert!(spec::clause(clause).is_some(), "{:?}: {clause}", profile.kind);
            }
        }
    }
}
