//! [`Feature`]: what a request needs of an implementation.

use qsh_diagnose::Input;

/// What the input of a case needs of an implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// The base URL has a path.
    BasePath,
    /// The request has a form body.
    Form,
    /// The request has a JSON body.
    Json,
    /// The URL is longer than 4,096 bytes.
    Large,
    /// The URL is not UTF-8.
    RawBytes,
}

impl Feature {
    /// The name in vectors and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::BasePath => "base-path",
            Self::Form => "form",
            Self::Json => "json",
            Self::Large => "large",
            Self::RawBytes => "raw-bytes",
        }
    }
}

/// The features that a request needs, sorted by name.
pub(crate) fn features(input: &Input) -> Vec<Feature> {
    let base_path = input.base_url.as_deref().is_some_and(|base| {
        // Query and fragment may contain anything. They are not part of the path.
        let base = base.split(['?', '#']).next().unwrap_or_default();
        let after_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
        after_scheme.split_once('/').is_some_and(|(_, path)| !path.is_empty())
    });
    [
        (Feature::BasePath, base_path),
        (Feature::Form, input.form.is_some()),
        (Feature::Json, input.json.is_some()),
        (Feature::Large, input.url.as_bytes().len() > 4096),
        (Feature::RawBytes, input.url.as_str().is_none()),
    ]
    .into_iter()
    .filter_map(|(feature, applies)| applies.then_some(feature))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_path_before_its_query_and_fragment_only() {
        let has_path = |base: &str| {
            let input = Input { base_url: Some(base.to_owned()), ..Input::new("GET", "/") };
            features(&input).contains(&Feature::BasePath)
        };
        for base in ["https://h/jira", "https://h/jira/?x", "/jira", "https://h:8080/a?b=https://c/"] {
            assert!(has_path(base), "{base}");
        }
        for base in [
            "https://h",
            "https://h/",
            "https://h?x=/y",
            "https://h/?x=/y",
            "https://h#/y",
            "https://h?u=http://a/b",
            "/",
            "",
        ] {
            assert!(!has_path(base), "{base}");
        }
    }
}
