//! The source of choices for generated values.

use arbitrary::Unstructured;

/// How often a generated URL or base URL is one that no app has, such as the base URL `/a()` or the URL `a://a/j`.
///
/// Implementations expect the URLs that apps have. Some refuse all others with one exception, which then hides everything
/// else. So the others are rare by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "they are the values of an option")]
pub enum OddUrls {
    /// Never.
    Never,
    /// In one request of 16.
    #[default]
    Rarely,
    /// In every other request.
    Often,
}

/// Bytes that decide every choice. They come from a fuzzer, a random generator or a corpus. When they run out, the
/// first alternative is chosen each time.
#[derive(Debug)]
pub struct Source<'b> {
    bytes: Unstructured<'b>,
    odd_urls: OddUrls,
}

impl<'b> Source<'b> {
    /// Creates a source that reads these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: Unstructured::new(bytes), odd_urls: OddUrls::default() }
    }

    /// The same source, with another share of odd URLs.
    #[must_use]
    pub fn with_odd_urls(self, odd_urls: OddUrls) -> Self {
        Self { odd_urls, ..self }
    }

    /// Whether a URL should be odd. Reads the same bytes whatever the share is.
    pub(super) fn is_odd(&mut self) -> bool {
        let place = self.up_to(15);
        match self.odd_urls {
            OddUrls::Never => false,
            OddUrls::Rarely => place == 15,
            OddUrls::Often => place >= 8,
        }
    }

    /// Whether all bytes have been read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len()
    }

    /// A number up to `most`.
    pub fn up_to(&mut self, most: usize) -> usize {
        self.bytes.int_in_range(0..=most).unwrap_or(0)
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
    fn odd_urls_have_their_share() {
        let bytes: Vec<u8> = (0..=255).collect();
        let count = |odd_urls| {
            let mut source = Source::new(&bytes).with_odd_urls(odd_urls);
            let mut count = 0;
            while !source.is_empty() {
                count += usize::from(source.is_odd());
            }
            count
        };
        assert_eq!([OddUrls::Never, OddUrls::Rarely, OddUrls::Often].map(count), [0, 16, 128]);
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
