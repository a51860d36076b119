//! The sections of a policy other than monthly study.

use chengzhi_kernel::deadline::{Deadline, DeadlineError, DeadlineRule, Unit};
use chengzhi_kernel::{Date, Month, Quantity, WorkCalendar};
use serde::Serialize;

use super::{Cited, Getter, date_in};
use crate::pack::{DaySpec, PackError, Training};

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

/// Drill (B-44…B-56).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrillRules {
    /// Sessions per half-month (B-44).
    pub sessions_per_half: Cited<u32>,
    /// Last day of the first half (B-44).
    pub first_half_end: Cited<u32>,
    /// Minutes per session (B-44).
    pub min_minutes: Cited<u32>,
    /// Share that attends each session, as numerator and denominator (B-45).
    pub attendance: Cited<(i64, i64)>,
    /// Whether the exempt shrink the base (B-45).
    pub exempt_out_of_base: Cited<bool>,
    /// Whether the sessions of a month together cover everybody not exempt (B-46).
    pub full_coverage: Cited<bool>,
    /// Kinds of exemption (B-47).
    pub exempt_kinds: Cited<Vec<String>>,
    /// Rests per session (B-48).
    pub rest_times: Cited<u32>,
    /// Minutes of rest (B-48).
    pub rest_minutes: Cited<u32>,
    /// Whether the rest counts as drill (B-48).
    pub rest_inside: Cited<bool>,
    /// Minutes of continuous film (B-49).
    pub video_minutes: Cited<u32>,
    /// First half's upload (B-50).
    pub first_upload_day: Cited<DaySpec>,
    /// Second half's upload (B-50).
    pub second_upload_day: Cited<DaySpec>,
    /// First half's review (B-51).
    pub first_review_day: Cited<DaySpec>,
    /// Second half's review (B-51).
    pub second_review_day: Cited<DaySpec>,
    /// Days a review may be late without being told (B-51).
    pub review_grace_days: Cited<u32>,
    /// Last day for a returned video (B-52).
    pub resubmit_until: Cited<DaySpec>,
    /// Whether a returned first half may be made good in the second (B-52).
    pub makeup_in_second_half: Cited<bool>,
    /// Whether drill earns hours (B-54).
    pub earns_hours: Cited<bool>,
    /// Whether the district names drill instructors (B-56).
    pub instructors_designated: Cited<bool>,
}

impl DrillRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            sessions_per_half: get.count("drill.sessions_per_half")?,
            first_half_end: get.count("drill.first_half_end")?,
            min_minutes: get.count("drill.min_minutes")?,
            attendance: get.ratio("drill.attendance")?,
            exempt_out_of_base: get.flag("drill.exempt_out_of_base")?,
            full_coverage: get.flag("drill.full_coverage")?,
            exempt_kinds: get.list("drill.exempt_kinds")?,
            rest_times: get.count("drill.rest_times")?,
            rest_minutes: get.count("drill.rest_minutes")?,
            rest_inside: get.flag("drill.rest_inside")?,
            video_minutes: get.count("drill.video_minutes")?,
            first_upload_day: get.day("drill.first_upload_day")?,
            second_upload_day: get.day("drill.second_upload_day")?,
            first_review_day: get.day("drill.first_review_day")?,
            second_review_day: get.day("drill.second_review_day")?,
            review_grace_days: get.count("drill.review_grace_days")?,
            resubmit_until: get.day("drill.resubmit_until")?,
            makeup_in_second_half: get.flag("drill.makeup_in_second_half")?,
            earns_hours: get.flag("drill.earns_hours")?,
            instructors_designated: get.flag("drill.instructors_designated")?,
        })
    }

    /// Whether `attendees` of `base` people are enough, without rounding (B-45).
    #[must_use]
    pub fn attendance_is_enough(&self, attendees: u32, base: u32) -> bool {
        let (n, d) = self.attendance.value;
        i64::from(attendees) * d >= i64::from(base) * n
    }

    /// Upload and review deadlines of the two halves of `month`, first half first.
    ///
    /// # Errors
    /// [`DeadlineError`] when a date leaves the range.
    pub fn windows(
        &self,
        month: Month,
        calendar: &WorkCalendar,
    ) -> Result<[(Deadline, Deadline); 2], DeadlineError> {
        let compute = |key: &str, cited: &Cited<DaySpec>| {
            cited
                .value
                .rule(key, &cited.clause)
                .from_day(calendar, month.first_day(), &[])
        };
        Ok([
            (
                compute("drill.first.upload", &self.first_upload_day)?,
                compute("drill.first.review", &self.first_review_day)?,
            ),
            (
                compute("drill.second.upload", &self.second_upload_day)?,
                compute("drill.second.review", &self.second_review_day)?,
            ),
        ])
    }
}

/// Filing before and closing after a closed training (B-26…B-29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilingRules {
    /// Working days before the first day (B-26).
    pub before_workdays: Cited<u32>,
    /// Whether a late filing is taken and marked late (B-26).
    pub late_accepted: Cited<bool>,
    /// Working days after the last day (B-27).
    pub after_workdays: Cited<u32>,
    /// Photos of each kind (B-28).
    pub photos_per_kind: Cited<u32>,
    /// The kinds (B-28).
    pub photo_kinds: Cited<Vec<String>>,
    /// Other closing materials (B-28).
    pub materials: Cited<Vec<String>>,
    /// Years that films and papers are kept (B-29).
    pub keep_years: Cited<u32>,
}

impl FilingRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            before_workdays: get.count("filing.before_workdays")?,
            late_accepted: get.flag("filing.late_accepted")?,
            after_workdays: get.count("closing.after_workdays")?,
            photos_per_kind: get.count("closing.photos_per_kind")?,
            photo_kinds: get.list("closing.photo_kinds")?,
            materials: get.list("closing.materials")?,
            keep_years: get.count("recording.keep_years")?,
        })
    }

    /// Last day to file a training that starts on `first_day` (B-26).
    ///
    /// # Errors
    /// [`DeadlineError`] when the calendar is not published.
    pub fn file_by(
        &self,
        first_day: Date,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, DeadlineError> {
        let days = self.before_workdays.value.cast_signed();
        DeadlineRule::new("filing.before", -days, Unit::WorkingDays)
            .with_clause(&self.before_workdays.clause)
            .from_day(calendar, first_day, &[])
    }

    /// Last day to close a training that ended on `last_day` (B-27).
    ///
    /// # Errors
    /// [`DeadlineError`] when the calendar is not published.
    pub fn close_by(
        &self,
        last_day: Date,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, DeadlineError> {
        let days = self.after_workdays.value.cast_signed();
        DeadlineRule::new("closing.after", days, Unit::WorkingDays)
            .with_clause(&self.after_workdays.clause)
            .from_day(calendar, last_day, &[])
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

/// Examinations (B-57, B-58).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExamRules {
    /// Months with an exam (B-57).
    pub months: Cited<Vec<u32>>,
    /// Whether there is a resit (B-58).
    pub resit: Cited<bool>,
    /// Whether failed and absent candidates go into the next exam (B-58).
    pub carry_over: Cited<bool>,
}

impl ExamRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            months: get.months("exam.months")?,
            resit: get.flag("exam.resit")?,
            carry_over: get.flag("exam.carry_over")?,
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
