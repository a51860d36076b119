//! The long form of a decision: each step with clause, inputs, arithmetic, and what would have to
//! happen for it to come out otherwise.

use chengzhi_kernel::Quantity;
use chengzhi_kernel::dates::format_cn;
use serde::Serialize;

use super::compile::{Cite, CompiledPolicy};
use super::engine::{Assessment, ComponentResult, Outcome, State};
use super::facts::{Component, Waiver};
use super::month_set::MonthSet;
use super::reasons::{amount_text, status_text};
use super::trace::{DistrictWhy, Fact, StartSource, Step};

/// One step, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainLine {
    /// The component it is about; `None` for the person as a whole.
    pub component: Option<Component>,
    /// Requirements row.
    pub rule: String,
    /// Clause of the notice.
    pub clause: String,
    /// Name of the rule.
    pub title: String,
    /// What was decided.
    pub text: String,
    /// What it was decided from: label and value.
    pub inputs: Vec<(String, String)>,
    /// The sum, where there is one: `24 − 20 = 4`.
    pub arithmetic: Option<String>,
    /// What would change it.
    pub would_change: Option<String>,
}

/// Every step of the decision in Chinese, in the order it was taken. `waivers` are those the
/// assessment was given.
#[must_use]
pub fn explain(policy: &CompiledPolicy, a: &Assessment, waivers: &[Waiver]) -> Vec<ExplainLine> {
    let mut lines = Vec::new();
    for step in &a.trace.steps {
        match step {
            Step::Status { status, fact } => {
                let Some(entry) = policy.statuses.get(usize::from(*status)) else {
                    continue;
                };
                let text = status_text(policy, a, *fact)
                    .unwrap_or_else(|| format!("{}：{}", entry.title, entry.sets.text_cn()));
                let mut line = line(None, &Cite::of_status(entry), text);
                line.inputs = status_inputs(*fact);
                line.would_change = status_change(*fact);
                lines.push(line);
            }
            Step::Months {
                start,
                source,
                gaps,
                counted,
            } => {
                lines.push(months_line(policy, *start, *source, *gaps, *counted));
            }
            Step::District { due, why, assumed } => {
                lines.push(district_line(policy, *due, *why, *assumed));
            }
            Step::Waived { component, waiver } => {
                let why = waivers
                    .get(usize::from(*waiver))
                    .map_or("", |w| w.reason.as_str());
                let text = format!("{}经批准免除：{why}", component.name_cn());
                let mut line = line(Some(*component), &policy.cite_waiver, text);
                line.would_change = Some("撤销免除后恢复考核".to_owned());
                lines.push(line);
            }
            Step::StrayReturn(day) => {
                let text = format!("{}的返岗没有对应的离岗，未予采用", format_cn(*day));
                lines.push(line(None, &policy.cite_month, text));
            }
            Step::EventsLeftOut(count) => {
                let text = format!("有{count}条人员变动在截止日之后录入，未计入");
                lines.push(line(None, &policy.cite_month, text));
            }
            Step::Earned {
                component: Component::Online,
                rows,
                ..
            } => {
                lines.push(component_line(
                    Component::Online,
                    &policy.cite_online,
                    &a.online,
                    *rows,
                ));
            }
            Step::Earned {
                component: Component::District,
                rows,
                ..
            } => {
                lines.push(component_line(
                    Component::District,
                    &policy.cite_district,
                    &a.district,
                    *rows,
                ));
            }
            Step::Study {
                owed,
                fulfilled,
                per_month,
            } => {
                lines.push(study_line(policy, *owed, *fulfilled, *per_month));
            }
            Step::LeftOut {
                other_year,
                after_as_of,
                other_kind,
            } => {
                lines.push(left_out_line(
                    policy,
                    *other_year,
                    *after_as_of,
                    *other_kind,
                ));
            }
            Step::Verdict {
                minima,
                state,
                result,
            } => {
                lines.push(verdict_line(policy, a, *minima, *state, *result));
            }
            Step::Absence(_) | Step::Required { .. } | Step::Earned { .. } => {}
        }
    }
    lines
}

fn line(component: Option<Component>, cite: &Cite, text: String) -> ExplainLine {
    ExplainLine {
        component,
        rule: cite.rule.clone(),
        clause: cite.clause.clone(),
        title: cite.title.clone(),
        text,
        inputs: Vec::new(),
        arithmetic: None,
        would_change: None,
    }
}

fn input(label: &str, value: impl Into<String>) -> (String, String) {
    (label.to_owned(), value.into())
}

fn status_inputs(fact: Fact) -> Vec<(String, String)> {
    match fact {
        Fact::NotEstablished => vec![input("在编", "否")],
        Fact::JoinedLater(day) | Fact::JoinedIn(day) => vec![input("入职日期", format_cn(day))],
        Fact::Left(kind, day) => vec![input(kind.name_cn(), format_cn(day))],
        Fact::ReturnedIn(absence) => {
            let mut list = vec![input(absence.kind.name_cn(), format_cn(absence.from))];
            list.extend(absence.back.map(|back| input("返岗", format_cn(back))));
            list
        }
        Fact::NewStaff { joined, induction } => {
            let mut list = vec![input("入职日期", format_cn(joined))];
            list.extend(induction.map(|day| input("初任培训结束日期", format_cn(day))));
            list
        }
        Fact::Absent(months) => vec![input("离岗涉及月份", months.text_cn())],
        Fact::Everybody => Vec::new(),
    }
}

fn status_change(fact: Fact) -> Option<String> {
    Some(match fact {
        Fact::NotEstablished => "转为在编后按在编人员考核".to_owned(),
        Fact::JoinedLater(_) => "入职当年起考核".to_owned(),
        Fact::Left(kind, _) => format!("{}撤销后恢复考核", kind.name_cn()),
        Fact::JoinedIn(_) => "入职早于当月1日的，自入职当月起考核".to_owned(),
        Fact::ReturnedIn(_) => "返岗不在当月的，按在岗月份考核".to_owned(),
        Fact::NewStaff { .. } => "次年起全年考核".to_owned(),
        Fact::Absent(_) => "起止日期变更后，应学月份随之重算".to_owned(),
        Fact::Everybody => return None,
    })
}

fn months_line(
    policy: &CompiledPolicy,
    start: u8,
    source: StartSource,
    gaps: MonthSet,
    counted: MonthSet,
) -> ExplainLine {
    let from = match source {
        StartSource::January => "自1月起计".to_owned(),
        StartSource::Induction(day) if start > 12 => {
            format!("初任培训{}结束，当年不再计", format_cn(day))
        }
        StartSource::Induction(day) => format!("初任培训{}结束，自{start}月起计", format_cn(day)),
        StartSource::Joined(day) => format!("{}入职，自{start}月起计", format_cn(day)),
    };
    let text = if gaps.is_empty() {
        format!("{from}，应学{}", counted.text_cn())
    } else {
        format!(
            "{from}，除去离岗涉及的{}，应学{}",
            gaps.text_cn(),
            counted.text_cn()
        )
    };
    let span = MonthSet::span(u32::from(start), 12);
    let mut line = line(Some(Component::Squad), &policy.cite_month, text);
    line.arithmetic = Some(format!(
        "{} − {} = {}个月",
        span.count(),
        span.and(gaps).count(),
        counted.count()
    ));
    line
}

fn district_line(
    policy: &CompiledPolicy,
    due: bool,
    why: DistrictWhy,
    assumed: bool,
) -> ExplainLine {
    let note = if assumed {
        "（区局未列集训场次，此期间为推定）"
    } else {
        ""
    };
    let (text, change) = match why {
        DistrictWhy::Waived => ("按人员情形不考核区局集训".to_owned(), None),
        DistrictWhy::NotAssessed => ("不考核，不要求区局集训".to_owned(), None),
        DistrictWhy::Always => ("应参加区局集训".to_owned(), None),
        DistrictWhy::AtPost(from, to) => (
            format!(
                "集训{}至{}期间在岗，应参加区局集训{note}",
                format_cn(from),
                format_cn(to)
            ),
            None,
        ),
        DistrictWhy::Away(from, to) => (
            format!(
                "集训{}至{}期间均不在岗，不考核区局集训{note}",
                format_cn(from),
                format_cn(to)
            ),
            Some("任一场集训期间有一日在岗，即应参加".to_owned()),
        ),
    };
    let cite = if assumed {
        &policy.cite_assumed
    } else {
        &policy.cite_district
    };
    let mut line = line(Some(Component::District), cite, text);
    line.inputs = vec![input("应参加", if due { "是" } else { "否" })];
    line.would_change = change;
    line
}

fn component_line(
    component: Component,
    cite: &Cite,
    r: &ComponentResult,
    rows: u32,
) -> ExplainLine {
    let earned = format!("{}学时{}学分", r.earned_hours, r.earned_credits);
    let missing_hours = r.earned_hours.missing_to(r.required_hours);
    let missing_credits = r.earned_credits.missing_to(r.required_credits);
    let name = component.name_cn();
    let text = match (r.due, r.met) {
        (false, _) => format!("{name}不作要求，已得{earned}"),
        (true, true) => format!(
            "{name}应{}，已得{earned}，达标",
            amount_text(r.required_hours, r.required_credits)
        ),
        (true, false) => super::reasons::shortfall_text(component, r),
    };
    let mut line = line(Some(component), cite, text);
    line.inputs = vec![
        input(
            "应得",
            format!("{}学时{}学分", r.required_hours, r.required_credits),
        ),
        input("已得", earned),
        input("计入台账", format!("{rows}条")),
    ];
    if r.due {
        line.arithmetic = Some(format!(
            "学时 {} − {} = {}；学分 {} − {} = {}",
            r.required_hours,
            r.earned_hours,
            r.required_hours - r.earned_hours,
            r.required_credits,
            r.earned_credits,
            r.required_credits - r.earned_credits
        ));
    }
    if !r.met {
        line.would_change = Some(format!(
            "再取得{}即达标",
            amount_text(missing_hours, missing_credits)
        ));
    }
    line
}

fn study_line(
    policy: &CompiledPolicy,
    owed: MonthSet,
    fulfilled: MonthSet,
    per_month: Quantity,
) -> ExplainLine {
    let missing = owed.minus(fulfilled);
    let text = if owed.is_empty() {
        "科队学习不作要求".to_owned()
    } else if missing.is_empty() {
        format!("科队学习应学{}个月，均已学，达标", owed.count())
    } else {
        format!(
            "科队学习应学{}个月，已学{}个月，缺{}",
            owed.count(),
            fulfilled.count(),
            missing.text_cn()
        )
    };
    let hours = |set: MonthSet| {
        Quantity::from_thousandths(per_month.thousandths() * i64::from(set.count()))
    };
    let mut line = line(Some(Component::Squad), &policy.cite_month, text);
    line.inputs = vec![
        input("应学", owed.text_cn()),
        input("已学", fulfilled.text_cn()),
    ];
    line.arithmetic = Some(format!(
        "{}个月 × {per_month}学时 = {}学时；已得{}学时",
        owed.count(),
        hours(owed),
        hours(fulfilled)
    ));
    if !missing.is_empty() {
        line.would_change = Some(format!(
            "补齐{}的科队学习（已锁定的月份由区局组织补训）即达标",
            missing.text_cn()
        ));
    }
    line
}

fn left_out_line(
    policy: &CompiledPolicy,
    other_year: u32,
    after_as_of: u32,
    other_kind: u32,
) -> ExplainLine {
    let mut parts = Vec::new();
    if other_year > 0 {
        parts.push(format!("{other_year}条不属于{}年", policy.year));
    }
    if after_as_of > 0 {
        parts.push(format!("{after_as_of}条在截止日之后"));
    }
    if other_kind > 0 {
        parts.push(format!("{other_kind}条不属于三类培训"));
    }
    line(
        None,
        &policy.cite_scope,
        format!("台账未计入：{}", parts.join("，")),
    )
}

fn verdict_line(
    policy: &CompiledPolicy,
    a: &Assessment,
    minima: bool,
    state: State,
    result: Option<Outcome>,
) -> ExplainLine {
    let sum = a.trace.recompute();
    let verdict = match (state, result) {
        (State::NotAssessed, _) | (_, None) => "不考核",
        (_, Some(Outcome::Met)) => "达标",
        (_, Some(Outcome::NotMet)) => "未达标",
    };
    let rule = if minima {
        "各项分别达标"
    } else {
        "按合计"
    };
    let mut line = line(None, &policy.cite_minima, format!("{rule}：{verdict}"));
    if result.is_some() {
        line.arithmetic = Some(format!(
            "应{}学时{}学分，已得{}学时{}学分",
            sum.required_hours, sum.required_credits, sum.earned_hours, sum.earned_credits
        ));
    }
    line
}
