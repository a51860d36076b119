//! Shapes of assessments on the wire and their words.

use chengzhi_http::{ClauseOut, DueOut};
use chengzhi_kernel::{Date, Quantity, Timestamp};
use chengzhi_rules::assess::{self, Outcome, State};
use serde::Serialize;
use utoipa::ToSchema;

/// A figure with the clauses behind it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureOut {
    /// Hours or credits.
    #[schema(value_type = f64)]
    pub value: Quantity,
    /// 依据.
    pub clause: Vec<ClauseOut>,
}

/// Which rules a year runs on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyRefOut {
    /// Pack, `shanghai/2024`.
    pub pack: String,
    /// Its title.
    pub title: String,
    /// 沿用2024年规则, when the year has no pack of its own.
    pub carried_over: Option<String>,
}

impl PolicyRefOut {
    /// Of a policy.
    #[must_use]
    pub fn of(policy: &chengzhi_rules::Policy) -> Self {
        PolicyRefOut {
            pack: policy.pack.id(),
            title: policy.pack.title.clone(),
            carried_over: policy.carried_over_text(),
        }
    }
}

/// The person an assessment is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssessedPersonOut {
    /// Id.
    pub id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Last unit in the year.
    pub unit_name: String,
    /// Its district bureau or special unit.
    pub district_name: String,
}

/// Label and value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InputOut {
    /// What.
    pub label: String,
    /// Value in words.
    pub value: String,
}

/// One step of the explanation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TraceStepOut {
    /// Row of the requirements.
    pub rule: String,
    /// Clause.
    pub clause: String,
    /// Name of the rule.
    pub title: String,
    /// What was decided.
    pub text: String,
    /// From what.
    pub inputs: Vec<InputOut>,
    /// The sum.
    pub arithmetic: Option<String>,
    /// What would change it.
    pub would_change: Option<String>,
}

impl From<assess::ExplainLine> for TraceStepOut {
    fn from(line: assess::ExplainLine) -> Self {
        TraceStepOut {
            rule: line.rule,
            clause: line.clause,
            title: line.title,
            text: line.text,
            inputs: line
                .inputs
                .into_iter()
                .map(|(label, value)| InputOut { label, value })
                .collect(),
            arithmetic: line.arithmetic,
            would_change: line.would_change,
        }
    }
}

/// A month of study.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MonthOut {
    /// 1–12.
    pub month: u32,
    /// Owed.
    pub due: bool,
    /// Fulfilled.
    pub fulfilled: bool,
    /// Why.
    pub why: String,
}

/// One of the three components.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComponentOut {
    /// online, district, squad.
    pub key: String,
    /// Name.
    pub name: String,
    /// Owed.
    pub due: bool,
    /// Owed hours.
    #[schema(value_type = f64)]
    pub required_hours: Quantity,
    /// Owed credits.
    #[schema(value_type = f64)]
    pub required_credits: Quantity,
    /// Earned hours.
    #[schema(value_type = f64)]
    pub earned_hours: Quantity,
    /// Earned credits.
    #[schema(value_type = f64)]
    pub earned_credits: Quantity,
    /// Hours missing.
    #[schema(value_type = f64)]
    pub missing_hours: Quantity,
    /// Credits missing.
    #[schema(value_type = f64)]
    pub missing_credits: Quantity,
    /// Done.
    pub met: bool,
    /// ok, watch, high, missed.
    pub risk: String,
    /// Last day for what is missing.
    pub by: Option<DueOut>,
    /// What to do.
    pub next_step: String,
    /// The steps that concern it.
    pub explain: Vec<TraceStepOut>,
    /// Months of study; empty for the other two.
    pub months: Vec<MonthOut>,
}

/// A target set aside by hand (B-75).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaiverOut {
    /// Id.
    pub id: i64,
    /// online, district, squad.
    pub component: String,
    /// Name.
    pub component_name: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// How likely the year is to fail.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RiskOut {
    /// ok, watch, high, missed.
    pub level: String,
    /// In words.
    pub text: String,
}

/// Hours and credits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AmountsOut {
    /// Hours.
    pub hours: FigureOut,
    /// Credits.
    pub credits: FigureOut,
}

/// A person's year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssessmentOut {
    /// Who.
    pub person: AssessedPersonOut,
    /// Which year.
    pub year: i32,
    /// Day it is looked at from, when asked for.
    pub as_of: Option<Date>,
    /// Rules.
    pub policy: PolicyRefOut,
    /// full, partial, not_assessed.
    pub state: String,
    /// In words.
    pub state_name: String,
    /// met, not_met; none when not assessed.
    pub result: Option<String>,
    /// In words.
    pub result_name: String,
    /// The year is closed.
    pub year_closed: bool,
    /// Owed.
    pub required: AmountsOut,
    /// Earned towards what is owed.
    pub earned: AmountsOut,
    /// The three components.
    pub components: Vec<ComponentOut>,
    /// Reasons for everything out of the ordinary.
    pub reasons: Vec<ClauseOut>,
    /// Steps that concern the person as a whole.
    pub explain: Vec<TraceStepOut>,
    /// Waived targets.
    pub targets: Vec<WaiverOut>,
    /// Risk.
    pub risk: RiskOut,
}

/// Code of a state.
#[must_use]
pub fn state_code(state: State) -> &'static str {
    match state {
        State::Full => "full",
        State::Partial => "partial",
        State::NotAssessed => "not_assessed",
    }
}

/// Word of a state.
#[must_use]
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Full => "全年考核",
        State::Partial => "部分考核",
        State::NotAssessed => "不考核",
    }
}

/// Code of a result.
#[must_use]
pub fn result_code(result: Option<Outcome>) -> Option<&'static str> {
    result.map(|result| match result {
        Outcome::Met => "met",
        Outcome::NotMet => "not_met",
    })
}

/// Word of a result; in a running year what is not met is not yet met.
#[must_use]
pub fn result_name(result: Option<Outcome>, year_over: bool) -> &'static str {
    match (result, year_over) {
        (None, _) => "不考核",
        (Some(Outcome::Met), _) => "已达标",
        (Some(Outcome::NotMet), true) => "未达标",
        (Some(Outcome::NotMet), false) => "尚未达标",
    }
}
