//! The source of choices for generated values.

use arbitrary::Unstructured;

/// Bytes that decide every choice. They come from a fuzzer, a random generator or a corpus. When they run out, the
/// first alternative is chosen each time.
#[derive(Debug)]
pub struct Source<'b>(Unstructured<'b>);

impl<'b> Source<'b> {
    /// Creates a source that reads these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Whether all bytes have been read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    /// A number up to `most`.
    pub fn up_to(&mut self, most: usize) -> usize {
        self.0.int_in_range(0..=most).unwrap_or(0)
    }

    /// `true` once in `times`. `false` when the bytes have run out.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.up_to(times - 1) == times - 1
    }

    /// Picks one of these, all with the same probability.
    ///
    /// # Panics
    ///
    /// If the list is empty.
    pub fn pick<'t, T: ?Sized>(&mut self, of: &'t [&'t T]) -> &'t T {
        of[self.up_to(of.len() - 1)]
    }

    /// The index of one of these weights. Its probability is proportional to the weight.
    pub fn weighed(&mut self, weights: &[usize]) -> usize {
        let mut left = self.up_to(weights.iter().sum::<usize>() - 1);
        weights.iter().position(|weight| left.checked_sub(*weight).map(|rest| left = rest).is_none()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_bytes_every_choice_is_the_first() {
        let mut source = Source::new(b"");
        assert!(source.is_empty());
        assert_eq!(
            (source.up_to(9), source.once_in(2), source.pick(&["a", "b"]), source.weighed(&[3, 1])),
            (0, false, "a", 0)
        );
    }

    #[test]
    fn a_weight_is_how_often_its_place_comes() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut source = Source::new(&bytes);
        let mut counts = [0; 3];
        while !source.is_empty() {
            counts[source.weighed(&[5, 0, 3])] += 1;
        }
        assert_eq!(counts, [160, 0, 96]);
    }
}
