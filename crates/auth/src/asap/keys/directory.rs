//! Public keys, stored in files.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::LARGEST;
use crate::jwt::{InvalidKey, KeyId, KeySource, PublicKey};

/// A directory with one PEM file for each public key. The key id is the file's path relative to the directory. A key id
/// never leads out of the directory (ASAP-6), but a symbolic link in it can. The file is read at every request.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::keys::Directory;
/// use qsh_auth::jwt::{KeyId, KeySource};
///
/// let keys = Directory::new("tests/keys");
/// assert!(keys.public_key(&KeyId::parse("p256.spki.pem")?, 1_000)?.is_some());
/// assert!(keys.public_key(&KeyId::parse("svc/none.pem")?, 1_000)?.is_none());
/// assert!(keys.public_key(&KeyId::parse("p256.pkcs8.pem")?, 1_000).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// The directory with that path. This does not access it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl KeySource for Directory {
    type Error = DirectoryError;

    fn public_key(&self, key_id: &KeyId, _now: i64) -> Result<Option<PublicKey>, DirectoryError> {
        let path = key_id.segments().fold(self.0.clone(), |path, segment| path.join(segment));
        let Some(text) = content(&path)? else { return Ok(None) };
        PublicKey::from_pem(text).map(Some).map_err(DirectoryError::NotAKey)
    }
}

/// The error codes for a name that is too long: `ERROR_INVALID_NAME` and `ERROR_FILENAME_EXCED_RANGE` of Windows, or
/// `ENAMETOOLONG`. Their `io::ErrorKind` has a name only since Rust 1.87.
const TOO_LONG: &[i32] = if cfg!(windows) {
    &[123, 206]
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    &[36]
} else {
    &[63]
};

/// The content of a file, or `None` if there is no file.
pub(super) fn content(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, DirectoryError> {
    // A name that is too long for the file system means that the file does not exist.
    let is_absent = |error: &io::Error| {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
            || error.raw_os_error().is_some_and(|code| TOO_LONG.contains(&code))
    };
    // Checked before the file is opened, since opening a pipe would wait for a writer.
    let length = match path.metadata() {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Ok(None),
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // With room for the whole file, no copy of a private key stays in memory that the vector left.
    let room = usize::try_from(length.min(LARGEST) + 1).unwrap_or_default();
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(DirectoryError::TooLarge);
    }
    Ok(Some(text))
}

/// Why a key could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The file does not contain a key of the expected kind.
    NotAKey(InvalidKey),
    /// The file cannot be read.
    Read(io::Error),
    /// The file has more than 16 KiB.
    TooLarge,
}

impl From<io::Error> for DirectoryError {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAKey(_) => "the key's file does not contain a usable key",
            Self::Read(_) => "the key's file cannot be read",
            Self::TooLarge => "the key's file has more than 16 KiB",
        })
    }
}

impl Error for DirectoryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotAKey(error) => Some(error),
            Self::Read(error) => Some(error),
            Self::TooLarge => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(key_id: &str) -> Result<Option<PublicKey>, DirectoryError> {
        Directory::new("tests").public_key(&KeyId::parse(key_id).unwrap(), 0)
    }

    #[test]
    fn a_directory_is_no_key_and_a_file_no_directory() {
        assert!(asked("keys/rsa.spki.pem").unwrap().is_some());
        let too_long = format!("keys/{}", "k".repeat(300));
        let too_deep = "k/".repeat(3_000) + "k";
        for absent in ["keys", "keys/none.pem", "keys/rsa.spki.pem/k", "none/k", &too_long, &too_deep] {
            assert!(asked(absent).unwrap().is_none(), "{absent}");
        }
    }

    #[test]
    fn a_file_with_something_else_is_an_error() {
        assert!(matches!(asked("keys/rsa.pkcs8.pem"), Err(DirectoryError::NotAKey(InvalidKey::WrongHalf))));
        assert!(matches!(asked("keys/README.md"), Err(DirectoryError::NotAKey(InvalidKey::NotPem))));
    }
}
