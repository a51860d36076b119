//! A test is planned with a class or filed apart, answered, changed, called off.

use chengzhi_authz::Permission;
use chengzhi_testkit::{TestDb, both_engines};

use crate::facade;
use crate::tests::city::{
    CLASS, City, DISTRICT, OTHER_DISTRICT, OneClass, SQUAD, apart, code, day, status,
};
use crate::usecase::filing::answer;
use crate::usecase::list;
use crate::usecase::rounds::{TestChange, cancel, change};

both_engines!(
    a_test_apart_is_filed_objected_to_and_filed_anew,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2024-05-20");
        let id = city.plan("district", apart()).await.unwrap();
        let page = city.page("city", id).await;
        assert_eq!(page.test.state, "filed");
        assert_eq!(page.test.allowed, ["answer"]);
        // Nine enforcement civil servants of the squad, not the auxiliary.
        assert_eq!(page.entries.len(), 9);
        let (ctx, scope) = city.with("city", Permission::FitnessReview).await;
        assert_eq!(status(answer(&ctx, &scope, id, true, " ").await), 422);
        answer(&ctx, &scope, id, true, "请随集中培训进行")
            .await
            .unwrap();
        assert_eq!(
            code(answer(&ctx, &scope, id, false, "").await),
            "fitness.answered"
        );
        let page = city.page("district", id).await;
        assert!(page.test.objected);
        // An objection stops nothing; a new reason is filed anew and waits for its own answer.
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let input = TestChange {
            version: page.test.version,
            title: page.test.title.clone(),
            reason: "党校没有跑道，租借体育场".to_owned(),
            on: day("2024-06-05"),
            place: page.test.place.clone(),
        };
        change(&ctx, &scope, id, input.clone()).await.unwrap();
        assert_eq!(status(change(&ctx, &scope, id, input).await), 409);
        let page = city.page("city", id).await;
        assert_eq!((page.test.filings.len(), page.test.objected), (2, false));
        let (ctx, scope) = city.with("city", Permission::FitnessReview).await;
        answer(&ctx, &scope, id, false, "").await.unwrap();
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    a_filing_after_the_day_of_the_test_is_told_as_such,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let planned = apart().on;
        for (on, afterwards) in [(planned, false), (planned.succ_opt().unwrap(), true)] {
            city.at(&on.to_string());
            let id = city.plan("district", apart()).await.unwrap();
            let page = city.page("city", id).await;
            assert_eq!(page.test.filings[0].afterwards, afterwards, "{on}");
        }
    }
);

both_engines!(a_test_is_checked_as_entered, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2024-05-20");
    let mut wrong = apart();
    wrong.reason = " ".to_owned();
    assert_eq!(status(city.plan("district", wrong).await), 422);
    let mut wrong = apart();
    wrong.unit = SQUAD.into();
    assert_eq!(status(city.plan("district", wrong).await), 422);
    let mut wrong = apart();
    wrong.units = vec![OTHER_DISTRICT];
    assert_eq!(status(city.plan("district", wrong).await), 422);
    let mut wrong = apart();
    wrong.on = day("2034-06-04");
    assert_eq!(status(city.plan("district", wrong).await), 422);
    // The city reads along; what is the district's is the district's.
    assert_eq!(code(city.plan("city", apart()).await), "fitness.others");
    assert_eq!(status(city.plan("other", apart()).await), 404);
    let mut class = apart();
    class.class = Some(CLASS + 1);
    assert_eq!(status(city.plan("district", class).await), 422);
});

both_engines!(
    a_class_has_one_test_with_its_trainees_and_tells_its_results,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2024-05-20");
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let choices = list::class_choices(&ctx, &scope, &OneClass, DISTRICT, Some(2024)).await;
        assert_eq!(choices.unwrap().len(), 1);
        let mut input = apart();
        input.class = Some(CLASS);
        input.units = Vec::new();
        let mut outside = input.clone();
        outside.on = day("2024-06-07");
        assert_eq!(status(city.plan("district", outside).await), 422);
        let id = city.plan("district", input.clone()).await.unwrap();
        assert_eq!(
            code(city.plan("district", input).await),
            "fitness.class_twice"
        );
        let page = city.page("district", id).await;
        assert_eq!(
            (page.test.state.as_str(), page.entries.len()),
            ("planned", 4)
        );
        assert!(page.test.filings.is_empty());
        let choices = list::class_choices(&ctx, &scope, &OneClass, DISTRICT, Some(2024)).await;
        assert!(choices.unwrap().is_empty());
        let mut tx = city.state.db.read().await.unwrap();
        let held = facade::held_in_class(&mut tx, CLASS)
            .await
            .unwrap()
            .unwrap();
        assert!(!held.held);
        drop(tx);
        city.at("2024-06-05");
        city.pass(id, 1).await;
        city.mark(id, &[(2, "jump", "200")]).await;
        let mut tx = city.state.db.read().await.unwrap();
        assert!(
            facade::held_in_class(&mut tx, CLASS)
                .await
                .unwrap()
                .unwrap()
                .held
        );
        let results = facade::results_of_class(&mut tx, CLASS).await.unwrap();
        let told: Vec<_> = results.iter().map(|one| (one.taken, one.passed)).collect();
        assert_eq!(told[0], (true, Some(true)));
        assert_eq!(told[1], (false, None));
        assert!(
            facade::results_of_class(&mut tx, CLASS + 1)
                .await
                .unwrap()
                .is_empty()
        );
    }
);

both_engines!(
    a_test_is_called_off_before_it_begins_only,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        assert_eq!(status(cancel(&ctx, &scope, id, 1, "").await), 422);
        let other = city.plan("district", apart()).await.unwrap();
        cancel(&ctx, &scope, other, 1, "下雨").await.unwrap();
        city.pass(id, 1).await;
        let version = city.page("district", id).await.test.version;
        assert_eq!(
            code(cancel(&ctx, &scope, id, version, "下雨").await),
            "fitness.state"
        );
        let entry = city.page("district", other).await.entries[0].id;
        let mark = crate::tests::city::mark_of("cancelled-test-1", entry, "jump", "270");
        assert_eq!(
            code(city.send("district", other, vec![mark]).await),
            "fitness.state"
        );
    }
);
