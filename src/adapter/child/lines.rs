//! Splits a byte stream into lines.

use std::ops::Range;

/// Received bytes that were not taken yet.
///
/// [`Lines::take`] returns a range, so that the caller's other fields are not borrowed while it reads the line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Everything before this index was taken.
    taken: usize,
    /// There is no line feed between `taken` and this index.
    searched: usize,
}

impl Lines {
    /// Adds bytes. Earlier ranges become invalid.
    pub(super) fn push(&mut self, chunk: Vec<u8>) {
        if self.taken == self.bytes.len() {
            self.bytes = chunk;
            self.searched = 0;
        } else {
            self.bytes.drain(..self.taken);
            self.searched -= self.taken;
            self.bytes.extend_from_slice(&chunk);
        }
        self.taken = 0;
    }

    /// Takes the next whole line. The range excludes the line feed.
    pub(super) fn take(&mut self) -> Option<Range<usize>> {
        let Some(length) = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n') else {
            self.searched = self.bytes.len();
            return None;
        };
        let line = self.taken..self.searched + length;
        self.taken = line.end + 1;
        self.searched = self.taken;
        Some(line)
    }

    /// The bytes of a range from [`Lines::take`].
    pub(super) fn get(&self, line: Range<usize>) -> &[u8] {
        &self.bytes[line]
    }

    /// The bytes of an unfinished line.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(lines: &mut Lines) -> Vec<String> {
        let mut taken = Vec::new();
        while let Some(line) = lines.take() {
            taken.push(String::from_utf8(lines.get(line).to_vec()).unwrap());
        }
        taken
    }

    #[test]
    fn lines_are_the_same_however_they_are_cut() {
        let text = b"one\n\ntwo three\nfour";
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            let mut found = Vec::new();
            for chunk in text.chunks(size) {
                lines.push(chunk.to_vec());
                found.extend(all(&mut lines));
            }
            assert_eq!(found, ["one", "", "two three"], "chunks of {size}");
            assert_eq!(lines.rest(), b"four", "chunks of {size}");
        }
    }
}
