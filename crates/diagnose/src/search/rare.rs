//! Searches for the rarer mistakes with the request. There are thousands of them, so each is combined with at most one
//! other mistake.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Explanation;
use super::combine::{EXPLANATIONS, SearchSpace, gives};
use super::request::{Addition, RequestMistake, Variant, additions, rare_variants, sets_of_additions};
use super::setting::cost;
use crate::answer::CanonicalAnswer;
use crate::input::Input;
use crate::parallel::{map_on_all_cores, on_all_cores};
use crate::{Canonical, Deviation, Dialect, Part, canonicalize_with};

/// The rarer mistakes with a request.
pub(super) struct Rare<'i> {
    input: &'i Input,
    right: Canonical,
    additions: Vec<Addition>,
    /// Each addition, and all other rarer mistakes.
    variants: Vec<Variant>,
    /// The choices on a part that change the request, or the request with a parameter more.
    active: Vec<Deviation>,
    /// The choices on the whole canonical request and on its hash.
    on_the_whole: Vec<Deviation>,
    /// How many canonical requests were compared with the answer.
    pub(super) compared: usize,
    /// How many mistakes were tried together: none, one, or two.
    pub(super) deepest: usize,
}

impl<'i> Rare<'i> {
    pub(super) fn new(input: &'i Input, on_the_whole: &[Deviation]) -> Option<Self> {
        let right = canonicalize_with(input.source().ok()?, &Dialect::OFFICIAL).ok()?;
        let additions = additions(input);
        let mut variants: Vec<Variant> =
            additions.iter().filter_map(|addition| Addition::variant(input, &[addition])).collect();
        let sets = sets_of_additions(input);
        let longer = sets.first().map(|variant| variant.input.clone());
        variants.extend(sets);
        variants.extend(rare_variants(input));
        let samples: Vec<&Input> = [Some(input), longer.as_ref()].into_iter().flatten().collect();
        let active = Deviation::all()
            .filter(|deviation| Part::ALL.iter().any(|part| deviation.field().concerns(*part)))
            .filter(|deviation| samples.iter().any(|sample| changes(sample, *deviation)))
            .collect();
        let on_the_whole = on_the_whole.to_vec();
        Some(Self { input, right, additions, variants, active, on_the_whole, compared: 0, deepest: 0 })
    }

    pub(super) fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// How many names of parameters are tried as added.
    pub(super) fn names(&self) -> usize {
        let mut names: Vec<&str> = self.additions.iter().map(|addition| addition.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    /// How many bytes have to be canonicalized for explanations with exactly this number of mistakes.
    pub(super) fn work(&self, mistakes: usize) -> usize {
        let sets = match mistakes {
            1 => self.variants.len(),
            2 => self.variants.len() * self.active.len(),
            _ => 0,
        };
        sets.saturating_mul(cost(self.input))
    }

    /// Explanations with exactly this number of mistakes. Two added parameters count as two.
    pub(super) fn at(
        &mut self,
        mistakes: usize,
        space: &SearchSpace<'_>,
        answer: &CanonicalAnswer,
    ) -> Vec<Explanation> {
        let found: Vec<(Vec<Explanation>, usize)> = match mistakes {
            1 => map_on_all_cores(&self.variants, |variant| alone(variant, answer)),
            2 => {
                let mut found = map_on_all_cores(&self.variants, |variant| self.with_another(variant, space, answer));
                found.extend(self.pairs_of_additions(answer));
                found
            }
            _ => return Vec::new(),
        };
        self.deepest = mistakes;
        self.compared += found.iter().map(|(_, compared)| compared).sum::<usize>();
        found.into_iter().flat_map(|(explanations, _)| explanations).take(EXPLANATIONS).collect()
    }

    /// Explanations by a mistake with the request and one other mistake, and how many canonical requests were compared.
    fn with_another(
        &self,
        variant: &Variant,
        space: &SearchSpace<'_>,
        answer: &CanonicalAnswer,
    ) -> (Vec<Explanation>, usize) {
        let (mut found, mut compared) = (Vec::new(), 0);
        let Ok(request) = variant.input.source() else { return (found, compared) };
        let Ok(own) = canonicalize_with(request, &Dialect::OFFICIAL) else { return (found, compared) };
        let is_changed = |part: Part| variant.part.is_none_or(|changed| changed == part);
        let mut compare = |canonical: Canonical, dialect: &Dialect, others: Vec<RequestMistake>| {
            compared += 1;
            if gives(&canonical, dialect, answer) {
                let mistakes = [vec![variant.mistake.clone()], others].concat();
                found.push(Explanation::of(mistakes, dialect.clone(), canonical));
            }
        };
        for deviation in self.active.iter().filter(|it| Part::ALL.iter().any(|part| it.field().concerns(*part) && is_changed(*part))) {
            let dialect = Dialect::OFFICIAL.with(*deviation);
            if let Ok(canonical) = canonicalize_with(request, &dialect) {
                compare(canonical, &dialect, Vec::new());
            }
        }
        for deviation in &self.on_the_whole {
            let dialect = Dialect::OFFICIAL.with(*deviation);
            compare(Canonical::of_parts(own.part(Part::Method), own.part(Part::Path), own.part(Part::Query), &dialect), &dialect, Vec::new());
        }
        for place in (0..3).filter(|place| !is_changed(Part::ALL[*place])) {
            let space = &space.parts[place];
            for candidate in space.candidates.at(1) {
                let mut texts = Part::ALL.map(|part| own.part(part));
                texts[place] = &candidate.text;
                let canonical = Canonical::of_parts(texts[0], texts[1], texts[2], &Dialect::OFFICIAL);
                if gives(&canonical, &Dialect::OFFICIAL, answer) {
                    for reason in space.likeliest(&candidate.reasons) {
                        let dialect = space.choices(reason).fold(Dialect::OFFICIAL, Dialect::with);
                        let others = space.request_mistake(reason).cloned().into_iter().collect();
                        compare(canonical.clone(), &dialect, others);
                    }
                }
            }
        }
        (found, compared)
    }

    /// Explanations by two added parameters.
    fn pairs_of_additions(&self, answer: &CanonicalAnswer) -> Vec<(Vec<Explanation>, usize)> {
        let query = self.right.part(Part::Query);
        let parameters: Vec<&[u8]> = query.split(|byte| *byte == b'&').filter(|it| !it.is_empty()).collect();
        let pairs: Vec<String> = self.additions.iter().map(Addition::pair).collect();
        let [method, path] = [Part::Method, Part::Path].map(|part| self.right.part(part));
        let next = AtomicUsize::new(0);
        let work = || {
            let (mut found, mut compared) = (Vec::new(), 0);
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(one) = self.additions.get(at) else { return (found, compared) };
                for (other, two) in self.additions.iter().enumerate().filter(|(_, two)| one.goes_with(two)) {
                    let query = with_pairs(&parameters, [pairs[at].as_bytes(), pairs[other].as_bytes()]);
                    let canonical = Canonical::of_parts(method, path, &query, &Dialect::OFFICIAL);
                    compared += 1;
                    if gives(&canonical, &Dialect::OFFICIAL, answer) {
                        let mistake = Addition::mistake(&[one, two]);
                        found.push(Explanation::of(vec![mistake], Dialect::OFFICIAL, canonical));
                    }
                }
            }
        };
        on_all_cores(self.additions.len(), 2, work)
    }
}

fn alone(variant: &Variant, answer: &CanonicalAnswer) -> (Vec<Explanation>, usize) {
    let canonical = variant.input.source().ok().and_then(|it| canonicalize_with(it, &Dialect::OFFICIAL).ok());
    let found = canonical.filter(|canonical| gives(canonical, &Dialect::OFFICIAL, answer));
    let explanation = |canonical| Explanation::of(vec![variant.mistake.clone()], Dialect::OFFICIAL, canonical);
    (found.map(explanation).into_iter().collect(), 1)
}

/// Whether a choice changes the canonical request, or refuses the request.
fn changes(input: &Input, deviation: Deviation) -> bool {
    let Ok(request) = input.source() else { return false };
    canonicalize_with(request, &Dialect::OFFICIAL) != canonicalize_with(request, &Dialect::OFFICIAL.with(deviation))
}

/// A canonical query with two more parameters.
fn with_pairs(parameters: &[&[u8]], added: [&[u8]; 2]) -> Vec<u8> {
    let name = |pair: &[u8]| pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
    let mut all: Vec<&[u8]> = Vec::with_capacity(parameters.len() + 2);
    all.extend(parameters);
    for pair in added {
        let at = all.partition_point(|other| other[..name(other)] < pair[..name(pair)]);
        all.insert(at, pair);
    }
    all.join(&b'&')
}
