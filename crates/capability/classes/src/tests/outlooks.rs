//! The plan of several years: targets, what was reached, leaders.

use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CITY, City, DISTRICT, Drilled, OTHER_DISTRICT, at, code};
use crate::usecase::outlook_leaders::{Who, add_leader, mark_class, remove_leader};
use crate::usecase::outlook_save::{OutlookInput, TargetInput, create, save};
use crate::usecase::outlooks::{ClassOutlookOut, list};

fn target(year: i32, measure: &str, kind: &str, goal: i64) -> TargetInput {
    TargetInput {
        year,
        measure: measure.to_owned(),
        kind: kind.to_owned(),
        goal,
    }
}

fn input(version: i64, targets: Vec<TargetInput>) -> OutlookInput {
    OutlookInput {
        version,
        title: "教育培训三年规划".to_owned(),
        note: String::new(),
        targets,
    }
}

async fn plans(city: &City, who: &str) -> Vec<ClassOutlookOut> {
    let (ctx, scope) = city.with(who, Permission::ClassRead).await;
    list(&ctx, &scope, &Drilled(1)).await.unwrap()
}

async fn only(city: &City) -> ClassOutlookOut {
    plans(city, "office").await.remove(0)
}

/// Word of each target of a year with what was done.
fn stands(plan: &ClassOutlookOut, year: i32) -> Vec<(String, i64, String)> {
    let year = plan.years.iter().find(|row| row.year == year).unwrap();
    year.targets
        .iter()
        .map(|row| (row.measure.clone(), row.done, row.standing.clone()))
        .collect()
}

async fn made(city: &City) -> i64 {
    let office = city.ctx("office").await;
    create(
        &office,
        UnitId::from(DISTRICT),
        (2023, 2025),
        "三年规划",
        "",
    )
    .await
    .unwrap()
}

both_engines!(
    a_plan_is_made_once_for_its_years_and_by_its_bureau,
    |t: TestDb| async move {
        let city = City::new(t).await;
        made(&city).await;
        for (who, unit, years, title, refused) in [
            ("office", DISTRICT, (2026, 2025), "规划", "invalid.field"),
            ("office", DISTRICT, (2026, 2031), "规划", "invalid.field"),
            ("office", DISTRICT, (2026, 2028), " ", "invalid.field"),
            (
                "office",
                DISTRICT,
                (2025, 2027),
                "规划",
                "class.outlook_twice",
            ),
            ("office", OTHER_DISTRICT, (2026, 2028), "规划", "not_found"),
            ("city", DISTRICT, (2026, 2028), "规划", "not_found"),
            ("section", DISTRICT, (2026, 2028), "规划", "not_found"),
        ] {
            let ctx = city.ctx(who).await;
            let told = create(&ctx, UnitId::from(unit), years, title, "").await;
            assert_eq!(code(told), refused, "{who} {unit} {years:?}");
        }
        let office = city.ctx("office").await;
        let next = create(&office, UnitId::from(DISTRICT), (2026, 2028), "下一轮", "").await;
        assert!(next.is_ok());
        assert_eq!(plans(&city, "reporter").await.len(), 2);
        assert!(plans(&city, "other").await.is_empty());
    }
);

both_engines!(
    targets_are_checked_and_replaced_as_a_whole,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = made(&city).await;
        let office = city.ctx("office").await;
        for wrong in [
            vec![target(2026, "classes", "", 1)],
            vec![target(2024, "miles", "", 1)],
            vec![target(2024, "classes", "", 0)],
            vec![target(2024, "classes", "party", 1)],
            vec![target(2024, "videos", "closed", 1)],
            vec![target(2024, "textbooks", "", 1)],
            vec![target(2024, "videos", "", 1), target(2024, "videos", "", 2)],
            vec![target(2024, "videos", "", 1); 61],
        ] {
            let told = save(&office, id, input(1, wrong.clone())).await;
            assert_eq!(code(told), "invalid.field", "{wrong:?}");
        }
        let nameless = OutlookInput {
            title: String::new(),
            ..input(1, Vec::new())
        };
        assert_eq!(code(save(&office, id, nameless).await), "invalid.field");
        let wanted = vec![target(2024, "videos", "", 1)];
        save(&office, id, input(1, wanted.clone())).await.unwrap();
        let stale = save(&office, id, input(1, wanted.clone())).await;
        assert_eq!(code(stale), "conflict.version");
        let other = city.ctx("other").await;
        assert_eq!(code(save(&other, id, input(2, wanted)).await), "not_found");
        save(&office, id, input(2, Vec::new())).await.unwrap();
        let shown = only(&city).await;
        assert_eq!((shown.goals, shown.title.as_str()), (0, "教育培训三年规划"));
        // The city bureau has measures of its own.
        let above = city.ctx("city").await;
        let of_city = create(&above, UnitId::from(CITY), (2023, 2025), "市局规划", "")
            .await
            .unwrap();
        let books = input(1, vec![target(2024, "textbooks", "", 1)]);
        save(&above, of_city, books).await.unwrap();
        let videos = input(2, vec![target(2024, "videos", "", 1)]);
        assert_eq!(code(save(&above, of_city, videos).await), "invalid.field");
    }
);

both_engines!(
    progress_follows_from_what_was_held_and_what_is_behind_is_said,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = made(&city).await;
        let plan = city.plan().await;
        let wanted = vec![
            target(2023, "classes", "", 1),
            target(2024, "classes", "closed", 1),
            target(2024, "classes", "special", 4),
            target(2024, "trained", "", 100),
            target(2024, "hours", "", 4),
            target(2024, "drill_reviews", "", 1),
            target(2024, "instructors", "", 1),
            target(2024, "bases_in_use", "", 3),
            target(2025, "videos", "", 2),
        ];
        let office = city.ctx("office").await;
        save(&office, id, input(1, wanted)).await.unwrap();
        city.running(&[1, 2, 3]).await;
        let word = |code: &str, done, standing: &str| (code.to_owned(), done, standing.to_owned());
        // 6 May: a third of the year has passed, nothing was held yet.
        let shown = only(&city).await;
        assert_eq!(stands(&shown, 2023), [word("classes", 0, "missed")]);
        assert_eq!(
            stands(&shown, 2024),
            [
                word("classes", 0, "on_way"),
                word("classes", 0, "behind"),
                word("trained", 0, "behind"),
                word("hours", 0, "behind"),
                word("drill_reviews", 1, "reached"),
                word("instructors", 1, "reached"),
                word("bases_in_use", 0, "on_way"),
            ]
        );
        assert_eq!(stands(&shown, 2025), [word("videos", 0, "to_come")]);
        assert_eq!((shown.goals, shown.reached, shown.behind), (9, 2, 4));
        let years: Vec<(i32, Option<i64>, bool)> = shown
            .years
            .iter()
            .map(|row| (row.year, row.plan_id, row.plan_missing))
            .collect();
        assert_eq!(
            years,
            [
                (2023, None, true),
                (2024, Some(plan), false),
                (2025, None, false)
            ]
        );
        city.at(at(6, 10, 9, 0));
        let shown = only(&city).await;
        let held: Vec<i64> = stands(&shown, 2024).iter().map(|row| row.1).collect();
        assert_eq!(held[..4], [1, 0, 3, 4]);
        let year = &shown.years[1];
        assert_eq!((year.classes_held, year.programmes), (1, 11));
        assert_eq!(shown.reached, 4);
    }
);

both_engines!(
    leaders_are_trained_once_within_the_years,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = made(&city).await;
        let office = city.ctx("office").await;
        let person = |id: i64| Who::Person(PersonId::from(id));
        add_leader(&office, id, 1, person(1), "中队长")
            .await
            .unwrap();
        for (who, refused) in [
            (person(1), "class.leader_twice"),
            (person(31), "not_found"),
            (person(9_999), "not_found"),
            (Who::Outsider(1), "not_found"),
        ] {
            let told = add_leader(&office, id, 2, who, "").await;
            assert_eq!(code(told), refused, "{who:?}");
        }
        add_leader(&office, id, 2, person(5), "").await.unwrap();
        let class = city.running(&[1, 2, 3]).await;
        let early = mark_class(&office, id, class, 3, true).await;
        assert_eq!(code(early), "invalid.field");
        city.at(at(6, 10, 9, 0));
        let office = city.ctx("office").await;
        // A class off the job counts once it is said to; this one has no such form.
        let told = mark_class(&office, id, class, 3, true).await;
        assert_eq!(code(told), "invalid.field");
        let mut tx = city.state.db.write().await.unwrap();
        tx.run(sql("update class set form = '集中轮训'"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        mark_class(&office, id, class, 3, true).await.unwrap();
        let leaders = only(&city).await.leaders.unwrap();
        assert_eq!((leaders.rows.len(), leaders.trained), (2, 1));
        let trained: Vec<_> = leaders
            .rows
            .iter()
            .filter(|one| one.trained_on.is_some())
            .collect();
        assert_eq!(
            trained[0].trained_in.as_deref(),
            Some("区局集中培训（第1期）")
        );
        mark_class(&office, id, class, 4, false).await.unwrap();
        let leaders = only(&city).await.leaders.unwrap();
        assert_eq!(leaders.trained, 0);
        let stale = remove_leader(&office, id, leaders.rows[0].id, 4).await;
        assert_eq!(code(stale), "conflict.version");
        remove_leader(&office, id, leaders.rows[0].id, 5)
            .await
            .unwrap();
        assert_eq!(only(&city).await.leaders.unwrap().rows.len(), 1);
        // Who owes what is for those who read the whole bureau.
        assert!(plans(&city, "reporter").await[0].leaders.is_none());
        assert!(plans(&city, "city").await[0].leaders.is_some());
    }
);
