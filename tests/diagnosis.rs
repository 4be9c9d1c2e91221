//! The mistake behind a wrong hash is named, whatever it is: on requests as they are made to Jira, Confluence and
//! Bitbucket, by all that the dialect table knows.

use std::collections::BTreeSet;

use proptest::prelude::*;
use qsh::diagnose::{DEEPEST, Diagnosis, diagnose};
use qsh::qsh::dialect::FIELDS;
use qsh::suite::case::Input;
use qsh::suite::outcome::Answer;
use qsh::{Canonical, Deviation, Dialect, Request, canonicalize_with};

const JIRA: &[(&str, &str, Option<&str>)] = &[
    (
        "GET",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1?fields=summary,status&expand=renderedFields",
        Some("https://acme.atlassian.net"),
    ),
    (
        "GET",
        "https://acme.atlassian.net/rest/api/3/search?jql=project%20%3D%20DEV%20AND%20status%20%3D%20%22In%20Progress%22%20ORDER%20BY%20created&startAt=0&maxResults=50&fields=summary&fields=status&fields=*all",
        Some("https://acme.atlassian.net"),
    ),
    (
        "GET",
        "https://jira.example.com/jira/rest/api/2/search?jql=assignee+%3D+currentUser()+AND+labels+in+(%C3%BCber,%22a%26b%22)&validateQuery=",
        Some("https://jira.example.com/jira"),
    ),
    ("POST", "https://acme.atlassian.net/rest/api/3/issue/", Some("https://acme.atlassian.net")),
    (
        "PUT",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1/properties/com.acme~state?notifyUsers=false",
        Some("https://acme.atlassian.net"),
    ),
    (
        "DELETE",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1/worklog/100%2C2?adjustEstimate=new&newEstimate=2h%20",
        Some("https://acme.atlassian.net"),
    ),
    (
        "GET",
        "https://app.example.com/connect/issue-panel?issueKey=DEV-1&projectId=10000&xdm_e=https%3A%2F%2Facme.atlassian.net&xdm_c=channel-panel&cp=&lic=none&cv=1001.0.0-SNAPSHOT&jwt=eyJh.eyJp.c2ln",
        Some("https://app.example.com/connect"),
    ),
    ("GET", "/rest/agile/1.0/board/1/sprint?state=future&state=Active&state=closed&startAt=10&startAt=9", None),
    (
        "GET",
        "https://acme.atlassian.net/rest/api/3/user/assignable/search?query=M%C3%BCller&project=DEV&accountId=5b10:ac8d-82e0&accountId=5b10a2844c",
        Some("https://acme.atlassian.net/"),
    ),
    (
        "HEAD",
        "https://acme.atlassian.net/secure/attachment/10001/screenshot%20(1)&final.png?",
        Some("https://acme.atlassian.net"),
    ),
];

const CONFLUENCE: &[(&str, &str, Option<&str>)] = &[
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/content?title=A+B&spaceKey=DEV&expand=body.storage,version&limit=25&start=0",
        Some("https://acme.atlassian.net/wiki"),
    ),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/content/search?cql=type%3Dpage%20and%20space%3D%22~jdoe%22%20and%20text~%22C%2B%2B%22&cqlcontext={%22spaceKey%22:%22TST%22}",
        Some("https://acme.atlassian.net/wiki"),
    ),
    ("POST", "https://acme.atlassian.net/wiki/rest/api/content/", Some("https://acme.atlassian.net/wiki")),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/space/~admin/content//page?depth=all&expand=history%2Chistory.lastUpdated",
        Some("https://acme.atlassian.net/wiki"),
    ),
    (
        "DELETE",
        "https://acme.atlassian.net/wiki/rest/api/content/123/label?name=a%2Fb",
        Some("https://acme.atlassian.net/wiki"),
    ),
    (
        "GET",
        "https://confluence.example.com/display/DEV/%C3%9Cber%20uns;v=2?focusedCommentId=42&_=1700000000#comment-42",
        Some("https://confluence.example.com"),
    ),
    (
        "GET",
        "https://app.example.com/macro/render/?pageId=98&pageVersion=1&macroHash=a_b&spaceKey=DS&user_id=admin&body=&outputType=display&macroId=&JWT=x&jwt=eyJh.eyJp.c2ln",
        Some("https://app.example.com"),
    ),
    (
        "GET",
        "/wiki/download/attachments/123/caf%c3%a9.pdf?version=1&modificationDate=1700000000000&cacheVersion=1&api=v2&download",
        Some("/wiki"),
    ),
    (
        "PUT",
        "https://acme.atlassian.net/wiki/rest/api/content/123?status=draft&status=current&asynchronous",
        Some("https://acme.atlassian.net/wiki"),
    ),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/search?cql=siteSearch~%22%E5%AE%AE%E5%B4%8E%20%F0%9F%98%80%22&excerpt=highlight&excerpt=indexed&excerpt=INDEXED",
        Some("https://acme.atlassian.net/wiki"),
    ),
];

const BITBUCKET: &[(&str, &str, Option<&str>)] = &[
    (
        "GET",
        "https://api.bitbucket.org/2.0/repositories/acme/web?q=name~%22site%22&sort=-updated_on&fields=%2Bvalues.parent&page=2&pagelen=100",
        Some("https://api.bitbucket.org"),
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/repositories/acme/web/src/main/a%2fb/../README.md?format=meta&at=refs%2Fheads%2Fmain",
        Some("https://api.bitbucket.org"),
    ),
    (
        "POST",
        "https://api.bitbucket.org/2.0/repositories/acme/web/commit/1a2b3c/statuses/build",
        Some("https://api.bitbucket.org"),
    ),
    (
        "GET",
        "https://app.example.com/bb/repo-page?repoUuid=%7B1a2b-3c4d%7D&repoPath=acme%2Fweb&enabled&lang=en-GB&ids=10&ids=9&ids=1",
        Some("https://app.example.com/bb"),
    ),
    (
        "DELETE",
        "https://api.bitbucket.org/2.0/repositories/%7Bacme%7D/%7Bweb%7D/hooks/%7B1%7D/",
        Some("https://api.bitbucket.org"),
    ),
    ("GET", "/2.0/repositories/acme/web/pullrequests/?state=OPEN&state=MERGED&q=title+%7E+%22a%3Bb%22&sort=*id", None),
    (
        "PUT",
        "https://api.bitbucket.org/2.0/repositories/acme/web/pullrequests/1?merge_strategy=squash&message=50%25+done%21&close=",
        Some("https://api.bitbucket.org"),
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/workspaces/acme/search/code?search_query=foo(bar)+ext:js&search_query=&b=1&B=2&a-b=3&a=4&a.b=5",
        Some("https://api.bitbucket.org"),
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/snippets/acme/x1/files/na%C3%AFve+file's.txt?[filter]=a&__proto__=1&10=a&9=b",
        Some("https://api.bitbucket.org"),
    ),
    (
        "POST",
        "https://api.bitbucket.org/2.0/repositories/acme/web/src?author=J%20Doe%20%3Cj%40acme.example%3E&message=fix&branch=main&parents=1a2b&files=/a&files=/b",
        Some("https://api.bitbucket.org"),
    ),
];

fn input(&(method, url, base_url): &(&str, &str, Option<&str>)) -> Input {
    Input { method: method.into(), url: url.into(), base_url: base_url.map(str::to_owned), form: None }
}

/// The hash of a request under a dialect; nothing, where the dialect refuses it or gives the right one.
fn wrong_hash(input: &Input, dialect: &Dialect) -> Option<String> {
    let request = Request::new(&input.method, input.url.as_bytes()).unwrap();
    let request = match &input.base_url {
        Some(base_url) => request.with_base_url(base_url).unwrap(),
        None => request,
    };
    let hash = |dialect: &Dialect| -> Option<(Canonical, String)> {
        let canonical = canonicalize_with(&request, dialect).ok()?;
        let hash = canonical.hash_with(dialect);
        Some((canonical, hash))
    };
    let (right, wrong) = (hash(&Dialect::OFFICIAL)?, hash(dialect)?);
    (wrong.1 != right.1).then_some(wrong.1)
}

fn names(diagnosis: &Diagnosis) -> Vec<String> {
    let names = |mistakes: &[qsh::diagnose::Mistake]| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
    diagnosis.explanations.iter().map(|explanation| names(&explanation.mistakes).join(" ")).collect()
}

/// Every deviation that changes a hash is among the single mistakes that explain it.
fn every_deviation_is_named(requests: &[(&str, &str, Option<&str>)]) {
    let mut differing = 0;
    for input in requests.iter().map(input) {
        for deviation in Deviation::all() {
            let Some(hash) = wrong_hash(&input, &Dialect::OFFICIAL.with(deviation)) else { continue };
            let diagnosis = diagnose(&input, &Answer::qsh(hash.as_str()), DEEPEST).unwrap();
            assert!(names(&diagnosis).contains(&deviation.to_string()), "{deviation} on {input}");
            for explanation in &diagnosis.explanations {
                assert_eq!((explanation.mistakes.len(), &explanation.hash), (1, &hash), "{deviation} on {input}");
            }
            differing += 1;
        }
    }
    assert!(differing > 10 * requests.len(), "{differing} wrong hashes");
}

#[test]
fn every_deviation_is_named_on_requests_to_jira() {
    every_deviation_is_named(JIRA);
}

#[test]
fn every_deviation_is_named_on_requests_to_confluence() {
    every_deviation_is_named(CONFLUENCE);
}

#[test]
fn every_deviation_is_named_on_requests_to_bitbucket() {
    every_deviation_is_named(BITBUCKET);
}

#[test]
fn whatever_a_known_implementation_does_is_explained() {
    let implementations: BTreeSet<&str> =
        FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in).copied().collect();
    for input in [JIRA, CONFLUENCE, BITBUCKET].into_iter().flatten().map(input) {
        for name in &implementations {
            let Some(hash) = wrong_hash(&input, &Dialect::seen_in(name)) else { continue };
            let diagnosis = diagnose(&input, &Answer::qsh(hash.as_str()), 2).unwrap();
            assert!(!diagnosis.explanations.is_empty(), "{name} on {input}");
            assert!(diagnosis.explanations.iter().all(|explanation| explanation.hash == hash));
        }
    }
}

#[test]
fn three_mistakes_in_one_part_are_found_together() {
    let input = input(&("GET", "/a?x=b%20c&x=b!&y", None));
    let hash = qsh::Qsh::of_canonical(b"GET&/a&x:b+c;b!&y:").to_string();
    let diagnosis = diagnose(&input, &Answer::qsh(hash), DEEPEST).unwrap();
    assert!(names(&diagnosis).iter().any(|names| names.contains("repeat=semicolon")), "{:?}", names(&diagnosis));
    assert_eq!(diagnosis.explanations[0].mistakes.len(), 3);
}

#[test]
fn a_hash_of_something_else_is_not_explained() {
    for input in [JIRA[0], BITBUCKET[2]].iter().map(input) {
        let hash = qsh::Qsh::of_canonical(b"something else").to_string();
        assert!(diagnose(&input, &Answer::qsh(hash), 2).unwrap().explanations.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_deviations_together_are_explained(
        request in proptest::sample::select([JIRA, CONFLUENCE, BITBUCKET].concat()),
        deviations in proptest::sample::subsequence(Deviation::all().collect::<Vec<_>>(), 2),
    ) {
        let input = input(&request);
        let dialect = deviations.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        if let Some(hash) = wrong_hash(&input, &dialect) {
            let diagnosis = diagnose(&input, &Answer::qsh(hash.as_str()), 2).unwrap();
            prop_assert!(!diagnosis.explanations.is_empty());
            for explanation in &diagnosis.explanations {
                prop_assert!(explanation.mistakes.len() <= 2);
                prop_assert_eq!(&explanation.hash, &hash);
            }
        }
    }
}
