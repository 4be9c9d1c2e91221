//! A vector file: its head, and its cases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) const FORMAT: &str = "qsh-vectors";
pub(super) const VERSION: u32 = 1;

/// A vector file as it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VectorFile")]
pub(super) struct File<Cases> {
    /// Always `qsh-vectors`.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: String,
    /// Always 1.
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u32,
    /// The cases.
    pub(super) cases: Cases,
}
