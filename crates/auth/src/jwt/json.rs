//! Strict JSON (JWT-4 to JWT-6): one object, no duplicate members, limited nesting.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The maximum nesting depth of arrays and objects (JWT-6).
const DEEPEST: usize = 32;

/// Why a text is not a valid object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAnObject {
    /// It is not JSON, or not an object (JWT-4).
    Other,
    /// It has a duplicate member (JWT-5).
    Repeated,
    /// It is nested too deeply (JWT-6).
    TooDeep,
}

/// Parses an object.
///
/// # Errors
///
/// If the text is not an object, or violates one of the limits.
pub(crate) fn object(text: &[u8]) -> Result<Map<String, Value>, NotAnObject> {
    // The parser's errors carry only text, so the kind of the error is returned here.
    let wrong = Cell::new(NotAnObject::Other);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: DEEPEST, wrong: &wrong }.deserialize(&mut reader).map_err(|_| wrong.get())?;
    match (value, reader.end()) {
        (Value::Object(members), Ok(())) => Ok(members),
        _ => Err(NotAnObject::Other),
    }
}

/// Parses a value with at most this many nesting levels.
#[derive(Clone, Copy)]
struct Strict<'w> {
    depth: usize,
    /// The reason, if this code stops the parser.
    wrong: &'w Cell<NotAnObject>,
}

impl Strict<'_> {
    fn below<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| self.refuse(NotAnObject::TooDeep))?;
        Ok(Self { depth, ..self })
    }

    fn refuse<E: Error>(self, wrong: NotAnObject) -> E {
        self.wrong.set(wrong);
        E::custom("not what is allowed")
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(below)?;
            if members.insert(name, value).is_some() {
                return Err(self.refuse(NotAnObject::Repeated));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_keeps_all_that_it_holds() {
        let text = br#" {"a": [1, -2, 0.5, true, null, {"b": "\u00e9"}], "c": {}} "#;
        assert_eq!(object(text).map(Value::Object), Ok(serde_json::from_slice(text).unwrap()));
    }

    #[test]
    fn what_is_no_object_and_what_an_object_may_not_hold_is_refused() {
        let deep = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels)).into_bytes();
        assert!(object(&deep(DEEPEST - 1)).is_ok());
        assert_eq!(object(&deep(DEEPEST)), Err(NotAnObject::TooDeep));
        for text in
            [&br#"{"a":1,"a":1}"#[..], br#"{"a":1,"\u0061":2}"#, br#"{"b":{"a":1,"a":1}}"#, br#"{"b":[{"a":1,"a":1}]}"#]
        {
            assert_eq!(object(text), Err(NotAnObject::Repeated), "{}", text.escape_ascii());
        }
        for text in [
            &b"[]"[..],
            b"null",
            b"",
            b"{",
            b"{} {}",
            b"{}x",
            b"{\"a\":\"\xff\"}",
            br#"{"a":"\ud800"}"#,
            br#"{"a":01}"#,
            br#"{"a":1e999}"#,
            br#"{"a":NaN}"#,
            br#"{'a':1}"#,
            b"\xef\xbb\xbf{}",
        ] {
            assert_eq!(object(text), Err(NotAnObject::Other), "{}", text.escape_ascii());
        }
    }
}
