//! The yearly sheet of a unit for appraisal and awards (B-93).

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_reporting::{FiguresOut, ReviewerFiguresOut};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::state::State;
use crate::domain::stats::{self, ReviewerFigures};

use super::overview;
use super::stats::countable;

/// Unit of a sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetUnitOut {
    /// Unit.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Who reviews it.
    pub reviewer_name: String,
}

/// One month of a sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetMonthOut {
    /// 1–12.
    pub month: u32,
    /// Whether the month is owed and has begun.
    pub due: bool,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// First complete hand-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_submitted_at: Option<Timestamp>,
    /// Whether it was in time.
    pub on_time: Option<bool>,
    /// Number of the hand-in.
    pub round: u32,
    /// Confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// Whether the decision was late.
    pub reviewed_late: Option<bool>,
    /// Present people.
    pub attended: u32,
    /// Expected people.
    pub expected: u32,
}

/// The sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetOut {
    /// Unit.
    pub unit: SheetUnitOut,
    /// Year.
    pub year: i32,
    /// Its months.
    pub months: Vec<SheetMonthOut>,
    /// Counts over the year.
    pub totals: FiguresOut,
    /// How the reviewers of this unit did with its hand-ins.
    pub reviewer: ReviewerFiguresOut,
}

/// The sheet of a unit and year.
///
/// # Errors
/// 404 outside the scope; 409 without rules.
pub async fn sheet(ctx: &Ctx, scope: &Scope, unit: UnitId, year: i32) -> Result<SheetOut, Problem> {
    if !scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.db().read().await?;
    let found = organisation::unit(&mut tx, unit)
        .await?
        .filter(|unit| unit.kind.reports_study())
        .ok_or_else(Problem::not_found)?;
    let only = Scope {
        units: [unit.get()].into(),
        own: None,
    };
    let overview = overview::of_year(&mut tx, &ctx.state, ctx.now, &only, year, None).await?;
    let slots = countable(&mut tx, &overview, &only, year).await?;
    let all = stats::count(&slots, ctx.now);
    let reviewing = organisation::reviewing_unit(&mut tx, unit, ctx.today).await?;
    // A unit may have changed its reviewer during the year; the sheet counts them together.
    let mut reviewer = ReviewerFigures::default();
    for figures in all.reviewers.values() {
        reviewer.merge(figures);
    }
    let months = Month::of_year(year)
        .map(|month| {
            let slot = overview.slots.iter().find(|slot| slot.month == month);
            let state = slot.map_or(State::Exempt, |slot| slot.state);
            let record = slot.and_then(|slot| slot.record.as_ref());
            let begun = overview
                .months
                .get(&month)
                .is_some_and(|rules| ctx.now >= rules.window.opens_at());
            SheetMonthOut {
                month: month.month(),
                due: begun && state != State::Exempt,
                state: state.code().to_owned(),
                state_name: state.name().to_owned(),
                first_submitted_at: record.and_then(|record| record.first_submitted_at),
                on_time: slot.and_then(|slot| overview.on_time(slot)),
                round: record.map_or(0, |record| record.round),
                confirmed_at: record
                    .filter(|_| state == State::Confirmed)
                    .and_then(|record| record.decided_at),
                reviewed_late: record.and_then(|record| record.reviewed_late),
                attended: record.map_or(0, |record| record.attended),
                expected: record.map_or(0, |record| record.expected),
            }
        })
        .collect();
    let (reviewer_id, reviewer_name) =
        reviewing.map_or((unit, String::new()), |unit| (unit.id, unit.name));
    Ok(SheetOut {
        unit: SheetUnitOut {
            id: unit.get(),
            name: found.name,
            district_name: overview.units.district_name(unit),
            reviewer_name: reviewer_name.clone(),
        },
        year,
        months,
        totals: FiguresOut::of(&all.totals),
        reviewer: ReviewerFiguresOut::of(reviewer_id, reviewer_name, &reviewer),
    })
}
