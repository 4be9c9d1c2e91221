//! [`KeySource`]: finds the public key of a key id.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

use super::key_id::KeyId;
use super::public_key::PublicKey;

/// A store of public keys (INS-3, ASAP-8). A `BTreeMap` or `HashMap` is a store that never fails.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// use qsh_auth::jwt::{KeyId, KeySource, PublicKey};
///
/// let key = PublicKey::from_pem(rcgen::KeyPair::generate()?.public_key_pem())?;
/// let keys = BTreeMap::from([(KeyId::parse("svc/k1")?, key)]);
/// assert!(keys.public_key(&KeyId::parse("svc/k1")?, 1_000)?.is_some());
/// assert!(keys.public_key(&KeyId::parse("svc/k2")?, 1_000)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait KeySource {
    /// The error of the store.
    type Error;

    /// The key with that name at a time in Unix seconds, or `None` if the store does not have it.
    ///
    /// # Errors
    ///
    /// If the store cannot be queried, or if what it holds is not a public key. Whether the key exists is then unknown.
    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, Self::Error>;
}

/// A pointer to a store is the store.
macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<S: KeySource + ?Sized> KeySource for $pointer {
            type Error = S::Error;

            fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, S::Error> {
                (**self).public_key(key_id, now)
            }
        }
    )*};
}

through!(&S, Box<S>, Rc<S>, Arc<S>);

impl KeySource for BTreeMap<KeyId, PublicKey> {
    type Error = Infallible;

    fn public_key(&self, key_id: &KeyId, _now: i64) -> Result<Option<PublicKey>, Infallible> {
        Ok(self.get(key_id).cloned())
    }
}

impl<H: BuildHasher> KeySource for HashMap<KeyId, PublicKey, H> {
    type Error = Infallible;

    fn public_key(&self, key_id: &KeyId, _now: i64) -> Result<Option<PublicKey>, Infallible> {
        Ok(self.get(key_id).cloned())
    }
}
