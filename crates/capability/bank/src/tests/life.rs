//! Drafts, proposals, decisions, versions.

use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, day, input, lenient, question};
use crate::domain::life::Step;
use crate::facade::{
    Observed, PaperFilter, contents, for_papers, note_observed, note_use, quarantined_among, todo,
};
use crate::usecase::write::{hand_over, revise, save};

both_engines!(
    a_district_proposes_and_the_city_decides,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city
            .draft("district", lenient("初次违法的，（ ）。"))
            .await
            .unwrap();
        let page = city.page("district", id).await;
        assert_eq!((page.row.state.as_str(), page.row.checked), ("draft", true));
        assert_eq!(page.row.law, "中华人民共和国行政处罚法");
        assert_eq!(page.content.law_version, "2021-01-22 修订");
        assert_eq!(page.row.may, ["edit", "propose", "retire"]);
        // Nobody else sees a draft of the district but the city.
        assert_eq!(city.try_page("other", id).await.unwrap_err().status(), 404);
        city.propose("district", id).await.unwrap();
        let denied = city.step("city", id, Step::PutInUse).await.unwrap_err();
        assert_eq!(denied.code(), "bank.state");
        city.step("city", id, Step::Review).await.unwrap();
        city.step("city2", id, Step::PutInUse).await.unwrap();
        let page = city.page("other", id).await;
        assert_eq!(page.row.state, "in_use");
        assert_eq!(page.row.may, ["revise"]);
        let told: Vec<&str> = page.events.iter().map(|one| one.event.as_str()).collect();
        assert_eq!(told, ["启用", "审核通过", "提请审定", "起草"]);
    }
);

both_engines!(
    everybody_is_told_what_waits_for_him,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let told = async |who: &str| -> Vec<(String, u32)> {
            let ctx = city.ctx(who).await;
            let mut tx = city.test.db.read().await.unwrap();
            todo(&mut tx, &ctx)
                .await
                .unwrap()
                .into_iter()
                .map(|line| (line.kind.to_owned(), line.count.unwrap()))
                .collect()
        };
        let of = |kind: &str, count| vec![(kind.to_owned(), count)];
        let id = city
            .draft("district", lenient("初次违法的，（ ）。"))
            .await
            .unwrap();
        assert_eq!(told("district").await, []);
        city.propose("district", id).await.unwrap();
        assert_eq!(told("district").await, of("bank.waiting", 1));
        assert_eq!(told("other").await, []);
        assert_eq!(told("officer").await, []);
        assert_eq!(told("city").await, of("bank.proposals", 1));
        city.step("city", id, Step::SendBack).await.unwrap();
        assert_eq!(told("district").await, of("bank.returned", 1));
        city.propose("district", id).await.unwrap();
        city.step("city", id, Step::Review).await.unwrap();
        assert_eq!(told("city").await, of("bank.reviewed", 1));
        city.step("city", id, Step::PutInUse).await.unwrap();
        city.step("city", id, Step::Quarantine).await.unwrap();
        assert_eq!(told("city").await, of("bank.quarantined", 1));
    }
);

both_engines!(
    who_wrote_a_question_does_not_review_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city
            .draft("city", lenient("初次违法的，（ ）。"))
            .await
            .unwrap();
        city.propose("city", id).await.unwrap();
        let denied = city.step("city", id, Step::Review).await.unwrap_err();
        assert_eq!(denied.code(), "bank.own_question");
        assert!(
            !city
                .page("city", id)
                .await
                .row
                .may
                .contains(&"review".to_owned())
        );
        city.step("city2", id, Step::Review).await.unwrap();
    }
);

both_engines!(
    what_left_the_draft_is_never_edited_only_superseded,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let first = city.in_use(lenient("初次违法的，（ ）。")).await;
        let (ctx, scope) = city.with("district").await;
        let now = city.version(first).await;
        let changed = input(now, lenient("改过的题干（ ）。"));
        let denied = save(&ctx, &scope, Some(first), changed).await.unwrap_err();
        assert_eq!(denied.code(), "bank.fixed");
        let (ctx, scope) = city.with("other").await;
        let second = revise(&ctx, &scope, first).await.unwrap();
        let again = revise(&ctx, &scope, first).await.unwrap_err();
        assert_eq!(again.code(), "bank.revision_open");
        // A change says what it changes.
        let rows = [(second, city.version(second).await)];
        let missing = hand_over(&ctx, &scope, &rows, Step::Propose)
            .await
            .unwrap_err();
        assert_eq!(missing.status(), 422);
        let mut next = input(rows[0].1, lenient("改过的题干（ ）。"));
        next.change_note = "题干更明确".into();
        save(&ctx, &scope, Some(second), next).await.unwrap();
        city.propose("other", second).await.unwrap();
        city.step("city", second, Step::Review).await.unwrap();
        assert_eq!(city.page("city", first).await.row.state, "in_use");
        city.step("city", second, Step::PutInUse).await.unwrap();
        let old = city.page("city", first).await;
        assert_eq!(old.row.state, "superseded");
        assert_eq!(old.content.stem, "初次违法的，（ ）。");
        let mut tx = city.test.db.read().await.unwrap();
        let out = quarantined_among(&mut tx, &[first, second]).await.unwrap();
        assert_eq!(out.len(), 1);
        assert_eq!((out[0].version_id, out[0].instead), (first, Some(second)));
        let old = contents(&mut tx, &[second, first]).await.unwrap();
        assert_eq!(old[1].1.stem, "初次违法的，（ ）。");
    }
);

both_engines!(
    two_at_once_do_not_overwrite_each_other,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city
            .draft("district", lenient("初次违法的，（ ）。"))
            .await
            .unwrap();
        let (ctx, scope) = city.with("district").await;
        let read = city.version(id).await;
        save(&ctx, &scope, Some(id), input(read, lenient("甲改（ ）。")))
            .await
            .unwrap();
        let late = save(&ctx, &scope, Some(id), input(read, lenient("乙改（ ）。")))
            .await
            .unwrap_err();
        assert_eq!(late.code(), "conflict.version");
        assert_eq!(city.page("district", id).await.content.stem, "甲改（ ）。");
    }
);

both_engines!(
    a_faulty_question_is_refused_with_what_is_wrong,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mut foreign = lenient("题干（ ）。");
        foreign.field_of_law = "海关".into();
        let mut empty = lenient(" ");
        empty.stem = String::new();
        let mut keyless = lenient("题干（ ）。");
        keyless.answer = chengzhi_questions::Answer::None;
        for (content, said) in [(foreign, "不在目录内"), (empty, "题干"), (keyless, "答案")]
        {
            let problem = city.draft("district", content).await.unwrap_err();
            assert_eq!(problem.status(), 422);
            assert!(problem.detail().contains(said), "{}", problem.detail());
        }
        let unchecked = question("题干（ ）。", "第九十条", "没有这一条");
        let id = city.draft("district", unchecked).await.unwrap();
        let page = city.page("district", id).await;
        assert!(!page.row.checked);
        assert!(page.unchecked.unwrap().contains("第九十条"));
    }
);

both_engines!(
    papers_see_use_groups_and_observed_rates,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let a = city
            .in_use(lenient("初次违法且危害后果轻微并及时改正的，（ ）。"))
            .await;
        let b = city
            .in_use(lenient("初次违法、危害后果轻微并及时改正的，（ ）。"))
            .await;
        let c = city
            .in_use(question(
                "行政处罚遵循的原则是（ ）。",
                "第五条",
                "公正、公开的原则",
            ))
            .await;
        let mut tx = city.test.db.write().await.unwrap();
        note_use(&mut tx, "exam:1", day("2024-05-20"), &[a, c])
            .await
            .unwrap();
        note_use(&mut tx, "exam:1", day("2024-05-20"), &[a, c])
            .await
            .unwrap();
        note_use(&mut tx, "exam:2", day("2024-10-20"), &[c])
            .await
            .unwrap();
        let seen = |owner: &str, takers, rate| Observed {
            version_id: c,
            owner: owner.into(),
            on: day("2024-10-20"),
            takers,
            rate,
            discrimination: None,
            flags: String::new(),
        };
        note_observed(
            &mut tx,
            &[seen("exam:1", 100, 500), seen("exam:2", 300, 900)],
        )
        .await
        .unwrap();
        let all = for_papers(&mut tx, &PaperFilter::default()).await.unwrap();
        tx.commit().await.unwrap();
        let of = |id| all.iter().find(|one| one.version_id == id).unwrap();
        assert_eq!((of(a).uses, of(b).uses, of(c).uses), (1, 0, 2));
        assert_eq!((of(a).sessions_ago, of(c).sessions_ago), (Some(2), Some(1)));
        assert_eq!((of(a).rate, of(c).rate), (None, Some(800)));
        assert!(of(a).similar_group.is_some());
        assert_eq!(of(a).similar_group, of(b).similar_group);
        assert_eq!(of(c).similar_group, None);
    }
);
