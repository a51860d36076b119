//! A sitting counted: what its answers earn by key, by hand and after corrections.

use std::collections::BTreeMap;

use super::form::{Form, says_something};
use super::key_correction::{Change, Removal, Results};
use super::marking::{Answer, mark};
use super::scoring::{Given, Presence, Verdict, verdict};
use super::{Deny, Marks, QuestionId};

/// Applied corrections of a session, by question.
pub type Changes = BTreeMap<QuestionId, Change>;

/// What one candidate left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// His last answers.
    pub answers: BTreeMap<QuestionId, Answer>,
    /// Marks by hand that are decided.
    pub hand: BTreeMap<QuestionId, Marks>,
}

/// A counted sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Question after question; removed ones are not listed.
    pub given: Vec<Given>,
    /// The sum before rounding, spread when a question was removed that way; none while marking goes on.
    pub total: Option<Marks>,
    /// Full marks.
    pub full: Marks,
    /// Pass mark, if one is set.
    pub pass: Option<Marks>,
}

/// Questions of a form whose answers somebody has to read, with a text in them.
#[must_use]
pub fn to_read(form: &Form, answers: &BTreeMap<QuestionId, Answer>) -> Vec<QuestionId> {
    form.questions
        .iter()
        .filter(|asked| asked.key.is_none())
        .filter(|asked| answers.get(&asked.question).is_some_and(says_something))
        .map(|asked| asked.question)
        .collect()
}

/// Counts a sitting. An open answer to a question without key earns nothing without being read.
#[must_use]
pub fn count(
    form: &Form,
    sheet: &Sheet,
    changes: &Changes,
    pass: Option<Marks>,
    results: Results,
) -> Counted {
    let mut given = Vec::with_capacity(form.questions.len());
    let (mut full, mut left, mut pass, mut spread) = (Marks::ZERO, Marks::ZERO, pass, false);
    for asked in &form.questions {
        let answer = sheet.answers.get(&asked.question);
        let by_key = |key| Some(mark(key, answer, asked.marks, results.incomplete));
        let got = match changes.get(&asked.question) {
            Some(Change::Removed(removal)) => {
                match removal {
                    Removal::Spread => {
                        full += asked.marks;
                        spread = true;
                    }
                    Removal::Reduce { pass: lower } => pass = pass.map(|_| *lower),
                }
                continue;
            }
            Some(Change::FullMarks) => Some(asked.marks),
            Some(Change::NewKey(key)) => by_key(key),
            None => match &asked.key {
                Some(key) => by_key(key),
                None if answer.is_some_and(says_something) => {
                    sheet.hand.get(&asked.question).copied()
                }
                None => Some(Marks::ZERO),
            },
        };
        full += asked.marks;
        left += asked.marks;
        given.push(Given {
            question: asked.question,
            full: asked.marks,
            got,
        });
    }
    let sum: Option<Marks> = given.iter().map(|one| one.got).sum();
    let total = sum.map(|sum| {
        if spread {
            sum.share(full.0, left.0)
        } else {
            sum
        }
    });
    Counted {
        given,
        total,
        full,
        pass,
    }
}

impl Counted {
    /// The result of the candidate.
    ///
    /// # Errors
    /// As [`verdict`].
    pub fn verdict(&self, presence: &Presence, results: Results) -> Result<Verdict, Deny> {
        let Some(total) = self.total else {
            return verdict(presence, &self.given, self.pass, results.rounding);
        };
        // The total is exact already; it is judged as one sum, so that a spread total is not rounded part by part.
        let whole = Given {
            question: QuestionId::from(0),
            full: self.full,
            got: Some(total),
        };
        verdict(presence, &[whole], self.pass, results.rounding)
    }

    /// What all but one question earned, what that one is worth and earned; none for it when the form has it not.
    #[must_use]
    pub fn around(&self, question: QuestionId) -> (Marks, Option<(Marks, Marks)>) {
        let mut rest = Marks::ZERO;
        let mut own = None;
        for one in &self.given {
            let got = one.got.unwrap_or(Marks::ZERO);
            if one.question == question {
                own = Some((one.full, got));
            } else {
                rest += got;
            }
        }
        (rest, own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::blueprint::Kind;
    use crate::domain::form::Asked;
    use crate::domain::marking::Key;
    use crate::domain::scoring::Outcome;

    fn asked(id: i64, marks: i64, key: Option<Key>) -> Asked {
        Asked {
            question: QuestionId::from(id),
            section: 0,
            kind: if key.is_some() {
                Kind::TrueFalse
            } else {
                Kind::ShortAnswer
            },
            marks: Marks::whole(marks),
            background: None,
            stem: String::new(),
            options: Vec::new(),
            gaps: 0,
            pinned: false,
            key,
        }
    }

    fn form() -> Form {
        Form {
            sections: Vec::new(),
            questions: vec![
                asked(1, 30, Some(Key::Truth(true))),
                asked(2, 30, Some(Key::Truth(true))),
                asked(3, 40, None),
            ],
        }
    }

    fn sheet(hand: Option<i64>) -> Sheet {
        Sheet {
            answers: BTreeMap::from([
                (QuestionId(1), Answer::Truth(true)),
                (QuestionId(2), Answer::Truth(false)),
                (QuestionId(3), Answer::Texts(vec!["五日".to_owned()])),
            ]),
            hand: hand
                .map(|got| (QuestionId(3), Marks::whole(got)))
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn totals_by_table() {
        let question = QuestionId(2);
        let reduce = Removal::Reduce {
            pass: Marks::whole(40),
        };
        for (name, change, hand, outcome, score) in [
            ("as marked", None, Some(20), Outcome::Failed, Some(50)),
            ("not read yet", None, None, Outcome::BeingMarked, None),
            (
                "another key",
                Some(Change::NewKey(Key::Truth(false))),
                Some(20),
                Outcome::Passed,
                Some(80),
            ),
            (
                "full marks",
                Some(Change::FullMarks),
                Some(0),
                Outcome::Passed,
                Some(60),
            ),
            // 50 of 70, spread over 100: 71.43.
            (
                "removed, spread",
                Some(Change::Removed(Removal::Spread)),
                Some(20),
                Outcome::Passed,
                None,
            ),
            (
                "removed, reduced",
                Some(Change::Removed(reduce)),
                Some(10),
                Outcome::Passed,
                Some(40),
            ),
        ] {
            let changes: Changes = change
                .into_iter()
                .map(|change| (question, change))
                .collect();
            let pass = Some(Marks::whole(60));
            let counted = count(&form(), &sheet(hand), &changes, pass, Results::default());
            let made = counted
                .verdict(&Presence::Present, Results::default())
                .unwrap();
            assert_eq!(made.outcome, outcome, "{name}");
            if let Some(score) = score {
                assert_eq!(made.score, Some(Marks::whole(score)), "{name}");
            }
        }
        let spread = Changes::from([(question, Change::Removed(Removal::Spread))]);
        let counted = count(&form(), &sheet(Some(20)), &spread, None, Results::default());
        assert_eq!(
            (counted.total, counted.full),
            (Some(Marks(7143)), Marks::whole(100))
        );
    }

    #[test]
    fn only_answers_with_a_text_are_read() {
        assert_eq!(to_read(&form(), &sheet(None).answers), [QuestionId(3)]);
        let mut empty = sheet(None);
        empty
            .answers
            .insert(QuestionId(3), Answer::Texts(vec![" ".to_owned()]));
        assert_eq!(to_read(&form(), &empty.answers), []);
        let counted = count(&form(), &empty, &Changes::new(), None, Results::default());
        assert_eq!(counted.total, Some(Marks::whole(30)));
        let (rest, own) = counted.around(QuestionId(1));
        assert_eq!(
            (rest, own),
            (Marks::ZERO, Some((Marks::whole(30), Marks::whole(30))))
        );
    }
}
