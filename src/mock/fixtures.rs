//! [`Fixtures`]: files that the product answers with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Files that the product answers with: `METHOD/path/of/the/call.json` in a folder. The path is below the base URL, without
/// query.
#[derive(Clone, Debug, Default)]
pub struct Fixtures {
    files: BTreeMap<(String, String), PathBuf>,
}

/// The deepest folder that is read.
const DEEPEST: usize = 32;

impl Fixtures {
    /// Lists the files of a folder. They are read when they are asked for.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read, or two files for one call.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::Fixtures;
    ///
    /// let folder = tempfile::tempdir()?;
    /// std::fs::create_dir_all(folder.path().join("GET/rest/api/3"))?;
    /// std::fs::write(folder.path().join("GET/rest/api/3/myself.json"), r#"{"accountId":"1"}"#)?;
    /// let fixtures = Fixtures::read(folder.path())?;
    /// let (content_type, body) = fixtures.of("GET", "/rest/api/3/myself")?.unwrap();
    /// assert_eq!((content_type, body.as_slice()), ("application/json", br#"{"accountId":"1"}"#.as_slice()));
    /// assert!(fixtures.of("GET", "/rest/api/3/../3/myself")?.is_none());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut fixtures = Self::default();
        for method in entries(folder)? {
            if method.is_dir() {
                fixtures.add(&name(&method), &method, "", DEEPEST)?;
            }
        }
        Ok(fixtures)
    }

    fn add(&mut self, method: &str, folder: &Path, path: &str, depth: usize) -> io::Result<()> {
        for entry in entries(folder)? {
            if entry.is_dir() && depth > 0 {
                self.add(method, &entry, &format!("{path}/{}", name(&entry)), depth - 1)?;
            } else if entry.is_file() {
                let stem = entry.file_stem().unwrap_or_default().to_string_lossy();
                let call = (method.to_owned(), format!("{path}/{stem}"));
                if let Some(other) = self.files.insert(call, entry.clone()) {
                    let both = format!("{} and {} answer one call", other.display(), entry.display());
                    return Err(io::Error::other(both));
                }
            }
        }
        Ok(())
    }

    /// The type and the content of the file for a call. `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn of(&self, method: &str, path: &str) -> io::Result<Option<(&'static str, Vec<u8>)>> {
        let Some(file) = self.files.get(&(method.to_owned(), path.to_owned())) else { return Ok(None) };
        let content_type = match file.extension().and_then(|extension| extension.to_str()) {
            Some("json") => "application/json",
            Some("xml") => "application/xml",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        Ok(Some((content_type, fs::read(file)?)))
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The calls that have a file, as method and path.
    pub fn calls(&self) -> impl Iterator<Item = String> {
        self.files.keys().map(|(method, path)| format!("{method} {path}"))
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(named)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
