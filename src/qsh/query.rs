//! The canonical query (QSH-Q1 to QSH-Q20, QSH-F1 to QSH-F3), under any dialect.

use std::collections::HashMap;

use percent_encoding::percent_encode;

use super::Refusal;
use super::dialect::{
    Decoding, Dialect, EmptyName, EmptyValue, Equals, EscapeSet, FormBody, FormMethods, Fragment, HexCase,
    InvalidEscape, InvalidUtf8, JwtParameter, NameOrder, Names, ParameterLimit, Plus, Repeat, Separator, Space,
    SpecialNames, ValueOrder, Valueless,
};
use super::order::{by_utf16, folded};
use super::trace::{Part, Recorder, State, Step};
use crate::percent;
use crate::request::Request;

/// One name with one value.
#[derive(Clone)]
struct Pair<'a> {
    /// The name as it stands in the query.
    written: &'a [u8],
    name: Vec<u8>,
    value: Vec<u8>,
    has_equals: bool,
}

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
    stage.now("QSH-Q1", || State::Parameters(written.iter().map(|pair| pair.to_vec()).collect()));

    written.extend(form_text(request, dialect, &query).map(|form| split(form, dialect)).unwrap_or_default());
    stage.now("QSH-F1", || State::Parameters(written.iter().map(|pair| pair.to_vec()).collect()));

    written.retain(|pair| !pair.is_empty());
    stage.now("QSH-Q2", || State::Parameters(written.iter().map(|pair| pair.to_vec()).collect()));

    if dialect.parameter_limit == ParameterLimit::First1000 {
        written.truncate(1000);
    }
    stage.now("QSH-Q18", || State::Parameters(written.iter().map(|pair| pair.to_vec()).collect()));

    let mut pairs = Vec::with_capacity(written.len());
    for pair in written {
        pairs.extend(decode_pair(pair, dialect)?);
    }
    stage.now("QSH-Q4", || listed(&pairs));

    pairs.retain(|pair| !is_jwt(pair, dialect));
    stage.now("QSH-Q17", || listed(&pairs));

    special_names(&mut pairs, dialect);
    stage.now("QSH-Q19", || listed(&pairs));

    pairs.retain(|pair| dialect.empty_name == EmptyName::Kept || !pair.name.is_empty());
    stage.now("QSH-Q16", || listed(&pairs));

    equals_signs(&mut pairs, dialect);
    stage.now("QSH-Q15", || listed(&pairs));

    let mut parameters = encode(pairs, dialect);
    stage.now("QSH-Q10", || written_out(&parameters, dialect));

    if dialect.repeat != Repeat::Separate {
        parameters = join_repeated(parameters);
    }
    stage.now("QSH-Q8", || written_out(&parameters, dialect));

    for parameter in &mut parameters {
        sort_values(&mut parameter.values, dialect);
    }
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
fn form_text<'a>(request: &Request<'a>, dialect: &Dialect, query: &[u8]) -> Option<&'a [u8]> {
    let method = request.method();
    let counts = match dialect.form_methods {
        FormMethods::Post => method.eq_ignore_ascii_case("POST"),
        FormMethods::PostAndPut => method.eq_ignore_ascii_case("POST") || method.eq_ignore_ascii_case("PUT"),
        FormMethods::Any => true,
    };
    let wanted = match dialect.form_body {
        FormBody::Merged => true,
        FormBody::WhenQueryEmpty => query.is_empty(),
        FormBody::Ignored => false,
    };
    request.form().filter(|_| counts && wanted)
}

/// QSH-Q1.
fn split<'a>(text: &'a [u8], dialect: &Dialect) -> Vec<&'a [u8]> {
    if text.is_empty() {
        return Vec::new();
    }
    match dialect.separator {
        Separator::Ampersand => text.split(|&byte| byte == b'&').collect(),
        Separator::AmpersandOrSemicolon => text.split(|&byte| byte == b'&' || byte == b';').collect(),
        Separator::SemicolonDropsPair => {
            text.split(|&byte| byte == b'&').filter(|pair| !pair.contains(&b';')).collect()
        }
    }
}

/// QSH-Q3 to QSH-Q6 and QSH-Q20; nothing, where the dialect drops the pair.
fn decode_pair<'a>(text: &'a [u8], dialect: &Dialect) -> Result<Option<Pair<'a>>, Refusal> {
    let mut parts = match dialect.equals {
        Equals::First => text.splitn(2, is_equals as fn(&u8) -> bool),
        Equals::CutAtSecond => text.splitn(3, is_equals as fn(&u8) -> bool),
    };
    let written = parts.next().unwrap_or_default();
    let value = parts.next();
    let (Some(name), Some(decoded)) =
        (decode_text(written, dialect)?, decode_text(value.unwrap_or_default(), dialect)?)
    else {
        return Ok(None);
    };
    Ok(Some(Pair { written, name, value: decoded, has_equals: value.is_some() }))
}

fn is_equals(byte: &u8) -> bool {
    *byte == b'='
}

fn decode_text(written: &[u8], dialect: &Dialect) -> Result<Option<Vec<u8>>, Refusal> {
    if dialect.decoding == Decoding::Never {
        return Ok(Some(written.to_vec()));
    }
    let text: Vec<u8> = match dialect.plus {
        Plus::Space => written.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect(),
        Plus::Literal => written.to_vec(),
    };
    let decoded = percent::decode(&text);
    if decoded.invalid_escape {
        match dialect.invalid_escape {
            InvalidEscape::Literal => {}
            InvalidEscape::PairDropped => return Ok(None),
            InvalidEscape::Refused => {
                return Err(Refusal { clause: "QSH-Q6", what: "a % without two hexadecimal digits behind it" });
            }
            InvalidEscape::LeftUndecoded => return Ok(Some(percent::replace_invalid_utf8(&text))),
        }
    }
    let valid = str::from_utf8(&decoded.bytes).is_ok();
    match dialect.invalid_utf8 {
        _ if valid => Ok(Some(decoded.bytes)),
        InvalidUtf8::Replaced => Ok(Some(percent::replace_invalid_utf8(&decoded.bytes))),
        InvalidUtf8::BytesKept => Ok(Some(decoded.bytes)),
        InvalidUtf8::LeftUndecoded => Ok(Some(percent::replace_invalid_utf8(&text))),
        InvalidUtf8::Refused => Err(Refusal { clause: "QSH-Q20", what: "escapes that are not UTF-8" }),
    }
}

/// QSH-Q17.
fn is_jwt(pair: &Pair<'_>, dialect: &Dialect) -> bool {
    match dialect.jwt_parameter {
        JwtParameter::Exact => pair.name == b"jwt",
        JwtParameter::Kept => false,
        JwtParameter::IgnoringCase => pair.name.eq_ignore_ascii_case(b"jwt"),
        JwtParameter::Undecoded => pair.written == b"jwt",
    }
}

/// QSH-Q19.
fn special_names(pairs: &mut Vec<Pair<'_>>, dialect: &Dialect) {
    match dialect.special_names {
        SpecialNames::Plain => {}
        SpecialNames::PrototypeDropped => pairs.retain(|pair| pair.name != b"__proto__"),
        SpecialNames::Nested => pairs.iter_mut().for_each(nest),
        SpecialNames::Renumbered => renumber(pairs),
    }
}

fn nest(pair: &mut Pair<'_>) {
    let Some(open) = pair.name.iter().position(|&byte| byte == b'[') else { return };
    if open == 0 || !pair.name.ends_with(b"]") {
        return;
    }
    if pair.name.len() - open > 2 {
        pair.value = b"[object Object]".to_vec();
    }
    pair.name.truncate(open);
}

fn renumber(pairs: &mut [Pair<'_>]) {
    let mut numbers: HashMap<Vec<u8>, String> = HashMap::new();
    for pair in pairs {
        let canonical_integer = pair.name == b"0" || !pair.name.starts_with(b"0");
        if !pair.name.is_empty() && canonical_integer && pair.name.iter().all(u8::is_ascii_digit) {
            let next = numbers.len().to_string();
            pair.name = numbers.entry(pair.name.clone()).or_insert(next).clone().into_bytes();
        }
    }
}

/// QSH-Q14 and QSH-Q15.
fn equals_signs(pairs: &mut Vec<Pair<'_>>, dialect: &Dialect) {
    pairs.retain_mut(|pair| {
        if !pair.has_equals {
            match dialect.valueless {
                Valueless::WithEquals => pair.has_equals = true,
                Valueless::Bare => return true,
                Valueless::Dropped => return false,
            }
        }
        if pair.value.is_empty() {
            match dialect.empty_value {
                EmptyValue::WithEquals => {}
                EmptyValue::Bare => pair.has_equals = false,
                EmptyValue::Dropped => return false,
            }
        }
        true
    });
}

/// QSH-Q10 to QSH-Q13.
fn encode<'a>(pairs: Vec<Pair<'a>>, dialect: &Dialect) -> Vec<Parameter<'a>> {
    let plus_in_names = dialect.space != Space::Percent20;
    let plus_in_values = dialect.space == Space::Plus;
    pairs
        .into_iter()
        .map(|pair| Parameter {
            written: pair.written,
            encoded: encode_text(&pair.name, dialect, plus_in_names),
            decoded: pair.name,
            values: vec![Value { encoded: encode_text(&pair.value, dialect, plus_in_values), decoded: pair.value }],
            has_equals: pair.has_equals,
        })
        .collect()
}

fn encode_text(text: &[u8], dialect: &Dialect, plus_for_space: bool) -> Vec<u8> {
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
            "%20" if plus_for_space => encoded.push(b'+'),
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

/// QSH-Q7.
fn sort_values(values: &mut [Value], dialect: &Dialect) {
    match dialect.value_order {
        ValueOrder::DecodedUtf16 => values.sort_by(|a, b| by_utf16(&a.decoded, &b.decoded)),
        ValueOrder::DecodedCodePoint => values.sort_by(|a, b| a.decoded.cmp(&b.decoded)),
        ValueOrder::Encoded => values.sort_by(|a, b| a.encoded.cmp(&b.encoded)),
        ValueOrder::AsGiven => {}
        ValueOrder::IgnoringCase => values.sort_by_cached_key(|value| folded(&value.decoded)),
    }
}

/// QSH-Q9. Pairs of one name, where they are kept apart, are in the order of their values.
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

fn listed(pairs: &[Pair<'_>]) -> State {
    let text = |pair: &Pair<'_>| match pair.has_equals {
        true => [pair.name.as_slice(), b"=", &pair.value].concat(),
        false => pair.name.clone(),
    };
    State::Parameters(pairs.iter().map(text).collect())
}

fn written_out(parameters: &[Parameter<'_>], dialect: &Dialect) -> State {
    State::Parameters(parameters.iter().map(|parameter| write(parameter, dialect)).collect())
}
