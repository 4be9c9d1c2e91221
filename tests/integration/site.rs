//! The site of a run: every link leads somewhere, and no foreign text is markup.

use std::collections::{BTreeMap, BTreeSet};

use qsh::report::run::RunReport;
use qsh::report::site::{File, files};
use serde_json::Value;

use super::reports::with_report;

const HOSTILE: &str = "\u{1b}[2J\"><script>alert(1)</script>'/../../<img src=x onerror=y>&\u{202e}";

/// A report whose every name and text is hostile.
fn with_hostile_report(test: impl FnOnce(&RunReport)) {
    with_report(|report| {
        let mut report = report.clone();
        let adapter = &mut report.adapters[0];
        let name = std::mem::replace(&mut adapter.name, HOSTILE.to_owned());
        for text in [&mut adapter.library, &mut adapter.version, &mut adapter.language, &mut adapter.runtime] {
            *text = Some(HOSTILE.to_owned());
        }
        adapter.not_explained.push(HOSTILE.to_owned());
        for cause in adapter.causes.iter_mut().flatten() {
            (cause.name, cause.does) = (HOSTILE.to_owned(), HOSTILE.to_owned());
            cause.clauses.push(HOSTILE.to_owned());
            cause.seen_in.push(HOSTILE.to_owned());
        }
        for (place, result) in report.results.iter_mut().filter(|it| it.adapter == name).enumerate() {
            result.adapter = HOSTILE.to_owned();
            result.summary = HOSTILE.to_owned();
            result.case = format!("{HOSTILE}/{place}{HOSTILE}");
            result.clauses.push(HOSTILE.to_owned());
            if let Some(known) = &mut result.known {
                (known.reason, known.link) = (HOSTILE.to_owned(), HOSTILE.to_owned());
            }
        }
        test(&report);
    });
}

fn by_path(files: &[File]) -> BTreeMap<&str, &str> {
    files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect()
}

/// The values of an attribute.
fn attributes<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mark = format!(" {name}=\"");
    text.split(mark.as_str()).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

/// The path that a relative address leads to, seen from a page.
fn resolved(page: &str, to: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            ".." => drop(parts.pop().unwrap_or_else(|| panic!("{to} of {page} leaves the site"))),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[track_caller]
fn assert_every_link_leads_somewhere(files: &[File]) {
    let by_path = by_path(files);
    assert_eq!(by_path.len(), files.len(), "two files have one path");
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        by_path.iter().map(|(path, text)| (*path, attributes(text, "id").into_iter().collect())).collect();
    let mut count = 0;
    for (path, text) in by_path.iter().filter(|(path, _)| path.ends_with(".html")) {
        for to in attributes(text, "href").into_iter().chain(attributes(text, "src")) {
            if to.starts_with("https://") {
                continue;
            }
            count += 1;
            let (file, anchor) = to.split_once('#').unwrap_or((to, ""));
            let target = if file.is_empty() { (*path).to_owned() } else { resolved(path, file) };
            let found = ids.get(target.as_str()).unwrap_or_else(|| panic!("{path} links to {to}, which is no file"));
            assert!(anchor.is_empty() || found.contains(anchor), "{path} links to {to}, which has no such anchor");
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn every_link_leads_somewhere() {
    with_report(|report| {
        let files = files(report);
        assert_every_link_leads_somewhere(&files);
        let by_path = by_path(&files);
        for path in [
            "index.html",
            "implementations/scripted.html",
            "clauses/QSH-P7.html",
            "findings/keys.html",
            "vectors/a.html",
            "401.html",
        ] {
            assert!(by_path.contains_key(path), "{path}");
            let data = by_path[path.replace(".html", ".json").as_str()];
            let data: Value = serde_json::from_str(data).unwrap();
            assert_eq!((&data["format"], &data["version"]), (&"qsh-site-page".into(), &1.into()), "{path}");
        }
        let badge: Value = serde_json::from_str(by_path["badges/scripted.json"]).unwrap();
        assert_eq!(badge["message"], "3 of 18, 1 for another reason");
    });
}

#[test]
fn a_page_says_who_departs_from_a_clause_and_how() {
    with_report(|report| {
        let files = files(report);
        let by_path = by_path(&files);
        let clause = by_path["clauses/QSH-P7.html"];
        assert!(clause.contains("<strong>Rule.</strong>"), "{clause}");
        assert!(
            clause.contains("another hash: <code>trailing_slash=kept</code>: a trailing <code>/</code> stays"),
            "{clause}"
        );
        let vector = by_path["vectors/a.html"];
        let steps = "<code>/wrong-path/</code></td><td><code>/wrong-path</code>";
        assert!(vector.contains(steps), "{vector}");
        let index = by_path["search.js"].split_once("window.searchIndex = ").unwrap().1;
        let index: Value = serde_json::from_str(index.trim_end().trim_end_matches(';')).unwrap();
        assert!(index.as_array().unwrap().iter().any(|row| row[2] == "vectors/a.html#wrong-path"), "{index}");
    });
}

#[test]
fn no_foreign_text_is_markup_or_a_path() {
    with_hostile_report(|report| {
        let files = files(report);
        assert_every_link_leads_somewhere(&files);
        for file in &files {
            let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_.@/".contains(it);
            assert!(file.path.chars().all(is_plain) && !file.path.contains(".."), "{}", file.path);
        }
        // The map has its script and its data in itself. Its own tests look at them.
        let pages = files.iter().filter(|file| file.path.ends_with(".html") && file.path != "map.html");
        for File { path, text, .. } in pages {
            assert!(!text.contains("<img") && !text.contains("<script>"), "{path}: {text}");
            assert!(text.contains("Content-Security-Policy\" content=\"default-src 'none'; "), "{path}");
            assert!(text.chars().all(|it| it == '\n' || !it.is_control() && it != '\u{202e}'), "{path}: {text:?}");
        }
        let shown = files.iter().filter(|file| file.text.contains("&lt;script&gt;alert(1)")).count();
        assert!(shown > 3, "{shown}");
    });
}
