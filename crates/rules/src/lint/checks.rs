//! The single checks.

use chengzhi_kernel::deadline::Deadline;
use chengzhi_kernel::{Date, Month, WorkCalendar};

use super::Finding;
use crate::pack::status::When;
use crate::pack::{Rule, Value};
use crate::policy::Policy;

/// A reviewer needs at least this long between hand-in and review.
const MIN_REVIEW_HOURS: i64 = 24;

struct Slot {
    code: &'static str,
    what: &'static str,
    keys: [&'static str; 2],
    /// Upload and review of each month concerned.
    pairs: Vec<(Deadline, Deadline)>,
    /// Days the review may be late without being told.
    grace_days: i64,
}

fn slots(policy: &Policy, calendar: &WorkCalendar) -> Vec<Slot> {
    let months = || Month::of_year(policy.year);
    let study = |december: bool| {
        months()
            .filter(|m| (m.month() == 12) == december)
            .filter_map(|m| policy.study.windows(m, calendar).ok())
            .map(|w| (w.due, w.review))
            .collect()
    };
    let drill = |half: usize| {
        months()
            .filter_map(|m| policy.drill.windows(m, calendar).ok())
            .filter_map(|w| w.get(half).cloned())
            .collect()
    };
    let grace_days = i64::from(policy.drill.review_grace_days.value);
    vec![
        Slot {
            code: "review_no_time.drill_first_half",
            what: "上半月队列训练视频",
            keys: ["drill.first_upload_day", "drill.first_review_day"],
            pairs: drill(0),
            grace_days,
        },
        Slot {
            code: "review_no_time.drill_second_half",
            what: "下半月队列训练视频",
            keys: ["drill.second_upload_day", "drill.second_review_day"],
            pairs: drill(1),
            grace_days,
        },
        Slot {
            code: "review_no_time.study",
            what: "1至11月科队学习",
            keys: ["study.due_day", "study.review_day"],
            pairs: study(false),
            grace_days: 0,
        },
        Slot {
            code: "review_no_time.study_december",
            what: "12月科队学习",
            keys: ["study.december_due_day", "study.december_review_day"],
            pairs: study(true),
            grace_days: 0,
        },
    ]
}

/// Hand-in and review end together: nobody can review in time, nothing returned can be mended.
pub(super) fn review_time(policy: &Policy, calendar: &WorkCalendar, findings: &mut Vec<Finding>) {
    for slot in slots(policy, calendar) {
        let slack = |(upload, review): &(Deadline, Deadline)| {
            review.due_at.seconds_since(upload.due_at) / 3600 + slot.grace_days * 24
        };
        let tight: Vec<_> = slot
            .pairs
            .iter()
            .filter(|p| slack(p) < MIN_REVIEW_HOURS)
            .collect();
        let Some(worst) = tight.iter().map(|p| slack(p)).min() else {
            continue;
        };
        let mut dates: Vec<Date> = tight
            .iter()
            .flat_map(|(u, r)| [u.last_day, r.last_day])
            .collect();
        dates.dedup();
        findings.push(finding(
            policy,
            slot.code,
            "上报与审核没有间隔",
            &slot.keys,
            dates,
            Some(worst),
            format!(
                "{}的上报截止和审核截止只隔{worst}小时：截止日当天上报的无法按时审核，退回的来不及补正",
                slot.what
            ),
            format!("审核截止日比上报截止日至少推迟3日（调整{}）", named(policy, slot.keys[1])),
        ));
    }
}

/// A returned item must be mended before the reviewer's own time is over.
pub(super) fn resubmission(policy: &Policy, calendar: &WorkCalendar, findings: &mut Vec<Finding>) {
    let mut study: Vec<(Date, i64)> = Vec::new();
    let mut drill: Vec<(Date, i64)> = Vec::new();
    for month in Month::of_year(policy.year) {
        if let Ok(w) = policy.study.windows(month, calendar) {
            let slack = w.resubmit.due_at.seconds_since(w.review.due_at) / 3600;
            // A December that locks at hand-in has no resubmission at all: its own finding covers it.
            if slack < 0 {
                study.push((w.resubmit.last_day, slack));
            }
        }
        let until = &policy.drill.resubmit_until;
        let resubmit =
            until
                .value
                .rule(&until.key, &until.clause)
                .from_day(calendar, month.first_day(), &[]);
        if let (Ok(resubmit), Ok(halves)) = (resubmit, policy.drill.windows(month, calendar)) {
            let latest = halves.iter().map(|(_, review)| review.due_at).max();
            let slack = latest.map_or(0, |review| resubmit.due_at.seconds_since(review) / 3600);
            if slack < 0 {
                drill.push((resubmit.last_day, slack));
            }
        }
    }
    let sets = [
        (
            "resubmit_before_review.study",
            "科队学习",
            "study.resubmit_until",
            "study.review_day",
            study,
        ),
        (
            "resubmit_before_review.drill",
            "队列训练",
            "drill.resubmit_until",
            "drill.second_review_day",
            drill,
        ),
    ];
    for (code, what, resubmit_key, review_key, hits) in sets {
        let Some(worst) = hits.iter().map(|(_, slack)| *slack).min() else {
            continue;
        };
        findings.push(finding(
            policy,
            code,
            "重报截止早于审核截止",
            &[resubmit_key, review_key],
            hits.iter().map(|(day, _)| *day).collect(),
            Some(worst),
            format!(
                "{what}审核未到期，退回重报就已截止，早{}小时：此后退回的一律无法补正",
                -worst
            ),
            format!(
                "把重报截止推迟到审核截止之后（调整{}），或提前审核截止",
                named(policy, resubmit_key)
            ),
        ));
    }
}

/// The attendance share and full coverage must be reachable together (B-45, B-46).
pub(super) fn coverage(policy: &Policy, findings: &mut Vec<Finding>) {
    let drill = &policy.drill;
    if !drill.full_coverage.value {
        return;
    }
    let (n, d) = drill.attendance.value;
    let sessions = i64::from(drill.sessions_per_half.value) * 2;
    if !drill.exempt_out_of_base.value {
        findings.push(finding(
            policy,
            "coverage_base",
            "参训比例与全员覆盖口径不一",
            &["drill.attendance", "drill.exempt_out_of_base", "drill.full_coverage"],
            Vec::new(),
            None,
            format!(
                "{sessions}次训练每次须达{n}/{d}，基数含免训人员，而全员覆盖又除去免训人员：免训超过{}/{d}的中队全员到场也不达标",
                d - n
            ),
            "参训比例的基数同样除去免训人员（drill.exempt_out_of_base 改为是）".to_owned(),
        ));
    }
    if sessions * n < d {
        findings.push(finding(
            policy,
            "coverage_share",
            "参训比例不足以覆盖全员",
            &[
                "drill.attendance",
                "drill.sessions_per_half",
                "drill.full_coverage",
            ],
            Vec::new(),
            None,
            format!(
                "{sessions}次训练每次达到{n}/{d}，合计仍不足全员，按比例达标的中队必然覆盖不全"
            ),
            format!("提高参训比例，使{sessions}次之和不小于1"),
        ));
    }
}

/// Something must be asked for no earlier than people are told of it.
pub(super) fn notice(policy: &Policy, findings: &mut Vec<Finding>) {
    let count = |key: &str| match policy.rule(key).map(|r| &r.value) {
        Some(Value::Count(n)) => Some(*n),
        _ => None,
    };
    let pairs = [
        (
            "filing.before_workdays",
            "filing.notice_workdays",
            "集训报备",
            "个工作日",
        ),
        (
            "exam.registration_days",
            "exam.notice_days",
            "考试报名",
            "日",
        ),
    ];
    for (window_key, notice_key, what, unit) in pairs {
        let (Some(window), Some(notice)) = (count(window_key), count(notice_key)) else {
            continue;
        };
        if window > notice {
            findings.push(finding(
                policy,
                &format!(
                    "window_longer_than_notice.{}",
                    window_key.split('.').next().unwrap_or("")
                ),
                "办理期长于通知期",
                &[window_key, notice_key],
                Vec::new(),
                Some((notice - window) * 24),
                format!(
                    "{what}须提前{window}{unit}，而通知只提前{notice}{unit}：接到通知时已经逾期"
                ),
                format!(
                    "通知至少提前{window}{unit}（调整{}），或缩短{}",
                    named(policy, notice_key),
                    named(policy, window_key)
                ),
            ));
        }
    }
}

/// Working-day deadlines cannot be promised in a year without its calendar.
pub(super) fn calendar_year(policy: &Policy, calendar: &WorkCalendar, findings: &mut Vec<Finding>) {
    let keys = ["filing.before_workdays", "closing.after_workdays"];
    let used = policy.filing.before_workdays.value > 0
        || policy.filing.after_workdays.value > 0
        || policy.study.roll.value != "不顺延";
    if used && calendar.notice(policy.year).is_none() {
        let january = Month::new(policy.year, 1).map(Month::first_day);
        let december = Month::new(policy.year, 12).map(Month::last_day);
        findings.push(finding(
            policy,
            "calendar_missing",
            "工作日历尚未公布",
            &keys,
            january.into_iter().chain(december).collect(),
            None,
            format!("{}年没有工作日历，按工作日计算的期限无法确定", policy.year),
            format!(
                "录入{}年放假安排后再发布（policies/calendar/{}.toml）",
                policy.year, policy.year
            ),
        ));
    }
}

/// A return in one month frees the whole year, however short the absence was (B-70).
pub(super) fn freed_year(policy: &Policy, findings: &mut Vec<Finding>) {
    for status in &policy.pack.statuses {
        let When::ReturnedInMonth(month) = status.when else {
            continue;
        };
        if status.sets.assessed != Some(false) {
            continue;
        }
        let Some(span) = Month::new(policy.year, month) else {
            continue;
        };
        findings.push(Finding {
            code: "return_frees_year".to_owned(),
            title: "一次返岗免去全年".to_owned(),
            rules: vec![status.key.clone()],
            clauses: vec![status.clause.clone()],
            dates: vec![span.first_day(), span.last_day()],
            slack_hours: Some(0),
            message: format!(
                "{month}月返岗的人全年不考核，与离岗长短无关：其余各月都在岗、只在{month}月离岗一天的人也免去全年"
            ),
            proposal: format!("改为只免离岗涉及的月份（与长病假、产假等离岗同样处理），{month}月返岗不再免去全年"),
        });
    }
}

/// A rule as people call it, in quotation marks.
fn named(policy: &Policy, key: &str) -> String {
    format!(
        "“{}”",
        policy.rule(key).map_or(key, |rule| rule.title.as_str())
    )
}

#[allow(clippy::too_many_arguments)]
fn finding(
    policy: &Policy,
    code: &str,
    title: &str,
    keys: &[&str],
    dates: Vec<Date>,
    slack_hours: Option<i64>,
    message: String,
    proposal: String,
) -> Finding {
    let mut clauses: Vec<String> = keys
        .iter()
        .filter_map(|k| policy.rule(k))
        .map(|r: &Rule| r.clause.clone())
        .collect();
    clauses.dedup();
    Finding {
        code: code.to_owned(),
        title: title.to_owned(),
        rules: keys.iter().map(|k| (*k).to_owned()).collect(),
        clauses,
        dates,
        slack_hours,
        message,
        proposal,
    }
}
