//! Mistakes with a path: another base path, a parent path, or a path that was joined wrongly.

use super::{RequestMistake, Variants};
use crate::input::Input;
use crate::{Part, Source};

/// The default context paths of Atlassian's products.
const CONTEXTS: [&str; 5] = ["/wiki", "/jira", "/confluence", "/bitbucket", "/stash"];
/// The maximum number of segments of a path that are tried as a base path or left out.
const SEGMENTS: usize = 24;
/// The versions of the REST interfaces of Jira (`2`, `3`, `latest`) and of Confluence and Bitbucket (`1.0`, `2.0`), as they
/// stand in a path after `/rest/api/` and similar.
const VERSIONS: [&str; 5] = ["2", "3", "latest", "1.0", "2.0"];

const NODE: &str = "atlassian-jwt 2.0.3 for Node, run with a request that was made by hand";

impl Variants<'_> {
    /// A base path (QSH-P3) that was guessed from the path, or added before it.
    pub(super) fn bases(&mut self, request: &Source<'_>) {
        let known = self.input.base_url.as_deref().map_or_else(
            || "no base URL was given here: give --base-url, if the receiver has one".to_owned(),
            |base| format!("the base URL is `{base}`, as the `installed` callback or the descriptor has it"),
        );
        let path = request.path();
        let guess = |base: &str| {
            let does = match base.len() == path.len() {
                true => "the path is left out, as in a router that is mounted at it".to_owned(),
                false => {
                    format!("`{base}` is removed from the front of the path, as if it were the path of the base URL")
                }
            };
            RequestMistake::new("base_guessed", "QSH-P3", does, known.clone())
        };
        // A router that is mounted at the path removes the whole path, as in Express.
        let ends = slashes(path).into_iter().skip(1).chain([path.len()]);
        // A base URL is text, so it cannot contain bytes that are not UTF-8.
        for base in ends.map_while(|end| str::from_utf8(&path[..end]).ok()) {
            // `//a` cannot be the path of a base URL.
            if base.starts_with('/') && base.len() > 1 && !base.starts_with("//") {
                let input = Input { base_url: Some(base.to_owned()), ..self.input.clone() };
                self.push(Some(Part::Path), guess(base), input);
            }
        }
        let own = str::from_utf8(request.base_path()).ok();
        let own = own.filter(|base| !base.is_empty() && !CONTEXTS.contains(base));
        for context in CONTEXTS.into_iter().chain(own) {
            self.with_front(context.as_bytes(), path);
        }
        // If the path does not begin with the base, a part of the base can still have been put in front of it.
        if path.strip_prefix(request.base_path()).is_none() {
            for at in slashes(request.base_path()).into_iter().skip(1) {
                let (front, end) = request.base_path().split_at(at);
                self.with_front(front, path);
                self.with_front(end, path);
            }
        }
    }

    /// A base path that was added before the path.
    fn with_front(&mut self, front: &[u8], path: &[u8]) {
        let does = format!("`{}` stands in front of the path", String::from_utf8_lossy(front));
        let mistake = RequestMistake::new("base_added", "QSH-P3", does, "hash the path below the base URL");
        self.path_only(mistake, [front, path].concat());
    }

    /// A path of which the last segments were left out (QSH-P1).
    pub(super) fn parents(&mut self, request: &Source<'_>) {
        let path = request.path();
        let shortest = if path.starts_with(request.base_path()) { request.base_path().len() } else { 0 };
        let ends = slashes(path).into_iter().filter(|end| *end > shortest && *end + 1 < path.len());
        for end in ends {
            let parent = &path[..end];
            let does = format!("`{}` was hashed, a parent of the path", String::from_utf8_lossy(&parent[shortest..]));
            let instead = "hash the path that is sent, with all of its segments";
            let input = self.with_path(parent.to_vec());
            self.push(Some(Part::Path), RequestMistake::new("parent_path", "QSH-P1", does, instead), input);
        }
        let does = "`/` was hashed in place of the path, as if the library was not given the path";
        let instead = "give the path under the name that the library reads, such as `pathname`";
        self.path_only(RequestMistake::new("path_missing", "QSH-P1", does, instead).from(NODE), b"/".to_vec());
    }

    /// Mistakes in a path when a URL is joined from pieces, or given in place of a path.
    pub(super) fn paths(&mut self, request: &Source<'_>) {
        let below = request.path().strip_prefix(request.base_path()).unwrap_or_else(|| request.path()).to_vec();
        let does = "a second `/` stands in front of the path, as where a base URL ends with a slash";
        let instead = "put base URL and path together with one slash";
        let mistake = RequestMistake::new("slash_doubled", "QSH-P8", does, instead);
        self.path_only(mistake, [b"/", below.as_slice()].concat());
        let Some(origin) = origin(request) else { return };
        let host = origin.split("://").nth(1).unwrap_or_default().as_bytes();
        let instead = "give the path below the base URL to the library";
        let base = request.base_path();
        for (name, what, path) in [
            ("url_as_path", "the URL without its query", [origin.as_bytes(), request.path()].concat()),
            ("base_as_path", "the base URL", [origin.as_bytes(), base].concat()),
            ("base_as_path", "the path of the base URL", base.strip_prefix(b"/").unwrap_or_default().to_vec()),
            ("host_in_path", "host and path", [host, request.path()].concat()),
            ("host_in_path", "the host and the path below the base URL", [host, below.as_slice()].concat()),
        ] {
            if !path.is_empty() {
                let does = format!("{what} was hashed in the place of the path, after a `/`");
                let mistake = RequestMistake::new(name, "QSH-P1", does, instead).from(NODE);
                self.path_only(mistake, [b"/", path.as_slice()].concat());
            }
        }
    }

    /// Another version of a REST interface.
    pub(super) fn versions(&mut self, request: &Source<'_>) {
        let segments: Vec<&[u8]> = request.path().split(|byte| *byte == b'/').collect();
        for (at, found) in segments.iter().enumerate().filter(|(at, _)| is_version(&segments, *at)) {
            for version in VERSIONS.iter().filter(|version| version.as_bytes() != *found) {
                let mut changed = segments.clone();
                changed[at] = version.as_bytes();
                let does = format!("version `{version}` of the interface was hashed");
                let instead = format!("hash version `{}`, which is sent", String::from_utf8_lossy(found));
                let mistake = RequestMistake::new("another_version", "QSH-P1", does, instead);
                let input = self.with_path(changed.join(&b'/'));
                self.push(Some(Part::Path), mistake, input);
            }
        }
    }

    /// A path that takes the place of the path below the base URL.
    fn path_only(&mut self, mistake: RequestMistake, path: Vec<u8>) {
        let input = Input { base_url: None, ..self.with_path(path) };
        self.push(Some(Part::Path), mistake, input);
    }
}

/// Whether a segment is the version of an interface: after `api` or `agile`, or at the front.
fn is_version(segments: &[&[u8]], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| segments[before]);
    let is_place = matches!(before, Some(b"api" | b"agile")) || at == 1;
    is_place && VERSIONS.iter().any(|version| version.as_bytes() == segments[at])
}

/// The places of the first slashes of a path.
fn slashes(path: &[u8]) -> Vec<usize> {
    path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at).take(SEGMENTS).collect()
}

/// Scheme and host of the URL, or else of the base URL.
pub(crate) fn origin(request: &Source<'_>) -> Option<String> {
    let front = str::from_utf8(request.front()).ok().filter(|front| front.contains("://"));
    let of_base = || {
        let (scheme, rest) = request.base_url()?.split_once("://")?;
        Some(format!("{scheme}://{}", rest.split(['/', '?', '#']).next()?))
    };
    front.map(str::to_owned).or_else(of_base)
}
