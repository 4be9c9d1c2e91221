//! Finds runtimes on this machine.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use std::{env, io};

use super::error::{Error, missing};
use crate::adapter::groups;

/// How long a runtime may take to answer.
const LIMIT: Duration = Duration::from_secs(30);

/// An accepted runtime.
pub(super) struct Runtime {
    /// The program that started it.
    pub(super) program: PathBuf,
    /// Identifies the runtime, for example by version and path.
    pub(super) identity: String,
}

/// What the runtimes of this machine say about themselves. Clones share the answers, so that each runtime is started
/// once for all adapters.
#[derive(Clone, Debug, Default)]
pub(super) struct Runtimes {
    answers: Arc<Mutex<BTreeMap<Vec<OsString>, SharedAnswer>>>,
}

/// The output of a runtime, or why there is none.
type Answer = Result<Output, String>;
/// An answer that may still be waited for.
type SharedAnswer = Arc<OnceLock<Answer>>;

impl Runtimes {
    /// Runs a runtime to find out its version. The same words are run once. Who asks meanwhile waits for the answer.
    pub(super) fn ask(&self, command: &mut Command, needed: &str, advice: &str) -> Result<Output, Error> {
        let program = command.get_program().to_owned();
        let words = [program.as_os_str()].into_iter().chain(command.get_args()).map(OsStr::to_owned).collect();
        let answer = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(words).or_default())
        };
        let answer = answer.get_or_init(|| answer_of(command)).clone();
        answer.map_err(|found| missing(&program, needed.to_owned(), found, advice))
    }
}

fn answer_of(command: &mut Command) -> Answer {
    match groups::output(command, LIMIT) {
        Ok(Some(output)) => Ok(output),
        Ok(None) => Err(format!("it does not answer within {} s", LIMIT.as_secs())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(NO_PROGRAM.to_owned()),
        Err(error) => Err(format!("it cannot be started: {error}")),
    }
}

/// Fails if the search path has no program with this name. The program is not started.
pub(super) fn look_for(program: &str, needed: String, advice: &str) -> Result<(), Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
        return Ok(());
    }
    Err(missing(program.as_ref(), needed, NO_PROGRAM, advice))
}

const NO_PROGRAM: &str = "there is no such program";
