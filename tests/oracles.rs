//! What holds of any input, held on stable Rust: on the seeds of the fuzz targets, on changed ones, on noise, and on
//! everything that a fuzzer has ever found (`fuzz/regressions`).

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use qsh::oracle::ORACLES;

/// The seeds of each oracle.
static SEEDS: LazyLock<Vec<Vec<Vec<u8>>>> = LazyLock::new(|| ORACLES.iter().map(|oracle| (oracle.seeds)()).collect());

#[test]
fn every_oracle_holds_of_its_seeds() {
    for (oracle, seeds) in ORACLES.iter().zip(SEEDS.iter()) {
        // Those that begin with choices have none.
        assert!(seeds.len() > 20 || ["grammar", "signed"].contains(&oracle.name), "{}: {}", oracle.name, seeds.len());
        for seed in seeds {
            if let Err(broken) = (oracle.check)(seed) {
                panic!("{}: {broken}", oracle.name);
            }
        }
    }
}

#[test]
fn every_finding_of_the_past_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    for entry in fs::read_dir(&folder).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let oracle = qsh::oracle::named(&name).unwrap_or_else(|| panic!("{name} is no oracle"));
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let found = (oracle.check)(&fs::read(&file).unwrap());
            assert!(found.is_ok(), "{}: {}", file.display(), found.unwrap_err());
        }
    }
}

#[test]
fn every_oracle_has_a_fuzz_target_of_its_name() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml")).unwrap();
    for oracle in ORACLES {
        assert!(manifest.contains(&format!("path = \"targets/{}.rs\"", oracle.name)), "{}", oracle.name);
    }
}

/// A seed with bytes changed, taken out, put in, and with the end of another.
fn changed() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let edit = (any::<Index>(), any::<u8>(), 0..5_u8);
    let pick = (0..ORACLES.len()).prop_flat_map(|place| {
        // Where there are none, there is the empty one.
        let seed = || {
            any::<Index>().prop_map(move |at| match SEEDS[place].as_slice() {
                [] => Vec::new(),
                seeds => at.get(seeds).clone(),
            })
        };
        (Just(place), seed(), seed())
    });
    (pick, proptest::collection::vec(edit, 1..6), any::<Index>()).prop_map(|((place, mut bytes, other), edits, cut)| {
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => drop(bytes.remove(at)),
                2 => bytes.truncate(at),
                3 => {
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[cut.index(other.len() + 1)..]);
                }
                _ if at < bytes.len() => bytes[at] = byte,
                _ => bytes.push(byte),
            }
        }
        (place, bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_oracle_holds_of_changed_seeds((place, bytes) in changed()) {
        let found = (ORACLES[place].check)(&bytes);
        prop_assert!(found.is_ok(), "{}: {}", ORACLES[place].name, found.unwrap_err());
    }

    #[test]
    fn every_oracle_holds_of_noise(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for oracle in ORACLES {
            let found = (oracle.check)(&bytes);
            prop_assert!(found.is_ok(), "{}: {}", oracle.name, found.unwrap_err());
        }
    }
}
