//! Merges comparisons that ran with different seeds.

use std::cmp::Reverse;

use qsh_diagnose::Input;

use super::{Identity, MergeError, Named, check_adapters, united};
use crate::diff::Wrong;
use crate::report::comparison::{ClusterEntry, ComparisonReport, ReportedPeer, TokenEntry, ViolationEntry};
use crate::suite::outcome::Outcome;
use crate::tamper::place;

/// An entry of a comparison: a cause with its count and an example.
trait Entry: Sized {
    /// Whether another entry has the same cause. Such entries are merged.
    fn is_same(&self, other: &Self) -> bool;

    /// The sort key. It comes before the count, as in the report of a single comparison.
    fn order(&self) -> [usize; 4];

    /// The length of the example. The shorter one is kept.
    fn size(&self) -> usize;

    fn count(&self) -> u64;

    fn set_count(&mut self, count: u64);
}

impl Entry for ViolationEntry {
    fn is_same(&self, other: &Self) -> bool {
        let key = |it: &Self| {
            // The violated relation differs between examples. It matters only if the cause is not explained.
            let law = (!it.explained).then_some(it.law);
            (it.adapter.clone(), it.kind, it.parts.clone(), it.explained, it.described, it.choices.clone(), law)
        };
        key(self) == key(other)
    }

    fn order(&self) -> [usize; 4] {
        [self.kind != Wrong::Collision, self.described, self.explained, !self.parts.contains("and")].map(usize::from)
    }

    fn size(&self) -> usize {
        self.examples.iter().map(Input::length).sum()
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn set_count(&mut self, count: u64) {
        self.count = count;
    }
}

impl Entry for ClusterEntry {
    fn is_same(&self, other: &Self) -> bool {
        // Two unexplained entries may have different causes. They are merged only if they have the same example.
        self.described == other.described
            && self.choices == other.choices
            && self.unexplained == other.unexplained
            && (self.explained || self.example == other.example)
    }

    fn order(&self) -> [usize; 4] {
        [self.described, self.explained, false, false].map(usize::from)
    }

    fn size(&self) -> usize {
        self.example.length()
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn set_count(&mut self, count: u64) {
        self.count = count;
    }
}

impl Entry for TokenEntry {
    fn is_same(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.kind, it.changes.clone(), it.specified.clone(), it.described, treated(it));
        key(self) == key(other)
    }

    fn order(&self) -> [usize; 4] {
        let is_accepted = treated(self).iter().any(|outcome| outcome.starts_with("ok"));
        let is_let_through = self.specified != "accepted" && is_accepted;
        [usize::from(self.described), usize::from(!is_let_through), place(self.kind), 0]
    }

    fn size(&self) -> usize {
        serde_json::to_string(&self.example).map_or(0, |example| example.len())
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn set_count(&mut self, count: u64) {
        self.count = count;
    }
}

/// The outcome of each implementation for a token, without messages.
fn treated(token: &TokenEntry) -> Vec<String> {
    let first = token.outputs.values().find(|outcome| matches!(outcome, Outcome::Ok(_)));
    let treated = token.outputs.values().map(|outcome| match outcome {
        // Accepted with other claims is not the same as accepted.
        Outcome::Ok(_) if Some(outcome) != first => "ok otherwise".to_owned(),
        Outcome::Fault { kind, .. } => format!("fault {kind}"),
        outcome => outcome.kind().to_owned(),
    });
    treated.collect()
}

/// Merges all reports into one that has all seeds. There is at least one report.
pub(super) fn merge(reports: Vec<Named<ComparisonReport>>) -> Result<ComparisonReport, MergeError> {
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
fn added(mut all: ComparisonReport, other: ComparisonReport) -> ComparisonReport {
    all.cases = all.cases.saturating_add(other.cases);
    all.compared = all.compared.saturating_add(other.compared);
    all.differing = all.differing.saturating_add(other.differing);
    all.seconds += other.seconds;
    all.adapters.iter_mut().zip(&other.adapters).for_each(|(adapter, other)| add_adapter(adapter, other));
    add(&mut all.violations, other.violations);
    add(&mut all.clusters, other.clusters);
    all.asked_tokens = all.asked_tokens.saturating_add(other.asked_tokens);
    all.compared_tokens = all.compared_tokens.saturating_add(other.compared_tokens);
    all.differing_tokens = all.differing_tokens.saturating_add(other.differing_tokens);
    add(&mut all.tokens, other.tokens);
    all
}

fn identity(peer: &ReportedPeer) -> Identity {
    let traits = [("version", &peer.version), ("language", &peer.language), ("runtime", &peer.runtime)];
    let described = ("described dialect", Some(peer.described.join(" ")));
    let traits = traits.into_iter().map(|(what, text)| (what, Some(text.clone()))).chain([described]).collect();
    Identity { adapter: peer.name.clone(), traits }
}

/// The seeds of all reports. A seed that occurs twice is an error.
fn seeds(reports: &[Named<ComparisonReport>]) -> Result<Vec<u64>, MergeError> {
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

fn add_adapter(adapter: &mut ReportedPeer, other: &ReportedPeer) {
    adapter.found = united([&adapter.found, &other.found]);
    adapter.incidents = united([&adapter.incidents, &other.incidents]);
    adapter.stale = united([&adapter.stale, &other.stale]);
    adapter.asked = adapter.asked.plus(other.asked);
    adapter.answered = adapter.answered.plus(other.answered);
    adapter.seconds += other.seconds;
}

/// Adds the entries of another comparison.
fn add<E: Entry>(all: &mut Vec<E>, others: Vec<E>) {
    for other in others {
        match all.iter_mut().find(|known| known.is_same(&other)) {
            Some(known) => {
                let count = known.count().saturating_add(other.count());
                if other.size() < known.size() {
                    *known = other;
                }
                known.set_count(count);
            }
            None => all.push(other),
        }
    }
    all.sort_by_key(|it| (it.order(), Reverse(it.count())));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::differences::human;
    use crate::report::document::Document;
    use crate::report::merge::merge;

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
            "outputs": { "a": outcome("for"), "b": outcome(url) },
        })
    }

    fn outcome(text: &str) -> Value {
        json!({ "kind": "ok", "value": { "canonical_request": text } })
    }

    fn unexplained(count: u64, url: &str) -> Value {
        json!({
            "cause": [], "explained": false, "described": false, "count": count, "choices": [],
            "unexplained": { "adapter": "b", "what": "another path" }, "example": { "method": "GET", "url": url },
            "outputs": {},
        })
    }

    fn violation(kind: &str, law: &str, choices: &[&str], count: u64, url: &str) -> Value {
        let examples = ["/", url].map(|url| json!({ "method": "GET", "url": url }));
        json!({
            "adapter": "b", "kind": kind, "law": law, "parts": "path", "explained": !choices.is_empty(),
            "described": false, "count": count, "choices": choices, "examples": examples,
            "outputs": [outcome("a"), outcome("b")],
        })
    }

    fn merged(reports: &[Value]) -> Result<Value, String> {
        let named = |(place, report): (usize, &Value)| Named {
            name: format!("{}.json", place + 1),
            report: Document::read(report.to_string().as_bytes()).unwrap(),
        };
        let merged = merge(reports.iter().enumerate().map(named).collect()).map_err(|error| error.to_string())?;
        assert!(matches!(merged, Document::Differences(_)));
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
        assert_eq!(all["clusters"][1]["outputs"]["b"], outcome("/?+"));
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
        let Document::Differences(merged) = merged else { panic!("it is of a comparison") };
        let human = human::write(&merged);
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
