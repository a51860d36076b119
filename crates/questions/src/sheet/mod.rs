//! The Chinese Excel template: one row a question, the rows of sub-questions below their case.

mod cells;
mod columns;
mod read;
mod write;

pub(crate) use read::read;
pub use write::template;
pub(crate) use write::write;

#[cfg(test)]
mod tests;
