//! Requests that are nearly the same: those that mean the same have one hash, and those that do not have two.

use super::generate::request;
use super::source::Source;
use crate::qsh::{Canonical, Dialect, Part, canonicalize_with};
use crate::suite::case::Input;

/// How one request was made of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Law {
    /// One sign that separates something became another.
    Sign,
    /// Two signs that separate something changed places.
    Places,
    /// Two neighbouring parameters changed places.
    Order,
    /// A character of the query is written as an escape.
    Writing,
    /// A `jwt` parameter was added.
    Jwt,
    /// Another host stands in front of the path.
    Host,
}

impl Law {
    /// What was done, in words.
    pub fn does(self) -> &'static str {
        match self {
            Self::Sign => "one sign became another",
            Self::Places => "two signs changed places",
            Self::Order => "two parameters changed places",
            Self::Writing => "a character is written as an escape",
            Self::Jwt => "a `jwt` parameter was added",
            Self::Host => "another host stands in front",
        }
    }

    /// The stable name, which reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Places => "places",
            Self::Order => "order",
            Self::Writing => "writing",
            Self::Jwt => "jwt",
            Self::Host => "host",
        }
    }
}

impl Law {
    /// Whether a request that is made by it means the same as the other, whatever that is: the specification takes parameters
    /// in any order, reads an escape as its character, and looks neither at the host nor at a `jwt` parameter.
    pub fn keeps_the_meaning(self) -> bool {
        match self {
            Self::Order | Self::Writing | Self::Jwt | Self::Host => true,
            Self::Sign | Self::Places => false,
        }
    }
}

/// One request in so many has a related one behind it.
const RELATED: usize = 3;

/// A request of the grammar, and sometimes another that is made of it.
///
/// # Examples
///
/// ```
/// use qsh::diff::{Source, request_with_related};
///
/// let (input, related) = request_with_related(&mut Source::new(b""));
/// assert_eq!((input.to_string().as_str(), related), ("GET /", None));
/// ```
pub fn request_with_related(source: &mut Source<'_>) -> (Input, Option<(Law, Input)>) {
    let input = request(source);
    let related = if source.once_in(RELATED) { related(&input, source) } else { None };
    (input, related)
}

/// What separates something in a URL, or stands for something.
const SIGNS: &[char] = &['&', '=', '?', ';', ',', '/', '+', '#', '%'];

/// A request that is made of another by one small change; nothing, where there is no place for it.
///
/// # Examples
///
/// ```
/// use qsh::diff::{Source, means_the_same, related};
/// use qsh::suite::case::Input;
///
/// let input = Input::new("GET", "/a?b=1&c=2");
/// let (law, other) = related(&input, &mut Source::new(&[21])).unwrap();
/// assert_eq!((law.name(), other.to_string().as_str()), ("host", "GET https://other.example/a?b=1&c=2"));
/// assert!(means_the_same(&input, &other));
/// ```
pub fn related(input: &Input, source: &mut Source<'_>) -> Option<(Law, Input)> {
    let url = input.url.as_str()?;
    const LAWS: [(Law, usize); 6] =
        [(Law::Sign, 8), (Law::Places, 8), (Law::Order, 2), (Law::Writing, 2), (Law::Jwt, 1), (Law::Host, 1)];
    let law = LAWS[source.weighed(&LAWS.map(|(_, weight)| weight))].0;
    let changed = match law {
        Law::Sign => another_sign(url, source)?,
        Law::Places => other_places(url, source)?,
        Law::Order => another_order(url, source)?,
        Law::Writing => another_writing(url, source)?,
        Law::Jwt => {
            let (front, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
            format!("{front}{}jwt=a.b.c{fragment}", if front.contains('?') { '&' } else { '?' })
        }
        Law::Host => another_host(input)?,
    };
    Some((law, Input { url: changed.as_str().into(), ..input.clone() }))
}

/// Whether two requests mean the same, as the specification has it: they have one canonical request. What is refused
/// means nothing.
pub fn means_the_same(one: &Input, other: &Input) -> bool {
    match (meaning(one), meaning(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// In which parts of their meaning two requests differ, in words; empty, where they mean the same or nothing.
pub(super) fn parts_apart(one: &Input, other: &Input) -> String {
    let (Some(one), Some(other)) = (meaning(one), meaning(other)) else { return String::new() };
    let parts = Part::ALL.into_iter().filter(|part| one.part(*part) != other.part(*part));
    parts.map(Part::name).collect::<Vec<_>>().join(" and ")
}

fn meaning(input: &Input) -> Option<Canonical> {
    canonicalize_with(&input.request().ok()?, &Dialect::OFFICIAL).ok()
}

/// Where signs stand. Whatever stands in front of the path is no part of the canonical request.
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
    // Signs are of ASCII, so that it is still text.
    String::from_utf8(bytes).ok().filter(|changed| changed != url)
}

fn another_sign(url: &str, source: &mut Source<'_>) -> Option<String> {
    let places = signs(url);
    let at = *places.get(source.up_to(places.len().checked_sub(1)?))?;
    let sign = SIGNS[source.up_to(SIGNS.len() - 1)];
    (!url[at..].starts_with(sign)).then(|| format!("{}{sign}{}", &url[..at], &url[at + 1..]))
}

/// The URL with another host in front of its path; nothing, where a host would run into what follows it.
fn another_host(input: &Input) -> Option<String> {
    let request = input.request().ok()?;
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
    // What may be a digit of an escape stays.
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

    use super::super::genome::Genomes;
    use super::*;

    /// Of each law: how many pairs mean the same, and how many do not.
    #[test]
    fn laws_make_pairs_that_mean_the_same_and_pairs_that_do_not() {
        let mut counts: BTreeMap<Law, [usize; 2]> = BTreeMap::new();
        let mut genomes = Genomes::new(1, &[]);
        for _ in 0..20_000 {
            let genome = genomes.next();
            let mut source = Source::new(&genome);
            let input = request(&mut source);
            let Some((law, other)) = related(&input, &mut source) else { continue };
            assert!(input != other || law == Law::Order, "{law:?}: {input}");
            assert!(!law.keeps_the_meaning() || means_the_same(&input, &other), "{law:?}: {input} and {other}");
            counts.entry(law).or_default()[usize::from(means_the_same(&input, &other))] += 1;
        }
        assert_eq!(counts.len(), 6, "{counts:?}");
        let [apart, same] = counts[&Law::Sign];
        assert!(apart > 10 * same && same > 20, "{counts:?}");
        for law in [Law::Order, Law::Jwt, Law::Host, Law::Writing] {
            assert!(counts[&law][1] > 100, "{law:?} {counts:?}");
        }
    }

    #[test]
    fn one_small_change_is_made() {
        let made = |url: &str, bytes: &[u8]| {
            related(&Input::new("GET", url), &mut Source::new(bytes)).map(|(law, it)| (law, it.url.to_string()))
        };
        assert_eq!(made("/a?b=1&c=2#d", &[17]), Some((Law::Order, "/a?c=2&b=1#d".to_owned())));
        assert_eq!(made("/a?b=1&c=2#d", &[19, 3]), Some((Law::Writing, "/a?b=1&c=%32#d".to_owned())));
        assert_eq!(made("/a;b&c=1?d=2", &[8, 1, 1]), Some((Law::Places, "/a;b?c=1&d=2".to_owned())));
        assert_eq!(made("/a?b=1#d", &[20]), Some((Law::Jwt, "/a?b=1&jwt=a.b.c#d".to_owned())));
        assert_eq!(made("/a;b?c", &[0, 0, 2]), Some((Law::Sign, "/a?b?c".to_owned())));
        assert_eq!(made("/a", &[0]), None);
        assert_eq!(made("/a?b", &[17]), None);
        assert_eq!(made("/a?b", &[8]), None);
    }
}
