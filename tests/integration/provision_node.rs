//! Adapters on Node.js are set up once from their lock file. The shims of both packages follow the protocol.
//!
//! A test that needs Node.js is skipped with a message if Node.js is missing. With `CI=true` it fails.

use std::fs;
use std::path::Path;

use insta::{allow_duplicates, assert_snapshot};
use qsh::adapter::package::Package;
use qsh::adapter::provision::{Error, Provisioner, Status};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::provision::{Shim, answer, has_runtime_of};

const MANIFEST: &str = r#"format = "qsh-adapter"
version = 1
name = "my-app"
language = "JavaScript"
library = "my-app"
library_version = "1.0"
documentation = "https://example.com/"
command = ["{node}", "hello.js"]
[setup]
kind = "node-modules"
lock = "package-lock.json"
minimum = "MINIMUM"
"#;

fn has_node() -> bool {
    has_runtime_of("javascript-atlassian-jwt")
}

/// An adapter without a library, with the packages of a lock file.
fn adapter(minimum: &str, dependencies: &Value, packages: &Value) -> (TempDir, Package) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("adapter.toml", &MANIFEST.replace("MINIMUM", minimum));
    write("hello.js", "console.log('hello')");
    write("package.json", &json!({ "private": true, "dependencies": dependencies }).to_string());
    write("package-lock.json", &json!({ "lockfileVersion": 3, "packages": packages }).to_string());
    let package = Package::load(folder.path()).unwrap();
    (folder, package)
}

fn provisioner(cache: &Path) -> Provisioner {
    Provisioner::new(cache)
}

#[test]
fn what_is_ready_starts_no_npm() {
    if !has_node() {
        return;
    }
    let (_own, package) = adapter("16.9", &json!({}), &json!({}));
    let cache = tempfile::tempdir().unwrap();
    assert!(matches!(provisioner(cache.path()).status(&package).unwrap(), Status::NotSetUp));
    let mut steps = Vec::new();
    let launch = provisioner(cache.path()).provision(&package, &mut |step| steps.push(step.to_owned())).unwrap();
    assert_eq!(steps, ["setting up npm my-app 1.0 (npm)"]);
    assert_eq!(answer(&launch, b""), "hello");
    assert!(matches!(provisioner(cache.path()).status(&package).unwrap(), Status::Ready));
    let again = provisioner(cache.path()).provision(&package, &mut |step| panic!("{step}")).unwrap();
    assert_eq!(again, launch);

    // Packages that were removed are installed again.
    fs::remove_dir(launch.current_dir.join("node_modules")).unwrap();
    assert!(matches!(provisioner(cache.path()).status(&package).unwrap(), Status::NotSetUp));
    provisioner(cache.path()).provision(&package, &mut |_| {}).unwrap();
    assert!(launch.current_dir.join("node_modules").is_dir());
}

#[test]
fn a_package_with_another_hash_fails_and_leaves_nothing() {
    if !has_node() {
        return;
    }
    let dependencies = json!({ "left-out": "file:left-out.tgz" });
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let locked = json!({ "version": "1.0.0", "resolved": "file:left-out.tgz", "integrity": integrity });
    let packages = json!({ "": { "dependencies": dependencies }, "node_modules/left-out": locked });
    let (own, _) = adapter("16.9", &dependencies, &packages);
    fs::write(own.path().join("left-out.tgz"), "another one").unwrap();
    let package = Package::load(own.path()).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let error = provisioner(cache.path()).provision(&package, &mut |_| {}).unwrap_err();
    let Error::SetupFailed { command, last_lines, .. } = &error else { panic!("{error}") };
    assert!(command.contains(" ci --omit=dev --ignore-scripts "), "{command}");
    assert!(last_lines.iter().any(|line| line.contains("EINTEGRITY")), "{last_lines:?}");
    let left: Vec<_> = fs::read_dir(cache.path().join("adapters")).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.extension().is_some_and(|it| it == "lock")), "{left:?}");
}

#[test]
fn a_lock_that_does_not_hold_every_hash_fails_before_npm_starts() {
    if !has_node() {
        return;
    }
    let error = |packages: &Value, lock: &str| {
        let (own, _) = adapter("16.9", &json!({}), packages);
        let manifest = MANIFEST.replace("MINIMUM", "16.9").replace("package-lock.json", lock);
        fs::write(own.path().join("adapter.toml"), manifest).unwrap();
        fs::write(own.path().join("other.json"), "{}").unwrap();
        let cache = tempfile::tempdir().unwrap();
        let package = Package::load(own.path()).unwrap();
        provisioner(cache.path()).provision(&package, &mut |step| panic!("{step}")).unwrap_err().to_string()
    };
    let unhashed = json!({ "": {}, "node_modules/left-out": { "version": "1.0.0" } });
    assert_snapshot!(error(&unhashed, "package-lock.json"), @"package-lock.json: expected the integrity of node_modules/left-out");
    assert_snapshot!(error(&json!([]), "package-lock.json"), @"package-lock.json: invalid type: sequence, expected a map at line 1 column 32");
    assert_snapshot!(error(&json!({}), "other.json"), @"other.json: expected package-lock.json, which npm reads");
}

#[test]
fn a_node_that_is_too_old_is_not_available() {
    if !has_node() {
        return;
    }
    let (_own, package) = adapter("999.0", &json!({}), &json!({}));
    let Status::Unavailable(missing) = provisioner(Path::new("unused")).status(&package).unwrap() else {
        panic!("there is no such version");
    };
    let says = missing.to_string();
    assert!(says.starts_with("expected Node.js 999.0 or newer with npm as `node`, but that is Node.js "), "{says}");
}

#[test]
fn both_packages_answer_through_one_shim() {
    if !has_node() {
        return;
    }
    for (adapter, name) in [
        ("javascript-atlassian-jwt", "atlassian-jwt"),
        ("javascript-atlassian-atlassian-jwt", "@atlassian/atlassian-jwt"),
    ] {
        let mut shim = Shim::start(adapter);
        let described = shim.ask_json(&json!({ "id": 0, "op": "describe", "protocol": 1 }));
        assert_eq!(described["ok"]["name"], name);
        assert_eq!(described["ok"]["operations"], json!(["canonical_request", "qsh", "sign"]));
        allow_duplicates! { protocol(&mut shim) };
        shim.end();
    }
}

fn protocol(shim: &mut Shim) {
    let mut ask = |members: &str| {
        shim.ask(&format!(r#"{{"id":1,"op":"canonical_request","request":{{"base_url":null,"form":null,{members}}}}}"#))
    };
    assert_snapshot!(ask(r#""method":"get","url":"https://example.com/test/?b=2&a=1""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/test&a=1&b=2"}}"#);
    assert_snapshot!(ask(r#""method":"GET","url":"/jira/a?b=c","base_url":"https://example.com/jira""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/a&b=c"}}"#);
    assert_snapshot!(ask(r#""method":"POST","url":"/a","form":"c=d&b=e+f""#), @r#"{"id":1,"ok":{"canonical_request":"POST&/a&b=e%20f&c=d"}}"#);
    // The shim does not pass on a body that the library would ignore.
    assert_snapshot!(ask(r#""method":"GET","url":"/a?b=c","form":"d=e""#), @r#"{"id":1,"ok":{"canonical_request":"GET&/a&b=c"}}"#);
    assert_snapshot!(ask(r#""method":"POST","url":"/a?b=c","form":"""#), @r#"{"id":1,"ok":{"canonical_request":"POST&/a&b=c"}}"#);
    assert_snapshot!(ask(r#""method":"GET","url_hex":"2fff""#), @r#"{"id":1,"unsupported":"takes a URL as text only"}"#);
    assert_snapshot!(ask(r#""method":"GET","url":"https://[::1/""#), @r#"{"id":1,"fault":{"type":"TypeError","message":"Invalid URL"}}"#);
    assert_snapshot!(shim.ask(r#"{"id":2,"op":"authenticate"}"#), @r#"{"id":2,"unsupported":"no operation authenticate"}"#);
    let request = json!({ "method": "GET", "url": "/x?b=2&a=1", "base_url": null, "form": null });
    let signed = shim.ask_json(&json!({
        "id": 3, "op": "sign", "request": request, "issuer": "client", "shared_secret": "secret", "issued_at": 1,
        "expires_at": 2, "claims": { "sub": "user" },
    }));
    let token = signed["ok"]["token"].as_str().unwrap();
    let unverified = qsh_auth::jwt::danger::Unverified::parse(token.as_bytes()).unwrap();
    let hash = qsh_hash::hash(&qsh_hash::Request::new("GET", "/x?a=1&b=2").unwrap());
    let expected = json!({ "iss": "client", "iat": 1, "exp": 2, "qsh": hash.as_str(), "sub": "user" });
    assert_eq!(Value::Object(unverified.claims().as_object().clone()), expected);
}
