//! A child that misbehaves.
fn main() {}
