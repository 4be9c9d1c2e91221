//! The words of an adapter's command, with placeholders for what its set-up supplies.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// One word of a command: text with placeholders such as `{dir}`. `{{` and `}}` are single braces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Word(Vec<Piece>);

impl Word {
    /// Whether it has no text and no placeholder.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The placeholders, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Placeholder(placeholder) => Some(*placeholder),
        })
    }

    /// The word with values for its placeholders.
    pub fn fill<'a>(&self, value: impl Fn(Placeholder) -> &'a OsStr) -> OsString {
        let mut filled = OsString::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push(text),
                Piece::Placeholder(placeholder) => filled.push(value(*placeholder)),
            }
        }
        filled
    }
}

impl FromStr for Word {
    type Err = BadWord;

    fn from_str(text: &str) -> Result<Self, BadWord> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("{{") {
                literal.push('{');
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("}}") {
                literal.push('}');
                rest = after;
                continue;
            }
            let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let known = name.and_then(|(name, after)| Some((Placeholder::from_name(name)?, after)));
            let Some((placeholder, after)) = known else { return Err(BadWord(text.to_owned())) };
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Placeholder(placeholder));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Self(pieces))
    }
}

impl TryFrom<String> for Word {
    type Error = BadWord;

    fn try_from(text: String) -> Result<Self, BadWord> {
        text.parse()
    }
}

/// A brace that is not doubled and does not belong to a known placeholder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?}: expected {{dir}}, {{python}}, {{node}}, {{java}} or {{program}} in braces, and {{{{ or }}}} for a brace"
)]
pub struct BadWord(String);

/// A value that a setup supplies to the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placeholder {
    /// The adapter's folder.
    Dir,
    /// The Python of the virtual environment.
    Python,
    /// Node.js.
    Node,
    /// Java.
    Java,
    /// The program that was built.
    Program,
}

impl Placeholder {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "dir" => Some(Self::Dir),
            "python" => Some(Self::Python),
            "node" => Some(Self::Node),
            "java" => Some(Self::Java),
            "program" => Some(Self::Program),
            _ => None,
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dir => "{dir}",
            Self::Python => "{python}",
            Self::Node => "{node}",
            Self::Java => "{java}",
            Self::Program => "{program}",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Placeholder(Placeholder),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let fill = |text: &str| {
            let value = |placeholder| OsStr::new(if placeholder == Placeholder::Dir { "D" } else { "P" });
            text.parse::<Word>().map(|word| word.fill(value).into_string().unwrap())
        };
        assert_eq!(fill("{dir}/{python}{dir}x").as_deref(), Ok("D/PDx"));
        assert_eq!(fill("{{\"a\":1}}").as_deref(), Ok("{\"a\":1}"));
        assert_eq!(fill("{{{dir}}}").as_deref(), Ok("{D}"));
        assert_eq!(fill("").as_deref(), Ok(""));
        for bad in ["{", "}", "a{dir", "{Dir}", "{}", "dir}"] {
            assert_eq!(fill(bad), Err(BadWord(bad.to_owned())));
        }
    }
}
