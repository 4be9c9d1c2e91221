//! `adapter.toml`: the description, set-up and command of an adapter, and its known dialect.
//!
//! The model is strict. An unknown key, another format or version, or a placeholder that the setup does not supply is
//! an error. The error names the file and what was expected.

mod faults;
mod mismatch;
mod setup;
mod version;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::protocol::{MOST_FIXED_LEEWAY, Operation};
use crate::suite::described::DescribedDialect;
use crate::suite::toml_problem;
use crate::tamper::{KINDS, TamperedToken, TokenKind, Treatment, Treatments};
pub use faults::Faults;
use faults::{BadFault, Fault};
pub use setup::Setup;
pub use version::{BadVersion, Version};
pub use word::{BadWord, Placeholder, Word};

/// The file's name in an adapter's folder.
pub const FILE_NAME: &str = "adapter.toml";

const FORMAT: &str = "qsh-adapter";
const VERSION: u32 = 1;

/// The content of `adapter.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// The adapter's name, such as `python-atlassian-jwt`: `a-z`, `0-9` and `-`. If it runs at another version of its
    /// library, `@VERSION` is appended.
    pub name: String,
    /// The library's language.
    pub language: String,
    /// The library's name in its registry.
    pub library: String,
    /// The library's version.
    pub library_version: String,
    /// The URL of the library's documentation.
    pub documentation: String,
    /// Files of ours that several adapters share, such as `java/src/Protocol.java`. The first folder is the language;
    /// the rest is the path in the adapter's folder. Requires a setup.
    pub shared: Vec<String>,
    /// The program and its arguments. At least the program.
    pub command: Vec<Word>,
    /// The exact set of operations that the adapter must offer. `None` means that its introduction decides.
    pub operations: Option<BTreeSet<String>>,
    /// The leeway of the library in seconds, if it cannot be set.
    pub fixed_leeway: Option<u32>,
    /// The method that the library takes every request for, if it does not look at the method.
    pub fixed_method: Option<String>,
    /// The set-up before its start. `None` for a user's own adapter that needs none.
    pub setup: Option<Setup>,
    /// The known dialect of the library.
    pub dialect: DescribedDialect,
    /// How the library treats tokens, where this differs from the specification.
    pub tokens: Treatments,
    /// Exceptions of the library for some requests that no dialect describes.
    pub faults: Faults,
}

impl Manifest {
    /// Parses the text of an `adapter.toml`. Errors name `path`.
    ///
    /// # Errors
    ///
    /// - text that is not TOML, or is of another format or version
    /// - a missing, unknown or empty key
    /// - a name that a folder cannot have
    /// - a lock file outside the adapter's folder
    /// - shared files without a setup
    /// - a placeholder that the setup does not supply
    ///
    /// # Examples
    ///
    /// A user's own adapter needs no setup:
    ///
    /// ```
    /// use qsh::adapter::manifest::Manifest;
    ///
    /// let text = r#"
    ///     format = "qsh-adapter"
    ///     version = 1
    ///     name = "my-app"
    ///     language = "Kotlin"
    ///     library = "com.example:my-app"
    ///     library_version = "1.0"
    ///     documentation = "https://example.com/"
    ///     command = ["java", "-jar", "{dir}/my-app.jar", "--qsh"]
    /// "#;
    /// let manifest = Manifest::parse(text, "adapter.toml".as_ref())?;
    /// assert_eq!(manifest.name, "my-app");
    /// assert_eq!(manifest.setup, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str, path: &Path) -> Result<Self, ManifestError> {
        Self::parse_text(text).map_err(|problem| ManifestError { path: path.to_owned(), problem })
    }

    fn parse_text(text: &str) -> Result<Self, Problem> {
        // The head is read first, so that a later version is not reported as an unknown key.
        let head: Head = toml::from_str(text)?;
        if head.format != FORMAT {
            return Err(Problem::Format(head.format));
        }
        if head.version != VERSION {
            return Err(Problem::Version(head.version));
        }
        let raw: RawManifest = toml::from_str(text)?;
        let texts = [
            ("language", &raw.language),
            ("library", &raw.library),
            ("library_version", &raw.library_version),
            ("documentation", &raw.documentation),
        ];
        if let Some((key, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(Problem::Empty(key));
        }
        if !is_name(&raw.name) {
            return Err(Problem::Name(raw.name));
        }
        if raw.command.first().is_none_or(Word::is_empty) {
            return Err(Problem::Empty("command"));
        }
        if let Some(lock) = raw.setup.as_ref().map(Setup::lock).filter(|lock| !is_file_name(lock)) {
            return Err(Problem::Lock(lock.to_owned()));
        }
        if raw.setup.is_none() && !raw.shared.is_empty() {
            return Err(Problem::SharedWithoutSetup);
        }
        for (kind, name, treatment) in
            raw.tokens.iter().flat_map(|(kind, of)| of.iter().map(move |(name, it)| (kind, name, it)))
        {
            if !KINDS.contains(kind) {
                return Err(Problem::Kind { kind: kind.name() });
            }
            match TamperedToken::named(*kind, name).map(|token| token.treatment()) {
                None => return Err(Problem::Change { kind: kind.name(), name: name.clone() }),
                Some(specified) if specified == *treatment => {
                    return Err(Problem::Specified { kind: kind.name(), name: name.clone(), specified });
                }
                Some(_) => {}
            }
        }
        let faults = Faults::of(raw.faults)?;
        let is_unknown = |name: &&String| Operation::ALL.iter().all(|operation| operation.name() != **name);
        if let Some(name) = raw.operations.iter().flatten().find(is_unknown) {
            return Err(Problem::Operation { name: name.clone() });
        }
        if let Some(leeway) = raw.fixed_leeway.filter(|leeway| *leeway > MOST_FIXED_LEEWAY) {
            return Err(Problem::Leeway(leeway));
        }
        let supplied = raw.setup.as_ref().map_or(&[Placeholder::Dir][..], Setup::supplies);
        for placeholder in raw.command.iter().flat_map(Word::placeholders) {
            if !supplied.contains(&placeholder) {
                return Err(Problem::NotSupplied { placeholder, supplied });
            }
        }
        Ok(Self {
            name: raw.name,
            language: raw.language,
            library: raw.library,
            library_version: raw.library_version,
            documentation: raw.documentation,
            shared: raw.shared,
            command: raw.command,
            operations: raw.operations,
            fixed_leeway: raw.fixed_leeway,
            fixed_method: raw.fixed_method,
            setup: raw.setup,
            dialect: raw.dialect,
            tokens: raw.tokens,
            faults,
        })
    }
}

/// An invalid `adapter.toml`. `Display` names the file and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ManifestError {
    path: PathBuf,
    #[source]
    problem: Problem,
}

impl ManifestError {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error(
        "tokens.{kind}: {name:?} is not a token of qsh diff: expected a change, or several in its order, joined with +"
    )]
    Change { kind: &'static str, name: String },
    #[error("tokens.{kind}: expected one of {}", KINDS.map(TokenKind::name).join(", "))]
    Kind { kind: &'static str },
    #[error("tokens.{kind}: {name} is {specified} by the specification: expected a departure from it")]
    Specified { kind: &'static str, name: String, specified: Treatment },
    #[error("faults: {0}")]
    Fault(#[from] BadFault),
    #[error("expected format {FORMAT:?}, found {0:?}")]
    Format(String),
    #[error("expected version {VERSION}, found {0}")]
    Version(u32),
    #[error("operations: unknown operation {name:?}, expected some of {}", Operation::ALL.map(Operation::name).join(", "))]
    Operation { name: String },
    #[error("fixed_leeway: expected at most {MOST_FIXED_LEEWAY} seconds, found {0}")]
    Leeway(u32),
    #[error("{0} is empty")]
    Empty(&'static str),
    #[error("name {0:?}: expected a-z, 0-9 and single - between them")]
    Name(String),
    #[error("lock {0:?}: expected the name of a file beside {FILE_NAME}")]
    Lock(String),
    #[error("shared without [setup]: expected a setup, which puts the shared files beside the adapter's own")]
    SharedWithoutSetup,
    #[error("command has {placeholder}, but the setup supplies only {}", list(supplied))]
    NotSupplied { placeholder: Placeholder, supplied: &'static [Placeholder] },
    #[error("{}", toml_problem::toml_problem(.0))]
    Toml(#[from] toml::de::Error),
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    name: String,
    language: String,
    library: String,
    library_version: String,
    documentation: String,
    #[serde(default)]
    shared: Vec<String>,
    command: Vec<Word>,
    operations: Option<BTreeSet<String>>,
    fixed_leeway: Option<u32>,
    fixed_method: Option<String>,
    setup: Option<Setup>,
    #[serde(default)]
    dialect: DescribedDialect,
    #[serde(default)]
    tokens: Treatments,
    #[serde(default)]
    faults: BTreeMap<String, Fault>,
}

/// Whether a name is valid for a folder on every system.
fn is_name(name: &str) -> bool {
    name.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn is_file_name(name: &str) -> bool {
    !name.contains(['/', '\\']) && Path::new(name).file_name() == Some(OsStr::new(name))
}

fn list(placeholders: &[Placeholder]) -> String {
    placeholders.iter().map(Placeholder::to_string).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const OWN: &str = r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "Rust"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
command = ["my-app", "--config={dir}/a.toml"]
"#;

    const VENV: &str = "[setup]\nkind = \"python-venv\"\nlock = \"requirements.txt\"\nminimum = \"3.9.2\"\n";

    fn error(text: &str) -> String {
        Manifest::parse(text, Path::new("my/adapter.toml")).unwrap_err().to_string()
    }

    #[test]
    fn ok_without_setup() {
        let manifest = Manifest::parse(OWN, Path::new("adapter.toml")).unwrap();
        assert_eq!((manifest.setup, manifest.shared), (None, Vec::new()));
        assert_eq!(
            (manifest.dialect, manifest.tokens, manifest.faults),
            (DescribedDialect::default(), BTreeMap::new(), Faults::default())
        );
        let words: Vec<_> = manifest.command.iter().map(|word| word.fill(|_| OsStr::new("/a"))).collect();
        assert_eq!(words, ["my-app", "--config=/a/a.toml"]);
    }

    #[test]
    fn ok_with_setup_and_dialect() {
        let text = format!("{OWN}{VENV}[dialect]\nvalue_order = \"encoded\"\nbase_removal = \"none\"\n");
        let manifest =
            Manifest::parse(&text.replace("\"my-app\",", "\"{python}\","), Path::new("adapter.toml")).unwrap();
        assert_eq!(manifest.setup.as_ref().map(Setup::lock), Some("requirements.txt"));
        assert_eq!(manifest.dialect.dialect().to_string(), "base_removal=none value_order=encoded");
    }

    #[test]
    fn ok_with_tokens_and_faults() {
        let tokens = "[tokens.url]\nexp_left_out = \"accepted\"\n[tokens.asap]\n\"typ_jose+rs512\" = \"fault\"\n";
        let text = format!("{OWN}{tokens}[faults.ValueError]\nreason = \"a host\"\nclauses = [\"QSH-P8\"]\n");
        let Manifest { tokens, faults, .. } = Manifest::parse(&text, Path::new("adapter.toml")).unwrap();
        assert_eq!(faults.each().collect::<Vec<_>>(), [("ValueError", "QSH-P8")]);
        let of = |kind, name: &str, treatment| (kind, [(name.to_owned(), treatment)].into());
        let expected = [
            of(TokenKind::Url, "exp_left_out", Treatment::Accepted),
            of(TokenKind::Asap, "typ_jose+rs512", Treatment::Fault),
        ];
        assert_eq!(tokens, expected.into());
    }

    #[test]
    fn err_head() {
        assert_snapshot!(error(&OWN.replace("qsh-adapter", "qsh-vectors")), @r#"my/adapter.toml: expected format "qsh-adapter", found "qsh-vectors""#);
        assert_snapshot!(error(&OWN.replace("version = 1\n", "version = 2\nnew = true\n")), @"my/adapter.toml: expected version 1, found 2");
        assert_snapshot!(error(&OWN.replace("version = 1\n", "")), @r#"
        my/adapter.toml: TOML parse error at line 1, column 1
          |
        1 | format = "qsh-adapter"
          | ^
        missing field `version`
        "#);
        assert_snapshot!(error("\u{feff}{"), @"
        my/adapter.toml: TOML parse error at line 1, column 2
          |
        1 | ﻿{
          |  ^
        invalid key-value pair, expected key
        ");
    }

    #[test]
    fn err_keys() {
        assert_snapshot!(error(&OWN.replace("language", "lang")), @r#"
        my/adapter.toml: TOML parse error at line 4, column 1
          |
        4 | lang = "Rust"
          | ^^^^
        unknown field `lang`, expected one of `format`, `version`, `name`, `language`, `library`, `library_version`, `documentation`, `shared`, `command`, `operations`, `fixed_leeway`, `fixed_method`, `setup`, `dialect`, `tokens`, `faults`
        "#);
        assert_snapshot!(error(&format!("{OWN}operations = [\"qsh\", \"hash\"]\n")), @r#"my/adapter.toml: operations: unknown operation "hash", expected some of canonical_request, qsh, sign, authenticate, authenticate_install, asap_sign, asap_verify, authenticate_product, impersonation_sign, impersonation_verify, forge_verify"#);
        assert_snapshot!(error(&format!("{OWN}fixed_leeway = 301\n")), @"my/adapter.toml: fixed_leeway: expected at most 300 seconds, found 301");
        assert_snapshot!(error(&OWN.replace("library = \"my-app\"\n", "")), @r#"
        my/adapter.toml: TOML parse error at line 1, column 1
          |
        1 | format = "qsh-adapter"
          | ^
        missing field `library`
        "#);
        assert_snapshot!(error(&OWN.replace("\"1.0\"", "1.0")), @"
        my/adapter.toml: TOML parse error at line 6, column 19
          |
        6 | library_version = 1.0
          |                   ^^^
        invalid type: floating point `1.0`, expected a string
        ");
        assert_snapshot!(error(&OWN.replace("\"Rust\"", "\" \"")), @"my/adapter.toml: language is empty");
        assert_snapshot!(error(&OWN.replace("name = \"my-app\"", "name = \"../my app\"")), @r#"my/adapter.toml: name "../my app": expected a-z, 0-9 and single - between them"#);
        assert_snapshot!(error(&format!("{OWN}[dialect]\nplus = true\n")), @"
        my/adapter.toml: TOML parse error at line 10, column 8
           |
        10 | plus = true
           |        ^^^^
        invalid type: boolean `true`, expected a choice, or a table with choice, reason and link
        ");
        assert_snapshot!(error(&format!("{OWN}[faults.ValueError]\nreason = \" \"\nclauses = []\n")), @r#"my/adapter.toml: faults: "ValueError": expected the type of an exception, a reason, and at least one clause"#);
        assert_snapshot!(error(&format!("{OWN}[tokens.url]\nexp_gone = \"accepted\"\n")), @r#"my/adapter.toml: tokens.url: "exp_gone" is not a token of qsh diff: expected a change, or several in its order, joined with +"#);
        assert_snapshot!(error(&format!("{OWN}[tokens.url]\n\"jti+typ_jose\" = \"fault\"\n")), @r#"my/adapter.toml: tokens.url: "jti+typ_jose" is not a token of qsh diff: expected a change, or several in its order, joined with +"#);
        assert_snapshot!(error(&format!("{OWN}[tokens.url]\nexp_left_out = \"refused\"\n")), @"my/adapter.toml: tokens.url: exp_left_out is refused by the specification: expected a departure from it");
        assert_snapshot!(error(&format!("{OWN}[tokens.url]\nexp_left_out = \"taken\"\n")), @r#"
        my/adapter.toml: TOML parse error at line 10, column 16
           |
        10 | exp_left_out = "taken"
           |                ^^^^^^^
        unknown variant `taken`, expected one of `accepted`, `otherwise`, `refused`, `fault`
        "#);
        assert_snapshot!(error(&format!("{OWN}[tokens.uri]\nexp_left_out = \"accepted\"\n")), @"
        my/adapter.toml: TOML parse error at line 9, column 9
          |
        9 | [tokens.uri]
          |         ^^^
        unknown variant `uri`, expected one of `app`, `app_bitbucket`, `asap`, `context`, `forge`, `forge_oauth`, `impersonation`, `install`, `install_bitbucket`, `oauth`, `session`, `url`
        ");
        assert_snapshot!(error(&format!("{OWN}[tokens.session]\njti = \"refused\"\n")), @"my/adapter.toml: tokens.session: expected one of url, context, asap, app, impersonation, forge, install");
        assert_snapshot!(error(&format!("{OWN}[dialect]\nplus = \"minus\"\n")), @r#"
        my/adapter.toml: TOML parse error at line 9, column 1
          |
        9 | [dialect]
          | ^^^^^^^^^
        dialect: unknown choice "minus" of the dialect field plus, expected one of: space, literal, after_escapes
        "#);
    }

    #[test]
    fn err_setup() {
        assert_snapshot!(error(&format!("{OWN}{}", VENV.replace("python-venv", "conda"))), @r#"
        my/adapter.toml: TOML parse error at line 10, column 8
           |
        10 | kind = "conda"
           |        ^^^^^^^
        unknown variant `conda`, expected one of `python-venv`, `node-modules`, `maven-jars`, `cargo-package`, `go-module`
        "#);
        assert_snapshot!(error(&format!("{OWN}{VENV}extra = 1\n")), @"
        my/adapter.toml: TOML parse error at line 9, column 1
          |
        9 | [setup]
          | ^^^^^^^
        unknown field `extra`, expected `lock` or `minimum`
        ");
        assert_snapshot!(error(&format!("{OWN}{}", VENV.replace("3.9.2", "3.9.x"))), @r#"
        my/adapter.toml: TOML parse error at line 9, column 1
          |
        9 | [setup]
          | ^^^^^^^
        "3.9.x": expected a version of two or three numbers, such as "3.9"
        "#);
        assert_snapshot!(error(&format!("{OWN}{}", VENV.replace("requirements", "../requirements"))), @r#"my/adapter.toml: lock "../requirements.txt": expected the name of a file beside adapter.toml"#);
    }

    #[test]
    fn shared_files_need_a_setup() {
        let text = OWN.replace("command", "shared = [\"go/protocol.go\"]\ncommand");
        let manifest = Manifest::parse(&format!("{text}{VENV}"), Path::new("adapter.toml")).unwrap();
        assert_eq!(manifest.shared, ["go/protocol.go"]);
        assert_snapshot!(error(&text), @"my/adapter.toml: shared without [setup]: expected a setup, which puts the shared files beside the adapter's own");
    }

    #[test]
    fn err_command() {
        assert_snapshot!(error(&OWN.replace("{dir}", "{home}")), @r#"
        my/adapter.toml: TOML parse error at line 8, column 11
          |
        8 | command = ["my-app", "--config={home}/a.toml"]
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        "--config={home}/a.toml": expected {dir}, {python}, {node}, {java} or {program} in braces, and {{ or }} for a brace
        "#);
        assert_snapshot!(error(&OWN.replace("{dir}", "{python}")), @"my/adapter.toml: command has {python}, but the setup supplies only {dir}");
        assert_snapshot!(error(&OWN.replace("{dir}", "{")), @r#"
        my/adapter.toml: TOML parse error at line 8, column 11
          |
        8 | command = ["my-app", "--config={/a.toml"]
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        "--config={/a.toml": expected {dir}, {python}, {node}, {java} or {program} in braces, and {{ or }} for a brace
        "#);
        assert_snapshot!(error(&OWN.replace("[\"my-app\", \"--config={dir}/a.toml\"]", "[]")), @"my/adapter.toml: command is empty");
    }
}
