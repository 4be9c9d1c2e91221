//! The choices that requests are generated from: byte strings, and a pool of those whose requests showed something new.

/// The maximum number of entries in the pool. When it is full, each new entry replaces an old one.
const KEPT: usize = 4096;
/// The maximum length of an entry in bytes.
const LONGEST: usize = 256;

/// A pool of this size is large enough to mutate its entries half of the time. A smaller pool is used less often.
const ENOUGH: usize = 128;

/// A stream of choices that depends on the seed and the pool. It starts with the entries of an earlier comparison. New
/// choices and mutated entries of the pool follow.
#[derive(Debug)]
pub(super) struct ChoicePool {
    random: fastrand::Rng,
    kept: Vec<Vec<u8>>,
    /// The entries of an earlier comparison that are still to be repeated. The next one is last.
    again: Vec<Vec<u8>>,
}

impl ChoicePool {
    pub(super) fn new(seed: u64, kept: &[Vec<u8>]) -> Self {
        let again = kept.iter().rev().cloned().collect();
        let mut pool = Self { random: fastrand::Rng::with_seed(seed), kept: Vec::new(), again };
        kept.iter().for_each(|choices| pool.keep(choices.clone()));
        pool
    }

    /// The entries of the pool.
    pub(super) fn into_kept(self) -> Vec<Vec<u8>> {
        self.kept
    }

    pub(super) fn next(&mut self) -> Vec<u8> {
        if let Some(again) = self.again.pop() {
            return again;
        }
        if self.random.usize(..2 * ENOUGH) >= self.kept.len().min(ENOUGH) {
            let mut fresh = vec![0; self.random.usize(8..=LONGEST / 2)];
            self.random.fill(&mut fresh);
            return fresh;
        }
        let mut choices = self.kept[self.random.usize(..self.kept.len())].clone();
        for _ in 0..self.random.usize(1..=4) {
            self.mutate(&mut choices);
        }
        choices.truncate(LONGEST);
        choices
    }

    /// Adds choices that are worth mutating.
    pub(super) fn keep(&mut self, choices: Vec<u8>) {
        if self.kept.len() < KEPT {
            self.kept.push(choices);
        } else {
            let place = self.random.usize(..KEPT);
            self.kept[place] = choices;
        }
    }

    fn mutate(&mut self, choices: &mut Vec<u8>) {
        let random = &mut self.random;
        if choices.is_empty() {
            return choices.push(random.u8(..));
        }
        let at = random.usize(..choices.len());
        match random.u8(..5) {
            0 => choices[at] = random.u8(..),
            1 => choices[at] = choices[at].wrapping_add(1),
            2 => choices.insert(at, random.u8(..)),
            3 => {
                choices.remove(at);
            }
            _ => {
                // Join the start of this entry and the end of another one.
                let other = &self.kept[random.usize(..self.kept.len())];
                let from = random.usize(..=other.len());
                choices.truncate(at);
                choices.extend_from_slice(&other[from..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(seed: u64) -> Vec<Vec<u8>> {
        let mut pool = ChoicePool::new(seed, &[]);
        let mut some = Vec::new();
        for round in 0..400 {
            let choices = pool.next();
            if round % 3 == 0 {
                pool.keep(choices.clone());
            }
            some.push(choices);
        }
        some
    }

    #[test]
    fn a_seed_decides_everything() {
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
        assert!(some(7).iter().all(|choices| choices.len() <= LONGEST));
    }

    #[test]
    fn earlier_entries_come_first() {
        let kept = [vec![1, 2], vec![3]];
        let mut pool = ChoicePool::new(1, &kept);
        assert_eq!([pool.next(), pool.next()], kept);
        assert_eq!(pool.into_kept(), kept);
    }

    #[test]
    fn the_pool_does_not_grow_beyond_its_limit() {
        let mut pool = ChoicePool::new(1, &[]);
        for index in 0..KEPT + 10 {
            pool.keep(index.to_le_bytes().to_vec());
        }
        assert_eq!(pool.kept.len(), KEPT);
        assert!(pool.kept.iter().any(|choices| *choices == KEPT.to_le_bytes()[..]));
    }
}
