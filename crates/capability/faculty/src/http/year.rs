//! The year: targets, samples, and the words that pages choose from.

use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, XLSX, download};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::instructors::must;
use crate::usecase::samples::{FacultySampleOut, Subject, export, list, mark, unmark};
use crate::usecase::targets::{FacultyTargetsOut, targets};
use crate::usecase::words::{FacultyWordsOut, words, year_of};

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct YearQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// The year's targets against what there is.
#[utoipa::path(get, path = "/faculty/targets", tag = "faculty", params(YearQuery), responses(
    (status = 200, body = FacultyTargetsOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_faculty_targets(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<YearQuery>,
) -> Result<Json<FacultyTargetsOut>, Problem> {
    Ok(Json(targets(&allow.ctx, &allow.scope, query.year).await?))
}

/// Samples of a year.
#[utoipa::path(get, path = "/faculty/samples", tag = "faculty", params(YearQuery), responses(
    (status = 200, body = Vec<FacultySampleOut>),
))]
pub(super) async fn list_faculty_samples(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<YearQuery>,
) -> Result<Json<Vec<FacultySampleOut>>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope, query.year).await?))
}

/// A mark.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultySampleIn {
    /// This year unless said.
    year: Option<i32>,
    /// `courseware`, `base`, `instructor`, `studio`, `group`, `case`.
    subject: String,
    /// Its row.
    subject_id: i64,
    /// Why it is one.
    note: String,
}

/// Marks something as a sample of the year.
#[utoipa::path(post, path = "/faculty/samples", tag = "faculty", request_body = FacultySampleIn, responses(
    (status = 200, body = Vec<FacultySampleOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn mark_faculty_sample(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultySampleIn>,
) -> Result<Json<Vec<FacultySampleOut>>, Problem> {
    let subject = must("subject", &body.subject, Subject::from_code)?;
    let what = (subject, body.subject_id, body.note.as_str());
    mark(&allow.ctx, &allow.scope, body.year, what).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, body.year).await?))
}

/// Takes a mark off.
#[utoipa::path(delete, path = "/faculty/samples/{id}", tag = "faculty", responses(
    (status = 200, body = Vec<FacultySampleOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn unmark_faculty_sample(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<FacultySampleOut>>, Problem> {
    unmark(&allow.ctx, &allow.scope, id).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, None).await?))
}

/// The year's archive as a workbook.
#[utoipa::path(get, path = "/faculty/samples/export", tag = "faculty", params(YearQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn export_faculty_year(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<YearQuery>,
) -> Result<Response, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    let content = export(&allow.ctx, &allow.scope, query.year).await?;
    Ok(download(
        &format!("{year}年师资基地课程归档.xlsx"),
        XLSX,
        content,
    ))
}

/// Words that pages choose from.
#[utoipa::path(get, path = "/faculty/words", tag = "faculty", responses(
    (status = 200, body = FacultyWordsOut),
))]
pub(super) async fn list_faculty_words(
    _allow: Allow<need::FacultyRead>,
) -> Result<Json<FacultyWordsOut>, Problem> {
    Ok(Json(words()))
}
