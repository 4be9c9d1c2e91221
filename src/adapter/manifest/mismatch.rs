//! Compares a manifest with the introduction of its adapter.

use std::collections::BTreeSet;

use super::{FILE_NAME, Manifest};
use crate::adapter::protocol::{Description, UNKNOWN};

impl Manifest {
    /// The contradictions between the manifest and an adapter's introduction, as messages. Texts that the
    /// introduction leaves out are ignored. A fixed leeway or method is in both or in neither.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::adapter::Adapter;
    /// use qsh::adapter::built_in::BuiltIn;
    /// use qsh::adapter::manifest::Manifest;
    ///
    /// let text = r#"
    ///     format = "qsh-adapter"
    ///     version = 1
    ///     name = "ours"
    ///     language = "Rust"
    ///     library = "built-in"
    ///     library_version = "0.0.1"
    ///     documentation = "https://example.com/"
    ///     command = ["qsh", "adapters", "serve"]
    /// "#;
    /// let manifest = Manifest::parse(text, "adapter.toml".as_ref())?;
    /// let built_in = BuiltIn::new();
    /// let found = &built_in.description().version;
    /// let mismatch = format!("version: adapter.toml says \"0.0.1\", the adapter says {found:?}");
    /// assert_eq!(manifest.mismatches(built_in.description()), [mismatch]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mismatches(&self, description: &Description) -> Vec<String> {
        let texts = [
            ("library", &self.library, &description.name),
            ("version", &self.library_version, &description.version),
            ("language", &self.language, &description.language),
        ]
        .into_iter()
        .filter(|(_, expected, found)| expected != found && *found != UNKNOWN)
        .map(|(what, expected, found)| format!("{what}: {FILE_NAME} says {expected:?}, the adapter says {found:?}"));
        let found: BTreeSet<String> = description.operations.iter().cloned().collect();
        let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let operations = self.operations.iter().filter(|expected| **expected != found).map(|expected| {
            format!("operations: {FILE_NAME} says {}, the adapter says {}", list(expected), list(&found))
        });
        let written = |limit: Option<String>| limit.unwrap_or_else(|| "nothing".to_owned());
        let limits = [
            (
                "fixed_leeway",
                self.fixed_leeway.map(|it| it.to_string()),
                description.fixed_leeway.map(|it| it.to_string()),
            ),
            ("fixed_method", self.fixed_method.clone(), description.fixed_method.clone()),
        ];
        let limits =
            limits.into_iter().filter(|(_, expected, found)| expected != found).map(|(what, expected, found)| {
                format!("{what}: {FILE_NAME} says {}, the adapter says {}", written(expected), written(found))
            });
        texts.chain(operations).chain(limits).collect()
    }
}
