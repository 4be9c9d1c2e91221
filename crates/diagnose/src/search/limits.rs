//! The limits of a search.

/// The most explanations for one canonical request.
pub(super) const EXPLANATIONS: usize = 500;

/// The budget of a search: how many bytes of requests it canonicalizes, once for each set of mistakes. One core takes
/// about ten seconds for that.
///
/// It is 2^30 and an eighth of that. The eighth pays for choices that joined the dialect table: without it, a request is not
/// searched as deep as before them.
pub(super) const WORK: usize = 9 << 27;

/// The budget of each stage that does not have to be tried: three mistakes together, rarer mistakes with another one, and
/// implementations as a whole. One core takes less than two seconds for that, as such requests have many parts. It is an
/// eighth of [`WORK`].
pub(super) const WORK_OF_A_STAGE: usize = 9 << 24;

/// How many bytes can be hashed at the cost of canonicalizing one.
pub(super) const BYTES_HASHED: usize = 8;
