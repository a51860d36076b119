//! Going to another batch and coming back; people from outside are corrected and removed; who cannot be listed is named.

use chengzhi_db::sql;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, at, code, fields};
use super::enrol::{guest, list};
use crate::usecase::save::change;
use crate::usecase::transfer::{TransferInput, transfer};
use crate::usecase::{enrol, groups, outsiders, seats};

fn go(version: i64, to: i64, accept_waiting: bool) -> TransferInput {
    TransferInput {
        version,
        to,
        reason: "值班".to_owned(),
        accept_waiting,
    }
}

/// Two announced batches; the second has one seat.
async fn batches(city: &City) -> (i64, i64) {
    let one = city.running(&[1, 2]).await;
    let two = city.class("closed", "区局集中培训", "102教室").await;
    let office = city.ctx("office").await;
    let mut with = fields("区局集中培训");
    with.capacity = Some(1);
    let version = city.view("office", two).await.version;
    change(&office, two, version, with).await.unwrap();
    (one, two)
}

both_engines!(
    a_transfer_to_a_full_class_is_refused_unless_waiting_is_accepted,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (one, two) = batches(&city).await;
        city.enrol(two, &[3]).await;
        let office = city.ctx("office").await;
        let row = list(&city, "office", one).await.rows.remove(0);
        let refused = transfer(&office, one, row.id, go(row.version, two, false))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "class.full");
        assert!(
            refused.detail().contains("第2期") && refused.detail().contains("名额已满"),
            "{refused}"
        );
        // Nothing is lost by the refusal.
        let same = list(&city, "office", one).await.rows.remove(0);
        assert_eq!(
            (same.seat.as_str(), same.version),
            ("enrolled", row.version)
        );
        let out = transfer(&office, one, row.id, go(row.version, two, true))
            .await
            .unwrap();
        assert_eq!((out.enrolled, out.waiting.len()), (0, 1));
        // A unit whose share is used up is full as well.
        seats::save(&office, one, [(same.unit_id, 1)].into())
            .await
            .unwrap();
        let waits = list(&city, "office", two).await.rows.remove(1);
        let refused = transfer(&office, two, waits.id, go(waits.version, one, false))
            .await
            .unwrap_err();
        assert!(refused.detail().contains("东一中队的名额已满"), "{refused}");
    }
);

both_engines!(
    whoever_comes_back_takes_up_his_row_with_its_sign_ins,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (one, two) = batches(&city).await;
        let office = city.ctx("office").await;
        city.at(at(6, 3, 8, 50));
        city.sign_in("p1", one, 0).await;
        let before = list(&city, "office", one).await;
        let row = &before.rows[0];
        assert_eq!((row.signed_lessons, before.rows[1].signed_lessons), (1, 0));
        transfer(&office, one, row.id, go(row.version, two, false))
            .await
            .unwrap();
        let there = list(&city, "office", two).await.rows.remove(0);
        assert_eq!(there.signed_lessons, 0, "sign-ins do not travel");
        let out = transfer(&office, two, there.id, go(there.version, one, false))
            .await
            .unwrap();
        assert_eq!((out.enrolled, out.revived), (1, vec!["队员1".to_owned()]));
        let after = list(&city, "office", one).await;
        let back = &after.rows[0];
        assert_eq!(after.rows.len(), 2, "no second row");
        assert_eq!(
            (
                back.id,
                back.seat.as_str(),
                back.moved_to,
                back.signed_lessons
            ),
            (row.id, "enrolled", None, 1)
        );
        // The same for somebody who withdrew and is listed again, and there and back once more.
        enrol::withdraw(&office, one, back.id, back.version, "出差")
            .await
            .unwrap();
        let out = enrol::add(&office, one, vec![1], Vec::new()).await.unwrap();
        assert_eq!((out.enrolled, out.already, out.revived.len()), (1, 0, 1));
        assert_eq!(list(&city, "office", one).await.rows[0].signed_lessons, 1);
        let out = enrol::add(&office, one, vec![1], Vec::new()).await.unwrap();
        assert_eq!((out.already, out.revived.len()), (1, 0));
    }
);

both_engines!(
    a_revived_row_waits_behind_those_who_came_before,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (_, two) = batches(&city).await;
        let office = city.ctx("office").await;
        city.enrol(two, &[3, 4]).await;
        let rows = list(&city, "office", two).await.rows;
        enrol::withdraw(&office, two, rows[1].id, rows[1].version, "出差")
            .await
            .unwrap();
        city.later(60);
        let office = city.ctx("office").await;
        city.enrol(two, &[5]).await;
        city.later(60);
        city.enrol(two, &[4]).await;
        let rows = list(&city, "office", two).await.rows;
        let moved = enrol::withdraw(&office, two, rows[0].id, rows[0].version, "出差")
            .await
            .unwrap();
        assert_eq!(moved, ["队员5"]);
    }
);

both_engines!(
    people_from_outside_are_corrected_removed_and_not_entered_twice,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("joint", "联合培训", "101教室").await;
        let office = city.ctx("office").await;
        let unit = UnitId::from(DISTRICT);
        let bad = outsiders::add(&office, unit, &guest("郑外", "abc!!")).await;
        assert_eq!(code(bad), "invalid.field");
        let one = outsiders::add(&office, unit, &guest("郑外", "021-56780000转8001"))
            .await
            .unwrap();
        let twice = outsiders::add(&office, unit, &guest("郑外", "")).await;
        assert_eq!(code(twice), "class.outsider_twice");
        let two = outsiders::add(&office, unit, &guest("吴外", ""))
            .await
            .unwrap();
        let same = outsiders::change(&office, two, &guest("郑外", "")).await;
        assert_eq!(code(same), "class.outsider_twice");
        enrol::add(&office, id, Vec::new(), vec![one])
            .await
            .unwrap();
        outsiders::change(&office, one, &guest("郑卫", "13800000000"))
            .await
            .unwrap();
        assert_eq!(list(&city, "office", id).await.rows[0].name, "郑卫");
        // Once on a list, also one that he left, the record stays.
        let row = list(&city, "office", id).await.rows.remove(0);
        enrol::withdraw(&office, id, row.id, row.version, "有事")
            .await
            .unwrap();
        assert_eq!(
            code(outsiders::remove(&office, one).await),
            "class.outsider_used"
        );
        let other = city.ctx("other").await;
        assert_eq!(code(outsiders::remove(&other, two).await), "not_found");
        assert_eq!(
            code(outsiders::change(&other, two, &guest("吴", "")).await),
            "not_found"
        );
        outsiders::remove(&office, two).await.unwrap();
        let left: Vec<String> = outsiders::list(&office)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.name)
            .collect();
        assert_eq!(left, ["郑卫"]);
    }
);

both_engines!(whoever_cannot_be_listed_is_named, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.class("closed", "区局集中培训", "101教室").await;
    let mut tx = city.state.db.write().await.unwrap();
    tx.run(sql(
        "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
             values (2, 'left', '2024-05-01', 0, '区局')",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let office = city.ctx("office").await;
    let gone = enrol::add(&office, id, vec![1, 2], Vec::new())
        .await
        .unwrap_err();
    let text = format!("{gone:?}");
    assert!(
        text.contains("第2名队员2（工号") && text.contains("person_ids[1]"),
        "{text}"
    );
    let foreign = groups::save(&office, UnitId::from(DISTRICT), "党务人员", vec![1, 3, 31]).await;
    let text = format!("{:?}", foreign.unwrap_err());
    assert!(
        text.contains("第3名（编号31）不属于本局") && text.contains("person_ids[2]"),
        "{text}"
    );
    assert!(list(&city, "office", id).await.rows.is_empty());
});
