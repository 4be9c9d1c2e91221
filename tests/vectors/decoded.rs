//! The member `decoded` of the bundled cases, compared with what their tokens say.
//!
//! This is the second reader of tokens: the generator decodes them in Python. The rules are in vectors/README.md.

use data_encoding::BASE64URL_NOPAD;
use percent_encoding::percent_decode_str;
use qsh::suite::case::{Case, Decoded};
use qsh::suite::load::Vectors;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

const MOST_CHARACTERS: usize = 8192;
const MOST_LEVELS: usize = 32;

#[test]
fn every_token_is_shown_as_it_says() {
    let vectors = Vectors::embedded().unwrap();
    let mut shown = 0;
    for case in vectors.cases() {
        let expected: Vec<Decoded> = tokens(case).iter().map(|token| decoded(token)).collect();
        assert_eq!(case.decoded, expected, "{}", case.id);
        shown += expected.iter().filter(|it| it.header.is_some() && it.claims.is_some()).count();
    }
    assert!(shown > 1_400, "{shown} tokens are shown whole");
}

#[test]
fn what_cannot_be_decoded_is_null() {
    let vectors = Vectors::embedded().unwrap();
    let decoded = |id: &str| vectors.cases().find(|case| case.id == id).unwrap().decoded.clone();
    let parts = |id: &str| decoded(id).iter().map(|it| (it.header.is_some(), it.claims.is_some())).collect::<Vec<_>>();
    assert_eq!(parts("token/base64/padded-header"), [(false, true)]);
    assert_eq!(parts("token/json/array"), [(true, false)]);
    assert_eq!(parts("token/repeated/exp-good-then-bad"), [(true, false)]);
    assert_eq!(parts("transport/none/other-headers"), []);
    assert_eq!(decoded("token/algorithm/none")[0].header.as_ref().unwrap()["alg"], "none");
}

/// The tokens of an input, in the order of the README.
fn tokens(case: &Case) -> Vec<String> {
    let input = case.question.input();
    let text = |member: &str| input.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(headers) = input.get("headers").and_then(Value::as_array) else {
        return input.get("token").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    };
    let in_header = headers.iter().filter_map(|field| {
        let (name, value) = (field[0].as_str()?.to_ascii_lowercase(), field[1].as_str()?);
        let carries = ["authorization", "x-acpt"].contains(&name.as_str());
        value.split([' ', '\t']).find(|word| carries && word.contains('.')).map(str::to_owned)
    });
    let url = text("url");
    let without_fragment = url.split('#').next().unwrap_or_default();
    let query = without_fragment.split_once('?').map_or("", |(_, query)| query);
    in_header.chain(parameters(query)).chain(parameters(&text("form"))).collect()
}

/// The values of the parameters `jwt` that have a dot.
fn parameters(query: &str) -> Vec<String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let named = pairs.filter(|(name, _)| decode(name) == "jwt").map(|(_, value)| decode(value));
    named.filter(|value| value.contains('.')).collect()
}

fn decoded(token: &str) -> Decoded {
    let mut segments = token.split('.');
    match (segments.next(), segments.next()) {
        (Some(header), Some(claims)) if token.chars().count() <= MOST_CHARACTERS => {
            Decoded { header: object(header), claims: object(claims) }
        }
        _ => Decoded { header: None, claims: None },
    }
}

fn object(segment: &str) -> Option<Map<String, Value>> {
    let bytes = BASE64URL_NOPAD.decode(segment.as_bytes()).ok()?;
    let value = serde_json::from_slice::<Distinct>(&bytes).ok()?.0;
    value.as_object().filter(|_| levels(&value) <= MOST_LEVELS).cloned()
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

/// A JSON value without two members of one name.
struct Distinct(Value);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Distinct(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Distinct(value))) = members.next_entry::<String, Distinct>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("two members with one name"));
            }
        }
        Ok(object.into())
    }
}
