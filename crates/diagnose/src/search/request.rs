//! Mistakes with a request before it is canonicalized: another method, another base URL, or a URL that was changed on
//! its way.

use super::encoders::{ENCODERS, grouped};
use crate::canonical::text::replaced;
use crate::dialect::MethodCase;
use crate::input::Input;
use crate::text::Text;
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
/// The default context paths of Atlassian's products.
const CONTEXTS: [&str; 4] = ["/wiki", "/jira", "/confluence", "/bitbucket"];
/// The maximum number of segments of a guessed base path, as in `/ex/jira/<cloud id>`.
const SEGMENTS_OF_A_BASE: usize = 3;
/// The mistake of hashing a request before its last parameter is added.
pub(super) const PARAMETER_MISSING: &str = "parameter_missing";
/// The maximum number of parameters that are tried as missing.
const MISSING_PARAMETERS: usize = 24;

/// Every request that may have been hashed in place of this one, with the mistake.
pub(super) fn variants(input: &Input) -> Vec<Variant> {
    let Ok(request) = input.source() else { return Vec::new() };
    let target = Target::of(&request);
    let mut variants = Variants { input, target, found: Vec::new() };
    variants.methods();
    variants.methods_that_are_missing();
    variants.bases(&request);
    variants.paths(&request);
    variants.pairs(PairSource::Query);
    variants.pairs(PairSource::Form);
    variants.encoders();
    variants.targets();
    variants.origins(&request);
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

/// The source of pairs.
#[derive(Clone, Copy)]
enum PairSource {
    Query,
    Form,
}

impl PairSource {
    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Form => "form",
        }
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
            let mistake = RequestMistake {
                kind: RequestMistakeKind::Request,
                name: "another_method",
                clause: "QSH-M2",
                does: format!("the hash is that of a `{method}` request"),
                instead: format!("hash the method that is sent, `{sent}`"),
            };
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
                let mistake = RequestMistake {
                    kind: RequestMistakeKind::Request,
                    name: "method_missing",
                    clause: "QSH-M1",
                    does: format!("the method was not set, and `{text}` stands for it"),
                    instead: "hash the method that is sent".to_owned(),
                };
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
            };
            let dialect = choices.fold(Dialect::OFFICIAL, Dialect::with);
            let input = match &self.target.query {
                Some(query) if encoder.is_grouped => self.with_query(grouped(query)),
                _ => self.input.clone(),
            };
            self.found.push(Variant { mistake, input, dialect, part: Some(Part::Query) });
        }
    }

    /// A base path (QSH-P3) that was guessed from the path, or added before it.
    fn bases(&mut self, request: &Source<'_>) {
        let known = self.input.base_url.as_deref().map_or_else(
            || "no base URL was given here: give --base-url, if the receiver has one".to_owned(),
            |base| format!("the base URL is `{base}`, as the `installed` callback or the descriptor has it"),
        );
        let path = request.path();
        let guess = |base: &str| RequestMistake {
            kind: RequestMistakeKind::Request,
            name: "base_guessed",
            clause: "QSH-P3",
            does: match base.len() == path.len() {
                true => "the path is left out, as in a router that is mounted at it".to_owned(),
                false => {
                    format!("`{base}` is removed from the front of the path, as if it were the path of the base URL")
                }
            },
            instead: known.clone(),
        };
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        // A router that is mounted at the path removes the whole path, as in Express.
        let ends = slashes.skip(1).take(SEGMENTS_OF_A_BASE).chain([path.len()]);
        // A base URL is text, so it cannot contain bytes that are not UTF-8.
        for base in ends.map_while(|end| str::from_utf8(&path[..end]).ok()) {
            // `//a` cannot be the path of a base URL.
            if base.starts_with('/') && base.len() > 1 && !base.starts_with("//") {
                self.push(
                    Some(Part::Path),
                    guess(base),
                    Input { base_url: Some(base.to_owned()), ..self.input.clone() },
                );
            }
        }
        let own = str::from_utf8(request.base_path()).ok();
        let own = own.filter(|base| !base.is_empty() && !CONTEXTS.contains(base));
        for context in CONTEXTS.into_iter().chain(own) {
            let mistake = RequestMistake {
                kind: RequestMistakeKind::Request,
                name: "base_added",
                clause: "QSH-P3",
                does: format!("`{context}` stands in front of the path"),
                instead: "hash the path below the base URL".to_owned(),
            };
            let mut input = self.with_path([context.as_bytes(), path].concat());
            input.base_url = None;
            self.push(Some(Part::Path), mistake, input);
        }
    }

    /// Mistakes in a path when a URL is joined from pieces.
    fn paths(&mut self, request: &Source<'_>) {
        let below = request.path().strip_prefix(request.base_path()).unwrap_or_else(|| request.path()).to_vec();
        let mistake = RequestMistake {
            kind: RequestMistakeKind::Request,
            name: "slash_doubled",
            clause: "QSH-P8",
            does: "a second `/` stands in front of the path, as where a base URL ends with a slash".to_owned(),
            instead: "put base URL and path together with one slash".to_owned(),
        };
        let mut input = self.with_path([b"/", below.as_slice()].concat());
        input.base_url = None;
        self.push(Some(Part::Path), mistake, input);
    }

    /// Mistakes with a query or a form before or after hashing.
    fn pairs(&mut self, source: PairSource) {
        let text = match source {
            PairSource::Query => self.target.query.clone(),
            PairSource::Form => self
                .input
                .form
                .as_ref()
                .filter(|_| self.input.method.eq_ignore_ascii_case("POST"))
                .map(|form| form.clone().into_bytes()),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        let pairs: Vec<&[u8]> = text.split(|&byte| byte == b'&').collect();
        let tried = self.found.iter().filter(|variant| variant.mistake.name == PARAMETER_MISSING).count();
        for index in (0..pairs.len()).take(MISSING_PARAMETERS - tried) {
            let name = |pair: &[u8]| pair.split(|&byte| byte == b'=').next().unwrap_or_default().to_vec();
            let is_repeated = pairs.iter().filter(|pair| name(pair) == name(pairs[index])).count() > 1;
            let name = Text::from(if is_repeated { pairs[index].to_vec() } else { name(pairs[index]) });
            let rest: Vec<&[u8]> = [&pairs[..index], &pairs[index + 1..]].concat();
            self.with_pairs(
                source,
                PARAMETER_MISSING,
                rest.join(&b'&'),
                format!("the parameter `{name}` was not hashed"),
            );
        }
        if pairs.len() > 2 {
            let does = "everything from the first `&` on was lost, as in a shell without quotes".to_owned();
            self.with_pairs(source, "cut_at_ampersand", pairs[0].to_vec(), does);
        }
        let does = "`&` was written `&amp;`, as in HTML".to_owned();
        self.with_pairs(source, "html_ampersands", replaced(&text, b'&', b"&amp;"), does);
        let does = "every parameter counted twice, as where query and body are taken together".to_owned();
        self.with_pairs(source, "query_doubled", [text.as_slice(), &text].join(&b'&'), does);
    }

    fn with_pairs(&mut self, source: PairSource, name: &'static str, pairs: Vec<u8>, does: String) {
        let instead = format!("hash the {} that goes over the wire, when it is complete", source.name());
        let input = match source {
            PairSource::Query => self.with_query(pairs),
            PairSource::Form => self.with_form(pairs),
        };
        self.push(
            Some(Part::Query),
            RequestMistake { kind: RequestMistakeKind::Request, name, clause: "QSH-Q1", does, instead },
            input,
        );
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
            let mistake = RequestMistake {
                kind: RequestMistakeKind::Request,
                name,
                clause: "QSH-P1",
                does: does.to_owned(),
                instead: "leave scheme and host out".to_owned(),
            };
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
            let mistake = RequestMistake {
                kind: RequestMistakeKind::Request,
                name,
                clause: "QSH-P1",
                does: does.to_owned(),
                instead: "hash the URL as it goes over the wire; a proxy in between must leave it alone".to_owned(),
            };
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
            ("base_added", 4),
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
        assert_eq!(bases, ["/ex", "/ex/jira", "/ex/jira/1a2b", "/ex/jira/1a2b/rest/api"]);
    }
}
