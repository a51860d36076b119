//! Pure parts: the protocol's headers, an upload's states, byte ranges, words.

pub(crate) mod range;
pub(crate) mod state;
pub(crate) mod tus;
pub(crate) mod words;
