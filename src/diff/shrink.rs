//! Shrinks a request as long as it still shows the same difference.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use qsh_diagnose::{Input, Text};

use super::plain::is_plain;

/// The maximum number of shrinking steps.
const ROUNDS: usize = 200;

/// Shrinks a request until no smaller one shows the same difference. `first_good` is called with smaller requests,
/// those with the most removed text first. It returns the index of the first one that still shows the difference.
pub(super) fn shrink(input: Input, first_good: impl FnMut(&[Input]) -> Option<usize>) -> Input {
    descend(input, candidates, size, is_as_sound, first_good)
}

/// Shrinks a pair of requests whose URLs differ in one place. Only the common parts get smaller.
pub(super) fn shrink_pair(pair: [Input; 2], first_good: impl FnMut(&[[Input; 2]]) -> Option<usize>) -> [Input; 2] {
    let is_sound = |smaller: &[Input; 2], pair: &[Input; 2]| smaller.iter().zip(pair).all(|(a, b)| is_as_sound(a, b));
    descend(pair, pairs, |it| it.each_ref().map(size), is_sound, first_good)
}

fn descend<T: PartialEq, S: Ord>(
    start: T,
    candidates: impl Fn(&T) -> Vec<T>,
    size: impl Fn(&T) -> S,
    is_sound: impl Fn(&T, &T) -> bool,
    mut first_good: impl FnMut(&[T]) -> Option<usize>,
) -> T {
    let mut smallest = start;
    for _ in 0..ROUNDS {
        let largest = size(&smallest);
        let mut smaller = candidates(&smallest);
        smaller.retain(|it| size(it) < largest && is_sound(it, &smallest));
        smaller.dedup();
        match first_good(&smaller) {
            Some(place) => smallest = smaller.swap_remove(place),
            None => break,
        }
    }
    smallest
}

/// Smaller pairs: text before or after the difference is removed, or the form, the base URL or the method.
fn pairs(pair: &[Input; 2]) -> Vec<[Input; 2]> {
    let [one, other] = pair.each_ref().map(|it| it.url.as_str().unwrap_or_default());
    let front = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    let front = front.unwrap_or_else(|| one.len().min(other.len()));
    let back: usize = one[front..]
        .chars()
        .rev()
        .zip(other[front..].chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let middles = [&one[front..one.len() - back], &other[front..other.len() - back]];
    let put = |front: &str, back: &str| {
        let url = |place: usize| Text::from([front, middles[place], back].concat());
        [Input { url: url(0), ..pair[0].clone() }, Input { url: url(1), ..pair[1].clone() }]
    };
    let (front, back) = (&one[..front], &one[one.len() - back..]);
    let mut all: Vec<[Input; 2]> = Vec::new();
    let bare = pair.each_ref().map(|it| Input { form: None, base_url: None, method: "GET".to_owned(), ..it.clone() });
    all.push(bare);
    all.extend([
        pair.each_ref().map(|it| Input { form: None, ..it.clone() }),
        pair.each_ref().map(|it| Input { base_url: None, ..it.clone() }),
    ]);
    all.extend(texts(back).iter().map(|back| put(front, back)));
    all.extend(texts(front).iter().map(|front| put(front, back)));
    all
}

/// Whether a smaller request still looks like one that an app gets, if the larger one did. Otherwise, whether its URLs
/// still start with a slash or a scheme, if those of the larger one did.
fn is_as_sound(smaller: &Input, input: &Input) -> bool {
    let is_sound = |input: &Input| {
        let url = input.url.as_str().unwrap_or_default();
        let base = input.base_url.as_deref().unwrap_or("/");
        [url, base].iter().all(|it| it.starts_with('/') || it.contains("://"))
    };
    (is_plain(smaller) || !is_plain(input)) && (is_sound(smaller) || !is_sound(input))
}

/// The size of a request: its length, the number of unusual signs, and the number of characters that are not plain.
fn size(input: &Input) -> (usize, usize, usize) {
    let texts = [Some(input.method.as_str()), input.url.as_str(), input.base_url.as_deref(), input.form.as_deref()];
    let text: String = texts.into_iter().flatten().collect();
    let bodies = usize::from(input.base_url.is_some()) + usize::from(input.form.is_some());
    let plain = |it: &char| matches!(it, 'a' | '1' | '/' | '?' | '=' | '&' | 'G' | 'E' | 'T');
    let signs = text.chars().filter(|it| !it.is_ascii_alphanumeric() && !plain(it)).count();
    (text.len() + bodies, signs, text.chars().filter(|it| !plain(it)).count())
}

fn candidates(input: &Input) -> Vec<Input> {
    let mut all = Vec::new();
    if input.form.is_some() {
        all.push(Input { form: None, ..input.clone() });
    }
    if input.base_url.is_some() {
        all.push(Input { base_url: None, ..input.clone() });
    }
    if input.method != "GET" {
        all.push(Input { method: "GET".to_owned(), ..input.clone() });
    }
    let url = input.url.as_str().unwrap_or_default();
    // The path of an absolute URL, which has a slash in front.
    let origin = url.find("://").map(|at| url[at + 3..].find(['/', '?', '#']).map_or(url.len(), |end| at + 3 + end));
    all.extend(
        origin.map(|end| Input { url: ["/", url[end..].trim_start_matches('/')].concat().into(), ..input.clone() }),
    );
    all.extend(renamed(input));
    all.extend(texts(url).into_iter().map(|url| Input { url: url.as_str().into(), ..input.clone() }));
    if let Some(form) = &input.form {
        all.extend(texts(form).into_iter().map(|form| Input { form: Some(form), ..input.clone() }));
    }
    if let Some(base) = &input.base_url {
        all.extend(texts(base).into_iter().map(|base| Input { base_url: Some(base), ..input.clone() }));
    }
    all
}

/// The request with a plain letter in place of every occurrence of one text: of a word between two signs, of an escape, or
/// of a character.
fn renamed(input: &Input) -> Vec<Input> {
    let texts: Vec<&str> = input.url.as_str().into_iter().chain(input.form.as_deref()).collect();
    let mut parts: BTreeSet<&str> = texts.iter().flat_map(|text| text.split(is_sign)).collect();
    parts.extend(texts.iter().flat_map(|text| text.split(['?', '&', '=', '#'])));
    for text in &texts {
        parts.extend(text.match_indices('%').filter_map(|(at, _)| text.get(at..at + 3)));
        parts.extend(text.char_indices().map(|(at, character)| &text[at..at + character.len_utf8()]));
    }
    let is_repeated = |part: &&str| texts.iter().map(|text| text.matches(*part).count()).sum::<usize>() > 1;
    let is_separator = |part: &&str| part.len() == 1 && part.contains(is_sign);
    let is_name = |part: &&str| !is_separator(part) && !["", "a", "1", "%"].contains(part);
    let parts = parts.into_iter().filter(is_name).filter(is_repeated);
    parts
        .map(|part| Input {
            url: input.url.as_str().unwrap_or_default().replace(part, "a").into(),
            form: input.form.as_ref().map(|form| form.replace(part, "a")),
            ..input.clone()
        })
        .collect()
}

/// Whether a character ends a word.
fn is_sign(character: char) -> bool {
    ['/', '?', '&', '=', '#', ';', ':'].contains(&character)
}

/// Smaller texts, those with the most removed first. A run between two signs is removed, or a short run of characters.
/// Or a plain character replaces another one.
fn texts(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let is_end = |at: &usize| text[*at..].chars().next().is_none_or(is_sign);
    let signs: Vec<usize> = places.iter().copied().filter(is_end).collect();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, from) in signs.iter().enumerate() {
        runs.extend(signs[index + 1..].iter().map(|to| (*from, *to)));
        runs.extend(signs[index + 1..].iter().map(|to| (from + 1, *to)));
    }
    for width in [8, 4, 3, 2, 1] {
        runs.extend(places.windows(width + 1).map(|window| (window[0], window[width])));
    }
    runs.sort_by_key(|(from, to)| (Reverse(to.saturating_sub(*from)), *from));
    runs.dedup();
    texts.extend(runs.iter().filter(|(from, to)| from < to).map(|(from, to)| [&text[..*from], &text[*to..]].concat()));
    for pair in places.windows(2) {
        for plain in ["a", "1"] {
            texts.push([&text[..pair[0]], plain, &text[pair[1]..]].concat());
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(input: Input, is_good: impl Fn(&str) -> bool) -> String {
        shrink(input, |smaller| smaller.iter().position(|it| is_good(&it.to_string()))).to_string()
    }

    #[test]
    fn what_does_not_matter_is_removed() {
        let input = Input {
            base_url: Some("https://example.com/jira".to_owned()),
            form: Some("x=1".to_owned()),
            ..Input::new("post", "https://example.com/jira/%7Ea/..;b//?b=%41&ids=%2C&ids=z&jwt#top")
        };
        assert_eq!(shrunk(input.clone(), |text| text.contains("//?")), "GET //?");
        assert_eq!(
            shrunk(input.clone(), |text| text.contains("ids=%2C") && text.contains("ids=z")),
            "GET /ids=%2Cids=z"
        );
        assert_eq!(
            shrunk(input.clone(), |text| text.contains("base") && text.contains("jwt")),
            "GET /jwt  base http://a"
        );
        assert_eq!(shrunk(input, |_| true), "GET /");
    }

    #[test]
    fn a_pair_shrinks_together() {
        let pair = ["/wiki/a;b?c=1&d=%41#x", "/wiki/a;b&c=1&d=%41#x"].map(|url| Input::new("PUT", url));
        let shrunk = shrink_pair(pair, |smaller| {
            smaller
                .iter()
                .position(|pair| pair[0].url.to_string().contains(";") && pair[1].url.to_string().contains("=1"))
        });
        assert_eq!(shrunk.map(|it| it.to_string()), ["GET /;?=1", "GET /;&=1"]);
    }

    #[test]
    fn equal_names_are_renamed_together() {
        let has_two_equal = |text: &str| {
            let query = text.split_once('?').map_or("", |(_, query)| query);
            query.split_once('&').is_some_and(|(one, other)| one == other && !one.is_empty())
        };
        for url in ["/x?9&9", "/?_&_", "/?user_id&user_id", "/?%2f%E5%aE%aE&%2f%E5%aE%aE", "/?0$&0$"] {
            assert_eq!(shrunk(Input::new("GET", url), has_two_equal), "GET /?a&a", "{url}");
        }
    }

    #[test]
    fn characters_become_plain_and_stay_whole() {
        assert_eq!(
            shrunk(Input::new("GET", "/宮é?Z"), |text| text.chars().filter(|it| !it.is_ascii()).count() == 1),
            "GET /宮"
        );
        assert_eq!(shrunk(Input::new("GET", "/Zx-9"), |text| text.len() >= 8), "GET /aaa");
    }
}
