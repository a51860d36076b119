//! A sitting counted: what its answers earn by key, by hand and after corrections.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::form::Form;
use super::key_correction::{Change, Removal, Results};
use super::marking::{Answer, mark};
use super::scoring::{Given, Presence, Verdict, verdict};
use super::{AttemptId, Deny, Marks, QuestionId};

/// Applied corrections of a session in the order in which they were applied: of several to one question the last stands,
/// and of several pass marks the last one set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    standing: BTreeMap<QuestionId, (usize, Change)>,
    /// Marks of single answers, which concern nobody else.
    single: BTreeMap<(AttemptId, QuestionId), (usize, Change)>,
    pushed: usize,
}

impl Changes {
    /// One more, after all others. A person's total of a paper exam is none of these: it stands in his result.
    pub fn push(&mut self, question: QuestionId, change: Change) {
        let place = self.pushed;
        self.pushed += 1;
        if let Change::OnePerson(one) = &change {
            if let Some(attempt) = one.attempt {
                self.single.insert((attempt, question), (place, change));
            }
        } else {
            self.standing.insert(question, (place, change));
        }
    }

    /// As they stand for one attempt: a single mark counts there if nothing came after it that concerns everybody.
    #[must_use]
    pub fn of(&self, attempt: AttemptId) -> Cow<'_, Self> {
        let mut own = Cow::Borrowed(self);
        for ((whose, question), (place, change)) in &self.single {
            let later = self.standing.get(question).map(|(later, _)| later);
            if *whose == attempt && later.is_none_or(|later| later < place) {
                let standing = &mut own.to_mut().standing;
                standing.insert(*question, (*place, change.clone()));
            }
        }
        own
    }

    /// These and one more.
    #[must_use]
    pub fn with(&self, question: QuestionId, change: Change) -> Self {
        let mut more = self.clone();
        more.push(question, change);
        more
    }

    /// What stands for a question.
    #[must_use]
    pub fn get(&self, question: &QuestionId) -> Option<&Change> {
        self.standing.get(question).map(|(_, change)| change)
    }
}

impl FromIterator<(QuestionId, Change)> for Changes {
    fn from_iter<I: IntoIterator<Item = (QuestionId, Change)>>(list: I) -> Self {
        let mut made = Self::default();
        for (question, change) in list {
            made.push(question, change);
        }
        made
    }
}

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
    /// The same with unmarked answers as nothing.
    pub so_far: Marks,
    /// Full marks.
    pub full: Marks,
    /// What the questions that still count are worth: less than the full marks when some were removed and spread.
    pub left: Marks,
    /// Pass mark, if one is set.
    pub pass: Option<Marks>,
}

/// Questions of a form whose answers somebody has to read, with a text in them.
#[must_use]
pub fn to_read(form: &Form, answers: &BTreeMap<QuestionId, Answer>) -> Vec<QuestionId> {
    form.questions
        .iter()
        .filter(|asked| {
            let answer = answers.get(&asked.question);
            answer.is_some_and(|answer| asked.is_read(answer))
        })
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
    let (mut full, mut left, mut spread) = (Marks::ZERO, Marks::ZERO, false);
    // The pass mark that was set last, with its place among the corrections.
    let mut lowered: Option<(usize, Marks)> = None;
    for asked in &form.questions {
        let answer = sheet.answers.get(&asked.question);
        let by_key = |key| Some(mark(key, answer, asked.marks, results.incomplete));
        let change = changes.standing.get(&asked.question);
        let got = match change.map(|(place, change)| (*place, change)) {
            Some((place, Change::Removed(removal))) => {
                match removal {
                    Removal::Spread => {
                        full += asked.marks;
                        spread = true;
                    }
                    Removal::Reduce { pass: lower } => {
                        lowered = lowered.max(Some((place, *lower)));
                    }
                }
                continue;
            }
            Some((_, Change::FullMarks)) => Some(asked.marks),
            Some((_, Change::OnePerson(one))) => Some(one.marks),
            Some((_, Change::NewKey(key))) => by_key(key),
            None => {
                let hand = sheet.hand.get(&asked.question).copied();
                asked.earned(answer, hand, results.incomplete)
            }
        };
        full += asked.marks;
        left += asked.marks;
        given.push(Given {
            question: asked.question,
            full: asked.marks,
            got,
        });
    }
    let sum: Marks = given.iter().filter_map(|one| one.got).sum();
    let so_far = if spread && left > Marks::ZERO {
        sum.share(full.0, left.0)
    } else {
        sum
    };
    let marked = given.iter().all(|one| one.got.is_some());
    Counted {
        given,
        total: marked.then_some(so_far),
        so_far,
        full,
        left,
        pass: pass.map(|pass| lowered.map_or(pass, |(_, lower)| lower)),
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::blueprint::Kind;
    use crate::domain::form::Asked;
    use crate::domain::key_correction::Regrade;
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
            pictures: Vec::new(),
            parts: Vec::new(),
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
        let spread = Changes::from_iter([(question, Change::Removed(Removal::Spread))]);
        let counted = count(&form(), &sheet(Some(20)), &spread, None, Results::default());
        assert_eq!(
            (counted.total, counted.full),
            (Some(Marks(7143)), Marks::whole(100))
        );
    }

    #[test]
    fn a_single_mark_counts_for_its_attempt_until_something_concerns_everybody() {
        let question = QuestionId(3);
        let one = |marks| {
            let regrade = Regrade {
                candidate: 1,
                attempt: Some(AttemptId(7)),
                marks: Marks::whole(marks),
                objection: None,
            };
            (question, Change::OnePerson(regrade))
        };
        let all = |change| (question, change);
        for (name, list, own, others) in [
            ("one", vec![one(40)], 70, 50),
            ("of two the last stands", vec![one(40), one(35)], 65, 50),
            (
                "everybody's full marks after it",
                vec![one(5), all(Change::FullMarks)],
                70,
                70,
            ),
            (
                "and before it",
                vec![all(Change::FullMarks), one(5)],
                35,
                70,
            ),
        ] {
            let changes: Changes = list.into_iter().collect();
            let total = |attempt| {
                let (sheet, changes) = (sheet(Some(20)), changes.of(AttemptId(attempt)));
                count(&form(), &sheet, &changes, None, Results::default()).total
            };
            assert_eq!(total(7), Some(Marks::whole(own)), "{name}");
            assert_eq!(total(8), Some(Marks::whole(others)), "{name}");
        }
    }

    #[test]
    fn only_answers_with_a_text_are_read() {
        assert_eq!(to_read(&form(), &sheet(None).answers), [QuestionId(3)]);
        let mut empty = sheet(None);
        empty
            .answers
            .insert(QuestionId(3), Answer::Texts(vec![" ".to_owned()]));
        assert_eq!(to_read(&form(), &empty.answers), []);
        let counted = count(
            &form(),
            &empty,
            &Changes::default(),
            None,
            Results::default(),
        );
        assert_eq!(counted.total, Some(Marks::whole(30)));
    }

    #[test]
    fn corrections_are_counted_from_the_sealed_paper_in_their_order() {
        let (first, second) = (QuestionId(1), QuestionId(2));
        let spread = || Change::Removed(Removal::Spread);
        let reduce = |pass| {
            Change::Removed(Removal::Reduce {
                pass: Marks::whole(pass),
            })
        };
        let wrong = || Change::NewKey(Key::Truth(false));
        for (name, changes, total, full, pass) in [
            // 30 + 30 + 20 of 100.
            (
                "a key after a removal",
                vec![(first, spread()), (second, wrong())],
                7143,
                100,
                60,
            ),
            // Only the written one is left: 20 of 40.
            (
                "two removed and spread",
                vec![(first, spread()), (second, spread())],
                5000,
                100,
                60,
            ),
            // 20 of 40, spread over the 70 that are left of the full marks.
            (
                "spread, then reduced",
                vec![(first, spread()), (second, reduce(42))],
                3500,
                70,
                42,
            ),
            (
                "the pass mark set last stands, whatever the order on the paper",
                vec![(second, reduce(42)), (first, reduce(25))],
                2000,
                40,
                25,
            ),
            (
                "the other way round",
                vec![(first, reduce(25)), (second, reduce(42))],
                2000,
                40,
                42,
            ),
            (
                "of two to one question the last stands",
                vec![(second, spread()), (second, wrong())],
                8000,
                100,
                60,
            ),
            (
                "a removal taken back",
                vec![(first, reduce(42)), (first, Change::FullMarks)],
                5000,
                100,
                60,
            ),
        ] {
            let changes: Changes = changes.into_iter().collect();
            let pass_mark = Some(Marks::whole(60));
            let counted = count(
                &form(),
                &sheet(Some(20)),
                &changes,
                pass_mark,
                Results::default(),
            );
            assert_eq!(counted.total, Some(Marks(total)), "{name}");
            assert_eq!(
                (counted.full, counted.pass),
                (Marks::whole(full), Some(Marks::whole(pass))),
                "{name}"
            );
        }
        let none_left: Changes = [1, 2, 3]
            .map(|id| (QuestionId(id), spread()))
            .into_iter()
            .collect();
        let counted = count(&form(), &sheet(None), &none_left, None, Results::default());
        assert_eq!((counted.left, counted.so_far), (Marks::ZERO, Marks::ZERO));
    }
}
