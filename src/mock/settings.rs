//! [`Settings`]: what the product is told about the app and about itself.

use std::time::Duration;

use super::descriptor::Descriptor;
use super::fixtures::Fixtures;
use crate::adapter::http::{Address, ResponsePatterns};

/// What the product is told about the app and about itself.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Settings {
    /// Where the app is. Its path is the path of the app's base URL.
    pub app: Address,
    /// What the app declares.
    pub descriptor: Descriptor,
    /// The base URL of each site.
    pub base_urls: Vec<String>,
    /// Paths of the app that take context tokens.
    pub context: Vec<String>,
    /// Paths of the app's remote for Forge.
    pub forge: Vec<String>,
    /// The ARI of the app in Forge (FIT-5).
    pub forge_app: String,
    /// Files that the product answers with.
    pub fixtures: Fixtures,
    /// The calls that the app has to make, each as method and path.
    pub expected: Vec<String>,
    /// The leeway of the product in seconds (CON-5).
    pub leeway: u32,
    /// The time limit for a response of the app.
    pub timeout: Duration,
    /// What counts as accepted and as refused.
    pub patterns: ResponsePatterns,
    /// Hosts that may be called, beside this machine.
    pub allowed_hosts: Vec<String>,
}
