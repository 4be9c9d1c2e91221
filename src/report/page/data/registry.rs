//! Where the registry of a language shows a library.

use serde::Serialize;

/// The page of a library in its registry.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Registry {
    name: &'static str,
    link: String,
}

/// The registry of a language has no page for a library that was never published, so the caller knows that this one was.
pub(super) fn registry(language: &str, library: &str, version: &str) -> Option<Registry> {
    // Whatever the adapter says, the address stays one of the registry.
    let is_plain = |text: &str| {
        let is_allowed = |sign: char| sign.is_ascii_alphanumeric() || "-._@/+".contains(sign);
        !text.is_empty() && text.chars().all(is_allowed) && !text.contains("..")
    };
    if !is_plain(library) || !is_plain(version) {
        return None;
    }
    let (name, link) = match language {
        "Python" => ("PyPI", format!("https://pypi.org/project/{library}/{version}/")),
        "JavaScript" => ("npm", format!("https://www.npmjs.com/package/{library}/v/{version}")),
        "Rust" => ("crates.io", format!("https://crates.io/crates/{library}/{version}")),
        "Go" => ("pkg.go.dev", format!("https://pkg.go.dev/{library}@v{version}")),
        // The name has no group, so that it is searched for.
        "Java" | "Scala" => ("Maven Central", format!("https://central.sonatype.com/search?q={library}")),
        _ => return None,
    };
    Some(Registry { name, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_in_the_registry_of_its_language() {
        let link = |language, library, version| registry(language, library, version).map(|it| it.link);
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(link("Python", "atlassian-jwt", "3.0.0"), is("https://pypi.org/project/atlassian-jwt/3.0.0/"));
        assert_eq!(link("JavaScript", "@a/b", "1.0.0"), is("https://www.npmjs.com/package/@a/b/v/1.0.0"));
        assert_eq!(link("Go", "github.com/a/b", "1.2.3"), is("https://pkg.go.dev/github.com/a/b@v1.2.3"));
        assert_eq!(link("Scala", "a_2.12", "0.1.7"), is("https://central.sonatype.com/search?q=a_2.12"));
        assert_eq!(link("COBOL", "a", "1"), None);
        for hostile in ["", "../..", "a?b", "a#b", "a b", "a\"b", "a:b"] {
            assert_eq!((link("Python", hostile, "1"), link("Python", "a", hostile)), (None, None), "{hostile}");
        }
    }
}
