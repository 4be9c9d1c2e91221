//! Adapters in Go, Rust and Java are built once, from the packages in their lock file.
//!
//! A test whose compiler is missing is skipped with a message. With `CI=true` it fails.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use qsh::adapter::package::Package;
use qsh::adapter::provision::{Error, Provisioner, Status};
use tempfile::TempDir;

use super::provision::{answer, has_runtime_of};

/// The smallest adapter for one kind of setup.
struct SampleAdapter {
    /// A bundled adapter with the same kind of setup.
    adapter: &'static str,
    kind: &'static str,
    lock: &'static str,
    minimum: &'static str,
    command: &'static str,
    files: &'static [(&'static str, &'static str)],
    steps: &'static [&'static str],
    /// The built file. If it exists, the adapter is ready.
    built: &'static str,
}

const GO: SampleAdapter = SampleAdapter {
    adapter: "go-andygrunwald-go-jira",
    kind: "go-module",
    lock: "go.sum",
    minimum: "1.21",
    command: r#"["{program}"]"#,
    files: &[
        ("go.mod", "module hello\n\ngo 1.21\n"),
        ("go.sum", ""),
        ("main.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"),
    ],
    steps: &["setting up Go module my-app 1.0 (go)"],
    built: "adapter",
};

const CARGO: SampleAdapter = SampleAdapter {
    adapter: "rust-atlassian-app-auth",
    kind: "cargo-package",
    lock: "Cargo.lock",
    minimum: "1.85",
    command: r#"["{program}"]"#,
    files: &[
        ("package.toml", "[package]\nname = \"adapter\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"adapter\"\nversion = \"0.0.0\"\n"),
        ("src/main.rs", "fn main() { println!(\"hello\"); }\n"),
    ],
    steps: &["setting up crate my-app 1.0 (cargo)"],
    built: "adapter",
};

const JAVA: SampleAdapter = SampleAdapter {
    adapter: "java-atlassian-connect-spring-boot-jwt",
    kind: "maven-jars",
    lock: "jars.sha256",
    minimum: "17.0",
    command: r#"["{java}", "-cp", "{dir}/lib/*", "Hello"]"#,
    files: &[
        (
            "pom.xml",
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
             <groupId>my</groupId><artifactId>app</artifactId><version>0</version><dependencies><dependency>\
             <groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version>\
             <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>\
             </dependency></dependencies></project>",
        ),
        ("jars.sha256", "8e495b634469d64fb8acfa3495a065cbacc8a0fff55ce1e31007be4c16dc57d3  junit-4.13.2.jar\n"),
        (
            "src/Hello.java",
            "class Hello { public static void main(String[] arguments) { System.out.println(\"hello\"); } }\n",
        ),
    ],
    steps: &["setting up Maven my-app 1.0 (mvn)"],
    built: "lib/adapter.jar",
};

impl SampleAdapter {
    /// Writes the adapter, with a cache of its own. `None` if the machine lacks the compiler.
    fn place(&self) -> Option<Place> {
        if !has_runtime_of(self.adapter) {
            return None;
        }
        let place = Place { own: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        place.write("adapter.toml", &self.manifest(self.lock, self.minimum));
        for (name, text) in self.files {
            place.write(name, text);
        }
        Some(place)
    }

    fn manifest(&self, lock: &str, minimum: &str) -> String {
        let Self { kind, command, .. } = self;
        format!(
            r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "a language"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
command = {command}
[setup]
kind = "{kind}"
lock = "{lock}"
minimum = "{minimum}"
"#
        )
    }
}

struct Place {
    own: TempDir,
    cache: TempDir,
}

impl Place {
    fn write(&self, name: &str, text: &str) {
        let path = self.own.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn package(&self) -> Package {
        Package::load(self.own.path()).unwrap()
    }

    fn provisioner(&self) -> Provisioner {
        Provisioner::new(self.cache.path())
    }

    fn error(&self) -> Error {
        self.provisioner().provision(&self.package(), &mut |_| {}).unwrap_err()
    }

    /// Asserts that a failed step left only its lock in the cache.
    fn assert_nothing_left(&self) {
        let entries = fs::read_dir(self.cache.path().join("adapters")).unwrap();
        let left: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        assert!(left.iter().all(|path| path.extension().is_some_and(|it| it == "lock")), "{left:?}");
    }
}

fn is_built_once(sample: &SampleAdapter) {
    let Some(place) = sample.place() else { return };
    let package = place.package();
    assert!(matches!(place.provisioner().status(&package).unwrap(), Status::NotSetUp));
    let mut steps = Vec::new();
    let launch = place.provisioner().provision(&package, &mut |step| steps.push(step.to_owned())).unwrap();
    assert_eq!(steps, sample.steps);
    assert_eq!(answer(&launch, b""), "hello");
    assert!(matches!(place.provisioner().status(&package).unwrap(), Status::Ready));
    let again = place.provisioner().provision(&package, &mut |step| panic!("{step}")).unwrap();
    assert_eq!(again, launch);

    // A removed file is built again.
    fs::remove_file(launch.current_dir.join(sample.built)).unwrap();
    assert!(matches!(place.provisioner().status(&package).unwrap(), Status::NotSetUp));
    place.provisioner().provision(&package, &mut |_| {}).unwrap();
    assert_eq!(answer(&launch, b""), "hello");
}

fn old_compiler_is_not_available(sample: &SampleAdapter) -> Option<String> {
    let place = sample.place()?;
    place.write("adapter.toml", &sample.manifest(sample.lock, "999.0"));
    let Status::Unavailable(missing) = place.provisioner().status(&place.package()).unwrap() else {
        panic!("there is no such version");
    };
    assert!(place.error().is_unavailable());
    Some(missing.to_string())
}

#[test]
fn go_program_is_built_once() {
    is_built_once(&GO);
}

#[test]
fn rust_program_is_built_once() {
    is_built_once(&CARGO);
}

#[test]
fn java_program_is_built_once() {
    is_built_once(&JAVA);
}

#[test]
fn compiler_that_is_too_old_is_not_available() {
    for (sample, beginning) in [
        (GO, "expected Go 999.0 or newer as `go`, but that is go1."),
        (CARGO, "expected Cargo 999.0 or newer as `cargo`, but that is Cargo 1."),
        (JAVA, "expected a JDK 999.0 or newer with Maven as `java`, but that is Java "),
    ] {
        if let Some(says) = old_compiler_is_not_available(&sample) {
            assert!(says.starts_with(beginning), "{says}");
        }
    }
}

#[test]
fn lock_of_another_name_is_refused_before_anything_starts() {
    for (sample, expected) in
        [(GO, "other: expected go.sum, which Go reads"), (CARGO, "other: expected Cargo.lock, which Cargo reads")]
    {
        let Some(place) = sample.place() else { continue };
        place.write("other", "");
        place.write("adapter.toml", &sample.manifest("other", sample.minimum));
        let package = place.package();
        let error = place.provisioner().provision(&package, &mut |step| panic!("{step}")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// The lines of a failed step.
fn failed_step(place: &Place, command_part: &str) -> String {
    let error = place.error();
    let Error::SetupFailed { command, last_lines, .. } = &error else { panic!("{error}") };
    assert!(command.contains(command_part), "{command}");
    place.assert_nothing_left();
    last_lines.join("\n")
}

#[test]
fn go_module_that_the_lock_lacks_or_has_with_another_hash_is_not_built() {
    let Some(place) = GO.place() else { return };
    place.write("go.mod", "module hello\n\ngo 1.21\n\nrequire github.com/google/uuid v1.6.0\n");
    place.write(
        "main.go",
        "package main\n\nimport \"github.com/google/uuid\"\n\nfunc main() { println(uuid.Nil.String()) }\n",
    );
    let lines = failed_step(&place, " build -mod=readonly ");
    assert!(lines.contains("missing go.sum entry"), "{lines}");

    let hash = format!("h1:{}=", "A".repeat(43));
    let entry = |what: &str| format!("github.com/google/uuid v1.6.0{what} {hash}\n");
    place.write("go.sum", &(entry("") + &entry("/go.mod")));
    let lines = failed_step(&place, " build -mod=readonly ");
    assert!(lines.contains("checksum mismatch"), "{lines}");
}

#[test]
fn rust_package_that_the_lock_lacks_or_has_with_another_hash_is_not_built() {
    let Some(place) = CARGO.place() else { return };
    let manifest = CARGO.files[0].1.replace("[workspace]", "[dependencies]\nitoa = \"=1.0.18\"\n[workspace]");
    place.write("package.toml", &manifest);
    let lines = failed_step(&place, " --locked ");
    assert!(lines.contains("--locked"), "{lines}");

    let locked = format!(
        "version = 4\n\n[[package]]\nname = \"adapter\"\nversion = \"0.0.0\"\ndependencies = [\"itoa\"]\n\n[[package]]\nname = \
         \"itoa\"\nversion = \"1.0.18\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \
         \"{}\"\n",
        "0".repeat(64)
    );
    place.write("Cargo.lock", &locked);
    let lines = failed_step(&place, " --locked ");
    assert!(lines.contains("checksum for `itoa v1.0.18`"), "{lines}");
}

#[test]
fn jar_that_the_lock_lacks_or_has_with_another_hash_is_not_run() {
    let Some(place) = JAVA.place() else { return };
    let error = |lock: &str| {
        place.write("jars.sha256", lock);
        let error = place.error();
        assert!(!error.is_unavailable());
        place.assert_nothing_left();
        error.to_string()
    };
    let right = JAVA.files[1].1;
    assert_snapshot!(error(""), @"jars.sha256: expected the hash of junit-4.13.2.jar");
    assert_snapshot!(error(&right.replace("8e49", "0000")), @"jars.sha256: junit-4.13.2.jar: expected 00005b634469d64fb8acfa3495a065cbacc8a0fff55ce1e31007be4c16dc57d3, found 8e495b634469d64fb8acfa3495a065cbacc8a0fff55ce1e31007be4c16dc57d3");
    assert_snapshot!(error(&format!("{right}{}", right.replace("junit", "another"))), @"jars.sha256: another-4.13.2.jar is not one of the jars of pom.xml");
    assert_snapshot!(error("no hash\n"), @"jars.sha256: expected lines with a hash, two blanks and the name of a jar");
}

#[test]
fn source_that_does_not_compile_shows_the_compiler_s_words() {
    for (sample, source, expected) in
        [(GO, "main.go", "main.go:"), (CARGO, "src/main.rs", "error"), (JAVA, "src/Hello.java", "Hello.java:1: error")]
    {
        let Some(place) = sample.place() else { continue };
        place.write(source, "no language has this\n");
        let lines = failed_step(&place, "");
        assert!(lines.contains(expected), "{lines}");
    }
}
