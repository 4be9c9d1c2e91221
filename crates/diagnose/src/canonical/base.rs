//! Removes the base URL from the path (QSH-P3 to QSH-P5), under any dialect.

use std::iter;

use memchr::memmem;

use super::refusal::Refusal;
use crate::dialect::{BaseBoundary, BaseMismatch, BaseRemoval, Dialect};
use crate::percent;
use crate::source::Source;

/// QSH-P3, QSH-P4 and QSH-P5. The error returns the path for the trace.
pub(super) fn without_base(
    path: Vec<u8>,
    request: &Source<'_>,
    dialect: &Dialect,
) -> Result<Vec<u8>, (Vec<u8>, Refusal)> {
    let base = match dialect.base_boundary {
        BaseBoundary::SlashKept | BaseBoundary::DecodedBase => request.whole_base_path(),
        _ => request.base_path(),
    };
    let rest = match dialect.base_removal {
        BaseRemoval::None => Some(path.clone()),
        BaseRemoval::Wiki => Some(path.strip_prefix(b"/wiki").map_or_else(|| path.clone(), <[u8]>::to_vec)),
        BaseRemoval::WikiAnywhere => Some(remove_all(&path, b"/wiki")),
        BaseRemoval::FirstSegment => Some(first_segment_removed(&path).to_vec()),
        _ if base.is_empty() && dialect.base_removal != BaseRemoval::Text => Some(path.clone()),
        BaseRemoval::Front => prefix_removed(&path, base, dialect, |a, b| a == b),
        BaseRemoval::Repeatedly => prefix_removed(&path, base, dialect, |a, b| a == b).map(|first| {
            let again = |path: &Vec<u8>| prefix_removed(path, base, dialect, |a, b| a == b);
            iter::successors(Some(first), again).last().unwrap_or_default()
        }),
        BaseRemoval::Pattern => prefix_removed(&path, base, dialect, |a, b| a == b || b == b'.'),
        BaseRemoval::Sliced => Some(path[bytes_of_characters(&path, characters(base).count())..].to_vec()),
        BaseRemoval::Anywhere => Some(remove_all(&path, base)),
        BaseRemoval::Text => text_removed(request),
        BaseRemoval::Characters => Some(path[path.iter().take_while(|byte| base.contains(byte)).count()..].to_vec()),
    };
    match (rest, dialect.base_mismatch) {
        (Some(rest), _) => Ok(rest),
        (None, BaseMismatch::Kept) => Ok(path),
        (None, BaseMismatch::Emptied) => Ok(Vec::new()),
        (None, BaseMismatch::Refused) => {
            Err((path, Refusal { clause: "QSH-P5", what: "the path does not begin with the path of the base URL" }))
        }
    }
}

/// The lengths of the characters of a text. An invalid byte counts as one character.
fn characters(text: &[u8]) -> impl Iterator<Item = usize> {
    text.utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().map(char::len_utf8).chain(chunk.invalid().iter().map(|_| 1)))
}

/// The number of bytes in the first `count` characters of a text.
fn bytes_of_characters(text: &[u8], count: usize) -> usize {
    characters(text).take(count).sum()
}

/// QSH-P4.
fn prefix_removed(path: &[u8], base: &[u8], dialect: &Dialect, same: impl Fn(u8, u8) -> bool) -> Option<Vec<u8>> {
    if dialect.base_boundary == BaseBoundary::Decoded {
        let base = percent::decode(base).bytes;
        let (front, rest) = path.split_at(percent::length_of_decoded(path, base.len())?);
        return (percent::decode(front).bytes == base).then(|| rest.to_vec());
    }
    if dialect.base_boundary == BaseBoundary::DecodedBase {
        return path.strip_prefix(percent::decode(base).bytes.as_slice()).map(<[u8]>::to_vec);
    }
    let (front, rest) = path.split_at_checked(base.len())?;
    let at_boundary = dialect.base_boundary != BaseBoundary::Segment || rest.is_empty() || rest.starts_with(b"/");
    let ignores_case = dialect.base_boundary == BaseBoundary::IgnoringCase;
    let matches = |(&a, &b): (&u8, &u8)| same(a, b) || ignores_case && a.eq_ignore_ascii_case(&b);
    (at_boundary && front.iter().zip(base).all(matches)).then(|| rest.to_vec())
}

/// The text of the URL after that of the base URL, with the query and without the fragment.
fn text_removed(request: &Source<'_>) -> Option<Vec<u8>> {
    let text = request.target();
    let end = text.len() - request.fragment().map_or(0, |fragment| fragment.len() + 1);
    let base = request.base_url().unwrap_or_default().trim_end_matches('/').as_bytes();
    let front = if request.scheme().is_some() { base } else { request.base_path() };
    text[..end].strip_prefix(front).map(<[u8]>::to_vec)
}

fn first_segment_removed(path: &[u8]) -> &[u8] {
    let start = usize::from(path.starts_with(b"/"));
    let end = path[start..].iter().position(|&byte| byte == b'/').map_or(path.len(), |at| start + at);
    &path[end..]
}

fn remove_all(path: &[u8], part: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(path.len());
    let mut end = 0;
    for start in memmem::find_iter(path, part) {
        kept.extend_from_slice(&path[end..start]);
        end = start + part.len();
    }
    kept.extend_from_slice(&path[end..]);
    kept
}
