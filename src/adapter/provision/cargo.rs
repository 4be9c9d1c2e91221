//! Rust: builds a program from the packages of a `Cargo.lock`, each with a hash.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use qsh_diagnose::printable;

use super::error::{Error, missing};
use super::runtime::{Runtime, Runtimes};
use super::{LanguageProvisioner, Version, at, program_of, run_step};

const PROGRAM: &str = "cargo";

/// The lock file that Cargo reads.
const LOCK: &str = "Cargo.lock";

/// The name of the adapter's manifest. It cannot be `Cargo.toml`, because Cargo excludes folders with such a file from
/// the package around them.
const MANIFEST: &str = "package.toml";

/// How long the download and the build may take.
const STEP_LIMIT: Duration = Duration::from_mins(15);

/// A program to build.
pub(super) struct Package {
    pub(super) runtime: Runtime,
    pub(super) lock: String,
}

impl LanguageProvisioner for Package {
    fn identity(&self) -> &str {
        &self.runtime.identity
    }

    fn is_ready(&self, folder: &Path) -> bool {
        self.program(folder).is_file()
    }

    fn program(&self, folder: &Path) -> PathBuf {
        program_of(folder)
    }

    fn source(&self) -> (&'static str, &'static str) {
        ("crate", "cargo")
    }

    fn check_lock(&self, _: &Path) -> Result<(), Error> {
        if self.lock != LOCK {
            let problem = format!("expected {LOCK}, which Cargo reads");
            return Err(Error::BadLock { lock: self.lock.clone(), problem });
        }
        Ok(())
    }

    fn build(&self, place: &Path) -> Result<(), Error> {
        let (given, manifest) = (place.join(MANIFEST), place.join("Cargo.toml"));
        fs::rename(&given, manifest).map_err(at(&given))?;
        let target = place.join("target");
        let mut cargo = Command::new(&self.runtime.program);
        // A package that the lock does not list is an error. The user's settings decide where packages come from.
        cargo.args(["build", "--release", "--locked", "--quiet", "--target-dir"]).arg(&target);
        run_step(cargo.current_dir(place).env_remove("CARGO_BUILD_TARGET"), STEP_LIMIT)?;
        let program = program_of(place);
        let built = target.join("release").join(program.file_name().unwrap_or_default());
        fs::rename(&built, &program).map_err(at(&built))?;
        fs::remove_dir_all(&target).map_err(at(&target))
    }
}

/// Finds Cargo in at least this version.
pub(super) fn find(runtimes: &Runtimes, minimum: Version) -> Result<Runtime, Error> {
    let needed = format!("Cargo {minimum} or newer");
    let install = "install Rust from https://rustup.rs/ or with the system's package manager";
    let output = runtimes.ask(Command::new(PROGRAM).arg("-vV"), &needed, install)?;
    let answer = String::from_utf8(output.stdout).unwrap_or_default();
    let line = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name));
    let (Some(release), Some(host)) = (line("release: "), line("host: ")) else {
        let said = printable(output.stderr.trim_ascii());
        let found = format!("it does not answer as one ({}): {said}", output.status);
        return Err(missing(PROGRAM.as_ref(), needed, found, install));
    };
    // The suffix of `1.95.0-nightly` is ignored.
    let numbers = release.split('-').next().unwrap_or_default();
    if numbers.parse::<Version>().ok().is_none_or(|version| version < minimum) {
        return Err(missing(PROGRAM.as_ref(), needed, format!("that is Cargo {release}"), install));
    }
    Ok(Runtime { program: PROGRAM.into(), identity: format!("Cargo {release} {host}") })
}
