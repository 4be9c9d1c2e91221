#![cfg_attr(fuzzing, no_main)]

qsh_fuzz::fuzz_target!("intake");
