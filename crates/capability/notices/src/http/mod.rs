//! Handlers.

use axum::http::StatusCode;
use chengzhi_http::{AppState, ClauseOut, DueOut, Json, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::{Date, Quantity, Timestamp, dates};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::page::{Block, Line, headline, lines_of};
use crate::domain::strip::{MAX_DAYS, strip};
use crate::usecase::figures::{Figure, figures, summary};
use crate::usecase::lines::collect;

/// All routes of the capability, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_today))
        .routes(routes!(get_deadline_strip))
}

/// One line: one action.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodayItemOut {
    /// Stable kind.
    pub kind: String,
    /// What.
    pub title: String,
    /// More.
    pub detail: String,
    /// How many.
    pub count: Option<i64>,
    /// Last day.
    pub due: Option<DueOut>,
    /// Where it is done.
    pub link: String,
}

/// A block of lines.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodayBlockOut {
    /// overdue, due_soon, waiting.
    pub key: String,
    /// Heading.
    pub title: String,
    /// Lines, nearest last day first.
    pub items: Vec<TodayItemOut>,
}

/// A figure of a leader's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodayFigureOut {
    /// Stable key.
    pub key: String,
    /// Name.
    pub label: String,
    /// Value; rates in percent with one decimal; none on an empty base.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Quantity>,
    /// `%` for rates, else the word behind the number.
    pub unit: Option<String>,
    /// What it is made of.
    pub hint: Option<String>,
    /// The way down to names.
    pub link: Option<String>,
    /// By month, where there is a course.
    #[schema(value_type = Option<Vec<f64>>)]
    pub trend: Option<Vec<Quantity>>,
}

/// The first page of a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodayOut {
    /// One sentence.
    pub headline: String,
    /// At most three.
    pub blocks: Vec<TodayBlockOut>,
    /// For those who look after others.
    pub figures: Option<Vec<TodayFigureOut>>,
}

fn item_out(ctx: &chengzhi_http::Ctx, line: &Line) -> TodayItemOut {
    TodayItemOut {
        kind: line.kind.clone(),
        title: line.title.clone(),
        detail: line.detail.clone(),
        count: line.count,
        due: line.due_on.map(|day| {
            let source = line.source.clone();
            let rule = source.map_or_else(
                || ClauseOut {
                    rule: String::new(),
                    clause: String::new(),
                    text: line.title.clone(),
                },
                |source| ClauseOut {
                    rule: source.rule,
                    clause: source.clause,
                    text: source.text,
                },
            );
            DueOut::new(
                Timestamp::end_of_day(day),
                ctx.now,
                &ctx.state.calendar,
                rule,
            )
        }),
        link: line.link.clone(),
    }
}

fn figure_out(figure: Figure) -> TodayFigureOut {
    TodayFigureOut {
        key: figure.key.to_owned(),
        label: figure.label.to_owned(),
        value: figure.value,
        unit: figure.unit.map(str::to_owned),
        hint: figure.hint,
        link: figure.link,
        trend: figure.trend,
    }
}

/// What must I do today, what is late.
#[utoipa::path(get, path = "/today", tag = "notices", responses((status = 200, body = TodayOut)))]
pub async fn get_today(SignedIn(ctx): SignedIn) -> Result<Json<TodayOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let summary = summary(&mut tx, &ctx).await?;
    let lines = collect(&mut tx, &ctx, summary.as_ref()).await?;
    drop(tx);
    let figures = match &summary {
        Some(summary) => figures(&ctx, summary).await?,
        None => Vec::new(),
    };
    let blocks = [Block::Overdue, Block::DueSoon, Block::Waiting]
        .into_iter()
        .filter_map(|block| {
            let items: Vec<_> = lines_of(block, &lines)
                .into_iter()
                .map(|line| item_out(&ctx, line))
                .collect();
            (!items.is_empty()).then(|| TodayBlockOut {
                key: block.code().to_owned(),
                title: block.title().to_owned(),
                items,
            })
        })
        .collect();
    Ok(Json(TodayOut {
        headline: headline(&lines),
        blocks,
        figures: (!figures.is_empty()).then(|| figures.into_iter().map(figure_out).collect()),
    }))
}

/// Which days.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StripParams {
    /// Start; never counted.
    pub from: Date,
    /// Last day shown.
    pub to: Date,
}

/// One day of the strip.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StripDayOut {
    /// Day.
    pub date: Date,
    /// 周一 … 周日.
    pub weekday: String,
    /// work, rest, holiday, makeup.
    pub kind: String,
    /// Reason in words.
    pub name: Option<String>,
    /// Counts as a working day.
    pub counted: bool,
}

/// 日历条.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayStripOut {
    /// All days, both ends included.
    pub days: Vec<StripDayOut>,
    /// Days counted.
    pub working_days: usize,
}

/// The counted and skipped days between two dates, with reasons.
#[utoipa::path(get, path = "/deadlines/strip", tag = "notices", params(StripParams),
    responses((status = 200, body = DayStripOut), (status = 422, body = ProblemBody)))]
pub async fn get_deadline_strip(
    SignedIn(ctx): SignedIn,
    Query(params): Query<StripParams>,
) -> Result<Json<DayStripOut>, Problem> {
    let span = params.to.signed_duration_since(params.from).num_days();
    if !(0..=MAX_DAYS).contains(&span) {
        return Err(Problem::field(
            "to",
            format!("起止日期应先后有序，相隔不超过{MAX_DAYS}天。"),
        ));
    }
    let days = strip(&ctx.state.calendar, params.from, params.to).map_err(|missing| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "calendar.not_published",
            "工作日历尚未公布",
            format!("{}年的工作日历尚未公布，不能推算工作日。", missing.0),
        )
    })?;
    Ok(Json(DayStripOut {
        working_days: days.iter().filter(|day| day.counted).count(),
        days: days
            .into_iter()
            .map(|day| StripDayOut {
                date: day.date,
                weekday: dates::weekday_cn(day.date).to_owned(),
                kind: day.kind.to_owned(),
                name: Some(day.reason),
                counted: day.counted,
            })
            .collect(),
    }))
}
