//! Explanations by all choices of a known implementation together, with mistakes with the request.

use super::limits::{BYTES_HASHED, WORK_OF_A_STAGE};
use super::rare::Rare;
use super::request::RequestMistake;
use super::setting::{Setting, cost};
use super::wanted::Wanted;
use super::{Explanation, implementations};
use crate::parallel::map_on_all_cores;
use crate::{Canonical, Deviation, Dialect, Part, Source, canonicalize_with, part_with};

/// The result of the search by implementations.
pub(super) struct ByImplementation {
    pub(super) explanations: Vec<Explanation>,
    /// How many canonical requests were compared with the answer.
    pub(super) compared: usize,
    /// How many mistakes with the request were tried together with each implementation.
    pub(super) requests: usize,
}

/// A request that may have been hashed in place of the given one, and the part that it changes.
struct Origin<'s> {
    mistake: Option<&'s RequestMistake>,
    request: Source<'s>,
}

/// Tries each implementation with the given request, with each other request, and with each two other requests that
/// change different parts. `None` if this takes more than the budget.
pub(super) fn by_implementation(
    settings: &[Setting],
    rare: Option<&Rare<'_>>,
    wanted: &Wanted<'_>,
    work_left: usize,
) -> Option<ByImplementation> {
    let given = settings.first()?;
    let dialects: Vec<Dialect> = implementations().into_iter().map(Dialect::seen_in).collect();
    let whole: Vec<Origin<'_>> =
        settings.iter().filter_map(|setting| Origin::new(setting.mistake.as_ref(), &setting.input)).collect();
    let rarer: Vec<Origin<'_>> = rare
        .map_or(&[][..], Rare::variants)
        .iter()
        .filter_map(|variant| Origin::new(Some(&variant.mistake), &variant.input))
        .collect();
    let reduced = rare.map_or_else(Vec::new, Rare::implementations);
    let of_parts = Part::ALL.map(|part| origins_of(given, part));
    let requests = whole.len() + of_parts.iter().map(Vec::len).sum::<usize>();
    let cost = cost(&given.input);
    if (requests * dialects.len()).saturating_mul(cost) > work_left {
        return None;
    }
    let mut found = map_on_all_cores(&dialects, |dialect| of_dialect(&whole, &of_parts, dialect, wanted));
    if (rarer.len() * reduced.len()).saturating_mul(cost) <= WORK_OF_A_STAGE {
        found.extend(map_on_all_cores(&rarer, |origin| of_origin(origin, &reduced, wanted)));
    }
    let [methods, paths, queries] = [0, 1, 2].map(|part| of_parts[part].len());
    let pairs = methods * paths + methods * queries + paths * queries;
    let is_short = (pairs * reduced.len()).saturating_mul(cost / BYTES_HASHED + 1) <= WORK_OF_A_STAGE;
    if is_short {
        found.extend(map_on_all_cores(&reduced, |dialect| of_pairs(&of_parts, dialect, wanted)));
    }
    let requests = if is_short && rare.is_some() { 2 } else { 1 };
    let mut all = ByImplementation { explanations: Vec::new(), compared: 0, requests };
    for (explanations, compared) in found {
        all.compared += compared;
        for explanation in explanations {
            if !all.explanations.contains(&explanation) {
                all.explanations.push(explanation);
            }
        }
    }
    Some(all)
}

impl<'s> Origin<'s> {
    fn new(mistake: Option<&'s RequestMistake>, input: &'s crate::Input) -> Option<Self> {
        Some(Self { mistake, request: input.source().ok()? })
    }
}

/// The given request, and those that differ from it in one part and are canonicalized by the official dialect.
fn origins_of(given: &Setting, part: Part) -> Vec<Origin<'_>> {
    let others = given.variants.iter().filter(|it| it.part == Some(part) && it.dialect == Dialect::OFFICIAL);
    let others = others.filter_map(|it| Origin::new(Some(&it.mistake), &it.input));
    Origin::new(None, &given.input).into_iter().chain(others).collect()
}

/// The explanations by one other request, and how many canonical requests were compared.
fn of_origin(origin: &Origin<'_>, dialects: &[Dialect], wanted: &Wanted<'_>) -> (Vec<Explanation>, usize) {
    let matching = dialects.iter().filter(|dialect| explains(&[&origin.request; 3], dialect, wanted));
    (matching.map(|dialect| explanation(&[origin; 3], dialect, wanted)).collect(), dialects.len())
}

/// The explanations by one dialect, and how many canonical requests were compared.
fn of_dialect(
    whole: &[Origin<'_>],
    of_parts: &[Vec<Origin<'_>>; 3],
    dialect: &Dialect,
    wanted: &Wanted<'_>,
) -> (Vec<Explanation>, usize) {
    let mut found = Vec::new();
    let mut compared = 0;
    for origin in whole {
        compared += 1;
        if explains(&[&origin.request; 3], dialect, wanted) {
            found.push(explanation(&[origin; 3], dialect, wanted));
            // No mistake with the request is needed.
            if origin.mistake.is_none() {
                return (found, compared);
            }
        }
    }
    for (part, origins) in of_parts.iter().enumerate() {
        for origin in &origins[1..] {
            let mut requests = [&of_parts[0][0], &of_parts[1][0], &of_parts[2][0]];
            requests[part] = origin;
            compared += 1;
            if explains(&requests.map(|origin| &origin.request), dialect, wanted) {
                found.push(explanation(&requests, dialect, wanted));
            }
        }
    }
    (found, compared)
}

/// The explanations by one dialect and two other requests for different parts, and how many canonical requests were
/// compared.
fn of_pairs(of_parts: &[Vec<Origin<'_>>; 3], dialect: &Dialect, wanted: &Wanted<'_>) -> (Vec<Explanation>, usize) {
    let texts = [0, 1, 2].map(|part| {
        let text = |origin: &Origin<'_>| part_with(origin.request, Part::ALL[part], dialect).ok();
        of_parts[part].iter().map(text).collect::<Vec<_>>()
    });
    let (mut found, mut compared) = (Vec::new(), 0);
    let mut compare = |places: [usize; 3]| {
        let [Some(method), Some(path), Some(query)] = [0, 1, 2].map(|part| texts[part][places[part]].as_ref()) else {
            return;
        };
        compared += 1;
        if wanted.is_given_by([method, path, query], dialect) {
            let origins = [0, 1, 2].map(|part| &of_parts[part][places[part]]);
            found.push(explanation(&origins, dialect, wanted));
        }
    };
    let [methods, paths, queries] = [0, 1, 2].map(|part| 1..texts[part].len());
    for method in methods {
        paths.clone().for_each(|path| compare([method, path, 0]));
        queries.clone().for_each(|query| compare([method, 0, query]));
    }
    for path in paths {
        queries.clone().for_each(|query| compare([0, path, query]));
    }
    (found, compared)
}

/// The canonical request of these requests, one for each part.
fn canonical(requests: &[&Source<'_>; 3], dialect: &Dialect) -> Option<Canonical> {
    if requests[0] == requests[1] && requests[1] == requests[2] {
        return canonicalize_with(requests[0], dialect).ok();
    }
    let [method, path, query] = [0, 1, 2].map(|part| part_with(requests[part], Part::ALL[part], dialect).ok());
    Some(Canonical::of_parts(&method?, &path?, &query?, dialect))
}

fn explains(requests: &[&Source<'_>; 3], dialect: &Dialect, wanted: &Wanted<'_>) -> bool {
    canonical(requests, dialect).is_some_and(|it| wanted.is_given_by(Part::ALL.map(|part| it.part(part)), dialect))
}

/// The explanation by these requests and those choices of the dialect that the answer needs.
fn explanation(origins: &[&Origin<'_>; 3], dialect: &Dialect, wanted: &Wanted<'_>) -> Explanation {
    let requests = origins.map(|origin| &origin.request);
    let mut needed: Vec<Deviation> = dialect.deviations().collect();
    let mut index = 0;
    while index < needed.len() {
        let without = needed.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, deviation)| *deviation);
        if explains(&requests, &without.fold(Dialect::OFFICIAL, Dialect::with), wanted) {
            needed.remove(index);
        } else {
            index += 1;
        }
    }
    let dialect = needed.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
    let mut mistakes: Vec<RequestMistake> = Vec::new();
    for mistake in origins.iter().filter_map(|origin| origin.mistake) {
        if !mistakes.contains(mistake) {
            mistakes.push(mistake.clone());
        }
    }
    let canonical = canonical(&requests, &dialect).unwrap_or_else(|| Canonical::of_text(b""));
    Explanation::of(mistakes, dialect, canonical)
}
