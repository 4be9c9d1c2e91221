//! Changes as Markdown, for a pull request.

use super::{AdapterChanges, Change, Changes, Kind};
use crate::report::causes::CauseEntry;
use crate::report::cells::{code, head, row, words};
use crate::report::run::{CaseResult, ReportedAdapter};
use crate::report::words::{answered, message};

/// The maximum number of changes of one kind that are shown for an adapter.
const SHOWN: usize = 30;

pub(super) fn write(changes: &Changes<'_>) -> String {
    let mut out = String::from("# What changed\n\n");
    if changes.adapters.iter().all(|adapter| adapter.changes.is_empty() && !adapter.is_lost()) {
        return out + "No answer changed.\n";
    }
    let kinds = Kind::ALL.map(Kind::name);
    let titles: Vec<&str> = ["implementation", "before", "now"].into_iter().chain(kinds).collect();
    out += &head(&titles);
    for adapter in &changes.adapters {
        let counts = Kind::ALL.map(|kind| adapter.of(kind).count().to_string());
        let names = [words(adapter.name), version(adapter.old), version(adapter.new)];
        out += &row(names.into_iter().chain(counts));
    }
    for adapter in &changes.adapters {
        causes(&mut out, adapter);
        for kind in Kind::ALL {
            section(&mut out, adapter, kind);
        }
    }
    out
}

/// The causes that came and those that went.
fn causes(out: &mut String, adapter: &AdapterChanges<'_>) {
    let all = [("gained", &adapter.gained), ("lost", &adapter.lost)];
    let rows: Vec<(&str, &CauseEntry)> =
        all.into_iter().flat_map(|(what, causes)| causes.iter().map(move |cause| (what, *cause))).collect();
    if rows.is_empty() {
        return;
    }
    *out += &format!(
        "\n## {}: causes\n\n{}",
        words(adapter.name),
        head(&["change", "cause", "effect", "clauses", "cases"])
    );
    for (what, cause) in rows {
        let text = format!("{}: {}", code(&message(&cause.name)), words(&cause.does));
        let clauses = words(&cause.clauses.join(" "));
        *out += &row([what.to_owned(), text, cause.effect.words().to_owned(), clauses, cause.cases.len().to_string()]);
    }
}

/// The version of a library, or the reason why it is not known.
fn version(adapter: Option<&ReportedAdapter>) -> String {
    match adapter {
        None => "–".to_owned(),
        Some(ReportedAdapter { not_run: Some(not_run), .. }) => format!("not run: {}", words(&not_run.reason)),
        Some(adapter) => words(adapter.version.as_deref().unwrap_or_default()),
    }
}

fn section(out: &mut String, adapter: &AdapterChanges<'_>, kind: Kind) {
    let changes: Vec<&Change<'_>> = adapter.of(kind).collect();
    if changes.is_empty() {
        return;
    }
    *out += &format!("\n## {}: {}\n\n{}", words(adapter.name), kind.name(), head(&["case", "level", "before", "now"]));
    for change in changes.iter().take(SHOWN) {
        let [before, now] = [change.old, change.new].map(|it| it.map_or_else(|| "–".to_owned(), result));
        *out += &row([code(&message(change.case)), change.level.name().to_owned(), before, now]);
    }
    if changes.len() > SHOWN {
        *out += &format!("\nAnd {} more; `--format json` has them all.\n", changes.len() - SHOWN);
    }
}

fn result(result: &CaseResult) -> String {
    let verdict = result.verdict.name().replace('_', " ");
    format!("{verdict}: {}", code(&answered(&result.outcome)))
}
