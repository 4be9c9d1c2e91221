//! The failures as workflow commands of GitHub Actions, which shows them as annotations of the run. Refusals for another
//! reason than expected are one notice for each adapter.

use super::points::{State, points};
use super::run::RunReport;
use super::style::plural;
use super::words::message;
use crate::suite::verdict::Verdict;

/// GitHub shows at most ten errors and ten notices of a step.
const SHOWN: usize = 10;

/// Writes an `::error` line for each of the first failures, then the `::notice` lines. The result is empty if there is
/// nothing to say.
pub fn write(report: &RunReport) -> String {
    let adapters = report.by_adapter();
    let failures = adapters.iter().flat_map(|of| {
        let failed = |state| matches!(state, State::Failed | State::Error);
        let points = points(of, report.requirements.level).into_iter().filter(move |point| failed(point.state));
        points.map(move |point| {
            let title = format!("{}: {}", of.adapter.name, point.name());
            let lines: Vec<String> = point.message.iter().flat_map(|text| text.lines()).map(message).collect();
            format!("::error title={}::{}\n", property(&message(&title)), data(&lines.join("\n")))
        })
    });
    let notices = adapters.iter().filter_map(|of| {
        let count = of.adapter.count(Verdict::OtherReason) as u64;
        let cases = plural(count, "case is", "cases are");
        let title = property(&message(&of.adapter.name));
        (count > 0).then(|| format!("::notice title={title}::{cases} refused for another reason than expected\n"))
    });
    failures.take(SHOWN).chain(notices.take(SHOWN)).collect()
}

/// Escapes the message, which follows the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a colon or comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
