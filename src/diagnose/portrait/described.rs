//! A dialect that somebody described, beside what was observed.

use super::{Observation, Portrait};
use crate::qsh::Dialect;

/// What observations say of a described dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// How many of the observations the description leads to.
    pub met: usize,
    /// How many the dialect of the portrait leads to.
    pub met_by_portrait: usize,
    /// The dialect to describe instead: that of the portrait, with the described choices that no observation
    /// contradicts; the described one, where it leads to as much.
    pub proposal: Dialect,
}

impl Review {
    /// Whether the description leads to as much of what was observed as any dialect that was found.
    pub fn agrees(&self) -> bool {
        self.met >= self.met_by_portrait
    }
}

impl Portrait {
    /// Holds a description of an implementation against what was observed of it: the observations that the portrait was
    /// made from.
    ///
    /// Choices that nothing contradicts are left as they are described: those on a form body, where the implementation
    /// cannot be given one, and those that no observation tells from others.
    ///
    /// # Examples
    ///
    /// The description misses how slashes are read, and what it says of forms is not contradicted:
    ///
    /// ```
    /// use qsh::Dialect;
    /// use qsh::diagnose::{Observation, portrait};
    /// use qsh::suite::case::Input;
    /// use qsh::suite::outcome::{Answer, Outcome};
    ///
    /// let input = Input::new("GET", "/a/");
    /// let observations = Vec::from_iter(Observation::new(&input, &Outcome::Ok(Answer::canonical_request("GET&/a/&"))));
    /// let described = Dialect::OFFICIAL.with("form_body=ignored".parse()?);
    /// let review = portrait(&observations).review(&described, &observations);
    /// assert!(!review.agrees());
    /// assert_eq!(review.proposal.to_string(), "trailing_slash=kept form_body=ignored");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn review(&self, described: &Dialect, observations: &[Observation]) -> Review {
        let met = |dialect: &Dialect| observations.iter().filter(|seen| seen.is_of(dialect)).count();
        let mut review =
            Review { met: met(described), met_by_portrait: met(&self.dialect), proposal: described.clone() };
        if !review.agrees() {
            review.proposal = described.deviations().fold(self.dialect.clone(), |proposal, choice| {
                let with = proposal.clone().with(choice);
                if met(&with) >= review.met_by_portrait { with } else { proposal }
            });
        }
        review
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::portrait;
    use crate::suite::case::Input;
    use crate::suite::outcome::{Answer, Outcome};

    fn reviewed(described: &str, answers: &[(&str, &str)]) -> Review {
        let observe = |(url, answer): &(&str, &str)| {
            let input = Input::new("GET", *url);
            Observation::new(&input, &Outcome::Ok(Answer::canonical_request(*answer)))
        };
        let observations: Vec<Observation> = answers.iter().filter_map(observe).collect();
        let choices = described.split_whitespace().map(|choice| choice.parse().unwrap());
        portrait(&observations).review(&choices.fold(Dialect::OFFICIAL, Dialect::with), &observations)
    }

    #[test]
    fn more_than_the_answers_show_may_be_described() {
        let review = reviewed("base_removal=none trailing_slash=kept form_body=ignored", &[("/a/", "GET&/a/&")]);
        assert!(review.agrees());
        assert_eq!(review.proposal.to_string(), "base_removal=none trailing_slash=kept form_body=ignored");
    }

    #[test]
    fn of_what_the_answers_cannot_tell_apart_the_described_stays() {
        let review = reviewed("trailing_slash=two", &[("/a//", "GET&/a&"), ("/?a=1&a=2", "GET&/&a=12")]);
        assert_eq!((review.met, review.met_by_portrait), (1, 2));
        assert_eq!(review.proposal.to_string(), "trailing_slash=two repeat=concatenated");
    }

    #[test]
    fn what_the_answers_contradict_is_not_proposed() {
        let review =
            reviewed("trailing_slash=all repeat=separate", &[("/a/", "GET&/a/&"), ("/?a=1&a=2", "GET&/&a=1,2")]);
        assert_eq!((review.met, review.met_by_portrait, review.agrees()), (0, 2, false));
        assert_eq!(review.proposal.to_string(), "trailing_slash=kept");
    }
}
