//! Finding an upload that the caller may touch.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Clock as _;

use crate::Uploads;
use crate::domain::state::{Upload, UploadState};
use crate::store::uploads;

/// The upload, if it exists for this caller. Its policy is asked each time: a permission taken away
/// ends the upload too.
///
/// # Errors
/// 404 when it does not exist for him.
pub(crate) async fn mine(ctx: &Ctx, service: &Uploads, id: i64) -> Result<Upload, Problem> {
    let mut tx = ctx.db().read().await?;
    let found = uploads::find(&mut tx, id).await?;
    drop(tx);
    let mut upload = found.ok_or_else(Problem::not_found)?;
    // The sweep may be late; the rule is the same at every look.
    let running = upload.state == UploadState::Open && !upload.awaits_finish();
    if running && upload.expires_at <= ctx.state.wall.now() {
        upload.state = UploadState::Expired;
    }
    let policy = service
        .policy_of(&upload.purpose)
        .ok_or_else(Problem::not_found)?;
    if policy.may_continue(ctx, &upload).await? {
        Ok(upload)
    } else {
        Err(Problem::not_found())
    }
}

/// The caller's open uploads, to go on with one on another device.
///
/// # Errors
/// 500 from the engine.
pub(crate) async fn my_open(
    ctx: &Ctx,
    purpose: Option<&str>,
    slot: Option<&str>,
) -> Result<Vec<Upload>, Problem> {
    let mut tx = ctx.db().read().await?;
    Ok(uploads::open_of_account(&mut tx, ctx.actor.account_id, purpose, slot).await?)
}
