//! Requests as programs write them: curl, HAR, HTTP messages and logs.

use qsh_diagnose::intake::{Evidence, Owner, Piece, Role};

use crate::{OTHER, RIGHT, URL, error, evidence, found_token, hashes, notes, request, token, whole};

#[test]
fn a_curl_command_of_every_shell() {
    let token = token();
    let url = "https://acme.atlassian.net/rest/api/3/search?jql=x&maxResults=5";
    let get = format!("GET {url}");
    for command in [
        format!("curl '{url}' -H 'Authorization: JWT {token}'"),
        format!("$ curl -sS -X GET \\\n  --url \"{url}\" \\\n  --header \"authorization: JWT {token}\" | jq ."),
        format!("curl.exe ^\"{}^\" ^\r\n  -H ^\"authorization: JWT {token}^\"", url.replace('&', "^&")),
        format!("curl $'{}' -H $'authorization: JWT {token}' --compressed", url.replace("?", "\\u003f")),
        format!(
            "curl -kGd jql=x --data-urlencode maxResults=5 https://acme.atlassian.net/rest/api/3/search -HAuthorization:JWT\\ {token}"
        ),
        format!("curl -u user:secret -o /dev/null --max-time 5 '{url}' -H 'Authorization: JWT {token}'"),
    ] {
        assert_eq!(request(&[&command]), get, "{command}");
        assert_eq!(found_token(&[&command]), token, "{command}");
    }
    let words = ["curl", "-H", &format!("Authorization: JWT {token}"), url];
    assert_eq!((request(&words), found_token(&words)), (get, token));
}

#[test]
fn the_body_and_the_method_of_a_curl_command() {
    for (command, expected) in [
        ("curl https://h/a -d a=1 --data-raw 'b=2'", "POST https://h/a  form a=1&b=2"),
        ("curl https://h/a --data-urlencode 'a=b c'", "POST https://h/a  form a=b%20c"),
        ("curl https://h/a -X PUT --json '{\"a\":1}'", "PUT https://h/a  json {\"a\":1}"),
        ("curl https://h/a -H 'Content-Type: application/json' -d '{}'", "POST https://h/a  json {}"),
        ("curl https://h/a -F file=@x", "POST https://h/a"),
        ("curl -I https://h/a", "HEAD https://h/a"),
        ("curl -T file https://h/a", "PUT https://h/a"),
        ("curl -XDELETE https://h/a", "DELETE https://h/a"),
        ("curl -G https://h/a?x=1#f -d y=2", "GET https://h/a?x=1&y=2#f"),
        ("curl --url-query y=2 https://h/a", "GET https://h/a?y=2"),
        ("curl acme.atlassian.net/rest", "GET https://acme.atlassian.net/rest"),
        ("curl -A agent -b 'c=d' -e https://ref https://h/a", "GET https://h/a"),
    ] {
        assert_eq!(request(&[command]), expected, "{command}");
    }
    assert_eq!(
        error(&["curl 'https://h/a"]),
        "the curl command in argument 1: its quotes do not end: expected the whole command"
    );
    assert_eq!(
        error(&["curl https://h/a https://h/b"]),
        "the curl command in argument 1: it has several URLs: expected a command with one"
    );
    assert_eq!(
        error(&["curl https://h/a -H"]),
        "the curl command in argument 1: its last option has no value: expected the whole command"
    );
    assert_eq!(
        error(&["curl https://h/a -d @body"]),
        "the curl command in argument 1: it reads a body or a header from a file: expected the text itself"
    );
}

/// An entry of a HAR file for this URL.
fn entry(url: &str, token: &str) -> String {
    format!(
        r#"{{"startedDateTime":"x","request":{{"method":"POST","url":"{url}","httpVersion":"h2","headers":[{{"name":":method","value":"POST"}},{{"name":"authorization","value":"{token}"}}],"postData":{{"mimeType":"application/x-www-form-urlencoded","params":[{{"name":"a b","value":"c"}}]}}}},"response":{{"status":401}}}}"#
    )
}

#[test]
fn a_har_file_and_its_entries() {
    let jwt = format!("JWT {}", token());
    let expected = "POST https://h/a?b=c  form a%20b=c";
    let one = entry("https://h/a?b=c", &jwt);
    let other = entry("https://h/other?jwt=none", "");
    assert_eq!((request(&[&one]), found_token(&[&one])), (expected.to_owned(), token()));
    let har = |entries: &[&str]| format!(r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#, entries.join(","));
    assert_eq!(request(&[&har(&[&one])]), expected);
    assert_eq!(request(&[&har(&[&other, &one])]), expected);
    assert_eq!(notes(&[&har(&[&other, &one])])[0], "took argument 1 for a HAR file, and its entry 1");
    let second = entry("https://h/second?secret=1", &jwt);
    assert_eq!(
        error(&[&har(&[&one, &other, &second])]),
        "2 requests of the HAR file in argument 1 have a token: expected one entry, such as the output of jq \
         '.log.entries[N]'; N is 0 for POST https://h/a, 2 for POST https://h/second"
    );
    assert!(error(&[&har(&[&other, &other])]).starts_with("no request of the HAR file in argument 1 has a token"));
}

#[test]
fn claims_and_the_body_of_an_installed_callback() {
    assert_eq!(hashes(&[&format!(r#"{{"iss":"x","qsh":"{RIGHT}"}}"#)]), [(whole(RIGHT), Owner::Token)]);
    let installed =
        r#"{"key":"app","clientKey":"c","sharedSecret":"hush","baseUrl":"https://acme.atlassian.net/wiki"}"#;
    assert_eq!(request(&["GET /wiki/a", installed]), "GET /wiki/a  base https://acme.atlassian.net/wiki");
    assert!(!format!("{:?}", evidence(&[installed])).contains("hush"));
}

#[test]
fn an_http_message() {
    let token = token();
    let message = format!(
        "POST /a?b=c HTTP/1.1\r\nHost: app.example.com\r\nAuthorization: JWT {token}\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\nd=e\r\n"
    );
    assert_eq!(request(&[&message]), "POST https://app.example.com/a?b=c  form d=e");
    assert_eq!(found_token(&[&message]), token);
    let absolute = "GET http://h/a HTTP/1.1\nHost: other\n";
    assert_eq!(request(&[absolute]), "GET http://h/a");
    let without_version = format!("GET /a\nHost: h\nAuthorization: JWT {}\n{}", &token[..40], &token[40..]);
    assert_eq!(
        (request(&[&without_version]), found_token(&[&without_version])),
        ("GET https://h/a".to_owned(), token.clone())
    );
    let pseudo = format!(":authority: h\n:method: GET\n:path: /a?b=c\n:scheme: http\nauthorization: JWT {token}");
    assert_eq!(request(&[&pseudo]), "GET http://h/a?b=c");
    let log = format!(
        "* Connected\n> PUT /a HTTP/2\n> Host: h\n> authorization: JWT {token}\n>\n< HTTP/2 401\n< date: now\n"
    );
    assert_eq!((request(&[&log]), found_token(&[&log])), ("PUT https://h/a".to_owned(), token));
    let json = "POST /a HTTP/1.1\nContent-Type: application/json\nContent-Length: 7\n\n{\"a\":1}\nand more";
    assert_eq!(request(&[json]), "POST /a  json {\"a\":1}");
}

#[test]
fn header_fields_alone() {
    let token = token();
    let fields = format!("Host: app.example.com\nAuthorization: JWT {token}");
    assert_eq!(
        (request(&["GET /a", &fields]), found_token(&["GET /a", &fields])),
        ("GET https://app.example.com/a".to_owned(), token.clone())
    );
    let header = Piece::new("--header", format!("Authorization: JWT {token}")).with_role(Role::Header);
    assert_eq!(Evidence::read(&[header]).unwrap().token.unwrap().place(), "the Authorization header of --header");
    let bad = Piece::new("--header", "Authorization").with_role(Role::Header);
    assert_eq!(
        Evidence::read(&[bad]).unwrap_err().to_string(),
        "--header has no colon: expected a header such as 'Host: app.example.com'"
    );
}

#[test]
fn a_line_of_an_access_log() {
    let combined = r#"127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] "GET /panel?a=b HTTP/1.1" 401 12 "https://acme.atlassian.net/" "Mozilla/5.0""#;
    assert_eq!(request(&[combined]), "GET /panel?a=b");
    let router = r#"at=info method=POST path="/installed?a=b" host=app.example.com status=401"#;
    assert_eq!(request(&[router]), "POST https://app.example.com/installed?a=b");
    let without_slash = combined.replace(".net/", ".net");
    assert_eq!(request(&[&without_slash]), "GET /panel?a=b");
    let urllib3 = r#"https://acme.atlassian.net:443 "GET /panel?a=b HTTP/1.1" 401 None"#;
    assert_eq!(request(&[urllib3]), "GET https://acme.atlassian.net/panel?a=b");
    let sent = r"send: b'GET /panel?a=b HTTP/1.1\r\nHost: app.example.com\r\nAccept: */*\r\n\r\n'";
    assert_eq!(request(&[sent]), "GET https://app.example.com/panel?a=b");
    assert_eq!(
        error(&[&format!("{combined}\n{}", combined.replace("/panel", "/other"))]),
        "several requests in argument 1: expected one"
    );
}

#[test]
fn a_call_of_fetch() {
    let token = token();
    let call = format!(
        "fetch(\"{URL}\", {{\n \"headers\": {{ \"authorization\": \"JWT {token}\" }},\n \"referrer\": \"https://acme.atlassian.net/x\",\n \"method\": \"POST\" }});"
    );
    assert_eq!((request(&[&call]), found_token(&[&call])), (format!("POST {URL}"), token));
}

#[test]
fn of_several_urls_the_one_with_the_token_is_that_of_the_request() {
    let token = token();
    let text = format!(
        "The page https://acme.atlassian.net/browse/X-1 loads\nhttps://app.example.com/panel?a=b&jwt={token}\n/usr/lib/x"
    );
    assert_eq!(request(&[&text]), format!("GET https://app.example.com/panel?a=b&jwt={token}"));
    assert_eq!(found_token(&[&text]), token);
}

#[test]
fn a_line_of_a_json_log() {
    let line = format!(
        r#"{{"level":"error","msg":"POST https://app.example.com/a?b=c\u0026d=e: expected {RIGHT}, got {OTHER}"}}"#
    );
    assert_eq!(request(&[&line]), "POST https://app.example.com/a?b=c&d=e");
    assert_eq!(hashes(&[&line]).len(), 2);
}

/// What surrounds a token and a URL in chats, pages and programs.
#[test]
fn what_programs_and_pages_put_around_a_token() {
    let token = token();
    let (front, end) = token.split_at(40);
    for text in [
        format!("The token is {token}. It gives 401."),
        format!("{front}\\\n{end}"),
        format!("{front}\\n{end}"),
        format!("\"{front}\u{200b}{end}\","),
        format!("Authorization JWT {token}%"),
    ] {
        assert_eq!(found_token(&[&text]), token, "{text:?}");
    }
    let page = format!("https://app.example.com/panel?a=b&amp;c=d&amp;jwt={token}");
    assert_eq!(request(&[&page]), format!("GET https://app.example.com/panel?a=b&c=d&jwt={token}"));
    assert_eq!(
        request(&["GET", "https://app.example.com/panel?a=b&amp;c=d"]),
        "GET https://app.example.com/panel?a=b&amp;c=d"
    );
    let php = r#"{"url":"https:\/\/app.example.com\/panel?a=b"}"#;
    assert_eq!(request(&["GET", php]), "GET https://app.example.com/panel?a=b");
    let payload = token.split('.').nth(1).unwrap();
    assert_eq!(hashes(&[payload]), [(whole(RIGHT), Owner::Token)]);
    assert_eq!(request(&["POST", "https://h/a", "{\"x\":1}"]), "POST https://h/a  json {\"x\":1}");
}

/// The request as a server sees it: an event of AWS Lambda, and the object of Node.
#[test]
fn the_request_that_a_server_prints() {
    let token = token();
    let expected = format!("GET https://app.example.com/panel?a=b&jwt={token}");
    for text in [
        format!(
            r#"{{"path":"/panel","httpMethod":"GET","headers":{{"Host":"app.example.com"}},"queryStringParameters":{{"a":"b","jwt":"{token}"}}}}"#
        ),
        format!(
            r#"{{"rawPath":"/panel","rawQueryString":"a=b&jwt={token}","headers":{{"host":"app.example.com"}},"requestContext":{{"http":{{"method":"GET"}}}}}}"#
        ),
        format!(
            r#"{{"REQUEST_METHOD":"GET","PATH_INFO":"/panel","QUERY_STRING":"a=b&jwt={token}","HTTP_HOST":"app.example.com"}}"#
        ),
        format!(
            "IncomingMessage {{ _events: [Object: null prototype] {{ end: [Function] }},\n headers: {{ host: 'app.example.com' }},\n url: '/panel?a=b&jwt={token}',\n method: 'GET' }}"
        ),
    ] {
        assert_eq!((request(&[&text]), found_token(&[&text])), (expected.clone(), token.clone()), "{text}");
    }
}
