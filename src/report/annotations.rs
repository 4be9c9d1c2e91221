//! The failures as workflow commands of GitHub Actions, which shows them as annotations of the run: one for each cause, at the
//! file of the adapter's baseline. Refusals for another reason than expected are one notice for each adapter.

use super::new_failures::new_failures;
use super::run::RunReport;
use super::style::plural;
use super::words::message;
use crate::suite::verdict::Verdict;

/// GitHub shows at most ten errors and ten notices of a step.
const SHOWN: usize = 10;

/// Writes an `::error` line for each cause of new failures, then for each failure that has none, then the `::notice` lines. The
/// result is empty if there is nothing to say.
pub fn write(report: &RunReport) -> String {
    let required = report.requirements.level;
    let adapters = report.by_adapter();
    let errors = adapters.iter().flat_map(|of| {
        // A file outside the folder of the run is not shown.
        let file = of.adapter.baseline.as_deref().map(|file| format!("file={},", property(&message(file))));
        let file = file.unwrap_or_default();
        new_failures(of, required).into_iter().map(move |(name, text)| {
            let lines: Vec<String> = text.lines().map(message).collect();
            let title = property(&message(&format!("{}: {name}", of.adapter.name)));
            format!("::error {file}title={title}::{}\n", data(&lines.join("\n")))
        })
    });
    let notices = adapters.iter().filter_map(|of| {
        let count = of.adapter.count(Verdict::OtherReason) as u64;
        let cases = plural(count, "case is", "cases are");
        let title = property(&message(&of.adapter.name));
        (count > 0).then(|| format!("::notice title={title}::{cases} refused for another reason than expected\n"))
    });
    errors.take(SHOWN).chain(notices.take(SHOWN)).collect()
}

/// Escapes the message, which follows the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a colon or comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
