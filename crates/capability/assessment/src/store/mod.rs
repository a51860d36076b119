//! SQL of the capability.

pub mod imports;
pub mod ledger;
pub mod policies;
pub mod waivers;
