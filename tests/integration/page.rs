//! The page of a run contains all of its data, escaped so that it cannot break the page. `tests/browser` tests how a
//! browser shows it.

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
        assert_eq!(scripted["dialect"][0][1], "kept");
        assert_eq!(
            absent["security"],
            json!({ "badTokens": 0, "accepts": [], "signs": [], "faults": [], "collisions": [] })
        );
        assert_eq!((&absent["verdicts"], &absent["notRun"]), (&json!(""), &json!("needs Python 3.9 or newer")));
        assert!(broken["notRun"].as_str().unwrap().contains("ImportError"));
        let place = |id: &str| data["cases"].as_array().unwrap().iter().position(|case| case["id"] == id).unwrap();
        let answer = |id: &str| &scripted["answers"][place(id).to_string()];
        assert_eq!(*answer("a/pass"), Value::Null);
        let wrong = answer("a/wrong-path");
        assert_eq!(
            (&wrong["answered"], &wrong["stage"], &wrong["at"]),
            (&json!("GET&/wrong-path/&"), &json!("path"), &json!(11))
        );
        assert_eq!(answer("a/known")["reason"], "it always was so");
        assert_eq!(answer("a/known")["link"], "https://example.com/");
        // The page loads nothing from elsewhere.
        assert!(!page.contains("src=") && !page.contains("url(") && !page.contains("@import"));
    });
}
