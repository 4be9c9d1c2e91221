//! The mistake behind a wrong hash is named, whatever it is: on requests as they are made to Jira, Confluence and
//! Bitbucket, by all that the dialect table knows.

use std::collections::BTreeSet;

use proptest::prelude::*;
use qsh::adapter::built_in::request;
use qsh::diagnose::{DEEPEST, Diagnosis, Explanation, Mistake, diagnose};
use qsh::qsh::dialect::FIELDS;
use qsh::suite::case::Input;
use qsh::suite::outcome::Answer;
use qsh::{Deviation, Dialect, canonicalize_with};

/// Method, URL, base URL and form body.
type Asked<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>);

const JIRA: &[Asked<'_>] = &[
    (
        "get",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1?fields=summary,status&expand=renderedFields",
        Some("https://acme.atlassian.net"),
        None,
    ),
    (
        "GET",
        "https://acme.atlassian.net/rest/api/3/search?jql=project%20%3D%20DEV%20AND%20status%20%3D%20%22In%20Progress%22%20ORDER%20BY%20created&startAt=0&maxResults=50&fields=summary&fields=status&fields=*all",
        Some("https://acme.atlassian.net"),
        None,
    ),
    (
        "GET",
        "https://jira.example.com/jira/rest/api/2/search?jql=assignee+%3D+currentUser()+AND+labels+in+(%C3%BCber,%22a%26b%22)&validateQuery=",
        Some("https://jira.example.com/jira"),
        None,
    ),
    ("POST", "https://acme.atlassian.net/rest/api/3/issue/", Some("https://acme.atlassian.net"), None),
    (
        "PUT",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1/properties/com.acme~state?notifyUsers=false",
        Some("https://acme.atlassian.net"),
        None,
    ),
    (
        "DELETE",
        "https://acme.atlassian.net/rest/api/3/issue/DEV-1/worklog/100%2C2?adjustEstimate=new&newEstimate=2h%20",
        Some("https://acme.atlassian.net"),
        None,
    ),
    (
        "GET",
        "https://app.example.com/connect/issue-panel?issueKey=DEV-1&projectId=10000&xdm_e=https%3A%2F%2Facme.atlassian.net&xdm_c=channel-panel&cp=&lic=none&cv=1001.0.0-SNAPSHOT&returnUrl=/browse/DEV-1?filter=-1&jwt=eyJh.eyJp.c2ln",
        Some("https://app.example.com/connect"),
        None,
    ),
    (
        "GET",
        "/rest/agile/1.0/board/1/sprint?state=future&state=Active&state=closed&startAt=10&startAt=9",
        Some("https://jira.example.com/jira"),
        None,
    ),
    (
        "GET",
        "https://acme.atlassian.net/rest/api/3/user/assignable/search?query=M%C3%BCller&project=DEV&accountId=5b10:ac8d-82e0&accountId=5b10-2844c&name=M%FCller",
        Some("https://acme.atlassian.net/"),
        None,
    ),
    (
        "HEAD",
        "https://acme.atlassian.net/secure/attachment/10001/screenshot%20(1)&final.png?",
        Some("https://acme.atlassian.net"),
        None,
    ),
];

const CONFLUENCE: &[Asked<'_>] = &[
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/content?title=A+B&spaceKey=DEV&expand=body.storage,version&limit=25&start=0",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/content/search?cql=type%3Dpage%20and%20space%3D%22~jdoe%22%20and%20text~%22C%2B%2B%22&cqlcontext={%22spaceKey%22:%22TST%22}",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
    ("POST", "https://acme.atlassian.net/wiki/rest/api/content/", Some("https://acme.atlassian.net/wiki"), None),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/space/%7Eadmin/content//page?depth=all&expand=history%2Chistory.lastUpdated&",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
    (
        "DELETE",
        "https://acme.atlassian.net/wiki/rest/api/content/123/label?name=a%2Fb",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
    (
        "GET",
        "https://confluence.example.com/display/DEV/Über%20uns;v=2?focusedCommentId=42&_=1700000000#comment-42",
        Some("https://confluence.example.com"),
        None,
    ),
    (
        "GET",
        "https://app.example.com/macro/render/?pageId=98&pageVersion=1&macroHash=a_b&spaceKey=DS&user_id=admin&body=&outputType=display&macroId=&JWT=x&jwt=eyJh.eyJp.c2ln&xdm_p=1",
        Some("https://app.example.com"),
        None,
    ),
    (
        "GET",
        "/wiki/download/attachments/123/caf%c3%a9.pdf?version=1&modificationDate=1700000000000&cacheVersion=1&api=v2&filename=cafe%CC%81.pdf&download",
        Some("/wiki"),
        None,
    ),
    (
        "PUT",
        "https://acme.atlassian.net/wiki/rest/api/content/123?status=draft&status=current&asynchronous",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
    (
        "GET",
        "https://acme.atlassian.net/wiki/rest/api/search?cql=siteSearch~%22%E5%AE%AE%E5%B4%8E%20%F0%9F%98%80%22&excerpt=highlight&excerpt=indexed&excerpt=INDEXED&next=%2Fsearch%3Fq%3Da%2520b",
        Some("https://acme.atlassian.net/wiki"),
        None,
    ),
];

const BITBUCKET: &[Asked<'_>] = &[
    (
        "GET",
        "https://api.bitbucket.org/2.0/repositories/acme/web?q=name~%22site%22&sort=-updated_on&fields=%2Bvalues.parent&page=2&pagelen=100",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/repositories/acme/web/src/main/a%2fb/../README.md?format=meta&at=refs%2Fheads%2Fmain",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "POST",
        "https://api.bitbucket.org/2.0/repositories/acme/web/commit/1a2b3c/statuses/build",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "GET",
        "https://app.example.com/bb/repo-page?repoUuid=%7B1a2b-3c4d%7D&repoPath=acme%2Fweb&enabled&lang=en-GB&ids=10&ids=9&ids=1",
        Some("https://app.example.com/bb"),
        None,
    ),
    (
        "DELETE",
        "https://api.bitbucket.org/2.0/repositories/%7Bacme%7D/%7Bweb%7D/hooks/%7B1%7D/",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "GET",
        "/2.0/repositories/acme/web/pullrequests/?state=OPEN&state=MERGED&state=OPEN&q=title+%7E+%22a%3Bb%22&sort=*id",
        None,
        None,
    ),
    (
        "PUT",
        "https://api.bitbucket.org/2.0/repositories/acme/web/pullrequests/1?merge_strategy=squash&message=50%25+done%21&note=100%+f%C3%BCr&close=",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/workspaces/acme/search/code?search_query=foo(bar)+ext:js&search_query=&lang=js;ts&b=1&B=2&a-b=3&a=4&a.b=5",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "GET",
        "https://api.bitbucket.org/2.0/snippets/acme/x1/files/na%C3%AFve+file's.txt?[filter]=a&tag[]=x&sort+by=name&__proto__=1&10=a&9=b",
        Some("https://api.bitbucket.org"),
        None,
    ),
    (
        "POST",
        "https://api.bitbucket.org/2.0/repositories/acme/web/src?author=J%20Doe%20%3Cj%40acme.example%3E&files=/a&files=/b",
        Some("https://api.bitbucket.org"),
        Some("message=fix+it&branch=main&parents=1a2b"),
    ),
];

/// What none of those requests shows, each with a request that does.
const OF_THEIR_OWN: &[(&str, Asked<'_>)] = &[
    ("method_case=turkish", ("options", "/rest/api/3/issue", None, None)),
    ("base_removal=anywhere", ("GET", "/wiki/spaces/wiki/overview", Some("https://acme.atlassian.net/wiki"), None)),
    ("base_removal=repeatedly", ("GET", "/jira/jira/plugins", Some("https://jira.example.com/jira"), None)),
    ("base_removal=pattern", ("GET", "/appsv1/panel", Some("https://app.example.com/apps.1"), None)),
    ("base_boundary=segment", ("GET", "/wikis/1", Some("https://acme.example.com/wiki"), None)),
    ("base_boundary=ignoring_case", ("GET", "/JIRA/rest/api/2/myself", Some("https://jira.example.com/jira"), None)),
    ("base_boundary=decoded", ("GET", "/my%20app/panel", Some("https://app.example.com/my%20%61pp"), None)),
    ("base_boundary=slash_kept", ("GET", "/wiki", Some("https://acme.atlassian.net/wiki/"), None)),
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
    ("path_characters=nfc", ("GET", "/download/attachments/1/cafe\u{301}.pdf", None, None)),
    ("first_segment=scheme", ("GET", "/acme:web/issues", None, None)),
    ("invalid_escape=refused", ("GET", "/rest/api/3/search?jql=progress=100%", None, None)),
    ("value_order=decoded_code_point", ("GET", "/p?label=%F0%9F%98%80&label=%EF%BF%BD", None, None)),
    ("empty_name=dropped", ("GET", "/rest/api/3/search?=summary&jql=x", None, None)),
    ("jwt_parameter=undecoded", ("GET", "/panel?%6Awt=eyJh.eyJp.c2ln", None, None)),
    ("jwt_parameter=first_only", ("GET", "/panel?jwt=eyJh.eyJp.c2ln&lic=none&jwt=eyJh.eyJp.c2lo", None, None)),
    ("jwt_parameter=prefix", ("GET", "/panel?jwtSource=cookie&lic=none", None, None)),
    ("invalid_utf8=refused", ("GET", "/rest/api/3/user/search?query=M%FCller", None, None)),
    ("form_methods=post_and_put", ("PUT", "/connect/config", None, Some("project=DEV"))),
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

/// What [`OF_THEIR_OWN`] has, and requests that are too long to stand there.
fn of_their_own() -> Vec<(Deviation, Input)> {
    let many = |count: usize| {
        let pairs: Vec<String> = (0..count).map(|index| format!("id={index}")).collect();
        Input { url: format!("/rest/api/3/issue/bulk?{}", pairs.join("&")).as_str().into(), ..input(&JIRA[0]) }
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

/// The hash of a request under a dialect; nothing, where the dialect refuses it or gives the right one.
fn wrong_hash(input: &Input, dialect: &Dialect) -> Option<String> {
    let request = request(input).unwrap();
    let hash = |dialect| canonicalize_with(&request, dialect).ok().map(|canonical| canonical.hash_with(dialect));
    let (right, wrong) = (hash(&Dialect::OFFICIAL)?, hash(dialect)?);
    (wrong != right).then_some(wrong)
}

fn is_refused(input: &Input, dialect: &Dialect) -> bool {
    canonicalize_with(&request(input).unwrap(), dialect).is_err()
}

fn names(diagnosis: &Diagnosis) -> Vec<String> {
    let names = |mistakes: &[Mistake]| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
    diagnosis.explanations.iter().map(|explanation| names(&explanation.mistakes).join(" ")).collect()
}

fn is_named(deviation: Deviation, input: &Input, hash: &str) {
    let diagnosis = diagnose(input, &Answer::qsh(hash), DEEPEST).unwrap();
    assert!(names(&diagnosis).contains(&deviation.to_string()), "{deviation} on {input}");
    for explanation in &diagnosis.explanations {
        assert_eq!((explanation.mistakes.len(), explanation.hash.as_str()), (1, hash), "{deviation} on {input}");
        assert!(is_true(explanation, input), "{deviation} on {input}");
    }
}

/// Whether the choices of an explanation really lead to what it says. One with the request itself is not looked into.
fn is_true(explanation: &Explanation, input: &Input) -> bool {
    let choice = |mistake: &Mistake| match mistake {
        Mistake::Choice(deviation) => Some(*deviation),
        _ => None,
    };
    let choices: Option<Vec<Deviation>> = explanation.mistakes.iter().map(choice).collect();
    choices.is_none_or(|choices| {
        let dialect = choices.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        let canonical = canonicalize_with(&request(input).unwrap(), &dialect).unwrap();
        canonical == explanation.canonical && canonical.hash_with(&dialect) == explanation.hash
    })
}

/// Every deviation that changes a hash is among the single mistakes that explain it.
fn every_deviation_is_named(requests: &[Asked<'_>]) {
    let mut differing = 0;
    for input in requests.iter().map(input) {
        for deviation in Deviation::all() {
            let Some(hash) = wrong_hash(&input, &Dialect::OFFICIAL.with(deviation)) else { continue };
            is_named(deviation, &input, &hash);
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

/// A deviation that changes none of the thirty requests has one of its own, and no other has: none goes unasked.
#[test]
fn every_deviation_changes_a_request_and_is_named_there() {
    let realistic: Vec<Input> = [JIRA, CONFLUENCE, BITBUCKET].into_iter().flatten().map(input).collect();
    assert_eq!(realistic.len(), 30);
    let own = of_their_own();
    for deviation in Deviation::all() {
        let dialect = Dialect::OFFICIAL.with(deviation);
        let is_shown = realistic.iter().any(|input| wrong_hash(input, &dialect).is_some());
        let own: Vec<&Input> = own.iter().filter(|(of, _)| *of == deviation).map(|(_, input)| input).collect();
        assert_eq!(own.len(), usize::from(!is_shown), "{deviation}");
        let Some(input) = own.first() else { continue };
        match wrong_hash(input, &dialect) {
            Some(hash) => is_named(deviation, input, &hash),
            // A refusal has no hash that could be wrong.
            None => {
                assert!(deviation.choice().name == "refused" && is_refused(input, &dialect), "{deviation} on {input}");
            }
        }
    }
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
            let is_true = |it: &Explanation| it.hash == hash && is_true(it, &input);
            assert!(diagnosis.explanations.iter().all(is_true), "{name} on {input}");
        }
    }
}

#[test]
fn three_mistakes_in_one_part_are_found_together() {
    let input = input(&("GET", "/a?x=b%20c&x=b!&y", None, None));
    let hash = qsh::Qsh::of_canonical(b"GET&/a&x:b+c;b!&y:").to_string();
    let diagnosis = diagnose(&input, &Answer::qsh(hash), DEEPEST).unwrap();
    assert!(names(&diagnosis).iter().any(|names| names.contains("repeat=semicolon")), "{:?}", names(&diagnosis));
    assert_eq!(diagnosis.explanations[0].mistakes.len(), 3);
}

/// What Python's `oauthlib` signs, with nothing escaped by us.
#[test]
fn a_base_string_of_oauth_1_is_one_mistake() {
    let input = input(&JIRA[5]);
    let hash = qsh::Qsh::of_canonical(
        b"DELETE&https%3A%2F%2Facme.atlassian.net%2Frest%2Fapi%2F3%2Fissue%2FDEV-1%2Fworklog%2F100%252C2&adjustEstimate%3Dnew%26newEstimate%3D2h%2520",
    );
    let diagnosis = diagnose(&input, &Answer::qsh(hash.as_str()), 1).unwrap();
    assert_eq!(names(&diagnosis), ["oauth1_base_string"]);
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
                prop_assert!(is_true(explanation, &input));
            }
        }
    }
}
