//! Where a person stands in a running year: what is missing, until when, what to do, how risky.
//!
//! Pure advice on top of the engine's decision: it never changes what is owed or earned.

mod components;

use chengzhi_kernel::{Date, Quantity};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{Assessment, ComponentResult};

use super::Component;
use components::{district, online, squad};

/// How likely the year is to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// Met, not owed, or in step with the year.
    Ok,
    /// Behind, but an ordinary effort mends it.
    Watch,
    /// Needs a make-up or a lot in little time.
    High,
    /// The year is over and something is missing.
    Missed,
}

impl RiskLevel {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            RiskLevel::Ok => "ok",
            RiskLevel::Watch => "watch",
            RiskLevel::High => "high",
            RiskLevel::Missed => "missed",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            RiskLevel::Ok => "正常",
            RiskLevel::Watch => "关注",
            RiskLevel::High => "高风险",
            RiskLevel::Missed => "未达标",
        }
    }
}

/// The standing of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub component: Component,
    /// How risky.
    pub level: RiskLevel,
    /// Last day for what is missing, if something is.
    pub by: Option<Date>,
    /// What to do, in one sentence.
    pub next_step: String,
    /// True when nothing is left to do in it.
    pub done: bool,
}

impl Standing {
    fn done(component: Component, text: &str) -> Self {
        Standing {
            component,
            level: RiskLevel::Ok,
            by: None,
            next_step: text.to_owned(),
            done: true,
        }
    }
}

/// Where the person stands in each component on `today`; `sessions` are the last days of the
/// district's sessions in the year, in order.
#[must_use]
pub fn standings(
    policy: &Policy,
    assessment: &Assessment,
    session_ends: &[Date],
    today: Date,
) -> [Standing; 3] {
    [
        online(policy, &assessment.online, today),
        district(policy, &assessment.district, session_ends, today),
        squad(policy, &assessment.squad, today),
    ]
}

/// The worst level of all components.
#[must_use]
pub fn overall(standings: &[Standing; 3]) -> RiskLevel {
    standings
        .iter()
        .map(|standing| standing.level)
        .max()
        .unwrap_or(RiskLevel::Ok)
}

/// What stands behind the worst level, each thing once; what is done is told only when all is.
#[must_use]
pub fn summary(standings: &[Standing; 3]) -> String {
    let level = overall(standings);
    let open: Vec<&str> = standings
        .iter()
        .filter(|standing| standing.level == level && !standing.done)
        .map(|standing| standing.next_step.as_str())
        .collect();
    if open.is_empty() {
        "各项均已完成。".to_owned()
    } else {
        open.join("")
    }
}

/// `8学时、4学分`.
#[must_use]
pub fn amounts(hours: Quantity, credits: Quantity) -> String {
    match (hours.thousandths() > 0, credits.thousandths() > 0) {
        (true, true) => format!("{hours}学时、{credits}学分"),
        (true, false) => format!("{hours}学时"),
        (false, true) => format!("{credits}学分"),
        (false, false) => "0学时".to_owned(),
    }
}

/// Hours and credits still missing.
#[must_use]
pub fn missing(result: &ComponentResult) -> (Quantity, Quantity) {
    let short = |required: Quantity, earned: Quantity| {
        Quantity::from_thousandths((required.thousandths() - earned.thousandths()).max(0))
    };
    (
        short(result.required_hours, result.earned_hours),
        short(result.required_credits, result.earned_credits),
    )
}

/// What a component's requirement rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Row of the requirements.
    pub row: String,
    /// Clause.
    pub clause: String,
    /// What it asks, with the pack's figures.
    pub text: String,
}

/// The rule behind a component.
#[must_use]
pub fn basis(policy: &Policy, component: Component) -> Basis {
    let rules = &policy.assessment;
    let (cited, asked) = match component {
        Component::Online => (
            &rules.online_hours,
            amounts(rules.online_hours.value, rules.online_credits.value),
        ),
        Component::District => (
            &rules.district_hours,
            amounts(rules.district_hours.value, rules.district_credits.value),
        ),
        Component::Squad | Component::Other => (&rules.squad_hours, "每月1学时".to_owned()),
    };
    Basis {
        row: cited.row.clone(),
        clause: cited.clause.clone(),
        text: format!("{}{asked}", component.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::{Month, dates};
    use chengzhi_rules::assess::{
        CompiledPolicy, DistrictSessions, Extra, LedgerKind, LedgerRow, PersonFacts, assess,
    };

    fn policy() -> Policy {
        Policy::for_year("shanghai", 2024).unwrap()
    }

    fn day(text: &str) -> Date {
        dates::parse_date(text).unwrap()
    }

    fn with_rows(rows: &[LedgerRow], today: &str) -> [Standing; 3] {
        let policy = policy();
        let compiled = CompiledPolicy::new(&policy);
        let person = PersonFacts {
            established: true,
            joined: day("2015-07-01"),
            induction_ended: None,
        };
        let sessions = DistrictSessions::for_year(&compiled, &[]);
        let result = assess(&compiled, &person, &[], rows, &sessions, &Extra::default());
        standings(&policy, &result, &[day("2024-06-05")], day(today))
    }

    fn study(months: &[u32]) -> Vec<LedgerRow> {
        months
            .iter()
            .map(|month| {
                let month = Month::new(2024, *month).unwrap();
                LedgerRow::new(
                    month.day(8),
                    LedgerKind::Study,
                    Quantity::whole(1),
                    Quantity::ZERO,
                    Some(month),
                )
            })
            .collect()
    }

    #[test]
    fn a_missed_past_month_asks_for_the_districts_make_up() {
        let [_, _, squad] = with_rows(&study(&[1, 2, 3, 4, 6, 7, 8, 9, 10]), "2024-11-18");
        assert_eq!(squad.level, RiskLevel::Watch);
        assert_eq!(squad.by, Some(day("2024-12-31")));
        assert_eq!(
            squad.next_step,
            "2024年12月31日（周二）前参加区局组织的补训，补5月；并参加本单位11月的学习。"
        );
        let [_, _, two] = with_rows(&study(&[1, 2, 3, 6, 7, 8, 9, 10, 11]), "2024-11-18");
        assert_eq!(two.level, RiskLevel::High);
    }

    #[test]
    fn what_is_done_is_not_told_beside_what_is_open() {
        let rows: Vec<LedgerRow> = study(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let mut standing = with_rows(&rows, "2024-11-18");
        assert_eq!(standing[2].next_step, "参加本单位11、12月的学习。");
        for other in &mut standing[..2] {
            *other = Standing::done(other.component, "已完成。");
        }
        assert_eq!(summary(&standing), "参加本单位11、12月的学习。");
        standing[2] = Standing::done(Component::Squad, "已完成。");
        assert_eq!(summary(&standing), "各项均已完成。");
    }

    #[test]
    fn online_is_risky_by_the_time_that_is_left() {
        let rows = |hours| {
            vec![LedgerRow::new(
                day("2024-03-01"),
                LedgerKind::Online,
                Quantity::whole(hours),
                Quantity::whole(12),
                None,
            )]
        };
        assert_eq!(with_rows(&rows(24), "2024-11-18")[0].level, RiskLevel::Ok);
        assert_eq!(with_rows(&rows(20), "2024-11-18")[0].level, RiskLevel::Ok);
        assert_eq!(
            with_rows(&rows(14), "2024-11-18")[0].level,
            RiskLevel::Watch
        );
        assert_eq!(with_rows(&rows(0), "2024-11-18")[0].level, RiskLevel::High);
        assert_eq!(
            with_rows(&rows(20), "2025-01-02")[0].level,
            RiskLevel::Missed
        );
        assert!(
            with_rows(&rows(20), "2024-11-18")[0]
                .next_step
                .contains("再完成4学时")
        );
    }

    #[test]
    fn a_window_nobody_announced_is_called_one_and_sets_no_day() {
        let policy = policy();
        let compiled = CompiledPolicy::new(&policy);
        let person = PersonFacts {
            established: true,
            joined: day("2015-07-01"),
            induction_ended: None,
        };
        let sessions = DistrictSessions::for_year(&compiled, &[]);
        let result = assess(&compiled, &person, &[], &[], &sessions, &Extra::default());
        let [_, district, _] = standings(&policy, &result, &[], day("2024-11-18"));
        assert_eq!(district.by, None);
        assert_eq!(district.level, RiskLevel::High);
        assert_eq!(
            district.next_step,
            "未登记集训，按默认窗口6月1日至6月30日；仍缺24学时、12学分。请联系区局教育培训管理员核实场次或安排补训。"
        );
    }

    #[test]
    fn a_component_rests_on_the_packs_figures() {
        let basis = basis(&policy(), Component::Online);
        assert_eq!(basis.text, "市局网训24学时、12学分");
        assert!(basis.clause.contains("宝城执"), "{}", basis.clause);
    }

    #[test]
    fn the_closed_training_is_lost_after_the_last_session() {
        assert_eq!(with_rows(&[], "2024-05-20")[1].level, RiskLevel::Ok);
        assert_eq!(with_rows(&[], "2024-11-18")[1].level, RiskLevel::High);
        assert_eq!(with_rows(&[], "2025-01-02")[1].level, RiskLevel::Missed);
    }
}
