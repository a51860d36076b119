//! What a first page is made of. Pure.

pub mod page;
pub mod strip;
