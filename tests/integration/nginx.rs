//! A real nginx in front of a real app: the classic cause of a 401.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A running nginx. It ends with the test.
pub(crate) struct Nginx {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Starts nginx with a location that leads to an app.
    pub(crate) fn start(location: &str) -> Self {
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
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    pub(crate) fn url(&self, target: &str) -> String {
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
pub(crate) fn has_nginx() -> bool {
    let is_there =
        ["/usr/sbin", "/usr/bin", "/usr/local/bin"].iter().any(|folder| Path::new(folder).join("nginx").exists());
    assert!(is_there || std::env::var("CI").as_deref() != Ok("true"), "this test did nothing: nginx is missing");
    is_there
}
