//! The `[[status]]` entries: which situation of a person sets what, in which rank (B-67…B-72).

use serde::Serialize;

/// The situation an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Not on the establishment (在编 is not 是, B-10).
    NotEstablished,
    /// Joined after 31 December of the year.
    JoinedAfterYear,
    /// Left, missing, dead, dismissed between joining and the end of the year (B-68).
    Left,
    /// Joined in this month of the year (B-70).
    JoinedInMonth(u32),
    /// Returned from an absence in this month of the year (B-70).
    ReturnedInMonth(u32),
    /// Joined in the year, or induction ended in it (B-67).
    NewStaff,
    /// Away in at least one month of the year (B-69).
    Absent,
    /// Everybody (B-72).
    Always,
}

/// From which month study and online training are assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StartRule {
    /// From January.
    January,
    /// From the month after induction ended, if in the year; else from the month of joining, if in
    /// the year; else January (B-67).
    InductionOrJoining,
}

/// Which months an absence takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapRule {
    /// None.
    None,
    /// Every month touched, first and last included (B-69).
    Touched,
    /// Only months away from the first to the last day.
    Whole,
}

/// Whether the district's closed training is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DistrictRule {
    /// Not owed.
    Waived,
    /// Owed when at post on at least one day of one session (B-11).
    AtPost,
    /// Owed in any case.
    Due,
}

/// Whether online training is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnlineRule {
    /// Not owed.
    Waived,
    /// Owed when at least one month counts.
    IfAnyMonth,
    /// Owed in any case.
    Due,
}

/// What an entry sets; `None` leaves the value to the next rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sets {
    /// Whether the person is assessed at all.
    pub assessed: Option<bool>,
    /// See [`StartRule`].
    pub start_month: Option<StartRule>,
    /// See [`GapRule`].
    pub gap_months: Option<GapRule>,
    /// See [`DistrictRule`].
    pub district: Option<DistrictRule>,
    /// See [`OnlineRule`].
    pub online: Option<OnlineRule>,
}

impl Sets {
    /// Names of the values both set, differently.
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> Vec<&'static str> {
        fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
            matches!((a, b), (Some(a), Some(b)) if a != b)
        }
        [
            ("assessed", differ(self.assessed, other.assessed)),
            ("start_month", differ(self.start_month, other.start_month)),
            ("gap_months", differ(self.gap_months, other.gap_months)),
            ("district", differ(self.district, other.district)),
            ("online", differ(self.online, other.online)),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
    }

    /// Whether nothing is left open.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.assessed.is_some()
            && self.start_month.is_some()
            && self.gap_months.is_some()
            && self.district.is_some()
            && self.online.is_some()
    }

    /// This, with what it leaves open taken from `later`.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        Self {
            assessed: self.assessed.or(later.assessed),
            start_month: self.start_month.or(later.start_month),
            gap_months: self.gap_months.or(later.gap_months),
            district: self.district.or(later.district),
            online: self.online.or(later.online),
        }
    }

    /// The settings in Chinese, for the table of rules.
    #[must_use]
    pub fn text_cn(&self) -> String {
        let mut parts = Vec::new();
        match self.assessed {
            Some(true) => parts.push("纳入考核"),
            Some(false) => parts.push("不纳入当年考核"),
            None => {}
        }
        match self.start_month {
            Some(StartRule::January) => parts.push("自1月起计"),
            Some(StartRule::InductionOrJoining) => {
                parts.push("自初任培训结束次月（当年未参加的自入职当月）起计")
            }
            None => {}
        }
        match self.gap_months {
            Some(GapRule::None) => parts.push("各月均计"),
            Some(GapRule::Touched) => parts.push("离岗涉及的各月（含首尾月）不计科队学习"),
            Some(GapRule::Whole) => parts.push("整月离岗的月份不计科队学习"),
            None => {}
        }
        match self.district {
            Some(DistrictRule::Waived) => parts.push("不考核区局集训"),
            Some(DistrictRule::AtPost) => parts.push("任一场集训期间有一日在岗即应参加区局集训"),
            Some(DistrictRule::Due) => parts.push("应参加区局集训"),
            None => {}
        }
        match self.online {
            Some(OnlineRule::Waived) => parts.push("不考核市局网训"),
            Some(OnlineRule::IfAnyMonth) => parts.push("有一个月计入即应完成市局网训"),
            Some(OnlineRule::Due) => parts.push("应完成市局网训"),
            None => {}
        }
        parts.join("；")
    }
}

/// One `[[status]]` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Stable key, such as `status.left`.
    pub key: String,
    /// Its name in Chinese.
    pub title: String,
    /// Lower ranks go first.
    pub rank: u32,
    /// The situation.
    pub when: When,
    /// Whether the question ends here.
    pub ends: bool,
    /// What it sets.
    pub sets: Sets,
    /// Requirements row.
    pub row: String,
    /// Clause of the notice.
    pub clause: String,
}
