//! Writes the files of a site to a folder.
//!
//! A file in the folder lists the files of the site, so that only those are replaced and removed.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

use anyhow::{Context, bail};
use qsh::report::site::File;

use super::output;

/// The file that lists the files of a site, one a line, after a first line.
const MARKER: &str = ".qsh-site";
const FIRST_LINE: &str = "A site of qsh. These files are replaced when it is written again:";

/// Writes the files of a site to a new folder, an empty one, or the folder of a former site. Files of the former site that the
/// new one does not have are removed. Other files stay.
///
/// Every file is first written to a folder beside the others, so that an error leaves the former site as it is.
pub(super) fn write(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    let former = former(folder)?;
    let names: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for name in &names {
        let place = folder.join(name);
        if !former.contains(*name) && fs::symlink_metadata(&place).is_ok() {
            bail!("{} is no file of the former site: remove it, or give another folder", place.display());
        }
    }
    check_links(folder, former.iter().map(String::as_str).chain(names.iter().copied()))?;
    fs::create_dir_all(folder).with_context(|| cannot_write(folder))?;
    let folders: BTreeSet<&Path> = names.iter().filter_map(|name| Path::new(name).parent()).collect();
    let staging = tempfile::Builder::new().prefix(".qsh-site-").tempdir_in(folder);
    let staging = staging.with_context(|| cannot_write(folder))?;
    for part in &folders {
        fs::create_dir_all(staging.path().join(part)).with_context(|| cannot_write(folder))?;
    }
    for file in files {
        let place = folder.join(&file.path);
        fs::write(staging.path().join(&file.path), &file.text).with_context(|| cannot_write(&place))?;
    }

    // Whenever this ends, the list names every file of a site that is there.
    let all = former.iter().map(String::as_str).chain(names.iter().copied()).collect();
    output::replace(&folder.join(MARKER), &marker(&all))?;
    for part in &folders {
        let part = folder.join(part);
        fs::create_dir_all(&part).with_context(|| cannot_write(&part))?;
    }
    for name in &names {
        let place = folder.join(name);
        fs::rename(staging.path().join(name), &place).with_context(|| cannot_write(&place))?;
    }
    for name in former.iter().filter(|name| !names.contains(name.as_str())) {
        remove(&folder.join(name))?;
    }
    output::replace(&folder.join(MARKER), &marker(&names))
}

/// Checks that no folder of the site is a link. Files would be written or removed elsewhere.
fn check_links<'n>(folder: &Path, names: impl Iterator<Item = &'n str>) -> anyhow::Result<()> {
    for parent in names.flat_map(|name| Path::new(name).ancestors().skip(1)).filter(|parent| *parent != Path::new("")) {
        let place = folder.join(parent);
        if place.is_symlink() {
            bail!("{} is a link to another folder: remove it, or give another folder", place.display());
        }
    }
    Ok(())
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// The files of the former site. An error if the folder has something else.
fn former(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let cannot_read = || format!("cannot read {}", folder.display());
    let mut entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.with_context(cannot_read)?,
    };
    if entries.next().is_none() {
        return Ok(BTreeSet::new());
    }
    let text = match fs::read_to_string(folder.join(MARKER)) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(cannot_read)?,
    };
    let Some(list) = text.strip_prefix(FIRST_LINE) else {
        bail!("{} is not empty, and is no site of qsh: give a new folder", folder.display());
    };
    Ok(list.lines().filter(|name| is_inside(name)).map(str::to_owned).collect())
}

/// Whether a name is that of a file below the folder. Somebody else may have written the list.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

fn marker(names: &BTreeSet<&str>) -> String {
    let names: String = names.iter().map(|name| format!("{name}\n")).collect();
    format!("{FIRST_LINE}\n{names}")
}

/// Removes a file, and its folder if that is empty then.
fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => {
            // A folder with other files stays.
            let _ = file.parent().map(fs::remove_dir);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_only_files_below_the_folder() {
        let all = ["a.html", "a/b.html", "", "..", "../a", "/etc/passwd", "a/../../b"];
        let inside: Vec<&str> = all.into_iter().filter(|name| is_inside(name)).collect();
        assert_eq!(inside, ["a.html", "a/b.html"]);
    }
}
