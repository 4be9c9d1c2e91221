//! The search for the mistakes behind an answer: each part of the canonical request by itself, and then all together.
//!
//! Method, path and query depend on fields of their own ([`Field::concerns`]), so that a set of mistakes is a set for
//! each part and one for the whole. The texts of each part are found once for each number of mistakes; what is tried
//! together is the texts, of which there are far fewer than sets of choices.
//!
//! [`Field::concerns`]: crate::qsh::dialect::Field::concerns

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::candidates::{Candidate, Candidates, Reason};
use super::parallel::on_all_cores;
use super::request::RequestMistake;
use super::setting::{Setting, cost};
use super::texts::texts;
use super::{Explanation, Mistake};
use crate::qsh::{Canonical, Deviation, Dialect, Part};
use crate::request::Request;
use crate::suite::case::Input;
use crate::suite::outcome::Answer;

/// More explanations than these are not put together for one canonical request.
const EXPLANATIONS: usize = 500;

/// What a search may cost: so many bytes of requests are canonicalized, each as often as there are sets of mistakes. A
/// core gets through them in some ten seconds.
const WORK: usize = 1 << 30;

/// So many bytes are hashed at what one costs to canonicalize.
const BYTES_HASHED: usize = 16;

/// What a search has to work on.
pub(super) struct Search<'s> {
    answer: &'s Answer,
    settings: &'s [Setting],
    worlds: Vec<World<'s>>,
    /// What may have been hashed in place of a canonical request.
    texts: Vec<(RequestMistake, Canonical)>,
    /// The choices on the whole of the canonical request and on its hash.
    choices: Vec<Deviation>,
    work_left: usize,
    /// How many canonical requests were held against the answer.
    pub(super) compared: usize,
    /// Whether there are more explanations than were put together.
    pub(super) is_cut: bool,
}

/// A setting, with the texts of its parts.
struct World<'s> {
    mistake: Option<&'s RequestMistake>,
    length: usize,
    parts: [PartOfWorld<'s>; 3],
}

struct PartOfWorld<'s> {
    candidates: Candidates<'s>,
    /// The mistakes behind the requests of the candidates but the first.
    mistakes: Vec<&'s RequestMistake>,
}

/// Texts for each part, and dialects for the whole, that together take some number of mistakes.
struct Combination<'c> {
    texts: [&'c [Candidate]; 3],
    dialects: Vec<Dialect>,
}

/// A text for each part, and a dialect for the whole.
struct Match<'c> {
    parts: [&'c Candidate; 3],
    whole: Dialect,
}

impl<'s> Search<'s> {
    pub(super) fn new(settings: &'s [Setting], answer: &'s Answer) -> Self {
        let on_the_whole = |deviation: &Deviation| Part::ALL.iter().all(|part| !deviation.field().concerns(*part));
        let texts = settings.first().map_or_else(Vec::new, |given| texts(&given.input));
        Self {
            answer,
            settings,
            worlds: settings.iter().filter_map(World::new).collect(),
            texts: texts.into_iter().map(|(mistake, text)| (mistake, Canonical::of_text(&text))).collect(),
            choices: Deviation::all().filter(on_the_whole).collect(),
            work_left: WORK,
            compared: 0,
            is_cut: false,
        }
    }

    /// Every explanation that takes exactly so many mistakes; nothing, where looking for them would be too much work.
    pub(super) fn at(&mut self, mistakes: usize) -> Option<Vec<Explanation>> {
        let work = self.worlds.iter().map(|world| world.work(mistakes)).fold(0, usize::saturating_add);
        self.work_left = self.work_left.checked_sub(work)?;
        let (mut compared, mut work) = (0_usize, 0_usize);
        for world in &mut self.worlds {
            let Some(left) = mistakes.checked_sub(usize::from(world.mistake.is_some())) else { continue };
            world.parts.iter_mut().for_each(|part| part.candidates.deepen(left));
            let count = world.combinations(left, &self.choices).map(|found| found.count()).sum::<usize>();
            compared += count;
            work = work.saturating_add(count.saturating_mul(world.length / BYTES_HASHED + 1));
        }
        self.work_left = self.work_left.checked_sub(work)?;
        self.compared += compared;
        let mut found = Vec::new();
        for world in &self.worlds {
            let Some(left) = mistakes.checked_sub(usize::from(world.mistake.is_some())) else { continue };
            for combination in world.combinations(left, &self.choices) {
                for found_match in matches(&combination, self.answer) {
                    self.is_cut |= world.explain(&found_match, &mut found);
                }
            }
        }
        found.extend(self.texts_at(mistakes));
        Some(found)
    }

    /// Texts that were hashed in place of a canonical request, with mistakes in how they were hashed.
    fn texts_at(&mut self, mistakes: usize) -> Vec<Explanation> {
        let Some(left) = mistakes.checked_sub(1) else { return Vec::new() };
        let is_on_hash = |deviation: &&Deviation| deviation.field().clause.starts_with("QSH-H");
        let on_hash: Vec<Deviation> = self.choices.iter().filter(is_on_hash).copied().collect();
        let mut found = Vec::new();
        for dialect in sets(&on_hash, left) {
            self.compared += self.texts.len();
            for (mistake, text) in self.texts.iter().filter(|(_, text)| gives(text, &dialect, self.answer)) {
                found.push(Explanation::of(vec![mistake.clone()], dialect.clone(), text.clone()));
            }
        }
        found
    }

    /// Explanations by what a known implementation does, however many mistakes that are, with one mistake with the
    /// request at most; nothing, where looking for them would be too much work.
    pub(super) fn by_implementation(&mut self) -> Option<Vec<Explanation>> {
        let requests: Vec<(Option<&RequestMistake>, &Input)> =
            self.settings.iter().flat_map(Setting::requests).collect();
        let implementations: Vec<Dialect> = super::implementations().into_iter().map(Dialect::seen_in).collect();
        let length: usize = requests.iter().map(|(_, input)| cost(input)).sum();
        self.work_left = self.work_left.checked_sub(length.saturating_mul(implementations.len()))?;
        self.compared += requests.len() * implementations.len();
        let given = self.settings.first().and_then(|setting| setting.input.request().ok());
        let mut found: Vec<Explanation> = Vec::new();
        for (mistake, input) in requests {
            let Ok(request) = input.request() else { continue };
            for dialect in &implementations {
                let Some(dialect) = fewest_choices(&request, dialect, self.answer) else { continue };
                // The request as it was given may do, too: then this mistake is none.
                if mistake.is_some() && given.as_ref().is_some_and(|given| explains(given, &dialect, self.answer)) {
                    continue;
                }
                let explanation = Explanation::new(mistake.cloned(), &request, dialect);
                found.extend(explanation.filter(|explanation| !found.contains(explanation)));
            }
        }
        Some(found)
    }
}

impl<'s> World<'s> {
    fn new(setting: &'s Setting) -> Option<Self> {
        let request = setting.input.request().ok()?;
        let part = |part: Part| {
            let (mistakes, mut requests): (Vec<_>, Vec<_>) = setting
                .variants
                .iter()
                .filter(|variant| variant.part == Some(part))
                .filter_map(|variant| {
                    let request = variant.input.request().ok()?;
                    Some((&variant.mistake, (request, variant.dialect.clone())))
                })
                .unzip();
            requests.insert(0, (request, Dialect::OFFICIAL));
            PartOfWorld { candidates: Candidates::new(part, requests), mistakes }
        };
        Some(Self { mistake: setting.mistake.as_ref(), length: cost(&setting.input), parts: Part::ALL.map(part) })
    }

    /// How many bytes are canonicalized for the texts that take exactly so many mistakes.
    fn work(&self, mistakes: usize) -> usize {
        let Some(left) = mistakes.checked_sub(usize::from(self.mistake.is_some())) else { return 0 };
        let sets: usize = self.parts.iter().map(|part| part.candidates.sets(left)).sum();
        sets.saturating_mul(self.length)
    }

    /// Every way to share so many mistakes out among the parts and the whole.
    fn combinations<'c>(&'c self, mistakes: usize, choices: &'c [Deviation]) -> impl Iterator<Item = Combination<'c>> {
        (0..=mistakes).flat_map(move |of_whole| {
            splits(mistakes - of_whole).into_iter().map(move |[method, path, query]| Combination {
                texts: [(0, method), (1, path), (2, query)].map(|(part, at)| self.parts[part].candidates.at(at)),
                dialects: sets(choices, of_whole),
            })
        })
    }

    /// Takes up every way to come to a match: a reason for each of its texts, the likelier ones first. Whether there are
    /// more than are put together.
    fn explain(&self, found: &Match<'_>, explanations: &mut Vec<Explanation>) -> bool {
        let [method, path, query] = found.parts;
        let canonical = Canonical::of_parts(&method.text, &path.text, &query.text, &found.whole);
        let [methods, paths, queries] = [0, 1, 2].map(|part| self.parts[part].likeliest(&found.parts[part].reasons));
        let ways = methods.len() * paths.len() * queries.len();
        let reasons = methods.iter().flat_map(|&method| {
            let queries = &queries;
            paths.iter().flat_map(move |&path| queries.iter().map(move |&query| [method, path, query]))
        });
        let told = reasons.take(EXPLANATIONS).map(|reasons| self.explanation(reasons, &canonical, &found.whole));
        explanations.extend(told);
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

impl PartOfWorld<'_> {
    fn request_mistake(&self, reason: Reason) -> Option<&RequestMistake> {
        usize::from(reason.request).checked_sub(1).map(|index| self.mistakes[index])
    }

    fn choices(&self, reason: Reason) -> impl Iterator<Item = Deviation> {
        reason.choices().map(|choice| self.candidates.choices[choice])
    }

    /// The reasons, the likelier ones first: of more than can be told, those are told.
    fn likeliest(&self, reasons: &[Reason]) -> Vec<Reason> {
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
    /// What a request comes to under a dialect; nothing, where the dialect refuses it.
    fn new(mistake: Option<RequestMistake>, request: &Request<'_>, dialect: Dialect) -> Option<Self> {
        let canonical = crate::qsh::canonicalize_with(request, &dialect).ok()?;
        Some(Self::of(mistake.into_iter().collect(), dialect, canonical))
    }

    fn of(requests: Vec<RequestMistake>, dialect: Dialect, canonical: Canonical) -> Self {
        let choices = dialect.deviations().map(Mistake::Choice).collect::<Vec<_>>();
        let hash = canonical.hash_with(&dialect);
        let mistakes = requests.into_iter().map(Mistake::Request).chain(choices).collect();
        Self { mistakes, canonical, hash }
    }
}

/// Every combination of texts and dialects that gives the answer.
fn matches<'c>(combination: &Combination<'c>, answer: &Answer) -> Vec<Match<'c>> {
    let [methods, paths, queries] = combination.texts;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(query) = queries.get(next.fetch_add(1, Ordering::Relaxed)) {
            for whole in &combination.dialects {
                for (method, path) in methods.iter().flat_map(|method| paths.iter().map(move |path| (method, path))) {
                    let canonical = Canonical::of_parts(&method.text, &path.text, &query.text, whole);
                    if gives(&canonical, whole, answer) {
                        found.push(Match { parts: [method, path, query], whole: whole.clone() });
                    }
                }
            }
        }
        found
    };
    on_all_cores(combination.count(), 1000, work).into_iter().flatten().collect()
}

/// Whether a canonical request under a dialect is what was answered.
pub(super) fn gives(canonical: &Canonical, dialect: &Dialect, answer: &Answer) -> bool {
    answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// Whether a request under a dialect is what was answered.
fn explains(request: &Request<'_>, dialect: &Dialect, answer: &Answer) -> bool {
    crate::qsh::canonicalize_with(request, dialect).is_ok_and(|canonical| gives(&canonical, dialect, answer))
}

/// The dialect without the choices that do nothing for the answer; nothing, where it does not give the answer at all.
fn fewest_choices(request: &Request<'_>, dialect: &Dialect, answer: &Answer) -> Option<Dialect> {
    if !explains(request, dialect, answer) {
        return None;
    }
    let mut needed: Vec<Deviation> = dialect.deviations().collect();
    let mut index = 0;
    while index < needed.len() {
        let without = needed.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, deviation)| *deviation);
        if explains(request, &without.fold(Dialect::OFFICIAL, Dialect::with), answer) {
            needed.remove(index);
        } else {
            index += 1;
        }
    }
    Some(needed.into_iter().fold(Dialect::OFFICIAL, Dialect::with))
}

/// Every dialect with exactly so many of the choices, of different fields.
fn sets(choices: &[Deviation], count: usize) -> Vec<Dialect> {
    let mut sets = vec![(0, Dialect::OFFICIAL)];
    for _ in 0..count {
        sets = sets
            .into_iter()
            .flat_map(|(from, dialect)| {
                (from..choices.len()).map(move |index| {
                    let name = choices[index].field().name;
                    let behind = choices[index..].iter().take_while(|other| other.field().name == name).count();
                    (index + behind, dialect.clone().with(choices[index]))
                })
            })
            .collect();
    }
    sets.into_iter().map(|(_, dialect)| dialect).collect()
}

/// Every way to share mistakes out among the three parts.
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
    use crate::diagnose::request::variants;
    use crate::diagnose::{DEEPEST, diagnose};

    fn input(url: String) -> Input {
        Input::new("GET", url)
    }

    fn parameters(count: usize) -> String {
        (0..count).map(|index| format!("p{index}=value%20{index}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn a_long_request_is_searched_as_deep_as_the_work_allows() {
        let nobodys = Answer::qsh("0".repeat(64));
        let depths = [10, 1_000, 100_000].map(|count| {
            let diagnosis = diagnose(&input(format!("/a?{}", parameters(count))), &nobodys, DEEPEST).unwrap();
            assert!(diagnosis.explanations.is_empty());
            diagnosis.tried.mistakes
        });
        assert_eq!(depths, [3, 2, 0]);
        // What is within reach is found.
        let input = input(format!("/a/?{}", parameters(1_000)));
        let right = diagnose(&input, &nobodys, 0).unwrap().right;
        let slash_kept = String::from_utf8(right.as_bytes().to_vec()).unwrap().replacen("GET&/a&", "GET&/a/&", 1);
        let wrong = crate::Qsh::of_canonical(slash_kept.as_bytes()).to_string();
        let found = diagnose(&input, &Answer::qsh(wrong), DEEPEST).unwrap();
        assert_eq!(found.explanations[0].mistakes[0].to_string(), "trailing_slash=kept");
    }

    #[test]
    fn an_encoder_is_not_combined_with_what_it_does_not_do() {
        // Form encoding with pairs in their order, but `%20` for a space: no one who takes URLSearchParams gets that.
        let input = input("/a?b=x+y!&a=1".to_owned());
        let answer = Answer::canonical_request("GET&/a&b=x%20y%21&a=1");
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
        // The URL was decoded by a proxy, the method is another, and the base was guessed.
        let answer = Answer::canonical_request("POST&/a%2F&x=A&y=1");
        let found = diagnose(&input, &answer, DEEPEST).unwrap();
        let names: Vec<String> = found.explanations[0].mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["url_decoded", "another_method", "base_guessed"]);
    }

    fn named(input: &Input, canonical: &[u8]) -> Vec<Vec<String>> {
        let hash = crate::Qsh::of_canonical(canonical).to_string();
        let found = diagnose(input, &Answer::qsh(hash), DEEPEST).unwrap();
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

    /// Whether a mistake with the request, and the choices beside it, really lead to what an explanation says; nothing,
    /// where it has none of these, or more.
    fn is_true(explanation: &Explanation, input: &Input) -> Option<bool> {
        let [Mistake::Request(mistake), choices @ ..] = explanation.mistakes.as_slice() else { return None };
        let variant = variants(input).into_iter().find(|variant| variant.mistake == *mistake)?;
        let choice = |mistake: &Mistake| match mistake {
            Mistake::Choice(choice) => Some(*choice),
            Mistake::Request(_) => None,
        };
        let choices: Vec<Deviation> = choices.iter().map(choice).collect::<Option<_>>()?;
        let dialect = choices.into_iter().fold(variant.dialect, Dialect::with);
        let canonical = crate::qsh::canonicalize_with(&variant.input.request().unwrap(), &dialect).unwrap();
        Some(canonical == explanation.canonical)
    }

    #[test]
    fn what_another_request_is_said_to_lead_to_is_what_it_leads_to() {
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
            let found = diagnose(&input, &Answer::canonical_request(canonical), DEEPEST).unwrap();
            let checked: Vec<bool> = found.explanations.iter().filter_map(|it| is_true(it, &input)).collect();
            assert!(!checked.is_empty() && checked.iter().all(|is_true| *is_true), "{input}: {checked:?}");
        }
    }

    #[test]
    fn all_explanations_take_as_many_mistakes_and_none_stands_twice() {
        let input = input("/a?x=1&x=1&x=3".to_owned());
        let found = named(&input, b"GET&/a&x=1,3");
        assert!(found.iter().all(|names| names.len() == found[0].len()), "{found:?}");
        assert_eq!(found.iter().filter(|names| names[..] == ["parameter_missing"]).count(), 1, "{found:?}");
    }
}
