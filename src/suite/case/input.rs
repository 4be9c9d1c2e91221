//! The input of a question, as vectors and reports write it: the members of the request and all other arguments side by
//! side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use qsh_diagnose::Input;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::bad_case::BadCase;
use super::operation::Operation;
use super::question::{
    AsapSigning, Authentication, ImpersonationSigning, ImpersonationVerification, InstallAuthentication,
    ProductAuthentication, Question, RawAsapVerification, RawForgeVerification, Signing,
};
use super::received::Received;

/// The members of a request.
const OF_REQUEST: [&str; 7] = ["method", "url", "url_hex", "base_url", "form", "json", "headers"];

impl Question {
    /// The input, as vectors and reports write it.
    ///
    /// # Panics
    ///
    /// Never: a question holds only text and numbers.
    pub fn input(&self) -> Map<String, Value> {
        let Ok(Value::Object(mut members)) = serde_json::to_value(self) else {
            unreachable!("a question is an object")
        };
        members.remove("op");
        let request = members.remove("request");
        let of_request = request.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
        members.into_iter().chain(of_request).filter(|(_, value)| !value.is_null()).collect()
    }

    /// The question of an operation with this input. Members that the operation does not have are ignored.
    ///
    /// # Errors
    ///
    /// A member is missing, or it is not of the operation's kind.
    pub fn with_input(operation: Operation, input: Map<String, Value>) -> Result<Self, BadCase> {
        let question = match operation {
            Operation::CanonicalRequest => read(input).map(Self::CanonicalRequest),
            Operation::Qsh => read(input).map(Self::Qsh),
            Operation::Sign => read(with_request(input)).map(Self::Sign),
            Operation::Authenticate => read(with_request(input)).map(Self::Authenticate),
            Operation::AuthenticateInstall => read(with_request(input)).map(Self::AuthenticateInstall),
            Operation::AsapSign => read(input).map(Self::AsapSign),
            Operation::AsapVerify => read(input).map(Self::AsapVerify),
            Operation::AuthenticateProduct => read(with_request(input)).map(Self::AuthenticateProduct),
            Operation::ImpersonationSign => read(input).map(Self::ImpersonationSign),
            Operation::ImpersonationVerify => read(input).map(Self::ImpersonationVerify),
            Operation::ForgeVerify => read(input).map(Self::ForgeVerify),
        };
        question.map_err(|error| BadCase::Input { operation: operation.name(), problem: error.to_string() })
    }

    /// The same as [`Question::with_input`], but a member that the operation does not have is an error.
    ///
    /// # Errors
    ///
    /// Those of [`Question::with_input`], and unexpected members.
    pub(super) fn with_exact_input(operation: Operation, input: Map<String, Value>) -> Result<Self, BadCase> {
        let known = members(operation);
        let is_unexpected = |(name, value): &(&String, &Value)| value.is_null() || !known.contains(*name);
        let unexpected: Vec<&str> = input.iter().filter(is_unexpected).map(|(name, _)| name.as_str()).collect();
        match unexpected.as_slice() {
            [] => Self::with_input(operation, input),
            members => Err(BadCase::Unexpected { operation: operation.name(), members: members.join(", ") }),
        }
    }
}

fn read<T: DeserializeOwned>(members: Map<String, Value>) -> serde_json::Result<T> {
    serde_json::from_value(members.into())
}

/// The same members, those of the request in a member of their own.
fn with_request(input: Map<String, Value>) -> Map<String, Value> {
    let (request, mut members): (Map<_, _>, Map<_, _>) =
        input.into_iter().partition(|(name, _)| OF_REQUEST.contains(&name.as_str()));
    members.insert("request".to_owned(), request.into());
    members
}

/// The names of the members that the input of an operation can have.
fn members(operation: Operation) -> &'static BTreeSet<String> {
    static MEMBERS: LazyLock<BTreeMap<Operation, BTreeSet<String>>> = LazyLock::new(|| {
        let of = |operation: Operation| match operation {
            Operation::CanonicalRequest | Operation::Qsh => names::<Input>(),
            Operation::Sign => &names::<Signing>() | &names::<Input>(),
            Operation::Authenticate => &names::<Authentication>() | &names::<Received>(),
            Operation::AuthenticateInstall => &names::<InstallAuthentication>() | &names::<Received>(),
            Operation::AsapSign => names::<AsapSigning>(),
            Operation::AsapVerify => names::<RawAsapVerification>(),
            Operation::AuthenticateProduct => &names::<ProductAuthentication>() | &names::<Received>(),
            Operation::ImpersonationSign => names::<ImpersonationSigning>(),
            Operation::ImpersonationVerify => names::<ImpersonationVerification>(),
            Operation::ForgeVerify => names::<RawForgeVerification>(),
        };
        Operation::ALL.into_iter().map(|operation| (operation, of(operation))).collect()
    });
    &MEMBERS[&operation]
}

/// The names of the members of a type. A request is not one: its own members are in its place.
fn names<T: JsonSchema>() -> BTreeSet<String> {
    let schema = schemars::schema_for!(T);
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(Map::keys).filter(|name| *name != "request").cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(operation: Operation, input: Value) -> Result<Question, String> {
        let Value::Object(input) = input else { panic!("it is an object") };
        Question::with_exact_input(operation, input).map_err(|error| error.to_string())
    }

    /// The schema of a request has every member that a request can have.
    #[test]
    fn the_members_of_a_request_are_those_of_its_type() {
        let schema = schemars::schema_for!(Received).to_value();
        let mut members: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = OF_REQUEST;
        members.sort_unstable();
        expected.sort_unstable();
        assert_eq!(members, expected);
    }

    #[test]
    fn an_input_is_written_as_it_was_read() {
        let inputs = [
            (Operation::Qsh, json!({ "method": "GET", "url_hex": "2fff", "base_url": "https://h", "form": "a=b" })),
            (Operation::CanonicalRequest, json!({ "method": "GET", "url": "/", "json": "{}" })),
            (
                Operation::Authenticate,
                json!({
                    "method": "GET", "url": "/", "headers": [["a", "b"]], "tenants": { "c": "s" }, "now": 1, "leeway": 0,
                    "endpoint": "url",
                }),
            ),
            (
                Operation::AsapVerify,
                json!({ "headers": [["a", "b"]], "public_keys": {}, "audience": "x", "now": 1, "leeway": 0 }),
            ),
        ];
        for (operation, input) in inputs {
            assert_eq!(Value::Object(read(operation, input.clone()).unwrap().input()), input);
        }
    }

    #[test]
    fn what_is_missing_and_what_does_not_belong_is_named() {
        let error = |operation, input| read(operation, input).unwrap_err();
        let request = json!({ "method": "GET", "url": "/" });
        insta::assert_snapshot!(error(Operation::Qsh, json!({ "url": "/" })), @"input of qsh: missing field `method`");
        insta::assert_snapshot!(error(Operation::Qsh, json!({ "method": "GET", "url": "/", "tenants": {} })), @"input: qsh has no tenants");
        insta::assert_snapshot!(error(Operation::Qsh, json!({ "method": "GET", "url": "/", "url_hex": "2f" })), @"input of qsh: expected exactly one of url and url_hex");
        insta::assert_snapshot!(error(Operation::Qsh, json!({ "method": "GET", "url_hex": "2" })), @"input of qsh: url_hex: expected pairs of hexadecimal digits");
        insta::assert_snapshot!(error(Operation::Sign, request.clone()), @"input of sign: missing field `issuer`");
        insta::assert_snapshot!(error(Operation::AsapSign, request), @"input: asap_sign has no method, url");
        let both = json!({ "token": "t", "headers": [], "public_keys": {}, "audience": "x", "now": 1, "leeway": 0 });
        insta::assert_snapshot!(error(Operation::AsapVerify, both), @"input of asap_verify: expected exactly one of token and headers");
    }
}
