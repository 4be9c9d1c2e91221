//! [`Fallback`]: tries several stores in order.

use crate::jwt::{KeyId, KeySource, PublicKey};

/// Stores that are tried in order until one has the key. The specification does not say when to try the next one (D49).
/// This type tries it both after an error and for a missing key. A key is unknown only if every store reports it as
/// unknown.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// use qsh_auth::asap::keys::Fallback;
/// use qsh_auth::jwt::{KeyId, KeySource, PublicKey};
///
/// let key = PublicKey::from_pem(rcgen::KeyPair::generate()?.public_key_pem())?;
/// let key_id = KeyId::parse("svc/k1")?;
/// let keys = Fallback::new([BTreeMap::new(), BTreeMap::from([(key_id.clone(), key)])]);
/// assert!(keys.public_key(&key_id, 1_000)?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fallback<S>(Vec<S>);

impl<S: KeySource> Fallback<S> {
    /// Uses these stores in this order. Without a store, every key is unknown.
    pub fn new(stores: impl IntoIterator<Item = S>) -> Self {
        Self(stores.into_iter().collect())
    }
}

impl<S: KeySource> KeySource for Fallback<S> {
    type Error = S::Error;

    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, S::Error> {
        let mut failure = None;
        for store in &self.0 {
            match store.public_key(key_id, now) {
                Ok(Some(key)) => return Ok(Some(key)),
                Ok(None) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(None), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    enum Store {
        Has,
        Lacks,
        Fails(u8),
    }

    impl KeySource for Store {
        type Error = u8;

        fn public_key(&self, _: &KeyId, _: i64) -> Result<Option<PublicKey>, u8> {
            match self {
                Self::Has => {
                    Ok(Some(PublicKey::from_pem(include_bytes!("../../../tests/keys/p256.spki.pem")).unwrap()))
                }
                Self::Lacks => Ok(None),
                Self::Fails(error) => Err(*error),
            }
        }
    }

    #[test]
    fn a_key_is_unknown_only_if_every_store_says_so() {
        use Store::{Fails, Has, Lacks};
        let asked = |stores: &[Store]| {
            let key_id = KeyId::parse("svc/k").unwrap();
            Fallback::new(stores.iter().copied()).public_key(&key_id, 0).map(|key| key.is_some())
        };
        for stores in [&[Has][..], &[Fails(1), Has], &[Lacks, Has], &[Lacks, Fails(1), Has, Fails(2)]] {
            assert_eq!(asked(stores), Ok(true));
        }
        for stores in [&[][..], &[Lacks], &[Lacks, Lacks]] {
            assert_eq!(asked(stores), Ok(false));
        }
        for stores in [&[Fails(1), Lacks][..], &[Lacks, Fails(1)], &[Fails(1), Fails(2)]] {
            assert_eq!(asked(stores), Err(1));
        }
    }
}
