//! Writes the seeds of each fuzz target to `FOLDER/TARGET`: `cargo run --example seeds -- FOLDER`. The default folder is
//! `fuzz/corpus`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let corpus =
        env::args_os().nth(1).map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), PathBuf::from);
    for oracle in qsh_fuzz::ORACLES {
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
