//! Checks a described dialect against observations.

use super::Inference;
use super::observation::Observation;
use crate::Dialect;

/// The result of checking a described dialect against observations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// How many observations the described dialect explains.
    pub met: usize,
    /// How many observations the inferred dialect explains.
    pub met_by_inferred: usize,
    /// The proposed description. It is the described dialect if that explains as many observations as the inferred one.
    /// Otherwise it is the inferred dialect, with those described choices that no observation contradicts.
    pub proposal: Dialect,
}

impl Review {
    /// Checks a described dialect against the observations that another dialect was inferred from, as
    /// [`Inference::review`] does.
    pub fn of(inferred: &Dialect, described: &Dialect, observations: &[Observation]) -> Self {
        let met = |dialect: &Dialect| observations.iter().filter(|seen| seen.is_of(dialect)).count();
        let mut review = Self { met: met(described), met_by_inferred: met(inferred), proposal: described.clone() };
        if !review.agrees() {
            review.proposal = described.deviations().fold(inferred.clone(), |proposal, choice| {
                let with = proposal.clone().with(choice);
                if met(&with) >= review.met_by_inferred { with } else { proposal }
            });
        }
        review
    }

    /// Whether the described dialect explains as many observations as the inferred one.
    pub fn agrees(&self) -> bool {
        self.met >= self.met_by_inferred
    }
}

impl Inference {
    /// Checks a described dialect against the observations of this inference.
    ///
    /// Described choices that no observation contradicts are kept. An example is a choice for form bodies, if the
    /// implementation does not support forms.
    ///
    /// # Examples
    ///
    /// The description is wrong about slashes. No observation contradicts its choice for forms:
    ///
    /// ```
    /// use qsh_diagnose::{CanonicalAnswer, Dialect, Input, Observation, infer};
    ///
    /// let answer = CanonicalAnswer::canonical_request("GET&/a/&");
    /// let observations = [Observation::new(Input::new("GET", "/a/"), answer)];
    /// let described = Dialect::OFFICIAL.with("form_body=ignored".parse()?);
    /// let review = infer(&observations).review(&described, &observations);
    /// assert!(!review.agrees());
    /// assert_eq!(review.proposal.to_string(), "trailing_slash=kept form_body=ignored");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn review(&self, described: &Dialect, observations: &[Observation]) -> Review {
        Review::of(&self.dialect, described, observations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::infer;
    use crate::{CanonicalAnswer, Input};

    fn reviewed(described: &str, answers: &[(&str, &str)]) -> Review {
        let observe = |(url, answer): &(&str, &str)| {
            Observation::new(Input::new("GET", *url), CanonicalAnswer::canonical_request(*answer))
        };
        let observations: Vec<Observation> = answers.iter().map(observe).collect();
        let choices = described.split_whitespace().map(|choice| choice.parse().unwrap());
        infer(&observations).review(&choices.fold(Dialect::OFFICIAL, Dialect::with), &observations)
    }

    #[test]
    fn described_choices_without_evidence_stay() {
        let review = reviewed("base_removal=none trailing_slash=kept form_body=ignored", &[("/a/", "GET&/a/&")]);
        assert!(review.agrees());
        assert_eq!(review.proposal.to_string(), "base_removal=none trailing_slash=kept form_body=ignored");
    }

    #[test]
    fn of_equivalent_choices_the_described_one_stays() {
        let review = reviewed("trailing_slash=two", &[("/a//", "GET&/a&"), ("/?a=1&a=2", "GET&/&a=12")]);
        assert_eq!((review.met, review.met_by_inferred), (1, 2));
        assert_eq!(review.proposal.to_string(), "trailing_slash=two repeat=concatenated");
    }

    #[test]
    fn contradicted_choices_are_not_proposed() {
        let review =
            reviewed("trailing_slash=all repeat=separate", &[("/a/", "GET&/a/&"), ("/?a=1&a=2", "GET&/&a=1,2")]);
        assert_eq!((review.met, review.met_by_inferred, review.agrees()), (0, 2, false));
        assert_eq!(review.proposal.to_string(), "trailing_slash=kept");
    }
}
