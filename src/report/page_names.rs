//! The names of the pages of a site, made of names and ids that anybody may have chosen.

use qsh_diagnose::Text;

/// The longest part of a name that is kept.
const LONGEST: usize = 80;

/// A file name for a text: in lower case, of letters, digits, `-`, `_`, `.` and `@`. A text with anything else gets a part of
/// its hash, so that no two texts have one name, even where case does not count.
pub(super) fn file_name(text: &str) -> String {
    let is_kept = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '-' | '_' | '.' | '@');
    let is_fine = text.chars().all(is_kept) && text.starts_with(|it: char| it.is_ascii_alphanumeric());
    if is_fine && text.len() <= LONGEST {
        return text.to_owned();
    }
    let kept = text.chars().map(|it| it.to_ascii_lowercase()).map(|it| if is_kept(it) { it } else { '-' });
    let kept: String = kept.take(LONGEST).collect();
    format!("x{}-{}", kept.replace('.', "-"), &Text::from(text).sha256_hex()[..12])
}

/// The page of an implementation.
pub(super) fn implementation(name: &str) -> String {
    format!("implementations/{}.html", file_name(name))
}

/// The badge of an implementation.
#[cfg(feature = "site")]
pub(super) fn badge(name: &str) -> String {
    format!("badges/{}.json", file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_one_name_and_no_path() {
        assert_eq!(file_name("python-pyjwt@2.0"), "python-pyjwt@2.0");
        for text in ["", ".", "..", "../../etc/passwd", "A", "a b", "<x>", "\u{0}", "-a", &"a".repeat(1000), "é"] {
            let name = file_name(text);
            let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
            assert!(name.starts_with('x') && name.chars().all(is_plain) && name.len() < 100, "{name}");
        }
        assert_ne!(file_name("A"), file_name("a"));
        assert_ne!(file_name("a/b"), file_name("a b"));
    }
}
