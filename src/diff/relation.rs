//! Metamorphic relations between a request and a slightly changed one. Both have one hash if they mean the same, and
//! two hashes if they do not.

use qsh_diagnose::{Canonical, Dialect, Input, Part, canonicalize_with};
use serde::{Deserialize, Serialize};

use super::generate::request;
use super::source::Source;

/// The change that makes a related request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// One separator was replaced by another one.
    Sign,
    /// Two separators were swapped.
    Places,
    /// Two neighbouring parameters were swapped.
    Order,
    /// A character of the query was percent-encoded.
    Writing,
    /// A `jwt` parameter was added.
    Jwt,
    /// The host was replaced or added.
    Host,
}

impl Relation {
    /// The change, in words.
    pub fn does(self) -> &'static str {
        match self {
            Self::Sign => "one sign became another",
            Self::Places => "two signs changed places",
            Self::Order => "two parameters changed places",
            Self::Writing => "a character is written as an escape",
            Self::Jwt => "a `jwt` parameter was added",
            Self::Host => "the host was replaced or added",
        }
    }
}

impl Relation {
    /// Whether the change always keeps the meaning. By the specification, the order of parameters does not matter, and
    /// an escape equals its character. The host and a `jwt` parameter are ignored.
    pub fn keeps_the_meaning(self) -> bool {
        match self {
            Self::Order | Self::Writing | Self::Jwt | Self::Host => true,
            Self::Sign | Self::Places => false,
        }
    }
}

/// One request of this many is followed by a related one.
const RELATED: usize = 3;

/// Generates a request, and sometimes a related one.
///
/// # Examples
///
/// ```
/// use qsh::diff::{Source, request_with_related};
///
/// let (input, related) = request_with_related(&mut Source::new(b""));
/// assert_eq!((input.to_string().as_str(), related), ("GET /", None));
/// ```
pub fn request_with_related(source: &mut Source<'_>) -> (Input, Option<(Relation, Input)>) {
    let input = request(source);
    let related = if source.once_in(RELATED) { related(&input, source) } else { None };
    (input, related)
}

/// Signs that separate or encode something in a URL.
const SIGNS: &[char] = &['&', '=', '?', ';', ',', '/', '+', '#', '%'];

/// Makes a related request by one small change. `None` if the change does not apply to the URL.
///
/// # Examples
///
/// ```
/// use qsh::diff::{Relation, Source, means_the_same, related};
/// use qsh_diagnose::Input;
///
/// let input = Input::new("GET", "/a?b=1&c=2");
/// let (relation, other) = related(&input, &mut Source::new(&[21])).unwrap();
/// assert_eq!((relation, other.to_string().as_str()), (Relation::Host, "GET https://other.example/a?b=1&c=2"));
/// assert!(means_the_same(&input, &other));
/// ```
pub fn related(input: &Input, source: &mut Source<'_>) -> Option<(Relation, Input)> {
    let url = input.url.as_str()?;
    const RELATIONS: [(Relation, usize); 6] = [
        (Relation::Sign, 8),
        (Relation::Places, 8),
        (Relation::Order, 2),
        (Relation::Writing, 2),
        (Relation::Jwt, 1),
        (Relation::Host, 1),
    ];
    let relation = RELATIONS[source.weighed(&RELATIONS.map(|(_, weight)| weight))].0;
    let changed = match relation {
        Relation::Sign => another_sign(url, source)?,
        Relation::Places => other_places(url, source)?,
        Relation::Order => another_order(url, source)?,
        Relation::Writing => another_writing(url, source)?,
        Relation::Jwt => {
            let (front, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
            format!("{front}{}jwt=a.b.c{fragment}", if front.contains('?') { '&' } else { '?' })
        }
        Relation::Host => another_host(input)?,
    };
    Some((relation, Input { url: changed.as_str().into(), ..input.clone() }))
}

/// Whether two requests mean the same: by the specification they have the same canonical request. `false` if one is
/// refused.
pub fn means_the_same(one: &Input, other: &Input) -> bool {
    match (meaning(one), meaning(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The parts of the canonical request that differ, in words. Empty if no part differs, or if a request is refused.
pub(super) fn parts_apart(one: &Input, other: &Input) -> String {
    let (Some(one), Some(other)) = (meaning(one), meaning(other)) else { return String::new() };
    let parts = Part::ALL.into_iter().filter(|part| one.part(*part) != other.part(*part));
    parts.map(Part::name).collect::<Vec<_>>().join(" and ")
}

fn meaning(input: &Input) -> Option<Canonical> {
    canonicalize_with(input.source().ok()?, &Dialect::OFFICIAL).ok()
}

/// The offsets of the signs. Scheme and host are left out, because they are not part of the canonical request.
fn signs(url: &str) -> Vec<usize> {
    let path = url.find("://").map_or(0, |at| at + 3);
    url.match_indices(SIGNS).map(|(at, _)| at).filter(|at| *at >= path.max(1)).collect()
}

fn other_places(url: &str, source: &mut Source<'_>) -> Option<String> {
    let places = signs(url);
    let first = source.up_to(places.len().checked_sub(2)?);
    let second = first + 1 + source.up_to(places.len() - first - 2);
    let (first, second) = (places[first], places[second]);
    let mut bytes = url.as_bytes().to_vec();
    bytes.swap(first, second);
    // Signs are ASCII, so the result is still valid UTF-8.
    String::from_utf8(bytes).ok().filter(|changed| changed != url)
}

fn another_sign(url: &str, source: &mut Source<'_>) -> Option<String> {
    let places = signs(url);
    let at = *places.get(source.up_to(places.len().checked_sub(1)?))?;
    let sign = SIGNS[source.up_to(SIGNS.len() - 1)];
    (!url[at..].starts_with(sign)).then(|| format!("{}{sign}{}", &url[..at], &url[at + 1..]))
}

/// The URL with another host. `None` if the rest does not start with a path, a query or a fragment.
fn another_host(input: &Input) -> Option<String> {
    let request = input.source().ok()?;
    let rest = input.url.as_str()?.get(request.front().len()..)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("https://other.example{rest}"))
}

fn another_order(url: &str, source: &mut Source<'_>) -> Option<String> {
    let (front, rest) = url.split_once('?')?;
    let (query, fragment) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
    let mut pairs: Vec<&str> = query.split('&').collect();
    let first = source.up_to(pairs.len().checked_sub(2)?);
    pairs.swap(first, first + 1);
    Some(format!("{front}?{}{fragment}", pairs.join("&")))
}

fn another_writing(url: &str, source: &mut Source<'_>) -> Option<String> {
    let from = url.find('?')? + 1;
    let to = url.find('#').filter(|to| *to > from).unwrap_or(url.len());
    // Leave out a character that may be a digit of an escape.
    let is_of_escape = |at: usize| url.as_bytes()[..from + at].iter().rev().take(2).any(|byte| *byte == b'%');
    let is_plain =
        |(at, it): &(usize, char)| (it.is_ascii_alphanumeric() || "-._~".contains(*it)) && !is_of_escape(*at);
    let letters: Vec<(usize, char)> = url[from..to].char_indices().filter(is_plain).collect();
    let (at, letter) = *letters.get(source.up_to(letters.len().checked_sub(1)?))?;
    Some(format!("{}%{:02x}{}", &url[..from + at], letter as u32, &url[from + at + 1..]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::choices::ChoicePool;
    use super::*;

    /// Counts for each relation how many pairs mean the same and how many do not.
    #[test]
    fn relations_make_pairs_that_mean_the_same_and_pairs_that_do_not() {
        let mut counts: BTreeMap<Relation, [usize; 2]> = BTreeMap::new();
        let mut pool = ChoicePool::new(1, &[]);
        for _ in 0..20_000 {
            let choices = pool.next();
            let mut source = Source::new(&choices);
            let input = request(&mut source);
            let Some((relation, other)) = related(&input, &mut source) else { continue };
            assert!(input != other || relation == Relation::Order, "{relation:?}: {input}");
            assert!(
                !relation.keeps_the_meaning() || means_the_same(&input, &other),
                "{relation:?}: {input} and {other}"
            );
            counts.entry(relation).or_default()[usize::from(means_the_same(&input, &other))] += 1;
        }
        assert_eq!(counts.len(), 6, "{counts:?}");
        let [apart, same] = counts[&Relation::Sign];
        assert!(apart > 10 * same && same > 20, "{counts:?}");
        for relation in [Relation::Order, Relation::Jwt, Relation::Host, Relation::Writing] {
            assert!(counts[&relation][1] > 100, "{relation:?} {counts:?}");
        }
    }

    #[test]
    fn one_small_change_is_made() {
        let made = |url: &str, bytes: &[u8]| {
            related(&Input::new("GET", url), &mut Source::new(bytes))
                .map(|(relation, it)| (relation, it.url.to_string()))
        };
        assert_eq!(made("/a?b=1&c=2#d", &[17]), Some((Relation::Order, "/a?c=2&b=1#d".to_owned())));
        assert_eq!(made("/a?b=1&c=2#d", &[19, 3]), Some((Relation::Writing, "/a?b=1&c=%32#d".to_owned())));
        assert_eq!(made("/a;b&c=1?d=2", &[8, 1, 1]), Some((Relation::Places, "/a;b?c=1&d=2".to_owned())));
        assert_eq!(made("/a?b=1#d", &[20]), Some((Relation::Jwt, "/a?b=1&jwt=a.b.c#d".to_owned())));
        assert_eq!(made("/a;b?c", &[0, 0, 2]), Some((Relation::Sign, "/a?b?c".to_owned())));
        assert_eq!(made("/a", &[0]), None);
        assert_eq!(made("/a?b", &[17]), None);
        assert_eq!(made("/a?b", &[8]), None);
    }
}
