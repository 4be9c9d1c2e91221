//! Every clause of `docs/spec.md` has a source, every source has a row under References, and every row an address.

use std::collections::BTreeSet;

use qsh::suite::spec;

/// A row of the table under References.
struct Row {
    name: String,
    /// The texts by which clauses name it.
    cited_as: Vec<String>,
    address: String,
}

fn rows() -> Vec<Row> {
    let (_, references) = spec::TEXT.split_once("\n## References\n").unwrap();
    let lines = references.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Source |"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[name, cited_as, _publisher, _date, address] = cells.as_slice() else {
            panic!("{line}: expected 5 cells")
        };
        let cited_as = cited_as.split(", ").map(str::to_lowercase).collect();
        Row { name: name.to_owned(), cited_as, address: address.to_owned() }
    };
    lines.map(row).collect()
}

/// The text before the references, with one space for each line break, in lower case.
fn running_text() -> String {
    spec::TEXT.split_once("\n## References\n").unwrap().0.replace('\n', " ").to_lowercase()
}

/// The paragraph of a clause that names its sources, with one space for each line break.
fn source(clause: &str) -> String {
    let (_, section) = spec::TEXT.split_once(&format!("\n### {clause} ")).unwrap();
    let section = section.split("\n### ").next().unwrap().split("\n## ").next().unwrap();
    let sources: Vec<&str> =
        section.split("\n\n").filter_map(|paragraph| paragraph.trim().strip_prefix("**Source.** ")).collect();
    assert_eq!(sources.len(), 1, "{clause}: expected one paragraph that begins with **Source.**");
    sources[0].replace('\n', " ")
}

#[test]
fn every_clause_names_a_source_of_the_references() {
    let rows = rows();
    assert!(rows.len() > 40);
    let mut without = Vec::new();
    for clause in spec::clauses() {
        let text = source(clause.id);
        let is_ours = text.starts_with("Our choice") || text.starts_with("Our numbers");
        // A clause may refer to another one, whose source is its own.
        let of_another = spec::clauses().iter().any(|other| other.id != clause.id && names(&text, other.id));
        let lower = text.to_lowercase();
        let is_cited = rows.iter().flat_map(|row| &row.cited_as).any(|word| names(&lower, word));
        if !(is_ours || of_another || is_cited) {
            without.push(format!("{}: {text}", clause.id));
        }
    }
    assert!(without.is_empty(), "expected sources of the References:\n{}", without.join("\n"));
}

#[test]
fn every_source_has_an_address_and_is_cited() {
    let text = running_text();
    for Row { name, cited_as, address } in rows() {
        let is_web = address.contains("`https://") || address.starts_with("DAC/") || address.contains("CDAC/t/");
        assert!(is_web, "{name}: {address:?}: expected an address that begins with https://, DAC/ or CDAC/t/");
        for word in cited_as {
            assert!(names(&text, &word), "{name}: nothing cites it as {word:?}");
        }
    }
}

#[test]
fn every_rfc_and_every_advisory_of_the_text_is_among_the_references() {
    let text = running_text();
    let known: BTreeSet<String> = rows().into_iter().flat_map(|row| row.cited_as).collect();
    let mut found = BTreeSet::new();
    for front in ["rfc ", "cve-"] {
        for (at, _) in text.match_indices(front) {
            let rest = &text[at + front.len()..];
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '-').unwrap_or(rest.len());
            let number = rest[..end].trim_end_matches('-');
            found.extend((!number.is_empty()).then(|| format!("{front}{number}")));
        }
    }
    assert!(found.len() > 15, "{found:?}");
    let unknown: Vec<&String> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "expected rows for {unknown:?}");
}

/// Whether a text has these words, and not only as the beginning of a longer word.
fn names(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| !text[at + words.len()..].starts_with(|next: char| next.is_alphanumeric()))
}
