//! Instructors, bases and courseware (B-91…B-104).
//!
//! The notices name targets but few procedures. What they leave open is set here as a rule of its
//! own (force `S`), so that a bureau can change it; a pack without the rule runs on the value this
//! system sets.

use serde::Serialize;

use super::{Cited, Getter};
use crate::pack::PackError;

/// How instructors are chosen, for how long, and how places and courseware are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacultyRules {
    /// Least average of a trial lecture, whole points of 100 (B-98).
    pub trial_pass: Cited<u32>,
    /// Least years in enforcement (B-98).
    pub years_in_service: Cited<u32>,
    /// Whether a valid enforcement certificate is asked for (B-98).
    pub certificate: Cited<bool>,
    /// Whether people under discipline are left out (B-98).
    pub no_discipline: Cited<bool>,
    /// Years of a term (B-98).
    pub term_years: Cited<u32>,
    /// Days before a term, a recheck or the yearly assessment is told as due (B-98).
    pub warn_days: Cited<u32>,
    /// Days before the end of a term from which it is renewed.
    pub renew_days: Cited<u32>,
    /// Last day of a year on which its assessment is in time (B-98).
    pub assess_by: Cited<(u32, u32)>,
    /// Least score of a base on site, whole points of 100 (B-96).
    pub base_pass: Cited<u32>,
    /// Months from one check of a base to the next (B-96).
    pub recheck_months: Cited<u32>,
    /// Cases handed to each district instructor a month (B-92).
    pub cases_per_month: Cited<u32>,
    /// Whether each base has one excellent course (B-102).
    pub course_per_base: Cited<bool>,
    /// Largest courseware file, MiB (B-97).
    pub file_max_mib: Cited<u32>,
    /// All courseware files that a unit may keep, GiB (B-97).
    pub file_quota_gib: Cited<u32>,
}

impl FacultyRules {
    pub(super) fn read(get: &Getter<'_>) -> Self {
        Self {
            trial_pass: set(get.count("faculty.trial_pass"), "试讲合格分", "B-98", 80),
            years_in_service: set(
                get.count("faculty.years_in_service"),
                "师资执法年限",
                "B-98",
                5,
            ),
            certificate: set(
                get.flag("faculty.certificate"),
                "师资须持有效执法证",
                "B-98",
                true,
            ),
            no_discipline: set(
                get.flag("faculty.no_discipline"),
                "师资须无违纪处分",
                "B-98",
                true,
            ),
            term_years: set(get.count("faculty.term_years"), "师资聘期", "B-98", 3),
            warn_days: set(get.count("faculty.warn_days"), "到期提前提醒", "B-98", 60),
            renew_days: set(get.count("faculty.renew_days"), "续聘办理时段", "B-98", 90),
            assess_by: set(
                get.day_of_year("faculty.assess_by"),
                "师资年度考核期限",
                "B-98",
                (12, 31),
            ),
            base_pass: set(
                get.count("faculty.base_pass"),
                "基地现场评分合格分",
                "B-96",
                80,
            ),
            recheck_months: set(
                get.count("faculty.recheck_months"),
                "基地复检间隔",
                "B-96",
                12,
            ),
            cases_per_month: set(
                get.count("faculty.cases_per_month"),
                "每月向区局师资提供案例",
                "B-92",
                1,
            ),
            course_per_base: set(
                get.flag("faculty.course_per_base"),
                "一基地一精品课",
                "B-102",
                true,
            ),
            file_max_mib: set(
                get.count("faculty.file_max_mib"),
                "课件文件上限",
                "B-97",
                2_048,
            ),
            file_quota_gib: set(
                get.count("faculty.file_quota_gib"),
                "单位课件总量上限",
                "B-97",
                100,
            ),
        }
    }
}

/// The rule of the pack, or what this system sets where the pack is silent.
fn set<T>(found: Result<Cited<T>, PackError>, title: &str, row: &str, value: T) -> Cited<T> {
    found.unwrap_or_else(|missing| Cited {
        value,
        key: missing.key,
        title: title.to_owned(),
        row: row.to_owned(),
        clause: "本系统设定".to_owned(),
    })
}

/// Targets of a year for people, places and courseware (B-96…B-104). A number that the notices set
/// for one year only stands under that year (`target.y2025.studios`); where a pack has both, the
/// larger one binds, as all of them say 不少于. None is no target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacultyTargets {
    /// Bases in use, each district.
    pub bases_in_use: Option<Cited<u32>>,
    /// Bases newly in use, each district.
    pub new_bases: Option<Cited<u32>>,
    /// Video courseware made, each district.
    pub courseware: Option<Cited<u32>>,
    /// District instructors newly appointed, each district.
    pub instructors: Option<Cited<u32>>,
    /// Practice instructors newly appointed, each district.
    pub practice_instructors: Option<Cited<u32>>,
    /// City instructors newly appointed, city.
    pub city_instructors: Option<Cited<u32>>,
    /// Gold-medal studios, city.
    pub studios: Option<Cited<u32>>,
    /// Course-development groups newly formed, city.
    pub course_groups: Option<Cited<u32>>,
    /// Courses that groups developed, city.
    pub courses: Option<Cited<u32>>,
    /// Video courseware by crowd-sourcing, city.
    pub crowd_videos: Option<Cited<u32>>,
    /// Textbooks published, city.
    pub textbooks: Option<Cited<u32>>,
}

impl FacultyTargets {
    pub(super) fn read(get: &Getter<'_>, year: i32) -> Self {
        let of = |name: &str| {
            let plain = get.count(&format!("target.{name}")).ok();
            let dated = get.count(&format!("target.y{year}.{name}")).ok();
            match (plain, dated) {
                (Some(plain), Some(dated)) if dated.value > plain.value => Some(dated),
                (Some(plain), _) => Some(plain),
                (None, dated) => dated,
            }
        };
        Self {
            bases_in_use: of("bases_in_use"),
            new_bases: of("new_bases"),
            courseware: of("courseware"),
            instructors: of("instructors"),
            practice_instructors: of("practice_instructors"),
            city_instructors: of("city_instructors"),
            studios: of("studios"),
            course_groups: of("course_groups"),
            courses: of("courses"),
            crowd_videos: of("crowd_videos"),
            textbooks: of("textbooks"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn a_year_has_its_own_targets_and_the_larger_one_binds() {
        let first = Policy::for_year("shanghai", 2024).unwrap();
        let next = Policy::for_year("shanghai", 2025).unwrap();
        let count = |cited: &Option<super::Cited<u32>>| cited.as_ref().map(|cited| cited.value);
        let (a, b) = (&first.faculty_targets, &next.faculty_targets);
        assert_eq!(
            (count(&a.instructors), count(&b.instructors)),
            (Some(3), Some(5))
        );
        assert_eq!(
            (count(&a.city_instructors), count(&b.city_instructors)),
            (None, Some(20))
        );
        let baoshan = |year| Policy::for_year("baoshan", year).unwrap().faculty_targets;
        let (a, b) = (baoshan(2024), baoshan(2025));
        assert_eq!(a.instructors.as_ref().unwrap().key, "target.instructors");
        assert_eq!(count(&b.instructors), Some(5));
        assert_eq!(count(&b.bases_in_use), Some(3));
    }

    #[test]
    fn a_pack_without_the_rules_runs_on_what_is_set() {
        let mut pack = crate::Pack::built_in("shanghai", 2024).unwrap();
        let full = Policy::from_pack(pack.clone(), 2024).unwrap().faculty;
        pack.rules.retain(|key, _| !key.starts_with("faculty."));
        let bare = Policy::from_pack(pack, 2024).unwrap().faculty;
        assert_eq!(bare.term_years.value, full.term_years.value);
        assert_eq!(bare.term_years.clause, "本系统设定");
    }
}
