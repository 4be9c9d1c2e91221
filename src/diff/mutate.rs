//! Mutated requests of the vectors.

use std::sync::LazyLock;

use qsh_diagnose::Input;

use super::alphabet::text;
use super::source::Source;
use crate::adapter::protocol::Question;
use crate::suite::load::Vectors;

/// The maximum length of a URL. Vectors with a longer one are left out, because they take too much time.
const LONGEST: usize = 300;

/// The requests of the vectors that pass through JSON unchanged.
static REQUESTS: LazyLock<Vec<Input>> = LazyLock::new(|| {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let requests = vectors.cases().filter_map(|case| match &case.question {
        Question::CanonicalRequest(input) => Some(input.clone()),
        _ => None,
    });
    let is_wanted = |input: &Input| {
        let is_short = input.url.as_str().is_some_and(|url| url.len() <= LONGEST);
        is_short && input.json.is_none() && input.request().is_ok()
    };
    requests.filter(is_wanted).collect()
});

/// A request of the vectors with up to three changes of its URL. Requests and changes that are not wanted are left out.
pub(super) fn mutated_vector(source: &mut Source<'_>, is_wanted: impl Fn(&Input) -> bool) -> Input {
    let first = source.up_to(REQUESTS.len() - 1);
    let mut from_first = REQUESTS[first..].iter().chain(&REQUESTS[..first]);
    let mut input = from_first.find(|input| is_wanted(input)).unwrap_or(&REQUESTS[first]).clone();
    for _ in 0..source.up_to(3) {
        let url = changed(source, input.url.as_str().unwrap_or_default());
        let changed = Input { url: url.into(), ..input.clone() };
        if is_wanted(&changed) {
            input = changed;
        }
    }
    input
}

fn any(source: &mut Source<'_>) -> &'static Input {
    &REQUESTS[source.up_to(REQUESTS.len() - 1)]
}

fn changed(source: &mut Source<'_>, url: &str) -> String {
    let places: Vec<usize> = url.char_indices().map(|(at, _)| at).chain([url.len()]).collect();
    let at = source.up_to(places.len() - 1);
    let (front, back) = url.split_at(places[at]);
    let mut changed = front.to_owned();
    match source.weighed(&[4, 2, 2, 1]) {
        0 => {
            text(source, &mut changed, 2);
            changed.push_str(back);
        }
        // Removes the character at that offset.
        1 => changed.extend(back.chars().skip(1)),
        // Repeats the pair that follows.
        2 => {
            changed.push_str(&back[..back.find('&').unwrap_or(back.len())]);
            changed.push('&');
            changed.push_str(back);
        }
        // Replaces the rest with the query of another vector.
        _ => {
            let other = any(source).url.as_str().unwrap_or_default();
            changed.push_str(&other[other.find('?').unwrap_or(other.len())..]);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_requests_are_there_and_change() {
        assert!(REQUESTS.len() > 400, "{}", REQUESTS.len());
        assert_eq!(mutated_vector(&mut Source::new(b""), |_| true), REQUESTS[0]);
        let mut random = fastrand::Rng::with_seed(1);
        let mut changed = 0;
        for _ in 0..2_000 {
            let choices: Vec<u8> = (0..32).map(|_| random.u8(..)).collect();
            let input = mutated_vector(&mut Source::new(&choices), |_| true);
            assert!(input.request().is_ok(), "{input}");
            changed += usize::from(!REQUESTS.contains(&input));
        }
        assert!(changed > 1_000, "{changed}");
    }
}
