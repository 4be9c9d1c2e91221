//! [`Form`]: a value in another form.

/// A value in another form: its name, the text, and what writes it.
pub(super) struct Form {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) origin: &'static str,
}

impl Form {
    pub(super) fn new(kind: &'static str, text: impl Into<String>, origin: &'static str) -> Self {
        Self { kind, text: text.into(), origin }
    }
}
