//! [`Dialect`]: every choice that the specification leaves to an implementer, as one value.
//!
//! There is one field per clause of `docs/spec.md`, and one enum per field. The first variant of each enum is the
//! suite's reading of the specification. These variants form [`Dialect::OFFICIAL`]. Every other variant was seen in an
//! implementation, or follows from texts that contradict each other.
//!
//! The canonicalizer follows any dialect. So a [`Dialect`] with some deviations can describe an implementation, a
//! mutant of the specification, or the cause of a wrong hash.
//!
//! # Examples
//!
//! Python's library removes all leading and trailing slashes:
//!
//! ```
//! use qsh_diagnose::{Dialect, canonicalize_with};
//! use qsh_hash::Request;
//!
//! let python = Dialect::OFFICIAL.with("leading_slashes=collapsed".parse()?).with("trailing_slash=all".parse()?);
//! let request = Request::new("GET", "//a//")?;
//! assert_eq!(canonicalize_with(&request, &python)?.as_bytes(), b"GET&/a&");
//! assert_eq!(python.to_string(), "trailing_slash=all leading_slashes=collapsed");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::trace::Part;

mod declare;
mod table;

pub use table::*;

impl Dialect {
    /// The same dialect with one choice changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::Dialect;
    /// use qsh_diagnose::dialect::Plus;
    ///
    /// assert_eq!(Dialect::OFFICIAL.with("plus=literal".parse()?).plus, Plus::Literal);
    /// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
    /// ```
    #[must_use]
    pub fn with(mut self, deviation: Deviation) -> Self {
        (deviation.field.set)(&mut self, deviation.index);
        self
    }

    /// The dialect of an implementation, named as in [`Choice::seen_in`]. It has every choice that the implementation
    /// was seen to make. For an unknown name, this is the official dialect.
    ///
    /// # Examples
    ///
    /// ```
    /// let scala = qsh_diagnose::Dialect::seen_in("Scala toolsplus");
    /// assert_eq!(scala.to_string(), "method_check=unchecked base_removal=none value_order=as_given");
    /// ```
    pub fn seen_in(implementation: &str) -> Self {
        Deviation::all()
            .filter(|deviation| deviation.choice().seen_in.contains(&implementation))
            .fold(Self::OFFICIAL, Self::with)
    }

    /// The deviations from [`Dialect::OFFICIAL`], in the order of the clauses.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Deviation, Dialect};
    ///
    /// let dialect = Dialect::OFFICIAL.with("plus=literal".parse()?).with("trailing_slash=kept".parse()?);
    /// let names: Vec<&str> = dialect.deviations().map(|deviation| deviation.field().name).collect();
    /// assert_eq!(names, ["trailing_slash", "plus"]);
    /// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
    /// ```
    pub fn deviations(&self) -> impl Iterator<Item = Deviation> {
        FIELDS.iter().filter_map(|field| {
            let index = (field.get)(self);
            (index != 0).then_some(Deviation { field, index })
        })
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deviations: Vec<String> = self.deviations().map(|deviation| deviation.to_string()).collect();
        f.pad(&if deviations.is_empty() { "official".to_owned() } else { deviations.join(" ") })
    }
}

/// A field of [`Dialect`]: its clause and its choices.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field {
    /// The field's name, as `adapter.toml` and `qsh diagnose` write it.
    pub name: &'static str,
    /// The clause of `docs/spec.md` that the field decides.
    pub clause: &'static str,
    /// The clause's title.
    pub title: &'static str,
    /// The choices. The official one comes first.
    pub choices: &'static [Choice],
    get: fn(&Dialect) -> usize,
    set: fn(&mut Dialect, usize),
}

impl Field {
    /// Whether the field affects that part of the canonical request. A field on the joining of the parts or on the hash
    /// affects no part.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::Part;
    /// use qsh_diagnose::dialect::FIELDS;
    ///
    /// let parts = |name: &str| {
    ///     let field = FIELDS.iter().find(|field| field.name == name);
    ///     Part::ALL.map(|part| field.is_some_and(|field| field.concerns(part)))
    /// };
    /// assert_eq!(parts("trailing_slash"), [false, true, false]);
    /// assert_eq!(parts("fragment"), [false, true, true]);
    /// assert_eq!(parts("hash_text"), [false, false, false]);
    /// ```
    pub fn concerns(&self, part: Part) -> bool {
        // The letter of a clause names its group. There are two exceptions: a kept fragment stays in the path or in the
        // query, and blanks are removed from the whole URL.
        match part {
            Part::Method => self.clause.starts_with("QSH-M"),
            Part::Path => self.clause.starts_with("QSH-P"),
            Part::Query => {
                let is_on_query = ["QSH-Q", "QSH-F", "QSH-P2"].iter().any(|front| self.clause.starts_with(front));
                is_on_query || self.name == "url_blanks"
            }
        }
    }

    /// The field with each of its choices. The official one comes first.
    pub fn each(&'static self) -> impl Iterator<Item = Deviation> {
        (0..self.choices.len()).map(move |index| Deviation { field: self, index })
    }

    /// The field with the choice of that dialect.
    pub fn choice_of(&'static self, dialect: &Dialect) -> Deviation {
        Deviation { field: self, index: (self.get)(dialect) }
    }

    /// The field with its official choice. It does not deviate from [`Dialect::OFFICIAL`].
    pub fn official(&'static self) -> Deviation {
        Deviation { field: self, index: 0 }
    }

    /// Whether the field affects only how a query is read, and not how it is written. The fields on writing never
    /// change a reading.
    pub fn is_on_reading(&self) -> bool {
        const ON_WRITING: [&str; 8] =
            ["QSH-Q7", "QSH-Q8", "QSH-Q9", "QSH-Q10", "QSH-Q11", "QSH-Q12", "QSH-Q13", "QSH-Q21"];
        self.concerns(Part::Query) && !ON_WRITING.contains(&self.clause)
    }
}

/// One choice of a [`Field`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Choice {
    /// The choice's name.
    pub name: &'static str,
    /// What an implementation with this choice does.
    pub does: &'static str,
    /// The implementations that do it. Empty for the official choice, and if no implementation was seen to do it.
    pub seen_in: &'static [&'static str],
    /// The origin of a choice that no implementation was seen to make: a function, a habit, or another scheme.
    /// Otherwise empty.
    pub origin: &'static str,
    /// What the specification says about it.
    pub status: Status,
}

/// What the specification says about a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a text decides a question, leaves it open, or allows more than one answer"
)]
pub enum Status {
    /// The clause is decided: the official choice is right, and all others are wrong. The official choice has this
    /// status, too.
    Decided,
    /// The clause leaves the choice open, or a clause that it refers to does.
    Open,
    /// The clause allows this choice in addition to the official one.
    Allowed,
}

impl Status {
    /// The stable name, used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Open => "open",
            Self::Allowed => "allowed",
        }
    }
}

/// One field with one choice, written `field=choice`. It is a deviation from the specification, except if the choice is
/// the official one.
#[derive(Clone, Copy)]
pub struct Deviation {
    field: &'static Field,
    index: usize,
}

impl Deviation {
    /// Every deviation from [`Dialect::OFFICIAL`] in one field.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Deviation, Dialect};
    ///
    /// assert!(Deviation::all().count() > 200);
    /// assert!(Deviation::all().all(|deviation| Dialect::OFFICIAL.with(deviation) != Dialect::OFFICIAL));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().flat_map(|field| (1..field.choices.len()).map(move |index| Self { field, index }))
    }

    /// The field.
    pub fn field(self) -> &'static Field {
        self.field
    }

    /// The choice.
    pub fn choice(self) -> &'static Choice {
        &self.field.choices[self.index]
    }
}

impl PartialEq for Deviation {
    fn eq(&self, other: &Self) -> bool {
        self.field.name == other.field.name && self.index == other.index
    }
}

impl Eq for Deviation {}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field.name, self.choice().name)
    }
}

impl fmt::Debug for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deviation({self})")
    }
}

impl FromStr for Deviation {
    type Err = UnknownChoice;

    /// Parses `field=choice`.
    ///
    /// # Errors
    ///
    /// If [`FIELDS`] does not have the field or the choice. The error lists the valid ones.
    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        let (name, choice) = text.split_once('=').ok_or_else(|| UnknownChoice {
            what: format!("{text:?} is not of the form field=choice"),
            known: Vec::new(),
        })?;
        let field = FIELDS.iter().find(|field| field.name == name).ok_or_else(|| UnknownChoice {
            what: format!("unknown dialect field {name:?}"),
            known: FIELDS.iter().map(|field| field.name).collect(),
        })?;
        let index = field.choices.iter().position(|known| known.name == choice).ok_or_else(|| UnknownChoice {
            what: format!("unknown choice {choice:?} of the dialect field {name}"),
            known: field.choices.iter().map(|known| known.name).collect(),
        })?;
        Ok(Self { field, index })
    }
}

/// A dialect field or choice that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChoice {
    what: String,
    known: Vec<&'static str>,
}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if !self.known.is_empty() {
            write!(f, ", expected one of: {}", self.known.join(", "))?;
        }
        Ok(())
    }
}

impl Error for UnknownChoice {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deviation_reads_back_from_its_text() {
        for deviation in Deviation::all() {
            assert_eq!(deviation.to_string().parse(), Ok(deviation));
            assert_eq!(Dialect::OFFICIAL.with(deviation).deviations().collect::<Vec<_>>(), [deviation]);
        }
    }

    #[test]
    fn every_departure_has_a_source_and_no_official_choice_is_one() {
        for field in FIELDS {
            for (index, choice) in field.choices.iter().enumerate() {
                let sources = usize::from(!choice.seen_in.is_empty()) + usize::from(!choice.origin.is_empty());
                assert_eq!(sources, usize::from(index > 0), "{}={}", field.name, choice.name);
            }
        }
    }

    #[test]
    fn no_implementation_makes_two_choices_in_one_field() {
        for field in FIELDS {
            let seen: Vec<&str> = field.choices.iter().flat_map(|choice| choice.seen_in).copied().collect();
            for (index, name) in seen.iter().enumerate() {
                assert!(!seen[..index].contains(name), "{}: {name}", field.name);
            }
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let error = |text: &str| text.parse::<Deviation>().unwrap_err().to_string();
        insta::assert_snapshot!(error("plus"), @r#""plus" is not of the form field=choice"#);
        insta::assert_snapshot!(error("plus=minus"), @r#"unknown choice "minus" of the dialect field plus, expected one of: space, literal, after_escapes"#);
        assert!(
            error("minus=plus")
                .starts_with(r#"unknown dialect field "minus", expected one of: part_join, method_case, "#)
        );
    }
}
