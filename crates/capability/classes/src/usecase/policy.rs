//! The rules of a year as classes need them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chengzhi_assessment::facade as assessment;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, ClauseOut, Problem, Unknown};
use chengzhi_kernel::deadline::{Deadline, DeadlineError};
use chengzhi_kernel::{Date, Quantity, Timestamp, WorkCalendar};
use chengzhi_rules::policy::{Cited, FacultyTargets, NamedTraining, Policy};

use crate::domain::award::Conditions;
use crate::domain::code::Turnover;
use crate::domain::kind::Kind;
use crate::domain::presence::ScanRules;
use crate::domain::timetable::Wanted;
use crate::store::classes::Class;

/// The rules of one year: the installation's, and what a bureau's own pack says more.
#[derive(Clone)]
pub struct YearRules {
    policy: Arc<Policy>,
    own: Option<Arc<Policy>>,
    calendar: Arc<WorkCalendar>,
}

/// A built-in pack for a year, read once.
pub fn built_in(pack: &str, year: i32) -> Option<Arc<Policy>> {
    static KNOWN: Mutex<BTreeMap<(String, i32), Arc<Policy>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (pack.to_owned(), year);
    if let Some(policy) = known.get(&key) {
        return Some(policy.clone());
    }
    let policy = Arc::new(Policy::for_year(pack, year).ok()?);
    known.insert(key, policy.clone());
    Some(policy)
}

impl YearRules {
    /// The rules of `year`; `pack` is what the bureau's plan names.
    ///
    /// # Errors
    /// 409 when no pack is old enough; 500 from the engine.
    pub async fn load(
        tx: &mut Tx,
        state: &AppState,
        year: i32,
        pack: Option<&str>,
    ) -> Result<Self, Problem> {
        let policy = assessment::policy_of(tx, &state.policy, year)
            .await
            .map_err(|error| {
                tracing::warn!(year, error = %error, "no policy for the year");
                Problem::conflict(
                    "policy.missing",
                    format!("{year}年没有可用的规则，不能办理该年的培训班。"),
                )
            })?;
        Ok(YearRules {
            policy,
            own: pack
                .filter(|pack| *pack != &*state.policy)
                .and_then(|pack| built_in(pack, year)),
            calendar: state.calendar.clone(),
        })
    }

    /// Named trainings of the year: special ones, then further topics.
    #[must_use]
    pub fn trainings(&self) -> Vec<NamedTraining> {
        let policy = self.own.as_ref().unwrap_or(&self.policy);
        let plan = &policy.trainings;
        plan.special.iter().chain(&plan.topics).cloned().collect()
    }

    /// What the year asks of people, places and courseware (B-96…B-98).
    #[must_use]
    pub fn faculty_targets(&self) -> &FacultyTargets {
        &self.own.as_ref().unwrap_or(&self.policy).faculty_targets
    }

    /// Drill reviews of the year (B-55).
    #[must_use]
    pub fn drill_reviews(&self) -> Option<&Cited<u32>> {
        let own = self.own.as_ref().unwrap_or(&self.policy);
        own.targets.drill_reviews.as_ref()
    }

    /// Topics that the year's closed training must contain, with their 依据 (B-23).
    #[must_use]
    pub fn topics(&self) -> Option<&Cited<Vec<String>>> {
        let own = self.own.as_ref().unwrap_or(&self.policy);
        own.district.required_topics.as_ref()
    }

    /// What the programme of a class is held against: the closed training's sizes, topics and last day (B-21…B-23).
    #[must_use]
    pub fn wanted(&self, class: &Class) -> Wanted {
        if class.kind != Kind::Closed {
            return Wanted {
                hours: Quantity::from_thousandths(0),
                credits: Quantity::from_thousandths(0),
                topics: Vec::new(),
                finish_by: None,
            };
        }
        let own = self.own.as_ref().unwrap_or(&self.policy);
        Wanted {
            hours: self.policy.assessment.district_hours.value,
            credits: self.policy.assessment.district_credits.value,
            topics: self
                .topics()
                .map(|cited| cited.value.clone())
                .unwrap_or_default(),
            finish_by: own.district.last_day(class.year),
        }
    }

    /// Hours of the closed training (B-22).
    #[must_use]
    pub fn district_hours(&self) -> Quantity {
        self.policy.assessment.district_hours.value
    }

    /// Minutes of an hour of training.
    #[must_use]
    pub fn minutes_per_hour(&self) -> u32 {
        self.policy.attendance.minutes_per_hour()
    }

    /// Answers from which results of an evaluation are shown.
    #[must_use]
    pub fn min_answers(&self) -> u32 {
        self.policy.attendance.min_answers()
    }

    /// How codes turn over.
    #[must_use]
    pub fn turnover(&self) -> Turnover {
        let (step, grace) = self.policy.attendance.turnover();
        Turnover { step, grace }
    }

    /// When scans are taken.
    #[must_use]
    pub fn scans(&self) -> ScanRules {
        let [
            open_before,
            late_after,
            close_after,
            early_before,
            out_until,
        ] = self.policy.attendance.minutes();
        ScanRules {
            open_before,
            late_after,
            close_after,
            early_before,
            out_until,
        }
    }

    /// Hours within which an offline scan must arrive.
    #[must_use]
    pub fn offline_hours(&self) -> u32 {
        self.policy.attendance.offline_hours()
    }

    /// Photos of each kind (B-28).
    #[must_use]
    pub fn photos_per_kind(&self) -> u32 {
        self.policy.filing.photos_per_kind.value
    }

    /// When hours and credits are earned (B-25).
    #[must_use]
    pub fn conditions(&self, class: &Class) -> Conditions {
        let needs = &self.policy.award.district_needs.value;
        Conditions {
            per_course: self.policy.award.district_per_course.value,
            exam_pass: self.policy.award.district_exam_pass.value,
            has_exam: class.has_exam,
            evaluated: class.evaluates && needs.iter().any(|need| need == "在线评价"),
        }
    }

    /// 依据 of the award.
    #[must_use]
    pub fn award_clause(&self) -> ClauseOut {
        let cited = &self.policy.award.district_needs;
        ClauseOut {
            rule: cited.row.clone(),
            clause: cited.clause.clone(),
            text: format!("获得条件：{}。", cited.value.join("、")),
        }
    }

    /// Last day to file a class that begins on `first` (B-26); none while a needed calendar year is not published:
    /// nobody can say then whether it is late, and the class goes on.
    ///
    /// # Errors
    /// 500 for a date that cannot be reckoned.
    pub fn file_by(&self, first: Date) -> Result<Option<(Deadline, ClauseOut)>, Problem> {
        let cited = &self.policy.filing.before_workdays;
        let due = published(self.policy.filing.file_by(first, &self.calendar))?;
        let text = format!("开班前至少{}个工作日报备。", cited.value);
        Ok(due.map(|due| (due, clause(cited, text))))
    }

    /// Last day to hand in the closing of a class that ended on `last` (B-27); none as in [`YearRules::file_by`].
    ///
    /// # Errors
    /// As [`YearRules::file_by`].
    pub fn close_by(&self, last: Date) -> Result<Option<(Deadline, ClauseOut)>, Problem> {
        let cited = &self.policy.filing.after_workdays;
        let due = published(self.policy.filing.close_by(last, &self.calendar))?;
        let text = format!("结束后{}个工作日内结项。", cited.value);
        Ok(due.map(|due| (due, clause(cited, text))))
    }

    /// A due instant as sent.
    #[must_use]
    pub fn due(&self, due: &Deadline, now: Timestamp, clause: ClauseOut) -> chengzhi_http::DueOut {
        chengzhi_http::DueOut::new(due.due_at, now, &self.calendar, clause)
    }
}

/// 依据 of a rule.
pub(super) fn clause<T>(cited: &Cited<T>, text: String) -> ClauseOut {
    ClauseOut {
        rule: cited.row.clone(),
        clause: cited.clause.clone(),
        text,
    }
}

fn published(found: Result<Deadline, DeadlineError>) -> Result<Option<Deadline>, Problem> {
    match found {
        Ok(due) => Ok(Some(due)),
        Err(DeadlineError::Calendar(_)) => Ok(None),
        Err(other) => Err(Unknown::log(&other)),
    }
}
