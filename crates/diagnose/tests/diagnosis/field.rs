//! Wrong hashes that people reported, and others of the same kinds.

use qsh_diagnose::{CanonicalAnswer, DEEPEST, Diagnosis, Input, diagnose};

use super::names;

fn found(method: &str, url: &str, base_url: &str, answer: &CanonicalAnswer) -> Diagnosis {
    let base_url = Some(base_url.to_owned()).filter(|base| !base.is_empty());
    diagnose(&Input { base_url, ..Input::new(method, url) }, answer, DEEPEST).unwrap()
}

/// The mistakes of the first explanation of a hash.
fn first(method: &str, url: &str, base_url: &str, hash: &str) -> String {
    names(&found(method, url, base_url, &CanonicalAnswer::qsh(hash))).into_iter().next().unwrap_or_default()
}

/// Whether a hash of a text is explained by these mistakes, and only by as few.
fn is_found(method: &str, url: &str, base_url: &str, text: &str, mistakes: &str) {
    let hash = qsh_hash::Qsh::of_canonical(text.as_bytes()).to_string();
    let names = names(&found(method, url, base_url, &CanonicalAnswer::qsh(hash)));
    assert!(names.iter().any(|it| it == mistakes), "{text}: {mistakes}, found {names:?}");
}

/// The mistakes of the first explanation of the hash of a text.
fn first_of(method: &str, url: &str, base_url: &str, text: &str) -> String {
    first(method, url, base_url, qsh_hash::Qsh::of_canonical(text.as_bytes()).as_str())
}

const ACME: &str = "https://acme.atlassian.net";
const SEARCH: &str = "https://acme.atlassian.net/rest/api/3/search?jql=project+%3D+AB&maxResults=50";

#[test]
fn another_method_a_parent_path_and_no_query_are_found_together() {
    let url = "https://api.example.com/connect/public/rest/api/1.0/cycles/search?versionId=-1&projectId=10000";
    let base = "https://api.example.com/connect";
    let hash = "43dee8a25a7cea6f0188bd9bd960ca7d35b63aae4dbd7e1dda22aee3f99efc1b";
    assert_eq!(first("GET", url, base, hash), "another_method parent_path query_text=left_out");
    for (text, expected) in [
        ("GET&/public/rest/api/1.0/cycles&projectId=10000&versionId=-1", "parent_path"),
        ("GET&/public/rest&projectId=10000&versionId=-1", "parent_path"),
        ("GET&/&", "path_missing query_text=left_out"),
        ("DELETE&/public/rest/api/1.0/cycles/search&", "another_method query_text=left_out"),
        ("PUT&/public/rest/api/1.0&projectId=10000&versionId=-1", "another_method parent_path"),
    ] {
        is_found("GET", url, base, text, expected);
    }
}

#[test]
fn parameters_that_are_hashed_and_not_sent_are_found() {
    let hash = "ec4d7cfbc4b4a4777fe35dba82a8e8b012cd6719371e694aee238992d1cf5917";
    assert_eq!(first("GET", SEARCH, ACME, hash), "parameter_added");
    // `client.issueSearch.searchForIssuesUsingJqlGet({ jql: 'project = AB', maxResults: 50 })` of jira.js 1.7.3.
    let url = "http://localhost/rest/api/2/search?jql=project+%3D+AB&maxResults=50";
    let hash = "1a8e744c790117314cc50c649d0aa67fa666aa8b7f2c69653426db84f721ac42";
    assert_eq!(first("GET", url, "http://localhost", hash), "parameters_added");
    for (text, expected) in [
        ("GET&/rest/api/3/search&expand=null&jql=project%20%3D%20AB&maxResults=50", "parameter_added"),
        ("GET&/rest/api/3/search&jql=project%20%3D%20AB&maxResults=50&startAt=0", "parameter_added"),
        (
            "GET&/rest/api/3/search&fields=None&jql=project%20%3D%20AB&maxResults=50&validateQuery=None",
            "parameters_added",
        ),
        ("GET&/rest/api/3/search&fields=%5Bobject%20Object%5D&jql=project%20%3D%20AB&maxResults=50", "parameter_added"),
        ("GET&/rest/api/3/search&JQL=project%20%3D%20AB&jql=project%20%3D%20AB&maxResults=50", "parameter_added"),
        ("POST&/rest/api/3/search&jql=project%20%3D%20AB&maxResults=50&startAt=", "parameter_added another_method"),
        ("GET&/rest/api/3/search&jql=project+%3D+AB&maxResults=50&startAt=undefined", "parameter_added space=plus"),
    ] {
        assert_eq!(first_of("GET", SEARCH, ACME, text), expected, "{text}");
    }
    let url = "https://acme.atlassian.net/wiki/rest/api/content?title=A";
    let wiki = "https://acme.atlassian.net/wiki";
    assert_eq!(first_of("GET", url, wiki, "GET&/rest/api/content&limit=25&title=A"), "parameter_added");
    let url = "https://api.bitbucket.org/2.0/repositories/acme";
    let bitbucket = "https://api.bitbucket.org";
    assert_eq!(first_of("GET", url, bitbucket, "GET&/2.0/repositories/acme&page=1&pagelen=10"), "parameters_added");
}

/// A name that no table has is not found: the names of a request are open.
#[test]
fn a_parameter_of_an_unknown_name_is_not_found() {
    let text = "GET&/rest/api/3/search&jql=project%20%3D%20AB&maxResults=50&myOwnName=null";
    assert_eq!(first_of("GET", SEARCH, ACME, text), "");
}

#[test]
fn values_in_another_form_are_found() {
    let url = "/p?done=true&ids=1,2&since=2026-02-28T23:04:05Z&size=1000&state=OPEN";
    let right = [
        ("done", "true"),
        ("ids", "1%2C2"),
        ("since", "2026-02-28T23%3A04%3A05Z"),
        ("size", "1000"),
        ("state", "OPEN"),
    ];
    for (name, value) in [
        ("done", "True"),
        ("done", "1"),
        ("ids", "%5B1%2C%202%5D"),
        ("ids", "%5B%271%27%2C%20%272%27%5D"),
        ("ids", "Array"),
        ("since", "Sat%20Feb%2028%202026%2023%3A04%3A05%20GMT%2B0000%20%28Coordinated%20Universal%20Time%29"),
        ("since", "1772319845000"),
        ("since", "2026-02-28T23%3A04%3A05.000Z"),
        ("size", "1000.0"),
        ("size", "1e3"),
        ("size", "undefined"),
        ("state", "open"),
    ] {
        let pairs = right.map(|(own, text)| format!("{own}={}", if own == name { value } else { text }));
        assert_eq!(
            first_of("GET", url, "", &format!("GET&/p&{}", pairs.join("&"))),
            "value_in_another_form",
            "{value}"
        );
    }
}

#[test]
fn base_paths_of_any_depth_are_found() {
    let url = "https://app.example.com/a/b/c/d/panel";
    assert_eq!(first_of("GET", url, "https://app.example.com", "GET&/panel&"), "base_guessed");
    assert_eq!(first_of("GET", &url.replace("/a/", "/1/2/3/4/5/a/"), "", "GET&/panel&"), "base_guessed");
    let base = "https://app.example.com/a/b/c";
    for (text, expected) in [
        ("GET&/a/b/c/d/panel&", "base_removal=none"),
        ("GET&/a/b/c/a/b/c/d/panel&", "base_added"),
        ("GET&/b/c/d/panel&", "base_guessed"),
        ("GET&/wiki/a/b/c/d/panel&", "base_added"),
    ] {
        assert_eq!(first_of("GET", url, base, text), expected, "{text}");
    }
    for (text, expected) in
        [("GET&/a/b/c/panel&", "base_added"), ("GET&/c/panel&", "base_added"), ("GET&/a/b/panel&", "base_added")]
    {
        assert_eq!(first_of("GET", "/panel", base, text), expected, "{text}");
    }
}

/// The texts are what atlassian-jwt 2.0.3 for Node and PyPI's atlassian-jwt 3.0.0 hashed when they were called so.
#[test]
fn a_library_that_was_called_wrongly_is_found() {
    let (url, base) = ("https://h/p?b=2&a=1", "https://h");
    for (text, expected) in [
        ("GET&/p&0=b&1=%3D&2=2&3=%26&4=a&5=%3D&6=1", "query_as_characters"),
        ("GET&/p&0=%3F&1=b&2=%3D&3=2&4=%26&5=a&6=%3D&7=1", "query_as_characters"),
        ("GET&/p&0=b%3D2&1=a%3D1", "query_as_list"),
        ("GET&/p&0=2,b&1=1,a", "query_as_list"),
        ("GET&/&a=1&b=2", "path_missing"),
        ("GET&/p?b=2%26a=1&", "query_in_path"),
        ("GET&/p?b=2%26a=1&a=1&b=2", "query_in_path"),
        ("GET&/https://h/p&a=1&b=2", "url_as_path"),
        ("GET&/https://h/p?b=2%26a=1&", "query_in_path"),
        ("GET&/https://h&a=1&b=2", "base_as_path"),
        ("/P?B=2&A=1&/GET&", "arguments_swapped"),
        ("HTTPS://H/P?B=2&A=1&/GET&", "arguments_swapped"),
        ("GET&/%2Fp%3Fb%3D2%26a%3D1&", "query_in_path"),
        ("GET&/b=2%26a=1&", "query_in_path"),
        ("GET&/h/p&a=1&b=2", "host_in_path"),
    ] {
        is_found("GET", url, base, text, expected);
    }
}

#[test]
fn four_mistakes_of_one_implementation_go_with_two_of_the_request() {
    // PHP adlogix: no base URL is removed, nothing is decoded, the slash stays, and values are not sorted.
    let (url, base) = ("https://h/wiki/a/?x=%2b&x=%20&jwt=t", "https://h/wiki");
    for (text, count) in [
        ("GET&/wiki/a/&jwt=t&x=%252b,%2520", 5),
        ("POST&/wiki/a/&jwt=t&x=%252b,%2520", 6),
        ("POST&/wiki/wiki/a/&jwt=t&x=%252b,%2520", 6),
    ] {
        let hash = qsh_hash::Qsh::of_canonical(text.as_bytes()).to_string();
        let found = found("GET", url, base, &CanonicalAnswer::qsh(hash.as_str()));
        let first = found.explanations.first().unwrap_or_else(|| panic!("{text}"));
        assert!(first.mistakes.len() >= 4 && first.mistakes.len() <= count, "{text}: {:?}", names(&found));
        assert_eq!(first.hash, hash);
    }
}

#[test]
fn hashes_as_other_platforms_print_them_are_found() {
    let text = b"GET&/a&";
    let digest = data_encoding::HEXLOWER.decode(qsh_hash::Qsh::of_canonical(text).as_str().as_bytes()).unwrap();
    let hex = data_encoding::HEXLOWER.encode(&digest);
    let joined = |by: &str, of: &dyn Fn(u8) -> String| digest.iter().map(|byte| of(*byte)).collect::<Vec<_>>().join(by);
    for (written, expected) in [
        (hex.to_uppercase(), "hash_text=upper_hex"),
        (joined("-", &|byte| format!("{byte:02X}")), "hash_text=dashed"),
        (joined("-", &|byte| format!("{byte:02x}")), "hash_text=dashed_lower"),
        (joined(":", &|byte| format!("{byte:02x}")), "hash_text=colons"),
        (format!("[{}]", joined(", ", &|byte| byte.cast_signed().to_string())), "hash_text=signed_bytes"),
        (joined(",", &|byte| byte.to_string()), "hash_text=byte_numbers"),
        (format!("0x{hex}"), "hash_text=zero_x"),
        (hex[..32].to_owned(), "hash_text=first_32"),
        (hex[..40].to_owned(), "hash_text=first_40"),
        (format!("b'{hex}'"), "hash_text=python_bytes"),
        (data_encoding::BASE64.encode(&digest), "hash_text=base64"),
        (String::from_utf8(text.to_vec()).unwrap(), "hash_function=unhashed"),
    ] {
        assert_eq!(first("GET", "/a", "", &written), expected, "{written}");
    }
}
