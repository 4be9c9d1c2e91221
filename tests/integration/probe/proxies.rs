//! A real nginx in front of a real app: the probe names what it does.

use super::apps::{SECRET, TENANT};
use super::report;
use crate::nginx::{Nginx, has_nginx};
use crate::programs::{EXPRESS, NO_KEY_HOST, express};
use crate::provision::has_runtime_of;

#[test]
fn what_nginx_does_to_a_path_is_named() {
    if !has_nginx() || !has_runtime_of(EXPRESS) {
        return;
    }
    let app = express(NO_KEY_HOST, "", &[TENANT, SECRET]);
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
