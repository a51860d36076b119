//! Figures: from beside the track, corrected, from a sheet.

use axum::extract::Multipart;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, XLSX, download, upload_named};
use chengzhi_kernel::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::correct::correct;
use crate::usecase::marks::{FitnessMarkedOut, MarkInput, record};
use crate::usecase::page::{FitnessTestPageOut, view};
use crate::usecase::sheet::{self, FitnessSheetOut, SHEET_LIMIT};

/// A figure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessMarkIn {
    /// Name given by the sender: the same one is stored once.
    key: String,
    /// Entry of the list.
    entry_id: i64,
    /// Code of the item.
    item: String,
    /// `13.4`, `4:35`, `265`, 未完成.
    text: String,
    /// When it was measured, by the sender's clock.
    #[schema(value_type = Option<String>, format = DateTime)]
    measured_at: Option<Timestamp>,
}

/// Figures.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessMarksIn {
    /// Sent from a phone beside the track.
    #[serde(default)]
    phone: bool,
    /// At most 300.
    marks: Vec<FitnessMarkIn>,
}

/// Stores figures, each with its own verdict; sent twice they are stored once.
#[utoipa::path(post, path = "/fitness/tests/{id}/marks", tag = "fitness", request_body = FitnessMarksIn, responses(
    (status = 200, body = Vec<FitnessMarkedOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn record_fitness_marks(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessMarksIn>,
) -> Result<Json<Vec<FitnessMarkedOut>>, Problem> {
    let marks = body.marks.into_iter().map(|one| MarkInput {
        key: one.key,
        entry: one.entry_id,
        item: one.item,
        text: one.text,
        measured_at: one.measured_at,
    });
    let source = if body.phone { "phone" } else { "desk" };
    let told = record(&allow.ctx, &allow.scope, id, source, marks.collect()).await?;
    Ok(Json(told))
}

/// A correction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessCorrectIn {
    /// The right figure; none strikes it out.
    text: Option<String>,
    /// Why.
    reason: String,
}

/// Corrects a figure or strikes it out; the old one stays.
#[utoipa::path(post, path = "/fitness/marks/{id}/correct", tag = "fitness", request_body = FitnessCorrectIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn correct_fitness_mark(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessCorrectIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    let test = correct(ctx, scope, id, body.text.as_deref(), &body.reason).await?;
    Ok(Json(view(ctx, scope, test).await?))
}

/// The sheet to be filled in.
#[utoipa::path(get, path = "/fitness/tests/{id}/sheets", tag = "fitness", responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_fitness_template(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let content = sheet::template(&allow.ctx, &allow.scope, id).await?;
    Ok(download("体能成绩登记表.xlsx", XLSX, content))
}

/// Reads a sheet and gives each row its verdict.
#[utoipa::path(post, path = "/fitness/tests/{id}/sheets", tag = "fitness",
    request_body(content_type = "multipart/form-data", description = "Field `file`: .xlsx or .csv with 工号, 姓名 and a column for each item"),
    responses(
    (status = 200, body = FitnessSheetOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn read_fitness_sheet(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Result<Json<FitnessSheetOut>, Problem> {
    let upload = upload_named(&mut form, "file", SHEET_LIMIT).await?;
    Ok(Json(
        sheet::dry_run(&allow.ctx, &allow.scope, id, upload).await?,
    ))
}

/// How to store.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessStoreIn {
    /// Leave the broken rows out.
    #[serde(default)]
    leave_out_broken: bool,
}

/// Stores the good rows of a sheet that was read.
#[utoipa::path(post, path = "/fitness/tests/{id}/sheets/{sheet}/commit", tag = "fitness", request_body = FitnessStoreIn, responses(
    (status = 200, body = FitnessSheetOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn store_fitness_sheet(
    allow: Allow<need::FitnessManage>,
    Path((id, sheet)): Path<(i64, i64)>,
    Json(body): Json<FitnessStoreIn>,
) -> Result<Json<FitnessSheetOut>, Problem> {
    let leave_out = body.leave_out_broken;
    Ok(Json(
        sheet::commit(&allow.ctx, &allow.scope, id, sheet, leave_out).await?,
    ))
}
