//! Makes the report of a probe.

use std::collections::HashMap;
use std::time::Duration;

use super::{CanonicalizerEntry, FindingEntry, HelpEntry, ProbeEntry, ServiceEntry};
use crate::adapter::Adapter;
use crate::adapter::http::App;
use crate::probe::{CanonicalizerReading, Checked, End, Finding, Leeway, Probed, Settings, Stop, findings};
use crate::report::run::RunReport;
use crate::report::{Recording, Requirements};
use crate::runner::{AdapterReport, Coverage, NotStarted, Options};
use crate::suite::baseline::Baseline;
use crate::suite::case::{Case, Headers, Level, Presented, Question, Received};
use crate::suite::verdict::Reasons;

/// The report of a probe. What the baseline lists is no finding.
pub fn report(app: &App, settings: &Settings, probed: &Probed, baseline: &Baseline, elapsed: Duration) -> RunReport {
    let is_whole = probed.end == End::Complete && settings.selection.is_everything();
    let coverage = if is_whole { Coverage::All } else { Coverage::Some };
    let options = Options { jobs: 1, coverage, reasons: Reasons::Unseen };
    let cases: Vec<Case> = probed.made.iter().map(|checked| without_tokens(&checked.check.case)).collect();
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
        None => findings(&failed, app),
    };
    let entry = entry(app, settings, probed, stopped, findings);
    let recording = Recording { cases: cases.len(), requirements, part: None, elapsed, described: HashMap::new() };
    let mut report = recording.report(&[judged]);
    // The findings are the causes of a probe.
    for adapter in &mut report.adapters {
        (adapter.causes, adapter.not_explained) = (Some(Vec::new()), Vec::new());
    }
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
        endpoint: settings.kind.name().to_owned(),
        client_key: settings.client_key.clone(),
        service: settings.service.as_ref().map(|service| ServiceEntry {
            issuer: service.issuer.clone(),
            key_id: service.key_id.clone(),
            audience: service.audience.clone(),
        }),
        requests: probed.requests,
        stopped,
        help: match &probed.end {
            End::GoodRefused(help) => Some(HelpEntry {
                response: help.response.clone(),
                fails: help.fails,
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
        canonicalizer: probed.canonicalizer.as_ref().map(canonicalizer),
        inconclusive: probed.inconclusive.clone(),
    }
}

/// Why not every check was made.
fn stopped(probed: &Probed) -> Option<String> {
    let inconclusive = match probed.inconclusive.len() {
        0 => None,
        1 => Some("1 check has no result: the app answered 408, 429 or 503".to_owned()),
        count => Some(format!("{count} checks have no result: the app answered 408, 429 or 503")),
    };
    match &probed.end {
        End::Complete => inconclusive,
        End::Open => {
            Some(format!("the app accepts requests without a token, so that nothing else was checked; {HINT}"))
        }
        End::Stopped(Stop::Remembers) => {
            Some("the app accepts requests without a good token after one, so that nothing else was checked".to_owned())
        }
        End::Unreachable(why) => Some(format!("the app does not answer: {why}")),
        End::GoodRefused(help) if help.fails => {
            Some("the app fails at a good request, so that nothing else could be checked".to_owned())
        }
        End::GoodRefused(_) => Some("the app refuses a good request, so that nothing else could be checked".to_owned()),
        End::Stopped(Stop::Limit) => Some("the limit of requests is reached, before every check was made".to_owned()),
        End::Stopped(Stop::Locked(words)) => Some(format!(
            "the app no longer accepts the good request ({words}): it locked the tenant, or it limits the rate"
        )),
    }
}

/// For an app whose refusals look like acceptances.
const HINT: &str = "if its answer is a refusal, say so with --refused STATUS, location:TEXT or body:TEXT";

fn canonicalizer(reading: &CanonicalizerReading) -> CanonicalizerEntry {
    CanonicalizerEntry {
        choices: reading.inference.choices.iter().map(|it| it.deviation.to_string()).collect(),
        nearest: reading.inference.nearest.as_ref().map(|nearest| nearest.name.to_owned()),
        requests: reading.requests,
        unread: reading.unread.clone(),
    }
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        let Finding { cause, severity, title, consequence, clauses, cases, response, curl } = finding;
        Self { cause, severity: severity.name().to_owned(), title, consequence, clauses, cases, response, curl }
    }
}

/// The case without its tokens. A token without an expiry would be good for ever in a report.
fn without_tokens(case: &Case) -> Case {
    let mut case = case.clone();
    match &mut case.question {
        Question::Authenticate(asked) => hide_tokens(&mut asked.request),
        Question::AuthenticateInstall(asked) => hide_tokens(&mut asked.request),
        Question::AsapVerify(asked) => hide_presented(&mut asked.presented),
        Question::ForgeVerify(asked) => hide_presented(&mut asked.presented),
        _ => {}
    }
    case
}

fn hide_tokens(request: &mut Received) {
    hide_values(&mut request.headers);
    let input = &mut request.input;
    if let Some(url) = input.url.as_str().map(without_long_values) {
        input.url = url.into();
    }
    input.form = input.form.take().map(|form| without_long_values(&form));
    // The body of a callback has the shared secret.
    input.json = None;
}

fn hide_presented(presented: &mut Presented) {
    match presented {
        Presented::Token(token) => *token = "…".to_owned(),
        Presented::Headers(headers) => hide_values(headers),
    }
}

/// Hides the values of header fields, but for their scheme.
fn hide_values(headers: &mut Headers) {
    for (_, value) in headers {
        let scheme = value.split_inclusive(' ').next().filter(|word| word.ends_with(' ')).unwrap_or_default();
        *value = format!("{scheme}…");
    }
}

/// The parameters of a URL or a form, without the values that can be a token.
fn without_long_values(text: &str) -> String {
    let parts = text.split_inclusive(['?', '&']);
    let shortened = parts.map(|part| {
        let end = part.find(['?', '&']).unwrap_or(part.len());
        match part[..end].split_once('=') {
            Some((name, value)) if value.len() >= SHORTEST && value.contains('.') => {
                format!("{name}=…{}", &part[end..])
            }
            _ => part.to_owned(),
        }
    });
    shortened.collect()
}

/// The fewest bytes that a token has.
const SHORTEST: usize = 40;

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;

    use super::*;
    use crate::probe::ENDPOINTS;
    use crate::suite::case::Expectation;
    use crate::suite::outcome::Reason;
    use crate::tamper::{TamperedToken, TokenKind, changes, signed};

    fn case(question: Question) -> Case {
        Case {
            id: "probe/a/b".to_owned(),
            summary: String::new(),
            clauses: Vec::new(),
            level: Level::Must,
            question,
            decoded: Vec::new(),
            expect: Expectation::Rejected(vec![Reason::Other]),
            accept: Vec::new(),
            features: Vec::new(),
            flags: Vec::new(),
            source: String::new(),
        }
    }

    /// Whatever is changed, no part of a token is left: its header begins each of them in one of these ways.
    #[test]
    fn a_report_has_no_tokens() {
        for (kind, change) in ENDPOINTS.into_iter().flat_map(|kind| changes(kind).map(move |change| (kind, change))) {
            let body = r#"{"sharedSecret":"a secret of the body"}"#.parse().unwrap();
            let request = Input { json: Some(body), ..Input::new("POST", "/panel.html?x=1.5") };
            let question = TamperedToken::good(kind, request).with(change).unwrap().question();
            let shown = match without_tokens(&case(question)).question {
                Question::Authenticate(asked) => format!("{:?} {:?}", asked.request.headers, asked.request.input),
                Question::AuthenticateInstall(asked) => {
                    format!("{:?} {:?}", asked.request.headers, asked.request.input)
                }
                Question::AsapVerify(asked) => format!("{:?}", asked.presented),
                Question::ForgeVerify(asked) => format!("{:?}", asked.presented),
                other => panic!("{other:?}"),
            };
            let hidden = ["eyJ", "W3s", "eyA", "a secret of the body"];
            assert!(!hidden.iter().any(|start| shown.contains(start)), "{change:?}: {shown}");
            let has_request = !matches!(kind, TokenKind::Asap | TokenKind::Forge);
            assert_eq!(shown.contains("/panel.html?x=1.5"), has_request, "{change:?}: {shown}");
        }
        let token = signed(&serde_json::Map::new(), b"secret");
        assert_eq!(without_long_values(&format!("/a?jwt={token}&b=c")), "/a?jwt=…&b=c");
    }
}
