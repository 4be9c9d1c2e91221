//! Node.js: installs the packages of a `package-lock.json`, each with its hash.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use qsh_diagnose::printable;
use serde::Deserialize;

use super::error::{Error, missing};
use super::runtime::{Runtime, Runtimes, look_for};
use super::{LanguageProvisioner, Version, at, run_step};

const PROGRAM: &str = "node";
/// npm is a script on Windows.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// The lock file that npm reads.
const LOCK: &str = "package-lock.json";

/// The folder for packages that npm makes next to their lock file.
const MODULES: &str = "node_modules";

/// The probe. It prints the version and the real path of the program.
const PROBE: &str = "console.log(process.versions.node); console.log(process.execPath)";

const INSTALL: &str = "install it from https://nodejs.org/ or with the system's package manager";

/// How long the download of the packages may take.
const STEP_LIMIT: Duration = Duration::from_mins(10);

/// Packages to install.
pub(super) struct Modules {
    pub(super) runtime: Runtime,
    pub(super) minimum: Version,
    pub(super) lock: String,
}

impl LanguageProvisioner for Modules {
    fn identity(&self) -> &str {
        &self.runtime.identity
    }

    fn is_ready(&self, folder: &Path) -> bool {
        folder.join(MODULES).is_dir() && self.runtime.program.is_file()
    }

    fn program(&self, _: &Path) -> PathBuf {
        self.runtime.program.clone()
    }

    fn source(&self) -> (&'static str, &'static str) {
        ("npm", "npm")
    }

    fn check_tools(&self) -> Result<(), Error> {
        look_for(NPM, needed(self.minimum), INSTALL)
    }

    /// Checks the name of the file, and that each package has a hash. npm silently installs packages without a hash.
    fn check_lock(&self, place: &Path) -> Result<(), Error> {
        let bad = |problem: String| Error::BadLock { lock: self.lock.clone(), problem };
        if self.lock != LOCK {
            return Err(bad(format!("expected {LOCK}, which npm reads")));
        }
        let path = place.join(LOCK);
        let text = fs::read(&path).map_err(at(&path))?;
        let lock: Lock = serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
        // The first package is the adapter itself.
        let without = lock.packages.iter().find(|(name, package)| !name.is_empty() && package.integrity.is_none());
        without.map_or(Ok(()), |(name, _)| Err(bad(format!("expected the integrity of {}", printable(name)))))
    }

    fn build(&self, place: &Path) -> Result<(), Error> {
        let mut npm = Command::new(NPM);
        // Scripts of packages are not run. The user's settings decide where packages come from.
        npm.args(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]);
        run_step(npm.current_dir(place), STEP_LIMIT)?;
        // npm makes no folder if there are no packages.
        let modules = place.join(MODULES);
        fs::create_dir_all(&modules).map_err(at(&modules))
    }
}

/// The packages in a lock file of version 2 or 3, by their places.
#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Locked>,
}

#[derive(Deserialize)]
struct Locked {
    integrity: Option<String>,
}

/// Finds Node.js in at least this version.
pub(super) fn find(runtimes: &Runtimes, minimum: Version) -> Result<Runtime, Error> {
    let needed = needed(minimum);
    let output = runtimes.ask(Command::new(PROGRAM).args(["-e", PROBE]), &needed, INSTALL)?;
    let answer = String::from_utf8(output.stdout).unwrap_or_default();
    let lines: Vec<_> = answer.lines().collect();
    let [version, place] = lines[..] else {
        let said = printable(output.stderr.trim_ascii());
        let found = format!("it does not answer as one ({}): {said}", output.status);
        return Err(missing(PROGRAM.as_ref(), needed, found, INSTALL));
    };
    if version.parse::<Version>().ok().is_none_or(|version| version < minimum) {
        return Err(missing(PROGRAM.as_ref(), needed, format!("that is Node.js {version}"), INSTALL));
    }
    Ok(Runtime { program: place.into(), identity: format!("Node.js {version} {place}") })
}

fn needed(minimum: Version) -> String {
    format!("Node.js {minimum} or newer with npm")
}
