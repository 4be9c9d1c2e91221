//! Java: compiles a program against the jars of a `pom.xml`, each with its hash in a list.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use data_encoding::HEXLOWER;
use qsh_diagnose::printable;
use sha2::{Digest, Sha256};

use super::error::{Error, missing};
use super::runtime::{Runtime, Runtimes, look_for};
use super::{LanguageProvisioner, Version, at, run_step};

const PROGRAM: &str = "java";
/// Maven is a script on Windows.
const MAVEN: &str = if cfg!(windows) { "mvn.cmd" } else { "mvn" };

const INSTALL: &str =
    "install them from https://adoptium.net/ and https://maven.apache.org/ or with the system's package manager";

/// The plugin that downloads the jars, at a pinned version.
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/// The folder of the jars, including the adapter's own.
const JARS: &str = "lib";
const OWN_JAR: &str = "adapter.jar";

/// The folders of the adapter's source and of its classes.
const SOURCE: &str = "src";
const CLASSES: &str = "classes";

/// How long each step may take. One of them downloads.
const STEP_LIMIT: Duration = Duration::from_mins(10);

/// A program to compile.
pub(super) struct Jars {
    pub(super) runtime: Runtime,
    pub(super) minimum: Version,
    pub(super) lock: String,
}

impl LanguageProvisioner for Jars {
    fn identity(&self) -> &str {
        &self.runtime.identity
    }

    fn is_ready(&self, folder: &Path) -> bool {
        folder.join(JARS).join(OWN_JAR).is_file() && self.runtime.program.is_file()
    }

    fn program(&self, _: &Path) -> PathBuf {
        self.runtime.program.clone()
    }

    fn source(&self) -> (&'static str, &'static str) {
        ("Maven", "mvn")
    }

    fn check_tools(&self) -> Result<(), Error> {
        let (compiler, needed) = (self.tool("javac"), needed(self.minimum));
        if !compiler.is_file() {
            let found = format!("its JDK has no {}", compiler.display());
            return Err(missing(PROGRAM.as_ref(), needed, found, INSTALL));
        }
        look_for(MAVEN, needed, INSTALL)
    }

    fn build(&self, place: &Path) -> Result<(), Error> {
        let (jars, classes) = (place.join(JARS), place.join(CLASSES));
        let mut maven = Command::new(MAVEN);
        // The user's settings decide where jars come from.
        maven.args(["--batch-mode", "--quiet", "-Dstyle.color=never", "-DincludeScope=runtime"]);
        maven.arg(format!("-DoutputDirectory={}", jars.display())).arg(COPY);
        run_step(maven.current_dir(place), STEP_LIMIT)?;
        self.check_jars(place, &jars)?;
        let sources = names_in(&place.join(SOURCE))?.into_iter().map(|name| Path::new(SOURCE).join(name));
        let mut javac = Command::new(self.tool("javac"));
        javac.args(["--release", "17", "-encoding", "UTF-8", "-cp"]).arg(jars.join("*")).arg("-d").arg(&classes);
        run_step(javac.args(sources).current_dir(place), STEP_LIMIT)?;
        let mut jar = Command::new(self.tool("jar"));
        jar.arg("--create").arg("--file").arg(jars.join(OWN_JAR)).arg("-C").arg(&classes).arg(".");
        run_step(jar.current_dir(place), STEP_LIMIT)
    }
}

impl Jars {
    /// Checks the jars against the list. Maven checks downloads only against the registry's own hashes.
    fn check_jars(&self, place: &Path, jars: &Path) -> Result<(), Error> {
        let bad = |problem: String| Error::BadLock { lock: self.lock.clone(), problem };
        let path = place.join(&self.lock);
        let text = fs::read_to_string(&path).map_err(at(&path))?;
        let listed = text.lines().map(|line| line.split_once("  ").map(|(hash, name)| (name.to_owned(), hash)));
        let mut listed: BTreeMap<String, &str> = listed
            .collect::<Option<_>>()
            .ok_or_else(|| bad("expected lines with a hash, two blanks and the name of a jar".to_owned()))?;
        for name in names_in(jars)? {
            let path = jars.join(&name);
            let found = hex(&fs::read(&path).map_err(at(&path))?);
            match listed.remove(&name) {
                None => return Err(bad(format!("expected the hash of {}", printable(&name)))),
                Some(hash) if hash != found => {
                    return Err(bad(format!("{}: expected {}, found {found}", printable(&name), printable(hash))));
                }
                Some(_) => {}
            }
        }
        let left = listed.keys().next();
        left.map_or(Ok(()), |name| Err(bad(format!("{} is not one of the jars of pom.xml", printable(name)))))
    }

    /// A program of the same JDK.
    fn tool(&self, name: &str) -> PathBuf {
        self.runtime.program.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The sorted names of the files in a folder.
fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let names = entries.map(|entry| Ok(entry.map_err(at(folder))?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<_> = names.collect::<Result<_, Error>>()?;
    names.sort_unstable();
    Ok(names)
}

fn hex(contents: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(contents))
}

/// Finds Java in at least this version.
pub(super) fn find(runtimes: &Runtimes, minimum: Version) -> Result<Runtime, Error> {
    let needed = needed(minimum);
    let mut probe = Command::new(PROGRAM);
    let output = runtimes.ask(probe.args(["-XshowSettings:properties", "-version"]), &needed, INSTALL)?;
    let answer = String::from_utf8_lossy(&output.stderr).into_owned();
    let property = |name: &str| {
        let value = |line: &str| Some(line.trim().strip_prefix(name)?.strip_prefix(" = ")?.to_owned());
        answer.lines().find_map(value)
    };
    let (Some(version), Some(home)) = (property("java.version"), property("java.home")) else {
        let said = printable(output.stderr.trim_ascii());
        let found = format!("it does not answer as one ({}): {said}", output.status);
        return Err(missing(PROGRAM.as_ref(), needed, found, INSTALL));
    };
    if number_of(&version).is_none_or(|version| version < minimum) {
        return Err(missing(PROGRAM.as_ref(), needed, format!("that is Java {version}"), INSTALL));
    }
    let program = Path::new(&home).join("bin").join(format!("java{}", std::env::consts::EXE_SUFFIX));
    Ok(Runtime { program, identity: format!("Java {version} {home}") })
}

fn needed(minimum: Version) -> String {
    format!("a JDK {minimum} or newer with Maven")
}

/// The numbers of a version such as `17.0.15`, `21` or `25-ea`.
fn number_of(version: &str) -> Option<Version> {
    let end = version.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(version.len());
    let numbers: Vec<&str> = version[..end].split('.').take(3).collect();
    if numbers.len() == 1 { format!("{}.0", numbers[0]).parse().ok() } else { numbers.join(".").parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_numbers() {
        for (version, number) in [("17.0.15", "17.0.15"), ("21", "21.0"), ("25-ea", "25.0"), ("17.0.15.1", "17.0.15")] {
            assert_eq!(number_of(version), Some(number.parse().unwrap()), "{version}");
        }
        for version in ["", "ea", "1.8.0_452x."] {
            assert!(number_of(version).is_none_or(|number| number < "17.0".parse().unwrap()), "{version}");
        }
    }
}
