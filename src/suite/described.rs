//! [`DescribedDialect`]: the dialect of an implementation, choice by choice and with reasons, and the failures that it
//! predicts.

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::dialect::{FIELDS, UnknownChoice};
use qsh_diagnose::{Deviation, Dialect, Input, canonicalize_with};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::allowed::{is_allowed, is_other_reason};
use super::case::{Case, Level};
use super::outcome::{Answer, Outcome, Reason};

/// The described dialect of an implementation: `[dialect]` of an `adapter.toml` or of a baseline.
///
/// An answer that this dialect predicts is a known failure if every choice that leads to it has a reason.
///
/// # Examples
///
/// ```
/// use qsh::suite::described::DescribedDialect;
/// use qsh::suite::load::Vectors;
/// use qsh::suite::outcome::{Answer, Outcome};
///
/// let described: DescribedDialect = toml::from_str(
///     r#"
///     plus = "literal"
///     trailing_slash = { choice = "kept", reason = "it stays", link = "https://example.com/issues/1" }
///     "#,
/// )?;
/// assert_eq!(described.dialect().to_string(), "trailing_slash=kept plus=literal");
///
/// let vectors = Vectors::embedded()?;
/// let predicts = |id: &str| {
///     let case = vectors.cases().find(|case| case.id == id).unwrap();
///     described.prediction(case).is_some()
/// };
/// assert!(predicts("path/trailing-slash/two-segments"));
/// // Without a reason, a choice makes nothing known.
/// assert!(!predicts("query/plus/two"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Entry>")]
pub struct DescribedDialect {
    /// At most one for each field, in the order of the clauses.
    choices: Vec<DescribedChoice>,
}

/// A choice of a described dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a choice and what is said about it")]
pub struct DescribedChoice {
    /// The choice. It is not the official one.
    pub deviation: Deviation,
    /// Why it is known. Without it, the choice makes no failure known.
    pub why: Option<Why>,
}

/// Why a departure is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a reason and a link")]
pub struct Why {
    /// The reason.
    pub reason: String,
    /// Where to read about it.
    pub link: String,
}

/// A failure that a described dialect predicts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prediction<'d> {
    /// The answer, with a canonical request and a hash, or the refusal.
    pub outcome: Outcome,
    /// The choices that lead to it. At least one; each has a reason.
    pub choices: Vec<&'d DescribedChoice>,
}

impl DescribedDialect {
    /// The dialect that has these choices. Of several choices of one field, the last one counts.
    pub fn new(choices: impl IntoIterator<Item = DescribedChoice>) -> Self {
        let mut of_fields: BTreeMap<usize, DescribedChoice> = BTreeMap::new();
        for choice in choices {
            let place = FIELDS.iter().position(|field| field.name == choice.deviation.field().name);
            of_fields.insert(place.unwrap_or(FIELDS.len()), choice);
        }
        Self { choices: of_fields.into_values().collect() }
    }

    /// The choices, in the order of the clauses.
    pub fn choices(&self) -> &[DescribedChoice] {
        &self.choices
    }

    /// The choices that have a reason.
    pub fn explained(&self) -> impl Iterator<Item = &DescribedChoice> {
        self.choices.iter().filter(|choice| choice.why.is_some())
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.choices.iter().fold(Dialect::OFFICIAL, |dialect, choice| dialect.with(choice.deviation))
    }

    /// The choices of both. The other one may give a reason for a choice that has none.
    ///
    /// # Errors
    ///
    /// Two choices for one field, or two reasons for one choice.
    pub fn and(&self, other: &Self) -> Result<Self, String> {
        let field_of = |choice: &DescribedChoice| choice.deviation.field().name;
        for choice in &self.choices {
            let Some(others) = other.choices.iter().find(|other| field_of(other) == field_of(choice)) else { continue };
            if others.deviation != choice.deviation {
                return Err(format!("dialect: {} and {} exclude each other", choice.deviation, others.deviation));
            }
            if others.why.is_some() && choice.why.is_some() {
                return Err(format!("dialect: {} has two reasons", choice.deviation));
            }
        }
        let with_reasons_last = self.choices.iter().chain(&other.choices).filter(|it| it.why.is_none());
        Ok(Self::new(with_reasons_last.chain(self.explained()).chain(other.explained()).cloned()))
    }

    /// The failure that the dialect predicts for a case. `None`
    ///
    /// - if the case asks for no canonical request, or is open;
    /// - if the predicted answer is expected or allowed;
    /// - if a choice that leads to it has no reason.
    pub fn prediction(&self, case: &Case) -> Option<Prediction<'_>> {
        if case.level == Level::Open || self.explained().next().is_none() {
            return None;
        }
        let (input, dialect) = (case.question.canonicalized()?, self.dialect());
        let outcome = answer(input, &dialect);
        if is_allowed(case, &outcome) || is_other_reason(case, &outcome) {
            return None;
        }
        let choices = self.leading_to(input, &outcome);
        choices.iter().all(|choice| choice.why.is_some()).then_some(Prediction { outcome, choices })
    }

    /// The choices without which the answer would be another one. If each can be left out, those that alone change the
    /// right answer; if there is none, all.
    fn leading_to(&self, input: &Input, predicted: &Outcome) -> Vec<&DescribedChoice> {
        let without = |choice: &DescribedChoice| {
            let others = self.choices.iter().filter(|other| other.deviation != choice.deviation);
            others.fold(Dialect::OFFICIAL, |dialect, other| dialect.with(other.deviation))
        };
        let is_needed = |choice: &&DescribedChoice| !is_same(&answer(input, &without(choice)), predicted);
        let needed: Vec<&DescribedChoice> = self.choices.iter().filter(is_needed).collect();
        if !needed.is_empty() {
            return needed;
        }
        let official = answer(input, &Dialect::OFFICIAL);
        let with = |choice: &DescribedChoice| answer(input, &Dialect::OFFICIAL.with(choice.deviation));
        let changes = |choice: &&DescribedChoice| !is_same(&with(choice), &official);
        let alone: Vec<&DescribedChoice> = self.choices.iter().filter(changes).collect();
        if alone.is_empty() { self.choices.iter().collect() } else { alone }
    }
}

/// Whether an outcome is a predicted one. An answer with a hash alone, or with a canonical request alone, is compared by
/// what it has. A refusal may have any reason.
pub fn is_predicted(predicted: &Outcome, outcome: &Outcome) -> bool {
    match (predicted, outcome) {
        (Outcome::Ok(predicted), Outcome::Ok(answer)) => {
            let (text, hash) = (&answer.canonical_request, &answer.qsh);
            (text.is_some() || hash.is_some())
                && (text.is_none() || *text == predicted.canonical_request)
                && (hash.is_none() || *hash == predicted.qsh)
        }
        (Outcome::Rejected { .. }, Outcome::Rejected { .. }) => true,
        _ => false,
    }
}

/// The answer of an implementation with this dialect.
fn answer(input: &Input, dialect: &Dialect) -> Outcome {
    let malformed = |message: String| Outcome::Rejected { reason: Reason::Malformed, message };
    match input.source() {
        Ok(request) => match canonicalize_with(request, dialect) {
            Ok(canonical) => Outcome::Ok(Answer {
                qsh: Some(canonical.hash_with(dialect)),
                ..Answer::canonical_request(canonical.as_bytes().to_vec())
            }),
            Err(refusal) => malformed(refusal.to_string()),
        },
        Err(error) => malformed(error.to_string()),
    }
}

/// Whether two answers are the same. Refusals are, whatever their words.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Rejected { .. }, Outcome::Rejected { .. }) => true,
        (one, other) => one == other,
    }
}

/// A choice as a file writes it: its name, or a table of its name, reason and link.
#[derive(Clone)]
struct Entry {
    choice: String,
    why: Option<Why>,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            choice: String,
            reason: String,
            link: String,
        }
        struct NameOrTable;
        impl<'de> Visitor<'de> for NameOrTable {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a choice, or a table with choice, reason and link")
            }

            fn visit_str<E>(self, choice: &str) -> Result<Entry, E> {
                Ok(Entry { choice: choice.to_owned(), why: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
                let Table { choice, reason, link } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Entry { choice, why: Some(Why { reason, link }) })
            }
        }
        deserializer.deserialize_any(NameOrTable)
    }
}

impl TryFrom<BTreeMap<String, Entry>> for DescribedDialect {
    type Error = BadDescription;

    fn try_from(entries: BTreeMap<String, Entry>) -> Result<Self, BadDescription> {
        let mut choices = Vec::with_capacity(entries.len());
        for (field, Entry { choice, why }) in entries {
            let deviation: Deviation = format!("{field}={choice}").parse()?;
            let is_official = deviation == deviation.field().official();
            for (text, what) in why.iter().flat_map(|why| [(&why.reason, "reason"), (&why.link, "link")]) {
                if text.trim().is_empty() {
                    return Err(BadDescription::Empty { field, what });
                }
            }
            match why {
                Some(_) if is_official => return Err(BadDescription::Official(deviation.to_string())),
                None if is_official => {}
                why => choices.push(DescribedChoice { deviation, why }),
            }
        }
        Ok(Self::new(choices))
    }
}

/// A described dialect that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadDescription {
    /// No such field, or no such choice of a field.
    #[error("dialect: {0}")]
    Unknown(#[from] UnknownChoice),
    /// A reason or a link without text.
    #[error("dialect.{field}: expected a {what}")]
    Empty {
        /// The field.
        field: String,
        /// What is empty.
        what: &'static str,
    },
    /// The choice of the specification with a reason.
    #[error("dialect: {0} is what the specification says: expected a departure from it")]
    Official(String),
}
