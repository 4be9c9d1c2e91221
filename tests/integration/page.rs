//! The page of a run contains all of its data, escaped so that it cannot break the page. `tests/browser` tests how a
//! browser shows it.

use qsh::report::document::Document;
use qsh::report::page;
use serde_json::{Value, json};

use super::reports::with_report;

/// The data in a page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    let (data, rest) = rest.split_once("</script>").unwrap();
    assert!(rest.trim_end().ends_with("</html>"));
    serde_json::from_str(data).unwrap()
}

#[test]
fn a_page_has_every_case_once_and_what_was_not_as_expected() {
    with_report(|report| {
        let mut report = report.clone();
        report.adapters[0].described = vec!["trailing_slash=kept".to_owned()];
        let page = page::write(&report);
        let data = data(&page);
        assert_eq!(data["cases"].as_array().unwrap().len(), report.suite.cases);
        let [scripted, absent, broken] = [0, 1, 2].map(|place| &data["implementations"][place]);
        assert_eq!(scripted["verdicts"].as_str().unwrap().len(), report.suite.cases);
        assert_eq!(scripted["dialect"][0]["name"], "trailing_slash=kept");
        assert_eq!((&absent["problems"], &absent["sentence"]), (&json!([]), &json!("It was not run.")));
        assert_eq!((&absent["verdicts"], &absent["notRun"]), (&json!(""), &json!("needs Python 3.9 or newer")));
        assert!(broken["notRun"].as_str().unwrap().contains("ImportError"));
        let place = |id: &str| data["cases"].as_array().unwrap().iter().position(|case| case["id"] == id).unwrap();
        let answer = |id: &str| &scripted["answers"][place(id).to_string()];
        assert_eq!(*answer("a/pass"), Value::Null);
        let wrong = answer("a/wrong-path");
        let difference = json!({ "stage": "path", "at": 11 });
        assert_eq!((&wrong["answered"], &wrong["difference"]), (&json!("GET&/wrong-path/&"), &difference));
        assert_eq!(answer("a/known")["reason"], "it always was so");
        assert_eq!(answer("a/known")["link"], "https://example.com/");
        // The page loads nothing from elsewhere.
        assert!(!page.contains("src=") && !page.contains("url(") && !page.contains("@import"));
    });
}

#[test]
fn a_page_has_the_causes_of_a_report_and_the_clauses_that_they_break() {
    with_report(|report| {
        let data = data(&page::write(report));
        let scripted = &data["implementations"][0];
        let problems = scripted["problems"].as_array().unwrap();
        let causes = report.adapters[0].causes.as_ref().unwrap();
        let names = |problem: &Value| problem["name"].as_str().unwrap().to_owned();
        assert_eq!(
            problems.iter().map(names).collect::<Vec<_>>(),
            causes.iter().map(|it| it.name.clone()).collect::<Vec<_>>()
        );
        let kept = problems.iter().find(|it| it["name"] == "trailing_slash=kept").unwrap();
        assert_eq!((&kept["grade"], &kept["effect"]), (&json!("fault"), &json!("another hash")));
        let example = kept["cases"][0].as_u64().unwrap() as usize;
        assert!(data["cases"][example]["clauses"].as_array().unwrap().contains(&json!("QSH-P7")));
        let clause = data["clauses"].as_array().unwrap().iter().find(|it| it["id"] == "QSH-P7").unwrap();
        assert_eq!((&clause["chapter"], &clause["level"]), (&json!("Path"), &json!("must")));
        assert!(clause["text"].as_str().unwrap().starts_with("**Rule.**"));
    });
}

/// A registry has no page for a library that was never published. A manifest names a published one.
#[test]
fn a_page_links_to_a_library_that_a_manifest_describes() {
    with_report(|report| {
        let mut report = report.clone();
        let of = |report: &_| data(&page::write(report))["implementations"][0].clone();
        assert_eq!((&of(&report)["registry"], &of(&report)["documentation"]), (&Value::Null, &Value::Null));
        let documentation = Some("https://example.com/".to_owned());
        (report.adapters[0].documentation, report.adapters[0].language) = (documentation, Some("Python".to_owned()));
        (report.adapters[0].library, report.adapters[0].version) = (Some("a-b".to_owned()), Some("1.0".to_owned()));
        let link = json!({ "name": "PyPI", "link": "https://pypi.org/project/a-b/1.0/" });
        assert_eq!((&of(&report)["registry"], &of(&report)["title"]), (&link, &json!("a-b")));
    });
}

/// The findings of a probe are its causes.
#[test]
fn a_page_of_a_probe_has_its_findings() {
    with_report(|report| {
        let mut report: Value = serde_json::from_str(&report.to_json()).unwrap();
        let case = report["results"][0]["case"].clone();
        let finding = |cause: &str, severity: &str| {
            json!({ "cause": cause, "severity": severity, "title": "it takes any token", "consequence": "anybody can",
                    "clauses": ["JWT-11"], "cases": [case], "response": "200" })
        };
        report["probe"] = json!({
            "method": "GET", "url": "https://example.com/a", "base_url": "https://example.com", "endpoint": "url",
            "client_key": "", "requests": 1, "inconclusive": [],
            "findings": [finding("none", "critical"), finding("slow", "low"), finding("fast", "low")] });
        let data = data(&page::write(&Document::read_run(report.to_string().as_bytes()).unwrap()));
        assert_eq!(data["probe"]["request"], "GET https://example.com/a");
        let scripted = &data["implementations"][0];
        assert_eq!(scripted["sentence"], "3 findings: 1 critical, 2 low.");
        let last = scripted["problems"].as_array().unwrap().iter().rev().take(3).rev();
        let last: Vec<_> = last.map(|it| (&it["name"], &it["grade"], &it["cases"])).collect();
        let place = json!([0]);
        let is = |name: &str, grade: &str| (json!(name), json!(grade));
        let expected = [is("none", "hole"), is("slow", "note"), is("fast", "note")];
        assert_eq!(last, expected.iter().map(|(name, grade)| (name, grade, &place)).collect::<Vec<_>>());
    });
}
