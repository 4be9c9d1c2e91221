//! [`BadAnswer`]: a line that is no message of the protocol.

/// A line that is not what the protocol asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// Not JSON, or not of the message's shape.
    #[error("expected one JSON object per line, but {0}")]
    NotAMessage(String),
    /// Bytes that are not UTF-8.
    #[error("expected UTF-8, but the byte at {0} is not")]
    NotUtf8(usize),
    /// None or several of the four kinds of answer.
    #[error("expected exactly one of \"ok\", \"rejected\", \"unsupported\" and \"fault\"")]
    NotOneAnswer,
    /// An `ok` without the member that was asked for.
    #[error("expected \"{0}\" in \"ok\"")]
    MissingValue(&'static str),
    /// A question's `request` that is none.
    #[error("expected {0} in \"request\"")]
    BadRequest(&'static str),
    /// A question with none or both of two members.
    #[error("expected exactly one of \"token\" and \"headers\"")]
    BadPresentation,
    /// An id that was never sent, or was answered before.
    #[error("answer to id {0}, which is not waiting for one")]
    UnknownId(u64),
    /// Another version of the protocol.
    #[error("expected protocol 1, found {0}")]
    OtherVersion(u32),
}
