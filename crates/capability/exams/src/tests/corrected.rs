//! Several corrections of one exam: each counted from the sealed paper after all that were applied before it.

use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::key_correction::{Change, Removal};
use crate::tests::office::{Office, at, code, nobody};
use crate::usecase::attempts_out;
use crate::usecase::corrections::{self, ExamCorrectionOut};
use crate::usecase::papers::view;
use crate::usecase::results;

async fn try_out(office: &Office, id: i64, question: i64, change: Change) -> ExamCorrectionOut {
    let city = office.ctx("city").await;
    corrections::try_out(&city, id, question, change, "题干有误")
        .await
        .unwrap();
    corrections::list(&city, id).await.unwrap().remove(0)
}

/// Tried, approved by two others, applied. Gives what was shown.
async fn correct(office: &Office, id: i64, question: i64, change: Change) -> ExamCorrectionOut {
    let shown = try_out(office, id, question, change).await;
    office.carried(id, shown.id, &nobody()).await;
    shown
}

both_engines!(
    a_correction_after_spread_marks_is_counted_from_the_sealed_paper,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        for person in [1, 2, 3, 4] {
            office.sit(id, person, 4, None).await;
        }
        office.published(id, 80).await;
        let city = office.ctx("city").await;
        // Of the form that the first of them sat.
        let tried = attempts_out::list(&city, id).await.unwrap().rows;
        let sat = tried
            .iter()
            .find_map(|row| row.attempts.first())
            .map(|one| one.form.clone());
        let papers = view(&city, id).await.unwrap();
        let form = papers
            .forms
            .iter()
            .find(|form| Some(&form.name) == sat.as_ref());
        let choices: Vec<i64> = form
            .unwrap()
            .questions
            .iter()
            .filter(|asked| asked.kind == "single")
            .map(|asked| asked.question)
            .collect();
        let spread = || Change::Removed(Removal::Spread);

        // 80 of 100 with four of five; without one of them 60 of 80, spread over 100: 75.
        let first = correct(&office, id, choices[0], spread()).await;
        let with: Vec<&str> = first.shifts.iter().map(|one| one.name.as_str()).collect();
        assert!(!with.is_empty());
        let who = with[0].to_owned();
        let score = async |name: &str| office.outcomes(id).await[name].1;
        assert_eq!(score(&who).await, Some(75));
        assert!(first.shifts.iter().all(|one| one.crossing == "down"));

        // Another one is removed after that: 40 of 60, spread over 100. What was shown is what is applied.
        let second = correct(&office, id, choices[1], spread()).await;
        let shift = second.shifts.iter().find(|one| one.name == who).unwrap();
        assert_eq!((shift.before, shift.after), (7500, 6667));
        assert_eq!(score(&who).await, Some(66));

        // The first one is corrected again, with full marks instead of its removal: 60 of 80, spread over 100.
        let third = correct(&office, id, choices[0], Change::FullMarks).await;
        let shift = third.shifts.iter().find(|one| one.name == who).unwrap();
        assert_eq!((shift.before, shift.after), (6667, 7500));
        assert_eq!(score(&who).await, Some(75));

        // History stays, with each reason.
        let rows = office.candidates("city", id).await;
        let candidate = rows.iter().find(|row| row.name == who).unwrap().id;
        let (ctx, scope) = office.with("city").await;
        let history = results::history(&ctx, &scope, id, candidate).await.unwrap();
        let scores: Vec<Option<i64>> = history.iter().map(|row| row.score).collect();
        assert_eq!(
            scores,
            [Some(7500), Some(6667), Some(7500), Some(8000)],
            "{history:?}"
        );
        assert_eq!(
            corrections::list(&ctx, id).await.unwrap().len(),
            3,
            "all corrections are kept"
        );
    }
);

both_engines!(
    the_last_question_that_counts_cannot_be_removed,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, None).await;
        office.collected(id, 60).await;
        let city = office.ctx("city").await;
        // Of his form: the questions of the one that he sat.
        let papers = view(&city, id).await.unwrap();
        let mut left = 5;
        for asked in papers.forms.iter().flat_map(|form| &form.questions) {
            let spread = Change::Removed(Removal::Spread);
            let tried = corrections::try_out(&city, id, asked.question, spread.clone(), "误").await;
            if left == 1 && tried.is_err() {
                assert_eq!(code(tried), "invalid.field");
                return;
            }
            let shown = corrections::list(&city, id).await.unwrap().remove(0);
            corrections::act(&city, &nobody(), id, shown.id, "withdraw")
                .await
                .unwrap();
            if !shown.shifts.is_empty() || shown.text.starts_with("涉及1人") {
                correct(&office, id, asked.question, spread).await;
                left -= 1;
            }
        }
        panic!("the last question went too");
    }
);
