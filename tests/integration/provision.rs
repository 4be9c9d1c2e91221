//! Adapters are set up once, completely or not at all. The shims follow the protocol.
//!
//! A test that needs Python is skipped with a message if Python is missing. With `CI=true` it fails.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::{fs, thread};

use insta::assert_snapshot;
use qsh::adapter::package::{self, Package};
use qsh::adapter::provision::{Error, Launch, Provisioner, Status};
use tempfile::TempDir;

#[cfg(unix)]
#[test]
fn two_runs_at_once_give_one_folder() {
    let place = Place::with_stand_in();
    let both_ready = Barrier::new(2);
    let run = || {
        let mut steps = Vec::new();
        both_ready.wait();
        let launch = place.provisioner().provision(&place.package, &mut |step| steps.push(step.to_owned())).unwrap();
        (launch, steps)
    };
    let [first, second] = thread::scope(|scope| [scope.spawn(run), scope.spawn(run)].map(|run| run.join().unwrap()));

    assert_eq!(first.0, second.0);
    let built = ["setting up PyPI my-app 1.0 (pip)"];
    let waited = ["waiting for another run that sets it up"];
    let mut steps = [first.1, second.1];
    steps.sort_by_key(|steps| steps.first().map(String::as_str) != Some(built[0]));
    assert_eq!(steps[0], built);
    // The second one may come so late that it does not have to wait.
    assert!(steps[1] == waited || steps[1].is_empty(), "{steps:?}");
    let name = first.0.current_dir.file_name().unwrap().to_str().unwrap();
    assert_eq!(place.cached(), [name.to_owned(), format!("{name}.lock")]);
    assert_eq!(answer(&first.0, b""), "hello");
}

#[cfg(unix)]
#[test]
fn a_runtime_is_asked_for_its_version_once() {
    let place = Place::new("");
    let asked = place.own.path().join(".asked");
    let answer = "printf 'CPython\\n3.11.7\\nTrue\\n/usr/bin/python3\\n'";
    let python = place.script(&format!("echo asked >> '{}'; sleep 0.2; {answer}", asked.display()));
    let provisioner = place.provisioner().python(python);
    // Each has its own clone, and the minimum of each is compared with the one answer.
    let manifest = fs::read_to_string(place.own.path().join("adapter.toml")).unwrap();
    fs::write(place.own.path().join("adapter.toml"), manifest.replace("3.9", "3.12")).unwrap();
    let newer = Package::load(place.own.path()).unwrap();
    let status = |package| {
        let provisioner = provisioner.clone();
        move || provisioner.status(package).unwrap()
    };
    let [old, new] = thread::scope(|scope| {
        [scope.spawn(status(&place.package)), scope.spawn(status(&newer))].map(|status| status.join().unwrap())
    });
    assert!(matches!(old, Status::NotSetUp));
    assert!(matches!(new, Status::Unavailable(missing) if missing.found == "that is CPython 3.11.7"));
    assert_eq!(fs::read_to_string(asked).unwrap(), "asked\n");
}

#[cfg(unix)]
#[test]
fn leftover_of_a_killed_run_does_no_harm() {
    let place = Place::with_stand_in();
    let folder = place.provision().unwrap().current_dir;
    let leftover = PathBuf::from(format!("{}.building-abc", folder.display()));
    fs::rename(&folder, &leftover).unwrap();
    fs::remove_file(leftover.join("hello.py")).unwrap();
    assert!(matches!(place.provisioner().status(&place.package).unwrap(), Status::NotSetUp));

    let launch = place.provision().unwrap();
    assert_eq!(launch.current_dir, folder);
    assert_eq!(answer(&launch, b""), "hello");
    assert!(!leftover.exists());
}

#[test]
fn ready_adapter_needs_no_pip_and_no_network() {
    if !has_python() {
        return;
    }
    let place = Place::new("");
    assert!(matches!(place.provisioner().status(&place.package).unwrap(), Status::NotSetUp));
    assert_eq!(place.cached(), [""; 0], "a status query leaves nothing behind");
    let launch = place.provision().unwrap();
    remove_pip(&launch.current_dir.join("venv"));

    assert!(matches!(place.provisioner().status(&place.package).unwrap(), Status::Ready));
    let again = place.provisioner().provision(&place.package, &mut |step| panic!("{step}")).unwrap();
    assert_eq!(again, launch);
    assert_eq!(answer(&again, b""), "hello");
}

#[cfg(unix)]
#[test]
fn changed_file_is_another_folder() {
    let place = Place::with_stand_in();
    let before = place.provision().unwrap();
    fs::write(place.own.path().join("hello.py"), "print('hello again')").unwrap();
    fs::write(place.own.path().join("known.toml"), "").unwrap();
    let after = place.provision().unwrap();
    assert_ne!(before.current_dir, after.current_dir);
    assert_eq!(fs::read_to_string(after.current_dir.join("hello.py")).unwrap(), "print('hello again')");
    assert!(!after.current_dir.join("known.toml").exists());
}

#[cfg(unix)]
#[test]
fn shared_file_is_put_beside_the_own_files() {
    let mut place = Place::with_stand_in();
    let without = place.provision().unwrap();
    let manifest = place.own.path().join("adapter.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("command", "shared = [\"javascript/clock.js\"]\ncommand")).unwrap();
    place.package = Package::load(place.own.path()).unwrap();
    let with = place.provision().unwrap();
    assert_ne!(without.current_dir, with.current_dir);
    let shared = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/adapters/shared/javascript/clock.js")).unwrap();
    assert_eq!(fs::read(with.current_dir.join("clock.js")).unwrap(), shared);
    assert_eq!(answer(&with, b""), "hello");
}

#[cfg(unix)]
#[test]
fn environment_whose_python_has_gone_is_built_again() {
    let place = Place::with_stand_in();
    let launch = place.provision().unwrap();
    fs::remove_file(&launch.program).unwrap();
    std::os::unix::fs::symlink("/nowhere/python3", &launch.program).unwrap();
    assert!(matches!(place.provisioner().status(&place.package).unwrap(), Status::NotSetUp));
    assert_eq!(answer(&place.provision().unwrap(), b""), "hello");
}

#[test]
fn wrong_hash_fails_and_leaves_nothing() {
    if !has_python() {
        return;
    }
    let hash = "0".repeat(64);
    let place = Place::new(&format!("PyJWT==2.15.1 --hash=sha256:{hash}\n"));
    let error = place.provision().unwrap_err();
    assert!(!error.is_unavailable());
    let message = error.to_string();
    assert!(message.contains("pip --no-input"), "{message}");
    assert!(message.contains("THESE PACKAGES DO NOT MATCH THE HASHES"), "{message}");
    assert!(message.contains(&hash), "{message}");
    assert!(place.cached().iter().all(|name| name.ends_with(".lock")), "{:?}", place.cached());
}

#[test]
fn lock_without_hashes_fails() {
    if !has_python() {
        return;
    }
    let message = Place::new("PyJWT==2.15.1\n").provision().unwrap_err().to_string();
    assert!(message.contains("Hashes are required in --require-hashes mode"), "{message}");
}

#[test]
fn missing_runtime() {
    let place = Place::new("");
    let provisioner = place.provisioner().python("no-such-python");
    let error = provisioner.provision(&place.package, &mut |_| {}).unwrap_err();
    assert!(error.is_unavailable());
    assert_snapshot!(error, @"expected Python 3.9 or newer as `no-such-python`, but there is no such program; install it from https://www.python.org/downloads/ or with the system's package manager");
    assert!(matches!(provisioner.status(&place.package).unwrap(), Status::Unavailable(_)));
    assert_eq!(place.cached(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn runtime_that_will_not_do() {
    let place = Place::new("");
    let message = |script: &str| {
        let python = place.script(script);
        let error = place.provisioner().python(&python).provision(&place.package, &mut |_| {}).unwrap_err();
        assert!(error.is_unavailable());
        error.to_string().replace(python.to_str().unwrap(), "python3")
    };
    assert_snapshot!(message("printf 'CPython\\n3.8.18\\nTrue\\n/usr/bin/python3\\n'"), @"expected Python 3.9 or newer as `python3`, but that is CPython 3.8.18; install it from https://www.python.org/downloads/ or with the system's package manager");
    assert_snapshot!(message("printf 'CPython\\n3.11.7\\nFalse\\n/usr/bin/python3\\n'"), @"expected Python 3.9 or newer as `python3`, but CPython 3.11.7 lacks the modules venv and ensurepip; install them with the system's package manager (Debian, Ubuntu: apt install python3-venv)");
    assert_snapshot!(message("echo 'Unknown option: -I' >&2; exit 2"), @"expected Python 3.9 or newer as `python3`, but it does not answer as one (exit status: 2): Unknown option: -I; install it from https://www.python.org/downloads/ or with the system's package manager");
}

#[cfg(unix)]
#[test]
fn failed_step_shows_its_last_lines() {
    let place = Place::new("");
    let probe = "printf 'CPython\\n3.11.7\\nTrue\\n/usr/bin/python3\\n'";
    let python =
        place.script(&format!("[ \"$2\" = -c ] && {probe} && exit; seq 30 >&2; printf 'no space\\t\\377' >&2; exit 7"));
    let error = place.provisioner().python(python).provision(&place.package, &mut |_| {}).unwrap_err();
    let Error::SetupFailed { status, last_lines, .. } = error else { panic!("{error}") };
    assert_eq!(status, "exit status: 7");
    assert_eq!(last_lines.len(), 20);
    assert_eq!(last_lines[18..], ["30", "no space\\t\\xff"]);
}

#[test]
fn own_adapter_runs_where_it_is() {
    let place = Place::new("");
    let manifest = fs::read_to_string(place.own.path().join("adapter.toml")).unwrap();
    let (manifest, _) = manifest.split_once("[setup]").unwrap();
    let launch = |command: &str| {
        let manifest = manifest.replace("[\"{python}\", \"-I\", \"hello.py\"]", command);
        fs::write(place.own.path().join("adapter.toml"), manifest).unwrap();
        let package = Package::load(place.own.path()).unwrap();
        assert!(matches!(place.provisioner().status(&package).unwrap(), Status::Ready));
        place.provisioner().provision(&package, &mut |step| panic!("{step}")).unwrap()
    };
    let folder = place.own.path();
    let named = launch(r#"["python3", "{dir}/hello.py"]"#);
    assert_eq!(named.program, Path::new("python3"));
    assert_eq!(named.args, [format!("{}/hello.py", folder.display()).as_str()]);
    assert_eq!(named.current_dir, folder);
    assert_eq!(launch(r#"["./run"]"#).program, folder.join("./run"));
    assert_eq!(launch(r#"["/bin/run"]"#).program, Path::new("/bin/run"));
    assert_eq!(place.cached(), [""; 0]);
}

#[test]
fn python_shim_speaks_the_protocol() {
    if !has_python() {
        return;
    }
    let mut shim = Shim::start("python-atlassian-jwt");

    let description = shim.ask(r#"{"id":0,"op":"describe","protocol":1}"#);
    let (head, tail) = description.split_once("CPython ").unwrap();
    let operations = tail.split_once('"').unwrap().1;
    assert_snapshot!(format!("{head}CPython 3{operations}"), @r#"{"id":0,"ok":{"protocol": 1, "name": "atlassian-jwt", "version": "3.0.0", "language": "Python", "runtime": "CPython 3, "operations": ["canonical_request", "qsh", "sign", "authenticate"]}}"#);

    let mut ask = |members: &str| {
        shim.ask(&format!(r#"{{"id":1,"op":"canonical_request","request":{{"method":"get",{members},"form":null}}}}"#))
    };
    // Without a base URL, the library gets the unchanged URL.
    assert_snapshot!(ask(r#""url":"https://example.com/test/?b=2&a=1","base_url":null"#), @r#"{"id":1,"ok":{"canonical_request":"GET&/test&a=1&b=2"}}"#);
    assert_snapshot!(ask(r#""url":"/é?é""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/\u00e9&%C3%A9="}}"#);
    // With a base URL that has no path, the library gets the text that follows it.
    assert_snapshot!(ask(r#""url":"https://example.com//a:b","base_url":"https://example.com""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/b&"}}"#);
    assert_snapshot!(ask(r#""url":"https://example.com/a","base_url":"https://example.com/""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/a&"}}"#);
    assert_snapshot!(ask(r#""url":"https://example.com?a=b","base_url":"https://example.com/""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/&a=b"}}"#);
    assert_snapshot!(ask(r#""url":"/a","base_url":"https://example.com""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/a&"}}"#);
    assert_snapshot!(ask(r#""url":"https://example.community/a","base_url":"https://example.com""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/a&"}}"#);
    // Requests that the library does not support.
    assert_snapshot!(ask(r#""url":"/jira/a","base_url":"https://example.com/jira""#), @r#"{"id":1,"unsupported":"takes no base URL: the caller has to make the URL relative to it"}"#);
    assert_snapshot!(ask(r#""url":"/a","base_url":"https://example.com?a=b""#), @r#"{"id":1,"unsupported":"takes no base URL: the caller has to make the URL relative to it"}"#);
    assert_snapshot!(ask(r#""url_hex":"2fff","base_url":null"#), @r#"{"id":1,"unsupported":"takes a URL as text only"}"#);
    let form = r#"{"id":2,"op":"qsh","request":{"method":"POST","url":"/a","base_url":null,"form":"b=c"}}"#;
    assert_snapshot!(ask(r#""url":"https://[/","base_url":null"#), @r#"{"id":1,"fault":{"type":"ValueError","message":"Invalid IPv6 URL"}}"#);
    // Lone surrogates: in a path they are kept, in a query the library raises an exception.
    assert_snapshot!(ask(r#""url":"/\ud800","base_url":null"#), @r#"{"id":1,"ok":{"canonical_request_hex":"474554262feda08026"}}"#);
    assert_snapshot!(ask(r#""url":"/?\ud800","base_url":null"#), @r#"{"id":1,"fault":{"type":"UnicodeEncodeError","message":"'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"}}"#);

    assert_snapshot!(shim.ask(form), @r#"{"id":2,"unsupported":"takes no form body"}"#);
    let qsh =
        |url: &str| format!(r#"{{"id":3,"op":"qsh","request":{{"method":"GET","url":"{url}","base_url":null}}}}"#);
    assert_snapshot!(shim.ask(&qsh("/a?b=c")), @r#"{"id":3,"ok":{"qsh":"1180ff04a7b8d95f2b75e555e4795e01d0697c210ab57b7ff29a2f44e641a2d3"}}"#);
    assert_snapshot!(shim.ask(&qsh("/\\ud800")), @r#"{"id":3,"fault":{"type":"UnicodeEncodeError","message":"'utf-8' codec can't encode character '\\ud800' in position 5: surrogates not allowed"}}"#);
    assert_snapshot!(shim.ask(r#"{"id":4,"op":"asap_sign"}"#), @r#"{"id":4,"unsupported":"no operation asap_sign"}"#);

    let huge = shim.ask(&qsh(&format!("/{}", "a".repeat(1 << 20))));
    assert!(huge.starts_with(r#"{"id":3,"ok":{"qsh":""#), "{huge}");
    shim.end();
}

#[test]
fn python_shim_answers_in_a_stream() {
    if !has_python() {
        return;
    }
    let launch = provision_bundled("python-atlassian-jwt");
    let line =
        |id| format!(r#"{{"id":{id},"op":"canonical_request","request":{{"method":"GET","url":"/{id}"}}}}"#) + "\n";
    // The last line has no line feed. The end of the input ends it.
    let questions: String = (0..1000).map(line).collect();
    let answers = answer(&launch, questions.trim_end().as_bytes());
    let expected: Vec<_> =
        (0..1000).map(|id| format!(r#"{{"id":{id},"ok":{{"canonical_request":"GET&/{id}&"}}}}"#)).collect();
    assert_eq!(answers.lines().collect::<Vec<_>>(), expected);
}

/// A user's own adapter that prints `hello`, with a cache of its own.
struct Place {
    own: TempDir,
    cache: TempDir,
    package: Package,
    python: Option<PathBuf>,
}

impl Place {
    fn new(lock: &str) -> Self {
        let manifest = r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "Python"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
command = ["{python}", "-I", "hello.py"]
[setup]
kind = "python-venv"
lock = "requirements.txt"
minimum = "3.9"
"#;
        let own = tempfile::tempdir().unwrap();
        for (name, text) in [("adapter.toml", manifest), ("requirements.txt", lock), ("hello.py", "print('hello')")] {
            fs::write(own.path().join(name), text).unwrap();
        }
        let package = Package::load(own.path()).unwrap();
        Self { own, cache: tempfile::tempdir().unwrap(), package, python: None }
    }

    /// A place with a shell script instead of Python and its packages. It is for tests about folders, because a real
    /// environment takes seconds to make.
    #[cfg(unix)]
    fn with_stand_in() -> Self {
        let mut place = Self::new("");
        let python = place.script(
            r#"case "$2 $3" in
-c*) printf 'CPython\n3.11.7\nTrue\n/usr/bin/python3\n' ;;
"-m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-m pip") sleep 0.2 ;;
*) [ -f "$2" ] && echo hello ;;
esac"#,
        );
        place.python = Some(python);
        place
    }

    fn provisioner(&self) -> Provisioner {
        let provisioner = Provisioner::new(self.cache.path());
        match &self.python {
            None => provisioner,
            Some(python) => provisioner.python(python),
        }
    }

    fn provision(&self) -> Result<Launch, Error> {
        self.provisioner().provision(&self.package, &mut |_| {})
    }

    /// The names in the cache.
    fn cached(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.cache.path().join("adapters")) else { return Vec::new() };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A program that replaces Python.
    #[cfg(unix)]
    fn script(&self, text: &str) -> PathBuf {
        let path = self.own.path().join(".python");
        // Another process writes the file. This process may be starting a child of another test, which would keep the
        // file open for writing. The system does not run such a file.
        let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod +x "$0""#;
        let written = Command::new("sh").args(["-c", write]).arg(&path).arg(text).status().unwrap();
        assert!(written.success());
        path
    }
}

/// A running shim of a bundled adapter. It is asked one line at a time.
pub(super) struct Shim {
    child: std::process::Child,
    stdin: std::process::ChildStdin,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Shim {
    pub(super) fn start(name: &str) -> Self {
        let mut command = provision_bundled(name).command();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, stdin, stdout }
    }

    pub(super) fn ask(&mut self, line: &str) -> String {
        self.stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).unwrap();
        answer.strip_suffix('\n').expect("a whole line").to_owned()
    }

    /// Asks a question and parses the answer. `serde_json` is as strict as the harness.
    #[track_caller]
    pub(super) fn ask_json(&mut self, question: &serde_json::Value) -> serde_json::Value {
        let answer = self.ask(&question.to_string());
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// Ends the input. The shim must exit without further output.
    pub(super) fn end(mut self) {
        drop(self.stdin);
        let mut rest = String::new();
        assert_eq!(self.stdout.read_line(&mut rest).unwrap(), 0, "{rest}");
        assert!(self.child.wait().unwrap().success());
    }
}

/// The cache of bundled adapters: the one of the environment, or one that is kept between test runs.
pub(super) fn cache_of_bundled() -> PathBuf {
    std::env::var_os("QSH_CACHE_DIR").map_or_else(|| env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from)
}

/// Sets up a bundled adapter.
pub(super) fn provision_bundled(name: &str) -> Launch {
    let provisioner = Provisioner::new(cache_of_bundled());
    provisioner.provision(&bundled(name), &mut |step| eprintln!("{name}: {step}")).unwrap()
}

fn bundled(name: &str) -> Package {
    let mut packages = package::bundled().unwrap().into_iter();
    packages.find(|package| package.manifest().name == name).unwrap()
}

/// Starts an adapter, writes all of its input and returns all of its output.
pub(super) fn answer(launch: &Launch, input: &[u8]) -> String {
    let mut child = launch.command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn remove_pip(venv: &Path) {
    let mut folders = vec![venv.to_owned()];
    let mut removed = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if !entry.file_type().unwrap().is_dir() {
                continue;
            }
            if entry.file_name() == "pip" {
                fs::remove_dir_all(entry.path()).unwrap();
                removed += 1;
            } else {
                folders.push(entry.path());
            }
        }
    }
    assert_eq!(removed, 1);
}

/// Whether this machine has a suitable Python. Without one, the calling test is skipped.
pub(super) fn has_python() -> bool {
    has_runtime_of("python-atlassian-jwt")
}

/// Whether this machine has the runtime of a bundled adapter.
pub(super) fn has_runtime_of(adapter: &str) -> bool {
    let Status::Unavailable(missing) = Provisioner::new("unused").status(&bundled(adapter)).unwrap() else {
        return true;
    };
    let says = format!("this test did nothing: {missing}");
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{says}");
    eprintln!("{says}");
    false
}
