//! The adapters that a command line selects, and how each is started.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use etcetera::BaseStrategy;
use qsh::adapter::Adapter;
use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::limited::Limited;
use qsh::adapter::manifest::{self, Faults, Setup};
use qsh::adapter::package::{self, KNOWN_FILE_NAME, Package};
use qsh::adapter::protocol::Description;
use qsh::adapter::provision::Provisioner;
use qsh::diff::Origin;
use qsh::runner::{NotStarted, Participant};
use qsh::suite::baseline::Baseline;
use qsh::suite::near::{did_you_mean, near, one_of};
use qsh::tamper::Treatments;
use qsh_diagnose::Dialect;

/// The name of our own implementation.
const BUILT_IN: &str = "built-in";

/// An adapter that the user chose on the command line.
#[derive(Debug)]
pub(super) enum AdapterChoice {
    BuiltIn,
    Package(Box<Package>),
    /// A command line, split into words.
    Command {
        name: String,
        words: Vec<String>,
    },
}

/// How fast adapters start and answer, the fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pace {
    Native,
    Interpreted,
    VirtualMachine,
}

impl AdapterChoice {
    /// All bundled adapters, the built-in one first.
    pub(super) fn all() -> anyhow::Result<Vec<Self>> {
        let bundled = package::bundled()?.into_iter().map(|package| Self::Package(Box::new(package)));
        Ok([Self::BuiltIn].into_iter().chain(bundled).collect())
    }

    /// All bundled adapters, each followed by the other versions of its library.
    pub(super) fn all_versions() -> anyhow::Result<Vec<Self>> {
        let mut all = Vec::new();
        for chosen in Self::all()? {
            let versions = match &chosen {
                Self::Package(package) => {
                    let at = |version: &String| Ok(Self::Package(Box::new(package.at_version(version)?)));
                    package.versions()?.iter().map(at).collect::<anyhow::Result<Vec<_>>>()?
                }
                Self::BuiltIn | Self::Command { .. } => Vec::new(),
            };
            all.push(chosen);
            all.extend(versions);
        }
        Ok(all)
    }

    /// The adapters with these names or in these folders, then those of the commands. All bundled adapters if none is
    /// given.
    pub(super) fn resolve(adapters: &[String], commands: &[String]) -> anyhow::Result<Vec<Self>> {
        if adapters.is_empty() && commands.is_empty() {
            return Self::all();
        }
        Self::beside(Vec::new(), adapters, commands)
    }

    /// All bundled adapters, then the named ones and those of the commands.
    pub(super) fn all_and(adapters: &[String], commands: &[String]) -> anyhow::Result<Vec<Self>> {
        Self::beside(Self::all()?, adapters, commands)
    }

    fn beside(first: Vec<Self>, adapters: &[String], commands: &[String]) -> anyhow::Result<Vec<Self>> {
        let named = adapters.iter().map(|name| Self::named(name));
        let commands = commands.iter().enumerate().map(|(index, command)| Self::command(index, command));
        let chosen: Vec<Self> =
            first.into_iter().map(Ok).chain(named).chain(commands).collect::<anyhow::Result<_>>()?;
        for (index, adapter) in chosen.iter().enumerate() {
            if chosen[..index].iter().any(|other| other.name() == adapter.name()) {
                bail!("the adapter {} is named twice", adapter.name());
            }
        }
        Ok(chosen)
    }

    fn named(name: &str) -> anyhow::Result<Self> {
        if name == BUILT_IN {
            return Ok(Self::BuiltIn);
        }
        if let Some(package) = Self::package(name)? {
            return Ok(Self::Package(Box::new(package)));
        }
        if let Some((name, version)) = name.rsplit_once('@')
            && let Some(package) = Self::package(name)?
        {
            return Ok(Self::Package(Box::new(package.at_version(version)?)));
        }
        Err(unknown(name, &package::bundled()?))
    }

    /// The adapter with this name or in this folder.
    fn package(name: &str) -> anyhow::Result<Option<Package>> {
        if let Some(package) = package::bundled()?.into_iter().find(|package| package.manifest().name == name) {
            return Ok(Some(package));
        }
        if !Path::new(name).exists() {
            return Ok(None);
        }
        let package = Package::load(Path::new(name));
        package.map(Some).with_context(|| format!("the adapter {name} cannot be used"))
    }

    fn command(index: usize, command: &str) -> anyhow::Result<Self> {
        let words = shlex::split(command).filter(|words| !words.is_empty());
        let words =
            words.with_context(|| format!("{command:?} is not a command: expected words, quoted as for a shell"))?;
        let name = if index == 0 { "command".to_owned() } else { format!("command-{}", index + 1) };
        Ok(Self::Command { name, words })
    }

    /// The chosen adapters that are written in one of these languages, whatever the case of the letters. All of them
    /// without a language.
    pub(super) fn in_languages(chosen: Vec<Self>, languages: &[String]) -> anyhow::Result<Vec<Self>> {
        let all: BTreeSet<String> = chosen.iter().filter_map(Self::language).collect();
        let is = |language: &String, other: &String| language.to_lowercase() == other.to_lowercase();
        if let Some(unknown) = languages.iter().find(|wanted| !all.iter().any(|language| is(language, wanted))) {
            let all: Vec<String> = all.into_iter().collect();
            bail!("no adapter is in the language {unknown:?}: expected {}", one_of(&all));
        }
        let is_wanted = |adapter: &Self| {
            let wanted = |language: String| languages.iter().any(|wanted| is(&language, wanted));
            languages.is_empty() || adapter.language().is_some_and(wanted)
        };
        Ok(chosen.into_iter().filter(is_wanted).collect())
    }

    /// The language of the implementation. `None` for a command, which says it only when it runs.
    fn language(&self) -> Option<String> {
        match self {
            Self::BuiltIn => Some(BuiltIn::new().description().language.clone()),
            Self::Package(package) => Some(package.manifest().language.clone()),
            Self::Command { .. } => None,
        }
    }

    /// How long it is likely to take.
    fn pace(&self) -> Pace {
        match self {
            Self::BuiltIn => Pace::Native,
            Self::Command { .. } => Pace::Interpreted,
            Self::Package(package) => match &package.manifest().setup {
                Some(Setup::MavenJars { .. }) => Pace::VirtualMachine,
                Some(Setup::CargoPackage { .. } | Setup::GoModule { .. }) => Pace::Native,
                _ => Pace::Interpreted,
            },
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::BuiltIn => BUILT_IN,
            Self::Package(package) => &package.manifest().name,
            Self::Command { name, .. } => name,
        }
    }

    /// The adapter's own baseline. Empty if it has none.
    pub(super) fn baseline(&self) -> anyhow::Result<Baseline> {
        let Self::Package(package) = self else { return Ok(Baseline::default()) };
        let path = package.path(KNOWN_FILE_NAME);
        let baseline = match package.known()? {
            Some(text) => {
                let text = str::from_utf8(&text).with_context(|| format!("{} is not UTF-8", path.display()))?;
                Baseline::parse(&path, text)?
            }
            None => Baseline::default(),
        };
        self.with_described(baseline, &path)
    }

    /// A baseline with the dialect that the adapter's manifest describes. `path` is that of the baseline, for messages.
    pub(super) fn with_described(&self, baseline: Baseline, path: &Path) -> anyhow::Result<Baseline> {
        let Self::Package(package) = self else { return Ok(baseline) };
        let with_described = baseline.and_described(&package.manifest().dialect);
        with_described.map_err(|problem| {
            anyhow!("{}: {problem}, with {}", path.display(), package.path(manifest::FILE_NAME).display())
        })
    }

    /// The file of the adapter's baseline, if the user can write it.
    pub(super) fn baseline_file(&self) -> Option<PathBuf> {
        match self {
            Self::Package(package) => package.known_file(),
            Self::BuiltIn | Self::Command { .. } => None,
        }
    }

    /// Files that the adapter consists of, if the user wrote it: its manifest, or the words of its command that may be files.
    pub(super) fn own_files(&self) -> Vec<PathBuf> {
        match self {
            Self::BuiltIn => Vec::new(),
            Self::Package(package) => {
                package.folder().map(|folder| folder.join(manifest::FILE_NAME)).into_iter().collect()
            }
            Self::Command { words, .. } => words.iter().map(PathBuf::from).collect(),
        }
    }

    /// The documentation of the adapter's library.
    pub(super) fn documentation(&self) -> Option<&str> {
        match self {
            Self::Package(package) => Some(&package.manifest().documentation),
            Self::BuiltIn | Self::Command { .. } => None,
        }
    }

    /// The adapter as a participant of a run.
    pub(super) fn participant(
        &self,
        baseline: Baseline,
        provisioner: &Provisioner,
        timeout: Duration,
    ) -> Participant<'_> {
        let provisioner = provisioner.clone();
        Participant {
            name: self.name().to_owned(),
            baseline,
            start: Box::new(move |progress| {
                let adapter = self.start(&provisioner, timeout, progress)?;
                let mismatches = self.mismatches(adapter.description());
                if mismatches.is_empty() { Ok(adapter) } else { Err(NotStarted::Unusable(mismatches.join("\n"))) }
            }),
        }
    }

    /// How a started adapter differs from its manifest.
    pub(super) fn mismatches(&self, description: &Description) -> Vec<String> {
        match self {
            Self::Package(package) => package.manifest().mismatches(description),
            Self::BuiltIn | Self::Command { .. } => Vec::new(),
        }
    }

    /// Whether somebody described the adapter.
    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::BuiltIn | Self::Package(_) => Origin::Description,
            Self::Command { .. } => Origin::Specification,
        }
    }

    /// The dialect that the adapter's manifest describes.
    pub(super) fn described(&self) -> Dialect {
        match self {
            Self::Package(package) => package.manifest().dialect.dialect(),
            Self::BuiltIn | Self::Command { .. } => Dialect::OFFICIAL,
        }
    }

    /// The treatments of tokens that the adapter's manifest describes.
    pub(super) fn treatments(&self) -> Treatments {
        match self {
            Self::Package(package) => package.manifest().tokens.clone(),
            Self::BuiltIn | Self::Command { .. } => Treatments::new(),
        }
    }

    /// The exceptions for requests that the adapter's manifest describes.
    pub(super) fn faults(&self) -> Faults {
        match self {
            Self::Package(package) => package.manifest().faults.clone(),
            Self::BuiltIn | Self::Command { .. } => Faults::default(),
        }
    }

    /// Sets up and starts the adapter.
    pub(super) fn start(
        &self,
        provisioner: &Provisioner,
        timeout: Duration,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Box<dyn Adapter>, NotStarted> {
        let command = match self {
            Self::BuiltIn => return Ok(Box::new(BuiltIn::new())),
            Self::Command { words, .. } => Command::new(&words[0]).args(&words[1..]),
            Self::Package(package) => {
                let launch = provisioner.provision(package, progress).map_err(|error| {
                    if error.is_unavailable() {
                        NotStarted::Unavailable(error.to_string())
                    } else {
                        NotStarted::Unusable(error.to_string())
                    }
                })?;
                Command::new(launch.program).args(launch.args).current_dir(launch.current_dir)
            }
        };
        let limits = Limits { timeout, ..Limits::default() };
        match Child::start(command, limits) {
            Ok(child) => Ok(Limited::around(Box::new(child))),
            Err(failure) => Err(NotStarted::Unusable(failure.to_string())),
        }
    }
}

/// The positions of the adapters, those that are likely to take longest first.
pub(super) fn slowest_first(chosen: &[AdapterChoice]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    order.sort_by_key(|place| Reverse(chosen[*place].pace()));
    order
}

/// The error for an adapter that is not known, with those whose name or library resembles it.
fn unknown(name: &str, bundled: &[Package]) -> anyhow::Error {
    let asked = name.rsplit_once('@').map_or(name, |(front, _)| if front.is_empty() { name } else { front });
    let manifests = bundled.iter().map(Package::manifest);
    let spellings = manifests.flat_map(|it| [(it.name.as_str(), it.name.as_str()), (&it.library, &it.name)]);
    match did_you_mean(&near(asked, spellings.chain([(BUILT_IN, BUILT_IN)]))) {
        Some(question) => anyhow!("unknown adapter {name:?}: {question}"),
        None => anyhow!(
            "unknown adapter {name:?}: expected one that `qsh adapters list` lists, or the path of an adapter's folder"
        ),
    }
}

/// A provisioner for the user's cache folder: `QSH_CACHE_DIR`, or `qsh` in the platform's cache folder.
pub(super) fn provisioner() -> anyhow::Result<Provisioner> {
    let cache = match env::var_os("QSH_CACHE_DIR") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => etcetera::choose_base_strategy().context("no cache folder: set QSH_CACHE_DIR")?.cache_dir().join("qsh"),
    };
    Ok(Provisioner::new(cache))
}

/// The file to which a step of GitHub Actions writes its summary.
pub(super) fn step_summary() -> Option<PathBuf> {
    env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// Whether this runs in GitHub Actions, which reads commands on stderr.
pub(super) fn is_github() -> bool {
    env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// Whether this runs in CI. There, adapters that did not run must not look green.
pub(super) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_machines_start_first_and_native_programs_last() {
        let chosen = ["built-in", "python-pyjwt", "rust-atlassian-app-auth", "scala-atlassian-jwt-core"];
        let chosen = AdapterChoice::resolve(&chosen.map(str::to_owned), &[]).unwrap();
        assert_eq!(slowest_first(&chosen), [3, 1, 0, 2]);
    }
}
