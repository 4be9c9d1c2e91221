//! The claims of a token, and the dates in them.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Number, Value};

use super::rejection::{Reason, Rejection};

/// Claims (RFC 7519, section 4): the members of a JSON object.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{SharedSecret, sign};
///
/// let secret = SharedSecret::new("a secret")?;
/// let token = sign([("sub".to_owned(), "557058:1".into())].into_iter().collect(), &secret);
/// let claims = Unverified::parse(token.as_str().as_bytes())?.verify(&secret)?;
/// assert_eq!(claims.get("sub").and_then(|subject| subject.as_str()), Some("557058:1"));
/// assert_eq!(format!("{claims:?}"), r#"{"sub"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The claim with that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims.
    pub fn as_object(&self) -> &Map<String, Value> {
        &self.0
    }

    /// All claims, as an owned object.
    pub fn into_object(self) -> Map<String, Value> {
        self.0
    }

    /// A mandatory claim, as text.
    ///
    /// # Errors
    ///
    /// [`Reason::MissingClaim`] if it is absent, [`Reason::InvalidClaim`] if it is not text.
    pub(crate) fn text(&self, name: &'static str, clause: &'static str) -> Result<&str, Rejection> {
        match self.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(Rejection::new(Reason::InvalidClaim, clause, format!("the token's {name} is not text"))),
            None => Err(Rejection::new(Reason::MissingClaim, clause, format!("the token has no {name}"))),
        }
    }

    /// A claim, if it is a date.
    pub(crate) fn date(&self, name: &str) -> Option<NumericDate> {
        match self.get(name)? {
            Value::Number(number) => Some(NumericDate::of(number)),
            _ => None,
        }
    }
}

/// Writes only the names: a claim can be as secret as the token.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A `NumericDate` (RFC 7519, section 2): Unix seconds, which can have a fraction. [`Time`] compares it.
///
/// [`Time`]: super::Time
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumericDate(Seconds);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Seconds {
    Whole(i128),
    Fractional(f64),
}

impl NumericDate {
    fn of(number: &Number) -> Self {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        // A number that is not an integer is a float: serde_json has no third kind.
        Self(whole.map_or_else(|| Seconds::Fractional(number.as_f64().unwrap_or(f64::NAN)), Seconds::Whole))
    }

    /// Whether the date is before a time in whole seconds.
    pub(super) fn is_before(self, seconds: i128) -> bool {
        self.compare(seconds) == Some(Ordering::Less)
    }

    /// Whether the date is after a time in whole seconds.
    pub(super) fn is_after(self, seconds: i128) -> bool {
        self.compare(seconds) == Some(Ordering::Greater)
    }

    /// Whether the date is more than this many seconds later than the other date.
    pub(crate) fn is_later_by_more_than(self, seconds: u32, other: Self) -> bool {
        match (self.0, other.0) {
            (Seconds::Whole(date), Seconds::Whole(other)) => date - other > i128::from(seconds),
            _ => self.as_f64() - other.as_f64() > f64::from(seconds),
        }
    }

    /// The date, rounded up to a whole second.
    pub(crate) fn rounded_up(self) -> i64 {
        match self.0 {
            Seconds::Whole(date) => i64::try_from(date).unwrap_or(if date < 0 { i64::MIN } else { i64::MAX }),
            // The conversion saturates at the bounds of `i64`.
            Seconds::Fractional(date) => date.ceil() as i64,
        }
    }

    fn as_f64(self) -> f64 {
        match self.0 {
            Seconds::Whole(date) => date as f64,
            Seconds::Fractional(date) => date,
        }
    }

    fn compare(self, seconds: i128) -> Option<Ordering> {
        match self.0 {
            Seconds::Whole(whole) => Some(whole.cmp(&seconds)),
            Seconds::Fractional(date) => date.partial_cmp(&(seconds as f64)),
        }
    }
}

impl From<i64> for NumericDate {
    fn from(seconds: i64) -> Self {
        Self(Seconds::Whole(seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(members) => Claims::new(members),
            _ => panic!("claims are an object"),
        }
    }

    #[test]
    fn a_date_is_a_number_of_any_size() {
        let claims = claims(json!({
            "zero": 0, "negative": -5, "half": 1000.5, "huge": 1e300, "largest": u64::MAX, "text": "1000", "null": null, "list": [1],
        }));
        let date = |name| claims.date(name).unwrap();
        assert!(date("half").is_after(1000) && date("half").is_before(1001));
        assert!(date("huge").is_after(i128::from(i64::MAX)));
        assert!(date("largest").is_after(i128::from(i64::MAX)));
        assert!(date("negative").is_before(0) && !date("zero").is_before(0));
        for name in ["text", "null", "list", "absent"] {
            assert_eq!(claims.date(name), None, "{name}");
        }
    }

    #[test]
    fn claims_do_not_show_what_they_hold() {
        assert_eq!(format!("{:?}", claims(json!({ "sub": "secret" }))), r#"{"sub"}"#);
    }
}
