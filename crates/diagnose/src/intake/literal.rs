//! Literals of JavaScript, JSON, Python and Ruby, as programs have them and as consoles print them.

/// A value of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    /// A number, `true` or `True`, as it is written.
    Word(String),
    /// `null`, `undefined`, `None` or `nil`.
    Nothing,
    /// A variable, an expression, or what a console does not print, such as `[Object]`.
    Unknown,
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// The maximum depth of a literal. A deeper one is not read.
const DEEPEST: usize = 64;

impl Literal {
    /// Reads the literal at the start of a text. Returns it with the number of bytes that it takes.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        let mut reader = Reader { rest: text, depth: 0 };
        let value = reader.value()?;
        Some((value, text.len() - reader.rest.len()))
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members of an object, in order. A list has none.
    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Writes JSON. What is not known is `null`.
impl From<&Literal> for serde_json::Value {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Text(text) => text.as_str().into(),
            Literal::Word(word) => serde_json::from_str(&word.to_lowercase()).unwrap_or_default(),
            Literal::Nothing | Literal::Unknown => Self::Null,
            Literal::List(values) => values.iter().map(Self::from).collect(),
            Literal::Object(members) => members.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect(),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    /// Skips a text that comes next.
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        Some(next)
    }

    /// Skips blanks and comments.
    fn blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let end = match self.rest.as_bytes() {
                [b'/', b'/', ..] => self.rest.find('\n'),
                [b'/', b'*', ..] => self.rest.find("*/").map(|end| end + 2),
                _ => return,
            };
            self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
        }
    }

    /// Reads a value and what belongs to it, up to the comma or the bracket after it.
    fn value(&mut self) -> Option<Literal> {
        self.blanks();
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let value = match self.rest.chars().next()? {
            '"' | '\'' | '`' => self.text()?,
            '{' => self.object()?,
            '[' => {
                let list = self.list()?;
                self.after_tag().unwrap_or(Some(list))?
            }
            _ => self.word()?,
        };
        self.depth -= 1;
        if self.depth == 0 {
            return Some(value);
        }
        // An operator after a value makes an expression.
        let is_whole = {
            self.blanks();
            self.rest.is_empty() || self.rest.starts_with([',', '}', ']', ')'])
        };
        if is_whole { Some(value) } else { self.skip().map(|()| Literal::Unknown) }
    }

    /// The object after a name of its class, such as `[Object: null prototype] {`.
    fn after_tag(&mut self) -> Option<Option<Literal>> {
        self.rest.trim_start_matches(' ').starts_with('{').then(|| {
            self.blanks();
            self.object()
        })
    }

    /// Skips to the comma or to the bracket that ends a value.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(next) = self.rest.chars().next() {
            match next {
                ',' | '}' | ']' | ')' if depth == 0 => return Some(()),
                '"' | '\'' | '`' => {
                    self.text()?;
                    continue;
                }
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth -= 1,
                _ => {}
            }
            self.next();
        }
        None
    }

    /// A text in quotes. A template with a variable in it is not known.
    fn text(&mut self) -> Option<Literal> {
        let quote = self.next()?;
        let mut text = String::new();
        loop {
            match self.next()? {
                end if end == quote => break,
                '\\' => match self.next()? {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'u' => text.push(self.unicode_escape()?),
                    'x' => match self.hexadecimal(2) {
                        Some(code) => text.extend(char::from_u32(code)),
                        None => text.push('x'),
                    },
                    '\n' => {}
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        Some(if quote == '`' && text.contains("${") { Literal::Unknown } else { Literal::Text(text) })
    }

    /// What follows `\u`: four digits, a pair of UTF-16 surrogates, or `{…}`. Half a pair is U+FFFD.
    fn unicode_escape(&mut self) -> Option<char> {
        if self.eat("{") {
            let length = self.rest.find('}').filter(|length| (1..=8).contains(length))?;
            let code = self.hexadecimal(length)?;
            self.eat("}");
            return Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let first = self.hexadecimal(4)?;
        let after = self.rest;
        if (0xd800..0xdc00).contains(&first) && self.eat("\\u") {
            match self.hexadecimal(4) {
                Some(second @ 0xdc00..0xe000) => {
                    return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
                _ => self.rest = after,
            }
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Reads a number of this many hexadecimal digits.
    fn hexadecimal(&mut self, length: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(length)?;
        // A sign is no digit.
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_number.then(|| u32::from_str_radix(digits, 16).ok())??;
        self.rest = rest;
        Some(number)
    }

    fn object(&mut self) -> Option<Literal> {
        self.eat("{");
        let mut members = Vec::new();
        loop {
            self.blanks();
            if self.eat("}") {
                return Some(Literal::Object(members));
            }
            if self.eat(",") {
                continue;
            }
            if self.rest.starts_with([']', ')']) {
                return None;
            }
            let name = match self.rest.chars().next()? {
                '"' | '\'' => self.text()?.as_text()?.to_owned(),
                // A symbol, or a getter of a console.
                '[' => {
                    self.list()?;
                    String::new()
                }
                _ => {
                    let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
                    let (name, rest) = self.rest.split_at(end?);
                    self.rest = rest;
                    name.to_owned()
                }
            };
            self.blanks();
            let value =
                if self.eat(":") || self.eat("=>") { self.value()? } else { self.skip().map(|()| Literal::Unknown)? };
            members.push((name, value));
        }
    }

    fn list(&mut self) -> Option<Literal> {
        self.eat("[");
        let mut values = Vec::new();
        loop {
            self.blanks();
            if self.eat("]") {
                return Some(Literal::List(values));
            }
            if self.rest.starts_with(['}', ')']) {
                return None;
            }
            if !self.eat(",") {
                values.push(self.value()?);
            }
        }
    }

    /// A word without quotes: a number, a name, or the class of an object that follows.
    fn word(&mut self) -> Option<Literal> {
        let end = self.rest.find(|c: char| ",}])([{\n\"'`".contains(c))?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match rest.as_bytes().first()? {
            b'{' => return self.object(),
            b'[' if !word.is_empty() => {
                self.list()?;
                return self.after_tag().unwrap_or(Some(Literal::Unknown));
            }
            b'(' | b'"' | b'\'' | b'`' => return self.skip().map(|()| Literal::Unknown),
            _ => {}
        }
        Some(match word.trim() {
            "null" | "undefined" | "None" | "nil" => Literal::Nothing,
            word @ ("true" | "false" | "True" | "False") => Literal::Word(word.to_owned()),
            // Rust reads `inf` and `nan` as numbers: here they are variables.
            word if word.contains(|c: char| c.is_ascii_digit()) && word.parse::<f64>().is_ok() => {
                Literal::Word(word.to_owned())
            }
            _ => Literal::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literal as JSON, with `null` for what is not known.
    fn json(text: &str) -> String {
        Literal::read(text).map_or_else(|| "none".to_owned(), |(value, _)| serde_json::Value::from(&value).to_string())
    }

    #[test]
    fn literals_of_programs_and_consoles() {
        for (text, expected) in [
            ("{ a: 'b', \"c\": [1, true,], d: undefined, }", r#"{"a":"b","c":[1,true],"d":null}"#),
            ("{'a': True, 'b': None, 'c': \"it's\"}", r#"{"a":true,"b":null,"c":"it's"}"#),
            ("{ 'a' => 'b' }", r#"{"a":"b"}"#),
            ("{ a: [Function: f], b: [ [Function (anonymous)] ], c: 1 }", r#"{"a":[null],"b":[[null]],"c":1}"#),
            (
                "{ a: Object [AxiosHeaders] { 'b-c': `d` }, e: <ref *1> Request { f: 2 } }",
                r#"{"a":{"b-c":"d"},"e":{"f":2}}"#,
            ),
            ("{ a: [Object: null prototype] { b: 1 } }", r#"{"a":{"b":1}}"#),
            (
                "{ url, a: 'b' + c, d: `${e}`, f: g(1, '}'), ...rest, h: 1 }",
                r#"{"":null,"a":null,"d":null,"f":null,"h":1,"url":null}"#,
            ),
            ("{ a: 1, // b\n /* c */ d: -2.5 } rest", r#"{"a":1,"d":-2.5}"#),
            ("{ [Symbol(x)]: 1, a: 'b\\u0026\\'' }", r#"{"":1,"a":"b&'"}"#),
            (r"{ a: '\ud83d\ude00\u{1F600}\x26\x3d' }", r#"{"a":"😀😀&="}"#),
            (r"{ a: '\ud83d \ude00\ud83dx\u{110000}' }", "{\"a\":\"\u{fffd} \u{fffd}\u{fffd}x\u{fffd}\"}"),
            (r"{ a: '\xg1' }", r#"{"a":"xg1"}"#),
            (r"{ a: '\u+123' }", "none"),
            (r"{ a: '\u{}' }", "none"),
            (r"{ a: '\u{1' }", "none"),
            (
                "{ a: inf, b: nan, c: Infinity, d: 1e3, e: +5, f: .5 }",
                r#"{"a":null,"b":null,"c":null,"d":1000.0,"e":null,"f":null}"#,
            ),
            ("{ a: ", "none"),
            ("{ ] }", "none"),
            ("[ } ]", "none"),
            ("{ a: [ ) ] }", "none"),
            ("{ a: 'b", "none"),
            ("", "none"),
        ] {
            assert_eq!(json(text), expected, "{text}");
        }
        assert_eq!(json(&"[".repeat(10_000)), "none");
        assert_eq!(json(&format!("{}{}", "{a:".repeat(10_000), "}".repeat(10_000))), "none");
    }
}
