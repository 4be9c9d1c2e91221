//! Parameters that were hashed and not sent: optional parameters of the products' interfaces that are not set, or names
//! of the request in another case.

use percent_encoding::percent_encode;

use super::options_table::{CALLS, INTERFACES};
use super::{RequestMistake, Target, Variant};
use crate::canonical::text::form_name;
use crate::input::Input;
use crate::percent::RFC3986;
use crate::{Dialect, Part};

/// A parameter that may have been hashed although it was not sent.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// The product whose interface has the parameter.
    pub(crate) product: &'static str,
    /// The parameter as a canonical query has it, and as a URL has it.
    pub(crate) name: String,
    pub(crate) value: &'static str,
    pub(crate) origin: &'static str,
}

/// The texts that stand for a value that is not set, and what leads to each. An empty text stands for the default value,
/// too.
const UNSET: [(&str, &str); 6] = [
    (
        "undefined",
        "jira.js 1.7.3, run against a server: it hashes every parameter of a call, and sends those that are set",
    ),
    ("null", "jira.js 1.7.3, run against a server: it hashes `null` as text, and does not send it"),
    ("None", "Python's `str` of a value that is not set; `requests` does not send it"),
    ("", "clients that hash a parameter that is not set as an empty one"),
    ("%5Bobject%20Object%5D", "JavaScript's text of an object"),
    ("NaN", "JavaScript's text of `Number(undefined)`"),
];

const DEFAULT: &str = "clients that hash the documented default of a parameter, and do not send it";
const CASE: &str = "receivers that read names without regard to case, and write their own spelling";
const INSTEAD: &str = "hash the query that goes over the wire, without the parameters that are not sent";

/// Every optional parameter that the request does not have, with each of its values.
pub(crate) fn additions(input: &Input) -> Vec<Addition> {
    let taken = names(input);
    let mut found = Vec::new();
    for interface in &INTERFACES {
        for (name, default) in interface.options.iter().filter(|(name, _)| !taken.iter().any(|it| it == name)) {
            let product = interface.product;
            let mut add = |value, origin| found.push(Addition { product, name: (*name).to_owned(), value, origin });
            UNSET.iter().for_each(|(value, origin)| add(value, origin));
            if !default.is_empty() {
                add(default, DEFAULT);
            }
        }
    }
    found
}

impl Addition {
    /// The pair as it stands in a canonical query.
    pub(crate) fn pair(&self) -> String {
        format!("{}={}", self.name, percent_encode_value(self.value))
    }

    /// Whether both can be hashed by one client: they are of one product, and stand for values that are not set in the
    /// same way.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        let is_default = |it: &Self| it.origin == DEFAULT;
        self.product == other.product
            && self.name < other.name
            && (self.value == other.value || is_default(self) && is_default(other))
    }

    /// The mistake of hashing these parameters.
    pub(crate) fn mistake(all: &[&Self]) -> RequestMistake {
        let pairs: Vec<String> = all.iter().map(|it| format!("`{}`", it.pair())).collect();
        let name = if all.len() == 1 { "parameter_added" } else { "parameters_added" };
        let origin = all.first().map_or("", |first| first.origin);
        RequestMistake::new(name, "QSH-Q1", does(&pairs), INSTEAD).from(origin)
    }

    /// The request with these parameters.
    pub(crate) fn variant(input: &Input, all: &[&Self]) -> Option<Variant> {
        let pairs: Vec<String> = all.iter().map(|it| it.pair()).collect();
        variant(input, Self::mistake(all), &pairs)
    }
}

/// Requests with all optional parameters of a call, and requests with a name of the query in another case.
pub(crate) fn sets_of_additions(input: &Input) -> Vec<Variant> {
    let taken = names(input);
    let mut found = Vec::new();
    for call in CALLS {
        let missing: Vec<&str> = call.split(' ').filter(|name| !taken.iter().any(|it| it == name)).collect();
        for (value, origin) in UNSET.iter().filter(|_| missing.len() > 1) {
            let pairs: Vec<String> = missing.iter().map(|name| format!("{name}={value}")).collect();
            let listed: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let does = format!("{} were hashed as `{value}`, and were not sent", listed.join(", "));
            let mistake = RequestMistake::new("parameters_added", "QSH-Q1", does, INSTEAD).from(origin);
            found.extend(variant(input, mistake, &pairs));
        }
    }
    let Some(query) = query(input) else { return found };
    for pair in query.split(|byte| *byte == b'&').filter_map(|pair| str::from_utf8(pair).ok()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        for other in in_other_cases(name) {
            for value in [value, "undefined", "null", "None", ""] {
                let pair = format!("{other}={value}");
                let mistake = RequestMistake::new("parameter_added", "QSH-Q1", does(&[format!("`{pair}`")]), INSTEAD);
                found.extend(variant(input, mistake.from(CASE), &[pair]));
            }
        }
    }
    found
}

fn does(pairs: &[String]) -> String {
    match pairs {
        [one] => format!("{one} was hashed, and was not sent"),
        _ => format!("{} were hashed, and were not sent", pairs.join(" and ")),
    }
}

fn variant(input: &Input, mistake: RequestMistake, pairs: &[String]) -> Option<Variant> {
    let request = input.source().ok()?;
    let mut target = Target::of(&request);
    let mut all: Vec<&[u8]> = target.query.as_deref().filter(|query| !query.is_empty()).into_iter().collect();
    all.extend(pairs.iter().map(String::as_bytes));
    target.query = Some(all.join(&b'&'));
    let input = Input { url: target.text().into(), ..input.clone() };
    Some(Variant { mistake, input, dialect: Dialect::OFFICIAL, part: Some(Part::Query) })
}

fn query(input: &Input) -> Option<Vec<u8>> {
    input.source().ok()?.query().map(<[u8]>::to_vec)
}

/// The decoded names of the query.
fn names(input: &Input) -> Vec<String> {
    let query = query(input).unwrap_or_default();
    let names = query.split(|byte| *byte == b'&').map(form_name);
    names.filter_map(|name| String::from_utf8(name).ok()).collect()
}

/// The name in lower case, in upper case, and with the first letter in the other case.
fn in_other_cases(name: &str) -> Vec<String> {
    let mut swapped = name.to_owned();
    if let Some(first) = swapped.get_mut(..1) {
        if first.bytes().all(|byte| byte.is_ascii_lowercase()) {
            first.make_ascii_uppercase();
        } else {
            first.make_ascii_lowercase();
        }
    }
    let mut others = vec![name.to_ascii_lowercase(), name.to_ascii_uppercase(), swapped];
    others.dedup();
    others.retain(|other| other != name && !name.contains('%'));
    others
}

/// A default value as a canonical query has it. The other values are written so already.
fn percent_encode_value(value: &str) -> String {
    if value.contains('%') { value.to_owned() } else { percent_encode(value.as_bytes(), RFC3986).to_string() }
}
