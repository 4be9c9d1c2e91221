//! Shared secrets. They are never on the command line, because other users of the machine can read it.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use qsh_auth::jwt::SharedSecret;
use qsh_diagnose::signature::NamedSecret;

use super::token::source::{read, without_newline};

/// The default environment variable.
const VARIABLE: &str = "QSH_SHARED_SECRET";

#[derive(clap::Args, Debug)]
pub(super) struct SecretArgs {
    /// File with the shared secret; - reads it from stdin. One trailing newline is ignored
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Environment variable with the shared secret [default: QSH_SHARED_SECRET]
    #[arg(long, value_name = "NAME", conflicts_with = "secret_file")]
    secret_env: Option<String>,
}

impl SecretArgs {
    /// The secret of a file.
    pub(super) fn of_file(file: &Path) -> Self {
        Self { secret_file: Some(file.to_owned()), secret_env: None }
    }

    pub(super) fn load(&self) -> anyhow::Result<LoadedSecret> {
        let (secret, whence) = match &self.secret_file {
            Some(file) => (read(file)?, file.display().to_string()),
            None => {
                let name = self.secret_env.as_deref().unwrap_or(VARIABLE);
                let Some(secret) = env::var_os(name) else {
                    bail!("no shared secret: give --secret-file FILE, or set the environment variable {name}");
                };
                (secret.into_encoded_bytes(), format!("the environment variable {name}"))
            }
        };
        let bytes = without_newline(&secret).to_vec();
        let secret = SharedSecret::new(&bytes).with_context(|| whence.clone())?;
        Ok(LoadedSecret { secret, explained: NamedSecret::new(whence, bytes) })
    }

    /// The name of its file, if it is in a file.
    pub(super) fn file(&self) -> Option<&OsStr> {
        self.secret_file.as_deref().map(Path::as_os_str)
    }
}

/// A secret that was read.
pub(super) struct LoadedSecret {
    /// To sign and to verify with.
    pub(super) secret: SharedSecret,
    /// To explain a signature with, with the place that it comes from.
    pub(super) explained: NamedSecret,
}

impl LoadedSecret {
    /// The secret as text, as it is in an installed callback (JWT-18).
    pub(super) fn text(&self) -> anyhow::Result<String> {
        let text = str::from_utf8(self.explained.as_bytes()).ok().map(str::to_owned);
        text.with_context(|| format!("{}: expected text, found bytes that are not UTF-8", self.explained.name()))
    }
}
