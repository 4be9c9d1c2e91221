//! [`Explained`]: all results of an implementation, explained by as few causes as possible.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use qsh_diagnose::{Dialect, ShownChoice};

use super::cause::Cause;
use super::collisions::collisions;
use super::dialect::DialectDiagnosis;
use super::effect::Effect;
use super::evidence::Evidence;
use super::hint::{Hint, Hints};
use super::token_causes;
use crate::suite::outcome::Outcome;

/// The causes of an implementation's wrong results.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explained {
    /// The causes, the gravest first, and then those of most cases. A token that is good for another tenant, for another
    /// request or for ever is graver than other tokens that are accepted.
    pub causes: Vec<Cause>,
    /// The indexes of failed cases that no cause explains.
    pub unexplained: Vec<usize>,
}

impl Explained {
    /// Explains the results of an implementation. `described` is what is known of its dialect: it makes the search short.
    ///
    /// # Examples
    ///
    /// Three answers with one mistake, and a token that is accepted without `exp`:
    ///
    /// ```
    /// use qsh::causes::{Asked, Effect, Evidence, Expected, Explained};
    /// use qsh::suite::case::Level;
    /// use qsh::suite::outcome::{Accepted, Answer, Outcome};
    /// use qsh::suite::verdict::Verdict;
    /// use qsh_diagnose::{Dialect, Input};
    ///
    /// let failed = |case: &str, clause: &str, asked, answer| Evidence {
    ///     case: case.to_owned(),
    ///     clauses: vec![clause.to_owned()],
    ///     level: Level::Must,
    ///     verdict: Verdict::Fail,
    ///     asked,
    ///     outcome: Outcome::Ok(answer),
    /// };
    /// let canonical = |url: &str, answer: &str| {
    ///     let asked = Asked::Canonical { input: Box::new(Input::new("GET", url)), hash: None };
    ///     failed("path/a", "QSH-P7", asked, Answer::canonical_request(answer))
    /// };
    /// let token = failed("claims/a", "CON-6", Asked::Verification(Expected::Refusal), Answer::default());
    /// let evidence = [canonical("/a/", "GET&/a/&"), canonical("/b/", "GET&/b/&"), canonical("/c//", "GET&/c//&"), token];
    /// let explained = Explained::of(&evidence, &Dialect::OFFICIAL);
    /// let causes: Vec<_> = explained.causes.iter().map(|it| (it.name.as_str(), it.effect, it.cases.len())).collect();
    /// assert_eq!(causes, [("exp", Effect::AcceptsBad, 1), ("trailing_slash=kept", Effect::OtherHash, 3)]);
    /// assert!(explained.unexplained.is_empty());
    /// ```
    pub fn of(evidence: &[Evidence], described: &Dialect) -> Self {
        let failed: Vec<usize> = (0..evidence.len()).filter(|place| evidence[*place].has_failed()).collect();
        let is_of_dialect = |place: &&usize| evidence[**place].observation().is_some();
        let (of_dialect, others): (Vec<usize>, Vec<usize>) = failed.iter().partition(is_of_dialect);
        let mut causes = token_causes::causes(evidence, &others);
        let mut unexplained = Vec::new();
        if !of_dialect.is_empty() {
            let diagnosis = DialectDiagnosis::from(evidence, described);
            let mut of_choices = diagnosis.choices(evidence);
            for place in of_dialect {
                if diagnosis.is_unexplained(&evidence[place]) {
                    unexplained.push(place);
                } else {
                    claim(&mut of_choices, place, evidence);
                }
            }
            causes.extend(of_choices);
        }
        with_collisions(&mut causes, evidence);
        for cause in &mut causes {
            let clause = cause.clauses.first().cloned();
            let shows = |place: &usize| evidence[*place].clauses.first() == clause.as_ref();
            cause.cases.sort_by_key(|place| (!shows(place), length(&evidence[*place]), *place));
            cause.collisions.sort_by_key(|pair| pair.iter().map(|place| length(&evidence[*place])).sum::<usize>());
        }
        causes.sort_by_key(|cause| {
            let is_vital = token_causes::is_vital(cause);
            (cause.effect, Reverse(is_vital), Reverse(cause.cases.len()), cause.name.clone())
        });
        Self { causes, unexplained }
    }

    /// The hints for wrong canonical requests, in the order of the evidence. Each names the choices of the whole dialect that
    /// make the request wrong. If no cause explains it, its likeliest mistakes are searched for.
    pub fn hints(&self, evidence: &[Evidence]) -> Vec<Option<Hint>> {
        let mut of_choices: BTreeMap<usize, Vec<&Cause>> = BTreeMap::new();
        for cause in self.causes.iter().filter(|cause| cause.instead.is_some()) {
            for place in cause.cases.iter().chain(&cause.allowed) {
                of_choices.entry(*place).or_default().push(cause);
            }
        }
        let mut search = Hints::default();
        let hint = |(place, it): (usize, &Evidence)| match of_choices.get(&place) {
            Some(causes) => Hint::of(causes),
            None if it.is_wrong() => search.hint(it),
            None => None,
        };
        evidence.iter().enumerate().map(hint).collect()
    }
}

/// Gives a case that shows no choice alone to the choice of its clause, or to the first one.
fn claim(causes: &mut [Cause], place: usize, evidence: &[Evidence]) {
    if causes.iter().any(|cause| cause.cases.contains(&place)) {
        return;
    }
    let clauses = &evidence[place].clauses;
    let of_clause = causes.iter().position(|cause| clauses.contains(&cause.clauses[0]));
    if let Some(cause) = causes.get_mut(of_clause.unwrap_or(0)) {
        cause.cases.push(place);
        if cause.effect == Effect::Open {
            cause.effect = Effect::OtherHash;
        }
    }
}

impl DialectDiagnosis<'_> {
    /// The choices of the dialect as causes. Those that only open cases show are [`Effect::Open`].
    fn choices(&self, evidence: &[Evidence]) -> Vec<Cause> {
        let place_of = |place: &usize| evidence.iter().position(|it| std::ptr::eq(it, self.observed[*place]));
        let cause = |choice: &ShownChoice| {
            let shown = choice.shown_by.iter().filter_map(place_of);
            let (cases, allowed): (Vec<usize>, Vec<usize>) = shown.partition(|place| evidence[*place].has_failed());
            let is_refusal = |place: &usize| matches!(evidence[*place].outcome, Outcome::Rejected { .. });
            let effect = match cases.is_empty() {
                true => Effect::Open,
                false if cases.iter().all(is_refusal) => Effect::RefusesGood,
                false => Effect::OtherHash,
            };
            let deviation = choice.deviation;
            Cause {
                name: deviation.to_string(),
                effect,
                does: deviation.choice().does.to_owned(),
                instead: Some(deviation.field().choices[0].does.to_owned()),
                clauses: vec![deviation.field().clause.to_owned()],
                seen_in: deviation.choice().seen_in.iter().map(|it| (*it).to_owned()).collect(),
                alternatives: choice.alternatives.iter().map(ToString::to_string).collect(),
                cases,
                allowed,
                collisions: Vec::new(),
            }
        };
        self.inference.choices.iter().map(cause).collect()
    }

    fn is_unexplained(&self, evidence: &Evidence) -> bool {
        self.unexplained.iter().any(|it| std::ptr::eq(*it, evidence))
    }
}

/// Adds each pair of requests with one hash to the first cause that explains every wrong one of them.
fn with_collisions(causes: &mut [Cause], evidence: &[Evidence]) {
    for pair in collisions(evidence) {
        let is_of = |cause: &Cause, place: &usize| !evidence[*place].is_wrong() || cause.cases.contains(place);
        let explains = |cause: &&mut Cause| pair.iter().all(|place| is_of(cause, place));
        if let Some(cause) = causes.iter_mut().find(explains) {
            cause.collisions.push(pair);
            if cause.effect == Effect::OtherHash {
                cause.effect = Effect::OneHash;
            }
        }
    }
}

fn length(evidence: &Evidence) -> usize {
    evidence.input().map_or(0, |input| input.to_string().len())
}
