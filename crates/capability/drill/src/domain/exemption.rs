//! Exemptions from drill (免训, B-47): asked for by the squad, decided by its bureau.

use chengzhi_kernel::{Date, format_cn};

use super::Deny;

/// Where an exemption stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExemptionState {
    /// Asked for.
    Requested,
    /// In force between its days.
    Approved,
    /// Not granted.
    Refused,
    /// Taken back by the squad before a decision.
    Withdrawn,
}

impl ExemptionState {
    /// All.
    pub const ALL: [ExemptionState; 4] = [
        ExemptionState::Requested,
        ExemptionState::Approved,
        ExemptionState::Refused,
        ExemptionState::Withdrawn,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ExemptionState::Requested => "requested",
            ExemptionState::Approved => "approved",
            ExemptionState::Refused => "refused",
            ExemptionState::Withdrawn => "withdrawn",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ExemptionState::Requested => "待审批",
            ExemptionState::Approved => "已批准",
            ExemptionState::Refused => "未批准",
            ExemptionState::Withdrawn => "已撤回",
        }
    }

    /// Reads [`ExemptionState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Longest exemption in days: a chronic case is asked for again each year.
pub const LONGEST_DAYS: i64 = 366;

/// Farthest first or last day from today, in days (two years): beyond it a year was mistyped.
pub const FARTHEST_DAYS: i64 = 731;

/// Checks kind and days of a request that is made `today`.
///
/// # Errors
/// The field and a [`Deny`].
pub fn check(
    kind: &str,
    from: Date,
    to: Date,
    today: Date,
    kinds: &[String],
) -> Result<(), (&'static str, Deny)> {
    if !kinds.iter().any(|known| known == kind) {
        return Err((
            "kind",
            Deny::new(
                "drill.exempt_kind",
                format!(
                    "免训情形只有：{}。年休假、事假等不属于免训。",
                    kinds.join("、")
                ),
            ),
        ));
    }
    for (field, label, day) in [("from", "起日", from), ("to", "止日", to)] {
        if day.signed_duration_since(today).num_days().abs() > FARTHEST_DAYS {
            return Err((
                field,
                Deny::new(
                    "drill.exempt_days",
                    format!("{label}{}离今天超过两年，请核对年份。", format_cn(day)),
                ),
            ));
        }
    }
    if to < from {
        return Err((
            "to",
            Deny::new(
                "drill.exempt_days",
                format!("止日不能早于起日{}。", format_cn(from)),
            ),
        ));
    }
    if to.signed_duration_since(from).num_days() >= LONGEST_DAYS {
        return Err((
            "to",
            Deny::new(
                "drill.exempt_days",
                "一次免训最长一年，期满仍需免训的，请重新申请。",
            ),
        ));
    }
    Ok(())
}

/// Whether an approved exemption can still be cut short.
///
/// # Errors
/// [`Deny`] on its last day and later: nothing of it is left.
pub fn check_running(to: Date, today: Date) -> Result<(), Deny> {
    if today < to {
        return Ok(());
    }
    let over = if today == to {
        "今天".to_owned()
    } else {
        format!("已于{}", format_cn(to))
    };
    Err(Deny::new(
        "drill.exempt_over",
        format!("这次免训{over}期满，不用提前结束。"),
    ))
}

/// The day an approved exemption ends when it is cut short by somebody fit again.
///
/// # Errors
/// [`Deny`] when the day does not lie inside it.
pub fn check_end(from: Date, to: Date, ends: Date) -> Result<(), Deny> {
    if ends < from || ends >= to {
        return Err(Deny::new(
            "drill.exempt_end",
            format!(
                "提前结束日应在{}和{}之间。",
                format_cn(from),
                format_cn(to.pred_opt().unwrap_or(to))
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> Date {
        Date::from_ymd_opt(2024, month, day).unwrap()
    }

    #[test]
    fn kinds_and_days_are_checked() {
        let kinds = ["大病".to_owned(), "不适合训练".to_owned()];
        let today = day(3, 1);
        let field = |kind, from, to| {
            check(kind, from, to, today, &kinds)
                .err()
                .map(|(field, _)| field)
        };
        assert_eq!(field("大病", day(1, 1), day(12, 31)), None);
        assert_eq!(field("不适合训练", day(3, 1), day(3, 1)), None);
        assert_eq!(field("年休假", day(3, 1), day(3, 1)), Some("kind"));
        assert_eq!(field("大病", day(3, 2), day(3, 1)), Some("to"));
        let long = Date::from_ymd_opt(2025, 1, 1).unwrap();
        assert_eq!(field("大病", day(1, 1), long), Some("to"));
        let of = |year| Date::from_ymd_opt(year, 3, 1).unwrap();
        assert_eq!(field("大病", of(2022), of(2022)), None);
        assert_eq!(field("大病", of(2026), of(2026)), None);
        assert_eq!(field("大病", of(1), of(2024)), Some("from"));
        assert_eq!(field("大病", of(2021), of(2024)), Some("from"));
        assert_eq!(field("大病", of(2024), of(9999)), Some("to"));
        assert_eq!(field("大病", of(9999), of(9999)), Some("from"));
    }

    #[test]
    fn an_early_end_lies_inside() {
        let end = |ends| check_end(day(3, 1), day(3, 31), ends).is_ok();
        assert!(end(day(3, 1)) && end(day(3, 30)));
        assert!(!end(day(3, 31)) && !end(day(2, 28)) && !end(day(4, 1)));
    }

    #[test]
    fn what_is_over_cannot_be_cut_short() {
        let said = |today| check_running(day(3, 31), today).err().map(|deny| deny.text);
        assert_eq!(said(day(3, 30)), None);
        assert_eq!(
            said(day(3, 31)).as_deref(),
            Some("这次免训今天期满，不用提前结束。")
        );
        let late = said(day(11, 20)).unwrap();
        assert!(late.starts_with("这次免训已于2024年3月31日"), "{late}");
    }

    #[test]
    fn codes_read_back() {
        for state in ExemptionState::ALL {
            assert_eq!(ExemptionState::from_code(state.code()), Some(state));
        }
    }
}
