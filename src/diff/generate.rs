//! Generates requests. A weighted grammar favours requests that implementations read differently. Some requests are
//! mutated requests of the vectors.

use qsh_diagnose::Input;

use super::alphabet::text;
use super::mutate::mutated_vector;
use super::source::Source;

const METHODS: &[&str] =
    &["GET", "GET", "GET", "GET", "POST", "PUT", "DELETE", "get", "Post", "HEAD", "OPTIONS", "x-y"];
const BASES: &[&str] = &[
    "https://example.com",
    "https://example.com/jira",
    "https://example.com/jira/",
    "https://example.com/wiki",
    "/jira",
    "https://example.com/a%20b",
    "https://example.com/app.1",
];
const ORIGINS: &[&str] =
    &["https://example.com", "https://example.com", "http://example.org:8080", "HTTPS://user@Example.com"];
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
    if source.once_in(MUTATED_VECTOR) {
        return mutated_vector(source);
    }
    let method = source.pick(METHODS);
    let base_url = source.once_in(4).then(|| source.pick(BASES));
    let mut url = String::new();
    if source.once_in(4) {
        url.push_str(source.pick(ORIGINS));
    }
    if let Some(base) = base_url {
        url.push_str(&near(source, path_of(base)));
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

fn path_of(base: &str) -> &str {
    base.strip_prefix("https://example.com").unwrap_or(base).trim_end_matches('/')
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
    if !source.once_in(48) {
        url.push('/');
    }
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
