//! Deferrals and exemptions.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{FitnessMadeOut, must};
use crate::domain::waiver::{Kind, WaiverState};
use crate::usecase::waivers::{FitnessWaiversOut, WaiverInput, decide, list, request};

/// Which requests.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WaiversQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Deferrals and exemptions of a year.
#[utoipa::path(get, path = "/fitness/waivers", tag = "fitness", params(WaiversQuery), responses(
    (status = 200, body = FitnessWaiversOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_fitness_waivers(
    allow: Allow<need::FitnessRead>,
    Query(query): Query<WaiversQuery>,
) -> Result<Json<FitnessWaiversOut>, Problem> {
    let found = list(&allow.ctx, &allow.scope, query.year, query.unit).await?;
    Ok(Json(found))
}

/// A request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessWaiverIn {
    person_id: i64,
    year: i32,
    /// `deferral`, `exemption`.
    kind: String,
    /// Code of the reason.
    reason: String,
    /// Circumstances.
    note: String,
    /// Last day of a deferral.
    until: Option<Date>,
}

/// Asks for a deferral or exemption.
#[utoipa::path(post, path = "/fitness/waivers", tag = "fitness", request_body = FitnessWaiverIn, responses(
    (status = 200, body = FitnessMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn ask_fitness_waiver(
    allow: Allow<need::FitnessAsk>,
    Json(body): Json<FitnessWaiverIn>,
) -> Result<Json<FitnessMadeOut>, Problem> {
    let input = WaiverInput {
        person: PersonId::from(body.person_id),
        year: body.year,
        kind: must("kind", &body.kind, Kind::from_code)?,
        reason: body.reason,
        note: body.note,
        until: body.until,
    };
    let id = request(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(FitnessMadeOut { id }))
}

/// A decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessDecideIn {
    /// `version` as read.
    version: i64,
    /// `approved`, `refused`, `withdrawn`.
    state: String,
    /// Why; needed to refuse.
    #[serde(default)]
    note: String,
}

/// Decides or takes back a request.
#[utoipa::path(post, path = "/fitness/waivers/{id}/decide", tag = "fitness", request_body = FitnessDecideIn, responses(
    (status = 200, body = FitnessMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_fitness_waiver(
    allow: Allow<need::FitnessAsk>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessDecideIn>,
) -> Result<Json<FitnessMadeOut>, Problem> {
    let decided =
        |code: &str| WaiverState::from_code(code).filter(|to| *to != WaiverState::Requested);
    let to = must("state", &body.state, decided)?;
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    decide(ctx, scope, id, body.version, to, &body.note).await?;
    Ok(Json(FitnessMadeOut { id }))
}
