//! Figures of a year: by squad, by half-month, by reason, by reviewer.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Month;
use chengzhi_organisation::facade as organisation;
use chengzhi_reporting::{
    FiguresOut, ReasonCountOut, ReviewerFiguresOut, UnitFiguresOut, UnitName, reason_counts,
    unit_figures,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::half::Half;
use crate::domain::reasons::CODES;
use crate::domain::stats::{self, Slot, Statistics};
use crate::store::BOOK;

use super::overview::{self, Overview};

/// Figures of a half-month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillHalfFiguresOut {
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// Figures.
    #[serde(flatten)]
    pub figures: FiguresOut,
}

/// Statistics of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillStatsOut {
    /// Over all.
    pub totals: FiguresOut,
    /// By unit.
    pub by_unit: Vec<UnitFiguresOut>,
    /// By half-month.
    pub by_half: Vec<DrillHalfFiguresOut>,
    /// Returns and refusals by reason, most frequent first.
    pub reasons: Vec<ReasonCountOut>,
    /// By reviewing unit.
    pub reviewer: Vec<ReviewerFiguresOut>,
}

/// The slots of an overview with their hand-ins, ready to be counted.
async fn countable(
    tx: &mut Tx,
    overview: &Overview,
    scope: &Scope,
    year: i32,
) -> Result<Vec<Slot>, Problem> {
    let mut hand_ins = BOOK
        .hand_ins_of_year(tx, year, &scope.unit_sql("r.unit_id"))
        .await?;
    Ok(overview
        .slots
        .iter()
        .filter_map(|slot| {
            Some(Slot {
                unit: slot.key.unit,
                window: overview.rules(slot.key)?.window,
                state: slot.state,
                counted_at: slot
                    .record
                    .as_ref()
                    .and_then(|record| record.first_counted_at),
                hand_ins: slot
                    .record
                    .as_ref()
                    .and_then(|record| hand_ins.remove(&record.id))
                    .unwrap_or_default(),
            })
        })
        .collect())
}

/// Statistics with the overview they were counted from.
async fn counted(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<(Overview, Statistics), Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, unit)?;
    let overview = overview::of_year(&mut tx, &ctx.state, ctx.now, &scope, year, None).await?;
    let slots = countable(&mut tx, &overview, &scope, year).await?;
    let statistics = stats::count(&slots, ctx.now);
    Ok((overview, statistics))
}

/// Statistics of the units in scope, or below one of them.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn statistics(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<DrillStatsOut, Problem> {
    let (overview, all) = counted(ctx, scope, year, unit).await?;
    let named = |unit| UnitName {
        code: overview.units.code(unit).to_owned(),
        name: overview.units.name(unit),
        district_name: overview.units.district_name(unit),
    };
    Ok(DrillStatsOut {
        totals: FiguresOut::of(&all.totals),
        by_unit: unit_figures(&all.by_unit, named),
        by_half: all
            .by_period
            .iter()
            .map(|((month, half), figures)| DrillHalfFiguresOut {
                month: *month,
                half: *half,
                figures: FiguresOut::of(figures),
            })
            .collect(),
        reasons: reason_counts(&all.reasons, CODES.iter().copied()),
        reviewer: all
            .reviewers
            .iter()
            .map(|(id, figures)| ReviewerFiguresOut::of(*id, overview.units.name(*id), figures))
            .collect(),
    })
}
