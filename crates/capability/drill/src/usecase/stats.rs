//! Figures of a year: by squad, by half-month, by reason, by reviewer.

use std::collections::{BTreeMap, HashMap};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Quantity, RecordId, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::half::Half;
use crate::domain::reasons::CODES;
use crate::domain::stats::{self, Figures, HandIn, ReviewerFigures, Slot, Statistics};
use crate::store::slots;

use super::overview::{self, Overview};

/// Counts of slots.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct DrillFiguresOut {
    /// Owed in half-months that have begun.
    pub due: u32,
    /// Handed in at least once.
    pub submitted: u32,
    /// First hand-in in time.
    pub on_time: u32,
    /// First hand-in late.
    pub late: u32,
    /// Locked without a hand-in that stands; may have been handed in and returned before.
    pub missed: u32,
    /// Refused for good.
    pub rejected: u32,
    /// Returns.
    pub returned: u32,
    /// Confirmed.
    pub confirmed: u32,
    /// Waiting for review.
    pub pending: u32,
    /// Confirmed without a return, of those decided, percent; none before any decision.
    #[schema(value_type = Option<f64>)]
    pub first_pass_rate: Option<Quantity>,
    /// First hand-in in time, of those owed, percent.
    #[schema(value_type = Option<f64>)]
    pub on_time_rate: Option<Quantity>,
    /// Hand-ins reviewed late: the reviewer's, not the unit's.
    pub review_late: u32,
}

/// Figures of a squad.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillUnitFiguresOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Figures.
    #[serde(flatten)]
    pub figures: DrillFiguresOut,
}

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
    pub figures: DrillFiguresOut,
}

/// How often a reason was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillReasonCountOut {
    /// Code.
    pub code: String,
    /// Words.
    pub text: String,
    /// Times.
    pub count: u32,
}

/// A reviewer's own figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillReviewerFiguresOut {
    /// Reviewing unit.
    pub unit_id: i64,
    /// Name.
    pub name: String,
    /// Hand-ins decided.
    pub reviewed: u32,
    /// In time.
    pub on_time: u32,
    /// Late, or past the day and undecided.
    pub late: u32,
    /// Undecided when the month locked.
    pub pending_after_lock: u32,
    /// Median working days from hand-in to decision.
    #[schema(value_type = Option<f64>)]
    pub median_days: Option<Quantity>,
}

/// Statistics of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillStatsOut {
    /// Over all.
    pub totals: DrillFiguresOut,
    /// By unit.
    pub by_unit: Vec<DrillUnitFiguresOut>,
    /// By half-month.
    pub by_half: Vec<DrillHalfFiguresOut>,
    /// Returns and refusals by reason, most frequent first.
    pub reasons: Vec<DrillReasonCountOut>,
    /// By reviewing unit.
    pub reviewer: Vec<DrillReviewerFiguresOut>,
}

/// Percent with one decimal from per thousand.
fn percent(permille: Option<u32>) -> Option<Quantity> {
    permille.map(|value| Quantity::from_thousandths(i64::from(value) * 100))
}

/// Figures as sent.
#[must_use]
pub fn figures_out(figures: &Figures) -> DrillFiguresOut {
    DrillFiguresOut {
        due: figures.due,
        submitted: figures.submitted,
        on_time: figures.on_time,
        late: figures.late,
        missed: figures.missed,
        rejected: figures.rejected,
        returned: figures.returned,
        confirmed: figures.confirmed,
        pending: figures.pending,
        first_pass_rate: percent(figures.first_pass_permille()),
        on_time_rate: percent(figures.on_time_permille()),
        review_late: figures.review_late,
    }
}

/// A reviewer's figures as sent.
#[must_use]
pub fn reviewer_out(
    unit: UnitId,
    name: String,
    figures: &ReviewerFigures,
) -> DrillReviewerFiguresOut {
    DrillReviewerFiguresOut {
        unit_id: unit.get(),
        name,
        reviewed: figures.reviewed,
        on_time: figures.on_time,
        late: figures.late,
        pending_after_lock: figures.pending_after_lock,
        median_days: figures
            .median_half_days()
            .map(|halves| Quantity::from_thousandths(halves * 500)),
    }
}

/// The slots of an overview with their hand-ins, ready to be counted.
async fn countable(
    tx: &mut Tx,
    overview: &Overview,
    scope: &Scope,
    year: i32,
) -> Result<Vec<Slot>, Problem> {
    let mut hand_ins: HashMap<RecordId, Vec<HandIn>> = HashMap::new();
    for (record, hand_in) in slots::hand_ins_of_year(tx, year, &scope.unit_sql("r.unit_id")).await?
    {
        hand_ins.entry(record).or_default().push(hand_in);
    }
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
    let scope = overview::narrow(scope, &tree, unit)?;
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
    let mut by_unit: Vec<DrillUnitFiguresOut> = all
        .by_unit
        .iter()
        .map(|(id, figures)| DrillUnitFiguresOut {
            unit_id: id.get(),
            name: overview.name(*id),
            district_name: overview.district_name(*id),
            figures: figures_out(figures),
        })
        .collect();
    by_unit.sort_by(|a, b| {
        let code = |row: &DrillUnitFiguresOut| overview.code(UnitId::from(row.unit_id)).to_owned();
        (code(a), a.unit_id).cmp(&(code(b), b.unit_id))
    });
    Ok(DrillStatsOut {
        totals: figures_out(&all.totals),
        by_unit,
        by_half: all
            .by_period
            .iter()
            .map(|((month, half), figures)| DrillHalfFiguresOut {
                month: *month,
                half: *half,
                figures: figures_out(figures),
            })
            .collect(),
        reasons: reason_counts(&all.reasons),
        reviewer: all
            .reviewers
            .iter()
            .map(|(id, figures)| reviewer_out(*id, overview.name(*id), figures))
            .collect(),
    })
}

fn reason_counts(counts: &BTreeMap<String, u32>) -> Vec<DrillReasonCountOut> {
    let mut rows: Vec<DrillReasonCountOut> = CODES
        .iter()
        .filter_map(|(code, word)| {
            Some(DrillReasonCountOut {
                code: (*code).to_owned(),
                text: (*word).to_owned(),
                count: *counts.get(*code)?,
            })
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    rows
}
