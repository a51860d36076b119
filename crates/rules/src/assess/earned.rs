//! What a person has earned, and whether it is enough.

use chengzhi_kernel::{Date, Quantity};
use chrono::Datelike;

use super::compile::CompiledPolicy;
use super::engine::{ComponentResult, SquadResult};
use super::facts::Component;
use super::ledger::{LedgerKind, LedgerRow};
use super::month_set::MonthSet;
use super::trace::Step;

/// What the counted rows of a component add up to.
#[derive(Default)]
pub(super) struct Sum {
    rows: u32,
    hours: Quantity,
    credits: Quantity,
}

/// The ledger of a person's year, summed.
#[derive(Default)]
pub(super) struct Earned {
    pub(super) online: Sum,
    pub(super) district: Sum,
    /// Months that a study row fulfils.
    pub(super) study: MonthSet,
    /// Other year, after the as-of day, other kind.
    pub(super) left_out: (u32, u32, u32),
}

pub(super) fn earn(year: i32, rows: &[LedgerRow], as_of: Option<Date>) -> Earned {
    let mut earned = Earned::default();
    let mut per_month = [0i32; 13];
    for row in rows {
        if as_of.is_some_and(|limit| row.date > limit) {
            earned.left_out.1 += 1;
            continue;
        }
        if row.date.year() != year {
            earned.left_out.0 += 1;
            continue;
        }
        let sum = match row.kind {
            LedgerKind::Online => &mut earned.online,
            LedgerKind::District => &mut earned.district,
            LedgerKind::Study => {
                match row
                    .month_in(year)
                    .and_then(|m| per_month.get_mut(m as usize))
                {
                    Some(count) => *count += if row.is_reversal() { -1 } else { 1 },
                    None => earned.left_out.0 += 1,
                }
                continue;
            }
            LedgerKind::Other => {
                earned.left_out.2 += 1;
                continue;
            }
        };
        sum.rows += 1;
        sum.hours += row.hours();
        sum.credits += row.credits();
    }
    for (month, count) in (0u32..).zip(per_month) {
        if count > 0 {
            earned.study.insert(month);
        }
    }
    earned
}

pub(super) fn component(
    full: (Quantity, Quantity),
    due: bool,
    share: u32,
    earned: &Sum,
    component: Component,
    steps: &mut Vec<Step>,
) -> ComponentResult {
    let of = |amount: Quantity| match (due, share) {
        (false, _) => Quantity::ZERO,
        (true, 12) => amount,
        (true, months) => amount.share_up(i64::from(months), 12),
    };
    let (hours, credits) = (of(full.0), of(full.1));
    let share = u8::try_from(share).unwrap_or(12);
    steps.push(Step::Required {
        component,
        due,
        hours,
        credits,
        share,
    });
    steps.push(Step::Earned {
        component,
        rows: earned.rows,
        hours: earned.hours,
        credits: earned.credits,
    });
    ComponentResult {
        due,
        required_hours: hours,
        required_credits: credits,
        earned_hours: earned.hours,
        earned_credits: earned.credits,
        met: !due || (earned.hours >= hours && earned.credits >= credits),
    }
}

pub(super) fn squad(
    policy: &CompiledPolicy,
    months: MonthSet,
    fulfilled: MonthSet,
    steps: &mut Vec<Step>,
) -> SquadResult {
    let hours = |set: MonthSet| {
        Quantity::from_thousandths(policy.month_hours.thousandths() * i64::from(set.count()))
    };
    let due = !months.is_empty();
    let missing = months.minus(fulfilled);
    let required_hours = hours(months);
    steps.push(Step::Required {
        component: Component::Squad,
        due,
        hours: required_hours,
        credits: Quantity::ZERO,
        share: 12,
    });
    steps.push(Step::Study {
        owed: months,
        fulfilled: months.and(fulfilled),
        per_month: policy.month_hours,
    });
    SquadResult {
        due,
        months,
        missing,
        fulfilled,
        required_hours,
        earned_hours: hours(months.and(fulfilled)),
        met: missing.is_empty(),
    }
}

/// With transfer between components allowed (B-03, other reading) only the sums over what is due
/// are compared.
pub(super) fn totals_met(
    online: &ComponentResult,
    district: &ComponentResult,
    squad: &SquadResult,
) -> bool {
    let mut required = (squad.required_hours, Quantity::ZERO);
    let mut earned = (squad.earned_hours, Quantity::ZERO);
    for part in [online, district].into_iter().filter(|c| c.due) {
        required.0 += part.required_hours;
        required.1 += part.required_credits;
        earned.0 += part.earned_hours;
        earned.1 += part.earned_credits;
    }
    earned.0 >= required.0 && earned.1 >= required.1
}
