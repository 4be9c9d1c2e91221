//! Adapter packages: a manifest and the files next to it, embedded in this library or in a user's folder. Files that
//! several adapters share are embedded once and added to each of them.

mod error;
mod files;
mod shared;

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::manifest::{self, Manifest};
pub use error::PackageError;
use files::Files;
pub(super) use files::RuntimeFile;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/adapters");

/// The name of an adapter's list of known failures.
pub const KNOWN_FILE_NAME: &str = "known.toml";

/// The embedded adapters, sorted by name.
///
/// # Errors
///
/// A manifest that cannot be read. A test of this module checks that there is none.
///
/// # Examples
///
/// Find an adapter by its name:
///
/// ```
/// let bundled = qsh::adapter::package::bundled()?;
/// assert!(bundled.iter().any(|package| package.manifest().name == "python-atlassian-jwt"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bundled() -> Result<Vec<Package>, PackageError> {
    let adapters = BUNDLED.dirs().filter(|dir| dir.path() != Path::new(shared::FOLDER));
    let mut packages: Vec<_> = adapters.map(|dir| Package::open(Files::embedded(dir))).collect::<Result<_, _>>()?;
    packages.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
    Ok(packages)
}

/// An adapter package.
#[derive(Clone, Debug)]
pub struct Package {
    manifest: Manifest,
    files: Files,
    /// The shared files that the manifest lists, with their paths in the adapter's folder.
    shared: Vec<RuntimeFile>,
}

impl Package {
    /// Loads a user's adapter from its folder, or from the path of its `adapter.toml`.
    ///
    /// # Errors
    ///
    /// A missing, unreadable or invalid `adapter.toml` ([`Manifest::parse`]), a missing lock file, an unknown shared
    /// file, or a shared file whose path is taken.
    ///
    /// # Examples
    ///
    /// A shared file must be an embedded one:
    ///
    /// ```
    /// use qsh::adapter::package::{Package, PackageError};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let manifest = r#"
    ///     format = "qsh-adapter"
    ///     version = 1
    ///     name = "my-app"
    ///     language = "Go"
    ///     library = "example.com/my-app"
    ///     library_version = "1.0"
    ///     documentation = "https://example.com/"
    ///     shared = ["go/protocol.go", "go/other.go"]
    ///     command = ["{program}"]
    ///     [setup]
    ///     kind = "go-module"
    ///     lock = "go.sum"
    ///     minimum = "1.26"
    /// "#;
    /// std::fs::write(folder.path().join("adapter.toml"), manifest)?;
    /// std::fs::write(folder.path().join("go.sum"), "")?;
    /// let error = Package::load(folder.path()).unwrap_err();
    /// assert!(matches!(error, PackageError::UnknownShared { name, .. } if name == "go/other.go"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(path: &Path) -> Result<Self, PackageError> {
        let path = std::path::absolute(path).map_err(|source| PackageError::Io { path: path.to_owned(), source })?;
        let folder = match path.parent() {
            Some(folder) if path.file_name() == Some(OsStr::new(manifest::FILE_NAME)) => folder.to_owned(),
            _ => path,
        };
        Self::open(Files::on_disk(folder))
    }

    /// The adapter at another version of its library: one of [`versions`](Self::versions).
    ///
    /// A file in `versions/VERSION/` replaces the adapter's file with the same name. The folder has a lock file that
    /// pins the version. It may have its own manifest and known failures. The name becomes `NAME@VERSION`.
    ///
    /// # Errors
    ///
    /// A version without a folder, or errors in its files, as for [`load`](Self::load).
    ///
    /// # Examples
    ///
    /// ```
    /// let packages = qsh::adapter::package::bundled()?;
    /// let package = packages.iter().find(|package| package.manifest().name == "javascript-atlassian-jwt").unwrap();
    /// let old = package.at_version("1.0.3")?;
    /// assert_eq!(old.manifest().name, "javascript-atlassian-jwt@1.0.3");
    /// assert_eq!(old.manifest().library_version, "1.0.3");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at_version(&self, version: &str) -> Result<Self, PackageError> {
        if version == self.manifest.library_version {
            return Ok(self.clone());
        }
        let versions = self.versions()?;
        if !versions.iter().any(|known| known == version) {
            return Err(PackageError::UnknownVersion {
                adapter: self.manifest.name.clone(),
                version: version.to_owned(),
                versions: [self.manifest.library_version.clone()].into_iter().chain(versions).collect(),
            });
        }
        let mut package = Self::open(self.files.at_version(version))?;
        package.manifest.name = format!("{}@{version}", self.manifest.name);
        version.clone_into(&mut package.manifest.library_version);
        Ok(package)
    }

    /// The other versions of its library that the adapter can run at, sorted by name.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read.
    pub fn versions(&self) -> Result<Vec<String>, PackageError> {
        // Without a setup the adapter runs in its own folder, with the one version that it finds there.
        if self.manifest.setup.is_none() { Ok(Vec::new()) } else { self.files.versions() }
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
        let shared = shared::resolve(&BUNDLED, &manifest.shared, &files)?;
        Ok(Self { manifest, files, shared })
    }

    /// The content of `adapter.toml`.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder of a user's adapter. `None` for an embedded one.
    pub fn folder(&self) -> Option<&Path> {
        self.files.folder()
    }

    /// The path of a file for messages.
    pub fn path(&self, name: &str) -> PathBuf {
        self.files.path(name)
    }

    /// The path of the version's `known.toml`. `None` for an embedded adapter.
    pub fn known_file(&self) -> Option<PathBuf> {
        self.folder().map(|_| self.files.own_path(KNOWN_FILE_NAME))
    }

    /// The text of `known.toml`, if there is one.
    ///
    /// # Errors
    ///
    /// A file that exists and cannot be read.
    pub fn known(&self) -> Result<Option<Cow<'static, [u8]>>, PackageError> {
        match self.files.read(KNOWN_FILE_NAME) {
            Ok(text) => Ok(Some(text)),
            Err(PackageError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The files that the adapter needs at run time, sorted by path, including its shared files. Excludes the
    /// manifest, the known failures, and files that tools leave behind.
    pub(super) fn runtime_files(&self) -> Result<Vec<RuntimeFile>, PackageError> {
        let mut files = self.files.all()?;
        files.retain(|file| !NOT_AT_RUN_TIME.iter().any(|name| file.path == Path::new(name)));
        files.extend(self.shared.iter().cloned());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

const NOT_AT_RUN_TIME: [&str; 2] = [manifest::FILE_NAME, KNOWN_FILE_NAME];

#[cfg(test)]
mod tests {
    use std::fs;

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
            let says = package.known().unwrap().is_some() || package.manifest.dialect.explained().next().is_some();
            assert!(says, "{} has neither {KNOWN_FILE_NAME} nor a dialect with reasons", package.manifest.name);
        }
        let python = packages.iter().find(|package| package.manifest.name == "python-atlassian-jwt").unwrap();
        assert_eq!(paths(python), ["clock.py", "protocol.py", "requirements.txt", "shim.py"]);
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

    const SETUP: &str = "[setup]\nkind = \"python-venv\"\nlock = \"lock.txt\"\nminimum = \"3.9\"\n";

    fn texts(package: &Package) -> Vec<(String, String)> {
        let text = |file: RuntimeFile| {
            (file.path.to_str().unwrap().replace('\\', "/"), String::from_utf8(file.contents.into_owned()).unwrap())
        };
        package.runtime_files().unwrap().into_iter().map(text).collect()
    }

    #[test]
    fn files_of_a_version_take_the_place_of_the_adapters_own() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            (manifest::FILE_NAME, format!("{MANIFEST}{SETUP}").as_str()),
            (KNOWN_FILE_NAME, "own"),
            ("lock.txt", "1.0"),
            ("lib/a.py", "a"),
            ("versions/README", "no version"),
            ("versions/0.9/lock.txt", "0.9"),
            ("versions/0.9/lib/b.py", "b"),
            ("versions/0.8/known.toml", "0.8"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let package = Package::load(folder.path()).unwrap();
        assert_eq!(package.versions().unwrap(), ["0.8", "0.9"]);
        let files = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
            texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
        };
        assert_eq!(texts(&package), files(&[("lib/a.py", "a"), ("lock.txt", "1.0")]));

        let old = package.at_version("0.9").unwrap();
        assert_eq!((old.manifest.name.as_str(), old.manifest.library_version.as_str()), ("my-app@0.9", "0.9"));
        assert_eq!(texts(&old), files(&[("lib/a.py", "a"), ("lib/b.py", "b"), ("lock.txt", "0.9")]));
        assert_eq!(old.known().unwrap().as_deref(), Some(b"own".as_slice()));
        assert_eq!(old.known_file(), Some(folder.path().join("versions/0.9/known.toml")));
        assert_eq!(old.path("lock.txt"), folder.path().join("versions/0.9/lock.txt"));

        let older = package.at_version("0.8").unwrap();
        assert_eq!(texts(&older), texts(&package));
        assert_eq!(older.known().unwrap().as_deref(), Some(b"0.8".as_slice()));

        assert_eq!(package.at_version("1.0").unwrap().manifest, package.manifest);
        let unknown = package.at_version("0.7").unwrap_err();
        insta::assert_snapshot!(unknown, @r#"my-app cannot be run at version "0.7": expected 1.0, 0.8, 0.9"#);

        // An unreadable file of the version is an error. The adapter's own file does not replace it.
        fs::create_dir(folder.path().join("versions/0.9/known.toml")).unwrap();
        let error = package.at_version("0.9").unwrap().known().unwrap_err().to_string();
        assert!(error.contains("versions/0.9/known.toml"), "{error}");

        fs::write(folder.path().join("versions/0.8").join(manifest::FILE_NAME), "format = 1\n").unwrap();
        let error = package.at_version("0.8").unwrap_err().to_string();
        assert!(error.contains("versions/0.8/adapter.toml"), "{error}");
    }

    #[test]
    fn what_runs_where_it_is_has_one_version() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(manifest::FILE_NAME), MANIFEST).unwrap();
        fs::create_dir_all(folder.path().join("versions/0.9")).unwrap();
        fs::write(folder.path().join("versions/0.9/a"), "").unwrap();
        let package = Package::load(folder.path()).unwrap();
        assert_eq!(package.versions().unwrap(), [""; 0]);
        assert!(matches!(package.at_version("0.9"), Err(PackageError::UnknownVersion { .. })));
    }

    // The system's message differs on other systems.
    #[cfg(unix)]
    #[test]
    fn err_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let error =
            || Package::load(folder.path()).unwrap_err().to_string().replace(folder.path().to_str().unwrap(), "F");
        insta::assert_snapshot!(error(), @"cannot read F/adapter.toml: No such file or directory (os error 2)");
        fs::write(folder.path().join(manifest::FILE_NAME), format!("{MANIFEST}{SETUP}")).unwrap();
        insta::assert_snapshot!(error(), @"cannot read F/lock.txt: No such file or directory (os error 2)");
        fs::write(folder.path().join(manifest::FILE_NAME), b"\xff").unwrap();
        insta::assert_snapshot!(error(), @"cannot read F/adapter.toml: invalid utf-8 sequence of 1 bytes from index 0");
    }
}
