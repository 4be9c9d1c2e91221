//! The JSON schema of vector files. For each operation it has the members of the input and of the expectation.

use qsh_diagnose::Input;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::case::{
    AcceptedExpectation, AsapSigning, Authentication, CanonicalExpectation, ImpersonationSigning,
    ImpersonationVerification, InstallAuthentication, Kind, Operation, ProductAuthentication, RawAsapVerification,
    RawCase, RawForgeVerification, Received, Refusal, SignedExpectation, Signing,
};
use super::vector_file::File;

/// The schema of a vector file.
pub(super) fn of_vector_files() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<File<Vec<RawCase>>>().to_value();
    let mut definitions = Definitions::default();
    let rules: Vec<Value> = Operation::ALL.iter().map(|operation| definitions.rule(*operation)).collect();
    schema["$defs"]["Case"]["allOf"] = rules.into();
    remove_null(&mut schema);
    remove_null(&mut schema["$defs"]["Alternative"]);
    if let Some(all) = schema["$defs"].as_object_mut() {
        all.extend(definitions.0);
    }
    schema
}

/// The definitions of inputs and expectations, by name.
#[derive(Default)]
struct Definitions(Map<String, Value>);

impl Definitions {
    /// The rule that gives the input and the expectation of an operation.
    fn rule(&mut self, operation: Operation) -> Value {
        let input = match operation {
            Operation::CanonicalRequest | Operation::Qsh => self.of::<Input>(),
            Operation::Sign => self.of_arguments::<Signing, Input>(),
            Operation::Authenticate => self.of_arguments::<Authentication, Received>(),
            Operation::AuthenticateInstall => self.of_arguments::<InstallAuthentication, Received>(),
            Operation::AsapSign => self.of::<AsapSigning>(),
            Operation::AsapVerify => self.of::<RawAsapVerification>(),
            Operation::AuthenticateProduct => self.of_arguments::<ProductAuthentication, Received>(),
            Operation::ImpersonationSign => self.of::<ImpersonationSigning>(),
            Operation::ImpersonationVerify => self.of::<ImpersonationVerification>(),
            Operation::ForgeVerify => self.of::<RawForgeVerification>(),
        };
        let expectation = match operation.kind() {
            Kind::Canonical => self.of::<CanonicalExpectation>(),
            Kind::Accepted => self.of::<AcceptedExpectation>(),
            Kind::Token => self.of::<SignedExpectation>(),
        };
        let refusal = self.of::<Refusal>();
        let expectation = match operation {
            // Only the verifier of an ASAP token needs a key that the question does not have.
            Operation::Sign | Operation::ImpersonationSign => {
                json!({ "allOf": [expectation, { "not": { "required": ["public_keys"] } }] })
            }
            Operation::AsapSign => json!({ "allOf": [expectation, {
                "required": ["public_keys"], "properties": { "public_keys": { "minProperties": 1 } },
            }] }),
            _ => expectation,
        };
        json!({
            "if": { "properties": { "operation": { "const": operation.name() } } },
            "then": { "properties": {
                "input": input,
                "expect": { "if": { "required": ["rejected"] }, "then": refusal, "else": expectation },
                "accept": { "items": { "oneOf": alternatives(operation.kind()) } },
            } },
        })
    }

    /// A reference to the definition of a type.
    fn of<T: JsonSchema>(&mut self) -> Value {
        self.define(&T::schema_name(), closed(schema_of::<T>()))
    }

    /// A reference to the definition of a type that has a request. The members of the request are beside the others.
    fn of_arguments<T: JsonSchema, R: JsonSchema>(&mut self) -> Value {
        let (mut schema, request) = (schema_of::<T>(), schema_of::<R>());
        for name in ["oneOf", "not"] {
            if let Some(rule) = request.get(name) {
                schema.insert(name.to_owned(), rule.clone());
            }
        }
        if let (Some(Value::Object(all)), Some(Value::Object(own))) =
            (schema.get_mut("properties"), request.get("properties"))
        {
            all.remove("request");
            all.extend(own.clone());
        }
        if let (Some(Value::Array(all)), Some(Value::Array(own))) =
            (schema.get_mut("required"), request.get("required"))
        {
            all.retain(|name| name != "request");
            all.extend(own.clone());
        }
        self.define(&T::schema_name(), closed(schema))
    }

    fn define(&mut self, name: &str, schema: Map<String, Value>) -> Value {
        self.0.insert(name.to_owned(), schema.into());
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

/// The members of an alternative: those of one answer of the kind, or a refusal, and no others.
fn alternatives(kind: Kind) -> Vec<Value> {
    const ALL: [&str; 5] = ["canonical_request", "canonical_request_hex", "issuer", "claims", "rejected"];
    let answers: &[&[&str]] = match kind {
        Kind::Canonical => &[&["canonical_request"], &["canonical_request_hex"], &["rejected"]],
        Kind::Accepted => &[&["issuer", "claims"], &["rejected"]],
        Kind::Token => &[&["issuer", "claims"], &["rejected"]],
    };
    let rule = |members: &&[&str]| {
        let others = ALL.iter().filter(|name| !members.contains(name));
        let others: Vec<Value> = others.map(|name| json!({ "required": [name] })).collect();
        json!({ "required": members, "not": { "anyOf": others } })
    };
    answers.iter().map(rule).collect()
}

/// The schema of a type, without references.
fn schema_of<T: JsonSchema>() -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut generator: SchemaGenerator = settings.into_generator();
    let mut schema = T::json_schema(&mut generator).to_value();
    remove_null(&mut schema);
    let Value::Object(schema) = schema else { unreachable!("the schema of a struct is an object") };
    schema
}

/// Removes `null` from the types of members: vectors leave out what is not there.
fn remove_null(schema: &mut Value) {
    for property in schema["properties"].as_object_mut().into_iter().flat_map(|properties| properties.values_mut()) {
        if let Some([kind, _]) = property["type"].as_array().map(Vec::as_slice) {
            property["type"] = kind.clone();
        }
        if let Some(property) = property.as_object_mut() {
            property.remove("default");
        }
    }
}

/// The schema that refuses all other members.
fn closed(mut schema: Map<String, Value>) -> Map<String, Value> {
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}
