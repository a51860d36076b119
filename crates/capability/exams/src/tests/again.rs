//! Several attempts at one exam: another paper, what is seen at once, the one that counts, and who may not.

use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::AttemptId;
use crate::tests::office::{CITY, Office, at, code, input, nobody};
use crate::usecase::again::{self, OwnNextAttemptOut};
use crate::usecase::attempts_out::{self, ExamTriedOut};
use crate::usecase::marking::collect;
use crate::usecase::publish::publish;
use crate::usecase::sessions::{SessionInput, create};
use crate::usecase::{after_hand_in, analysis, conduct, own_results, session_out};

/// A quiz of May with so many attempts, sealed with two forms.
async fn quiz(office: &Office, attempts: Option<u32>) -> i64 {
    let with = SessionInput {
        exam_type: "test".to_owned(),
        month: None,
        title: "法规测验".to_owned(),
        attempts,
        ..input(5)
    };
    let city = office.ctx("city").await;
    let id = create(&city, UnitId::from(CITY), "quiz", with)
        .await
        .unwrap();
    office.draw(id).await;
    office.confirm_all(id).await;
    office.arrange(id).await;
    office.at(at(5, 16, 9, 0));
    id
}

async fn begin(office: &Office, id: i64, who: &str) -> OwnNextAttemptOut {
    again::begin(&office.ctx(who).await, id).await.unwrap()
}

async fn again_at(office: &Office, id: i64, person: i64, right: usize) {
    let next = begin(office, id, &format!("p{person}")).await;
    let attempt = AttemptId::from(next.attempt);
    office
        .sit_at((next.exam, attempt), person, right, None)
        .await;
}

fn of<'a>(rows: &'a [ExamTriedOut], name: &str) -> &'a ExamTriedOut {
    rows.iter().find(|row| row.name == name).unwrap()
}

both_engines!(
    a_further_attempt_has_another_paper_and_the_best_counts,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = quiz(&office, Some(2)).await;
        office.sit(id, 1, 2, None).await;
        let own = office.ctx("p1").await;
        let first = office.attempt(id, 1).await;
        let seen = after_hand_in::view(&own, first).await.unwrap();
        assert_eq!((seen.number, seen.shown.as_str()), (1, "all"));
        assert_eq!(
            (seen.score, seen.pass_mark, seen.passed),
            (Some(4000), Some(6000), Some(false))
        );
        assert_eq!((seen.questions.len(), seen.left), (5, Some(1)));
        assert_eq!(
            (seen.may_again, seen.again.as_str()),
            (true, "再做一次，还可1次")
        );

        // Asked twice it is the same attempt, on the other form.
        let next = begin(&office, id, "p1").await;
        let same = begin(&office, id, "p1").await;
        assert_eq!((next.attempt, next.number), (same.attempt, 2));
        assert_eq!(next.left, Some(0));
        assert_ne!(next.exam, office.exam(id).await);
        let second = AttemptId::from(next.attempt);
        office.sit_at((next.exam, second), 1, 4, None).await;
        let done = after_hand_in::view(&own, second).await.unwrap();
        assert_eq!((done.number, done.score), (2, Some(8000)));
        assert!(
            !done.may_again && done.again.contains("已用完"),
            "{}",
            done.again
        );
        assert_eq!(code(again::begin(&own, id).await), "exams.no_attempt_left");

        // The second is worse: the first counts.
        office.sit(id, 2, 3, None).await;
        again_at(&office, id, 2, 1).await;
        let city = office.ctx("city").await;
        let desk = attempts_out::list(&city, id).await.unwrap();
        assert_eq!((desk.begun, desk.policy.attempts), (4, Some(2)));
        let tries = |name: &str| {
            let row = of(&desk.rows, name);
            let list = row.attempts.iter();
            list.map(|one| (one.number, one.score, one.counts))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            tries("队员1"),
            [(1, Some(4000), false), (2, Some(8000), true)]
        );
        assert_eq!(
            tries("队员2"),
            [(1, Some(6000), true), (2, Some(2000), false)]
        );
        let forms = &of(&desk.rows, "队员1").attempts;
        assert_ne!(forms[0].form, forms[1].form);
        assert!(of(&desk.rows, "队员3").attempts.is_empty());

        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();
        publish(&city, &nobody(), id, office.version(id).await)
            .await
            .unwrap();
        let results = office.outcomes(id).await;
        assert_eq!(results["队员1"], ("passed".to_owned(), Some(80)));
        assert_eq!(results["队员2"], ("passed".to_owned(), Some(60)));
        assert_eq!(results["队员3"], ("absent".to_owned(), None));
        let mine = own_results::view(&office.ctx("p2").await, id)
            .await
            .unwrap();
        let counting: Vec<bool> = mine.attempts.iter().map(|one| one.counts).collect();
        assert_eq!((mine.score, counting), (Some(6000), vec![true, false]));
        assert_eq!(mine.questions.len(), 5);
        // What is learned about questions is learned from first attempts.
        let figures = analysis::analysis(&city, id).await.unwrap();
        let sat: u32 = figures.forms.iter().map(|form| form.candidates).sum();
        assert_eq!(sat, 2);
    }
);

both_engines!(nobody_sits_again_who_may_not, |t: TestDb| async move {
    let office = Office::open(t).await;
    let id = quiz(&office, None).await;
    // Before the first attempt is begun, it is the one that is given.
    let given = begin(&office, id, "p1").await;
    let first = office.attempt(id, 1).await;
    assert_eq!((given.attempt, given.left), (first.get(), None));
    let ctx = office.ctx("p1").await;
    office.room.start(&ctx, given.exam).await.unwrap();
    assert_eq!(code(again::begin(&ctx, id).await), "exams.attempt_open");
    assert_eq!(
        code(after_hand_in::view(&ctx, first).await),
        "exams.attempt_open"
    );
    office.room.hand_in(&ctx, first).await.unwrap();
    let other = office.ctx("p2").await;
    assert_eq!(code(after_hand_in::view(&other, first).await), "not_found");
    assert_eq!(
        code(again::begin(&office.ctx("p51").await, id).await),
        "not_found"
    );
    let foreign = attempts_out::list(&office.ctx("east").await, id).await;
    assert_eq!(code(foreign), "not_found");
    // As many as one likes, each of its own.
    let second = begin(&office, id, "p1").await;
    office
        .sit_at((second.exam, AttemptId::from(second.attempt)), 1, 1, None)
        .await;
    let third = begin(&office, id, "p1").await;
    assert_eq!((third.number, third.left), (3, None));
    office.room.start(&ctx, third.exam).await.unwrap();
    let attempt = AttemptId::from(third.attempt);
    office.room.hand_in(&ctx, attempt).await.unwrap();

    let city = office.ctx("city").await;
    let rows = office.candidates("city", id).await;
    let candidate = rows.iter().find(|row| row.name == "队员1").unwrap().id;
    conduct::exclude(&city, id, candidate, "替考")
        .await
        .unwrap();
    assert_eq!(code(again::begin(&ctx, id).await), "exams.excluded");
    let hidden = after_hand_in::view(&ctx, first).await.unwrap();
    assert_eq!(
        (hidden.shown.as_str(), hidden.score, hidden.questions.len()),
        ("nothing", None, 0)
    );
    conduct::exclude(&city, id, candidate, "").await.unwrap();
    // After the doors are closed.
    office.at(at(5, 16, 9, 30));
    let late = again::begin(&office.ctx("p1").await, id).await;
    assert_eq!(code(late), "exams.too_late");
});

both_engines!(
    the_qualification_exam_has_one_attempt_and_shows_nothing_before_publication,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let more = SessionInput {
            attempts: Some(2),
            ..input(5)
        };
        let city = office.ctx("city").await;
        let refused = create(&city, UnitId::from(CITY), "qualification", more).await;
        assert_eq!(code(refused), "invalid.field");
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, None).await;
        let own = office.ctx("p1").await;
        assert_eq!(code(again::begin(&own, id).await), "exams.no_attempt_left");
        let attempt = office.attempt(id, 1).await;
        let seen = after_hand_in::view(&own, attempt).await.unwrap();
        assert_eq!(
            (seen.shown.as_str(), seen.score, seen.may_again),
            ("nothing", None, false)
        );
        assert!(seen.again.is_empty() && seen.questions.is_empty());
        let desk = attempts_out::list(&office.ctx("city").await, id)
            .await
            .unwrap();
        let row = of(&desk.rows, "队员1");
        assert_eq!((row.attempts.len(), row.attempts[0].score), (1, None));
    }
);

both_engines!(
    what_waits_to_be_read_holds_the_marks_back,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = quiz(&office, Some(2)).await;
        office.sit(id, 1, 4, Some("依法告知。")).await;
        let own = office.ctx("p1").await;
        let attempt = office.attempt(id, 1).await;
        let seen = after_hand_in::view(&own, attempt).await.unwrap();
        assert_eq!((seen.score, seen.passed), (None, None));
        assert!(seen.text.contains("客观题得80分"), "{}", seen.text);
        assert_eq!(seen.questions.iter().filter(|one| one.waits).count(), 1);
        again_at(&office, id, 1, 1).await;
        office.at(at(5, 16, 11, 1));
        let city = office.ctx("city").await;
        collect(&city, id, office.version(id).await).await.unwrap();
        // The best is not known before all are marked.
        assert_eq!(
            code(publish(&city, &nobody(), id, office.version(id).await).await),
            "exams.being_marked"
        );
        office.mark_all(id, "p52", 1000).await;
        office.mark_all(id, "p53", 1000).await;
        publish(&city, &nobody(), id, office.version(id).await)
            .await
            .unwrap();
        assert_eq!(
            office.outcomes(id).await["队员1"],
            ("passed".to_owned(), Some(100))
        );
    }
);

both_engines!(
    each_purpose_has_its_own_rules_and_a_session_may_be_stricter,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let city = office.ctx("city").await;
        for (purpose, own, attempts, counts, at_once, afterwards) in [
            ("qualification", None, Some(1), "best", "nothing", "marks"),
            ("class", None, Some(1), "last", "nothing", "all"),
            ("course", None, None, "best", "marks", "all"),
            ("course", Some(3), Some(3), "best", "marks", "all"),
            ("quiz", None, None, "best", "all", "all"),
            ("contest", None, Some(1), "best", "nothing", "marks"),
        ] {
            let with = SessionInput {
                attempts: own,
                ..input(5)
            };
            let id = create(&city, UnitId::from(CITY), purpose, with)
                .await
                .unwrap();
            let policy = session_out::view(&city, id).await.unwrap().policy;
            assert_eq!(
                (policy.attempts, policy.attempts_set),
                (attempts, own),
                "{purpose}"
            );
            assert_eq!(
                (policy.counts.as_str(), policy.at_once.as_str()),
                (counts, at_once),
                "{purpose}"
            );
            assert_eq!(policy.afterwards, afterwards, "{purpose}");
            assert!(
                policy.rules.iter().all(|one| one.clause != "本系统设定"),
                "{purpose}: every rule has its clause"
            );
        }
    }
);
