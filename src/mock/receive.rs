//! What the product answers to a call of the app.

use std::time::Instant;

use qsh_auth::jwt::Time;
use serde_json::{Value, json};

use super::engine::{Mock, millis, now, now_in_millis};
use super::exchange::{Direction, Exchange, Outcome, Received, Refusal, Sent};
use super::judge::{Call, Judge, Refused};
use super::url::{below, path_of, split_origin};

/// An answer of the product.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: format!("{body:#}\n").into_bytes() }
    }
}

impl Mock {
    /// Judges a call of the app to a site, and answers it.
    pub(super) fn receive(&self, site: usize, call: &Call) -> Answer {
        let (at, started) = (now_in_millis(), Instant::now());
        let judging = self.note_call();
        let sites = self.sites();
        let Some((own, base_url)) = sites.get(site) else {
            return Answer::json(404, &json!({ "message": "no such site" }));
        };
        let judge = Judge {
            app_key: &self.app.descriptor.key,
            base_url,
            site: own,
            others: sites.iter().map(|(other, _)| other).filter(|other| other.name != own.name).collect(),
            time: Time::new(now()).with_leeway(self.settings.leeway),
            is_changing: self.sites.is_changing(),
            most_mistakes: judging.most_mistakes(),
        };
        let judgement = judge.judge(call);
        let target = String::from_utf8_lossy(&call.target).into_owned();
        let (_, base_path) = split_origin(base_url);
        let path = below(path_of(&target), base_path);
        let what = format!("{} {}", call.method, path.unwrap_or_else(|| path_of(&target)));
        let (answer, outcome, refused) = match (judgement.verdict, path) {
            (Err(refused), _) => {
                let mut body = self.product.refusal();
                body["qsh"] = json!({ "refusal": refused.refusal, "diagnosis": refused.details });
                (Answer::json(401, &body), Outcome::Refused, Some(refused))
            }
            (Ok(_), None) => {
                let refused = outside(base_path);
                let body = json!({ "message": "Not found", "qsh": { "refusal": refused.refusal } });
                (Answer::json(404, &body), Outcome::Refused, Some(refused))
            }
            (Ok(understood), Some(path)) => {
                let (answer, outcome) = self.accepted(&call.method, path, &understood);
                (answer, outcome, None)
            }
        };
        if outcome == Outcome::Accepted {
            self.tally().note_call(&what);
            judgement.remarks.iter().for_each(|remark| self.tally().note(&format!("{what}: {remark}")));
        }
        let remarks = Some(judgement.remarks.join("\n")).filter(|text| !text.is_empty());
        let content_type = [("Content-Type".to_owned(), answer.content_type.to_owned())];
        let body = Some(call.body.as_slice()).filter(|body| !body.is_empty());
        self.keep(Exchange {
            id: 0,
            at,
            millis: millis(started.elapsed()),
            site: own.name.clone(),
            direction: Direction::FromApp,
            what: format!("{} {}", call.method, path_of(&target)),
            order: None,
            flaw: None,
            expected: Outcome::Accepted,
            outcome,
            is_fine: outcome == Outcome::Accepted,
            request: Sent::new(&call.method, &call.target, &call.fields(), body),
            response: Some(Received::new(answer.status, &content_type, &answer.body)),
            problem: None,
            token: judgement.token,
            refusal: refused.as_ref().map(|it| it.refusal.clone()),
            canonical: refused.as_ref().and_then(|it| it.canonical.clone()),
            diagnosis: refused.as_ref().and_then(|it| it.diagnosis.clone()).or(remarks),
            mistakes: refused.map(|it| it.mistakes).unwrap_or_default(),
        });
        answer
    }

    /// The file for a call, or what was understood of it. The path is below the base URL.
    fn accepted(&self, method: &str, path: &str, understood: &Value) -> (Answer, Outcome) {
        match self.settings.fixtures.of(method, path) {
            Ok(Some((content_type, body))) => (Answer { status: 200, content_type, body }, Outcome::Accepted),
            Ok(None) => {
                if !self.settings.fixtures.is_empty() {
                    self.tally().note(&format!("{method} {path}: there is no fixture"));
                }
                (Answer::json(200, &json!({ "qsh": { "understood": understood } })), Outcome::Accepted)
            }
            Err(error) => {
                let problem = format!("the fixture of {method} {path} cannot be read: {error}");
                self.tally().note_problem(&problem);
                (Answer::json(500, &json!({ "message": problem })), Outcome::Failed)
            }
        }
    }
}

/// The refusal of a call whose path is not below the base URL.
fn outside(base_path: &str) -> Refused {
    let message = format!("the path does not begin with {base_path}, the path of the product's base URL (PRD-3)");
    let refusal = Refusal { reason: "other", clause: "PRD-3".to_owned(), message };
    let diagnosis = Some(format!("next      put {base_path} before the path: it is sent, and not hashed"));
    Refused { refusal, canonical: None, diagnosis, mistakes: Vec::new(), details: json!({}) }
}
