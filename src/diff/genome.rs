//! The bytes that requests are generated from, and those that are kept since what came of them was new.

/// So many genomes are kept; then each new one takes the place of another.
const KEPT: usize = 4096;
/// The longest genome.
const LONGEST: usize = 256;

/// So many kept genomes are enough to change them half of the time; fewer are changed as much less often.
const ENOUGH: usize = 128;

/// A stream of genomes, the same for the same seed and the same kept ones: first those that were kept earlier, and then
/// new ones and changed copies of kept ones.
#[derive(Debug)]
pub(super) struct Genomes {
    random: fastrand::Rng,
    kept: Vec<Vec<u8>>,
    /// What was kept earlier and is still to come as it is, the next one last.
    again: Vec<Vec<u8>>,
}

impl Genomes {
    pub(super) fn new(seed: u64, kept: &[Vec<u8>]) -> Self {
        let again = kept.iter().rev().cloned().collect();
        let mut genomes = Self { random: fastrand::Rng::with_seed(seed), kept: Vec::new(), again };
        kept.iter().for_each(|genome| genomes.keep(genome.clone()));
        genomes
    }

    /// Those that were kept.
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
        let mut genome = self.kept[self.random.usize(..self.kept.len())].clone();
        for _ in 0..self.random.usize(1..=4) {
            self.change(&mut genome);
        }
        genome.truncate(LONGEST);
        genome
    }

    /// Keeps what is worth being changed further.
    pub(super) fn keep(&mut self, genome: Vec<u8>) {
        if self.kept.len() < KEPT {
            self.kept.push(genome);
        } else {
            let place = self.random.usize(..KEPT);
            self.kept[place] = genome;
        }
    }

    fn change(&mut self, genome: &mut Vec<u8>) {
        let random = &mut self.random;
        if genome.is_empty() {
            return genome.push(random.u8(..));
        }
        let at = random.usize(..genome.len());
        match random.u8(..5) {
            0 => genome[at] = random.u8(..),
            1 => genome[at] = genome[at].wrapping_add(1),
            2 => genome.insert(at, random.u8(..)),
            3 => {
                genome.remove(at);
            }
            _ => {
                // The front of one and the back of another.
                let other = &self.kept[random.usize(..self.kept.len())];
                let from = random.usize(..=other.len());
                genome.truncate(at);
                genome.extend_from_slice(&other[from..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(seed: u64) -> Vec<Vec<u8>> {
        let mut genomes = Genomes::new(seed, &[]);
        let mut some = Vec::new();
        for round in 0..400 {
            let genome = genomes.next();
            if round % 3 == 0 {
                genomes.keep(genome.clone());
            }
            some.push(genome);
        }
        some
    }

    #[test]
    fn a_seed_decides_everything() {
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
        assert!(some(7).iter().all(|genome| genome.len() <= LONGEST));
    }

    #[test]
    fn what_was_kept_earlier_comes_first() {
        let kept = [vec![1, 2], vec![3]];
        let mut genomes = Genomes::new(1, &kept);
        assert_eq!([genomes.next(), genomes.next()], kept);
        assert_eq!(genomes.into_kept(), kept);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let mut genomes = Genomes::new(1, &[]);
        for index in 0..KEPT + 10 {
            genomes.keep(index.to_le_bytes().to_vec());
        }
        assert_eq!(genomes.kept.len(), KEPT);
        assert!(genomes.kept.iter().any(|genome| *genome == KEPT.to_le_bytes()[..]));
    }
}
