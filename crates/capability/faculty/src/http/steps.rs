//! The life of an instructor.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::FacultyReasonIn;
use super::instructors::{code, must};
use crate::domain::instructor::{Ahead, YearResult};
use crate::domain::trial::{Answer, Score};
use crate::usecase::ending::release;
use crate::usecase::instructor_out::FacultyInstructorPageOut;
use crate::usecase::instructor_page::view;
use crate::usecase::steps::{TrialInput, appoint, assess, record_trial, refuse, renew, withdraw};

/// A judge's points.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyScoreIn {
    judge: String,
    /// Hundredths, 0 to 10000.
    score: i64,
}

/// A condition's answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyConditionIn {
    code: String,
    met: bool,
}

/// A trial lecture.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyTrialIn {
    /// `version` as read.
    version: i64,
    held_on: Date,
    topic: String,
    scores: Vec<FacultyScoreIn>,
    /// Every condition of the rules.
    conditions: Vec<FacultyConditionIn>,
    #[serde(default)]
    note: String,
}

/// Records a trial lecture with its judges' points.
#[utoipa::path(post, path = "/faculty/instructors/{id}/trials", tag = "faculty", request_body = FacultyTrialIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn record_faculty_trial(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyTrialIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    let input = TrialInput {
        version: body.version,
        held_on: body.held_on,
        topic: body.topic,
        scores: body
            .scores
            .into_iter()
            .map(|score| Score {
                judge: score.judge,
                score: score.score,
            })
            .collect(),
        answers: body
            .conditions
            .into_iter()
            .map(|answer| Answer {
                code: answer.code,
                met: answer.met,
            })
            .collect(),
        note: body.note,
    };
    record_trial(&allow.ctx, &allow.scope, id, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A term.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyTermIn {
    /// `version` as read.
    version: i64,
    /// First day.
    from: Date,
    /// Last day; the rules' term when left out.
    until: Option<Date>,
}

/// Appoints an instructor for a term.
#[utoipa::path(post, path = "/faculty/instructors/{id}/appoint", tag = "faculty", request_body = FacultyTermIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn appoint_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyTermIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    let term = (body.from, body.until);
    appoint(&allow.ctx, &allow.scope, id, body.version, term).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Does not appoint an instructor.
#[utoipa::path(post, path = "/faculty/instructors/{id}/refuse", tag = "faculty", request_body = FacultyReasonIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn refuse_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyReasonIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    refuse(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Takes a proposal back.
#[utoipa::path(post, path = "/faculty/instructors/{id}/withdraw", tag = "faculty", request_body = FacultyReasonIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_faculty_nomination(
    allow: Allow<need::FacultyNominate>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyReasonIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    withdraw(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A year's result.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyYearIn {
    /// `version` as read.
    version: i64,
    /// `excellent`, `qualified`, `unqualified`.
    result: String,
    #[serde(default)]
    note: String,
}

/// Assesses an instructor's year; hours taught and ratings are counted.
#[utoipa::path(put, path = "/faculty/instructors/{id}/years/{year}", tag = "faculty", request_body = FacultyYearIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn assess_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path((id, year)): Path<(i64, i32)>,
    Json(body): Json<FacultyYearIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    let result = must("result", &body.result, YearResult::from_code)?;
    let judged = (year, result, body.note.as_str());
    assess(&allow.ctx, &allow.scope, id, body.version, judged).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A further term.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyRenewIn {
    /// `version` as read.
    version: i64,
    /// Last day; the rules' term when left out.
    until: Option<Date>,
}

/// Appoints an instructor for a further term.
#[utoipa::path(post, path = "/faculty/instructors/{id}/renew", tag = "faculty", request_body = FacultyRenewIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn renew_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyRenewIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    renew(&allow.ctx, &allow.scope, id, body.version, body.until).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// The end of a service.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyReleaseIn {
    /// `version` as read.
    version: i64,
    /// Day.
    on: Date,
    reason: String,
    /// What becomes of the times for which he is booked: `keep`, `give_back`; needed when there are some.
    #[serde(default)]
    bookings: Option<String>,
}

/// Ends an instructor's service.
#[utoipa::path(post, path = "/faculty/instructors/{id}/release", tag = "faculty", request_body = FacultyReleaseIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn release_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyReleaseIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    let ahead = code("bookings", body.bookings, Ahead::from_code)?;
    let end = (body.on, body.reason.as_str(), ahead);
    release(&allow.ctx, &allow.scope, id, body.version, end).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}
