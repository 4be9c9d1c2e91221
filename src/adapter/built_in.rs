//! Our own implementation.
