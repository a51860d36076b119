//! Figures of a year as sent.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chengzhi_cycle::stats::{Figures, ReviewerFigures};
use chengzhi_kernel::{Quantity, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

/// Counts of slots.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct FiguresOut {
    /// Owed in periods that have begun.
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

/// Percent with one decimal from per thousand.
fn percent(permille: Option<u32>) -> Option<Quantity> {
    permille.map(|value| Quantity::from_thousandths(i64::from(value) * 100))
}

impl FiguresOut {
    /// Figures as sent.
    #[must_use]
    pub fn of(figures: &Figures) -> Self {
        FiguresOut {
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
}

/// Figures of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitFiguresOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Figures.
    #[serde(flatten)]
    pub figures: FiguresOut,
}

/// How a unit is named in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName {
    /// Code: the order of lists.
    pub code: String,
    /// Name.
    pub name: String,
    /// Bureau it is counted with.
    pub district_name: String,
}

/// Figures by unit, in the order of the units' codes.
pub fn unit_figures(
    by_unit: &BTreeMap<UnitId, Figures>,
    named: impl Fn(UnitId) -> UnitName,
) -> Vec<UnitFiguresOut> {
    let mut rows: Vec<(String, UnitFiguresOut)> = by_unit
        .iter()
        .map(|(id, figures)| {
            let unit = named(*id);
            let row = UnitFiguresOut {
                unit_id: id.get(),
                name: unit.name,
                district_name: unit.district_name,
                figures: FiguresOut::of(figures),
            };
            (unit.code, row)
        })
        .collect();
    rows.sort_by(|(code, row), (other_code, other)| {
        (code, row.unit_id).cmp(&(other_code, other.unit_id))
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

/// How often a reason was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonCountOut {
    /// Code.
    pub code: String,
    /// Words.
    pub text: String,
    /// Times.
    pub count: u32,
}

/// Counts by reason, most frequent first; `words` are the codes with their words, in the order of lists.
pub fn reason_counts<'a>(
    counts: &BTreeMap<String, u32>,
    words: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<ReasonCountOut> {
    let mut rows: Vec<ReasonCountOut> = words
        .into_iter()
        .filter_map(|(code, text)| {
            Some(ReasonCountOut {
                code: code.to_owned(),
                text: text.to_owned(),
                count: *counts.get(code)?,
            })
        })
        .collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}

/// A reviewer's own figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewerFiguresOut {
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

impl ReviewerFiguresOut {
    /// A reviewer's figures as sent.
    #[must_use]
    pub fn of(unit: UnitId, name: String, figures: &ReviewerFigures) -> Self {
        ReviewerFiguresOut {
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
}
