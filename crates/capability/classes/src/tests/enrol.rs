//! Lists, seats, leave, transfer, forecast.

use std::collections::BTreeMap;

use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, SQUAD, SQUAD_TWO, at, code, fields};
use crate::usecase::enrol;
use crate::usecase::enrol_list::{self, ClassTraineesOut};
use crate::usecase::outsiders::OutsiderInput;
use crate::usecase::save::change;
use crate::usecase::transfer::{TransferInput, transfer};
use crate::usecase::{forecast, leaves, outsiders, seats};

pub(super) async fn list(city: &City, who: &str, id: i64) -> ClassTraineesOut {
    let (ctx, scope) = city.with(who, Permission::ClassRead).await;
    enrol_list::list(&ctx, &scope, id).await.unwrap()
}

/// Somebody of the water authority.
pub(super) fn guest(name: &str, phone: &str) -> OutsiderInput {
    OutsiderInput {
        name: name.to_owned(),
        organisation: "区水务局".to_owned(),
        title: "科长".to_owned(),
        phone: phone.to_owned(),
    }
}

fn seats_of(list: &ClassTraineesOut) -> Vec<(i64, &str)> {
    list.rows
        .iter()
        .map(|row| (row.person_id.unwrap_or(0), row.seat.as_str()))
        .collect()
}

both_engines!(
    a_full_class_keeps_a_waiting_list_that_moves_up_by_itself,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let office = city.ctx("office").await;
        let mut three = fields("区局集中培训");
        three.capacity = Some(3);
        let version = city.view("office", id).await.version;
        change(&office, id, version, three).await.unwrap();
        seats::save(&office, id, BTreeMap::from([(SQUAD, 2)]))
            .await
            .unwrap();
        let (reporter, scope) = city.with("reporter", Permission::ClassNominate).await;
        let out = enrol::nominate(&reporter, &scope, id, vec![1, 2, 3])
            .await
            .unwrap();
        assert_eq!(out.enrolled, 2);
        assert_eq!(out.waiting, ["队员3：东一中队名额已满，列入候补。"]);
        let foreign = enrol::nominate(&reporter, &scope, id, vec![21]).await;
        assert_eq!(code(foreign), "invalid.field");
        let out = enrol::add(&office, id, vec![21, 22], Vec::new())
            .await
            .unwrap();
        assert_eq!(out.waiting, ["队员22：本班名额已满，列入候补。"]);
        // The seat of somebody of the squad goes to the first of the squad who waits.
        let row = list(&city, "office", id).await.rows.remove(0);
        let moved = enrol::withdraw(&office, id, row.id, row.version, "出差")
            .await
            .unwrap();
        assert_eq!(moved, ["队员3"]);
        let seen = list(&city, "office", id).await;
        assert_eq!(
            seats_of(&seen),
            [
                (1, "withdrawn"),
                (2, "enrolled"),
                (3, "enrolled"),
                (21, "enrolled"),
                (22, "waiting")
            ]
        );
        // A squad sees its own people only.
        assert_eq!(list(&city, "reporter_two", id).await.rows.len(), 2);
        let gone = enrol::withdraw(&office, id, row.id, row.version + 1, "又").await;
        assert_eq!(code(gone), "class.trainee_gone");
    }
);

both_engines!(
    nobody_sits_in_two_batches_and_a_transfer_keeps_the_history,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let one = city.class("closed", "区局集中培训", "101教室").await;
        let two = city.class("closed", "区局集中培训", "102教室").await;
        let other = city.class("joint", "联合培训", "103教室").await;
        city.enrol(one, &[1, 2]).await;
        let office = city.ctx("office").await;
        let refused = enrol::add(&office, two, vec![1], Vec::new())
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "class.in_other_batch");
        assert!(
            refused.detail().contains("“区局集中培训”第1期"),
            "{refused}"
        );
        let row = list(&city, "office", one).await.rows.remove(0);
        let go = |version, to| TransferInput {
            version,
            to,
            reason: "值班".to_owned(),
            accept_waiting: false,
        };
        let wrong = transfer(&office, one, row.id, go(row.version, other)).await;
        assert_eq!(code(wrong), "invalid.field");
        transfer(&office, one, row.id, go(row.version, two))
            .await
            .unwrap();
        let before = list(&city, "office", one).await;
        assert_eq!(
            (before.rows[0].seat.as_str(), before.rows[0].moved_to),
            ("moved", Some(two))
        );
        assert_eq!(
            seats_of(&list(&city, "office", two).await),
            [(1, "enrolled")]
        );
        let again = transfer(&office, one, row.id, go(row.version + 1, two)).await;
        assert_eq!(code(again), "class.trainee_gone");
    }
);

both_engines!(the_rule_finds_people_by_post, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.class("special", "执法全过程记录培训", "101教室").await;
    let office = city.ctx("office").await;
    let mut ruled = fields("执法全过程记录培训");
    ruled.audience_posts = vec!["squad_section_leader".to_owned()];
    let version = city.view("office", id).await.version;
    change(&office, id, version, ruled).await.unwrap();
    let names = async |who: &str| {
        let (ctx, scope) = city.with(who, Permission::ClassRead).await;
        let found = enrol_list::candidates(&ctx, &scope, id).await.unwrap();
        found
            .into_iter()
            .map(|row| (row.name, row.posts))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("office").await,
        [("队员1".to_owned(), "班组长".to_owned())]
    );
    assert!(
        names("reporter_two").await.is_empty(),
        "a squad is offered its own people"
    );
    city.enrol(id, &[1, 2]).await;
    let seen = list(&city, "office", id).await;
    assert_eq!(
        (seen.rows[0].source.as_str(), seen.rows[1].source.as_str()),
        ("rule", "added")
    );
    assert!(names("office").await.is_empty());
    // People from outside have a record of their own (B-85).
    let outside = outsiders::add(&office, UnitId::from(DISTRICT), &guest("郑外", ""))
        .await
        .unwrap();
    enrol::add(&office, id, Vec::new(), vec![outside])
        .await
        .unwrap();
    assert_eq!(outsiders::list(&office).await.unwrap()[0].classes, 1);
    let unknown = enrol::add(&office, id, Vec::new(), vec![99]).await;
    assert_eq!(code(unknown), "invalid.field");
});

both_engines!(
    a_roster_that_changed_after_enrolment_is_pointed_out,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2, 3, 4]).await;
        let mut tx = city.state.db.write().await.unwrap();
        for text in [
            "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
             values (1, 'left', '2024-05-10', 0, '区局')",
            "update membership set until_on = '2024-05-12' where person_id = 2",
            "insert into membership (person_id, unit_id, from_on) values (2, 6, '2024-05-12')",
            "update membership set until_on = '2024-05-12' where person_id = 3",
            "insert into membership (person_id, unit_id, from_on) values (3, 9, '2024-05-12')",
        ] {
            tx.run(sql(text)).await.unwrap();
        }
        tx.commit().await.unwrap();
        city.at(at(5, 20, 9, 0));
        let seen = list(&city, "office", id).await;
        let told: Vec<Option<&str>> = seen
            .rows
            .iter()
            .map(|row| row.roster_change.as_deref())
            .collect();
        assert_eq!(
            told,
            [
                Some("已不在职，请核对名单。"),
                Some("入班后已调至东二中队，请核对名单。"),
                Some("已调出本局，请核对名单。"),
                None
            ]
        );
    }
);

both_engines!(
    leave_is_asked_for_and_decided_and_frees_the_seat_only_for_the_whole_class,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2]).await;
        let office = city.ctx("office").await;
        let mut two = fields("区局集中培训");
        two.capacity = Some(2);
        let version = city.view("office", id).await.version;
        change(&office, id, version, two).await.unwrap();
        city.enrol(id, &[3]).await;
        let first = city.ctx("p1").await;
        let morning = (at(6, 3, 8, 0), at(6, 3, 12, 0));
        let free = leaves::ask(&first, id, at(6, 4, 8, 0), at(6, 4, 9, 0), "体检").await;
        assert_eq!(code(free), "invalid.field");
        let part = leaves::ask(&first, id, morning.0, morning.1, "体检")
            .await
            .unwrap();
        let again = leaves::ask(&first, id, morning.0, morning.1, "体检").await;
        assert_eq!(code(again), "class.leave_twice");
        assert_eq!(
            code(leaves::ask(&city.ctx("p9").await, id, morning.0, morning.1, "体检").await),
            "not_found"
        );
        assert_eq!(
            code(leaves::decide(&office, id, part, false, "").await),
            "invalid.field"
        );
        assert!(
            leaves::decide(&office, id, part, true, "")
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            code(leaves::decide(&office, id, part, true, "").await),
            "class.leave_decided"
        );
        let second = city.ctx("p2").await;
        let whole = leaves::ask(&second, id, at(6, 3, 0, 0), at(6, 4, 0, 0), "产假")
            .await
            .unwrap();
        assert_eq!(
            seats_of(&list(&city, "office", id).await)[1],
            (2, "leave_asked")
        );
        assert_eq!(
            leaves::decide(&office, id, whole, true, "").await.unwrap(),
            ["队员3"]
        );
        assert_eq!(
            seats_of(&list(&city, "office", id).await),
            [(1, "enrolled"), (2, "on_leave"), (3, "enrolled")]
        );
    }
);

both_engines!(
    the_forecast_counts_who_is_in_no_batch,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2, 21]).await;
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let found = forecast::forecast(&ctx, &scope, 2024, Some(DISTRICT))
            .await
            .unwrap();
        assert_eq!(
            (found.len(), found[0].batches, found[0].open_batches),
            (1, 1, 1)
        );
        assert_eq!((found[0].missing, found[0].short_of), (13, None));
        let squads: Vec<(i64, u32, u32)> = found[0]
            .units
            .iter()
            .map(|row| (row.unit_id, row.people, row.missing))
            .collect();
        assert_eq!(squads, [(SQUAD, 12, 10), (4, 2, 2), (SQUAD_TWO, 2, 1)]);
        let version = city.view("office", id).await.version;
        let mut five = fields("区局集中培训");
        five.capacity = Some(5);
        change(&ctx, id, version, five).await.unwrap();
        let found = forecast::forecast(&ctx, &scope, 2024, Some(DISTRICT))
            .await
            .unwrap();
        assert_eq!((found[0].free_seats, found[0].short_of), (2, Some(11)));
        let (squad, own) = city.with("reporter_two", Permission::ClassRead).await;
        let found = forecast::forecast(&squad, &own, 2024, None).await.unwrap();
        assert_eq!(found[0].units.len(), 1, "a squad sees its own people");
    }
);
