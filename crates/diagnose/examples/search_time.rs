//! Measures how long the search takes that finds nothing, by the length of the request.
//!
//! `cargo run --release -p qsh-diagnose --example search_time [PARAMETERS]`
//!
//! PARAMETERS selects the request with that number of parameters. Without it, all requests are measured.

use std::time::Instant;

use qsh_diagnose::{CanonicalAnswer, DEEPEST, Input, diagnose};

/// How often each request is searched. The median is printed.
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nobodys = CanonicalAnswer::qsh("0".repeat(64));
    println!("bytes  parameters  median ms  mistakes  canonical requests");
    let only: Option<usize> = std::env::args().nth(1).and_then(|it| it.parse().ok());
    for (parameters, length) in [(0, 0), (2, 10), (5, 20), (10, 40), (15, 60), (20, 90)] {
        if only.is_some_and(|only| only != parameters) {
            continue;
        }
        let pairs: Vec<String> =
            (0..parameters).map(|at| format!("name{at}={}", &"a%20value+and%2Fmore".repeat(9)[..length])).collect();
        let url = format!("https://acme.atlassian.net/wiki/rest/api/content/{at}/child?{}", pairs.join("&"), at = 123);
        let input =
            Input { base_url: Some("https://acme.atlassian.net/wiki".to_owned()), ..Input::new("GET", url.as_str()) };
        let mut times = Vec::new();
        let mut tried = None;
        for _ in 0..RUNS {
            let start = Instant::now();
            let found = diagnose(&input, &nobodys, DEEPEST)?;
            times.push(start.elapsed());
            assert!(found.explanations.is_empty());
            tried = Some(found.tried);
        }
        times.sort();
        let tried = tried.ok_or("at least one run")?;
        println!(
            "{:>5}  {parameters:>10}  {:>9}  {:>8}  {:>18}",
            url.len(),
            times[RUNS / 2].as_millis(),
            tried.mistakes,
            tried.canonical_requests
        );
    }
    Ok(())
}
