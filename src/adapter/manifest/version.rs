//! Versions of runtimes.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A version of a runtime: two or three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Version([u32; 3]);

impl FromStr for Version {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let bad = || BadVersion(text.to_owned());
        let mut numbers = [0; 3];
        let mut count = 0;
        for part in text.split('.') {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let slot = numbers.get_mut(count).filter(|_| is_number).ok_or_else(bad)?;
            *slot = part.parse().map_err(|_| bad())?;
            count += 1;
        }
        if count < 2 { Err(bad()) } else { Ok(Self(numbers)) }
    }
}

impl TryFrom<String> for Version {
    type Error = BadVersion;

    fn try_from(text: String) -> Result<Self, BadVersion> {
        text.parse()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 { write!(f, ".{patch}") } else { Ok(()) }
    }
}

/// Text that is not a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: expected a version of two or three numbers, such as \"3.9\"")]
pub struct BadVersion(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("3.9").unwrap() < version("3.9.2").unwrap());
        assert!(version("3.10.0").unwrap() > version("3.9.18").unwrap());
        assert_eq!(version("3.9.0").unwrap().to_string(), "3.9");
        for bad in ["", "3", "3.", "3.9.1.2", "+3.9", "3.9rc1", "99999999999.0"] {
            assert_eq!(version(bad), Err(BadVersion(bad.to_owned())));
        }
    }
}
