//! A real nginx in front of a real app: the classic cause of a 401. The probe names what it does.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::frameworks::express;
use super::report;
use crate::provision::has_runtime_of;

/// A running nginx. It ends with the test.
struct Nginx {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Starts nginx with a location that leads to an app.
    fn start(location: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};", path(name)));
        let config = format!(
            "daemon off; master_process off; pid {}; error_log stderr; events {{}} http {{ access_log off; {} server {{ listen 127.0.0.1:{port}; {location} }} }}",
            path("pid"),
            temporary.join(" ")
        );
        fs::write(path("nginx.conf"), config).unwrap();
        let mut command = Command::new("nginx");
        command.args(["-c", &path("nginx.conf"), "-e", "stderr"]).stderr(Stdio::null());
        let nginx = Self { child: command.spawn().unwrap(), port, _folder: folder };
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Whether nginx is on this machine.
fn has_nginx() -> bool {
    let is_there =
        ["/usr/sbin", "/usr/bin", "/usr/local/bin"].iter().any(|folder| Path::new(folder).join("nginx").exists());
    assert!(is_there || std::env::var("CI").as_deref() != Ok("true"), "this test did nothing: nginx is missing");
    is_there
}

#[test]
fn what_nginx_does_to_a_path_is_named() {
    if !has_nginx() || !has_runtime_of("javascript-atlassian-connect-express") {
        return;
    }
    let app = express("");
    let because = |location: &str, target: &str| {
        let nginx = Nginx::start(location);
        let (report, code) = report(&nginx.url(target), &[]);
        (
            report["probe"]["help"]["because"].as_str().unwrap_or_default().to_owned(),
            report["probe"]["canonicalizer"]["choices"].to_string(),
            code,
        )
    };
    let upstream = app.url("");
    // It removes a prefix.
    let (removed, _, code) =
        because(&format!("location /app/ {{ proxy_pass {upstream}/; }}"), "/app/panel?issue=QSH-1");
    assert_eq!((removed.as_str(), code), ("the app computes the hash of the path without /app", 3));
    // It adds one.
    let (added, _, code) = because(&format!("location / {{ proxy_pass {upstream}/connect/; }}"), "/panel?issue=QSH-1");
    assert_eq!((added.as_str(), code), ("the app computes the hash of the path with /connect before it", 3));
    // It decodes the path and merges its slashes.
    let rewrites = format!("location / {{ rewrite ^(.*)$ $1 break; proxy_pass {upstream}; }}");
    let (decoded, _, code) = because(&rewrites, "/panel//%41?issue=QSH-1");
    assert!(decoded.ends_with("(path_escapes=decoded path_segments=slashes_collapsed)"), "{decoded}");
    assert_eq!(code, 3);
    // A path that shows none of this is accepted, and what nginx does to others is read all the same.
    let (_, read, code) = because(&rewrites, "/space/panel?issue=QSH-1");
    assert!(read.contains("path_escapes=decoded") && read.contains("path_segments=normalized"), "{read}");
    assert_eq!(code, 1);
    // Without a rewrite and without a path after the upstream, the path stays as it is.
    let (_, read, code) = because(&format!("location / {{ proxy_pass {upstream}; }}"), "/space/panel?issue=QSH-1");
    assert!(!read.contains("path_"), "{read}");
    assert_eq!(code, 1);
}
