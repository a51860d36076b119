//! The standing in each component: what is missing, how hard it is to come by in the time that is left, and what to do.

use chengzhi_kernel::{Date, Month, dates};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{ComponentResult, SquadResult};
use chrono::Datelike as _;

use super::{RiskLevel, Standing, amounts, missing};
use crate::domain::Component;

pub(super) fn online(policy: &Policy, result: &ComponentResult, today: Date) -> Standing {
    let component = Component::Online;
    if !result.due {
        return Standing::done(component, "本年度不考核市局网训。");
    }
    if result.met {
        return Standing::done(component, "已完成。");
    }
    let (hours, credits) = missing(result);
    let last = policy.award.online_last_day(policy.year);
    let lacking = amounts(hours, credits);
    let days_left = last.signed_duration_since(today).num_days();
    if days_left < 0 {
        return Standing {
            component,
            done: false,
            level: RiskLevel::Missed,
            by: Some(last),
            next_step: format!("网训已于{}截止，仍缺{lacking}。", dates::format_cn(last)),
        };
    }
    // More than half an hour for every day that is left is more than spare time gives.
    let hard = hours.thousandths() * 2 > (days_left + 1) * 1000;
    let year_days = i64::from(if today.leap_year() { 366 } else { 365 });
    let passed = if today.year() == policy.year {
        i64::from(today.ordinal())
    } else {
        0
    };
    // Behind by more than a quarter of the year's hours.
    let expected = result.required_hours.thousandths() * passed / year_days;
    let behind =
        expected - result.earned_hours.thousandths() > result.required_hours.thousandths() / 4;
    let level = match (hard, behind) {
        (true, _) => RiskLevel::High,
        (false, true) => RiskLevel::Watch,
        (false, false) => RiskLevel::Ok,
    };
    let how = if credits.thousandths() > 0 {
        "学完学分课程并评价、测试及格"
    } else {
        "学完学分课程或学时课程"
    };
    Standing {
        component,
        done: false,
        level,
        by: Some(last),
        next_step: format!(
            "{}前再完成{lacking}：在市局网训平台{how}。",
            dates::format_cn(last)
        ),
    }
}

pub(super) fn district(
    policy: &Policy,
    result: &ComponentResult,
    session_ends: &[Date],
    today: Date,
) -> Standing {
    let component = Component::District;
    if !result.due {
        return Standing::done(component, "本年度不考核区局集训。");
    }
    if result.met {
        return Standing::done(component, "已完成。");
    }
    let (hours, credits) = missing(result);
    let lacking = amounts(hours, credits);
    let (from, assumed_end) = policy.assessment.assumed_session(policy.year);
    let listed = session_ends.iter().copied().max();
    let last = listed.unwrap_or(assumed_end);
    let year_end = Date::from_ymd_opt(policy.year, 12, 31).unwrap_or(Date::MAX);
    let (level, next_step) = if today > year_end {
        (RiskLevel::Missed, format!("年度已结束，仍缺{lacking}。"))
    } else if listed.is_none() {
        (
            if today > last {
                RiskLevel::High
            } else {
                RiskLevel::Ok
            },
            format!(
                "未登记集训，按默认窗口{}至{}；仍缺{lacking}。请联系区局教育培训管理员核实场次或安排补训。",
                month_day(from),
                month_day(assumed_end)
            ),
        )
    } else if today > last {
        (
            RiskLevel::High,
            format!(
                "本区集训已于{}结束，仍缺{lacking}。请联系区局教育培训管理员安排补训。",
                dates::format_cn(last)
            ),
        )
    } else {
        let next = session_ends
            .iter()
            .copied()
            .find(|end| *end >= today)
            .unwrap_or(last);
        (
            RiskLevel::Ok,
            format!(
                "参加本区集中培训（最近一期{}结束），完成考勤、在线评价和考试。",
                dates::format_cn(next)
            ),
        )
    };
    Standing {
        component,
        done: false,
        level,
        // A window that nobody announced binds nobody to a day.
        by: listed,
        next_step,
    }
}

pub(super) fn squad(policy: &Policy, result: &SquadResult, today: Date) -> Standing {
    let component = Component::Squad;
    if !result.due {
        return Standing::done(component, "本年度不考核科队学习。");
    }
    let this_month = Month::of(today);
    let of_year = |month: u32| Month::new(policy.year, month).unwrap_or(this_month);
    let past: Vec<u32> = result
        .missing
        .iter()
        .filter(|month| of_year(*month) < this_month)
        .collect();
    let current = result
        .missing
        .iter()
        .any(|month| of_year(month) == this_month);
    let last = policy.study.makeup_last_day(policy.year);
    if today > last && !past.is_empty() {
        return Standing {
            component,
            done: false,
            level: RiskLevel::Missed,
            by: Some(last),
            next_step: format!(
                "缺{}，补训已于{}截止。",
                month_list(&past),
                dates::format_cn(last)
            ),
        };
    }
    if past.is_empty() {
        let ahead: Vec<u32> = result.missing.iter().collect();
        let text = if ahead.is_empty() {
            "已完成。".to_owned()
        } else {
            format!("参加本单位{}的学习。", month_list(&ahead))
        };
        return Standing {
            component,
            level: RiskLevel::Ok,
            by: None,
            next_step: text,
            done: ahead.is_empty(),
        };
    }
    let level = if past.len() >= 2 || this_month.month() == 12 {
        RiskLevel::High
    } else {
        RiskLevel::Watch
    };
    let also = if current {
        format!("；并参加本单位{}月的学习", this_month.month())
    } else {
        String::new()
    };
    Standing {
        component,
        done: false,
        level,
        by: Some(last),
        next_step: format!(
            "{}前参加区局组织的补训，补{}{also}。",
            dates::format_cn(last),
            month_list(&past)
        ),
    }
}

fn month_day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

fn month_list(months: &[u32]) -> String {
    let list: Vec<String> = months.iter().map(u32::to_string).collect();
    format!("{}月", list.join("、"))
}
