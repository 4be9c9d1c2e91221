//! Verifies the tokens of each adapter with the other adapters.

use super::ask::{Asked, about};
use super::{Options, Ran, pool};
use crate::adapter::Adapter;
use crate::adapter::protocol::{Description, Question};
use crate::suite::baseline::{Baseline, Known};
use crate::suite::case::{Case, Expectation, Level};
use crate::suite::outcome::{Accepted, Answer, Outcome};
use crate::suite::verdict::Reasons;

/// A token of another adapter that our own verifier accepts, and this adapter does not accept with the same claims.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Dispute<'v> {
    /// The case that the token was signed for.
    pub case: &'v Case,
    /// The name of the adapter that signed it.
    pub signer: String,
    /// The outcome of verifying it.
    pub outcome: Outcome,
    /// The entry of the baseline for the case, if it has this outcome.
    pub known: Option<Known>,
}

impl Dispute<'_> {
    /// The same dispute, judged with a baseline.
    pub(super) fn judged_by(self, baseline: &Baseline) -> Self {
        let known = baseline.covering(self.case).filter(|known| known.matches(&self.outcome)).cloned();
        Self { known, ..self }
    }
}

/// A good token of an adapter.
struct Signed<'v> {
    case: &'v Case,
    /// The index and the name of the adapter that signed it.
    by: (usize, String),
    says: Accepted,
    question: Question,
}

/// Whether an adapter with this introduction can be asked about tokens of others, if these cases are run.
pub(super) fn is_asked(description: &Description, cases: &[&Case]) -> bool {
    let signed = cases.iter().filter(|case| matches!(case.expect, Expectation::Signed(_)));
    signed.filter_map(|case| about(case, "")).any(|question| description.has(question.operation()))
}

/// Asks every adapter about the good tokens of every other, and ends the conversations.
pub(super) fn verify(ran: &mut [Ran<'_>], order: &[usize], options: Options) {
    let signed: Vec<Signed<'_>> = ran.iter().enumerate().flat_map(|(place, ran)| signed_by(place, ran)).collect();
    pool::each(ran.iter_mut().collect(), order, options.jobs, |place, ran| {
        if let Some((adapter, asked)) = ran.open.take() {
            ask_about_others(&signed, place, ran, adapter, asked, options.reasons);
        }
    });
}

/// Asks an adapter about the tokens of the others.
fn ask_about_others<'v>(
    signed: &[Signed<'v>],
    place: usize,
    ran: &mut Ran<'v>,
    mut adapter: Box<dyn Adapter>,
    mut asked: Asked<'v>,
    reasons: Reasons,
) {
    let has = |signed: &&Signed<'v>| adapter.description().has(signed.question.operation());
    let of_others: Vec<&Signed<'v>> = signed.iter().filter(|it| it.by.0 != place).filter(has).collect();
    let questions: Vec<Question> = of_others.iter().map(|signed| signed.question.clone()).collect();
    let mut replies = if questions.is_empty() { Vec::new() } else { adapter.ask_more(&questions, &mut |_| {}) };
    let (earlier, changed): (Vec<_>, Vec<_>) =
        adapter.finish().into_iter().partition(|(question, _)| *question < asked.len());
    for (question, outcome) in changed {
        replies[question - asked.len()].outcome = outcome;
    }
    if !earlier.is_empty() {
        asked.correct(earlier);
        ran.judge(adapter.description(), &asked, reasons);
    }
    ran.note(adapter.as_ref());
    let here = ran.baseline.on(&adapter.description().runtime);
    let report = &mut ran.report;
    for (signed, reply) in of_others.into_iter().zip(replies) {
        if let Outcome::Unsupported(words) = &reply.outcome {
            report.unsupported_tokens.push((signed.case, words.clone()));
            if here.unsupported().covers(signed.case) || signed.case.level == Level::Open {
                continue;
            }
        }
        report.checked += 1;
        let says = match &reply.outcome {
            Outcome::Ok(Answer { accepted, .. }) => accepted.as_ref(),
            _ => None,
        };
        if says.is_none_or(|says| !says.agrees_with(&signed.says)) {
            let (case, signer) = (signed.case, signed.by.1.clone());
            report.disputes.push(Dispute { case, signer, outcome: reply.outcome, known: None }.judged_by(&here));
        }
    }
}

/// The good tokens that an adapter has signed.
fn signed_by<'v>(place: usize, ran: &Ran<'v>) -> Vec<Signed<'v>> {
    let wanted = ran.report.results.iter().filter(|result| matches!(result.case.expect, Expectation::Signed(_)));
    let signed = wanted.filter_map(|result| {
        let Outcome::Ok(Answer { token: Some(token), accepted: Some(says), refused: None, .. }) = &result.outcome
        else {
            return None;
        };
        let question = about(result.case, token)?;
        Some(Signed { case: result.case, by: (place, ran.report.name.clone()), says: says.clone(), question })
    });
    signed.collect()
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;
    use serde_json::{Map, Value, json};

    use crate::adapter::built_in::BuiltIn;
    use crate::adapter::protocol::{Description, Question};
    use crate::adapter::{Adapter, Reply};
    use crate::runner::{Coverage, Dispute, NoProgress, Options, Participant, run};
    use crate::suite::baseline::Baseline;
    use crate::suite::case::{Case, Expectation, Level, Signed, Signing};
    use crate::suite::outcome::{Accepted, Outcome, Reason};
    use crate::suite::verdict::Reasons;

    const OPTIONS: Options = Options { jobs: 2, coverage: Coverage::Some, reasons: Reasons::Exact };

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn case() -> Case {
        let request = Input::new("GET", "/a");
        let signing = Signing {
            request,
            issuer: "app".into(),
            shared_secret: "a secret".into(),
            issued_at: 1_000,
            expires_at: 1_180,
            claims: Map::new(),
        };
        let accepted = Accepted { issuer: "app".into(), claims: members(json!({ "iat": 1_000, "exp": 1_180 })) };
        Case {
            id: "sign/a".into(),
            summary: "signs".into(),
            clauses: vec!["CON-22".into()],
            level: Level::Must,
            question: Question::Sign(signing),
            decoded: Vec::new(),
            expect: Expectation::Signed(Signed { accepted, public_keys: Default::default(), header: None }),
            accept: Vec::new(),
            features: Vec::new(),
            flags: Vec::new(),
            source: "here".into(),
        }
    }

    /// Our own implementation, with a configurable outcome for tokens.
    struct Other {
        ours: BuiltIn,
        description: Description,
        authenticates: bool,
        signs: bool,
        supports: bool,
    }

    impl Adapter for Other {
        fn description(&self) -> &Description {
            &self.description
        }

        fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
            let refuses = |question: &Question| match question {
                Question::Authenticate(_) => !self.authenticates,
                _ => false,
            };
            let refused: Vec<bool> = questions.iter().map(refuses).collect();
            let mut replies = self.ours.ask(questions, answered);
            for (reply, refused) in replies.iter_mut().zip(refused) {
                if refused && !self.supports {
                    reply.outcome = Outcome::Unsupported("no such tokens".to_owned());
                } else if refused {
                    reply.outcome = Outcome::Rejected { reason: Reason::Other, message: String::new() };
                }
                if let (Outcome::Ok(answer), false) = (&mut reply.outcome, self.signs) {
                    answer.token = answer.token.take().map(|token| format!("{token}A").into());
                }
            }
            replies
        }

        fn incidents(&self) -> &[String] {
            &[]
        }
    }

    /// Runs our own implementation and another one. `known` is the baseline of the other one.
    fn reports(case: &Case, authenticates: bool, signs: bool, known: &str) -> [(usize, usize, bool); 2] {
        let ours = BuiltIn::new();
        let description = ours.description().clone();
        both_reports(case, Other { ours, description, authenticates, signs, supports: true }, known)
    }

    fn both_reports(case: &Case, other: Other, known: &str) -> [(usize, usize, bool); 2] {
        let participant = |name: &str, adapter: Box<dyn Adapter>, baseline: Baseline| Participant {
            name: name.to_owned(),
            baseline,
            start: Box::new(move |_| Ok(adapter)),
        };
        let baseline = Baseline::parse("known.toml".as_ref(), &format!("format = \"qsh-known\"\nversion = 1\n{known}"));
        let both = vec![
            participant("ours", Box::<BuiltIn>::default(), Baseline::default()),
            participant("other", Box::new(other), baseline.unwrap()),
        ];
        let reports = run(both, &[case], OPTIONS, &NoProgress);
        let told = |index: usize| {
            let report = &reports[index];
            let is_disputed = |it: &Dispute<'_>| it.known.is_none() && it.case.level <= Level::Should;
            let has_failed = report.results.iter().any(|it| it.verdict.fails(it.case.level, Level::Should));
            (report.checked, report.disputes.len(), has_failed || report.disputes.iter().any(is_disputed))
        };
        [told(0), told(1)]
    }

    #[test]
    fn a_good_token_is_shown_to_every_other_adapter() {
        assert_eq!(reports(&case(), true, true, ""), [(1, 0, false), (1, 0, false)]);
        // An adapter that does not accept the token fails, unless its baseline says so.
        assert_eq!(reports(&case(), false, true, ""), [(1, 0, false), (1, 1, true)]);
        let open = Case { level: Level::Open, ..case() };
        assert_eq!(reports(&open, false, true, ""), [(1, 0, false), (1, 1, false)]);
    }

    #[test]
    fn a_token_that_is_not_supported_fails_unless_its_case_is_listed() {
        let other = || {
            let ours = BuiltIn::new();
            let mut description = ours.description().clone();
            description.operations = vec!["authenticate".to_owned()];
            Other { ours, description, authenticates: false, signs: false, supports: false }
        };
        assert_eq!(both_reports(&case(), other(), ""), [(0, 0, false), (1, 1, true)]);
        // The term is not obsolete in a run of the adapter alone.
        let listed = "format = \"qsh-known\"\nversion = 1\n[unsupported]\n\"sign/a\" = \"r\"\n";
        let alone = Participant {
            name: "other".to_owned(),
            baseline: Baseline::parse("known.toml".as_ref(), listed).unwrap(),
            start: Box::new(move |_| Ok(Box::new(other()))),
        };
        let case = case();
        let reports = run(vec![alone], &[&case], Options { coverage: Coverage::All, ..OPTIONS }, &NoProgress);
        assert_eq!(reports[0].stale, [""; 0]);
        assert_eq!(both_reports(&case, other(), "[unsupported]\n\"sign/a\" = \"r\"\n"), [(0, 0, false), (0, 0, false)]);
    }

    #[test]
    fn a_bad_token_is_a_failure_of_its_signer_and_is_shown_to_nobody() {
        assert_eq!(reports(&case(), true, false, ""), [(0, 0, false), (1, 0, true)]);
        let known =
            "[[known]]\ncase = \"sign/a\"\nkind = \"ok\"\nrefused = \"bad_signature\"\nreason = \"r\"\nlink = \"l\"\n";
        assert_eq!(reports(&case(), true, false, known), [(0, 0, false), (1, 0, false)]);
    }

    #[test]
    fn an_entry_for_a_case_of_signing_is_about_tokens_of_others_where_the_adapter_signs_none() {
        let known =
            "[[known]]\ncase = \"sign/a\"\nkind = \"rejected\"\nrejected = \"other\"\nreason = \"r\"\nlink = \"l\"\n";
        let other = |operations: &[&str]| {
            let ours = BuiltIn::new();
            let mut description = ours.description().clone();
            description.operations = operations.iter().map(ToString::to_string).collect();
            Other { ours, description, authenticates: false, signs: true, supports: true }
        };
        assert_eq!(both_reports(&case(), other(&["authenticate"]), known), [(0, 0, false), (1, 1, false)]);
        assert_eq!(both_reports(&case(), other(&["authenticate"]), ""), [(0, 0, false), (1, 1, true)]);
        // An adapter that signs the token passes the case.
        assert!(both_reports(&case(), other(&["authenticate", "sign"]), known)[1].2);
    }
}
