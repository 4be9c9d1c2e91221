#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| qsh::oracle::hold("vectors", bytes));
