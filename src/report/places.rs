//! Where the results of an adapter are shown: a file of the user's repository, and the lines of its baseline.
//!
//! Code scanning shows no result without a place.

use std::collections::BTreeMap;

use globset::Glob;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

/// The file that the results of an adapter are shown at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Places {
    /// The file, relative to the root of the repository, with `/` between its parts.
    pub file: String,
    /// The lines of the entries, if the file is a baseline: its cases, and the choices of its dialect.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, usize>,
}

impl Places {
    /// A file that is not a baseline. Everything is shown at its first line.
    pub fn in_file(file: impl Into<String>) -> Self {
        Self { file: file.into(), lines: BTreeMap::new() }
    }

    /// A baseline with this text. Each case has the line that lists it, and each choice of the dialect has its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::report::places::Places;
    ///
    /// let text = "version = 2\n[dialect.space]\nchoice = \"plus\"\n[[cause]]\nknown = [\n{ cases = [\"path/*\"] }]\n";
    /// let places = Places::in_baseline("known.toml", text);
    /// assert_eq!(["path/a", "space=plus", "query/a"].map(|entry| places.line(entry)), [Some(6), Some(3), None]);
    /// ```
    pub fn in_baseline(file: impl Into<String>, text: &str) -> Self {
        let mut places = Self::in_file(file);
        if let Ok(table) = DeTable::parse(text) {
            let line = |at: usize| 1 + text.get(..at).unwrap_or_default().matches('\n').count();
            places.add_cases(table.get_ref(), &line);
            for (field, choice) in
                table.get_ref().get("dialect").and_then(|it| it.get_ref().as_table()).into_iter().flatten()
            {
                let choice = choice.get_ref().as_table().and_then(|table| table.get("choice")).unwrap_or(choice);
                if let Some(name) = choice.get_ref().as_str() {
                    places.add(&format!("{}={name}", field.get_ref()), line(choice.span().start));
                }
            }
        }
        places
    }

    /// Adds the cases that a table lists, in any depth: as `case` in version 1, as `cases` in version 2.
    fn add_cases(&mut self, table: &DeTable<'_>, line: &impl Fn(usize) -> usize) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("case", DeValue::String(id)) => self.add(id, line(value.span().start)),
                ("cases", DeValue::Array(ids)) => {
                    for id in ids.iter() {
                        id.get_ref().as_str().into_iter().for_each(|it| self.add(it, line(id.span().start)));
                    }
                }
                (_, DeValue::Table(table)) => self.add_cases(table, line),
                (_, DeValue::Array(list)) => {
                    list.iter().filter_map(|it| it.get_ref().as_table()).for_each(|table| self.add_cases(table, line));
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, entry: &str, line: usize) {
        self.lines.entry(entry.to_owned()).or_insert(line);
    }

    /// The line of an entry, or of the glob that covers a case.
    pub fn line(&self, entry: &str) -> Option<usize> {
        let is_glob = |text: &str| text.contains(['*', '?', '[', '{']);
        let covers = |text: &str| Glob::new(text).is_ok_and(|glob| glob.compile_matcher().is_match(entry));
        let globs = || self.lines.iter().filter(|(text, _)| is_glob(text) && covers(text));
        self.lines.get(entry).copied().or_else(|| globs().map(|(_, line)| *line).min())
    }
}
