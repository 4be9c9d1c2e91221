//! The failures as workflow commands of GitHub Actions, which shows them as annotations of the run.

use super::points::{State, points};
use super::run::RunReport;
use super::words::message;

/// GitHub shows at most ten errors of a step.
const SHOWN: usize = 10;

/// Writes an `::error` line for each of the first failures. The result is empty if nothing failed.
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
    failures.take(SHOWN).collect()
}

/// Escapes the message, which follows the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a colon or comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
