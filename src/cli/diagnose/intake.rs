//! The pieces that a person gives: arguments, files and stdin.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, bail};
use qsh_auth::kind::CONTEXT_QSH;
use qsh_diagnose::intake::{Evidence, Piece, Role, pasted_hash};

use crate::cli::token::source;

/// The longest text that is read: HAR files are long.
const LONGEST: u64 = 1 << 26;

/// What the command line gives.
pub(super) struct Given<'a> {
    pub(super) pieces: &'a [OsString],
    pub(super) headers: &'a [String],
    pub(super) qsh: Option<&'a str>,
    pub(super) token: Option<&'a str>,
}

impl Given<'_> {
    /// Whether a piece is read from stdin.
    pub(super) fn reads_stdin(&self) -> bool {
        self.on_stdin() > 0
    }

    fn on_stdin(&self) -> usize {
        self.pieces.iter().filter(|word| *word == "-").count() + usize::from(self.token == Some("-"))
    }
}

/// Reads everything that was given.
pub(super) fn read(given: &Given<'_>) -> anyhow::Result<Evidence> {
    let on_stdin = given.on_stdin();
    if on_stdin > 1 {
        bail!("stdin can be read only once: expected one - among the arguments");
    }
    let mut pieces = Vec::new();
    match given.pieces {
        [method, url] if (given.qsh.is_some() || given.token.is_some()) && is_request(method, url) => {
            pieces.push(Piece::new("METHOD", method.clone().into_encoded_bytes()).with_role(Role::Method));
            pieces.push(Piece::new("URL", url.clone().into_encoded_bytes()).with_role(Role::Url));
        }
        [] if on_stdin == 0 && !io::stdin().is_terminal() => pieces.extend(piped()?),
        words => {
            for (index, word) in words.iter().enumerate() {
                pieces.push(piece(index, word)?);
            }
        }
    }
    for header in given.headers {
        pieces.push(Piece::new("--header", header.as_str()).with_role(Role::Header));
    }
    if let Some(hash) = given.qsh {
        check_hash(hash)?;
        pieces.push(Piece::new("--qsh", hash).with_role(Role::Hash));
    }
    if let Some(token) = given.token {
        pieces.push(Piece::new("--token", source::token(token)?).with_role(Role::Token));
    }
    Ok(Evidence::read(&pieces)?)
}

/// Whether two arguments are METHOD and URL as they are. They are, unless the first one is certainly something else.
fn is_request(method: &OsString, url: &OsString) -> bool {
    let method = method.to_string_lossy();
    let is_text = |word: &str| word == "-" || word.starts_with('@');
    !method.contains(['/', ':', '.', '{', '&'])
        && !["-", "curl"].contains(&&*method)
        && !is_text(&method)
        && !is_text(&url.to_string_lossy())
}

/// What is on stdin, if anything is.
fn piped() -> anyhow::Result<Option<Piece>> {
    let text = limited(io::stdin().lock(), "stdin")?;
    Ok((!text.is_empty()).then(|| Piece::new("stdin", text)))
}

/// One argument: `-` for stdin, `@FILE` or the name of a file, or the text itself.
fn piece(index: usize, word: &OsString) -> anyhow::Result<Piece> {
    if word == "-" {
        return Ok(Piece::new("stdin", limited(io::stdin().lock(), "stdin")?));
    }
    let file = word.to_str().and_then(|word| source::file(word));
    let Some(file) = file else {
        return Ok(Piece::new(format!("argument {}", index + 1), word.as_encoded_bytes()));
    };
    let content = File::open(Path::new(file)).with_context(|| format!("cannot read {file}"))?;
    Ok(Piece::new(file, limited(content, file)?))
}

fn limited(from: impl Read, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
    if text.len() as u64 > LONGEST {
        bail!("{name} holds more than 64 MiB: expected a request, a token or an error message");
    }
    Ok(text)
}

/// Checks that a text can be the hash of a request.
fn check_hash(hash: &str) -> anyhow::Result<()> {
    if hash == CONTEXT_QSH || pasted_hash(hash).is_some() {
        return Ok(());
    }
    let what = match hash.chars().find(|character| !character.is_ascii_hexdigit()) {
        Some(stray) => format!("has {stray:?} in it"),
        None => format!("has {} digits", hash.len()),
    };
    bail!("--qsh {what}: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token")
}
