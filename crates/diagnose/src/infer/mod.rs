//! Dialect inference: finds the dialect of an implementation from its answers.

mod combinations;
mod hill_climb;
mod observation;
mod review;
mod similarity;
mod table;

use crate::Dialect;
pub use observation::{Observation, Observed, ShownChoice};
pub use review::Review;
pub use similarity::Nearest;
use table::ObservationTable;

/// The inferred dialect of an implementation, with the evidence for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inference {
    /// The inferred dialect: the smallest one found that explains the most observations.
    pub dialect: Dialect,
    /// Its choices that deviate from the specification, in the order of the clauses.
    pub choices: Vec<ShownChoice>,
    /// The indexes of the observations that the specification does not explain.
    pub departures: Vec<usize>,
    /// The indexes of the observations that the dialect does not explain.
    pub unexplained: Vec<usize>,
    /// The most similar implementation of the dialect table. `None` if no implementation shares a choice.
    pub nearest: Option<Nearest>,
}

impl Inference {
    /// How many observations the dialect explains and the specification does not.
    pub fn explained(&self) -> usize {
        self.departures.iter().filter(|place| self.unexplained.binary_search(place).is_err()).count()
    }

    /// How many observations the specification explains and the dialect does not.
    pub fn contradicted(&self) -> usize {
        self.unexplained.iter().filter(|place| self.departures.binary_search(place).is_err()).count()
    }
}

/// Infers the smallest dialect that explains all observations, or the most of them if none explains all.
///
/// The search is a greedy hill climb that starts at [`Dialect::OFFICIAL`]. Each step takes the change with the highest
/// gain. The gain is the number of newly explained observations minus the number of those no longer explained. The
/// search looks for:
///
/// 1. one choice;
/// 2. two choices, if no single one has a gain;
/// 3. a choice that can be removed without a loss, if no pair has a gain;
/// 4. the choices that together explain a single answer, if nothing else helps.
///
/// Ties between changes with equal gain are broken in this order: a known implementation makes the change together with
/// the other choices; more implementations make it; it comes first in the table. The search can end in a local optimum.
/// [`Inference::unexplained`] lists the observations that the dialect does not explain.
///
/// # Examples
///
/// The first answer shows how slashes are treated. The second one shows the order of values:
///
/// ```
/// use qsh_diagnose::{CanonicalAnswer, Input, Observation, infer};
///
/// let seen = [("/a//", "GET&/a//&"), ("/a?x=2&x=1", "GET&/a&x=2,1"), ("/b?y=1", "GET&/b&y=1")];
/// let observations: Vec<Observation> = seen
///     .into_iter()
///     .map(|(url, answer)| Observation::new(Input::new("GET", url), CanonicalAnswer::canonical_request(answer)))
///     .collect();
/// let inference = infer(&observations);
/// assert_eq!(inference.dialect.to_string(), "trailing_slash=kept value_order=as_given");
/// assert!(inference.unexplained.is_empty());
/// ```
pub fn infer(observations: &[Observation]) -> Inference {
    infer_from(observations, &Dialect::OFFICIAL)
}

/// Infers as [`infer`] does, and starts at a dialect that is likely. If that one explains everything, the search is short.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::{CanonicalAnswer, Dialect, Input, Observation, infer_from};
///
/// let answer = CanonicalAnswer::canonical_request("GET&/a//&");
/// let observations = [Observation::new(Input::new("GET", "/a//"), answer)];
/// let likely = Dialect::OFFICIAL.with("trailing_slash=kept".parse()?).with("value_order=as_given".parse()?);
/// // Nothing shows the second choice.
/// assert_eq!(infer_from(&observations, &likely).dialect.to_string(), "trailing_slash=kept");
/// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
/// ```
pub fn infer_from(observations: &[Observation], likely: &Dialect) -> Inference {
    let departs = |place: &usize| !observations[*place].is_of(&Dialect::OFFICIAL);
    let departures = (0..observations.len()).filter(departs).collect();
    let table = climbed(observations, likely, &mut || false);
    let unexplained = table.missed();
    let choices = table.dialect().deviations().map(|deviation| table.shown(deviation)).collect();
    let dialect = table.dialect().clone();
    let nearest = Nearest::of(&dialect, observations);
    Inference { dialect, choices, departures, unexplained, nearest }
}

/// Infers only the dialect, as [`infer_from`] does, and ends early when `is_over` says so. The dialect is then the best
/// one so far.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::{CanonicalAnswer, Dialect, Input, Observation, infer_dialect};
///
/// let answer = CanonicalAnswer::canonical_request("GET&/a//&");
/// let observations = [Observation::new(Input::new("GET", "/a//"), answer)];
/// let infer = |is_over: bool| infer_dialect(&observations, &Dialect::OFFICIAL, &mut || is_over).to_string();
/// assert_eq!((infer(false).as_str(), infer(true).as_str()), ("trailing_slash=kept", "official"));
/// ```
pub fn infer_dialect(observations: &[Observation], likely: &Dialect, is_over: &mut dyn FnMut() -> bool) -> Dialect {
    climbed(observations, likely, is_over).dialect().clone()
}

fn climbed<'o>(
    observations: &'o [Observation],
    likely: &Dialect,
    is_over: &mut dyn FnMut() -> bool,
) -> ObservationTable<'o> {
    let mut table = ObservationTable::new(observations, likely.clone());
    hill_climb::hill_climb(&mut table, is_over);
    if !is_over() {
        hill_climb::break_ties(&mut table);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CanonicalAnswer, Input};

    /// Observations of `GET` requests that were answered with a canonical request.
    fn seen(answers: &[(&str, &str)]) -> Vec<Observation> {
        let observe = |(url, answer): &(&str, &str)| {
            let answer = CanonicalAnswer::canonical_request(*answer);
            Observation { input: input(url), observed: Observed::Answer(answer) }
        };
        answers.iter().map(observe).collect()
    }

    fn input(url: &str) -> Input {
        Input { base_url: Some("https://h/jira".to_owned()), ..Input::new("GET", url) }
    }

    #[test]
    fn official_answers_show_no_choice() {
        for inference in [infer(&[]), infer(&seen(&[("/a/?b", "GET&/a&b=")]))] {
            assert_eq!(inference.dialect, Dialect::OFFICIAL);
            assert!(
                inference.choices.is_empty() && inference.departures.is_empty() && inference.unexplained.is_empty()
            );
            assert_eq!(inference.nearest, None);
        }
    }

    #[test]
    fn a_choice_that_breaks_as_much_as_it_explains_is_not_made() {
        let mut seen = seen(&[("/a//", "GET&/a//&"), ("/b/", "GET&/b&")]);
        let inference_of_two = infer(&seen);
        assert_eq!(inference_of_two.dialect, Dialect::OFFICIAL);
        assert_eq!((inference_of_two.departures, inference_of_two.unexplained), (vec![0], vec![0]));
        seen.extend(self::seen(&[("/c/", "GET&/c/&")]));
        let inference = infer(&seen);
        assert_eq!(inference.dialect.to_string(), "trailing_slash=kept");
        assert_eq!((&inference.choices[0].shown_by, &inference.unexplained), (&vec![0, 2], &vec![1]));
        assert_eq!(inference.explained(), 2);
    }

    #[test]
    fn two_choices_that_help_only_together_are_found() {
        let mut seen = seen(&[("/a?b=1", "GET\n/a\nb=1"), ("/c?d=1", "GET\n/c\nd=1")]);
        for observation in &mut seen {
            let Observed::Answer(answer) = &mut observation.observed else { unreachable!("they are answers") };
            let text = answer.canonical_request.as_ref().unwrap();
            answer.qsh = Some(text.sha256_hex().to_uppercase());
        }
        let inference = infer(&seen);
        assert_eq!(inference.dialect.to_string(), "part_join=line_feeds hash_text=upper_hex");
        assert!(inference.choices.iter().all(|choice| choice.shown_by == [0, 1]));
    }

    #[test]
    fn a_refusal_is_shown_by_the_dialects_that_refuse() {
        let refused = |url: &str| Observation::new(input(url), Observed::Refusal);
        let inference = infer(&[refused("/jira/a%"), refused("/jira/b%?c=d")]);
        assert_eq!(inference.dialect.to_string(), "invalid_path_escape=refused");
        let inference = infer(&[refused("/a?b=%zz"), refused("/jira?b=%"), refused("/c")]);
        assert_eq!(inference.dialect.to_string(), "base_mismatch=refused invalid_escape=refused");
        assert_eq!((inference.departures, inference.unexplained), (vec![0, 1, 2], vec![]));
    }

    #[test]
    fn an_answer_to_a_method_that_is_not_a_token_is_a_choice() {
        let answer = |method: &str, canonical: &str| {
            let mut seen = seen(&[("/", canonical)]).remove(0);
            seen.input.method = method.into();
            seen
        };
        let inferred = |seen: &[Observation]| {
            let inference = infer(seen);
            (inference.dialect.to_string(), inference.unexplained)
        };
        let is = |dialect: &str| (dialect.to_owned(), Vec::new());
        let space = answer("G T", "G T&/&");
        assert_eq!(inferred(&[space.clone(), answer("poßt", "POSST&/&")]), is("method_check=unchecked"));
        assert_eq!(inferred(&[space, answer("poßt", "POßT&/&")]), is("method_check=unchecked_ascii"));
        assert_eq!(inferred(&[answer("", "GET&/&")]), is("method_check=empty_is_get"));
        assert_eq!(inferred(&[answer("G T", "GT&/&")]), ("official".to_owned(), vec![0]));
    }

    #[test]
    fn no_dialect_explains_an_answer_to_an_invalid_base_url() {
        let mut observations = seen(&[("/", "GET&/&")]);
        observations[0].input.base_url = Some("nowhere".into());
        assert_eq!(infer(&observations).unexplained, [0]);
        observations[0].observed = Observed::Refusal;
        assert_eq!(infer(&observations).unexplained, [0; 0]);
        observations[0] = Observation { input: input("/"), observed: Observed::Answer(CanonicalAnswer::default()) };
        assert_eq!(infer(&observations).unexplained, [0]);
    }

    #[test]
    fn ties_go_to_choices_that_a_known_implementation_makes_together() {
        // More implementations keep the base path. Those that sort names as they are written remove `/wiki`.
        let inference = infer(&seen(&[("/jira/x", "GET&/jira/x&"), ("/y?%62=1&a=2", "GET&/y&b=1&a=2")]));
        let shared = Dialect::seen_in("PHP atlassian-connect-laravel");
        assert!(shared.deviations().any(|choice| choice == inference.choices[0].deviation), "{}", inference.dialect);
        assert!(shared.deviations().any(|choice| choice == inference.choices[1].deviation), "{}", inference.dialect);
        assert!(inference.choices[0].alternatives.contains(&"base_removal=none".parse().unwrap()));
        let nearest = inference.nearest.unwrap();
        assert_eq!((nearest.name, nearest.is_same, nearest.met), ("PHP atlassian-connect-laravel", true, 2));
        assert!(nearest.not_known_of_it.is_empty() && !nearest.not_found.is_empty());
    }
}
