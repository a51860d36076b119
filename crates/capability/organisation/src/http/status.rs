//! 身份变动: entering, revoking, late entries.

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, AppState, Json, Page, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::status::StatusKind;
use crate::facade;
use crate::usecase::Editor;
use crate::usecase::status::{self, NewStatus};
use crate::view::{LateUpdateOut, StatusEventOut};

/// Routes of status changes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_late_updates))
        .routes(routes!(record_status_event))
        .routes(routes!(revoke_status_event))
}

/// A change to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct StatusEventIn {
    /// Kind.
    pub kind: StatusKind,
    /// First day away, first day back.
    pub effective_on: Date,
    /// Day of the decision; the ten days run from it (B-71).
    pub decided_on: Option<Date>,
    /// Remark, such as the number of the document.
    pub note: Option<String>,
}

/// Enters a status change.
#[utoipa::path(post, path = "/people/{id}/events", tag = "organisation", params(("id" = i64, Path)), request_body = StatusEventIn,
    responses((status = 201, body = StatusEventOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn record_status_event(
    allow: Allow<need::PersonWrite>,
    Path(id): Path<i64>,
    Json(body): Json<StatusEventIn>,
) -> Result<(StatusCode, Json<StatusEventOut>), Problem> {
    let id = PersonId::from(id);
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let new = NewStatus {
        kind: body.kind,
        effective_on: body.effective_on,
        decided_on: body.decided_on,
        note: body.note,
    };
    let event = status::record_status(&mut tx, &editor, id, &new).await?;
    let out = status::show_status(&mut tx, id, event, &super::ten_days(&allow.ctx)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(out)))
}

/// Why a change is revoked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct RevokeIn {
    /// In words.
    pub reason: String,
}

/// Revokes a status change; it stays in the history.
#[utoipa::path(post, path = "/people/{id}/events/{event_id}/revoke", tag = "organisation",
    params(("id" = i64, Path), ("event_id" = i64, Path)), request_body = RevokeIn,
    responses((status = 200, body = StatusEventOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn revoke_status_event(
    allow: Allow<need::PersonWrite>,
    Path((id, event)): Path<(i64, i64)>,
    Json(body): Json<RevokeIn>,
) -> Result<Json<StatusEventOut>, Problem> {
    let id = PersonId::from(id);
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    status::revoke_status(&mut tx, &editor, id, event, &body.reason).await?;
    let out = status::show_status(&mut tx, id, event, &super::ten_days(&allow.ctx)).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Filter of the late entries.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LateQuery {
    /// Year of the decision; this year unless said.
    pub year: Option<i32>,
    /// Only people of this unit and below.
    pub unit: Option<i64>,
    /// From 1.
    pub page: Option<i64>,
    /// Rows a page, at most 500.
    pub size: Option<i64>,
}

/// Lists the status changes that were entered later than ten days after their decision (B-71).
#[utoipa::path(get, path = "/people/late-updates", tag = "organisation", params(LateQuery),
    responses((status = 200, body = Page<LateUpdateOut>), (status = 403, body = ProblemBody)))]
pub async fn list_late_updates(
    allow: Allow<need::PersonRead>,
    Query(query): Query<LateQuery>,
) -> Result<Json<Page<LateUpdateOut>>, Problem> {
    let ctx = &allow.ctx;
    let mut tx = ctx.db().read().await?;
    let within = match query.unit {
        Some(unit) => Some(facade::subtree(&mut tx, UnitId::from(unit), ctx.today).await?),
        None => None,
    };
    let year = query
        .year
        .unwrap_or_else(|| chrono::Datelike::year(&ctx.today));
    let all = status::late_updates(
        &mut tx,
        &allow.scope,
        year,
        within.as_ref(),
        ctx.today,
        &super::ten_days(ctx),
    )
    .await?;
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let (skip, take) = (
        usize::try_from(paging.offset()).unwrap_or(0),
        usize::try_from(paging.limit()).unwrap_or(0),
    );
    Ok(Json(Page {
        total,
        rows: all.into_iter().skip(skip).take(take).collect(),
    }))
}
