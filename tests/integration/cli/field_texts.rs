//! Reports of users, second part: the texts that people paste, and the causes that `qsh` names. One test for each kind.

use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, sign_with_key};
use serde_json::json;

use super::User;
use super::field::{APP, CLIENT, NOW, SITE, diagnosed, hash, says, signed, token};

/// What is hashed for `GET SITE/rest/api/3/search?jql=project = AB&maxResults=50`.
const SEARCH: &str = "GET&/rest/api/3/search&jql=project%20%3D%20AB&maxResults=50";

/// Dates that are off by the offset of India and of Nepal.
#[test]
fn the_time_zone_of_a_date_is_named() {
    let user = User::new();
    for (offset, expected) in [(19_800, "5 h 30 min ahead"), (20_700, "5 h 45 min ahead")] {
        let claims = json!({ "iss": CLIENT, "iat": NOW + offset, "exp": NOW + offset + 180, "qsh": hash("GET&/x&") });
        let token = signed(&claims, "the shared secret");
        let remark = format!("its iat is {expected}: local time was perhaps taken for UTC (CON-10)");
        says(&diagnosed(&user, &["GET", "https://app.example.com/x", &token]), 0, &[&remark]);
        let claims = json!({ "iss": CLIENT, "iat": NOW, "exp": NOW + offset + 180, "qsh": hash("GET&/x&") });
        let token = signed(&claims, "the shared secret");
        let remark = format!("its exp is {expected}: local time was perhaps taken for UTC (CON-10)");
        says(&diagnosed(&user, &["GET", "https://app.example.com/x", &token]), 0, &[&remark]);
    }
}

/// The configuration of an axios request: as JSON, as code, and as the console prints an error.
#[test]
fn the_request_of_an_axios_error_is_read() {
    let user = User::new();
    let token = token(APP, SEARCH);
    let json = json!({
        "baseURL": SITE, "url": "/rest/api/3/search", "method": "get",
        "params": { "jql": "project = AB", "maxResults": 50 }, "headers": { "Authorization": format!("JWT {token}") },
    })
    .to_string();
    let code = format!(
        "{{ baseURL: '{SITE}', url: 'rest/api/3/search', params: {{ jql: 'project = AB', maxResults: 50 }},
            headers: {{ Authorization: `JWT {token}` }}, method: 'get' }}"
    );
    let printed = format!(
        "AxiosError: Request failed with status code 401
    at settle (/app/node_modules/axios/lib/core/settle.js:19:12) {{
  code: 'ERR_BAD_REQUEST',
  config: {{
    adapter: [ 'xhr', 'http' ],
    transformRequest: [ [Function: transformRequest] ],
    headers: Object [AxiosHeaders] {{
      Accept: 'application/json, text/plain, */*',
      Authorization: 'JWT {token}'
    }},
    baseURL: '{SITE}/',
    params: {{ jql: 'project = AB', maxResults: 50, startAt: undefined }},
    method: 'get',
    url: '/rest/api/3/search',
    data: undefined
  }},
  request: <ref *1> ClientRequest {{ path: '/rest/api/3/other', method: 'GET' }},
  response: {{ status: 401, data: {{ message: 'Client must be authenticated to access this resource.' }} }}
}}"
    );
    for text in [json, code, printed] {
        let answer = diagnosed(&user, &[&text]);
        says(&answer, 0, &["took argument 1 for the request of a program", "jql=project+%3D+AB&maxResults=50"]);
        says(&answer, 0, &["token of an app for a product", SEARCH, &format!("right     {}\n", hash(SEARCH))]);
    }
    let variable =
        format!("{{ url: '{SITE}/x', params: {{ a: 1, b: limit }}, headers: {{ Authorization: 'JWT {token}' }} }}");
    says(&diagnosed(&user, &[&variable]), 1, &["left out the parameter b in argument 1: its value is a variable"]);
}

/// A command whose URL has no quotes.
#[test]
fn an_ampersand_outside_quotes_ends_a_command() {
    let user = User::new();
    let url = format!("{SITE}/rest/api/3/search?jql=project%20%3D%20AB&maxResults=50");
    let header = format!("-H 'Authorization: JWT {}'", token(APP, SEARCH));
    let bare = diagnosed(&user, &[&format!("curl {header} {url}")]);
    let cut = "the URL in argument 1 has an & outside quotes, where a shell ends the command";
    says(&bare, 0, &[cut, SEARCH, "next      likely the shell cut the command at the first & of its URL"]);
    for quotes in [("'", "'"), ("\"", "\""), ("“", "”")] {
        let quoted = diagnosed(&user, &[&format!("curl {header} {}{url}{}", quotes.0, quotes.1)]);
        says(&quoted, 0, &[SEARCH, "no objection"]);
        assert!(!quoted.stdout.contains("outside quotes"), "{quoted:?}");
    }
}

/// The HMAC of the canonical request. The bytes are those of Python's `hmac.new(b"the shared secret", SEARCH, "sha256")`.
#[test]
fn a_hash_that_was_made_with_the_secret_is_found() {
    let user = User::new();
    user.write("secret.txt", "the shared secret");
    let url = format!("{SITE}/rest/api/3/search?jql=project%20%3D%20AB&maxResults=50");
    for (qsh, encoding) in [
        ("1fb09e0a3533d043ebb6c2887eca5e66e8e0fb31454fda9a93c633882a9001d7", "hexadecimal"),
        ("H7CeCjUz0EPrtsKIfspeZujg+zFFT9qak8YziCqQAdc=", "base64"),
        ("H7CeCjUz0EPrtsKIfspeZujg-zFFT9qak8YziCqQAdc", "base64url"),
    ] {
        let claims = json!({ "iss": APP, "iat": NOW - 10, "exp": NOW + 170, "qsh": qsh });
        let token = signed(&claims, "the shared secret");
        let pieces = ["GET", &url, &token, "--secret-file", "secret.txt"];
        let found =
            format!("the HMAC-SHA256 of the right canonical request, in {encoding}, with the secret of secret.txt");
        let next = "next      write the SHA-256 of the canonical request into qsh, without a key";
        says(&diagnosed(&user, &pieces), 0, &[&found, SEARCH, next]);
        let document = diagnosed(&user, &[&pieces[..], &["--format", "json"]].concat()).json();
        assert_eq!(document["keyed"], json!({ "secret": "secret.txt", "encoding": encoding }));
        assert_eq!(document["explained"], json!(true));
    }
}

/// The `sub` of a request to Bitbucket, and the body of the callback.
#[test]
fn the_subject_of_a_request_to_bitbucket_is_the_client_key_of_the_callback() {
    let user = User::new();
    let installed = json!({
        "clientKey": "connection:1234567", "key": APP, "sharedSecret": "the shared secret",
        "baseUrl": "https://bitbucket.org", "principal": { "uuid": "{1}" },
    });
    let sent = |subject: &str| {
        let claims = json!({
            "iss": APP, "sub": subject, "iat": NOW - 10, "exp": NOW + 170, "qsh": hash("GET&/2.0/addon&"),
        });
        let token = signed(&claims, "the shared secret");
        diagnosed(&user, &["GET", "https://api.bitbucket.org/2.0/addon", &token, &installed.to_string()])
    };
    says(&sent("connection:1234567"), 0, &["token of an app for Bitbucket", "signature made with the secret"]);
    let other = [
        "subject_mismatch  the token's sub is not the client key of the tenant (PRD-7)",
        "found     connection:7\n            expected  connection:1234567\n",
        "next      write connection:1234567 into sub",
    ];
    says(&sent("connection:7"), 1, &other);
}

/// A token beyond the limit of the decoder is complete, and too long.
#[test]
fn a_token_that_is_too_long_is_said_to_be_so() {
    let user = User::new();
    for length in [60_000, 160_000] {
        let claims =
            json!({ "iss": APP, "iat": NOW, "exp": NOW + 180, "qsh": hash("GET&/x&"), "x": "a".repeat(length) });
        user.write("token.txt", &format!("JWT {}", signed(&claims, "the shared secret")));
        let answer = diagnosed(&user, &["GET", "https://app.example.com/x", "@token.txt"]);
        let said = "the token in token.txt is too long: JWT-6 allows 65,536 bytes";
        let refused = "malformed  the token is longer than 65,536 bytes (JWT-6)";
        says(&answer, 1, &[said, refused, "next      make a smaller token: JWT-6 allows 65,536 bytes and 32 levels"]);
        assert!(!answer.stdout.contains("not complete"), "{answer:?}");
    }
}

/// A token of Connect at the remote of a Forge app: by the kind, and by the audience.
#[test]
fn a_token_of_connect_at_a_forge_remote_is_the_wrong_kind() {
    let user = User::new();
    let token = token(CLIENT, "POST&/remote&");
    let cause = "algorithm_not_allowed  the token is of another kind than Forge invocation token: token of a product for one URL, because its iss is a client key (FIT-1)";
    let next = "next      refuse it: Forge signs such a token with RS256";
    let now = NOW.to_string();
    let inspected = user.qsh(&["token", "inspect", &token, "--kind", "forge", "--now", &now]);
    let audience = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
    let carried = format!("Authorization: Bearer {token}");
    let by_audience = diagnosed(&user, &[&carried, "--audience", audience]);
    for answer in [inspected, by_audience] {
        says(&answer, 1, &[cause, next]);
        let first = answer.stdout.find("algorithm_not_allowed").unwrap();
        assert!(answer.stdout.find("missing_claim").is_none_or(|other| first < other), "{answer:?}");
    }
}

/// INS-3: an install callback whose `kid` has the address of the key in front of it.
#[test]
fn what_is_off_with_the_key_id_of_a_callback_is_named() {
    let user = User::new();
    let key = PrivateKey::from_pem(include_bytes!("../../../crates/auth/tests/keys/rsa.pkcs8.pem")).unwrap();
    let claims = json!({
        "iss": CLIENT, "aud": "https://app.example.com", "iat": NOW, "exp": NOW + 900, "qsh": hash("POST&/installed&"),
    });
    let good = KeyId::parse("generic-keypair/k").unwrap();
    let token = sign_with_key(claims.as_object().unwrap().clone(), &good, &key, Algorithm::Rs256).unwrap();
    let (_, rest) = token.as_str().split_once('.').unwrap();
    for (key_id, expected) in [
        ("/generic-keypair/k", "the kid begins with a slash"),
        ("https://connect-install-keys.atlassian.com/generic-keypair/k", "the kid is the whole address of a key"),
        ("generic-keypair%2Fk", "the kid is escaped: its slashes have to stand as they are"),
    ] {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": key_id }).to_string();
        let token = format!("{}.{rest}", data_encoding::BASE64URL_NOPAD.encode(header.as_bytes()));
        let answer = diagnosed(&user, &["POST", "https://app.example.com/installed", &token]);
        says(&answer, 1, &["install callback", &format!("malformed  {expected}"), "(INS-3)"]);
    }
}

/// The request of `SEARCH` as programs and consoles write it, each with the token.
#[test]
fn the_request_is_found_in_code_of_every_language() {
    let user = User::new();
    let token = token(APP, SEARCH);
    let url = format!("{SITE}/rest/api/3/search?jql=project%20%3D%20AB&maxResults=50");
    let escaped = url
        .replace('%', "%25")
        .replace([':'], "%3A")
        .replace('/', "%2F")
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace('&', "%26");
    let found = [SEARCH, "no objection"];
    for pieces in [
        vec![format!(
            "requests.get('{SITE}/rest/api/3/search', params={{'jql': 'project = AB', 'maxResults': 50, 'x': None}}, headers={{'Authorization': 'JWT {token}'}})"
        )],
        vec![format!(
            "axios.get('{SITE}/rest/api/3/search', {{ params: {{ jql: 'project = AB', maxResults: 50 }}, headers: {{ Authorization: 'JWT {token}' }} }})"
        )],
        vec![format!("http {SITE}/rest/api/3/search jql=='project = AB' maxResults==50 Authorization:'JWT {token}'")],
        vec![format!(
            "{{ uri: '{SITE}/rest/api/3/search', qs: {{ jql: 'project = AB', maxResults: 50 }}, headers: {{ Authorization: 'JWT {token}' }}, json: true }}"
        )],
        vec!["GET".to_owned(), escaped, token.clone()],
        vec!["GET".to_owned(), format!("{SITE}/rest/api/3/search?jql=project = AB&maxResults=50"), token.clone()],
        vec!["GET".to_owned(), url.clone(), format!("{}\u{200b}{}", &token[..40], &token[40..])],
    ] {
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        says(&diagnosed(&user, &pieces), 0, &found);
    }
    let posted = super::field::token(APP, "POST&/rest/api/3/issue&");
    for text in [
        format!("http.NewRequest(http.MethodPost, \"{SITE}/rest/api/3/issue\", body)\n\"JWT {posted}\""),
        format!("new HttpRequestMessage(HttpMethod.Post, \"{SITE}/rest/api/3/issue\"); \"JWT {posted}\""),
        format!("Net::HTTP::Post.new(URI('{SITE}/rest/api/3/issue')); 'JWT {posted}'"),
        format!(
            "Invoke-RestMethod -Uri {SITE}/rest/api/3/issue -Method Post -Headers @{{ Authorization = 'JWT {posted}' }}"
        ),
    ] {
        says(
            &diagnosed(&user, &[&text]),
            0,
            &["request   POST https://acme.atlassian.net/rest/api/3/issue", "no objection"],
        );
    }
    let line = json!({
        "req": { "method": "GET", "url": format!("/panel?jwt={}", super::field::token(CLIENT, "GET&/panel&")), "headers": { "host": "app.example.com" } },
        "res": { "statusCode": 401 },
    });
    says(&diagnosed(&user, &[&line.to_string()]), 0, &["GET https://app.example.com/panel?jwt=***", "GET&/panel&"]);
}
