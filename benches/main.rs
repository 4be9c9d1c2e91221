//! Benchmarks: `cargo bench`. Ids are `area/case/size`; each one asserts its results.
//!
//! `docs/performance.md` says what was measured, and with which command it is measured again.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use qsh::adapter::Adapter;
use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::protocol::{Operation, Question};
use qsh::runner::{self, NoProgress, Options, Participant};
use qsh::suite::baseline::Baseline;
use qsh::suite::case::{Case, Input};
use qsh::suite::load::Vectors;
use qsh::suite::outcome::Outcome;
use qsh::suite::verdict::Verdict;
use qsh::{Dialect, Hasher, Qsh, Request, canonicalize_with};

/// Fifty requests such as Jira and Confluence apps make and get, with 0 to 8 parameters.
const TYPICAL: &str = include_str!("typical.txt");

const BASES: [&str; 2] = ["https://example.atlassian.net/wiki", "https://example.atlassian.net"];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    hash(&mut criterion);
    canonicalize(&mut criterion);
    load(&mut criterion);
    run(&mut criterion);
    criterion.final_summary();
}

fn typical() -> Vec<(&'static str, &'static str)> {
    let base = |url: &str| BASES.into_iter().find(|base| url.starts_with(base)).unwrap_or("https://app.example.com");
    TYPICAL.lines().map(|url| (url, base(url))).collect()
}

fn request<'a>((url, base): (&'a str, &'a str)) -> Request<'a> {
    Request::new("GET", url).unwrap().with_base_url(base).unwrap()
}

/// The hash of whole requests, parsing included, against SHA-256 of their canonical requests alone.
fn hash(criterion: &mut Criterion) {
    let requests = typical();
    let mut hasher = Hasher::new();
    let canonical: Vec<Vec<u8>> =
        requests.iter().map(|parts| hasher.canonical_request(&request(*parts)).to_vec()).collect();
    let expected: Vec<Qsh> = canonical.iter().map(|text| Qsh::of_canonical(text)).collect();
    let count = requests.len();
    assert_eq!(count, 50);

    let mut group = criterion.benchmark_group("hash");
    group.throughput(Throughput::Elements(count as u64));
    group.bench_with_input(BenchmarkId::new("sha256-alone", count), &canonical, |bencher, canonical| {
        bencher.iter(|| {
            for (text, expected) in canonical.iter().zip(&expected) {
                assert_eq!(Qsh::of_canonical(black_box(text)), *expected);
            }
        });
    });
    group.bench_with_input(BenchmarkId::new("typical", count), &requests, |bencher, requests| {
        bencher.iter(|| {
            for (parts, expected) in requests.iter().zip(&expected) {
                assert_eq!(hasher.hash(&request(black_box(*parts))), *expected);
            }
        });
    });
    group.bench_with_input(BenchmarkId::new("typical-new-buffers", count), &requests, |bencher, requests| {
        bencher.iter(|| {
            for (parts, expected) in requests.iter().zip(&expected) {
                assert_eq!(qsh::hash(&request(black_box(*parts))), *expected);
            }
        });
    });
    group.finish();
}

/// The general canonicalizer and the fast one on requests of growing size.
fn canonicalize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("canonicalize");
    for count in [1, 100, 10_000] {
        let pairs: Vec<String> =
            (0..count).map(|index| format!("name{}=value+%C3%A9{index}", index * 7919 % count)).collect();
        let url = format!("/path?{}", pairs.join("&"));
        let request = Request::new("GET", &url).unwrap();
        let expected = canonicalize_with(&request, &Dialect::OFFICIAL).unwrap();
        let mut hasher = Hasher::new();
        group.throughput(Throughput::Bytes(url.len() as u64));
        group.bench_function(BenchmarkId::new("general", count), |bencher| {
            bencher.iter(|| {
                assert_eq!(canonicalize_with(black_box(&request), &Dialect::OFFICIAL).as_ref(), Ok(&expected))
            });
        });
        group.bench_function(BenchmarkId::new("fast", count), |bencher| {
            bencher.iter(|| assert_eq!(hasher.canonical_request(black_box(&request)), expected.as_bytes()));
        });
    }
    group.finish();
}

fn load(criterion: &mut Criterion) {
    let count = Vectors::embedded().unwrap().cases().count();
    criterion.bench_function(&format!("load/embedded/{count}"), |bencher| {
        bencher.iter(|| assert_eq!(Vectors::embedded().unwrap().cases().count(), count));
    });
}

/// The runner on our own implementation, and the harness on a child that does next to nothing.
fn run(criterion: &mut Criterion) {
    let vectors = Vectors::embedded().unwrap();
    let cases: Vec<&Case> = vectors.cases().collect();
    let options = Options { jobs: 1, all_cases: true };
    criterion.bench_function(&format!("runner/built-in/{}", cases.len()), |bencher| {
        bencher.iter(|| {
            let participant = Participant {
                name: "built-in".to_owned(),
                baseline: Baseline::default(),
                start: Box::new(|_| Ok(Box::new(BuiltIn::new()))),
            };
            let reports = runner::run(vec![participant], &cases, options, &NoProgress);
            assert_eq!(reports[0].count(Verdict::Pass) + reports[0].count(Verdict::Open), cases.len());
        });
    });

    let count = 100_000;
    let input = Input { method: "GET".into(), url: "/test?a=b".into(), base_url: None, form: None };
    let questions = vec![Question { operation: Operation::CanonicalRequest, request: input }; count];
    let mut child = Child::start(Command::new(env!("CARGO_BIN_EXE_fake-adapter")), Limits::default()).unwrap();
    let mut group = criterion.benchmark_group("runner");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function(BenchmarkId::new("trivial-child", count), |bencher| {
        bencher.iter(|| {
            let replies = child.ask(&questions, &mut |_| {});
            assert!(replies.iter().all(|reply| matches!(reply.outcome, Outcome::Ok(_))));
        });
    });
    group.finish();
}
