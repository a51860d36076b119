//! Make-up sessions of the district (B-41): what may be entered, for which month, until when.

use chengzhi_kernel::{Date, Month, Timestamp, format_cn};

use super::Deny;
use super::session::Params;

/// A make-up session as entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Makeup {
    /// The month it makes good.
    pub for_month: Month,
    /// Day it was held.
    pub held_on: Date,
    /// Length, minutes.
    pub minutes: u32,
}

/// Checks month, day and length at `now`. `until` is the first instant too late to enter it.
///
/// # Errors
/// The field and a [`Deny`].
pub fn check(
    makeup: &Makeup,
    params: &Params,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), (&'static str, Deny)> {
    let refuse = |field, code, text: String| Err((field, Deny::new(code, text)));
    let this_month = Month::of(now.date());
    if !params.makeup_allowed {
        return refuse(
            "for_month",
            "study.makeup_off",
            "现行规则不允许补训。".to_owned(),
        );
    }
    if makeup.for_month > this_month {
        return refuse(
            "for_month",
            "study.makeup_month",
            format!("{}还没有到，不能补训。", makeup.for_month.label_cn()),
        );
    }
    if now >= until {
        return refuse(
            "for_month",
            "study.makeup_late",
            format!(
                "{}的补训应在{}前录入，现已截止。",
                makeup.for_month.label_cn(),
                until.format_bound_cn()
            ),
        );
    }
    if makeup.held_on > now.date() {
        return refuse(
            "held_on",
            "study.makeup_day",
            format!(
                "补训日期{}还没有到，补训后再录入。",
                format_cn(makeup.held_on)
            ),
        );
    }
    if makeup.held_on < makeup.for_month.first_day() {
        return refuse(
            "held_on",
            "study.makeup_day",
            format!(
                "补训日期不能早于{}。",
                format_cn(makeup.for_month.first_day())
            ),
        );
    }
    if makeup.minutes < params.min_minutes || makeup.minutes > 600 {
        return refuse(
            "minutes",
            "study.makeup_minutes",
            format!(
                "补训时长应不少于{}分钟、不超过600分钟。",
                params.min_minutes
            ),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::blockers::tests::params;
    use super::super::window::year_end;
    use super::*;

    fn day(month: u32, day: u32) -> Date {
        Date::from_ymd_opt(2024, month, day).unwrap()
    }

    fn try_it(for_month: u32, held_on: Date, minutes: u32, now: Timestamp) -> Option<&'static str> {
        let for_month = Month::new(2024, for_month).unwrap();
        let makeup = Makeup {
            for_month,
            held_on,
            minutes,
        };
        check(&makeup, &params(), year_end(for_month), now)
            .err()
            .map(|(field, _)| field)
    }

    #[test]
    fn earlier_months_of_the_year_may_be_made_up_until_its_end() {
        let now = Timestamp::at(day(11, 18), 9, 0);
        assert_eq!(try_it(3, day(11, 15), 40, now), None);
        assert_eq!(try_it(11, day(11, 18), 40, now), None);
        assert_eq!(try_it(12, day(11, 15), 40, now), Some("for_month"));
        assert_eq!(try_it(3, day(11, 19), 40, now), Some("held_on"));
        assert_eq!(try_it(3, day(2, 29), 40, now), Some("held_on"));
        assert_eq!(try_it(3, day(11, 15), 39, now), Some("minutes"));
        let end = year_end(Month::new(2024, 1).unwrap());
        assert_eq!(try_it(12, day(12, 31), 40, end.plus_micros(-1)), None);
        assert_eq!(try_it(12, day(12, 31), 40, end), Some("for_month"));
    }

    #[test]
    fn the_switch_turns_it_off() {
        let mut off = params();
        off.makeup_allowed = false;
        let makeup = Makeup {
            for_month: Month::new(2024, 3).unwrap(),
            held_on: day(3, 28),
            minutes: 40,
        };
        let now = Timestamp::at(day(11, 18), 9, 0);
        let found = check(&makeup, &off, year_end(makeup.for_month), now);
        assert_eq!(found.unwrap_err().1.code, "study.makeup_off");
    }
}
