//! Makes an adapter ready to start: its runtime found, its packages installed from their lock file, all in a folder of
//! the cache.
//!
//! The folder's name holds a hash of everything that goes into it, so a folder that is there is right: it is built
//! beside its place and renamed into it, under a lock that makes a second run wait. What is ready needs no network and
//! starts no package manager.

mod cargo;
mod go;
mod java;
mod node;
mod python;
mod runtime;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::groups;
use super::manifest::{Placeholder, Setup, Version};
use super::package::{Package, PackageError, RuntimeFile};
use crate::suite::text::printable;

/// Makes adapters ready to start.
#[derive(Clone, Debug)]
pub struct Provisioner {
    cache: PathBuf,
    python: OsString,
}

impl Provisioner {
    /// A provisioner that keeps what it builds in a cache folder, which need not be there yet.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self { cache: cache_dir.into(), python: python::PROGRAM.into() }
    }

    /// Takes another Python than the one that `python3` is: a program's name or path.
    #[must_use]
    pub fn python(mut self, program: impl Into<OsString>) -> Self {
        self.python = program.into();
        self
    }

    /// Whether an adapter is ready to start. Nothing is built, but a runtime may be asked for its version.
    ///
    /// # Errors
    ///
    /// Files of the package that cannot be read, and a runtime that cannot be asked for another reason than its
    /// absence.
    pub fn status(&self, package: &Package) -> Result<Status, Error> {
        let plan = match self.plan(package) {
            Ok(plan) => plan,
            Err(Error::RuntimeMissing(missing)) => return Ok(Status::Unavailable(missing)),
            Err(error) => return Err(error),
        };
        let ready = plan.build.is_none_or(|build| build.is_ready());
        Ok(if ready { Status::Ready } else { Status::NotSetUp })
    }

    /// Makes an adapter ready, when it is not yet, and says how it is started.
    ///
    /// `progress` is told what is done at the moment, in short lines without a line feed; never, when the adapter is
    /// ready already.
    ///
    /// # Errors
    ///
    /// A runtime that this machine lacks ([`Error::is_unavailable`]), a step of the setup that failed, or a file that
    /// cannot be read or written. Nothing half-built stays.
    pub fn provision(&self, package: &Package, progress: &mut dyn FnMut(&str)) -> Result<Launch, Error> {
        let Plan { folder, build } = self.plan(package)?;
        let kit = build.as_ref().and_then(|build| build.kit.as_ref());
        let program = kit.map(|kit| kit.program(&folder));
        if let Some(build) = &build {
            build.run(progress)?;
        }
        let value = |placeholder| match (placeholder, &program) {
            (Placeholder::Dir, _) | (_, None) => folder.as_os_str(),
            // The manifest's check lets no other placeholder through than the one that its setup supplies.
            (_, Some(program)) => program.as_os_str(),
        };
        let mut words = package.manifest().command.iter().map(|word| word.fill(value));
        let program = words.next().unwrap_or_default();
        Ok(Launch { program: in_folder(program, &folder), args: words.collect(), current_dir: folder })
    }

    fn plan(&self, package: &Package) -> Result<Plan, Error> {
        let manifest = package.manifest();
        if let (None, Some(folder)) = (&manifest.setup, package.folder()) {
            return Ok(Plan { folder: folder.to_owned(), build: None });
        }
        let kit = manifest.setup.as_ref().map(|setup| self.kit(setup, &manifest.library)).transpose()?;
        let files = package.runtime_files()?;
        let runtime = kit.as_ref().map_or("", |kit| kit.identity());
        let name = format!("{}-{}", manifest.name, key(&files, runtime));
        let cache = absolute(&self.cache)?.join("adapters");
        let folder = cache.join(&name);
        Ok(Plan { folder: folder.clone(), build: Some(Build { cache, name, folder, files, kit }) })
    }

    fn kit(&self, setup: &Setup, library: &str) -> Result<Box<dyn Kit>, Error> {
        let library = library.to_owned();
        Ok(match setup {
            Setup::PythonVenv { lock, minimum } => {
                let runtime = python::find(&self.python, *minimum)?;
                Box::new(python::Venv { runtime, lock: lock.clone(), library })
            }
            Setup::NodeModules { lock, minimum } => {
                Box::new(node::Modules { runtime: node::find(*minimum)?, lock: lock.clone(), library })
            }
            Setup::CargoPackage { lock, minimum } => {
                Box::new(cargo::Package { runtime: cargo::find(*minimum)?, lock: lock.clone(), library })
            }
            Setup::MavenJars { lock, minimum } => {
                Box::new(java::Jars { runtime: java::find(*minimum)?, lock: lock.clone(), library })
            }
            Setup::GoModule { lock, minimum } => {
                Box::new(go::Module { runtime: go::find(*minimum)?, lock: lock.clone(), library })
            }
        })
    }
}

/// How far an adapter is.
#[derive(Debug)]
#[non_exhaustive]
pub enum Status {
    /// It can be started.
    Ready,
    /// It has to be set up first, and can be.
    NotSetUp,
    /// This machine lacks what it runs on.
    Unavailable(MissingRuntime),
}

/// How an adapter is started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Launch {
    /// The program: an absolute path, or a name to be looked up as it stands.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The adapter's folder, absolute: where it is started.
    pub current_dir: PathBuf,
}

impl Launch {
    /// The command, with nothing said of its streams.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.current_dir);
        command
    }
}

/// Why an adapter is not ready to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder that cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The package's own files cannot be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// This machine lacks what the adapter runs on.
    #[error(transparent)]
    RuntimeMissing(#[from] MissingRuntime),
    /// A lock file that does not hold what it is there to hold.
    #[error("{lock}: {problem}")]
    BadLock {
        /// The lock file's name.
        lock: String,
        /// What was expected of it.
        problem: String,
    },
    /// A step of the setup failed.
    #[error("{command}: {status}{}", indented(last_lines))]
    SetupFailed {
        /// The command that failed.
        command: String,
        /// How it ended, or why it could not be started.
        status: String,
        /// The last lines that it wrote.
        last_lines: Vec<String>,
    },
}

impl Error {
    /// Whether the adapter cannot be used on this machine as it is, which is a reason to skip it; any other error is a
    /// failure.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::RuntimeMissing(_))
    }
}

/// A runtime that this machine lacks: what was looked for, what was found, and how to get it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {needed} as `{program}`, but {found}; {advice}")]
#[non_exhaustive]
pub struct MissingRuntime {
    /// The program that was looked for.
    pub program: String,
    /// What it should be.
    pub needed: String,
    /// What was found in its place.
    pub found: String,
    /// How to get it.
    pub advice: String,
}

struct Plan {
    folder: PathBuf,
    /// Nothing for an adapter that runs where it is.
    build: Option<Build>,
}

/// A folder of the cache that is to be there.
struct Build {
    cache: PathBuf,
    name: String,
    folder: PathBuf,
    files: Vec<RuntimeFile>,
    kit: Option<Box<dyn Kit>>,
}

/// What a setup builds in the adapter's folder, with a runtime that this machine has.
trait Kit {
    /// What tells the runtime from another.
    fn identity(&self) -> &str;

    /// Whether what was built in a finished folder still works.
    fn is_ready(&self, folder: &Path) -> bool;

    /// Builds it in an unfinished folder, in which the adapter's files are.
    fn build(&self, place: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), Error>;

    /// The program that it supplies to the command.
    fn program(&self, folder: &Path) -> PathBuf;
}

impl Build {
    fn is_ready(&self) -> bool {
        self.folder.is_dir() && self.kit.as_ref().is_none_or(|kit| kit.is_ready(&self.folder))
    }

    fn run(&self, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
        if self.is_ready() {
            return Ok(());
        }
        fs::create_dir_all(&self.cache).map_err(at(&self.cache))?;
        let lock_path = self.cache.join(format!("{}.lock", self.name));
        let lock = File::create(&lock_path).map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress("waiting for another run that sets it up");
                lock.lock().map_err(at(&lock_path))?;
            }
            Err(TryLockError::Error(source)) => return Err(at(&lock_path)(source)),
        }
        if self.is_ready() {
            return Ok(());
        }
        self.remove_leftovers()?;
        let place =
            tempfile::Builder::new().prefix(&self.building()).tempdir_in(&self.cache).map_err(at(&self.cache))?;
        self.fill(place.path(), progress)?;
        fs::rename(place.path(), &self.folder).map_err(at(&self.folder))?;
        // Nothing is left there to delete.
        let _ = place.keep();
        Ok(())
    }

    fn fill(&self, place: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
        for file in &self.files {
            let path = place.join(&file.path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(at(parent))?;
            }
            fs::write(&path, &file.contents).map_err(at(&path))?;
        }
        self.kit.as_ref().map_or(Ok(()), |kit| kit.build(place, progress))
    }

    /// Removes what runs that were killed left behind, and a folder whose runtime has gone. Only the holder of the lock
    /// may.
    fn remove_leftovers(&self) -> Result<(), Error> {
        let building = self.building();
        for entry in fs::read_dir(&self.cache).map_err(at(&self.cache))? {
            let entry = entry.map_err(at(&self.cache))?;
            if entry.file_name().as_encoded_bytes().starts_with(building.as_bytes()) {
                // A process of the killed run may be writing to it still. It is in nobody's way: the next run tries
                // again.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        match fs::remove_dir_all(&self.folder) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(at(&self.folder)(source)),
            _ => Ok(()),
        }
    }

    /// How the names of unfinished folders start.
    fn building(&self) -> String {
        format!("{}.building-", self.name)
    }
}

/// The first 16 hexadecimal digits of a hash of everything that goes into the folder.
fn key(files: &[RuntimeFile], runtime: &str) -> String {
    let mut hash = Sha256::new();
    // Lengths first, so that no two lists of fields run into the same bytes.
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    field(runtime.as_bytes());
    for file in files {
        field(file.path.as_os_str().as_encoded_bytes());
        field(&file.contents);
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A program with a separator in its name lies in the folder; one without is looked up as it stands.
fn in_folder(program: OsString, folder: &Path) -> PathBuf {
    let path = PathBuf::from(program);
    if path.components().count() > 1 { folder.join(path) } else { path }
}

/// Where a kit puts the program that it builds.
fn program_of(folder: &Path) -> PathBuf {
    folder.join(format!("adapter{}", env::consts::EXE_SUFFIX))
}

/// Runs one step of a setup to its end, with no input and its output kept for the error.
fn run_step(command: &mut Command, limit: Duration) -> Result<(), Error> {
    let failed = |command: &Command, status: String, last_lines| {
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let command = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
        Error::SetupFailed { command, status, last_lines }
    };
    match groups::output(command, limit) {
        Err(error) => Err(failed(command, error.to_string(), Vec::new())),
        Ok(None) => Err(failed(command, format!("did not end within {} s", limit.as_secs()), Vec::new())),
        Ok(Some(output)) if output.status.success() => Ok(()),
        Ok(Some(output)) => {
            let said = if output.stderr.trim_ascii().is_empty() { output.stdout } else { output.stderr };
            Err(failed(command, output.status.to_string(), last_lines(&said)))
        }
    }
}

fn last_lines(output: &[u8]) -> Vec<String> {
    const MOST: usize = 20;
    let lines: Vec<_> = output.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    lines[lines.len().saturating_sub(MOST)..].iter().map(|line| printable(line).to_string()).collect()
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Io { path: path.to_owned(), source }
}

/// What a runtime's probe found missing, for [`MissingRuntime`].
fn missing(program: &OsStr, needed: String, found: impl Into<String>, advice: &str) -> Error {
    let program = program.to_string_lossy().into_owned();
    Error::RuntimeMissing(MissingRuntime { program, needed, found: found.into(), advice: advice.to_owned() })
}
