//! What a year asks for and what there is (B-96…B-104).

use chengzhi_rules::policy::{Cited, FacultyTargets};

use super::words;

words! {
    /// What is counted for each district.
    DistrictTarget {
        /// Bases in use on the day.
        BasesInUse, "bases_in_use", "在用基地";
        /// Bases put into use in the year.
        NewBases, "new_bases", "新建基地";
        /// Videos put into use in the year.
        Videos, "videos", "视频课件";
        /// District instructors appointed in the year.
        Instructors, "instructors", "新聘区局师资";
        /// Practice instructors appointed in the year.
        Practice, "practice", "新聘实践教员";
    }
}

words! {
    /// What is counted for the city.
    CityTarget {
        /// City instructors appointed in the year.
        CityInstructors, "city_instructors", "新聘市级师资";
        /// Studios open on the day.
        Studios, "studios", "金牌师资工作室";
        /// Groups formed in the year.
        Groups, "groups", "新建教研组";
        /// Courses of groups put into use in the year.
        Courses, "courses", "开发专业课程";
        /// Videos from calls put into use in the year.
        CrowdVideos, "crowd_videos", "众筹视频课件";
        /// Textbooks put into use in the year.
        Textbooks, "textbooks", "出版教材";
    }
}

impl DistrictTarget {
    /// The rule that asks for it.
    #[must_use]
    pub fn rule(self, targets: &FacultyTargets) -> Option<&Cited<u32>> {
        match self {
            DistrictTarget::BasesInUse => targets.bases_in_use.as_ref(),
            DistrictTarget::NewBases => targets.new_bases.as_ref(),
            DistrictTarget::Videos => targets.courseware.as_ref(),
            DistrictTarget::Instructors => targets.instructors.as_ref(),
            DistrictTarget::Practice => targets.practice_instructors.as_ref(),
        }
    }
}

impl CityTarget {
    /// The rule that asks for it.
    #[must_use]
    pub fn rule(self, targets: &FacultyTargets) -> Option<&Cited<u32>> {
        match self {
            CityTarget::CityInstructors => targets.city_instructors.as_ref(),
            CityTarget::Studios => targets.studios.as_ref(),
            CityTarget::Groups => targets.course_groups.as_ref(),
            CityTarget::Courses => targets.courses.as_ref(),
            CityTarget::CrowdVideos => targets.crowd_videos.as_ref(),
            CityTarget::Textbooks => targets.textbooks.as_ref(),
        }
    }
}

/// How many are missing; none without a target.
#[must_use]
pub fn short(target: Option<u32>, have: u32) -> Option<u32> {
    target.map(|target| target.saturating_sub(have))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_never_less_than_nothing() {
        assert_eq!(short(Some(3), 1), Some(2));
        assert_eq!(short(Some(3), 5), Some(0));
        assert_eq!(short(None, 5), None);
    }

    #[test]
    fn every_count_has_its_rule_in_some_year() {
        let of = |year| {
            chengzhi_rules::Policy::for_year("shanghai", year)
                .unwrap()
                .faculty_targets
        };
        let years = [of(2024), of(2025)];
        for target in DistrictTarget::ALL {
            assert!(
                years.iter().any(|year| target.rule(year).is_some()),
                "{target:?}"
            );
        }
        for target in CityTarget::ALL {
            assert!(
                years.iter().any(|year| target.rule(year).is_some()),
                "{target:?}"
            );
        }
    }
}
