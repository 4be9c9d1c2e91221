//! Flaws in the grammar of a `kid` (ASAP-6, ASAP-7).

use super::{ASAP, Group};
use crate::planted::keys::{is_allowed, is_segment};

const SEGMENTS: Group = Group {
    against: &[(ASAP, "ASAP-6")],
    flaws: &[
        ("segments of a kid are not looked at", |v| v.keys.is_well_formed = |key_id| key_id.chars().all(is_allowed)),
        ("a segment of a kid may be empty", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, |segment| segment.is_empty() || is_segment(segment));
        }),
        ("a segment of a kid may be one dot", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, |segment| segment == "." || is_segment(segment));
        }),
        ("a segment of a kid may be two dots", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, |segment| segment == ".." || is_segment(segment));
        }),
        ("a kid may begin with a slash", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id.strip_prefix('/').unwrap_or(key_id), is_segment);
        }),
        ("a kid may end with a slash", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id.strip_suffix('/').unwrap_or(key_id), is_segment);
        }),
        ("slashes in a kid may be doubled", |v| {
            v.keys.is_well_formed = |key_id| well_formed(&key_id.replace("//", "/"), is_segment);
        }),
        ("the first segment of a kid is not looked at", |v| {
            v.keys.is_well_formed =
                |key_id| key_id.chars().all(is_allowed) && key_id.split('/').skip(1).all(is_segment);
        }),
        ("the last segment of a kid is not looked at", |v| {
            v.keys.is_well_formed =
                |key_id| key_id.chars().all(is_allowed) && key_id.split('/').rev().skip(1).all(is_segment);
        }),
        ("segments of a kid after the fourth are not looked at", |v| {
            v.keys.is_well_formed =
                |key_id| key_id.chars().all(is_allowed) && key_id.split('/').take(4).all(is_segment);
        }),
        ("two dots are refused within a kid's segment", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, is_segment) && !key_id.contains("..");
        }),
        ("a segment of a kid may not begin with a dot", |v| {
            v.keys.is_well_formed =
                |key_id| well_formed(key_id, |segment| is_segment(segment) && !segment.starts_with('.'));
        }),
        ("a segment of a kid may not end with a dot", |v| {
            v.keys.is_well_formed =
                |key_id| well_formed(key_id, |segment| is_segment(segment) && !segment.ends_with('.'));
        }),
        ("a segment of dots is refused", |v| {
            v.keys.is_well_formed =
                |key_id| well_formed(key_id, |segment| segment.chars().any(|character| character != '.'));
        }),
        ("a kid has two segments", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, is_segment) && key_id.split('/').count() == 2;
        }),
        ("a kid has three segments at most", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id, is_segment) && key_id.split('/').count() <= 3;
        }),
    ],
};

const CHARACTERS: Group = Group {
    against: &[(ASAP, "ASAP-7")],
    flaws: &[
        ("characters of a kid are not looked at", |v| {
            v.keys.is_well_formed = |key_id| key_id.split('/').all(is_segment);
        }),
        ("letters of a kid may be beyond ASCII", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, char::is_alphabetic);
        }),
        ("digits of a kid may be beyond ASCII", |v| v.keys.is_well_formed = |key_id| also(key_id, char::is_numeric)),
        ("characters of a kid may be what lower case makes ASCII", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| character.to_lowercase().all(is_allowed));
        }),
        ("characters of a kid may be anything beyond ASCII", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| !character.is_ascii());
        }),
        ("a kid's range of characters goes from plus to slash", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| ('+'..='/').contains(&character));
        }),
        ("a kid's range of characters goes from A to z", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| ('A'..='z').contains(&character));
        }),
        ("a kid may have every character of a URL's path", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| "!$&'()*,;=:@~".contains(character));
        }),
        ("a kid may have escapes", |v| v.keys.is_well_formed = |key_id| also(key_id, |character| character == '%')),
        ("a kid may have blanks", |v| v.keys.is_well_formed = |key_id| also(key_id, |character| character == ' ')),
        ("a kid may have a colon", |v| v.keys.is_well_formed = |key_id| also(key_id, |character| character == ':')),
        ("a kid may have a backslash", |v| {
            v.keys.is_well_formed = |key_id| also(key_id, |character| character == '\\');
        }),
        ("a kid may have control characters", |v| v.keys.is_well_formed = |key_id| also(key_id, char::is_control)),
        ("a kid may have a tilde", |v| v.keys.is_well_formed = |key_id| also(key_id, |character| character == '~')),
        ("a kid may end with a line feed", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id.strip_suffix('\n').unwrap_or(key_id), is_segment);
        }),
        ("a kid may end with white space", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id.trim_end(), is_segment);
        }),
        ("a kid may begin with white space", |v| {
            v.keys.is_well_formed = |key_id| well_formed(key_id.trim_start(), is_segment);
        }),
        ("one good line makes a kid", |v| {
            v.keys.is_well_formed = |key_id| key_id.lines().any(|line| well_formed(line, is_segment));
        }),
        ("only the first line of a kid is looked at", |v| {
            v.keys.is_well_formed = |key_id| key_id.lines().next().is_some_and(|line| well_formed(line, is_segment));
        }),
        ("only the beginning of a kid is looked at", |v| {
            v.keys.is_well_formed = |key_id| key_id.starts_with(is_allowed) && key_id.split('/').all(is_segment);
        }),
        ("one good character makes a kid", |v| {
            v.keys.is_well_formed = |key_id| key_id.contains(is_allowed) && key_id.split('/').all(is_segment);
        }),
        ("a kid has no plus", |v| v.keys.is_well_formed = |key_id| without(key_id, |character| character == '+')),
        ("a kid has no underscore", |v| v.keys.is_well_formed = |key_id| without(key_id, |character| character == '_')),
        ("a kid has no hyphen", |v| v.keys.is_well_formed = |key_id| without(key_id, |character| character == '-')),
        ("a kid has no capitals", |v| {
            v.keys.is_well_formed = |key_id| without(key_id, |character| character.is_ascii_uppercase());
        }),
        ("a kid begins with a letter or a digit", |v| {
            v.keys.is_well_formed = |key_id| {
                well_formed(key_id, is_segment) && key_id.starts_with(|first: char| first.is_ascii_alphanumeric())
            };
        }),
        ("a kid begins with a letter", |v| {
            v.keys.is_well_formed = |key_id| {
                well_formed(key_id, is_segment) && key_id.starts_with(|first: char| first.is_ascii_alphabetic())
            };
        }),
    ],
};

fn well_formed(key_id: &str, is_segment: impl Fn(&str) -> bool) -> bool {
    key_id.chars().all(is_allowed) && key_id.split('/').all(is_segment)
}

/// Whether a `kid` is well formed if these characters are also allowed.
fn also(key_id: &str, is_fine: impl Fn(char) -> bool) -> bool {
    key_id.chars().all(|character| is_allowed(character) || is_fine(character)) && key_id.split('/').all(is_segment)
}

/// Whether a `kid` is well formed and has none of these characters.
fn without(key_id: &str, is_bad: impl Fn(char) -> bool) -> bool {
    well_formed(key_id, is_segment) && !key_id.chars().any(is_bad)
}

pub(crate) const GROUPS: &[Group] = &[SEGMENTS, CHARACTERS];
