//! What questions, citations and texts of law are and may become. Pure: no database, clock or chance.

pub mod articles;
pub mod basis;
pub mod life;

pub use chengzhi_cycle::Deny;
