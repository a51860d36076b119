//! Values that follow others when a draft changes only one of them.

use chengzhi_kernel::Quantity;

use super::{Pack, Value};

/// Sets what follows from the changed keys: totals from their parts (B-73), the study hours of the
/// year from those of a month and the other way round (B-42).
pub(super) fn derived(draft: &mut Pack, changes: &[(&str, &str)]) {
    let changed = |key: &str| changes.iter().any(|(k, _)| *k == key);
    if changed("study.hours_per_month") && !changed("assessment.squad.hours") {
        if let Some(month) = amount(draft, "study.hours_per_month") {
            let year = Quantity::from_thousandths(month.thousandths().saturating_mul(12));
            set(draft, "assessment.squad.hours", year);
        }
    } else if changed("assessment.squad.hours")
        && !changed("study.hours_per_month")
        && let Some(year) = amount(draft, "assessment.squad.hours")
        && year.thousandths() % 12 == 0
    {
        set(
            draft,
            "study.hours_per_month",
            Quantity::from_thousandths(year.thousandths() / 12),
        );
    }
    for what in ["hours", "credits"] {
        let total = format!("assessment.total.{what}");
        let parts = ["online", "district", "squad"].map(|part| format!("assessment.{part}.{what}"));
        if !changed(&total) {
            let sum: Option<Vec<Quantity>> = parts.iter().map(|key| amount(draft, key)).collect();
            if let Some(sum) = sum {
                set(draft, &total, sum.iter().sum());
            }
        }
    }
}

fn amount(pack: &Pack, key: &str) -> Option<Quantity> {
    match pack.rules.get(key)?.value {
        Value::Amount(q) => Some(q),
        _ => None,
    }
}

fn set(pack: &mut Pack, key: &str, value: Quantity) {
    if let Some(rule) = pack.rules.get_mut(key) {
        rule.value = Value::Amount(value);
    }
}
