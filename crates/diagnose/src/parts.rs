//! One request under many dialects: a choice costs no more than the parts of the canonical request that it has a say in.

use crate::canonical::{Canonical, Refusal, part_with};
use crate::dialect::{Dialect, Field};
use crate::source::Source;
use crate::trace::Part;

/// The text of a part, or why the dialect refuses the request.
pub type PartText = Result<Vec<u8>, Refusal>;

/// The parts of a canonical request in the order of [`Part::ALL`], as far as they are others than before.
pub type Changes = [Option<PartText>; 3];

/// No part is another than before.
pub const NO_CHANGES: Changes = [None, None, None];

/// The three parts of the canonical request of one request, under one dialect.
#[derive(Clone, Debug)]
pub struct Parts<'r> {
    request: Source<'r>,
    texts: [PartText; 3],
}

impl<'r> Parts<'r> {
    /// The parts of this request under this dialect.
    pub fn new(request: Source<'r>, dialect: &Dialect) -> Self {
        Self { request, texts: Part::ALL.map(|part| part_with(request, part, dialect)) }
    }

    /// How long the request is.
    pub fn length(&self) -> usize {
        let bodies = [self.request.form(), self.request.json_members()];
        self.request.target().len() + bodies.into_iter().flatten().map(<[u8]>::len).sum::<usize>()
    }

    /// What becomes another text under a dialect that differs in these fields only; nothing, where the canonical request
    /// and its hash stay as they are.
    pub fn changes(&self, fields: &[&Field], dialect: &Dialect) -> Option<Changes> {
        let concerned = Part::ALL.map(|part| fields.iter().any(|field| field.concerns(part)));
        let changes = [0, 1, 2].map(|part| {
            let new = concerned[part].then(|| part_with(self.request, Part::ALL[part], dialect));
            new.filter(|new| *new != self.texts[part])
        });
        let is_change = changes.iter().any(Option::is_some) || fields.iter().any(|field| concerns_whole(field));
        is_change.then_some(changes)
    }

    /// The canonical request under a dialect that leads to these changes.
    ///
    /// # Errors
    ///
    /// A refusal by any of the parts; the first of them is told.
    pub fn canonical(&self, changes: &Changes, dialect: &Dialect) -> Result<Canonical, Refusal> {
        let text =
            |part: usize| changes[part].as_ref().unwrap_or(&self.texts[part]).as_ref().map_err(|refusal| *refusal);
        Ok(Canonical::of_parts(text(0)?, text(1)?, text(2)?, dialect))
    }
}

/// Whether a field has a say in how the parts are joined or hashed, and so may always make a difference.
fn concerns_whole(field: &Field) -> bool {
    !Part::ALL.iter().any(|part| field.concerns(*part))
}
