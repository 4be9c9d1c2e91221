//! Gives the adapter the version of the library in the lock file.

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lock = std::fs::read_to_string("Cargo.lock").expect("the lock file is there");
    let package = lock.split("[[package]]").find(|package| package.contains("name = \"atlassian-app-auth\""));
    let version = package.and_then(|package| package.split('"').nth(3)).expect("the lock file has the library");
    println!("cargo::rustc-env=LIBRARY_VERSION={version}");
}
