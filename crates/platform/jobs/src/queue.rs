//! The table of jobs.

use chengzhi_db::{Db, DbError, Row, Tx, sql};
use chengzhi_kernel::Timestamp;

/// How long a claimed job belongs to its worker.
pub const LOCK_SECONDS: i64 = 300;

/// A job to be stored.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler.
    pub kind: String,
    /// A second job with the same key is not stored.
    pub dedup_key: Option<String>,
    /// JSON for the handler.
    pub payload: String,
    /// Not before (machine time).
    pub run_at: Timestamp,
    /// Tries before it is called failed.
    pub max_attempts: i64,
}

/// A stored job.
#[derive(Debug, Clone)]
pub struct Job {
    /// Row id.
    pub id: i64,
    /// See [`NewJob`].
    pub kind: String,
    /// See [`NewJob`].
    pub payload: String,
    /// queued, running, done, failed.
    pub state: String,
    /// Tries so far, this one included.
    pub attempts: i64,
    /// See [`NewJob`].
    pub max_attempts: i64,
    /// See [`NewJob`].
    pub run_at: Timestamp,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What the last try said.
    pub last_error: Option<String>,
}

impl Job {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Job {
            id: row.get("id")?,
            kind: row.get("kind")?,
            payload: row.get("payload")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            max_attempts: row.get("max_attempts")?,
            run_at: row.get("run_at")?,
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
            last_error: row.get("last_error")?,
        })
    }
}

/// Stores a job in the caller's transaction. False when its key is known already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<bool, DbError> {
    let now = tx.wall_now();
    let stored = tx
        .run(
            sql("insert into job (kind, dedup_key, payload, state, run_at, max_attempts, created_at)
                 values ($1, $2, $3, 'queued', $4, $5, $6) on conflict (dedup_key) do nothing")
            .bind(job.kind)
            .bind(job.dedup_key)
            .bind(job.payload)
            .bind(job.run_at)
            .bind(job.max_attempts)
            .bind(now),
        )
        .await?;
    Ok(stored == 1)
}

/// Takes the next due job, or one whose worker died.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn claim(db: &Db) -> Result<Option<Job>, DbError> {
    let mut tx = db.write().await?;
    let now = tx.wall_now();
    let until = Timestamp::from_micros(now.micros() + LOCK_SECONDS * 1_000_000);
    // The outer condition repeats the inner one: of two processes that pick the same row on
    // PostgreSQL, the second waits for the first and then finds it no longer claimable.
    let row = tx
        .opt(
            sql("update job set state = 'running', attempts = attempts + 1, locked_until = $1
                 where id = (select id from job
                             where (state = 'queued' and run_at <= $2) or (state = 'running' and locked_until < $2)
                             order by run_at, id limit 1)
                   and ((state = 'queued' and run_at <= $2) or (state = 'running' and locked_until < $2))
                 returning *")
            .bind(until)
            .bind(now),
        )
        .await?;
    let job = row.as_ref().map(Job::from_row).transpose()?;
    tx.commit().await?;
    Ok(job)
}

/// Records success.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn finish_ok(db: &Db, job: &Job) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let now = tx.wall_now();
    tx.run(
        sql("update job set state = 'done', finished_at = $1, locked_until = null, last_error = null where id = $2")
            .bind(now)
            .bind(job.id),
    )
    .await?;
    tx.commit().await
}

/// Records a failed try: again after 10 s, 40 s, 90 s … until the tries are used up.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn finish_failed(db: &Db, job: &Job, error: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let now = tx.wall_now();
    let last = job.attempts >= job.max_attempts;
    let pause = 10 * job.attempts * job.attempts;
    tx.run(
        sql("update job set state = $1, run_at = $2, finished_at = $3, locked_until = null, last_error = $4 where id = $5")
            .bind(if last { "failed" } else { "queued" })
            .bind(Timestamp::from_micros(now.micros() + pause * 1_000_000))
            .bind(last.then_some(now))
            .bind(error)
            .bind(job.id),
    )
    .await?;
    tx.commit().await
}

/// The newest jobs, for the page that shows them.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn recent(tx: &mut Tx, limit: i64) -> Result<Vec<Job>, DbError> {
    let rows = tx
        .all(sql("select * from job order by id desc limit $1").bind(limit))
        .await?;
    rows.iter().map(Job::from_row).collect()
}

/// How many jobs are in each state.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn count_by_state(tx: &mut Tx) -> Result<Vec<(String, i64)>, DbError> {
    let rows = tx
        .all(sql(
            "select state, cast(count(*) as bigint) as n from job group by state order by state",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("state")?, row.get("n")?)))
        .collect()
}
