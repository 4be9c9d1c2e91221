//! Writes the corpora that fuzzing begins with, made of the vectors: `cargo run --example fuzz_seeds -- FOLDER` puts a
//! folder for each target into `FOLDER`, which is `fuzz/corpus` otherwise.
#![allow(clippy::print_stdout, reason = "it tells what it wrote")]

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let corpus = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "fuzz/corpus".into()));
    for oracle in qsh::oracle::ORACLES {
        let folder = corpus.join(oracle.name);
        fs::create_dir_all(&folder)?;
        let seeds = (oracle.seeds)();
        for (place, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{place:04}")), seed)?;
        }
        println!("{}: {} seeds", oracle.name, seeds.len());
    }
    Ok(())
}
