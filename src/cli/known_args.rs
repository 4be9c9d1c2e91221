//! What a person knows beside the token: whom the verifier expects, the secrets, and the time.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use qsh_auth::jwt::Time;
use qsh_diagnose::signature::NamedSecret;

use super::token::{Moment, source};

#[derive(clap::Args, Debug)]
pub(super) struct KnownArgs {
    /// Issuer that the verifier expects, such as the app's key for a token to a product
    #[arg(long, value_name = "ISS")]
    pub(super) issuer: Option<String>,
    /// Audience that the verifier expects, such as the base URL of the app; repeatable
    #[arg(long = "audience", value_name = "AUD")]
    pub(super) audiences: Vec<String>,
    /// File with a shared secret that may have made the signature; repeatable. One trailing newline is ignored
    #[arg(long = "secret-file", value_name = "FILE")]
    secret_files: Vec<PathBuf>,
    /// Environment variable with a shared secret; repeatable
    #[arg(long = "secret-env", value_name = "NAME")]
    secret_variables: Vec<String>,
    /// Maximum clock skew in seconds, for the dates of the token
    #[arg(long, value_name = "S", default_value_t = 0)]
    leeway: u32,
    #[command(flatten)]
    moment: Moment,
}

impl KnownArgs {
    pub(super) fn time(&self) -> anyhow::Result<Time> {
        Ok(Time::new(self.moment.seconds()?).with_leeway(self.leeway))
    }

    /// The secrets, by the names of their files and variables.
    pub(super) fn secrets(&self) -> anyhow::Result<Vec<NamedSecret>> {
        let mut secrets = Vec::new();
        source::at_most_one(self.secret_files.iter().map(|file| file.as_os_str()))?;
        for file in &self.secret_files {
            secrets.push(secret(file.display().to_string(), &source::read(file)?)?);
        }
        for name in &self.secret_variables {
            let value = env::var_os(name).with_context(|| format!("the environment variable {name} is not set"))?;
            secrets.push(secret(name.clone(), value.as_encoded_bytes())?);
        }
        Ok(secrets)
    }

    /// Whether a secret is read from stdin.
    pub(super) fn reads_stdin(&self) -> bool {
        self.secret_files.iter().any(|file| file == Path::new("-"))
    }
}

fn secret(name: String, bytes: &[u8]) -> anyhow::Result<NamedSecret> {
    let secret = source::without_newline(bytes);
    if secret.is_empty() {
        bail!("{name}: the shared secret is empty");
    }
    Ok(NamedSecret::new(name, secret))
}
