//! Admitting an upload: the capability's policy, the unit's quota, the disk.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown, random_bytes};
use chengzhi_kernel::Timestamp;

use super::problem;
use crate::domain::tus;
use crate::domain::words::size;
use crate::policy::{Admission, Asked};
use crate::store::uploads::NewUpload;
use crate::store::{uploads, usage};
use crate::{UploadPolicy, Uploads};

/// An admitted upload.
pub(crate) struct Created {
    pub(crate) id: i64,
    pub(crate) expires_at: Timestamp,
}

/// Admits an upload of `length` bytes with `Upload-Metadata` as sent.
///
/// # Errors
/// 400 or 422 for unusable metadata; what the policy says; 413 for too large; 422 beyond the quota;
/// 507 when the disk could not take it all.
pub(crate) async fn create(
    ctx: &Ctx,
    service: &Uploads,
    length: u64,
    metadata: &str,
) -> Result<Created, Problem> {
    let keys = tus::metadata(metadata)?;
    let policy = service.known_policy(keys.get("purpose").map_or("", String::as_str))?;
    let asked = Asked {
        file_name: tus::file_name(keys.get("filename")),
        length,
        metadata: keys,
    };
    let admission = policy.admit(ctx, &asked).await?;
    if length == 0 {
        return Err(problem::refused(
            "文件是空的（0字节），请检查录像是否保存成功后重新选择。",
        ));
    }
    if length > admission.max_bytes {
        return Err(problem::too_large(length, admission.max_bytes));
    }
    // The file comes first: a row without its file would be an upload that cannot go on.
    let spool_name = hex::encode(random_bytes::<16>().map_err(|error| Unknown::log(&error))?);
    let (spool, name) = (service.spool.clone(), spool_name.clone());
    tokio::task::spawn_blocking(move || spool.create(&name))
        .await
        .map_err(io::Error::other)
        .and_then(|made| made)
        .map_err(|error| problem::disk(&error))?;
    let stored = store(
        ctx,
        service,
        policy.as_ref(),
        &asked,
        &admission,
        metadata,
        &spool_name,
    );
    match stored.await {
        Ok(created) => Ok(created),
        Err(problem) => {
            // Not fatal: the sweep finds a file without a row.
            if let Err(error) = service.spool.remove(&spool_name) {
                tracing::warn!(error = %error, "an empty spool file was left behind");
            }
            Err(problem)
        }
    }
}

async fn store(
    ctx: &Ctx,
    service: &Uploads,
    policy: &dyn UploadPolicy,
    asked: &Asked,
    admission: &Admission,
    metadata: &str,
    spool: &str,
) -> Result<Created, Problem> {
    let mut tx = ctx.db().write().await?;
    uploads::pass_gate(&mut tx).await?;
    check_count(&mut tx, ctx, service).await?;
    check_quota(&mut tx, policy, asked, admission).await?;
    check_disk(&mut tx, ctx, service, asked.length).await?;
    let expires_at = tx.wall_now().plus_hours(service.settings.expiry_hours);
    let new = NewUpload {
        purpose: policy.purpose(),
        unit: admission.unit,
        unit_name: &admission.unit_name,
        slot: &admission.slot,
        account: ctx.actor.account_id,
        account_name: &ctx.actor.name,
        file_name: &asked.file_name,
        metadata,
        length: asked.length,
        spool,
        started_at: ctx.now,
        expires_at,
    };
    let id = uploads::insert(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created { id, expires_at })
}

async fn check_count(tx: &mut Tx, ctx: &Ctx, service: &Uploads) -> Result<(), Problem> {
    let open = uploads::count_open(tx, ctx.actor.account_id).await?;
    if open < service.settings.open_per_account {
        return Ok(());
    }
    Err(Problem::conflict(
        "upload.too_many",
        format!("您有{open}个上传尚未完成，请先完成或取消其中一些。"),
    ))
}

async fn check_quota(
    tx: &mut Tx,
    policy: &dyn UploadPolicy,
    asked: &Asked,
    admission: &Admission,
) -> Result<(), Problem> {
    let Some(quota) = admission.quota_bytes else {
        return Ok(());
    };
    let used = usage::of_unit(tx, policy.purpose(), admission.unit).await?;
    if used.saturating_add(asked.length) <= quota {
        return Ok(());
    }
    Err(Problem::invalid(
        "upload.quota",
        format!(
            "{}的{}限{}，已用{}，还可上传{}，本文件有{}。请先取消未完成的上传，或移除尚未提交、不再用的文件；仍不够的，请联系市局教育培训管理员调高上限。",
            admission.unit_name,
            policy.name(),
            size(quota),
            size(used),
            size(quota.saturating_sub(used)),
            size(asked.length)
        ),
    ))
}

/// The disk must hold what is already promised to open uploads, this one, and the reserve.
async fn check_disk(tx: &mut Tx, ctx: &Ctx, service: &Uploads, length: u64) -> Result<(), Problem> {
    let promised = usage::promised(tx).await?;
    let room = |path: &Path, taken: u64| -> Result<u64, Problem> {
        let free = (service.space)(path)
            .map_err(|error| Unknown::log(&error))?
            .free;
        Ok(free
            .saturating_sub(service.settings.reserve_bytes)
            .saturating_sub(taken))
    };
    let mut free = room(service.spool.root(), promised.to_come)?;
    // On another disk than the spool a finished upload is copied, so its whole length must fit.
    if let Some(root) = ctx.state.files.local_root()
        && !same_disk(root, service.spool.root())
    {
        free = free.min(room(root, promised.in_spool + promised.to_come)?);
    }
    if length <= free {
        return Ok(());
    }
    Err(problem::full(format!(
        "服务器存放空间不足：还可接收{}，本文件有{}。文件没有开始上传，请联系市局系统管理员清理或扩容。",
        size(free),
        size(length)
    )))
}

fn same_disk(one: &Path, other: &Path) -> bool {
    let device = |path: &Path| std::fs::metadata(path).map(|meta| meta.dev()).ok();
    device(one) == device(other)
}
