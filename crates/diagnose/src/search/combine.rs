//! Searches for the mistakes that give an answer. It searches each part of the canonical request by itself, then
//! combines the parts.
//!
//! Method, path and query depend on different fields ([`Field::concerns`]). So a set of mistakes splits into one set
//! for each part and one for the whole. The search computes the texts of each part once for each number of mistakes,
//! and combines the texts. There are far fewer texts than sets of choices.
//!
//! [`Field::concerns`]: crate::dialect::Field::concerns

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::candidates::{Candidate, Candidates, Reason};
use super::implementations::{ByImplementation, by_implementation};
use super::rare::Rare;
use super::request::RequestMistake;
use super::setting::{Setting, cost};
use super::texts::texts;
use super::wanted::Wanted;
use super::{Explanation, Mistake};
use crate::answer::CanonicalAnswer;
use crate::parallel::on_all_cores;
use crate::{Canonical, Deviation, Dialect, Part};

/// The most explanations for one canonical request.
pub(super) const EXPLANATIONS: usize = 500;

/// The budget of a search: how many bytes of requests it canonicalizes, once for each set of mistakes. One core takes
/// about ten seconds for that.
const WORK: usize = 1 << 30;

/// The budget of each stage that does not have to be tried: three mistakes together, rarer mistakes with another one, and
/// implementations as a whole. One core takes less than two seconds for that, as such requests have many parts.
pub(super) const WORK_OF_A_STAGE: usize = 1 << 27;

/// How many bytes can be hashed at the cost of canonicalizing one.
pub(super) const BYTES_HASHED: usize = 8;

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

/// The search space of a setting: the texts of its parts.
pub(super) struct SearchSpace<'s> {
    mistake: Option<&'s RequestMistake>,
    length: usize,
    pub(super) parts: [PartSearchSpace<'s>; 3],
}

pub(super) struct PartSearchSpace<'s> {
    pub(super) candidates: Candidates<'s>,
    /// The mistakes of the candidates' requests. The first request has none, so the list starts with the second.
    mistakes: Vec<&'s RequestMistake>,
}

/// Texts for each part and dialects for the whole that have a given number of mistakes together.
struct Combination<'c> {
    texts: [&'c [Candidate]; 3],
    dialects: Vec<Dialect>,
}

/// A text for each part and a dialect for the whole that give the answer.
struct Match<'c> {
    parts: [&'c Candidate; 3],
    whole: Dialect,
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

impl<'s> SearchSpace<'s> {
    fn new(setting: &'s Setting) -> Option<Self> {
        let request = setting.input.source().ok()?;
        let part = |part: Part| {
            let (mistakes, mut requests): (Vec<_>, Vec<_>) = setting
                .variants
                .iter()
                .filter(|variant| variant.part == Some(part))
                .filter_map(|variant| {
                    let request = variant.input.source().ok()?;
                    Some((&variant.mistake, (request, variant.dialect.clone())))
                })
                .unzip();
            requests.insert(0, (request, Dialect::OFFICIAL));
            PartSearchSpace { candidates: Candidates::new(part, requests), mistakes }
        };
        Some(Self { mistake: setting.mistake.as_ref(), length: cost(&setting.input), parts: Part::ALL.map(part) })
    }

    /// How many bytes have to be canonicalized for the texts with exactly this number of mistakes.
    fn work(&self, mistakes: usize) -> usize {
        let Some(left) = mistakes.checked_sub(usize::from(self.mistake.is_some())) else { return 0 };
        let sets: usize = self.parts.iter().map(|part| part.candidates.sets(left)).sum();
        sets.saturating_mul(self.length)
    }

    /// Every way to split this number of mistakes among the parts and the whole.
    fn combinations<'c>(
        &'c self,
        mistakes: usize,
        choices: &'c [Deviation],
        wanted: &'c Wanted<'_>,
    ) -> impl Iterator<Item = Combination<'c>> {
        (0..=mistakes).flat_map(move |of_whole| {
            let mut dialects = sets(choices, of_whole);
            dialects.retain(|dialect| wanted.can_come_of(dialect));
            splits(mistakes - of_whole).into_iter().map(move |[method, path, query]| Combination {
                texts: [(0, method), (1, path), (2, query)].map(|(part, at)| self.parts[part].candidates.at(at)),
                dialects: dialects.clone(),
            })
        })
    }

    /// Adds the explanations of a match, which are all combinations of reasons for its texts. The likeliest come first.
    /// Returns whether some were left out.
    fn explain(&self, found: &Match<'_>, explanations: &mut Vec<Explanation>) -> bool {
        let [method, path, query] = found.parts;
        let canonical = Canonical::of_parts(&method.text, &path.text, &query.text, &found.whole);
        let [methods, paths, queries] = [0, 1, 2].map(|part| self.parts[part].likeliest(&found.parts[part].reasons));
        let ways = methods.len() * paths.len() * queries.len();
        let reasons = methods.iter().flat_map(|&method| {
            let queries = &queries;
            paths.iter().flat_map(move |&path| queries.iter().map(move |&query| [method, path, query]))
        });
        let kept = reasons.take(EXPLANATIONS).map(|reasons| self.explanation(reasons, &canonical, &found.whole));
        explanations.extend(kept);
        ways > EXPLANATIONS
    }

    fn explanation(&self, reasons: [Reason; 3], canonical: &Canonical, whole: &Dialect) -> Explanation {
        let mut requests: Vec<RequestMistake> = self.mistake.cloned().into_iter().collect();
        let mut dialect = whole.clone();
        for (part, reason) in self.parts.iter().zip(reasons) {
            requests.extend(part.request_mistake(reason).cloned());
            dialect = part.choices(reason).fold(dialect, Dialect::with);
        }
        Explanation::of(requests, dialect, canonical.clone())
    }
}

impl Combination<'_> {
    fn count(&self) -> usize {
        self.texts.iter().map(|texts| texts.len()).product::<usize>() * self.dialects.len()
    }
}

impl PartSearchSpace<'_> {
    pub(super) fn request_mistake(&self, reason: Reason) -> Option<&RequestMistake> {
        usize::from(reason.request).checked_sub(1).map(|index| self.mistakes[index])
    }

    pub(super) fn choices(&self, reason: Reason) -> impl Iterator<Item = Deviation> {
        reason.choices().map(|choice| self.candidates.choices[choice])
    }

    /// The reasons, the likeliest first. If the list is limited, the likeliest are kept.
    pub(super) fn likeliest(&self, reasons: &[Reason]) -> Vec<Reason> {
        let mut reasons = reasons.to_vec();
        if reasons.len() > 1 {
            reasons.sort_by_cached_key(|reason| {
                let seen: Vec<usize> = self.choices(*reason).map(|choice| choice.choice().seen_in.len()).collect();
                let unseen = seen.iter().filter(|seen| **seen == 0).count();
                (unseen, self.request_mistake(*reason).is_some(), Reverse(seen.iter().sum::<usize>()))
            });
        }
        reasons
    }
}

impl Explanation {
    pub(super) fn of(requests: Vec<RequestMistake>, dialect: Dialect, canonical: Canonical) -> Self {
        let choices = dialect.deviations().map(Mistake::Choice).collect::<Vec<_>>();
        let hash = canonical.hash_with(&dialect);
        let mistakes = requests.into_iter().map(Mistake::Request).chain(choices).collect();
        Self { mistakes, canonical, hash }
    }
}

/// Every combination of texts and dialects that gives the answer.
fn matches<'c>(combination: &Combination<'c>, wanted: &Wanted<'_>) -> Vec<Match<'c>> {
    let [methods, paths, queries] = combination.texts;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(query) = queries.get(next.fetch_add(1, Ordering::Relaxed)) {
            for whole in &combination.dialects {
                for (method, path) in methods.iter().flat_map(|method| paths.iter().map(move |path| (method, path))) {
                    if wanted.is_given_by([&method.text, &path.text, &query.text], whole) {
                        found.push(Match { parts: [method, path, query], whole: whole.clone() });
                    }
                }
            }
        }
        found
    };
    on_all_cores(combination.count(), 1000, work).into_iter().flatten().collect()
}

/// Whether a canonical request under a dialect gives the answer.
pub(crate) fn gives(canonical: &Canonical, dialect: &Dialect, answer: &CanonicalAnswer) -> bool {
    // Nothing gives an answer without a text and without a hash.
    *answer != CanonicalAnswer::default()
        && answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// Every dialect with exactly this number of choices, each of another field.
fn sets(choices: &[Deviation], count: usize) -> Vec<Dialect> {
    let mut sets = vec![(0, Dialect::OFFICIAL)];
    for _ in 0..count {
        sets = sets
            .into_iter()
            .flat_map(|(from, dialect)| {
                (from..choices.len()).map(move |index| {
                    let name = choices[index].field().name;
                    let rest = choices[index..].iter().take_while(|other| other.field().name == name).count();
                    (index + rest, dialect.clone().with(choices[index]))
                })
            })
            .collect();
    }
    sets.into_iter().map(|(_, dialect)| dialect).collect()
}

/// Every way to split mistakes among the three parts.
fn splits(mistakes: usize) -> Vec<[usize; 3]> {
    let mut splits = Vec::new();
    for method in 0..=mistakes {
        for path in 0..=mistakes - method {
            splits.push([method, path, mistakes - method - path]);
        }
    }
    splits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;
    use crate::search::request::variants;
    use crate::search::{DEEPEST, diagnose};

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
