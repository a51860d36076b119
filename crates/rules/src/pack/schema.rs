//! Which keys a pack may hold, what they look like, and which it cannot do without.

use super::value::Kind;
use crate::policy::{EXAM_COUNTS, EXAM_NEXT_FORMS, EXAM_REVIEWS};

/// One key of the schema; a key ending in `.*` stands for a family.
#[derive(Debug, Clone, Copy)]
pub struct KeySpec {
    /// The key, or the family with `.*`.
    pub key: &'static str,
    /// What its value looks like.
    pub kind: Kind,
    /// Whether a pack (with what it extends) must have it.
    pub required: bool,
}

const fn must(key: &'static str, kind: Kind) -> KeySpec {
    KeySpec {
        key,
        kind,
        required: true,
    }
}

const fn may(key: &'static str, kind: Kind) -> KeySpec {
    KeySpec {
        key,
        kind,
        required: false,
    }
}

const DAYS: Kind = Kind::Count(0, 366);
const TIMES: Kind = Kind::Count(0, 100);
const MINUTES: Kind = Kind::Count(0, 600);

/// How a deadline on a rest day moves.
pub(crate) const ROLLS: &[&str] = &["不顺延", "顺延至下一工作日", "提前至上一工作日"];

/// Every key there is.
pub const SCHEMA: &[KeySpec] = &[
    must("assessment.total.hours", Kind::Amount),
    must("assessment.total.credits", Kind::Amount),
    must("assessment.political_counts", Kind::Flag),
    must("assessment.online.hours", Kind::Amount),
    must("assessment.online.credits", Kind::Amount),
    must("assessment.district.hours", Kind::Amount),
    must("assessment.district.credits", Kind::Amount),
    must("assessment.squad.hours", Kind::Amount),
    must("assessment.squad.credits", Kind::Amount),
    must("assessment.component_minima", Kind::Flag),
    must("assessment.subjects", Kind::List),
    must("assessment.online.pro_rata", Kind::Flag),
    must("assessment.district.assumed_from", Kind::DayOfYear),
    must("assessment.district.assumed_to", Kind::DayOfYear),
    must("assessment.award_once", Kind::Flag),
    must("assessment.waivers", Kind::Flag),
    may("training.kinds", Kind::List),
    must("online.period_from", Kind::DayOfYear),
    must("online.period_to", Kind::DayOfYear),
    must("award.course_kinds", Kind::List),
    must("award.credit_course.needs", Kind::List),
    must("award.credit_course.watch_percent", Kind::Count(1, 100)),
    must("award.credit_course.attempts", TIMES),
    must("award.hour_course.needs", Kind::List),
    must("award.district.needs", Kind::List),
    must("award.district.exam_pass", Kind::Flag),
    must("award.district.per_course", Kind::Flag),
    must("study.task_lead_months", Kind::Count(0, 12)),
    must("study.sessions_per_month", Kind::Count(1, 31)),
    must("study.min_minutes", MINUTES),
    must("study.hours_per_month", Kind::Amount),
    must("study.due_day", Kind::DayOfMonth),
    must("study.december_due_day", Kind::DayOfMonth),
    must("study.days_inclusive", Kind::Flag),
    must("study.review_day", Kind::DayOfMonth),
    must("study.december_review_day", Kind::DayOfMonth),
    must("study.resubmit_until", Kind::DayOfMonth),
    must("study.lock_day", Kind::DayOfMonth),
    must("study.december_hard_lock", Kind::Flag),
    must("study.roll", Kind::OneOf(ROLLS)),
    must("study.min_photos", TIMES),
    must("study.max_photos", TIMES),
    must("study.photo_max_mb", Kind::Count(1, 100)),
    must("study.film_asked", Kind::Flag),
    must("study.film_required", Kind::Flag),
    must("study.makeup_allowed", Kind::Flag),
    must("study.makeup_until", Kind::DayOfYear),
    must("study.established_only", Kind::Flag),
    must("study.sections_included", Kind::Flag),
    must("drill.sessions_per_half", Kind::Count(1, 15)),
    must("drill.first_half_end", Kind::Count(1, 28)),
    must("drill.min_minutes", MINUTES),
    must("drill.attendance", Kind::Ratio),
    must("drill.exempt_out_of_base", Kind::Flag),
    must("drill.full_coverage", Kind::Flag),
    must("drill.exempt_kinds", Kind::List),
    must("drill.rest_times", TIMES),
    must("drill.rest_minutes", MINUTES),
    must("drill.rest_inside", Kind::Flag),
    must("drill.video_minutes", MINUTES),
    may("drill.film_tolerance_seconds", Kind::Count(0, 60)),
    may("drill.film_max_gib", Kind::Count(1, 64)),
    may("drill.film_quota_gib", Kind::Count(1, 10_000)),
    may("drill.film_keep_months", Kind::Count(1, 240)),
    must("drill.first_upload_day", Kind::DayOfMonth),
    must("drill.second_upload_day", Kind::DayOfMonth),
    may("drill.upload_by_start", Kind::Flag),
    may("drill.upload_start_hours", Kind::Count(1, 168)),
    must("drill.first_review_day", Kind::DayOfMonth),
    must("drill.second_review_day", Kind::DayOfMonth),
    must("drill.review_grace_days", DAYS),
    must("drill.resubmit_until", Kind::DayOfMonth),
    must("drill.makeup_in_second_half", Kind::Flag),
    may("drill.regulation", Kind::Text),
    must("drill.earns_hours", Kind::Flag),
    must("drill.instructors_designated", Kind::Flag),
    must("filing.before_workdays", DAYS),
    may("filing.notice_workdays", DAYS),
    must("filing.late_accepted", Kind::Flag),
    must("closing.after_workdays", DAYS),
    must("closing.photos_per_kind", TIMES),
    must("closing.photo_kinds", Kind::List),
    must("closing.materials", Kind::List),
    must("recording.keep_years", Kind::Count(1, 100)),
    must("evaluation.sources", Kind::List),
    may("evaluation.min_answers", Kind::Count(1, 100)),
    may("training.minutes_per_hour", Kind::Count(30, 60)),
    may("attendance.code_step_seconds", Kind::Count(5, 60)),
    may("attendance.code_grace_windows", Kind::Count(0, 5)),
    may("attendance.open_before_minutes", MINUTES),
    may("attendance.late_after_minutes", MINUTES),
    may("attendance.close_after_minutes", MINUTES),
    may("attendance.early_before_minutes", MINUTES),
    may("attendance.out_until_minutes", MINUTES),
    may("attendance.offline_hours", Kind::Count(0, 72)),
    must("fitness.per_year", TIMES),
    must("fitness.separate_with_filing", Kind::Flag),
    must("exam.months", Kind::Months),
    must("exam.resit", Kind::Flag),
    must("exam.carry_over", Kind::Flag),
    may("exam.registration_days", DAYS),
    may("exam.notice_days", DAYS),
    may("exam.class.pass_percent", Kind::Count(0, 100)),
    may("exam.course.pass_percent", Kind::Count(0, 100)),
    may("exam.quiz.pass_percent", Kind::Count(0, 100)),
    may("exam.contest.pass_percent", Kind::Count(0, 100)),
    may("exam.qualification.attempts", TIMES),
    may("exam.qualification.review", Kind::OneOf(EXAM_REVIEWS)),
    may(
        "exam.qualification.after_hand_in",
        Kind::OneOf(EXAM_REVIEWS),
    ),
    may("exam.class.attempts", TIMES),
    may("exam.class.review", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.class.counts", Kind::OneOf(EXAM_COUNTS)),
    may("exam.class.next_form", Kind::OneOf(EXAM_NEXT_FORMS)),
    may("exam.class.after_hand_in", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.course.review", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.course.counts", Kind::OneOf(EXAM_COUNTS)),
    may("exam.course.next_form", Kind::OneOf(EXAM_NEXT_FORMS)),
    may("exam.course.after_hand_in", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.quiz.attempts", TIMES),
    may("exam.quiz.review", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.quiz.counts", Kind::OneOf(EXAM_COUNTS)),
    may("exam.quiz.next_form", Kind::OneOf(EXAM_NEXT_FORMS)),
    may("exam.quiz.after_hand_in", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.contest.attempts", TIMES),
    may("exam.contest.review", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.contest.counts", Kind::OneOf(EXAM_COUNTS)),
    may("exam.contest.next_form", Kind::OneOf(EXAM_NEXT_FORMS)),
    may("exam.contest.after_hand_in", Kind::OneOf(EXAM_REVIEWS)),
    may("exam.report_days", DAYS),
    may("exam.objection_days", DAYS),
    may("exam.double_marking", Kind::Flag),
    may("exam.marking_percent", Kind::Count(0, 100)),
    may("exam.pass_hours", Kind::Amount),
    may("exam.pass_credits", Kind::Amount),
    may("exam.silent_seconds", Kind::Count(30, 3600)),
    may("exam.margin_seconds", Kind::Count(0, 600)),
    must("personnel.update_days", Kind::Count(1, 366)),
    must("personnel.left_kinds", Kind::List),
    must("personnel.absence_kinds", Kind::List),
    must("use.unit", Kind::List),
    must("use.person", Kind::List),
    may("district.finish_by", Kind::DayOfYear),
    may("district.form", Kind::Text),
    may("district.required_topics", Kind::List),
    may("district.controls", Kind::List),
    may("training.special.*", Kind::Training),
    may("training.topic.*", Kind::Training),
    may("training.special_earns_hours", Kind::Flag),
    may("target.exam_batches", TIMES),
    may("target.drill_reviews", TIMES),
    may("target.new_bases", TIMES),
    may("target.bases_in_use", TIMES),
    may("target.courseware", TIMES),
    may("target.instructors", TIMES),
    may("target.practice_instructors", TIMES),
    may("target.city_instructors", TIMES),
    may("target.studios", TIMES),
    may("target.course_groups", TIMES),
    may("target.courses", TIMES),
    may("target.crowd_videos", TIMES),
    may("target.textbooks", TIMES),
    may("target.y2024.*", TIMES),
    may("target.y2025.*", TIMES),
    may("faculty.trial_pass", Kind::Count(0, 100)),
    may("faculty.years_in_service", Kind::Count(0, 40)),
    may("faculty.certificate", Kind::Flag),
    may("faculty.no_discipline", Kind::Flag),
    may("faculty.term_years", Kind::Count(1, 10)),
    may("faculty.warn_days", DAYS),
    may("faculty.renew_days", DAYS),
    may("faculty.assess_by", Kind::DayOfYear),
    may("faculty.base_pass", Kind::Count(0, 100)),
    may("faculty.recheck_months", Kind::Count(1, 60)),
    may("faculty.cases_per_month", Kind::Count(0, 31)),
    may("faculty.course_per_base", Kind::Flag),
    may("faculty.file_max_mib", Kind::Count(1, 65_536)),
    may("faculty.file_quota_gib", Kind::Count(1, 10_000)),
];

/// The kind a key must have, or `None` when there is no such key.
#[must_use]
pub fn kind_of(key: &str) -> Option<Kind> {
    SCHEMA
        .iter()
        .find(|spec| match spec.key.strip_suffix('*') {
            Some(family) => key
                .strip_prefix(family)
                .is_some_and(|name| !name.is_empty() && !name.contains('.')),
            None => spec.key == key,
        })
        .map(|spec| spec.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_one_more_word() {
        assert_eq!(kind_of("training.special.recording"), Some(Kind::Training));
        assert_eq!(kind_of("training.special."), None);
        assert_eq!(kind_of("training.special.a.b"), None);
        assert_eq!(kind_of("training.special_earns_hours"), Some(Kind::Flag));
        assert_eq!(kind_of("study.due"), None);
    }

    #[test]
    fn no_key_comes_twice() {
        let mut keys: Vec<_> = SCHEMA.iter().map(|s| s.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), SCHEMA.len());
    }
}
