//! Units and people kept in memory are those of the database, whoever changes them.

use chengzhi_kernel::Clock as _;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{change, city, day, person};
use crate::domain::kind::Line;
use crate::domain::status::StatusKind;
use crate::facade::{self, POSTS};
use crate::store::{events, kept, members, people, units};

both_engines!(
    units_kept_in_memory_are_let_go_with_every_change,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        tx.commit().await.unwrap();
        let (unit, bs, pd) = (city.unit("BS-DC"), city.unit("BS"), city.unit("PD"));
        let on = day(2024, 7, 1);

        let mut tx = t.db.read().await.unwrap();
        let stamp = kept::stamp(&mut tx).await.unwrap().unwrap();
        let read = facade::tree(&mut tx, on).await.unwrap();
        assert_eq!(read.parent(unit), Some(bs));
        assert_eq!(
            kept::UNITS.find(stamp, on).unwrap().parent(unit),
            Some(bs),
            "what was read is kept"
        );
        assert!(kept::UNITS.find(stamp, day(2024, 7, 2)).is_none());
        drop(tx);

        let mut tx = t.db.write().await.unwrap();
        units::end_edge(&mut tx, unit, Line::Professional, on)
            .await
            .unwrap();
        assert_eq!(facade::tree(&mut tx, on).await.unwrap().parent(unit), None);
        units::begin_edge(&mut tx, unit, Line::Professional, pd, on)
            .await
            .unwrap();
        assert_eq!(
            facade::tree(&mut tx, on).await.unwrap().parent(unit),
            Some(pd)
        );
        let mut other = t.db.read().await.unwrap();
        assert_eq!(
            facade::tree(&mut other, on).await.unwrap().parent(unit),
            Some(bs),
            "nobody else sees what is not committed"
        );
        drop(other);
        tx.commit().await.unwrap();

        let mut tx = t.db.read().await.unwrap();
        assert_eq!(
            facade::tree(&mut tx, on).await.unwrap().parent(unit),
            Some(pd)
        );
    }
);

both_engines!(
    a_change_that_is_taken_back_leaves_nothing_in_memory,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        tx.commit().await.unwrap();
        let (unit, on) = (city.unit("BS-DC"), day(2024, 7, 1));

        let mut tx = t.db.write().await.unwrap();
        units::close(&mut tx, unit, on).await.unwrap();
        assert!(
            facade::tree(&mut tx, on)
                .await
                .unwrap()
                .node(unit)
                .is_none()
        );
        drop(tx);

        let mut tx = t.db.read().await.unwrap();
        assert!(
            facade::tree(&mut tx, on)
                .await
                .unwrap()
                .node(unit)
                .is_some()
        );
    }
);

both_engines!(
    what_is_changed_by_hand_is_seen_after_a_start,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        tx.commit().await.unwrap();
        let (unit, on) = (city.unit("BS-DC"), day(2024, 7, 1));
        let mut tx = t.db.read().await.unwrap();
        let _ = facade::tree(&mut tx, on).await.unwrap();
        drop(tx);

        let mut tx = t.db.write().await.unwrap();
        tx.run(
            chengzhi_db::sql("update unit set name = $1 where id = $2")
                .bind("改名的中队")
                .bind(unit),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        facade::forget_kept_units(&t.db).await.unwrap();

        let mut tx = t.db.read().await.unwrap();
        assert_eq!(
            facade::tree(&mut tx, on).await.unwrap().name(unit),
            "改名的中队"
        );
    }
);

/// Everybody of the city: asked for so many units that the people are kept.
async fn everybody(t: &TestDb, on: chengzhi_kernel::Date) -> Vec<facade::PersonRow> {
    let mut tx = t.db.read().await.unwrap();
    let found = facade::people_in(&mut tx, &(1..=200).collect(), on)
        .await
        .unwrap();
    let stamp = kept::stamp(&mut tx).await.unwrap().unwrap();
    let kept = kept::PEOPLE.find(stamp, on).expect("everybody is kept");
    assert_eq!(kept.len(), found.len());
    found
}

both_engines!(
    people_kept_in_memory_are_let_go_with_every_change,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let (dc, gc, bs) = (city.unit("BS-DC"), city.unit("BS-GC"), city.unit("BS"));
        let first = person(&mut tx, "100001", "金俊杰", dc).await;
        tx.commit().await.unwrap();
        let on = day(2024, 7, 1);
        let of = |found: &[facade::PersonRow]| found.iter().find(|one| one.id == first).cloned();
        assert_eq!(of(&everybody(&t, on).await).unwrap().unit_id, dc);

        let mut tx = t.db.write().await.unwrap();
        members::correct(&mut tx, first, day(2021, 7, 1), gc)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(of(&everybody(&t, on).await).unwrap().unit_id, gc);

        let mut tx = t.db.write().await.unwrap();
        members::end(&mut tx, first, day(2024, 6, 1)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(of(&everybody(&t, on).await).is_none());

        let mut tx = t.db.write().await.unwrap();
        members::begin(&mut tx, first, bs, day(2024, 6, 1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(of(&everybody(&t, on).await).unwrap().unit_id, bs);

        let mut tx = t.db.write().await.unwrap();
        members::end_many(&mut tx, &[first], day(2024, 6, 15))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(of(&everybody(&t, on).await).is_none());

        let mut tx = t.db.write().await.unwrap();
        members::begin_many(&mut tx, &[(first, dc, day(2024, 6, 15))])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(of(&everybody(&t, on).await).unwrap().unit_id, dc);

        let mut tx = t.db.write().await.unwrap();
        let event = change(&mut tx, first, StatusKind::Left, day(2024, 6, 20)).await;
        tx.commit().await.unwrap();
        assert!(!of(&everybody(&t, on).await).unwrap().in_service);

        let mut tx = t.db.write().await.unwrap();
        events::revoke(&mut tx, event, t.clock.now(), "测试", "录错人")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(of(&everybody(&t, on).await).unwrap().in_service);

        let mut tx = t.db.write().await.unwrap();
        let known = people::by_id(&mut tx, first).await.unwrap().unwrap();
        let data = people::PersonData {
            staff_no: known.staff_no,
            name: "金俊".to_owned(),
            sex: known.sex,
            established: known.established,
            category: known.category,
            rank: known.rank,
            phone: known.phone,
            joined_on: known.joined_on,
            induction_ended_on: known.induction_ended_on,
        };
        assert!(
            people::update(&mut tx, first, known.version, &data, t.clock.now())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert_eq!(of(&everybody(&t, on).await).unwrap().name, "金俊");

        let mut tx = t.db.write().await.unwrap();
        let again = people::PersonData {
            name: "金俊杰".to_owned(),
            ..data
        };
        people::upsert_many(&mut tx, &[again], t.clock.now())
            .await
            .unwrap();
        let _ = person(&mut tx, "100002", "沈佳伟", gc).await;
        tx.commit().await.unwrap();
        let now = everybody(&t, on).await;
        assert_eq!(of(&now).unwrap().name, "金俊杰");
        assert_eq!(now.len(), 2, "who is new is seen");
    }
);

both_engines!(
    a_few_units_and_many_find_the_same_people,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let (dc, gc) = (city.unit("BS-DC"), city.unit("BS-GC"));
        for (number, unit) in [("100003", gc), ("100001", dc), ("100002", gc)] {
            let _ = person(&mut tx, number, "某某", unit).await;
        }
        tx.commit().await.unwrap();
        let on = day(2024, 7, 1);
        let mut tx = t.db.read().await.unwrap();
        let few = facade::people_in(&mut tx, &[gc.get()].into(), on)
            .await
            .unwrap();
        let numbers: Vec<&str> = few.iter().map(|one| one.staff_no.as_str()).collect();
        assert_eq!(numbers, ["100002", "100003"]);
        drop(tx);
        assert_eq!(everybody(&t, on).await.len(), 3);
        let mut tx = t.db.read().await.unwrap();
        let kept = facade::people_in(&mut tx, &[gc.get()].into(), on)
            .await
            .unwrap();
        assert_eq!(kept, few, "from memory as from the database");
    }
);

both_engines!(
    holders_of_posts_are_found_with_those_posts_only,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        let dc = city.unit("BS-DC");
        let first = person(&mut tx, "100001", "金俊杰", dc).await;
        let second = person(&mut tx, "100002", "沈佳伟", dc).await;
        let held = [
            (first, vec![POSTS[0].0.to_owned(), POSTS[2].0.to_owned()]),
            (second, vec![POSTS[2].0.to_owned()]),
        ];
        members::set_posts(
            &mut tx,
            &held,
            &std::collections::HashMap::new(),
            day(2024, 3, 1),
            |_| day(2024, 3, 1),
        )
        .await
        .unwrap();
        let wanted = [POSTS[0].0, POSTS[1].0];
        let found = facade::holders(&mut tx, &wanted, day(2024, 3, 1))
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[&first], [POSTS[0].0]);
        let before = facade::holders(&mut tx, &wanted, day(2024, 2, 29))
            .await
            .unwrap();
        assert!(before.is_empty());
    }
);
