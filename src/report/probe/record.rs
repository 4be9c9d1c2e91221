//! Makes the report of a probe.

use std::time::Duration;

use super::{CanonicalizerEntry, FindingEntry, HelpEntry, ProbeEntry};
use crate::adapter::Adapter;
use crate::adapter::http::App;
use crate::probe::{Checked, End, Finding, Leeway, Probed, QueryReading, Settings, Stop, findings};
use crate::report::run::RunReport;
use crate::report::{Recording, Requirements};
use crate::runner::{AdapterReport, Coverage, NotStarted, Options};
use crate::suite::baseline::Baseline;
use crate::suite::case::{Case, Level, Question};
use crate::suite::verdict::Reasons;

/// The report of a probe. What the baseline lists is no finding.
pub fn report(app: &App, settings: &Settings, probed: &Probed, baseline: &Baseline, elapsed: Duration) -> RunReport {
    let coverage = if probed.end == End::Complete { Coverage::All } else { Coverage::Some };
    let options = Options { jobs: 1, coverage, reasons: Reasons::Unseen };
    let cases: Vec<Case> = probed.made.iter().map(|checked| without_signature(&checked.check.case)).collect();
    let replies = cases.iter().zip(probed.made.iter().map(|checked| checked.reply.clone()));
    let mut judged = AdapterReport::judged(app.description(), replies, baseline, options);
    let requirements = Requirements {
        level: Level::Should,
        unavailable_is_fine: false,
        silence_is_fine: false,
        reasons: Reasons::Unseen,
    };
    let failed = judged.results.iter().zip(&probed.made);
    let failed = failed.filter(|(result, _)| result.verdict.fails(result.case.level, requirements.level));
    let failed: Vec<&Checked> = failed.map(|(_, checked)| checked).collect();
    let stopped = stopped(probed);
    match (&probed.end, &stopped) {
        (End::Unreachable(_) | End::GoodRefused(_), Some(why)) => {
            judged.not_started = Some(NotStarted::Unusable(why.clone()));
        }
        (_, Some(why)) => judged.incidents.push(why.clone()),
        (_, None) => {}
    }
    let findings = match judged.not_started {
        Some(_) => Vec::new(),
        None => findings(&failed, &app.address().origin()),
    };
    let entry = entry(app, settings, probed, stopped, findings);
    let recording = Recording { cases: cases.len(), requirements, part: None, elapsed };
    let mut report = recording.report(&[judged]);
    report.probe = Some(Box::new(entry));
    report
}

fn entry(
    app: &App,
    settings: &Settings,
    probed: &Probed,
    stopped: Option<String>,
    findings: Vec<Finding>,
) -> ProbeEntry {
    ProbeEntry {
        method: settings.method.clone(),
        url: format!("{}{}", app.address().origin(), settings.target),
        base_url: settings.base_url.clone(),
        endpoint: settings.endpoint.name().to_owned(),
        client_key: settings.client_key.clone(),
        requests: probed.requests,
        stopped,
        help: match &probed.end {
            End::GoodRefused(help) => Some(HelpEntry {
                response: help.response.clone(),
                remarks: help.remarks.clone(),
                tried: help.tried,
                because: help.accepted.as_ref().map(|it| it.because.clone()),
                advice: help.accepted.as_ref().map(|it| it.advice.clone()),
                options: help.accepted.as_ref().map(|it| it.options.clone()).unwrap_or_default(),
            }),
            _ => None,
        },
        findings: findings.into_iter().map(FindingEntry::from).collect(),
        leeway: match probed.leeway {
            Some(Leeway::Seconds(seconds)) => Some(seconds),
            _ => None,
        },
        canonicalizer: probed.query.as_ref().map(canonicalizer),
        inconclusive: probed.inconclusive.clone(),
    }
}

/// Why not every check was made.
fn stopped(probed: &Probed) -> Option<String> {
    let inconclusive = match probed.inconclusive.len() {
        0 => None,
        1 => Some("1 check says nothing: the app had no time for it".to_owned()),
        count => Some(format!("{count} checks say nothing: the app had no time for them")),
    };
    match &probed.end {
        End::Complete => inconclusive,
        End::Open => None,
        End::Unreachable(why) => Some(format!("the app does not answer: {why}")),
        End::GoodRefused(_) => Some("the app refuses a good request, so that nothing else could be checked".to_owned()),
        End::Stopped(Stop::Limit) => Some("the limit of requests is reached, before every check was made".to_owned()),
        End::Stopped(Stop::Locked(words)) => {
            Some(format!("the app takes the good request no more ({words}): it has locked itself, or it limits rates"))
        }
    }
}

fn canonicalizer(reading: &QueryReading) -> CanonicalizerEntry {
    CanonicalizerEntry {
        choices: reading.inference.choices.iter().map(|it| it.deviation.to_string()).collect(),
        nearest: reading.inference.nearest.as_ref().map(|nearest| nearest.name.to_owned()),
        requests: reading.requests,
        unread: reading.unread.clone(),
    }
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        let Finding { cause, gravity, title, consequence, clauses, cases, response, curl } = finding;
        Self { cause, gravity: gravity.name().to_owned(), title, consequence, clauses, cases, response, curl }
    }
}

/// The case without the signatures of its tokens. A token without an expiry would be good for ever in a report.
fn without_signature(case: &Case) -> Case {
    let mut case = case.clone();
    if let Question::Authenticate(asked) = &mut case.question {
        for (_, value) in &mut asked.request.headers {
            *value = cut(value);
        }
        let url = asked.request.input.url.as_str().map(cut);
        if let Some(url) = url {
            asked.request.input.url = url.into();
        }
        asked.request.input.form = asked.request.input.form.take().map(|form| cut(&form));
    }
    case
}

/// A text in which each token ends before its signature.
fn cut(text: &str) -> String {
    const BEGINNING: &str = "eyJ";
    let mut rest = text;
    let mut kept = String::new();
    while let Some(start) = rest.find(BEGINNING) {
        let is_part =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '=' | '+' | '/');
        let end = rest[start..].find(|letter| !is_part(letter)).map_or(rest.len(), |length| start + length);
        let token = &rest[start..end];
        let segments: Vec<&str> = token.splitn(3, '.').collect();
        kept.push_str(&rest[..start]);
        kept.push_str(&match segments.as_slice() {
            [header, claims, _] => format!("{header}.{claims}.…"),
            _ => token.to_owned(),
        });
        rest = &rest[end..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_no_signatures() {
        for (text, expected) in [
            ("JWT eyJh.eyJi.c-_1", "JWT eyJh.eyJi.…"),
            ("/p?jwt=eyJh.eyJi.cc&a=b", "/p?jwt=eyJh.eyJi.…&a=b"),
            ("jwt=eyJh.eyJi.c&jwt=eyJh.eyJi.d.e", "jwt=eyJh.eyJi.…&jwt=eyJh.eyJi.…"),
            ("JWT eyJh.eyJi.", "JWT eyJh.eyJi.…"),
            ("JWT eyJh", "JWT eyJh"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(cut(text), expected);
        }
    }
}
