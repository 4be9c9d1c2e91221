//! [`Message`]: a request as it is sent, byte for byte.

use std::fmt;

use serde_json::{Map, Value};

/// A request as it is sent. Nothing in it is normalized.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The method.
    pub method: String,
    /// The request target: the path and the query.
    pub target: Vec<u8>,
    /// The header fields of this request, without those that every request has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// The `User-Agent` of every request.
pub const USER_AGENT: &str =
    concat!("qsh-probe/", env!("CARGO_PKG_VERSION"), " (checks the authentication of this app)");

impl Message {
    /// The bytes of the request, with the header fields that every request of the user has, or why HTTP cannot carry it.
    ///
    /// # Errors
    ///
    /// A blank or a control character in the request line, or a line end in a header field: the receiver would read another
    /// request.
    pub fn bytes(&self, authority: &str, always: &[(String, String)]) -> Result<Vec<u8>, &'static str> {
        if self.method.is_empty() {
            return Err("an empty method cannot be sent");
        }
        if !self.method.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a method with a blank, a control character or a letter beyond ASCII cannot be sent");
        }
        if self.target.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return Err("a request target with a blank or a control character cannot be sent");
        }
        let is_line = |text: &str| !text.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        let headers = || always.iter().chain(&self.headers);
        if !headers().all(|(name, value)| is_line(name) && is_line(value) && !name.contains(':')) {
            return Err("a header field with a line end cannot be sent");
        }
        let mut bytes = [self.method.as_bytes(), b" ", &self.target, b" HTTP/1.1\r\n"].concat();
        let length = self.body.as_ref().map(|body| ("Content-Length".to_owned(), body.len().to_string()));
        let common = [("Host", authority), ("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Connection", "close")];
        let common = common.map(|(name, value)| (name.to_owned(), value.to_owned()));
        // A field that the user sets takes the place of a common one.
        let is_set = |name: &str| headers().any(|(set, _)| set.eq_ignore_ascii_case(name));
        let common = common.into_iter().filter(|(name, _)| !is_set(name));
        for (name, value) in common.chain(headers().cloned()).chain(length) {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        Ok(bytes)
    }

    /// The command that sends the request again. `origin` is the URL of the app without a path. `always` are the header
    /// fields that every request of the user has. They can be secrets, so that their values are left to the reader. The
    /// shared secret in the body of a callback is read from the environment variable `QSH_SHARED_SECRET`.
    pub fn curl(&self, origin: &str, always: &[(String, String)]) -> String {
        let mut command = "curl -i --path-as-is --globoff".to_owned();
        let is_plain = self.method == "GET" && self.body.is_none();
        if !is_plain {
            command.push_str(&format!(" -X {}", quoted(&self.method)));
        }
        for (name, _) in always {
            command.push_str(&format!(" -H {}", quoted(&format!("{name}: …"))));
        }
        for (name, value) in &self.headers {
            // curl drops a field without a value, unless a semicolon takes the place of the colon.
            let field = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            command.push_str(&format!(" -H {}", quoted(&field)));
        }
        if let Some(body) = &self.body {
            command.push_str(&format!(" --data-binary {}", quoted_body(body)));
        }
        format!("{command} {}", quoted(&format!("{origin}{}", String::from_utf8_lossy(&self.target))))
    }
}

/// Shows the names of header fields only: their values have tokens.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Message").field("method", &self.method).field("headers", &names).finish_non_exhaustive()
    }
}

/// The shared secret in the body of a callback, and the body without it. `None` for another body.
pub(super) fn callback(body: &[u8]) -> Option<(String, Map<String, Value>)> {
    let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
    match members.insert(SECRET.to_owned(), PLACE.into())? {
        Value::String(secret) => Some((secret, members)),
        _ => None,
    }
}

/// The member of a callback with the shared secret.
const SECRET: &str = "sharedSecret";
/// What takes the place of the secret. No other member of a callback has this text.
const PLACE: &str = "qsh-shared-secret-of-the-environment";

/// A body in single quotes. The shared secret of a callback is read from the environment variable.
fn quoted_body(body: &[u8]) -> String {
    match callback(body) {
        Some((_, members)) => {
            let text = quoted(&Value::Object(members).to_string());
            text.replace(PLACE, "'\"${QSH_SHARED_SECRET:?}\"'")
        }
        None => quoted(&String::from_utf8_lossy(body)),
    }
}

/// A text in single quotes, as a POSIX shell reads it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(method: &str, target: &str, headers: &[(&str, &str)], body: Option<&str>) -> Message {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let body = body.map(|body| body.as_bytes().to_vec());
        Message { method: method.to_owned(), target: target.into(), headers, body }
    }

    #[test]
    fn a_request_is_sent_as_it_is_written() {
        let message =
            message("POST", "/a//b/../c?x=%7e&x=+", &[("Authorization", "JWT a.b.c"), ("a", "1")], Some("f=1"));
        let expected = format!(
            "POST /a//b/../c?x=%7e&x=+ HTTP/1.1\r\nHost: app:3000\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n\
             Connection: close\r\nAuthorization: JWT a.b.c\r\na: 1\r\nContent-Length: 3\r\n\r\nf=1"
        );
        assert_eq!(String::from_utf8(message.bytes("app:3000", &[]).unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_request_that_would_be_read_as_another_is_not_sent() {
        for bad in [
            message("GET", "/a b", &[], None),
            message("GET", "/a\r\nX: y", &[], None),
            message("GE T", "/a", &[], None),
            message("", "/a", &[], None),
            message("GET", "/a", &[("Authorization", "JWT a\nX: y")], None),
            message("GET", "/a", &[("A: b", "c")], None),
        ] {
            assert!(bad.bytes("app", &[]).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_command_for_a_shell_has_every_part() {
        let post = message("POST", "/a?x='", &[("Authorization", "JWT a"), ("X-Empty", "")], Some("a=1"));
        let expected = r"curl -i --path-as-is --globoff -X 'POST' -H 'Authorization: JWT a' -H 'X-Empty;' --data-binary 'a=1' 'http://app/a?x='\'''";
        assert_eq!(post.curl("http://app", &[]), expected);
        // The secret is replaced, whatever its text is and wherever else this text is.
        let body = r#"{"clientKey":"it's","sharedSecret":"it's \"\\"}"#;
        let callback = message("POST", "/", &[], Some(body)).curl("http://a", &[]);
        let expected = r#"'{"clientKey":"it'\''s","sharedSecret":"'"${QSH_SHARED_SECRET:?}"'"}'"#;
        assert!(callback.contains(expected), "{callback}");
        let plain = message("GET", "/", &[], None);
        assert_eq!(plain.curl("http://a", &[]), "curl -i --path-as-is --globoff 'http://a/'");
        // What the user sends with every request is not repeated.
        let cookie = [("Cookie".to_owned(), "session=1".to_owned())];
        assert_eq!(plain.curl("http://a", &cookie), "curl -i --path-as-is --globoff -H 'Cookie: …' 'http://a/'");
        assert!(String::from_utf8(plain.bytes("a", &cookie).unwrap()).unwrap().contains("\r\nCookie: session=1\r\n"));
    }
}
