//! The closing check list (B-27, B-28): it computes itself from what the class has and what was uploaded.

use super::kind::Subject;

/// What is asked for at the end of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Photos of each kind (three).
    pub photos_per_kind: u32,
    /// Subjects that the class held: teaching always, fitness and drill review if held (B-28).
    pub held: Vec<Subject>,
    /// A summary must be written (B-107; off unless the class asks for it).
    pub summary: bool,
}

/// What there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Photos by subject, without those that are the same picture twice.
    pub photos: Vec<(Subject, u32)>,
    /// Lessons held, and those whose presence is settled for everybody.
    pub presence: (u32, u32),
    /// Doubtful scans that the teacher has not looked at.
    pub doubtful: u32,
    /// Trainees, and those with a result where the class has an exam.
    pub results: (u32, u32),
    /// A summary is written.
    pub summary: bool,
}

/// A line of the check list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Stable code: `photos.teaching`, `sign_sheet`, `results`, `summary`.
    pub code: String,
    /// What is asked.
    pub title: String,
    /// Done.
    pub done: bool,
    /// What there is and what is missing.
    pub text: String,
}

/// The check list.
#[must_use]
pub fn checklist(asked: &Asked, given: &Given) -> Vec<Line> {
    let mut lines = Vec::new();
    for subject in [Subject::Teaching, Subject::Fitness, Subject::DrillReview] {
        if subject != Subject::Teaching && !asked.held.contains(&subject) {
            continue;
        }
        let have = given
            .photos
            .iter()
            .filter(|(of, _)| *of == subject)
            .map(|(_, count)| *count)
            .sum::<u32>();
        let missing = asked.photos_per_kind.saturating_sub(have);
        lines.push(Line {
            code: format!("photos.{}", subject.code()),
            title: format!("{}全景集体照片", subject.name()),
            done: missing == 0,
            text: match missing {
                0 => format!("{have}张"),
                _ => format!("{have}张，还差{missing}张"),
            },
        });
    }
    let (lessons, settled) = given.presence;
    let open = lessons.saturating_sub(settled);
    lines.push(Line {
        code: "sign_sheet".to_owned(),
        title: "学员签到表".to_owned(),
        done: lessons > 0 && open == 0 && given.doubtful == 0,
        text: if lessons == 0 {
            "没有课次".to_owned()
        } else if open > 0 {
            format!("{open}个课次还有学员没有考勤结果")
        } else if given.doubtful > 0 {
            format!("{}条存疑签到待班主任确认", given.doubtful)
        } else {
            format!("{lessons}个课次，可生成")
        },
    });
    let (trainees, with) = given.results;
    let without = trainees.saturating_sub(with);
    lines.push(Line {
        code: "results".to_owned(),
        title: "考核情况".to_owned(),
        done: trainees > 0 && without == 0,
        text: if trainees == 0 {
            "没有学员".to_owned()
        } else if without > 0 {
            format!("{without}名学员还没有成绩")
        } else {
            format!("{trainees}名学员")
        },
    });
    if asked.summary {
        lines.push(Line {
            code: "summary".to_owned(),
            title: "培训总结".to_owned(),
            done: given.summary,
            text: if given.summary {
                "已撰写"
            } else {
                "还没有撰写"
            }
            .to_owned(),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Given {
        Given {
            photos: vec![(Subject::Teaching, 3), (Subject::Fitness, 3)],
            presence: (4, 4),
            doubtful: 0,
            results: (40, 40),
            summary: false,
        }
    }

    fn asked(held: &[Subject]) -> Asked {
        Asked {
            photos_per_kind: 3,
            held: held.to_vec(),
            summary: false,
        }
    }

    fn open(asked: &Asked, given: &Given) -> Vec<String> {
        checklist(asked, given)
            .into_iter()
            .filter(|line| !line.done)
            .map(|line| format!("{} {}", line.code, line.text))
            .collect()
    }

    #[test]
    fn photos_are_asked_of_what_was_held() {
        let none = [0u8; 0];
        let all = [Subject::Teaching, Subject::Fitness];
        assert_eq!(open(&asked(&all), &full()).len(), none.len());
        assert_eq!(
            open(&asked(&[Subject::Teaching, Subject::DrillReview]), &full()),
            ["photos.drill_review 0张，还差3张"]
        );
        let given = Given {
            photos: vec![(Subject::Teaching, 2)],
            ..full()
        };
        assert_eq!(open(&asked(&[]), &given), ["photos.teaching 2张，还差1张"]);
    }

    #[test]
    fn sheet_results_and_summary_are_asked_for() {
        for (given, wanted) in [
            (
                Given {
                    presence: (4, 3),
                    ..full()
                },
                "sign_sheet 1个课次还有学员没有考勤结果",
            ),
            (
                Given {
                    doubtful: 2,
                    ..full()
                },
                "sign_sheet 2条存疑签到待班主任确认",
            ),
            (
                Given {
                    results: (40, 38),
                    ..full()
                },
                "results 2名学员还没有成绩",
            ),
            (
                Given {
                    results: (0, 0),
                    ..full()
                },
                "results 没有学员",
            ),
        ] {
            assert_eq!(open(&asked(&[]), &given), [wanted]);
        }
        let with_summary = Asked {
            summary: true,
            ..asked(&[])
        };
        assert_eq!(open(&with_summary, &full()), ["summary 还没有撰写"]);
    }
}
