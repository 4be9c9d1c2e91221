//! JSON that people have: a HAR file, one of its entries, the claims of a token, or the body of an `installed` callback.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::evidence::Installed;
use super::http_message::Message;
use super::token;

/// What a JSON text is.
pub(super) enum Json {
    /// One request.
    Request(Message),
    /// The entries of a HAR that have a token: the number of each, and its request.
    Requests(Vec<(usize, Message)>),
    /// Claims with a hash.
    Claims(String),
    /// The body of an `installed` callback.
    Installed(Installed),
}

/// The members that are read, of all kinds of documents. All others are ignored: they are many, and others define them.
#[derive(Deserialize)]
struct Document {
    log: Option<Log>,
    request: Option<HarRequest>,
    method: Option<String>,
    url: Option<String>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(rename = "postData")]
    post_data: Option<PostData>,
    qsh: Option<String>,
    #[serde(rename = "baseUrl")]
    base_url: Option<String>,
    #[serde(rename = "clientKey")]
    client_key: Option<String>,
    key: Option<String>,
    #[serde(rename = "sharedSecret")]
    shared_secret: Option<String>,
    /// Members of the options of an HTTP client, which another module reads.
    #[serde(rename = "baseURL")]
    client_base_url: Option<IgnoredAny>,
    params: Option<IgnoredAny>,
    qs: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
}

#[derive(Deserialize)]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(rename = "postData")]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(rename = "mimeType", default)]
    mime_type: String,
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

/// Reads a JSON text. `None` if it is none of these.
pub(super) fn read(text: &str) -> Option<Json> {
    let document = if text.starts_with('[') {
        let entries = serde_json::from_str(text).ok()?;
        Document { log: Some(Log { entries }), ..Document::empty() }
    } else {
        serde_json::from_str::<Document>(text).ok()?
    };
    match document {
        Document { log: Some(log), .. } => Some(entries(log)),
        Document { request: Some(request), .. } => Some(Json::Request(message(request))),
        Document { client_base_url: Some(_), .. } | Document { params: Some(_), .. } | Document { qs: Some(_), .. } => {
            None
        }
        Document { method: Some(method), url: Some(url), headers, post_data, .. } => {
            Some(Json::Request(message(HarRequest { method, url, headers, post_data })))
        }
        Document { qsh: Some(qsh), .. } => Some(Json::Claims(qsh)),
        Document { client_key: Some(client_key), key, base_url, shared_secret, .. } => {
            Some(Json::Installed(Installed { client_key, app_key: key, base_url, shared_secret }))
        }
        _ => None,
    }
}

impl Document {
    fn empty() -> Self {
        Self {
            log: None,
            request: None,
            method: None,
            url: None,
            headers: Vec::new(),
            post_data: None,
            qsh: None,
            base_url: None,
            client_key: None,
            key: None,
            shared_secret: None,
            client_base_url: None,
            params: None,
            qs: None,
        }
    }
}

fn entries(log: Log) -> Json {
    let mut all: Vec<(usize, Message)> =
        log.entries.into_iter().enumerate().map(|(number, entry)| (number, message(entry.request))).collect();
    if all.len() > 1 {
        all.retain(|(_, message)| has_token(message));
    }
    Json::Requests(all)
}

fn has_token(message: &Message) -> bool {
    let texts = [message.header("authorization"), message.target.as_deref()];
    texts.into_iter().flatten().any(|text| token::find(text).iter().any(|found| found.state != token::State::Cut))
}

fn message(request: HarRequest) -> Message {
    let HarRequest { method, url, headers, post_data } = request;
    let mut message = Message::default();
    // The fields of HTTP/2 that begin with a colon repeat method and URL.
    headers.iter().filter(|pair| !pair.name.starts_with(':')).for_each(|pair| message.add(&pair.name, &pair.value));
    message.method = Some(method);
    message.target = Some(url);
    if let Some(post) = post_data {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = || post.params.iter().map(|pair| format!("{}={}", escaped(&pair.name), escaped(&pair.value)));
        message.body =
            post.text.clone().or_else(|| Some(pairs().collect::<Vec<_>>().join("&"))).filter(|body| !body.is_empty());
        if message.header("content-type").is_none() {
            message.add("Content-Type", &post.mime_type);
        }
    }
    message
}
