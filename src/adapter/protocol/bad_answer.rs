//! [`BadAnswer`]: an invalid line of the protocol.

/// The largest leeway, in seconds, that an implementation may say is fixed. Questions that a fixed leeway answers
/// otherwise are not asked, so a leeway of years would pass every vector of an expired token.
pub const MOST_FIXED_LEEWAY: u32 = 300;

/// An invalid line of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// Not JSON, or not the shape of the message.
    #[error("expected one JSON object per line, but {0}")]
    NotAMessage(String),
    /// Bytes that are not UTF-8.
    #[error("expected UTF-8, but the byte at {0} is not")]
    NotUtf8(usize),
    /// No kind of answer, or several of the four.
    #[error("expected exactly one of \"ok\", \"rejected\", \"unsupported\" and \"fault\"")]
    NotOneAnswer,
    /// An `ok` without the value of its operation.
    #[error("the value of \"ok\": {0}")]
    BadValue(String),
    /// A question whose arguments are not those of its operation.
    #[error("the arguments of {operation}: {problem}")]
    BadQuestion {
        /// The operation.
        operation: &'static str,
        /// The problem.
        problem: String,
    },
    /// An id that was never sent or is already answered.
    #[error("answer to id {0}, which is not waiting for one")]
    UnknownId(u64),
    /// An introduction with a leeway that would excuse every expired token.
    #[error("expected a fixed_leeway of at most {MOST_FIXED_LEEWAY} seconds, found {0}")]
    LongLeeway(u32),
    /// Another version of the protocol.
    #[error("expected protocol 1, found {0}")]
    OtherVersion(u32),
}
