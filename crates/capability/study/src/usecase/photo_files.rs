//! The pictures themselves. The original carries the camera's place, so only the reviewer gets it;
//! everybody else gets a copy made of the pixels alone.

use chengzhi_authz::Scope;
use chengzhi_files::{PhotoError, PhotoLimits, StoreError, read_photo, thumbnail};
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{FileHash, Month, UnitId};

use crate::domain::review::may_review;
use crate::store::photos;

use super::access::{review_facts, reviewers};
use super::case;
use super::photos::{THUMB_EDGE, store_problem};

/// Longer edge of the copy for readers, pixels.
const VIEW_EDGE: u32 = 2_048;

/// A picture to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Content type.
    pub mime: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// Content hash, for caching.
    pub hash: String,
}

/// Which picture is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For lists.
    Thumb,
    /// For reading.
    Full,
}

/// Reads a photo of a record.
///
/// # Errors
/// 404 outside the scope or for a photo that is not there.
pub async fn picture(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    photo: i64,
    size: Size,
) -> Result<Picture, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = case::read(&mut tx, ctx, scope, slot.0, slot.1).await?;
    let record = case.record.as_ref().ok_or_else(Problem::not_found)?;
    let (hash, mime) = photos::file_of(&mut tx, record.id, photo)
        .await?
        .ok_or_else(Problem::not_found)?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let reviews = review_facts(&mut tx, ctx, &case, &reviewers)
        .await?
        .is_some_and(|facts| may_review(&facts, "", "").is_ok());
    drop(tx);
    let file = FileHash::parse(&hash).ok_or_else(Problem::not_found)?;
    match size {
        Size::Full if reviews => {
            let bytes = ctx.state.files.read(&file).await.map_err(read_problem)?;
            Ok(Picture { mime, bytes, hash })
        }
        Size::Full => derived(ctx, &file, "view", VIEW_EDGE).await,
        Size::Thumb => derived(ctx, &file, "thumb", THUMB_EDGE).await,
    }
}

/// A derived picture; made now when it is not there.
async fn derived(ctx: &Ctx, file: &FileHash, kind: &str, edge: u32) -> Result<Picture, Problem> {
    let files = &ctx.state.files;
    let known = files.read_derived(file, kind).await.map_err(read_problem)?;
    let bytes = match known {
        Some(bytes) => bytes,
        None => {
            let original = files.read(file).await.map_err(read_problem)?;
            let limits = PhotoLimits {
                // What was accepted once stays readable under later, tighter rules.
                max_bytes: usize::MAX,
                ..PhotoLimits::default()
            };
            let made = tokio::task::spawn_blocking(move || {
                let (_, picture) = read_photo(&original, limits)?;
                thumbnail(&picture, edge)
            })
            .await
            .map_err(|error| Unknown::log(&error))?
            .map_err(|error: PhotoError| Unknown::log(&error))?;
            files
                .put_derived(file, kind, &made)
                .await
                .map_err(store_problem)?;
            made
        }
    };
    Ok(Picture {
        mime: "image/jpeg".to_owned(),
        bytes,
        hash: file.as_str().to_owned(),
    })
}

fn read_problem(error: StoreError) -> Problem {
    if let StoreError::Io(cause) = &error
        && cause.kind() == std::io::ErrorKind::NotFound
    {
        tracing::error!(error = %error, "a stored file is missing");
        return Problem::not_found();
    }
    Unknown::log(&error)
}
