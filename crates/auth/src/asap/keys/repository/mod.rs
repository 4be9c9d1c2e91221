//! A repository of public keys on the web (ASAP-9).

mod cache;
mod error;
mod freshness;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use ureq::http::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use ureq::http::{HeaderValue, Response, StatusCode, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use self::cache::{Cache, Held};
pub use self::error::{InvalidBaseUrl, InvalidRoots, RepositoryError};
use self::freshness::Freshness;
use super::LARGEST;
use crate::jwt::{KeyId, KeySource, PublicKey};

/// The media type of a key. Other libraries send the same one.
const PEM: HeaderValue = HeaderValue::from_static("application/x-pem-file");

/// The options of a repository.
#[derive(Clone, Debug)]
pub struct Options {
    timeout: Duration,
    roots: RootCerts,
}

impl Default for Options {
    /// Five seconds, and the certificate authorities trusted by Mozilla (`webpki-roots`).
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), roots: RootCerts::WebPki }
    }
}

impl Options {
    /// Sets the maximum duration of a request, from the look-up of the address to the last byte.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Trusts only these certificate authorities, given as a PEM text.
    ///
    /// # Errors
    ///
    /// If the text has no certificate, or contains anything else than usable certificates.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::asap::keys::Options;
    ///
    /// let certificate = rcgen::generate_simple_self_signed(["keys.example".to_owned()])?;
    /// assert!(Options::default().with_roots(certificate.cert.pem()).is_ok());
    /// assert!(Options::default().with_roots("").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_roots(self, text: impl AsRef<[u8]>) -> Result<Self, InvalidRoots> {
        let blocks = pem::parse_many(text).map_err(|_| InvalidRoots)?;
        let mut store = RootCertStore::empty();
        for block in &blocks {
            let is_usable = block.tag() == "CERTIFICATE" && store.add(CertificateDer::from(block.contents())).is_ok();
            if !is_usable {
                return Err(InvalidRoots);
            }
        }
        if blocks.is_empty() {
            return Err(InvalidRoots);
        }
        let roots = blocks.iter().map(|block| Certificate::from_der(block.contents()).to_owned()).collect();
        Ok(Self { roots: RootCerts::Specific(Arc::new(roots)), ..self })
    }
}

/// A repository serves each key in PEM at its base URL followed by the key id.
///
/// - A key is cached for as long as the answer's `Cache-Control` allows, at the times that the caller passes. Then it
///   is requested again, with its `ETag` if it had one.
/// - Without `Cache-Control`, the key is requested each time. `Expires` is ignored.
/// - The answer that a key is unknown is not cached.
/// - If a key cannot be requested again, the old one is not used: it may have been revoked.
///
/// The answer has to come over TLS from a server with a valid certificate, within the timeout of the [`Options`].
/// Redirects are not followed, and proxies of the environment are not used. An answer has at most 16 KiB. The system's
/// clock is used only to check the expiry of certificates.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::keys::{InvalidBaseUrl, Options, Repository};
///
/// let keys = Repository::new("https://connect-install-keys.atlassian.com/", Options::default())?;
/// assert_eq!(keys.base_url(), "https://connect-install-keys.atlassian.com/");
/// for refused in ["http://keys.example/", "https://keys.example/keys", "https://keys.example/?kid=", "keys.example/"] {
///     assert!(Repository::new(refused, Options::default()).is_err());
/// }
/// # Ok::<(), InvalidBaseUrl>(())
/// ```
pub struct Repository {
    base_url: String,
    agent: Agent,
    cache: Cache,
}

impl Repository {
    /// The repository at a base URL. This sends no request.
    ///
    /// # Errors
    ///
    /// If the URL is not HTTPS, does not end with a slash, or has a user, a query or a fragment (ASAP-9).
    pub fn new(base_url: impl Into<String>, options: Options) -> Result<Self, InvalidBaseUrl> {
        let base_url = base_url.into();
        let uri: Uri = base_url.parse().map_err(|_| InvalidBaseUrl)?;
        let has_user = uri.authority().is_none_or(|authority| authority.as_str().contains('@'));
        let is_plain = base_url.ends_with('/') && uri.query().is_none() && !base_url.contains('#') && !has_user;
        if uri.scheme_str() != Some("https") || !is_plain {
            return Err(InvalidBaseUrl);
        }
        Ok(Self { base_url, agent: agent(options), cache: Cache::default() })
    }

    /// The base URL.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Requests a key. A cached key is revalidated.
    fn ask(&self, key_id: &KeyId, held: Option<&Held>) -> Result<Answer, RepositoryError> {
        let mut request = self.agent.get(format!("{}{key_id}", self.base_url)).header(ACCEPT, PEM);
        let etag = held.and_then(|held| held.etag.as_ref());
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.call()?;
        let status = response.status();
        match status {
            StatusCode::OK => key(response),
            StatusCode::NOT_MODIFIED if etag.is_some() => Ok(Answer::NotModified(Freshness::of(response.headers()))),
            // A store in a bucket may answer 403 for a missing key. Python's library treats that as a 404, too. A key
            // id that is too long for a URL cannot exist in the store.
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN | StatusCode::URI_TOO_LONG => {
                Ok(Answer::Unknown)
            }
            StatusCode::NOT_MODIFIED => Err(RepositoryError::Status(status.as_u16())),
            _ if status.is_redirection() => Err(RepositoryError::Redirect(status.as_u16())),
            _ if status.is_server_error() => Err(RepositoryError::Server(status.as_u16())),
            _ => Err(RepositoryError::Status(status.as_u16())),
        }
    }
}

impl KeySource for Repository {
    type Error = RepositoryError;

    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, RepositoryError> {
        let held = self.cache.get(key_id);
        if let Some(held) = held.as_ref().filter(|held| held.is_fresh(now)) {
            return Ok(Some(held.key.clone()));
        }
        let found = match (self.ask(key_id, held.as_ref())?, held) {
            (Answer::Key(key, etag, freshness), _) => Held::new(key, etag, freshness, now),
            (Answer::NotModified(freshness), Some(held)) => held.renewed(freshness, now),
            (Answer::Unknown | Answer::NotModified(_), _) => {
                self.cache.remove(key_id);
                return Ok(None);
            }
        };
        let key = found.key.clone();
        self.cache.keep(key_id, found, now);
        Ok(Some(key))
    }
}

/// Writes the base URL.
impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

enum Answer {
    Key(PublicKey, Option<HeaderValue>, Freshness),
    NotModified(Freshness),
    Unknown,
}

fn agent(options: Options) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(options.roots)
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .build();
    Agent::config_builder()
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        // Keys are requested rarely. An idle connection would usually be closed by the server before its next use.
        .max_idle_connections(0)
        .timeout_global(Some(options.timeout))
        .tls_config(tls)
        .build()
        .into()
}

fn key(mut response: Response<Body>) -> Result<Answer, RepositoryError> {
    let is_html =
        |kind: &str| kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml");
    if response.body().mime_type().is_some_and(is_html) {
        return Err(RepositoryError::Html);
    }
    let freshness = Freshness::of(response.headers());
    let etag = response.headers().get(ETAG).cloned();
    let text = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    if text.trim_ascii_start().starts_with(b"<") {
        return Err(RepositoryError::Html);
    }
    Ok(Answer::Key(PublicKey::from_pem(text)?, etag, freshness))
}
