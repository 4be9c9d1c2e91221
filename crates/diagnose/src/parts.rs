//! One request under many dialects. Trying a choice recomputes only the parts of the canonical request that it affects.

use crate::canonical::{Canonical, Refusal, part_with};
use crate::dialect::{Dialect, Field};
use crate::source::Source;
use crate::trace::Part;

/// The text of a part, or the reason why the dialect refuses the request.
pub type PartText = Result<Vec<u8>, Refusal>;

/// The changed parts of a canonical request, in the order of [`Part::ALL`]. `None` means unchanged.
pub type Changes = [Option<PartText>; 3];

/// No part has changed.
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

    /// The length of the request in bytes.
    pub fn length(&self) -> usize {
        let bodies = [self.request.form(), self.request.json_members()];
        self.request.target().len() + bodies.into_iter().flatten().map(<[u8]>::len).sum::<usize>()
    }

    /// The parts that change under a dialect that differs only in these fields. Returns `None` if the canonical request
    /// and its hash stay the same.
    pub fn changes(&self, fields: &[&Field], dialect: &Dialect) -> Option<Changes> {
        let concerned = Part::ALL.map(|part| fields.iter().any(|field| field.concerns(part)));
        let changes = [0, 1, 2].map(|part| {
            let new = concerned[part].then(|| part_with(self.request, Part::ALL[part], dialect));
            new.filter(|new| *new != self.texts[part])
        });
        let is_change = changes.iter().any(Option::is_some) || fields.iter().any(|field| concerns_whole(field));
        is_change.then_some(changes)
    }

    /// The canonical request under a dialect that makes these changes.
    ///
    /// # Errors
    ///
    /// If the dialect refuses one of the parts. The error is that of the first such part.
    pub fn canonical(&self, changes: &Changes, dialect: &Dialect) -> Result<Canonical, Refusal> {
        let text =
            |part: usize| changes[part].as_ref().unwrap_or(&self.texts[part]).as_ref().map_err(|refusal| *refusal);
        Ok(Canonical::of_parts(text(0)?, text(1)?, text(2)?, dialect))
    }
}

/// Whether a field decides how the parts are joined or hashed. Such a field can always change the hash.
fn concerns_whole(field: &Field) -> bool {
    !Part::ALL.iter().any(|part| field.concerns(*part))
}
