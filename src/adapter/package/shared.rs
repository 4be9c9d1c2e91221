//! Files that several bundled adapters share. Each is stored once, in `adapters/shared`, and embedded in this library.
//!
//! An adapter's manifest lists the shared files that it uses. The first folder of a name is the language. The rest is
//! the path in the adapter's folder: `java/src/Protocol.java` becomes `src/Protocol.java`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;

use include_dir::Dir;

use super::error::PackageError;
use super::files::{Files, RuntimeFile};
use crate::adapter::manifest;

/// The folder of the shared files, in the folder of the bundled adapters.
pub(super) const FOLDER: &str = "shared";

/// The shared files with these names, with their paths in the adapter's folder.
pub(super) fn resolve(
    bundled: &'static Dir<'static>,
    names: &[String],
    own: &Files,
) -> Result<Vec<RuntimeFile>, PackageError> {
    let mut resolved: Vec<RuntimeFile> = Vec::new();
    if names.is_empty() {
        return Ok(resolved);
    }
    let known = by_name(bundled)?;
    for name in names {
        let found = known.get(name).and_then(|contents| Some((name.split_once('/')?.1, contents)));
        let Some((place, contents)) = found else {
            return Err(PackageError::UnknownShared {
                path: own.path(manifest::FILE_NAME),
                name: name.clone(),
                names: known.into_keys().collect(),
            });
        };
        let path: PathBuf = place.split('/').collect();
        if own.contains(place) || resolved.iter().any(|other| other.path == path) {
            return Err(PackageError::SharedPlaceTaken { path: own.path(place), name: name.clone() });
        }
        resolved.push(RuntimeFile { path, contents: contents.clone() });
    }
    Ok(resolved)
}

/// All shared files by name. Names have `/` between folders on every system.
fn by_name(bundled: &'static Dir<'static>) -> Result<BTreeMap<String, Cow<'static, [u8]>>, PackageError> {
    let files = bundled.get_dir(FOLDER).map_or(Ok(Vec::new()), |dir| Files::embedded(dir).all())?;
    let name = |file: &RuntimeFile| file.path.iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/");
    Ok(files.into_iter().map(|file| (name(&file), file.contents)).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use insta::assert_snapshot;
    use tempfile::TempDir;

    use super::super::{BUNDLED, Package, bundled};
    use super::*;

    /// A folder with an adapter that lists these shared files.
    fn adapter(shared: &str) -> TempDir {
        let manifest = format!(
            r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "Java"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
shared = {shared}
command = ["{{java}}", "-cp", "{{dir}}/lib/*", "Adapter"]
[setup]
kind = "maven-jars"
lock = "jars.sha256"
minimum = "17.0"
"#
        );
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("adapter.toml", manifest.as_str()), ("jars.sha256", ""), ("src/Adapter.java", "own")] {
            write(folder.path(), name, text);
        }
        folder
    }

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn contents(package: &Package, place: &str) -> Vec<u8> {
        let mut files = package.runtime_files().unwrap().into_iter();
        files.find(|file| file.path == Path::new(place)).unwrap().contents.into_owned()
    }

    fn on_disk(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/shared").join(name)).unwrap()
    }

    fn paths(package: &Package) -> Vec<PathBuf> {
        package.runtime_files().unwrap().into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn bundled_adapters_have_the_shared_files_that_they_list() {
        let packages = bundled().unwrap();
        let mut listed = BTreeSet::new();
        for package in &packages {
            for name in &package.manifest().shared {
                let (_, place) = name.split_once('/').unwrap();
                assert_eq!(contents(package, place), on_disk(name), "{name} of {}", package.manifest().name);
                listed.insert(name.clone());
            }
        }
        let known: BTreeSet<String> = by_name(&BUNDLED).unwrap().into_keys().collect();
        assert_eq!(known, listed, "each shared file is listed by an adapter");
        assert!(packages.iter().all(|package| package.manifest().name != FOLDER));
    }

    #[test]
    fn adapter_on_disk_has_the_shared_files_that_it_lists() {
        let folder = adapter(r#"["java/src/Protocol.java"]"#);
        let package = Package::load(folder.path()).unwrap();
        assert_eq!(paths(&package), ["jars.sha256", "src/Adapter.java", "src/Protocol.java"].map(PathBuf::from));
        assert_eq!(contents(&package, "src/Protocol.java"), on_disk("java/src/Protocol.java"));
        assert_eq!(contents(&package, "src/Adapter.java"), b"own");
    }

    #[test]
    fn another_version_has_the_shared_files_too() {
        let folder = adapter(r#"["java/src/Protocol.java"]"#);
        write(folder.path(), "versions/0.9/jars.sha256", "");
        write(folder.path(), "versions/0.8/src/Protocol.java", "");
        let package = Package::load(folder.path()).unwrap();
        assert_eq!(paths(&package.at_version("0.9").unwrap()), paths(&package));
        let error = package.at_version("0.8").unwrap_err().to_string();
        assert!(error.contains("0.8/src/Protocol.java: the shared file"), "{error}");
    }

    // Paths have other separators on other systems.
    #[cfg(unix)]
    #[test]
    fn err_names_the_file() {
        let error = |folder: &TempDir| {
            let error = Package::load(folder.path()).unwrap_err();
            error.to_string().replace(folder.path().to_str().unwrap(), "F")
        };
        for name in
            ["java/Protocol.java", "src/Protocol.java", "java/src/../src/Protocol.java", "/etc/passwd", "java", ""]
        {
            let folder = adapter(&format!("[{name:?}]"));
            let expected =
                format!("F/adapter.toml: shared {name:?}: expected one of go/protocol.go, java/src/Protocol.java, ");
            assert!(error(&folder).starts_with(&expected), "{}", error(&folder));
        }

        let folder = adapter(r#"["java/src/Protocol.java"]"#);
        write(folder.path(), "src/Protocol.java", "own");
        assert_snapshot!(error(&folder), @r#"F/src/Protocol.java: the shared file "java/src/Protocol.java" has this place as well: expected only one of the two"#);

        let twice = adapter(r#"["javascript/clock.js", "javascript/clock.js"]"#);
        assert_snapshot!(error(&twice), @r#"F/clock.js: the shared file "javascript/clock.js" has this place as well: expected only one of the two"#);
    }
}
