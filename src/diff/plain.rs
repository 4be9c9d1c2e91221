//! Which URLs and base URLs look like those that apps have.

use qsh_diagnose::Input;

/// Whether the URL and the base URL of a request look like those that apps have.
pub(super) fn is_plain(input: &Input) -> bool {
    input.url.as_str().is_some_and(has_plain_front) && input.base_url.as_deref().is_none_or(is_plain_base)
}

/// Whether a URL begins with a slash, or with `https://host` or `http://host`, perhaps with a port.
pub(super) fn has_plain_front(url: &str) -> bool {
    let Some(rest) = without_scheme(url) else { return url.starts_with('/') };
    is_host(&rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())])
}

/// Whether a base URL is `https://host`, perhaps with a port and a path. The path has plain segments and no slash at its
/// end.
pub(super) fn is_plain_base(base: &str) -> bool {
    let Some(rest) = without_scheme(base) else { return false };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    is_host(host) && path.split('/').skip(1).all(is_segment)
}

fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
}

fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "1"));
    let is_label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_plain)
    };
    name.split('.').all(is_label) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_apps_are_plain() {
        for url in
            ["/", "//a%;", "https://acme.atlassian.net", "http://localhost:8080/a?b", "https://a?b", "https://a.b#c"]
        {
            assert!(has_plain_front(url), "{url}");
        }
        for url in ["", "a", "?a", "a://a/j", "https://", "HTTPS://a/", "https://user@a/", "https://a:/b", "https://A/"]
        {
            assert!(!has_plain_front(url), "{url}");
        }
        for base in ["https://acme.atlassian.net", "https://acme.atlassian.net/wiki", "http://a:1/b/c-d.1"] {
            assert!(is_plain_base(base), "{base}");
        }
        for base in
            ["/", "/jira", "/a()", "a://a/j", "https://a/", "https://a/b/", "https://a/b%20c", "https://a/b?c", ""]
        {
            assert!(!is_plain_base(base), "{base}");
        }
    }
}
