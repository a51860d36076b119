//! Reading and verifying the audit log.

use std::collections::HashMap;

use chengzhi_db::{AuditBreak, AuditRow, DbError, verify_audit};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, Timestamp};

use crate::domain::words::{account_of, actions_like};
use crate::store::accounts;
use crate::store::audit_log::{self, ActionFilter, AuditFilter};

/// What is asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Part of the actor's name.
    pub actor: Option<String>,
    /// Part of the action's Chinese name or of its code.
    pub action: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Rows a page.
    pub limit: i64,
    /// Rows before.
    pub offset: i64,
}

/// One page of lines, newest first, with the names of the accounts they are about, and the number of all that fit.
#[derive(Debug)]
pub struct AuditPage {
    /// All that fit.
    pub total: i64,
    /// Lines.
    pub rows: Vec<AuditRow>,
    /// Names by account id.
    pub names: HashMap<i64, String>,
}

/// Reads a page.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn audit_page(ctx: &Ctx, wanted: Wanted) -> Result<AuditPage, DbError> {
    let filter = AuditFilter {
        actor: wanted.actor,
        action: wanted.action.map(|text| ActionFilter {
            codes: actions_like(&text),
            text,
        }),
        from: wanted.from.map(Timestamp::start_of_day),
        to: wanted.to.map(Timestamp::end_of_day),
    };
    let mut tx = ctx.db().read().await?;
    let (total, rows) = audit_log::page(&mut tx, &filter, wanted.limit, wanted.offset).await?;
    let about: Vec<i64> = rows
        .iter()
        .filter_map(|row| account_of(&row.subject))
        .collect();
    let names = accounts::names(&mut tx, &about).await?;
    Ok(AuditPage { total, rows, names })
}

/// Walks the whole chain: the number of lines, or the first that does not fit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(ctx: &Ctx) -> Result<Result<i64, AuditBreak>, DbError> {
    let mut tx = ctx.db().read().await?;
    verify_audit(&mut tx).await
}
