//! The shape of a request: requests that differ only in characters of one class have one shape.

use std::collections::HashMap;
use std::fmt::Write;

use qsh_diagnose::Input;

/// The class of a character. Characters of one class are renamed into each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Class {
    /// Letters, digits and `-._~`, which no encoder escapes.
    Unreserved,
    /// Other ASCII characters that separate nothing.
    Sign,
    /// Blanks and control characters.
    Blank,
    /// Characters beyond ASCII.
    Foreign,
    /// An escape.
    Escape,
}

impl Class {
    /// The class of a character. `None` for a character that separates something: it is not renamed.
    fn of(character: char) -> Option<Self> {
        match character {
            '/' | '?' | '&' | '=' | '#' | ';' | ':' | '%' | '+' | ',' | '@' | '[' | ']' => None,
            _ if character.is_ascii_alphanumeric() || "-._~".contains(character) => Some(Self::Unreserved),
            _ if character.is_ascii_graphic() => Some(Self::Sign),
            _ if character.is_control() || character.is_whitespace() => Some(Self::Blank),
            _ => Some(Self::Foreign),
        }
    }

    fn name(self) -> char {
        match self {
            Self::Unreserved => 'a',
            Self::Sign => '!',
            Self::Blank => ' ',
            Self::Foreign => 'é',
            Self::Escape => '%',
        }
    }
}

/// The shape of a request. Each renamed character becomes its class and a number: equal characters have equal numbers. If
/// there are two parameters, their order does not matter.
pub(super) fn shape(input: &Input) -> String {
    let shape = shape_as_ordered(input);
    match input.url.as_str().and_then(with_parameters_swapped) {
        Some(url) => shape.min(shape_as_ordered(&Input { url: url.into(), ..input.clone() })),
        None => shape,
    }
}

fn with_parameters_swapped(url: &str) -> Option<String> {
    let (path, query) = url.split_once('?')?;
    let (one, other) = query.split_once('&').filter(|_| !query.contains('#'))?;
    (!other.contains('&')).then(|| format!("{path}?{other}&{one}"))
}

fn shape_as_ordered(input: &Input) -> String {
    let mut names = Names::default();
    let url = input.url.as_str().map_or_else(|| input.url.to_string(), |url| names.renamed(url));
    let base = input.base_url.as_ref().map(|base| names.renamed(base));
    let form = input.form.as_ref().map(|form| names.renamed(form));
    format!("{} {url} {base:?} {form:?}", input.method.to_ascii_uppercase())
}

/// The numbers of the characters of each class.
#[derive(Default)]
struct Names<'t>(HashMap<Class, Vec<&'t str>>);

impl<'t> Names<'t> {
    fn renamed(&mut self, text: &'t str) -> String {
        let (mut renamed, mut at) = (String::new(), 0);
        while let Some(character) = text[at..].chars().next() {
            let is_escape =
                matches!(text.as_bytes()[at..], [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
            let length = if is_escape { 3 } else { character.len_utf8() };
            match if is_escape { Some(Class::Escape) } else { Class::of(character) } {
                None => renamed.push(character),
                Some(class) => {
                    let known = self.0.entry(class).or_default();
                    let written = &text[at..at + length];
                    let number = known.iter().position(|it| *it == written).unwrap_or_else(|| {
                        known.push(written);
                        known.len() - 1
                    });
                    write!(renamed, "{}{number}", class.name()).expect("a String takes everything");
                }
            }
            at += length;
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_a_class_can_be_renamed() {
        let have_one = |urls: &[&str]| {
            let shapes = urls.iter().map(|url| shape(&Input::new("GET", *url)));
            let shapes: std::collections::BTreeSet<String> = shapes.collect();
            shapes.len() == 1
        };
        assert!(have_one(&["/?a&a", "/?9&9", "/?_&_"]));
        assert!(have_one(&["//}", "//^", "//`", "//\\"]));
        assert!(have_one(&["/\t", "/\u{1}", "/\u{7f}"]));
        assert!(have_one(&["/?%41", "/?%2f"]));
        assert!(have_one(&["/?a&__b", "/?__b&a", "/?..1&2"]));
        for pair in [["/?a&a", "/?a&b"], ["/?a", "/?!"], ["/?a=1&a=1", "/?a=a&a=a"], ["/?;", "/?:"], ["/a", "/é"]] {
            assert!(!have_one(&pair), "{pair:?}");
        }
    }

    #[test]
    fn the_form_and_the_base_url_count() {
        let with_form = |form: &str| shape(&Input { form: Some(form.to_owned()), ..Input::new("POST", "/?a") });
        assert_eq!(with_form("b"), with_form("c"));
        assert_ne!(with_form("a"), with_form("b"));
        assert_ne!(shape(&Input::new("POST", "/?a")), with_form("a"));
    }
}
