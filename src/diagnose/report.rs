//! Reads a JSON report of `qsh run` and infers the dialect of one adapter in it.
//!
//! Later versions may add members, so unknown members are ignored. A required member must be present and have its type.

use std::collections::HashSet;

use qsh_diagnose::Dialect;
use serde_json::Value;

use super::infer::{Inference, Observation, Observed, ShownChoice, infer};
use crate::suite::case::{Input, JsonBody, Level, Operation};
use crate::suite::head::{Format, in_short};
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::text::Text;
use crate::suite::verdict::Verdict;

/// The part of a report that is about one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportedAdapter {
    /// The name of the adapter in the run.
    pub name: String,
    /// The version of its library.
    pub version: Option<String>,
    /// The runtime of the library.
    pub runtime: Option<String>,
    /// The results of its cases, in the order of the report.
    pub results: Vec<ReportedCase>,
}

/// The result of one case with one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportedCase {
    /// The id of the case.
    pub case: String,
    /// The clauses of the case. Empty if the report does not list them.
    pub clauses: Vec<String>,
    /// The level of the case.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// The request.
    pub input: Input,
    /// The outcome, as far as a dialect can describe it. `None` for a fault or a crash.
    pub observed: Option<Observed>,
    json: Value,
}

impl ReportedCase {
    /// Whether the case was not as expected. Known failures count.
    pub fn has_failed(&self) -> bool {
        matches!(self.verdict, Verdict::Fail | Verdict::KnownFailure | Verdict::Error)
    }

    /// Whether the outcome is the one that the specification gives. The expectation of the case does not matter.
    pub fn is_as_specified(&self) -> bool {
        self.observation().is_some_and(|observation| observation.is_of(&Dialect::OFFICIAL))
    }

    fn observation(&self) -> Option<Observation> {
        Some(Observation { input: self.input.clone(), observed: self.observed.clone()? })
    }

    /// The result as it is in the report.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

/// The dialect of an adapter in a report.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportDiagnosis<'r> {
    /// The inferred dialect.
    pub inference: Inference,
    /// The cases that the dialect is inferred from. The inference refers to them by index.
    pub observed: Vec<&'r ReportedCase>,
    /// The cases that the inferred dialect does not explain: answers that differ from it, and failures without an
    /// answer.
    pub unexplained: Vec<&'r ReportedCase>,
}

impl<'r> ReportDiagnosis<'r> {
    /// The best example of a choice: the shortest case, preferably one of the choice's clause.
    pub fn example(&self, choice: &ShownChoice) -> Option<&'r ReportedCase> {
        let clause = choice.deviation.field().clause;
        let cases = choice.shown_by.iter().filter_map(|place| self.observed.get(*place).copied());
        cases.min_by_key(|case| (!case.clauses.iter().any(|shown| shown == clause), case.input.to_string().len()))
    }

    /// Whether every failure is explained.
    pub fn explains_all_failures(&self) -> bool {
        !self.unexplained.iter().any(|case| case.has_failed())
    }
}

impl ReportedAdapter {
    /// Reads the results of the adapter with this name. Without a name, the report must have exactly one adapter.
    ///
    /// # Errors
    ///
    /// - The text is not a JSON report of version 1, or a required member is missing.
    /// - The adapter is not in the report, was not run, or neither answered nor refused anything.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::diagnose::ReportedAdapter;
    ///
    /// let report = r#"{"format":"qsh-report","version":1,"adapters":[{"name":"mine"}],"results":[
    ///     {"case":"own/a","adapter":"mine","level":"must","verdict":"fail","input":{"method":"GET","url":"/a//"},
    ///      "outcome":{"kind":"ok","value":{"canonical_request":"GET&/a&"}}}]}"#;
    /// let adapter = ReportedAdapter::read(report.as_bytes(), None)?;
    /// let diagnosis = adapter.diagnose();
    /// assert_eq!(diagnosis.inference.dialect.to_string(), "trailing_slash=all");
    /// assert!(diagnosis.explains_all_failures());
    /// # Ok::<(), qsh::diagnose::BadReport>(())
    /// ```
    pub fn read(report: &[u8], name: Option<&str>) -> Result<Self, BadReport> {
        let report: Value = serde_json::from_slice(report).map_err(|error| BadReport(format!("not JSON: {error}")))?;
        let report = Member { path: String::new(), value: &report };
        Format::of(report.value, &[Format::REPORT]).map_err(BadReport)?;
        let adapters = report.member("adapters")?.list()?;
        let adapter = chosen(&adapters, name)?;
        let name = adapter.member("name")?.text()?;
        if let Some(why) = adapter.optional("not_run") {
            let reason = why.member("reason")?.text()?;
            return Err(BadReport(format!("{name} was not run: {reason}")));
        }
        let names = adapters.iter().map(|adapter| adapter.member("name")?.text()).collect::<Result<Vec<_>, _>>()?;
        let (mut results, mut ids) = (Vec::new(), HashSet::new());
        for result in report.member("results")?.list()? {
            let by = result.member("adapter")?;
            if !names.contains(&by.text()?) {
                return Err(by.wrong(&format!("one of the report's adapters ({})", names.join(", "))));
            }
            // Only canonical requests and hashes show a dialect. Early reports had no other operations and did not name
            // the operation.
            let operation = result.optional("operation").map(|member| member.one_of(Operation::ALL, Operation::name));
            let is_canonical =
                matches!(operation.transpose()?, None | Some(Operation::CanonicalRequest | Operation::Qsh));
            if by.text()? == name && is_canonical {
                let id = result.member("case")?;
                if !ids.insert(id.text()?) {
                    return Err(id.wrong(&format!("one result of {name} for each case")));
                }
                results.push(ReportedCase::read(&result)?);
            }
        }
        if results.iter().all(|result| result.observed.is_none()) {
            let count = results.len();
            return Err(BadReport(format!(
                "{name}: expected answers or refusals, found none among its results ({count})"
            )));
        }
        let text = |member| adapter.optional(member).map(|member| member.text().map(str::to_owned)).transpose();
        Ok(Self { name: name.to_owned(), version: text("version")?, runtime: text("runtime")?, results })
    }

    /// Infers the dialect that explains the results.
    pub fn diagnose(&self) -> ReportDiagnosis<'_> {
        let observations = self.results.iter().filter_map(|case| Some((case, case.observation()?)));
        let (observed, observations): (Vec<_>, Vec<_>) = observations.unzip();
        let inference = infer(&observations);
        // If a failed answer is as specified, the case contradicts the specification. No choice can explain such a
        // failure.
        let is_explained = |place: usize| {
            inference.unexplained.binary_search(&place).is_err()
                && (!observed[place].has_failed() || inference.departures.binary_search(&place).is_ok())
        };
        let silent = self.results.iter().filter(|case| case.observed.is_none() && case.has_failed());
        let unexplained = (0..observed.len()).filter(|place| !is_explained(*place)).map(|place| observed[place]);
        let unexplained = unexplained.chain(silent).collect();
        ReportDiagnosis { inference, observed, unexplained }
    }
}

/// The adapter with this name. Without a name, the only adapter.
fn chosen<'m, 'v>(adapters: &'m [Member<'v>], name: Option<&str>) -> Result<&'m Member<'v>, BadReport> {
    let names: Vec<&str> =
        adapters.iter().map(|adapter| adapter.member("name")?.text()).collect::<Result<_, BadReport>>()?;
    match (name, adapters) {
        (_, []) => Err(BadReport("no adapter was run".to_owned())),
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(BadReport(format!("several adapters were run, expected the name of one: {}", names.join(", "))))
        }
        (Some(name), _) => match names.iter().position(|known| *known == name) {
            Some(index) => Ok(&adapters[index]),
            None => Err(BadReport(format!("no adapter {name:?}, expected one of: {}", names.join(", ")))),
        },
    }
}

impl ReportedCase {
    fn read(result: &Member<'_>) -> Result<Self, BadReport> {
        let input = result.member("input")?;
        let text = |member| input.optional(member).map(|member| member.text().map(str::to_owned)).transpose();
        let url = input.text_or_hex("url")?.ok_or_else(|| input.expected("url or url_hex"))?;
        let json = input.optional("json").map(|json| json.json_body()).transpose()?;
        let clauses = result.optional("clauses").map_or_else(|| Ok(Vec::new()), |clauses| clauses.list())?;
        let clauses = clauses.iter().map(|clause| clause.text().map(str::to_owned)).collect::<Result<_, _>>()?;
        Ok(Self {
            case: result.member("case")?.text()?.to_owned(),
            clauses,
            level: result.member("level")?.one_of([Level::Must, Level::Should, Level::Open], Level::name)?,
            verdict: result.member("verdict")?.one_of(Verdict::ALL, Verdict::name)?,
            input: Input {
                method: input.member("method")?.text()?.to_owned(),
                url,
                base_url: text("base_url")?,
                form: text("form")?,
                json,
            },
            observed: observed(&result.member("outcome")?)?,
            json: result.value.clone(),
        })
    }
}

fn observed(outcome: &Member<'_>) -> Result<Option<Observed>, BadReport> {
    Ok(match outcome.member("kind")?.one_of(Outcome::KINDS, |kind| kind)? {
        "ok" => {
            let value = outcome.member("value")?;
            let qsh = value.optional("qsh").map(|member| member.text().map(str::to_owned)).transpose()?;
            let mut answer = Answer { canonical_request: value.text_or_hex("canonical_request")?, ..Answer::default() };
            answer.qsh = qsh;
            if answer == Answer::default() {
                return Err(value.expected("canonical_request, canonical_request_hex or qsh"));
            }
            Some(Observed::Answer(answer))
        }
        "rejected" => Some(Observed::Refusal),
        _ => None,
    })
}

/// A value in a report, with its path.
struct Member<'v> {
    path: String,
    value: &'v Value,
}

impl<'v> Member<'v> {
    /// A required member.
    fn member(&self, name: &str) -> Result<Self, BadReport> {
        self.optional(name).ok_or_else(|| self.expected(name))
    }

    /// A member that may be missing or null.
    fn optional(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Some(Self { path, value })
    }

    fn list(&self) -> Result<Vec<Self>, BadReport> {
        let list = self.value.as_array().ok_or_else(|| self.wrong("a list"))?;
        Ok(list
            .iter()
            .enumerate()
            .map(|(index, value)| Self { path: format!("{}[{index}]", self.path), value })
            .collect())
    }

    fn text(&self) -> Result<&'v str, BadReport> {
        self.value.as_str().ok_or_else(|| self.wrong("text"))
    }

    /// The text of one of two members. The `_hex` member holds text that is not UTF-8.
    fn text_or_hex(&self, name: &str) -> Result<Option<Text>, BadReport> {
        if let Some(text) = self.optional(name) {
            return Ok(Some(Text::from(text.text()?)));
        }
        let Some(hex) = self.optional(&format!("{name}_hex")) else { return Ok(None) };
        let text = Text::from_hex(hex.text()?).map_err(|error| BadReport(format!("{}: {error}", hex.path)))?;
        Ok(Some(text))
    }

    fn json_body(&self) -> Result<JsonBody, BadReport> {
        self.text()?.parse().map_err(|error| BadReport(format!("{}: {error}", self.path)))
    }

    /// The item of `all` that has this name.
    fn one_of<T: Copy, const N: usize>(&self, all: [T; N], name: fn(T) -> &'static str) -> Result<T, BadReport> {
        let text = self.text()?;
        let names = || all.map(name).join(", ");
        all.into_iter().find(|one| name(*one) == text).ok_or_else(|| self.wrong(&format!("one of {}", names())))
    }

    /// The error for a missing member.
    fn expected(&self, member: &str) -> BadReport {
        let place = if self.path.is_empty() { "the report" } else { &self.path };
        BadReport(format!("{place}: expected a member {member}"))
    }

    fn wrong(&self, expected: &str) -> BadReport {
        BadReport(format!("{}: expected {expected}, found {}", self.path, in_short(self.value)))
    }
}

/// A report that cannot be used. `Display` names the member and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadReport(String);

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn result(case: &str, verdict: &str, url: &str, outcome: &Value) -> Value {
        json!({
            "case": case, "adapter": "mine", "level": "must", "verdict": verdict,
            "input": { "method": "GET", "url": url }, "outcome": outcome,
        })
    }

    fn ok(canonical_request: &str) -> Value {
        json!({ "kind": "ok", "value": { "canonical_request": canonical_request } })
    }

    fn report(results: &[Value]) -> Value {
        json!({ "format": "qsh-report", "version": 1, "adapters": [{ "name": "mine" }], "results": results })
    }

    fn read(report: &Value) -> Result<ReportedAdapter, BadReport> {
        ReportedAdapter::read(report.to_string().as_bytes(), None)
    }

    #[test]
    fn what_is_not_needed_is_passed_over_and_null_is_nothing() {
        let mut report = report(&[result("a/b", "fail", "/a/", &ok("GET&/a/&"))]);
        report["later"] = json!({});
        report["adapters"][0]["not_run"] = Value::Null;
        let result = &mut report["results"][0];
        (result["later"], result["input"]["later"], result["outcome"]["later"]) = (json!(1), json!([]), json!("x"));
        (result["input"]["form"], result["outcome"]["value"]["qsh"]) = (Value::Null, Value::Null);
        let adapter = read(&report).unwrap();
        assert_eq!((adapter.version, adapter.results[0].input.form.as_ref()), (None, None));
        let answer = Answer::canonical_request("GET&/a/&");
        assert_eq!(adapter.results[0].observed, Some(Observed::Answer(answer)));
    }

    #[test]
    fn text_that_is_not_utf8_comes_as_hex() {
        let mut result = result("a/b", "fail", "", &json!({}));
        result["input"] = json!({ "method": "GET", "url_hex": "2fff2f2f" });
        result["outcome"] = json!({ "kind": "ok", "value": { "canonical_request_hex": "474554262fff26" } });
        let adapter = read(&report(&[result])).unwrap();
        assert_eq!(adapter.results[0].input.url.as_bytes(), b"/\xff//");
        let diagnosis = adapter.diagnose();
        assert!(diagnosis.explains_all_failures());
        assert_eq!(diagnosis.inference.choices[0].deviation.field().name, "trailing_slash");
    }

    #[test]
    fn a_failure_that_no_dialect_has_is_not_explained_and_neither_is_one_that_the_specification_leads_to() {
        let fault = json!({ "kind": "fault", "type": "KeyError", "message": "m" });
        let unsupported = json!({ "kind": "unsupported", "message": "m" });
        let results = [
            result("a/fault", "known_failure", "/a", &fault),
            result("a/unsupported", "unsupported", "/a", &unsupported),
            result("a/right", "fail", "/a", &ok("GET&/a&")),
            result("a/slash", "fail", "/a//", &ok("GET&/a//&")),
            result("a/strange", "open", "/b", &ok("strange")),
        ];
        let adapter = read(&report(&results)).unwrap();
        let diagnosis = adapter.diagnose();
        let ids: Vec<&str> = diagnosis.unexplained.iter().map(|case| case.case.as_str()).collect();
        assert_eq!(ids, ["a/right", "a/strange", "a/fault"]);
        assert_eq!(diagnosis.inference.dialect.to_string(), "trailing_slash=kept");
        assert!(!diagnosis.explains_all_failures());
        assert!(adapter.results[2].is_as_specified() && !adapter.results[3].is_as_specified());
        // Open cases do not fail.
        let open = read(&report(&results[3..])).unwrap();
        assert!(open.diagnose().explains_all_failures());
    }

    #[test]
    fn what_is_wrong_is_named_with_what_was_expected() {
        let good = || report(&[result("a/b", "fail", "/a/", &ok("GET&/a/&"))]);
        let error = |change: &dyn Fn(&mut Value)| {
            let mut report = good();
            change(&mut report);
            read(&report).unwrap_err().to_string()
        };
        assert_snapshot!(ReportedAdapter::read(b"<xml>", None).unwrap_err(), @"not JSON: expected value at line 1 column 1");
        assert_snapshot!(ReportedAdapter::read(b"[]", None).unwrap_err(), @r#"expected a report of `qsh run --format json`, of format "qsh-report", found none"#);
        assert_snapshot!(error(&|report| report["format"] = json!("qsh-vectors")), @r#"expected a report of `qsh run --format json`, of format "qsh-report", found "qsh-vectors""#);
        assert_snapshot!(error(&|report| report["version"] = json!(2)), @"expected version 1 of the format, found 2");
        assert_snapshot!(error(&|report| report["adapters"] = json!({})), @"adapters: expected a list, found an object");
        assert_snapshot!(error(&|report| report["adapters"] = json!([])), @"no adapter was run");
        assert_snapshot!(error(&|report| report["adapters"][0] = json!({})), @"adapters[0]: expected a member name");
        assert_snapshot!(error(&|report| report["results"] = Value::Null), @"the report: expected a member results");
        assert_snapshot!(error(&|report| report["results"] = json!([])), @"mine: expected answers or refusals, found none among its results (0)");
        assert_snapshot!(error(&|report| report["results"][0]["adapter"] = json!(1)), @"results[0].adapter: expected text, found 1");
        assert_snapshot!(error(&|report| report["results"][0]["verdict"] = json!("good")), @r#"results[0].verdict: expected one of pass, fail, known_failure, unexpected_pass, unsupported, open, error, found "good""#);
        assert_snapshot!(error(&|report| report["results"][0]["level"] = json!(true)), @"results[0].level: expected text, found true");
        assert_snapshot!(error(&|report| report["results"][0]["input"]["url"] = Value::Null), @"results[0].input: expected a member url or url_hex");
        assert_snapshot!(error(&|report| report["results"][0]["input"]["base_url"] = json!([])), @"results[0].input.base_url: expected text, found a list");
        assert_snapshot!(error(&|report| report["results"][0]["outcome"]["kind"] = json!("x".repeat(101))), @"results[0].outcome.kind: expected one of ok, rejected, unsupported, fault, crashed, timed_out, garbled, spawn_failed, found text of 101 bytes");
        assert_snapshot!(error(&|report| report["results"][0]["outcome"]["value"] = json!({})), @"results[0].outcome.value: expected a member canonical_request, canonical_request_hex or qsh");
        assert_snapshot!(error(&|report| report["results"][0]["outcome"]["value"] = json!({ "canonical_request_hex": "4" })), @"results[0].outcome.value.canonical_request_hex: expected pairs of hexadecimal digits");
        assert_snapshot!(error(&|report| report["results"][0]["outcome"] = json!({ "kind": "crashed" })), @"mine: expected answers or refusals, found none among its results (1)");
    }

    #[test]
    fn an_adapter_is_named_where_there_are_several_and_was_run() {
        let not_run = json!({ "name": "other", "not_run": { "kind": "unavailable", "reason": "expected Python" } });
        let mut report = report(&[result("a/b", "fail", "/a/", &ok("GET&/a/&"))]);
        report["adapters"] = json!([{ "name": "mine", "version": "1.0", "runtime": "R 1" }, not_run]);
        let read = |name| ReportedAdapter::read(report.to_string().as_bytes(), name);
        let adapter = read(Some("mine")).unwrap();
        assert_eq!((adapter.version.as_deref(), adapter.runtime.as_deref()), (Some("1.0"), Some("R 1")));
        assert_snapshot!(read(None).unwrap_err(), @"several adapters were run, expected the name of one: mine, other");
        assert_snapshot!(read(Some("nobody")).unwrap_err(), @r#"no adapter "nobody", expected one of: mine, other"#);
        assert_snapshot!(read(Some("other")).unwrap_err(), @"other was not run: expected Python");
    }
}
