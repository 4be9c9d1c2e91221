//! Tokens in text that people paste, and the `qsh` claim of a token that nobody has verified.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use data_encoding::BASE64URL_NOPAD;
use memchr::memmem;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::hash::without_quotes;

/// The largest number of places of one text where a token is looked for.
const MOST: usize = 1000;
/// The largest number of pieces that line breaks and blanks cut a token into.
const PIECES: usize = 200;
/// The length of the longest token that is put together from pieces.
const LONGEST: usize = 1 << 16;

/// Reads the `qsh` claim of a token. Nothing else of the token is checked, and no error repeats a part of it.
///
/// # Errors
///
/// The token cannot be decoded, or has not exactly one `qsh` claim that is a text.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::intake::{TokenProblem, qsh_claim};
///
/// assert_eq!(qsh_claim("e30.eyJxc2giOiJhYmMifQ.c2ln"), Ok("abc".to_owned()));
/// assert_eq!(qsh_claim("e30.e30.c2ln"), Err(TokenProblem::NoClaim));
/// ```
pub fn qsh_claim(token: &str) -> Result<String, TokenProblem> {
    let segments: Vec<&str> = token.split('.').take(4).collect();
    let [_, payload, _] = segments.as_slice() else { return Err(TokenProblem::Segments) };
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).map_err(|_| TokenProblem::Encoding)?;
    if !matches!(serde_json::from_slice(&payload), Ok(Value::Object(_))) {
        return Err(TokenProblem::NoObject);
    }
    // The payload is an object, so a second qsh member is the only possible error.
    match serde_json::from_slice::<Claims>(&payload).map_err(|_| TokenProblem::TwoClaims)?.qsh {
        Some(Value::String(qsh)) if qsh.is_empty() => Err(TokenProblem::EmptyClaim),
        Some(Value::String(qsh)) => Ok(qsh),
        Some(_) => Err(TokenProblem::NoText),
        None => Err(TokenProblem::NoClaim),
    }
}

/// The only claim that is read. A `null` is `Some(Null)`.
#[derive(Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "present")]
    qsh: Option<Value>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Why a token has no usable `qsh` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenProblem {
    /// It does not have three segments.
    Segments,
    /// The payload is not base64url.
    Encoding,
    /// The payload is not a JSON object.
    NoObject,
    /// There is no `qsh` claim.
    NoClaim,
    /// There are two `qsh` claims.
    TwoClaims,
    /// The claim is empty.
    EmptyClaim,
    /// The claim is not a string.
    NoText,
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Segments => "the token does not have three segments: expected header.payload.signature",
            Self::Encoding => "the token's payload is not base64url: expected A-Z, a-z, 0-9, - and _, without padding",
            Self::NoObject => "the token's payload is not a JSON object",
            Self::NoClaim => "the token has no qsh claim",
            Self::TwoClaims => "the token has two qsh claims",
            Self::EmptyClaim => "the token's qsh claim is empty",
            Self::NoText => "the token's qsh claim is not a string",
        })
    }
}

impl Error for TokenProblem {}

/// Takes a token out of the text that was pasted in its place: with a scheme such as `JWT`, the name of the header, quotes,
/// line breaks, or the whole URL with a `jwt` parameter. `None` if there is none, or more than one.
///
/// A text without anything around it is returned as it is, even if it is no token.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::intake::pasted_token;
///
/// let token = "eyJhbGciOiJIUzI1NiJ9.eyJxc2giOiJhYmMifQ.c2ln";
/// for pasted in [
///     token.to_owned(),
///     format!("Authorization: JWT {token}\n"),
///     format!("'bearer {token}'"),
///     format!("https://app.example.com/panel?lic=active&jwt={token}"),
///     token.replace(".eyJx", ".\n  eyJx"),
/// ] {
///     assert_eq!(pasted_token(&pasted).as_deref(), Some(token));
/// }
/// assert_eq!(pasted_token("it is a secret"), None);
/// ```
pub fn pasted_token(text: &str) -> Option<String> {
    let text = text.trim();
    let is_around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ':' | '/' | '?' | ',' | '…' | '%');
    if !text.contains(is_around) && !text.contains("jwt=") && !text.contains("..") {
        return Some(text.to_owned());
    }
    let found: Vec<Found> = find(text).into_iter().filter(|found| found.state != State::Cut).collect();
    match found.as_slice() {
        [one, others @ ..] if others.iter().all(|other| other.text == one.text) => Some(one.text.clone()),
        [] => bare(text),
        _ => None,
    }
}

/// A token whose header does not begin as usual, after a scheme or the name of the header.
pub(super) fn readable(text: &str) -> Option<String> {
    bare(text).filter(|token| has_claims(token))
}

/// The same, if it can be decoded or not: three segments with nothing else around them.
fn bare(text: &str) -> Option<String> {
    let text = without_quotes(without_scheme(without_quotes(text)).1);
    let joined: String = text.split_whitespace().collect();
    let is_token = joined.bytes().filter(|byte| *byte == b'.').count() == 2 && joined.bytes().all(is_token_byte);
    is_token.then_some(joined)
}

/// The words that stand in front of a token.
const SCHEMES: [&str; 2] = ["jwt", "bearer"];

/// Whether a word is the name of the header or a scheme, which a token follows.
pub(super) fn is_front(word: &str) -> bool {
    let word = word.strip_suffix(':').unwrap_or(word);
    word.eq_ignore_ascii_case("authorization") || is_scheme(word)
}

/// Whether a word is a scheme that a token follows.
pub(super) fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// The scheme in front of a token as it stands there, and the rest.
pub(super) fn without_scheme(text: &str) -> (Option<&str>, &str) {
    let mut rest = text.trim();
    let mut scheme = None;
    while let Some((word, after)) = rest.split_once(char::is_whitespace).filter(|(word, _)| is_front(word)) {
        if !word.ends_with(':') {
            scheme = Some(word);
        }
        rest = after.trim_start();
    }
    (scheme, rest)
}

/// How much of a token is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Whole,
    /// The claims can be read, but the signature is missing or cut off.
    EndCut,
    /// The claims cannot be read.
    Cut,
    /// It is longer than any verifier reads (JWT-6).
    TooLong,
}

/// A token in a text.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) state: State,
    /// Whether it was put together from several pieces.
    pub(super) is_joined: bool,
}

/// Finds all tokens whose header begins with `{"`.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let starts = memmem::find_iter(text.as_bytes(), b"eyJ").filter(|start| is_start(&text.as_bytes()[..*start]));
    for start in starts.take(MOST) {
        if found.last().is_none_or(|last| start >= last.range.end) {
            found.extend(take(text, start));
        }
    }
    found
}

/// Whether a token can begin after these bytes. An escape such as `%3D` ends what is before it.
fn is_start(before: &[u8]) -> bool {
    let escape = before.len().checked_sub(3).map(|at| &before[at..]);
    let is_escape = escape.is_some_and(|escape| escape[0] == b'%' && escape[1..].iter().all(u8::is_ascii_hexdigit));
    is_escape || before.last().is_none_or(|byte| !is_token_byte(*byte))
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Reads a token from this place on. `None` if the text is nothing like a token.
fn take(text: &str, start: usize) -> Option<Found> {
    let Pieces { mut joined, ends, is_cut } = pieces(text, start);
    let needed = if is_cut { 1 } else { 2 };
    let whole = ends.iter().position(|end| end.dots >= needed).filter(|_| has_claims(&joined));
    // A message of a library may show header and claims only: what was signed.
    let signed = || ends.iter().position(|end| end.dots == 1).filter(|at| has_claims(&joined[..ends[*at].joined]));
    let is_short = whole.is_none() && ends.iter().all(|end| end.dots < 2);
    let readable = whole.or_else(|| if is_short { signed() } else { None });
    // The rest of the signature may follow a line break. Its length tells.
    let place = readable.map(|readable| {
        let lengths = signature_lengths(&joined);
        let front = joined.match_indices('.').nth(1).map_or(joined.len(), |(at, _)| at + 1);
        let is_whole = |end: &End| end.dots == 2 && lengths.contains(&(end.joined - front));
        ends[readable..].iter().position(is_whole).map_or(readable, |more| readable + more)
    });
    let end = &ends[place.unwrap_or(0)];
    let is_like_one = place.is_some() || is_cut || end.dots > 0;
    let is_long = end.joined > LONGEST && joined.split_once('.').is_some_and(|(header, _)| object(header).is_some());
    joined.truncate(end.joined);
    if place.is_some() && end.dots == 1 {
        joined.push('.');
    }
    let state = match place {
        _ if is_long => State::TooLong,
        None => State::Cut,
        Some(place) if is_short || is_cut && place + 1 == ends.len() => State::EndCut,
        Some(_) => State::Whole,
    };
    let is_joined = place.is_some_and(|place| place > 0);
    is_like_one.then_some(Found { range: start..end.text, text: joined, state, is_joined })
}

/// A text that may be a token, in pieces with white space between them. There is at least one piece.
struct Pieces {
    joined: String,
    ends: Vec<End>,
    /// Whether an ellipsis stands in the last piece, or after it.
    is_cut: bool,
}

/// The end of a piece.
struct End {
    /// In the text.
    text: usize,
    /// In the text that is joined.
    joined: usize,
    /// The number of dots up to here.
    dots: usize,
}

fn pieces(text: &str, start: usize) -> Pieces {
    let mut pieces = Pieces { joined: String::new(), ends: Vec::new(), is_cut: false };
    let mut at = start;
    loop {
        let known = pieces.joined.len();
        let end = at + run(&text[at..], &mut pieces.joined);
        let from = known.saturating_sub(1);
        if let Some(ellipsis) = pieces.joined[from..].find("..") {
            pieces.joined.truncate(from + ellipsis);
            pieces.is_cut = true;
            // Its first dot may be the last letter of the piece before.
            let (length, dots) = (pieces.joined.len(), dots_in(&pieces.joined));
            for end in pieces.ends.iter_mut().filter(|end| end.joined > length) {
                (end.joined, end.dots) = (length, dots);
            }
        }
        pieces.is_cut |= text[end..].starts_with('…');
        // A full stop after a token ends a sentence.
        if pieces.joined.ends_with('.') && dots_in(&pieces.joined) == 3 {
            pieces.joined.pop();
        }
        pieces.ends.push(End { text: end, joined: pieces.joined.len(), dots: dots_in(&pieces.joined) });
        let rest = &text[end..];
        let next = after_blanks(rest);
        let is_another = next.starts_with("eyJ") && !pieces.joined.ends_with('.');
        let goes_on = next.len() < rest.len() && next.starts_with(is_token_char) && !is_another;
        if pieces.is_cut || !goes_on || pieces.ends.len() == PIECES || pieces.joined.len() > LONGEST {
            return pieces;
        }
        at = text.len() - next.len();
    }
}

fn dots_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'.').count()
}

/// The text after white space, and after the escapes of ends of lines that a program or a shell has in it.
fn after_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(after) = ["\\r", "\\n", "\\\r\n", "\\\n"].iter().find_map(|escape| rest.strip_prefix(escape)) {
        rest = after.trim_start();
    }
    rest
}

fn is_token_char(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| is_token_byte(byte) || byte == b'%')
}

/// Appends the characters of a token at the start of a text, and returns how many bytes of the text they take. The
/// characters that need no escape in a URL may be escaped.
fn run(text: &str, token: &mut String) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && token.len() <= 2 * LONGEST {
        let escaped = || match bytes.get(at..at + 3)? {
            b"%2E" | b"%2e" => Some('.'),
            b"%2D" | b"%2d" => Some('-'),
            b"%5F" | b"%5f" => Some('_'),
            _ => None,
        };
        if is_token_byte(bytes[at]) {
            token.push(char::from(bytes[at]));
            at += 1;
        } else if let Some(character) = escaped() {
            token.push(character);
            at += 3;
        } else {
            break;
        }
    }
    at
}

fn object(segment: &str) -> Option<serde_json::Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(segment.as_bytes()).ok()?).ok()
}

/// The `qsh` of a payload that stands alone.
pub(super) fn qsh_of_payload(segment: &str) -> Option<String> {
    object(segment.trim_end_matches('='))?.get("qsh")?.as_str().map(str::to_owned)
}

/// Whether the first two segments are JSON objects.
fn has_claims(token: &str) -> bool {
    token.split('.').take(2).all(|segment| object(segment).is_some())
}

/// The lengths that a signature of the token's algorithm can have.
fn signature_lengths(token: &str) -> &'static [usize] {
    let header = token.split('.').next().and_then(object).unwrap_or_default();
    match header.get("alg").and_then(Value::as_str) {
        Some("HS256") => &[43],
        Some("HS384") => &[64],
        Some("HS512" | "ES256") => &[86],
        Some("ES384") => &[128],
        Some("ES512") => &[176],
        Some("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512") => &[342, 512, 683],
        _ => &[],
    }
}
