//! Documents that are generated from tables: the test of each.

use std::path::Path;
use std::{env, fs};

/// Asserts that a generated document is in its file. Outside CI, a stale file is written again first.
pub(super) fn assert_written(name: &str, text: &str, command: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    // A checkout on Windows may have other line ends.
    if fs::read_to_string(&path).is_ok_and(|written| written.replace("\r\n", "\n") == text) {
        return;
    }
    assert!(env::var_os("CI").is_none(), "{name} is stale: run `{command}` and commit the file");
    fs::write(path, text).unwrap();
    panic!("{name} was stale and has been written: commit it");
}
