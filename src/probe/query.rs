//! Queries that tell canonicalizers apart.

use qsh_diagnose::Part;

use super::canonicalizer::{Readings, accepted_hash, right_hash};
use super::check::Check;
use super::session::{Session, Stop};
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

/// Sends each query with the right hash, and where that is refused with those of known mistakes.
pub(super) fn read(session: &mut Session<'_>, readings: &mut Readings) -> Result<(), Stop> {
    let settings = session.settings();
    let many = (0..1_001).map(|at| format!("q{at}=1")).collect::<Vec<_>>().join("&");
    let queries = QUERIES.iter().copied().chain([("parameters_1001", "QSH-Q18", many.as_str())]);
    for (name, clause, query) in queries {
        let request = settings.request_with(query);
        let question = claiming(settings, request.clone(), &claims(settings, &request, now()));
        let check = Check::new("query", name, clause, true, question);
        let shown = if query.len() > 40 { "1,001 parameters" } else { query };
        if !settings.selection.takes(&check.case) {
            continue;
        }
        let made = session.make(check.with_summary(format!("the right hash of ?{shown} is accepted")))?;
        let hash = match made.reply.outcome {
            Outcome::Ok(_) => right_hash(&request),
            Outcome::Rejected { .. } => accepted_hash(session, &request, readings.dialect(), Part::Query)?,
            _ => None,
        };
        match hash {
            Some(hash) => readings.see(request, hash),
            None => readings.miss(shown.to_owned()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use qsh_diagnose::{Deviation, Dialect, Input};

    use super::super::canonicalizer::hash_by;
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
