//! An HTTP message, or its header fields alone.

use super::hash::METHODS;

/// A request as it was sent, in whatever form it was written down.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) method: Option<String>,
    /// An absolute URL, or a path.
    pub(super) target: Option<String>,
    /// The host and the scheme, if the target has none.
    pub(super) host: Option<String>,
    pub(super) scheme: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

impl Message {
    /// The first field with this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Adds a field. The fields of HTTP/2 that begin with a colon are the request line.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            ":method" => self.method = Some(value),
            ":path" => self.target = Some(value),
            ":scheme" => self.scheme = Some(value),
            ":authority" => self.host = Some(value),
            "host" => {
                self.host.get_or_insert_with(|| value.clone());
                self.headers.push((name.to_owned(), value));
            }
            _ => self.headers.push((name.to_owned(), value)),
        }
    }
}

/// Names of fields that show that a text is a list of header fields.
const USUAL: [&str; 19] = [
    ":authority",
    ":method",
    ":path",
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "origin",
    "referer",
    "user-agent",
    "x-acpt",
    "x-forge-oauth-system",
    "x-forge-oauth-user",
    "x-forwarded-for",
];

/// Reads a message, or a list of header fields. `None` if the text is neither. The log of `curl -v` has `> ` before each
/// line.
pub(super) fn read(text: &str) -> Option<Message> {
    let sent: Vec<&str> = text.lines().filter_map(|line| line.trim_start().strip_prefix("> ")).collect();
    if sent.first().is_some_and(|line| request_line(line).is_some_and(|line| line.has_version)) {
        return read_lines(&mut sent.into_iter(), None);
    }
    let (head, body) = split_head(text);
    read_lines(&mut head.lines(), body)
}

/// The header fields, and the body after an empty line.
fn split_head(text: &str) -> (&str, Option<&str>) {
    let ends = ["\r\n\r\n", "\n\n"].iter().filter_map(|end| text.split_once(end));
    let first = ends.min_by_key(|(head, _)| head.len());
    first.map_or((text, None), |(head, body)| (head, Some(body)))
}

fn read_lines(lines: &mut dyn Iterator<Item = &str>, body: Option<&str>) -> Option<Message> {
    let mut lines = lines.peekable();
    let mut message = Message::default();
    let first = request_line(lines.peek()?);
    let mut is_known = false;
    if let Some(line) = &first {
        message.method = Some(line.method.to_owned());
        message.target = Some(line.target.to_owned());
        is_known = line.has_version;
        lines.next();
    }
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in lines {
        if line.trim().is_empty() {
            continue;
        }
        match field(line) {
            Some((name, value)) => fields.push((name, value.to_owned())),
            // A value that goes on in the next line, such as a token with a line break in it.
            None if !line.contains(": ") => fields.last_mut()?.1.push_str(&format!("\n{line}")),
            None => return None,
        }
    }
    is_known |= fields.iter().any(|(name, _)| USUAL.iter().any(|usual| name.eq_ignore_ascii_case(usual)));
    if !is_known {
        return None;
    }
    fields.iter().for_each(|(name, value)| message.add(name, value));
    message.body = body.map(|body| cut_body(body, &message).to_owned()).filter(|body| !body.is_empty());
    Some(message)
}

/// The body without what follows it in a file.
fn cut_body<'b>(body: &'b str, message: &Message) -> &'b str {
    let length = message.header("content-length").and_then(|length| length.parse::<usize>().ok());
    match length.and_then(|length| body.get(..length)) {
        Some(body) => body,
        None => body.trim_end_matches(['\r', '\n']),
    }
}

/// A request line.
pub(super) struct RequestLine<'t> {
    pub(super) method: &'t str,
    pub(super) target: &'t str,
    pub(super) has_version: bool,
}

/// Reads `GET /path HTTP/1.1`. The version may be missing.
pub(super) fn request_line(line: &str) -> Option<RequestLine<'_>> {
    let mut words = line.split_ascii_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let has_version = match words.next() {
        Some(version) if version.starts_with("HTTP/") => true,
        Some(_) => return None,
        None => false,
    };
    let is_target = target.starts_with('/') || target.starts_with("http://") || target.starts_with("https://");
    let is_method = if has_version {
        !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic())
    } else {
        METHODS.contains(&method)
    };
    (is_method && is_target && words.next().is_none()).then_some(RequestLine { method, target, has_version })
}

/// Splits `Name: value`.
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let start = usize::from(line.starts_with(':'));
    let colon = start + line.get(start..)?.find(':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let is_name =
        colon > start && name[start..].bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    // `https://h` is no field.
    (is_name && !value.starts_with("//")).then_some((name, value.trim()))
}
