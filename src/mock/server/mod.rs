//! The server of a [`Mock`]: the sites, and the page with the keys, each on a port of its own.
//!
//! Slow clients, long heads and long bodies are refused and counted, so that no client keeps the others waiting.

mod control;
mod page;
mod request;
mod site;

use std::io;
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, oneshot};

use self::control::Control;
use super::engine::Mock;
use super::limits::Limits;

/// The most connections at once. More are turned away.
const MOST_CONNECTIONS: usize = 256;
/// The most requests that are judged at once. More wait.
const MOST_AT_WORK: usize = 8;
/// The time limit for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// The time limit for a whole connection.
const CONNECTION: Duration = Duration::from_secs(90);
/// The most orders of the page that are under way at once.
const MOST_ORDERS: usize = 32;
/// The longest head in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// How long to wait when the system gives no connection.
const PAUSE: Duration = Duration::from_millis(50);

/// Which server a connection came to.
#[derive(Clone)]
enum Place {
    /// The page, the keys, and what the page asks for.
    Control(Arc<Control>),
    /// A site of the product.
    Site(Arc<Mock>, usize),
}

impl Place {
    fn limits(&self) -> &Limits {
        match self {
            Self::Control(control) => &control.limits,
            Self::Site(mock, _) => mock.limits(),
        }
    }
}

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The ports of a server, before it runs: the base URLs of the sites are known by them.
#[derive(Debug)]
pub struct Listeners {
    control: StdListener,
    sites: Vec<StdListener>,
}

impl Listeners {
    /// Takes a port of this machine for the page, and those after it for the sites. Port 0 takes free ones.
    ///
    /// # Errors
    ///
    /// A port that another program has.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::server::Listeners;
    ///
    /// let listeners = Listeners::bind(0, 2)?;
    /// assert!(listeners.control_url()?.starts_with("http://127.0.0.1:"));
    /// assert_eq!(listeners.site_urls()?.len(), 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn bind(port: u16, sites: usize) -> io::Result<Self> {
        let bind = |number: usize| {
            let port = match (port, u16::try_from(number)) {
                (0, _) => 0,
                (port, number) => number.ok().and_then(|number| port.checked_add(number)).ok_or_else(|| {
                    io::Error::other(format!("port {port} leaves no port for {sites} sites after it"))
                })?,
            };
            StdListener::bind(("127.0.0.1", port))
                .map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))
        };
        Ok(Self { control: bind(0)?, sites: (1..=sites).map(bind).collect::<io::Result<_>>()? })
    }

    /// The URL of the page and of the keys.
    ///
    /// # Errors
    ///
    /// The system does not know the port.
    pub fn control_url(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.control.local_addr()?))
    }

    /// The URL of each site, without the path of the product.
    ///
    /// # Errors
    ///
    /// The system does not know the ports.
    pub fn site_urls(&self) -> io::Result<Vec<String>> {
        self.sites.iter().map(|site| Ok(format!("http://{}", site.local_addr()?))).collect()
    }
}

impl Server {
    /// Serves a mock until the server is dropped.
    ///
    /// # Errors
    ///
    /// The system gives no thread or no events.
    pub fn start(mock: Arc<Mock>, listeners: Listeners) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(MOST_AT_WORK).build()?;
        let control = Control {
            mock: Arc::clone(&mock),
            port: listeners.control.local_addr()?.port(),
            limits: Limits::default(),
            orders: Arc::new(Semaphore::new(MOST_ORDERS)),
        };
        // A site cannot keep the page and the key host from answering.
        let (of_control, of_sites) = (permits(), permits());
        let mut accepting = vec![(Place::Control(Arc::new(control)), listeners.control, of_control)];
        for (place, listener) in listeners.sites.into_iter().enumerate() {
            accepting.push((Place::Site(Arc::clone(&mock), place), listener, Arc::clone(&of_sites)));
        }
        {
            let _context = runtime.enter();
            for (place, listener, permits) in accepting {
                listener.set_nonblocking(true)?;
                runtime.spawn(accept(TcpListener::from_std(listener)?, place, permits));
            }
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = async move {
            // It ends when the server is dropped.
            let _ = stopped.await;
        };
        let thread = thread::Builder::new().name("mock-server".to_owned()).spawn(move || {
            runtime.block_on(serve);
            runtime.shutdown_background();
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked is over, too.
            let _ = thread.join();
        }
    }
}

fn permits() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MOST_CONNECTIONS))
}

async fn accept(listener: TcpListener, place: Place, permits: Arc<Semaphore>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            place.limits().note_turned_away();
            continue;
        };
        let place = place.clone();
        tokio::spawn(async move {
            serve(stream, place).await;
            drop(permit);
        });
    }
}

/// Serves one request of a connection.
async fn serve(stream: TcpStream, place: Place) {
    let limits = place.limits().clone();
    let service = service_fn(move |request| {
        let place = place.clone();
        async move {
            match place {
                Place::Control(control) => control::answer(control, request).await,
                Place::Site(mock, site) => site::answer(mock, site, request).await,
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST_HEAD)
        // A connection without a request is not one that is late.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // A client that does not read is not waited for.
    match tokio::time::timeout(CONNECTION, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => limits.note(&error),
        Err(_) => limits.note_timed_out(),
    }
}
