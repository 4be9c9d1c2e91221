//! The canonical query (QSH-Q1 to QSH-Q20, QSH-F1 to QSH-F3), under any dialect.

use std::cmp::Ordering;
use std::collections::HashMap;

use percent_encoding::percent_encode;

use super::Refusal;
use super::dialect::{
    Dialect, EscapeSet, FormBody, FormMethods, Fragment, HexCase, NameOrder, Names, ParameterLimit, Repeat, Space,
    ValueOrder,
};
use super::order::{by_utf16, folded};
use super::pairs::{
    Pair, counts_by_name, equals_signs, is_jwt, name_and_value, read_escapes, read_pluses, repair, special_names, split,
};
use super::trace::{Part, Recorder, State, Step};
use crate::percent;
use crate::request::Request;

/// A name with all its values (QSH-Q8), encoded.
struct Parameter<'a> {
    written: &'a [u8],
    decoded: Vec<u8>,
    encoded: Vec<u8>,
    values: Vec<Value>,
    has_equals: bool,
}

struct Value {
    decoded: Vec<u8>,
    encoded: Vec<u8>,
}

/// The canonical query of a request.
pub(super) fn canonical(
    request: &Request<'_>,
    dialect: &Dialect,
    recorder: &mut impl Recorder,
) -> Result<Vec<u8>, Refusal> {
    let query = query_text(request, dialect);
    let mut stage = Stage { recorder, state: State::Text(query.clone()) };
    let mut written: Vec<&[u8]> = split(&query, dialect);
    stage.now("QSH-Q1", || listed(&written));
    written.extend(form_text(request, dialect, &written).map(|form| split(form, dialect)).unwrap_or_default());
    stage.now("QSH-F1", || listed(&written));
    written.retain(|pair| !pair.is_empty());
    stage.now("QSH-Q2", || listed(&written));
    if dialect.parameter_limit == ParameterLimit::First1000 {
        written.truncate(1000);
    }
    stage.now("QSH-Q18", || listed(&written));

    let mut pairs: Vec<Pair<'_>> = written.into_iter().map(|pair| name_and_value(pair, dialect)).collect();
    stage.now("QSH-Q3", || decoded(&pairs));
    read_pluses(&mut pairs, dialect);
    stage.now("QSH-Q5", || decoded(&pairs));
    read_escapes(&mut pairs, dialect)?;
    stage.now("QSH-Q4", || decoded(&pairs));
    repair(&mut pairs, dialect)?;
    stage.now("QSH-Q20", || decoded(&pairs));
    pairs.retain(|pair| !is_jwt(pair, dialect));
    stage.now("QSH-Q17", || decoded(&pairs));
    special_names(&mut pairs, dialect);
    stage.now("QSH-Q19", || decoded(&pairs));
    pairs.retain(|pair| counts_by_name(pair, dialect));
    stage.now("QSH-Q16", || decoded(&pairs));
    equals_signs(&mut pairs, dialect);
    stage.now("QSH-Q15", || decoded(&pairs));

    let mut parameters = encode(pairs, dialect);
    stage.now("QSH-Q10", || written_out(&parameters, dialect));
    if dialect.repeat != Repeat::Separate {
        parameters = join_repeated(parameters);
    }
    stage.now("QSH-Q8", || written_out(&parameters, dialect));
    sort_values(&mut parameters, dialect);
    stage.now("QSH-Q7", || written_out(&parameters, dialect));
    sort_names(&mut parameters, dialect);
    stage.now("QSH-Q9", || written_out(&parameters, dialect));

    let text = parameters.iter().map(|parameter| write(parameter, dialect)).collect::<Vec<_>>().join(&b'&');
    stage.now("QSH-C1", || State::Text(text.clone()));
    Ok(text)
}

/// The state that the query is in, told to the recorder whenever a clause has been applied.
struct Stage<'r, R: Recorder> {
    recorder: &'r mut R,
    state: State,
}

impl<R: Recorder> Stage<'_, R> {
    fn now(&mut self, clause: &'static str, state: impl FnOnce() -> State) {
        if R::WANTED {
            let after = state();
            let before = std::mem::replace(&mut self.state, after.clone());
            self.recorder.record(Step { clause, part: Part::Query, before, after });
        }
    }
}

/// QSH-Q1 and QSH-P2. A dialect that leaves the query in the path still reads it here.
fn query_text(request: &Request<'_>, dialect: &Dialect) -> Vec<u8> {
    let mut query = request.query().unwrap_or_default().to_vec();
    if let (Fragment::Kept, Some(_), Some(fragment)) = (dialect.fragment, request.query(), request.fragment()) {
        query.push(b'#');
        query.extend_from_slice(fragment);
    }
    query
}

/// QSH-F1, QSH-F2 and QSH-F3.
fn form_text<'a>(request: &Request<'a>, dialect: &Dialect, query: &[&[u8]]) -> Option<&'a [u8]> {
    let method = request.method();
    let counts = match dialect.form_methods {
        FormMethods::Post => method.eq_ignore_ascii_case("POST"),
        FormMethods::PostAndPut => method.eq_ignore_ascii_case("POST") || method.eq_ignore_ascii_case("PUT"),
        FormMethods::Any => true,
    };
    let wanted = match dialect.form_body {
        FormBody::Merged => true,
        FormBody::WhenQueryEmpty => query.iter().all(|pair| pair.is_empty()),
        FormBody::Ignored => false,
    };
    request.form().filter(|_| counts && wanted)
}

/// QSH-Q10 to QSH-Q13.
fn encode<'a>(pairs: Vec<Pair<'a>>, dialect: &Dialect) -> Vec<Parameter<'a>> {
    let in_names = match dialect.space {
        Space::Percent20 => "%20",
        Space::Plus | Space::PlusInNames => "+",
    };
    let in_values = match dialect.space {
        Space::Percent20 | Space::PlusInNames => "%20",
        Space::Plus => "+",
    };
    pairs
        .into_iter()
        .map(|pair| Parameter {
            written: pair.written,
            encoded: encode_text(&pair.name, dialect, in_names),
            decoded: pair.name,
            values: vec![Value { encoded: encode_text(&pair.value, dialect, in_values), decoded: pair.value }],
            has_equals: pair.has_equals,
        })
        .collect()
}

fn encode_text(text: &[u8], dialect: &Dialect, space: &str) -> Vec<u8> {
    let set = match dialect.escape_set {
        EscapeSet::Rfc3986 | EscapeSet::UnderscoreAsSpace => percent::RFC3986,
        EscapeSet::EncodeUriComponent => percent::ENCODE_URI_COMPONENT,
        EscapeSet::Form => percent::FORM,
        EscapeSet::TildeEscaped => percent::TILDE_ESCAPED,
        EscapeSet::SlashKept => percent::SLASH_KEPT,
    };
    let mut encoded = Vec::with_capacity(text.len());
    for piece in percent_encode(text, set) {
        match piece {
            "%20" => encoded.extend_from_slice(space.as_bytes()),
            escape if escape.starts_with('%') && dialect.hex_case == HexCase::Lower => {
                encoded.extend(escape.bytes().map(|byte| byte.to_ascii_lowercase()));
            }
            kept => encoded.extend_from_slice(kept.as_bytes()),
        }
    }
    if dialect.escape_set == EscapeSet::UnderscoreAsSpace {
        encoded = encoded.split(|&byte| byte == b'_').collect::<Vec<_>>().join(b"%20".as_slice());
    }
    encoded
}

/// QSH-Q8: parameters of one decoded name become one, at the place of the first.
fn join_repeated(parameters: Vec<Parameter<'_>>) -> Vec<Parameter<'_>> {
    let mut place: HashMap<Vec<u8>, usize> = HashMap::with_capacity(parameters.len());
    let mut joined: Vec<Parameter<'_>> = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        match place.get(&parameter.decoded) {
            Some(&index) => {
                joined[index].values.extend(parameter.values);
                joined[index].has_equals = true;
            }
            None => {
                place.insert(parameter.decoded.clone(), joined.len());
                joined.push(parameter);
            }
        }
    }
    joined
}

/// QSH-Q7. Pairs that are kept apart are put in the order of their values too, which that of their names then leaves
/// alone.
fn sort_values(parameters: &mut [Parameter<'_>], dialect: &Dialect) {
    let order: fn(&Value, &Value) -> Ordering = match dialect.value_order {
        ValueOrder::DecodedUtf16 => |a, b| by_utf16(&a.decoded, &b.decoded),
        ValueOrder::DecodedCodePoint => |a, b| a.decoded.cmp(&b.decoded),
        ValueOrder::Encoded => |a, b| a.encoded.cmp(&b.encoded),
        ValueOrder::AsGiven => |_, _| Ordering::Equal,
        ValueOrder::IgnoringCase => |a, b| folded(&a.decoded).cmp(&folded(&b.decoded)),
    };
    for parameter in &mut *parameters {
        parameter.values.sort_by(order);
    }
    if dialect.repeat == Repeat::Separate && dialect.name_order != NameOrder::AsGiven {
        parameters.sort_by(|a, b| order(&a.values[0], &b.values[0]));
    }
}

/// QSH-Q9.
fn sort_names(parameters: &mut [Parameter<'_>], dialect: &Dialect) {
    match dialect.name_order {
        NameOrder::Encoded => parameters.sort_by(|a, b| a.encoded.cmp(&b.encoded)),
        NameOrder::DecodedUtf16 => parameters.sort_by(|a, b| by_utf16(&a.decoded, &b.decoded)),
        NameOrder::DecodedCodePoint => parameters.sort_by(|a, b| a.decoded.cmp(&b.decoded)),
        NameOrder::WholePair => parameters.sort_by_cached_key(|parameter| write(parameter, dialect)),
        NameOrder::AsWritten => parameters.sort_by(|a, b| a.written.cmp(b.written)),
        NameOrder::AsGiven => {}
        NameOrder::IgnoringCase => parameters.sort_by_cached_key(|parameter| folded(&parameter.decoded)),
    }
}

/// `name=value`, or what the dialect makes of it.
fn write(parameter: &Parameter<'_>, dialect: &Dialect) -> Vec<u8> {
    let name = match dialect.names {
        Names::Encoded => parameter.encoded.as_slice(),
        Names::Bare => parameter.decoded.as_slice(),
    };
    let values: Vec<&[u8]> = parameter.values.iter().map(|value| value.encoded.as_slice()).collect();
    if !parameter.has_equals && values.len() == 1 {
        return name.to_vec();
    }
    match dialect.repeat {
        Repeat::RailsBrackets if values.len() > 1 => {
            let pairs: Vec<Vec<u8>> = values.iter().map(|value| [name, b"[]=", value].concat()).collect();
            pairs.join(&b'&')
        }
        Repeat::Concatenated => [name, b"=", &values.concat()].concat(),
        Repeat::Comma | Repeat::Separate | Repeat::RailsBrackets => [name, b"=", &values.join(&b',')].concat(),
    }
}

fn listed(pairs: &[&[u8]]) -> State {
    State::Parameters(pairs.iter().map(|pair| pair.to_vec()).collect())
}

fn decoded(pairs: &[Pair<'_>]) -> State {
    let text = |pair: &Pair<'_>| match pair.has_equals {
        true => [pair.name.as_slice(), b"=", &pair.value].concat(),
        false => pair.name.clone(),
    };
    State::Parameters(pairs.iter().map(text).collect())
}

fn written_out(parameters: &[Parameter<'_>], dialect: &Dialect) -> State {
    State::Parameters(parameters.iter().map(|parameter| write(parameter, dialect)).collect())
}
