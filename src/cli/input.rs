//! Files that a command reads. `-` is standard input.

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;

/// Reads a file. Returns its name for messages, and its content.
pub(super) fn read(file: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    if file != Path::new("-") {
        let name = file.display().to_string();
        let content = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
        return Ok((name, content));
    }
    let mut content = Vec::new();
    io::stdin().lock().read_to_end(&mut content).context("cannot read stdin")?;
    Ok(("stdin".to_owned(), content))
}
