//! Go: builds a program from modules, each with its hash in a `go.sum`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use qsh_diagnose::printable;

use super::error::{Error, missing};
use super::runtime::{Runtime, Runtimes};
use super::{LanguageProvisioner, Version, program_of, run_step};

const PROGRAM: &str = "go";

/// The lock file that Go reads.
const LOCK: &str = "go.sum";

/// The probe. Its answer has one line for each variable, in this order.
const PROBE: [&str; 4] = ["env", "GOVERSION", "GOOS", "GOARCH"];

/// How long the download and the build may take.
const STEP_LIMIT: Duration = Duration::from_mins(15);

/// A program to build.
pub(super) struct Module {
    pub(super) runtime: Runtime,
    pub(super) lock: String,
}

impl LanguageProvisioner for Module {
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
        ("Go module", "go")
    }

    fn check_lock(&self, _: &Path) -> Result<(), Error> {
        if self.lock != LOCK {
            let problem = format!("expected {LOCK}, which Go reads");
            return Err(Error::BadLock { lock: self.lock.clone(), problem });
        }
        Ok(())
    }

    fn build(&self, place: &Path) -> Result<(), Error> {
        let mut go = Command::new(&self.runtime.program);
        // A module that the lock does not list is an error. The user's settings decide where modules come from.
        go.args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o"]).arg(self.program(place)).arg(".");
        // The libraries need no C code.
        go.env("GOWORK", "off").env("CGO_ENABLED", "0");
        run_step(go.current_dir(place), STEP_LIMIT)
    }
}

/// Finds Go in at least this version.
pub(super) fn find(runtimes: &Runtimes, minimum: Version) -> Result<Runtime, Error> {
    let needed = format!("Go {minimum} or newer");
    let install = "install it from https://go.dev/dl/ or with the system's package manager";
    let output = runtimes.ask(Command::new(PROGRAM).args(PROBE), &needed, install)?;
    let answer = String::from_utf8(output.stdout).unwrap_or_default();
    let lines: Vec<_> = answer.lines().collect();
    let [version, system, processor] = lines[..] else {
        let said = printable(output.stderr.trim_ascii());
        let found = format!("it does not answer as one ({}): {said}", output.status);
        return Err(missing(PROGRAM.as_ref(), needed, found, install));
    };
    if number_of(version).is_none_or(|version| version < minimum) {
        return Err(missing(PROGRAM.as_ref(), needed, format!("that is {version}"), install));
    }
    Ok(Runtime { program: PROGRAM.into(), identity: format!("{version} {system} {processor}") })
}

/// The numbers of a version such as `go1.26.8`, or `go1.27rc1` before it is released.
fn number_of(version: &str) -> Option<Version> {
    let numbers = version.strip_prefix("go")?;
    let end = numbers.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(numbers.len());
    numbers[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_numbers() {
        for (version, number) in [("go1.26.8", "1.26.8"), ("go1.27rc1", "1.27"), ("go1.26.8 X:nodwarf5", "1.26.8")] {
            assert_eq!(number_of(version), Some(number.parse().unwrap()), "{version}");
        }
        for version in ["1.26", "devel go1.27-a1b2c3", "go"] {
            assert_eq!(number_of(version), None, "{version}");
        }
    }
}
