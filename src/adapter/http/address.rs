//! [`Address`]: where a running app is, taken from a URL without changing a byte of its target.

use std::net::{SocketAddr, ToSocketAddrs};

/// Where a running app is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
    /// The host, without the brackets of an IPv6 address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path and the query, as they are in the URL. It begins with `/`.
    pub target: String,
}

/// A URL that is no address of an app, or that must not be called.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAddress {
    /// The scheme is not `http` or `https`.
    #[error("expected a URL that begins with http:// or https://, found {0}")]
    Scheme(String),
    /// There is no host, or no usable port.
    #[error("expected a host and, if there is one, a port from 1 to 65535, found {0:?}")]
    Authority(String),
    /// The target has a character that cannot be in a request line.
    #[error("expected a path and a query without blanks and control characters, found {0:?}")]
    Target(String),
    /// The name has no address.
    #[error("{host}: {problem}")]
    Unknown {
        /// The host.
        host: String,
        /// The resolver's words.
        problem: String,
    },
    /// The host is not this machine, and nobody has allowed it.
    #[error("{host} is not this machine: to send requests to it, repeat the command with --allow-host {host}")]
    NotAllowed {
        /// The host.
        host: String,
    },
}

impl Address {
    /// Takes a URL apart. A fragment is dropped, as a client does.
    ///
    /// # Errors
    ///
    /// A URL that is no `http` or `https` address of an app.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::adapter::http::Address;
    ///
    /// let app: Address = Address::parse("http://127.0.0.1:3000/panel//x?q=%7e#top")?;
    /// assert_eq!((app.host.as_str(), app.port, app.target.as_str()), ("127.0.0.1", 3000, "/panel//x?q=%7e"));
    /// assert!(Address::parse("ftp://127.0.0.1/").is_err());
    /// # Ok::<(), qsh::adapter::http::BadAddress>(())
    /// ```
    pub fn parse(url: &str) -> Result<Self, BadAddress> {
        let lower = url.to_ascii_lowercase();
        let (is_encrypted, length) = match () {
            () if lower.starts_with("http://") => (false, "http://".len()),
            () if lower.starts_with("https://") => (true, "https://".len()),
            () => return Err(BadAddress::Scheme(url.to_owned())),
        };
        let rest = url[length..].split('#').next().unwrap_or_default();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let bad = || BadAddress::Authority(authority.to_owned());
        let default = if is_encrypted { 443 } else { 80 };
        let (host, port) = match authority.strip_prefix('[') {
            Some(six) => {
                let (host, port) = six.split_once(']').ok_or_else(bad)?;
                (host, port.strip_prefix(':'))
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map_or(Ok(default), |port| port.parse().ok().filter(|port| *port != 0).ok_or_else(bad))?;
        let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ':');
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(bad());
        }
        if target.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(BadAddress::Target(target.to_owned()));
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { is_encrypted, host: host.to_owned(), port, target })
    }

    /// The URL without path and query.
    pub fn origin(&self) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }

    /// The value of the `Host` header field: the host, and the port if it is not the default one.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let default = if self.is_encrypted { 443 } else { 80 };
        if self.port == default { host } else { format!("{host}:{}", self.port) }
    }

    /// The socket to connect to. It is on this machine, unless the host is one of `allowed`.
    ///
    /// # Errors
    ///
    /// A host without an address, and one that is not allowed.
    pub fn socket(&self, allowed: &[String]) -> Result<SocketAddr, BadAddress> {
        let host = || self.host.clone();
        let is_allowed = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(&self.host));
        let found = (self.host.as_str(), self.port).to_socket_addrs().map_err(|error| match is_allowed {
            true => BadAddress::Unknown { host: host(), problem: error.to_string() },
            false => BadAddress::NotAllowed { host: host() },
        })?;
        // A name that has addresses on this machine and elsewhere is called on this machine.
        let mut usable = found.filter(|address| is_allowed || address.ip().is_loopback());
        usable.next().ok_or_else(|| BadAddress::NotAllowed { host: host() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_without_changing_its_target() {
        for (url, authority, target) in [
            ("http://localhost", "localhost", "/"),
            ("http://localhost:80/a/../b", "localhost", "/a/../b"),
            ("HTTP://LOCALHOST:8080?a=b", "LOCALHOST:8080", "/?a=b"),
            ("https://[::1]:8443/%2F%2f?x=a+b%20c", "[::1]:8443", "/%2F%2f?x=a+b%20c"),
            ("https://app.example.com:443//a//", "app.example.com", "//a//"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!((address.authority().as_str(), address.target.as_str()), (authority, target), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_said() {
        for url in ["", "/panel", "ws://a", "http://", "http://a:0", "http://a:99999", "http://u@a/", "http://[::1/"] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        assert_eq!(Address::parse("http://a/b c"), Err(BadAddress::Target("/b c".to_owned())));
    }

    #[test]
    fn only_this_machine_is_called_unless_a_host_is_allowed() {
        let socket = |url: &str, allowed: &[String]| Address::parse(url).unwrap().socket(allowed);
        assert!(socket("http://127.0.0.1:1/", &[]).unwrap().ip().is_loopback());
        assert!(socket("http://[::1]:1/", &[]).unwrap().ip().is_loopback());
        let other = "http://192.0.2.1:1/";
        assert_eq!(socket(other, &[]), Err(BadAddress::NotAllowed { host: "192.0.2.1".to_owned() }));
        assert!(socket(other, &["192.0.2.1".to_owned()]).is_ok());
        assert!(socket(other, &["192.0.2.2".to_owned()]).is_err());
    }
}
