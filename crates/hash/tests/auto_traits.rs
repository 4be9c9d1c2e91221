//! Every public type can be sent to another thread and shared between threads. This is checked when it is compiled.

use std::error::Error;

use qsh_hash::percent::Decoded;
use qsh_hash::{Hasher, InvalidQsh, InvalidRequest, Qsh, Request};

const fn shareable<T: Send + Sync>() {}
const fn error<T: Error + Send + Sync + 'static>() {}

const _: () = {
    shareable::<Decoded>();
    shareable::<Hasher>();
    shareable::<Qsh>();
    shareable::<Request<'_>>();
    error::<InvalidQsh>();
    error::<InvalidRequest>();
};
