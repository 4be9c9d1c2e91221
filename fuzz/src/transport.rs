//! The token in a request: its header or its `jwt` parameter.

use qsh::suite::case::Question;
use qsh_auth::connect::Incoming;
use qsh_auth::connect::transport::{Direction, find};
use qsh_diagnose::{Dialect, Part, part_with};
use qsh_hash::{Request, percent};

use crate::{Oracle, Violation, embedded_vectors, reproducer};

pub(crate) const ORACLE: Oracle =
    Oracle { name: "transport", property: "the token that a request carries is found, and nothing else", check, seeds };

/// Header fields: names and values.
type Fields<'f> = [(&'f str, &'f [u8])];

/// The input is a URL in the first line, and a header field in each other line.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_finder(bytes, |request, fields, direction| find(Incoming::new(request, fields), direction).ok())
}

/// Compares what finds the token with [`sent`].
fn check_finder(
    bytes: &[u8],
    find: impl Fn(Request<'_>, &Fields<'_>, Direction) -> Option<Vec<u8>>,
) -> Result<(), Violation> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Some(Ok(request)) = lines.next().map(|url| Request::new("GET", url)) else { return Ok(()) };
    let fields: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
        })
        .collect();
    for direction in [Direction::ToApp, Direction::ToProduct] {
        let found = find(request, &fields, direction);
        let sent = sent(&request, &fields, direction);
        let expected = sent.first().filter(|first| sent.iter().all(|token| token == *first));
        if found.as_ref() == expected {
            continue;
        }
        let what = match (found, expected) {
            (None, _) => "a token that was sent is not found",
            (Some(_), None) if !sent.is_empty() => "one of two different tokens is found",
            (Some(_), _) => "a token that was not sent is found",
        };
        let named = |(name, value): &(&str, &[u8])| format!("({name:?}, &b\"{}\"[..])", value.escape_ascii());
        let fields: Vec<String> = fields.iter().map(named).collect();
        let then = format!(
            "let fields = [{}];\n\
             let incoming = qsh_auth::connect::Incoming::new(qsh_hash::Request::new(\"GET\", url)?, &fields);\n\
             qsh_auth::connect::transport::find(incoming, qsh_auth::connect::transport::Direction::{direction:?});",
            fields.join(", ")
        );
        return Err(Violation::new(what, reproducer("url", request.target(), &then)));
    }
    Ok(())
}

/// The tokens of a request, except empty ones (TRN-13). They are in the `Authorization` fields of the scheme JWT. In
/// requests to an app, they are also in the parameters that the canonical query excludes (QSH-Q17).
fn sent(request: &Request<'_>, fields: &Fields<'_>, direction: Direction) -> Vec<Vec<u8>> {
    let of_header = |value: &[u8]| {
        let (scheme, rest) = value.split_at_checked(4)?;
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        scheme.eq_ignore_ascii_case(b"JWT ").then(|| rest[blanks..].to_vec())
    };
    let of_pair = |pair: &[u8]| {
        let target = [b"/?", pair].concat();
        let alone = Request::new("GET", &target).ok()?;
        let counts = !part_with(&alone, Part::Query, &Dialect::OFFICIAL).ok()?.is_empty();
        let value = pair.splitn(2, |byte| *byte == b'=').nth(1).filter(|_| !counts)?;
        let spaces: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        Some(percent::decode(&spaces).bytes)
    };
    let headers = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let mut sent: Vec<Vec<u8>> = headers.filter_map(|(_, value)| of_header(value)).collect();
    if direction == Direction::ToApp {
        let query = request.query().unwrap_or_default();
        sent.extend(query.split(|byte| *byte == b'&').filter_map(of_pair));
    }
    sent.retain(|token| !token.is_empty());
    sent
}

/// The URLs and header fields of the vectors.
fn seeds() -> Vec<Vec<u8>> {
    let vectors = embedded_vectors();
    let authentications = vectors.cases().filter_map(|case| match &case.question {
        Question::Authenticate(asked) => Some(asked),
        _ => None,
    });
    let seeds = authentications.map(|asked| {
        let mut bytes = asked.request.input.url.as_bytes().to_vec();
        for (name, value) in &asked.request.headers {
            bytes.extend_from_slice(format!("\n{name}: {value}").as_bytes());
        }
        bytes
    });
    seeds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_finder_that_takes_the_first_of_two_tokens_is_found() {
        let first = |request: Request<'_>, fields: &Fields<'_>, direction| {
            let find = |fields: &Fields<'_>| find(Incoming::new(request, fields), direction).ok();
            fields.iter().find_map(|field| find(&[*field])).or_else(|| find(fields))
        };
        let violation = testing::violation(seeds, |bytes| check_finder(bytes, first));
        assert_eq!(violation.what, "one of two different tokens is found");
    }

    #[test]
    fn a_finder_that_reads_only_the_header_is_found() {
        let header = |request: Request<'_>, fields: &Fields<'_>, _| {
            find(Incoming::new(request, fields), Direction::ToProduct).ok()
        };
        let violation = testing::violation(seeds, |bytes| check_finder(bytes, header));
        assert_eq!(violation.what, "a token that was sent is not found");
    }
}
