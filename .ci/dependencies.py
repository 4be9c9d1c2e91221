"""Fails where a library depends on more than its users need."""

import subprocess
import sys

OURS = {"qsh", "qsh-hash", "qsh-auth", "qsh-diagnose"}
# The most crates of others below a package with these options, and crates that are never among them.
LIMITS = {
    "qsh-hash": (6, {"serde", "serde_json", "md-5", "sha1"}),
    "qsh-diagnose": (40, {"clap", "aws-lc-rs", "jsonwebtoken", "tempfile"}),
    "qsh-auth --no-default-features": (20, {"aws-lc-rs", "aws-lc-sys", "pem", "rustls", "ureq"}),
    "qsh-auth": (30, {"clap", "anyhow", "toml", "schemars", "include_dir", "md-5", "sha1", "rustls", "ureq"}),
}


def crates(package):
    """The crates of others that a package needs to build and run."""
    tree = ["cargo", "tree", "--locked", "--package", *package.split(), "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    lines = subprocess.run(tree, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted({line.split()[0] for line in lines if line} - OURS)


failed = False
for package, (most, never) in LIMITS.items():
    found = crates(package)
    print(f"{package}: {len(found)} crates of others")
    if len(found) > most or never & set(found):
        failed = True
        expected = f"expected at most {most}, and none of {', '.join(sorted(never))}"
        print(f"{package}: {expected}; found {', '.join(found)}", file=sys.stderr)
sys.exit(failed)
