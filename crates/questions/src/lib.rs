//! Questions (题目): the model, its formats for import and export, near-duplicates, comparing short texts.
//!
//! Pure: bytes in, values out; no database, no clock, no randomness. [`parse`] gives a verdict per
//! question of a file, [`write`] a file and a list of what it does not carry, [`check::Report`] what
//! the command line prints, [`similar`] finds questions that say the same, [`compare`] texts that do.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod aiken;
mod archive;
mod assemble;
pub mod check;
pub mod compare;
mod decode;
mod draft;
mod format;
mod gift;
mod html;
mod lossless;
mod media;
mod model;
mod moodle;
mod qti;
mod sheet;
pub mod similar;
mod tags;
pub mod text;
mod validate;
mod word;
mod xml;

pub use decode::MAX_FILE;
pub use format::{
    Format, Item, Lost, MAX_ITEMS, Parsed, Unreadable, Written, detect, parse, write,
};
pub use model::{
    Answer, Kind, Part, Picture, Question, Source, letter, letter_index, media_type_of,
    picture_mark, pictures_in,
};
pub use sheet::template;
pub use validate::{
    Fault, MAX_OPTIONS, MAX_PARTS, MAX_PICTURE_BYTES, MAX_PICTURES, MAX_SHORT, MAX_TEXT, sentence,
};
