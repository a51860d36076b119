//! The city's monthly tasks.

use axum::extract::Multipart;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, upload_named};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::tasks::{self, MATERIAL_LIMIT, TaskOut};
use crate::usecase::words::{month_of, year_of};

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct YearQuery {
    /// This year unless said.
    pub(super) year: Option<i32>,
}

/// The twelve months of a year with their tasks.
#[utoipa::path(get, path = "/study/tasks", tag = "study", params(YearQuery), responses(
    (status = 200, body = Vec<TaskOut>),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_study_tasks(
    allow: Allow<need::StudyTaskRead>,
    Query(query): Query<YearQuery>,
) -> Result<Json<Vec<TaskOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(tasks::list(&allow.ctx, year).await?))
}

/// A task.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct TaskIn {
    topic: String,
    #[serde(default)]
    guidance: String,
}

/// Issues or changes the task of a month.
#[utoipa::path(put, path = "/study/tasks/{month}", tag = "study", request_body = TaskIn, responses(
    (status = 200, body = TaskOut),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_study_task(
    allow: Allow<need::StudyTask>,
    Path(month): Path<String>,
    Json(body): Json<TaskIn>,
) -> Result<Json<TaskOut>, Problem> {
    let month = month_of(&month)?;
    Ok(Json(
        tasks::put(&allow.ctx, month, &body.topic, &body.guidance).await?,
    ))
}

/// Adds a file to a task.
#[utoipa::path(post, path = "/study/tasks/{month}/materials", tag = "study",
    request_body(content_type = "multipart/form-data", description = "Field `file`: pdf, docx, pptx, xlsx, jpg, png"), responses(
    (status = 200, body = TaskOut),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_study_material(
    allow: Allow<need::StudyTask>,
    Path(month): Path<String>,
    mut form: Multipart,
) -> Result<Json<TaskOut>, Problem> {
    let month = month_of(&month)?;
    let upload = upload_named(&mut form, "file", MATERIAL_LIMIT).await?;
    Ok(Json(tasks::add_material(&allow.ctx, month, upload).await?))
}

/// A file of a task, to be saved.
#[utoipa::path(get, path = "/study/tasks/{month}/materials/{hash}", tag = "study", responses(
    (status = 200, content_type = "application/octet-stream"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_material(
    allow: Allow<need::StudyTaskRead>,
    Path((month, hash)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let month = month_of(&month)?;
    let (material, bytes) = tasks::read_material(&allow.ctx, month, &hash).await?;
    let mut headers = HeaderMap::new();
    if let Ok(mime) = material.mime.parse() {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    // Saved, never shown inside our pages: a document must not run as one of them.
    let disposition = format!("attachment; filename*=UTF-8''{}", percent(&material.name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok((StatusCode::OK, headers, bytes).into_response())
}

/// Percent-encodes everything but letters, digits, `-`, `.` and `_`.
pub(super) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Takes a file off a task.
#[utoipa::path(delete, path = "/study/tasks/{month}/materials/{hash}", tag = "study", responses(
    (status = 200, body = TaskOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_study_material(
    allow: Allow<need::StudyTask>,
    Path((month, hash)): Path<(String, String)>,
) -> Result<Json<TaskOut>, Problem> {
    let month = month_of(&month)?;
    Ok(Json(
        tasks::remove_material(&allow.ctx, month, &hash).await?,
    ))
}
