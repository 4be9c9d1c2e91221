//! The corpus of a comparison: a file for each request that showed something new, with the choices behind it.

use std::fs;
use std::path::Path;

use anyhow::Context;
use qsh::suite::text::Text;

/// How much of its hash names a file.
const NAME: usize = 16;

/// What is in a folder, in the order of the names; nothing, where there is none yet.
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

/// Writes what is not there yet.
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
