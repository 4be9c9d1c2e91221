//! Infers the dialect that explains all failures of an implementation.

use qsh_diagnose::{Dialect, Inference, ShownChoice, infer_from};

use super::evidence::Evidence;

/// The dialect of an implementation, and the cases that it does not explain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DialectDiagnosis<'e> {
    /// The inferred dialect.
    pub inference: Inference,
    /// The cases that the dialect is inferred from. The inference refers to them by index.
    pub observed: Vec<&'e Evidence>,
    /// The cases that the inferred dialect does not explain: answers that differ from it, and failures without an
    /// answer.
    pub unexplained: Vec<&'e Evidence>,
}

impl<'e> DialectDiagnosis<'e> {
    /// Infers the dialect that explains the results.
    ///
    /// # Examples
    ///
    /// Every trailing slash is removed, although only one should be:
    ///
    /// ```
    /// use qsh::causes::{Asked, DialectDiagnosis, Evidence};
    /// use qsh_diagnose::Input;
    /// use qsh::suite::case::Level;
    /// use qsh::suite::outcome::{Answer, Outcome};
    /// use qsh::suite::verdict::Verdict;
    ///
    /// let evidence = Evidence {
    ///     case: "own/a".to_owned(),
    ///     clauses: vec!["QSH-P7".to_owned()],
    ///     level: Level::Open,
    ///     verdict: Verdict::Fail,
    ///     asked: Asked::Canonical { input: Box::new(Input::new("GET", "/a//")), hash: None },
    ///     outcome: Outcome::Ok(Answer::canonical_request("GET&/a&")),
    /// };
    /// let evidence = [evidence];
    /// let diagnosis = DialectDiagnosis::of(&evidence);
    /// assert_eq!(diagnosis.inference.dialect.to_string(), "trailing_slash=all");
    /// assert!(diagnosis.explains_all_failures());
    /// ```
    pub fn of(evidence: &'e [Evidence]) -> Self {
        Self::from(evidence, &Dialect::OFFICIAL)
    }

    /// Infers the dialect as [`of`](Self::of) does, from a dialect that is likely.
    pub(super) fn from(evidence: &'e [Evidence], likely: &Dialect) -> Self {
        let observations = evidence.iter().filter_map(|case| Some((case, case.observation()?)));
        let (observed, observations): (Vec<_>, Vec<_>) = observations.unzip();
        let inference = infer_from(&observations, likely);
        // If a failed answer is as specified, the case contradicts the specification. No choice can explain such a
        // failure.
        let is_explained = |place: usize| {
            inference.unexplained.binary_search(&place).is_err()
                && (!observed[place].has_failed() || inference.departures.binary_search(&place).is_ok())
        };
        let silent = evidence.iter().filter(|case| case.observation().is_none() && case.has_failed());
        let unexplained = (0..observed.len()).filter(|place| !is_explained(*place)).map(|place| observed[place]);
        let unexplained = unexplained.chain(silent).collect();
        Self { inference, observed, unexplained }
    }

    /// The best example of a choice: the shortest case, preferably one of the choice's clause.
    pub fn example(&self, choice: &ShownChoice) -> Option<&'e Evidence> {
        let clause = choice.deviation.field().clause;
        let cases = choice.shown_by.iter().filter_map(|place| self.observed.get(*place).copied());
        cases.min_by_key(|case| {
            (!case.clauses.iter().any(|shown| shown == clause), case.input().map_or(0, |input| input.to_string().len()))
        })
    }

    /// Whether every failure is explained.
    pub fn explains_all_failures(&self) -> bool {
        !self.unexplained.iter().any(|case| case.has_failed())
    }
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;

    use super::super::evidence::Asked;
    use super::*;
    use crate::suite::case::Level;
    use crate::suite::outcome::{Answer, Outcome};
    use crate::suite::verdict::Verdict;

    fn evidence(case: &str, verdict: Verdict, url: impl Into<qsh_diagnose::Text>, outcome: Outcome) -> Evidence {
        let asked = Asked::Canonical { input: Box::new(Input::new("GET", url)), hash: None };
        Evidence { case: case.to_owned(), clauses: Vec::new(), level: Level::Must, verdict, asked, outcome }
    }

    fn ok(canonical_request: impl Into<qsh_diagnose::Text>) -> Outcome {
        Outcome::Ok(Answer::canonical_request(canonical_request))
    }

    #[test]
    fn bytes_are_evidence_like_text() {
        let evidence = [evidence("a/b", Verdict::Fail, b"/\xff//".to_vec(), ok(b"GET&/\xff&".to_vec()))];
        let diagnosis = DialectDiagnosis::of(&evidence);
        assert!(diagnosis.explains_all_failures());
        assert_eq!(diagnosis.inference.choices[0].deviation.field().name, "trailing_slash");
    }

    #[test]
    fn a_failure_is_explained_neither_by_a_fault_nor_by_the_specification() {
        let fault = Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() };
        let results = [
            evidence("a/fault", Verdict::KnownFailure, "/a", fault),
            evidence("a/unsupported", Verdict::Unsupported, "/a", Outcome::Unsupported(String::new())),
            evidence("a/right", Verdict::Fail, "/a", ok("GET&/a&")),
            evidence("a/slash", Verdict::Fail, "/a//", ok("GET&/a//&")),
            evidence("a/strange", Verdict::Open, "/b", ok("strange")),
        ];
        let diagnosis = DialectDiagnosis::of(&results);
        let ids: Vec<&str> = diagnosis.unexplained.iter().map(|case| case.case.as_str()).collect();
        assert_eq!(ids, ["a/right", "a/strange", "a/fault"]);
        assert_eq!(diagnosis.inference.dialect.to_string(), "trailing_slash=kept");
        assert!(!diagnosis.explains_all_failures());
        assert!(results[2].is_as_specified() && !results[3].is_as_specified());
        // Open cases do not fail.
        assert!(DialectDiagnosis::of(&results[3..]).explains_all_failures());
    }
}
