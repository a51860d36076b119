//! Commands and queries, one file each.

pub mod access;
pub mod body;
pub mod checks;
pub mod decide;
pub mod export;
pub mod import_pages;
pub mod imports;
pub mod index;
pub mod law_change;
pub mod law_effect;
pub mod law_pages;
pub mod lawbook;
pub mod load;
pub mod papers;
pub mod pictures;
pub mod todo;
pub mod touched;
pub mod view;
pub mod view_out;
pub mod write;

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::AccountId;

use crate::domain::Deny;

/// A refusal by the state of things: 409 with its own code.
pub(crate) fn refused(deny: Deny) -> Problem {
    Problem::conflict(deny.code, deny.text)
}

/// The caller as one who writes: account and name.
pub(crate) fn doer(ctx: &Ctx) -> (AccountId, &str) {
    (ctx.actor.account_id, ctx.actor.name.as_str())
}
