//! Arguments that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use qsh::adapter::http::{ResponsePattern, ResponsePatterns};
use qsh::report::human::Detail;
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

/// The formats of most commands: text for a person, or JSON.
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
    /// Base URL of the app or product that receives the request. A known host of Atlassian gives it; '' leaves it out
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY")]
    form: Option<String>,
    /// Body of an application/json request. The specification ignores it, some implementations hash it
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
}

impl RequestArgs {
    /// The input that the arguments describe. It may be an invalid request.
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

/// An optional request on the command line.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct PerhapsRequestArgs {
    /// HTTP method
    #[arg(requires = "url")]
    method: Option<String>,
    /// Absolute URL, or path with query
    url: Option<OsString>,
    /// Base URL of the app or product that receives the request. A known host of Atlassian gives it; '' leaves it out
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

    /// The input that the arguments describe. `None` without a method and a URL.
    pub(super) fn input(self) -> Option<Input> {
        let Self { method, url, base_url, form } = self;
        Some(Input { method: method?, url: Text::from(url?.into_encoded_bytes()), base_url, form, json: None })
    }
}

/// Where the vectors come from.
#[derive(clap::Args, Debug)]
pub(super) struct VectorsArgs {
    /// Vector file or folder to use instead of the bundled vectors
    #[arg(long = "vectors", value_name = "PATH")]
    path: Option<PathBuf>,
}

impl VectorsArgs {
    pub(super) fn load(&self) -> anyhow::Result<Vectors> {
        match &self.path {
            Some(path) => Vectors::read(path).context("the vectors cannot be used"),
            None => Vectors::embedded().context("the bundled vectors cannot be used"),
        }
    }

    /// Whether they are the bundled vectors.
    pub(super) fn are_carried(&self) -> bool {
        self.path.is_none()
    }
}

/// The selection of cases.
#[derive(clap::Args, Debug)]
pub(super) struct SelectArgs {
    /// Cases: ids, id prefixes, globs, clauses (QSH-Q7, PRD-*), flags (@interop); !SELECT excludes
    #[arg(value_name = "SELECT")]
    terms: Vec<String>,
}

impl SelectArgs {
    pub(super) fn selection(&self) -> anyhow::Result<Selection> {
        Ok(Selection::new(&self.terms)?)
    }
}

/// How a running app is called, and what its responses say.
#[derive(clap::Args, Debug)]
pub(super) struct AppArgs {
    /// Response that counts as accepted: a status (2xx, 200, 200-299), location:TEXT or body:TEXT; repeatable
    #[arg(long, value_name = "SIGN")]
    accepted: Vec<ResponsePattern>,
    /// Response that counts as refused, in the same form. It is looked at before --accepted; repeatable
    #[arg(long, value_name = "SIGN")]
    refused: Vec<ResponsePattern>,
    /// Host that may be called besides this machine; repeatable
    #[arg(long = "allow-host", value_name = "HOST")]
    pub(super) allowed_hosts: Vec<String>,
}

impl AppArgs {
    /// What counts as accepted and as refused.
    pub(super) fn patterns(&self) -> ResponsePatterns {
        let patterns = self.accepted.iter().cloned().fold(ResponsePatterns::default(), ResponsePatterns::with_accepted);
        self.refused.iter().cloned().fold(patterns, ResponsePatterns::with_refused)
    }
}

/// Parses the value of `--report`: `FORMAT=FILE`.
pub(super) fn format_and_file<F: ValueEnum>(text: &str) -> Result<(F, PathBuf), String> {
    let formats = || F::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let expected = || {
        let names: Vec<String> = formats().map(|format| format.get_name().to_owned()).collect();
        format!("expected FORMAT=FILE, where FORMAT is one of {}", names.join(", "))
    };
    let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(expected)?;
    Ok((F::from_str(format, false).map_err(|_| expected())?, PathBuf::from(file)))
}

/// Parses a number of seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    let most = Duration::from_hours(24);
    seconds
        .filter(|duration| (Duration::from_nanos(1)..=most).contains(duration))
        .ok_or_else(|| format!("expected a number of seconds above 0 and up to {}", most.as_secs()))
}

/// How much of a report for people is shown.
#[derive(clap::Args, Debug)]
pub(super) struct DetailArgs {
    /// Show the cases too; -vv shows all of them
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Show only the last line
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
}

impl DetailArgs {
    pub(super) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Conclusion,
            (false, 0) => Detail::Causes,
            (false, 1) => Detail::Cases,
            (false, _) => Detail::Everything,
        }
    }
}
