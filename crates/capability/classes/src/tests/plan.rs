//! The plan of a year.

use chengzhi_authz::Permission;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, Drilled, OTHER_DISTRICT, SQUAD, at, code, course, fields, q};
use crate::usecase::plan::{self, PlanInput, ProgrammeInput};
use crate::usecase::plan_out::{self, ClassPlanOut};
use crate::usecase::plan_targets::targets;
use crate::usecase::save::{Origin, create};

fn input(unit: i64) -> PlanInput {
    PlanInput {
        unit: UnitId::from(unit),
        year: 2024,
        pack: "baoshan".to_owned(),
        title: String::new(),
        note: String::new(),
    }
}

async fn view(city: &City, who: &str, id: i64) -> ClassPlanOut {
    let (ctx, scope) = city.with(who, Permission::ClassRead).await;
    plan_out::view(&ctx, &scope, id).await.unwrap()
}

both_engines!(
    a_plan_is_made_from_the_districts_rules_and_changed_by_hand,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let office = city.ctx("office").await;
        let id = plan::create(&office, input(DISTRICT)).await.unwrap();
        let made = view(&city, "reporter", id).await;
        assert_eq!(made.title, "东区局2024年教育培训计划");
        let of_kind = |kind: &str| {
            made.programmes
                .iter()
                .filter(|row| row.kind == kind)
                .count()
        };
        // Seven special trainings, two further topics (B-76…B-84).
        assert_eq!(
            (of_kind("closed"), of_kind("special"), of_kind("induction")),
            (1, 9, 1)
        );
        let recording = made
            .programmes
            .iter()
            .find(|row| row.template.as_deref() == Some("training.special.recording"))
            .unwrap();
        assert_eq!(recording.audience_posts, ["squad_section_leader"]);
        assert_eq!(recording.section, "案件审理科");
        assert_eq!(recording.rule.as_deref(), Some("B-76"));
        assert!(recording.clause.as_deref().unwrap().contains("四(一)"));
        assert!(!made.may_change);
        for (who, unit, refused) in [
            ("office", DISTRICT, "class.plan_twice"),
            ("office", OTHER_DISTRICT, "not_found"),
            ("office", SQUAD, "not_found"),
            ("city", DISTRICT, "not_found"),
            ("section", DISTRICT, "not_found"),
        ] {
            let ctx = city.ctx(who).await;
            assert_eq!(
                code(plan::create(&ctx, input(unit)).await),
                refused,
                "{who} {unit}"
            );
        }
        let own = ProgrammeInput {
            version: made.version,
            kind: "joint".to_owned(),
            title: "水行政执法联合培训".to_owned(),
            audience: "全体".to_owned(),
            audience_posts: vec!["legal_officer".to_owned()],
            content: String::new(),
            section: String::new(),
            month: chengzhi_kernel::Month::new(2024, 9),
            hours: q("4"),
        };
        let added = plan::save_programme(&office, id, None, own.clone())
            .await
            .unwrap();
        let stale = plan::save_programme(&office, id, None, own.clone()).await;
        assert_eq!(code(stale), "conflict.version");
        let unknown = ProgrammeInput {
            version: made.version + 1,
            audience_posts: vec!["king".to_owned()],
            ..own
        };
        assert_eq!(
            code(plan::save_programme(&office, id, None, unknown).await),
            "invalid.field"
        );
        plan::remove_programme(&office, id, added, made.version + 1, "不办了")
            .await
            .unwrap();
        assert_eq!(view(&city, "office", id).await.programmes.len(), 11);
    }
);

both_engines!(
    the_targets_of_the_year_stand_beside_what_there_is,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let office = city.ctx("office").await;
        let id = plan::create(&office, input(DISTRICT)).await.unwrap();
        let of = async |who: &str| {
            let (ctx, scope) = city.with(who, Permission::ClassRead).await;
            targets(&ctx, &scope, &Drilled(0), id).await
        };
        let rows = of("office").await.unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.code.as_str(), row.have, row.target, row.short))
            .collect();
        // The pack of the plan asks for these (B-55, B-96…B-98); the teacher of the register was appointed this year.
        for wanted in [
            ("bases_in_use", 0, Some(3), Some(3)),
            ("new_bases", 0, Some(1), Some(1)),
            ("videos", 0, Some(1), Some(1)),
            ("instructors", 1, Some(3), Some(2)),
            ("drill_reviews", 0, Some(1), Some(1)),
        ] {
            assert!(told.contains(&wanted), "{wanted:?} of {told:?}");
        }
        assert!(
            rows.iter()
                .all(|row| row.target.is_none() || row.clause.is_some())
        );
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let held = targets(&ctx, &scope, &Drilled(2), id).await.unwrap();
        let last = held.last().unwrap();
        assert_eq!((last.have, last.short), (2, Some(0)));
        assert_eq!(code(of("other").await), "not_found");
    }
);

both_engines!(
    progress_follows_from_the_classes_of_a_programme,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let office = city.ctx("office").await;
        let id = plan::create(&office, input(DISTRICT)).await.unwrap();
        let closed = view(&city, "office", id).await.programmes[0].id;
        let origin = Origin {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            kind: String::new(),
            programme: Some(closed),
        };
        let mut blank = fields("");
        blank.audience.clear();
        let first = create(&office, origin.clone(), blank.clone())
            .await
            .unwrap();
        let second = create(&office, origin, blank).await.unwrap();
        let made = city.view("office", second).await;
        assert_eq!((made.title.as_str(), made.batch), ("区局集中培训", 2));
        assert_eq!(made.topics.len(), 6, "the six topics of 2024 (B-23)");
        let state = |out: ClassPlanOut| {
            let row = &out.programmes[0];
            (
                row.state.clone(),
                row.progress.classes,
                row.progress.filed,
                row.progress.held,
            )
        };
        assert_eq!(
            state(view(&city, "city", id).await),
            ("preparing".to_owned(), 2, 0, 0)
        );
        crate::usecase::programme::save(&office, first, 1, vec![course("甲", "teaching")])
            .await
            .unwrap();
        city.lessons(first, &[(at(6, 3, 9, 0), 90, "")])
            .await
            .unwrap();
        city.file(first).await;
        assert_eq!(
            state(view(&city, "office", id).await),
            ("filed".to_owned(), 2, 1, 0)
        );
        city.at(at(6, 4, 9, 0));
        let after = view(&city, "office", id).await;
        assert_eq!(after.progress.hours_held, q("2"));
        let row = &after.programmes[0];
        assert_eq!(row.state_name, "办理中（举办1/2）");
        assert_eq!(state(after), ("under_way".to_owned(), 2, 1, 1));
        // One of two closed is not the end; without the other one it is.
        let close = format!("update class set state = 'closed' where id = {first}");
        let give_up = format!("update class set state = 'cancelled' where id = {second}");
        for (change, told) in [(close, "办理中（结项1/2）"), (give_up, "已结项")] {
            let mut tx = city.state.db.write().await.unwrap();
            tx.run(chengzhi_db::sql(change)).await.unwrap();
            tx.commit().await.unwrap();
            let now = view(&city, "office", id).await;
            assert_eq!(now.programmes[0].state_name, told);
        }
    }
);
