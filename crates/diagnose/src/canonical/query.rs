//! The canonical query (QSH-Q1 to QSH-Q21, QSH-F1 to QSH-F4), under any dialect.

use std::collections::HashSet;

use super::blanks::without_blanks;
use super::escape::{in_hex_case, with_escapes, with_spaces};
use super::join::{Parameter, join, join_repeated, sort_names, sort_values, whole, written_pair};
use super::pairs::{
    Pair, counts, counts_by_name, drop_jwt, empty_values, name_and_value, normalize, read_escapes, read_pluses,
    read_pluses_late, repair, split, valueless,
};
use super::refusal::Refusal;
use super::special_names::special_names;
use super::text::form_name;
use crate::dialect::{
    Comma, Dialect, FormBody, FormMethods, Fragment, JsonBody, JwtParameter, NameOrder, Names, ParameterLimit,
    QueryText,
};
use crate::percent;
use crate::source::Source;
use crate::trace::{Part, Recorder, State, Step};

/// The canonical query of a request.
pub(super) fn canonical(
    request: &Source<'_>,
    dialect: &Dialect,
    recorder: &mut impl Recorder,
) -> Result<Vec<u8>, Refusal> {
    let cleaned = without_blanks(request, dialect);
    let request = &cleaned.as_ref().map_or(*request, |cleaned| cleaned.of(*request));
    let query = with_fragment(request, dialect);
    let mut stage = Stage { recorder, state: State::Text(query.clone()) };
    let reading = read_in(request, query, dialect, &mut stage)?;
    Ok(write_in(reading, dialect, &mut stage))
}

/// The result of reading a query under a dialect. Two dialects with the same reading can differ in the clauses on
/// writing, QSH-Q7 to QSH-Q13 and QSH-Q21. If they agree on these too, they produce the same canonical query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reading(Read);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Read {
    /// Text that is used unchanged.
    Text(Vec<u8>),
    /// Pairs that are used as written.
    Written(Vec<Vec<u8>>),
    /// Decoded pairs.
    Pairs(Vec<Pair>),
}

/// Reads a query and a form body.
///
/// # Errors
///
/// If the dialect refuses the query.
pub(crate) fn read(request: &Source<'_>, dialect: &Dialect) -> Result<Reading, Refusal> {
    let cleaned = without_blanks(request, dialect);
    let request = &cleaned.as_ref().map_or(*request, |cleaned| cleaned.of(*request));
    let query = with_fragment(request, dialect);
    let mut stage = Stage { recorder: &mut crate::trace::Silent, state: State::Text(Vec::new()) };
    read_in(request, query, dialect, &mut stage).map(Reading)
}

/// Writes a reading as a canonical query.
pub(crate) fn write(reading: Reading, dialect: &Dialect) -> Vec<u8> {
    write_in(reading.0, dialect, &mut Stage { recorder: &mut crate::trace::Silent, state: State::Text(Vec::new()) })
}

fn read_in<R: Recorder>(
    request: &Source<'_>,
    query: Vec<u8>,
    dialect: &Dialect,
    stage: &mut Stage<'_, R>,
) -> Result<Read, Refusal> {
    let query = query_text(query, dialect);
    // The text that replaces a missing query is not split into pairs.
    let is_text = text_for_none(dialect).is_some() && request.query().is_none_or(<[u8]>::is_empty);
    if dialect.query_text == QueryText::AsWritten || is_text {
        stage.now("QSH-Q1", || State::Text(query.clone()));
        return Ok(Read::Text(query));
    }
    let written = written_pairs(request, &query, dialect, stage)?;
    if dialect.query_text == QueryText::SortedAsWritten {
        return Ok(Read::Written(without_jwt(written, dialect)));
    }
    Ok(Read::Pairs(decoded_pairs(written, dialect, stage)?))
}

fn write_in<R: Recorder>(reading: Read, dialect: &Dialect, stage: &mut Stage<'_, R>) -> Vec<u8> {
    let text = match reading {
        Read::Text(text) => text,
        Read::Written(mut written) => {
            if dialect.name_order != NameOrder::AsGiven {
                written.sort_unstable();
            }
            whole(&written, dialect)
        }
        Read::Pairs(pairs) => {
            let mut parameters = join_repeated(encoded_parameters(pairs, dialect, stage), dialect);
            stage.now("QSH-Q8", || written_out(&parameters, dialect.names, dialect));
            sort_values(&mut parameters, dialect);
            stage.now("QSH-Q7", || written_out(&parameters, dialect.names, dialect));
            sort_names(&mut parameters, dialect);
            stage.now("QSH-Q9", || written_out(&parameters, dialect.names, dialect));
            join(&parameters, dialect)
        }
    };
    stage.now("QSH-Q21", || State::Text(text.clone()));
    text
}

/// The pairs of query and form body as written in the request.
fn written_pairs<'a, R: Recorder>(
    request: &Source<'a>,
    query: &'a [u8],
    dialect: &Dialect,
    stage: &mut Stage<'_, R>,
) -> Result<Vec<&'a [u8]>, Refusal> {
    let mut written: Vec<&[u8]> = split(query, dialect)?;
    stage.now("QSH-Q1", || listed(&written));
    let has_query = written.iter().any(|pair| !pair.is_empty());
    if let Some(form) = form_text(request, query, dialect, has_query) {
        with_form(&mut written, split(form, dialect)?, dialect);
    }
    stage.now("QSH-F1", || listed(&written));
    if let Some(members) = json_members(request, dialect, has_query) {
        written.extend(members.split(|&byte| byte == b'&'));
    }
    stage.now("QSH-F4", || listed(&written));
    written.retain(|pair| counts(pair, dialect));
    stage.now("QSH-Q2", || listed(&written));
    match dialect.parameter_limit {
        ParameterLimit::None => {}
        ParameterLimit::First100 => written.truncate(100),
        ParameterLimit::First1000 => written.truncate(1000),
        ParameterLimit::First1024 => written.truncate(1024),
    }
    stage.now("QSH-Q18", || listed(&written));
    Ok(written)
}

/// The pairs without `jwt`. They are not decoded, encoded or joined.
fn without_jwt(mut written: Vec<&[u8]>, dialect: &Dialect) -> Vec<Vec<u8>> {
    let is_jwt = |pair: &[u8]| pair.split(|&byte| byte == b'=').next() == Some(b"jwt");
    written.retain(|pair| dialect.jwt_parameter == JwtParameter::Kept || !is_jwt(pair));
    written.into_iter().map(<[u8]>::to_vec).collect()
}

/// Decodes the pairs and keeps those that are used.
fn decoded_pairs<R: Recorder>(
    written: Vec<&[u8]>,
    dialect: &Dialect,
    stage: &mut Stage<'_, R>,
) -> Result<Vec<Pair>, Refusal> {
    let mut pairs: Vec<Pair> = written.into_iter().filter_map(|pair| name_and_value(pair, dialect)).collect();
    stage.now("QSH-Q3", || decoded(&pairs));
    read_pluses(&mut pairs, dialect);
    stage.now("QSH-Q5", || decoded(&pairs));
    read_escapes(&mut pairs, dialect)?;
    read_pluses_late(&mut pairs, dialect);
    stage.now("QSH-Q4", || decoded(&pairs));
    repair(&mut pairs, dialect)?;
    stage.now("QSH-Q20", || decoded(&pairs));
    normalize(&mut pairs, dialect);
    stage.now("QSH-Q4", || decoded(&pairs));
    drop_jwt(&mut pairs, dialect);
    stage.now("QSH-Q17", || decoded(&pairs));
    special_names(&mut pairs, dialect);
    stage.now("QSH-Q19", || decoded(&pairs));
    pairs.retain(|pair| counts_by_name(pair, dialect));
    stage.now("QSH-Q16", || decoded(&pairs));
    valueless(&mut pairs, dialect);
    stage.now("QSH-Q15", || decoded(&pairs));
    empty_values(&mut pairs, dialect);
    stage.now("QSH-Q14", || decoded(&pairs));
    pairs.iter_mut().for_each(|pair| pair.written_value.clear());
    Ok(pairs)
}

/// Names and values, encoded step by step.
fn encoded_parameters<R: Recorder>(pairs: Vec<Pair>, dialect: &Dialect, stage: &mut Stage<'_, R>) -> Vec<Parameter> {
    let pairs = match dialect.comma {
        Comma::Data => pairs,
        Comma::Splits => pairs.into_iter().flat_map(Pair::split_at_commas).collect(),
    };
    stage.now("QSH-Q8", || decoded(&pairs));
    let mut parameters: Vec<Parameter> =
        pairs.into_iter().map(|pair| Parameter::new(pair, |text, _| with_escapes(text, dialect))).collect();
    // Encodes the values first, then the names.
    stage.now("QSH-Q10", || written_out(&parameters, Names::Bare, dialect));
    stage.now("QSH-Q13", || written_out(&parameters, dialect.names, dialect));
    parameters.iter_mut().for_each(|parameter| parameter.change(|text, side| with_spaces(text, dialect, side)));
    stage.now("QSH-Q12", || written_out(&parameters, dialect.names, dialect));
    parameters.iter_mut().for_each(|parameter| parameter.change(|text, _| in_hex_case(text, dialect)));
    stage.now("QSH-Q11", || written_out(&parameters, dialect.names, dialect));
    parameters
}

/// The current state of the query. It is recorded after each clause.
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

/// QSH-P2. A dialect that keeps the query in the path also reads it here.
fn with_fragment(request: &Source<'_>, dialect: &Dialect) -> Vec<u8> {
    let mut query = request.query().unwrap_or_default().to_vec();
    if let (Fragment::Kept, Some(_), Some(fragment)) = (dialect.fragment, request.query(), request.fragment()) {
        query.push(b'#');
        query.extend_from_slice(fragment);
    }
    query
}

/// QSH-Q1.
fn query_text(query: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    let marks = || query.iter().enumerate().filter(|(_, byte)| **byte == b'?').map(|(at, _)| at);
    match dialect.query_text {
        QueryText::TakenApart | QueryText::AsWritten | QueryText::SortedAsWritten => query,
        QueryText::LeftOut => Vec::new(),
        QueryText::DecodedFirst | QueryText::DecodedBefore => percent::decode(&query).bytes,
        QueryText::QuestionMarkKept if query.is_empty() => query,
        QueryText::QuestionMarkKept => [b"?".as_slice(), &query].concat(),
        QueryText::NullText
        | QueryText::UndefinedText
        | QueryText::NoneText
        | QueryText::EmptyPairText
        | QueryText::UndefinedPairText => text_for_none(dialect).filter(|_| query.is_empty()).unwrap_or(query),
        QueryText::UpToSecond => query[..marks().next().unwrap_or(query.len())].to_vec(),
        QueryText::FromLast => query[marks().next_back().map_or(0, |mark| mark + 1)..].to_vec(),
    }
}

/// The text that replaces a missing query.
fn text_for_none(dialect: &Dialect) -> Option<Vec<u8>> {
    let text: &[u8] = match dialect.query_text {
        QueryText::NullText => b"null",
        QueryText::UndefinedText => b"undefined",
        QueryText::NoneText => b"None",
        QueryText::EmptyPairText => b"=",
        QueryText::UndefinedPairText => b"=undefined",
        _ => return None,
    };
    Some(text.to_vec())
}

/// QSH-F1, QSH-F2 and QSH-F3.
fn form_text<'a>(request: &Source<'a>, query: &[u8], dialect: &Dialect, has_query: bool) -> Option<&'a [u8]> {
    let is = |method: &str| request.method().eq_ignore_ascii_case(method);
    let counts = match dialect.form_methods {
        FormMethods::Post => is("POST"),
        FormMethods::PostAndPut => is("POST") || is("PUT"),
        FormMethods::UpperPostAndPut => matches!(request.method(), "POST" | "PUT"),
        FormMethods::AnyButGet => !is("GET") && !is("HEAD"),
        FormMethods::Any => true,
    };
    let form = request.form().filter(|_| counts)?;
    let wanted = match dialect.form_body {
        FormBody::Merged | FormBody::Instead | FormBody::OverQuery | FormBody::UnderQuery => true,
        FormBody::WhenQueryEmpty => !has_query,
        FormBody::WhenAllRead => {
            pairs_that_go_reads(query).next().is_none() && pairs_that_go_reads(form).all(|is_read| is_read)
        }
        FormBody::Ignored => false,
    };
    wanted.then_some(form)
}

/// Whether Go's `url.ParseQuery` accepts each non-empty pair. It rejects a pair with an unescaped `;` or a malformed
/// escape.
fn pairs_that_go_reads(text: &[u8]) -> impl Iterator<Item = bool> {
    let pairs = text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| !pair.contains(&b';') && !percent::decode(pair).invalid_escape)
}

/// QSH-F1 and QSH-F2: combines the pairs of the query with those of a form.
fn with_form<'a>(written: &mut Vec<&'a [u8]>, mut form: Vec<&'a [u8]>, dialect: &Dialect) {
    let names = |pairs: &[&[u8]]| pairs.iter().map(|pair| form_name(pair)).collect::<HashSet<_>>();
    match dialect.form_body {
        FormBody::Instead if !form.is_empty() => written.clear(),
        FormBody::OverQuery => {
            let of_form = names(&form);
            written.retain(|pair| !of_form.contains(&form_name(pair)));
        }
        FormBody::UnderQuery => {
            let of_query = names(written);
            form.retain(|pair| !of_query.contains(&form_name(pair)));
        }
        _ => {}
    }
    written.append(&mut form);
}

/// QSH-F4.
fn json_members<'a>(request: &Source<'a>, dialect: &Dialect, has_query: bool) -> Option<&'a [u8]> {
    let is = |method: &str| request.method().eq_ignore_ascii_case(method);
    let counts = match dialect.json_body {
        JsonBody::Ignored => false,
        JsonBody::WhenQueryEmpty => !has_query && (is("POST") || is("PUT")),
        JsonBody::Merged => true,
    };
    request.json_members().filter(|members| counts && !members.is_empty())
}

fn listed(pairs: &[&[u8]]) -> State {
    State::Parameters(pairs.iter().map(|pair| pair.to_vec()).collect())
}

fn decoded(pairs: &[Pair]) -> State {
    let text = |pair: &Pair| match pair.has_equals {
        true => [pair.name.as_slice(), b"=", &pair.value].concat(),
        false => pair.name.clone(),
    };
    State::Parameters(pairs.iter().map(text).collect())
}

fn written_out(parameters: &[Parameter], names: Names, dialect: &Dialect) -> State {
    State::Parameters(parameters.iter().map(|parameter| written_pair(parameter, names, dialect)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qsh_hash::Request;

    use super::*;
    use crate::{Deviation, part_with};

    /// Queries made of pieces that implementations get wrong.
    fn queries() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "a",
            "b",
            "A",
            "1",
            "10",
            "&",
            "&",
            "&",
            "=",
            "=",
            "=",
            "+",
            "%20",
            "%2B",
            "%26",
            "%3d",
            "%zz",
            "%25",
            "%FF",
            "%C3%A9",
            "jwt=x",
            "%6Awt",
            "JWT",
            ";",
            "?",
            ",",
            "[]",
            "[b]",
            "__proto__",
            "é",
            "e\u{301}",
            "😀",
            "\u{e000}",
            "_",
            " ",
            "*",
            "~",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..16).prop_map(|pieces| pieces.concat())
    }

    fn dialects() -> impl Strategy<Value = Vec<Deviation>> {
        let deviations = Deviation::all().filter(|deviation| deviation.field().concerns(Part::Query));
        proptest::collection::vec(proptest::sample::select(deviations.collect::<Vec<_>>()), 0..8)
    }

    #[test]
    fn names_of_query_and_form_are_compared_decoded_and_once_each() {
        let query = |url: &str, form: &str, choice: &str| {
            let request = Request::new("POST", url).unwrap().with_form(form);
            let dialect = Dialect::OFFICIAL.with(choice.parse().unwrap());
            String::from_utf8(part_with(&request, Part::Query, &dialect).unwrap()).unwrap()
        };
        let (url, form) = ("/p?a+b=1&c=1&a%20b=2", "%61%20b=3&d=3");
        assert_eq!(query(url, form, "form_body=over_query"), "a%20b=3&c=1&d=3");
        assert_eq!(query(url, form, "form_body=under_query"), "a%20b=1,2&c=1&d=3");
        // Comparing every name with every other would take minutes.
        let many = |from: usize| (from..from + 50_000).map(|n| format!("p{n}")).collect::<Vec<_>>().join("&");
        let url = format!("/p?{}", many(0));
        for choice in ["form_body=over_query", "form_body=under_query"] {
            assert_eq!(query(&url, &many(50_000), choice).split('&').count(), 100_000);
        }
    }

    /// The text of `new URI(url).getQuery()` in OpenJDK 17, split at `&` and `=` and encoded as QSH-Q10 says.
    #[test]
    fn a_query_that_java_decoded_is_not_decoded_again() {
        for (url, expected) in [
            ("/p?v=%2541&a=1%26b", "a=1&b=&v=%2541"),
            ("/p?a+b=c+d&e=%2B", "a%2Bb=c%2Bd&e=%2B"),
            ("/p?x=%FF&y=%C3%A9", "x=%EF%BF%BD&y=%C3%A9"),
            ("/p?n%3D1=2", "n=1%3D2"),
        ] {
            let dialect = Dialect::OFFICIAL.with("query_text=decoded_first".parse().unwrap());
            let query = part_with(&Request::new("GET", url).unwrap(), Part::Query, &dialect).unwrap();
            assert_eq!(str::from_utf8(&query), Ok(expected), "{url}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The reading depends only on the fields on reading. The written query depends only on the reading and the
        /// other fields.
        #[test]
        fn reading_and_then_writing_is_all_there_is(
            query in queries(),
            form in proptest::option::of(queries()),
            members in proptest::option::of("a=[ab]|b=%2C&c=1"),
            deviations in dialects(),
        ) {
            let url = format!("/p?{query}#f");
            let request = Request::new("POST", &url).unwrap();
            let request = form.as_ref().map_or(request, |form| request.with_form(form));
            let source = Source::from(&request);
            let source = members.as_ref().map_or(source, |members| source.with_json_members(members));
            let dialect = deviations.iter().copied().fold(Dialect::OFFICIAL, Dialect::with);
            let on_reading = dialect.deviations().filter(|deviation| deviation.field().is_on_reading());
            let in_two = read(&source, &on_reading.fold(Dialect::OFFICIAL, Dialect::with))
                .map(|reading| write(reading, &dialect));
            prop_assert_eq!(in_two, part_with(source, Part::Query, &dialect), "{}", dialect);
        }
    }
}
