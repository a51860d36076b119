//! Documents (文书): PDF through Typst, QR codes, calendar feeds and class archives.
//!
//! Nothing else in the workspace names Typst, so an ordinary edit does not rebuild it.
//!
//! - [`pdf::Typesetter`] turns a typed document of [`model`] into a PDF.
//! - [`qr`] draws QR codes.
//! - [`ical`] writes calendar feeds that phones subscribe to.
//! - [`archive`] streams a ZIP archive that explains itself.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// The sample documents are shared by the unit tests, which see the laid-out pages, and the examples.
#[cfg(test)]
extern crate self as chengzhi_documents;

pub mod archive;
mod error;
pub mod ical;
pub mod model;
pub mod pdf;
pub mod qr;

pub use error::DocumentError;
pub use pdf::{Document, FontSource, Pdf, Typesetter};
