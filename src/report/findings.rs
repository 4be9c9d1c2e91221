//! The findings of `docs/findings.md`, as data: one for each row of its table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The embedded document.
const TEXT: &str = include_str!("../../docs/findings.md");

/// A finding in a released library.
#[cfg(any(test, feature = "site"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// `high`, `medium` or `low`.
    pub(super) severity: &'static str,
    /// The libraries and their versions.
    pub(super) library: &'static str,
    /// What follows from it, in Markdown.
    pub(super) follows: &'static str,
    /// Whether it was reported to the maintainers.
    pub(super) reported: &'static str,
    /// The heading of its section.
    pub(super) section: &'static Section,
}

/// A section of the document, without its subsections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The title.
    pub(super) title: &'static str,
    /// The address of the heading within the document, as GitHub makes it.
    pub(super) anchor: String,
    /// The section that this one is a part of.
    pub(super) parent: Option<usize>,
    /// The text in Markdown.
    pub(super) text: &'static str,
}

/// All sections, in the order of the text.
pub(super) fn sections() -> &'static [Section] {
    static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
        let starts = TEXT.match_indices('\n').map(|(at, _)| at + 1);
        let is_heading = |start: &usize| ["## ", "### "].iter().any(|mark| TEXT[*start..].starts_with(mark));
        let starts: Vec<usize> = starts.filter(is_heading).collect();
        let mut sections: Vec<Section> = Vec::new();
        let mut anchors: BTreeMap<String, usize> = BTreeMap::new();
        let mut library = None;
        for (place, start) in starts.iter().enumerate() {
            let end = starts.get(place + 1).copied().unwrap_or(TEXT.len());
            let (head, text) = TEXT[*start..end].split_once('\n').unwrap_or_default();
            let (title, is_part) = (head.trim_start_matches('#').trim(), head.starts_with("### "));
            let slug = slug(title);
            let count = anchors.entry(slug.clone()).or_default();
            let anchor = if *count == 0 { slug } else { format!("{slug}-{count}") };
            *count += 1;
            if !is_part {
                library = Some(place);
            }
            let parent = library.filter(|_| is_part);
            sections.push(Section { title, anchor, parent, text: text.trim() });
        }
        sections
    });
    &SECTIONS
}

/// All findings, the gravest first.
#[cfg(any(test, feature = "site"))]
pub(super) fn findings() -> &'static [Finding] {
    static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| TEXT.lines().filter_map(finding).collect());
    &FINDINGS
}

/// The section about a version of a library.
pub(super) fn of_library(name: &str, version: &str) -> Option<&'static Section> {
    let is_end = |text: &str| !text.starts_with(|next: char| next.is_alphanumeric() || next == '.');
    let names = |title: &str| {
        [format!("{name} {version}"), format!("{name} v{version}")].iter().any(|words| {
            title.match_indices(words.as_str()).any(|(at, _)| {
                let (before, after) = (&title[..at], &title[at + words.len()..]);
                (before.is_empty() || before.ends_with([' ', ':'])) && is_end(after)
            })
        })
    };
    sections().iter().find(|section| section.parent.is_none() && names(section.title))
}

/// A row of the table, such as `| high | library | [what follows](#anchor) | no |`.
#[cfg(any(test, feature = "site"))]
fn finding(line: &'static str) -> Option<Finding> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let [severity, library, link, reported] = cells[..] else { return None };
    let (follows, anchor) = link.strip_prefix('[')?.strip_suffix(')')?.rsplit_once("](#")?;
    let section = sections().iter().find(|section| section.anchor == anchor)?;
    Some(Finding { severity, library, follows, reported, section })
}

/// The anchor that GitHub gives a heading: in lower case, without punctuation, with `-` for spaces.
fn slug(title: &str) -> String {
    let kept = title.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|it| if it == ' ' { '-' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_finding_has_a_row_and_every_row_leads_to_a_finding() {
        let rows = TEXT.lines().filter(|line| line.contains("](#")).count();
        assert_eq!(findings().len(), rows);
        let linked: BTreeSet<&str> = findings().iter().map(|finding| finding.section.anchor.as_str()).collect();
        assert_eq!(linked.len(), rows);
        for (place, section) in sections().iter().enumerate() {
            let has_parts = sections().iter().any(|other| other.parent == Some(place));
            let is_expected = !has_parts && section.title != "Our own";
            assert_eq!(linked.contains(section.anchor.as_str()), is_expected, "{}", section.title);
        }
    }

    #[test]
    fn the_gravest_findings_come_first_and_none_claims_more_than_is_known() {
        let order =
            |finding: &Finding| ["high", "medium", "low"].iter().position(|it| *it == finding.severity).unwrap();
        assert!(findings().is_sorted_by_key(order));
        assert!(findings().iter().all(|finding| finding.reported == "no"));
    }

    #[test]
    fn a_library_is_found_by_its_name_and_version() {
        let title = |name: &str, version: &str| of_library(name, version).map(|section| section.title);
        assert_eq!(title("atlassian-jwt", "3.0.0"), Some("PyPI atlassian-jwt 3.0.0"));
        let npm = Some("npm atlassian-jwt 2.0.3 and @atlassian/atlassian-jwt 2.2.0");
        assert_eq!((title("atlassian-jwt", "2.0.3"), title("@atlassian/atlassian-jwt", "2.2.0")), (npm, npm));
        let go = Some("Go github.com/andygrunwald/go-jira v1.17.0");
        assert_eq!(title("github.com/andygrunwald/go-jira", "1.17.0"), go);
        let scala = Some("Maven io.toolsplus:atlassian-jwt-core_2.12 0.1.7");
        assert_eq!(title("atlassian-jwt-core_2.12", "0.1.7"), scala);
        assert_eq!(
            (title("jira", "3.10.5"), title("jira", "3.10"), title("jwt", "3.0.0")),
            (Some("PyPI jira 3.10.5"), None, None)
        );
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(
            slug("Maven io.toolsplus:atlassian-jwt-core_2.12 0.1.7"),
            "maven-iotoolsplusatlassian-jwt-core_212-017"
        );
        let all: Vec<&str> = sections().iter().map(|section| section.anchor.as_str()).collect();
        assert!(all.contains(&"two-requests-with-one-hash-2"), "{all:?}");
    }
}
