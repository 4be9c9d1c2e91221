//! A real HTTP server on loopback, whose app is a function.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// A request as it arrived.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What an app answers: a status and a body.
pub(crate) type Answer = (u16, &'static str);

/// A server that runs until it is dropped.
pub(crate) struct Server {
    socket: SocketAddr,
    stopped: Arc<AtomicBool>,
    served: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(app: impl Fn(&Seen) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = listener.local_addr().unwrap();
        let (stopped, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (is_stopped, count) = (Arc::clone(&stopped), Arc::clone(&served));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                serve(stream, &app);
            }
        });
        Self { socket, stopped, served, thread: Some(thread) }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.socket)
    }

    /// How many requests were served.
    pub(crate) fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The thread waits for a connection.
        drop(TcpStream::connect(self.socket));
        if let Some(thread) = self.thread.take() {
            // A panic in the app was shown when it happened, and the test has other things to say.
            drop(thread.join());
        }
    }
}

fn serve(mut stream: TcpStream, app: &impl Fn(&Seen) -> Answer) {
    let Some(seen) = read(&mut stream) else { return };
    let (status, body) = app(&seen);
    let response = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    // A client that went away is no fault of the app.
    drop(stream.write_all(response.as_bytes()));
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        received.extend_from_slice(&buffer[..count]);
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut fields);
        let Ok(httparse::Status::Complete(start)) = request.parse(&received) else { continue };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<(String, String)> =
            request.headers.iter().map(|field| (field.name.to_owned(), text(field.value))).collect();
        let length = headers.iter().find(|(name, _)| name == "Content-Length").map_or(0, |(_, it)| it.parse().unwrap());
        if received.len() >= start + length {
            let (method, target) = (request.method?.to_owned(), request.path?.to_owned());
            return Some(Seen { method, target, headers, body: text(&received[start..]) });
        }
    }
}
