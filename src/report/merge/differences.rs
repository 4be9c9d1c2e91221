//! Merges comparisons that ran with different seeds.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::{Identity, MergeError, Named, check_adapters, united};
use crate::report::read::{DifferencesReport, Entry, Peer};

/// A list of entries in a report.
struct List {
    /// The key of an entry. Entries with the same key are merged.
    identity: fn(&Entry) -> Value,
    /// The sort key. It comes before the count, as in the report of a single comparison.
    order: fn(&Entry) -> [bool; 4],
    /// The member that holds the example.
    example: &'static str,
}

const VIOLATIONS: List = List {
    identity: |it| {
        // The violated relation differs between examples. It is part of the key only if the cause is not explained.
        let law = if it.is("explained") { &Value::Null } else { it.member("law") };
        let members = ["adapter", "kind", "parts", "explained", "described", "choices"].map(|name| it.member(name));
        json!([members, law])
    },
    order: |it| {
        [it.text("kind") != "collision", it.is("described"), it.is("explained"), !it.text("parts").contains("and")]
    },
    example: "examples",
};

const CLUSTERS: List = List {
    identity: |it| {
        // Two unexplained entries may have different causes. They are merged only if they have the same example.
        let example = if it.is("explained") { &Value::Null } else { it.member("example") };
        let members = ["cause", "explained", "described", "choices", "unexplained"].map(|name| it.member(name));
        json!([members, example])
    },
    order: |it| [it.is("described"), it.is("explained"), false, false],
    example: "example",
};

const TOKENS: List = List {
    identity: |it| {
        let members = ["kind", "changes", "specified", "described"].map(|name| it.member(name));
        json!([members, treated(it)])
    },
    order: |it| {
        let is_accepted = treated(it).iter().any(|outcome| outcome.starts_with("ok"));
        let is_let_through = it.text("specified") != "accepted" && is_accepted;
        [it.is("described"), !is_let_through, it.text("kind") == "asap", it.text("kind") == "context"]
    },
    example: "example",
};

/// The outcome of each implementation for a token, without messages.
fn treated(entry: &Entry) -> Vec<String> {
    let outputs = || entry.member("outputs").as_object().into_iter().flat_map(Map::values);
    let first = outputs().find(|output| output["kind"] == "ok").map(|output| &output["value"]);
    let treated = outputs().map(|output| match output["kind"].as_str() {
        // Accepted with other claims is not the same as accepted.
        Some("ok") if Some(&output["value"]) != first => "ok otherwise".to_owned(),
        Some(kind) => format!("{kind} {}", output["type"].as_str().unwrap_or_default()),
        None => String::new(),
    });
    treated.collect()
}

/// Merges all reports into one that has all seeds. There is at least one report.
pub(super) fn merge(reports: Vec<Named<DifferencesReport>>) -> Result<DifferencesReport, MergeError> {
    let identities: Vec<(&str, Vec<Identity>)> =
        reports.iter().map(|it| (it.name.as_str(), it.report.adapters.iter().map(identity).collect())).collect();
    check_adapters(&identities)?;
    let seeds = seeds(&reports)?;
    let reports = reports.into_iter().map(|it| it.report);
    let mut merged = reports.reduce(added).expect("there is at least one report");
    merged.seeds = seeds;
    Ok(merged)
}

/// Adds the results of another report.
fn added(mut all: DifferencesReport, other: DifferencesReport) -> DifferencesReport {
    all.cases += other.cases;
    all.compared += other.compared;
    all.differing += other.differing;
    all.seconds += other.seconds;
    all.adapters.iter_mut().zip(&other.adapters).for_each(|(adapter, other)| add_adapter(adapter, other));
    VIOLATIONS.add(&mut all.violations, other.violations);
    CLUSTERS.add(&mut all.clusters, other.clusters);
    all.asked_tokens += other.asked_tokens;
    all.compared_tokens += other.compared_tokens;
    all.differing_tokens += other.differing_tokens;
    TOKENS.add(&mut all.tokens, other.tokens);
    all
}

fn identity(peer: &Peer) -> Identity {
    let traits = [("version", &peer.version), ("language", &peer.language), ("runtime", &peer.runtime)];
    let described = ("described dialect", Some(peer.described.join(" ")));
    let traits = traits.into_iter().map(|(what, text)| (what, Some(text.clone()))).chain([described]).collect();
    Identity { adapter: peer.name.clone(), traits }
}

/// The seeds of all reports. A seed that occurs twice is an error.
fn seeds(reports: &[Named<DifferencesReport>]) -> Result<Vec<u64>, MergeError> {
    let mut seen: Vec<(u64, &str)> = Vec::new();
    for Named { name, report } in reports {
        for seed in report.seeds() {
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == seed) {
                return Err(MergeError(format!(
                    "{name}: seed {seed} is that of {first}, too: its requests would be counted twice"
                )));
            }
            seen.push((seed, name));
        }
    }
    Ok(seen.into_iter().map(|(seed, _)| seed).collect())
}

fn add_adapter(adapter: &mut Peer, other: &Peer) {
    adapter.found = united([&adapter.found, &other.found]);
    adapter.incidents = united([&adapter.incidents, &other.incidents]);
    adapter.stale = united([&adapter.stale, &other.stale]);
    adapter.asked = adapter.asked.plus(other.asked);
    adapter.answered = adapter.answered.plus(other.answered);
    adapter.seconds += other.seconds;
}

impl List {
    /// Adds the entries of another comparison.
    fn add(&self, all: &mut Vec<Entry>, others: Vec<Entry>) {
        for other in others {
            let identity = (self.identity)(&other);
            match all.iter_mut().find(|it| (self.identity)(it) == identity) {
                Some(known) => {
                    let count = known.count() + other.count();
                    let smaller = if self.size(&other) < self.size(known) { other } else { known.clone() };
                    *known = smaller.with_count(count);
                }
                None => all.push(other),
            }
        }
        all.sort_by_key(|it| ((self.order)(it), Reverse(it.count())));
    }

    fn size(&self, entry: &Entry) -> usize {
        entry.member(self.example).to_string().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::merge::{Merged, merge};
    use crate::report::read::Document;

    fn comparison(seed: u64, change: impl FnOnce(&mut Value)) -> Value {
        let peer = |name: &str| {
            json!({
                "name": name, "version": "1.0", "language": "Rust", "runtime": "native", "described": ["plus=literal"],
                "found": ["plus=literal"], "seconds": 0.5, "incidents": [],
            })
        };
        let mut report = json!({
            "format": "qsh-differences", "version": 1, "cases": 100, "compared": 90, "differing": 7, "seed": seed, "seconds": 1.5,
            "adapters": [peer("a"), peer("b")], "violations": [], "clusters": [],
        });
        change(&mut report);
        report
    }

    fn cluster(choice: &str, count: u64, url: &str) -> Value {
        json!({
            "cause": ["plus"], "explained": true, "described": choice == "plus=literal", "count": count,
            "choices": [{ "adapter": "b", "choice": choice }], "example": { "method": "GET", "url": url },
            "outputs": { "a": "for", "b": url },
        })
    }

    fn unexplained(count: u64, url: &str) -> Value {
        json!({
            "cause": [], "explained": false, "described": false, "count": count, "choices": [],
            "unexplained": { "adapter": "b", "what": "another path" }, "example": { "method": "GET", "url": url },
        })
    }

    fn violation(kind: &str, law: &str, choices: &[&str], count: u64, url: &str) -> Value {
        let examples = ["/", url].map(|url| json!({ "method": "GET", "url": url }));
        json!({
            "adapter": "b", "kind": kind, "law": law, "parts": "path", "explained": !choices.is_empty(),
            "described": false, "count": count, "choices": choices, "examples": examples,
        })
    }

    fn merged(reports: &[Value]) -> Result<Value, String> {
        let named = |(place, report): (usize, &Value)| Named {
            name: format!("{}.json", place + 1),
            report: Document::read(report.to_string().as_bytes()).unwrap(),
        };
        let merged = merge(reports.iter().enumerate().map(named).collect()).map_err(|error| error.to_string())?;
        assert!(matches!(merged, Merged::Differences(_)));
        Ok(serde_json::from_str(&merged.to_json()).unwrap())
    }

    fn counts(list: &Value, example: &str) -> Vec<(u64, String)> {
        let url = |entry: &Value| entry.pointer(example).unwrap().as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(|it| (it["count"].as_u64().unwrap(), url(it))).collect()
    }

    #[test]
    fn what_was_asked_is_counted_together() {
        let one = comparison(7, |it| it["adapters"][1]["found"] = json!(["plus=literal", "space=plus"]));
        let two = comparison(3, |it| {
            it["adapters"][1]["found"] = json!(["plus=literal", "case=kept"]);
            it["adapters"][1]["incidents"] = json!(["fell over"]);
        });
        let all = merged(&[one.clone(), two, comparison(4, |_| {})]).unwrap();
        assert_eq!((&all["cases"], &all["differing"], &all["seconds"]), (&json!(300), &json!(21), &json!(4.5)));
        assert_eq!(all["compared"], json!(270));
        assert_eq!((&all["seed"], &all["seeds"]), (&json!(7), &json!([7, 3, 4])));
        assert_eq!(all["adapters"][1]["found"], json!(["plus=literal", "space=plus", "case=kept"]));
        assert_eq!(
            (&all["adapters"][1]["incidents"], &all["adapters"][1]["seconds"]),
            (&json!(["fell over"]), &json!(1.5))
        );
        // A merged report can be merged again.
        let again = merged(&[all, comparison(5, |_| {})]).unwrap();
        assert_eq!((&again["cases"], &again["seeds"]), (&json!(400), &json!([7, 3, 4, 5])));
    }

    #[test]
    fn one_cause_is_counted_together_and_keeps_the_smaller_example_with_its_outputs() {
        let one = comparison(1, |it| it["clusters"] = json!([cluster("plus=literal", 5, "/?a=+")]));
        let two = comparison(2, |it| {
            it["clusters"] = json!([cluster("plus=other", 1, "/?b=+&c"), cluster("plus=literal", 6, "/?+")]);
        });
        let all = merged(&[one, two]).unwrap();
        // Entries that are not described come first.
        let expected = [(1, "/?b=+&c".to_owned()), (11, "/?+".to_owned())];
        assert_eq!(counts(&all["clusters"], "/example/url"), expected);
        assert_eq!(all["clusters"][1]["outputs"]["b"], "/?+");
    }

    #[test]
    fn what_is_unexplained_is_one_only_with_one_example() {
        let one = comparison(1, |it| it["clusters"] = json!([unexplained(5, "/a"), unexplained(1, "/b")]));
        let two = comparison(2, |it| it["clusters"] = json!([unexplained(2, "/b"), unexplained(1, "/c")]));
        let expected = [(5, "/a"), (3, "/b"), (1, "/c")].map(|(count, url)| (count, url.to_owned()));
        assert_eq!(counts(&merged(&[one, two]).unwrap()["clusters"], "/example/url"), expected);
    }

    #[test]
    fn an_exception_that_is_described_is_described_in_words_too() {
        let one = comparison(1, |it| {
            let mut fault = unexplained(5, "/a");
            fault["described"] = json!(true);
            it["clusters"] = json!([fault]);
        });
        let read = Document::read(one.to_string().as_bytes()).unwrap();
        let merged = merge(vec![Named { name: "1.json".to_owned(), report: read }]).unwrap();
        let human = merged.to_human();
        assert!(human.contains("DESCRIBED") && !human.contains("UNEXPLAINED"), "{human}");
        assert!(human.contains("(1 cause: 0 unexplained, 0 not described, 1 described)"), "{human}");
    }

    #[test]
    fn violations_with_choices_are_one_by_any_law_and_others_by_theirs() {
        let one = comparison(1, |it| {
            it["violations"] =
                json!([violation("split", "jwt", &["x=y"], 2, "/aaa"), violation("split", "host", &[], 1, "/h")]);
        });
        let two = comparison(2, |it| {
            it["violations"] = json!([
                violation("collision", "sign", &["x=y"], 1, "/c"),
                violation("split", "order", &["x=y"], 3, "/a"),
                violation("split", "order", &[], 4, "/o"),
            ]);
        });
        let all = merged(&[one, two]).unwrap();
        let expected = [(1, "/c"), (4, "/o"), (1, "/h"), (5, "/a")].map(|(count, url)| (count, url.to_owned()));
        assert_eq!(counts(&all["violations"], "/examples/1/url"), expected);
        assert_eq!(all["violations"][3]["law"], "order");
    }

    /// A token for a URL without `exp`, with the outcomes of two implementations.
    fn token(count: u64, outcomes: [Value; 2]) -> Value {
        let [a, b] = outcomes;
        json!({
            "operation": "authenticate", "kind": "url", "changes": ["exp_left_out"], "specified": "refused", "described": false,
            "count": count, "example": { "endpoint": "url", "method": "GET", "url": "/" }, "outputs": { "a": a, "b": b },
        })
    }

    #[test]
    fn tokens_are_one_with_the_same_changes_and_what_everyone_does() {
        let refused = |words: &str| json!({ "kind": "rejected", "reason": "missing_claim", "message": words });
        let accepted = |issuer: &str| json!({ "kind": "ok", "value": { "issuer": issuer, "claims": {} } });
        let one = comparison(1, |it| {
            (it["asked_tokens"], it["differing_tokens"]) = (json!(50), json!(5));
            it["tokens"] = json!([token(1, [refused("x"), accepted("i")]), token(2, [accepted("i"), accepted("i")])]);
        });
        let two = comparison(2, |it| {
            (it["asked_tokens"], it["differing_tokens"]) = (json!(40), json!(4));
            let mut context = token(3, [refused("x"), accepted("i")]);
            context["kind"] = json!("context");
            let (same, otherwise) = (token(4, [refused("y"), accepted("j")]), token(5, [accepted("i"), accepted("j")]));
            it["tokens"] = json!([context, same, otherwise, token(6, [refused("x"), refused("x")])]);
        });
        // An early comparison, which asked about no tokens, has no token entries.
        let all = merged(&[one, two, comparison(3, |_| {})]).unwrap();
        assert_eq!((&all["asked_tokens"], &all["differing_tokens"]), (&json!(90), &json!(9)));
        let counts: Vec<&Value> = all["tokens"].as_array().unwrap().iter().map(|it| &it["count"]).collect();
        // Tokens that an implementation wrongly accepts come first.
        assert_eq!(counts, [5, 5, 2, 3, 6]);
        assert_eq!(all["tokens"][0]["outputs"]["a"]["message"], "x");
    }

    #[test]
    fn what_does_not_belong_together_is_said() {
        let error = |change: fn(&mut Value)| merged(&[comparison(1, |_| {}), comparison(2, change)]).unwrap_err();
        insta::assert_snapshot!(error(|it| it["seed"] = json!(1)), @"2.json: seed 1 is that of 1.json, too: its requests would be counted twice");
        insta::assert_snapshot!(error(|it| it["adapters"][1]["version"] = json!("2.0")), @r#"2.json: the version of b is "2.0", and "1.0" in 1.json"#);
        insta::assert_snapshot!(error(|it| it["adapters"][0]["runtime"] = json!("R 2")), @r#"2.json: the runtime of a is "R 2", and "native" in 1.json"#);
        insta::assert_snapshot!(error(|it| it["adapters"][0]["described"] = json!([])), @r#"2.json: the described dialect of a is "", and "plus=literal" in 1.json"#);
        insta::assert_snapshot!(error(|it| it["adapters"][0]["name"] = json!("c")), @"2.json: has the adapters c, b, and 1.json has a, b");
    }
}
