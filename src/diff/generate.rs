//! Generates requests. A weighted grammar favours requests that implementations read differently. Some requests are
//! mutated requests of the vectors.

use qsh_diagnose::Input;

use super::alphabet::text;
use super::mutate::mutated_vector;
use super::plain::is_plain;
use super::source::Source;

const METHODS: &[&str] =
    &["GET", "GET", "GET", "GET", "POST", "PUT", "DELETE", "get", "Post", "HEAD", "OPTIONS", "x-y"];
/// Base URLs such as apps and products have.
const BASES: &[&str] = &[
    "https://example.com",
    "https://example.com/jira",
    "https://acme.atlassian.net",
    "https://acme.atlassian.net/wiki",
    "http://localhost:8080/jira",
    "https://app.example.com/connect/v1",
    "https://example.com/app.1",
];
/// Base URLs that no app should have. Adapters get them all the same (QSH-P3).
const ODD_BASES: &[&str] = &[
    "/",
    "/jira",
    "https://example.com/",
    "https://example.com/jira/",
    "https://example.com/a%20b",
    "https://example.com/a()",
    "/a()",
    "a://a/jira",
    "https://example.com/jira?a#b",
    "HTTPS://user@Example.com/jira",
];
const ORIGINS: &[&str] = &["https://example.com", "https://acme.atlassian.net", "http://localhost:8080"];
const ODD_ORIGINS: &[&str] =
    &["HTTPS://user@Example.com", "http://[::1]", "a://a", "https://", "//example.com", "https://example.com:"];
const SEGMENTS: &[&str] =
    &["", "", ".", "..", "%2e%2E", "jira", "wiki", "JIRA", "a:b", "a;b", "a&b", "a;b&c=d", "a%2Fb", "a%2fb", "a%26b"];
const NAMES: &[&str] =
    &["jwt", "jwt", "JWT", "%6Awt", "jwtx", "a[]", "a[b]", "__proto__", "10", "9", "01", "-1", "a.b", "A", "user_id"];

/// One request of this many is a mutated request of the vectors.
const MUTATED_VECTOR: usize = 8;

/// Generates a request: by the grammar, or by mutating a request of the vectors.
///
/// The result is always a request as QSH-M3 defines it. Its text passes through JSON unchanged.
///
/// # Examples
///
/// The same bytes generate the same request. An empty source generates the simplest one:
///
/// ```
/// use qsh::diff::{Source, request};
///
/// assert_eq!(request(&mut Source::new(b"")).to_string(), "GET /");
/// let bytes: Vec<u8> = (0..64).collect();
/// assert_eq!(request(&mut Source::new(&bytes)), request(&mut Source::new(&bytes)));
/// ```
pub fn request(source: &mut Source<'_>) -> Input {
    let is_odd = source.is_odd();
    if source.once_in(MUTATED_VECTOR) {
        return mutated_vector(source, |input| is_odd || is_plain(input));
    }
    let method = source.pick(METHODS);
    let (bases, origins) = if is_odd { (ODD_BASES, ODD_ORIGINS) } else { (BASES, ORIGINS) };
    let base_url = source.once_in(4).then(|| source.pick(bases));
    let mut url = String::new();
    if source.once_in(4) {
        url.push_str(source.pick(origins));
    }
    if let Some(base) = base_url {
        url.push_str(&near(source, path_of(base)));
    }
    // In an odd URL, the slash at the front of the path can be missing.
    if !is_odd || source.once_in(2) {
        url.push('/');
    }
    path(source, &mut url);
    if !source.once_in(5) && !source.is_empty() {
        url.push('?');
        query(source, &mut url);
    }
    if source.once_in(24) {
        url.push('#');
        text(source, &mut url, 2);
    }
    let form = (source.once_in(16)).then(|| {
        let mut form = String::new();
        query(source, &mut form);
        form
    });
    Input { base_url: base_url.map(str::to_owned), form, ..Input::new(method, url.as_str()) }
}

/// The path of a base URL, without a slash at its end.
fn path_of(base: &str) -> &str {
    let path = base.find("://").map_or(Some(0), |at| base[at + 3..].find('/').map(|slash| at + 3 + slash));
    let path = path.map_or("", |at| &base[at..]);
    path[..path.find(['?', '#']).unwrap_or(path.len())].trim_end_matches('/')
}

/// The path of a base URL, a similar path, or an empty one.
fn near(source: &mut Source<'_>, base: &str) -> String {
    match source.weighed(&[12, 4, 1, 1, 1, 1]) {
        0 => base.to_owned(),
        1 => String::new(),
        2 => base.to_uppercase(),
        3 => base.replacen('a', "%61", 1),
        4 => base.replacen('.', "-", 1),
        _ => base.repeat(2),
    }
}

fn path(source: &mut Source<'_>, url: &mut String) {
    for segment in 0..source.weighed(&[2, 5, 4, 2, 1]) {
        if segment > 0 {
            url.push('/');
        }
        if source.once_in(3) {
            url.push_str(source.pick(SEGMENTS));
        } else {
            text(source, url, 3);
        }
        if source.once_in(16) {
            url.push('&');
        }
    }
    if source.once_in(4) {
        url.push_str(source.pick(&["/", "/", "//", "/;", ";/"]));
    }
}

fn query(source: &mut Source<'_>, url: &mut String) {
    let mut names: Vec<String> = Vec::new();
    for pair in 0..source.weighed(&[1, 4, 5, 4, 2, 1]) {
        if pair > 0 {
            url.push_str(if source.once_in(12) { source.pick(&["&&", ";", "&amp;", "&?"]) } else { "&" });
        }
        let name = name(source, &names);
        url.push_str(&name);
        names.push(name);
        match source.weighed(&[12, 2, 2, 1]) {
            0 => {
                url.push('=');
                text(source, url, 3);
            }
            1 => url.push('='),
            2 => {}
            _ => url.push_str("=1=2"),
        }
    }
    if source.once_in(24) {
        url.push('&');
    }
}

/// A parameter name: any text, an earlier name, or a name that some implementation treats specially.
fn name(source: &mut Source<'_>, before: &[String]) -> String {
    match source.weighed(&[4, 4, 2]) {
        1 if !before.is_empty() => before[source.up_to(before.len() - 1)].clone(),
        2 => source.pick(NAMES).to_owned(),
        _ => {
            let mut name = String::new();
            text(source, &mut name, 2);
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use qsh_diagnose::{Deviation, Dialect, canonicalize_with};

    use super::super::choices::ChoicePool;
    use super::super::plain::{has_plain_front, is_plain_base};
    use super::super::source::OddUrls;
    use super::*;

    fn some(count: usize) -> impl Iterator<Item = Input> {
        let mut pool = ChoicePool::new(1, &[]);
        (0..count).map(move |_| request(&mut Source::new(&pool.next())))
    }

    #[test]
    fn what_is_generated_is_a_request() {
        for input in some(2_000) {
            assert!(input.request().is_ok(), "{input}");
            assert!(input.url.as_str().is_some());
        }
    }

    #[test]
    fn odd_urls_are_rare() {
        let count = |odd_urls| {
            let mut pool = ChoicePool::new(1, &[]);
            let request = |choices: Vec<u8>| request(&mut Source::new(&choices).with_odd_urls(odd_urls));
            (0..16_000).filter(|_| !is_plain(&request(pool.next()))).count()
        };
        let [never, rarely, often] = [OddUrls::Never, OddUrls::Rarely, OddUrls::Often].map(count);
        assert_eq!(never, 0);
        // An odd request can still have a plain URL.
        assert!((300..=1_000).contains(&rarely) && often > 6 * rarely, "{rarely} {often}");
    }

    #[test]
    fn the_constants_are_plain_or_odd() {
        assert!(BASES.iter().all(|base| is_plain_base(base)) && ORIGINS.iter().all(|origin| has_plain_front(origin)));
        assert!(!ODD_BASES.iter().any(|base| is_plain_base(base)));
    }

    /// A deviation that the grammar never shows cannot be found by any run.
    #[test]
    fn nearly_every_deviation_changes_what_is_generated() {
        // A limit needs a hundred parameters. The grammar generates no JSON bodies, and no method that cannot be sent.
        const NOT_GENERATED: [&str; 3] = ["json_body=", "parameter_limit=", "method_check="];
        let mut hidden: Vec<Deviation> = Deviation::all()
            .filter(|it| !NOT_GENERATED.iter().any(|field| it.to_string().starts_with(field)))
            .collect();
        let mut shown = BTreeSet::new();
        for input in some(60_000) {
            let request = input.source().unwrap();
            let official = canonicalize_with(request, &Dialect::OFFICIAL).unwrap();
            hidden.retain(|deviation| {
                let dialect = Dialect::OFFICIAL.with(*deviation);
                let other = canonicalize_with(request, &dialect);
                let is_same =
                    other.is_ok_and(|it| it == official && it.hash_with(&dialect) == official.hash().as_str());
                if !is_same {
                    shown.insert(deviation.to_string());
                }
                is_same
            });
            if hidden.is_empty() {
                break;
            }
        }
        assert!(hidden.is_empty(), "{hidden:?}");
        assert!(shown.len() > 250);
    }
}
