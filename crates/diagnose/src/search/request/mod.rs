//! Mistakes with a request before it is canonicalized: another method, another base URL, or a URL that was changed on
//! its way.

mod calls;
mod dates;
mod form;
mod options;
mod options_table;
mod pairs;
mod paths;
mod values;

pub(super) use options::{Addition, additions, sets_of_additions};
pub(super) use pairs::PARAMETER_MISSING;
pub(super) use paths::origin;

use super::encoders::{ENCODERS, grouped};
use crate::canonical::text::replaced;
use crate::dialect::MethodCase;
use crate::input::Input;
use crate::{Dialect, Part, Source, percent};

/// A mistake before canonicalization: a similar request or text was hashed in place of the given request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestMistake {
    /// What was replaced.
    pub kind: RequestMistakeKind,
    /// The kind of mistake, such as `another_method`.
    pub name: &'static str,
    /// The clause of `docs/spec.md` that says what should have been hashed.
    pub clause: &'static str,
    /// What was hashed, in words.
    pub does: String,
    /// What should have been hashed.
    pub instead: String,
    /// What leads to it: a library, a function, or a habit. Empty if the mistake needs no source.
    pub origin: &'static str,
}

impl RequestMistake {
    /// A similar request was hashed.
    fn new(name: &'static str, clause: &'static str, does: impl Into<String>, instead: impl Into<String>) -> Self {
        let kind = RequestMistakeKind::Request;
        Self { kind, name, clause, does: does.into(), instead: instead.into(), origin: "" }
    }

    fn from(self, origin: &'static str) -> Self {
        Self { origin, ..self }
    }
}

/// What was replaced by a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RequestMistakeKind {
    /// The request was replaced by another one.
    Request,
    /// The canonical query was replaced by the query of an encoder.
    Encoder,
    /// The canonical request was replaced by another text.
    Text,
}

impl RequestMistakeKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Encoder => "encoder",
            Self::Text => "text",
        }
    }
}

/// A mistake, with the request that was hashed because of it.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) mistake: RequestMistake,
    pub(super) input: Input,
    /// The dialect that canonicalizes the hashed request.
    pub(super) dialect: Dialect,
    /// The only part of the canonical request that it changes. `None` if it changes several parts.
    pub(super) part: Option<Part>,
}

/// The methods that are tried in place of the sent one.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// The requests that are likely to have been hashed in place of this one, each with the mistake. The search combines
/// them with one another and with any choices.
pub(super) fn variants(input: &Input) -> Vec<Variant> {
    let Ok(request) = input.source() else { return Vec::new() };
    let target = Target::of(&request);
    let mut variants = Variants { input, target, found: Vec::new() };
    variants.methods();
    variants.methods_that_are_missing();
    variants.bases(&request);
    variants.parents(&request);
    variants.paths(&request);
    variants.all_pairs();
    variants.encoders();
    variants.targets();
    variants.origins(&request);
    variants.found
}

/// Further requests that may have been hashed in place of this one. There are many of them, so the search combines each
/// with at most one other mistake.
pub(super) fn rare_variants(input: &Input) -> Vec<Variant> {
    let Ok(request) = input.source() else { return Vec::new() };
    let target = Target::of(&request);
    let mut variants = Variants { input, target, found: Vec::new() };
    variants.versions(&request);
    variants.values();
    variants.calls();
    variants.found
}

/// A request target in parts, so that its path or query can be replaced.
#[derive(Clone)]
struct Target {
    /// The scheme and authority of an absolute target.
    front: Vec<u8>,
    path: Vec<u8>,
    query: Option<Vec<u8>>,
    fragment: Option<Vec<u8>>,
}

impl Target {
    fn of(request: &Source<'_>) -> Self {
        Self {
            front: request.front().to_vec(),
            path: request.path().to_vec(),
            query: request.query().map(<[u8]>::to_vec),
            fragment: request.fragment().map(<[u8]>::to_vec),
        }
    }

    fn text(&self) -> Vec<u8> {
        let mut text = [self.front.as_slice(), &self.path].concat();
        for (mark, part) in [(b'?', &self.query), (b'#', &self.fragment)] {
            if let Some(part) = part {
                text.push(mark);
                text.extend_from_slice(part);
            }
        }
        text
    }
}

/// A change that applies to paths and queries.
type Change = fn(&[u8]) -> Vec<u8>;

struct Variants<'a> {
    input: &'a Input,
    target: Target,
    found: Vec<Variant>,
}

impl Variants<'_> {
    /// Adds a variant, unless it equals the given request.
    fn push(&mut self, part: Option<Part>, mistake: RequestMistake, input: Input) {
        if input != *self.input && input.source().is_ok() {
            self.found.push(Variant { mistake, input, dialect: Dialect::OFFICIAL, part });
        }
    }

    fn with_path(&self, path: Vec<u8>) -> Input {
        let target = Target { path, ..self.target.clone() };
        Input { url: target.text().into(), ..self.input.clone() }
    }

    fn with_query(&self, query: Vec<u8>) -> Input {
        let target = Target { query: Some(query), ..self.target.clone() };
        Input { url: target.text().into(), ..self.input.clone() }
    }

    fn with_form(&self, form: Vec<u8>) -> Input {
        // The form was valid UTF-8 and is cut at ASCII characters only, so it still is.
        Input { form: String::from_utf8(form).ok(), ..self.input.clone() }
    }

    /// Another method (QSH-M2).
    fn methods(&mut self) {
        let sent = self.input.method.to_ascii_uppercase();
        for method in METHODS.into_iter().filter(|method| *method != sent) {
            let does = format!("the hash is that of a `{method}` request");
            let instead = format!("hash the method that is sent, `{sent}`");
            let mistake = RequestMistake::new("another_method", "QSH-M2", does, instead);
            // The method decides whether the body counts. With a body, the method also changes the query.
            let has_body = self.input.form.is_some() || self.input.json.is_some();
            let part = Some(Part::Method).filter(|_| !has_body);
            self.push(part, mistake, Input { method: method.to_owned(), ..self.input.clone() });
        }
    }

    /// A missing method (QSH-M1): the texts that languages write for a missing value, unchanged and in upper case.
    fn methods_that_are_missing(&mut self) {
        let mut as_given = Dialect::OFFICIAL;
        as_given.method_case = MethodCase::AsGiven;
        for text in ["undefined", "null", "None"] {
            for dialect in [as_given.clone(), Dialect::OFFICIAL] {
                let does = format!("the method was not set, and `{text}` stands for it");
                let mistake = RequestMistake::new("method_missing", "QSH-M1", does, "hash the method that is sent");
                let input = Input { method: text.to_owned(), ..self.input.clone() };
                self.found.push(Variant { mistake, input, dialect, part: Some(Part::Method) });
            }
        }
    }

    /// The query of a standard library's encoder (QSH-Q21).
    fn encoders(&mut self) {
        for encoder in ENCODERS {
            // These choices are constants, and a test parses each of them.
            let choices = encoder.choices.iter().filter_map(|choice| choice.parse().ok());
            let mistake = RequestMistake {
                kind: RequestMistakeKind::Encoder,
                name: encoder.name,
                clause: "QSH-Q21",
                does: format!("the query was written by {} ({})", encoder.function, encoder.choices.join(" ")),
                instead: "write the query clause by clause: QSH-Q7 to QSH-Q21".to_owned(),
                origin: "",
            };
            let dialect = choices.fold(Dialect::OFFICIAL, Dialect::with);
            let input = match &self.target.query {
                Some(query) if encoder.is_grouped => self.with_query(grouped(query)),
                _ => self.input.clone(),
            };
            self.found.push(Variant { mistake, input, dialect, part: Some(Part::Query) });
        }
    }

    /// Scheme and host (QSH-P1), which are hashed by implementations that do not remove them.
    fn origins(&mut self, request: &Source<'_>) {
        let front = self.target.front.clone();
        let other_scheme = match front.split_first_chunk::<8>() {
            Some((b"https://", host)) => Some((b"http://".as_slice(), host)),
            _ => front.strip_prefix(b"http://").map(|host| (b"https://".as_slice(), host)),
        };
        let with_front = |front: Vec<u8>| Target { front, ..self.target.clone() }.text();
        let found = match (other_scheme, request.base_url()) {
            (Some((scheme, host)), _) => {
                let does = "the URL was taken with the other of the schemes `http` and `https`";
                Some(("scheme_changed", does, with_front([scheme, host].concat())))
            }
            (None, Some(base)) if front.is_empty() => base.split_once("://").map(|(scheme, rest)| {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                let does = "scheme and host of the base URL were put in front of the path";
                ("origin_added", does, with_front(format!("{scheme}://{host}").into_bytes()))
            }),
            _ => None,
        };
        if let Some((name, does, url)) = found {
            let mistake = RequestMistake::new(name, "QSH-P1", does, "leave scheme and host out");
            self.push(None, mistake, Input { url: url.into(), ..self.input.clone() });
        }
    }

    /// Changes that proxies and clients make to a whole URL.
    fn targets(&mut self) {
        let Target { path, query, .. } = self.target.clone();
        let changes: [(_, _, Change); 3] = [
            ("url_decoded", "path and query were percent-decoded once before they were hashed", |text| {
                percent::decode(text).bytes
            }),
            ("url_encoded_again", "path and query were escaped once more, so that `%` became `%25`", |text| {
                replaced(text, b'%', b"%25")
            }),
            ("url_in_lower_case", "path and query were put in lower case", <[u8]>::to_ascii_lowercase),
        ];
        for (name, does, change) in changes {
            let target = Target { path: change(&path), query: query.as_deref().map(change), ..self.target.clone() };
            let instead = "hash the URL as it goes over the wire; a proxy in between must leave it alone";
            let mistake = RequestMistake::new(name, "QSH-P1", does, instead);
            self.push(None, mistake, Input { url: target.text().into(), ..self.input.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, url: &str, base_url: Option<&str>) -> Vec<(String, String, Option<String>)> {
        let input = Input { base_url: base_url.map(str::to_owned), ..Input::new(method, url) };
        variants(&input)
            .into_iter()
            .filter(|variant| variant.part != Some(Part::Method))
            .map(|variant| (variant.mistake.name.to_owned(), variant.input.url.to_string(), variant.input.base_url))
            .collect()
    }

    #[test]
    fn every_variant_is_a_request_and_none_is_the_one_that_was_given() {
        let found = found("GET", "https://h/wiki/rest/x?a=1+2&b=%2B#f", Some("https://h/wiki"));
        let count = |wanted: &str| found.iter().filter(|(name, ..)| name == wanted).count();
        for (name, expected) in [
            ("base_guessed", 3),
            ("base_added", 5),
            ("parent_path", 1),
            ("path_missing", 1),
            ("url_as_path", 1),
            ("base_as_path", 2),
            ("host_in_path", 2),
            ("slash_doubled", 1),
            ("parameter_missing", 2),
            ("cut_at_ampersand", 0),
            ("html_ampersands", 1),
            ("query_doubled", 1),
            ("url_decoded", 1),
            ("url_encoded_again", 1),
            ("url_in_lower_case", 1),
        ] {
            assert_eq!(count(name), expected, "{name}");
        }
        let has = |name: &str, url: &str| found.iter().any(|(n, u, _)| n == name && u == url);
        assert!(has("parameter_missing", "https://h/wiki/rest/x?b=%2B#f"));
        assert!(has("query_doubled", "https://h/wiki/rest/x?a=1+2&b=%2B&a=1+2&b=%2B#f"));
        assert!(has("url_decoded", "https://h/wiki/rest/x?a=1+2&b=+#f"));
        assert!(has("base_added", "https://h/jira/wiki/rest/x?a=1+2&b=%2B#f"));
        assert!(has("slash_doubled", "https://h//rest/x?a=1+2&b=%2B#f"));
    }

    #[test]
    fn bases_are_guessed_segment_by_segment() {
        let bases: Vec<String> =
            found("GET", "/ex/jira/1a2b/rest/api", None).into_iter().filter_map(|(.., base)| base).collect();
        assert_eq!(bases, ["/ex", "/ex/jira", "/ex/jira/1a2b", "/ex/jira/1a2b/rest", "/ex/jira/1a2b/rest/api"]);
    }
}
