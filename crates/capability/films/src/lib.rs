//! 训练影像: what stands between drill, uploads and the pre-check of films.
//!
//! A squad's film arrives by an upload of the purpose `drill.film` ([`FilmPolicy`]); drill takes it
//! for a session through [`ClaimedFilms`]; [`FilmChecks`] looks at it in the background, writes marks,
//! thumbnails and a fingerprint, and makes a copy that browsers play. Nothing here rejects a film.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
pub use usecase::arrive::{ClaimedFilms, FilmPolicy};
pub use usecase::check::FilmChecks;
