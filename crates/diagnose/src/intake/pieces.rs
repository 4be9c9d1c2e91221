//! [`Piece`]: one argument, one file, or what came from stdin; and what each is taken for.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::builder::Builder;
use super::client::{self, Options};
use super::curl::{self, Command};
use super::error::IntakeError;
use super::evidence::Evidence;
use super::found_token::Carried;
use super::hash::{HashText, METHODS, Owner, pasted_hash};
use super::http_message::{self, Message};
use super::json::{self, Json};
use super::{httpie, prose, token};
use crate::hosts::{begins_with_host, split_scheme};
use crate::json_body::JsonBody;
use crate::text::Text;

/// Something that a person has: one argument, the content of one file, or what came from stdin.
#[derive(Clone)]
pub struct Piece {
    name: String,
    bytes: Vec<u8>,
    role: Role,
}

/// What a piece is, if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Anything. What it was taken for is said in a note.
    Anything,
    /// A method, as it is.
    Method,
    /// A URL, as it is. A token in it is not looked for.
    Url,
    /// A header field.
    Header,
    /// A hash. What is around it is removed, and said.
    Hash,
    /// A token, as it is.
    Token,
}

impl Piece {
    /// A piece that may be anything. Notes and errors call it by its name, such as `argument 1`.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), role: Role::Anything }
    }

    /// The same piece, if it is known what it is.
    #[must_use]
    pub fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }
}

/// Shows the name only.
impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piece").field("name", &self.name).field("role", &self.role).finish_non_exhaustive()
    }
}

impl Evidence {
    /// Reads pieces in any mixture.
    ///
    /// # Errors
    ///
    /// A piece is not understood, or two pieces contradict each other.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let curl = "curl -X POST 'https://app.example.com/panel?a=b' -H 'Authorization: JWT eyJhbGciOiJIUzI1NiJ9.eyJxc2giOiJhYmMifQ.c2ln'";
    /// let evidence = Evidence::read(&[Piece::new("argument 1", curl)])?;
    /// assert_eq!(evidence.input().unwrap().to_string(), "POST https://app.example.com/panel?a=b");
    /// assert_eq!(evidence.token.as_ref().unwrap().place(), "the Authorization header of argument 1");
    /// assert_eq!(evidence.notes[0].as_str(), "took argument 1 for a curl command");
    /// # Ok::<(), qsh_diagnose::intake::IntakeError>(())
    /// ```
    pub fn read(pieces: &[Piece]) -> Result<Self, IntakeError> {
        if pieces.is_empty() {
            return Err(IntakeError::Nothing);
        }
        let mut builder = Builder::default();
        let is_alone = pieces.len() == 1;
        let mut rest = pieces;
        while let Some((piece, others)) = rest.split_first() {
            rest = others;
            match piece.role {
                Role::Anything => {
                    let used = anything(piece, others, &mut builder, is_alone)?;
                    rest = &others[used..];
                }
                Role::Method => builder.method(text(piece)?, &piece.name)?,
                Role::Url => builder.url(piece.bytes.clone(), &piece.name)?,
                Role::Header => {
                    let (name, value) = http_message::field(text(piece)?)
                        .ok_or_else(|| IntakeError::Header { place: piece.name.clone() })?;
                    builder.header(name, value, &piece.name)?;
                }
                Role::Hash => given_hash(text(piece)?, &piece.name, &mut builder),
                Role::Token => builder.whole_token(text(piece)?, &piece.name, None)?,
            }
        }
        builder.finish()
    }
}

/// A hash that was given as one. What is around it is removed, and said.
fn given_hash(text: &str, place: &str, builder: &mut Builder) {
    let hash = pasted_hash(text).unwrap_or_else(|| HashText::Whole(text.to_owned()));
    match &hash {
        HashText::Whole(digits) if digits == text => {}
        HashText::Whole(_) => builder.note(format!("removed what is around the hash of {place}")),
        hash => builder.note(taken_for(hash, place)),
    }
    builder.hash(hash, Owner::Unknown, place);
}

fn taken_for(hash: &HashText, place: &str) -> String {
    match hash {
        HashText::Whole(_) => format!("took {place} for a hash"),
        HashText::Prefix(digits) => format!("took {place} for the first {} digits of a hash", digits.len()),
        HashText::Canonical(_) => format!("took {place} for a canonical request"),
    }
}

/// The text of a piece, without a byte order mark.
fn text(piece: &Piece) -> Result<&str, IntakeError> {
    let bytes = piece.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&piece.bytes);
    str::from_utf8(bytes).map_err(|_| IntakeError::NotUtf8 { place: piece.name.clone() })
}

/// PowerShell writes UTF-16 when it redirects to a file.
fn utf16(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xff\xfe")?;
    let units: Vec<u16> =
        bytes.chunks(2).map(|unit| u16::from_le_bytes([unit[0], *unit.get(1).unwrap_or(&0)])).collect();
    String::from_utf16(&units).ok()
}

/// The text without characters that have no width, which chats and web pages put into what people copy. Joiners are letters
/// of some languages and parts of emoji: they are removed from tokens only.
fn without_invisible(text: &str) -> Cow<'_, str> {
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    let is_invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}');
    let visible =
        if text.contains(is_invisible) { Cow::Owned(text.replace(is_invisible, "")) } else { Cow::Borrowed(text) };
    if !visible.contains(is_joiner) {
        return visible;
    }
    let bare = visible.replace(is_joiner, "");
    let tokens = token::find(&bare);
    let mut at = 0;
    let kept = visible.chars().filter(|&c| {
        let is_kept = !is_joiner(c) || !tokens.iter().any(|token| token.range.start < at && at < token.range.end);
        at += if is_joiner(c) { 0 } else { c.len_utf8() };
        is_kept
    });
    Cow::Owned(kept.collect())
}

/// Reads a piece that may be anything, together with those that follow it and belong to it. Returns how many those are.
fn anything(piece: &Piece, others: &[Piece], builder: &mut Builder, is_alone: bool) -> Result<usize, IntakeError> {
    let place = piece.name.as_str();
    let wide = utf16(&piece.bytes);
    let text = match (&wide, text(piece)) {
        (Some(wide), _) => wide,
        (None, Ok(text)) => text,
        (None, Err(_)) if is_url(&piece.bytes) => {
            builder.note(format!("took {place} for a URL"));
            return builder.url(piece.bytes.clone(), place).map(|()| 0);
        }
        (None, Err(error)) => return Err(error),
    }
    .trim();
    if text.is_empty() {
        return Err(IntakeError::Empty { place: place.to_owned() });
    }
    let following = others.iter().take_while(|piece| piece.role == Role::Anything);
    let following: Vec<&str> = following.map_while(|piece| str::from_utf8(&piece.bytes).ok()).collect();
    if let Some(used) = several(text, &following, place, builder)? {
        return Ok(used);
    }
    let visible = without_invisible(text);
    if visible.len() < text.len() {
        builder.note(format!("removed invisible characters from {place}"));
    }
    // The token of a product stands after `&jwt=`.
    let is_html = visible.contains("&amp;jwt=") || visible.contains('<') && visible.contains("&amp;");
    let visible = if is_html { Cow::Owned(visible.replace("&amp;", "&")) } else { visible };
    if is_html {
        builder.note(format!("took {place} for HTML, where &amp; stands for &"));
    }
    let before = builder.notes();
    one(&visible, place, builder)?;
    if builder.notes() == before
        && !is_alone
        && visible.starts_with('{')
        && let Ok(json) = visible.parse::<JsonBody>()
    {
        builder.note(format!("took {place} for the JSON body of the request"));
        return builder.json_body(json, place).map(|()| 0);
    }
    if builder.notes() == before {
        // Words around evidence in other pieces do no harm. A word alone may be a mistake.
        if is_alone || !text.contains(char::is_whitespace) {
            return Err(IntakeError::NotUnderstood { place: place.to_owned() });
        }
        builder.note(format!("took nothing from {place}: it has no URL, no token, no hash and no known message"));
    }
    Ok(0)
}

/// Arguments that belong together because a shell split them: a scheme and its token, the words of a curl command, a method
/// and its URL. Returns how many follow the first one.
fn several(first: &str, others: &[&str], place: &str, builder: &mut Builder) -> Result<Option<usize>, IntakeError> {
    let Some(next) = others.first() else { return Ok(None) };
    if curl::is_curl(first) {
        let words: Vec<String> = others.iter().map(|word| (*word).to_owned()).collect();
        let message =
            curl::read_words(&words).map_err(|problem| IntakeError::Curl { place: place.to_owned(), problem })?;
        builder.note(format!("took {place} and what follows it for a curl command"));
        builder.message(message, place)?;
        return Ok(Some(others.len()));
    }
    if token::is_front(first) {
        let fronts = others.iter().take_while(|word| token::is_front(word)).count();
        let Some(value) = others.get(fronts) else { return Ok(None) };
        let words = [&[first], &others[..fronts], &[*value]].concat();
        let scheme = words.iter().rev().nth(1).filter(|word| !word.eq_ignore_ascii_case("authorization:"));
        let field = scheme.map_or_else(|| (*value).to_owned(), |scheme| format!("{scheme} {value}"));
        builder.note(format!("took {place} and what follows it for an Authorization header"));
        builder.header("Authorization", &field, place)?;
        return Ok(Some(fronts + 1));
    }
    let is_method = first.bytes().all(|byte| byte.is_ascii_alphabetic()) && is_url(next.as_bytes());
    if is_method {
        builder.note(format!("took {place} for the method"));
        builder.method(first, place)?;
        // What follows a method is a URL, even if its query has blanks.
        let query = next.split_once('?').map(|(path, query)| (path.contains(char::is_whitespace), query));
        if query.is_some_and(|(is_text, query)| !is_text && query.contains(' ') && !query.contains(['\n', '\r'])) {
            builder.note(format!("took what follows {place} for a URL with blanks"));
            builder.url_with_token(next.trim(), place)?;
            return Ok(Some(1));
        }
        return Ok(Some(0));
    }
    Ok(None)
}

/// Whether bytes are a URL, a path, or a URL whose scheme is missing.
fn is_url(bytes: &[u8]) -> bool {
    bytes.starts_with(b"/") || split_scheme(bytes).is_some() || is_host(bytes)
}

/// Whether a text begins with a host: a known one, or one with a dot or a port before the path.
fn is_host(text: &[u8]) -> bool {
    if begins_with_host(text) {
        return true;
    }
    let Some(end) = text.iter().position(|byte| matches!(byte, b'/' | b'?')) else { return false };
    let (host, port) = match text[..end].iter().position(|byte| *byte == b':') {
        Some(colon) => (&text[..colon], Some(&text[colon + 1..end])),
        None => (&text[..end], None),
    };
    let is_name =
        !host.is_empty() && host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let is_port = port.is_some_and(|port| !port.is_empty() && port.iter().all(u8::is_ascii_digit));
    let is_domain = port.is_none() && host.contains(&b'.') && !host.starts_with(b".") && !host.ends_with(b".");
    is_name && (is_port || is_domain)
}

/// Reads one text.
fn one(text: &str, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    if text.starts_with(['{', '['])
        && let Some(json) = json::read(text)
    {
        return from_json(json, place, builder);
    }
    if curl::is_command(text) {
        builder.note(format!("took {place} for a curl command"));
        let command = curl::read(text).map_err(|problem| IntakeError::Curl { place: place.to_owned(), problem })?;
        return from_command(command, place, builder);
    }
    if let Some(command) = httpie::read(text) {
        builder.note(format!("took {place} for a command line of HTTPie"));
        return from_command(command, place, builder);
    }
    let unquoted = text.trim_matches(['"', '\'', '`', '<', '>']).trim();
    if let Some(qsh) = token::qsh_of_payload(unquoted) {
        builder.note(format!("took {place} for the payload of a token"));
        builder.hash(HashText::of_claim(qsh), Owner::Token, place);
        return Ok(());
    }
    if let Some(hash) = pasted_hash(text) {
        builder.note(taken_for(&hash, place));
        builder.hash(hash, Owner::Unknown, place);
        return Ok(());
    }
    if let Some(message) = http_message::read(text) {
        let what = if message.method.is_some() { "an HTTP message" } else { "header fields" };
        builder.note(format!("took {place} for {what}"));
        return builder.message(message, place);
    }
    if let Some(bare) = token::readable(text).filter(|_| token::find(text).is_empty()) {
        builder.note(format!("took the token in {place}"));
        return builder.whole_token(&bare, place, bare_scheme(text));
    }
    if let Some(options) = client::find(text) {
        builder.note(format!("took {place} for the request of a program"));
        return from_options(options, text, place, builder);
    }
    let is_line = !unquoted.contains(['\n', '\r']);
    let is_word = !unquoted.contains(char::is_whitespace);
    let is_absolute = split_scheme(unquoted.as_bytes()).is_some();
    if is_line && unquoted.starts_with('/') || is_word && is_absolute {
        builder.note(format!("took {place} for a {}", if is_absolute { "URL" } else { "path" }));
        return builder.url_with_token(unquoted, place);
    }
    if is_word && ["http%3A%2F%2F", "https%3A%2F%2F"].iter().any(|front| starts_with_ignoring_case(unquoted, front)) {
        let decoded = percent_decode_str(unquoted).decode_utf8();
        let url = decoded.map_err(|_| IntakeError::NotUtf8 { place: place.to_owned() })?;
        builder.note(format!("took {place} for a URL that is escaped as a whole, and decoded it once"));
        return builder.url_with_token(&url, place);
    }
    if is_word && is_host(unquoted.as_bytes()) {
        builder.note(format!("took {place} for a URL without its scheme"));
        return builder.url_with_token(&format!("https://{unquoted}"), place);
    }
    if let Some((method, url)) = unquoted.split_once(' ')
        && METHODS.contains(&method)
        && !url.contains(char::is_whitespace)
        && is_url(url.as_bytes())
    {
        builder.note(format!("took the URL in {place}"));
        builder.method(method, place)?;
        return builder.url_with_token(url, place);
    }
    if METHODS.iter().any(|method| method.eq_ignore_ascii_case(unquoted)) {
        builder.note(format!("took {place} for the method"));
        return builder.method(unquoted, place);
    }
    prose::read(text, place, builder)
}

fn starts_with_ignoring_case(text: &str, front: &str) -> bool {
    text.get(..front.len()).is_some_and(|start| start.eq_ignore_ascii_case(front))
}

/// The scheme in front of a token that stands alone.
fn bare_scheme(text: &str) -> Option<Carried> {
    token::without_scheme(text).0.map(Carried::authorization)
}

/// The request of a program, and the messages and hashes around it. A console may leave out the headers.
fn from_options(options: Options, text: &str, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    let has_token = options.message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        || options.message.target.as_deref().is_some_and(|target| !token::find(target).is_empty());
    builder.unknown_parameters(&options.unknown, place);
    let mut message = options.message;
    builder.told_request(message.method.take(), message.target.take(), place)?;
    builder.message(message, place)?;
    prose::read_around(text, place, has_token, builder)
}

fn from_command(command: Command, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    if command.is_cut {
        builder.cut_by_shell(place);
    }
    builder.message(command.message, place)
}

fn from_json(json: Json, place: &str, builder: &mut Builder) -> Result<(), IntakeError> {
    match json {
        Json::Request(message) => {
            builder.note(format!("took {place} for a request of a HAR file"));
            builder.message(message, place)
        }
        Json::Requests(mut requests) => match (requests.pop(), requests.len()) {
            (Some((index, message)), 0) => {
                builder.note(format!("took {place} for a HAR file, and its entry {index}"));
                builder.message(message, place)
            }
            (last, _) => {
                requests.extend(last);
                let requests = requests.iter().map(|(index, message)| (*index, in_short(message))).collect();
                Err(IntakeError::Entries { place: place.to_owned(), requests })
            }
        },
        Json::Claims(qsh) => {
            builder.note(format!("took {place} for the claims of a token"));
            builder.hash(HashText::of_claim(qsh), Owner::Token, place);
            Ok(())
        }
        Json::Installed(installed) => {
            builder.note(format!("took {place} for the body of an installed callback"));
            builder.installed(installed, place)
        }
    }
}

/// A request without its query, which may have a token in it.
fn in_short(message: &Message) -> String {
    let target = message.target.as_deref().unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    format!("{} {}", message.method.as_deref().unwrap_or_default(), Text::from(path))
}
