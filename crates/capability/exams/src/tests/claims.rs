//! Objections and corrections of keys: shown before, approved by two, never during the sitting.

use std::collections::BTreeSet;

use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::Marks;
use crate::domain::key_correction::{Change, Removal};
use crate::domain::marking::Key;
use crate::tests::office::{Office, at, code, nobody};
use crate::usecase::corrections::{self, ExamCorrectionOut};
use crate::usecase::marking::collect;
use crate::usecase::papers::view;
use crate::usecase::sessions::set_pass_mark;
use crate::usecase::{analysis, objections, own_results, results};

/// One form; 队员1 has four right, 队员2 two, 队员31 none; pass mark 60, published.
async fn published(office: &Office) -> (i64, Vec<i64>) {
    let id = office.sealed(5).await;
    office.at(at(5, 16, 9, 0));
    for (person, right) in [(1, 4), (2, 2), (31, 0)] {
        office.sit(id, person, right, None).await;
    }
    office.published(id, 60).await;
    let city = office.ctx("city").await;
    let papers = view(&city, id).await.unwrap();
    let questions = papers
        .forms
        .iter()
        .flat_map(|form| &form.questions)
        .filter(|asked| asked.kind == "single")
        .map(|asked| asked.question)
        .collect();
    (id, questions)
}

async fn last(office: &Office, id: i64, who: &str) -> ExamCorrectionOut {
    corrections::list(&office.ctx(who).await, id)
        .await
        .unwrap()
        .remove(0)
}

/// A question that 队员2 got wrong.
async fn wrong_of(office: &Office, id: i64, name: &str, questions: &[i64]) -> i64 {
    let city = office.ctx("city").await;
    for question in questions {
        corrections::try_out(&city, id, *question, Change::FullMarks, "试")
            .await
            .unwrap();
        let shown = last(office, id, "city").await;
        corrections::act(&city, &nobody(), id, shown.id, "withdraw")
            .await
            .unwrap();
        if shown.shifts.iter().any(|shift| shift.name == name) {
            return *question;
        }
    }
    panic!("{name} has everything right");
}

both_engines!(
    a_correction_shows_who_moves_needs_two_others_and_keeps_the_history,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let (id, questions) = published(&office).await;
        let next = office.session(10).await;
        office.draw(next).await;
        let source = |rows: &[crate::usecase::review::ExamCandidateOut]| {
            let row = rows.iter().find(|row| row.name == "队员2").unwrap();
            row.source.clone()
        };
        assert_eq!(
            source(&office.candidates("city", next).await),
            "carried_failed"
        );

        let question = wrong_of(&office, id, "队员2", &questions).await;
        let city = office.ctx("city").await;
        corrections::try_out(&city, id, question, Change::FullMarks, "题干有歧义")
            .await
            .unwrap();
        let shown = last(&office, id, "city").await;
        let moved = shown
            .shifts
            .iter()
            .find(|shift| shift.name == "队员2")
            .unwrap();
        assert_eq!(
            (moved.before, moved.after, moved.crossing.as_str()),
            (4000, 6000, "up")
        );
        assert!(shown.text.contains("1人由不合格变为合格"), "{}", shown.text);
        // Nothing is applied yet.
        assert_eq!(
            office.outcomes(id).await["队员2"],
            ("failed".to_owned(), Some(40))
        );
        corrections::act(&city, &nobody(), id, shown.id, "propose")
            .await
            .unwrap();
        let two = office.ctx("city_two").await;
        let three = office.ctx("city_three").await;
        assert_eq!(
            code(corrections::act(&city, &nobody(), id, shown.id, "approve").await),
            "exams.own_correction"
        );
        assert_eq!(
            code(corrections::act(&city, &nobody(), id, shown.id, "apply").await),
            "exams.correction_state"
        );
        corrections::act(&two, &nobody(), id, shown.id, "approve")
            .await
            .unwrap();
        assert_eq!(
            code(corrections::act(&two, &nobody(), id, shown.id, "approve").await),
            "exams.approved_twice"
        );
        assert_eq!(
            code(corrections::act(&two, &nobody(), id, shown.id, "apply").await),
            "exams.correction_state"
        );
        corrections::act(&three, &nobody(), id, shown.id, "approve")
            .await
            .unwrap();
        corrections::act(&city, &nobody(), id, shown.id, "apply")
            .await
            .unwrap();
        assert_eq!(
            office.outcomes(id).await["队员2"],
            ("passed".to_owned(), Some(60))
        );
        let again = corrections::act(&city, &nobody(), id, shown.id, "apply").await;
        assert_eq!(code(again), "exams.correction_state");

        // History stays, and whoever passed after all is not carried over any more.
        let rows = office.candidates("city", id).await;
        let candidate = rows.iter().find(|row| row.name == "队员2").unwrap().id;
        let (ctx, scope) = office.with("city").await;
        let history = results::history(&ctx, &scope, id, candidate).await.unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!(
            (history[0].score, history[1].score),
            (Some(6000), Some(4000))
        );
        assert!(history[0].stands && history[0].reason.contains("全部给分"));
        let own = own_results::view(&office.ctx("p2").await, id)
            .await
            .unwrap();
        assert_eq!((own.outcome.as_str(), own.history.len()), ("passed", 1));
        office.draw(next).await;
        assert!(
            office
                .candidates("city", next)
                .await
                .iter()
                .all(|row| row.name != "队员2" || row.source == "rule" || row.state == "left_out")
        );
    }
);

both_engines!(
    a_key_is_not_changed_during_the_sitting_nor_into_one_that_nobody_can_meet,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        // Both forms are sat.
        for person in [1, 2, 3, 4, 31, 32] {
            office.sit(id, person, 4, None).await;
        }
        let city = office.ctx("city").await;
        let question = view(&city, id).await.unwrap().forms[0].questions[0].question;
        let during = corrections::try_out(&city, id, question, Change::FullMarks, "有误").await;
        assert_eq!(code(during), "exams.correction_early");
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();
        let without = corrections::try_out(&city, id, question, Change::FullMarks, "有误").await;
        assert_eq!(code(without), "exams.no_pass_mark");
        set_pass_mark(&city, id, office.version(id).await, Marks::whole(60))
            .await
            .unwrap();
        let options = |letters: &str| Change::NewKey(Key::Options(letters.chars().collect()));
        for (name, question, change, reason, want) in [
            (
                "no reason",
                question,
                Change::FullMarks,
                " ",
                "invalid.field",
            ),
            (
                "no such option",
                question,
                options("F"),
                "有误",
                "invalid.field",
            ),
            (
                "no option",
                question,
                Change::NewKey(Key::Options(BTreeSet::new())),
                "有误",
                "invalid.field",
            ),
            (
                "another kind",
                question,
                Change::NewKey(Key::Truth(true)),
                "有误",
                "invalid.field",
            ),
            (
                "not on the paper",
                99_999,
                Change::FullMarks,
                "有误",
                "invalid.field",
            ),
            (
                "a pass mark of nothing",
                question,
                Change::Removed(Removal::Reduce { pass: Marks::ZERO }),
                "有误",
                "invalid.field",
            ),
            (
                "a pass mark above the rest",
                question,
                Change::Removed(Removal::Reduce {
                    pass: Marks::whole(99),
                }),
                "有误",
                "invalid.field",
            ),
        ] {
            let answer = corrections::try_out(&city, id, question, change, reason).await;
            assert_eq!(code(answer), want, "{name}");
        }
        let (east, _) = office.with("east").await;
        let foreign = corrections::list(&east, id).await;
        assert_eq!(code(foreign), "not_found");
        assert!(corrections::list(&city, id).await.unwrap().is_empty());
    }
);

both_engines!(
    results_that_changed_since_the_trial_ask_for_a_new_one,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let (id, questions) = published(&office).await;
        let city = office.ctx("city").await;
        let question = wrong_of(&office, id, "队员2", &questions).await;
        let papers = view(&city, id).await.unwrap();
        let own = papers
            .forms
            .iter()
            .find(|form| form.questions.iter().any(|one| one.question == question))
            .unwrap();
        let other = own
            .questions
            .iter()
            .find(|one| one.kind == "single" && one.question != question)
            .unwrap()
            .question;

        let mut made = Vec::new();
        for question in [question, other] {
            corrections::try_out(&city, id, question, Change::FullMarks, "题干有歧义")
                .await
                .unwrap();
            let shown = last(&office, id, "city").await;
            corrections::act(&city, &nobody(), id, shown.id, "propose")
                .await
                .unwrap();
            for who in ["city_two", "city_three"] {
                let ctx = office.ctx(who).await;
                corrections::act(&ctx, &nobody(), id, shown.id, "approve")
                    .await
                    .unwrap();
            }
            made.push(shown.id);
        }
        corrections::act(&city, &nobody(), id, made[0], "apply")
            .await
            .unwrap();
        let late = corrections::act(&city, &nobody(), id, made[1], "apply").await;
        assert_eq!(code(late), "exams.correction_outdated");
        corrections::act(&city, &nobody(), id, made[1], "retry")
            .await
            .unwrap();
        let shown = last(&office, id, "city").await;
        assert_eq!(
            (shown.state.as_str(), shown.approved_by.len()),
            ("draft", 0)
        );
    }
);

both_engines!(
    an_objection_is_answered_once_and_in_time,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let (id, questions) = published(&office).await;
        let own = office.ctx("p2").await;
        assert_eq!(
            code(objections::object(&own, id, None, " ").await),
            "invalid.field"
        );
        assert_eq!(
            code(objections::object(&own, id, Some(99_999), "答案有误").await),
            "invalid.field"
        );
        let result = own_results::view(&own, id).await.unwrap();
        assert!(result.may_object);
        objections::object(&own, id, None, "成绩合计有误")
            .await
            .unwrap();
        let city = office.ctx("city").await;
        let open = objections::list(&city, id).await.unwrap();
        assert_eq!((open.len(), open[0].state.as_str()), (1, "open"));
        let empty = objections::decide(&city, id, open[0].id, false, "").await;
        assert_eq!(code(empty), "invalid.field");
        objections::decide(&city, id, open[0].id, false, "经复核无误")
            .await
            .unwrap();
        let twice = objections::decide(&city, id, open[0].id, true, "成立").await;
        assert_eq!(code(twice), "exams.objection_decided");
        // Seven days after the 16th.
        office.at(at(5, 24, 0, 0));
        let own = office.ctx("p2").await;
        let late = objections::object(&own, id, None, "成绩合计有误").await;
        assert_eq!(code(late), "exams.objection_late");
        assert_eq!(
            code(own_results::view(&office.ctx("p51").await, id).await),
            "not_found"
        );
        // Figures are there, with their caution for few candidates.
        let figures = analysis::analysis(&office.ctx("city").await, id)
            .await
            .unwrap();
        assert!(
            figures
                .forms
                .iter()
                .any(|form| form.text.contains("不足30人"))
        );
        assert!(!questions.is_empty());
        let (ctx, scope) = office.with("head").await;
        let units = analysis::unit_fields(&ctx, &scope, id).await.unwrap();
        assert_eq!((units.len(), units[0].people), (1, 2));
        assert!(
            units[0]
                .fields
                .iter()
                .any(|field| field.field == "行政强制" && field.weak)
        );
    }
);
