//! Searches for the rarer mistakes with the request. There are thousands of them, so each is combined with at most one
//! other mistake.

use super::limits::EXPLANATIONS;
use super::request::{Addition, RequestMistake, Variant, additions, rare_variants, sets_of_additions};
use super::setting::cost;
use super::space::SearchSpace;
use super::wanted::Wanted;
use super::{Explanation, implementations};
use crate::input::Input;
use crate::parallel::map_on_all_cores;
use crate::{Canonical, Deviation, Dialect, Part, canonicalize_with};

/// The maximum length of a request. Each rarer mistake is kept with the request that it leads to.
const LONGEST: usize = 1 << 14;

/// How many pairs of added parameters cost as much as one canonical request. One pair in 16 can be added together, and 16 such
/// pairs cost as much.
const PAIRS: usize = 16 * 16;

/// The rarer mistakes with a request.
pub(super) struct Rare<'i> {
    input: &'i Input,
    right: Canonical,
    additions: Vec<Addition>,
    /// Each addition, and all other rarer mistakes.
    variants: Vec<Variant>,
    /// The choices on a part that change the request, or the request with parameters more.
    active: Vec<Deviation>,
    /// Those of them that known implementations make.
    seen: Vec<Deviation>,
    /// The dialects with one choice on the whole canonical request or on its hash.
    on_the_whole: Vec<Dialect>,
    /// How many canonical requests were compared with the answer.
    pub(super) compared: usize,
    /// How many mistakes were tried together: none, one, or two.
    pub(super) deepest: usize,
}

impl<'i> Rare<'i> {
    /// `None` if the request is too long, or if the specification refuses it.
    pub(super) fn new(input: &'i Input, on_the_whole: &[Deviation]) -> Option<Self> {
        if input.length() > LONGEST {
            return None;
        }
        let right = canonicalize_with(input.source().ok()?, &Dialect::OFFICIAL).ok()?;
        let additions = additions(input);
        let mut variants: Vec<Variant> =
            additions.iter().filter_map(|addition| Addition::variant(input, &[addition])).collect();
        let sets = sets_of_additions(input);
        let longer = sets.first().map(|variant| variant.input.clone());
        variants.extend(sets);
        variants.extend(rare_variants(input));
        let samples: Vec<&Input> = [Some(input), longer.as_ref()].into_iter().flatten().collect();
        let active: Vec<Deviation> = Deviation::all()
            .filter(|deviation| Part::ALL.iter().any(|part| deviation.field().concerns(*part)))
            .filter(|deviation| samples.iter().any(|sample| changes(sample, *deviation)))
            .collect();
        let seen = active.iter().filter(|deviation| !deviation.choice().seen_in.is_empty()).copied().collect();
        let on_the_whole = on_the_whole.iter().map(|choice| Dialect::OFFICIAL.with(*choice)).collect();
        Some(Self { input, right, additions, variants, active, seen, on_the_whole, compared: 0, deepest: 0 })
    }

    pub(super) fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// The dialects of the known implementations, without the choices that change nothing here. The official dialect is
    /// left out, and so are those with one choice, which are tried in any case.
    pub(super) fn implementations(&self) -> Vec<Dialect> {
        let mut dialects: Vec<Dialect> = Vec::new();
        for name in implementations() {
            let whole = Dialect::seen_in(name);
            let active: Vec<Deviation> = whole.deviations().filter(|choice| self.active.contains(choice)).collect();
            let dialect = active.iter().fold(Dialect::OFFICIAL, |dialect, choice| dialect.with(*choice));
            if active.len() > 1 && !dialects.contains(&dialect) {
                dialects.push(dialect);
            }
        }
        dialects
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
            2 => self.variants.len() * (self.seen.len() + 1) + self.additions.len().pow(2) / PAIRS,
            _ => 0,
        };
        sets.saturating_mul(cost(self.input))
    }

    /// Explanations with exactly this number of mistakes. Two added parameters count as two.
    pub(super) fn at(&mut self, mistakes: usize, space: &SearchSpace<'_>, wanted: &Wanted<'_>) -> Vec<Explanation> {
        let found: Vec<(Vec<Explanation>, usize)> = match mistakes {
            1 => map_on_all_cores(&self.variants, |variant| alone(variant, wanted)),
            2 => {
                let mut found = map_on_all_cores(&self.variants, |variant| self.with_another(variant, space, wanted));
                found.extend(self.pairs_of_additions(wanted));
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
        wanted: &Wanted<'_>,
    ) -> (Vec<Explanation>, usize) {
        let (mut found, mut compared) = (Vec::new(), 0);
        let Ok(request) = variant.input.source() else { return (found, compared) };
        let Ok(own) = canonicalize_with(request, &Dialect::OFFICIAL) else { return (found, compared) };
        let is_changed = |part: Part| variant.part.is_none_or(|changed| changed == part);
        let concerns =
            |deviation: &Deviation| Part::ALL.iter().any(|part| deviation.field().concerns(*part) && is_changed(*part));
        let mut compare = |texts: [&[u8]; 3], dialect: &Dialect| {
            compared += 1;
            wanted.is_given_by(texts, dialect)
        };
        let mut add = |dialect: Dialect, texts: [&[u8]; 3], other: Option<RequestMistake>| {
            let mistakes = [variant.mistake.clone()].into_iter().chain(other).collect();
            let canonical = Canonical::of_parts(texts[0], texts[1], texts[2], &dialect);
            found.push(Explanation::of(mistakes, dialect, canonical));
        };
        for deviation in self.seen.iter().filter(|deviation| concerns(deviation)) {
            let dialect = Dialect::OFFICIAL.with(*deviation);
            let Ok(canonical) = canonicalize_with(request, &dialect) else { continue };
            let texts = Part::ALL.map(|part| canonical.part(part));
            if compare(texts, &dialect) {
                add(dialect, texts, None);
            }
        }
        let own = Part::ALL.map(|part| own.part(part));
        for dialect in self.on_the_whole.iter().filter(|dialect| wanted.can_come_of(dialect)) {
            if compare(own, dialect) {
                add(dialect.clone(), own, None);
            }
        }
        for place in (0..3).filter(|place| !is_changed(Part::ALL[*place])) {
            let space = &space.parts[place];
            for candidate in space.candidates.at(1) {
                let mut texts = own;
                texts[place] = &candidate.text;
                if compare(texts, &Dialect::OFFICIAL) {
                    for reason in space.likeliest(&candidate.reasons) {
                        let dialect = space.choices(reason).fold(Dialect::OFFICIAL, Dialect::with);
                        add(dialect, texts, space.request_mistake(reason).cloned());
                    }
                }
            }
        }
        (found, compared)
    }

    /// Explanations by two added parameters.
    fn pairs_of_additions(&self, wanted: &Wanted<'_>) -> Vec<(Vec<Explanation>, usize)> {
        let query = self.right.part(Part::Query);
        let parameters: Vec<&[u8]> = query.split(|byte| *byte == b'&').filter(|it| !it.is_empty()).collect();
        let additions: Vec<(&Addition, String)> = self.additions.iter().map(|it| (it, it.pair())).collect();
        let [method, path] = [Part::Method, Part::Path].map(|part| self.right.part(part));
        map_on_all_cores(&additions, |(one, pair)| {
            let (mut found, mut compared) = (Vec::new(), 0);
            for (two, other) in additions.iter().filter(|(two, _)| one.goes_with(two)) {
                let query = with_pairs(&parameters, [pair.as_bytes(), other.as_bytes()]);
                compared += 1;
                if wanted.is_given_by([method, path, &query], &Dialect::OFFICIAL) {
                    let canonical = Canonical::of_parts(method, path, &query, &Dialect::OFFICIAL);
                    found.push(Explanation::of(vec![Addition::mistake(&[one, two])], Dialect::OFFICIAL, canonical));
                }
            }
            (found, compared)
        })
    }
}

fn alone(variant: &Variant, wanted: &Wanted<'_>) -> (Vec<Explanation>, usize) {
    let canonical = variant.input.source().ok().and_then(|it| canonicalize_with(it, &Dialect::OFFICIAL).ok());
    let is_found = |it: &Canonical| wanted.is_given_by(Part::ALL.map(|part| it.part(part)), &Dialect::OFFICIAL);
    let found = canonical.filter(is_found);
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
