//! Giving an upload up.

use std::time::Duration;

use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use super::{look, problem};
use crate::Uploads;
use crate::domain::state::UploadState;
use crate::store::uploads;

/// Ends an open upload and removes its bytes. Ending it twice is no error.
///
/// # Errors
/// 404 for what does not exist for the caller; 409 once it is complete; 410 for one that is over by
/// itself.
pub(crate) async fn end(ctx: &Ctx, service: &Uploads, id: i64) -> Result<(), Problem> {
    let upload = look::mine(ctx, service, id).await?;
    match upload.state {
        UploadState::Open => {}
        UploadState::Ended => return Ok(()),
        UploadState::Complete => return Err(complete()),
        UploadState::Refused | UploadState::Expired => return Err(problem::over(&upload)),
    }
    // A part on its way in is told; should it count once more, it finds the upload closed.
    service.writers.end_silent(id, Duration::ZERO);
    let mut tx = ctx.db().write().await?;
    let closed = uploads::close(&mut tx, id, UploadState::Ended, None).await?;
    if !closed {
        return Err(complete());
    }
    tx.audit(
        ctx.audit("upload.end", format!("upload:{id}"))
            .unit(upload.unit)
            .detail(json!({"name": upload.file_name, "received": upload.received})),
    );
    tx.commit().await?;
    if let Err(error) = service.spool.remove(&upload.spool) {
        tracing::warn!(upload = id, error = %error, "spool file stays until the sweep");
    }
    Ok(())
}

fn complete() -> Problem {
    Problem::conflict(
        "upload.complete",
        "文件已上传完成，不能取消。如需更换，请在填报页面删除或替换。",
    )
}
