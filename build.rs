//! Tells Cargo about the files that are embedded in the library, which `include_dir!` cannot do by itself.

fn main() {
    for path in ["adapters", "docs/spec.md", "vectors"] {
        println!("cargo::rerun-if-changed={path}");
    }
}
