//! Properties of the canonical request, checked with generated requests.

use proptest::prelude::*;
use qsh_diagnose::dialect::PartJoin;
use qsh_diagnose::{Canonical, Deviation, Dialect, Part, State, canonicalize_with, part_with, trace};
use qsh_hash::{Hasher, Request, hash};

/// A request that owns its parts.
#[derive(Clone, Debug)]
struct Parts {
    method: String,
    target: Vec<u8>,
    base_url: Option<String>,
    form: Option<Vec<u8>>,
}

impl Parts {
    fn request(&self) -> Request<'_> {
        let mut request = Request::new(&self.method, &self.target).unwrap();
        if let Some(base_url) = &self.base_url {
            request = request.with_base_url(base_url).unwrap();
        }
        match &self.form {
            Some(form) => request.with_form(form),
            None => request,
        }
    }
}

/// Text made of pieces that implementations get wrong, and of arbitrary bytes.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[a-c0-1A-B._~-]{1,3}".prop_map(String::into_bytes),
        2 => proptest::sample::select(vec![
            "&", "&&", "=", "==", "+", "%", "%2", "%zz", "%20", "%2B", "%26", "%3D", "%2f", "%2F", "%7E", "%7e", "%41", "%25", "%2520", "jwt", "%6Awt",
            "jwt=x&", "JWT", ";", "/", "//", "?", "#", ",", "%2C", ":", "@", "!'()*", "[a]", "__proto__", "é", "宮", "\u{e000}", "😀", "%C3%A9", "%F0%9F%98%80",
            "%EE%80%80", "%FF", "%C0%AF", "%ED%A0%80", "%E5%AE", " ", "\\", "..", "http://h",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 1..3),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn requests() -> impl Strategy<Value = Parts> {
    let method = proptest::sample::select(vec!["GET", "get", "POST", "pOsT", "PUT", "HEAD", "x-method", "options"]);
    let front = proptest::sample::select(vec![
        "",
        "/",
        "https://h",
        "https://h/",
        "http://u@h:80/jira",
        "/jira",
        "/jira/",
        "//",
    ]);
    let base = proptest::sample::select(vec![
        None,
        Some("https://h/jira"),
        Some("https://h/jira/"),
        Some("https://h"),
        Some("/"),
        Some("/ji"),
    ]);
    let target = (front, soup(), proptest::option::of(soup())).prop_map(|(front, path, query)| {
        let mut target = [front.as_bytes(), &path].concat();
        if let Some(query) = query {
            target.push(b'?');
            target.extend(query);
        }
        target
    });
    (method, target, base, proptest::option::of(soup())).prop_map(|(method, target, base, form)| Parts {
        method: method.to_owned(),
        target,
        base_url: base.map(str::to_owned),
        form,
    })
}

/// The query of an application's names and values. The flags decide which characters are escaped.
fn query_of(pairs: &[(String, String)], escape: impl Fn(usize) -> bool) -> String {
    let mut count = 0;
    let mut text = |text: &str| -> String {
        text.bytes()
            .map(|byte| {
                count += 1;
                let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
                match byte {
                    b' ' if escape(count) => "+".to_owned(),
                    byte if plain && !escape(count) => char::from(byte).to_string(),
                    byte if escape(count) => format!("%{byte:02x}"),
                    byte => format!("%{byte:02X}"),
                }
            })
            .collect()
    };
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
    pairs.join("&")
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let text = "[ a-c,=&+%~é宮\u{e000}\u{10000}]{0,4}";
    proptest::collection::vec((text, text), 0..6)
}

/// Escapes a part as OAuth 1 does.
fn escaped(part: &[u8]) -> Vec<u8> {
    percent_encoding::percent_encode(part, qsh_diagnose::percent::RFC3986).to_string().into_bytes()
}

fn hash_of(target: &str) -> String {
    hash(&Request::new("GET", target).unwrap()).to_string()
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let deviations: Vec<Deviation> = Deviation::all().collect();
    proptest::collection::vec(proptest::sample::select(deviations), 0..8)
        .prop_map(|deviations| deviations.into_iter().fold(Dialect::OFFICIAL, Dialect::with))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_path_equals_the_general_one(parts in requests(), more in requests()) {
        let mut hasher = Hasher::new();
        for request in [parts.request(), more.request()] {
            let canonical = canonicalize_with(&request, &Dialect::OFFICIAL).unwrap();
            prop_assert_eq!(hasher.canonical_request(&request), canonical.as_bytes());
            prop_assert_eq!(hasher.hash(&request), canonical.hash());
        }
    }

    #[test]
    fn any_dialect_traces_to_its_own_result(parts in requests(), dialect in dialects()) {
        let request = parts.request();
        let Ok(canonical) = canonicalize_with(&request, &dialect) else { return Ok(()) };
        let (traced, trace) = trace(&request, &dialect).unwrap();
        prop_assert_eq!(&traced, &canonical);
        for part in Part::ALL {
            let text = part_with(&request, part, &dialect).unwrap();
            let steps: Vec<_> = trace.steps().iter().filter(|step| step.part == part).collect();
            for pair in steps.windows(2) {
                prop_assert_eq!(&pair[0].after, &pair[1].before, "{} to {}", pair[0].clause, pair[1].clause);
            }
            prop_assert_eq!(&steps.last().unwrap().after, &State::Text(text));
        }
    }

    #[test]
    fn host_scheme_port_fragment_and_jwt_never_matter(
        pairs in parameters(),
        place in 0_usize..7,
        jwt in proptest::sample::select(vec!["jwt=a.b.c", "jwt", "jwt=", "%6awt=x", "j%77t=%20"]),
    ) {
        let query = query_of(&pairs, |_| false);
        let expected = hash_of(&format!("/a/b?{query}"));
        for origin in ["https://example.com", "HTTP://user@example.org:8080", "ftp+x://[::1]"] {
            prop_assert_eq!(hash_of(&format!("{origin}/a/b?{query}#frag?x=1&y")), expected.clone());
        }
        let mut with_jwt: Vec<&str> = query.split('&').collect();
        with_jwt.insert(place.min(with_jwt.len()), jwt);
        prop_assert_eq!(hash_of(&format!("/a/b?{}", with_jwt.join("&"))), expected);
    }

    #[test]
    fn the_order_of_parameters_never_matters(pairs in parameters().prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))) {
        let (given, shuffled) = pairs;
        prop_assert_eq!(hash_of(&format!("/?{}", query_of(&given, |_| false))), hash_of(&format!("/?{}", query_of(&shuffled, |_| false))));
    }

    #[test]
    fn ways_to_write_a_character_never_matter_in_a_query(pairs in parameters(), flags: u64) {
        let plain = query_of(&pairs, |_| false);
        let escaped = query_of(&pairs, |position| flags >> (position % 64) & 1 == 1);
        prop_assert_eq!(hash_of(&format!("/?{plain}")), hash_of(&format!("/?{escaped}")));
    }

    #[test]
    fn two_different_decoded_requests_differ(a in parameters(), b in parameters()) {
        // The values of `jwt` are ignored. Without them, two queries have the same meaning if each name has the same
        // values, in any order.
        let meaning = |pairs: &[(String, String)]| {
            let mut pairs = pairs.to_vec();
            pairs.sort();
            pairs
        };
        let text = |pairs: &[(String, String)]| format!("/?{}", query_of(pairs, |_| false));
        prop_assert_eq!(hash_of(&text(&a)) == hash_of(&text(&b)), meaning(&a) == meaning(&b));
    }

    #[test]
    fn the_canonical_request_is_its_three_parts(parts in requests(), dialect in dialects()) {
        let request = parts.request();
        if let Ok(canonical) = canonicalize_with(&request, &dialect) {
            let [method, path, query] = Part::ALL.map(|part| part_with(&request, part, &dialect).unwrap());
            prop_assert_eq!(&Canonical::of_parts(&method, &path, &query, &dialect), &canonical);
            let (path, query): (Vec<u8>, Vec<u8>) = match dialect.part_join {
                PartJoin::OAuth1 => (escaped(&path), escaped(&query)),
                PartJoin::PathOnly => (path, Vec::new()),
                PartJoin::QueryOnly => (Vec::new(), query),
                _ => (path, query),
            };
            prop_assert_eq!((canonical.part(Part::Path), canonical.part(Part::Query)), (path.as_slice(), query.as_slice()));
        }
    }

    #[test]
    fn only_the_fields_that_concern_a_part_matter_to_it(parts in requests(), dialect in dialects()) {
        let request = parts.request();
        for part in Part::ALL {
            let mut own = Dialect::OFFICIAL;
            for deviation in dialect.deviations().filter(|deviation| deviation.field().concerns(part)) {
                own = own.with(deviation);
            }
            prop_assert_eq!(part_with(&request, part, &own), part_with(&request, part, &dialect));
        }
    }
}

#[test]
fn cost_grows_no_faster_than_sorting_up_to_the_largest_requests() {
    let many = |count: usize| -> String {
        let pairs: Vec<String> = (0..count).map(|index| format!("p{}={index}", index * 7919 % count)).collect();
        format!("/?{}", pairs.join("&"))
    };
    let repeats = |count: usize| format!("/?{}", vec!["a=%F0%9F%98%80"; count].join("&"));
    let long = |count: usize| format!("/{}?x={}", "a&".repeat(count * 40), "%zz".repeat(count * 27));
    for make in [&many as &dyn Fn(usize) -> String, &repeats, &long] {
        let (small, large) = (make(1_000), make(100_000));
        for general in [false, true] {
            let time = |url: &str| {
                let request = Request::new("GET", url).unwrap();
                let best = (0..3).map(|_| {
                    let started = std::time::Instant::now();
                    let length = if general {
                        canonicalize_with(&request, &Dialect::OFFICIAL).unwrap().as_bytes().len()
                    } else {
                        Hasher::new().canonical_request(&request).len()
                    };
                    assert!(length >= url.len() / 2);
                    started.elapsed()
                });
                best.min().unwrap().as_secs_f64()
            };
            // The large input has 100 times the size. Its time is about 170 times as long for n log n, and 10,000 times
            // for n squared. A busy machine can interrupt any one measurement, so the best of several is used.
            let ratio = || time(&large) / time(&small).max(1e-5);
            let best = (0..4).map(|_| ratio()).find(|ratio| *ratio < 1_500.0);
            assert!(best.is_some(), "100 times the size took more than 1,500 times the time, four times over");
        }
    }
}

#[test]
fn a_url_of_16_mib_is_hashed_whole() {
    let url = format!("/{}?{}=1&b=2", "a".repeat(8 << 20), "n".repeat(8 << 20));
    let canonical = canonicalize_with(&Request::new("GET", &url).unwrap(), &Dialect::OFFICIAL).unwrap();
    assert_eq!(canonical.as_bytes(), format!("GET&{}", url.replace('?', "&b=2&").trim_end_matches("&b=2")).as_bytes());
    assert_eq!(canonical.hash(), hash(&Request::new("GET", &url).unwrap()));
}
