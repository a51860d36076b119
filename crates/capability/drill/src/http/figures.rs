//! Months, grid, figures and export.

use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, SignedIn, XLSX, download};
use chengzhi_kernel::{Month, UnitId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::usecase::export::export;
use crate::usecase::grid::{DrillGridOut, DrillLevel, grid};
use crate::usecase::month::{DrillMonthOut, month};
use crate::usecase::month_list::{DrillMonthListOut, month_list};
use crate::usecase::own::{OwnDrillOut, own};
use crate::usecase::stats::{DrillStatsOut, statistics};
use crate::usecase::words::{month_of, year_of};

/// Which month and units.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrillMonthsQuery {
    /// `2024-11`; this month unless said.
    month: Option<String>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// One month of all squads: share, coverage, halves, and what is broken.
#[utoipa::path(get, path = "/drill/months", tag = "drill", params(DrillMonthsQuery), responses(
    (status = 200, body = DrillMonthListOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_drill_months(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillMonthsQuery>,
) -> Result<Json<DrillMonthListOut>, Problem> {
    let wanted = query.month.as_deref().filter(|text| !text.is_empty());
    let month = match wanted {
        Some(text) => month_of(text)?,
        None => Month::of(allow.ctx.today),
    };
    Ok(Json(
        month_list(&allow.ctx, &allow.scope, month, query.unit).await?,
    ))
}

/// A squad's month: result, what it would be, what is still needed, and the next session to plan.
#[utoipa::path(get, path = "/drill/months/{unit_id}/{month}", tag = "drill", responses(
    (status = 200, body = DrillMonthOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_month(
    allow: Allow<need::DrillRead>,
    Path((unit, wanted)): Path<(i64, String)>,
) -> Result<Json<DrillMonthOut>, Problem> {
    let (unit, wanted) = (UnitId::from(unit), month_of(&wanted)?);
    Ok(Json(month(&allow.ctx, &allow.scope, unit, wanted).await?))
}

/// Which year and units.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrillFiguresQuery {
    /// This year unless said.
    year: Option<i32>,
    /// One month of it; the grid only.
    month: Option<String>,
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `unit` or `district`; the grid only.
    #[param(inline)]
    level: Option<DrillLevel>,
}

/// Squads × half-months, one cell one state.
#[utoipa::path(get, path = "/drill/grid", tag = "drill", params(DrillFiguresQuery), responses(
    (status = 200, body = DrillGridOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_grid(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillFiguresQuery>,
) -> Result<Json<DrillGridOut>, Problem> {
    let wanted = query.month.as_deref().filter(|text| !text.is_empty());
    let month = wanted.map(month_of).transpose()?;
    let year = match month {
        Some(month) => month.year(),
        None => year_of(query.year, allow.ctx.now)?,
    };
    let level = query.level.unwrap_or_default();
    Ok(Json(
        grid(&allow.ctx, &allow.scope, year, month, query.unit, level).await?,
    ))
}

/// Figures of a year on both sides: squads and reviewers.
#[utoipa::path(get, path = "/drill/stats", tag = "drill", params(DrillFiguresQuery), responses(
    (status = 200, body = DrillStatsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_stats(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillFiguresQuery>,
) -> Result<Json<DrillStatsOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        statistics(&allow.ctx, &allow.scope, year, query.unit).await?,
    ))
}

/// The year as a workbook.
#[utoipa::path(get, path = "/drill/export.xlsx", tag = "drill", params(DrillFiguresQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn export_drill(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillFiguresQuery>,
) -> Result<Response, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    let book = export(&allow.ctx, &allow.scope, year, query.unit).await?;
    Ok(download(&format!("{year}年队列训练统计.xlsx"), XLSX, book))
}

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OwnDrillQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// The caller's own attendance and exemptions.
#[utoipa::path(get, path = "/drill/me", tag = "drill", params(OwnDrillQuery), responses(
    (status = 200, body = OwnDrillOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_own_drill(
    SignedIn(ctx): SignedIn,
    Query(query): Query<OwnDrillQuery>,
) -> Result<Json<OwnDrillOut>, Problem> {
    let year = year_of(query.year, ctx.now)?;
    Ok(Json(own(&ctx, year).await?))
}
