//! Values that were printed in another form when they were hashed: dates, lists, booleans, numbers and others.

use percent_encoding::percent_encode;

use super::dates::forms_of_date;
use super::form::Form;
use super::{RequestMistake, Variants};
use crate::Part;
use crate::canonical::text::replaced;
use crate::percent::{self, RFC3986};

/// The maximum number of parameters whose values are tried in other forms.
pub(super) const VALUES: usize = 24;

/// All values that have one kind of form: the place of each, and its text in that form.
struct Kind {
    kind: &'static str,
    origin: &'static str,
    changed: Vec<(usize, String)>,
}

impl Variants<'_> {
    /// Every value of the query in each of its other forms, alone, and together with all values that have the form.
    pub(super) fn values(&mut self) {
        let Some(query) = self.target.query.clone().filter(|query| !query.is_empty()) else { return };
        let pairs: Vec<&[u8]> = query.split(|byte| *byte == b'&').take(VALUES).collect();
        let mut kinds: Vec<Kind> = Vec::new();
        for (at, pair) in pairs.iter().enumerate() {
            let Some(value) = pair.iter().position(|byte| *byte == b'=').map(|sign| &pair[sign + 1..]) else {
                continue;
            };
            let Ok(value) = String::from_utf8(percent::decode(&replaced(value, b'+', b" ")).bytes) else { continue };
            for Form { kind, text, origin } in forms(&value).into_iter().filter(|form| form.text != value) {
                self.with_values(&query, &[(at, text.clone())], kind, origin);
                match kinds.iter_mut().find(|of| of.kind == kind && of.origin == origin) {
                    // The first form of a kind is taken for each value.
                    Some(of) if of.changed.iter().any(|(taken, _)| *taken == at) => {}
                    Some(of) => of.changed.push((at, text)),
                    None => kinds.push(Kind { kind, origin, changed: vec![(at, text)] }),
                }
            }
        }
        for Kind { kind, origin, changed } in kinds.into_iter().filter(|of| of.changed.len() > 1) {
            self.with_values(&query, &changed, kind, origin);
        }
    }

    fn with_values(&mut self, query: &[u8], changed: &[(usize, String)], kind: &'static str, origin: &'static str) {
        let mut pairs: Vec<Vec<u8>> = query.split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect();
        let mut told = Vec::new();
        for (at, text) in changed {
            let name = pairs[*at].split(|byte| *byte == b'=').next().unwrap_or_default().to_vec();
            told.push(format!("`{}` as `{text}`", String::from_utf8_lossy(&name)));
            let value = percent_encode(text.as_bytes(), RFC3986).to_string();
            pairs[*at] = [name.as_slice(), b"=", value.as_bytes()].concat();
        }
        let does = format!("{} was hashed, {kind}", told.join(" and "));
        let instead = "write each value as text once, and hash and send the same text";
        let mistake = RequestMistake::new("value_in_another_form", "QSH-Q1", does, instead).from(origin);
        let input = self.with_query(pairs.join(&b'&'));
        self.push(Some(Part::Query), mistake, input);
    }
}

/// The other forms of a decoded value.
fn forms(value: &str) -> Vec<Form> {
    let mut forms = forms_of_any(value);
    forms.extend(forms_of_boolean(value));
    forms.extend(forms_of_number(value));
    forms.extend(forms_of_list(value));
    forms.extend(forms_of_json(value));
    forms.extend(forms_of_date(value));
    forms
}

fn forms_of_any(value: &str) -> Vec<Form> {
    let escaped = percent_encode(value.as_bytes(), RFC3986).to_string();
    let mut forms = vec![
        Form::new("a value that was not set yet", "undefined", "JavaScript's `encodeURIComponent` of it"),
        Form::new("a value that was not set yet", "null", "JavaScript's and Java's text of it"),
        Form::new("a value that was not set yet", "None", "Python's `str` of it"),
        Form::new("a value that was not set yet", "", "PHP's text of `null` and Go's zero value"),
        Form::new("an object in place of its text", "[object Object]", "JavaScript's text of an object"),
        Form::new("as JSON", serde_json::Value::from(value).to_string(), "`JSON.stringify` of the value"),
        Form::new("as a list", format!("[{value}]"), "the text of a list in Java"),
        Form::new("as a list", format!("['{value}']"), "Python's `str` of a list"),
        Form::new("as a list", format!("[\"{value}\"]"), "JSON and Ruby's text of a list"),
        Form::new("as bytes", format!("b'{value}'"), "Python's `str` of bytes"),
        Form::new("in upper case", value.to_uppercase(), "the name of a constant in place of its value"),
        Form::new("in lower case", value.to_lowercase(), "the value of a constant in place of its name"),
        Form::new("after it had been escaped", escaped.replace("%20", "+"), "Java's `URLEncoder` before the library"),
        Form::new("for HTML", value.replace('&', "&amp;"), "a template that escapes for HTML"),
        Form::new("with its pluses as spaces", value.replace('+', " "), "a second form decoding"),
        Form::new("with its spaces as pluses", value.replace(' ', "+"), "a `+` that was written by hand"),
        Form::new("with a space after it", format!("{value} "), "text that was pasted or read from a file"),
        Form::new("with a line feed after it", format!("{value}\n"), "text that was read from a file"),
    ];
    forms.push(Form::new("after it had been escaped", escaped, "`encodeURIComponent` before the library"));
    forms
}

fn forms_of_boolean(value: &str) -> Vec<Form> {
    const BOOLEAN: &str = "as a boolean";
    let forms: &[(&str, &str)] = match value {
        "true" => &[
            ("True", "Python's and .NET's text of `true`"),
            ("1", "PHP's text of `true`"),
            ("TRUE", "SQL and Excel"),
            ("yes", "YAML"),
            ("on", "an HTML checkbox"),
        ],
        "false" => &[
            ("False", "Python's and .NET's text of `false`"),
            ("0", "databases without booleans"),
            ("FALSE", "SQL and Excel"),
            ("no", "YAML"),
            ("off", "an HTML checkbox"),
        ],
        "True" | "TRUE" => &[("true", "JavaScript's, Java's and Go's text of `true`"), ("1", "PHP's text of `true`")],
        "False" | "FALSE" => {
            &[("false", "JavaScript's, Java's and Go's text of `false`"), ("0", "databases without booleans")]
        }
        "1" => {
            &[("true", "JavaScript's, Java's and Go's text of `true`"), ("True", "Python's and .NET's text of `true`")]
        }
        "0" => &[
            ("false", "JavaScript's, Java's and Go's text of `false`"),
            ("False", "Python's and .NET's text of `false`"),
        ],
        _ => &[],
    };
    forms.iter().map(|(text, origin)| Form::new(BOOLEAN, *text, origin)).collect()
}

fn forms_of_number(value: &str) -> Vec<Form> {
    const NUMBER: &str = "as a number";
    let Ok(number) = value.parse::<f64>() else { return Vec::new() };
    if !value.bytes().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte)) {
        return Vec::new();
    }
    let mut forms = vec![
        Form::new(NUMBER, format!("{number:?}"), "Python's `str` of a `float`, and Java's of a `double`"),
        Form::new(NUMBER, format!("{number}"), "JavaScript's text of a number, which has 53 bits"),
        Form::new(NUMBER, format!("{number:.2}"), "`%.2f`"),
        Form::new(NUMBER, format!("{number:.6}"), "C's `%f`"),
        Form::new(NUMBER, exponent(number, "E", "0"), "Java's `Double.toString` from 10,000,000 on"),
        Form::new(NUMBER, exponent(number, "e", ""), "numbers that are written by their exponent"),
        Form::new(NUMBER, signed_exponent(number), "Go's `%v` and Python's `%g` of a large `float`"),
    ];
    if let Ok(whole) = value.parse::<i64>() {
        let separated = |by: &str| with_separators(whole, by);
        forms.push(Form::new(NUMBER, separated(","), "Java's `MessageFormat` and JavaScript's `toLocaleString()`"));
        forms.push(Form::new(NUMBER, separated("."), "`toLocaleString()` in German"));
        forms.push(Form::new(NUMBER, separated("\u{a0}"), "`toLocaleString()` in French"));
    }
    forms.retain(|form| !form.text.is_empty());
    forms
}

/// The number by its exponent, as in `1.0E7` or `1e3`. `least` are the digits after a point that has no others.
fn exponent(number: f64, mark: &str, least: &str) -> String {
    let text = format!("{number:e}");
    let Some((digits, power)) = text.split_once('e') else { return String::new() };
    let point = if digits.contains('.') || least.is_empty() { String::new() } else { format!(".{least}") };
    format!("{digits}{point}{mark}{power}")
}

/// As in `1e+03`.
fn signed_exponent(number: f64) -> String {
    let text = format!("{number:e}");
    let Some((digits, power)) =
        text.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)))
    else {
        return String::new();
    };
    format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

fn with_separators(whole: i64, by: &str) -> String {
    let digits = whole.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(by);
        }
        out.push(digit);
    }
    if whole < 0 { format!("-{out}") } else { out }
}

/// The forms of a value with commas, or of the text of a list.
fn forms_of_list(value: &str) -> Vec<Form> {
    const LIST: &str = "as a list";
    let inner = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let items: Vec<&str> =
        inner.unwrap_or(value).split(',').map(|item| item.trim().trim_matches(['"', '\''])).collect();
    if items.len() < 2 && inner.is_none() {
        return Vec::new();
    }
    let quoted = |quote: &str| items.iter().map(|item| format!("{quote}{item}{quote}")).collect::<Vec<_>>();
    vec![
        Form::new(LIST, items.join(","), "JavaScript's text of a list"),
        Form::new(LIST, items.join(", "), "`', '.join(…)`"),
        Form::new(LIST, items.join(";"), "a list with another separator"),
        Form::new(LIST, items.join(" "), "a list with another separator"),
        Form::new(LIST, items.join("|"), "a list with another separator"),
        Form::new(LIST, items.concat(), "`join('')`"),
        Form::new(LIST, format!("[{}]", items.join(", ")), "the text of a list in Java"),
        Form::new(LIST, format!("[{}]", items.join(",")), "a list written by hand"),
        Form::new(LIST, format!("[{}]", items.join(" ")), "Go's text of a slice"),
        Form::new(LIST, format!("['{}']", items.join("', '")), "Python's `str` of a list"),
        Form::new(LIST, format!("('{}')", items.join("', '")), "Python's `str` of a tuple"),
        Form::new(LIST, format!("{{'{}'}}", items.join("', '")), "Python's `str` of a set"),
        Form::new(LIST, format!("[{}]", quoted("\"").join(",")), "`JSON.stringify` of a list"),
        Form::new(LIST, format!("[{}]", quoted("\"").join(", ")), "Ruby's text of an array, and Python's `json.dumps`"),
        Form::new(LIST, "Array", "PHP's text of an array"),
        Form::new(LIST, "System.String[]", ".NET's text of an array"),
        Form::new(LIST, items[0], "the first item of a list"),
        Form::new(LIST, items[items.len() - 1], "the last item of a list"),
    ]
}

/// The forms of a JSON text.
fn forms_of_json(value: &str) -> Vec<Form> {
    if !value.starts_with(['{', '[']) {
        return Vec::new();
    }
    let Ok(json) = serde_json::from_str::<serde_json::Value>(value) else { return Vec::new() };
    let compact = json.to_string();
    vec![
        Form::new("as JSON", spaced(&compact, "\""), "Python's `json.dumps`"),
        Form::new("as a map", spaced(&compact, "'"), "Python's `str` of a dictionary"),
        Form::new("as JSON", compact, "`JSON.stringify`"),
    ]
}

/// A compact JSON text with a space after each `,` and `:`, and with other quotes.
fn spaced(compact: &str, quote: &str) -> String {
    let (mut out, mut is_text, mut is_escaped) = (String::new(), false, false);
    for c in compact.chars() {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_text ^= ends;
        match c {
            '"' if ends => out.push_str(quote),
            _ => out.push(c),
        }
        if matches!(c, ',' | ':') && !is_text {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str) -> Vec<String> {
        forms(value).into_iter().map(|form| form.text).collect()
    }

    /// Each expectation is the output of the language that the form names, for this value.
    #[test]
    fn a_value_has_the_forms_that_languages_print() {
        for (value, expected) in [
            ("true", vec!["True", "1", "undefined", "b'true'", "['true']"]),
            ("50", vec!["50.0", "50.00", "50.000000"]),
            ("1000", vec!["1,000", "1.0E3", "1e3", "1e+03"]),
            ("12345678", vec!["1.2345678E7", "1.2345678e+07", "12,345,678"]),
            ("9007199254740993", vec!["9007199254740992"]),
            ("1.50", vec!["1.5"]),
            ("a,b", vec!["[a, b]", "['a', 'b']", "[\"a\",\"b\"]", "[\"a\", \"b\"]", "[a b]", "Array", "ab", "a"]),
            ("[a, b]", vec!["a,b", "['a', 'b']"]),
            (r#"{"a":[1,"x, y"]}"#, vec![r#"{"a": [1, "x, y"]}"#, "{'a': [1, 'x, y']}", "[object Object]"]),
            ("a b&c", vec!["a%20b%26c", "a+b%26c", "a b&amp;c", "A B&C", "\"a b&c\""]),
        ] {
            let found = texts(value);
            for text in expected {
                assert!(found.iter().any(|found| found == text), "{value}: {text}, found {found:?}");
            }
        }
    }
}
