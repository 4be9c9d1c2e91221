//! Strict JSON (JWT-4 to JWT-6): an object, no member twice, nesting within bounds.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep arrays and objects may be nested (JWT-6).
const DEEPEST: usize = 32;

/// Reads an object; nothing, where the text is anything else.
pub(crate) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: DEEPEST }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Reads a value with so many levels below it at most.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn below<E: Error>(self) -> Result<Self, E> {
        self.depth.checked_sub(1).map(|depth| Self { depth }).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
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
                return Err(A::Error::custom("a member stands there twice"));
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
        assert_eq!(object(text).map(Value::Object), serde_json::from_slice(text).unwrap());
    }

    #[test]
    fn what_is_no_object_and_what_an_object_may_not_hold_is_refused() {
        let deep = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels)).into_bytes();
        assert!(object(&deep(DEEPEST - 1)).is_some());
        assert!(object(&deep(DEEPEST)).is_none());
        for text in [
            &b"[]"[..],
            b"null",
            b"",
            b"{",
            b"{} {}",
            b"{}x",
            br#"{"a":1,"a":1}"#,
            br#"{"a":1,"\u0061":2}"#,
            br#"{"b":{"a":1,"a":1}}"#,
            br#"{"b":[{"a":1,"a":1}]}"#,
            b"{\"a\":\"\xff\"}",
            br#"{"a":"\ud800"}"#,
            br#"{"a":01}"#,
            br#"{"a":1e999}"#,
            br#"{"a":NaN}"#,
            br#"{'a':1}"#,
            b"\xef\xbb\xbf{}",
        ] {
            assert!(object(text).is_none(), "{}", text.escape_ascii());
        }
    }
}
