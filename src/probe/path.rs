//! Other ways to write the path: what an app, or a proxy in front of it, sees of them.

use qsh_diagnose::{Input, Part};

use super::canonicalizer::{Readings, accepted_hash, right_hash};
use super::check::{Check, Checked};
use super::session::{Session, Stop};
use super::settings::{Settings, now};
use super::tokens::{claiming, claims};
use crate::suite::outcome::Outcome;

/// A way to write a path, and the clause that it is about.
struct Form {
    name: &'static str,
    clause: &'static str,
    /// The path in this form, split before its last segment. `None` if it has none.
    write: fn(&str, &str) -> Option<String>,
}

const FORMS: [Form; 4] = [
    Form { name: "escaped_letter", clause: "QSH-P11", write: escaped_letter },
    Form { name: "two_slashes", clause: "QSH-P13", write: two_slashes },
    Form { name: "dot_segment", clause: "QSH-P13", write: |front, last| Some(format!("{front}/./{last}")) },
    Form { name: "slash_at_the_end", clause: "QSH-P7", write: |front, last| Some(format!("{front}/{last}/")) },
];

/// Doubles the slash before the last segment. At the front of a path, two slashes are another question (QSH-P8).
fn two_slashes(front: &str, last: &str) -> Option<String> {
    (!front.is_empty()).then(|| format!("{front}//{last}"))
}

/// Writes the last letter of the path as an escape.
fn escaped_letter(front: &str, last: &str) -> Option<String> {
    let letter = last.chars().next_back().filter(char::is_ascii_alphabetic)?;
    let rest = &last[..last.len() - 1];
    let before = rest.as_bytes();
    // The digits of an escape stay.
    let is_in_escape = before.ends_with(b"%") || before.len() > 1 && before[before.len() - 2] == b'%';
    (!is_in_escape).then(|| format!("{front}/{rest}%{:02X}", u32::from(letter)))
}

/// Sends the request with its path in other forms.
///
/// An app may have nothing at such a path. So a refusal says something only if another hash of the same request is
/// accepted.
pub(super) fn read(session: &mut Session<'_>, readings: &mut Readings) -> Result<(), Stop> {
    let settings = session.settings();
    for (form, request) in FORMS.iter().filter_map(|form| Some((form, written(settings, form)?))) {
        let question = claiming(settings, request.clone(), &claims(settings, &request, now()));
        let check = Check::new("path", form.name, form.clause, true, question);
        if !settings.selection.takes(&check.case) {
            continue;
        }
        let shown = request.url.as_str().unwrap_or_default();
        let check = check.with_summary(format!("the right hash of {shown} is accepted"));
        let (reply, exchange) = session.ask(&check.case.question)?;
        let hash = match &reply.outcome {
            Outcome::Ok(_) => right_hash(&request),
            Outcome::Rejected { .. } => accepted_hash(session, &request, readings.dialect(), Part::Path)?,
            _ => None,
        };
        if let Some(hash) = hash {
            session.made.push(Checked { check, reply, exchange });
            readings.see(request, hash);
        }
    }
    Ok(())
}

fn written(settings: &Settings, form: &Form) -> Option<Input> {
    let (path, query) = settings.path_and_query();
    let (front, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let path = (form.write)(front, last)?;
    Some(settings.request_at(&path, query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_stays_whole() {
        assert_eq!(escaped_letter("/a", "panel").as_deref(), Some("/a/pane%6C"));
        assert_eq!(escaped_letter("", "p%2f"), None);
        assert_eq!(escaped_letter("", "x%aa"), None);
        assert_eq!(escaped_letter("", "p%2fb").as_deref(), Some("/p%2f%62"));
        assert_eq!(escaped_letter("", "7"), None);
    }
}
