//! Names that mean something to a framework (QSH-Q19), under any dialect.

use std::collections::{HashMap, HashSet};

use super::dialect::{Dialect, SpecialNames};
use super::pairs::Pair;

/// QSH-Q19.
pub(super) fn special_names(pairs: &mut Vec<Pair>, dialect: &Dialect) {
    match dialect.special_names {
        SpecialNames::Plain => {}
        SpecialNames::PrototypeDropped => pairs.retain(|pair| pair.name != b"__proto__"),
        SpecialNames::Nested => nest(pairs),
        SpecialNames::Renumbered => renumber(pairs),
        SpecialNames::Php => pairs.iter_mut().for_each(|pair| pair.name = variable(&pair.name)),
        SpecialNames::BracketsRemoved => pairs.iter_mut().for_each(|pair| {
            let bare = pair.name.strip_suffix(b"[]").unwrap_or(&pair.name).len();
            pair.name.truncate(bare);
        }),
    }
}

/// A name as PHP's `parse_str` makes a variable of it; brackets are left alone.
fn variable(name: &[u8]) -> Vec<u8> {
    let front = name.iter().take_while(|&&byte| byte == b' ').count();
    name[front..].iter().map(|&byte| if byte == b'.' || byte == b' ' { b'_' } else { byte }).collect()
}

/// What JavaScript makes of the values that `qs` nests: a name with an object in it has the text of an object and nothing
/// else, and one with a list has the values of the list.
fn nest(pairs: &mut Vec<Pair>) {
    pairs.retain(|pair| pair.name != b"__proto__");
    let mut objects: HashSet<Vec<u8>> = HashSet::new();
    for pair in pairs.iter_mut() {
        let Some(open) = pair.name.iter().position(|&byte| byte == b'[') else { continue };
        if open == 0 || !pair.name.ends_with(b"]") {
            continue;
        }
        let is_list = pair.name[open..] == *b"[]";
        pair.name.truncate(open);
        if !is_list {
            objects.insert(pair.name.clone());
        }
    }
    let mut written: HashSet<Vec<u8>> = HashSet::new();
    pairs.retain_mut(|pair| {
        if !objects.contains(&pair.name) {
            return true;
        }
        pair.value = b"[object Object]".to_vec();
        pair.has_equals = true;
        written.insert(pair.name.clone())
    });
}

fn renumber(pairs: &mut [Pair]) {
    let mut numbers: HashMap<Vec<u8>, String> = HashMap::new();
    for pair in pairs {
        let canonical_integer = pair.name == b"0" || !pair.name.starts_with(b"0");
        if !pair.name.is_empty() && canonical_integer && pair.name.iter().all(u8::is_ascii_digit) {
            let next = numbers.len().to_string();
            pair.name = numbers.entry(pair.name.clone()).or_insert(next).clone().into_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, Part, Request, canonicalize_with};

    #[test]
    fn nested_names_are_what_express_makes_of_them() {
        let nested = Dialect::OFFICIAL.with("special_names=nested".parse().unwrap());
        for (query, expected) in [
            ("a[b]=1&a[]=2&a[]=3", "a=%5Bobject%20Object%5D"),
            ("a[]=2&a[]=3", "a=2,3"),
            ("__proto__=1&a=2", "a=2"),
            ("[a]=1&a]=2", "%5Ba%5D=1&a%5D=2"),
        ] {
            let url = format!("/p?{query}");
            let canonical = canonicalize_with(&Request::new("GET", &url).unwrap(), &nested).unwrap();
            assert_eq!(canonical.part(Part::Query), expected.as_bytes(), "{query}");
        }
    }
}
