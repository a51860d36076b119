//! A policy made ready for many people: plain numbers and the status entries in rank order.

use chengzhi_kernel::{Date, Quantity};
use chrono::NaiveDate;

use super::facts::{EventKind, Session};
use crate::pack::Status;
use crate::policy::{Cited, Policy};

/// Where a figure or a decision comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// Requirements row, `B-69`.
    pub rule: String,
    /// Clause, `宝城执〔2024〕6号 三(五)2(3)`.
    pub clause: String,
    /// Name of the rule.
    pub title: String,
}

impl Cite {
    fn of<T>(cited: &Cited<T>) -> Self {
        Self {
            rule: cited.row.clone(),
            clause: cited.clause.clone(),
            title: cited.title.clone(),
        }
    }

    pub(crate) fn of_status(status: &Status) -> Self {
        Self {
            rule: status.row.clone(),
            clause: status.clause.clone(),
            title: status.title.clone(),
        }
    }
}

/// A policy for one year, ready for [`super::assess`].
#[derive(Debug, Clone)]
pub struct CompiledPolicy {
    /// The year judged.
    pub year: i32,
    /// The year of the pack, when it is an earlier one.
    pub carried_over_from: Option<i32>,
    pub(crate) year_end: Date,
    pub(crate) statuses: Vec<Status>,
    pub(crate) left_kinds: u16,
    pub(crate) absence_kinds: u16,
    pub(crate) online: (Quantity, Quantity),
    pub(crate) district: (Quantity, Quantity),
    pub(crate) month_hours: Quantity,
    pub(crate) minima: bool,
    pub(crate) pro_rata: bool,
    pub(crate) assumed_session: Session,
    pub(crate) cite_online: Cite,
    pub(crate) cite_district: Cite,
    pub(crate) cite_month: Cite,
    pub(crate) cite_minima: Cite,
    pub(crate) cite_waiver: Cite,
    pub(crate) cite_assumed: Cite,
    pub(crate) cite_scope: Cite,
    pub(crate) source: String,
}

impl CompiledPolicy {
    /// Prepares `policy` for its year.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let a = &policy.assessment;
        let (from, to) = a.assumed_session(policy.year);
        let mask = |kinds: &[String]| {
            kinds
                .iter()
                .filter_map(|k| EventKind::parse(k.as_bytes()))
                .fold(0, |bits, kind| bits | kind.bit())
        };
        let mut statuses = policy.pack.statuses.clone();
        statuses.sort_by_key(|s| s.rank);
        Self {
            year: policy.year,
            carried_over_from: policy.carried_over_from(),
            year_end: NaiveDate::from_ymd_opt(policy.year, 12, 31).unwrap_or(Date::MAX),
            statuses,
            left_kinds: mask(&policy.personnel.left_kinds.value),
            absence_kinds: mask(&policy.personnel.absence_kinds.value),
            online: (a.online_hours.value, a.online_credits.value),
            district: (a.district_hours.value, a.district_credits.value),
            month_hours: policy.study.hours_per_month.value,
            minima: a.component_minima.value,
            pro_rata: a.online_pro_rata.value,
            assumed_session: Session { from, to },
            cite_online: Cite::of(&a.online_hours),
            cite_district: Cite::of(&a.district_hours),
            cite_month: Cite::of(&policy.study.hours_per_month),
            cite_minima: Cite::of(&a.component_minima),
            cite_waiver: Cite::of(&a.waivers),
            cite_assumed: Cite::of(&a.assumed_from),
            cite_scope: Cite::of(&a.political_counts),
            source: policy.pack.source.clone(),
        }
    }

    /// Whether each component must be met for itself (B-03); else only the totals count.
    #[must_use]
    pub const fn component_minima(&self) -> bool {
        self.minima
    }
}
