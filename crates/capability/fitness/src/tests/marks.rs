//! Figures from beside the track: once, best attempt, corrected with history, handed in.

use chengzhi_authz::Permission;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, code, day, mark_of, status};
use crate::domain::state::Seat;
use crate::usecase::correct::correct;
use crate::usecase::people::{add, set_birth, set_seat};

both_engines!(a_figure_sent_twice_is_stored_once, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.apart().await;
    let entry = city.entry(id, 1).await.id;
    let one = mark_of("phone-00000001", entry, "jump", "270");
    let told = city
        .send("district", id, vec![one.clone(), one.clone()])
        .await
        .unwrap();
    assert!(told.iter().all(|one| one.stored && one.text == "270厘米"));
    assert_eq!(told[0].verdict.as_deref(), Some("passed"));
    // Once more, much later, from another phone: known, and nothing is added.
    let told = city.send("deputy", id, vec![one]).await.unwrap();
    assert!(told[0].stored);
    let row = city.entry(id, 1).await;
    assert_eq!(
        (row.marks.len(), row.marks[0].source.as_str()),
        (1, "phone")
    );
    let other = mark_of("phone-00000001", entry, "jump", "271");
    let told = city.send("district", id, vec![other]).await.unwrap();
    assert!(!told[0].stored && told[0].text.contains("编号"));
    assert_eq!(city.page("district", id).await.test.state, "held");
    assert!(city.faults().await.is_empty());
});

both_engines!(
    what_cannot_be_stored_says_why_and_keeps_nothing_else_back,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        let (man, woman) = (city.entry(id, 1).await.id, city.entry(id, 2).await.id);
        let told = city
            .send(
                "district",
                id,
                vec![
                    mark_of("bad-0000-1", man, "jump", "2.65"),
                    mark_of("bad-0000-2", man, "swim", "30"),
                    mark_of("bad-0000-3", woman, "run1000", "4:20"),
                    mark_of("bad", man, "jump", "265"),
                    mark_of("bad-0000-5", 999_999, "jump", "265"),
                    mark_of("good-000-1", man, "run1000", "4′20″"),
                    mark_of("bad-0000-6", man, "run1000", "4:19"),
                ],
            )
            .await
            .unwrap();
        let stored: Vec<bool> = told.iter().map(|one| one.stored).collect();
        assert_eq!(stored, [false, false, false, false, false, true, false]);
        for (at, says) in [
            (0, "合理范围"),
            (1, "没有这个项目"),
            (2, "不测1000米跑"),
            (3, "编号"),
            (4, "名单"),
            (6, "已测1次"),
        ] {
            assert!(told[at].text.contains(says), "{}", told[at].text);
        }
        let many = (0..301)
            .map(|n| mark_of(&format!("many-{n:05}"), man, "jump", "265"))
            .collect();
        assert_eq!(status(city.send("district", id, many).await), 422);
        assert_eq!(status(city.send("other", id, Vec::new()).await), 422);
        let one = vec![mark_of("other-000-1", man, "jump", "265")];
        assert_eq!(status(city.send("other", id, one.clone()).await), 404);
        assert_eq!(code(city.send("city", id, one).await), "fitness.others");
    }
);

both_engines!(
    the_best_attempt_counts_and_a_correction_keeps_what_was,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        city.mark(
            id,
            &[
                (1, "shuttle", "13.9"),
                (1, "shuttle", "13″2"),
                (1, "run1000", "4:30"),
                (1, "jump", "260"),
                (1, "jump", "未完成"),
            ],
        )
        .await;
        let row = city.entry(id, 1).await;
        assert_eq!(row.outcome, "failed");
        assert!(row.text.contains("纵跳摸高"), "{}", row.text);
        assert_eq!(
            row.items[0].text,
            "2次中最好13.2秒，标准不超过13.4秒，合格。"
        );
        let wrong = row
            .marks
            .iter()
            .find(|mark| mark.value == Some(260_000))
            .unwrap();
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        assert_eq!(
            status(correct(&ctx, &scope, wrong.id, Some("266"), "").await),
            422
        );
        assert_eq!(
            status(correct(&ctx, &scope, wrong.id, Some("260"), "误录").await),
            422
        );
        assert_eq!(
            status(correct(&ctx, &scope, wrong.id, Some("x"), "误录").await),
            422
        );
        correct(&ctx, &scope, wrong.id, Some("266"), "误录")
            .await
            .unwrap();
        let again = correct(&ctx, &scope, wrong.id, Some("267"), "误录").await;
        assert_eq!(code(again), "fitness.replaced");
        let row = city.entry(id, 1).await;
        assert_eq!((row.outcome.as_str(), row.marks.len()), ("passed", 6));
        let old = row.marks.iter().find(|mark| mark.id == wrong.id).unwrap();
        assert_eq!(old.replace_reason.as_deref(), Some("误录"));
        assert_eq!(old.replaced_by.as_deref(), Some("孙六"));
        let (other, others) = city.with("other", Permission::FitnessManage).await;
        assert_eq!(
            status(correct(&other, &others, wrong.id, None, "x").await),
            404
        );
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    results_are_handed_in_when_nobody_is_open,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        assert_eq!(code(city.hand_in(id).await), "fitness.state");
        city.pass(id, 1).await;
        city.mark(id, &[(2, "jump", "240")]).await;
        let refusal = city.hand_in(id).await.unwrap_err();
        assert!(
            refusal.detail().contains("还有8人没有测完"),
            "{}",
            refusal.detail()
        );
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        for person in 3..=9 {
            let entry = city.entry(id, person).await.id;
            assert_eq!(
                status(set_seat(&ctx, &scope, id, entry, Seat::Absent, "").await),
                422
            );
            set_seat(&ctx, &scope, id, entry, Seat::Absent, "出差")
                .await
                .unwrap();
        }
        let entry = city.entry(id, 2).await.id;
        let off = set_seat(&ctx, &scope, id, entry, Seat::Absent, "走错").await;
        assert_eq!(code(off), "fitness.has_marks");
        city.mark(id, &[(2, "shuttle", "15.0"), (2, "run800", "5:00")])
            .await;
        city.hand_in(id).await.unwrap();
        let page = city.page("district", id).await;
        assert_eq!(page.test.state, "results_in");
        assert_eq!(
            (page.test.taken, page.test.passed, page.test.absent),
            (2, 1, 7)
        );
        assert_eq!(page.squads[0].passed, 1);
        // What a phone sends now comes too late; what it sent before is acknowledged again.
        let told = city.mark(id, &[(2, "jump", "250")]).await;
        assert!(!told[0].stored && told[0].text.contains("成绩已报"));
        let mark = city.entry(id, 2).await.marks[0].id;
        let struck = correct(&ctx, &scope, mark, None, "误录").await;
        assert_eq!(code(struck), "fitness.results_in");
        correct(&ctx, &scope, mark, Some("245"), "误录")
            .await
            .unwrap();
        assert_eq!(
            code(add(&ctx, &scope, id, vec![21], Vec::new()).await),
            "fitness.state"
        );
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    before_the_day_nothing_is_taken_and_a_phones_clock_is_believed_within_reason,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        city.at("2024-06-03");
        let entry = city.entry(id, 1).await.id;
        let early = city
            .send(
                "district",
                id,
                vec![mark_of("early-000-1", entry, "jump", "270")],
            )
            .await;
        assert_eq!(code(early), "fitness.not_yet");
        city.at("2024-06-06");
        let told = |text: &str, at: Timestamp| {
            let mut mark = mark_of(&format!("clock-{text}-1"), entry, "jump", text);
            mark.measured_at = Some(at);
            mark
        };
        let morning = Timestamp::at(day("2024-06-04"), 9, 30);
        let wrong = Timestamp::at(day("2031-01-01"), 0, 0);
        let marks = vec![told("270", morning), told("271", wrong)];
        city.send("district", id, marks).await.unwrap();
        let row = city.entry(id, 1).await;
        assert_eq!(row.marks[0].measured_at, morning);
        assert_eq!(row.marks[1].measured_at, row.marks[1].recorded_at);
    }
);

both_engines!(
    who_came_without_being_listed_is_added_and_who_is_of_others_is_not,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        // 10 is an auxiliary: not asked, but may take it.
        assert_eq!(
            add(&ctx, &scope, id, vec![10, 21], Vec::new())
                .await
                .unwrap(),
            2
        );
        assert_eq!(
            add(&ctx, &scope, id, vec![10, 21], Vec::new())
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            status(add(&ctx, &scope, id, vec![31], Vec::new()).await),
            422
        );
        let entry = city.entry(id, 10).await.id;
        set_seat(&ctx, &scope, id, entry, Seat::Removed, "列错")
            .await
            .unwrap();
        assert_eq!(city.page("district", id).await.entries.len(), 10);
        add(&ctx, &scope, id, vec![10], Vec::new()).await.unwrap();
        assert_eq!(city.page("district", id).await.entries.len(), 11);
        // A squad sees its own people only.
        assert_eq!(city.page("reporter", id).await.entries.len(), 10);
    }
);

both_engines!(sex_and_age_are_learnt_later, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.apart().await;
    city.mark(
        id,
        &[
            (9, "shuttle", "13.0"),
            (9, "run1000", "4:20"),
            (9, "jump", "270"),
        ],
    )
    .await;
    assert_eq!(city.entry(id, 9).await.outcome, "unknown");
    assert_eq!(code(city.hand_in(id).await), "fitness.no_sex");
    let mut tx = city.state.db.write().await.unwrap();
    tx.run(chengzhi_db::sql(
        "update person set sex = 'male' where id = 9",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    city.mark(id, &[(9, "jump", "271")]).await;
    assert_eq!(city.entry(id, 9).await.outcome, "passed");
    let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
    assert_eq!(
        status(set_birth(&ctx, &scope, 9.into(), day("2020-01-01")).await),
        422
    );
    assert_eq!(
        status(set_birth(&ctx, &scope, 31.into(), day("1990-01-01")).await),
        404
    );
    // Nobody of 70 is asked anything by the example: the verdict is open again.
    set_birth(&ctx, &scope, 9.into(), day("1954-01-01"))
        .await
        .unwrap();
    assert_eq!(city.entry(id, 9).await.outcome, "unknown");
    set_birth(&ctx, &scope, 9.into(), day("1990-01-01"))
        .await
        .unwrap();
    assert_eq!(city.entry(id, 9).await.outcome, "passed");
    assert!(city.faults().await.is_empty());
});
