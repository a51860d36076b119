//! What changes do to a small class.

use chengzhi_kernel::AccountId;
use proptest::prelude::*;

use super::*;
use crate::domain::key_correction::Event;

fn options(letters: &str) -> Option<Answer> {
    Some(Answer::Options(letters.chars().collect()))
}

fn sitting(n: i64, unit: i64, rest: i64, earned: i64, answer: Option<Answer>) -> Sitting {
    Sitting {
        attempt: AttemptId(n),
        person: PersonId(n),
        unit: UnitId(unit),
        full: Marks::whole(100),
        rest: Marks::whole(rest),
        worth: Some(Marks::whole(2)),
        earned: Marks::whole(earned),
        answer,
        pass: Marks::whole(60),
        revision: 0,
    }
}

/// The old key was A; the right one is B.
fn class() -> Vec<Sitting> {
    vec![
        sitting(1, 10, 59, 0, options("B")),
        sitting(2, 10, 58, 2, options("A")),
        sitting(3, 10, 80, 2, options("A")),
        sitting(4, 20, 80, 0, options("C")),
        sitting(5, 20, 59, 0, None),
        Sitting {
            worth: None,
            ..sitting(6, 20, 59, 0, None)
        },
    ]
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
        let made = preview(QuestionId(7), &change, &class(), results).unwrap();
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
    let made = preview(QuestionId(7), &key('B'), &class(), results).unwrap();
    assert_eq!(counts(made.units[&UnitId(10)]), [3, 1, 2, 1, 1]);
    assert_eq!(
        made.text,
        "涉及5人：1人升分，2人降分；1人由不合格变为合格，1人由合格变为不合格。"
    );
}

#[test]
fn spread_marks_are_rounded_once() {
    let change = Change::Removed(Removal::Spread);
    let made = preview(QuestionId(7), &change, &class(), Results::default()).unwrap();
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
    let shown = preview(QuestionId(7), &key('B'), &class(), results).unwrap();
    let draft = Approval::new(AccountId::from(1));
    let denied = apply(&draft, &shown, &class(), results).unwrap_err();
    assert_eq!(denied.code, "exams.correction_state");
    let made = apply(&approved(), &shown, &class(), results).unwrap();
    assert_eq!(made.len(), 5);
    assert_eq!(
        (made[0].was.score, made[0].now.score),
        (Marks(5900), Marks(6100))
    );
    assert!(made.iter().all(|a| a.revision == 1));
    let mut later = class();
    later[3].rest = Marks::whole(81);
    let denied = apply(&approved(), &shown, &later, results).unwrap_err();
    assert_eq!(denied.code, "exams.correction_outdated");
    let mut again = class();
    for sitting in &mut again {
        sitting.revision = 1;
    }
    assert!(apply(&approved(), &shown, &again, results).is_err());
}

#[test]
fn impossible_changes_are_refused() {
    let denied = |change: Change, sittings: &[Sitting]| {
        preview(QuestionId(7), &change, sittings, Results::default())
            .unwrap_err()
            .code
    };
    let nobody = Change::NewKey(Key::Options([].into()));
    assert_eq!(denied(nobody, &class()), "exams.key");
    let reduce = Removal::Reduce {
        pass: Marks::whole(99),
    };
    assert_eq!(denied(Change::Removed(reduce), &class()), "exams.pass_mark");
    let mut only = class();
    only[0].worth = Some(Marks::whole(100));
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
        let sittings: Vec<Sitting> = all.iter().enumerate().map(|(n, (rest, chosen))| {
            let answer = options(letters[*chosen]);
            let mut one = sitting(n as i64, 1, 0, if *chosen == 0 { 2 } else { 0 }, answer);
            one.rest = Marks(*rest);
            one
        }).collect();
        let made = preview(QuestionId(1), &key('A'), &sittings, Results::default()).unwrap();
        prop_assert_eq!(counts(made.all), [sittings.len() as u32, 0, 0, 0, 0]);
        let full = preview(QuestionId(1), &Change::FullMarks, &sittings, Results::default());
        let full = full.unwrap();
        prop_assert_eq!((full.all.lose, full.all.down), (0, 0));
        for shift in &full.shifts {
            prop_assert!(shift.after.score <= shift.after.full);
        }
    }
}
