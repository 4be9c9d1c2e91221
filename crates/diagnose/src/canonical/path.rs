//! The canonical path (QSH-P1 to QSH-P14), under any dialect.

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use qsh_hash::request::is_scheme_byte;

use super::base::without_base;
use super::blanks::without_blanks;
use super::refusal::Refusal;
use super::text::{self, replaced};
use super::{go_url, node_url, whatwg_url};
use crate::dialect::{
    Dialect, EmptyPath, FirstSegment, Fragment, InvalidPathEscape, LeadingSlash, LeadingSlashes, PathAmpersand,
    PathCharacters, PathEscapes, PathParameters, PathSegments, TargetPart, TrailingSlash,
};
use crate::percent;
use crate::source::Source;
use crate::trace::{Part, Recorder};

/// The schemes for which Python's `urlparse` splits off parameters (`urllib.parse.uses_params`). The empty entry means
/// that there is no scheme.
const SCHEMES_WITH_PARAMETERS: &[&str] = &[
    "", "ftp", "hdl", "prospero", "http", "https", "shttp", "rtsp", "rtsps", "rtspu", "sip", "sips", "mms", "sftp",
    "tel",
];

/// The path percent-encode set (URL standard, section 1.3).
const WHATWG: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

/// All characters except the unreserved ones, `/`, and `%`, which can begin an escape.
const SEGMENTS: &AsciiSet = &percent::SLASH_KEPT.remove(b'%');

/// The canonical path of a request.
pub(super) fn canonical(
    request: &Source<'_>,
    dialect: &Dialect,
    recorder: &mut impl Recorder,
) -> Result<Vec<u8>, Refusal> {
    let cleaned = without_blanks(request, dialect);
    let given = request.target();
    let request = &cleaned.as_ref().map_or(*request, |cleaned| cleaned.of(*request));
    let is_path = cleaned.as_ref().is_some_and(|cleaned| cleaned.is_path);
    let mut scheme = request.scheme().unwrap_or_default().to_ascii_lowercase();
    let mut refusal = None;
    let mut parameters = Vec::new();

    let mut path = given.to_vec();
    let mut step = |clause, apply: &mut dyn FnMut(Vec<u8>) -> Vec<u8>| {
        path = recorder.text(clause, Part::Path, std::mem::take(&mut path), apply);
    };
    if let Some(cleaned) = &cleaned {
        step("QSH-P12", &mut |_| cleaned.target.clone());
    }
    step("QSH-P2", &mut |target| with_fragment(target, request, dialect));
    step("QSH-P1", &mut |target| path_text(&target, request, dialect));
    step("QSH-P8", &mut |path| match dialect.leading_slashes {
        LeadingSlashes::Host if request.scheme().is_none() => without_host(path),
        _ => path,
    });
    step("QSH-P14", &mut |path| if is_path { path } else { first_segment(path, request, dialect, &mut scheme) });
    step("QSH-P12", &mut |path| characters(path, given, dialect));
    step("QSH-P13", &mut |path| segments(path, given, dialect));
    if dialect.invalid_path_escape == InvalidPathEscape::Refused && percent::decode(request.path()).invalid_escape {
        refusal = Some(Refusal { clause: "QSH-P11", what: "the path has a malformed escape" });
    }
    if dialect.path_characters == PathCharacters::Refused && !request.path().iter().all(is_allowed) {
        refusal = Some(Refusal { clause: "QSH-P12", what: "the path has a character that RFC 3986 does not allow" });
    }
    step("QSH-P11", &mut |path| escapes(path, dialect));
    step("QSH-P10", &mut |path| match dialect.path_parameters {
        PathParameters::LastCutOff if has_parameters(&scheme) => split_parameters(path, &mut Vec::new()),
        _ => path,
    });
    step("QSH-P3", &mut |path| {
        without_base(path, request, dialect).unwrap_or_else(|(path, refused)| {
            refusal = Some(refused);
            path
        })
    });
    step("QSH-P10", &mut |path| without_parameters(path, dialect, &scheme, &mut parameters));
    step("QSH-P8", &mut |path| match dialect.leading_slashes {
        LeadingSlashes::Kept | LeadingSlashes::Host => path,
        LeadingSlashes::Collapsed => [b"/", path.trim_start_with(b'/')].concat(),
    });
    step("QSH-P6", &mut |path| with_leading_slash(path, dialect));
    step("QSH-P7", &mut |path| trailing_slashes(path, dialect));
    step("QSH-P6", &mut |path| empty(path, dialect));
    step("QSH-P9", &mut |path| ampersands(path, dialect));
    step("QSH-P10", &mut |path| [path.as_slice(), &parameters].concat());
    step("QSH-P6", &mut |path| match dialect.leading_slash {
        LeadingSlash::Present | LeadingSlash::AsGiven => path,
        LeadingSlash::Missing => path.trim_start_with(b'/').to_vec(),
    });
    step("QSH-P12", &mut |path| match dialect.path_characters {
        PathCharacters::SlashEscaped => encoded(&path, percent::ENCODE_URI_COMPONENT),
        _ => path,
    });
    step("QSH-P1", &mut |path| with_front(path, request, dialect));
    refusal.map_or(Ok(path), Err)
}

/// QSH-P2: removes the fragment from the target. If the dialect keeps fragments, one without a query before it stays in
/// the path.
fn with_fragment(mut target: Vec<u8>, request: &Source<'_>, dialect: &Dialect) -> Vec<u8> {
    if let Some(fragment) = request.fragment()
        && (dialect.fragment == Fragment::Dropped || request.query().is_some())
    {
        target.truncate(target.len() - fragment.len() - 1);
    }
    target
}

/// QSH-P1: the path of a target, including a fragment that was kept.
fn path_text(target: &[u8], request: &Source<'_>, dialect: &Dialect) -> Vec<u8> {
    let behind = request.query().map_or(0, |query| query.len() + 1);
    let start = request.front().len();
    let end = if dialect.target == TargetPart::WithQuery { target.len() } else { target.len() - behind };
    target[start..end].to_vec()
}

/// QSH-P1: adds the text before the path that the dialect keeps. The base URL has been removed already.
fn with_front(path: Vec<u8>, request: &Source<'_>, dialect: &Dialect) -> Vec<u8> {
    let front = request.front();
    match (dialect.target, request.scheme()) {
        (TargetPart::WithHost, Some(scheme)) => [&front[scheme.len() + 3..], &path].concat(),
        (TargetPart::WithOrigin, _) => [front, &path].concat(),
        (TargetPart::Path | TargetPart::WithHost | TargetPart::WithQuery, _) => path,
    }
}

/// QSH-P14.
fn first_segment(path: Vec<u8>, request: &Source<'_>, dialect: &Dialect, scheme: &mut Vec<u8>) -> Vec<u8> {
    if dialect.first_segment == FirstSegment::Path || !request.is_relative() {
        return path;
    }
    let bare = path.trim_start_with(b'/');
    let Some(colon) = bare.iter().position(|&byte| !is_scheme_byte(byte)) else { return path };
    if bare[colon] != b':' || !bare[0].is_ascii_alphabetic() {
        return path;
    }
    *scheme = bare[..colon].to_ascii_lowercase();
    let rest = &bare[colon + 1..];
    without_host(rest.to_vec())
}

/// QSH-P12. What Node escapes depends on the original target.
fn characters(path: Vec<u8>, given: &[u8], dialect: &Dialect) -> Vec<u8> {
    let with_slashes = |path: Vec<u8>| path.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
    match dialect.path_characters {
        PathCharacters::AsReceived => path,
        PathCharacters::NodeLegacy => {
            let path: Vec<u8> = with_slashes(path);
            if node_url::takes_fast_way(given) { path } else { node_url::escape(&path) }
        }
        PathCharacters::Whatwg => {
            let path = if whatwg_url::takes_backslashes(given) { with_slashes(path) } else { path };
            encoded(&path, if whatwg_url::is_opaque(given) { CONTROLS } else { WHATWG })
        }
        PathCharacters::SpaceEscaped => replaced(&path, b' ', b"%20"),
        PathCharacters::Escaped => encoded(&path, SEGMENTS),
        // Applied later, after all other steps.
        PathCharacters::SlashEscaped => path,
        PathCharacters::TildeEscaped => replaced(&path, b'~', b"%7E"),
        PathCharacters::GoEscapedPath => go_url::escaped_path(path),
        // The caller refuses the request.
        PathCharacters::Refused => path,
        PathCharacters::LowerCase => text::folded(&path),
        PathCharacters::UpperCase => path.to_ascii_uppercase(),
        PathCharacters::Nfc => text::composed(&path),
    }
}

/// Whether a path can have this byte (RFC 3986, section 3.3). QSH-P11 is about the two digits after a `%`.
fn is_allowed(byte: &u8) -> bool {
    percent::is_unreserved(*byte) || b"/%!$&'()*+,;=:@".contains(byte)
}

fn encoded(text: &[u8], set: &'static AsciiSet) -> Vec<u8> {
    percent_encode(text, set).to_string().into_bytes()
}

/// QSH-P13.
fn segments(path: Vec<u8>, given: &[u8], dialect: &Dialect) -> Vec<u8> {
    match dialect.path_segments {
        PathSegments::EscapedDotsRemoved | PathSegments::DrivesKept if whatwg_url::is_opaque(given) => path,
        PathSegments::AsReceived => path,
        PathSegments::DotsRemoved => without_dots(&path, <[u8]>::to_vec, |_| false),
        PathSegments::EscapedDotsRemoved => without_dots(&path, |segment| percent::decode(segment).bytes, |_| false),
        PathSegments::DrivesKept => without_dots(&path, |segment| percent::decode(segment).bytes, is_drive),
        PathSegments::SlashesCollapsed => collapsed(&path),
        PathSegments::Normalized => without_dots(&collapsed(&path), <[u8]>::to_vec, |_| false),
    }
}

fn collapsed(path: &[u8]) -> Vec<u8> {
    let mut collapsed = path.to_vec();
    collapsed.dedup_by(|second, first| *second == b'/' && *first == b'/');
    collapsed
}

/// Resolves dot segments as in RFC 3986, section 5.2.4. `read` decodes a segment, and `stays` tells which segments `..`
/// does not remove.
fn without_dots(path: &[u8], read: fn(&[u8]) -> Vec<u8>, stays: fn(&[u8]) -> bool) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let segments: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    // The empty text before the first slash is not a segment.
    let root = usize::from(path.starts_with(b"/"));
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        match read(segment).as_slice() {
            dots @ (b"." | b"..") => {
                if dots == b".." && kept.len() > root {
                    kept.pop_if(|segment| !stays(segment));
                }
                if last {
                    kept.push(b"");
                }
            }
            _ => kept.push(segment),
        }
    }
    kept.join(&b'/')
}

/// A Windows drive, which the `url` crate keeps in any URL.
fn is_drive(segment: &[u8]) -> bool {
    matches!(segment, [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

/// QSH-P11.
fn escapes(path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    let rewritten = |rewrite: fn(u8, &[u8]) -> Vec<u8>| percent::rewrite_escapes(&path, rewrite);
    match dialect.path_escapes {
        PathEscapes::AsReceived => path,
        PathEscapes::Decoded => percent::decode(&path).bytes,
        PathEscapes::DecodedAsForm => percent::decode(&replaced(&path, b'+', b" ")).bytes,
        PathEscapes::UnreservedDecoded => {
            rewritten(|byte, escape| if percent::is_unreserved(byte) { vec![byte] } else { escape.to_vec() })
        }
        PathEscapes::UpperHex => rewritten(|_, escape| escape.to_ascii_uppercase()),
        PathEscapes::LowerHex => rewritten(|_, escape| escape.to_ascii_lowercase()),
        PathEscapes::EscapedAgain => replaced(&path, b'%', b"%25"),
        PathEscapes::SpaceAsPlus => {
            let escaped = rewritten(|byte, escape| if byte == b' ' { b"+".to_vec() } else { escape.to_vec() });
            replaced(&escaped, b' ', b"+")
        }
        PathEscapes::EscapedAnewAsForm => {
            encoded(&percent::decode(&replaced(&path, b'+', b" ")).bytes, percent::SLASH_KEPT)
        }
        PathEscapes::EscapedAnew => encoded(&percent::decode(&path).bytes, percent::SLASH_KEPT),
    }
}

/// QSH-P10: splits off parameters. Parameters that are kept are returned in `parameters`, with their `;`.
fn without_parameters(path: Vec<u8>, dialect: &Dialect, scheme: &[u8], parameters: &mut Vec<u8>) -> Vec<u8> {
    match dialect.path_parameters {
        // `LastCutOff` was applied before the base URL was removed.
        PathParameters::InPath | PathParameters::LastCutOff => path,
        PathParameters::SplitOff if has_parameters(scheme) => split_parameters(path, parameters),
        PathParameters::SplitOff => path,
        PathParameters::CutOff => path.split(|&byte| byte == b';').next().unwrap_or_default().to_vec(),
        PathParameters::Removed => {
            let bare = |segment: &[u8]| segment.split(|&byte| byte == b';').next().unwrap_or_default().to_vec();
            path.split(|&byte| byte == b'/').map(bare).collect::<Vec<_>>().join(&b'/')
        }
    }
}

/// Whether Python's `urlparse` looks for parameters in URLs of that scheme.
fn has_parameters(scheme: &[u8]) -> bool {
    SCHEMES_WITH_PARAMETERS.iter().any(|known| known.as_bytes() == scheme)
}

fn split_parameters(mut path: Vec<u8>, parameters: &mut Vec<u8>) -> Vec<u8> {
    let last_segment = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
    if let Some(semicolon) = path[last_segment..].iter().position(|&byte| byte == b';') {
        *parameters = path.split_off(last_segment + semicolon);
        if parameters.len() == 1 {
            parameters.clear();
        }
    }
    path
}

/// QSH-P8: removes a leading `//host`.
fn without_host(path: Vec<u8>) -> Vec<u8> {
    let Some(hierarchy) = path.strip_prefix(b"//") else { return path };
    let host = hierarchy.iter().position(|&byte| byte == b'/').unwrap_or(hierarchy.len());
    hierarchy[host..].to_vec()
}

/// QSH-P6: a path begins with `/`. A later step handles an empty path.
fn with_leading_slash(mut path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    if dialect.leading_slash != LeadingSlash::AsGiven && !path.is_empty() && !path.starts_with(b"/") {
        path.insert(0, b'/');
    }
    path
}

/// QSH-P7.
fn trailing_slashes(mut path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    let mut allowed = match dialect.trailing_slash {
        TrailingSlash::Added => {
            path.extend(if path.ends_with(b"/") { None } else { Some(b'/') });
            0
        }
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
fn ampersands(path: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.path_ampersand {
        // `SlashEscaped` escapes it later.
        PathAmpersand::Escaped if dialect.path_characters == PathCharacters::SlashEscaped => path,
        PathAmpersand::Escaped => replaced(&path, b'&', b"%26"),
        PathAmpersand::Kept => path,
        PathAmpersand::FirstOnly => path.splitn(2, |&byte| byte == b'&').collect::<Vec<_>>().join(b"%26".as_slice()),
        PathAmpersand::EscapedTwice => replaced(&path, b'&', b"%2526"),
        PathAmpersand::Html => replaced(&path, b'&', b"&amp;"),
    }
}

/// The equivalent of `str::trim_start_matches` for bytes.
trait TrimStart {
    fn trim_start_with(&self, byte: u8) -> &[u8];
}

impl TrimStart for [u8] {
    fn trim_start_with(&self, byte: u8) -> &[u8] {
        &self[self.iter().take_while(|&&found| found == byte).count()..]
    }
}
