//! An adapter for atlassian-app-auth: protocol version 1, one JSON object per line on stdin and stdout.
//!
//! The crate makes a header with a token that is signed with the current time. The hash is the one in the token.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::time::Duration;

use atlassian_app_auth::{Parameters, create_auth_header};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::{Value, json};
use url::Url;

const LIBRARY: &str = "atlassian-app-auth";

/// The origin for URLs without one, because the crate requires an origin.
const ORIGIN: &str = "https://example.atlassian.net/";

fn describe() -> Value {
    json!({ "ok": {
        "protocol": 1,
        "name": LIBRARY,
        "version": env!("LIBRARY_VERSION"),
        "language": "Rust",
        "runtime": "native",
        "operations": ["qsh"],
    }})
}

fn fault(kind: &str, error: impl ToString) -> Value {
    json!({ "fault": { "type": kind, "message": error.to_string() } })
}

fn qsh(request: &Value) -> Value {
    let Some(url) = request["url"].as_str() else { return json!({ "unsupported": "takes a URL as text only" }) };
    if !request["form"].is_null() {
        return json!({ "unsupported": "takes no form body" });
    }
    // The crate does not use a base URL.
    let url = match Url::options().base_url(Url::parse(ORIGIN).ok().as_ref()).parse(url) {
        Ok(url) => url,
        Err(error) => return fault("url::ParseError", error),
    };
    let parameters = Parameters {
        method: request["method"].as_str().unwrap_or_default().to_owned(),
        url,
        valid_for: Duration::from_secs(180),
        app_key: "app".to_owned(),
        shared_secret: "secret".to_owned(),
    };
    match create_auth_header(&parameters) {
        Ok(header) => json!({ "ok": { "qsh": claim(&header.value) } }),
        Err(error) => fault("AuthError", error),
    }
}

/// The `qsh` claim of a header `JWT header.claims.signature`.
fn claim(header: &str) -> Value {
    let claims = header.split('.').nth(1).and_then(|claims| BASE64_URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Value = claims.and_then(|claims| serde_json::from_slice(&claims).ok()).unwrap_or_default();
    claims["qsh"].clone()
}

fn answer(question: &Value) -> Value {
    match question["op"].as_str() {
        Some("describe") => describe(),
        Some("qsh") => qsh(&question["request"]),
        op => json!({ "unsupported": format!("no operation {}", op.unwrap_or_default()) }),
    }
}

fn main() -> io::Result<()> {
    let (mut input, mut output) = (BufReader::new(io::stdin().lock()), BufWriter::new(io::stdout().lock()));
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let question: Value = serde_json::from_slice(&line)?;
        let mut answer = answer(&question);
        answer["id"] = question["id"].clone();
        writeln!(output, "{answer}")?;
        line.clear();
        // One write for all answers.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
    Ok(())
}
