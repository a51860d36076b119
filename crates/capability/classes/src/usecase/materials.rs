//! Pictures and papers of a closing (B-28). What is odd about a photo is pointed out, never refused.

use chengzhi_authz::{Permission, Scope};
use chengzhi_files::{
    HEAD_BYTES, MediaKind, PhotoError, PhotoFacts, PhotoLimits, SIMILAR_DISTANCE, StoreError,
    look_distance, read_photo, register, register_file, thumbnail,
};
use chengzhi_http::{Ctx, Problem, Unknown, Upload};
use chengzhi_kernel::FileHash;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::kind::Subject;
use crate::domain::phase::Phase;
use crate::store::closings::{self, Material};

use super::case::Case;
use super::{bad_field, words};

/// Largest upload.
pub const UPLOAD_LIMIT: usize = 30 * 1024 * 1024;
/// Most materials of a class.
const MOST: usize = 200;
/// Edge of a picture for lists, and for reading.
const THUMB: (&str, u32) = ("thumb", 320);
const VIEW: (&str, u32) = ("view", 2_048);

/// A material as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassMaterialOut {
    /// Row id.
    pub id: i64,
    /// `photo`, `sign_sheet`, `results`, `other`.
    pub kind: String,
    /// What a photo shows.
    pub subject: Option<String>,
    /// Its word.
    pub subject_name: Option<String>,
    /// Name.
    pub name: String,
    /// Type by content.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// When the camera says it was taken.
    pub taken_at: Option<String>,
    /// What one should look at.
    pub hints: Vec<String>,
    /// Who added it.
    pub added_by: String,
    /// SHA-256.
    pub hash: String,
}

/// A material as sent.
#[must_use]
pub fn material_out(row: Material) -> ClassMaterialOut {
    ClassMaterialOut {
        id: row.id,
        kind: row.kind,
        subject: row.subject.map(|subject| subject.code().to_owned()),
        subject_name: row.subject.map(|subject| subject.name().to_owned()),
        name: row.name,
        mime: row.mime,
        size: row.size,
        taken_at: row.taken_at,
        hints: row.hints.lines().map(str::to_owned).collect(),
        added_by: row.added_by_name,
        hash: row.hash,
    }
}

fn open(case: &Case) -> Result<(), Problem> {
    if matches!(
        case.phase,
        Phase::Running | Phase::Ended | Phase::ReturnedForCompletion
    ) {
        return Ok(());
    }
    Err(Problem::conflict(
        "class.materials_closed",
        format!("培训班{}，现在不能增减结项材料。", case.phase.name()),
    ))
}

/// Adds a photo or paper.
///
/// # Errors
/// 404 for classes of others; 409 for a class that takes none or the same file again; 422 for what is neither photo nor
/// paper.
pub async fn add(
    ctx: &Ctx,
    id: i64,
    kind: &str,
    subject: Option<&str>,
    upload: Upload,
) -> Result<(), Problem> {
    if !["photo", "sign_sheet", "results", "other"].contains(&kind) {
        return Err(bad_field("kind", "请选择材料种类。"));
    }
    let subject =
        if kind == "photo" {
            let known = subject.and_then(Subject::from_code).filter(|subject| {
                matches!(
                    subject,
                    Subject::Teaching | Subject::Fitness | Subject::DrillReview
                )
            });
            Some(known.ok_or_else(|| {
                bad_field("subject", "请选择照片内容：授课、体能测试或队列会操。")
            })?)
        } else {
            None
        };
    let mut tx = ctx.db().read().await?;
    open(&Case::run_by(&mut tx, ctx, id).await?)?;
    drop(tx);
    let photo = match kind {
        "photo" => Some(read(&upload).await?),
        _ => None,
    };
    let mime = match &photo {
        Some((facts, _)) => facts.mime,
        None => paper_type(&upload.bytes).ok_or_else(|| {
            bad_field(
                "file",
                "材料只收PDF、照片（JPEG、PNG）和Excel表格（.xlsx）。",
            )
        })?,
    };
    let files = &ctx.state.files;
    let stored = files.put(&upload.bytes).await.map_err(store_problem)?;
    if let Some((_, small)) = &photo {
        files
            .put_derived(&stored.hash, THUMB.0, small)
            .await
            .map_err(store_problem)?;
    }
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    open(&case)?;
    let have = closings::of_classes(&mut tx, &[id]).await?;
    let hash = stored.hash.as_str().to_owned();
    if have.iter().any(|row| row.hash == hash) {
        return Err(Problem::conflict(
            "class.material_twice",
            "这份材料已经上传，无需重复上传。",
        ));
    }
    if have.len() >= MOST {
        return Err(Problem::conflict(
            "class.materials_full",
            format!("结项材料最多{MOST}份，请先删去多余的。"),
        ));
    }
    let facts = photo.map(|(facts, _)| facts);
    let hints = match &facts {
        Some(facts) => {
            register(&mut tx, &stored, facts).await?;
            let others = closings::other_photos(&mut tx, id).await?;
            hints(&case, facts, &hash, &have, &others)
        }
        None => {
            register_file(&mut tx, &stored, mime).await?;
            Vec::new()
        }
    };
    let row = Material {
        id: 0,
        class_id: id,
        kind: kind.to_owned(),
        subject,
        look: facts.as_ref().map(|facts| facts.look),
        mime: mime.to_owned(),
        name: words::file_label(&upload.file_name),
        size: stored.size,
        taken_at: facts.and_then(|facts| facts.taken_at),
        hints: hints.join("\n"),
        added_by_name: ctx.actor.name.clone(),
        hash,
    };
    closings::insert(&mut tx, &row, ctx.now).await?;
    tx.audit(
        ctx.audit("class.material_add", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"hash": row.hash, "kind": row.kind})),
    );
    tx.commit().await?;
    Ok(())
}

async fn read(upload: &Upload) -> Result<(PhotoFacts, Vec<u8>), Problem> {
    let bytes = upload.bytes.clone();
    tokio::task::spawn_blocking(move || {
        let (facts, picture) = read_photo(&bytes, PhotoLimits::default())?;
        let small = thumbnail(&picture, THUMB.1)?;
        Ok::<_, PhotoError>((facts, small))
    })
    .await
    .map_err(|error| Unknown::log(&error))?
    .map_err(|error| bad_field("file", error.to_string()))
}

/// The type of a paper by its content.
fn paper_type(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
    // A workbook is a ZIP that names its content types first; what else is in a ZIP is not taken.
    let workbook = bytes.starts_with(b"PK\x03\x04") && bytes.windows(3).any(|word| word == b"xl/");
    if workbook {
        return Some(chengzhi_http::XLSX);
    }
    if head.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    match MediaKind::of(head)? {
        kind if matches!(kind.mime(), "image/jpeg" | "image/png") => Some(kind.mime()),
        _ => None,
    }
}

fn hints(
    case: &Case,
    facts: &PhotoFacts,
    hash: &str,
    own: &[Material],
    others: &[(String, String, Option<i64>)],
) -> Vec<String> {
    let mut found = Vec::new();
    match &facts.taken_at {
        None => found.push("照片没有拍摄时间，请核对是否为原图。".to_owned()),
        Some(taken) => {
            // Cameras write the day first: 2024-06-03T09:15:00.
            let on = taken
                .get(..10)
                .and_then(|day| chengzhi_kernel::dates::parse_date(day).ok());
            let in_class = on.is_some_and(|day| {
                case.lessons
                    .iter()
                    .any(|row| row.lesson.span.from.date() == day)
            });
            if on.is_some() && !in_class {
                found.push(format!("拍摄时间{taken}不在上课日期内，请核对。"));
            }
        }
    }
    let near = |look: Option<i64>| {
        look.is_some_and(|look| look_distance(look, facts.look) <= SIMILAR_DISTANCE)
    };
    if let Some((title, ..)) = others.iter().find(|(_, other, _)| other == hash) {
        found.push(format!("同一张照片已用于“{title}”，请核对。"));
    } else if let Some((title, ..)) = others.iter().find(|(_, _, look)| near(*look)) {
        found.push(format!("与“{title}”的照片几乎相同，请核对。"));
    }
    if let Some(alike) = own.iter().find(|row| near(row.look)) {
        found.push(format!("与本班照片“{}”几乎相同，请核对。", alike.name));
    }
    found
}

/// Takes a material off.
///
/// # Errors
/// 404 for classes of others; 409 for a class that takes none.
pub async fn remove(ctx: &Ctx, id: i64, material: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    open(&case)?;
    if !closings::remove(&mut tx, id, material, ctx.now).await? {
        return Err(Problem::not_found());
    }
    tx.audit(
        ctx.audit("class.material_remove", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"material": material})),
    );
    tx.commit().await?;
    Ok(())
}

/// A material's content: a photo as a copy of its pixels, a paper as it is.
///
/// # Errors
/// 404 outside the scope or for a material that is not there.
pub async fn content(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    material: i64,
    small: bool,
) -> Result<(String, String, Vec<u8>), Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let staff = case.is_run_by(ctx)
        || scope.has_unit(case.class.unit_id)
        || ctx.actor.may(Permission::ClassReview);
    let row = closings::of_classes(&mut tx, &[id])
        .await?
        .into_iter()
        // Papers name people; only those who run or oversee the class read them.
        .find(|row| row.id == material && (staff || row.kind == "photo"))
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    let hash = FileHash::parse(&row.hash).ok_or_else(Problem::not_found)?;
    let files = &ctx.state.files;
    if row.kind != "photo" {
        let bytes = files.read(&hash).await.map_err(store_problem)?;
        return Ok((row.name, row.mime, bytes));
    }
    let (kind, edge) = if small { THUMB } else { VIEW };
    let jpeg = "image/jpeg".to_owned();
    if let Some(known) = files
        .read_derived(&hash, kind)
        .await
        .map_err(store_problem)?
    {
        return Ok((row.name, jpeg, known));
    }
    let original = files.read(&hash).await.map_err(store_problem)?;
    let made = tokio::task::spawn_blocking(move || {
        let limits = PhotoLimits {
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
    Ok((row.name, jpeg, made))
}

/// A disk that refuses is told in plain words; damage is logged.
pub(super) fn store_problem(error: StoreError) -> Problem {
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
