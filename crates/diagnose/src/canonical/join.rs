//! Groups, sorts and writes parameters (QSH-Q7 to QSH-Q9, QSH-Q13, QSH-Q21), under any dialect.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use percent_encoding::percent_encode;
use qsh_hash::order::by_utf16;

use super::escape::escaped;
use super::order::{Collation, by_length, by_number, integers_first};
use super::pairs::{Pair, Side};
use super::php;
use super::text::{folded, quoted, utf16};
use crate::dialect::{Dialect, NameOrder, Names, ParameterJoin, Repeat, SameName, ValueJoin, ValueOrder};
use crate::percent;

/// A name with all its values (QSH-Q8), decoded and encoded.
pub(super) struct Parameter {
    written: Vec<u8>,
    decoded: Vec<u8>,
    encoded: Vec<u8>,
    values: Vec<Value>,
    has_equals: bool,
}

struct Value {
    decoded: Vec<u8>,
    encoded: Vec<u8>,
}

impl Parameter {
    pub(super) fn new(pair: Pair, encode: impl Fn(&[u8], Side) -> Vec<u8>) -> Self {
        let (name, value) = (encode(&pair.name, Side::Name), encode(&pair.value, Side::Value));
        Self {
            written: pair.written,
            decoded: pair.name,
            encoded: name,
            values: vec![Value { decoded: pair.value, encoded: value }],
            has_equals: pair.has_equals,
        }
    }

    /// The decoded text `name=value`. Several values are joined with `,`.
    fn decoded_pair(&self) -> Vec<u8> {
        let values: Vec<&[u8]> = self.values.iter().map(|value| value.decoded.as_slice()).collect();
        [&self.decoded, b"=".as_slice(), &values.join(&b',')].concat()
    }

    /// Applies a step of the encoding to names or values.
    pub(super) fn change(&mut self, change: impl Fn(Vec<u8>, Side) -> Vec<u8>) {
        self.encoded = change(std::mem::take(&mut self.encoded), Side::Name);
        for value in &mut self.values {
            value.encoded = change(std::mem::take(&mut value.encoded), Side::Value);
        }
    }
}

/// QSH-Q8: merges parameters with the same name at the position of the first one.
pub(super) fn join_repeated(parameters: Vec<Parameter>, dialect: &Dialect) -> Vec<Parameter> {
    if dialect.repeat == Repeat::Separate {
        return parameters;
    }
    let mut place: HashMap<Vec<u8>, usize> = HashMap::with_capacity(parameters.len());
    let mut joined: Vec<Parameter> = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        let name = match dialect.same_name {
            SameName::Exact => parameter.decoded.clone(),
            SameName::IgnoringCase => folded(&parameter.decoded),
            SameName::Undecoded => parameter.written.clone(),
        };
        match place.get(&name) {
            Some(&index) => {
                joined[index].values.extend(parameter.values);
                joined[index].has_equals = true;
            }
            None => {
                place.insert(name, joined.len());
                joined.push(parameter);
            }
        }
    }
    joined.iter_mut().for_each(|parameter| choose_values(&mut parameter.values, dialect));
    joined
}

/// QSH-Q8: selects the values that are used.
fn choose_values(values: &mut Vec<Value>, dialect: &Dialect) {
    match dialect.repeat {
        Repeat::FirstOnly => values.truncate(1),
        Repeat::LastOnly => {
            values.drain(..values.len() - 1);
        }
        Repeat::SmallestOnly => {
            values.sort_by(|a, b| by_utf16(&a.decoded, &b.decoded));
            values.truncate(1);
        }
        Repeat::GreatestOnly => {
            values.sort_by(|a, b| by_utf16(&b.decoded, &a.decoded));
            values.truncate(1);
        }
        Repeat::Deduplicated => {
            let mut seen = HashSet::new();
            values.retain(|value| seen.insert(value.decoded.clone()));
        }
        _ => {}
    }
}

/// QSH-Q7. Separate pairs are also sorted by value. The sort by name is stable and keeps this order.
pub(super) fn sort_values(parameters: &mut [Parameter], dialect: &Dialect) {
    let order: fn(&Value, &Value) -> Ordering = match dialect.value_order {
        ValueOrder::DecodedUtf16 => |a, b| by_utf16(&a.decoded, &b.decoded),
        ValueOrder::DecodedCodePoint => |a, b| a.decoded.cmp(&b.decoded),
        ValueOrder::Encoded => |a, b| a.encoded.cmp(&b.encoded),
        ValueOrder::AsGiven | ValueOrder::LastFirst => |_, _| Ordering::Equal,
        ValueOrder::IgnoringCase => |a, b| folded(&a.decoded).cmp(&folded(&b.decoded)),
        ValueOrder::Culture => |a, b| Collation::of(&a.decoded).cmp(&Collation::of(&b.decoded)),
        ValueOrder::Numeric => |a, b| by_number(&a.decoded, &b.decoded),
        ValueOrder::ByLength => |a, b| by_length(&a.decoded, &b.decoded),
        ValueOrder::Reversed => |a, b| by_utf16(&b.decoded, &a.decoded),
    };
    for parameter in &mut *parameters {
        if dialect.value_order == ValueOrder::LastFirst {
            parameter.values.reverse();
        }
        parameter.values.sort_by(order);
    }
    if dialect.repeat == Repeat::Separate && !matches!(dialect.name_order, NameOrder::AsGiven | NameOrder::LastFirst) {
        if dialect.value_order == ValueOrder::LastFirst {
            parameters.reverse();
        }
        parameters.sort_by(|a, b| order(&a.values[0], &b.values[0]));
    }
}

/// QSH-Q9.
pub(super) fn sort_names(parameters: &mut [Parameter], dialect: &Dialect) {
    match dialect.name_order {
        NameOrder::Encoded => parameters.sort_by(|a, b| a.encoded.cmp(&b.encoded)),
        NameOrder::DecodedUtf16 => parameters.sort_by(|a, b| by_utf16(&a.decoded, &b.decoded)),
        NameOrder::DecodedCodePoint => parameters.sort_by(|a, b| a.decoded.cmp(&b.decoded)),
        NameOrder::WholePair => {
            parameters.sort_by_cached_key(|parameter| written_pair(parameter, dialect.names, dialect));
        }
        NameOrder::DecodedPair => parameters.sort_by_cached_key(|parameter| utf16(&parameter.decoded_pair())),
        NameOrder::AsWritten => parameters.sort_by(|a, b| a.written.cmp(&b.written)),
        NameOrder::AsGiven => {}
        NameOrder::LastFirst => parameters.reverse(),
        NameOrder::IgnoringCase => parameters.sort_by_cached_key(|parameter| folded(&parameter.decoded)),
        NameOrder::Culture => parameters.sort_by_cached_key(|parameter| Collation::of(&parameter.decoded)),
        NameOrder::Php8 => php::sort(parameters, |parameter| &parameter.decoded),
        NameOrder::IntegersFirst => parameters.sort_by(|a, b| integers_first(&a.decoded, &b.decoded)),
        NameOrder::Numeric => parameters.sort_by(|a, b| by_number(&a.encoded, &b.encoded)),
        NameOrder::ByLength => parameters.sort_by(|a, b| by_length(&a.encoded, &b.encoded)),
        NameOrder::Reversed => parameters.sort_by(|a, b| b.encoded.cmp(&a.encoded)),
    }
}

/// `name=value`, or the form that the dialect writes.
pub(super) fn written_pair(parameter: &Parameter, names: Names, dialect: &Dialect) -> Vec<u8> {
    let name = match names {
        Names::Encoded => parameter.encoded.as_slice(),
        Names::Bare => parameter.decoded.as_slice(),
    };
    let values: Vec<&[u8]> = parameter.values.iter().map(|value| value.encoded.as_slice()).collect();
    if !parameter.has_equals && values.len() == 1 {
        return name.to_vec();
    }
    let once = |value: &[u8]| pair(name, value, dialect);
    // A pair for each value, with a suffix after its name.
    let each = |behind: &dyn Fn(usize) -> String| {
        let named = |(index, value): (usize, &&[u8])| pair(&[name, behind(index).as_bytes()].concat(), value, dialect);
        parameter_joined(&values.iter().enumerate().map(named).collect::<Vec<_>>(), dialect)
    };
    match dialect.repeat {
        Repeat::RailsBrackets if values.len() > 1 => each(&|_| "[]".to_owned()),
        Repeat::EscapedBrackets if values.len() > 1 => each(&|_| "%5B%5D".to_owned()),
        Repeat::Indexed if values.len() > 1 => each(&|index| format!("%5B{index}%5D")),
        Repeat::PythonList => once(&list(&parameter.values, python_text, b", ", dialect)),
        Repeat::JavaList => once(&list(&parameter.values, <[u8]>::to_vec, b", ", dialect)),
        Repeat::RubyArray => once(&list(&parameter.values, quoted, b", ", dialect)),
        Repeat::RubyArrayOfSeveral if values.len() > 1 => once(&list(&parameter.values, quoted, b", ", dialect)),
        Repeat::ClojureVectorOfSeveral if values.len() > 1 => once(&list(&parameter.values, quoted, b" ", dialect)),
        Repeat::GoSlice => once(&list(&parameter.values, <[u8]>::to_vec, b" ", dialect)),
        Repeat::JsonArray if values.len() > 1 => once(&list(&parameter.values, quoted, b",", dialect)),
        Repeat::PhpArray if values.len() > 1 => once(b"Array"),
        Repeat::Concatenated => once(&values.concat()),
        Repeat::EscapedComma => once(&values.join(b"%2C".as_slice())),
        Repeat::CommaAndSpace => once(&values.join(b", ".as_slice())),
        Repeat::Semicolon => once(&values.join(&b';')),
        Repeat::Ampersand => once(&values.join(&b'&')),
        Repeat::Space => once(&values.join(b"%20".as_slice())),
        Repeat::Pipe => once(&values.join(b"%7C".as_slice())),
        Repeat::Comma
        | Repeat::Separate
        | Repeat::FirstOnly
        | Repeat::LastOnly
        | Repeat::SmallestOnly
        | Repeat::GreatestOnly
        | Repeat::Deduplicated
        | Repeat::RubyArrayOfSeveral
        | Repeat::ClojureVectorOfSeveral
        | Repeat::JsonArray
        | Repeat::PhpArray
        | Repeat::RailsBrackets
        | Repeat::EscapedBrackets
        | Repeat::Indexed => once(&values.join(&b',')),
    }
}

/// QSH-Q21: name and value.
fn pair(name: &[u8], value: &[u8], dialect: &Dialect) -> Vec<u8> {
    match dialect.value_join {
        ValueJoin::Equals => [name, b"=", value].concat(),
        ValueJoin::Colon => [name, b":", value].concat(),
        ValueJoin::Nothing => [name, value].concat(),
        ValueJoin::Escaped => [name, b"%3D", value].concat(),
        ValueJoin::NamesOnly => name.to_vec(),
        ValueJoin::ValuesOnly => value.to_vec(),
    }
}

/// The text of a list of values in brackets, encoded.
fn list(values: &[Value], text: fn(&[u8]) -> Vec<u8>, between: &[u8], dialect: &Dialect) -> Vec<u8> {
    let texts: Vec<Vec<u8>> = values.iter().map(|value| text(&value.decoded)).collect();
    escaped(&[b"[", texts.join(between).as_slice(), b"]"].concat(), dialect, Side::Value)
}

/// A text as Python's `repr` writes it. Only quotes and backslashes are escaped.
fn python_text(text: &[u8]) -> Vec<u8> {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' };
    let mut written = vec![quote];
    for &byte in text {
        if byte == b'\\' || byte == quote {
            written.push(b'\\');
        }
        written.push(byte);
    }
    written.push(quote);
    written
}

/// QSH-Q21: the whole query.
pub(super) fn join(parameters: &[Parameter], dialect: &Dialect) -> Vec<u8> {
    match dialect.parameter_join {
        ParameterJoin::Json => return object(parameters, quoted, [b":", b","], false),
        ParameterJoin::JavaMap => {
            return object(parameters, <[u8]>::to_vec, [b"=", b", "], dialect.repeat == Repeat::JavaList);
        }
        ParameterJoin::ObjectText => return b"[object Object]".to_vec(),
        _ => {}
    }
    let written: Vec<Vec<u8>> =
        parameters.iter().map(|parameter| written_pair(parameter, dialect.names, dialect)).collect();
    whole(&written, dialect)
}

/// The text of an object. Several values of one name become a list. Some dialects always write a list.
fn object(
    parameters: &[Parameter],
    text: fn(&[u8]) -> Vec<u8>,
    [equals, comma]: [&[u8]; 2],
    always_lists: bool,
) -> Vec<u8> {
    let member = |parameter: &Parameter| {
        let values: Vec<Vec<u8>> = parameter.values.iter().map(|value| text(&value.decoded)).collect();
        let values = match values.as_slice() {
            [value] if !always_lists => value.clone(),
            several => [b"[", several.join(comma).as_slice(), b"]"].concat(),
        };
        [text(&parameter.decoded).as_slice(), equals, &values].concat()
    };
    let members: Vec<Vec<u8>> = parameters.iter().map(member).collect();
    [b"{", members.join(comma).as_slice(), b"}"].concat()
}

/// Joins written pairs to one query.
pub(super) fn whole(written: &[Vec<u8>], dialect: &Dialect) -> Vec<u8> {
    let text = parameter_joined(written, dialect);
    match dialect.parameter_join {
        ParameterJoin::AfterEach if !written.is_empty() => [&text, b"&".as_slice()].concat(),
        ParameterJoin::BeforeEach if !written.is_empty() => [b"&".as_slice(), &text].concat(),
        ParameterJoin::EscapedAgain => percent_encode(&text, percent::RFC3986).to_string().into_bytes(),
        _ => text,
    }
}

fn parameter_joined(written: &[Vec<u8>], dialect: &Dialect) -> Vec<u8> {
    let between: &[u8] = match dialect.parameter_join {
        ParameterJoin::Ampersand
        | ParameterJoin::AfterEach
        | ParameterJoin::BeforeEach
        | ParameterJoin::EscapedAgain
        | ParameterJoin::Json
        | ParameterJoin::JavaMap
        | ParameterJoin::ObjectText => b"&",
        ParameterJoin::Comma => b",",
        ParameterJoin::Semicolon => b";",
        ParameterJoin::LineFeed => b"\n",
        ParameterJoin::Html => b"&amp;",
        ParameterJoin::Nothing => b"",
    };
    written.join(between)
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use crate::{Dialect, Part, part_with};

    /// The expected texts are derived from the output of the languages.
    #[test]
    fn lists_and_objects_are_written_as_their_languages_do() {
        let request = Request::new("GET", "/p?b=x+y&a=2&a=\"1'").unwrap();
        for (choice, expected) in [
            ("repeat=python_list", "a=%5B%27%221%5C%27%27%2C%20%272%27%5D&b=%5B%27x%20y%27%5D"),
            ("repeat=java_list", "a=%5B%221%27%2C%202%5D&b=%5Bx%20y%5D"),
            ("repeat=ruby_array", "a=%5B%22%5C%221%27%22%2C%20%222%22%5D&b=%5B%22x%20y%22%5D"),
            ("repeat=ruby_array_of_several", "a=%5B%22%5C%221%27%22%2C%20%222%22%5D&b=x%20y"),
            ("repeat=clojure_vector_of_several", "a=%5B%22%5C%221%27%22%20%222%22%5D&b=x%20y"),
            ("repeat=go_slice", "a=%5B%221%27%202%5D&b=%5Bx%20y%5D"),
            ("repeat=json_array", "a=%5B%22%5C%221%27%22%2C%222%22%5D&b=x%20y"),
            ("repeat=php_array", "a=Array&b=x%20y"),
            ("parameter_join=json", r#"{"a":["\"1'","2"],"b":"x y"}"#),
            ("parameter_join=java_map", r#"{a=["1', 2], b=x y}"#),
            ("parameter_join=object_text", "[object Object]"),
        ] {
            let dialect = Dialect::OFFICIAL.with(choice.parse().unwrap());
            let query = part_with(&request, Part::Query, &dialect).unwrap();
            assert_eq!(str::from_utf8(&query), Ok(expected), "{choice}");
        }
        let map_of_lists = Dialect::OFFICIAL
            .with("parameter_join=java_map".parse().unwrap())
            .with("repeat=java_list".parse().unwrap());
        let query = part_with(&request, Part::Query, &map_of_lists).unwrap();
        assert_eq!(str::from_utf8(&query), Ok(r#"{a=["1', 2], b=[x y]}"#));
    }
}
