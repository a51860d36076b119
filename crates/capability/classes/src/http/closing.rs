//! Closing: check list, materials, hand-in, decision, summary.

use axum::extract::Multipart;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, download, upload_named};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::closing::{self, ClassClosingPageOut, page};
use crate::usecase::materials::{self, UPLOAD_LIMIT};
use crate::usecase::summary::{self, ClassSummaryOut};

use super::classes::ClassVersionIn;
use super::plans::ClassReasonIn;

/// The closing of a class with its check list.
#[utoipa::path(get, path = "/classes/{id}/closing", tag = "classes", responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_closing(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// What a material is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MaterialQuery {
    /// `photo`, `sign_sheet`, `results`, `other`.
    kind: String,
    /// For photos: `teaching`, `fitness`, `drill_review`.
    subject: Option<String>,
}

/// Adds a photo or paper.
#[utoipa::path(post, path = "/classes/{id}/materials", tag = "classes", params(MaterialQuery),
    request_body(content_type = "multipart/form-data", description = "Field `file`: JPEG, PNG, PDF or .xlsx"), responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_material(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Query(query): Query<MaterialQuery>,
    mut form: Multipart,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    let upload = upload_named(&mut form, "file", UPLOAD_LIMIT).await?;
    materials::add(
        &allow.ctx,
        id,
        &query.kind,
        query.subject.as_deref(),
        upload,
    )
    .await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// Takes a material off.
#[utoipa::path(delete, path = "/classes/{id}/materials/{material_id}", tag = "classes", responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_class_material(
    allow: Allow<need::ClassManage>,
    Path((id, material)): Path<(i64, i64)>,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    materials::remove(&allow.ctx, id, material).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// How large.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MaterialFileQuery {
    /// A small picture for lists.
    #[serde(default)]
    small: bool,
}

/// A photo without camera data, or a paper as it is.
#[utoipa::path(get, path = "/classes/{id}/materials/{material_id}/file", tag = "classes",
    params(MaterialFileQuery), responses(
    (status = 200, content_type = "application/octet-stream"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_material(
    allow: Allow<need::ClassRead>,
    Path((id, material)): Path<(i64, i64)>,
    Query(query): Query<MaterialFileQuery>,
) -> Result<Response, Problem> {
    let (name, mime, bytes) =
        materials::content(&allow.ctx, &allow.scope, id, material, query.small).await?;
    if mime != "image/jpeg" {
        return Ok(download(&name, &mime, bytes));
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    // Private: the next person at this computer may have no right to it.
    let cache = HeaderValue::from_static("private, max-age=3600");
    headers.insert(header::CACHE_CONTROL, cache);
    Ok((StatusCode::OK, headers, bytes).into_response())
}

/// Hands the closing in, late or not.
#[utoipa::path(post, path = "/classes/{id}/closing/submit", tag = "classes", request_body = ClassVersionIn, responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn submit_class_closing(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassVersionIn>,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    closing::submit(&allow.ctx, id, body.version).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// Sends the closing back for completion.
#[utoipa::path(post, path = "/classes/{id}/closing/return", tag = "classes", request_body = ClassReasonIn, responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn return_class_closing(
    allow: Allow<need::ClassReview>,
    Path(id): Path<i64>,
    Json(body): Json<ClassReasonIn>,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    closing::send_back(&allow.ctx, id, body.version, &body.reason).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// What is said of a closing that is accepted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassAcceptIn {
    version: i64,
    #[serde(default)]
    note: String,
}

/// Accepts the closing: hours are posted, the class goes to the archive.
#[utoipa::path(post, path = "/classes/{id}/closing/accept", tag = "classes", request_body = ClassAcceptIn, responses(
    (status = 200, body = ClassClosingPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn accept_class_closing(
    allow: Allow<need::ClassReview>,
    Path(id): Path<i64>,
    Json(body): Json<ClassAcceptIn>,
) -> Result<Json<ClassClosingPageOut>, Problem> {
    closing::accept(&allow.ctx, id, body.version, &body.note).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// The summary and a fresh draft of it, for whoever runs or reviews the class.
#[utoipa::path(get, path = "/classes/{id}/summary", tag = "classes", responses(
    (status = 200, body = ClassSummaryOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_summary(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassSummaryOut>, Problem> {
    Ok(Json(summary::read(&allow.ctx, &allow.scope, id).await?))
}

/// A summary.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassSummaryIn {
    version: i64,
    text: String,
}

/// Writes the summary.
#[utoipa::path(put, path = "/classes/{id}/summary", tag = "classes", request_body = ClassSummaryIn, responses(
    (status = 200, body = ClassSummaryOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_summary(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassSummaryIn>,
) -> Result<Json<ClassSummaryOut>, Problem> {
    summary::save(&allow.ctx, id, body.version, &body.text).await?;
    Ok(Json(summary::view(&allow.ctx, id).await?))
}
