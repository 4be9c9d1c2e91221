//! Input of the token commands: files, tokens and keys. The name `-` stands for stdin.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use qsh_auth::asap::keys::{Options, Repository, RepositoryError};
use qsh_auth::jwt::{KeyId, KeySource, PublicKey};
use qsh_diagnose::intake::pasted_token;

use crate::cli::output;

/// The maximum length of stdin. No server accepts a longer header.
const LONGEST: u64 = 1 << 20;

pub(in crate::cli) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    }
    let mut text = Vec::new();
    io::stdin().take(LONGEST + 1).read_to_end(&mut text).context("cannot read stdin")?;
    if text.len() as u64 > LONGEST {
        bail!("stdin holds more than 1 MiB: expected a token, a secret or a key");
    }
    Ok(text)
}

/// The content of a file with a secret, without one newline at its end.
pub(in crate::cli) fn without_newline(secret: &[u8]) -> &[u8] {
    secret.strip_suffix(b"\n").map_or(secret, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Checks that at most one of these reads stdin, because stdin can be read only once.
pub(in crate::cli) fn at_most_one<'a>(names: impl IntoIterator<Item = &'a OsStr>) -> anyhow::Result<()> {
    if names.into_iter().filter(|name| *name == "-").count() > 1 {
        bail!("stdin can be read only once: expected one - among the arguments");
    }
    Ok(())
}

/// The file that an argument names: `@FILE`, or the name of a file that exists. A path of a URL, which begins with a slash,
/// is no name.
pub(in crate::cli) fn file(argument: &str) -> Option<&str> {
    let is_name = !argument.starts_with('/') && argument.contains('.') && Path::new(argument).is_file();
    argument.strip_prefix('@').or_else(|| Some(argument).filter(|_| is_name))
}

/// A token, and the text that was pasted in its place.
pub(super) struct Pasted {
    pub(super) token: String,
    pub(super) around: String,
}

/// The given token, the one on stdin if `-` is given, or the one in a file if a file is named. What people paste around a
/// token is removed: a scheme, the name of the header, quotes, line breaks, or the URL with its `jwt` parameter.
pub(in crate::cli) fn token(given: &str) -> anyhow::Result<String> {
    Ok(pasted(given)?.token)
}

/// The same, with the text around it.
pub(super) fn pasted(given: &str) -> anyhow::Result<Pasted> {
    let text = match file(given) {
        _ if given == "-" => read(Path::new("-"))?,
        Some(file) => {
            if !given.starts_with('@') {
                output::say(&format!("note: took {file} for the name of a file"));
            }
            read(Path::new(file))?
        }
        None => given.as_bytes().to_vec(),
    };
    let Ok(around) = String::from_utf8(text) else { bail!("expected a token, found bytes that are not UTF-8") };
    if around.trim().is_empty() {
        bail!("expected a token, found nothing");
    }
    match pasted_token(&around) {
        Some(token) => Ok(Pasted { token, around }),
        None => bail!("expected one token, such as JWT eyJ….eyJ….…, found another text"),
    }
}

/// Where a verifier finds public keys.
pub(super) enum Keys {
    Given(BTreeMap<KeyId, PublicKey>),
    OnTheWeb(Repository),
}

impl Keys {
    /// The keys of arguments `KID=FILE`, or a repository instead.
    pub(super) fn new(arguments: &[String], repository: Option<&str>) -> anyhow::Result<Self> {
        let Some(base_url) = repository else { return public_keys(arguments).map(Self::Given) };
        let repository = Repository::new(base_url, Options::default());
        Ok(Self::OnTheWeb(repository.with_context(|| format!("--key-repository {base_url}"))?))
    }
}

impl KeySource for Keys {
    type Error = RepositoryError;

    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, RepositoryError> {
        match self {
            Self::Given(keys) => Ok(keys.get(key_id).cloned()),
            Self::OnTheWeb(repository) => repository.public_key(key_id, now),
        }
    }
}

fn public_keys(arguments: &[String]) -> anyhow::Result<BTreeMap<KeyId, PublicKey>> {
    let mut keys = BTreeMap::new();
    for argument in arguments {
        let Some((key_id, file)) = argument.split_once('=') else {
            bail!("--public-key {argument}: expected KID=FILE");
        };
        let key_id = KeyId::parse(key_id).with_context(|| format!("--public-key {argument}"))?;
        let key = PublicKey::from_pem(read(Path::new(file))?).with_context(|| file.to_owned())?;
        if keys.insert(key_id, key).is_some() {
            bail!("--public-key {argument}: this key id was given twice");
        }
    }
    Ok(keys)
}
