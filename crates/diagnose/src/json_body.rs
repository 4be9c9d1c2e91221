//! A JSON body, and the parameters that some frameworks read from it.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

/// The body of an `application/json` request, as it was sent (QSH-F4).
///
/// The hash ignores it. Some frameworks store the members of a JSON body with those of a form, so a library may take
/// them for parameters. [`JsonBody::members`] returns these parameters as npm's library reads them: with JavaScript's
/// `JSON.parse` and `String`.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::JsonBody;
///
/// let body: JsonBody = r#"{"name": "a b", "ids": [2, 1], "more": {"x": null}}"#.parse()?;
/// assert_eq!(body.members(), "name=a%20b&ids=2&ids=1&more=%5Bobject%20Object%5D");
/// assert!("{name}".parse::<JsonBody>().is_err());
/// # Ok::<(), qsh_diagnose::BadJsonBody>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JsonBody {
    text: Box<str>,
    members: Box<str>,
}

impl JsonBody {
    /// The body as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The members of the object, written as the pairs of a form. Empty if the body is not an object.
    pub fn members(&self) -> &str {
        &self.members
    }
}

impl std::str::FromStr for JsonBody {
    type Err = BadJsonBody;

    /// Parses a body.
    ///
    /// # Errors
    ///
    /// Text that is not JSON.
    fn from_str(text: &str) -> Result<Self, BadJsonBody> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for JsonBody {
    type Error = BadJsonBody;

    fn try_from(text: String) -> Result<Self, BadJsonBody> {
        serde_json::from_str::<Value>(&text).map_err(|error| BadJsonBody(error.to_string()))?;
        let members = serde_json::from_str::<Members>(&text).map_or_else(|_| String::new(), |members| members.pairs());
        Ok(Self { text: text.into(), members: members.into() })
    }
}

impl From<JsonBody> for String {
    fn from(body: JsonBody) -> Self {
        body.text.into()
    }
}

/// A body that is not JSON. `Display` gives the position of the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadJsonBody(String);

impl fmt::Display for BadJsonBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unusable JSON body: {}", self.0)
    }
}

impl Error for BadJsonBody {}

/// The members of an object in order. A duplicate name keeps the place of the first and the value of the last.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Members, A::Error> {
                let mut places: HashMap<String, usize> = HashMap::new();
                let mut members: Vec<(String, Value)> = Vec::new();
                while let Some((name, value)) = entries.next_entry::<String, Value>()? {
                    let place = *places.entry(name.clone()).or_insert(members.len());
                    match members.get_mut(place) {
                        Some((_, known)) => *known = value,
                        None => members.push((name, value)),
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl Members {
    fn pairs(&self) -> String {
        let values = |value: &Value| match value {
            Value::Array(elements) if !elements.is_empty() => elements.iter().map(text).collect(),
            value => vec![text(value)],
        };
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pair = |name: &str, value: &str| format!("{}={}", escaped(name), escaped(value));
        let pairs =
            self.0.iter().flat_map(|(name, value)| values(value).into_iter().map(move |value| pair(name, &value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// The text that JavaScript's `String` returns for a value.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number_text(number),
        Value::String(text) => text.clone(),
        // In a list, `null` becomes the empty text.
        Value::Array(elements) => {
            let texts = elements.iter().map(|element| if element.is_null() { String::new() } else { text(element) });
            texts.collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

/// The shortest digits of a double. Uses an exponent from 10^21 on and below 10^-6 (ECMAScript, `Number::toString`).
fn number_text(number: &Number) -> String {
    let number = number.as_f64().unwrap_or(f64::NAN);
    match number.abs() {
        0.0 => "0".to_owned(),
        1e-6..1e21 => number.to_string(),
        _ => {
            let text = format!("{number:e}");
            text.replacen('e', if text.contains("e-") { "e" } else { "e+" }, 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters that npm atlassian-jwt 2.0.3 reads from this body.
    #[test]
    fn members_are_those_that_javascript_reads() {
        let body = r#"{"b":1,"a":["x","y"],"c":null,"d":{"e":1},"f":true,"g":1.50,"h":[],"i":[null,{"z":1}],"j":[[1,null]],"k":"é &","l":2.0}"#;
        let body = body.parse::<JsonBody>().unwrap();
        let object = "%5Bobject%20Object%5D";
        let expected =
            format!("b=1&a=x&a=y&c=null&d={object}&f=true&g=1%2E5&h=&i=null&i={object}&j=1%2C&k=%C3%A9%20%26&l=2");
        assert_eq!(body.members(), expected);
    }

    /// The output of Node.js.
    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (number, expected) in [
            ("1e16", "10000000000000000"),
            ("-0", "0"),
            ("0.000001", "0.000001"),
            ("12345678901234567890", "12345678901234567000"),
            ("1e21", "1e+21"),
            ("1.5e-7", "1.5e-7"),
            ("123.456", "123.456"),
            ("-2.5e30", "-2.5e+30"),
            ("2.0", "2"),
        ] {
            assert_eq!(number_text(&serde_json::from_str(number).unwrap()), expected);
        }
    }

    #[test]
    fn of_two_members_with_one_name_the_last_value_counts_in_the_place_of_the_first() {
        let body: JsonBody = r#"{"a":1,"b":2,"a":3}"#.parse().unwrap();
        assert_eq!(body.members(), "a=3&b=2");
    }

    #[test]
    fn only_an_object_has_members() {
        for text in ["[1]", "\"a=b\"", "null", "1", "{}"] {
            assert_eq!(text.parse::<JsonBody>().unwrap().members(), "", "{text}");
        }
        for text in ["", "a=b", "{\"a\":1", "{\"a\":1} x"] {
            assert!(text.parse::<JsonBody>().is_err(), "{text}");
        }
    }
}
