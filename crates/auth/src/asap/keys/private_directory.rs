//! Private keys of an issuer, stored in files.

use std::path::Path;
use std::{fs, io};

use super::DirectoryError;
use super::directory::content;
use crate::jwt::{KeyId, PrivateKey};

/// The latest of an issuer's private keys in a directory, and its key id. Returns `None` if the issuer has no keys
/// there.
///
/// The issuer's keys are the `.pem` files in the subdirectory with the issuer's name. The key id is the file's path
/// relative to the directory. The latest key is the one whose file name sorts last. To rotate keys, add a file with a
/// later name.
///
/// # Errors
///
/// If a file or a directory cannot be read, or a file is not a private key.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::keys::latest_private_key_of;
///
/// let folder = tempfile::tempdir()?;
/// std::fs::create_dir_all(folder.path().join("svc"))?;
/// for name in ["2025-01.pem", "2026-01.pem"] {
///     std::fs::write(folder.path().join("svc").join(name), rcgen::KeyPair::generate()?.serialize_pem())?;
/// }
/// std::fs::create_dir(folder.path().join("svc/2027.pem"))?;
/// let (key_id, _key) = latest_private_key_of("svc", folder.path())?.unwrap();
/// assert_eq!(key_id.as_str(), "svc/2026-01.pem");
/// assert!(latest_private_key_of("other", folder.path())?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn latest_private_key_of(
    issuer: &str,
    directory: impl AsRef<Path>,
) -> Result<Option<(KeyId, PrivateKey)>, DirectoryError> {
    // The issuer is the first part of a key id. Parsing it as a key id keeps the path inside the directory.
    let Ok(front) = KeyId::parse(issuer) else { return Ok(None) };
    let folder = front.segments().fold(directory.as_ref().to_owned(), |path, segment| path.join(segment));
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let mut last: Option<KeyId> = None;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_encoded_bytes();
        let key_id = KeyId::parse([issuer.as_bytes(), &name].join(&b'/')).ok().filter(|_| name.ends_with(b".pem"));
        // Skips directories and dangling links.
        last = last.max(key_id.filter(|_| entry.path().is_file()));
    }
    let Some(key_id) = last else { return Ok(None) };
    let path = key_id.segments().fold(directory.as_ref().to_owned(), |path, segment| path.join(segment));
    let Some(text) = content(&path)? else { return Ok(None) };
    let key = PrivateKey::from_pem(text).map_err(DirectoryError::NotAKey)?;
    Ok(Some((key_id, key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_issuer_leads_out_of_the_directory_and_a_public_key_is_an_error() {
        for issuer in ["../keys", "", "keys/..", "/keys"] {
            assert!(latest_private_key_of(issuer, "tests/keys").unwrap().is_none(), "{issuer}");
        }
        // The last file of tests/keys with the extension .pem is a public key.
        assert!(matches!(latest_private_key_of("keys", "tests"), Err(DirectoryError::NotAKey(_))));
    }
}
