//! The canonical path (QSH-P1 to QSH-P14), under any dialect.

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::Refusal;
use super::dialect::{
    BaseBoundary, BaseMismatch, BaseRemoval, Dialect, EmptyPath, FirstSegment, Fragment, LeadingSlashes, PathAmpersand,
    PathCharacters, PathEscapes, PathParameters, PathSegments, TrailingSlash,
};
use super::trace::{Part, Recorder};
use crate::percent;
use crate::request::{Request, is_scheme_byte};

/// The schemes whose paths Python's `urlparse` splits parameters from (`urllib.parse.uses_params`); the empty one is no
/// scheme.
const SCHEMES_WITH_PARAMETERS: &[&str] = &[
    "", "ftp", "hdl", "prospero", "http", "https", "shttp", "rtsp", "rtsps", "rtspu", "sip", "sips", "mms", "sftp",
    "tel",
];

/// What Node's `url.parse` escapes in a path, unless it takes its fast way; `\` has become `/` by then.
const NODE_LEGACY: &AsciiSet = &AsciiSet::EMPTY
    .add(b'\t')
    .add(b'\n')
    .add(b'\r')
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path percent-encode set (URL standard, section 1.3).
const WHATWG: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'^').add(b'`').add(b'{').add(b'}');

/// The canonical path of a request.
pub(super) fn canonical(
    request: &Request<'_>,
    dialect: &Dialect,
    recorder: &mut impl Recorder,
) -> Result<Vec<u8>, Refusal> {
    let mut scheme = request.scheme().unwrap_or_default().to_ascii_lowercase();
    let mut refusal = None;
    let mut parameters = Vec::new();

    let mut path = request.path().to_vec();
    let mut step = |clause, apply: &mut dyn FnMut(Vec<u8>) -> Vec<u8>| {
        path = recorder.text(clause, Part::Path, std::mem::take(&mut path), apply);
    };
    step("QSH-P2", &mut |path| with_fragment(path, request, dialect));
    step("QSH-P14", &mut |path| first_segment(path, request, dialect, &mut scheme));
    step("QSH-P12", &mut |path| characters(path, request, dialect));
    step("QSH-P13", &mut |path| {
        if dialect.path_segments == PathSegments::DotsRemoved { without_dots(&path) } else { path }
    });
    step("QSH-P11", &mut |path| match dialect.path_escapes {
        PathEscapes::AsReceived => path,
        PathEscapes::Decoded => percent::decode(&path).bytes,
    });
    step("QSH-P3", &mut |path| {
        without_base(path, request, dialect).unwrap_or_else(|(path, refused)| {
            refusal = Some(refused);
            path
        })
    });
    step("QSH-P10", &mut |path| split_parameters(path, dialect, &scheme, &mut parameters));
    step("QSH-P8", &mut |path| match dialect.leading_slashes {
        LeadingSlashes::Kept => path,
        LeadingSlashes::Collapsed => [b"/", path.trim_start_with(b'/')].concat(),
    });
    step("QSH-P6", &mut with_leading_slash);
    step("QSH-P7", &mut |path| trailing_slashes(path, dialect));
    step("QSH-P6", &mut |path| empty(path, dialect));
    step("QSH-P9", &mut |path| match dialect.path_ampersand {
        PathAmpersand::Escaped => escape_ampersands(path),
        PathAmpersand::Kept => path,
    });
    step("QSH-P10", &mut |path| [path.as_slice(), &parameters].concat());
    refusal.map_or(Ok(path), Err)
}

/// QSH-P2, for a fragment that would be kept where there is no query to keep it.
fn with_fragment(mut path: Vec<u8>, request: &Request<'_>, dialect: &Dialect) -> Vec<u8> {
    if let (Fragment::Kept, None, Some(fragment)) = (dialect.fragment, request.query(), request.fragment()) {
        path.push(b'#');
        path.extend_from_slice(fragment);
    }
    path
}

/// QSH-P14.
fn first_segment(path: Vec<u8>, request: &Request<'_>, dialect: &Dialect, scheme: &mut Vec<u8>) -> Vec<u8> {
    if dialect.first_segment == FirstSegment::Path || request.scheme().is_some() {
        return path;
    }
    let bare = path.trim_start_with(b'/');
    let Some(colon) = bare.iter().position(|&byte| !is_scheme_byte(byte)) else { return path };
    if bare[colon] != b':' || !bare[0].is_ascii_alphabetic() {
        return path;
    }
    *scheme = bare[..colon].to_ascii_lowercase();
    let rest = &bare[colon + 1..];
    match rest.strip_prefix(b"//") {
        Some(hierarchy) => {
            let host = hierarchy.iter().position(|&byte| byte == b'/').unwrap_or(hierarchy.len());
            hierarchy[host..].to_vec()
        }
        None => rest.to_vec(),
    }
}

/// QSH-P12.
fn characters(path: Vec<u8>, request: &Request<'_>, dialect: &Dialect) -> Vec<u8> {
    let with_slashes = |path: Vec<u8>| path.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
    match dialect.path_characters {
        PathCharacters::AsReceived => path,
        PathCharacters::NodeLegacy => {
            let path: Vec<u8> = with_slashes(path);
            let fast = request.scheme().is_none() && !request.target().iter().any(u8::is_ascii_whitespace);
            if fast { path } else { escape(&path, NODE_LEGACY) }
        }
        PathCharacters::Whatwg => {
            let path: Vec<u8> = with_slashes(path);
            percent_encode(&path, WHATWG).to_string().into_bytes()
        }
    }
}

/// Escapes ASCII characters only: [`percent_encode`] would escape every other byte as well.
fn escape(text: &[u8], set: &'static AsciiSet) -> Vec<u8> {
    text.chunk_by(|a, b| a.is_ascii() == b.is_ascii())
        .flat_map(|run| if run.is_ascii() { percent_encode(run, set).to_string().into_bytes() } else { run.to_vec() })
        .collect()
}

/// QSH-P13, resolved as RFC 3986, section 5.2.4 does.
fn without_dots(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let segments: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        match *segment {
            b"." | b".." => {
                if *segment == b".." && kept.len() > 1 {
                    kept.pop();
                }
                if last {
                    kept.push(b"");
                }
            }
            other => kept.push(other),
        }
    }
    kept.join(&b'/')
}

/// QSH-P3, QSH-P4 and QSH-P5. The error carries the path back, for the trace.
fn without_base(path: Vec<u8>, request: &Request<'_>, dialect: &Dialect) -> Result<Vec<u8>, (Vec<u8>, Refusal)> {
    let base = request.base_path();
    let rest = match dialect.base_removal {
        BaseRemoval::None => Some(path.clone()),
        BaseRemoval::Wiki => Some(path.strip_prefix(b"/wiki").map_or_else(|| path.clone(), <[u8]>::to_vec)),
        BaseRemoval::WikiAnywhere => Some(remove_all(&path, b"/wiki")),
        _ if base.is_empty() && dialect.base_removal != BaseRemoval::Text => Some(path.clone()),
        BaseRemoval::Front => prefix_removed(&path, base, dialect.base_boundary, |a, b| a == b),
        BaseRemoval::Pattern => prefix_removed(&path, base, dialect.base_boundary, |a, b| a == b || b == b'.'),
        BaseRemoval::Sliced => Some(path.get(base.len()..).unwrap_or_default().to_vec()),
        BaseRemoval::Anywhere => Some(remove_all(&path, base)),
        BaseRemoval::Text => text_removed(request),
    };
    match (rest, dialect.base_mismatch) {
        (Some(rest), _) => Ok(rest),
        (None, BaseMismatch::Kept) => Ok(path),
        (None, BaseMismatch::Refused) => {
            Err((path, Refusal { clause: "QSH-P5", what: "the path does not begin with the path of the base URL" }))
        }
    }
}

fn prefix_removed(path: &[u8], base: &[u8], boundary: BaseBoundary, same: impl Fn(u8, u8) -> bool) -> Option<Vec<u8>> {
    let (front, rest) = path.split_at_checked(base.len())?;
    let at_boundary = boundary == BaseBoundary::Character || rest.is_empty() || rest.starts_with(b"/");
    (at_boundary && front.iter().zip(base).all(|(&a, &b)| same(a, b))).then(|| rest.to_vec())
}

/// The URL's text behind that of the base URL, with the query and without the fragment.
fn text_removed(request: &Request<'_>) -> Option<Vec<u8>> {
    let text = request.target();
    let end = text.len() - request.fragment().map_or(0, |fragment| fragment.len() + 1);
    let base = request.base_url().unwrap_or_default().trim_end_matches('/').as_bytes();
    let front = if request.scheme().is_some() { base } else { request.base_path() };
    text[..end].strip_prefix(front).map(<[u8]>::to_vec)
}

fn remove_all(path: &[u8], part: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(&first) = rest.first() {
        match rest.strip_prefix(part) {
            Some(behind) => rest = behind,
            None => {
                kept.push(first);
                rest = &rest[1..];
            }
        }
    }
    kept
}

/// QSH-P10: what is split off is handed back in `parameters`, with its `;`.
fn split_parameters(mut path: Vec<u8>, dialect: &Dialect, scheme: &[u8], parameters: &mut Vec<u8>) -> Vec<u8> {
    if dialect.path_parameters == PathParameters::InPath
        || !SCHEMES_WITH_PARAMETERS.iter().any(|known| known.as_bytes() == scheme)
    {
        return path;
    }
    let last_segment = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
    if let Some(semicolon) = path[last_segment..].iter().position(|&byte| byte == b';') {
        *parameters = path.split_off(last_segment + semicolon);
        if parameters.len() == 1 {
            parameters.clear();
        }
    }
    path
}

/// QSH-P6: a path begins with `/`. What becomes of an empty one is decided last.
fn with_leading_slash(mut path: Vec<u8>) -> Vec<u8> {
    if !path.is_empty() && !path.starts_with(b"/") {
        path.insert(0, b'/');
    }
    path
}

/// QSH-P7.
fn trailing_slashes(mut path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    let mut allowed = match dialect.trailing_slash {
        TrailingSlash::Kept => 0,
        TrailingSlash::One => 1,
        TrailingSlash::Two => 2,
        TrailingSlash::All => usize::MAX,
    };
    while allowed > 0 && path.len() > 1 && path.ends_with(b"/") {
        path.pop();
        allowed -= 1;
    }
    path
}

/// QSH-P6.
fn empty(path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.empty_path {
        EmptyPath::Slash if path.is_empty() => b"/".to_vec(),
        EmptyPath::EmptyForRoot if path == b"/" => Vec::new(),
        EmptyPath::Slash | EmptyPath::Kept | EmptyPath::EmptyForRoot => path,
    }
}

/// QSH-P9.
fn escape_ampersands(path: Vec<u8>) -> Vec<u8> {
    if !path.contains(&b'&') {
        return path;
    }
    path.split(|&byte| byte == b'&').collect::<Vec<_>>().join(b"%26".as_slice())
}

/// What `str::trim_start_matches` does for text.
trait TrimStart {
    fn trim_start_with(&self, byte: u8) -> &[u8];
}

impl TrimStart for [u8] {
    fn trim_start_with(&self, byte: u8) -> &[u8] {
        &self[self.iter().take_while(|&&found| found == byte).count()..]
    }
}
