//! The register of exemptions.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::exemptions::{
    DrillExemptionsOut, ExemptionAct, ExemptionFilter, ExemptionInput, act, list, request,
};

/// Which exemptions.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExemptionsQuery {
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `requested`, `approved`, `refused`, `withdrawn`.
    state: Option<String>,
    /// In force on this day.
    on: Option<Date>,
}

/// The register: open requests first.
#[utoipa::path(get, path = "/drill/exemptions", tag = "drill", params(ExemptionsQuery), responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_drill_exemptions(
    allow: Allow<need::DrillRead>,
    Query(query): Query<ExemptionsQuery>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let filter = ExemptionFilter {
        unit: query.unit,
        state: query.state.filter(|state| !state.is_empty()),
        on: query.on,
    };
    Ok(Json(list(&allow.ctx, &allow.scope, &filter).await?))
}

/// A request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillExemptionIn {
    /// Squad.
    unit_id: i64,
    person_id: i64,
    /// 大病, 不适合训练: one of `kinds`.
    kind: String,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// Proof and circumstances.
    note: String,
}

/// Asks for an exemption of a member of the squad.
#[utoipa::path(post, path = "/drill/exemptions", tag = "drill", request_body = DrillExemptionIn, responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn request_drill_exemption(
    allow: Allow<need::DrillReport>,
    Json(body): Json<DrillExemptionIn>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let input = ExemptionInput {
        unit: UnitId::from(body.unit_id),
        person: PersonId::from(body.person_id),
        kind: body.kind,
        from: body.from,
        to: body.to,
        note: body.note,
    };
    request(&allow.ctx, &allow.scope, input).await?;
    let filter = ExemptionFilter::default();
    Ok(Json(list(&allow.ctx, &allow.scope, &filter).await?))
}

/// A decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillExemptionActIn {
    /// `version` as read.
    version: i64,
    /// Why; needed to refuse.
    #[serde(default)]
    note: Option<String>,
}

/// An early end.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillExemptionEndIn {
    /// `version` as read.
    version: i64,
    /// Last day.
    to: Date,
    #[serde(default)]
    note: Option<String>,
}

/// Grants an exemption.
#[utoipa::path(post, path = "/drill/exemptions/{id}/approve", tag = "drill", request_body = DrillExemptionActIn, responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn approve_drill_exemption(
    allow: Allow<need::DrillReview>,
    Path(id): Path<i64>,
    Json(body): Json<DrillExemptionActIn>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let note = body.note.unwrap_or_default();
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    act(ctx, scope, id, body.version, ExemptionAct::Approve, &note).await?;
    Ok(Json(list(ctx, scope, &ExemptionFilter::default()).await?))
}

/// Refuses an exemption.
#[utoipa::path(post, path = "/drill/exemptions/{id}/refuse", tag = "drill", request_body = DrillExemptionActIn, responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn refuse_drill_exemption(
    allow: Allow<need::DrillReview>,
    Path(id): Path<i64>,
    Json(body): Json<DrillExemptionActIn>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let note = body.note.unwrap_or_default();
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    act(ctx, scope, id, body.version, ExemptionAct::Refuse, &note).await?;
    Ok(Json(list(ctx, scope, &ExemptionFilter::default()).await?))
}

/// Takes a request back before it is decided.
#[utoipa::path(post, path = "/drill/exemptions/{id}/withdraw", tag = "drill", request_body = DrillExemptionActIn, responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn withdraw_drill_exemption(
    allow: Allow<need::DrillReport>,
    Path(id): Path<i64>,
    Json(body): Json<DrillExemptionActIn>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let note = body.note.unwrap_or_default();
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    act(ctx, scope, id, body.version, ExemptionAct::Withdraw, &note).await?;
    Ok(Json(list(ctx, scope, &ExemptionFilter::default()).await?))
}

/// Cuts an exemption short: the person is fit again.
#[utoipa::path(post, path = "/drill/exemptions/{id}/end", tag = "drill", request_body = DrillExemptionEndIn, responses(
    (status = 200, body = DrillExemptionsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn end_drill_exemption(
    allow: Allow<need::DrillReview>,
    Path(id): Path<i64>,
    Json(body): Json<DrillExemptionEndIn>,
) -> Result<Json<DrillExemptionsOut>, Problem> {
    let note = body.note.unwrap_or_default();
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    act(
        ctx,
        scope,
        id,
        body.version,
        ExemptionAct::End(body.to),
        &note,
    )
    .await?;
    Ok(Json(list(ctx, scope, &ExemptionFilter::default()).await?))
}
