//! Lists of trainees, seats, leave.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::enrol::{self, ClassListedOut};
use crate::usecase::enrol_list::{self, ClassCandidateOut, ClassTraineesOut};
use crate::usecase::forecast::{ClassForecastOut, forecast};
use crate::usecase::leaves::{self, ClassLeaveOut};
use crate::usecase::own::{self, ClassOwnListOut};
use crate::usecase::seats;
use crate::usecase::transfer::{TransferInput, transfer};
use crate::usecase::words::year_of;

/// The list of a class.
#[utoipa::path(get, path = "/classes/{id}/trainees", tag = "classes", responses(
    (status = 200, body = ClassTraineesOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_trainees(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassTraineesOut>, Problem> {
    Ok(Json(enrol_list::list(&allow.ctx, &allow.scope, id).await?))
}

/// People by the class's rule who are in no batch of the same yet.
#[utoipa::path(get, path = "/classes/{id}/candidates", tag = "classes", responses(
    (status = 200, body = Vec<ClassCandidateOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_candidates(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassCandidateOut>>, Problem> {
    Ok(Json(
        enrol_list::candidates(&allow.ctx, &allow.scope, id).await?,
    ))
}

/// Whom to list.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassEnrolIn {
    #[serde(default)]
    person_ids: Vec<i64>,
    #[serde(default)]
    outsider_ids: Vec<i64>,
}

/// Puts people on the list of a class.
#[utoipa::path(post, path = "/classes/{id}/trainees", tag = "classes", request_body = ClassEnrolIn, responses(
    (status = 200, body = ClassListedOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_trainees(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassEnrolIn>,
) -> Result<Json<ClassListedOut>, Problem> {
    Ok(Json(
        enrol::add(&allow.ctx, id, body.person_ids, body.outsider_ids).await?,
    ))
}

/// Whom a squad nominates.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassNominateIn {
    person_ids: Vec<i64>,
}

/// Nominates people of the squad.
#[utoipa::path(post, path = "/classes/{id}/nominations", tag = "classes", request_body = ClassNominateIn, responses(
    (status = 200, body = ClassListedOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn nominate_class_trainees(
    allow: Allow<need::ClassNominate>,
    Path(id): Path<i64>,
    Json(body): Json<ClassNominateIn>,
) -> Result<Json<ClassListedOut>, Problem> {
    Ok(Json(
        enrol::nominate(&allow.ctx, &allow.scope, id, body.person_ids).await?,
    ))
}

/// Why somebody leaves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassWithdrawIn {
    /// `version` of the trainee.
    version: i64,
    reason: String,
}

/// Takes somebody off the list. Gives the names of those who moved up.
#[utoipa::path(post, path = "/classes/{id}/trainees/{trainee_id}/withdraw", tag = "classes",
    request_body = ClassWithdrawIn, responses(
    (status = 200, body = Vec<String>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_class_trainee(
    allow: Allow<need::ClassManage>,
    Path((id, trainee)): Path<(i64, i64)>,
    Json(body): Json<ClassWithdrawIn>,
) -> Result<Json<Vec<String>>, Problem> {
    let ctx = &allow.ctx;
    Ok(Json(
        enrol::withdraw(ctx, id, trainee, body.version, &body.reason).await?,
    ))
}

/// Where somebody goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassTransferIn {
    /// `version` of the trainee.
    version: i64,
    to_class_id: i64,
    reason: String,
    /// Goes there even if he only waits.
    #[serde(default)]
    accept_waiting: bool,
}

/// Moves somebody to another batch.
#[utoipa::path(post, path = "/classes/{id}/trainees/{trainee_id}/transfer", tag = "classes",
    request_body = ClassTransferIn, responses(
    (status = 200, body = ClassListedOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn transfer_class_trainee(
    allow: Allow<need::ClassManage>,
    Path((id, trainee)): Path<(i64, i64)>,
    Json(body): Json<ClassTransferIn>,
) -> Result<Json<ClassListedOut>, Problem> {
    let input = TransferInput {
        version: body.version,
        to: body.to_class_id,
        reason: body.reason,
        accept_waiting: body.accept_waiting,
    };
    Ok(Json(transfer(&allow.ctx, id, trainee, input).await?))
}

/// A discipline remark.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassRemarkIn {
    /// `version` of the trainee.
    version: i64,
    remark: String,
}

/// Writes a discipline remark.
#[utoipa::path(post, path = "/classes/{id}/trainees/{trainee_id}/remark", tag = "classes",
    request_body = ClassRemarkIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remark_class_trainee(
    allow: Allow<need::ClassManage>,
    Path((id, trainee)): Path<(i64, i64)>,
    Json(body): Json<ClassRemarkIn>,
) -> Result<StatusCode, Problem> {
    enrol::remark(&allow.ctx, id, trainee, body.version, &body.remark).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Seats of a unit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassQuotaIn {
    unit_id: i64,
    seats: u32,
}

/// Seats per unit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassSeatsIn {
    quota: Vec<ClassQuotaIn>,
}

/// Writes the seats per unit. Gives the names of those who moved up.
#[utoipa::path(put, path = "/classes/{id}/seats", tag = "classes", request_body = ClassSeatsIn, responses(
    (status = 200, body = Vec<String>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_seats(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassSeatsIn>,
) -> Result<Json<Vec<String>>, Problem> {
    let quota: BTreeMap<i64, u32> = body
        .quota
        .iter()
        .map(|row| (row.unit_id, row.seats))
        .collect();
    Ok(Json(seats::save(&allow.ctx, id, quota).await?))
}

/// Leaves of a class.
#[utoipa::path(get, path = "/classes/{id}/leaves", tag = "classes", responses(
    (status = 200, body = Vec<ClassLeaveOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_leaves(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassLeaveOut>>, Problem> {
    Ok(Json(leaves::list(&allow.ctx, id).await?))
}

/// A leave.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLeaveIn {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    reason: String,
}

/// Asks for leave from the own class. Gives its id.
#[utoipa::path(post, path = "/classes/{id}/leaves", tag = "classes", request_body = ClassLeaveIn, responses(
    (status = 200, body = i64),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn ask_class_leave(
    allow: Allow<need::ClassOwn>,
    Path(id): Path<i64>,
    Json(body): Json<ClassLeaveIn>,
) -> Result<Json<i64>, Problem> {
    let ctx = &allow.ctx;
    Ok(Json(
        leaves::ask(ctx, id, body.from, body.until, &body.reason).await?,
    ))
}

/// What is said of a leave.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLeaveDecideIn {
    granted: bool,
    #[serde(default)]
    note: String,
}

/// Grants or refuses a leave. Gives the names of those who moved up.
#[utoipa::path(post, path = "/classes/{id}/leaves/{leave_id}/decide", tag = "classes",
    request_body = ClassLeaveDecideIn, responses(
    (status = 200, body = Vec<String>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_class_leave(
    allow: Allow<need::ClassManage>,
    Path((id, leave)): Path<(i64, i64)>,
    Json(body): Json<ClassLeaveDecideIn>,
) -> Result<Json<Vec<String>>, Problem> {
    let ctx = &allow.ctx;
    Ok(Json(
        leaves::decide(ctx, id, leave, body.granted, &body.note).await?,
    ))
}

/// Which forecast.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ForecastQuery {
    /// This year unless said.
    year: Option<i32>,
    /// Only of this bureau.
    unit: Option<i64>,
}

/// Who is still in no batch of the closed training.
#[utoipa::path(get, path = "/classes/forecast", tag = "classes", params(ForecastQuery), responses(
    (status = 200, body = Vec<ClassForecastOut>),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_class_forecast(
    allow: Allow<need::ClassRead>,
    Query(query): Query<ForecastQuery>,
) -> Result<Json<Vec<ClassForecastOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        forecast(&allow.ctx, &allow.scope, year, query.unit).await?,
    ))
}

/// Which own classes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OwnClassesQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// The caller's own classes.
#[utoipa::path(get, path = "/classes/own", tag = "classes", params(OwnClassesQuery), responses(
    (status = 200, body = ClassOwnListOut),
))]
pub(super) async fn list_own_classes(
    allow: Allow<need::ClassOwn>,
    Query(query): Query<OwnClassesQuery>,
) -> Result<Json<ClassOwnListOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(own::list(&allow.ctx, year).await?))
}
