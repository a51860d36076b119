//! The short form of a decision: one sentence per rule that made it what it is.

use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, Quantity};
use chrono::Datelike;
use serde::Serialize;

use super::compile::{Cite, CompiledPolicy};
use super::engine::{Assessment, ComponentResult, Outcome, State};
use super::facts::{Component, Waiver};
use super::month_set::MonthSet;
use super::timeline::Absence;
use super::trace::{DistrictWhy, Fact, Step};
use crate::pack::status::When;

/// One rule with what it did to this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Requirements row, `B-69`.
    pub rule: String,
    /// Clause of the notice.
    pub clause: String,
    /// The sentence, in Chinese.
    pub text: String,
}

/// The reasons of a decision, at most one per rule: every state but `full` and every component
/// not met has one. `waivers` are those the assessment was given.
#[must_use]
pub fn reasons(policy: &CompiledPolicy, a: &Assessment, waivers: &[Waiver]) -> Vec<Reason> {
    let mut list = List::default();
    let absent = status_of(a, |f| matches!(f, Fact::Absent(_)));
    let new = status_of(a, |f| matches!(f, Fact::NewStaff { .. }));
    for step in &a.trace.steps {
        if let Step::Status { status, fact } = step
            && let Some(entry) = policy.statuses.get(usize::from(*status))
            && let Some(text) = status_text(policy, a, *fact)
        {
            list.add(&Cite::of_status(entry), text);
        }
    }
    // What a status made of the year stands under that status; else under the yearly rule.
    let status_cite = |index: Option<u8>| {
        index
            .and_then(|i| policy.statuses.get(usize::from(i)))
            .map(Cite::of_status)
    };
    let month_owner = status_cite(absent).or_else(|| status_cite(new));
    if let Some(owner) = &month_owner {
        list.add(owner, months_text(a));
    }
    let (why, assumed) = district_why(a);
    if let DistrictWhy::Away(from, to) = why {
        let owner = month_owner
            .clone()
            .unwrap_or_else(|| policy.cite_district.clone());
        list.add(&owner, away_text(from, to, assumed));
    } else if assumed && a.district.due && absent.is_some() {
        list.add(&policy.cite_assumed, assumed_text(policy));
    }
    for (component, result, cite) in [
        (Component::Online, &a.online, &policy.cite_online),
        (Component::District, &a.district, &policy.cite_district),
    ] {
        if !result.met {
            let mut text = shortfall_text(component, result);
            if component == Component::District && assumed {
                text = format!("{text}（{}）", assumed_text(policy));
            }
            list.add(cite, text);
        }
    }
    if !a.squad.met {
        let owner = month_owner.as_ref().unwrap_or(&policy.cite_month);
        list.add(owner, format!("科队学习缺{}", a.squad.missing.text_cn()));
    }
    if !policy.minima && a.result == Some(Outcome::NotMet) {
        list.add(&policy.cite_minima, totals_text(a));
    }
    for step in &a.trace.steps {
        match step {
            Step::Waived { component, waiver } => {
                let why = waivers
                    .get(usize::from(*waiver))
                    .map_or("", |w| w.reason.as_str());
                list.add(
                    &policy.cite_waiver,
                    format!("{}经批准免除：{why}", component.name_cn()),
                );
            }
            Step::StrayReturn(day) => {
                let cite = policy
                    .statuses
                    .iter()
                    .find(|s| s.when == When::Absent)
                    .map(Cite::of_status);
                let cite = cite.as_ref().unwrap_or(&policy.cite_month);
                list.add(
                    cite,
                    format!("{}的返岗没有对应的离岗，未予采用", format_cn_plain(*day)),
                );
            }
            _ => {}
        }
    }
    if list.0.is_empty() && a.state != State::Full {
        // Reached only with a pack whose last entry owes less than everything.
        let everybody = policy
            .statuses
            .iter()
            .rfind(|s| s.when == When::Always)
            .map(Cite::of_status);
        list.add(
            everybody.as_ref().unwrap_or(&policy.cite_minima),
            "按规则包设定，部分内容不考核".to_owned(),
        );
    }
    if let Some(year) = policy.carried_over_from {
        let cite = Cite {
            rule: "B-07".to_owned(),
            clause: policy.source.clone(),
            title: "规则沿用".to_owned(),
        };
        list.add(
            &cite,
            format!("沿用{year}年规则：{}年没有单独的规则包", policy.year),
        );
    }
    list.0
}

#[derive(Default)]
struct List(Vec<Reason>);

impl List {
    fn add(&mut self, cite: &Cite, text: String) {
        match self
            .0
            .iter_mut()
            .find(|r| r.rule == cite.rule && r.clause == cite.clause)
        {
            Some(reason) => {
                reason.text.push('；');
                reason.text.push_str(&text);
            }
            None => self.0.push(Reason {
                rule: cite.rule.clone(),
                clause: cite.clause.clone(),
                text,
            }),
        }
    }
}

fn status_of(a: &Assessment, wanted: impl Fn(&Fact) -> bool) -> Option<u8> {
    a.trace.steps.iter().find_map(|step| match step {
        Step::Status { status, fact } if wanted(fact) => Some(*status),
        _ => None,
    })
}

fn district_why(a: &Assessment) -> (DistrictWhy, bool) {
    a.trace
        .steps
        .iter()
        .find_map(|step| match step {
            Step::District { why, assumed, .. } => Some((*why, *assumed)),
            _ => None,
        })
        .unwrap_or((DistrictWhy::NotAssessed, false))
}

/// The sentence for a status entry; `None` for the one that is for everybody.
pub(super) fn status_text(policy: &CompiledPolicy, a: &Assessment, fact: Fact) -> Option<String> {
    let year = policy.year;
    Some(match fact {
        Fact::NotEstablished => "非在编人员，不纳入学时学分考核".to_owned(),
        Fact::JoinedLater(day) => {
            format!(
                "{}入职，晚于{year}年，不纳入{year}年考核",
                format_cn_plain(day)
            )
        }
        Fact::Left(kind, day) => {
            format!(
                "{}{}，不纳入{year}年考核",
                format_cn_plain(day),
                kind.name_cn()
            )
        }
        Fact::JoinedIn(day) => {
            format!(
                "{}入职，{}月入职的不纳入当年考核",
                format_cn_plain(day),
                day.month()
            )
        }
        Fact::ReturnedIn(absence) => {
            let back = absence.back.unwrap_or(absence.from);
            format!(
                "{}后于{}返岗，{}月返岗的不纳入当年考核",
                absence.kind.name_cn(),
                format_cn_plain(back),
                back.month()
            )
        }
        Fact::NewStaff { joined, induction } => {
            let since = match induction {
                Some(day) => format!("初任培训于{}结束", format_cn_plain(day)),
                None => format!("{}入职，当年未参加初任培训", format_cn_plain(joined)),
            };
            let waived = if district_why(a).0 == DistrictWhy::Waived {
                "，不考核区局集训"
            } else {
                ""
            };
            format!("新进人员，{since}{waived}")
        }
        Fact::Absent(_) => absences_text(a),
        Fact::Everybody => return None,
    })
}

fn absences_text(a: &Assessment) -> String {
    let spans: Vec<String> = a
        .trace
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Absence(absence) => Some(absence_text(absence)),
            _ => None,
        })
        .collect();
    let gaps = a.trace.steps.iter().find_map(|step| match step {
        Step::Months { gaps, .. } => Some(*gaps),
        _ => None,
    });
    format!(
        "{}，{}不计科队学习",
        spans.join("；"),
        gaps.unwrap_or(MonthSet::EMPTY).text_cn()
    )
}

pub(super) fn absence_text(absence: &Absence) -> String {
    let kind = absence.kind.name_cn();
    let from = format_cn_plain(absence.from);
    match absence.back {
        Some(back) => format!("{from}起{kind}，{}返岗", format_cn_plain(back)),
        None => format!("{from}起{kind}，未返岗"),
    }
}

fn months_text(a: &Assessment) -> String {
    let counted = a.trace.steps.iter().find_map(|step| match step {
        Step::Months { counted, .. } => Some(*counted),
        _ => None,
    });
    match counted {
        Some(months) if !months.is_empty() => format!("科队学习应学{}", months.text_cn()),
        _ => "当年没有应考核的月份，科队学习和市局网训均不考核".to_owned(),
    }
}

fn away_text(from: Date, to: Date, assumed: bool) -> String {
    let window = format!("{}至{}", format_cn_plain(from), format_cn_plain(to));
    if assumed {
        format!("区局未列集训场次，按{window}推定，期间均不在岗，不考核区局集训")
    } else {
        format!("区局集训（{window}）期间均不在岗，不考核区局集训")
    }
}

fn assumed_text(policy: &CompiledPolicy) -> String {
    let session = policy.assumed_session;
    format!(
        "区局未列集训场次，按{}至{}推定",
        format_cn_plain(session.from),
        format_cn_plain(session.to)
    )
}

/// `24学时12学分`; credits are left out when there are none.
pub(super) fn amount_text(hours: Quantity, credits: Quantity) -> String {
    match (hours.is_zero(), credits.is_zero()) {
        (false, true) => format!("{hours}学时"),
        (true, false) => format!("{credits}学分"),
        _ => format!("{hours}学时{credits}学分"),
    }
}

pub(super) fn shortfall_text(component: Component, r: &ComponentResult) -> String {
    format!(
        "{}应{}，已得{}学时{}学分，缺{}",
        component.name_cn(),
        amount_text(r.required_hours, r.required_credits),
        r.earned_hours,
        r.earned_credits,
        amount_text(
            r.earned_hours.missing_to(r.required_hours),
            r.earned_credits.missing_to(r.required_credits)
        )
    )
}

fn totals_text(a: &Assessment) -> String {
    let sum = a.trace.recompute();
    format!(
        "按合计考核：应{}，已得{}学时{}学分",
        amount_text(sum.required_hours, sum.required_credits),
        sum.earned_hours,
        sum.earned_credits
    )
}
