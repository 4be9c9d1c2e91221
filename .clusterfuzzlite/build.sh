#!/usr/bin/env bash
# Builds every fuzz target into $OUT, with its dictionary and its seeds, as ClusterFuzzLite and OSS-Fuzz want them. They
# set SRC, OUT and SANITIZER; fuzz/check stands in for them.
set -euo pipefail
cd "$SRC/qsh"

# Coverage is libFuzzer's own affair; of the sanitizers, Rust has this one.
sanitizer=none
[[ ${SANITIZER:-none} == address ]] && sanitizer=address

corpora=$(mktemp -d)
trap 'rm -rf "$corpora"' EXIT
# The flags of a fuzzer are none for a program that writes its seeds.
RUSTFLAGS='' cargo run --locked --example fuzz_seeds -- "$corpora"

RUSTC_BOOTSTRAP=1 cargo fuzz build --fuzz-dir fuzz --sanitizer "$sanitizer"
for source in fuzz/targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/$target"
    cp fuzz/qsh.dict "$OUT/$target.dict"
    # Some targets begin with choices, of which there are no seeds: the empty input is one for all.
    touch "$corpora/$target/empty"
    (cd "$corpora/$target" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" ./*)
done
