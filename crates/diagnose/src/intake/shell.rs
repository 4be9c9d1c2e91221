//! The words of a command line, as `sh`, `bash`, PowerShell or `cmd.exe` split it.

use std::iter::Peekable;
use std::str::Chars;

/// A command line.
#[derive(Default)]
pub(super) struct Line {
    pub(super) words: Vec<String>,
    /// Whether a URL has an `&` outside quotes, where `sh` and `bash` end the command.
    pub(super) is_cut: bool,
}

/// Splits a command line. `None` if its quotes do not end.
///
/// A caret before a quote or before the end of a line shows a command line of `cmd.exe`. "Copy as cURL (cmd)" of browsers
/// writes such lines.
pub(super) fn words(text: &str) -> Option<Line> {
    let is_cmd = ["^\"", "^\n", "^\r"].iter().any(|mark| text.contains(mark));
    if is_cmd { words_of_cmd(text).map(|words| Line { words, is_cut: false }) } else { words_of_sh(text) }
}

fn words_of_sh(text: &str) -> Option<Line> {
    let Line { mut words, mut is_cut } = Line::default();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' | '`' if is_line_end(&mut rest) => {}
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => until(&mut rest, '\'', word.get_or_insert_default())?,
            '"' => double_quoted(&mut rest, word.get_or_insert_default())?,
            '\u{201c}' | '\u{201d}' => typographic(&mut rest, &DOUBLE, word.get_or_insert_default())?,
            // Inside a word, U+2019 is an apostrophe.
            c @ ('\u{2018}' | '\u{2019}') if c == '\u{2018}' || word.is_none() => {
                typographic(&mut rest, &SINGLE, word.get_or_insert_default())?;
            }
            '$' if rest.next_if_eq(&'\'').is_some() => ansi_c_quoted(&mut rest, word.get_or_insert_default())?,
            '$' if rest.next_if_eq(&'"').is_some() => double_quoted(&mut rest, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(rest.next()?),
            c => {
                let word = word.get_or_insert_default();
                is_cut |= c == '&' && word.contains('?') && rest.peek().is_some_and(char::is_ascii_alphanumeric);
                word.push(c);
            }
        }
    }
    words.extend(word);
    Some(Line { words, is_cut })
}

/// Skips the end of a line.
fn is_line_end(rest: &mut Peekable<Chars<'_>>) -> bool {
    let is_return = rest.next_if_eq(&'\r').is_some();
    rest.next_if_eq(&'\n').is_some() || is_return
}

fn until(rest: &mut Peekable<Chars<'_>>, quote: char, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            c if c == quote => return Some(()),
            c => word.push(c),
        }
    }
}

fn double_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' if is_line_end(rest) => {}
            '\\' => match rest.next()? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

/// Typographic double quotes.
const DOUBLE: [char; 2] = ['\u{201c}', '\u{201d}'];
/// Typographic single quotes.
const SINGLE: [char; 2] = ['\u{2018}', '\u{2019}'];

/// Reads to one of these quotes. Editors turn all quotes of a command into typographic ones, those inside others as well.
fn typographic(rest: &mut Peekable<Chars<'_>>, quotes: &[char; 2], word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            c if quotes.contains(&c) => return Some(()),
            c if DOUBLE.contains(&c) => word.push('"'),
            c if SINGLE.contains(&c) => word.push('\''),
            '\\' if *quotes == DOUBLE => match rest.next()? {
                c if DOUBLE.contains(&c) => word.push('"'),
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                '\n' => {}
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

/// The quotes `$'…'` of bash, which "Copy as cURL (bash)" writes around text with special characters.
fn ansi_c_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '\'' => return Some(()),
            '\\' => match rest.next()? {
                'n' => word.push('\n'),
                'r' => word.push('\r'),
                't' => word.push('\t'),
                'x' => word.push(code(rest, 16, 2)?),
                'u' => word.push(code(rest, 16, 4)?),
                'U' => word.push(code(rest, 16, 8)?),
                c @ '0'..='7' => {
                    let high = c.to_digit(8)?;
                    let low = number(rest, 8, 2);
                    word.push(char::from_u32(low.map_or(high, |(low, digits)| high * 8u32.pow(digits) + low))?);
                }
                c @ ('\'' | '"' | '\\' | '?' | '!') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

fn code(rest: &mut Peekable<Chars<'_>>, base: u32, most: u32) -> Option<char> {
    number(rest, base, most).and_then(|(number, _)| char::from_u32(number))
}

/// Reads a number of at most `most` digits. Returns it with the number of its digits.
fn number(rest: &mut Peekable<Chars<'_>>, base: u32, most: u32) -> Option<(u32, u32)> {
    let mut digits = 0;
    let mut number = 0u32;
    while digits < most
        && let Some(digit) = rest.next_if(|c| c.is_digit(base)).and_then(|c| c.to_digit(base))
    {
        number = number.wrapping_mul(base).wrapping_add(digit);
        digits += 1;
    }
    (digits > 0).then_some((number, digits))
}

/// Removes the carets, and then splits as a C program on Windows does.
fn words_of_cmd(text: &str) -> Option<Vec<String>> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '^' if is_line_end(&mut rest) => {}
            '^' => plain.extend(rest.next()),
            c => plain.push(c),
        }
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut rest = plain.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next_if_eq(&'"').is_some() => word.get_or_insert_default().push('"'),
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => word.get_or_insert_default().push('"'),
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (!is_quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        words(text).map_or_else(|| "open quotes".to_owned(), |line| line.words.join("|"))
    }

    #[test]
    fn quotes_of_sh() {
        for (text, expected) in [
            ("curl  -H 'a: b'\t\"c d\"", "curl|-H|a: b|c d"),
            ("a \\\n  b \\\r\n c", "a|b|c"),
            (r#"'it'\''s' "\"\$x\n""#, r#"it's|"$x\n"#),
            (r"$'a\n\x41\u00e9\'\\\041\!'", "a\nA\u{e9}'\\!!"),
            ("a '' b", "a||b"),
            ("curl.exe `\n  -X POST", "curl.exe|-X|POST"),
            ("it's", "open quotes"),
            ("\"a", "open quotes"),
            ("a\\", "open quotes"),
            (r"$'\xff'", "\u{ff}"),
            ("“a ‘b’ \\“c\\” \\n d'e” ‘f \"g\" “h” \\i’", "a 'b' \"c\" \\n d'e|f \"g\" \"h\" \\i"),
            ("-H“a b” --c=‘d e’ ’f g’ -H”h i”", "-Ha b|--c=d e|f g|-Hh i"),
            ("it’s 'it’s' \"“x”\" $'“x”'", "it’s|it’s|“x”|“x”"),
            ("“a", "open quotes"),
            ("", ""),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn an_ampersand_outside_quotes_is_seen() {
        for (text, expected) in [
            ("curl https://h/a?b=1&c=2", true),
            ("curl -s 'https://h/a?b=1&c=2'", false),
            ("curl \"https://h/a?b=1&c=2\" &", false),
            ("curl https://h/a?b=1\\&c=2", false),
            ("curl https://h/a?b=1 && echo c", false),
            ("curl ^\"https://h/a?b=1^&c=2^\"", false),
        ] {
            assert_eq!(words(text).map(|line| line.is_cut), Some(expected), "{text}");
        }
    }

    /// As Chrome writes them.
    #[test]
    fn quotes_of_cmd() {
        for (text, expected) in [
            (
                "curl ^\"https://h/a?b=c^&d=e^%^20f^\" ^\r\n  -H ^\"x: ^\\^\"y^\\^\"^\"",
                "curl|https://h/a?b=c&d=e%20f|-H|x: \"y\"",
            ),
            ("curl \"https://h/a?b=c\" ^\n -H \"x: \"\"y\"\"\"", "curl|https://h/a?b=c|-H|x: \"y\""),
            ("curl ^\"a", "open quotes"),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
