//! A JSON body, and the parameters that a framework reads in it.

use std::error::Error;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// The body of an `application/json` request, as it was sent (QSH-F4).
///
/// It never counts. A framework that keeps the members of any body where it keeps those of a form makes parameters of
/// them all the same, and [`JsonBody::members`] has these: the members of the object as JavaScript's `JSON.parse` and
/// `String` read them, since npm's library is the one that was seen to.
///
/// # Examples
///
/// ```
/// use qsh::suite::case::JsonBody;
///
/// let body: JsonBody = r#"{"name": "a b", "ids": [2, 1], "more": {"x": null}}"#.parse()?;
/// assert_eq!(body.members(), "ids=2&ids=1&more=%5Bobject%20Object%5D&name=a%20b");
/// assert!("{name}".parse::<JsonBody>().is_err());
/// # Ok::<(), qsh::suite::case::BadJsonBody>(())
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

    /// The members of the object, written as the pairs of a form; nothing, where the body is no object.
    pub fn members(&self) -> &str {
        &self.members
    }
}

impl std::str::FromStr for JsonBody {
    type Err = BadJsonBody;

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// A text that is no JSON.
    fn from_str(text: &str) -> Result<Self, BadJsonBody> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for JsonBody {
    type Error = BadJsonBody;

    fn try_from(text: String) -> Result<Self, BadJsonBody> {
        let value: Value = serde_json::from_str(&text).map_err(|error| BadJsonBody(error.to_string()))?;
        let members = value.as_object().map_or_else(String::new, pairs);
        Ok(Self { text: text.into(), members: members.into() })
    }
}

impl From<JsonBody> for String {
    fn from(body: JsonBody) -> Self {
        body.text.into()
    }
}

/// A body that is no JSON. `Display` says where it stops being any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadJsonBody(String);

impl fmt::Display for BadJsonBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unusable JSON body: {}", self.0)
    }
}

impl Error for BadJsonBody {}

fn pairs(object: &Map<String, Value>) -> String {
    let values = |value: &Value| match value {
        Value::Array(elements) if !elements.is_empty() => elements.iter().map(text).collect(),
        value => vec![text(value)],
    };
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pair = |name: &str, value: &str| format!("{}={}", escaped(name), escaped(value));
    let pairs = object.iter().flat_map(|(name, value)| values(value).into_iter().map(move |value| pair(name, &value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What JavaScript's `String` makes of a value.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number_text(number),
        Value::String(text) => text.clone(),
        // Within a list nothing stands for `null`.
        Value::Array(elements) => {
            let texts = elements.iter().map(|element| if element.is_null() { String::new() } else { text(element) });
            texts.collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

/// `1.0` is `1`.
fn number_text(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What npm atlassian-jwt 2.0.3 makes of this body where it is asked for the body.
    #[test]
    fn members_are_those_that_javascript_reads() {
        let body = r#"{"b":1,"a":["x","y"],"c":null,"d":{"e":1},"f":true,"g":1.50,"h":[],"i":[null,{"z":1}],"j":[[1,null]],"k":"é &","l":2.0}"#;
        let body = body.parse::<JsonBody>().unwrap();
        let object = "%5Bobject%20Object%5D";
        let expected =
            format!("a=x&a=y&b=1&c=null&d={object}&f=true&g=1%2E5&h=&i=null&i={object}&j=1%2C&k=%C3%A9%20%26&l=2");
        assert_eq!(body.members(), expected);
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
