//! Photos of drill reviews. Pictures are sent as copies made of the pixels alone: a camera's place
//! and serial number stay in the stored original.

use chengzhi_authz::Scope;
use chengzhi_files::{
    PhotoError, PhotoFacts, PhotoLimits, StoreError, read_photo, register, thumbnail,
};
use chengzhi_http::{Ctx, Problem, Unknown, Upload};
use chengzhi_kernel::FileHash;
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use crate::store::contests;

use super::{bad_field, refused, words};
use crate::domain::Deny;

/// Largest upload that is read at all.
pub const UPLOAD_LIMIT: usize = 30 * 1024 * 1024;

/// Most photos of a review.
const MOST_PHOTOS: usize = 30;

/// Which picture is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For lists.
    Thumb,
    /// For reading.
    Full,
}

impl Size {
    fn kind(self) -> (&'static str, u32) {
        match self {
            Size::Thumb => ("thumb", 320),
            Size::Full => ("view", 2_048),
        }
    }
}

/// Adds a photo: JPEG or PNG by content.
///
/// # Errors
/// 404 outside the scope; 409 for a full or repeated one; 422 for what is no photo.
pub async fn add(ctx: &Ctx, scope: &Scope, id: i64, upload: Upload) -> Result<(), Problem> {
    let bytes = upload.bytes.clone();
    let read = tokio::task::spawn_blocking(move || {
        let (facts, picture) = read_photo(&bytes, PhotoLimits::default())?;
        let small = thumbnail(&picture, Size::Thumb.kind().1)?;
        Ok::<(PhotoFacts, Vec<u8>), PhotoError>((facts, small))
    })
    .await
    .map_err(|error| Unknown::log(&error))?;
    let (facts, small) = read.map_err(|error| bad_field("file", error.to_string()))?;
    let mut tx = ctx.db().read().await?;
    contests::by_id(&mut tx, id)
        .await?
        .filter(|stored| scope.has_unit(stored.unit_id))
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    let files = &ctx.state.files;
    let stored = files.put(&upload.bytes).await.map_err(store_problem)?;
    files
        .put_derived(&stored.hash, Size::Thumb.kind().0, &small)
        .await
        .map_err(store_problem)?;
    let mut tx = ctx.db().write().await?;
    let contest = contests::take(&mut tx, id)
        .await?
        .filter(|stored| scope.has_unit(stored.unit_id))
        .ok_or_else(Problem::not_found)?;
    if contests::photos(&mut tx, &[id]).await?.len() >= MOST_PHOTOS {
        return Err(refused(Deny::new(
            "drill.photos_full",
            format!("照片最多{MOST_PHOTOS}张，请先删去多余的。"),
        )));
    }
    register(&mut tx, &stored, &facts).await?;
    let name = words::file_label(&upload.file_name);
    let hash = stored.hash.as_str();
    if !contests::add_photo(&mut tx, id, hash, &name, &ctx.actor.name, ctx.now).await? {
        return Err(refused(Deny::new(
            "drill.photo_twice",
            "这张照片已经上传，无需重复上传。",
        )));
    }
    tx.audit(
        ctx.audit("drill.contest_photo_add", format!("drill_contest:{id}"))
            .unit(contest.unit_id)
            .detail(json!({"hash": hash})),
    );
    tx.commit().await?;
    Ok(())
}

/// Takes a photo off.
///
/// # Errors
/// 404 outside the scope or for a photo that is not there.
pub async fn remove(ctx: &Ctx, scope: &Scope, id: i64, photo: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let contest = contests::take(&mut tx, id)
        .await?
        .filter(|stored| scope.has_unit(stored.unit_id))
        .ok_or_else(Problem::not_found)?;
    if !contests::remove_photo(&mut tx, id, photo, ctx.now).await? {
        return Err(Problem::not_found());
    }
    tx.audit(
        ctx.audit("drill.contest_photo_remove", format!("drill_contest:{id}"))
            .unit(contest.unit_id)
            .detail(json!({"photo": photo})),
    );
    tx.commit().await?;
    Ok(())
}

/// A photo's picture, JPEG.
///
/// # Errors
/// 404 outside the scope or for a photo that is not there.
pub async fn picture(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    photo: i64,
    size: Size,
) -> Result<Vec<u8>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let contest = super::contests::readable(&mut tx, scope, &tree, id).await?;
    let found = contests::photos(&mut tx, &[contest.id])
        .await?
        .into_iter()
        .find(|found| found.id == photo)
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    let hash = FileHash::parse(&found.hash).ok_or_else(Problem::not_found)?;
    let files = &ctx.state.files;
    let (kind, edge) = size.kind();
    if let Some(known) = files
        .read_derived(&hash, kind)
        .await
        .map_err(store_problem)?
    {
        return Ok(known);
    }
    let original = files.read(&hash).await.map_err(store_problem)?;
    let made = tokio::task::spawn_blocking(move || {
        let limits = PhotoLimits {
            // What was accepted once stays readable under later, tighter limits.
            max_bytes: usize::MAX,
            ..PhotoLimits::default()
        };
        let (_, picture) = read_photo(&original, limits)?;
        thumbnail(&picture, edge)
    })
    .await
    .map_err(|error| Unknown::log(&error))?
    .map_err(|error: PhotoError| Unknown::log(&error))?;
    files
        .put_derived(&hash, kind, &made)
        .await
        .map_err(store_problem)?;
    Ok(made)
}

/// A disk that refuses is told in plain words; damage is logged.
fn store_problem(error: StoreError) -> Problem {
    if let StoreError::Io(cause) = &error {
        if cause.kind() == std::io::ErrorKind::StorageFull {
            return Problem::new(
                axum::http::StatusCode::INSUFFICIENT_STORAGE,
                "files.full",
                "存储空间已满",
                "服务器存储空间已满，文件没有保存，请联系系统管理员。",
            );
        }
        if cause.kind() == std::io::ErrorKind::NotFound {
            tracing::error!(error = %error, "a stored file is missing");
            return Problem::not_found();
        }
    }
    Unknown::log(&error)
}
