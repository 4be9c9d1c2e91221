//! Where the public key of a key id comes from.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::key_id::KeyId;
use super::public_key::PublicKey;

/// A store of public keys (INS-3, ASAP-8). A map is one that never fails.
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
    /// What goes wrong with the store itself.
    type Error;

    /// The key of that name at a time in Unix seconds; nothing, where the store has none.
    ///
    /// # Errors
    ///
    /// The store could not be asked, or has something else than a key there: nothing is known of the key.
    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, Self::Error>;
}

impl<S: KeySource + ?Sized> KeySource for &S {
    type Error = S::Error;

    fn public_key(&self, key_id: &KeyId, now: i64) -> Result<Option<PublicKey>, Self::Error> {
        (**self).public_key(key_id, now)
    }
}

impl KeySource for BTreeMap<KeyId, PublicKey> {
    type Error = Infallible;

    fn public_key(&self, key_id: &KeyId, _now: i64) -> Result<Option<PublicKey>, Infallible> {
        Ok(self.get(key_id).cloned())
    }
}
