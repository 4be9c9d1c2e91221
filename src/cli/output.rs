//! Where results go: stdout, or a file that is written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use qsh::suite::text::Text;
use tempfile::NamedTempFile;

/// Prints a result; its colours are taken out where stdout does not show them.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Puts a result into a file, or prints it.
pub(super) fn write(text: &str, file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        Some(path) => replace(path, &anstream::adapter::strip_str(text).to_string()),
        None => Ok(print(text)?),
    }
}

/// Replaces a file's content. Whatever goes wrong, the file is left as it was.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The two members that JSON has for bytes: text where they are UTF-8, and hex where they are not.
pub(super) fn text_or_hex(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let text = Text::from(bytes.to_vec());
    match text.as_str() {
        Some(utf8) => (Some(utf8.to_owned()), None),
        None => (None, Some(text.to_hex())),
    }
}
