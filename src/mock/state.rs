//! [`State`]: what a product keeps from one start to the next.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::keys::{BadKey, SigningKey};
use super::outgoing::Keys;
use super::product::Product;
use super::site::Site;

/// The keys, the sites and their secrets.
#[derive(Debug)]
pub struct State {
    pub(super) product: Product,
    pub(super) keys: Keys,
    pub(super) sites: Vec<Site>,
}

/// The file of a state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    format: String,
    version: u32,
    product: Product,
    callback_key: SavedKey,
    forge_key: SavedKey,
    sites: Vec<Site>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedKey {
    kid: String,
    private_key: String,
}

/// A file that is not a state, or that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadState {
    /// Reading or writing failed.
    #[error("{}: {problem}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What failed.
        problem: io::Error,
    },
    /// The file has another content.
    #[error("{}: expected the state of `qsh mock`, version 1, for {expected}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The product.
        expected: &'static str,
        /// What is wrong.
        problem: String,
    },
}

const FORMAT: &str = "qsh-mock-state";

impl State {
    /// A new state with sites that nobody has seen.
    pub fn new(product: Product, sites: usize) -> Self {
        let keys = Keys { callbacks: SigningKey::for_callbacks(), forge: SigningKey::for_forge() };
        Self { product, keys, sites: (1..=sites.max(1)).map(Site::new).collect() }
    }

    /// The state of a file. If the file is not there, a new one. Sites that the file does not have are new, too.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or that is no state of this product.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::{Product, State};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("state.json");
    /// assert!(State::read(&file, Product::Jira, 2).is_ok());
    /// std::fs::write(&file, "{}")?;
    /// assert!(State::read(&file, Product::Jira, 1).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn read(path: &Path, product: Product, sites: usize) -> Result<Self, BadState> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::new(product, sites)),
            text => text.map_err(|problem| BadState::Io { path: path.to_owned(), problem })?,
        };
        let bad = |problem: String| BadState::Content { path: path.to_owned(), expected: product.name(), problem };
        let file: StateFile = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if file.format != FORMAT || file.version != 1 {
            return Err(bad(format!("found {} version {}", file.format, file.version)));
        }
        if file.product != product {
            return Err(bad(format!("found a state for {}", file.product.name())));
        }
        let key = |saved: &SavedKey| {
            SigningKey::read(&saved.kid, &saved.private_key).map_err(|BadKey| bad(BadKey.to_string()))
        };
        let keys = Keys { callbacks: key(&file.callback_key)?, forge: key(&file.forge_key)? };
        let new = (file.sites.len() + 1..=sites.max(1)).map(Site::new);
        Ok(Self { product, keys, sites: file.sites.into_iter().chain(new).collect() })
    }

    /// How many sites there are.
    pub fn sites(&self) -> usize {
        self.sites.len()
    }
}

/// Writes a state to a file that only its owner can read. The old file stays until the new one is complete.
pub(super) fn write(path: &Path, product: Product, keys: &Keys, sites: &[Site]) -> Result<(), BadState> {
    let saved = |key: &SigningKey| SavedKey { kid: key.key_id().to_owned(), private_key: key.pem().to_owned() };
    let (callback_key, forge_key) = (saved(&keys.callbacks), saved(&keys.forge));
    let (format, sites) = (FORMAT.to_owned(), sites.to_vec());
    let file = StateFile { format, version: 1, product, callback_key, forge_key, sites };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let write = || {
        // Only its owner can read a temporary file.
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(format!("{:#}\n", serde_json::to_value(file)?).as_bytes())?;
        temporary.persist(path)?;
        Ok(())
    };
    write().map_err(|problem| BadState::Io { path: path.to_owned(), problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(state: &State, file: &Path) {
        write(file, state.product, &state.keys, &state.sites).unwrap();
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        let state = State::new(Product::Jira, 1);
        save(&state, &file);
        let again = State::read(&file, Product::Jira, 2).unwrap();
        assert_eq!((&again.sites[..1], again.sites.len()), (&state.sites[..], 2));
        assert_eq!(again.keys.callbacks.key_id(), state.keys.callbacks.key_id());
        let other = State::read(&file, Product::Confluence, 1).unwrap_err().to_string();
        assert!(other.contains("state.json") && other.contains("a state for jira"), "{other}");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        save(&State::new(Product::Jira, 1), &file);
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
    }
}
