//! Photos of a record: adding and taking off.

use chengzhi_authz::Scope;
use chengzhi_files::{
    PhotoError, PhotoFacts, PhotoLimits, StoreError, read_photo, register, thumbnail,
};
use chengzhi_http::{Ctx, Problem, Unknown, Upload};
use chengzhi_kernel::{Month, UnitId};
use serde_json::json;

use crate::domain::state::{Event, next};
use crate::store::{photos, records};

use super::case;
use super::save::{check_open, open_record, touch};
use super::{bad_field, refused, words};

/// Longer edge of a thumbnail, pixels.
pub const THUMB_EDGE: u32 = 320;

/// Largest upload that is read at all; the rules' own limit is told in its own words.
pub const UPLOAD_LIMIT: usize = 30 * 1024 * 1024;

/// Adds a photo: JPEG or PNG by content, within the rules' limits. Without a record yet, it starts
/// one.
///
/// # Errors
/// 404 outside the scope; 409 for a state that does not allow it, a full record or a repeated
/// photo; 422 with what to do for a photo that cannot be taken.
pub async fn add(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    upload: Upload,
) -> Result<(), Problem> {
    let mut tx = ctx.db().read().await?;
    let before = case::read(&mut tx, ctx, scope, unit, month).await?;
    check_open(ctx, &before)?;
    drop(tx);
    let limits = PhotoLimits {
        max_bytes: before.rules.year.params.photo_max_bytes,
        ..PhotoLimits::default()
    };
    let bytes = upload.bytes.clone();
    let read = tokio::task::spawn_blocking(move || {
        let (facts, picture) = read_photo(&bytes, limits)?;
        let small = thumbnail(&picture, THUMB_EDGE)?;
        Ok::<(PhotoFacts, Vec<u8>), PhotoError>((facts, small))
    })
    .await
    .map_err(|error| Unknown::log(&error))?;
    let (facts, small) = read.map_err(|error| bad_field("file", error.to_string()))?;
    let stored = ctx
        .state
        .files
        .put(&upload.bytes)
        .await
        .map_err(store_problem)?;
    ctx.state
        .files
        .put_derived(&stored.hash, "thumb", &small)
        .await
        .map_err(store_problem)?;

    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, unit, month).await?;
    check_open(ctx, &case)?;
    let to = next(case.state, Event::Save).map_err(refused)?;
    open_record(&mut tx, ctx, &mut case).await?;
    let most = case.rules.year.params.max_photos;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    let have = photos::of_record(&mut tx, record.id).await?;
    if have.iter().any(|photo| photo.hash == stored.hash.as_str()) {
        return Err(Problem::conflict(
            "study.photo_twice",
            "这张照片已经在本记录中，无需重复上传。",
        ));
    }
    if have.len() >= most as usize {
        return Err(Problem::conflict(
            "study.photos_full",
            format!("每条记录最多{most}张照片，请先删去一张。"),
        ));
    }
    register(&mut tx, &stored, &facts).await?;
    let name = words::file_label(&upload.file_name);
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    photos::add(&mut tx, record.id, stored.hash.as_str(), &name, by, ctx.now).await?;
    record.state = to;
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("study.photo_add", words::subject(record))
            .unit(unit)
            .detail(json!({"month": month.to_string(), "hash": stored.hash.as_str()})),
    );
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a photo off a record. What earlier hand-ins showed stays readable.
///
/// # Errors
/// 404 outside the scope or for a photo that is not there; 409 for a state that does not allow it.
pub async fn remove(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    photo: i64,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, unit, month).await?;
    check_open(ctx, &case)?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    if !photos::remove(&mut tx, record.id, photo, ctx.now).await? {
        return Err(Problem::not_found());
    }
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("study.photo_remove", words::subject(record))
            .unit(unit)
            .detail(json!({"month": month.to_string(), "photo": photo})),
    );
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// A disk that refuses is told in plain words; damage is logged.
pub(super) fn store_problem(error: StoreError) -> Problem {
    if let StoreError::Io(cause) = &error
        && cause.kind() == std::io::ErrorKind::StorageFull
    {
        return Problem::new(
            axum::http::StatusCode::INSUFFICIENT_STORAGE,
            "files.full",
            "存储空间已满",
            "服务器存储空间已满，文件没有保存，请联系系统管理员。",
        );
    }
    Unknown::log(&error)
}
