//! Arguments that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use qsh::suite::load::Vectors;
use qsh::suite::select::Selection;
use qsh_diagnose::{Input, JsonBody, Text};

/// When to use colours. `auto` also heeds `NO_COLOR` and `CLICOLOR_FORCE`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub(super) fn apply(self) {
        match self {
            Self::Auto => {}
            Self::Always => anstream::ColorChoice::Always.write_global(),
            Self::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// The formats of the commands that have no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Json,
}

/// A request on the command line.
#[derive(clap::Args, Debug)]
pub(super) struct RequestArgs {
    /// HTTP method
    method: String,
    /// Absolute URL, or path with query
    url: OsString,
    /// Base URL of the app (requests to it) or of the product (requests to that)
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY")]
    form: Option<String>,
    /// Body of an application/json request, which never counts but in some implementations
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
}

impl RequestArgs {
    /// What the arguments describe; a request, where it is one.
    pub(super) fn input(self) -> anyhow::Result<Input> {
        let Self { method, url, base_url, form, json_body } = self;
        let json = json_body.as_deref().map(json).transpose()?;
        Ok(Input { method, url: Text::from(url.into_encoded_bytes()), base_url, form, json })
    }
}

/// The body of `--json-body`.
pub(super) fn json(text: &str) -> anyhow::Result<JsonBody> {
    text.parse().context("--json-body")
}

/// A request on the command line, or none.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct PerhapsRequestArgs {
    /// HTTP method
    #[arg(requires = "url")]
    method: Option<String>,
    /// Absolute URL, or path with query
    url: Option<OsString>,
    /// Base URL of the app (requests to it) or of the product (requests to that)
    #[arg(long, value_name = "URL", requires = "method")]
    base_url: Option<String>,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY", requires = "method")]
    form: Option<String>,
}

impl PerhapsRequestArgs {
    pub(super) fn is_given(&self) -> bool {
        self.method.is_some()
    }

    /// What the arguments describe, if they do.
    pub(super) fn input(self) -> Option<Input> {
        let Self { method, url, base_url, form } = self;
        Some(Input { method: method?, url: Text::from(url?.into_encoded_bytes()), base_url, form, json: None })
    }
}

/// Where the vectors come from.
#[derive(clap::Args, Debug)]
pub(super) struct VectorsArgs {
    /// Vector file or folder to use instead of the vectors that qsh carries
    #[arg(long = "vectors", value_name = "PATH")]
    path: Option<PathBuf>,
}

impl VectorsArgs {
    pub(super) fn load(&self) -> anyhow::Result<Vectors> {
        match &self.path {
            Some(path) => Vectors::read(path).context("the vectors cannot be used"),
            None => Vectors::embedded().context("the vectors that qsh carries cannot be used"),
        }
    }

    /// Whether they are the ones that qsh carries.
    pub(super) fn are_carried(&self) -> bool {
        self.path.is_none()
    }
}

/// Which cases a command takes.
#[derive(clap::Args, Debug)]
pub(super) struct SelectArgs {
    /// Cases: ids, fronts of ids, globs, clauses (QSH-Q7), flags (@interop); !SELECT takes out
    #[arg(value_name = "SELECT")]
    terms: Vec<String>,
}

impl SelectArgs {
    pub(super) fn selection(&self) -> anyhow::Result<Selection> {
        Ok(Selection::new(&self.terms)?)
    }
}

/// A format of reports and the file that it goes to, as `--report` has them: `FORMAT=FILE`.
pub(super) fn format_and_file<F: ValueEnum>(text: &str) -> Result<(F, PathBuf), String> {
    let formats = || F::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let expected = || {
        let names: Vec<String> = formats().map(|format| format.get_name().to_owned()).collect();
        format!("expected FORMAT=FILE, with a FORMAT of {}", names.join(", "))
    };
    let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(expected)?;
    Ok((F::from_str(format, false).map_err(|_| expected())?, PathBuf::from(file)))
}

/// A number of seconds, as an option has it.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    let most = Duration::from_hours(24);
    seconds
        .filter(|duration| (Duration::from_nanos(1)..=most).contains(duration))
        .ok_or_else(|| format!("expected a number of seconds above 0 and up to {}", most.as_secs()))
}
