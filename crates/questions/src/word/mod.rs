//! Word documents in the usual Chinese layout: `1. 题干`, `A. 选项`, `答案：`, `解析：`, headings
//! such as `一、单选题`.

mod document;
mod key;
mod labels;
mod layout;
mod numbering;
mod read;
mod write;

pub(crate) use labels::options_of;
pub(crate) use read::{read, utf8};
pub(crate) use write::write;

#[cfg(test)]
mod tests;
