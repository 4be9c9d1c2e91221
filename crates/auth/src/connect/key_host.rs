//! The hosts where Atlassian publishes the keys of install callbacks (INS-3).

use crate::Environment;

/// A host with the public keys of install callbacks. The address of a key is this address, `/`, and the `kid` as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyHost {
    /// The sites whose callbacks it has keys for: the end of their host names, such as `.atlassian.net`.
    pub sites: &'static str,
    /// Its address, without a slash at the end.
    pub address: &'static str,
    /// Where it runs.
    pub environment: Environment,
}

const fn row(sites: &'static str, address: &'static str, environment: Environment) -> KeyHost {
    KeyHost { sites, address, environment }
}

/// Every known key host, in the order in which an app asks them. Its sources are those of INS-3.
pub static KEY_HOSTS: [KeyHost; 12] = [
    row(".atlassian.net", "https://connect-install-keys.atlassian.com", Environment::Production),
    row(".jira.com", "https://connect-install-keys.atlassian.com", Environment::Production),
    row(".atlassian.net", "https://asap-distribution.us-west-2.prod.atl-asap.net", Environment::Production),
    row(".jira.com", "https://asap-distribution.us-west-2.prod.atl-asap.net", Environment::Production),
    row(".atlassian-us-gov-mod.net", "https://connect-install-keys.atlassian-us-gov-mod.com", Environment::Production),
    row(
        ".atlassian-us-gov-mod.net",
        "https://asap-distribution.us-west-2.prod.atl-auth-us-gov-mod.net",
        Environment::Production,
    ),
    row(
        ".atlassian-us-gov-mod.net",
        "https://cs-migrations--fedrampcdn.us-east-1.prod.cdn.atlassian-us-gov-mod.com",
        Environment::Production,
    ),
    row(".jira-dev.com", "https://asap-distribution.us-west-2.staging.atl-asap.net", Environment::Staging),
    row(".jira-dev.com", "https://cs-migrations--cdn.us-east-1.staging.public.atl-paas.net", Environment::Staging),
    row(".jira-dev.com", "https://cs-migrations--cdn.us-west-1.staging.public.atl-paas.net", Environment::Staging),
    row(
        ".atlassian-stg-fedm.net",
        "https://asap-distribution.us-west-2.staging.atl-auth-us-gov-mod.net",
        Environment::Staging,
    ),
    row(
        ".atlassian-stg-fedm.net",
        "https://cs-migrations--fedrampcdn.us-east-1.staging.cdn.atlassian-us-gov-mod.com",
        Environment::Staging,
    ),
];

/// The key hosts of a site, by the `baseUrl` of its callback, in the order in which an app asks them. None if the site is
/// of no known environment: its callback is not from Atlassian, or from a new environment.
///
/// The `baseUrl` is not verified yet when the key is fetched. It selects a row of this table, and nothing else.
///
/// # Examples
///
/// ```
/// use qsh_auth::Environment;
/// use qsh_auth::connect::key_hosts;
///
/// let addresses = |base_url: &str| key_hosts(base_url, Environment::Production).map(|host| host.address).collect::<Vec<_>>();
/// assert_eq!(addresses("https://acme.atlassian.net/wiki")[0], "https://connect-install-keys.atlassian.com");
/// assert_eq!(addresses("https://acme.atlassian-us-gov-mod.net")[0], "https://connect-install-keys.atlassian-us-gov-mod.com");
/// // An app in production asks no staging host, and no host that the callback names.
/// assert!(addresses("https://acme.jira-dev.com").is_empty());
/// assert!(addresses("https://acme.atlassian.net.example.com").is_empty());
/// ```
pub fn key_hosts(base_url: &str, environment: Environment) -> impl Iterator<Item = &'static KeyHost> {
    let host = host(base_url).unwrap_or_default().to_ascii_lowercase();
    KEY_HOSTS.iter().filter(move |row| row.environment == environment && host.ends_with(row.sites))
}

/// The host of an `https` URL without user information.
fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.split(':').next()?;
    (scheme.eq_ignore_ascii_case("https") && !authority.contains('@')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_looks_like_a_site_has_no_key_host() {
        for base_url in [
            "https://acme.atlassian.net@example.com",
            "https://example.com/.atlassian.net",
            "https://example.com#.atlassian.net",
            "https://example.com\\.atlassian.net",
            "http://acme.atlassian.net",
            "https://atlassian.net",
            "acme.atlassian.net",
            "",
        ] {
            assert_eq!(key_hosts(base_url, Environment::Production).count(), 0, "{base_url}");
        }
        assert_eq!(key_hosts("HTTPS://Acme.Atlassian.NET:443", Environment::Production).count(), 2);
    }
}
