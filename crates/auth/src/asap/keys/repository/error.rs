//! The errors of a repository. None of them means that a key is unknown.

use std::error::Error;
use std::{fmt, io};

use rustls::CertificateError;

use crate::jwt::InvalidKey;

/// Why a repository neither returned a key nor reported it as unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepositoryError {
    /// The certificate of the server has expired.
    CertificateExpired,
    /// The certificate of the server is not valid: its authority is not trusted, it is for another name, or it is not
    /// valid yet.
    CertificateUntrusted(String),
    /// The answer is an HTML page, such as a sign-in page or the error page of a proxy.
    Html,
    /// The answer is not a usable public key.
    NotAKey(InvalidKey),
    /// The server answers with a redirect of that status. Redirects are not followed.
    Redirect(u16),
    /// The server answers with a status from 500 to 599.
    Server(u16),
    /// The server answers with a status other than 200, 403, 404 and 410.
    Status(u16),
    /// The answer took too long.
    Timeout,
    /// The answer has more than 16 KiB.
    TooLarge,
    /// There was no answer: the server is not found, cannot be reached, does not use TLS, or closes the connection.
    Unreachable(String),
}

impl From<InvalidKey> for RepositoryError {
    fn from(error: InvalidKey) -> Self {
        Self::NotAKey(error)
    }
}

impl From<ureq::Error> for RepositoryError {
    fn from(error: ureq::Error) -> Self {
        match &error {
            ureq::Error::Timeout(_) => Self::Timeout,
            ureq::Error::BodyExceedsLimit(_) => Self::TooLarge,
            ureq::Error::Rustls(error) => of_rustls(error),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::Timeout,
            // A failed handshake is reported as an error of the connection.
            ureq::Error::Io(error) => {
                let within = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
                within.map_or_else(|| Self::Unreachable(error.to_string()), of_rustls)
            }
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

fn of_rustls(error: &rustls::Error) -> RepositoryError {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            RepositoryError::CertificateExpired
        }
        rustls::Error::InvalidCertificate(error) => RepositoryError::CertificateUntrusted(error.to_string()),
        error => RepositoryError::Unreachable(error.to_string()),
    }
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CertificateExpired => f.write_str("the certificate of the key repository has expired"),
            Self::CertificateUntrusted(why) => write!(f, "the certificate of the key repository is not trusted: {why}"),
            Self::Html => f.write_str("the key repository answers with a page of HTML"),
            Self::NotAKey(_) => f.write_str("the key repository does not answer with a usable key"),
            Self::Redirect(status) => write!(f, "the key repository answers with a redirect ({status})"),
            Self::Server(status) => write!(f, "the key repository has an error of its own ({status})"),
            Self::Status(status) => write!(f, "the key repository answers with the status {status}"),
            Self::Timeout => f.write_str("the key repository takes too long to answer"),
            Self::TooLarge => f.write_str("the answer of the key repository has more than 16 KiB"),
            Self::Unreachable(why) => write!(f, "the key repository does not answer: {why}"),
        }
    }
}

impl Error for RepositoryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotAKey(error) => Some(error),
            _ => None,
        }
    }
}

/// The error for a base URL that is not HTTPS, does not end with a slash, or has a user, a query or a fragment
/// (ASAP-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say of it")]
pub struct InvalidBaseUrl;

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address of a key repository begins with https:// and ends with a slash, without user or query")
    }
}

impl Error for InvalidBaseUrl {}

/// The error for a text that is not a PEM text of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say of it")]
pub struct InvalidRoots;

impl fmt::Display for InvalidRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not the PEM text of one or more certificates")
    }
}

impl Error for InvalidRoots {}
