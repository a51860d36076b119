//! What a trainee earns (B-25): hours and credits of each course that he completed, once the class's conditions are met.

use chengzhi_kernel::Quantity;

/// The conditions of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// Award per course; else all courses or nothing.
    pub per_course: bool,
    /// The exam must be passed, not only taken.
    pub exam_pass: bool,
    /// The class has an exam at all.
    pub has_exam: bool,
    /// The class asks for an evaluation of each course.
    pub evaluated: bool,
}

/// A course as one trainee did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Course.
    pub course: i64,
    /// Title.
    pub title: String,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// Lessons held, and those he attended.
    pub lessons: (u32, u32),
    /// He evaluated it.
    pub evaluated: bool,
    /// The same course stands in his year from elsewhere (B-20).
    pub counted: bool,
}

/// How somebody's exam ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExamResult {
    /// No result yet, or absent.
    None,
    /// Sat, below the line.
    Failed,
    /// Passed.
    Passed,
}

/// Why a course earns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// So many lessons were missed.
    Lessons(u32),
    /// It has no lesson that was held.
    NotHeld,
    /// The evaluation is missing.
    Evaluation,
    /// The exam was not taken.
    Exam,
    /// The exam was not passed.
    Pass,
    /// Another course is not complete, and the rules give all or nothing.
    Others,
    /// The same course counts in his year already (B-20).
    Counted,
}

impl Lacks {
    /// Sentence on pages.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Lacks::Lessons(missed) => format!("缺{missed}课次"),
            Lacks::NotHeld => "还没有上课".to_owned(),
            Lacks::Evaluation => "未做在线评价".to_owned(),
            Lacks::Exam => "未参加考试".to_owned(),
            Lacks::Pass => "考试未及格".to_owned(),
            Lacks::Others => "其他课程未修完".to_owned(),
            Lacks::Counted => "本年度已计过同一课程".to_owned(),
        }
    }
}

/// What a course gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Course.
    pub course: i64,
    /// What it lacks; empty when it is earned.
    pub lacks: Vec<Lacks>,
}

impl Award {
    /// True when hours and credits are due.
    #[must_use]
    pub fn earned(&self) -> bool {
        self.lacks.is_empty()
    }

    /// True when he did what the course asks for, whether it counts again or not.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.lacks.iter().all(|lack| *lack == Lacks::Counted)
    }
}

/// Judges all courses of one trainee.
#[must_use]
pub fn awards(courses: &[Done], exam: ExamResult, conditions: Conditions) -> Vec<Award> {
    let own: Vec<Vec<Lacks>> = courses
        .iter()
        .map(|done| {
            let mut lacks = Vec::new();
            let (held, attended) = done.lessons;
            if held == 0 {
                lacks.push(Lacks::NotHeld);
            } else if attended < held {
                lacks.push(Lacks::Lessons(held - attended));
            }
            if conditions.evaluated && !done.evaluated {
                lacks.push(Lacks::Evaluation);
            }
            if conditions.has_exam {
                match exam {
                    ExamResult::None => lacks.push(Lacks::Exam),
                    ExamResult::Failed if conditions.exam_pass => lacks.push(Lacks::Pass),
                    ExamResult::Failed | ExamResult::Passed => {}
                }
            }
            lacks
        })
        .collect();
    let complete = own.iter().all(Vec::is_empty);
    courses
        .iter()
        .zip(own)
        .map(|(done, mut lacks)| {
            if !conditions.per_course && !complete && lacks.is_empty() {
                lacks.push(Lacks::Others);
            }
            if done.counted {
                lacks.push(Lacks::Counted);
            }
            Award {
                course: done.course,
                lacks,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Conditions = Conditions {
        per_course: true,
        exam_pass: true,
        has_exam: true,
        evaluated: true,
    };

    fn done(course: i64, lessons: (u32, u32), evaluated: bool) -> Done {
        Done {
            course,
            title: format!("课程{course}"),
            hours: "2".parse().unwrap(),
            credits: "1".parse().unwrap(),
            lessons,
            evaluated,
            counted: false,
        }
    }

    #[test]
    fn a_course_is_earned_by_lessons_evaluation_and_exam() {
        for (name, course, exam, conditions, lacks) in [
            (
                "all done",
                done(1, (2, 2), true),
                ExamResult::Passed,
                STRICT,
                vec![],
            ),
            (
                "a lesson missed",
                done(1, (2, 1), true),
                ExamResult::Passed,
                STRICT,
                vec![Lacks::Lessons(1)],
            ),
            (
                "never held",
                done(1, (0, 0), true),
                ExamResult::Passed,
                STRICT,
                vec![Lacks::NotHeld],
            ),
            (
                "not evaluated",
                done(1, (2, 2), false),
                ExamResult::Passed,
                STRICT,
                vec![Lacks::Evaluation],
            ),
            (
                "no exam",
                done(1, (2, 2), true),
                ExamResult::None,
                STRICT,
                vec![Lacks::Exam],
            ),
            (
                "failed",
                done(1, (2, 2), true),
                ExamResult::Failed,
                STRICT,
                vec![Lacks::Pass],
            ),
            (
                "taking the exam is enough",
                done(1, (2, 2), true),
                ExamResult::Failed,
                Conditions {
                    exam_pass: false,
                    ..STRICT
                },
                vec![],
            ),
            (
                "class without exam",
                done(1, (2, 2), true),
                ExamResult::None,
                Conditions {
                    has_exam: false,
                    ..STRICT
                },
                vec![],
            ),
            (
                "everything",
                done(1, (3, 0), false),
                ExamResult::None,
                STRICT,
                vec![Lacks::Lessons(3), Lacks::Evaluation, Lacks::Exam],
            ),
        ] {
            assert_eq!(
                awards(&[course], exam, conditions)[0].lacks,
                lacks,
                "{name}"
            );
        }
    }

    #[test]
    fn a_course_that_counts_already_is_complete_and_earns_nothing_again() {
        let mut again = done(1, (2, 2), true);
        again.counted = true;
        let mut missed = done(2, (2, 1), true);
        missed.counted = true;
        let found = awards(
            &[again, missed, done(3, (1, 1), true)],
            ExamResult::Passed,
            STRICT,
        );
        assert_eq!(found[0].lacks, [Lacks::Counted]);
        assert!(found[0].complete() && !found[0].earned());
        assert!(!found[1].complete());
        assert!(found[2].earned());
    }

    #[test]
    fn one_course_missed_leaves_the_others_unless_the_rules_say_all_or_nothing() {
        let courses = [done(1, (1, 1), true), done(2, (1, 0), true)];
        let per_course = awards(&courses, ExamResult::Passed, STRICT);
        assert!(per_course[0].earned() && !per_course[1].earned());
        let whole = Conditions {
            per_course: false,
            ..STRICT
        };
        let all = awards(&courses, ExamResult::Passed, whole);
        assert_eq!(all[0].lacks, [Lacks::Others]);
        assert_eq!(all[1].lacks, [Lacks::Lessons(1)]);
    }
}
