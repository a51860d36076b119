//! What must hold for a pack as a whole before it may be published.

use chengzhi_kernel::Quantity;
use chrono::Datelike;

use super::schema::SCHEMA;
use super::status::{Sets, When};
use super::{Pack, PackError, Value};
use crate::assess::EventKind;

pub(super) fn check(pack: &Pack) -> Vec<PackError> {
    let mut errors = Vec::new();
    validity(pack, &mut errors);
    required_keys(pack, &mut errors);
    sums(pack, &mut errors);
    order_of_days(pack, &mut errors);
    event_kinds(pack, &mut errors);
    precedence(pack, &mut errors);
    errors
}

fn validity(pack: &Pack, errors: &mut Vec<PackError>) {
    if pack.valid_to < pack.valid_from {
        errors.push(PackError::new("valid_to", "有效期止日早于起日"));
    } else if pack.valid_from.year() > pack.year || pack.valid_to.year() < pack.year {
        errors.push(PackError::new("valid_from", "有效期不含本规则包的年份"));
    }
}

fn required_keys(pack: &Pack, errors: &mut Vec<PackError>) {
    for spec in SCHEMA.iter().filter(|s| s.required) {
        if !pack.rules.contains_key(spec.key) {
            errors.push(PackError::new(spec.key, "缺少这一参数"));
        }
    }
}

/// The total is the sum of its parts (B-01 against B-03), and twelve months of study make the
/// yearly study hours (B-42).
fn sums(pack: &Pack, errors: &mut Vec<PackError>) {
    let amount = |key: &str| match pack.rules.get(key).map(|r| &r.value) {
        Some(Value::Amount(q)) => Some(*q),
        _ => None,
    };
    for what in ["hours", "credits"] {
        let parts: Option<Vec<Quantity>> = ["online", "district", "squad"]
            .iter()
            .map(|part| amount(&format!("assessment.{part}.{what}")))
            .collect();
        let total_key = format!("assessment.total.{what}");
        if let (Some(parts), Some(total)) = (parts, amount(&total_key)) {
            let sum: Quantity = parts.iter().sum();
            if sum != total {
                errors.push(PackError::new(
                    &total_key,
                    &format!("合计{total}与各项之和{sum}不符"),
                ));
            }
        }
    }
    if let (Some(month), Some(year)) = (
        amount("study.hours_per_month"),
        amount("assessment.squad.hours"),
    ) && month.thousandths().saturating_mul(12) != year.thousandths()
    {
        errors.push(PackError::new(
            "study.hours_per_month",
            &format!("每月{month}学时，十二个月与全年{year}学时不符"),
        ));
    }
}

/// A review does not end before the hand-in it reviews, nor a month lock before its hand-in.
fn order_of_days(pack: &Pack, errors: &mut Vec<PackError>) {
    const PAIRS: [(&str, &str); 6] = [
        ("study.due_day", "study.review_day"),
        ("study.due_day", "study.lock_day"),
        ("study.december_due_day", "study.december_review_day"),
        ("study.december_due_day", "study.lock_day"),
        ("drill.first_upload_day", "drill.first_review_day"),
        ("drill.second_upload_day", "drill.second_review_day"),
    ];
    let day = |key: &str| match pack.rules.get(key).map(|r| &r.value) {
        Some(Value::DayOfMonth(day)) => Some(*day),
        _ => None,
    };
    for (first, second) in PAIRS {
        let (Some(a), Some(b)) = (day(first), day(second)) else {
            continue;
        };
        let wrong =
            chengzhi_kernel::Month::of_year(pack.year).any(|m| b.in_month(m) < a.in_month(m));
        if wrong {
            errors.push(PackError::new(second, &format!("早于 {first}")));
        }
    }
    let of_year = |key: &str| match pack.rules.get(key).map(|r| &r.value) {
        Some(Value::DayOfYear(m, d)) => Some((*m, *d)),
        _ => None,
    };
    let spans = [
        (
            "assessment.district.assumed_from",
            "assessment.district.assumed_to",
        ),
        ("online.period_from", "online.period_to"),
    ];
    for (first, second) in spans {
        if let (Some(a), Some(b)) = (of_year(first), of_year(second))
            && b < a
        {
            errors.push(PackError::new(second, &format!("早于 {first}")));
        }
    }
}

/// Every listed event is known and stands in one list only.
fn event_kinds(pack: &Pack, errors: &mut Vec<PackError>) {
    let list = |key: &str| match pack.rules.get(key).map(|r| &r.value) {
        Some(Value::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let left = list("personnel.left_kinds");
    let away = list("personnel.absence_kinds");
    for (key, kinds) in [
        ("personnel.left_kinds", &left),
        ("personnel.absence_kinds", &away),
    ] {
        for kind in kinds {
            match EventKind::parse(kind.as_bytes()) {
                None => errors.push(PackError::new(key, &format!("不认识的变动“{kind}”"))),
                Some(EventKind::Return) => errors.push(PackError::new(key, "返岗不能列为变动情形")),
                Some(_) => {}
            }
        }
    }
    for kind in left.iter().filter(|k| away.contains(k)) {
        errors.push(PackError::new(
            "personnel.absence_kinds",
            &format!("“{kind}”同时列入两类变动"),
        ));
    }
}

/// No two entries of one rank set the same value differently; an entry that does not end the
/// question is followed by others that settle what it leaves open; the last is for everybody.
fn precedence(pack: &Pack, errors: &mut Vec<PackError>) {
    let mut list = pack.statuses.iter().collect::<Vec<_>>();
    list.sort_by_key(|s| s.rank);
    for (i, a) in list.iter().enumerate() {
        for b in list.iter().skip(i + 1).filter(|b| b.rank == a.rank) {
            for value in a.sets.conflicts(&b.sets) {
                let message = format!("与 {} 同为第{}位，却对 {value} 作出不同设定", b.key, a.rank);
                errors.push(PackError::new(&a.key, &message));
            }
            if a.ends != b.ends {
                let message = format!(
                    "与 {} 同为第{}位，却对是否到此为止作出不同设定",
                    b.key, a.rank
                );
                errors.push(PackError::new(&a.key, &message));
            }
        }
        let settled = a.sets.assessed == Some(false) || a.sets.is_complete();
        if a.ends && a.when != When::Always && !settled {
            errors.push(PackError::new(
                &a.key,
                "到此为止的情形须设定 assessed = false 或全部内容",
            ));
        }
    }
    let everybody: Sets = list
        .iter()
        .filter(|s| s.when == When::Always)
        .fold(Sets::default(), |sets, s| sets.or(s.sets));
    if !everybody.is_complete() {
        errors.push(PackError::new(
            "status",
            "缺少一条适用于其他全部人员（when = \"always\"）且设定完整的情形",
        ));
    }
}
