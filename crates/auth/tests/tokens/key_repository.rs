//! Tests a repository of keys against a real TLS server on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use qsh_auth::asap::keys::{Fallback, Options, Repository, RepositoryError};
use qsh_auth::asap::{Failure, Issue, Signer, Verifier};
use qsh_auth::jwt::{InvalidKey, KeyId, KeySource, PrivateKey, PublicKey, Reason, Time};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const NOW: i64 = 1_700_000_000;

/// Answers a request that arrived over TLS.
type Answer = dyn Fn(&Request) -> Vec<u8> + Send + Sync;

#[derive(Clone, Debug)]
struct Request {
    /// The number of requests before this one.
    number: usize,
    path: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

struct Server {
    port: u16,
    roots: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    fn start(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::with_certificate("localhost", 2100, answer)
    }

    /// Starts a server with a certificate for that name, which expires in that year. Its thread ends with the tests.
    fn with_certificate(name: &str, until: i32, answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let (config, roots) = certified(name, until);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::default();
        let server = Self { port, roots, requests: Arc::clone(&requests) };
        let answer: Arc<Answer> = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, requests, answer) = (Arc::clone(&config), Arc::clone(&requests), Arc::clone(&answer));
                // A client that refuses the certificate closes the connection, which is an error here.
                thread::spawn(move || serve(stream, config, &requests, &*answer));
            }
        });
        server
    }

    fn keys(&self) -> Repository {
        self.keys_within(Duration::from_secs(20))
    }

    fn keys_within(&self, timeout: Duration) -> Repository {
        let options = Options::default().with_timeout(timeout).with_roots(&self.roots).unwrap();
        Repository::new(format!("https://localhost:{}/asap/", self.port), options).unwrap()
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// A certificate from a new authority, and that authority in PEM.
fn certified(name: &str, until: i32) -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (Arc::new(config), authority.pem())
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, requests: &Mutex<Vec<Request>>, answer: &Answer) {
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config).unwrap(), stream));
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|&read| read > 0).map(|_| line.trim_end().to_owned())
    };
    let Some(first) = line() else { return };
    let headers = std::iter::from_fn(line).take_while(|line| !line.is_empty());
    let headers: Vec<_> = headers
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let request = {
        let mut requests = requests.lock().unwrap();
        let request = Request { number: requests.len(), path, headers };
        requests.push(request.clone());
        request
    };
    let stream = stream.get_mut();
    // The client may have closed the connection.
    let _ = stream.write_all(&answer(&request)).and_then(|()| stream.flush());
    stream.conn.send_close_notify();
    let _ = stream.flush().and_then(|()| stream.sock.shutdown(std::net::Shutdown::Write));
    let _ = stream.sock.read(&mut [0; 64]);
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

fn pem(name: &str) -> String {
    std::fs::read_to_string(format!("tests/keys/{name}.pem")).unwrap()
}

fn good(headers: &str) -> Vec<u8> {
    http("200 OK", &format!("Content-Type: application/x-pem-file\r\n{headers}"), &pem("p256.spki"))
}

fn asked(keys: &impl KeySource<Error = RepositoryError>, now: i64) -> Result<Option<PublicKey>, RepositoryError> {
    keys.public_key(&KeyId::parse("svc/k+1.pem").unwrap(), now)
}

/// What a repository returns for one answer of its server.
fn said(answer: Vec<u8>) -> Result<bool, RepositoryError> {
    let server = Server::start(move |_| answer.clone());
    let said = asked(&server.keys(), NOW).map(|key| key.is_some());
    assert_eq!(server.requests().len(), 1);
    said
}

#[test]
fn a_key_stands_behind_the_base_url_under_its_key_id_as_text() {
    let server = Server::start(|_| good(""));
    assert!(asked(&server.keys(), NOW).unwrap().is_some());
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].path.as_str()), (1, "/asap/svc/k+1.pem"));
    assert_eq!(requests[0].header("accept"), Some("application/x-pem-file"));
    assert_eq!(requests[0].header("if-none-match"), None);
}

#[test]
fn a_key_that_is_not_there_is_unknown() {
    for status in ["404 Not Found", "410 Gone", "403 Forbidden"] {
        assert_eq!(
            said(http(status, "Content-Type: text/html\r\n", "<html>nothing here</html>")),
            Ok(false),
            "{status}"
        );
    }
}

#[test]
fn every_other_answer_is_a_failure_of_its_own() {
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    for (answer, expected) in [
        (http("500 Internal Server Error", "", ""), RepositoryError::Server(500)),
        (http("503 Service Unavailable", html, "<html>"), RepositoryError::Server(503)),
        (http("400 Bad Request", "", ""), RepositoryError::Status(400)),
        (http("401 Unauthorized", "", ""), RepositoryError::Status(401)),
        (http("204 No Content", "", ""), RepositoryError::Status(204)),
        (http("304 Not Modified", "", ""), RepositoryError::Status(304)),
        (http("302 Found", "Location: https://localhost:1/evil\r\n", ""), RepositoryError::Redirect(302)),
        (
            http("308 Permanent Redirect", "Location: /asap/other\r\n", &pem("p256.spki")),
            RepositoryError::Redirect(308),
        ),
        (http("200 OK", html, &pem("p256.spki")), RepositoryError::Html),
        (http("200 OK", "Content-Type: Application/XHTML+XML\r\n", "x"), RepositoryError::Html),
        (http("200 OK", "", "\n <!doctype html><title>Sign in</title>"), RepositoryError::Html),
        (http("200 OK", "", ""), RepositoryError::NotAKey(InvalidKey::NotPem)),
        (http("200 OK", "", &pem("p256.spki")[..90]), RepositoryError::NotAKey(InvalidKey::NotPem)),
        (http("200 OK", "", &pem("p256.pkcs8")), RepositoryError::NotAKey(InvalidKey::WrongHalf)),
        (http("200 OK", "", &pem("ed25519.spki")), RepositoryError::NotAKey(InvalidKey::Unusable)),
        (http("200 OK", "", &"x".repeat((16 << 10) + 1)), RepositoryError::TooLarge),
    ] {
        let text = String::from_utf8_lossy(&answer[..40]).into_owned();
        assert_eq!(said(answer), Err(expected), "{text}");
    }
}

#[test]
fn what_breaks_off_or_is_no_http_is_unreachable() {
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n-----BEGIN PUBLIC KEY-----";
    for answer in [&b""[..], b"HTTP/1.1 200", b"hello\r\n\r\n", short.as_bytes()] {
        let said = said(answer.to_vec());
        assert!(matches!(said, Err(RepositoryError::Unreachable(_))), "{said:?}");
    }
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let keys = Repository::new(format!("https://localhost:{closed}/"), Options::default()).unwrap();
    assert!(matches!(asked(&keys, NOW), Err(RepositoryError::Unreachable(_))));
}

#[test]
fn an_answer_that_does_not_end_in_time_is_a_timeout() {
    let silent = Server::start(|_| {
        thread::sleep(Duration::from_secs(10));
        Vec::new()
    });
    let started = Instant::now();
    assert_eq!(asked(&silent.keys_within(Duration::from_millis(400)), NOW).unwrap_err(), RepositoryError::Timeout);
    assert!(started.elapsed() < Duration::from_secs(8));
    // A server that accepts the connection and sends nothing does not block the client.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let base_url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let options = Options::default().with_timeout(Duration::from_millis(400));
    assert_eq!(asked(&Repository::new(base_url, options).unwrap(), NOW).unwrap_err(), RepositoryError::Timeout);
}

#[test]
fn a_certificate_has_to_be_good() {
    let expired = Server::with_certificate("localhost", 2020, |_| good(""));
    assert_eq!(asked(&expired.keys(), NOW).unwrap_err(), RepositoryError::CertificateExpired);

    let server = Server::start(|_| good(""));
    let base_url = format!("https://localhost:{}/", server.port);
    let untrusting = Repository::new(base_url.clone(), Options::default()).unwrap();
    let trusting_another = Options::default().with_roots(&expired.roots).unwrap();
    let trusting_another = Repository::new(base_url, trusting_another).unwrap();
    let of_another_name = Server::with_certificate("keys.example", 2100, |_| good(""));
    for keys in [untrusting, trusting_another, of_another_name.keys()] {
        let said = asked(&keys, NOW);
        assert!(matches!(said, Err(RepositoryError::CertificateUntrusted(_))), "{said:?}");
    }
    for server in [expired, server, of_another_name] {
        assert!(server.requests().is_empty());
    }
}

#[test]
fn a_key_is_used_for_as_long_as_its_answer_says() {
    let server = Server::start(|_| good("Cache-Control: max-age=60\r\n"));
    let keys = server.keys();
    for (now, requests) in [(NOW, 1), (NOW + 59, 1), (NOW + 60, 2), (NOW + 119, 2), (NOW - 1, 3)] {
        assert!(asked(&keys, now).unwrap().is_some());
        assert_eq!(server.requests().len(), requests, "{now}");
    }
    assert!(server.requests().iter().all(|request| request.header("if-none-match").is_none()));
}

#[test]
fn a_key_that_may_not_be_kept_is_asked_for_each_time() {
    for headers in [
        "",
        "Cache-Control: no-store, max-age=60\r\n",
        "ETag: \"1\"\r\nCache-Control: no-store\r\n",
        "Expires: Thu, 01 Jan 2099 00:00:00 GMT\r\n",
    ] {
        let server = Server::start(move |_| good(headers));
        let keys = server.keys();
        assert!(asked(&keys, NOW).unwrap().is_some() && asked(&keys, NOW).unwrap().is_some());
        assert_eq!(server.requests().len(), 2, "{headers}");
        assert_eq!(server.requests()[1].header("if-none-match"), None, "{headers}");
    }
}

#[test]
fn a_stale_key_is_asked_for_by_its_tag() {
    let server = Server::start(|request| match request.number {
        0 => good("ETag: \"one\"\r\nCache-Control: max-age=60\r\n"),
        1 => http("304 Not Modified", "", ""),
        2 => http("304 Not Modified", "Cache-Control: max-age=10\r\n", ""),
        3 => http("200 OK", "ETag: \"two\"\r\n", &pem("p384.spki")),
        4 => http("404 Not Found", "", ""),
        _ => good(""),
    });
    let keys = server.keys();
    let kind = |now| asked(&keys, now).unwrap().map(|key| format!("{key:?}"));
    let (p256, p384) = (Some("PublicKey(P256, …)".to_owned()), Some("PublicKey(P384, …)".to_owned()));
    // The first answer is fresh for a minute. So is the second, which has no further header. The third is fresh for ten
    // seconds.
    for (now, expected, requests) in [
        (NOW, &p256, 1),
        (NOW + 60, &p256, 2),
        (NOW + 119, &p256, 2),
        (NOW + 120, &p256, 3),
        (NOW + 129, &p256, 3),
        (NOW + 130, &p384, 4),
        (NOW + 131, &None, 5),
        (NOW + 132, &p256, 6),
    ] {
        assert_eq!((&kind(now), server.requests().len()), (expected, requests), "{now}");
    }
    let tags: Vec<_> =
        server.requests().iter().map(|request| request.header("if-none-match").map(str::to_owned)).collect();
    let one = || Some("\"one\"".to_owned());
    assert_eq!(tags, [None, one(), one(), one(), Some("\"two\"".to_owned()), None]);
}

#[test]
fn a_key_that_cannot_be_asked_for_anew_is_not_used() {
    let server = Server::start(|request| match request.number {
        0 => good("Cache-Control: max-age=60\r\n"),
        _ => http("500 Internal Server Error", "", ""),
    });
    let keys = server.keys();
    assert!(asked(&keys, NOW).is_ok() && asked(&keys, NOW + 59).is_ok());
    assert_eq!(asked(&keys, NOW + 60).unwrap_err(), RepositoryError::Server(500));
}

#[test]
fn the_next_repository_is_asked_where_one_fails_or_lacks_the_key() {
    let failing = || Server::start(|_| http("500 Internal Server Error", "", "")).keys();
    let lacking = || Server::start(|_| http("404 Not Found", "", "")).keys();
    let having = || Server::start(|_| good("")).keys();
    let of = |stores: Vec<Repository>| asked(&Fallback::new(stores), NOW).map(|key| key.is_some());
    assert_eq!(of(vec![failing(), having()]), Ok(true));
    assert_eq!(of(vec![lacking(), having()]), Ok(true));
    assert_eq!(of(vec![lacking(), lacking()]), Ok(false));
    assert_eq!(of(vec![lacking(), failing()]), Err(RepositoryError::Server(500)));
}

#[test]
fn a_token_is_refused_where_its_key_is_unknown_and_not_where_the_repository_fails() {
    let server = Server::start(|request| match request.path.as_str() {
        "/asap/svc/good" => good(""),
        "/asap/svc/down" => http("500 Internal Server Error", "", ""),
        "/asap/svc/other" => http("200 OK", "", &pem("rsa.spki")),
        _ => http("404 Not Found", "", ""),
    });
    let keys = server.keys();
    let verified = |key_id: &str| {
        let key = PrivateKey::from_pem(pem("p256.pkcs8")).unwrap();
        let signer = Signer::new("svc", KeyId::parse(key_id).unwrap(), key).unwrap();
        let token = signer.sign(&Issue::new("api", "1", NOW, NOW + 60)).unwrap();
        Verifier::new("api").verify(token.as_str().as_bytes(), &keys, Time::new(NOW))
    };
    let reason = |key_id: &str| match verified(key_id).unwrap_err() {
        Failure::Rejected(rejection) => Ok(rejection.reason()),
        Failure::Keys(error) => Err(error),
        Failure::ReplayGuard(never) => match never {},
    };
    assert!(verified("svc/good").is_ok());
    assert_eq!(reason("svc/none"), Ok(Reason::UnknownKey));
    assert_eq!(reason("svc/other"), Ok(Reason::AlgorithmNotAllowed));
    assert_eq!(reason("svc/down"), Err(RepositoryError::Server(500)));
}
