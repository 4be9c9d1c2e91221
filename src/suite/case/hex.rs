//! Pairs of members such as `url` and `url_hex`: text, or its bytes in hex if they are not valid UTF-8.

use super::bad_case::BadCase;
use crate::suite::text::Text;

/// The value of such a pair. At most one of the two members may be there.
pub(super) fn either(
    text: Option<String>,
    hex: Option<String>,
    hex_member: &'static str,
) -> Result<Option<Text>, BadCase> {
    match (text, hex) {
        (Some(text), None) => Ok(Some(Text::from(text))),
        (None, Some(hex)) => Text::from_hex(&hex).map(Some).map_err(|_| BadCase::Hex { member: hex_member }),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(BadCase::ExactlyOne(match hex_member {
            "url_hex" => "url and url_hex",
            "path_hex" => "path and path_hex",
            _ => "canonical_request and canonical_request_hex",
        })),
    }
}

/// The two members for a text: the reverse of [`either`].
pub(super) fn split(text: &Text) -> (Option<String>, Option<String>) {
    match text.as_str() {
        Some(utf8) => (Some(utf8.to_owned()), None),
        None => (None, Some(text.to_hex())),
    }
}
