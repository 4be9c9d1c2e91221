//! The files of an adapter at one version of its library, embedded or on disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use include_dir::{Dir, DirEntry};

use super::error::PackageError;

/// The folder with a subfolder for each other version.
const VERSIONS: &str = "versions";

/// Folders that tools leave behind. Hidden files are also ignored.
const LEFTOVERS: [&str; 3] = ["__pycache__", "node_modules", "target"];

/// A file that an adapter needs at run time.
#[derive(Clone, Debug)]
pub(in super::super) struct RuntimeFile {
    /// Its path in the adapter's folder.
    pub(in super::super) path: PathBuf,
    pub(in super::super) contents: Cow<'static, [u8]>,
}

#[derive(Clone, Debug)]
pub(super) struct Files {
    place: Place,
    /// `None` for the adapter's own version.
    version: Option<String>,
}

#[derive(Clone, Debug)]
enum Place {
    Embedded(&'static Dir<'static>),
    OnDisk(PathBuf),
}

impl Files {
    pub(super) fn embedded(dir: &'static Dir<'static>) -> Self {
        Self { place: Place::Embedded(dir), version: None }
    }

    pub(super) fn on_disk(folder: PathBuf) -> Self {
        Self { place: Place::OnDisk(folder), version: None }
    }

    /// The same files, with the files of a version taking precedence.
    pub(super) fn at_version(&self, version: &str) -> Self {
        Self { version: Some(version.to_owned()), ..self.clone() }
    }

    /// The folder, if it is on disk.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Embedded(_) => None,
            Place::OnDisk(folder) => Some(folder),
        }
    }

    /// The path of a file for messages. It is the version's own file if there is one.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.whole(&self.inner(name))
    }

    /// Whether the version or the adapter has a file or folder of this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.has(&self.inner(name))
    }

    /// The path that a file of the version has, or would have. At the adapter's own version it is in the adapter's
    /// folder.
    pub(super) fn own_path(&self, name: &str) -> PathBuf {
        self.whole(&self.of_version(name).unwrap_or_else(|| PathBuf::from(name)))
    }

    pub(super) fn read(&self, name: &str) -> Result<Cow<'static, [u8]>, PackageError> {
        let inner = self.inner(name);
        self.contents(&inner).map_err(|source| PackageError::Io { path: self.whole(&inner), source })
    }

    /// All files of the version, sorted by path, without files that tools leave behind.
    pub(super) fn all(&self) -> Result<Vec<RuntimeFile>, PackageError> {
        let mut all = BTreeMap::new();
        self.collect(&mut all)?;
        let prefix = self.of_version("");
        let mut files = BTreeMap::new();
        let mut own = Vec::new();
        for (path, contents) in all {
            match prefix.as_ref().and_then(|prefix| path.strip_prefix(prefix).ok()) {
                Some(inner) => own.push((inner.to_owned(), contents)),
                None if path.starts_with(VERSIONS) => {}
                None => drop(files.insert(path, contents)),
            }
        }
        files.extend(own);
        Ok(files.into_iter().map(|(path, contents)| RuntimeFile { path, contents }).collect())
    }

    /// The names of the other versions.
    pub(super) fn versions(&self) -> Result<Vec<String>, PackageError> {
        let mut all = BTreeMap::new();
        self.collect(&mut all)?;
        // A file in the folder of a version, not one directly in `versions`.
        let version = |path: &PathBuf| {
            let mut names = path.strip_prefix(VERSIONS).ok()?.iter();
            let version = names.next()?.to_str()?.to_owned();
            names.next().map(|_| version)
        };
        let mut versions: Vec<String> = all.keys().filter_map(version).collect();
        versions.dedup();
        Ok(versions)
    }

    /// The path of a file in the folder. It is the version's own file if there is one.
    fn inner(&self, name: &str) -> PathBuf {
        self.of_version(name).filter(|own| self.has(own)).unwrap_or_else(|| PathBuf::from(name))
    }

    fn of_version(&self, name: &str) -> Option<PathBuf> {
        self.version.as_ref().map(|version| Path::new(VERSIONS).join(version).join(name))
    }

    fn root(&self) -> PathBuf {
        match &self.place {
            Place::Embedded(dir) => Path::new("adapters").join(dir.path()),
            Place::OnDisk(folder) => folder.clone(),
        }
    }

    fn whole(&self, inner: &Path) -> PathBuf {
        self.root().join(inner)
    }

    fn contents(&self, inner: &Path) -> io::Result<Cow<'static, [u8]>> {
        match &self.place {
            Place::Embedded(dir) => match dir.get_file(dir.path().join(inner)) {
                Some(file) => Ok(Cow::Borrowed(file.contents())),
                None => Err(io::ErrorKind::NotFound.into()),
            },
            Place::OnDisk(folder) => fs::read(folder.join(inner)).map(Cow::Owned),
        }
    }

    /// Whether this file or folder exists, even if it cannot be read.
    fn has(&self, inner: &Path) -> bool {
        match &self.place {
            Place::Embedded(dir) => dir.contains(dir.path().join(inner)),
            Place::OnDisk(folder) => folder.join(inner).exists(),
        }
    }

    fn collect(&self, files: &mut BTreeMap<PathBuf, Cow<'static, [u8]>>) -> Result<(), PackageError> {
        match &self.place {
            Place::Embedded(dir) => {
                collect_embedded(dir, dir.path(), files);
                Ok(())
            }
            Place::OnDisk(folder) => collect_on_disk(folder, Path::new(""), files),
        }
    }
}

fn is_leftover(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || LEFTOVERS.iter().any(|leftover| name == *leftover)
}

fn collect_embedded(dir: &'static Dir<'static>, root: &Path, files: &mut BTreeMap<PathBuf, Cow<'static, [u8]>>) {
    for entry in dir.entries() {
        if entry.path().file_name().is_none_or(is_leftover) {
            continue;
        }
        match entry {
            DirEntry::Dir(dir) => collect_embedded(dir, root, files),
            DirEntry::File(file) => {
                let path = file.path().strip_prefix(root).unwrap_or_else(|_| file.path()).to_owned();
                files.insert(path, Cow::Borrowed(file.contents()));
            }
        }
    }
}

fn collect_on_disk(
    root: &Path,
    inner: &Path,
    files: &mut BTreeMap<PathBuf, Cow<'static, [u8]>>,
) -> Result<(), PackageError> {
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
            files.insert(path, Cow::Owned(contents));
        }
    }
    Ok(())
}
