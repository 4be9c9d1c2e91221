//! The intake of a diagnosis: whatever people paste is answered, and no token is shown.

use qsh::suite::case::Question;
use qsh_diagnose::intake::{Evidence, Piece, pasted_token};

use crate::{Oracle, Violation, embedded_vectors, reproducer};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "intake",
    property: "a token that is found is shown nowhere, and is found again when it stands alone",
    check,
    seeds,
};

/// The input is pieces, separated by zero bytes.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_intake(bytes, |evidence| format!("{evidence:?}"), pasted_token)
}

/// `shown` is what a person sees of the evidence, and `again` finds a token that stands alone.
fn check_intake(
    bytes: &[u8],
    shown: impl Fn(&Evidence) -> String,
    again: impl Fn(&str) -> Option<String>,
) -> Result<(), Violation> {
    let pieces = bytes.split(|byte| *byte == 0).enumerate();
    let pieces: Vec<Piece> = pieces.map(|(index, piece)| Piece::new(format!("argument {index}"), piece)).collect();
    let Ok(evidence) = Evidence::read(&pieces) else { return Ok(()) };
    let _ = evidence.all_hashes();
    let _ = evidence.input().map(|input| input.base_url_problem());
    let Some(token) = evidence.token.as_ref().map(|token| token.as_str()) else { return Ok(()) };
    let what = if shown(&evidence).contains(token) {
        "a token is shown"
    } else if again(token).as_deref() != Some(token) {
        "a token is not found again"
    } else {
        return Ok(());
    };
    let then =
        "Evidence::read(&pieces.split(|byte| *byte == 0).map(|piece| Piece::new(\"\", piece)).collect::<Vec<_>>());";
    Err(Violation::new(what, reproducer("pieces", bytes, then)))
}

/// The forms that a request and the value of a header are pasted in.
const FORMS: [fn(&str, &str, &str) -> String; 9] = [
    |method, url, value| format!("{method}\0{url}\0{value}"),
    |method, url, value| format!("{method} {url}\nAuthorization: {value}"),
    |method, url, value| format!("curl -X {method} '{url}' -H 'Authorization: {value}' -d 'a=b'"),
    |method, url, value| format!("curl ^\"{url}^\" ^\r\n -X {method} -H ^\"authorization: {value}^\""),
    |method, url, value| format!("{method} {url} HTTP/1.1\r\nHost: h\r\nauthorization: {value}\r\n\r\nbody"),
    |method, url, value| {
        format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"{method}","url":"{url}","headers":[{{"name":"authorization","value":"{value}"}}]}}}}]}}}}"#
        )
    },
    |_, url, value| format!("{url}&jwt={}", value.rsplit(' ').next().unwrap_or_default()),
    |method, url, value| {
        let hash = "5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94";
        format!(
            "{value}\0Expecting claim 'qsh' to have value '{hash}' but instead it has the value '5beb…'\0{method} {url}"
        )
    },
    |method, url, value| {
        let (front, back) = value.split_at(value.floor_char_boundary(value.len() / 2));
        format!("10.0.0.1 - - \"{method} {url} HTTP/1.1\" 401\0{front}\n  {back}\0GET&/a&b=c")
    },
];

/// Requests of the vectors in every form.
fn seeds() -> Vec<Vec<u8>> {
    let vectors = embedded_vectors();
    let requests = vectors.cases().filter_map(|case| match &case.question {
        Question::Authenticate(asked) => {
            let (_, value) = asked.request.headers.first()?;
            Some((asked.request.input.method.clone(), asked.request.input.url.as_str()?.to_owned(), value.clone()))
        }
        _ => None,
    });
    let requests: Vec<(String, String, String)> = requests.step_by(7).take(20).collect();
    requests.iter().flat_map(|(method, url, value)| FORMS.map(|form| form(method, url, value).into_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_note_that_shows_a_token_is_found() {
        let shown = |evidence: &Evidence| {
            let token = evidence.token.as_ref().map_or_else(String::new, |token| token.as_str().to_owned());
            format!("took {token} for a token")
        };
        let violation = testing::violation(seeds, |bytes| check_intake(bytes, shown, pasted_token));
        assert_eq!(violation.what, "a token is shown");
    }

    #[test]
    fn a_reader_that_cuts_the_signature_is_found() {
        let cut = |text: &str| pasted_token(text)?.rsplit_once('.').map(|(front, _)| format!("{front}."));
        let violation = testing::violation(seeds, |bytes| check_intake(bytes, |_| String::new(), cut));
        assert_eq!(violation.what, "a token is not found again");
    }
}
