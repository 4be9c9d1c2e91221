//! Requests as shells, clients and servers print them, and the typography of chats and editors.

use qsh_diagnose::JsonBody;
use qsh_diagnose::intake::Evidence;

use super::{evidence, found_token, notes, request, token};

fn url(evidence: &Evidence) -> &str {
    evidence.url.as_ref().and_then(|url| url.as_str()).unwrap_or_default()
}

/// A typographic quote is a quote of the shell only outside plain quotes: inside, it belongs to the text.
#[test]
fn typographic_quotes_of_a_command_and_of_its_text() {
    let token = token();
    let command = format!(
        "curl -d '{{\"summary\":\"Don’t\"}}' -H 'Content-Type: application/json' -H 'Authorization: JWT {token}' https://h/a"
    );
    let found = evidence(&[&command]);
    assert_eq!(found.json.as_ref().map(JsonBody::as_str), Some("{\"summary\":\"Don’t\"}"));
    assert_eq!(found.token.as_ref().map(|found| found.as_str()), Some(token.as_str()));
    for (command, expected) in [
        ("curl 'https://h/a?jql=text~“x”'", "https://h/a?jql=text~“x”"),
        ("curl \"https://h/a?jql=text~‘x’\"", "https://h/a?jql=text~‘x’"),
        ("curl $'https://h/a?jql=text~‘x’'", "https://h/a?jql=text~‘x’"),
        ("curl ^\"https://h/a?b=“x”^\"", "https://h/a?b=“x”"),
        ("curl https://h/a?b=Don’t", "https://h/a?b=Don’t"),
        ("curl -H ‘A: b’ “https://h/a?b=c&d=e”", "https://h/a?b=c&d=e"),
        ("curl -H 'A: b' “https://h/a?b=c&d=e”", "https://h/a?b=c&d=e"),
        ("curl -H”A: b” ”https://h/a?b=it's”", "https://h/a?b=it's"),
    ] {
        assert_eq!(url(&evidence(&[command])), expected, "{command}");
    }
    let body = evidence(&["curl https://h/a --json ‘{“b”: 1}’"]);
    assert_eq!(body.json.as_ref().map(JsonBody::as_str), Some("{\"b\": 1}"));
}

/// Code puts a method right after `requests.`; a sentence has a blank there.
#[test]
fn a_method_in_code_is_no_word_of_a_sentence() {
    let url = "https://h/a";
    for (text, method) in [
        ("All requests get a 401", "GET"),
        ("our client put the token into the header", "GET"),
        ("axios patch level 3", "GET"),
        ("we use Net::HTTP. Delete it", "GET"),
        ("our client. Put it", "GET"),
        ("client.put(", "PUT"),
        ("axios\n  .post(", "POST"),
        ("requests.delete(", "DELETE"),
        ("Net::HTTP::Patch.new(", "PATCH"),
        ("-Method Put", "PUT"),
        ("method: 'post'", "POST"),
        ("http.MethodPut", "PUT"),
        ("verb => 'delete'", "DELETE"),
    ] {
        let expected = format!("{method} {url}");
        let text = format!("{text} \"{url}\"");
        let found = evidence(&[&text]);
        assert_eq!(found.input().map(|input| input.to_string()), Some(expected), "{text}: {:?}", found.notes);
        assert_eq!(found.notes.iter().any(|note| note.as_str().contains("none was given")), method == "GET", "{text}");
    }
}

/// `params` of a request that Express received are parts of its route, and its `url` is below the router.
#[test]
fn the_request_of_express_has_no_parameters_of_a_client() {
    let header = "headers: { host: 'h' }";
    for (text, expected) in [
        (format!("{{ url: '/issue/5?a=b', params: {{ id: '5' }}, query: {{ a: 'b' }}, {header} }}"), "/issue/5?a=b"),
        (format!("{{ url: '/5?a=b', rawHeaders: [ 'Host', 'h' ], params: {{ id: '5' }}, {header} }}"), "/5?a=b"),
        (
            format!(
                "{{ baseUrl: '/issue', url: '/5?a=b', originalUrl: '/issue/5?a=b', params: {{ id: 5 }}, {header} }}"
            ),
            "/issue/5?a=b",
        ),
        (format!("{{ url: '/issue', params: {{ id: '5' }}, {header} }}"), "/issue?id=5"),
    ] {
        assert_eq!(url(&evidence(&[&text])), format!("https://h{expected}"), "{text}");
    }
    let without_headers = "{ url: '/5?a=b', rawHeaders: [ 'Host', 'h' ], params: { id: '5' } }";
    assert_eq!(request(&[without_headers]), "GET /5?a=b");
    let printed = r#"{"method":"GET","url":"/5?a=b","originalUrl":"/issue/5?a=b","headers":{"host":"h"}}"#;
    assert_eq!(request(&[printed]), "GET https://h/issue/5?a=b");
}

/// Version 1 of API Gateway and load balancers: the other member has the last value of each name only.
#[test]
fn the_repeated_parameters_of_an_event_are_read() {
    let event = |multi: &str, single: &str| {
        format!(
            r#"{{"httpMethod":"GET","path":"/a","headers":{{"Host":"h"}},"multiValueQueryStringParameters":{multi},"queryStringParameters":{single}}}"#
        )
    };
    for (multi, single, expected) in [
        (r#"{"b":["1","2"],"c":["d"]}"#, r#"{"b":"2","c":"d"}"#, "GET https://h/a?b=1&b=2&c=d"),
        ("null", r#"{"b":"2"}"#, "GET https://h/a?b=2"),
        ("null", "null", "GET https://h/a"),
    ] {
        assert_eq!(request(&[&event(multi, single)]), expected);
    }
    let only =
        r#"{"httpMethod":"GET","path":"/a","headers":{"Host":"h"},"multiValueQueryStringParameters":{"b":["1","2"]}}"#;
    assert_eq!(request(&[only]), "GET https://h/a?b=1&b=2");
}

/// U+200C and U+200D belong to words of Persian and of Indic languages, and to emoji.
#[test]
fn joiners_are_removed_only_from_tokens() {
    for kept in ["https://h/a?q=می\u{200c}خواهم", "https://h/a?q=👩\u{200d}💻", "https://h/a?q=क्\u{200d}ष"]
    {
        assert_eq!(url(&evidence(&["GET", kept])), kept);
        assert!(!notes(&[kept]).iter().any(|note| note.contains("invisible")), "{kept}");
    }
    let token = token();
    let cut = |with: &str| format!("{}{with}{}", &token[..50], &token[50..]);
    for joiner in ["\u{200b}", "\u{200c}", "\u{200d}", "\u{200e}", "\u{2060}", "\u{200c}\u{200d}"] {
        let pasted = format!("GET https://h/a?q=👩\u{200d}💻 Authorization: JWT {}", cut(joiner));
        assert_eq!(found_token(&[&pasted]), token, "{joiner:?}");
        assert_eq!(url(&evidence(&[&pasted])), "https://h/a?q=👩\u{200d}💻");
        assert!(notes(&[&pasted])[0].contains("removed invisible characters"));
    }
    assert_eq!(request(&["GET https://h/a?q=a\u{200b}b\u{200e}c\u{200f}"]), "GET https://h/a?q=abc");
}

/// HTTPie goes to port 80 of this computer for `:/a`. A shell ends a command of HTTPie at `&` as well.
#[test]
fn commands_of_httpie() {
    assert_eq!(request(&["http :/a"]), "GET http://localhost/a");
    assert!(evidence(&["http https://h/a?b=1&c=2"]).is_cut_by_shell);
    assert!(!evidence(&["http 'https://h/a?b=1&c=2'"]).is_cut_by_shell);
}
