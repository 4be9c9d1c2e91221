//! A static site of a run: an index with a search, a map of implementations by chapters, and a page for each implementation,
//! clause, finding and family of vectors. Beside each page but the map is its data as JSON.
//!
//! It works from a folder without a server. Links are relative, scripts and styles are files of the site, and no page loads
//! anything from elsewhere.
//!
//! Vectors are read side by side, and there are thousands. So a page has all vectors of one family: those whose ids differ in
//! the last part alone.

mod advice;
mod clause;
mod file;
mod finding;
mod frame;
mod html;
mod implementation;
mod index;
mod model;
mod prose;
mod search;
mod vectors;

use super::run::RunReport;
use super::{badge, page, page_names};
pub use file::File;
use model::Site;

/// The files of the site of a run.
///
/// # Examples
///
/// ```
/// use qsh::report::{document::Document, site};
///
/// let report = Document::read_run(br#"{
///     "format": "qsh-report", "version": 1, "suite": { "version": "0.1.0", "cases": 0 }, "adapters": [], "results": [],
///     "conclusion": "not_usable",
///     "requirements": { "level": "should", "unavailable_is_fine": true, "silence_is_fine": true }
/// }"#)?;
/// let files = site::files(&report);
/// assert!(files.iter().any(|file| file.path == "index.html"));
/// assert!(files.iter().any(|file| file.path == "clauses/QSH-Q7.html"));
/// # Ok::<(), qsh::report::document::BadDocument>(())
/// ```
pub fn files(report: &RunReport) -> Vec<File> {
    let site = Site::new(report);
    let mut files = vec![
        File::new("style.css", concat!(include_str!("../page/page.css"), "\n", include_str!("site.css"))),
        File::new("site.js", include_str!("site.js")),
        File::new("search.js", search::index(&site)),
        File::new("map.html", page::write(report)),
    ];
    files.extend(index::files(&site));
    files.extend(site.with_security().flat_map(|(of, security)| implementation::files(&site, of, security)));
    files.extend(clause::files(&site));
    files.extend(finding::files());
    files.extend(advice::files());
    files.extend(vectors::files(&site));
    let badge = |name: &str| File::new(page_names::badge(name), badge::of(report.results_of(name)));
    files.extend(report.adapters.iter().map(|adapter| badge(&adapter.name)));
    files
}
