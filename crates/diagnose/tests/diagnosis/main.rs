//! The diagnosis names the mistake that caused a wrong hash. It is tested with every mistake of the dialect table, on
//! typical requests to Jira, Confluence and Bitbucket.

mod field;
mod foreign;
mod properties;
mod requests;

use std::collections::BTreeSet;

use proptest::prelude::*;
use qsh_diagnose::dialect::FIELDS;
use qsh_diagnose::{
    CanonicalAnswer, DEEPEST, Deviation, Diagnosis, Dialect, Explanation, Input, Mistake, canonicalize_with, diagnose,
};

use requests::{realistic, realistic_of};

/// Method, URL, base URL and form body.
type Asked<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>);

/// Deviations that none of the thirty requests shows, each with a request that does.
const OF_THEIR_OWN: &[(&str, Asked<'_>)] = &[
    ("method_case=turkish", ("options", "/rest/api/3/issue", None, None)),
    ("method_check=unchecked", ("gét", "/rest/api/3/issue", None, None)),
    ("method_check=unchecked_ascii", ("gét", "/rest/api/3/issue", None, None)),
    ("method_check=empty_is_get", ("", "/rest/api/3/issue", None, None)),
    ("invalid_path_escape=refused", ("GET", "/download/attachments/1/100%.pdf", None, None)),
    ("base_removal=anywhere", ("GET", "/wiki/spaces/wiki/overview", Some("https://acme.atlassian.net/wiki"), None)),
    ("base_removal=repeatedly", ("GET", "/jira/jira/plugins", Some("https://jira.example.com/jira"), None)),
    ("base_removal=pattern", ("GET", "/appsv1/panel", Some("https://app.example.com/apps.1"), None)),
    ("base_boundary=segment", ("GET", "/wikis/1", Some("https://acme.example.com/wiki"), None)),
    ("base_boundary=ignoring_case", ("GET", "/JIRA/rest/api/2/myself", Some("https://jira.example.com/jira"), None)),
    ("base_boundary=decoded", ("GET", "/my%20app/panel", Some("https://app.example.com/my%20%61pp"), None)),
    ("base_boundary=slash_kept", ("GET", "/wiki", Some("https://acme.atlassian.net/wiki/"), None)),
    ("base_boundary=decoded_base", ("GET", "/my app/panel", Some("https://app.example.com/my%20app"), None)),
    (
        "base_mismatch=refused",
        ("GET", "https://acme.atlassian.net/jira/x", Some("https://acme.atlassian.net/wiki"), None),
    ),
    (
        "empty_path=kept",
        ("GET", "https://app.example.com/connect?lic=none", Some("https://app.example.com/connect"), None),
    ),
    ("empty_path=empty_for_root", ("GET", "https://app.example.com/?lic=none", Some("https://app.example.com"), None)),
    ("trailing_slash=two", ("GET", "/rest/api/3/issue//", None, None)),
    ("trailing_slash=all", ("GET", "/rest/api/3/issue///", None, None)),
    (
        "leading_slashes=collapsed",
        ("GET", "https://api.bitbucket.org//2.0/user", Some("https://api.bitbucket.org"), None),
    ),
    ("path_ampersand=first_only", ("GET", "/secure/attachment/1/a&b&c.png", None, None)),
    ("path_parameters=split_off", ("GET", "/secure/Dashboard.jspa;jsessionid=1A&os=x", None, None)),
    ("path_characters=space_escaped", ("GET", "/secure/attachment/1/screen shot.png", None, None)),
    ("path_characters=refused", ("GET", "/secure/attachment/1/screen shot.png", None, None)),
    ("path_characters=nfc", ("GET", "/download/attachments/1/cafe\u{301}.pdf", None, None)),
    ("url_blanks=urlsplit", ("GET", "/rest/api/3/issue/DEV-1\n?fields=summary", None, None)),
    ("url_blanks=line_ends_removed", ("GET", "/rest/api/3/issue/DEV-1\n?fields=summary", None, None)),
    ("url_blanks=node_legacy", ("GET", "https://acme.atlassian.net;v=1/rest/api/3/issue/DEV-1", None, None)),
    ("url_blanks=php", ("GET", "/rest/api/3/issue/DEV-1\n?fields=summary", None, None)),
    ("url_blanks=go", ("GET", "https:acme.atlassian.net/rest/api/3/issue/DEV-1", None, None)),
    ("url_blanks=whatwg", ("GET", "/rest/api/3/issue/DEV-1?fields=summary\n", None, None)),
    ("first_segment=scheme", ("GET", "/acme:web/issues", None, None)),
    ("separator=semicolon_refused", ("GET", "/secure/Dashboard.jspa?os=x;jsessionid=1A", None, None)),
    ("empty_pairs=zero_dropped", ("GET", "/rest/api/3/search?startAt&0&jql=x", None, None)),
    ("invalid_escape=refused", ("GET", "/rest/api/3/search?jql=progress=100%", None, None)),
    ("value_order=decoded_code_point", ("GET", "/p?label=%F0%9F%98%80&label=%EF%BF%BD", None, None)),
    ("same_name=undecoded", ("GET", "/rest/api/3/search?fields[]=summary&fields%5B%5D=status", None, None)),
    ("empty_name=dropped", ("GET", "/rest/api/3/search?=summary&jql=x", None, None)),
    ("jwt_parameter=undecoded", ("GET", "/panel?%6Awt=eyJh.eyJp.c2ln", None, None)),
    ("jwt_parameter=first_only", ("GET", "/panel?jwt=eyJh.eyJp.c2ln&lic=none&jwt=eyJh.eyJp.c2lo", None, None)),
    ("jwt_parameter=prefix", ("GET", "/panel?jwtSource=cookie&lic=none", None, None)),
    ("special_names=brackets_dropped", ("GET", "/rest/api/3/issue/bulk?[]=1&fields=summary", None, None)),
    ("invalid_utf8=low_bytes", ("GET", "/rest/api/3/user/search?query=Łukasz%20M%FCller", None, None)),
    ("invalid_utf8=surrogates_whole", ("GET", "/rest/api/3/user/search?query=%ED%A0%80", None, None)),
    ("invalid_utf8=refused", ("GET", "/rest/api/3/user/search?query=M%FCller", None, None)),
    ("form_methods=post_and_put", ("PUT", "/connect/config", None, Some("project=DEV"))),
    ("form_methods=upper_post_and_put", ("PUT", "/connect/config", None, Some("project=DEV"))),
    ("form_methods=any_but_get", ("PATCH", "/connect/config", None, Some("project=DEV"))),
    ("leading_slash=as_given", ("GET", "rest/api/3/issue/DEV-1", None, None)),
    ("leading_slashes=host", ("GET", "//rest/api/3/issue/DEV-1", None, None)),
    ("jwt_parameter=with_equals_only", ("GET", "/panel?jwt&lic=none", None, None)),
    ("form_body=over_query", ("POST", "/connect/config?project=A&lic=none", None, Some("project=B"))),
    ("form_body=under_query", ("POST", "/connect/config?project=A&lic=none", None, Some("project=B"))),
    ("form_methods=any", ("GET", "/connect/config", None, Some("project=DEV"))),
];

fn input(&(method, url, base_url, form): &Asked<'_>) -> Input {
    Input { base_url: base_url.map(str::to_owned), form: form.map(str::to_owned), ..Input::new(method, url) }
}

/// The requests of [`OF_THEIR_OWN`], and requests that are too long to be listed there.
fn of_their_own() -> Vec<(Deviation, Input)> {
    let many = |count: usize| {
        let pairs: Vec<String> = (0..count).map(|index| format!("id={index}")).collect();
        Input { url: format!("/rest/api/3/issue/bulk?{}", pairs.join("&")).as_str().into(), ..Input::new("GET", "/") }
    };
    let limits = [("first_100", 101), ("first_1000", 1001), ("first_1024", 1025)];
    let limits = limits.map(|(limit, count)| (format!("parameter_limit={limit}").parse().unwrap(), many(count)));
    let own = OF_THEIR_OWN.iter().map(|(deviation, asked)| (deviation.parse().unwrap(), input(asked)));
    let posted = Input {
        json: Some(r#"{"key":"DEV-1","labels":["b","a"]}"#.parse().unwrap()),
        ..Input::new("POST", "/connect/config")
    };
    let with_query = Input { url: "/connect/config?lic=none".into(), ..posted.clone() };
    let json = [("json_body=when_query_empty", posted), ("json_body=merged", with_query)];
    let json = json.map(|(deviation, input)| (deviation.parse().unwrap(), input));
    own.chain(limits).chain(json).collect()
}

/// The hash of a request under a dialect. `None` if the dialect refuses the request or gives the right hash.
fn wrong_hash(input: &Input, dialect: &Dialect) -> Option<String> {
    let request = input.source().unwrap();
    let hash = |dialect| canonicalize_with(request, dialect).ok().map(|canonical| canonical.hash_with(dialect));
    let (right, wrong) = (hash(&Dialect::OFFICIAL)?, hash(dialect)?);
    (wrong != right).then_some(wrong)
}

fn is_refused(input: &Input, dialect: &Dialect) -> bool {
    canonicalize_with(input.source().unwrap(), dialect).is_err()
}

fn names(diagnosis: &Diagnosis) -> Vec<String> {
    let names = |mistakes: &[Mistake]| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
    diagnosis.explanations.iter().map(|explanation| names(&explanation.mistakes).join(" ")).collect()
}

fn is_named(deviation: Deviation, input: &Input, hash: &str) {
    let diagnosis = diagnose(input, &CanonicalAnswer::qsh(hash), DEEPEST).unwrap();
    assert!(names(&diagnosis).contains(&deviation.to_string()), "{deviation} on {input}");
    for explanation in &diagnosis.explanations {
        assert_eq!((explanation.mistakes.len(), explanation.hash.as_str()), (1, hash), "{deviation} on {input}");
        assert!(is_true(explanation, input), "{deviation} on {input}");
    }
}

/// Whether the choices of an explanation give the result that it states. Mistakes with the request itself are not
/// checked.
fn is_true(explanation: &Explanation, input: &Input) -> bool {
    let choice = |mistake: &Mistake| match mistake {
        Mistake::Choice(deviation) => Some(*deviation),
        _ => None,
    };
    let choices: Option<Vec<Deviation>> = explanation.mistakes.iter().map(choice).collect();
    choices.is_none_or(|choices| {
        let dialect = choices.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        let canonical = canonicalize_with(input.source().unwrap(), &dialect).unwrap();
        canonical == explanation.canonical && canonical.hash_with(&dialect) == explanation.hash
    })
}

/// Every deviation that changes a hash is one of the single mistakes that explain it.
fn every_deviation_is_named_to(product: &str) {
    let mut differing = 0;
    let requests = realistic_of(product);
    assert_eq!(requests.len(), 10);
    for input in &requests {
        for deviation in Deviation::all() {
            let Some(hash) = wrong_hash(input, &Dialect::OFFICIAL.with(deviation)) else { continue };
            is_named(deviation, input, &hash);
            differing += 1;
        }
    }
    assert!(differing > 10 * requests.len(), "{differing} wrong hashes");
}

#[test]
fn every_deviation_is_named_on_requests_to_jira() {
    every_deviation_is_named_to("Jira");
}

#[test]
fn every_deviation_is_named_on_requests_to_confluence() {
    every_deviation_is_named_to("Confluence");
}

#[test]
fn every_deviation_is_named_on_requests_to_bitbucket() {
    every_deviation_is_named_to("Bitbucket");
}

/// Each deviation is tested. It has a request of its own if and only if it changes none of the thirty requests.
#[test]
fn every_deviation_changes_a_request_and_is_named_there() {
    let realistic = realistic();
    let own = of_their_own();
    for deviation in Deviation::all() {
        let dialect = Dialect::OFFICIAL.with(deviation);
        let is_shown = realistic.iter().any(|input| wrong_hash(input, &dialect).is_some());
        let own: Vec<&Input> = own.iter().filter(|(of, _)| *of == deviation).map(|(_, input)| input).collect();
        assert_eq!(own.len(), usize::from(!is_shown), "{deviation}");
        let Some(input) = own.first() else { continue };
        match wrong_hash(input, &dialect) {
            Some(hash) => is_named(deviation, input, &hash),
            // A refused request has no hash: either the choice refuses it, or the specification does.
            None => {
                let is_refused = |dialect| is_refused(input, dialect);
                assert_ne!(is_refused(&dialect), is_refused(&Dialect::OFFICIAL), "{deviation} on {input}");
            }
        }
    }
}

#[test]
fn whatever_a_known_implementation_does_is_explained() {
    let implementations: BTreeSet<&str> =
        FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in).copied().collect();
    for input in realistic() {
        for name in &implementations {
            let Some(hash) = wrong_hash(&input, &Dialect::seen_in(name)) else { continue };
            let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash.as_str()), 2).unwrap();
            assert!(!diagnosis.explanations.is_empty(), "{name} on {input}");
            let is_true = |it: &Explanation| it.hash == hash && is_true(it, &input);
            assert!(diagnosis.explanations.iter().all(is_true), "{name} on {input}");
        }
    }
}

#[test]
fn three_mistakes_in_one_part_are_found_together() {
    let input = input(&("GET", "/a?x=b%20c&x=b!&y", None, None));
    let hash = qsh_hash::Qsh::of_canonical(b"GET&/a&x:b+c;b!&y:").to_string();
    let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash), DEEPEST).unwrap();
    assert!(names(&diagnosis).iter().any(|names| names.contains("repeat=semicolon")), "{:?}", names(&diagnosis));
    assert_eq!(diagnosis.explanations[0].mistakes.len(), 3);
}

/// The signature base string of Python's `oauthlib`, without escaping of our own.
#[test]
fn a_base_string_of_oauth_1_is_one_mistake() {
    let input = realistic_of("Jira").swap_remove(5);
    let hash = qsh_hash::Qsh::of_canonical(
        b"DELETE&https%3A%2F%2Facme.atlassian.net%2Frest%2Fapi%2F3%2Fissue%2FDEV-1%2Fworklog%2F100%252C2&adjustEstimate%3Dnew%26newEstimate%3D2h%2520",
    );
    let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash.as_str()), 1).unwrap();
    assert_eq!(names(&diagnosis), ["oauth1_base_string"]);
}

#[test]
fn a_hash_of_something_else_is_not_explained() {
    for input in [realistic_of("Jira").swap_remove(0), realistic_of("Bitbucket").swap_remove(2)] {
        let hash = qsh_hash::Qsh::of_canonical(b"something else").to_string();
        assert!(diagnose(&input, &CanonicalAnswer::qsh(hash), 2).unwrap().explanations.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_deviations_together_are_explained(
        input in proptest::sample::select(realistic()),
        deviations in proptest::sample::subsequence(Deviation::all().collect::<Vec<_>>(), 2),
    ) {
        let dialect = deviations.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        if let Some(hash) = wrong_hash(&input, &dialect) {
            let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash.as_str()), 2).unwrap();
            prop_assert!(!diagnosis.explanations.is_empty());
            for explanation in &diagnosis.explanations {
                prop_assert!(explanation.mistakes.len() <= 2);
                prop_assert_eq!(&explanation.hash, &hash);
                prop_assert!(is_true(explanation, &input));
            }
        }
    }
}
