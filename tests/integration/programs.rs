//! The programs of tests/helpers: whole apps on real frameworks, and clients with real libraries.
//!
//! Each is set up once and kept, as a bundled adapter is. Most use the library of one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use qsh::adapter::package::Package;
use qsh::adapter::provision::{Launch, Provisioner};

use crate::provision::{cache_of_bundled, has_runtime_of, provision_bundled};

/// Frameworks, by the adapters that have them.
pub(crate) const EXPRESS: &str = "javascript-atlassian-connect-express";
pub(crate) const SPRING: &str = "java-atlassian-connect-spring-boot-core";
/// The library of the app on Flask.
pub(crate) const PYTHON: &str = "python-atlassian-jwt";
/// Libraries of clients.
const APP_AUTH: &str = "rust-atlassian-app-auth";
const GO_JIRA: &str = "go-andygrunwald-go-jira";
const JAVASCRIPT: &str = "javascript-atlassian-atlassian-jwt";
const JIRA: &str = "python-jira";

/// A key host at which nobody listens, for an app that is not installed.
pub(crate) const NO_KEY_HOST: &str = "http://127.0.0.1:1";

/// A running app. It ends with the test.
pub(crate) struct RunningApp {
    child: Child,
    port: u16,
}

impl RunningApp {
    /// Starts an app that prints its port.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap_or_else(|error| panic!("{error}: {line}")), child }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }
}

impl Drop for RunningApp {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// An app on atlassian-connect-express, whose base URL has this path. `tenant` is empty, or a client key and a secret.
pub(crate) fn express(key_host: &str, base_path: &str, tenant: &[&str]) -> RunningApp {
    let framework = provision_bundled(EXPRESS).current_dir;
    let mut command = Command::new("node");
    command.arg(helper("apps/express.js")).arg(framework).args([key_host, base_path]);
    RunningApp::start(command.args(tenant))
}

/// An app on atlassian-connect-spring-boot in its Tomcat.
pub(crate) fn spring(key_host: &str, tenant: &[&str]) -> RunningApp {
    let Launch { program, current_dir, .. } = provision_bundled(SPRING);
    let mut command = Command::new(program);
    command.args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]).arg(current_dir.join("lib/*"));
    RunningApp::start(command.arg(helper("apps/Spring.java")).arg(key_host).args(tenant))
}

/// An app on Flask with atlassian-jwt for Python.
pub(crate) fn flask(key_host: &str, tenant: &[&str]) -> RunningApp {
    let mut command = Command::new(python());
    RunningApp::start(command.args(["-E", "-s"]).arg(helper("apps/flask_app.py")).arg(key_host).args(tenant))
}

/// The Python of an environment with the packages of tests/helpers/requirements.txt.
pub(crate) fn python() -> PathBuf {
    const MANIFEST: &str = r#"format = "qsh-adapter"
version = 1
name = "tests-helpers"
language = "Python"
library = "the packages of the tests"
library_version = "1.0"
documentation = "https://example.com/"
command = ["{python}"]
[setup]
kind = "python-venv"
# uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.10
# of atlassian-jwt, flask, jira, pyjwt[crypto], requests and requests-jwt.
lock = "requirements.txt"
minimum = "3.10"
"#;
    let requirements = fs::read_to_string(helper("requirements.txt")).unwrap();
    provision(&[("adapter.toml", MANIFEST), ("requirements.txt", &requirements)]).program
}

/// Whether this machine has a Python for that environment. Without one, the calling test is skipped.
pub(crate) fn has_python() -> bool {
    // The adapter needs Python 3.10, too.
    has_runtime_of(JIRA)
}

/// A client of tests/helpers/clients. Its argument is the caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// atlassian-app-auth for Rust.
    AppAuth,
    /// atlassian-jwt for JavaScript, with fetch.
    JavaScript,
    /// go-jira.
    GoJira,
    /// jira for Python.
    Jira,
    /// atlassian-jwt for Python, with requests.
    Python,
}

impl Client {
    /// Whether this machine has what it needs. Without it, the calling test is skipped.
    pub(crate) fn is_available(self) -> bool {
        match self {
            Self::AppAuth => has_runtime_of(APP_AUTH),
            Self::JavaScript => has_runtime_of(JAVASCRIPT),
            Self::GoJira => has_runtime_of(GO_JIRA),
            Self::Jira | Self::Python => has_python(),
        }
    }

    /// Its command for a shell, without the last argument.
    pub(crate) fn command(self) -> String {
        let script = |name: &str| helper(&format!("clients/{name}"));
        let words = match self {
            Self::AppAuth => {
                vec![built(APP_AUTH, "src/main.rs", "atlassian_app_auth.rs", ["Cargo.lock", "package.toml"])]
            }
            Self::JavaScript => {
                vec!["node".into(), script("atlassian_jwt.js"), provision_bundled(JAVASCRIPT).current_dir]
            }
            Self::GoJira => vec![built(GO_JIRA, "main.go", "go_jira.go", ["go.mod", "go.sum"])],
            Self::Jira => vec![python(), script("jira_client.py")],
            Self::Python => vec![python(), script("atlassian_jwt_client.py")],
        };
        words.iter().map(|word| format!("'{}'", word.display())).collect::<Vec<_>>().join(" ")
    }
}

/// The program that is built from a client in place of the shim of an adapter, with the packages that the adapter has locked.
fn built(adapter: &str, shim: &str, client: &str, packages: [&str; 2]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters").join(adapter);
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let manifest = read(folder.join("adapter.toml"));
    // The shared file of the protocol is not needed.
    let manifest: Vec<&str> = manifest.lines().filter(|line| !line.starts_with("shared = ")).collect();
    let source = read(helper("clients").join(client));
    let [first, second] = packages.map(|name| {
        // A program in Rust is compiled in half of the time.
        let end = if name == "package.toml" { "[profile.release]\nopt-level = 0\n" } else { "" };
        read(folder.join(name)) + end
    });
    let files =
        [("adapter.toml", &manifest.join("\n")), (shim, &source), (packages[0], &first), (packages[1], &second)];
    provision(&files.map(|(name, text)| (name, text.as_str()))).program
}

/// Sets up a package of these files, as an adapter is set up.
fn provision(files: &[(&str, &str)]) -> Launch {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let package = Package::load(folder.path()).unwrap();
    let name = &package.manifest().name;
    Provisioner::new(cache_of_bundled()).provision(&package, &mut |step| eprintln!("{name}: {step}")).unwrap()
}

/// The path of a file of tests/helpers.
pub(crate) fn helper(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helpers").join(name)
}
