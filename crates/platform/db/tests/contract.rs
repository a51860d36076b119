//! What both engines promise, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chengzhi_db::{Arg, Audit, Db, OutboxEvent, mark_delivered, sql, undelivered, verify_audit};
use chengzhi_testkit::{TestDb, both_engines};

fn line(number: i64) -> Audit {
    Audit::new(None, "测试", "test.act", format!("thing:{number}"))
}

async fn write_lines(t: &TestDb, count: i64) {
    for number in 0..count {
        let mut tx = t.db.write().await.unwrap();
        tx.audit(line(number));
        tx.audit(line(number + 100));
        tx.commit().await.unwrap();
    }
}

async fn verdict(t: &TestDb) -> Result<i64, String> {
    let mut tx = t.db.read().await.unwrap();
    verify_audit(&mut tx)
        .await
        .unwrap()
        .map_err(|broken| broken.reason)
}

both_engines!(
    an_audit_chain_verifies_and_names_what_was_touched,
    |t: TestDb| async move {
        write_lines(&t, 3).await;
        assert_eq!(verdict(&t).await, Ok(6));
        for (damage, sign) in [
            (
                "update audit_log set detail = 'x' where seq = 4",
                "第4条的内容被改动",
            ),
            ("update audit_log set detail = '' where seq = 4", ""),
            (
                "delete from audit_log where seq = 6",
                "第5条之后的记录被删除",
            ),
            ("delete from audit_log where seq = 2", "第1条之后缺少记录"),
        ] {
            let mut tx = t.db.write().await.unwrap();
            tx.run(sql(damage)).await.unwrap();
            tx.commit().await.unwrap();
            match sign {
                "" => assert_eq!(verdict(&t).await, Ok(6), "mended"),
                sign => assert_eq!(verdict(&t).await, Err(sign.to_owned()), "{damage}"),
            }
        }
    }
);

both_engines!(
    a_dropped_transaction_leaves_neither_row_nor_audit_nor_event,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        tx.run(sql("insert into setting (key, value) values ('a', '1')"))
            .await
            .unwrap();
        tx.audit(line(1));
        drop(tx);
        let mut tx = t.db.read().await.unwrap();
        let rows = tx.all(sql("select key from setting")).await.unwrap();
        assert!(rows.is_empty());
        drop(tx);
        assert_eq!(verdict(&t).await, Ok(0));
    }
);

both_engines!(
    writers_at_once_never_fork_the_chain,
    |t: TestDb| async move {
        let tasks: Vec<_> = (0..12)
        .map(|number| {
            let db = t.db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let mut tx = db.write().await.unwrap();
                    // Read, then write: the pattern that fails on SQLite unless the lock comes first.
                    let known = tx.opt(sql("select value from setting where key = 'n'")).await.unwrap();
                    let _ = known.map(|row| row.get::<String>("value").unwrap());
                    tx.run(
                        sql("insert into setting (key, value) values ($1, 'x') on conflict (key) do update set value = 'y'")
                            .bind(format!("n{number}")),
                    )
                    .await
                    .unwrap();
                    tx.audit(line(number));
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(verdict(&t).await, Ok(60));
    }
);

both_engines!(
    an_event_with_a_known_key_is_stored_once,
    |t: TestDb| async move {
        for _ in 0..2 {
            let mut tx = t.db.write().await.unwrap();
            tx.emit(OutboxEvent {
                id: 0,
                topic: "test.done".to_owned(),
                dedup_key: "test.done:1".to_owned(),
                payload: "{}".to_owned(),
            });
            tx.commit().await.unwrap();
        }
        let mut tx = t.db.write().await.unwrap();
        let open = undelivered(&mut tx, 10).await.unwrap();
        assert_eq!(open.len(), 1);
        mark_delivered(&mut tx, open[0].id).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.db.read().await.unwrap();
        assert!(undelivered(&mut tx, 10).await.unwrap().is_empty());
    }
);

both_engines!(
    many_rows_go_in_with_few_statements,
    |t: TestDb| async move {
        let rows: Vec<Vec<Arg>> = (0..9_001)
            .map(|n: i64| vec![Arg::from(format!("k{n:05}")), Arg::from("v")])
            .collect();
        let mut tx = t.db.write().await.unwrap();
        let stored = tx
            .insert_many("insert into setting (key, value)", "", rows)
            .await
            .unwrap();
        assert_eq!(stored, 9_001);
        let again = vec![
            vec![Arg::from("k00000"), Arg::from("w")],
            vec![Arg::from("new"), Arg::from("w")],
        ];
        let stored = tx
            .insert_many(
                "insert into setting (key, value)",
                "on conflict (key) do nothing",
                again,
            )
            .await
            .unwrap();
        assert_eq!(stored, 1, "known keys are left out");
        tx.commit().await.unwrap();
    }
);

both_engines!(a_broken_unique_key_is_told_apart, |t: TestDb| async move {
    let mut tx = t.db.write().await.unwrap();
    tx.run(sql("insert into setting (key, value) values ('a', '1')"))
        .await
        .unwrap();
    let error = tx
        .run(sql("insert into setting (key, value) values ('a', '1')"))
        .await
        .unwrap_err();
    assert!(error.is_unique_violation());
    assert!(!error.is_foreign_key_violation());
});

both_engines!(
    migrating_twice_runs_nothing_the_second_time,
    |t: TestDb| async move {
        assert!(t.db.migrate().await.unwrap().is_empty());
    }
);

#[tokio::test]
async fn a_database_that_does_not_sync_is_found_out() {
    let safe = chengzhi_testkit::sqlite().await.db.durability().await;
    let safe = safe.unwrap();
    assert!(safe.durable, "{}", safe.said);
    // The tests' PostgreSQL runs with syncing off (scripts/pg.sh).
    let target = chengzhi_testkit::empty_postgres().await.parse().unwrap();
    let clock = chengzhi_testkit::TestClock::at(chengzhi_testkit::test_day());
    let fast = Db::connect(&target, clock).await.unwrap();
    let fast = fast.durability().await.unwrap();
    assert!(!fast.durable, "{}", fast.said);
    assert!(fast.said.contains("fsync off"), "{}", fast.said);
}
