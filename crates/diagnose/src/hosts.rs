//! The hosts of Atlassian's cloud products, and the base URL that each product removes from a request (QSH-P3).

/// A product of Atlassian's cloud. A request to one of its hosts goes from the app to the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Product {
    /// Jira, at the root of a site.
    Jira,
    /// Confluence, below `/wiki` of a site.
    Confluence,
    /// Bitbucket's API.
    Bitbucket,
}

impl Product {
    /// The name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
            Self::Bitbucket => "Bitbucket",
        }
    }
}

/// Where a request to a known host goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Site {
    /// The product that receives the request.
    pub product: Product,
    /// The base URL that the product removes.
    pub base_url: String,
}

/// What a host name belongs to.
#[derive(Clone, Copy)]
enum Kind {
    /// A site, with Confluence below `/wiki` and Jira elsewhere.
    Site,
    Bitbucket,
}

/// Every known host. A name that begins with a dot stands for all hosts below it.
const HOSTS: [(&str, Kind); 9] = [
    (".atlassian.net", Kind::Site),
    (".jira.com", Kind::Site),
    // Government Cloud, and its staging.
    (".atlassian-us-gov-mod.net", Kind::Site),
    (".atlassian-us-gov-mod.com", Kind::Site),
    (".atlassian-stg-fedm.net", Kind::Site),
    // A sandbox for FedRAMP, Isolated Cloud, and staging.
    (".atlassian-fex.net", Kind::Site),
    (".atlassian-isolated.net", Kind::Site),
    (".jira-dev.com", Kind::Site),
    ("api.bitbucket.org", Kind::Bitbucket),
];

/// The product that receives a request, if the URL is absolute and its host is known.
///
/// No other function of this package uses it: a base URL is never guessed.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::hosts::{Product, site};
///
/// let found = site(b"https://acme.atlassian.net/wiki/rest/api/content?limit=5").unwrap();
/// assert_eq!((found.product, found.base_url.as_str()), (Product::Confluence, "https://acme.atlassian.net/wiki"));
/// assert_eq!(site(b"https://acme.atlassian.net/rest/api/3/search").unwrap().product, Product::Jira);
/// assert_eq!(site(b"https://app.example.com/panel"), None);
/// ```
pub fn site(url: &[u8]) -> Option<Site> {
    if is_authorization_server(url) {
        return None;
    }
    let (scheme, rest) = split_scheme(url)?;
    let scheme = str::from_utf8(scheme).ok()?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = str::from_utf8(authority).ok()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    let path = &path[..path.iter().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(path.len())];
    let (product, below) = match kind(host)? {
        Kind::Bitbucket => (Product::Bitbucket, ""),
        Kind::Site if path == b"/wiki" || path.starts_with(b"/wiki/") => (Product::Confluence, "/wiki"),
        Kind::Site => (Product::Jira, ""),
    };
    Some(Site { product, base_url: format!("{scheme}://{authority}{below}") })
}

/// The authorization servers of IMP-5.
pub const AUTHORIZATION_SERVERS: [&str; 3] = [
    "oauth-2-authorization-server.services.atlassian.com",
    "oauth-2-authorization-server.services.atlassian-us-gov-mod.com",
    "auth.atlassian.io",
];

/// Whether a URL is one of an authorization server of Atlassian, to which assertions go (IMP-5).
pub(crate) fn is_authorization_server(url: &[u8]) -> bool {
    let host = split_scheme(url).and_then(|(_, rest)| rest.split(|byte| matches!(byte, b'/' | b'?' | b':')).next());
    host.is_some_and(|host| AUTHORIZATION_SERVERS.iter().any(|server| server.as_bytes().eq_ignore_ascii_case(host)))
}

/// Whether a text without a scheme begins with a known host, such as `acme.atlassian.net/rest/api/3/search`.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::hosts::begins_with_host;
///
/// assert!(begins_with_host(b"acme.atlassian.net/rest/api/3/search"));
/// assert!(!begins_with_host(b"rest/api/3/search"));
/// ```
pub fn begins_with_host(text: &[u8]) -> bool {
    split_scheme(text).is_none() && site(&[b"https://", text].concat()).is_some()
}

/// The scheme of an `http` or `https` URL, and what follows `://`.
pub(crate) fn split_scheme(url: &[u8]) -> Option<(&[u8], &[u8])> {
    [4, 5].into_iter().find_map(|length| {
        let (scheme, rest) = url.split_at_checked(length)?;
        let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
        rest.strip_prefix(b"://").filter(|_| is_http).map(|rest| (scheme, rest))
    })
}

fn kind(host: &str) -> Option<Kind> {
    let host = host.to_ascii_lowercase();
    let is_of =
        |name: &str| if name.starts_with('.') { host.len() > name.len() && host.ends_with(name) } else { host == name };
    HOSTS.iter().find(|(name, _)| is_of(name)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_follows_from_the_host_and_the_path() {
        for (url, product, base_url) in [
            ("https://acme.atlassian.net", Product::Jira, "https://acme.atlassian.net"),
            ("https://acme.atlassian.net?a=/wiki/", Product::Jira, "https://acme.atlassian.net"),
            ("https://acme.atlassian.net/wikis", Product::Jira, "https://acme.atlassian.net"),
            ("https://acme.atlassian.net/wiki?a=b", Product::Confluence, "https://acme.atlassian.net/wiki"),
            ("HTTPS://Acme.Atlassian.NET:443/wiki/", Product::Confluence, "HTTPS://Acme.Atlassian.NET:443/wiki"),
            ("https://user@acme.jira.com/rest", Product::Jira, "https://acme.jira.com"),
            ("https://acme.jira-dev.com/wiki/x", Product::Confluence, "https://acme.jira-dev.com/wiki"),
            ("https://acme.atlassian-us-gov-mod.net/x", Product::Jira, "https://acme.atlassian-us-gov-mod.net"),
            ("https://api.bitbucket.org/2.0/addon", Product::Bitbucket, "https://api.bitbucket.org"),
        ] {
            let expected = Site { product, base_url: base_url.to_owned() };
            assert_eq!(site(url.as_bytes()), Some(expected), "{url}");
        }
    }

    #[test]
    fn other_hosts_are_not_known() {
        for url in [
            "https://atlassian.net/x",
            "https://.atlassian.net/x",
            "https://acme.atlassian.net.example.com/x",
            "https://acme.atlassian.net@example.com/x",
            "https://x.api.bitbucket.org/",
            "acme.atlassian.net/x",
            "/wiki/x",
            "ftp://acme.atlassian.net/x",
            "https://",
            "",
        ] {
            assert_eq!(site(url.as_bytes()), None, "{url}");
        }
    }
}
