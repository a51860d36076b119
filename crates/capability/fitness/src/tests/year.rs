//! Who must take the year's test, who is missing, what a person sees, what is to be done.

use chengzhi_authz::Permission;
use chengzhi_http::Paging;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, OTHER_SQUAD, SQUAD, status};
use crate::domain::state::Seat;
use crate::domain::waiver::{Kind, WaiverState};
use crate::facade;
use crate::usecase::own;
use crate::usecase::people::set_seat;
use crate::usecase::waivers::{WaiverInput, decide, request};
use crate::usecase::year::{PeopleFilter, overview, people};

const ALL: Paging = Paging {
    page: None,
    size: None,
};

both_engines!(the_year_names_who_is_missing, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.apart().await;
    city.pass(id, 1).await;
    city.mark(
        id,
        &[
            (3, "shuttle", "14.0"),
            (3, "run1000", "4:20"),
            (3, "jump", "270"),
        ],
    )
    .await;
    let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
    let absent = city.entry(id, 5).await.id;
    set_seat(&ctx, &scope, id, absent, Seat::Absent, "出差")
        .await
        .unwrap();
    let (squad, own) = city.with("reporter", Permission::FitnessAsk).await;
    let exempt = WaiverInput {
        person: 7.into(),
        year: 2024,
        kind: Kind::Exemption,
        reason: "injury".to_owned(),
        note: "伤".to_owned(),
        until: None,
    };
    let waiver = request(&squad, &own, exempt).await.unwrap();
    decide(&ctx, &scope, waiver, 1, WaiverState::Approved, "")
        .await
        .unwrap();
    let (ctx, scope) = city.with("district", Permission::FitnessRead).await;
    let year = overview(&ctx, &scope, None, None).await.unwrap();
    let total = &year.total;
    assert_eq!(
        (total.must, total.taken, total.passed, total.failed),
        (11, 2, 1, 1)
    );
    assert_eq!(
        (total.exempt, total.deferred, total.listed, total.missing),
        (1, 0, 5, 3)
    );
    assert_eq!(year.units.len(), 2);
    assert_eq!(year.clause.rule, "B-32");
    let squad_only = overview(&ctx, &scope, None, Some(SQUAD)).await.unwrap();
    assert_eq!(squad_only.total.must, 9);
    assert_eq!(
        status(overview(&ctx, &scope, None, Some(OTHER_SQUAD)).await),
        404
    );
    for (standing, count) in [
        ("owed", 8),
        ("taken", 2),
        ("missing", 3),
        ("exempt", 1),
        ("", 11),
    ] {
        let filter = PeopleFilter {
            standing: Some(standing.to_owned()),
            ..PeopleFilter::default()
        };
        let page = people(&ctx, &scope, &filter, ALL).await.unwrap();
        assert_eq!(page.total, count, "{standing}");
    }
    let filter = PeopleFilter {
        text: Some("队员5".to_owned()),
        ..PeopleFilter::default()
    };
    let page = people(&ctx, &scope, &filter, ALL).await.unwrap();
    assert!(
        page.rows[0].text.contains("缺席：出差"),
        "{}",
        page.rows[0].text
    );
    let last = overview(&ctx, &scope, Some(2023), None).await;
    assert_eq!(status(last), 409, "no rules for 2023");
});

both_engines!(
    a_person_reads_his_own_with_reasons_and_no_others,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        city.mark(
            id,
            &[
                (3, "shuttle", "14.0"),
                (3, "run1000", "4:20"),
                (3, "jump", "270"),
            ],
        )
        .await;
        let officer = city.ctx("officer").await;
        let own = own::own(&officer).await.unwrap();
        assert_eq!(
            (own.tests.len(), own.tests[0].outcome.as_str()),
            (1, "failed")
        );
        assert!(
            own.tests[0].items[0]
                .text
                .contains("标准不超过13.4秒，不合格")
        );
        assert!(own.tests[0].example && own.clause.text.contains("参考因素"));
        assert!(officer.scope(Permission::FitnessRead).is_err());
        let (ctx, scope) = city.with("other", Permission::FitnessRead).await;
        assert_eq!(status(own::of_person(&ctx, &scope, 3.into()).await), 404);
        let (ctx, scope) = city.with("reporter", Permission::FitnessRead).await;
        own::of_person(&ctx, &scope, 3.into()).await.unwrap();
        let nobody = city.ctx("district").await;
        assert!(own::own(&nobody).await.unwrap().tests.is_empty());
    }
);

both_engines!(first_pages_say_what_is_to_be_done, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.apart().await;
    let kinds = async |who: &str| {
        let ctx = city.ctx(who).await;
        let mut tx = city.state.db.read().await.unwrap();
        let items = facade::todo(&mut tx, &ctx).await.unwrap();
        items.into_iter().map(|item| item.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("officer").await, ["fitness.own"]);
    assert_eq!(kinds("district").await, ["fitness.mark"]);
    assert_eq!(kinds("city").await, ["fitness.filed"]);
    assert!(kinds("other").await.is_empty());
    city.pass(id, 1).await;
    assert_eq!(kinds("district").await, ["fitness.hand_in"]);
    city.at("2024-09-02");
    assert_eq!(
        kinds("district").await,
        ["fitness.hand_in", "fitness.missing"]
    );
});
