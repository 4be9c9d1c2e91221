//! The dialect that an implementation speaks, found by what it was seen to answer.

mod combinations;
mod described;
mod hill_climb;
mod sheet;
mod similarity;

pub use described::Review;
pub use similarity::Nearest;

use super::search::gives;
use crate::qsh::{Deviation, Dialect, canonicalize_with};
use crate::suite::case::Input;
use crate::suite::outcome::{Answer, Outcome};
use sheet::Sheet;

/// What an implementation did with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observation {
    /// The request.
    pub input: Input,
    /// What it did.
    pub observed: Observed,
}

/// What an implementation did, as far as a dialect may say so of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a dialect gives a canonical request, or refuses one")]
pub enum Observed {
    /// It answered.
    Answer(Answer),
    /// It refused, for whatever reason.
    Refusal,
}

impl Observation {
    /// What was observed in an outcome; nothing in one that no dialect has, such as a fault.
    pub fn new(input: &Input, outcome: &Outcome) -> Option<Self> {
        let observed = match outcome {
            Outcome::Ok(answer) => Observed::Answer(answer.clone()),
            Outcome::Rejected { .. } => Observed::Refusal,
            _ => return None,
        };
        Some(Self { input: input.clone(), observed })
    }

    /// Whether an implementation that speaks this dialect would be seen to do the same.
    ///
    /// What is no request ([`Input::request`]) is refused in every dialect.
    pub fn is_of(&self, dialect: &Dialect) -> bool {
        let canonical = self.input.request().ok().and_then(|it| canonicalize_with(&it, dialect).ok());
        self.observed.is(canonical.as_ref(), dialect)
    }
}

impl Observed {
    /// Whether this is what comes of a canonical request under a dialect, or of a refusal.
    pub(crate) fn is(&self, canonical: Option<&crate::Canonical>, dialect: &Dialect) -> bool {
        match (self, canonical) {
            (Self::Refusal, None) => true,
            (Self::Answer(answer), Some(canonical)) => {
                *answer != Answer::default() && gives(canonical, dialect, answer)
            }
            (Self::Refusal, Some(_)) | (Self::Answer(_), None) => false,
        }
    }
}

/// How an implementation reads the specification, as far as its answers show.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Portrait {
    /// The smallest dialect that was found to give the most answers.
    pub dialect: Dialect,
    /// Its choices that deviate from the specification, in the order of the clauses.
    pub choices: Vec<ShownChoice>,
    /// The places of the observations that are not what the specification leads to.
    pub departures: Vec<usize>,
    /// The places of the observations that are not what the dialect leads to.
    pub unexplained: Vec<usize>,
    /// The implementation of the dialect table that comes nearest to it, if one shares any of its choices.
    pub nearest: Option<Nearest>,
}

/// A choice that answers show.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShownChoice {
    /// The choice.
    pub deviation: Deviation,
    /// The places of the observations that the dialect would not lead to without it; at least one.
    pub shown_by: Vec<usize>,
    /// What could stand in its place, for all that the observations say.
    pub alternatives: Vec<Deviation>,
}

impl Portrait {
    /// How many observations depart from the specification as the dialect does.
    pub fn explained(&self) -> usize {
        self.departures.iter().filter(|place| self.unexplained.binary_search(place).is_err()).count()
    }

    /// How many observations are what the specification leads to, and not what the dialect leads to.
    pub fn contradicted(&self) -> usize {
        self.unexplained.iter().filter(|place| self.departures.binary_search(place).is_err()).count()
    }
}

/// Looks for the smallest dialect that leads to what was observed: to as much of it as possible, where there is none that
/// leads to all.
///
/// It is found by climbing from [`Dialect::OFFICIAL`], one choice at a time, or two together where no single one helps,
/// or three that a single answer could come of where no two do, always by what explains the most net of what it breaks;
/// choices that turn out not to be needed are taken back. Of
/// equals, the choice is taken that a known implementation makes together with the others, then the one that more of
/// them make, and then the first in the table. A climb may end on a lower summit: [`Portrait::unexplained`] says what is
/// missing.
///
/// # Examples
///
/// Two answers are enough to see these two mistakes, and one of several orders:
///
/// ```
/// use qsh::diagnose::{Observation, portrait};
/// use qsh::suite::case::Input;
/// use qsh::suite::outcome::{Answer, Outcome};
///
/// let seen = [("/a//", "GET&/a//&"), ("/a?x=2&x=1", "GET&/a&x=2,1"), ("/b?y=1", "GET&/b&y=1")];
/// let observations: Vec<Observation> = seen
///     .into_iter()
///     .filter_map(|(url, answer)| {
///         let input = Input::new("GET", url);
///         Observation::new(&input, &Outcome::Ok(Answer::canonical_request(answer)))
///     })
///     .collect();
/// let portrait = portrait(&observations);
/// assert_eq!(portrait.dialect.to_string(), "trailing_slash=kept value_order=as_given");
/// assert!(portrait.unexplained.is_empty());
/// ```
pub fn portrait(observations: &[Observation]) -> Portrait {
    let mut sheet = Sheet::new(observations);
    let departures = sheet.missed();
    hill_climb::hill_climb(&mut sheet);
    hill_climb::break_ties(&mut sheet);
    let unexplained = sheet.missed();
    let choices = sheet.dialect().deviations().map(|deviation| sheet.shown(deviation)).collect();
    let dialect = sheet.dialect().clone();
    let nearest = Nearest::of(&dialect, observations);
    Portrait { dialect, choices, departures, unexplained, nearest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::outcome::Reason;

    /// What was answered to `GET` requests, and no hash.
    fn seen(answers: &[(&str, &str)]) -> Vec<Observation> {
        let observe = |(url, answer): &(&str, &str)| {
            let answer = Answer::canonical_request(*answer);
            Observation { input: input(url), observed: Observed::Answer(answer) }
        };
        answers.iter().map(observe).collect()
    }

    fn input(url: &str) -> Input {
        Input { base_url: Some("https://h/jira".to_owned()), ..Input::new("GET", url) }
    }

    #[test]
    fn nothing_is_read_into_nothing() {
        for portrait in [portrait(&[]), portrait(&seen(&[("/a/?b", "GET&/a&b=")]))] {
            assert_eq!(portrait.dialect, Dialect::OFFICIAL);
            assert!(portrait.choices.is_empty() && portrait.departures.is_empty() && portrait.unexplained.is_empty());
            assert_eq!(portrait.nearest, None);
        }
    }

    #[test]
    fn a_choice_that_breaks_as_much_as_it_explains_is_not_made() {
        let mut seen = seen(&[("/a//", "GET&/a//&"), ("/b/", "GET&/b&")]);
        let portrait_of_two = portrait(&seen);
        assert_eq!(portrait_of_two.dialect, Dialect::OFFICIAL);
        assert_eq!((portrait_of_two.departures, portrait_of_two.unexplained), (vec![0], vec![0]));
        seen.extend(self::seen(&[("/c/", "GET&/c/&")]));
        let portrait = portrait(&seen);
        assert_eq!(portrait.dialect.to_string(), "trailing_slash=kept");
        assert_eq!((&portrait.choices[0].shown_by, &portrait.unexplained), (&vec![0, 2], &vec![1]));
        assert_eq!(portrait.explained(), 2);
    }

    #[test]
    fn two_choices_that_help_only_together_are_found() {
        let mut seen = seen(&[("/a?b=1", "GET\n/a\nb=1"), ("/c?d=1", "GET\n/c\nd=1")]);
        for observation in &mut seen {
            let Observed::Answer(answer) = &mut observation.observed else { unreachable!("they are answers") };
            let text = answer.canonical_request.as_ref().unwrap();
            answer.qsh = Some(text.sha256_hex().to_uppercase());
        }
        let portrait = portrait(&seen);
        assert_eq!(portrait.dialect.to_string(), "part_join=line_feeds hash_text=upper_hex");
        assert!(portrait.choices.iter().all(|choice| choice.shown_by == [0, 1]));
    }

    #[test]
    fn a_refusal_is_shown_by_the_dialects_that_refuse() {
        let outcome = Outcome::Rejected { reason: Reason::Other, message: String::new() };
        let refused = |url: &str| Observation::new(&input(url), &outcome).unwrap();
        let portrait = portrait(&[refused("/a?b=%zz"), refused("/jira?b=%"), refused("/c")]);
        assert_eq!(portrait.dialect.to_string(), "base_mismatch=refused invalid_escape=refused");
        assert_eq!((portrait.departures, portrait.unexplained), (vec![0, 1, 2], vec![]));
        let fault = Outcome::Fault { kind: "KeyError".into(), message: String::new() };
        assert_eq!(Observation::new(&input("/"), &fault), None);
    }

    #[test]
    fn an_answer_to_what_is_no_request_is_in_no_dialect() {
        let mut observations = seen(&[("/", "G T&/&")]);
        observations[0].input.method = "G T".into();
        assert_eq!(portrait(&observations).unexplained, [0]);
        observations[0].observed = Observed::Refusal;
        assert_eq!(portrait(&observations).unexplained, [0; 0]);
        observations[0] = Observation { input: input("/"), observed: Observed::Answer(Answer::default()) };
        assert_eq!(portrait(&observations).unexplained, [0]);
    }

    #[test]
    fn of_equals_the_choice_is_made_that_a_known_implementation_makes_with_the_others() {
        // That the base stays is more widely seen; that no name is sorted is seen in one, which takes `/wiki` away.
        let portrait = portrait(&seen(&[("/jira/x", "GET&/jira/x&"), ("/y?b=1&a=2", "GET&/y&b=1&a=2")]));
        let shared = Dialect::seen_in("PHP thecatontheflat");
        assert!(shared.deviations().any(|choice| choice == portrait.choices[0].deviation), "{}", portrait.dialect);
        assert!(shared.deviations().any(|choice| choice == portrait.choices[1].deviation), "{}", portrait.dialect);
        assert!(portrait.choices[0].alternatives.contains(&"base_removal=none".parse().unwrap()));
        let nearest = portrait.nearest.unwrap();
        assert_eq!((nearest.name, nearest.is_same, nearest.met), ("PHP thecatontheflat", true, 2));
        assert!(nearest.not_known_of_it.is_empty() && !nearest.not_found.is_empty());
    }
}
