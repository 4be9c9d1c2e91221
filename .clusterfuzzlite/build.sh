#!/usr/bin/env bash
# Builds every fuzz target into $OUT, with its dictionary and its seeds, as ClusterFuzzLite and OSS-Fuzz expect them. They
# set SRC, OUT and SANITIZER. fuzz/check runs this script in the same way.
set -euo pipefail
cd "$SRC/qsh"

# Coverage needs no sanitizer. Of their sanitizers, Rust has only this one.
sanitizer=none
[[ ${SANITIZER:-none} == address ]] && sanitizer=address

corpora=$(mktemp -d)
trap 'rm -rf "$corpora"' EXIT
# The program that writes the seeds is built without the flags of the fuzzer.
RUSTFLAGS='' cargo run --locked --manifest-path fuzz/Cargo.toml --example seeds -- "$corpora"

built=${CARGO_TARGET_DIR:-fuzz/target}
RUSTC_BOOTSTRAP=1 cargo fuzz build --fuzz-dir fuzz --sanitizer "$sanitizer" --target-dir "$built"
for source in fuzz/targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "$built/x86_64-unknown-linux-gnu/release/$target" "$OUT/$target"
    cp fuzz/qsh.dict "$OUT/$target.dict"
    # Some targets have no seeds of their own. The empty input is a seed of every target.
    touch "$corpora/$target/empty"
    (cd "$corpora/$target" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" ./*)
done
