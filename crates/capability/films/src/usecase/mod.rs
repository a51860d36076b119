//! What happens to a film.

pub mod arrive;
pub mod check;
pub mod hold;
pub mod library;
pub mod look;
pub mod room;
