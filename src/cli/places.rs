//! The file of the user's repository that the results of an adapter are shown at.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use qsh::report::places::Places;
use qsh::report::run::RunReport;

use super::participants::AdapterChoice;

/// Adds the file of each adapter. It is the first of these files that is in the repository:
///
/// 1. the baseline;
/// 2. `adapter.toml` in the adapter's folder, or a file that the adapter's command names;
/// 3. the workflow of GitHub Actions that runs this program.
pub(super) fn add(report: &mut RunReport, chosen: &[AdapterChoice]) {
    let Some(root) = root() else { return };
    let workflow = env::var("GITHUB_WORKFLOW_REF").ok().and_then(|text| workflow(&text).map(PathBuf::from));
    let workflow = workflow.and_then(|file| in_repository(&root, &root.join(file)));
    for (reported, adapter) in report.adapters.iter_mut().zip(chosen) {
        let baseline = reported.baseline.as_deref().map(Path::new);
        let baseline = baseline.and_then(|file| Some((in_repository(&root, file)?, fs::read_to_string(file).ok()?)));
        let own = || adapter.own_files().iter().find_map(|file| in_repository(&root, file));
        reported.places = match baseline {
            Some((file, text)) => Some(Places::in_baseline(file, &text)),
            None => own().or_else(|| workflow.clone()).map(Places::in_file),
        };
    }
}

/// The root of the repository: the nearest folder with `.git`, or else the current folder.
fn root() -> Option<PathBuf> {
    let here = env::current_dir().and_then(fs::canonicalize).ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists());
    Some(root.unwrap_or(&here).to_owned())
}

/// A file relative to the root of the repository. `None` if it is no file, or is elsewhere. Links are resolved: code
/// scanning shows nothing at a link.
fn in_repository(root: &Path, file: &Path) -> Option<String> {
    let file = fs::canonicalize(file).ok().filter(|file| file.is_file())?;
    let parts: Option<Vec<&str>> = file.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// The file of a workflow, such as `.github/workflows/test.yml` of `owner/name/.github/workflows/test.yml@refs/heads/main`.
fn workflow(reference: &str) -> Option<&str> {
    let (path, _) = reference.split_once('@')?;
    path.splitn(3, '/').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_a_file_of_its_repository() {
        let file = workflow("owner/name/.github/workflows/test.yml@refs/heads/main");
        assert_eq!(file, Some(".github/workflows/test.yml"));
        assert_eq!(workflow("test.yml@main"), None);
    }
}
