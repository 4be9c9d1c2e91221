//! The cache of a repository.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ureq::http::HeaderValue;

use super::freshness::Freshness;
use crate::jwt::{KeyId, PublicKey};

/// The maximum number of keys in the cache. Keys belong to services, not to users.
const MOST: usize = 1_000;

/// A cached key.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) key: PublicKey,
    pub(super) etag: Option<HeaderValue>,
    freshness: Freshness,
    since: i64,
}

impl Held {
    pub(super) fn new(key: PublicKey, etag: Option<HeaderValue>, freshness: Freshness, now: i64) -> Self {
        Self { key, etag, freshness, since: now }
    }

    /// The same key after an answer of status 304. Headers that the answer does not have keep their values (RFC 9111,
    /// section 3.2).
    pub(super) fn renewed(self, freshness: Freshness, now: i64) -> Self {
        Self { freshness: freshness.or(self.freshness), since: now, ..self }
    }

    /// Whether the key can be used without a request. At a time before the key was received, it cannot.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        let age = i128::from(now) - i128::from(self.since);
        age >= 0 && age < i128::from(self.freshness.seconds())
    }
}

#[derive(Default)]
pub(super) struct Cache(Mutex<BTreeMap<KeyId, Held>>);

impl Cache {
    pub(super) fn get(&self, key_id: &KeyId) -> Option<Held> {
        self.lock().get(key_id).cloned()
    }

    pub(super) fn remove(&self, key_id: &KeyId) {
        self.lock().remove(key_id);
    }

    /// Caches a key if the answer allows it, the key is fresh or has an `ETag`, and there is room.
    pub(super) fn keep(&self, key_id: &KeyId, held: Held, now: i64) {
        let mut keys = self.lock();
        keys.remove(key_id);
        if !held.freshness.may_be_kept() || (held.etag.is_none() && !held.is_fresh(now)) {
            return;
        }
        if keys.len() >= MOST {
            keys.retain(|_, held| held.is_fresh(now));
        }
        if keys.len() < MOST {
            keys.insert(key_id.clone(), held);
        }
    }

    /// No statement above leaves the map inconsistent. So it can be used after a panic elsewhere.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<KeyId, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderMap;

    use super::*;

    fn held(now: i64) -> Held {
        let key = PublicKey::from_pem(include_bytes!("../../../../tests/keys/p256.spki.pem")).unwrap();
        let headers =
            HeaderMap::from_iter([("cache-control".parse().unwrap(), HeaderValue::from_static("max-age=10"))]);
        Held::new(key, None, Freshness::of(&headers), now)
    }

    #[test]
    fn a_key_is_fresh_from_its_time_on_and_for_its_time() {
        let fresh = [999, 1_000, 1_009, 1_010, i64::MIN, i64::MAX].map(|now| held(1_000).is_fresh(now));
        assert_eq!(fresh, [false, true, true, false, false, false]);
    }

    #[test]
    fn a_full_cache_makes_room_where_keys_are_stale_and_else_keeps_no_more() {
        let cache = Cache::default();
        let key_id = |number: usize| KeyId::parse(format!("svc/{number}")).unwrap();
        (0..MOST).for_each(|number| cache.keep(&key_id(number), held(1_000), 1_000));
        cache.keep(&key_id(MOST), held(1_005), 1_005);
        assert!(cache.get(&key_id(0)).is_some() && cache.get(&key_id(MOST)).is_none());
        cache.keep(&key_id(MOST), held(1_010), 1_010);
        assert!(cache.get(&key_id(0)).is_none() && cache.get(&key_id(MOST)).is_some());
    }
}
