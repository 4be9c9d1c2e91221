//! What a client can do to the server of the product.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::app::App;
use super::calls::{APP_KEY, signed};
use super::{Running, json, send};

fn limits(running: &Running) -> serde_json::Value {
    json(&format!("{}/-/session", running.page))["limits"].clone()
}

/// A session in which something was not read is not fine, whatever else came of it.
fn problems(running: &Running) -> Vec<String> {
    running.mock.session().problems
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// The status of the response, whatever becomes of the rest of the request.
fn status(mut stream: TcpStream) -> String {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    while !received.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8_lossy(&received).split(' ').nth(1).unwrap_or("none").to_owned()
}

#[test]
fn long_heads_and_large_bodies_are_refused_and_counted() {
    let running = Running::start(App::sound());
    let (_, base_url) = running.site();
    let mut stream = connect(&base_url);
    let head = format!("GET / HTTP/1.1\r\nHost: h\r\nX-Long: {}\r\n\r\n", "a".repeat(64 * 1024));
    // The server need not read it all.
    drop(stream.write_all(head.as_bytes()));
    assert_eq!(status(stream), "431");
    for coding in ["Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut stream = connect(&base_url);
        stream.write_all(format!("POST / HTTP/1.1\r\nHost: h\r\n{coding}\r\n").as_bytes()).unwrap();
        let chunk = [format!("{:x}\r\n", 1 << 20).into_bytes(), vec![b'a'; 1 << 20], b"\r\n".to_vec()].concat();
        let writer = stream.try_clone().unwrap();
        let writing = thread::spawn(move || {
            let mut writer = writer;
            // It ends when the server has closed the connection.
            (0..100).take_while(|_| writer.write_all(&chunk).is_ok()).count()
        });
        assert_eq!(status(stream), "413", "{coding}");
        assert!(writing.join().unwrap() < 100);
    }
    let mut stream = connect(&base_url);
    stream.write_all(b"\x16\x03\x01 hello\r\n\r\n").unwrap();
    assert_eq!(status(stream), "400");
    let found = limits(&running);
    let counts = ["headers_too_long", "bodies_too_large", "not_http"].map(|name| found[name].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 1], "{found}");
    let expected = [
        "not read: 1 request with a head that is too long",
        "not read: 2 requests with a body of more than 8 MiB",
        "not read: 1 request that is not HTTP, or whose target has a character that must be escaped",
    ];
    assert_eq!(problems(&running), expected);
    // None of these was a call of the app.
    assert_eq!((running.mock.session().accepted_calls, running.mock.session().refused.len()), (0, 0));
}

#[test]
fn slow_and_broken_clients_keep_nobody_waiting() {
    let running = Running::start(App::sound());
    let (_, base_url) = running.site();
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut stream = connect(&base_url);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ").unwrap();
        slow.push(stream);
    }
    // Half of a request, and then nothing.
    let mut half = connect(&base_url);
    half.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc").unwrap();
    drop(half);
    let began = Instant::now();
    assert_eq!(send(&base_url, "GET", &[], "").0, 401);
    // The slow ones have 10 seconds, and nobody waits for them.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    // The slow ones are closed in time.
    let ends: Vec<String> = slow.into_iter().map(status).collect();
    assert!(ends.iter().all(|status| status == "none" || status == "408"), "{ends:?}");
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    assert_eq!(limits(&running)["timed_out"], 100);
}

/// A wrong hash is searched for. Calls at once do not wait for long searches of one another.
#[test]
fn many_wrong_hashes_at_once_are_answered_in_time() {
    let running = Running::start(App::sound());
    running.install();
    let (site, base_url) = running.site();
    let query: Vec<String> = (0..30).map(|number| format!("parameter{number}=value+{number}")).collect();
    let began = Instant::now();
    let mut clients = Vec::new();
    for number in 0..40 {
        let url = format!("{base_url}/rest/{number}?{}", query.join("&"));
        let token = signed(APP_KEY, &site.shared_secret, "GET", "/of/another/request", 0);
        clients.push(thread::spawn(move || send(&url, "GET", &[("Authorization", &format!("JWT {token}"))], "").0));
    }
    let statuses: Vec<u16> = clients.into_iter().map(|client| client.join().unwrap()).collect();
    assert_eq!(statuses, [401; 40]);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn a_hundred_connections_at_once_are_answered() {
    let running = Running::start(App::sound());
    let (_, base_url) = running.site();
    let mut clients = Vec::new();
    for number in 0..100 {
        let url = format!("{base_url}/{number}");
        clients.push(thread::spawn(move || send(&url, "GET", &[], "").0));
    }
    let statuses: Vec<u16> = clients.into_iter().map(|client| client.join().unwrap()).collect();
    assert_eq!(statuses, [401; 100]);
    assert_eq!(running.mock.session().refused[0].count, 100);
}
