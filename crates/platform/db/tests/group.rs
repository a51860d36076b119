//! Writes that share a transaction: durable before they are answered, one bad item spoils no other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chengzhi_db::{DbError, GroupError, GroupWork, GroupWriter, Tx, sql};
use chengzhi_testkit::{TestDb, both_engines};

struct Notes {
    groups: Arc<AtomicUsize>,
}

#[async_trait]
impl GroupWork for Notes {
    type Item = (i64, i64);
    type Done = i64;

    async fn write(&self, tx: &mut Tx, items: &[(i64, i64)]) -> Result<Vec<i64>, DbError> {
        self.groups.fetch_add(1, Ordering::Relaxed);
        let mut done = Vec::new();
        for (id, value) in items {
            tx.run(
                sql("insert into note (id, value) values ($1, $2)")
                    .bind(*id)
                    .bind(*value),
            )
            .await?;
            done.push(id + value);
        }
        Ok(done)
    }
}

async fn writer(t: &TestDb) -> (GroupWriter<Notes>, Arc<AtomicUsize>) {
    let mut tx = t.db.write().await.unwrap();
    tx.run(sql(
        "create table note (id bigint primary key, value bigint not null check (value >= 0))",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let groups = Arc::new(AtomicUsize::new(0));
    let work = Notes {
        groups: groups.clone(),
    };
    (GroupWriter::start(t.db.clone(), work), groups)
}

async fn stored(t: &TestDb) -> i64 {
    let mut tx = t.db.read().await.unwrap();
    tx.one(sql("select cast(count(*) as bigint) as n from note"))
        .await
        .unwrap()
        .get("n")
        .unwrap()
}

both_engines!(
    what_many_callers_write_shares_transactions_and_each_gets_its_answer,
    |t: TestDb| async move {
        let (writer, groups) = writer(&t).await;
        let callers: Vec<_> = (0..400)
            .map(|id| {
                let writer = writer.clone();
                tokio::spawn(async move { writer.write((id, 7)).await.unwrap() })
            })
            .collect();
        for (id, caller) in callers.into_iter().enumerate() {
            assert_eq!(caller.await.unwrap(), i64::try_from(id).unwrap() + 7);
        }
        assert_eq!(stored(&t).await, 400);
        let groups = groups.load(Ordering::Relaxed);
        assert!(groups < 200, "{groups} transactions for 400 items");
    }
);

both_engines!(
    an_answered_item_is_seen_by_whoever_reads_next,
    |t: TestDb| async move {
        let (writer, _) = writer(&t).await;
        for id in 0..20 {
            writer.write((id, 1)).await.unwrap();
            assert_eq!(stored(&t).await, id + 1);
        }
    }
);

both_engines!(a_bad_item_fails_alone, |t: TestDb| async move {
    let (writer, _) = writer(&t).await;
    let callers: Vec<_> = (0..60)
        .map(|id| {
            let writer = writer.clone();
            // A negative value breaks the table's check, the second 3 its key.
            let item = match id {
                40 => (40, -1),
                50 => (3, 1),
                _ => (id, 1),
            };
            tokio::spawn(async move { writer.write(item).await })
        })
        .collect();
    let mut failed = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ok(_) => {}
            Err(GroupError::Db(_)) => failed += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(failed, 2);
    assert_eq!(stored(&t).await, 58);
});

both_engines!(
    an_item_is_written_though_its_caller_went_away,
    |t: TestDb| async move {
        let (writer, _) = writer(&t).await;
        for id in 0..30 {
            // Handed in, then given up before the answer.
            let gone = tokio::time::timeout(std::time::Duration::ZERO, writer.write((id, 1)));
            let _ = gone.await;
        }
        // Behind them in the queue.
        writer.write((100, 1)).await.unwrap();
        assert_eq!(stored(&t).await, 31);
    }
);
