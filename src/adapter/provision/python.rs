//! Python: builds a virtual environment with the packages of a requirements file, each with hashes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use qsh_diagnose::printable;

use super::error::{Error, missing};
use super::runtime::{Runtime, Runtimes};
use super::{LanguageProvisioner, Version, run_step};

/// The default Python.
pub(super) const PROGRAM: &str = if cfg!(windows) { "python" } else { "python3" };

/// The probe. It prints the implementation, the version, whether it can make an environment with pip, and the real path
/// of the interpreter.
const PROBE: &str = "\
import sys, platform, importlib.util as util
print(platform.python_implementation())
print('.'.join(map(str, sys.version_info[:3])))
print(all(map(util.find_spec, ('venv', 'ensurepip'))))
print(getattr(sys, '_base_executable', sys.executable))";

/// How long each step of a setup may take. One of them downloads packages.
const STEP_LIMIT: Duration = Duration::from_mins(10);

/// A virtual environment to build.
pub(super) struct Venv {
    pub(super) runtime: Runtime,
    pub(super) lock: String,
}

impl LanguageProvisioner for Venv {
    fn identity(&self) -> &str {
        &self.runtime.identity
    }

    /// Whether the interpreter still works. It is a link to one that may have been removed.
    fn is_ready(&self, folder: &Path) -> bool {
        interpreter(folder).is_file()
    }

    fn program(&self, folder: &Path) -> PathBuf {
        interpreter(folder)
    }

    fn source(&self) -> (&'static str, &'static str) {
        ("PyPI", "pip")
    }

    fn build(&self, place: &Path) -> Result<(), Error> {
        run_step(Command::new(&self.runtime.program).args(["-I", "-m", "venv"]).arg(place.join(VENV)), STEP_LIMIT)?;
        let pip = || {
            let mut command = Command::new(interpreter(place));
            command.args(["-I", "-m", "pip", "--no-input", "--disable-pip-version-check"]);
            // These settings would install the packages elsewhere. The user's other settings decide where packages come
            // from.
            command.env("PIP_USER", "0").env_remove("PIP_TARGET").env_remove("PIP_PREFIX").env_remove("PIP_ROOT");
            command
        };
        run_step(
            pip().args(["install", "--quiet", "--require-hashes", "--no-deps", "-r"]).arg(place.join(&self.lock)),
            STEP_LIMIT,
        )?;
        // --no-deps trusts the lock file. This checks that it is complete.
        run_step(pip().arg("check"), STEP_LIMIT)
    }
}

/// Finds Python in at least this version, with support for virtual environments.
pub(super) fn find(runtimes: &Runtimes, program: &OsStr, minimum: Version) -> Result<Runtime, Error> {
    let needed = format!("Python {minimum} or newer");
    let install = "install it from https://www.python.org/downloads/ or with the system's package manager";
    let output = runtimes.ask(Command::new(program).args(["-I", "-c", PROBE]), &needed, install)?;
    let answer = String::from_utf8(output.stdout).unwrap_or_default();
    let lines: Vec<_> = answer.lines().collect();
    let [implementation, version, can_make_venv, place] = lines[..] else {
        let said = printable(output.stderr.trim_ascii());
        let found = format!("it does not answer as one ({}): {said}", output.status);
        return Err(missing(program, needed, found, install));
    };
    if version.parse::<Version>().ok().is_none_or(|version| version < minimum) {
        return Err(missing(program, needed, format!("that is {implementation} {version}"), install));
    }
    if can_make_venv != "True" {
        let advice = "install them with the system's package manager (Debian, Ubuntu: apt install python3-venv)";
        let found = format!("{implementation} {version} lacks the modules venv and ensurepip");
        return Err(missing(program, needed, found, advice));
    }
    Ok(Runtime { program: program.into(), identity: format!("{implementation} {version} {place}") })
}

/// The environment's interpreter.
fn interpreter(folder: &Path) -> PathBuf {
    let (bin, python) = if cfg!(windows) { ("Scripts", "python.exe") } else { ("bin", "python") };
    folder.join(VENV).join(bin).join(python)
}

const VENV: &str = "venv";
