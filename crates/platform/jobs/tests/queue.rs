//! The job queue on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chengzhi_jobs::{
    Job, JobError, JobHandler, JobRunner, LOCK_SECONDS, NewJob, claim, enqueue, recent,
};
use chengzhi_kernel::Clock as _;
use chengzhi_testkit::{TestDb, both_engines};

struct Counting {
    runs: Arc<AtomicUsize>,
    failures: usize,
}

#[async_trait]
impl JobHandler for Counting {
    async fn run(&self, _job: &Job) -> Result<(), JobError> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        if run < self.failures {
            Err(JobError::Other("还没好".to_owned()))
        } else {
            Ok(())
        }
    }
}

async fn add(t: &TestDb, key: &str) -> bool {
    let mut tx = t.db.write().await.unwrap();
    let stored = enqueue(
        &mut tx,
        NewJob {
            kind: "count".to_owned(),
            dedup_key: Some(key.to_owned()),
            payload: "{}".to_owned(),
            run_at: t.clock.now(),
            max_attempts: 3,
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    stored
}

fn runner(t: &TestDb, failures: usize) -> (JobRunner, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let handler = Arc::new(Counting {
        runs: runs.clone(),
        failures,
    });
    (JobRunner::new(t.db.clone()).handle("count", handler), runs)
}

async fn states(t: &TestDb) -> Vec<String> {
    let mut tx = t.db.read().await.unwrap();
    recent(&mut tx, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|job| job.state)
        .collect()
}

both_engines!(
    a_job_with_a_known_key_is_stored_and_run_once,
    |t: TestDb| async move {
        assert!(add(&t, "a").await);
        assert!(!add(&t, "a").await);
        let (runner, runs) = runner(&t, 0);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(runner.run_due().await.unwrap(), 0);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert_eq!(states(&t).await, ["done"]);
    }
);

both_engines!(
    a_failing_job_is_tried_again_later_and_then_called_failed,
    |t: TestDb| async move {
        add(&t, "a").await;
        let (runner, runs) = runner(&t, 99);
        for expected in 1..=3 {
            assert_eq!(runner.run_due().await.unwrap(), 1, "try {expected}");
            assert_eq!(runner.run_due().await.unwrap(), 0, "a pause follows");
            t.clock.advance_seconds(1_000);
        }
        assert_eq!(runner.run_due().await.unwrap(), 0);
        assert_eq!(runs.load(Ordering::SeqCst), 3);
        assert_eq!(states(&t).await, ["failed"]);
    }
);

both_engines!(
    a_job_whose_worker_died_is_taken_again,
    |t: TestDb| async move {
        add(&t, "a").await;
        let taken = claim(&t.db).await.unwrap().unwrap();
        assert!(
            claim(&t.db).await.unwrap().is_none(),
            "it belongs to its worker"
        );
        t.clock.advance_seconds(LOCK_SECONDS + 1);
        let again = claim(&t.db).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempts), (taken.id, 2));
    }
);

both_engines!(of_two_workers_one_gets_the_job, |t: TestDb| async move {
    for n in 0..20 {
        add(&t, &format!("job{n}")).await;
    }
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let db = t.db.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                let mut misses = 0;
                while misses < 3 {
                    match claim(&db).await.unwrap() {
                        Some(job) => got.push(job.id),
                        None => misses += 1,
                    }
                }
                got
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!((all.len(), count), (20, 20));
});

both_engines!(
    what_recurs_is_enqueued_once_per_interval,
    |t: TestDb| async move {
        let runs = Arc::new(AtomicUsize::new(0));
        let handler = Arc::new(Counting {
            runs: runs.clone(),
            failures: 0,
        });
        let runner = JobRunner::new(t.db.clone()).every(60, "sweep", handler);
        for _ in 0..3 {
            runner.tick().await.unwrap();
        }
        runner.run_due().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        t.clock.advance_seconds(60);
        runner.tick().await.unwrap();
        runner.run_due().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }
);
