//! Reads an app's canonicalizer from outside: which hash it accepts for a query that tells dialects apart.

use qsh_diagnose::implementations;
use qsh_diagnose::{
    CanonicalAnswer, Deviation, Dialect, Inference, Input, Observation, Part, canonicalize_with, infer,
};
use serde_json::Value;

use super::check::Check;
use super::conversation::{Conversation, Stop};
use super::settings::now;
use super::tokens::{claiming, claims};
use crate::suite::outcome::Outcome;

/// A query that implementations canonicalize in different ways, and the clause that it is about.
const QUERIES: &[(&str, &str, &str)] = &[
    ("order_of_names", "QSH-Q9", "qb=2&qa=1"),
    ("order_of_names_by_case", "QSH-Q9", "qb=1&qA=2&qa=3&qB=4"),
    ("order_of_encoded_names", "QSH-Q9", "q_=1&q%3A=2&q-=3"),
    ("order_of_numbers", "QSH-Q9", "10=a&9=b"),
    ("repeated_parameter", "QSH-Q8", "qp=1&qp=2"),
    ("order_of_values", "QSH-Q7", "qp=b&qp=a"),
    ("order_of_decoded_values", "QSH-Q7", "qp=.1&qp=%3A1"),
    ("order_of_numbers_as_values", "QSH-Q7", "qp=9&qp=10"),
    ("repeated_and_others", "QSH-Q8", "qp=2&qa=1&qp=1"),
    ("plus", "QSH-Q5", "qp=a+b"),
    ("escaped_plus", "QSH-Q5", "qp=a%2Bb"),
    ("escaped_space", "QSH-Q12", "qp=a%20b"),
    ("lower_case_hex", "QSH-Q11", "qp=%2f"),
    ("escaped_unreserved", "QSH-Q10", "qp=%7E%2D%5F"),
    ("marks", "QSH-Q10", "qp=%21%27%28%29%2A"),
    ("bare_marks", "QSH-Q10", "qp=a*b!c"),
    ("reserved", "QSH-Q10", "qp=/:@,$"),
    ("name_with_escape", "QSH-Q13", "q%20n=1"),
    ("empty_value", "QSH-Q14", "qp="),
    ("no_equals_sign", "QSH-Q15", "qp"),
    ("empty_pairs", "QSH-Q2", "qa=1&&qb=2&"),
    ("several_equals_signs", "QSH-Q3", "qp=1=2"),
    ("empty_name", "QSH-Q16", "=qp"),
    ("percent_without_digits", "QSH-Q6", "qp=100%"),
    ("semicolon", "QSH-Q1", "qa=1;qb=2"),
    ("comma", "QSH-Q8", "qp=a,b"),
    ("brackets", "QSH-Q19", "qp[]=1&qp[]=2"),
    ("object", "QSH-Q19", "qp[a]=1"),
    ("escaped_twice", "QSH-Q4", "qp=%2520"),
    ("not_ascii", "QSH-Q10", "qp=%C3%A9"),
    ("outside_the_plane", "QSH-Q7", "qp=%F0%9F%98%80&qp=%EF%BF%BD"),
    ("not_utf8", "QSH-Q20", "qp=%FF"),
    ("begins_like_jwt", "QSH-Q17", "jwts=1"),
    ("jwt_in_upper_case", "QSH-Q17", "JWT=1"),
    ("names_in_two_cases", "QSH-Q8", "qp=1&QP=2"),
];

/// The most hashes that are tried for one query.
const MOST_HASHES: usize = 60;

/// What is read of an app's canonicalizer: the hashes that it accepts.
#[derive(Default)]
pub(super) struct Read {
    observations: Vec<Observation>,
    found: Option<Dialect>,
    unread: Vec<String>,
}

/// What was read of an app's canonicalizer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QueryReading {
    /// The dialect that explains what was accepted.
    pub inference: Inference,
    /// How many requests had an accepted hash.
    pub requests: usize,
    /// The queries for which no known hash was accepted.
    pub unread: Vec<String>,
}

impl Read {
    /// The dialect that was found so far.
    pub(super) fn dialect(&self) -> Dialect {
        self.found.clone().unwrap_or(Dialect::OFFICIAL)
    }

    /// The right hash of a request.
    pub(super) fn right(&self, request: &Input) -> Option<String> {
        hash_by(request, &Dialect::OFFICIAL)
    }

    /// The app accepts this hash for a request.
    pub(super) fn see(&mut self, request: Input, hash: String) {
        let is_right = Some(&hash) == self.right(&request).as_ref();
        self.observations.push(Observation::new(request, CanonicalAnswer { canonical_request: None, qsh: Some(hash) }));
        if !is_right || self.found.is_some() {
            self.found = Some(infer(&self.observations).dialect);
        }
    }

    /// What was read.
    pub(super) fn finish(self) -> QueryReading {
        let requests = self.observations.len();
        QueryReading { inference: infer(&self.observations), requests, unread: self.unread }
    }
}

/// Sends each query with the right hash, and where that is refused with those of known mistakes.
pub(super) fn read(talk: &mut Conversation<'_>, read: &mut Read) -> Result<(), Stop> {
    let settings = talk.settings();
    let many = (0..1_001).map(|at| format!("q{at}=1")).collect::<Vec<_>>().join("&");
    let queries = QUERIES.iter().copied().chain([("parameters_1001", "QSH-Q18", many.as_str())]);
    for (name, clause, query) in queries {
        let request = settings.request_with(query);
        let question = claiming(settings, request.clone(), &claims(settings, &request, now()));
        let check = Check::new("query", name, clause, true, question);
        let shown = if query.len() > 40 { "1,001 parameters" } else { query };
        let made = talk.make(check.with_summary(format!("the right hash of ?{shown} is accepted")))?;
        let hash = match made.reply.outcome {
            Outcome::Ok(_) => read.right(&request),
            Outcome::Rejected { .. } => accepted_hash(talk, &request, read.dialect(), Part::Query)?,
            _ => None,
        };
        match hash {
            Some(hash) => read.see(request, hash),
            None => read.unread.push(shown.to_owned()),
        }
    }
    Ok(())
}

/// The hash of a known mistake that the app accepts for a request. The dialect that was found so far comes first.
pub(super) fn accepted_hash(
    talk: &mut Conversation<'_>,
    request: &Input,
    found: Dialect,
    part: Part,
) -> Result<Option<String>, Stop> {
    let settings = talk.settings();
    let known = implementations().into_iter().map(Dialect::seen_in);
    let single = || Deviation::all().filter(|choice| choice.field().concerns(part));
    let seen = single().filter(|choice| !choice.choice().seen_in.is_empty());
    let unseen = single().filter(|choice| choice.choice().seen_in.is_empty());
    let dialects = [found.clone()].into_iter().chain(known);
    let dialects = dialects.chain(seen.chain(unseen).map(|choice| found.clone().with(choice)));
    let mut tried: Vec<String> = hash_by(request, &Dialect::OFFICIAL).into_iter().collect();
    for dialect in dialects {
        let Some(hash) = hash_by(request, &dialect).filter(|hash| !tried.contains(hash)) else { continue };
        if tried.len() > MOST_HASHES {
            break;
        }
        let mut claims = claims(settings, request, now());
        claims.insert("qsh".to_owned(), Value::from(hash.as_str()));
        if talk.accepts(&claiming(settings, request.clone(), &claims))? {
            return Ok(Some(hash));
        }
        tried.push(hash);
    }
    Ok(None)
}

/// The hash of a request under a dialect. `None` if it refuses the request.
pub(super) fn hash_by(request: &Input, dialect: &Dialect) -> Option<String> {
    let canonical = canonicalize_with(request.source().ok()?, dialect).ok()?;
    Some(canonical.hash_with(dialect))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::spec;

    #[test]
    fn every_query_is_one_of_its_own_about_a_clause_and_tells_a_choice_apart() {
        let mut names = BTreeSet::new();
        for (name, clause, query) in QUERIES {
            assert!(names.insert(name) && spec::clause(clause).is_some(), "{name}");
            let request = Input::new("GET", format!("/panel?{query}"));
            let of_clause = Deviation::all().filter(|choice| choice.field().clause == *clause);
            let differs = |choice: Deviation| {
                hash_by(&request, &Dialect::OFFICIAL.with(choice)) != hash_by(&request, &Dialect::OFFICIAL)
            };
            assert!(of_clause.into_iter().any(differs), "{name}");
        }
    }
}
