//! What changes do to a small class.

use chengzhi_kernel::AccountId;
use proptest::prelude::*;

use super::*;
use crate::domain::blueprint::Kind;
use crate::domain::count::{Changes, Sheet, count};
use crate::domain::form::{Asked, Form};
use crate::domain::key_correction::Event;
use crate::domain::marking::Answer;

const QUESTION: QuestionId = QuestionId(7);
const READ: QuestionId = QuestionId(8);

fn options(letters: &str) -> Option<Answer> {
    Some(Answer::Options(letters.chars().collect()))
}

fn asked(question: QuestionId, marks: i64, key: Option<Key>) -> Asked {
    Asked {
        question,
        section: 0,
        kind: if key.is_some() {
            Kind::Single
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

/// A choice of two marks with the key A beside one that is read.
fn form(with_question: bool, read: i64) -> Form {
    let choice = asked(QUESTION, 2, Some(Key::Options(['A'].into())));
    let questions = [choice, asked(READ, read, None)];
    Form {
        sections: Vec::new(),
        questions: questions
            .into_iter()
            .skip(usize::from(!with_question))
            .collect(),
    }
}

/// Somebody with `rest` hundredths for the question that is read.
struct One {
    n: i64,
    unit: i64,
    rest: i64,
    answer: Option<Answer>,
    has: bool,
    read: i64,
}

fn one(n: i64, unit: i64, rest: i64, answer: Option<Answer>) -> One {
    One {
        n,
        unit,
        rest: rest * 100,
        answer,
        has: true,
        read: 98,
    }
}

impl One {
    fn tally(&self, changes: &Changes) -> Tally {
        let mut sheet = Sheet::default();
        sheet.hand.insert(READ, Marks(self.rest));
        let text = Answer::Texts(vec!["五日".to_owned()]);
        sheet.answers.insert(READ, text);
        if let Some(answer) = &self.answer {
            sheet.answers.insert(QUESTION, answer.clone());
        }
        let pass = Some(Marks::whole(60));
        let made = count(
            &form(self.has, self.read),
            &sheet,
            changes,
            pass,
            Results::default(),
        );
        Tally {
            total: made.so_far,
            full: made.full,
            left: made.left,
            pass: made.pass.unwrap(),
        }
    }

    fn sitting(&self, change: &Change) -> Sitting {
        let before = Changes::default();
        let after = before.with(QUESTION, change.clone());
        Sitting {
            attempt: AttemptId(self.n),
            person: PersonId(self.n),
            unit: UnitId(self.unit),
            before: self.tally(&before),
            after: self.has.then(|| self.tally(&after)),
            earned: None,
            revision: 0,
        }
    }
}

/// The old key was A; the right one is B.
fn people() -> Vec<One> {
    vec![
        one(1, 10, 59, options("B")),
        one(2, 10, 58, options("A")),
        one(3, 10, 80, options("A")),
        one(4, 20, 80, options("C")),
        one(5, 20, 59, None),
        One {
            has: false,
            ..one(6, 20, 59, None)
        },
    ]
}

fn sat(people: &[One], change: &Change) -> Vec<Sitting> {
    people.iter().map(|one| one.sitting(change)).collect()
}

fn class(change: &Change) -> Vec<Sitting> {
    sat(&people(), change)
}

fn key(letter: char) -> Change {
    Change::NewKey(Key::Options([letter].into()))
}

fn counts(all: UnitCount) -> [u32; 5] {
    [all.affected, all.gain, all.lose, all.up, all.down]
}

#[test]
fn a_change_shows_who_crosses_the_line() {
    let results = Results::default();
    for (change, want, up, down) in [
        (key('B'), [5, 1, 2, 1, 1], &[1][..], &[2][..]),
        (Change::FullMarks, [5, 3, 0, 2, 0], &[1, 5], &[]),
        // 59 × 100/98 = 60.20; 58 × 100/98 = 59.18; 80 → 81.63.
        (
            Change::Removed(Removal::Spread),
            [5, 3, 2, 2, 1],
            &[1, 5],
            &[2],
        ),
        (
            Change::Removed(Removal::Reduce { pass: Marks(5880) }),
            [5, 0, 2, 2, 1],
            &[1, 5],
            &[2],
        ),
    ] {
        let made = preview(QUESTION, &change, &class(&change), results).unwrap();
        assert_eq!(counts(made.all), want, "{change:?}");
        let crossed = |way| -> Vec<i64> {
            let shifts = made.shifts.iter().filter(|s| s.crossing == way);
            shifts.map(|s| s.person.get()).collect()
        };
        assert_eq!(crossed(Crossing::Up), up, "{change:?}");
        assert_eq!(crossed(Crossing::Down), down, "{change:?}");
        let sum: u32 = made.units.values().map(|u| u.affected).sum();
        assert_eq!(sum, made.all.affected);
    }
    let made = preview(QUESTION, &key('B'), &class(&key('B')), results).unwrap();
    assert_eq!(counts(made.units[&UnitId(10)]), [3, 1, 2, 1, 1]);
    assert_eq!(
        made.text,
        "涉及5人：1人升分，2人降分；1人由不合格变为合格，1人由合格变为不合格。"
    );
}

#[test]
fn spread_marks_are_rounded_once() {
    let change = Change::Removed(Removal::Spread);
    let made = preview(QUESTION, &change, &class(&change), Results::default()).unwrap();
    let scores: Vec<i64> = made.shifts.iter().map(|s| s.after.score.0).collect();
    assert_eq!(scores, [6020, 5918, 8163, 8163, 6020]);
    assert!(
        made.shifts
            .iter()
            .all(|s| s.after.full == Marks::whole(100))
    );
}

fn approved() -> Approval {
    [
        (Event::Propose, 1),
        (Event::Approve, 2),
        (Event::Approve, 3),
    ]
    .iter()
    .try_fold(Approval::new(AccountId::from(1)), |a, (event, who)| {
        a.take(*event, AccountId::from(*who))
    })
    .unwrap()
}

#[test]
fn what_is_applied_is_what_was_shown_and_the_old_stays() {
    let results = Results::default();
    let now = class(&key('B'));
    let shown = preview(QUESTION, &key('B'), &now, results).unwrap();
    let draft = Approval::new(AccountId::from(1));
    let denied = apply(&draft, &shown, &now, results).unwrap_err();
    assert_eq!(denied.code, "exams.correction_state");
    let made = apply(&approved(), &shown, &now, results).unwrap();
    assert_eq!(made.len(), 5);
    assert_eq!(
        (made[0].was.score, made[0].now.score),
        (Marks(5900), Marks(6100))
    );
    assert!(made.iter().all(|a| a.revision == 1));
    let mut later = people();
    later[3].rest = 8100;
    let denied = apply(&approved(), &shown, &sat(&later, &key('B')), results).unwrap_err();
    assert_eq!(denied.code, "exams.correction_outdated");
    let mut again = now;
    for sitting in &mut again {
        sitting.revision = 1;
    }
    assert!(apply(&approved(), &shown, &again, results).is_err());
}

#[test]
fn impossible_changes_are_refused() {
    let denied = |change: Change, people: &[One]| {
        preview(QUESTION, &change, &sat(people, &change), Results::default())
            .unwrap_err()
            .code
    };
    let nobody = Change::NewKey(Key::Options([].into()));
    assert_eq!(denied(nobody, &people()), "exams.key");
    let reduce = Removal::Reduce {
        pass: Marks::whole(99),
    };
    assert_eq!(
        denied(Change::Removed(reduce), &people()),
        "exams.pass_mark"
    );
    let mut only = people();
    only[0].read = 0;
    assert_eq!(
        denied(Change::Removed(Removal::Spread), &only),
        "exams.last_question"
    );
}

proptest! {
    #[test]
    fn the_old_key_changes_nothing_and_full_marks_harm_nobody(
        all in prop::collection::vec((0i64..=9800, 0usize..5), 1..40),
    ) {
        let letters = ["A", "B", "C", "D", ""];
        let people: Vec<One> = all.iter().enumerate().map(|(n, (rest, chosen))| {
            let mut one = one(n as i64, 1, 0, options(letters[*chosen]));
            one.rest = *rest;
            one
        }).collect();
        let same = sat(&people, &key('A'));
        let made = preview(QUESTION, &key('A'), &same, Results::default()).unwrap();
        prop_assert_eq!(counts(made.all), [people.len() as u32, 0, 0, 0, 0]);
        let better = sat(&people, &Change::FullMarks);
        let full = preview(QUESTION, &Change::FullMarks, &better, Results::default());
        let full = full.unwrap();
        prop_assert_eq!((full.all.lose, full.all.down), (0, 0));
        for shift in &full.shifts {
            prop_assert!(shift.after.score <= shift.after.full);
        }
    }
}
