//! The baseline of a run: the choices of the implementation's dialect, and then the failures that no choice predicts, by
//! their causes.

use std::collections::{BTreeMap, HashMap, HashSet};

use qsh_diagnose::Deviation;

use super::cause::Cause;
use super::evidence::Evidence;
use super::explained::Explained;
use crate::suite::baseline::{Baseline, Known, KnownOutcome, UNLINKED, is_placeholder, placeholder_reason};
use crate::suite::case::{Case, Level};
use crate::suite::described::{DescribedChoice, DescribedDialect, Why, is_predicted};
use crate::suite::outcome::Outcome;

/// What is said about a right answer for which the dialect predicts a failure.
const RIGHT: &str = "right, although the dialect predicts a failure";

/// A judged result.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a case and what came of it")]
pub struct Judged<'r> {
    /// The case.
    pub case: &'r Case,
    /// The outcome.
    pub outcome: &'r Outcome,
    /// Whether the outcome is neither expected nor allowed.
    pub has_failed: bool,
}

/// The baseline with which a run on this runtime with these results is as expected. `evidence` are the same results.
///
/// - A choice of the inferred dialect is listed if a failure needs it. It keeps its reason and link.
/// - A failure that no choice predicts is listed by itself. It keeps its reason and link. A new one gets a reason to be
///   filled in, which names its cause, and `new_link`.
/// - A case that passes although the dialect predicts a failure is listed as such.
/// - A case without an answer gets no new entry, but keeps the one that it has. Entries of other runtimes are kept.
pub fn update(
    old: &Baseline,
    runtime: &str,
    results: &[Judged<'_>],
    evidence: &[Evidence],
    new_link: Option<&str>,
) -> Baseline {
    let here = old.on(runtime);
    let explained = Explained::of(evidence, &old.dialect().dialect());
    let link = new_link.unwrap_or(UNLINKED);
    let own = own_dialect(&here, results, &explained, link);
    let dialect = together(old, &own);

    let mut entries: Vec<Known> = Vec::new();
    let (texts, unchanged) = (texts(&explained), unchanged(&here, &dialect, results));
    for (place, result) in results.iter().enumerate() {
        let kept = here.covering(result.case);
        if let Some(whole) = kept.filter(|old| unchanged.contains(&key(old))) {
            if !entries.iter().any(|entry| key(entry) == key(whole)) {
                entries.push(whole.clone());
            }
            continue;
        }
        let Some(outcome) = listed(result, kept, &dialect) else { continue };
        // A right answer does not take the reason of a failure.
        let is_right = |outcome: &KnownOutcome| *outcome == KnownOutcome::AsExpected;
        let kept_why = kept.filter(|old| is_right(&old.outcome) == is_right(&outcome));
        // A case without an answer says nothing about the reason.
        let stays = |old: &&Known| !is_placeholder(&old.reason) || result.outcome.is_breach();
        let reason = kept_why.filter(stays).map(|old| old.reason.clone());
        let hint = if is_right(&outcome) { Some(RIGHT) } else { texts.get(&place).map(String::as_str) };
        let why = Why {
            reason: reason.unwrap_or_else(|| placeholder_reason(hint)),
            link: kept_why.map_or_else(|| link.to_owned(), |old| old.link.clone()),
        };
        entries.push(Known::of_case(&result.case.id, outcome, why).like(kept));
    }
    // An entry of other runtimes may also be one for all, of which an entry for this runtime takes precedence here.
    let is_hidden = |entry: &Known| {
        let of_case = |result: &Judged<'_>| here.covering(result.case).filter(|_| entry.covers(&result.case.id));
        let mut covering = results.iter().filter_map(of_case).peekable();
        covering.peek().is_some() && covering.all(|other| key(other) != key(entry) && other.runtime.is_some())
    };
    let elsewhere = old.entries().iter().filter(|entry| !entry.is_on(runtime) || is_hidden(entry)).cloned();
    entries.extend(elsewhere);
    Baseline::new(own, entries)
}

/// What identifies an entry: its cases and its runtimes.
fn key(entry: &Known) -> (&str, Option<&str>) {
    (&entry.case, entry.runtime.as_deref())
}

/// The outcome with which a case is listed. `None` if the case needs no entry.
fn listed(result: &Judged<'_>, kept: Option<&Known>, dialect: &DescribedDialect) -> Option<KnownOutcome> {
    let prediction = dialect.prediction(result.case);
    let unanswered = result.outcome.is_breach() || matches!(result.outcome, Outcome::Unsupported(_));
    match (result.has_failed, &prediction) {
        (true, Some(prediction)) if is_predicted(&prediction.outcome, result.outcome) => None,
        (true, _) => {
            // A hash that is listed in place of a long canonical request stays.
            let as_listed = kept.filter(|old| unanswered || old.matches(result.outcome));
            as_listed.map(|old| old.outcome.clone()).or_else(|| KnownOutcome::of(result.outcome))
        }
        (false, Some(_)) if !unanswered => Some(KnownOutcome::AsExpected),
        (false, _) => None,
    }
}

/// The explained entries whose cases all still have the outcome that is listed. They stay as they are, globs included.
fn unchanged<'b>(
    old: &'b Baseline,
    dialect: &DescribedDialect,
    results: &[Judged<'_>],
) -> HashSet<(&'b str, Option<&'b str>)> {
    let mut unchanged: HashMap<(&str, Option<&str>), bool> = HashMap::new();
    for result in results.iter().filter(|result| result.case.level != Level::Open) {
        let Some(entry) = old.covering(result.case) else { continue };
        let is_same = listed(result, Some(entry), dialect).is_some_and(|outcome| outcome == entry.outcome);
        *unchanged.entry(key(entry)).or_insert_with(|| !is_placeholder(&entry.reason)) &= is_same;
    }
    unchanged.into_iter().filter_map(|(key, is_unchanged)| is_unchanged.then_some(key)).collect()
}

/// The choices for the baseline: those of the inferred dialect that the manifest does not explain and that a failure needs.
fn own_dialect(old: &Baseline, results: &[Judged<'_>], explained: &Explained, link: &str) -> DescribedDialect {
    let manifest = old.manifest_dialect();
    let is_described = |deviation: Deviation| {
        let is_of_field = |choice: &&DescribedChoice| choice.deviation.field().name == deviation.field().name;
        manifest.choices().iter().find(is_of_field).is_some_and(|it| it.why.is_some() || it.deviation != deviation)
    };
    let of_failures = explained.causes.iter().filter(|cause| !cause.cases.is_empty());
    let inferred = of_failures.filter_map(|cause| cause.name.parse::<Deviation>().ok());
    let choice = |deviation: Deviation| {
        let own = old.own_dialect().choices().iter().find(|choice| choice.deviation == deviation);
        let reason = placeholder_reason(Some(deviation.choice().does));
        let why = own.and_then(|choice| choice.why.clone());
        DescribedChoice { deviation, why: Some(why.unwrap_or_else(|| Why { reason, link: link.to_owned() })) }
    };
    let known = old.own_dialect().choices().iter().map(|choice| choice.deviation);
    let mut own = DescribedDialect::new(known.chain(inferred).filter(|it| !is_described(*it)).map(choice));
    // Choices are removed one by one, because others may need one another.
    loop {
        let uses = uses(&together(old, &own), old, results);
        let of = |choice: &DescribedChoice| uses.get(&choice.deviation.to_string());
        let useless = own.choices().iter().filter(|choice| of(choice).is_none_or(|uses| !uses.are_enough()));
        match useless.min_by_key(|choice| of(choice).map(|uses| uses.explained)).map(|choice| choice.deviation) {
            Some(useless) => {
                own = DescribedDialect::new(own.choices().iter().filter(|it| it.deviation != useless).cloned());
            }
            None => return with_old_reasons(&own, &uses),
        }
    }
}

/// The dialect of the manifest with these choices of the baseline, which contradict none of it.
fn together(baseline: &Baseline, own: &DescribedDialect) -> DescribedDialect {
    baseline.manifest_dialect().and(own).unwrap_or_else(|_| own.clone())
}

/// What a choice is good for.
#[derive(Default)]
struct Uses {
    /// The number of failures that it predicts.
    explained: usize,
    /// The number of right answers for which it predicts a failure.
    contradicted: usize,
    /// The reasons of old entries for failures that it predicts alone, each with its count.
    whys: Vec<(Why, usize)>,
}

impl Uses {
    /// Whether the choice is worth a reason: for each right answer that contradicts it, it predicts five failures.
    fn are_enough(&self) -> bool {
        self.explained > 0 && self.contradicted * 5 <= self.explained
    }
}

/// The uses of each choice, by its name.
fn uses(dialect: &DescribedDialect, old: &Baseline, results: &[Judged<'_>]) -> BTreeMap<String, Uses> {
    let mut uses: BTreeMap<String, Uses> = BTreeMap::new();
    for result in results {
        let Some(prediction) = dialect.prediction(result.case) else { continue };
        let is_explained = result.has_failed && is_predicted(&prediction.outcome, result.outcome);
        let is_contradicted = !result.has_failed && !matches!(result.outcome, Outcome::Unsupported(_));
        for choice in &prediction.choices {
            let uses = uses.entry(choice.deviation.to_string()).or_default();
            // A case without an answer takes no choice away, and adds none.
            let is_known = || old.own_dialect().choices().iter().any(|known| known.deviation == choice.deviation);
            uses.explained += usize::from(is_explained || result.outcome.is_breach() && is_known());
            uses.contradicted += usize::from(is_contradicted);
        }
        let ([only], Some(old)) = (prediction.choices.as_slice(), old.covering(result.case)) else { continue };
        if is_explained && !old.is_unexplained() {
            let why = Why { reason: old.reason.clone(), link: old.link.clone() };
            let whys = &mut uses.entry(only.deviation.to_string()).or_default().whys;
            match whys.iter_mut().find(|(other, _)| *other == why) {
                Some((_, count)) => *count += 1,
                None => whys.push((why, 1)),
            }
        }
    }
    uses
}

/// Gives each new choice the reason that most of the entries have which it replaces.
fn with_old_reasons(own: &DescribedDialect, uses: &BTreeMap<String, Uses>) -> DescribedDialect {
    let reasoned = own.choices().iter().map(|choice| {
        let whys = uses.get(&choice.deviation.to_string()).map(|uses| uses.whys.as_slice()).unwrap_or_default();
        let is_new = choice.why.as_ref().is_some_and(|why| is_placeholder(&why.reason));
        let old = whys.iter().max_by_key(|(_, count)| *count).filter(|_| is_new).map(|(why, _)| why.clone());
        DescribedChoice { deviation: choice.deviation, why: old.or_else(|| choice.why.clone()) }
    });
    DescribedDialect::new(reasoned)
}

/// What the causes say about the failures, by the indexes of the results.
fn texts(explained: &Explained) -> HashMap<usize, String> {
    let text = |cause: &Cause| match cause.instead {
        Some(_) => format!("looks like {}: {}", cause.name, cause.does),
        None => format!("{}: {}", cause.effect.words(), cause.does),
    };
    let mut texts = HashMap::new();
    for cause in &explained.causes {
        for place in &cause.cases {
            texts.entry(*place).or_insert_with(|| text(cause));
        }
    }
    texts
}
