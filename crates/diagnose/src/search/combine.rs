//! Searches for the mistakes that give an answer. It searches each part of the canonical request by itself, then
//! combines the parts.
//!
//! Method, path and query depend on different fields ([`Field::concerns`]). So a set of mistakes splits into one set
//! for each part and one for the whole. The search computes the texts of each part once for each number of mistakes,
//! and combines the texts. There are far fewer texts than sets of choices.
//!
//! [`Field::concerns`]: crate::dialect::Field::concerns

use super::Explanation;
use super::by_implementation::{ByImplementation, by_implementation};
use super::limits::{BYTES_HASHED, WORK, WORK_OF_A_STAGE};
use super::rare::Rare;
use super::request::RequestMistake;
use super::setting::Setting;
use super::space::{Combination, Match, SearchSpace, sets};
use super::texts::texts;
use super::wanted::{Wanted, gives};
use crate::answer::CanonicalAnswer;
use crate::parallel::fold_on_all_cores;
use crate::{Canonical, Deviation, Part};

/// A search and its state.
pub(super) struct Search<'s> {
    wanted: Wanted<'s>,
    settings: &'s [Setting],
    spaces: Vec<SearchSpace<'s>>,
    /// Texts that may have been hashed in place of the canonical request.
    texts: Vec<(RequestMistake, Canonical)>,
    /// The choices for the whole canonical request and for its hash.
    choices: Vec<Deviation>,
    /// The rarer mistakes with the request, once they are needed. There are none of a very long request.
    rare: Option<Option<Rare<'s>>>,
    work_left: usize,
    /// How many canonical requests were compared with the answer.
    pub(super) compared: usize,
    /// Whether explanations were left out.
    pub(super) is_cut: bool,
}

impl<'s> Search<'s> {
    pub(super) fn new(settings: &'s [Setting], answer: &'s CanonicalAnswer) -> Self {
        let on_the_whole = |deviation: &Deviation| Part::ALL.iter().all(|part| !deviation.field().concerns(*part));
        let given = settings.first();
        let texts = given.map_or_else(Vec::new, |given| texts(&given.input));
        let choices: Vec<Deviation> = Deviation::all().filter(on_the_whole).collect();
        Self {
            wanted: Wanted::new(answer),
            settings,
            spaces: settings.iter().filter_map(SearchSpace::new).collect(),
            texts: texts.into_iter().map(|(mistake, text)| (mistake, Canonical::of_text(&text))).collect(),
            rare: None,
            choices,
            work_left: WORK,
            compared: 0,
            is_cut: false,
        }
    }

    /// Every explanation with exactly this number of mistakes. `None` if the search would exceed the budget.
    pub(super) fn at(&mut self, mistakes: usize) -> Option<Vec<Explanation>> {
        self.share_activity();
        let work = self.spaces.iter().map(|space| space.work(mistakes)).fold(0, usize::saturating_add);
        self.spend(mistakes, work)?;
        for space in &mut self.spaces {
            let Some(left) = mistakes.checked_sub(usize::from(space.mistake.is_some())) else { continue };
            space.parts.iter_mut().for_each(|part| part.candidates.deepen(left));
        }
        let choices = self.choices.clone();
        let mut found = self.combined(mistakes, &choices)?;
        found.extend(self.texts_at(mistakes));
        if found.is_empty() {
            found = self.rare_at(mistakes);
        }
        Some(found)
    }

    /// Every explanation with exactly this number of mistakes in method, path and query, as far as the texts of these parts
    /// were found before: so no part has all of the mistakes. `None` if the search would exceed the budget.
    pub(super) fn in_several_parts(&mut self, mistakes: usize) -> Option<Vec<Explanation>> {
        self.combined(mistakes, &[])
    }

    /// Combines the texts that were found, with some of the choices for the whole canonical request.
    fn combined(&mut self, mistakes: usize, choices: &[Deviation]) -> Option<Vec<Explanation>> {
        let (mut compared, mut work) = (0_usize, 0_usize);
        for space in &self.spaces {
            let Some(left) = mistakes.checked_sub(usize::from(space.mistake.is_some())) else { continue };
            let count = space.combinations(left, choices, &self.wanted).map(|found| found.count()).sum::<usize>();
            compared += count;
            work = work.saturating_add(count.saturating_mul(space.length / BYTES_HASHED + 1));
        }
        self.spend(mistakes, work)?;
        self.compared += compared;
        let mut found = Vec::new();
        for space in &self.spaces {
            let Some(left) = mistakes.checked_sub(usize::from(space.mistake.is_some())) else { continue };
            for combination in space.combinations(left, choices, &self.wanted) {
                for found_match in matches(&combination, &self.wanted) {
                    self.is_cut |= space.explain(&found_match, &mut found);
                }
            }
        }
        Some(found)
    }

    /// Explanations by a rarer mistake with the request, with at most one other mistake. They are searched only if nothing
    /// likelier was found with as many mistakes.
    fn rare_at(&mut self, mistakes: usize) -> Vec<Explanation> {
        let Some(given) = self.settings.first().filter(|_| mistakes > 0) else { return Vec::new() };
        let choices = &self.choices;
        let rare = self.rare.get_or_insert_with(|| Rare::new(&given.input, choices));
        let (Some(rare), Some(space)) = (rare, self.spaces.first()) else { return Vec::new() };
        let work = rare.work(mistakes);
        if work > WORK_OF_A_STAGE || work > self.work_left {
            return Vec::new();
        }
        self.work_left -= work;
        rare.at(mistakes, space, &self.wanted)
    }

    /// The rarer mistakes, if they were searched.
    pub(super) fn rare(&self) -> Option<&Rare<'s>> {
        self.rare.as_ref()?.as_ref().filter(|rare| rare.deepest > 0)
    }

    /// Explanations by all choices of a known implementation, with at most two mistakes with the request. `None` if the
    /// search would exceed the budget.
    pub(super) fn by_implementation(&mut self) -> Option<ByImplementation> {
        let found = by_implementation(self.settings, self.rare(), &self.wanted, self.work_left)?;
        self.compared += found.compared;
        Some(found)
    }

    /// Reduces the budget. `None` if it is exceeded.
    fn spend(&mut self, mistakes: usize, work: usize) -> Option<()> {
        if mistakes > 2 && work > WORK_OF_A_STAGE {
            return None;
        }
        self.work_left = self.work_left.checked_sub(work)?;
        Some(())
    }

    /// Tells the other requests which choices change the given request, once they are known.
    fn share_activity(&mut self) {
        let Some((given, others)) = self.spaces.split_first_mut() else { return };
        for (part, own) in given.parts.iter().enumerate() {
            let active = own.candidates.active();
            others.iter_mut().for_each(|space| space.parts[part].candidates.inherit(&active));
        }
    }

    /// Explanations by another text, including mistakes in how it was hashed.
    fn texts_at(&mut self, mistakes: usize) -> Vec<Explanation> {
        let Some(left) = mistakes.checked_sub(1) else { return Vec::new() };
        let is_on_hash = |deviation: &&Deviation| deviation.field().clause.starts_with("QSH-H");
        let on_hash: Vec<Deviation> = self.choices.iter().filter(is_on_hash).copied().collect();
        let mut found = Vec::new();
        for dialect in sets(&on_hash, left) {
            self.compared += self.texts.len();
            for (mistake, text) in self.texts.iter().filter(|(_, text)| gives(text, &dialect, self.wanted.answer)) {
                found.push(Explanation::of(vec![mistake.clone()], dialect.clone(), text.clone()));
            }
        }
        found
    }
}

/// Every combination of texts and dialects that gives the answer.
fn matches<'c>(combination: &Combination<'c>, wanted: &Wanted<'_>) -> Vec<Match<'c>> {
    let [methods, paths, queries] = combination.texts;
    let found = fold_on_all_cores(queries, combination.count(), 1000, |found: &mut Vec<Match<'c>>, _, query| {
        for whole in &combination.dialects {
            for (method, path) in methods.iter().flat_map(|method| paths.iter().map(move |path| (method, path))) {
                if wanted.is_given_by([&method.text, &path.text, &query.text], whole) {
                    found.push(Match { parts: [method, path, query], whole: whole.clone() });
                }
            }
        }
    });
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::request::variants;
    use crate::search::{DEEPEST, diagnose};
    use crate::{Dialect, Input, Mistake};

    fn input(url: String) -> Input {
        Input::new("GET", url)
    }

    fn parameters(count: usize) -> String {
        (0..count).map(|index| format!("p{index}=value%20{index}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn a_long_request_is_searched_as_deep_as_the_work_allows() {
        let nobodys = CanonicalAnswer::qsh("0".repeat(64));
        let depths = [10, 1_000, 100_000].map(|count| {
            let diagnosis = diagnose(&input(format!("/a?{}", parameters(count))), &nobodys, DEEPEST).unwrap();
            assert!(diagnosis.explanations.is_empty());
            diagnosis.tried.mistakes
        });
        assert_eq!(depths, [3, 2, 0]);
        // A single mistake is still found.
        let input = input(format!("/a/?{}", parameters(1_000)));
        let right = diagnose(&input, &nobodys, 0).unwrap().right;
        let slash_kept = String::from_utf8(right.as_bytes().to_vec()).unwrap().replacen("GET&/a&", "GET&/a/&", 1);
        let wrong = qsh_hash::Qsh::of_canonical(slash_kept.as_bytes()).to_string();
        let found = diagnose(&input, &CanonicalAnswer::qsh(wrong), DEEPEST).unwrap();
        assert_eq!(found.explanations[0].mistakes[0].to_string(), "trailing_slash=kept");
    }

    #[test]
    fn an_encoder_is_not_combined_with_what_it_does_not_do() {
        // Form encoding with pairs in the given order and `%20` for a space. URLSearchParams never gives that.
        let input = input("/a?b=x+y!&a=1".to_owned());
        let answer = CanonicalAnswer::canonical_request("GET&/a&b=x%20y%21&a=1");
        let found = diagnose(&input, &answer, DEEPEST).unwrap();
        assert!(!found.explanations.is_empty());
        let names =
            |explanation: &Explanation| explanation.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
        for names in found.explanations.iter().map(names) {
            assert!(!names.iter().any(|name| name == "url_search_params"), "{names:?}");
        }
    }

    #[test]
    fn mistakes_with_different_parts_of_the_request_go_together() {
        let input = input("/ex/jira/a%252F?x=%2541&y=1".to_owned());
        // A proxy decoded the URL, the method differs, and the base URL was guessed.
        let answer = CanonicalAnswer::canonical_request("POST&/a%2F&x=A&y=1");
        let found = diagnose(&input, &answer, DEEPEST).unwrap();
        let names: Vec<String> = found.explanations[0].mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["url_decoded", "another_method", "base_guessed"]);
    }

    fn named(input: &Input, canonical: &[u8]) -> Vec<Vec<String>> {
        let hash = qsh_hash::Qsh::of_canonical(canonical).to_string();
        let found = diagnose(input, &CanonicalAnswer::qsh(hash), DEEPEST).unwrap();
        found.explanations.iter().map(|it| it.mistakes.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn another_method_decides_on_the_form_as_well() {
        let mut input = input("/a?q=1".to_owned());
        (input.method, input.form) = ("POST".to_owned(), Some("x=1".to_owned()));
        assert!(named(&input, b"GET&/a&q=1").contains(&vec!["another_method".to_owned()]));
        assert!(!named(&input, b"GET&/a&q=1&x=1").contains(&vec!["another_method".to_owned()]));
        "PUT".clone_into(&mut input.method);
        assert!(named(&input, b"POST&/a&q=1&x=1").contains(&vec!["another_method".to_owned()]));
        assert!(!named(&input, b"POST&/a&q=1").contains(&vec!["another_method".to_owned()]));
    }

    /// Whether an explanation is true: its mistake with the request and its choices give its canonical request.
    ///
    /// `None` if there is not exactly one mistake with the request, or if it is another encoder or another text.
    fn is_true(explanation: &Explanation, input: &Input) -> Option<bool> {
        let [Mistake::Request(mistake), choices @ ..] = explanation.mistakes.as_slice() else { return None };
        let variant = variants(input).into_iter().find(|variant| variant.mistake == *mistake)?;
        let choice = |mistake: &Mistake| match mistake {
            Mistake::Choice(choice) => Some(*choice),
            Mistake::Request(_) => None,
        };
        let choices: Vec<Deviation> = choices.iter().map(choice).collect::<Option<_>>()?;
        let dialect = choices.into_iter().fold(variant.dialect, Dialect::with);
        let canonical = crate::canonicalize_with(variant.input.source().unwrap(), &dialect).unwrap();
        Some(canonical == explanation.canonical)
    }

    #[test]
    fn explanations_by_another_request_are_true() {
        let form = |method: &str| Input { form: Some("b=1".to_owned()), ..Input::new(method, "/p") };
        let json = |url: &str| Input { json: Some(r#"{"b":1}"#.parse().unwrap()), ..Input::new("POST", url) };
        for (input, canonical) in [
            (form("PUT"), "GET&/p&b=1"),
            (form("PATCH"), "HEAD&/p&b=1"),
            (form("GET"), "PUT&/p&b=1"),
            (json("/p?q=1"), "GET&/p&b=1&q=1"),
            (input("/wiki/a/?x=2&x=1&jwt=z".to_owned()), "GET&/a/&x=1,2"),
            (input("/a?x=%2541&y=1".to_owned()), "POST&/a&x=A&y=1"),
            (input("http://h/a?x=1".to_owned()), "GET&https://h/a&x=1"),
        ] {
            let found = diagnose(&input, &CanonicalAnswer::canonical_request(canonical), DEEPEST).unwrap();
            let checked: Vec<bool> = found.explanations.iter().filter_map(|it| is_true(it, &input)).collect();
            assert!(!checked.is_empty() && checked.iter().all(|is_true| *is_true), "{input}: {checked:?}");
        }
    }

    #[test]
    fn explanations_have_equally_many_mistakes_and_no_duplicates() {
        let input = input("/a?x=1&x=1&x=3".to_owned());
        let found = named(&input, b"GET&/a&x=1,3");
        assert!(found.iter().all(|names| names.len() == found[0].len()), "{found:?}");
        assert_eq!(found.iter().filter(|names| names[..] == ["parameter_missing"]).count(), 1, "{found:?}");
    }
}
