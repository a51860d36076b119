//! The study months of a person one by one, as a calendar shows them.

use serde::Serialize;

use super::compile::CompiledPolicy;
use super::engine::Assessment;
use super::facts::Component;
use super::reasons::absence_text;
use super::trace::Step;

/// A month of study as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthLine {
    /// 1–12.
    pub month: u32,
    /// Whether it is owed.
    pub due: bool,
    /// Whether a ledger row fulfils it.
    pub fulfilled: bool,
    /// Why it is not owed, or what its state means.
    pub why: String,
}

/// The twelve months of study with the state of each.
#[must_use]
pub fn months(policy: &CompiledPolicy, a: &Assessment) -> Vec<MonthLine> {
    let step = a.trace.steps.iter().find_map(|s| match s {
        Step::Months { start, gaps, .. } => Some((u32::from(*start), *gaps)),
        _ => None,
    });
    let waived = a.trace.steps.iter().any(|s| {
        matches!(
            s,
            Step::Waived {
                component: Component::Squad,
                ..
            }
        )
    });
    (1..=12)
        .map(|month| {
            let due = a.squad.months.contains(month);
            let fulfilled = a.squad.fulfilled.contains(month);
            let why = match (due, fulfilled, step) {
                (true, true, _) => "已学".to_owned(),
                (true, false, _) => "应学，未记录".to_owned(),
                (false, _, None) => "不考核".to_owned(),
                (false, _, Some(_)) if waived => "经批准免除".to_owned(),
                (false, _, Some((start, _))) if month < start => {
                    format!("自{}月起计", start.min(12))
                }
                (false, _, Some((_, gaps))) if gaps.contains(month) => gap_text(policy, a, month),
                (false, _, Some(_)) => "不计".to_owned(),
            };
            MonthLine {
                month,
                due,
                fulfilled,
                why,
            }
        })
        .collect()
}

fn gap_text(policy: &CompiledPolicy, a: &Assessment, month: u32) -> String {
    a.trace
        .steps
        .iter()
        .find_map(|step| match step {
            Step::Absence(absence) if absence.touched(policy.year).contains(month) => {
                Some(format!("离岗：{}", absence_text(absence)))
            }
            _ => None,
        })
        .unwrap_or_else(|| "离岗".to_owned())
}
