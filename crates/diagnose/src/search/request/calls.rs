//! Queries that a known library hashes if it is given something else than the map of names and values that it takes.

use percent_encoding::percent_encode;

use super::{RequestMistake, Variants};
use crate::percent::RFC3986;
use crate::{Part, percent};

const NODE: &str = "atlassian-jwt 2.0.3 for Node, run with such a `query`";
const PARSED: &str = "atlassian-jwt 2.0.3 for Node, run with the result of `url.parse(url)`, which lacks its `true`";
const INSTEAD: &str = "give the library the query as a map of names and values";

impl Variants<'_> {
    /// Queries that were given as a text or as a list.
    pub(super) fn calls(&mut self) {
        let Some(query) = self.target.query.clone().filter(|query| !query.is_empty()) else { return };
        let Ok(text) = str::from_utf8(&query) else { return };
        let characters = |text: &str| numbered(text.chars().map(|c| c.to_string()));
        let decoded = |text: &str| String::from_utf8(percent::decode(text.as_bytes()).bytes).unwrap_or_default();
        let pairs: Vec<&str> = text.split('&').collect();
        // Several pairs with one name give a list of values, which is repeated values again.
        let two = pairs.iter().enumerate().flat_map(|(at, pair)| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            [format!("{at}={name}"), format!("{at}={value}")]
        });
        for (name, what, query, origin) in [
            (
                "query_as_characters",
                "each character of the query, with its place as its name",
                characters(text),
                PARSED,
            ),
            (
                "query_as_characters",
                "each character of the decoded query, with its place as its name",
                characters(&decoded(text)),
                NODE,
            ),
            (
                "query_as_characters",
                "each character of `?` and the query, with its place as its name",
                characters(&format!("?{text}")),
                "atlassian-jwt 2.0.3 for Node, run with `new URL(url).search`",
            ),
            ("query_as_list", "each pair as a text, with its place as its name", numbered(pairs.iter()), NODE),
            (
                "query_as_list",
                "name and value of each pair, with the pair's place as their name",
                two.collect::<Vec<_>>().join("&"),
                NODE,
            ),
            (
                "query_as_list",
                "`[object Object]` for each pair, with its place as its name",
                numbered(pairs.iter().map(|_| "[object Object]")),
                NODE,
            ),
        ] {
            let mistake = RequestMistake::new(name, "QSH-Q1", format!("{what} was hashed"), INSTEAD).from(origin);
            let input = self.with_query(query.into_bytes());
            self.push(Some(Part::Query), mistake, input);
        }
    }
}

/// A query with these texts as values, and their places as names.
fn numbered(texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let pair = |(at, text): (usize, _)| format!("{at}={}", escaped(&text));
    texts.enumerate().map(pair).collect::<Vec<_>>().join("&")
}

fn escaped(text: &impl AsRef<str>) -> String {
    percent_encode(text.as_ref().as_bytes(), RFC3986).to_string()
}
