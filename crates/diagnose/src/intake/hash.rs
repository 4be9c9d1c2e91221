//! Hashes in text that people paste, and the error messages that quote them.

use std::ops::Range;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};

use crate::text::Text;

/// A hash as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashText {
    /// A whole hash, or another text that stands in its place.
    Whole(String),
    /// The first digits of a hash that was cut off, 1 to 63 of them.
    Prefix(String),
    /// A canonical request, whose hash is meant.
    Canonical(Text),
}

impl HashText {
    /// The value of a claim: a hash, or the canonical request that should have been hashed.
    pub(super) fn of_claim(claim: String) -> Self {
        if is_canonical(&claim) { Self::Canonical(claim.into()) } else { Self::Whole(claim) }
    }
}

/// Whose a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Owner {
    /// The text does not say.
    Unknown,
    /// The claim of the token: what the sender computed.
    Token,
    /// What the receiver computed.
    Verifier,
}

impl Owner {
    /// Whose the hash is, as a noun.
    pub fn whose(self) -> &'static str {
        match self {
            Self::Unknown => "the other one of the text",
            Self::Token => "the token's claim",
            Self::Verifier => "the one that the receiver computed",
        }
    }
}

/// A hash that was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundHash {
    /// The hash.
    pub hash: HashText,
    /// Whose it is.
    pub owner: Owner,
    /// Where it was found, such as `argument 1`.
    pub place: String,
}

/// The digits of a SHA-256.
const DIGITS: usize = 64;
/// The fewest digits that are taken for a hash that was cut off.
const FEWEST: usize = 8;

/// Reads a text that is nothing but a hash, with what people leave around it. A canonical request stands for its hash.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::intake::{HashText, pasted_hash};
///
/// let hash = "7c4508437949da0f53526c7e7c30103aef1a50164365337f11bf73a485ec5380";
/// for pasted in [hash.to_owned(), format!("0x{hash} "), format!("\"sha256:{hash}\""), hash.replace("7c4508", "7c45 08")] {
///     assert_eq!(pasted_hash(&pasted), Some(HashText::Whole(hash.to_owned())));
/// }
/// assert_eq!(pasted_hash("7c450843…"), Some(HashText::Prefix("7c450843".to_owned())));
/// assert_eq!(pasted_hash("hello"), None);
/// ```
pub fn pasted_hash(text: &str) -> Option<HashText> {
    let mut text = without_quotes(text);
    if is_canonical(text) {
        return Some(HashText::Canonical(text.into()));
    }
    for front in ["qsh:", "qsh=", "sha256:", "sha256=", "sha256-", "sha-256:", "sha-256=", "0x"] {
        if let Some(rest) = text.get(front.len()..).filter(|_| text.is_char_boundary(front.len()))
            && text[..front.len()].eq_ignore_ascii_case(front)
        {
            text = without_quotes(rest);
        }
    }
    if text.len() > 4 * DIGITS {
        return None;
    }
    let (digits, is_cut) = without_ellipsis(text);
    let joined: String = digits.split(|c: char| c.is_whitespace() || c == ':').collect();
    let is_hex = !joined.is_empty() && joined.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_blanks = joined.len() < digits.len();
    match joined.len() {
        DIGITS if is_hex => Some(HashText::Whole(joined)),
        length if is_hex && length < DIGITS && (is_cut || length >= FEWEST && !has_blanks) => {
            Some(HashText::Prefix(joined))
        }
        // The lengths of SHA-384 and SHA-512.
        96 | 128 if is_hex && !has_blanks => Some(HashText::Whole(joined)),
        _ if is_base64(text) => Some(HashText::Whole(text.to_owned())),
        _ => None,
    }
}

/// The text without an ellipsis at its end, and whether there was one.
fn without_ellipsis(text: &str) -> (&str, bool) {
    let short = text.strip_suffix('…').or_else(|| text.strip_suffix("..."));
    (short.unwrap_or(text).trim_end(), short.is_some())
}

/// Whether a text is a SHA-256 in a form of base64, of its bytes or of its digits.
fn is_base64(text: &str) -> bool {
    let length = |encoding: &data_encoding::Encoding| encoding.decode(text.as_bytes()).map_or(0, |bytes| bytes.len());
    [(&BASE64, 32), (&BASE64URL, 32), (&BASE64URL_NOPAD, 32), (&BASE64_NOPAD, 32), (&BASE64, DIGITS)]
        .iter()
        .any(|(encoding, expected)| length(encoding) == *expected)
}

/// A text without the quotes, blanks and commas around it.
pub(super) fn without_quotes(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '‘' | '’' | '“' | '”' | ',' | ';' | '<' | '>')
    })
}

/// The places of all hashes of 64 digits in a text.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len() - at);
        let word = &bytes[at..end];
        let digits = word.strip_prefix(b"0x").unwrap_or(word);
        if digits.len() == DIGITS && digits.iter().all(u8::is_ascii_hexdigit) {
            found.push(end - DIGITS..end);
        }
        at = end;
    }
    found
}

/// Error messages that quote both hashes. The values may be cut off, or be `context-qsh`.
///
/// Each has the text before the first value, the owner of that value, and the text before the second value.
const QUOTING_BOTH: [(&str, Owner, &str); 3] = [
    // Spring Boot, and products.
    ("to have value ", Owner::Verifier, "instead it has the value "),
    ("to have contextJwt value ", Owner::Verifier, "instead it has the value "),
    // atlassian-connect-express.
    ("Query hash mismatch: Received: ", Owner::Token, "but calculated "),
];

/// The two values of an error message, that of the token and that of the verifier.
pub(super) struct Quoted<'t> {
    pub(super) token: &'t str,
    pub(super) verifier: &'t str,
}

/// Reads an error message that quotes both hashes.
pub(super) fn quoted(text: &str) -> Option<Quoted<'_>> {
    QUOTING_BOTH.iter().find_map(|(before, owner, between)| {
        let (_, rest) = text.split_once(before)?;
        let (first, rest) = value(rest)?;
        let (_, rest) = rest.split_once(between)?;
        let (second, _) = value(rest)?;
        Some(match owner {
            Owner::Verifier => Quoted { verifier: first, token: second },
            _ => Quoted { token: first, verifier: second },
        })
    })
}

/// The value at the start of a text, in any quotes, and what follows it.
fn value(text: &str) -> Option<(&str, &str)> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '…' | '.' | '+' | '/' | '=');
    let start = text.find(is_inside).filter(|start| *start <= 4)?;
    let rest = &text[start..];
    let end = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
    let word = &rest[..end];
    // A full stop after the value ends the sentence.
    let word = if word.ends_with("...") { word } else { word.trim_end_matches('.') };
    Some((word, &rest[end..])).filter(|(word, _)| !word.is_empty())
}

/// Words that stand before a hash, and whose hash follows them.
const WORDS: [(&str, Owner); 14] = [
    ("calculated", Owner::Verifier),
    ("computed", Owner::Verifier),
    ("expected", Owner::Verifier),
    ("expecting", Owner::Verifier),
    ("should be", Owner::Verifier),
    ("want", Owner::Verifier),
    ("instead", Owner::Token),
    ("received", Owner::Token),
    ("actual", Owner::Token),
    ("but got", Owner::Token),
    ("but was", Owner::Token),
    ("found", Owner::Token),
    ("claim", Owner::Token),
    ("token", Owner::Token),
];

/// How far before a hash its word may stand.
const NEAR: usize = 48;

/// Whose the hashes at these places of a text are. If the word before one says it, the other is the other side's.
pub(super) fn owners(text: &str, places: &[Range<usize>]) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::new();
    let mut last = 0;
    for place in places {
        let near = text.floor_char_boundary(place.start.saturating_sub(NEAR)).max(last);
        owners.push(owner_after(&text[near..place.start]));
        last = place.end;
    }
    match owners.as_mut_slice() {
        [one, other] if one == other => [*one, *other] = [Owner::Unknown; 2],
        [one @ Owner::Unknown, known] | [known, one @ Owner::Unknown] => {
            *one = if *known == Owner::Token { Owner::Verifier } else { Owner::Token };
        }
        _ => {}
    }
    owners
}

/// The owner that the last word of a text names.
fn owner_after(text: &str) -> Owner {
    let text = text.to_ascii_lowercase();
    let last = WORDS.iter().filter_map(|(word, owner)| Some((text.rfind(word)?, *owner))).max();
    last.map_or(Owner::Unknown, |(_, owner)| owner)
}

/// HTTP methods that a canonical request or a request line begins with.
pub(super) const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// Whether a text is a canonical request: a method, `&`, and a path or its escaped form.
pub(super) fn is_canonical(text: &str) -> bool {
    let Some((method, rest)) = text.split_once('&') else { return false };
    METHODS.iter().any(|known| known.eq_ignore_ascii_case(method))
        && (rest.starts_with(['/', '&']) || rest.starts_with("%2F") || rest.starts_with("http"))
        && !text.contains(['\n', '\r'])
}

/// Finds a canonical request that a text quotes.
pub(super) fn quoted_canonical(text: &str) -> Option<&str> {
    METHODS.iter().find_map(|method| {
        let start = text.find(&format!("{method}&/"))?;
        let (before, rest) = text.split_at(start);
        let end = match before.chars().next_back() {
            Some(quote @ ('"' | '\'' | '`')) => rest.find(quote),
            Some('“') => rest.find('”'),
            None | Some('(') => rest.find(char::is_whitespace),
            Some(before) if before.is_whitespace() => rest.find(char::is_whitespace),
            Some(_) => return None,
        };
        Some(&rest[..end.unwrap_or(rest.len())])
    })
}
