//! The trace of the canonicalizer: each step with its clause, and the state before and after it.

/// The steps of the canonicalizer, in the order of its work.
///
/// Within a [`Part`], every step starts from the result of the step before it. The result of the last step is that part
/// of the canonical request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub(super) steps: Vec<Step>,
}

impl Trace {
    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// One step: the application of one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The clause of `docs/spec.md`.
    pub clause: &'static str,
    /// The part of the canonical request that it changes.
    pub part: Part,
    /// The state before the step.
    pub before: State,
    /// The state after the step. It equals `before` if the step changed nothing.
    pub after: State,
}

/// A part of the canonical request (QSH-C1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "QSH-C1: there are three parts")]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
}

impl Part {
    /// The parts, in their order.
    pub const ALL: [Self; 3] = [Self::Method, Self::Path, Self::Query];

    /// The part's name, as reports write it.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(qsh_diagnose::Part::ALL.map(qsh_diagnose::Part::name), ["method", "path", "query"]);
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
        }
    }
}

/// The state before or after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a query is text or a list of parameters")]
pub enum State {
    /// Text.
    Text(Vec<u8>),
    /// Parameters, each as `name=value`.
    Parameters(Vec<Vec<u8>>),
}

/// Receives the steps of the canonicalizer. [`Trace`] stores them, and [`Silent`] ignores them at no cost.
pub(super) trait Recorder {
    /// Whether the states are needed.
    const WANTED: bool;

    fn record(&mut self, step: Step);

    /// Applies a clause to text.
    fn text(
        &mut self,
        clause: &'static str,
        part: Part,
        text: Vec<u8>,
        apply: impl FnOnce(Vec<u8>) -> Vec<u8>,
    ) -> Vec<u8> {
        let before = if Self::WANTED { Some(State::Text(text.clone())) } else { None };
        let text = apply(text);
        if let Some(before) = before {
            self.record(Step { clause, part, before, after: State::Text(text.clone()) });
        }
        text
    }
}

impl Recorder for Trace {
    const WANTED: bool = true;

    fn record(&mut self, step: Step) {
        self.steps.push(step);
    }
}

/// Records nothing.
pub(super) struct Silent;

impl Recorder for Silent {
    const WANTED: bool = false;

    fn record(&mut self, _: Step) {}
}
