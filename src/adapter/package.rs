//! An adapter as it is delivered: its manifest with the files beside it, embedded in this library or in a folder of the
//! user's.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};

use super::manifest::{self, Manifest, ManifestError};

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/adapters");

/// The name of an adapter's list of known failures.
pub const KNOWN_FILE_NAME: &str = "known.toml";

/// The adapters that are embedded in this library, in the order of their names.
///
/// # Errors
///
/// A manifest that cannot be read; a test of this module shows that there is none.
///
/// # Examples
///
/// Each is known by its name:
///
/// ```
/// let bundled = qsh::adapter::package::bundled()?;
/// assert!(bundled.iter().any(|package| package.manifest().name == "python-atlassian-jwt"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bundled() -> Result<Vec<Package>, PackageError> {
    let mut packages: Vec<_> =
        BUNDLED.dirs().map(|dir| Package::open(Files::Embedded(dir))).collect::<Result<_, _>>()?;
    packages.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
    Ok(packages)
}

/// An adapter as it is delivered.
#[derive(Clone, Debug)]
pub struct Package {
    manifest: Manifest,
    files: Files,
}

impl Package {
    /// Loads an adapter of the user's own from its folder, or from the path of its `adapter.toml`.
    ///
    /// # Errors
    ///
    /// A path with no readable `adapter.toml`, one that is wrong ([`Manifest::parse`]), or one whose lock file is not
    /// there.
    pub fn load(path: &Path) -> Result<Self, PackageError> {
        let path = std::path::absolute(path).map_err(|source| PackageError::Io { path: path.to_owned(), source })?;
        let folder = match path.parent() {
            Some(folder) if path.file_name() == Some(OsStr::new(manifest::FILE_NAME)) => folder.to_owned(),
            _ => path,
        };
        Self::open(Files::OnDisk(folder))
    }

    fn open(files: Files) -> Result<Self, PackageError> {
        let path = files.path(manifest::FILE_NAME);
        let text = files.read(manifest::FILE_NAME)?;
        let text = str::from_utf8(&text).map_err(|error| PackageError::Io {
            path: path.clone(),
            source: io::Error::new(io::ErrorKind::InvalidData, error),
        })?;
        let manifest = Manifest::parse(text, &path)?;
        if let Some(setup) = &manifest.setup {
            files.read(setup.lock())?;
        }
        Ok(Self { manifest, files })
    }

    /// What `adapter.toml` says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder of a user's own adapter; none for an embedded one.
    pub fn folder(&self) -> Option<&Path> {
        match &self.files {
            Files::Embedded(_) => None,
            Files::OnDisk(folder) => Some(folder),
        }
    }

    /// What a message calls the file of this name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.files.path(name)
    }

    /// The text of `known.toml`, when there is one.
    ///
    /// # Errors
    ///
    /// A file that is there and cannot be read.
    pub fn known(&self) -> Result<Option<Cow<'static, [u8]>>, PackageError> {
        match self.files.read(KNOWN_FILE_NAME) {
            Ok(text) => Ok(Some(text)),
            Err(PackageError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The files that the adapter needs to run, in the order of their paths: neither its manifest nor its known
    /// failures, nor what tools leave behind.
    pub(super) fn runtime_files(&self) -> Result<Vec<RuntimeFile>, PackageError> {
        let mut files = match &self.files {
            Files::Embedded(dir) => {
                let mut files = Vec::new();
                collect_embedded(dir, dir.path(), &mut files);
                files
            }
            Files::OnDisk(folder) => {
                let mut files = Vec::new();
                collect_on_disk(folder, Path::new(""), &mut files)?;
                files
            }
        };
        files.retain(|file| !NOT_AT_RUN_TIME.iter().any(|name| file.path == Path::new(name)));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

/// A package that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A file that is not there or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A manifest that is not one.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// A file that an adapter needs to run.
#[derive(Debug)]
pub(super) struct RuntimeFile {
    /// Its path in the adapter's folder.
    pub(super) path: PathBuf,
    pub(super) contents: Cow<'static, [u8]>,
}

#[derive(Clone, Debug)]
enum Files {
    Embedded(&'static Dir<'static>),
    OnDisk(PathBuf),
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Embedded(dir) => Path::new("adapters").join(dir.path()).join(name),
            Self::OnDisk(folder) => folder.join(name),
        }
    }

    fn read(&self, name: &str) -> Result<Cow<'static, [u8]>, PackageError> {
        let contents = match self {
            Self::Embedded(dir) => match dir.get_file(dir.path().join(name)) {
                Some(file) => Ok(Cow::Borrowed(file.contents())),
                None => Err(io::ErrorKind::NotFound.into()),
            },
            Self::OnDisk(folder) => fs::read(folder.join(name)).map(Cow::Owned),
        };
        contents.map_err(|source| PackageError::Io { path: self.path(name), source })
    }
}

const NOT_AT_RUN_TIME: [&str; 2] = [manifest::FILE_NAME, KNOWN_FILE_NAME];

/// What tools leave in a folder that they worked in; hidden files too.
const LEFTOVERS: [&str; 3] = ["__pycache__", "node_modules", "target"];

fn is_leftover(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || LEFTOVERS.iter().any(|leftover| name == *leftover)
}

fn collect_embedded(dir: &'static Dir<'static>, root: &Path, files: &mut Vec<RuntimeFile>) {
    for entry in dir.entries() {
        if entry.path().file_name().is_none_or(is_leftover) {
            continue;
        }
        match entry {
            DirEntry::Dir(dir) => collect_embedded(dir, root, files),
            DirEntry::File(file) => {
                let path = file.path().strip_prefix(root).unwrap_or_else(|_| file.path()).to_owned();
                files.push(RuntimeFile { path, contents: Cow::Borrowed(file.contents()) });
            }
        }
    }
}

fn collect_on_disk(root: &Path, inner: &Path, files: &mut Vec<RuntimeFile>) -> Result<(), PackageError> {
    let folder = root.join(inner);
    let failed = |path: &Path, source| PackageError::Io { path: path.to_owned(), source };
    for entry in fs::read_dir(&folder).map_err(|source| failed(&folder, source))? {
        let entry = entry.map_err(|source| failed(&folder, source))?;
        if is_leftover(&entry.file_name()) {
            continue;
        }
        let path = inner.join(entry.file_name());
        let on_disk = root.join(&path);
        if entry.file_type().map_err(|source| failed(&on_disk, source))?.is_dir() {
            collect_on_disk(root, &path, files)?;
        } else {
            let contents = fs::read(&on_disk).map_err(|source| failed(&on_disk, source))?;
            files.push(RuntimeFile { path, contents: Cow::Owned(contents) });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "Rust"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
command = ["my-app"]
"#;

    fn paths(package: &Package) -> Vec<String> {
        package.runtime_files().unwrap().iter().map(|file| file.path.to_str().unwrap().replace('\\', "/")).collect()
    }

    #[test]
    fn bundled_adapters_are_whole() {
        let packages = bundled().unwrap();
        for package in &packages {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters").join(&package.manifest.name);
            let on_disk =
                Package::load(&folder).unwrap_or_else(|error| panic!("{error}: a folder has its adapter's name"));
            assert_eq!(on_disk.manifest, package.manifest);
            assert_eq!(paths(&on_disk), paths(package));
            assert!(package.known().unwrap().is_some(), "{} has no {KNOWN_FILE_NAME}", package.manifest.name);
        }
        let python = packages.iter().find(|package| package.manifest.name == "python-atlassian-jwt").unwrap();
        assert_eq!(paths(python), ["requirements.txt", "shim.py"]);
    }

    #[test]
    fn own_adapter_by_folder_and_by_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(manifest::FILE_NAME), MANIFEST).unwrap();
        fs::create_dir_all(folder.path().join("lib/__pycache__")).unwrap();
        for name in ["lib/a.py", "lib/__pycache__/a.pyc", ".hidden", "b.py", KNOWN_FILE_NAME] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        for path in [folder.path().to_owned(), folder.path().join(manifest::FILE_NAME)] {
            let package = Package::load(&path).unwrap();
            assert_eq!(package.folder(), Some(folder.path()));
            assert_eq!(paths(&package), ["b.py", "lib/a.py"]);
            assert_eq!(package.known().unwrap().as_deref(), Some(KNOWN_FILE_NAME.as_bytes()));
        }
    }

    // Elsewhere the system's own words are others.
    #[cfg(unix)]
    #[test]
    fn err_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let error =
            || Package::load(folder.path()).unwrap_err().to_string().replace(folder.path().to_str().unwrap(), "F");
        insta::assert_snapshot!(error(), @"cannot read F/adapter.toml: No such file or directory (os error 2)");
        let venv = "[setup]\nkind = \"python-venv\"\nlock = \"lock.txt\"\nminimum = \"3.9\"\n";
        fs::write(folder.path().join(manifest::FILE_NAME), format!("{MANIFEST}{venv}")).unwrap();
        insta::assert_snapshot!(error(), @"cannot read F/lock.txt: No such file or directory (os error 2)");
        fs::write(folder.path().join(manifest::FILE_NAME), b"\xff").unwrap();
        insta::assert_snapshot!(error(), @"cannot read F/adapter.toml: invalid utf-8 sequence of 1 bytes from index 0");
    }
}
