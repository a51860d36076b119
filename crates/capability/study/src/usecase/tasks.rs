//! The city's monthly task with its materials (B-35).

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Upload};
use chengzhi_kernel::{FileHash, Month, Timestamp};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Deny;
use crate::store::tasks::{self, Material, Task};

use super::photos::store_problem;
use super::policy::YearRules;
use super::{bad_field, refused, words};

/// Largest file that goes with a task.
pub const MATERIAL_LIMIT: usize = 30 * 1024 * 1024;
/// Most files of a task.
const MATERIALS: usize = 20;

/// A file of a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaterialOut {
    /// Name as uploaded.
    pub name: String,
    /// SHA-256.
    pub hash: String,
    /// Bytes.
    pub size: i64,
    /// Where to get it.
    pub url: String,
}

/// A month of the year with its task, if issued.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskOut {
    /// Month it is for.
    #[schema(value_type = String)]
    pub month: Month,
    /// Topic; empty when not issued.
    pub topic: String,
    /// Guidance.
    pub guidance: String,
    /// Files.
    pub materials: Vec<MaterialOut>,
    /// First issued.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub issued_at: Option<Timestamp>,
    /// By whom.
    pub issued_by: Option<String>,
    /// Told to the city when the month's task is due or overdue.
    pub missing_warning: Option<String>,
}

/// A material as sent.
#[must_use]
pub fn material_out(month: Month, material: Material) -> MaterialOut {
    MaterialOut {
        url: format!("/api/v1/study/tasks/{month}/materials/{}", material.hash),
        name: material.name,
        hash: material.hash,
        size: material.size,
    }
}

/// The twelve months of a year with their tasks.
///
/// # Errors
/// 409 without rules for the year.
pub async fn list(ctx: &Ctx, year: i32) -> Result<Vec<TaskOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let rules = YearRules::load(&mut tx, &ctx.state, year).await?;
    let issued = tasks::of_year(&mut tx, year).await?;
    let mut rows = Vec::new();
    for month in Month::of_year(year) {
        rows.push(match issued.iter().find(|task| task.month == month) {
            Some(task) => task_out(&mut tx, task.clone()).await?,
            None => TaskOut {
                month,
                topic: String::new(),
                guidance: String::new(),
                materials: Vec::new(),
                issued_at: None,
                issued_by: None,
                missing_warning: missing_warning(&rules, month, ctx.now),
            },
        });
    }
    Ok(rows)
}

async fn task_out(tx: &mut Tx, task: Task) -> Result<TaskOut, Problem> {
    let materials = tasks::materials(tx, task.month, task.month).await?;
    Ok(TaskOut {
        month: task.month,
        topic: task.topic,
        guidance: task.guidance,
        materials: materials
            .into_iter()
            .map(|material| material_out(task.month, material))
            .collect(),
        issued_at: Some(task.issued_at),
        issued_by: Some(task.issued_by_name),
        missing_warning: None,
    })
}

/// The warning for a month without a task: in the last week before it is due, and once it is
/// overdue until the month is over.
#[must_use]
pub fn missing_warning(rules: &YearRules, month: Month, now: Timestamp) -> Option<String> {
    let due = rules.task_due(month);
    let over = Timestamp::end_of_day(month.last_day());
    if now >= over || now < due.plus_days(-7) {
        return None;
    }
    let due_text = due.format_bound_cn();
    Some(if now >= due {
        format!(
            "{}的任务应在{due_text}前下发，尚未下发；各单位仍可先填报。",
            month.label_cn()
        )
    } else {
        format!("{}的任务应在{due_text}前下发。", month.label_cn())
    })
}

/// Issues or changes a month's task. A month that is over keeps what it had.
///
/// # Errors
/// 409 for a month that is over; 422 for a field.
pub async fn put(ctx: &Ctx, month: Month, topic: &str, guidance: &str) -> Result<TaskOut, Problem> {
    let topic = words::required("topic", "学习主题", topic, 200)?;
    let guidance = words::optional("guidance", "学习指引", guidance, 5_000)?;
    check_month(ctx, month)?;
    let mut tx = ctx.db().write().await?;
    let by = (Some(ctx.actor.account_id), ctx.actor.name.as_str());
    let task = tasks::put(&mut tx, month, &topic, &guidance, by, ctx.now).await?;
    tx.audit(
        ctx.audit("study.task", format!("study_task:{month}"))
            .detail(json!({"topic": topic})),
    );
    let out = task_out(&mut tx, task).await?;
    tx.commit().await?;
    Ok(out)
}

fn check_month(ctx: &Ctx, month: Month) -> Result<(), Problem> {
    let this_month = Month::of(ctx.today);
    if month < this_month {
        return Err(refused(Deny::new(
            "study.task_over",
            format!("{}已经结束，任务不能再更改。", month.label_cn()),
        )));
    }
    if month.year() > this_month.year() + 1 {
        return Err(bad_field("month", "任务最多提前到下一年度。"));
    }
    Ok(())
}

/// Adds a file to an issued task.
///
/// # Errors
/// 404 without a task; 409 for a month that is over, a full task or a repeated file; 422 for a file
/// of another type.
pub async fn add_material(ctx: &Ctx, month: Month, upload: Upload) -> Result<TaskOut, Problem> {
    check_month(ctx, month)?;
    let name = words::file_label(&upload.file_name);
    let mime = material_type(&name, &upload.bytes).ok_or_else(|| {
        bad_field(
            "file",
            format!("“{name}”不能收：只收PDF、Word（docx）、PowerPoint（pptx）、Excel（xlsx）和JPEG、PNG图片，且内容须与扩展名相符。"),
        )
    })?;
    let stored = ctx
        .state
        .files
        .put(&upload.bytes)
        .await
        .map_err(store_problem)?;
    let mut tx = ctx.db().write().await?;
    let task = tasks::find(&mut tx, month)
        .await?
        .ok_or_else(|| Problem::conflict("study.task_missing", "请先下发任务，再上传材料。"))?;
    if tasks::materials(&mut tx, month, month).await?.len() >= MATERIALS {
        return Err(Problem::conflict(
            "study.materials_full",
            format!("一个任务最多{MATERIALS}份材料，请先删去一份。"),
        ));
    }
    chengzhi_files::register_file(&mut tx, &stored, mime).await?;
    let material = Material {
        task_id: task.id,
        hash: stored.hash.as_str().to_owned(),
        name: name.clone(),
        mime: mime.to_owned(),
        size: stored.size,
    };
    if !tasks::add_material(&mut tx, &material, &ctx.actor.name, ctx.now).await? {
        return Err(Problem::conflict(
            "study.material_twice",
            "这份材料已经上传过。",
        ));
    }
    tx.audit(
        ctx.audit("study.task_material_add", format!("study_task:{month}"))
            .detail(json!({"name": name, "hash": material.hash})),
    );
    let out = task_out(&mut tx, task).await?;
    tx.commit().await?;
    Ok(out)
}

/// Takes a file off a task.
///
/// # Errors
/// 404 when it is not there; 409 for a month that is over.
pub async fn remove_material(ctx: &Ctx, month: Month, hash: &str) -> Result<TaskOut, Problem> {
    check_month(ctx, month)?;
    let mut tx = ctx.db().write().await?;
    let task = tasks::find(&mut tx, month)
        .await?
        .ok_or_else(Problem::not_found)?;
    if !tasks::remove_material(&mut tx, task.id, hash).await? {
        return Err(Problem::not_found());
    }
    tx.audit(
        ctx.audit("study.task_material_remove", format!("study_task:{month}"))
            .detail(json!({"hash": hash})),
    );
    let out = task_out(&mut tx, task).await?;
    tx.commit().await?;
    Ok(out)
}

/// Reads a material: name, type and content.
///
/// # Errors
/// 404 when the month's task has no such file.
pub async fn read_material(
    ctx: &Ctx,
    month: Month,
    hash: &str,
) -> Result<(Material, Vec<u8>), Problem> {
    let mut tx = ctx.db().read().await?;
    let material = tasks::materials(&mut tx, month, month)
        .await?
        .into_iter()
        .find(|material| material.hash == hash)
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    let file = FileHash::parse(hash).ok_or_else(Problem::not_found)?;
    let bytes = ctx.state.files.read(&file).await.map_err(store_problem)?;
    Ok((material, bytes))
}

/// The content type of a material by its content, which must agree with its ending.
fn material_type(name: &str, content: &[u8]) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let has = |part: &[u8]| content.windows(part.len()).any(|window| window == part);
    let zip = content.starts_with(b"PK\x03\x04");
    match ending.as_str() {
        "pdf" if content.starts_with(b"%PDF-") => Some("application/pdf"),
        "docx" if zip && has(b"word/") => {
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        }
        "pptx" if zip && has(b"ppt/") => {
            Some("application/vnd.openxmlformats-officedocument.presentationml.presentation")
        }
        "xlsx" if zip && has(b"xl/") => {
            Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        "jpg" | "jpeg" if content.starts_with(&[0xFF, 0xD8, 0xFF]) => Some("image/jpeg"),
        "png" if content.starts_with(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_material_is_what_its_content_says() {
        assert_eq!(
            material_type("讲义.PDF", b"%PDF-1.7 x"),
            Some("application/pdf")
        );
        assert!(material_type("讲义.docx", b"PK\x03\x04....word/document.xml").is_some());
        assert!(material_type("表.xlsx", b"PK\x03\x04....xl/workbook.xml").is_some());
        for (name, content) in [
            ("讲义.pdf", b"PK\x03\x04".as_slice()),
            ("讲义.exe", b"%PDF-1.7"),
            ("讲义.docx", b"PK\x03\x04....xl/workbook.xml"),
            ("讲义", b"%PDF-1.7"),
            ("图.png", b"<svg/>"),
            ("宏.docm", b"PK\x03\x04....word/document.xml"),
        ] {
            assert_eq!(material_type(name, content), None, "{name}");
        }
    }
}
