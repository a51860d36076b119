//! Examinations (B-57…B-64, B-17, B-25): windows, carry-over, and by purpose the pass mark, attempts and what the
//! candidate may see afterwards. Where the notices give no figure the pack says so in its note.

use std::collections::BTreeMap;

use chengzhi_kernel::Quantity;
use serde::Serialize;

use super::{Cited, Getter};
use crate::pack::PackError;

/// What exams are held for, by code: each has its own rules under `exam.<code>.`.
pub const EXAM_PURPOSES: [&str; 5] = ["qualification", "class", "course", "quiz", "contest"];

/// What a candidate sees after the results are out, least first.
pub const EXAM_REVIEWS: &[&str] = &["不公布", "成绩", "成绩和解析"];

/// Which of several attempts counts.
pub const EXAM_COUNTS: &[&str] = &["最好一次", "最后一次"];

/// On which paper a further attempt is made.
pub const EXAM_NEXT_FORMS: &[&str] = &["换卷", "同卷"];

/// The rules of one purpose; what is none is this system's usual, see the methods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PurposeRules {
    /// Pass mark as per cent of the full marks; none: it must be set for each exam (B-64).
    pub pass_percent: Option<Cited<u32>>,
    /// Attempts; zero: as many as one likes.
    pub attempts: Option<Cited<u32>>,
    /// Seen after publication: one of [`EXAM_REVIEWS`].
    pub review: Option<Cited<String>>,
    /// Which attempt counts: one of [`EXAM_COUNTS`].
    pub counts: Option<Cited<String>>,
    /// Paper of a further attempt: one of [`EXAM_NEXT_FORMS`].
    pub next_form: Option<Cited<String>>,
    /// Seen as soon as it is handed in: one of [`EXAM_REVIEWS`].
    pub after_hand_in: Option<Cited<String>>,
}

/// Examinations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExamRules {
    /// Months with an exam (B-57).
    pub months: Cited<Vec<u32>>,
    /// Whether there is a resit (B-58).
    pub resit: Cited<bool>,
    /// Whether failed and absent candidates go into the next exam (B-58).
    pub carry_over: Cited<bool>,
    /// By purpose.
    pub purposes: BTreeMap<String, PurposeRules>,
    /// Natural days after the exam within which the district reports on it (B-60, B-61).
    pub report_days: Option<Cited<u32>>,
    /// Natural days after publication within which a candidate may object.
    pub objection_days: Option<Cited<u32>>,
    /// Answers that have to be read are marked by two people.
    pub double_marking: Option<Cited<bool>>,
    /// Largest difference of two marks that is still agreement, per cent of the question's marks.
    pub marking_percent: Option<Cited<u32>>,
    /// Hours that a pass of the qualification exam posts.
    pub pass_hours: Option<Cited<Quantity>>,
    /// Credits that it posts.
    pub pass_credits: Option<Cited<Quantity>>,
    /// Seconds without a saved answer after which the board calls a candidate silent.
    pub silent_seconds: Option<Cited<u32>>,
    /// Seconds after the end within which an answer on its way is taken.
    pub margin_seconds: Option<Cited<u32>>,
}

impl ExamRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        let count = |key: &str| get.count(key).ok();
        let of = |purpose: &str| PurposeRules {
            pass_percent: count(&format!("exam.{purpose}.pass_percent")),
            // A course's online test has its own key among the rules of courses (B-17).
            attempts: match purpose {
                "course" => count("award.credit_course.attempts"),
                purpose => count(&format!("exam.{purpose}.attempts")),
            },
            review: get.text(&format!("exam.{purpose}.review")).ok(),
            counts: get.text(&format!("exam.{purpose}.counts")).ok(),
            next_form: get.text(&format!("exam.{purpose}.next_form")).ok(),
            after_hand_in: get.text(&format!("exam.{purpose}.after_hand_in")).ok(),
        };
        Ok(Self {
            months: get.months("exam.months")?,
            resit: get.flag("exam.resit")?,
            carry_over: get.flag("exam.carry_over")?,
            purposes: EXAM_PURPOSES
                .iter()
                .map(|purpose| ((*purpose).to_owned(), of(purpose)))
                .collect(),
            report_days: count("exam.report_days"),
            objection_days: count("exam.objection_days"),
            double_marking: get.flag("exam.double_marking").ok(),
            marking_percent: count("exam.marking_percent"),
            pass_hours: get.amount("exam.pass_hours").ok(),
            pass_credits: get.amount("exam.pass_credits").ok(),
            silent_seconds: count("exam.silent_seconds"),
            margin_seconds: count("exam.margin_seconds"),
        })
    }

    /// The pass mark of a purpose in per cent; none: it has to be set.
    #[must_use]
    pub fn pass_percent(&self, purpose: &str) -> Option<u32> {
        let rules = self.purposes.get(purpose)?;
        rules.pass_percent.as_ref().map(|cited| cited.value)
    }

    /// Attempts of a purpose; zero: as many as one likes. One unless said.
    #[must_use]
    pub fn attempts(&self, purpose: &str) -> u32 {
        let rules = self.purposes.get(purpose);
        rules.map_or(1, |rules| or(&rules.attempts, 1))
    }

    /// What a candidate sees afterwards, one of [`EXAM_REVIEWS`]. His marks unless said.
    #[must_use]
    pub fn review(&self, purpose: &str) -> &str {
        self.word(purpose, |rules| rules.review.as_ref())
            .unwrap_or("成绩")
    }

    /// Which attempt counts, one of [`EXAM_COUNTS`]. The best unless said.
    #[must_use]
    pub fn counts(&self, purpose: &str) -> &str {
        self.word(purpose, |rules| rules.counts.as_ref())
            .unwrap_or("最好一次")
    }

    /// Paper of a further attempt, one of [`EXAM_NEXT_FORMS`]. Another one unless said.
    #[must_use]
    pub fn next_form(&self, purpose: &str) -> &str {
        self.word(purpose, |rules| rules.next_form.as_ref())
            .unwrap_or("换卷")
    }

    /// What a candidate sees as soon as he has handed in, one of [`EXAM_REVIEWS`]. Nothing unless said.
    #[must_use]
    pub fn after_hand_in(&self, purpose: &str) -> &str {
        self.word(purpose, |rules| rules.after_hand_in.as_ref())
            .unwrap_or("不公布")
    }

    fn word(
        &self,
        purpose: &str,
        of: impl Fn(&PurposeRules) -> Option<&Cited<String>>,
    ) -> Option<&str> {
        self.purposes
            .get(purpose)
            .and_then(of)
            .map(|cited| cited.value.as_str())
    }

    /// Natural days for the district's report: 5 unless said.
    #[must_use]
    pub fn report_days(&self) -> u32 {
        or(&self.report_days, 5)
    }

    /// Natural days to object: 7 unless said.
    #[must_use]
    pub fn objection_days(&self) -> u32 {
        or(&self.objection_days, 7)
    }

    /// Two markers: yes unless said.
    #[must_use]
    pub fn double_marking(&self) -> bool {
        self.double_marking.as_ref().is_none_or(|cited| cited.value)
    }

    /// Largest difference in per cent of the question's marks: 20 unless said.
    #[must_use]
    pub fn marking_percent(&self) -> u32 {
        or(&self.marking_percent, 20)
    }

    /// Hours and credits of a pass: none unless said.
    #[must_use]
    pub fn pass_award(&self) -> (Quantity, Quantity) {
        let amount = |cited: &Option<Cited<Quantity>>| {
            cited.as_ref().map_or(Quantity::ZERO, |cited| cited.value)
        };
        (amount(&self.pass_hours), amount(&self.pass_credits))
    }

    /// Seconds until silent: 180 unless said.
    #[must_use]
    pub fn silent_seconds(&self) -> u32 {
        or(&self.silent_seconds, 180)
    }

    /// Seconds of margin: 30 unless said.
    #[must_use]
    pub fn margin_seconds(&self) -> u32 {
        or(&self.margin_seconds, 30)
    }
}

fn or(cited: &Option<Cited<u32>>, usual: u32) -> u32 {
    cited.as_ref().map_or(usual, |cited| cited.value)
}

#[cfg(test)]
mod tests {
    use super::super::Policy;

    #[test]
    fn the_qualification_exam_has_no_pass_mark_and_the_others_have_one() {
        let exam = Policy::for_year("shanghai", 2024).unwrap().exam;
        assert_eq!(exam.pass_percent("qualification"), None);
        assert_eq!(exam.attempts("qualification"), 1);
        for purpose in ["class", "course", "quiz"] {
            assert_eq!(exam.pass_percent(purpose), Some(60), "{purpose}");
        }
        assert_eq!(exam.attempts("course"), 0);
        assert_eq!(exam.review("contest"), "成绩");
        assert_eq!(exam.review("quiz"), "成绩和解析");
    }

    #[test]
    fn each_purpose_says_which_attempt_counts_on_which_paper_and_what_is_seen_at_once() {
        let exam = Policy::for_year("shanghai", 2024).unwrap().exam;
        for (purpose, counts, next_form, at_once) in [
            ("qualification", "最好一次", "换卷", "不公布"),
            ("class", "最后一次", "换卷", "不公布"),
            ("course", "最好一次", "换卷", "成绩"),
            ("quiz", "最好一次", "换卷", "成绩和解析"),
            ("contest", "最好一次", "换卷", "不公布"),
        ] {
            assert_eq!(exam.counts(purpose), counts, "{purpose}");
            assert_eq!(exam.next_form(purpose), next_form, "{purpose}");
            assert_eq!(exam.after_hand_in(purpose), at_once, "{purpose}");
        }
    }

    #[test]
    fn a_pack_made_before_these_keys_gives_the_same_figures() {
        let policy = Policy::for_year("shanghai", 2024).unwrap();
        let told = policy.exam.clone();
        let mut pack = policy.pack.clone();
        pack.rules.retain(|key, _| {
            !key.starts_with("exam.")
                || ["exam.months", "exam.resit", "exam.carry_over"].contains(&key.as_str())
        });
        let older = Policy::from_pack(pack, 2024).unwrap().exam;
        assert_eq!(older.report_days(), told.report_days());
        assert_eq!(older.objection_days(), told.objection_days());
        assert_eq!(older.double_marking(), told.double_marking());
        assert_eq!(older.marking_percent(), told.marking_percent());
        assert_eq!(older.pass_award(), told.pass_award());
        assert_eq!(older.silent_seconds(), told.silent_seconds());
        assert_eq!(older.margin_seconds(), told.margin_seconds());
        assert_eq!(older.report_days, None);
    }
}
