//! The reviewer's check list: one answer for each clause. A broken clause cannot be confirmed, and
//! arithmetic cannot be overruled silently.

use serde::{Deserialize, Serialize};

use super::Deny;
use super::verdict::{Item, Verdict};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Kept.
    Pass,
    /// Broken.
    Fail,
    /// Cannot be judged (未能核验).
    Unclear,
}

impl Answer {
    /// All.
    pub const ALL: [Answer; 3] = [Answer::Pass, Answer::Fail, Answer::Unclear];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Answer::Pass => "pass",
            Answer::Fail => "fail",
            Answer::Unclear => "unclear",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Answer::Pass => "符合",
            Answer::Fail => "不符合",
            Answer::Unclear => "未能核验",
        }
    }

    /// Reads [`Answer::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Answer::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// One line of the check list as answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Code of the clause.
    pub item: String,
    /// Answer.
    pub answer: Answer,
    /// In the reviewer's words.
    pub note: String,
}

/// Checks a list before a confirmation: every clause is answered, none is broken, and what
/// arithmetic calls broken, or nobody could judge, is explained.
///
/// # Errors
/// Code of the clause and a [`Deny`].
pub fn may_confirm(answers: &[Checked], computed: &[Verdict]) -> Result<(), (Item, Deny)> {
    for item in Item::ALL {
        let Some(line) = answers.iter().find(|line| line.item == item.code()) else {
            return Err((
                item,
                Deny::new(
                    "drill.check_missing",
                    format!("请核对“{}”后再通过。", item.name()),
                ),
            ));
        };
        let broken = computed
            .iter()
            .find(|verdict| verdict.item == item && verdict.ok == Some(false));
        let silent = line.note.trim().is_empty();
        match (line.answer, broken) {
            (Answer::Fail, _) => {
                return Err((
                    item,
                    Deny::new(
                        "drill.check_failed",
                        format!("“{}”不符合，不能通过；请退回并说明原因。", item.name()),
                    ),
                ));
            }
            (Answer::Pass, Some(verdict)) if silent => {
                return Err((
                    item,
                    Deny::new(
                        "drill.check_note",
                        format!("{}仍认定符合的，请写明理由。", verdict.text),
                    ),
                ));
            }
            (Answer::Unclear, _) if silent => {
                return Err((
                    item,
                    Deny::new(
                        "drill.check_note",
                        format!("“{}”未能核验的，请写明情况。", item.name()),
                    ),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(answer: Answer, note: &str) -> Vec<Checked> {
        Item::ALL
            .iter()
            .map(|item| Checked {
                item: item.code().to_owned(),
                answer,
                note: note.to_owned(),
            })
            .collect()
    }

    fn broken(item: Item) -> Vec<Verdict> {
        vec![Verdict {
            item,
            ok: Some(false),
            text: "应训10人，到训6人，至少7人，还差1人。".to_owned(),
        }]
    }

    fn code(answers: &[Checked], computed: &[Verdict]) -> Option<(Item, &'static str)> {
        may_confirm(answers, computed)
            .err()
            .map(|(item, deny)| (item, deny.code))
    }

    #[test]
    fn every_clause_must_be_answered_and_none_broken() {
        assert_eq!(code(&all(Answer::Pass, ""), &[]), None);
        assert_eq!(code(&[], &[]), Some((Item::Length, "drill.check_missing")));
        let mut one = all(Answer::Pass, "");
        one[2].answer = Answer::Fail;
        assert_eq!(code(&one, &[]), Some((Item::Angle, "drill.check_failed")));
    }

    #[test]
    fn arithmetic_is_not_overruled_silently() {
        let computed = broken(Item::Attendance);
        assert_eq!(
            code(&all(Answer::Pass, " "), &computed),
            Some((Item::Attendance, "drill.check_note"))
        );
        assert_eq!(
            code(&all(Answer::Pass, "当日抢险执勤，经批准"), &computed),
            None
        );
        assert_eq!(
            code(&all(Answer::Unclear, ""), &[]),
            Some((Item::Length, "drill.check_note"))
        );
    }

    #[test]
    fn answers_read_back() {
        for answer in Answer::ALL {
            assert_eq!(Answer::from_code(answer.code()), Some(answer));
        }
    }
}
