//! Names with a special meaning in a framework (QSH-Q19), under any dialect.

use std::collections::{HashMap, HashSet};

use super::order;
use super::pairs::Pair;
use crate::dialect::{Dialect, SpecialNames};

/// QSH-Q19.
pub(super) fn special_names(pairs: &mut Vec<Pair>, dialect: &Dialect) {
    match dialect.special_names {
        SpecialNames::Plain => {}
        SpecialNames::PrototypeDropped => pairs.retain(|pair| pair.name != b"__proto__"),
        SpecialNames::Nested => nest(pairs),
        SpecialNames::Renumbered => renumber(pairs),
        SpecialNames::Php => pairs.iter_mut().for_each(|pair| pair.name = variable(&pair.name)),
        SpecialNames::BracketsDropped => {
            let is_bracket = |byte: &u8| matches!(byte, b'[' | b']');
            pairs.retain(|pair| pair.name.is_empty() || !pair.name.iter().all(is_bracket));
        }
        SpecialNames::BracketsRemoved => pairs.iter_mut().for_each(|pair| {
            let bare = pair.name.strip_suffix(b"[]").unwrap_or(&pair.name).len();
            pair.name.truncate(bare);
        }),
    }
}

/// The name of the variable that PHP's `parse_str` creates. Brackets are kept.
fn variable(name: &[u8]) -> Vec<u8> {
    let front = name.iter().take_while(|&&byte| byte == b' ').count();
    name[front..].iter().map(|&byte| if byte == b'.' || byte == b' ' { b'_' } else { byte }).collect()
}

/// The maximum number of items in a list of `qs`. A longer list becomes an object.
const ITEMS_OF_A_LIST: usize = 20;

/// How JavaScript reads the values that `qs` nests. A name that contains an object has only the text of an object as
/// its value. A name with a list has the values of the list. A list that is too long is an object.
fn nest(pairs: &mut Vec<Pair>) {
    pairs.retain(|pair| pair.name != b"__proto__");
    let mut objects: HashSet<Vec<u8>> = HashSet::new();
    let mut items: HashMap<Vec<u8>, usize> = HashMap::new();
    for pair in pairs.iter_mut() {
        let is_object = match pair.name.iter().position(|&byte| byte == b'[') {
            None => false,
            // `[a]` is read as `a`.
            Some(0) => match pair.name.iter().position(|&byte| byte == b']') {
                Some(close) if close > 1 => {
                    let is_object = close + 1 < pair.name.len();
                    pair.name.truncate(close);
                    pair.name.remove(0);
                    is_object
                }
                _ => false,
            },
            Some(open) => {
                let key = pair.name.split_off(open);
                !is_list(&key)
            }
        };
        let count = items.entry(pair.name.clone()).or_default();
        *count += 1;
        if is_object || *count > ITEMS_OF_A_LIST {
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

/// Whether this is the key of a list: `[]`, `[0]`, and so on.
fn is_list(key: &[u8]) -> bool {
    let index = key.strip_prefix(b"[").and_then(|key| key.strip_suffix(b"]"));
    index.is_some_and(|index| {
        index.is_empty() || order::index(index).is_some_and(|index| (index as usize) < ITEMS_OF_A_LIST)
    })
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
    use qsh_hash::Request;

    use crate::{Dialect, Part, canonicalize_with};

    /// The results are those of npm `atlassian-jwt` 2.0.3 with queries from Express 4.22 and `qs` 6.16.
    #[test]
    fn nested_names_are_what_express_makes_of_them() {
        let nested = Dialect::OFFICIAL.with("special_names=nested".parse().unwrap());
        for (query, expected) in [
            ("a[b]=1&a[]=2&a[]=3", "a=%5Bobject%20Object%5D"),
            ("a[]=2&a[]=3", "a=2,3"),
            ("__proto__=1&a=2", "a=2"),
            ("[a]=1&b]=2", "a=1&b%5D=2"),
            ("a[0]=1&a[1]=2", "a=1,2"),
            ("a[1]=3&a[0]=2", "a=2,3"),
            ("a[19]=x&b[20]=x&c[01]=x", "a=x&b=%5Bobject%20Object%5D&c=%5Bobject%20Object%5D"),
            ("a[]=1&a[b]=2", "a=%5Bobject%20Object%5D"),
            ("a=1&a[]=2", "a=1,2"),
            ("a[0][b]=1", "a=%5Bobject%20Object%5D"),
            ("a[=1&b[b=1&c[[b]]=1", "a=%5Bobject%20Object%5D&b=%5Bobject%20Object%5D&c=%5Bobject%20Object%5D"),
            ("a[]=&b[b]", "a=&b=%5Bobject%20Object%5D"),
        ] {
            let url = format!("/p?{query}");
            let canonical = canonicalize_with(&Request::new("GET", &url).unwrap(), &nested).unwrap();
            assert_eq!(canonical.part(Part::Query), expected.as_bytes(), "{query}");
        }
        let query = |count: usize| {
            let url = format!("/p?{}", vec!["a=1"; count].join("&"));
            let canonical = canonicalize_with(&Request::new("GET", &url).unwrap(), &nested).unwrap();
            String::from_utf8(canonical.part(Part::Query).to_vec()).unwrap()
        };
        assert_eq!(query(20), format!("a={}", ["1"; 20].join(",")));
        assert_eq!(query(21), "a=%5Bobject%20Object%5D");
    }
}
