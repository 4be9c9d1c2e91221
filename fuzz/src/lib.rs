//! The oracles of `qsh`: properties that hold for every input.
//!
//! Each module holds one [`Oracle`] and its tests. An oracle reads bytes, does what they say, and returns a [`Violation`] if
//! the property does not hold. A panic inside an oracle is a finding, too.
//!
//! The fuzz target of the same name in `targets/` runs an oracle under libFuzzer. `cargo test` runs all oracles on stable Rust
//! without a fuzzer.

mod canonical;
mod dialect;
mod grammar;
mod intake;
mod key_id;
mod protocol;
mod questions;
mod request;
mod signed;
#[cfg(test)]
mod testing;
mod token;
mod transport;
mod vectors;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fmt, fs};

/// A property that holds for every input.
#[derive(Clone, Copy)]
pub struct Oracle {
    /// The name, which is also that of the fuzz target.
    pub name: &'static str,
    /// The property, in words.
    pub property: &'static str,
    /// Checks the property for these bytes.
    pub check: fn(&[u8]) -> Result<(), Violation>,
    /// Inputs to start from, made from the vectors. Oracles whose input is a series of choices have none.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A property that does not hold. `Display` shows both fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub what: String,
    /// Rust statements that reproduce it.
    pub reproducer: String,
}

impl Violation {
    fn new(what: impl Into<String>, reproducer: impl Into<String>) -> Self {
        Self { what: what.into(), reproducer: reproducer.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.what, self.reproducer)
    }
}

/// All oracles, ordered by name.
pub const ORACLES: &[Oracle] = &[
    canonical::ORACLE,
    dialect::ORACLE,
    grammar::ORACLE,
    intake::ORACLE,
    key_id::ORACLE,
    protocol::ORACLE,
    signed::ORACLE,
    token::ORACLE,
    transport::ORACLE,
    vectors::ORACLE,
];

/// The oracle of that name.
///
/// # Examples
///
/// ```
/// let canonical = qsh_fuzz::oracle("canonical").unwrap();
/// assert_eq!((canonical.check)(b"GET\0/a?b=%c3%a9\0https://h/a\0"), Ok(()));
/// assert!(qsh_fuzz::oracle("unknown").is_none());
/// ```
pub fn oracle(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// Checks one input of a fuzz target.
///
/// # Panics
///
/// If the property does not hold, or if there is no oracle of that name.
pub fn assert_holds(name: &str, bytes: &[u8]) {
    let oracle = oracle(name).unwrap_or_else(|| panic!("there is no oracle {name}"));
    if let Err(violation) = (oracle.check)(bytes) {
        panic!("{violation}");
    }
}

/// Defines a fuzz target for the oracle of that name.
///
/// With `--cfg fuzzing`, which cargo-fuzz sets, this is a libFuzzer target. Otherwise it is a program that checks the files
/// in its arguments.
#[macro_export]
macro_rules! fuzz_target {
    ($name:literal) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::assert_holds($name, bytes));

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::check_files($name)
        }
    };
}

/// Checks the files in the arguments of this process. The exit code is 1 if the property does not hold for one of them, or
/// if one cannot be read.
///
/// # Panics
///
/// If there is no oracle of that name.
pub fn check_files(name: &str) -> ExitCode {
    let oracle = oracle(name).unwrap_or_else(|| panic!("there is no oracle {name}"));
    let mut code = ExitCode::SUCCESS;
    for path in env::args_os().skip(1) {
        let path = Path::new(&path);
        let checked = fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| (oracle.check)(&bytes).map_err(|violation| violation.to_string()));
        if let Err(problem) = checked {
            eprintln!("{}: {problem}", path.display());
            code = ExitCode::FAILURE;
        }
    }
    code
}

/// Rust statements that name these bytes and then use them.
fn reproducer(name: &str, bytes: &[u8], then: &str) -> String {
    format!("let {name} = b\"{}\";\n{then}", bytes.escape_ascii())
}

/// The vectors that seeds are made from.
fn embedded_vectors() -> qsh::suite::load::Vectors {
    qsh::suite::load::Vectors::embedded().expect("the embedded vectors are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a fuzzer found once is in `regressions/TARGET`.
    #[test]
    fn every_regression_is_fixed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
        for entry in fs::read_dir(&folder).unwrap() {
            let folder = entry.unwrap().path();
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            let oracle = oracle(&name).unwrap_or_else(|| panic!("there is no oracle {name}"));
            for file in fs::read_dir(&folder).unwrap() {
                let file = file.unwrap().path();
                let checked = (oracle.check)(&fs::read(&file).unwrap());
                assert!(checked.is_ok(), "{}: {}", file.display(), checked.unwrap_err());
            }
        }
    }

    #[test]
    fn every_oracle_has_a_target_and_every_target_its_oracle() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        for Oracle { name, .. } in ORACLES {
            assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"targets/{name}.rs\"\n")), "{name}");
            let target = fs::read_to_string(root.join(format!("targets/{name}.rs"))).unwrap();
            assert!(target.contains(&format!("fuzz_target!(\"{name}\")")), "{name}");
        }
        assert_eq!(fs::read_dir(root.join("targets")).unwrap().count(), ORACLES.len());
    }

    #[test]
    fn oracles_whose_input_is_not_choices_have_seeds() {
        for oracle in ORACLES {
            let count = (oracle.seeds)().len();
            assert!(count > 20 || ["grammar", "signed"].contains(&oracle.name), "{}: {count}", oracle.name);
        }
    }
}
