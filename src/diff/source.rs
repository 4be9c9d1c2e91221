//! Where the choices of generated values come from.

use arbitrary::Unstructured;

/// Bytes that decide every choice: a fuzzer's, a random generator's, or those that were kept of an earlier one. When
/// they run out, every choice is its first.
#[derive(Debug)]
pub struct Source<'b>(Unstructured<'b>);

impl<'b> Source<'b> {
    /// Choices by these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Whether all bytes are used up.
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

    /// Whether something happens that does so once in `times`; not, when the bytes have run out.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.up_to(times - 1) == times - 1
    }

    /// One of these, each as likely as the others.
    ///
    /// # Panics
    ///
    /// There is none.
    pub fn pick<'t, T: ?Sized>(&mut self, of: &'t [&'t T]) -> &'t T {
        of[self.up_to(of.len() - 1)]
    }

    /// The place of one of these weights, each as likely as it is heavy.
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
