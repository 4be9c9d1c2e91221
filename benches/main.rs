//! Benchmarks: `cargo bench`. Ids are `area/case/size`. Each benchmark asserts its results.
//!
//! `docs/performance.md` lists the measurements and their commands.

mod tokens;

use std::hint::black_box;
use std::io::{Seek, Write};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::protocol::{self, Question};
use qsh::adapter::provision::Provisioner;
use qsh::adapter::{Adapter, Reply, package};
use qsh::runner::{self, Coverage, NoProgress, Options, Participant};
use qsh::suite::baseline::Baseline;
use qsh::suite::case::Case;
use qsh::suite::load::Vectors;
use qsh::suite::outcome::Outcome;
use qsh::suite::verdict::{Reasons, Verdict};
use qsh_diagnose::{CanonicalAnswer, DEEPEST, Dialect, Input, canonicalize_with, diagnose};
use qsh_hash::{Hasher, Qsh, Request};
use sha2::{Digest, Sha256};

/// Fifty typical requests to and from Jira and Confluence apps, with 0 to 8 parameters.
const TYPICAL: &str = include_str!("typical.txt");

const BASES: [&str; 2] = ["https://example.atlassian.net/wiki", "https://example.atlassian.net"];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    hash(&mut criterion);
    canonicalize(&mut criterion);
    load(&mut criterion);
    run(&mut criterion);
    search(&mut criterion);
    tokens::tokens(&mut criterion);
    criterion.final_summary();
}

fn typical() -> Vec<(&'static str, &'static str)> {
    let base = |url: &str| BASES.into_iter().find(|base| url.starts_with(base)).unwrap_or("https://app.example.com");
    TYPICAL.lines().map(|url| (url, base(url))).collect()
}

fn request<'a>((url, base): (&'a str, &'a str)) -> Request<'a> {
    Request::new("GET", url).unwrap().with_base_url(base).unwrap()
}

/// Hashes whole requests, including parsing. For comparison: SHA-256 of their canonical requests alone.
fn hash(criterion: &mut Criterion) {
    let requests = typical();
    let mut hasher = Hasher::new();
    let canonical: Vec<Vec<u8>> =
        requests.iter().map(|parts| hasher.canonical_request(&request(*parts)).to_vec()).collect();
    let digests: Vec<_> = canonical.iter().map(Sha256::digest).collect();
    let expected: Vec<Qsh> = canonical.iter().map(|text| Qsh::of_canonical(text)).collect();
    let count = requests.len();
    assert_eq!(count, 50);

    let mut group = criterion.benchmark_group("hash");
    group.throughput(Throughput::Elements(count as u64));
    group.bench_with_input(BenchmarkId::new("sha256-alone", count), &canonical, |bencher, canonical| {
        bencher.iter(|| {
            for (text, digest) in canonical.iter().zip(&digests) {
                assert_eq!(Sha256::digest(black_box(text)), *digest);
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
                assert_eq!(qsh_hash::hash(&request(black_box(*parts))), *expected);
            }
        });
    });
    group.finish();
}

/// Compares the general canonicalizer with the fast one on requests of growing size.
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
                assert_eq!(canonicalize_with(black_box(&request), &Dialect::OFFICIAL).as_ref(), Ok(&expected));
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

/// The most canonical requests that a search for one, two and three mistakes may hash.
const MOST: [usize; 3] = [5_000, 400_000, 1_200_000];

/// Searches for the mistakes that explain a hash. None explains this one, so the search tries all.
fn search(criterion: &mut Criterion) {
    let url = "https://acme.atlassian.net/wiki/rest/api/content/search/?cql=type%3Dpage&limit=25&start=0&title=A+B\
               &expand=body.view,version&expand=space&user=J%C3%BCrgen&ids=10&ids=9&flag";
    let input = Input { base_url: Some("https://acme.atlassian.net/wiki".to_owned()), ..Input::new("GET", url) };
    let answer = CanonicalAnswer::qsh(Qsh::of_canonical(b"something else").to_string());
    let mut group = criterion.benchmark_group("diagnose");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for mistakes in 1..=DEEPEST {
        group.bench_function(BenchmarkId::new("ten-parameters", mistakes), |bencher| {
            bencher.iter(|| {
                let found = diagnose(&input, &answer, mistakes).unwrap();
                assert!(found.explanations.is_empty());
                assert_eq!(found.tried.mistakes, mistakes);
                // There are no more texts than this. A larger number would mean that some are hashed twice.
                assert!(found.tried.canonical_requests < MOST[mistakes - 1], "{}", found.tried.canonical_requests);
            });
        });
    }
    group.finish();
}

/// Measures the runner with our own implementation, and the harness with a trivial child.
fn run(criterion: &mut Criterion) {
    let vectors = Vectors::embedded().unwrap();
    let cases: Vec<&Case> = vectors.cases().collect();
    let options = Options { jobs: 1, coverage: Coverage::All, reasons: Reasons::Exact };
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

    trivial_child(criterion);
    python_child(criterion);
}

fn questions(count: usize, url: impl Fn(usize) -> String) -> Vec<Question> {
    let input = |index| Input::new("GET", url(index));
    (0..count).map(|index| Question::CanonicalRequest(input(index))).collect()
}

/// Measures the cost of the harness itself: lines per second with a trivial child.
fn trivial_child(criterion: &mut Criterion) {
    let count = 100_000;
    let questions = questions(count, |_| "/test?a=b".to_owned());
    let mut child = Child::start(Command::new(env!("CARGO_BIN_EXE_fake-adapter")), Limits::default()).unwrap();
    let mut group = criterion.benchmark_group("runner");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function(BenchmarkId::new("trivial-child", count), |bencher| {
        bencher.iter(|| assert_answered(&child.ask(&questions, &mut |_| {})));
    });
    group.finish();
}

/// Measures what the harness adds to an adapter's own time. The same lines go through the harness, and from a file
/// into the adapter.
fn python_child(criterion: &mut Criterion) {
    let count = 10_000;
    let cache =
        std::env::var_os("QSH_CACHE_DIR").map_or_else(|| std::env::temp_dir().join("qsh-bench-cache"), Into::into);
    let package =
        package::bundled().unwrap().into_iter().find(|package| package.manifest().language == "Python").unwrap();
    let launch = match Provisioner::new(cache).provision(&package, &mut |_| {}) {
        Err(error) if error.is_unavailable() => return println!("runner/python-*: not run: {error}"),
        launch => launch.unwrap(),
    };
    // Each request has a unique parameter, so that Python's cache of parsed URLs has no effect.
    let typical: Vec<&str> =
        TYPICAL.lines().map(|url| url.split_once(".net").map_or("/path", |(_, path)| path)).collect();
    let questions = questions(count, |index| {
        let url = typical[index % typical.len()];
        format!("{url}{}n={index}", if url.contains('?') { '&' } else { '?' })
    });
    let mut lines = Vec::new();
    protocol::write_describe(&mut lines, 0);
    for (id, question) in (1..).zip(&questions) {
        protocol::write_question(&mut lines, id, question);
    }
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&lines).unwrap();

    let mut group = criterion.benchmark_group("runner");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function(BenchmarkId::new("python-alone", count), |bencher| {
        bencher.iter(|| {
            let mut input = file.try_clone().unwrap();
            input.rewind().unwrap();
            let output = launch.command().stdin(input).output().unwrap();
            assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), count + 1);
        });
    });
    group.bench_function(BenchmarkId::new("python-child", count), |bencher| {
        bencher.iter(|| {
            let command = Command::new(&launch.program).args(&launch.args).current_dir(&launch.current_dir);
            let mut child = Child::start(command, Limits::default()).unwrap();
            assert_answered(&child.ask(&questions, &mut |_| {}));
            assert_eq!(child.finish(), []);
        });
    });
    group.finish();
}

fn assert_answered(replies: &[Reply]) {
    assert!(replies.iter().all(|reply| matches!(reply.outcome, Outcome::Ok(_))));
}
