//! [`SearchSpace`]: the texts of the parts of a request, by the number of mistakes that give them.

use std::cmp::Reverse;

use super::candidates::{Candidate, Candidates, Reason};
use super::limits::EXPLANATIONS;
use super::request::RequestMistake;
use super::setting::{Setting, cost};
use super::wanted::Wanted;
use super::{Explanation, Mistake};
use crate::{Canonical, Deviation, Dialect, Part};

/// The search space of a setting: the texts of its parts.
pub(super) struct SearchSpace<'s> {
    pub(super) mistake: Option<&'s RequestMistake>,
    pub(super) length: usize,
    pub(super) parts: [PartSearchSpace<'s>; 3],
}

pub(super) struct PartSearchSpace<'s> {
    pub(super) candidates: Candidates<'s>,
    /// The mistakes of the candidates' requests. The first request has none, so the list starts with the second.
    mistakes: Vec<&'s RequestMistake>,
}

/// Texts for each part and dialects for the whole that have a given number of mistakes together.
pub(super) struct Combination<'c> {
    pub(super) texts: [&'c [Candidate]; 3],
    pub(super) dialects: Vec<Dialect>,
}

/// A text for each part and a dialect for the whole that give the answer.
pub(super) struct Match<'c> {
    pub(super) parts: [&'c Candidate; 3],
    pub(super) whole: Dialect,
}

impl<'s> SearchSpace<'s> {
    pub(super) fn new(setting: &'s Setting) -> Option<Self> {
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
    pub(super) fn work(&self, mistakes: usize) -> usize {
        let Some(left) = mistakes.checked_sub(usize::from(self.mistake.is_some())) else { return 0 };
        let sets: usize = self.parts.iter().map(|part| part.candidates.sets(left)).sum();
        sets.saturating_mul(self.length)
    }

    /// Every way to split this number of mistakes among the parts and the whole.
    pub(super) fn combinations<'c>(
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
    pub(super) fn explain(&self, found: &Match<'_>, explanations: &mut Vec<Explanation>) -> bool {
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
    pub(super) fn count(&self) -> usize {
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

/// Every dialect with exactly this number of choices, each of another field.
pub(super) fn sets(choices: &[Deviation], count: usize) -> Vec<Dialect> {
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
