//! Removes the base URL from the path (QSH-P3 to QSH-P5), under any dialect.

use std::iter;

use memchr::memmem;
use regex_lite::RegexBuilder;

use super::refusal::Refusal;
use super::text::{bytes_of_characters, character_lengths};
use crate::dialect::{BaseBoundary, BaseMismatch, BaseRemoval, Dialect};
use crate::percent;
use crate::source::Source;

/// The most bytes that a base URL may take as a regular expression: about 32 for each character. It bounds the time for a
/// match, which is linear in this size and in the length of the path, and is not in the budget of a search.
const PATTERN_SIZE: usize = 1 << 13;

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
        BaseRemoval::Front => prefix_removed(&path, base, dialect),
        BaseRemoval::Repeatedly => prefix_removed(&path, base, dialect).map(|first| {
            let again = |path: &Vec<u8>| prefix_removed(path, base, dialect);
            iter::successors(Some(first), again).last().unwrap_or_default()
        }),
        BaseRemoval::Pattern => match pattern_removed(&path, base) {
            Ok(rest) => rest,
            Err(refusal) => return Err((path, refusal)),
        },
        BaseRemoval::Sliced => Some(path[bytes_of_characters(&path, character_lengths(base).count())..].to_vec()),
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

/// QSH-P4.
fn prefix_removed(path: &[u8], base: &[u8], dialect: &Dialect) -> Option<Vec<u8>> {
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
    let matches = |(a, b): (&u8, &u8)| a == b || ignores_case && a.eq_ignore_ascii_case(b);
    (at_boundary && front.iter().zip(base).all(matches)).then(|| rest.to_vec())
}

/// The path without what the base matches as a regular expression, as in Ruby's `path.sub(/^#{base}/, '')`. Returns
/// `None` if the base does not match. The path counts up to its first byte that is not UTF-8.
fn pattern_removed(path: &[u8], base: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
    let refusal = Refusal { clause: "QSH-P3", what: "the path of the base URL is not a regular expression" };
    let base = str::from_utf8(base).map_err(|_| refusal)?;
    let pattern = RegexBuilder::new(&format!("^{base}")).size_limit(PATTERN_SIZE).build().map_err(|_| refusal)?;
    let text = path.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    Ok(pattern.find(text).map(|found| [&path[..found.start()], &path[found.end()..]].concat()))
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

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use super::*;

    fn removed(base: &str, path: &str) -> Result<Option<String>, Refusal> {
        let rest = pattern_removed(path.as_bytes(), base.as_bytes())?;
        Ok(rest.map(|rest| String::from_utf8(rest).unwrap()))
    }

    /// The results are those of `path.sub(/^#{base}/, '')` in Ruby 3.1.2. `None` stands for a path that stays.
    #[test]
    fn a_base_is_a_pattern_to_ruby() {
        for (base, path, rest) in [
            ("/a()", "/a", Some("")),
            ("/a()", "/a/b", Some("/b")),
            ("/a+", "/aaa/x", Some("/x")),
            ("/a+", "/b", None),
            ("/a*", "/aaa", Some("")),
            ("/a.b", "/axb/c", Some("/c")),
            ("/a.b", "/a.b/c", Some("/c")),
            ("/a$", "/a", Some("")),
            ("/a$", "/a/b", None),
            ("/(a)", "/a/x", Some("/x")),
            ("/v1.0", "/v1x0/a", Some("/a")),
            ("/a%20b", "/a%20b/c", Some("/c")),
            ("/a*b", "/b/x", Some("/x")),
            ("/é.", "/éü/x", Some("/x")),
            ("/(ab)+", "/abab/c", Some("/c")),
            ("/a!~,;=:@&'", "/a!~,;=:@&'/x", Some("/x")),
        ] {
            assert_eq!(removed(base, path), Ok(rest.map(str::to_owned)), "{base} {path}");
        }
        // Ruby raises a `RegexpError`.
        for base in ["/a(", "/a)", "/(*a)", "/a[", "/(+)"] {
            assert_eq!(removed(base, "/a").unwrap_err().clause, "QSH-P3", "{base}");
        }
    }

    #[test]
    fn a_path_that_is_not_utf_8_keeps_its_bytes() {
        assert_eq!(pattern_removed(b"/a/\xff", b"/."), Ok(Some(b"/\xff".to_vec())));
        assert_eq!(pattern_removed(b"/\xff", b"/."), Ok(None));
    }

    #[test]
    fn a_large_pattern_is_refused() {
        let dialect = Dialect::OFFICIAL.with("base_removal=pattern".parse().unwrap());
        for (base, is_refused) in [
            (format!("/{}", "a".repeat(200)), false),
            (format!("/{}", "a".repeat(1_000)), true),
            ("/(a{99}){20}".to_owned(), true),
            ("/(a{99}){99}{99}".to_owned(), true),
        ] {
            let request = Request::new("GET", "/a").unwrap().with_base_url(&base).unwrap();
            let rest = without_base(b"/a".to_vec(), &Source::from(&request), &dialect);
            assert_eq!(rest.is_err(), is_refused, "{base}");
        }
    }
}
