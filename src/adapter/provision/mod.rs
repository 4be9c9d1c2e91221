//! Makes an adapter ready to start: finds its runtime, and installs the packages of its lock file into a folder of the
//! cache.
//!
//! The folder's name contains a hash of all its inputs. It is built under a temporary name and renamed at the end, so
//! a folder with the final name is complete. A lock makes a second run wait. A ready adapter needs no network and
//! starts no package manager.

mod cargo;
mod error;
mod go;
mod java;
mod node;
mod python;
mod runtime;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, io};

use data_encoding::HEXLOWER;
use qsh_diagnose::printable;
use sha2::{Digest, Sha256};

use super::groups;
use super::manifest::{Placeholder, Setup, Version};
use super::package::{Package, RuntimeFile};
pub use error::{Error, MissingRuntime};
use runtime::Runtimes;

/// Makes adapters ready to start. It asks each runtime for its version once, and clones share the answers.
#[derive(Clone, Debug)]
pub struct Provisioner {
    cache: PathBuf,
    python: OsString,
    runtimes: Runtimes,
}

impl Provisioner {
    /// A provisioner that builds in a cache folder. The folder is made if it is missing.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self { cache: cache_dir.into(), python: python::PROGRAM.into(), runtimes: Runtimes::default() }
    }

    /// Uses another Python than `python3`: the name or path of a program.
    #[must_use]
    pub fn python(mut self, program: impl Into<OsString>) -> Self {
        self.python = program.into();
        self
    }

    /// Whether an adapter is ready to start. Builds nothing. May ask a runtime for its version.
    ///
    /// # Errors
    ///
    /// Files of the package that cannot be read, or a runtime that exists and cannot be asked for its version.
    pub fn status(&self, package: &Package) -> Result<Status, Error> {
        let status = || {
            let Some(build) = self.plan(package)?.build else { return Ok(Status::Ready) };
            if build.is_ready() {
                return Ok(Status::Ready);
            }
            build.check_tools()?;
            Ok(Status::NotSetUp)
        };
        match status() {
            Err(Error::RuntimeMissing(missing)) => Ok(Status::Unavailable(missing)),
            status => status,
        }
    }

    /// Makes an adapter ready if it is not yet, and returns how to start it.
    ///
    /// `progress` gets short lines without a line feed, such as `setting up PyPI atlassian-jwt 3.0.0 (pip)`. It is not
    /// called if the adapter is ready.
    ///
    /// # Errors
    ///
    /// A runtime that this machine lacks ([`Error::is_unavailable`]), a step of the setup that failed, or a file that
    /// cannot be read or written. An unfinished folder is removed.
    pub fn provision(&self, package: &Package, progress: &mut dyn FnMut(&str)) -> Result<Launch, Error> {
        let Plan { folder, build } = self.plan(package)?;
        let provisioner = build.as_ref().and_then(|build| build.provisioner.as_ref());
        let program = provisioner.map(|provisioner| provisioner.program(&folder));
        if let Some(build) = &build {
            build.run(progress)?;
        }
        let value = |placeholder| match (placeholder, &program) {
            (Placeholder::Dir, _) | (_, None) => folder.as_os_str(),
            // The manifest's check allows no placeholder that its setup does not supply.
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
        let provisioner = manifest.setup.as_ref().map(|setup| self.provisioner(setup)).transpose()?;
        let files = package.runtime_files()?;
        let runtime = provisioner.as_ref().map_or("", |provisioner| provisioner.identity());
        let name = format!("{}-{}", manifest.name, key(&files, runtime));
        let cache = absolute(&self.cache)?.join("adapters");
        let folder = cache.join(&name);
        let package = format!("{} {}", manifest.library, manifest.library_version);
        Ok(Plan { folder: folder.clone(), build: Some(Build { cache, name, folder, package, files, provisioner }) })
    }

    /// The provisioner for the language of a setup.
    fn provisioner(&self, setup: &Setup) -> Result<Box<dyn LanguageProvisioner>, Error> {
        let (runtimes, lock) = (&self.runtimes, setup.lock().to_owned());
        Ok(match setup {
            Setup::PythonVenv { minimum, .. } => {
                Box::new(python::Venv { runtime: python::find(runtimes, &self.python, *minimum)?, lock })
            }
            Setup::NodeModules { minimum, .. } => {
                Box::new(node::Modules { runtime: node::find(runtimes, *minimum)?, minimum: *minimum, lock })
            }
            Setup::CargoPackage { minimum, .. } => {
                Box::new(cargo::Package { runtime: cargo::find(runtimes, *minimum)?, lock })
            }
            Setup::MavenJars { minimum, .. } => {
                Box::new(java::Jars { runtime: java::find(runtimes, *minimum)?, minimum: *minimum, lock })
            }
            Setup::GoModule { minimum, .. } => Box::new(go::Module { runtime: go::find(runtimes, *minimum)?, lock }),
        })
    }
}

/// Whether an adapter is ready.
#[derive(Debug)]
#[non_exhaustive]
pub enum Status {
    /// It can be started.
    Ready,
    /// It has to be set up first. This machine has its runtime.
    NotSetUp,
    /// This machine lacks its runtime.
    Unavailable(MissingRuntime),
}

/// How an adapter is started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Launch {
    /// The program: an absolute path, or a name that the system looks up.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The absolute path of the adapter's folder, in which it is started.
    pub current_dir: PathBuf,
}

impl Launch {
    /// The command. Its streams are not set.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.current_dir);
        command
    }
}

struct Plan {
    folder: PathBuf,
    /// `None` for an adapter that runs in its own folder.
    build: Option<Build>,
}

/// A folder of the cache, and how it is built.
struct Build {
    cache: PathBuf,
    name: String,
    folder: PathBuf,
    /// The library, with its version.
    package: String,
    files: Vec<RuntimeFile>,
    provisioner: Option<Box<dyn LanguageProvisioner>>,
}

/// Installs or builds an adapter with the tools of one language. Its runtime is on this machine.
trait LanguageProvisioner {
    /// A text that identifies the runtime and its version.
    fn identity(&self) -> &str;

    /// Whether the result in a finished folder still works.
    fn is_ready(&self, folder: &Path) -> bool;

    /// The kind of the library's package, and the program that fetches it.
    fn source(&self) -> (&'static str, &'static str);

    /// Whether this machine has what a build needs beside the runtime. Starts nothing.
    fn check_tools(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Checks the lock file in an unfinished folder, before anything is started.
    fn check_lock(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    /// Builds in an unfinished folder that already has the adapter's files.
    fn build(&self, place: &Path) -> Result<(), Error>;

    /// The program for the placeholder of the command.
    fn program(&self, folder: &Path) -> PathBuf;
}

impl Build {
    fn is_ready(&self) -> bool {
        self.folder.is_dir() && self.provisioner.as_ref().is_none_or(|provisioner| provisioner.is_ready(&self.folder))
    }

    fn check_tools(&self) -> Result<(), Error> {
        self.provisioner.as_ref().map_or(Ok(()), |provisioner| provisioner.check_tools())
    }

    fn run(&self, progress: &mut dyn FnMut(&str)) -> Result<(), Error> {
        if self.is_ready() {
            return Ok(());
        }
        self.check_tools()?;
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
        // The temporary folder was renamed: there is nothing to delete.
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
        let Some(provisioner) = &self.provisioner else { return Ok(()) };
        provisioner.check_lock(place)?;
        let (kind, tool) = provisioner.source();
        progress(&format!("setting up {kind} {} ({tool})", self.package));
        provisioner.build(place)
    }

    /// Removes unfinished folders of killed runs, and a folder whose runtime is gone. The caller must hold the lock.
    fn remove_leftovers(&self) -> Result<(), Error> {
        let building = self.building();
        for entry in fs::read_dir(&self.cache).map_err(at(&self.cache))? {
            let entry = entry.map_err(at(&self.cache))?;
            if entry.file_name().as_encoded_bytes().starts_with(building.as_bytes()) {
                // A process of the killed run may still write to it. The folder does no harm, and the next run tries
                // again.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        match fs::remove_dir_all(&self.folder) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(at(&self.folder)(source)),
            _ => Ok(()),
        }
    }

    /// The prefix of the names of unfinished folders.
    fn building(&self) -> String {
        format!("{}.building-", self.name)
    }
}

/// The first 16 hexadecimal digits of a hash of everything that goes into the folder.
fn key(files: &[RuntimeFile], runtime: &str) -> String {
    let mut hash = Sha256::new();
    // Lengths come first, so that two lists of fields never give the same bytes.
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    field(runtime.as_bytes());
    for file in files {
        field(file.path.as_os_str().as_encoded_bytes());
        field(&file.contents);
    }
    HEXLOWER.encode(&hash.finalize()[..8])
}

/// A program with a separator in its name is in the folder. The system looks up any other name.
fn in_folder(program: OsString, folder: &Path) -> PathBuf {
    let path = PathBuf::from(program);
    if path.components().count() > 1 { folder.join(path) } else { path }
}

/// The path of a built program.
fn program_of(folder: &Path) -> PathBuf {
    folder.join(format!("adapter{}", env::consts::EXE_SUFFIX))
}

/// Runs one step of a setup without input. Its output is kept for the error.
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

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Io { path: path.to_owned(), source }
}
