//! What reaches a verifier: a whole request ([`Received`]), or a token ([`Presented`]).

use std::borrow::Cow;

use qsh_diagnose::Input;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Header fields: names and values.
pub type Headers = Vec<(String, String)>;

/// A request with its header fields. In JSON, `headers` is a member of the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Received {
    /// The request.
    pub input: Input,
    /// Its header fields.
    pub headers: Headers,
}

impl Serialize for Received {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut request = serde_json::to_value(&self.input).map_err(S::Error::custom)?;
        request["headers"] = serde_json::to_value(&self.headers).map_err(S::Error::custom)?;
        request.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Received {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut request = Map::deserialize(deserializer)?;
        let headers = request.remove("headers").ok_or_else(|| D::Error::missing_field("headers"))?;
        let headers = serde_json::from_value(headers).map_err(D::Error::custom)?;
        let input = serde_json::from_value(Value::Object(request)).map_err(D::Error::custom)?;
        Ok(Self { input, headers })
    }
}

impl JsonSchema for Received {
    fn schema_name() -> Cow<'static, str> {
        "ReceivedRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Input::json_schema(generator);
        let mut headers = generator.subschema_for::<Headers>();
        headers.insert("description".to_owned(), "The header fields as they were received.".into());
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("headers".to_owned(), headers.into());
        }
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.push("headers".into());
        }
        schema
    }
}

/// How a token reaches a verifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Presented {
    /// By itself.
    Token(String),
    /// In the header fields of a request.
    Headers(Headers),
}

impl Presented {
    /// From the members `token` and `headers`, of which there is exactly one.
    pub(super) fn from_members(token: Option<String>, headers: Option<Headers>) -> Result<Self, &'static str> {
        match (token, headers) {
            (Some(token), None) => Ok(Self::Token(token)),
            (None, Some(headers)) => Ok(Self::Headers(headers)),
            _ => Err("expected exactly one of token and headers"),
        }
    }

    /// The members `token` and `headers`.
    pub(super) fn into_members(self) -> (Option<String>, Option<Headers>) {
        match self {
            Self::Token(token) => (Some(token), None),
            Self::Headers(headers) => (None, Some(headers)),
        }
    }
}
