//! A pack in typed form: each value with the clause it comes from, ready for use cases and pages.

mod attendance;
mod drill;
mod exam;
mod faculty;
mod filing;
mod sections;
mod study;

use chengzhi_kernel::Quantity;
use serde::Serialize;

pub use attendance::AttendanceRules;
pub use drill::DrillRules;
pub use exam::{
    EXAM_COUNTS, EXAM_NEXT_FORMS, EXAM_PURPOSES, EXAM_REVIEWS, ExamRules, PurposeRules,
};
pub use faculty::{FacultyRules, FacultyTargets};
pub use filing::FilingRules;
pub use sections::{
    AssessmentRules, AwardRules, DistrictPlan, FitnessRules, NamedTraining, PersonnelRules,
    TargetRules, TrainingPlan,
};
pub use study::{StudyRules, StudyWindows};

use crate::builtin;
use crate::pack::{DaySpec, Pack, PackError, Rule, Training, Value};

/// A value with where it stands: what a page shows behind 依据.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited<T> {
    /// The value.
    pub value: T,
    /// Key in the pack.
    pub key: String,
    /// Name of the rule.
    pub title: String,
    /// Requirements row, `B-37`.
    pub row: String,
    /// Clause, `宝城执〔2024〕6号 三(二)`.
    pub clause: String,
}

/// The rules a year is judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The pack itself, for listing and drafts.
    pub pack: Pack,
    /// The year it is applied to; later than the pack's year when carried over.
    pub year: i32,
    /// Hours, credits, components.
    pub assessment: AssessmentRules,
    /// What earns hours.
    pub award: AwardRules,
    /// Monthly study.
    pub study: StudyRules,
    /// Drill.
    pub drill: DrillRules,
    /// Filing and closing of closed trainings.
    pub filing: FilingRules,
    /// Attendance in classes, evaluation, the length of an hour.
    pub attendance: AttendanceRules,
    /// Fitness test.
    pub fitness: FitnessRules,
    /// Examinations.
    pub exam: ExamRules,
    /// Personnel changes.
    pub personnel: PersonnelRules,
    /// The district's closed training, where a district pack says more.
    pub district: DistrictPlan,
    /// Named trainings of the year.
    pub trainings: TrainingPlan,
    /// Targets of the year.
    pub targets: TargetRules,
    /// Instructors, bases and courseware.
    pub faculty: FacultyRules,
    /// Their targets.
    pub faculty_targets: FacultyTargets,
}

impl Policy {
    /// The rules of pack `name` for `year`: that year's pack, else the newest earlier one (B-07).
    ///
    /// # Errors
    /// Every mistake of the pack; one with key `policy` when no pack of that name is old enough.
    pub fn for_year(name: &str, year: i32) -> Result<Self, Vec<PackError>> {
        let Some(pack_year) = builtin::pack_year_for(name, year) else {
            let message = format!("{name}/{year} 没有可用的规则包");
            return Err(vec![PackError::new("policy", &message)]);
        };
        Self::from_pack(Pack::built_in(name, pack_year)?, year)
    }

    /// The typed form of `pack`, applied to `year`.
    ///
    /// # Errors
    /// Missing or wrong values; a pack that passed [`Pack::check`] has none.
    pub fn from_pack(pack: Pack, year: i32) -> Result<Self, Vec<PackError>> {
        let get = Getter(&pack);
        let built = (|| {
            Ok::<_, PackError>(Self {
                year,
                assessment: AssessmentRules::read(&get)?,
                award: AwardRules::read(&get)?,
                study: StudyRules::read(&get)?,
                drill: DrillRules::read(&get)?,
                filing: FilingRules::read(&get)?,
                attendance: AttendanceRules::read(&get),
                fitness: FitnessRules::read(&get)?,
                exam: ExamRules::read(&get)?,
                personnel: PersonnelRules::read(&get)?,
                district: DistrictPlan::read(&get),
                trainings: TrainingPlan::read(&get),
                targets: TargetRules::read(&get),
                faculty: FacultyRules::read(&get),
                faculty_targets: FacultyTargets::read(&get, year),
                pack: pack.clone(),
            })
        })();
        built.map_err(|e| vec![e])
    }

    /// The pack's year when it is not the year applied to: the year carried over from.
    #[must_use]
    pub fn carried_over_from(&self) -> Option<i32> {
        (self.pack.year != self.year).then_some(self.pack.year)
    }

    /// `沿用2024年规则` when carried over.
    #[must_use]
    pub fn carried_over_text(&self) -> Option<String> {
        self.carried_over_from()
            .map(|year| format!("沿用{year}年规则"))
    }

    /// A rule by key, for pages that show any of them.
    #[must_use]
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.pack.rules.get(key)
    }
}

/// Reads typed values out of a pack.
pub(crate) struct Getter<'a>(&'a Pack);

impl Getter<'_> {
    fn take<T>(
        &self,
        key: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Cited<T>, PackError> {
        let rule = self
            .0
            .rules
            .get(key)
            .ok_or_else(|| PackError::new(key, "缺少这一参数"))?;
        let value = read(&rule.value).ok_or_else(|| PackError::new(key, "值的类型不对"))?;
        Ok(Cited {
            value,
            key: rule.key.clone(),
            title: rule.title.clone(),
            row: rule.row.clone(),
            clause: rule.clause.clone(),
        })
    }

    pub(crate) fn amount(&self, key: &str) -> Result<Cited<Quantity>, PackError> {
        self.take(key, |v| match v {
            Value::Amount(q) => Some(*q),
            _ => None,
        })
    }

    pub(crate) fn count(&self, key: &str) -> Result<Cited<u32>, PackError> {
        self.take(key, |v| match v {
            Value::Count(n) => u32::try_from(*n).ok(),
            _ => None,
        })
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Cited<bool>, PackError> {
        self.take(key, |v| match v {
            Value::Flag(b) => Some(*b),
            _ => None,
        })
    }

    pub(crate) fn text(&self, key: &str) -> Result<Cited<String>, PackError> {
        self.take(key, |v| match v {
            Value::Text(s) => Some(s.clone()),
            _ => None,
        })
    }

    pub(crate) fn list(&self, key: &str) -> Result<Cited<Vec<String>>, PackError> {
        self.take(key, |v| match v {
            Value::List(items) => Some(items.clone()),
            _ => None,
        })
    }

    pub(crate) fn months(&self, key: &str) -> Result<Cited<Vec<u32>>, PackError> {
        self.take(key, |v| match v {
            Value::Months(items) => Some(items.clone()),
            _ => None,
        })
    }

    pub(crate) fn ratio(&self, key: &str) -> Result<Cited<(i64, i64)>, PackError> {
        self.take(key, |v| match v {
            Value::Ratio(n, d) => Some((*n, *d)),
            _ => None,
        })
    }

    pub(crate) fn day_of_year(&self, key: &str) -> Result<Cited<(u32, u32)>, PackError> {
        self.take(key, |v| match v {
            Value::DayOfYear(m, d) => Some((*m, *d)),
            _ => None,
        })
    }

    pub(crate) fn day(&self, key: &str) -> Result<Cited<DaySpec>, PackError> {
        self.take(key, |v| match v {
            Value::DayOfMonth(day) => Some(*day),
            _ => None,
        })
    }

    pub(crate) fn trainings(&self, prefix: &str) -> Vec<Cited<Training>> {
        let keys = self.0.rules.keys().filter(|k| k.starts_with(prefix));
        keys.filter_map(|key| {
            self.take(key, |v| match v {
                Value::Training(t) => Some(t.clone()),
                _ => None,
            })
            .ok()
        })
        .collect()
    }
}

/// Month and day of a year as a date; 02-29 becomes the 28th where the year has none.
pub(crate) fn date_in(year: i32, (month, day): (u32, u32)) -> chengzhi_kernel::Date {
    chengzhi_kernel::Month::new(year, month).map_or(chengzhi_kernel::Date::MIN, |m| m.day(day))
}
