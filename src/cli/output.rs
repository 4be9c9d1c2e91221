//! Output of results to stdout, or to a file that is replaced atomically. Diagnostics go to stderr.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use qsh_diagnose::printable;

use super::args::Format;
use super::wrap::wrapped;

/// The content of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Lines for a person. ANSI escapes are removed if the output is not a terminal.
    Styled,
    /// Bytes for a program, written unchanged.
    Data,
}

impl From<Format> for Content {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Styled,
            Format::Json => Self::Data,
        }
    }
}

/// Prints a result. A broken pipe is not an error.
pub(super) fn print(text: &str, content: Content) -> io::Result<()> {
    let printed = match content {
        Content::Styled => write_all(anstream::stdout(), &for_terminal(text)),
        Content::Data => write_all(io::stdout(), text),
    };
    match printed {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// The text with its lines wrapped to the width of the terminal. Other outputs get whole lines.
fn for_terminal(text: &str) -> String {
    match terminal_size::terminal_size() {
        Some((width, _)) if io::stdout().is_terminal() => wrapped(text, width.0.into()),
        _ => text.to_owned(),
    }
}

/// Writes a result to a file, or prints it.
pub(super) fn write(text: &str, content: Content, file: Option<&Path>) -> anyhow::Result<()> {
    // As for other programs, `-` is stdout.
    match (file.filter(|file| *file != Path::new("-")), content) {
        (Some(path), Content::Styled) => replace(path, &anstream::adapter::strip_str(text).to_string()),
        (Some(path), Content::Data) => replace(path, text),
        (None, _) => Ok(print(text, content)?),
    }
}

/// Writes a result in several formats: in one to stdout or a file, and in others to files. Everything is rendered before
/// anything is written.
pub(super) fn write_all_formats<F: Copy>(
    (format, output): (F, Option<&Path>),
    reports: &[(F, PathBuf)],
    rendered: impl Fn(F) -> anyhow::Result<(String, Content)>,
) -> anyhow::Result<()> {
    let files: Vec<&Path> = reports.iter().map(|(_, file)| file.as_path()).chain(output).collect();
    if let Some(place) = (0..files.len()).find(|place| files[..*place].contains(&files[*place])) {
        bail!("two reports go to {}: expected a file for each", files[place].display());
    }
    let formats = reports.iter().map(|(format, file)| (*format, Some(file.as_path()))).chain([(format, output)]);
    let texts = formats.map(|(format, file)| Ok((rendered(format)?, file))).collect::<anyhow::Result<Vec<_>>>()?;
    texts.iter().try_for_each(|((text, content), file)| write(text, *content, *file))
}

/// Replaces the content of a file. On an error, the file stays unchanged.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || match fs::metadata(path) {
        Ok(there) if there.is_file() => put(&fs::canonicalize(path)?, Some(there.permissions()), text),
        // Writes to a pipe or a device, because it must not be replaced.
        Ok(_) => fs::write(path, text),
        Err(error) if error.kind() == ErrorKind::NotFound => put(path, None, text),
        Err(error) => Err(error),
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Adds a text to the end of a file.
pub(super) fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a temporary file in the same folder and renames it. Existing permissions are kept.
fn put(path: &Path, permissions: Option<fs::Permissions>, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies, as for other new files.
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    let mut file = builder.tempfile_in(folder).map_err(without_path)?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.persist(path)?;
    Ok(())
}

/// An error of a temporary file, without the random name of the file.
fn without_path(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ ErrorKind::NotFound => io::Error::new(kind, "its folder does not exist"),
        kind => kind.into(),
    }
}

/// Writes a message to stderr. Errors are ignored.
pub(super) fn say(text: &str) {
    let lines: String = text.lines().map(|line| format!("{}\n", printable(line))).collect();
    let _ = write_all(anstream::stderr(), &lines);
}

/// Writes styled text to stderr. What comes from elsewhere is printable already. Errors are ignored.
pub(super) fn tell(text: &str) {
    let _ = write_all(anstream::stderr(), &format!("{text}\n"));
}

fn write_all(mut to: impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}
