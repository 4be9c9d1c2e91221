//! A request made as small as it can be while it still shows what it is an example of.

use std::cmp::Reverse;

use crate::suite::case::Input;

/// So many times at most a request is made smaller.
const ROUNDS: usize = 200;

/// Makes a request smaller until nothing smaller is good. `first_good` is given requests, the boldest first, and says
/// which is the first of them that still shows what this one shows.
pub(super) fn shrink(input: Input, mut first_good: impl FnMut(&[Input]) -> Option<usize>) -> Input {
    let mut smallest = input;
    for _ in 0..ROUNDS {
        let size = size(&smallest);
        let mut smaller = candidates(&smallest);
        smaller.retain(|it| self::size(it) < size && is_as_sound(it, &smallest));
        smaller.dedup();
        match first_good(&smaller) {
            Some(place) => smallest = smaller.swap_remove(place),
            None => break,
        }
    }
    smallest
}

/// Whether the URL of a request that is made smaller still begins as a URL does, if it did.
fn is_as_sound(smaller: &Input, input: &Input) -> bool {
    let is_sound = |input: &Input| {
        let url = input.url.as_str().unwrap_or_default();
        let base = input.base_url.as_deref().unwrap_or("/");
        [url, base].iter().all(|it| it.starts_with('/') || it.contains("://"))
    };
    is_sound(smaller) || !is_sound(input)
}

/// How large a request is: how much there is of it, and how much of that is not plain.
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
    all.extend(texts(url).into_iter().map(|url| Input { url: url.as_str().into(), ..input.clone() }));
    if let Some(form) = &input.form {
        all.extend(texts(form).into_iter().map(|form| Input { form: Some(form), ..input.clone() }));
    }
    if let Some(base) = &input.base_url {
        all.extend(texts(base).into_iter().map(|base| Input { base_url: Some(base), ..input.clone() }));
    }
    all
}

/// A text with less in it, the boldest first: without runs between signs, without any run of characters, and with plain
/// letters in the place of others.
fn texts(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let is_sign = |at: usize| text[at..].starts_with(['/', '?', '&', '=', '#', ';', ':']);
    let signs: Vec<usize> = places.iter().copied().filter(|at| is_sign(*at) || *at == text.len()).collect();
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
    fn what_does_not_matter_goes() {
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
        assert_eq!(shrunk(input.clone(), |text| text.contains("base") && text.contains("jwt")), "GET /jwt  base /");
        assert_eq!(shrunk(input, |_| true), "GET /");
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
