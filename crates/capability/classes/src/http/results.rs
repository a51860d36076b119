//! Evaluation, results, hours and credits.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Multipart;
use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, upload_named};
use chengzhi_kernel::{Date, Quantity};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::awards::{self, ClassAwardsOut};
use crate::usecase::evaluate::{self, ClassEvaluationsOut};
use crate::usecase::exam_link::{self, ClassExamOut, ExamBook};
use crate::usecase::results::{self, ClassResultOut, ResultInput};
use crate::usecase::results_import::{self, ClassResultImportOut, SHEET_LIMIT};

/// Evaluations of a class, as far as enough have answered.
#[utoipa::path(get, path = "/classes/{id}/evaluations", tag = "classes", responses(
    (status = 200, body = ClassEvaluationsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_evaluations(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassEvaluationsOut>, Problem> {
    Ok(Json(evaluate::results(&allow.ctx, &allow.scope, id).await?))
}

/// An evaluation of a course.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassEvaluationIn {
    course_id: i64,
    /// 1 to 5 for each question.
    scores: Vec<u32>,
    #[serde(default)]
    text: String,
}

/// Evaluates a course of the own class; the answer keeps no name.
#[utoipa::path(post, path = "/classes/{id}/evaluations", tag = "classes", request_body = ClassEvaluationIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn evaluate_class_course(
    allow: Allow<need::ClassOwn>,
    Path(id): Path<i64>,
    Json(body): Json<ClassEvaluationIn>,
) -> Result<StatusCode, Problem> {
    evaluate::answer(&allow.ctx, id, body.course_id, body.scores, &body.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A third party's evaluation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutsideEvaluationIn {
    evaluator: String,
    held_on: Date,
    /// 0 to 100.
    #[schema(value_type = f64)]
    score: Quantity,
    #[serde(default)]
    text: String,
}

/// Enters a third party's evaluation.
#[utoipa::path(post, path = "/classes/{id}/outside-evaluations", tag = "classes",
    request_body = ClassOutsideEvaluationIn, responses(
    (status = 200, body = ClassEvaluationsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_outside_evaluation(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassOutsideEvaluationIn>,
) -> Result<Json<ClassEvaluationsOut>, Problem> {
    let ctx = &allow.ctx;
    evaluate::add_outside(
        ctx,
        id,
        &body.evaluator,
        body.held_on,
        body.score,
        &body.text,
    )
    .await?;
    Ok(Json(evaluate::results(ctx, &allow.scope, id).await?))
}

/// Results of a class.
#[utoipa::path(get, path = "/classes/{id}/results", tag = "classes", responses(
    (status = 200, body = Vec<ClassResultOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_results(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassResultOut>>, Problem> {
    Ok(Json(results::list(&allow.ctx, &allow.scope, id).await?))
}

/// A result.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassResultIn {
    trainee_id: i64,
    #[schema(value_type = Option<f64>)]
    score: Option<Quantity>,
    passed: Option<bool>,
    #[serde(default)]
    absent: bool,
    #[serde(default)]
    note: String,
}

/// Results.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassResultsIn {
    results: Vec<ClassResultIn>,
}

/// Enters or corrects results.
#[utoipa::path(put, path = "/classes/{id}/results", tag = "classes", request_body = ClassResultsIn, responses(
    (status = 200, body = Vec<ClassResultOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_results(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassResultsIn>,
) -> Result<Json<Vec<ClassResultOut>>, Problem> {
    let rows = body
        .results
        .into_iter()
        .map(|row| ResultInput {
            trainee: row.trainee_id,
            score: row.score,
            passed: row.passed,
            absent: row.absent,
            note: row.note,
        })
        .collect();
    results::save(&allow.ctx, id, rows).await?;
    Ok(Json(results::list(&allow.ctx, &allow.scope, id).await?))
}

/// Reads a sheet of results and gives each row its verdict.
#[utoipa::path(post, path = "/classes/{id}/results/imports", tag = "classes",
    request_body(content_type = "multipart/form-data", description = "Field `file`: .xlsx or .csv with 工号, 成绩"),
    responses(
    (status = 200, body = ClassResultImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_class_result_import(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Result<Json<ClassResultImportOut>, Problem> {
    let upload = upload_named(&mut form, "file", SHEET_LIMIT).await?;
    Ok(Json(results_import::dry_run(&allow.ctx, id, upload).await?))
}

/// How to commit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassResultCommitIn {
    /// Leave the broken rows out.
    #[serde(default)]
    leave_out_broken: bool,
}

/// Stores the good rows of a sheet that was read.
#[utoipa::path(post, path = "/classes/{id}/results/imports/{import_id}/commit", tag = "classes",
    request_body = ClassResultCommitIn, responses(
    (status = 200, body = ClassResultImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn commit_class_result_import(
    allow: Allow<need::ClassManage>,
    Path((id, import)): Path<(i64, i64)>,
    Json(body): Json<ClassResultCommitIn>,
) -> Result<Json<ClassResultImportOut>, Problem> {
    let leave_out = body.leave_out_broken;
    Ok(Json(
        results_import::commit(&allow.ctx, id, import, leave_out).await?,
    ))
}

type Book = Extension<Arc<dyn ExamBook>>;

/// Exams of the bureau that the class may take its results from.
#[utoipa::path(get, path = "/classes/{id}/exams", tag = "classes", responses(
    (status = 200, body = Vec<ClassExamOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_exams(
    allow: Allow<need::ClassManage>,
    Extension(book): Book,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassExamOut>>, Problem> {
    Ok(Json(exam_link::list(&allow.ctx, book.as_ref(), id).await?))
}

/// Whether an exam belongs to the class.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassExamIn {
    /// It does.
    linked: bool,
}

/// Links an exam to the class, or takes the link back; results follow at once.
#[utoipa::path(put, path = "/classes/{id}/exams/{exam_id}", tag = "classes", request_body = ClassExamIn, responses(
    (status = 200, body = Vec<ClassExamOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn link_class_exam(
    allow: Allow<need::ClassManage>,
    Extension(book): Book,
    Path((id, exam)): Path<(i64, i64)>,
    Json(body): Json<ClassExamIn>,
) -> Result<Json<Vec<ClassExamOut>>, Problem> {
    let ctx = &allow.ctx;
    Ok(Json(
        exam_link::link(ctx, book.as_ref(), id, exam, body.linked).await?,
    ))
}

/// Who would get hours and credits, and why not.
#[utoipa::path(get, path = "/classes/{id}/awards", tag = "classes", responses(
    (status = 200, body = ClassAwardsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_awards(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<ClassAwardsOut>, Problem> {
    Ok(Json(awards::preview(&allow.ctx, id).await?))
}

/// Posts what is due and reverses what is no longer due.
#[utoipa::path(post, path = "/classes/{id}/awards", tag = "classes", responses(
    (status = 200, body = ClassAwardsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn post_class_awards(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<ClassAwardsOut>, Problem> {
    Ok(Json(awards::post(&allow.ctx, id).await?))
}
