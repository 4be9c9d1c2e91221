//! The search for the mistakes behind an answer: each part of the canonical request by itself, and then all together.
//!
//! Method, path and query depend on fields of their own ([`Field::concerns`]), so that a set of mistakes is a set for
//! each part and one for the whole. The texts of each part are found once for each number of mistakes; what is tried
//! together is the texts, of which there are far fewer than sets of choices.
//!
//! [`Field::concerns`]: crate::qsh::dialect::Field::concerns

use std::sync::atomic::{AtomicUsize, Ordering};

use super::parallel::on_all_cores;
use super::parts::{Candidate, Candidates, Reason};
use super::request::{RequestMistake, Variant};
use super::texts::texts;
use super::{Explanation, Mistake};
use crate::adapter::built_in;
use crate::qsh::{Canonical, Deviation, Dialect, Part};
use crate::request::Request;
use crate::suite::case::Input;
use crate::suite::outcome::Answer;

/// More explanations than these are not put together for one canonical request.
const EXPLANATIONS: usize = 500;

/// What a search has to work on.
pub(super) struct Search<'s> {
    answer: &'s Answer,
    variants: &'s [Variant],
    worlds: Vec<World<'s>>,
    /// What may have been hashed in place of a canonical request.
    texts: Vec<(RequestMistake, Canonical)>,
    /// The choices on the whole of the canonical request and on its hash.
    choices: Vec<Deviation>,
}

/// The request as it was given, or as a mistake that touches more than one part left it.
struct World<'s> {
    mistake: Option<&'s RequestMistake>,
    parts: [PartOfWorld<'s>; 3],
}

struct PartOfWorld<'s> {
    candidates: Candidates<'s>,
    /// The mistakes behind the requests of the candidates but the first.
    mistakes: Vec<&'s RequestMistake>,
}

/// A text for each part, and a dialect for the whole.
struct Match<'c> {
    parts: [&'c Candidate; 3],
    whole: Dialect,
}

impl<'s> Search<'s> {
    pub(super) fn new(input: &'s Input, answer: &'s Answer, variants: &'s [Variant]) -> Self {
        let given = built_in::request(input).ok().map(|request| World::new(None, request, variants));
        let changed = variants.iter().filter(|variant| variant.part.is_none()).filter_map(|variant| {
            Some(World::new(Some(&variant.mistake), built_in::request(&variant.input).ok()?, &[]))
        });
        let on_the_whole = |deviation: &Deviation| Part::ALL.iter().all(|part| !deviation.field().concerns(*part));
        let texts = built_in::request(input).map_or_else(|_| Vec::new(), |request| texts(&request));
        Self {
            answer,
            variants,
            texts: texts.into_iter().map(|(mistake, text)| (mistake, Canonical::of_text(&text))).collect(),
            worlds: given.into_iter().chain(changed).collect(),
            choices: Deviation::all().filter(on_the_whole).collect(),
        }
    }

    /// Every explanation that takes exactly so many mistakes.
    pub(super) fn at(&mut self, mistakes: usize) -> Vec<Explanation> {
        let mut found = Vec::new();
        for world in &mut self.worlds {
            let Some(left) = mistakes.checked_sub(usize::from(world.mistake.is_some())) else { continue };
            for part in &mut world.parts {
                part.candidates.deepen(left);
            }
            for whole_mistakes in 0..=left {
                let dialects = sets(&self.choices, whole_mistakes);
                for [method, path, query] in splits(left - whole_mistakes) {
                    let texts =
                        [(0, method), (1, path), (2, query)].map(|(part, at)| world.parts[part].candidates.at(at));
                    for found_match in matches(texts, &dialects, self.answer) {
                        found.extend(world.explanations(&found_match));
                    }
                }
            }
        }
        found.extend(self.texts_at(mistakes));
        found
    }

    /// Texts that were hashed in place of a canonical request, with mistakes in how they were hashed.
    fn texts_at(&self, mistakes: usize) -> Vec<Explanation> {
        let Some(left) = mistakes.checked_sub(1) else { return Vec::new() };
        let is_on_hash = |deviation: &&Deviation| deviation.field().clause.starts_with("QSH-H");
        let on_hash: Vec<Deviation> = self.choices.iter().filter(is_on_hash).copied().collect();
        let mut found = Vec::new();
        for dialect in sets(&on_hash, left) {
            for (mistake, text) in self.texts.iter().filter(|(_, text)| gives(text, &dialect, self.answer)) {
                found.push(Explanation::of(vec![mistake.clone()], dialect.clone(), text.clone()));
            }
        }
        found
    }

    /// Explanations by what a known implementation does, however many mistakes that are, with one mistake with the
    /// request at most.
    pub(super) fn by_implementation(&self, input: &Input) -> Vec<Explanation> {
        let requests = [(None, input)];
        let whole = self.variants.iter().filter(|variant| variant.dialect == Dialect::OFFICIAL);
        let requests = requests.into_iter().chain(whole.map(|variant| (Some(&variant.mistake), &variant.input)));
        let mut found: Vec<Explanation> = Vec::new();
        for (mistake, input) in requests {
            let Ok(request) = built_in::request(input) else { continue };
            for name in super::implementations() {
                let dialect = Dialect::seen_in(name);
                let Some(dialect) = fewest_choices(&request, &dialect, self.answer) else { continue };
                let explanation = Explanation::new(mistake.cloned(), &request, dialect);
                found.extend(explanation.filter(|explanation| !found.contains(explanation)));
            }
        }
        found
    }

    /// How many dialects the search has run so far.
    pub(super) fn tried(&self) -> usize {
        self.worlds.iter().flat_map(|world| &world.parts).map(|part| part.candidates.tried).sum()
    }
}

impl<'s> World<'s> {
    fn new(mistake: Option<&'s RequestMistake>, request: Request<'s>, variants: &'s [Variant]) -> Self {
        let part = |part: Part| {
            let (mistakes, mut requests): (Vec<_>, Vec<_>) = variants
                .iter()
                .filter(|variant| variant.part == Some(part))
                .filter_map(|variant| {
                    let request = built_in::request(&variant.input).ok()?;
                    Some((&variant.mistake, (request, variant.dialect.clone())))
                })
                .unzip();
            requests.insert(0, (request, Dialect::OFFICIAL));
            PartOfWorld { candidates: Candidates::new(part, requests), mistakes }
        };
        Self { mistake, parts: Part::ALL.map(part) }
    }

    /// Every way to come to a match: a reason for each of its texts.
    fn explanations(&self, found: &Match<'_>) -> Vec<Explanation> {
        let [method, path, query] = found.parts;
        let canonical = Canonical::of_parts(&method.text, &path.text, &query.text, &found.whole);
        let mut explanations = Vec::new();
        for &method in &method.reasons {
            for &path in &path.reasons {
                for &query in &query.reasons {
                    if explanations.len() == EXPLANATIONS {
                        return explanations;
                    }
                    explanations.push(self.explanation([method, path, query], &canonical, &found.whole));
                }
            }
        }
        explanations
    }

    fn explanation(&self, reasons: [Reason; 3], canonical: &Canonical, whole: &Dialect) -> Explanation {
        let mut requests: Vec<RequestMistake> = self.mistake.cloned().into_iter().collect();
        let mut dialect = whole.clone();
        for (part, reason) in self.parts.iter().zip(reasons) {
            let request = usize::from(reason.request).checked_sub(1);
            requests.extend(request.map(|index| part.mistakes[index].clone()));
            for choice in reason.choices() {
                dialect = dialect.with(part.candidates.choices[choice]);
            }
        }
        Explanation::of(requests, dialect, canonical.clone())
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
fn matches<'c>(texts: [&'c [Candidate]; 3], dialects: &[Dialect], answer: &Answer) -> Vec<Match<'c>> {
    let [methods, paths, queries] = texts;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(query) = queries.get(next.fetch_add(1, Ordering::Relaxed)) {
            for whole in dialects {
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
    let count = methods.len() * paths.len() * queries.len() * dialects.len();
    on_all_cores(count < 1000, work).into_iter().flatten().collect()
}

/// Whether a canonical request under a dialect is what was answered.
pub(super) fn gives(canonical: &Canonical, dialect: &Dialect, answer: &Answer) -> bool {
    answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// The dialect without the choices that do nothing for the answer; nothing, where it does not give the answer at all.
fn fewest_choices(request: &Request<'_>, dialect: &Dialect, answer: &Answer) -> Option<Dialect> {
    let explains = |dialect: &Dialect| {
        crate::qsh::canonicalize_with(request, dialect).is_ok_and(|canonical| gives(&canonical, dialect, answer))
    };
    if !explains(dialect) {
        return None;
    }
    let mut needed: Vec<Deviation> = dialect.deviations().collect();
    let mut index = 0;
    while index < needed.len() {
        let without = needed.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, deviation)| *deviation);
        if explains(&without.fold(Dialect::OFFICIAL, Dialect::with)) {
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
