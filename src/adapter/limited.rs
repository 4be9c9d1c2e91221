//! An implementation whose leeway cannot be set, or that does not look at the method.
//!
//! Its introduction says so. A question that needs another leeway or another method is not asked: the outcome is
//! `unsupported`. As for any `unsupported`, the case fails unless `[unsupported]` of the baseline lists it.

use std::fmt;
use std::time::Duration;

use qsh_diagnose::Input;

use super::built_in::BuiltIn;
use super::protocol::{Description, Question};
use super::{Adapter, Reply, Stop};
use crate::suite::case::{
    AsapVerification, Authentication, ForgeVerification, ImpersonationVerification, InstallAuthentication,
    ProductAuthentication, Received, Signing,
};
use crate::suite::outcome::Outcome;

/// An adapter that is asked only the questions that its leeway and its method allow.
pub struct Limited {
    adapter: Box<dyn Adapter>,
    leeway: Option<u32>,
    method: Option<String>,
    ours: BuiltIn,
    /// The positions in the conversation of the questions that the adapter was asked.
    asked: Vec<usize>,
    /// The number of all questions of the conversation.
    count: usize,
}

impl Limited {
    /// Adds the limits that the adapter's introduction names. Without any, returns the adapter as it is.
    pub fn around(adapter: Box<dyn Adapter>) -> Box<dyn Adapter> {
        match adapter.description().clone() {
            Description { fixed_leeway: None, fixed_method: None, .. } => adapter,
            Description { fixed_leeway, fixed_method, .. } => Box::new(Self::new(adapter, fixed_leeway, fixed_method)),
        }
    }

    /// Adds a fixed leeway in seconds, and a fixed method.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::adapter::Adapter;
    /// use qsh::adapter::built_in::BuiltIn;
    /// use qsh::adapter::limited::Limited;
    /// use qsh::adapter::protocol::Question;
    /// use qsh::suite::outcome::{Answer, Outcome};
    /// use qsh_diagnose::Input;
    ///
    /// let mut limited = Limited::new(Box::new(BuiltIn::new()), None, Some("GET".to_owned()));
    /// let questions = ["GET", "POST"].map(|method| Question::CanonicalRequest(Input::new(method, "/a")));
    /// let replies = limited.ask(&questions, &mut |_| {});
    /// assert_eq!(replies[0].outcome, Outcome::Ok(Answer::canonical_request("GET&/a&")));
    /// assert_eq!(replies[1].outcome, Outcome::Unsupported("it takes every request for GET".to_owned()));
    /// ```
    pub fn new(adapter: Box<dyn Adapter>, leeway: Option<u32>, method: Option<String>) -> Self {
        Self { adapter, leeway, method, ours: BuiltIn::new(), asked: Vec::new(), count: 0 }
    }

    /// Separates the questions that can be asked.
    fn part(&mut self, questions: &[Question]) -> Parted {
        let objections: Vec<Option<String>> = questions.iter().map(|question| self.objection(question)).collect();
        let places: Vec<usize> = (0..questions.len()).filter(|place| objections[*place].is_none()).collect();
        self.asked.extend(places.iter().map(|place| self.count + place));
        self.count += questions.len();
        Parted { objections, asked: places.iter().map(|place| questions[*place].clone()).collect(), places }
    }

    /// Why a question is not asked. `None` if it can be asked.
    fn objection(&mut self, question: &Question) -> Option<String> {
        if let Some(leeway) = self.leeway
            && let Some(with_fixed) = with_leeway(question, leeway)
            && !self.has_one_answer(question, &with_fixed)
        {
            return Some(format!("its leeway is always {leeway} seconds"));
        }
        if let Some(method) = self.method.clone()
            && let Some(with_fixed) = with_method(question, &method)
            && !self.has_to_be_refused(question)
            && !self.has_one_answer(question, &with_fixed)
        {
            return Some(format!("it takes every request for {method}"));
        }
        None
    }

    /// Whether the specification gives the same answer to both questions.
    fn has_one_answer(&mut self, one: &Question, other: &Question) -> bool {
        match (self.ours.answer(one), self.ours.answer(other)) {
            (Outcome::Rejected { reason: one, .. }, Outcome::Rejected { reason: other, .. }) => one == other,
            (one, other) => one == other,
        }
    }

    /// A token for another method has to be refused. An implementation that does not look at the method accepts it,
    /// and no limit excuses that.
    fn has_to_be_refused(&mut self, question: &Question) -> bool {
        matches!(self.ours.answer(question), Outcome::Rejected { .. })
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("leeway", &self.leeway).field("method", &self.method).finish_non_exhaustive()
    }
}

impl Adapter for Limited {
    fn description(&self) -> &Description {
        self.adapter.description()
    }

    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        self.asked.clear();
        self.count = 0;
        let Parted { objections, asked, places } = self.part(questions);
        let replies = self.adapter.ask(&asked, &mut |place| answered(places[place]));
        with_objections(objections, replies, answered)
    }

    fn ask_more(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        let Parted { objections, asked, places } = self.part(questions);
        let replies = self.adapter.ask_more(&asked, &mut |place| answered(places[place]));
        with_objections(objections, replies, answered)
    }

    fn finish(&mut self) -> Vec<(usize, Outcome)> {
        let changed = self.adapter.finish();
        changed.into_iter().map(|(place, outcome)| (self.asked[place], outcome)).collect()
    }

    fn heed(&mut self, stop: &Stop) {
        self.adapter.heed(stop);
    }

    fn incidents(&self) -> &[String] {
        self.adapter.incidents()
    }

    fn remarks(&self) -> &[String] {
        self.adapter.remarks()
    }
}

/// Questions of which some are not asked.
struct Parted {
    /// Why each question is not asked. `None` if it is.
    objections: Vec<Option<String>>,
    /// The questions that are asked.
    asked: Vec<Question>,
    /// Their positions.
    places: Vec<usize>,
}

/// The replies to all questions: the objections where there are some, and the replies to the others in their order.
fn with_objections(
    objections: Vec<Option<String>>,
    replies: Vec<Reply>,
    answered: &mut dyn FnMut(usize),
) -> Vec<Reply> {
    let mut replies = replies.into_iter();
    let reply = |(place, objection): (usize, Option<String>)| match objection {
        None => replies.next().expect("an adapter gives one reply for each question"),
        Some(objection) => {
            answered(place);
            Reply { outcome: Outcome::Unsupported(objection), elapsed: Duration::ZERO }
        }
    };
    objections.into_iter().enumerate().map(reply).collect()
}

/// The same question with another leeway. `None` if the question has none.
fn with_leeway(question: &Question, leeway: u32) -> Option<Question> {
    Some(match question {
        Question::Authenticate(asked) => Question::Authenticate(Authentication { leeway, ..asked.clone() }),
        Question::AuthenticateInstall(asked) => {
            Question::AuthenticateInstall(InstallAuthentication { leeway, ..asked.clone() })
        }
        Question::AsapVerify(asked) => Question::AsapVerify(AsapVerification { leeway, ..asked.clone() }),
        Question::AuthenticateProduct(asked) => {
            Question::AuthenticateProduct(ProductAuthentication { leeway, ..asked.clone() })
        }
        Question::ImpersonationVerify(asked) => {
            Question::ImpersonationVerify(ImpersonationVerification { leeway, ..asked.clone() })
        }
        Question::ForgeVerify(asked) => Question::ForgeVerify(ForgeVerification { leeway, ..asked.clone() }),
        Question::CanonicalRequest(_)
        | Question::Qsh(_)
        | Question::Sign(_)
        | Question::AsapSign(_)
        | Question::ImpersonationSign(_) => return None,
    })
}

/// The same question with another method. `None` if the question has no request.
fn with_method(question: &Question, method: &str) -> Option<Question> {
    let input = |input: &Input| Input { method: method.to_owned(), ..input.clone() };
    let received = |request: &Received| Received { input: input(&request.input), ..request.clone() };
    Some(match question {
        Question::CanonicalRequest(request) => Question::CanonicalRequest(input(request)),
        Question::Qsh(request) => Question::Qsh(input(request)),
        Question::Sign(asked) => Question::Sign(Signing { request: input(&asked.request), ..asked.clone() }),
        Question::Authenticate(asked) => {
            Question::Authenticate(Authentication { request: received(&asked.request), ..asked.clone() })
        }
        Question::AuthenticateInstall(asked) => {
            Question::AuthenticateInstall(InstallAuthentication { request: received(&asked.request), ..asked.clone() })
        }
        Question::AuthenticateProduct(asked) => {
            Question::AuthenticateProduct(ProductAuthentication { request: received(&asked.request), ..asked.clone() })
        }
        Question::AsapSign(_)
        | Question::AsapVerify(_)
        | Question::ImpersonationSign(_)
        | Question::ImpersonationVerify(_)
        | Question::ForgeVerify(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::case::{Case, Expectation, Level};
    use crate::suite::load::Vectors;
    use crate::suite::outcome::Answer;

    /// The cases that are not asked with these limits.
    fn not_asked(leeway: Option<u32>, method: Option<&str>) -> Vec<Case> {
        let vectors = Vectors::embedded().unwrap();
        let cases: Vec<&Case> = vectors.cases().collect();
        let questions: Vec<Question> = cases.iter().map(|case| case.question.clone()).collect();
        let mut limited = Limited::new(Box::new(BuiltIn::new()), leeway, method.map(str::to_owned));
        let mut answered = Vec::new();
        let replies = limited.ask(&questions, &mut |place| answered.push(place));
        answered.sort_unstable();
        assert_eq!(answered, (0..questions.len()).collect::<Vec<_>>());
        let is_excluded = |reply: &Reply| matches!(&reply.outcome, Outcome::Unsupported(_));
        cases.into_iter().zip(&replies).filter(|(_, reply)| is_excluded(reply)).map(|(case, _)| case.clone()).collect()
    }

    fn ids(cases: &[Case]) -> Vec<&str> {
        cases.iter().map(|case| case.id.as_str()).collect()
    }

    /// Without a leeway, most cases have the same answer as with 3 seconds.
    #[test]
    fn a_case_is_left_out_only_where_its_answer_depends_on_the_leeway() {
        let excluded = not_asked(Some(3), None);
        assert!(ids(&excluded).contains(&"claims/exp/last-second-leeway-30"), "{:?}", ids(&excluded));
        assert!(excluded.len() < 100, "{:?}", ids(&excluded));
        assert!(!ids(&excluded).contains(&"claims/exp/missing"));
        assert!(excluded.iter().all(|case| with_leeway(&case.question, 0).is_some()));
    }

    /// An implementation that does not look at the method accepts a token that was signed for another one.
    #[test]
    fn no_request_that_has_to_be_refused_is_left_out_because_of_its_method() {
        let excluded = not_asked(None, Some("GET"));
        assert!(ids(&excluded).contains(&"method/sent/delete"), "{:?}", ids(&excluded));
        assert!(!ids(&excluded).contains(&"method/case/all-lower"));
        let has_to_be_refused =
            |case: &&Case| case.level != Level::Open && matches!(case.expect, Expectation::Rejected(_));
        assert_eq!(excluded.iter().filter(has_to_be_refused).count(), 0);
        assert_eq!(not_asked(None, None), []);
    }

    #[test]
    fn what_changes_at_the_end_keeps_its_place() {
        struct Changing(BuiltIn);

        impl Adapter for Changing {
            fn description(&self) -> &Description {
                self.0.description()
            }

            fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
                self.0.ask(questions, answered)
            }

            fn finish(&mut self) -> Vec<(usize, Outcome)> {
                vec![(1, Outcome::Garbled("twice".to_owned()))]
            }

            fn incidents(&self) -> &[String] {
                &[]
            }
        }

        let mut limited = Limited::new(Box::new(Changing(BuiltIn::new())), None, Some("GET".to_owned()));
        let questions = ["POST", "GET", "PUT", "get"].map(|method| Question::Qsh(Input::new(method, "/a")));
        let replies = limited.ask(&questions, &mut |_| {});
        let is_ok = |reply: &Reply| matches!(&reply.outcome, Outcome::Ok(Answer { qsh: Some(_), .. }));
        assert_eq!(replies.iter().map(is_ok).collect::<Vec<_>>(), [false, true, false, true]);
        assert_eq!(limited.finish(), [(3, Outcome::Garbled("twice".to_owned()))]);
        // The second question of a conversation is still its second one when more are asked.
        limited.ask(&questions[..2], &mut |_| {});
        assert_eq!(limited.ask_more(&questions, &mut |_| {}).len(), 4);
        assert_eq!(limited.finish(), [(3, Outcome::Garbled("twice".to_owned()))]);
    }
}
