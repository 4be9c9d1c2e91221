//! The intake understands what people paste: each form alone, in mixtures, and what contradicts itself.

mod hashes;
mod messages;
mod programs;
mod properties;

use data_encoding::BASE64URL_NOPAD;
use qsh_diagnose::intake::{Evidence, HashText, IntakeError, Owner, Piece};

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
fn the_place_of_a_token_in_its_request_is_known() {
    let carrier =
        |text: &str| evidence(&[&text.replace("TOKEN", &token())]).token.unwrap().carrier().map(|it| it.to_string());
    for (text, expected) in [
        ("Authorization: Bearer TOKEN", "header `Authorization: Bearer …`"),
        ("{headers: {Authorization: 'Bearer TOKEN'}} fails", "header `Authorization: Bearer …`"),
        ("with Bearer TOKEN", "header `Authorization: Bearer …`"),
        ("JWT TOKEN", "header `Authorization: JWT …`"),
        ("jwt%20TOKEN", "header `Authorization: jwt …`"),
        ("Authorization: TOKEN", "header `Authorization: …` without a scheme"),
        ("X-acpt: TOKEN", "header `X-acpt`"),
        ("x-forge-oauth-system: TOKEN", "header `x-forge-oauth-system`"),
        ("/a?bearer=TOKEN", "parameter `bearer`"),
        ("https://app.example.com/a?jwt=TOKEN", "parameter `jwt`"),
        ("curl https://h/oauth2/token -d 'grant_type=x&assertion=TOKEN'", "field `assertion` of a form"),
    ] {
        assert_eq!(carrier(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(carrier("TOKEN"), None);
    // The one in Authorization is for the receiver, and the other is passed on.
    let both = format!("Authorization: Bearer {}\nx-forge-oauth-user: {}", token(), token_of(OTHER));
    assert_eq!(evidence(&[&both]).token.unwrap().carrier().unwrap().to_string(), "header `Authorization: Bearer …`");
    // A token that is given twice stands where one of the two stands.
    let twice = evidence(&[&token(), &format!("Authorization: JWT {}", token())]);
    assert!(twice.token.unwrap().carrier().is_some());
}

#[test]
fn a_url_in_an_error_message_is_not_a_second_request() {
    let message = "401 for POST https://acme.atlassian.net/other: Client must be authenticated to access this resource";
    assert_eq!(request(&["GET", URL, message]), format!("GET {URL}"));
    assert_eq!(request(&[message, "GET", URL]), format!("GET {URL}"));
    let said = notes(&[URL, message]);
    assert!(said.contains(&"left out the URL in argument 2: the request is in argument 1".to_owned()), "{said:?}");
    assert_eq!(request(&[message]), "POST https://acme.atlassian.net/other");
}

#[test]
fn the_page_that_sent_a_request_is_known() {
    let sent = format!(
        "GET /data HTTP/1.1\nHost: app.example.com\nReferer: https://app.example.com/panel?a=b\nAuthorization: JWT {}",
        token()
    );
    let evidence = evidence(&[&sent]);
    assert_eq!(evidence.input().unwrap().to_string(), "GET https://app.example.com/data");
    assert_eq!(evidence.referer().unwrap().to_string(), "GET https://app.example.com/panel?a=b");
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
        "took argument 2 for a message: Client must be authenticated to access this resource"
    );
    assert_eq!(
        notes(&[URL, "It does not work."])[1],
        "took nothing from argument 2: it has no URL, no token, no hash and no known message"
    );
}

#[test]
fn a_url_need_not_be_utf8() {
    let evidence = Evidence::read(&[Piece::new("argument 1", b"/\xff".to_vec())]).unwrap();
    assert_eq!(evidence.url.unwrap().as_bytes(), b"/\xff");
}
