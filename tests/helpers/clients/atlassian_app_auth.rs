//! Calls a product with atlassian-app-auth. See README.md.
//!
//! `atlassian_app_auth MISTAKE`

use std::env;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use atlassian_app_auth::{Parameters, create_auth_header};
use url::Url;

fn main() -> Result<(), Box<dyn Error>> {
    let mistake = env::args().nth(1).ok_or("expected a mistake")?;
    let base = env::var("QSH_BASE_URL")?;
    let path = "/rest/api/3/search?jql=project+%3D+QSH&maxResults=50";
    let mut sent = Url::parse(&format!("{base}{path}"))?;
    let mut parameters = Parameters {
        method: "GET".to_owned(),
        // The crate has no base URL: the caller leaves its path out.
        url: Url::parse(&base)?.join(path)?,
        valid_for: Duration::from_secs(180),
        app_key: env::var("QSH_APP_KEY")?,
        shared_secret: env::var("QSH_SHARED_SECRET")?,
    };
    match mistake.as_str() {
        "none" | "token_in_query" => {}
        "client_key_as_issuer" => parameters.app_key = env::var("QSH_CLIENT_KEY")?,
        "base_path_hashed" => parameters.url = sent.clone(),
        "parameter_not_sent" => drop(parameters.url.query_pairs_mut().append_pair("startAt", "None")),
        "method_of_another_request" => parameters.method = "POST".to_owned(),
        "secret_with_newline" => parameters.shared_secret.push('\n'),
        _ => return Err(format!("cannot be made with this library: {mistake}").into()),
    }
    let header = create_auth_header(&parameters)?;
    let mut fields = format!("{}: {}\r\n", header.name, header.value);
    if mistake == "token_in_query" {
        let token = header.value.strip_prefix("JWT ").ok_or("expected JWT and a token")?;
        sent.query_pairs_mut().append_pair("jwt", token);
        fields.clear();
    }
    let (status, body) = get(&sent, &fields)?;
    println!("{status}\n{body}");
    Ok(())
}

/// Sends a request, and returns the status and the body of its response.
fn get(url: &Url, fields: &str) -> Result<(String, String), Box<dyn Error>> {
    let address = url.socket_addrs(|| None)?;
    let mut stream = TcpStream::connect(address.as_slice())?;
    let target = &url[url::Position::BeforePath..];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or("expected a head and a body")?;
    let status = head.split(' ').nth(1).ok_or("expected a status")?;
    Ok((status.to_owned(), body.to_owned()))
}
