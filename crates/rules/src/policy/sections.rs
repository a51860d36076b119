//! The smaller sections of a policy.

use chengzhi_kernel::deadline::{Deadline, DeadlineError, DeadlineRule, Unit};
use chengzhi_kernel::{Date, Quantity, WorkCalendar};
use serde::Serialize;

use super::{Cited, Getter, date_in};
use crate::pack::{PackError, Training};

/// Hours and credits of a year (B-01…B-04, B-20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssessmentRules {
    /// Total hours (B-01).
    pub total_hours: Cited<Quantity>,
    /// Total credits (B-01).
    pub total_credits: Cited<Quantity>,
    /// Online hours (B-03).
    pub online_hours: Cited<Quantity>,
    /// Online credits (B-03).
    pub online_credits: Cited<Quantity>,
    /// Closed-training hours (B-03).
    pub district_hours: Cited<Quantity>,
    /// Closed-training credits (B-03).
    pub district_credits: Cited<Quantity>,
    /// Study hours of a full year (B-03).
    pub squad_hours: Cited<Quantity>,
    /// Study credits (B-03): none.
    pub squad_credits: Cited<Quantity>,
    /// Whether each component must be met for itself (B-03).
    pub component_minima: Cited<bool>,
    /// Whether political hours count (B-02).
    pub political_counts: Cited<bool>,
    /// Counting subjects (B-04).
    pub subjects: Cited<Vec<String>>,
    /// Whether online training shrinks with the months counted (B-67).
    pub online_pro_rata: Cited<bool>,
    /// First day of the session assumed for a district without one (B-21).
    pub assumed_from: Cited<(u32, u32)>,
    /// Last day of that session.
    pub assumed_to: Cited<(u32, u32)>,
    /// Whether a course earns once per person and year (B-20).
    pub award_once: Cited<bool>,
    /// Whether a component may be waived by hand with a reason (B-75).
    pub waivers: Cited<bool>,
}

impl AssessmentRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            total_hours: get.amount("assessment.total.hours")?,
            total_credits: get.amount("assessment.total.credits")?,
            online_hours: get.amount("assessment.online.hours")?,
            online_credits: get.amount("assessment.online.credits")?,
            district_hours: get.amount("assessment.district.hours")?,
            district_credits: get.amount("assessment.district.credits")?,
            squad_hours: get.amount("assessment.squad.hours")?,
            squad_credits: get.amount("assessment.squad.credits")?,
            component_minima: get.flag("assessment.component_minima")?,
            political_counts: get.flag("assessment.political_counts")?,
            subjects: get.list("assessment.subjects")?,
            online_pro_rata: get.flag("assessment.online.pro_rata")?,
            assumed_from: get.day_of_year("assessment.district.assumed_from")?,
            assumed_to: get.day_of_year("assessment.district.assumed_to")?,
            award_once: get.flag("assessment.award_once")?,
            waivers: get.flag("assessment.waivers")?,
        })
    }

    /// The session assumed in `year` for a district that lists none, first and last day.
    #[must_use]
    pub fn assumed_session(&self, year: i32) -> (Date, Date) {
        (
            date_in(year, self.assumed_from.value),
            date_in(year, self.assumed_to.value),
        )
    }
}

/// What earns hours and credits (B-15…B-18, B-25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AwardRules {
    /// First day of the online period (B-15).
    pub online_from: Cited<(u32, u32)>,
    /// Last day of the online period (B-15).
    pub online_to: Cited<(u32, u32)>,
    /// 学分课程 and 学时课程 (B-16).
    pub course_kinds: Cited<Vec<String>>,
    /// What a credit course needs (B-17).
    pub credit_course_needs: Cited<Vec<String>>,
    /// Share to be watched, in per cent (B-17).
    pub watch_percent: Cited<u32>,
    /// Test attempts; 0 is without limit (B-17).
    pub attempts: Cited<u32>,
    /// What an hour course needs (B-18).
    pub hour_course_needs: Cited<Vec<String>>,
    /// What closed training needs (B-25).
    pub district_needs: Cited<Vec<String>>,
    /// Whether its exam must be passed (B-25).
    pub district_exam_pass: Cited<bool>,
    /// Whether its hours are awarded course by course (B-25).
    pub district_per_course: Cited<bool>,
}

impl AwardRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            online_from: get.day_of_year("online.period_from")?,
            online_to: get.day_of_year("online.period_to")?,
            course_kinds: get.list("award.course_kinds")?,
            credit_course_needs: get.list("award.credit_course.needs")?,
            watch_percent: get.count("award.credit_course.watch_percent")?,
            attempts: get.count("award.credit_course.attempts")?,
            hour_course_needs: get.list("award.hour_course.needs")?,
            district_needs: get.list("award.district.needs")?,
            district_exam_pass: get.flag("award.district.exam_pass")?,
            district_per_course: get.flag("award.district.per_course")?,
        })
    }

    /// Last day of the online period of `year`.
    #[must_use]
    pub fn online_last_day(&self, year: i32) -> Date {
        date_in(year, self.online_to.value)
    }
}

/// Fitness test (B-32, B-33).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FitnessRules {
    /// Tests per year (B-32).
    pub per_year: Cited<u32>,
    /// Whether it may be held apart after filing (B-33).
    pub separate_with_filing: Cited<bool>,
}

impl FitnessRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            per_year: get.count("fitness.per_year")?,
            separate_with_filing: get.flag("fitness.separate_with_filing")?,
        })
    }
}

/// Personnel changes (B-68, B-69, B-71).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonnelRules {
    /// Natural days after the decision (B-71).
    pub update_days: Cited<u32>,
    /// Changes that end the year's assessment (B-68).
    pub left_kinds: Cited<Vec<String>>,
    /// Changes that interrupt study (B-69).
    pub absence_kinds: Cited<Vec<String>>,
}

impl PersonnelRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            update_days: get.count("personnel.update_days")?,
            left_kinds: get.list("personnel.left_kinds")?,
            absence_kinds: get.list("personnel.absence_kinds")?,
        })
    }

    /// When a change decided on `decided` must be in the personnel library (B-71): calendar days,
    /// the decision's day not counted, no roll.
    ///
    /// # Errors
    /// [`DeadlineError`] when the date leaves the range.
    pub fn update_by(
        &self,
        decided: Date,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, DeadlineError> {
        let days = self.update_days.value.cast_signed();
        DeadlineRule::new("personnel.update", days, Unit::NaturalDays)
            .with_clause(&self.update_days.clause)
            .from_day(calendar, decided, &[])
    }
}

/// What a district's pack adds on its closed training (B-21, B-23, B-24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DistrictPlan {
    /// Month and day by which it is finished.
    pub finish_by: Option<Cited<(u32, u32)>>,
    /// Topics it must contain.
    pub required_topics: Option<Cited<Vec<String>>>,
    /// What trainees do during it.
    pub controls: Option<Cited<Vec<String>>>,
}

impl DistrictPlan {
    pub(super) fn read(get: &Getter<'_>) -> Self {
        Self {
            finish_by: get.day_of_year("district.finish_by").ok(),
            required_topics: get.list("district.required_topics").ok(),
            controls: get.list("district.controls").ok(),
        }
    }

    /// The last day for the closed training of `year`, where the pack names one.
    #[must_use]
    pub fn last_day(&self, year: i32) -> Option<Date> {
        self.finish_by.as_ref().map(|c| date_in(year, c.value))
    }
}

/// A named training; the title is the citation's.
pub type NamedTraining = Cited<Training>;

/// The year's named trainings (B-76…B-84).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainingPlan {
    /// The special trainings of the plan's part four.
    pub special: Vec<NamedTraining>,
    /// Other topic trainings.
    pub topics: Vec<NamedTraining>,
}

impl TrainingPlan {
    pub(super) fn read(get: &Getter<'_>) -> Self {
        let mut special = get.trainings("training.special.");
        special.sort_by(|a, b| a.row.cmp(&b.row));
        Self {
            special,
            topics: get.trainings("training.topic."),
        }
    }
}

/// Targets of the year (B-55, B-57, B-96…B-98).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetRules {
    /// Exam batches organised.
    pub exam_batches: Option<Cited<u32>>,
    /// District-wide drill reviews.
    pub drill_reviews: Option<Cited<u32>>,
    /// New practice bases.
    pub new_bases: Option<Cited<u32>>,
    /// Practice bases in use.
    pub bases_in_use: Option<Cited<u32>>,
    /// Video courseware made.
    pub courseware: Option<Cited<u32>>,
    /// District instructors selected.
    pub instructors: Option<Cited<u32>>,
}

impl TargetRules {
    pub(super) fn read(get: &Getter<'_>) -> Self {
        Self {
            exam_batches: get.count("target.exam_batches").ok(),
            drill_reviews: get.count("target.drill_reviews").ok(),
            new_bases: get.count("target.new_bases").ok(),
            bases_in_use: get.count("target.bases_in_use").ok(),
            courseware: get.count("target.courseware").ok(),
            instructors: get.count("target.instructors").ok(),
        }
    }
}
