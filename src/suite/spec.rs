//! The clauses of `docs/spec.md`. Vectors and reports refer to them.

use std::sync::LazyLock;

use super::case::Level;

/// The embedded specification.
pub const TEXT: &str = include_str!("../../docs/spec.md");

/// The prefixes of clause numbers.
const GROUPS: [&str; 10] = ["QSH", "JWT", "TRN", "CON", "CTX", "INS", "PRD", "IMP", "ASAP", "FIT"];

/// A clause: its number, title and level.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clause {
    /// The number, such as `QSH-Q7`.
    pub id: &'static str,
    /// The title, such as `Order of repeated values`.
    pub title: &'static str,
    /// How binding it is.
    pub level: Level,
    /// The chapter, such as `Query`.
    pub chapter: &'static str,
    /// What follows the line with the level: the rule, examples and sources, as Markdown.
    pub text: &'static str,
}

/// Whether a text looks like the number of a clause.
pub fn is_clause_number(text: &str) -> bool {
    text.split_once('-').is_some_and(|(group, _)| GROUPS.contains(&group))
}

/// All clauses, in the order of the text.
pub fn clauses() -> &'static [Clause] {
    static CLAUSES: LazyLock<Vec<Clause>> = LazyLock::new(|| {
        let chapters = TEXT.split("\n## ").skip(1);
        chapters.flat_map(|chapter| chapter.split("\n### ").skip(1).filter_map(|text| parsed(chapter, text))).collect()
    });
    &CLAUSES
}

/// The clause with this number.
///
/// # Examples
///
/// ```
/// use qsh::suite::spec;
///
/// let clause = spec::clause("QSH-Q9").unwrap();
/// assert_eq!((clause.title, clause.level.name()), ("Order of names", "must"));
/// assert_eq!(clause.chapter, "Query");
/// assert!(clause.text.starts_with("**Rule.**"));
/// assert_eq!(spec::clause("QSH-Q99"), None);
/// ```
pub fn clause(id: &str) -> Option<&'static Clause> {
    clauses().iter().find(|clause| clause.id == id)
}

/// The clause with this text, which begins with its heading. The next line has its level.
fn parsed(chapter: &'static str, text: &'static str) -> Option<Clause> {
    let (heading, text) = text.split_once('\n')?;
    let (levels, text) = text.split_once('\n')?;
    let (id, title) = heading.split_once(' ')?;
    let (group, number) = id.split_once('-')?;
    let is_number = number.trim_start_matches(|letter: char| letter.is_ascii_uppercase()).parse::<u32>().is_ok();
    let level = levels.strip_prefix("Level: ")?.split(' ').next()?;
    let level = *Level::ALL.iter().find(|it| it.name() == level)?;
    let chapter = chapter.lines().next()?;
    (GROUPS.contains(&group) && is_number).then_some(Clause { id, title, level, chapter, text: text.trim() })
}

#[cfg(test)]
mod tests {
    use qsh_auth::Environment;
    use qsh_auth::connect::KEY_HOSTS;
    use qsh_auth::forge::key_set_address;
    use qsh_diagnose::dialect::FIELDS;
    use qsh_diagnose::hosts::AUTHORIZATION_SERVERS;

    use super::*;

    #[test]
    fn every_dialect_field_decides_a_clause_of_its_title() {
        for field in FIELDS {
            assert_eq!(clause(field.clause).map(|clause| clause.title), Some(field.title), "{}", field.clause);
        }
    }

    #[test]
    fn the_text_names_every_field_under_its_clause() {
        for field in FIELDS {
            let section = section(field.clause);
            assert!(section.contains(&format!("`{}`", field.name)), "{} does not name {}", field.clause, field.name);
        }
    }

    /// The text of a clause.
    fn section(id: &str) -> &'static str {
        let start = TEXT.find(&format!("### {id} ")).unwrap();
        TEXT[start + 4..].split("\n### ").next().unwrap()
    }

    #[test]
    fn the_addresses_of_keys_are_those_of_the_library() {
        let in_table = |line: &&str| line.starts_with('|') && line.contains("`https://");
        let rows: Vec<&str> = section("INS-3").lines().filter(in_table).collect();
        for host in KEY_HOSTS.iter() {
            assert!(rows.iter().any(|row| row.contains(&format!("`{}`", host.address))), "{host:?}");
        }
        for row in rows {
            assert!(KEY_HOSTS.iter().any(|host| row.contains(&format!("`{}`", host.address))), "{row}");
        }
        for server in AUTHORIZATION_SERVERS {
            assert!(section("IMP-5").contains(&format!("| `https://{server}` |")), "{server}");
        }
        for environment in [Environment::Production, Environment::Staging] {
            assert!(section("FIT-3").contains(&format!("`{}`", key_set_address(environment))), "{environment:?}");
        }
    }

    #[test]
    fn every_clause_has_its_own_number() {
        let mut ids: Vec<&str> = clauses().iter().map(|clause| clause.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), clauses().len());
        assert!(ids.len() > 40);
    }
}
