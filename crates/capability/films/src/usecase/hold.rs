//! The hold on a film: while it stands the content stays, whatever its keeping period says.

use chengzhi_authz::Scope;
use chengzhi_drill::facade as drill;
use chengzhi_files::{FileRow, find_file, set_hold};
use chengzhi_http::fields::required;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::FileHash;
use serde_json::json;

/// Sets or lifts the hold and gives the file as it is then. What stands already changes nothing.
///
/// # Errors
/// 404 for what is no film of a record inside the scope; 409 once the content has gone; 422 without
/// a reason.
pub(crate) async fn set(
    ctx: &Ctx,
    scope: &Scope,
    hash: &FileHash,
    hold: bool,
    reason: &str,
) -> Result<FileRow, Problem> {
    let reason = required("reason", "原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let (record, unit) = drill::film_place(&mut tx, scope, hash.as_str())
        .await?
        .ok_or_else(Problem::not_found)?;
    let row = find_file(&mut tx, hash)
        .await?
        .ok_or_else(Problem::not_found)?;
    if row.hold == hold && row.gone_at.is_none() {
        return Ok(row);
    }
    if !set_hold(&mut tx, hash, hold).await? {
        return Err(Problem::conflict(
            "film.gone",
            "影像已过保存期被清理，不能再冻结；记录、标注和截图仍然保留。",
        ));
    }
    let action = if hold { "film.hold" } else { "film.unhold" };
    tx.audit(
        ctx.audit(action, format!("drill_record:{record}"))
            .unit(unit)
            .detail(json!({"hash": hash.as_str(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(FileRow { hold, ..row })
}
