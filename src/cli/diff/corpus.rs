//! The corpus of a comparison: one file for each request that showed something new. It holds the request's choices.

use std::fs;
use std::path::Path;

use anyhow::Context;
use qsh_diagnose::Text;

/// How many digits of its hash name a file.
const NAME: usize = 16;

/// Reads the files of a folder, in the order of their names. Empty if there is no folder yet.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let cannot = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let mut files: Vec<_> =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>().with_context(cannot)?;
    files.retain(|file| file.is_file());
    files.sort();
    files.iter().map(|file| fs::read(file).with_context(|| format!("cannot read {}", file.display()))).collect()
}

/// Writes the files that are not there yet.
pub(super) fn write(folder: &Path, corpus: &[Vec<u8>]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for bytes in corpus {
        let file = folder.join(&Text::from(bytes.clone()).sha256_hex()[..NAME]);
        if !file.exists() {
            fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}
