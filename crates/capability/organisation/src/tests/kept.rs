//! Units kept in memory are those of the database, whoever changes them.

use chengzhi_testkit::{TestDb, both_engines};

use super::city::{city, day};
use crate::domain::kind::Line;
use crate::facade;
use crate::store::{kept, units};

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
            kept::find(stamp, on).unwrap().parent(unit),
            Some(bs),
            "what was read is kept"
        );
        assert!(kept::find(stamp, day(2024, 7, 2)).is_none());
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
