//! Sends one request over one connection, and reads the response.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::Address;

/// The most bytes of a response that are read. What follows is not needed to tell what it says.
const MOST: usize = 1 << 20;
/// The most characters of an excerpt.
const EXCERPT: usize = 160;
/// The most header fields of a response.
const FIELDS: usize = 256;

/// What an app answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// No connection was made.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// The connection ended before there was a response.
    #[error("the connection ended without a response: {0}")]
    Ended(String),
    /// There was no response in time.
    #[error("no response within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// What came is no response of HTTP/1.
    #[error("not a response of HTTP: {0}")]
    NotHttp(String),
}

impl Response {
    /// The beginning of the body, in one line for people.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::adapter::http::Response;
    ///
    /// let response = Response::new(401, b"{\n  \"error\": \"expired\"\n}");
    /// assert_eq!(response.excerpt(), r#"{ "error": "expired" }"#);
    /// ```
    pub fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(4 * EXCERPT)]);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    /// A response without header fields.
    pub fn new(status: u16, body: &[u8]) -> Self {
        Self { status, headers: Vec::new(), body: body.to_vec() }
    }

    /// The value of the first header field with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Sends the bytes of a request, and reads the response until it is complete, until it is a mebibyte long or until the time is
/// over.
///
/// # Errors
///
/// There is no response.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use qsh::adapter::http::{Address, ExchangeError, exchange};
///
/// // Nobody listens there.
/// let address = Address::parse("http://127.0.0.1:1/")?;
/// let socket = address.socket(&[])?;
/// let failed = exchange(&address, socket, b"GET / HTTP/1.1\r\n\r\n", Duration::from_secs(1));
/// assert!(matches!(failed, Err(ExchangeError::Unreachable(_))));
/// # Ok::<(), qsh::adapter::http::BadAddress>(())
/// ```
pub fn exchange(
    address: &Address,
    socket: SocketAddr,
    bytes: &[u8],
    limit: Duration,
) -> Result<Response, ExchangeError> {
    let end = Instant::now() + limit;
    let stream = TcpStream::connect_timeout(&socket, limit).map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => ExchangeError::TimedOut(limit),
        _ => ExchangeError::Unreachable(error.to_string()),
    })?;
    let set_up = stream.set_nodelay(true).and_then(|()| stream.set_write_timeout(Some(limit)));
    set_up.map_err(|error| ExchangeError::Unreachable(error.to_string()))?;
    let timed = Timed { stream, end };
    if !address.is_encrypted {
        return converse(timed, bytes, limit);
    }
    let name =
        ServerName::try_from(address.host.clone()).map_err(|error| ExchangeError::Unreachable(error.to_string()))?;
    let connection = tls().and_then(|config| ClientConnection::new(config, name));
    let connection = connection.map_err(|error| ExchangeError::Unreachable(error.to_string()))?;
    converse(StreamOwned::new(connection, timed), bytes, limit)
}

/// TLS with the certificate authorities that browsers know.
fn tls() -> Result<Arc<ClientConfig>, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// A stream whose reads end at one point in time.
struct Timed {
    stream: TcpStream,
    end: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn converse(mut stream: impl Read + Write, bytes: &[u8], limit: Duration) -> Result<Response, ExchangeError> {
    // A server can answer and close before it has read everything, so that a failed write is not the end.
    let written = stream.write_all(bytes).and_then(|()| stream.flush());
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let ended = loop {
        if received.len() >= MOST || is_complete(&received)? {
            break None;
        }
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
    };
    match (parse(&received)?, ended) {
        (Some(response), _) => Ok(response),
        (None, Some(error)) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
            Err(ExchangeError::TimedOut(limit))
        }
        (None, Some(error)) => Err(ExchangeError::Ended(error.to_string())),
        (None, None) => Err(ExchangeError::Ended(
            written.err().map_or_else(|| "it was closed".to_owned(), |error| error.to_string()),
        )),
    }
}

/// The head of a response: its status, its fields, and where its body begins.
type Head = (u16, Vec<(String, String)>, usize);

/// The head of the final response, or `None` if it is not complete. Interim responses (1xx) are passed over.
fn head(received: &[u8]) -> Result<Option<Head>, ExchangeError> {
    let mut start = 0;
    loop {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = response.parse(&received[start..]).map_err(|error| ExchangeError::NotHttp(error.to_string()))?;
        let httparse::Status::Complete(length) = parsed else { return Ok(None) };
        let status = response.code.unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = response.headers.iter().map(|field| (field.name.to_owned(), text(field.value))).collect();
        start += length;
        if !(100..200).contains(&status) || status == 101 {
            return Ok(Some((status, fields, start)));
        }
    }
}

/// How the end of a body is known.
enum Length {
    Exactly(usize),
    Chunked,
    UntilClosed,
}

fn length(status: u16, fields: &[(String, String)]) -> Length {
    let field = |name: &str| fields.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    if matches!(status, 204 | 304) {
        return Length::Exactly(0);
    }
    match (field("Transfer-Encoding"), field("Content-Length").and_then(|length| length.parse().ok())) {
        (Some(coding), _) if coding.to_ascii_lowercase().ends_with("chunked") => Length::Chunked,
        (_, Some(length)) => Length::Exactly(length),
        _ => Length::UntilClosed,
    }
}

fn is_complete(received: &[u8]) -> Result<bool, ExchangeError> {
    let Some((status, fields, start)) = head(received)? else { return Ok(false) };
    Ok(match length(status, &fields) {
        Length::Exactly(length) => received.len() - start >= length,
        Length::Chunked => unchunked(&received[start..]).1,
        Length::UntilClosed => false,
    })
}

fn parse(received: &[u8]) -> Result<Option<Response>, ExchangeError> {
    let Some((status, headers, start)) = head(received)? else { return Ok(None) };
    let rest = &received[start..];
    let body = match length(status, &headers) {
        Length::Exactly(length) => rest[..length.min(rest.len())].to_vec(),
        Length::Chunked => unchunked(rest).0,
        Length::UntilClosed => rest.to_vec(),
    };
    Ok(Some(Response { status, headers, body }))
}

/// The content of chunks, and whether the last one is there. A chunk that is not one ends it.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size == 0 {
            return (body, true);
        }
        let Some(end) = start.checked_add(size).filter(|end| *end <= rest.len()) else {
            body.extend_from_slice(&rest[start..]);
            break;
        };
        body.extend_from_slice(&rest[start..end]);
        rest = rest[end..].strip_prefix(b"\r\n").unwrap_or_else(|| &rest[end..]);
    }
    (body, false)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What comes of a server that sends these bytes and closes the connection.
    fn answer(sent: &'static [u8]) -> Result<Response, ExchangeError> {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = server.local_addr().unwrap();
        let serving = thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(sent).unwrap();
        });
        let address = Address::parse(&format!("http://{socket}/")).unwrap();
        let response = exchange(&address, socket, b"GET / HTTP/1.1\r\n\r\n", Duration::from_secs(5));
        serving.join().unwrap();
        response
    }

    #[test]
    fn bodies_end_where_the_response_says_so() {
        for (sent, body) in [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc".as_slice(), "ab"),
            (b"HTTP/1.1 200 OK\r\n\r\nabc", "abc"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "abc"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", "abc"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", "abc"),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nabc", ""),
        ] {
            let found = answer(sent).unwrap();
            assert_eq!(String::from_utf8_lossy(&found.body), body, "{}", String::from_utf8_lossy(sent));
        }
        let found = answer(b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n").unwrap();
        assert_eq!((found.status, found.header("location")), (302, Some("/login")));
    }

    #[test]
    fn what_is_no_response_is_told_apart() {
        assert!(matches!(answer(b""), Err(ExchangeError::Ended(_))));
        assert!(matches!(answer(b"HTTP/1.1 200"), Err(ExchangeError::Ended(_))));
        assert!(matches!(answer(b"220 smtp.example.com\r\n"), Err(ExchangeError::NotHttp(_))));
    }

    #[test]
    fn silence_ends_in_time() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = server.local_addr().unwrap();
        let address = Address::parse(&format!("http://{socket}/")).unwrap();
        let limit = Duration::from_millis(50);
        assert_eq!(exchange(&address, socket, b"GET / HTTP/1.1\r\n\r\n", limit), Err(ExchangeError::TimedOut(limit)));
        drop(server);
        assert!(matches!(exchange(&address, socket, b"", limit), Err(ExchangeError::Unreachable(_))));
    }
}
