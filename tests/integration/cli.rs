//! The command line as users see it: the real binary, its exit codes, and one clear line for each problem.

mod adapters;
mod baselines;
mod chosen;
mod diagnose;
mod diagnose_intake;
mod diagnose_report;
mod diagnose_token;
mod diff;
mod diff_causes;
mod documents;
mod explain;
mod field;
mod field_texts;
mod hash;
mod limits;
mod mutants;
mod output;
mod places;
mod reasons;
mod report;
mod run;
mod site;
mod token;
mod unsupported;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use qsh_hash::Qsh as Hash;
use serde_json::{Value, json};
use tempfile::TempDir;

/// An adapter that answers `METHOD&url`.
const FAKE: &str = env!("CARGO_BIN_EXE_fake-adapter");
const QSH: &str = env!("CARGO_BIN_EXE_qsh");

/// A user with their own cache and working folder, outside any CI system.
struct User {
    home: TempDir,
    env: Vec<(&'static str, String)>,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), env: Vec::new() }
    }

    fn with_env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// A user whose machine has only those programs that are given by path.
    fn without_programs(self) -> Self {
        let nothing = self.write("empty/placeholder", "");
        let path = nothing.parent().unwrap().to_str().unwrap().to_owned();
        self.with_env("PATH", path)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(QSH);
        command.args(args).current_dir(self.home.path()).env("QSH_CACHE_DIR", self.home.path().join("cache"));
        for name in [
            "CI",
            "GITHUB_ACTIONS",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_WORKFLOW_REF",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `qsh`. It may fail, but it must not panic.
    #[track_caller]
    fn qsh(&self, args: &[&str]) -> Answer {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        let answer = Answer {
            code: status.code().unwrap_or_else(|| panic!("{status}")),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        };
        assert!(!answer.stderr.contains("panicked"), "{answer:?}");
        answer
    }

    /// The stderr of `qsh` if it ends with this code and without a result. Paths that differ between runs are replaced
    /// with names.
    #[track_caller]
    fn error(&self, code: i32, args: &[&str]) -> String {
        let answer = self.qsh(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (code, ""), "{answer:?}");
        self.redacted(&answer.stderr)
    }

    fn redacted(&self, text: &str) -> String {
        let home = self.home.path().to_str().unwrap();
        text.replace(home, "HOME")
            .replace(FAKE, "FAKE")
            .replace(env!("CARGO_PKG_VERSION"), "VERSION")
            .trim_end()
            .to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A file `own.json` of three cases. The fake adapter passes the first one and fails the others. The last one is a
    /// `should` case.
    fn with_own_vectors(self) -> Self {
        let cases = [
            case("own/right", "must", "/right&", "/right"),
            case("own/wrong", "must", "/wrong", "/wrong"),
            case("own/weak", "should", "/weak", "/weak"),
        ];
        self.write("own.json", &vector_file(&cases));
        self
    }
}

#[derive(Debug)]
struct Answer {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Answer {
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The verdicts of one adapter in a JSON report, each with its case.
    #[track_caller]
    fn verdicts(&self, adapter: &str) -> Vec<(String, String)> {
        let report = self.json();
        let results = report["results"].as_array().unwrap().iter().filter(|result| result["adapter"] == adapter);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        results.map(|result| (text(&result["case"]), text(&result["verdict"]))).collect()
    }
}

/// The command line of the fake adapter. It has only one operation, so its hashes are not checked.
fn fake(args: &str) -> String {
    format!("{} --operations '\"canonical_request\"' {args}", shell_word(FAKE))
}

/// The command line of our own implementation.
fn honest() -> String {
    format!("{} adapters serve", shell_word(QSH))
}

fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn case(id: &str, level: &str, url: &str, path: &str) -> Value {
    let canonical_request = format!("GET&{path}&");
    json!({
        "id": id, "summary": format!("shows {id}"), "clauses": ["QSH-P6"], "level": level, "operation": "canonical_request",
        "input": { "method": "GET", "url": url },
        "expect": {
            "canonical_request": canonical_request, "method": "GET", "path": path, "query": "",
            "qsh": Hash::of_canonical(canonical_request.as_bytes()).as_str(),
        },
        "source": "this test",
    })
}

fn vector_file(cases: &[Value]) -> String {
    json!({ "format": "qsh-vectors", "version": 1, "cases": cases }).to_string()
}

/// The sorted names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
