//! Grid, figures, sheet and export.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::UnitId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::tasks::percent;
use crate::usecase::export::export;
use crate::usecase::grid::{GridOut, Level, grid};
use crate::usecase::sheet::{SheetOut, sheet};
use crate::usecase::stats::{StatsOut, statistics};
use crate::usecase::words::year_of;

/// Which year and units.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `unit` or `district`; the grid only.
    #[param(inline)]
    level: Option<Level>,
}

/// Units × months, one cell one state.
#[utoipa::path(get, path = "/study/grid", tag = "study", params(FiguresQuery), responses(
    (status = 200, body = GridOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_grid(
    allow: Allow<need::StudyRead>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<GridOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    let level = query.level.unwrap_or_default();
    Ok(Json(
        grid(&allow.ctx, &allow.scope, year, query.unit, level).await?,
    ))
}

/// Figures of a year on both sides: units and reviewers.
#[utoipa::path(get, path = "/study/stats", tag = "study", params(FiguresQuery), responses(
    (status = 200, body = StatsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_stats(
    allow: Allow<need::StudyRead>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<StatsOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        statistics(&allow.ctx, &allow.scope, year, query.unit).await?,
    ))
}

/// A unit's sheet of a year, for appraisal and awards (B-93).
#[utoipa::path(get, path = "/study/sheet/{unit_id}", tag = "study", params(FiguresQuery), responses(
    (status = 200, body = SheetOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_sheet(
    allow: Allow<need::StudyRead>,
    Path(unit): Path<i64>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<SheetOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        sheet(&allow.ctx, &allow.scope, UnitId::from(unit), year).await?,
    ))
}

/// The year as a workbook.
#[utoipa::path(get, path = "/study/export.xlsx", tag = "study", params(FiguresQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn export_study(
    allow: Allow<need::StudyRead>,
    Query(query): Query<FiguresQuery>,
) -> Result<Response, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    let book = export(&allow.ctx, &allow.scope, year, query.unit).await?;
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    );
    let name = percent(&format!("{year}年科队学习统计.xlsx"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok((StatusCode::OK, headers, book).into_response())
}
