//! A command line of curl.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::http_message::Message;
use super::{http_message, shell};

/// Why a command line of curl cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurlProblem {
    /// A quote has no end.
    Quotes,
    /// An option has no value.
    NoValue,
    /// There is more than one URL.
    Urls,
    /// A body or a header is in a file, which is not read.
    File,
}

impl CurlProblem {
    /// In words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Quotes => "its quotes do not end: expected the whole command",
            Self::NoValue => "its last option has no value: expected the whole command",
            Self::Urls => "it has several URLs: expected a command with one",
            Self::File => "it reads a body or a header from a file: expected the text itself",
        }
    }
}

/// What an option of curl means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Method,
    Header,
    Data,
    RawData,
    UrlEncoded,
    Json,
    /// The parts of a body that is no form (QSH-F2).
    Multipart,
    Upload,
    Get,
    Head,
    Url,
    UrlQuery,
    Bearer,
    /// An option with a value that does not matter.
    Other,
}

/// The options that take a value or change the request: short name, long name.
const OPTIONS: [(Option<char>, &str, Kind); 58] = [
    (Some('X'), "request", Kind::Method),
    (Some('H'), "header", Kind::Header),
    (Some('d'), "data", Kind::Data),
    (None, "data-ascii", Kind::Data),
    (None, "data-raw", Kind::RawData),
    (None, "data-binary", Kind::Data),
    (None, "data-urlencode", Kind::UrlEncoded),
    (None, "json", Kind::Json),
    (Some('F'), "form", Kind::Multipart),
    (None, "form-string", Kind::Multipart),
    (Some('T'), "upload-file", Kind::Upload),
    (Some('G'), "get", Kind::Get),
    (Some('I'), "head", Kind::Head),
    (None, "url", Kind::Url),
    (None, "url-query", Kind::UrlQuery),
    (None, "oauth2-bearer", Kind::Bearer),
    (Some('A'), "user-agent", Kind::Other),
    (Some('b'), "cookie", Kind::Other),
    (Some('c'), "cookie-jar", Kind::Other),
    (Some('C'), "continue-at", Kind::Other),
    (Some('D'), "dump-header", Kind::Other),
    (Some('e'), "referer", Kind::Other),
    (Some('E'), "cert", Kind::Other),
    (Some('K'), "config", Kind::Other),
    (Some('m'), "max-time", Kind::Other),
    (Some('o'), "output", Kind::Other),
    (Some('P'), "ftp-port", Kind::Other),
    (Some('Q'), "quote", Kind::Other),
    (Some('r'), "range", Kind::Other),
    (Some('t'), "telnet-option", Kind::Other),
    (Some('u'), "user", Kind::Other),
    (Some('U'), "proxy-user", Kind::Other),
    (Some('w'), "write-out", Kind::Other),
    (Some('x'), "proxy", Kind::Other),
    (Some('y'), "speed-time", Kind::Other),
    (Some('Y'), "speed-limit", Kind::Other),
    (Some('z'), "time-cond", Kind::Other),
    (None, "aws-sigv4", Kind::Other),
    (None, "cacert", Kind::Other),
    (None, "capath", Kind::Other),
    (None, "cert-type", Kind::Other),
    (None, "ciphers", Kind::Other),
    (None, "connect-timeout", Kind::Other),
    (None, "connect-to", Kind::Other),
    (None, "interface", Kind::Other),
    (None, "key", Kind::Other),
    (None, "limit-rate", Kind::Other),
    (None, "max-redirs", Kind::Other),
    (None, "noproxy", Kind::Other),
    (None, "pass", Kind::Other),
    (None, "resolve", Kind::Other),
    (None, "retry", Kind::Other),
    (None, "retry-delay", Kind::Other),
    (None, "retry-max-time", Kind::Other),
    (None, "stderr", Kind::Other),
    (None, "tls-max", Kind::Other),
    (None, "trace-ascii", Kind::Other),
    (None, "unix-socket", Kind::Other),
];

/// Whether a text is a command line of curl. A prompt may stand before it.
pub(super) fn is_command(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(['$', '>', '%', '#']).trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    end < text.len() && is_curl(&text[..end])
}

/// Whether a word is the name of the program.
pub(super) fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name == "curl" || name == "curl.exe"
}

/// A command line.
pub(super) struct Command {
    pub(super) message: Message,
    /// Whether the URL has an `&` outside quotes, where a shell ends the command.
    pub(super) is_cut: bool,
}

/// Reads a command line. What follows a pipe or a redirection is ignored.
pub(super) fn read(text: &str) -> Result<Command, CurlProblem> {
    let shell::Line { mut words, is_cut } = shell::words(text).ok_or(CurlProblem::Quotes)?;
    let start = words.iter().position(|word| is_curl(word)).map_or(0, |place| place + 1);
    words.drain(..start);
    let end = words.iter().position(|word| matches!(word.as_str(), "|" | ">" | ">>" | "2>" | "&&" | ";" | "&"));
    words.truncate(end.unwrap_or(words.len()));
    Ok(Command { message: read_words(&words)?, is_cut })
}

/// Reads the words after the name of the program.
pub(super) fn read_words(words: &[String]) -> Result<Message, CurlProblem> {
    let mut read = Read::default();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        if word == "--next" {
            return Err(CurlProblem::Urls);
        }
        if let Some(name) = word.strip_prefix("--") {
            if let Some((_, _, kind)) = OPTIONS.iter().find(|(_, long, _)| *long == name) {
                read.option(*kind, None, &mut words)?;
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            read.short(letters, &mut words)?;
        } else {
            read.url(word)?;
        }
    }
    Ok(read.message())
}

#[derive(Default)]
struct Read {
    message: Message,
    data: Vec<String>,
    url_query: Vec<String>,
    is_json: bool,
    is_multipart: bool,
    is_upload: bool,
    is_get: bool,
    is_head: bool,
}

impl Read {
    /// Short options, of which all but the last have no value: `-sSX POST`, `-XPOST`.
    fn short<'w>(&mut self, letters: &'w str, words: &mut impl Iterator<Item = &'w str>) -> Result<(), CurlProblem> {
        for (at, letter) in letters.char_indices() {
            let Some((_, _, kind)) = OPTIONS.iter().find(|(short, _, _)| *short == Some(letter)) else { continue };
            let rest = &letters[at + letter.len_utf8()..];
            if matches!(kind, Kind::Get | Kind::Head) {
                self.option(*kind, None, words)?;
            } else {
                return self.option(*kind, Some(rest).filter(|rest| !rest.is_empty()), words);
            }
        }
        Ok(())
    }

    fn option<'w>(
        &mut self,
        kind: Kind,
        value: Option<&'w str>,
        words: &mut impl Iterator<Item = &'w str>,
    ) -> Result<(), CurlProblem> {
        self.is_get |= kind == Kind::Get;
        self.is_head |= kind == Kind::Head;
        if matches!(kind, Kind::Get | Kind::Head) {
            return Ok(());
        }
        let value = value.or_else(|| words.next()).ok_or(CurlProblem::NoValue)?;
        let is_file = value.starts_with('@');
        match kind {
            Kind::Data | Kind::Json | Kind::Header if is_file => return Err(CurlProblem::File),
            Kind::Method => self.message.method = Some(value.to_owned()),
            Kind::Header => {
                if let Some((name, value)) = http_message::field(value) {
                    self.message.add(name, value);
                }
            }
            Kind::Data | Kind::RawData => self.data.push(value.to_owned()),
            Kind::UrlEncoded => self.data.push(url_encoded(value)?),
            Kind::Json => {
                self.is_json = true;
                self.data.push(value.to_owned());
            }
            Kind::Multipart => self.is_multipart = true,
            Kind::Upload => self.is_upload = true,
            Kind::Url => self.url(value)?,
            Kind::UrlQuery => self.url_query.push(match value.strip_prefix('+') {
                Some(plain) => plain.to_owned(),
                None => url_encoded(value)?,
            }),
            Kind::Bearer => self.message.add("Authorization", &format!("Bearer {value}")),
            Kind::Get | Kind::Head | Kind::Other => {}
        }
        Ok(())
    }

    fn url(&mut self, url: &str) -> Result<(), CurlProblem> {
        match self.message.target.replace(url.to_owned()) {
            None => Ok(()),
            Some(_) => Err(CurlProblem::Urls),
        }
    }

    fn message(self) -> Message {
        let Self { mut message, data, mut url_query, is_json, is_multipart, is_upload, is_get, is_head } = self;
        let has_data = !data.is_empty();
        if is_get {
            url_query.extend(data);
        } else if has_data {
            // The parts of a JSON body are joined without a separator.
            message.body = Some(data.join(if is_json { "" } else { "&" }));
            let default = if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
            if message.header("content-type").is_none() {
                message.add("Content-Type", default);
            }
        }
        if let Some(target) = &mut message.target {
            if !target.contains("://") && !target.starts_with('/') {
                // curl takes http where the scheme is missing. The scheme is not part of the hash.
                *target = format!("https://{target}");
            }
            if !url_query.is_empty() {
                let (url, fragment) = target.split_once('#').unwrap_or((target, ""));
                let joint = if url.contains('?') { "&" } else { "?" };
                let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
                *target = format!("{url}{joint}{}{fragment}", url_query.join("&"));
            }
        }
        let default = match (is_head, is_get, is_upload, has_data || is_multipart) {
            (true, ..) => "HEAD",
            (_, true, ..) => "GET",
            (_, _, true, _) => "PUT",
            (_, _, _, true) => "POST",
            _ => "GET",
        };
        message.method.get_or_insert_with(|| default.to_owned());
        message
    }
}

/// The value of `--data-urlencode`: `content`, `=content` or `name=content`.
fn url_encoded(value: &str) -> Result<String, CurlProblem> {
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    match value.split_once('=') {
        Some(("", content)) => Ok(escaped(content)),
        Some((name, content)) => Ok(format!("{name}={}", escaped(content))),
        None if value.contains('@') => Err(CurlProblem::File),
        None => Ok(escaped(value)),
    }
}
