//! The amount of memory that an adapter can make the harness use.

use std::process::Command;
use std::{env, fs};

use super::{GUILTY, Run, impatient, with_guilty};

/// Three times a gibibyte on standard output needs only the memory of a few chunks.
#[test]
fn a_flood_takes_little_memory() {
    const LIMIT: u64 = 64 * 1024;
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child::memory::probe_memory_of_floods", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let peak = text.split("peak memory: ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let peak: u64 = peak.parse().unwrap();
    assert!(peak < LIMIT, "peak memory is {peak} KiB, expected less than {LIMIT}");
}

#[test]
#[ignore = "runs alone in the process that a_flood_takes_little_memory starts: other tests would be measured too"]
fn probe_memory_of_floods() {
    for mode in ["--flood-stdout-on", "--flood-lines-on", "--flood-twice-on", "--flood-stderr-on"] {
        let run = Run::of(&[mode, GUILTY], &with_guilty(40), impatient());
        assert_eq!(run.outcomes.len(), 40);
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("peak memory: {peak}");
}
