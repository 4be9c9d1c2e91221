//! The intake understands what people paste: each form alone, in mixtures, and what contradicts itself.

use std::time::Instant;

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use qsh_diagnose::intake::{Evidence, HashText, IntakeError, Owner, Piece, Role, TokenProblem, qsh_claim};

/// The hash of `GET&/rest/api/content&limit=5`.
const RIGHT: &str = "5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94";
/// The hash of `POST&/public/rest/api/1.0/cycles&`.
const OTHER: &str = "43dee8a25a7cea6f0188bd9bd960ca7d35b63aae4dbd7e1dda22aee3f99efc1b";
const URL: &str = "https://acme.atlassian.net/rest/api/3/search?jql=x&maxResults=5";

/// A token with this claim and a signature of 43 characters, as HS256 has.
fn token_of(qsh: &str) -> String {
    let [header, claims] =
        [r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(), format!(r#"{{"iss":"com.example.app","qsh":"{qsh}"}}"#)]
            .map(|text| BASE64URL_NOPAD.encode(text.as_bytes()));
    format!("{header}.{claims}.{}", BASE64URL_NOPAD.encode(&[7; 32]))
}

fn token() -> String {
    token_of(RIGHT)
}

fn read(pieces: &[&str]) -> Result<Evidence, IntakeError> {
    let named = pieces.iter().enumerate();
    Evidence::read(&named.map(|(index, text)| Piece::new(format!("argument {}", index + 1), *text)).collect::<Vec<_>>())
}

#[track_caller]
fn evidence(pieces: &[&str]) -> Evidence {
    let evidence = read(pieces).unwrap_or_else(|error| panic!("{pieces:?}: {error}"));
    let said = format!("{evidence:?}");
    assert!(!said.contains("eyJ"), "a token is shown: {said}");
    evidence
}

#[track_caller]
fn error(pieces: &[&str]) -> String {
    let said = read(pieces).expect_err("an error").to_string();
    assert!(!said.contains("eyJ") && !said.contains('\n'), "{said}");
    said
}

/// Method and URL, as one text.
#[track_caller]
fn request(pieces: &[&str]) -> String {
    evidence(pieces).input().map_or_else(String::new, |input| input.to_string())
}

#[track_caller]
fn found_token(pieces: &[&str]) -> String {
    evidence(pieces).token.map_or_else(String::new, |token| token.as_str().to_owned())
}

#[track_caller]
fn hashes(pieces: &[&str]) -> Vec<(HashText, Owner)> {
    evidence(pieces).hashes.into_iter().map(|found| (found.hash, found.owner)).collect()
}

fn whole(hash: &str) -> HashText {
    HashText::Whole(hash.to_owned())
}

#[track_caller]
fn notes(pieces: &[&str]) -> Vec<String> {
    evidence(pieces).notes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_method_and_a_url() {
    let with = |method: &str| format!("{method} {URL}");
    assert_eq!(request(&["GET", URL]), with("GET"));
    assert_eq!(request(&["get", URL]), with("get"));
    assert_eq!(request(&["PURGE", URL]), with("PURGE"));
    assert_eq!(request(&[URL, "POST"]), with("POST"));
    assert_eq!(request(&[&format!("PUT {URL}")]), with("PUT"));
    assert_eq!(request(&[&format!("it fails for PATCH \"{URL}\", why?")]), with("PATCH"));
    assert_eq!(request(&["DELETE", "/rest/a?b=c"]), "DELETE /rest/a?b=c");
    assert_eq!(request(&["DELETE /rest/a?b=c"]), "DELETE /rest/a?b=c");
    assert_eq!(request(&["/rest/a?q=b c"]), "GET /rest/a?q=b c");
}

#[test]
fn a_method_that_is_missing_is_said() {
    assert_eq!(request(&[URL]), format!("GET {URL}"));
    assert_eq!(notes(&[URL]), ["took argument 1 for a URL", "took GET for the method: none was given"]);
}

#[test]
fn a_url_without_its_scheme() {
    for bare in ["acme.atlassian.net/rest/api/3/x", "app.example.com/panel?a=b", "localhost:3000/installed"] {
        assert_eq!(request(&["GET", bare]), format!("GET https://{bare}"));
        assert!(notes(&[bare])[0].ends_with("a URL without its scheme"));
    }
    let prose = "we call POST acme.atlassian.net/rest/api/3/x. It fails";
    assert_eq!(request(&[prose]), "POST https://acme.atlassian.net/rest/api/3/x");
    assert!(notes(&[prose])[0].ends_with("whose scheme is missing"));
}

#[test]
fn every_form_of_a_token() {
    let token = token();
    let (front, back) = token.split_at(60);
    for pasted in [
        token.clone(),
        format!("JWT {token}"),
        format!("jwt {token}"),
        format!("Bearer {token}"),
        format!("Authorization: JWT {token}"),
        format!("authorization: bearer   {token}\r\n"),
        format!("\"{token}\""),
        format!("'JWT {token}'"),
        format!("jwt={token}"),
        format!("&jwt={token}"),
        format!("https://app.example.com/panel?lic=active&jwt={token}&x=y"),
        format!("https://app.example.com/panel?jwt%3D{token}"),
        format!("https://app.example.com/panel?jwt={}", token.replace('.', "%2E")),
        format!("{front}\n{back}"),
        format!("JWT {front} \r\n   {back}"),
        token.replace('.', ".\n"),
        token.replace('.', " . "),
        format!("{{\"headers\":{{\"authorization\":\"JWT {token}\"}}}}"),
    ] {
        assert_eq!(found_token(&[&pasted]), token, "{pasted}");
    }
    for words in [vec!["JWT"], vec!["Authorization:", "JWT"], vec!["authorization:", "bearer"], vec!["Authorization:"]]
    {
        assert_eq!(found_token(&[words.as_slice(), &[&token]].concat()), token);
    }
}

/// The signature of a token that is broken across lines belongs to it, and words after a token do not.
#[test]
fn a_token_ends_where_its_signature_does() {
    let token = token();
    let (front, back) = token.split_at(token.len() - 10);
    assert_eq!(found_token(&[&format!("{front}\n{back} is refused")]), token);
    assert_eq!(found_token(&[&format!("{token} is refused with 401")]), token);
}

#[test]
fn a_header_of_any_shape_is_enough_where_the_text_is_a_token() {
    let bare = "e30.eyJxc2giOiJhYmMifQ.c2ln";
    assert_eq!(found_token(&[bare]), bare);
    assert_eq!(found_token(&[&format!("JWT {bare}")]), bare);
    assert_eq!(found_token(&["Authorization:", "JWT", bare]), bare);
    // Three words with dots between them are no token.
    assert_eq!(request(&["acme.atlassian.net", "It fails. Why. Ever"]), "GET https://acme.atlassian.net");
    assert_eq!(notes(&[bare, "Authorization: JWT a.b.c"])[2], "the Authorization header of argument 2 has no token");
}

#[test]
fn a_scheme_other_than_jwt_is_said() {
    for text in ["Authorization: Bearer TOKEN", "{headers: {Authorization: 'Bearer TOKEN'}} fails", "with Bearer TOKEN"]
    {
        let said = notes(&[&text.replace("TOKEN", &token())]);
        assert!(said.iter().any(|note| note.contains("has the scheme Bearer")), "{said:?}");
    }
    for text in ["Authorization: JWT TOKEN", "jwt=TOKEN", "/a?bearer=TOKEN"] {
        let said = notes(&[&text.replace("TOKEN", &token())]);
        assert!(!said.iter().any(|note| note.contains("scheme")), "{said:?}");
    }
}

#[test]
fn a_token_that_was_cut_off_is_said_to_be_so() {
    let token = token();
    let message = "the token in argument 1 is not complete: expected header.payload.signature, without `...`";
    for cut in
        [format!("{}...", &token[..50]), format!("{}…", &token[..20]), format!("JWT {}.eyJpc3MiOiJ4…", &token[..36])]
    {
        assert_eq!(error(&[&cut]), message, "{cut}");
    }
    // The claims are complete: only the signature is missing.
    let signature = token.rfind('.').unwrap() + 5;
    let evidence = evidence(&[&format!("{}...", &token[..signature])]);
    assert!(evidence.notes[1].as_str().contains("its signature is cut off"), "{evidence:?}");
    assert_eq!(evidence.all_hashes().unwrap()[0].hash, whole(RIGHT));
    // With a hash it does not matter.
    assert_eq!(hashes(&[&format!("{}...", &token[..50]), RIGHT]), [(whole(RIGHT), Owner::Unknown)]);
}

#[test]
fn every_form_of_a_hash() {
    let upper = RIGHT.to_ascii_uppercase();
    for (pasted, expected) in [
        (RIGHT.to_owned(), RIGHT),
        (format!(" {RIGHT}\n"), RIGHT),
        (format!("0x{RIGHT}"), RIGHT),
        (format!("'{RIGHT}',"), RIGHT),
        (format!("sha256:{RIGHT}"), RIGHT),
        (format!("SHA256={RIGHT}"), RIGHT),
        (
            "sha256-W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=".to_owned(),
            "W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=",
        ),
        (format!("\"qsh\": \"{RIGHT}\""), RIGHT),
        (format!("qsh={RIGHT}"), RIGHT),
        (format!("{} {}", &RIGHT[..32], &RIGHT[32..]), RIGHT),
        (upper.clone(), &upper),
        (format!("my hash is {RIGHT}, and it is refused"), RIGHT),
        ("W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ=".to_owned(), "W+tTkC+0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ="),
        ("W-tTkC-0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ".to_owned(), "W-tTkC-0oDgppq2DNWCrBjN3NzoKhBJ3EjgctcuEPpQ"),
    ] {
        assert_eq!(hashes(&[&pasted]), [(whole(expected), Owner::Unknown)], "{pasted}");
    }
    for cut in [&RIGHT[..8], &RIGHT[..32], &RIGHT[..63]] {
        assert_eq!(hashes(&[cut]), [(HashText::Prefix(cut.to_owned()), Owner::Unknown)]);
        assert_eq!(hashes(&[&format!("{cut}...")]), [(HashText::Prefix(cut.to_owned()), Owner::Unknown)]);
    }
}

#[test]
fn a_canonical_request_in_place_of_its_hash() {
    let canonical = "GET&/rest/api/content&limit=5";
    assert_eq!(hashes(&[canonical]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    assert_eq!(hashes(&[&format!("'{canonical}'")]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    assert_eq!(hashes(&[canonical, RIGHT]), [(HashText::Canonical(canonical.into()), Owner::Unknown)]);
    let evidence = evidence(&[&token_of(canonical)]);
    assert_eq!(evidence.all_hashes().unwrap()[0].hash, HashText::Canonical(canonical.into()));
}

#[test]
fn an_error_message_says_whose_its_hashes_are() {
    let both = [(whole(OTHER), Owner::Token), (whole(RIGHT), Owner::Verifier)];
    let sorted = |text: &str| {
        let mut found = hashes(&[text]);
        found.sort_by_key(|(_, owner)| *owner);
        found
    };
    for text in [
        format!("Expecting claim 'qsh' to have value '{RIGHT}' but instead it has the value '{OTHER}'"),
        format!(
            "401: Expecting claim &#39;qsh&#39; to have value &#39;{RIGHT}&#39; but instead it has the value &#39;{OTHER}&#39;"
        ),
        format!(
            r#"{{"message":"Expecting claim 'qsh' to have value '{RIGHT}' but instead it has the value '{OTHER}'"}}"#
        ),
        format!(
            "Auth failure: Query hash mismatch: Received: \"{OTHER}\" but calculated \"{RIGHT}\". Canonical query was: \"x\""
        ),
        format!("qsh mismatch: expected {RIGHT}, got {OTHER}"),
        format!("received qsh={OTHER} computed qsh={RIGHT}"),
        format!("the token has {OTHER}, and I see {RIGHT}"),
    ] {
        assert_eq!(sorted(&text), both, "{text}");
    }
    assert_eq!(
        hashes(&[&format!("{OTHER} != {RIGHT}")]),
        [(whole(OTHER), Owner::Unknown), (whole(RIGHT), Owner::Unknown)]
    );
}

#[test]
fn the_values_of_an_error_message_may_be_cut_off_or_fixed() {
    let text = format!("Expecting claim 'qsh' to have value '9675…' but instead it has the value '{OTHER}'");
    let prefix = HashText::Prefix("9675".to_owned());
    assert_eq!(hashes(&[&text]), [(whole(OTHER), Owner::Token), (prefix, Owner::Verifier)]);
    let text =
        format!("Expecting claim 'qsh' to have contextJwt value 'context-qsh' but instead it has the value '{OTHER}'");
    assert_eq!(hashes(&[&text]), [(whole(OTHER), Owner::Token), (whole("context-qsh"), Owner::Verifier)]);
}

#[test]
fn the_claim_of_a_token_is_that_of_the_error_message() {
    let text = format!("Expecting claim 'qsh' to have value '{OTHER}' but instead it has the value '{RIGHT}'");
    let found = evidence(&[&text, &token()]).all_hashes().unwrap();
    assert_eq!(found.iter().map(|found| found.owner).collect::<Vec<_>>(), [Owner::Token, Owner::Verifier]);
}

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
    assert_eq!(request(&[router]), "POST /installed?a=b");
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

#[test]
fn everything_in_one_text() {
    let token = token();
    let text = format!(
        "Hi, GET {URL}\nwith JWT {token}\nreturns 401. Base URL: https://acme.atlassian.net\nExpecting claim 'qsh' to have value '{OTHER}' but instead it has the value '{RIGHT}'"
    );
    assert_eq!(request(&[&text]), format!("GET {URL}  base https://acme.atlassian.net"));
    assert_eq!(found_token(&[&text]), token);
    assert_eq!(hashes(&[&text]), [(whole(RIGHT), Owner::Token), (whole(OTHER), Owner::Verifier)]);
}

#[test]
fn a_file_of_windows() {
    let text = format!("GET {URL}");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let evidence = Evidence::read(&[Piece::new("request.txt", wide)]).unwrap();
    assert_eq!(evidence.input().unwrap().to_string(), text);
    assert_eq!(request(&[&format!("\u{feff}{text}")]), text);
}

#[test]
fn what_contradicts_itself_names_both_places() {
    assert_eq!(error(&[URL, "https://h/other"]), "two different URLs: one in argument 1, another in argument 2");
    assert_eq!(
        error(&[&format!("GET {URL}"), "POST"]),
        "two different methods: one in argument 1, another in argument 2"
    );
    assert_eq!(
        error(&[&token(), &format!("Authorization: JWT {}", token_of(OTHER))]),
        "two different tokens: one in argument 1, another in the Authorization header of argument 2"
    );
    assert_eq!(
        error(&[RIGHT, OTHER, &RIGHT.replace('5', "6")]),
        "two different hashes, more than two of them: one in argument 1, another in argument 3"
    );
    assert_eq!(error(&["https://h/a and https://h/b fail"]), "several URLs in argument 1: expected one");
    assert_eq!(
        error(&["curl https://h/a -d a=b", "curl https://h/a -d a=c"]),
        "two different forms: one in argument 1, another in argument 2"
    );
}

#[test]
fn the_same_twice_is_no_contradiction() {
    let token = token();
    let both = [URL, "/rest/api/3/search?jql=x&maxResults=5", &token, &format!("JWT {token}")];
    assert_eq!(request(&both), format!("GET {URL}"));
    assert_eq!(request(&["/rest/api/3/search?jql=x&maxResults=5", URL]), format!("GET {URL}"));
}

#[test]
fn what_is_not_understood_is_said() {
    let expected = "expected a method, a URL, a token, a hash, an error message, a curl command, a HAR entry, an HTTP message or a line of an access log";
    assert_eq!(error(&["hello"]), format!("cannot tell what argument 1 is: {expected}"));
    assert_eq!(error(&[URL, "hello"]), format!("cannot tell what argument 2 is: {expected}"));
    assert_eq!(error(&[URL, " "]), format!("argument 2 is empty: {expected}"));
    assert_eq!(error(&[]), expected);
    let bytes = Piece::new("argument 1", b"\xff".to_vec());
    assert_eq!(Evidence::read(&[bytes]).unwrap_err().to_string(), "argument 1 is not UTF-8: expected text");
    assert_eq!(
        notes(&[URL, "Client must be authenticated to access this resource."])[1],
        "took nothing from argument 2: it has no URL, no token and no hash"
    );
}

#[test]
fn a_url_need_not_be_utf8() {
    let evidence = Evidence::read(&[Piece::new("argument 1", b"/\xff".to_vec())]).unwrap();
    assert_eq!(evidence.url.unwrap().as_bytes(), b"/\xff");
}

/// Fragments that the intake reacts to.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9",
        ".",
        "...",
        "…",
        "JWT ",
        "Authorization: ",
        "GET ",
        "GET&/",
        "https://",
        "h/a",
        "/a?b=c",
        "&jwt=",
        "%2E",
        "%",
        "curl ",
        "-H ",
        "'",
        "\"",
        "$'",
        "\\x",
        "\\",
        "^",
        "^\"",
        "\n",
        "\r\n\r\n",
        " HTTP/1.1",
        "Host: h",
        "{",
        "[",
        "}",
        ":",
        "{\"log\":{\"entries\":[",
        "to have value '",
        "instead it has the value ",
        "0x",
        "é",
        "\u{feff}",
        RIGHT,
        "base url: ",
        "acme.atlassian.net/",
        "method=GET path=",
        "> ",
        "@",
        "=",
        ";",
        "-d @x",
        " ",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    /// Any mixture is answered, and the answer shows no token.
    #[test]
    fn nothing_makes_it_panic(pieces in prop::collection::vec(prop::collection::vec(fragment(), 0..12), 0..4)) {
        let pieces: Vec<Piece> = pieces.iter().enumerate().map(|(index, parts)| Piece::new(format!("argument {index}"), parts.concat())).collect();
        match Evidence::read(&pieces) {
            Ok(evidence) => {
                let said = format!("{evidence:?}");
                prop_assert!(!said.contains("eyJ"), "{}", said);
                let _ = evidence.all_hashes();
            }
            Err(error) => prop_assert!(!error.to_string().contains("eyJhbGciOiJIUzI1NiJ9"), "{}", error),
        }
    }
}

/// Texts that repeat what the intake looks for cost little more than reading them.
#[test]
fn long_texts_are_read_in_time() {
    let token = token();
    let parts = [
        "eyJ ",
        "eyJ. ",
        "eyJ",
        "GET https://h/ ",
        "://",
        "/a\n",
        "'",
        "curl -d 'a' ",
        "a: b\n",
        "{",
        "[{\"request\":",
        "\\",
        "GET&/ ",
        "%2E",
        "…",
    ];
    let fronts = ["", "curl ", "eyJhbGciOiJIUzI1NiJ9.", "GET / HTTP/1.1\n", "{\"log\":", "> GET / HTTP/1.1\n"];
    let mixed = fronts.into_iter().flat_map(|front| parts.map(|part| (front, part, 1 << 20)));
    let long = ["a", "/a\n", "eyJ. ", &token, RIGHT].map(|part| ("", part, 1 << 24));
    for (front, part, length) in mixed.chain(long) {
        let text = format!("{front}{}", part.repeat(length / part.len()));
        let start = Instant::now();
        let _ = Evidence::read(&[Piece::new("stdin", text)]);
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 10, "{seconds} s for {length} bytes of {front}{part}…");
    }
}

/// A token with these claims. `header` and `signature` are never read.
fn with_claims(payload: &str) -> String {
    format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(payload.as_bytes()))
}

#[test]
fn the_claim_is_read_and_nothing_else() {
    assert_eq!(qsh_claim(&with_claims(r#"{"iss":"x","qsh":"abc"}"#)), Ok("abc".to_owned()));
    // A header that is none and an empty signature do not matter: nothing is verified.
    let payload = BASE64URL_NOPAD.encode(br#"{"qsh":"abc"}"#);
    assert_eq!(qsh_claim(&format!("!.{payload}.")), Ok("abc".to_owned()));
}

#[test]
fn what_does_not_decode_is_told_without_repeating_it() {
    for (token, problem) in [
        ("secret".to_owned(), TokenProblem::Segments),
        ("a.b.c.d".to_owned(), TokenProblem::Segments),
        ("a.se/cret.c".to_owned(), TokenProblem::Encoding),
        ("a.e30=.c".to_owned(), TokenProblem::Encoding),
        (with_claims("[]"), TokenProblem::NoObject),
        (with_claims("secret"), TokenProblem::NoObject),
        (with_claims("{}"), TokenProblem::NoClaim),
        (with_claims(r#"{"qsh":"a","qsh":"b"}"#), TokenProblem::TwoClaims),
        (with_claims(r#"{"qsh":""}"#), TokenProblem::EmptyClaim),
        (with_claims(r#"{"qsh":null}"#), TokenProblem::NoText),
    ] {
        assert_eq!(qsh_claim(&token), Err(problem), "{token}");
        assert!(!problem.to_string().contains("secret"));
    }
}
