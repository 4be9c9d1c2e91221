//! Tokens: the time to sign and authenticate a request. Compares ours with PyJWT in its own process.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use qsh::adapter::package;
use qsh::adapter::provision::{Launch, Provisioner};
use qsh_auth::asap::{self, Signer, Verifier};
use qsh_auth::connect::{Endpoint, Incoming, Issue, Tenant, authenticate, token};
use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, SharedSecret, Time};
use qsh_hash::Request;

const NOW: i64 = 1_700_000_000;
const SECRET: &str = "3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a";
const URL: &str = "https://app.example.com/panel?issue=QSH-1&project=QSH&lic=active";

pub(super) fn tokens(criterion: &mut Criterion) {
    connect(criterion);
    asap(criterion);
    pyjwt(criterion);
}

fn request() -> Request<'static> {
    Request::new("GET", URL).unwrap().with_base_url("https://app.example.com").unwrap()
}

/// Measures a whole request: signing it with its hash, and authenticating it with header, tenant, signature and
/// claims.
fn connect(criterion: &mut Criterion) {
    let secret = SharedSecret::new(SECRET).unwrap();
    let issue = Issue::new("client", NOW, NOW + 180);
    let signed = token(&request(), &issue, &secret).unwrap();
    let header = format!("JWT {}", signed.as_str());
    let headers = [("Authorization", header.as_bytes())];
    let tenants = HashMap::from([("client".to_owned(), Tenant::new("client", secret.clone()))]);
    let mut group = criterion.benchmark_group("token");
    group.bench_function("sign/HS256", |bencher| {
        bencher.iter(|| assert_eq!(token(black_box(&request()), &issue, &secret).as_ref(), Ok(&signed)));
    });
    group.bench_function("authenticate/HS256", |bencher| {
        bencher.iter(|| {
            let incoming = Incoming::new(black_box(request()), &headers);
            assert!(authenticate(incoming, &tenants, Endpoint::Url, Time::new(NOW)).is_ok());
        });
    });
    group.finish();
}

fn asap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("asap");
    for (file, algorithm) in [("rsa", Algorithm::Rs256), ("p256", Algorithm::Es256)] {
        let pem =
            std::fs::read(format!("{}/crates/auth/tests/keys/{file}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let key = PrivateKey::from_pem(pem).unwrap();
        let key_id = KeyId::parse("svc/k1").unwrap();
        let keys = BTreeMap::from([(key_id.clone(), key.public_key().clone())]);
        let signer = Signer::new("svc", key_id, key).unwrap().with_algorithm(algorithm).unwrap();
        let issue = asap::Issue::new("api", "1", NOW, NOW + 60);
        let signed = signer.sign(&issue).unwrap();
        let verifier = Verifier::new("api");
        group.bench_function(BenchmarkId::new("sign", algorithm.name()), |bencher| {
            bencher.iter(|| assert!(signer.sign(black_box(&issue)).is_ok()));
        });
        group.bench_function(BenchmarkId::new("verify", algorithm.name()), |bencher| {
            bencher.iter(|| {
                assert!(verifier.verify(black_box(signed.as_str().as_bytes()), &keys, Time::new(NOW)).is_ok());
            });
        });
    }
    group.finish();
}

/// Measures PyJWT on the token alone, without hash, header and tenant. The loop runs in Python.
const PROGRAM: &str = "
import sys, time, jwt
task, count = sys.argv[1], int(sys.argv[2])
secret = sys.argv[3]
claims = {'iss': 'client', 'iat': int(time.time()), 'exp': int(time.time()) + 180, 'qsh': '0' * 64}
token = jwt.encode(claims, secret, algorithm='HS256')
start = time.perf_counter_ns()
if task == 'sign':
    for _ in range(count):
        result = jwt.encode(claims, secret, algorithm='HS256')
else:
    for _ in range(count):
        result = jwt.decode(token, secret, algorithms=['HS256'])
elapsed = time.perf_counter_ns() - start
assert result == (token if task == 'sign' else claims)
print(elapsed)
";

fn pyjwt(criterion: &mut Criterion) {
    let cache =
        std::env::var_os("QSH_CACHE_DIR").map_or_else(|| std::env::temp_dir().join("qsh-bench-cache"), Into::into);
    let package = package::bundled().unwrap().into_iter().find(|it| it.manifest().name == "python-pyjwt").unwrap();
    let launch = match Provisioner::new(cache).provision(&package, &mut |_| {}) {
        Err(error) if error.is_unavailable() => return println!("token/*/pyjwt: not run: {error}"),
        launch => launch.unwrap(),
    };
    let mut group = criterion.benchmark_group("token");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for task in ["sign", "authenticate"] {
        group.bench_function(format!("{task}/pyjwt"), |bencher| {
            bencher.iter_custom(|count| python(&launch, task, count));
        });
    }
    group.finish();
}

fn python(launch: &Launch, task: &str, count: u64) -> Duration {
    let arguments = ["-I", "-c", PROGRAM, task, &count.to_string(), SECRET];
    let output = std::process::Command::new(&launch.program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Duration::from_nanos(String::from_utf8(output.stdout).unwrap().trim().parse().unwrap())
}
