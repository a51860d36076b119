//! The worker: claims jobs and hands them to their handlers; enqueues what recurs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chengzhi_db::{Db, DbError};
use thiserror::Error;
use tokio::sync::watch;

use crate::queue::{Job, NewJob, claim, enqueue, finish_failed, finish_ok};

/// What a handler can fail with.
#[derive(Debug, Error)]
pub enum JobError {
    /// The database.
    #[error("database: {0}")]
    Db(#[from] DbError),
    /// Anything else, in words for the job page.
    #[error("{0}")]
    Other(String),
}

/// Does one kind of job. May be called twice for the same job.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// Does the work.
    ///
    /// # Errors
    /// [`JobError`]; the job is tried again later.
    async fn run(&self, job: &Job) -> Result<(), JobError>;
}

/// A kind that is enqueued once per interval by whichever process comes first.
struct Recurring {
    kind: &'static str,
    every_seconds: i64,
}

/// Runs jobs until told to stop.
pub struct JobRunner {
    db: Db,
    handlers: HashMap<&'static str, Arc<dyn JobHandler>>,
    recurring: Vec<Recurring>,
}

impl JobRunner {
    /// A runner without handlers.
    #[must_use]
    pub fn new(db: Db) -> Self {
        JobRunner {
            db,
            handlers: HashMap::new(),
            recurring: Vec::new(),
        }
    }

    /// Adds the handler of a kind.
    #[must_use]
    pub fn handle(mut self, kind: &'static str, handler: Arc<dyn JobHandler>) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Adds a handler that runs once every interval, in one process of several.
    #[must_use]
    pub fn every(mut self, seconds: i64, kind: &'static str, handler: Arc<dyn JobHandler>) -> Self {
        self.recurring.push(Recurring {
            kind,
            every_seconds: seconds,
        });
        self.handle(kind, handler)
    }

    /// Enqueues the recurring jobs of the present interval. The interval's number is part of the
    /// key, so several processes enqueue one job.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn tick(&self) -> Result<(), DbError> {
        if self.recurring.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        let now = tx.wall_now();
        for recurring in &self.recurring {
            let window = now.micros() / (recurring.every_seconds * 1_000_000);
            enqueue(
                &mut tx,
                NewJob {
                    kind: recurring.kind.to_owned(),
                    dedup_key: Some(format!("{}:{window}", recurring.kind)),
                    payload: "{}".to_owned(),
                    run_at: now,
                    max_attempts: 3,
                },
            )
            .await?;
        }
        // Finished jobs stay visible for a week.
        let week_ago = now.micros() - 7 * 86_400 * 1_000_000;
        tx.run(
            chengzhi_db::sql("delete from job where state = 'done' and finished_at < $1")
                .bind(week_ago),
        )
        .await?;
        tx.commit().await
    }

    /// Runs all due jobs and returns how many ran. Tests use it to make background work happen now.
    ///
    /// # Errors
    /// [`DbError`] from the engine; a handler's failure is recorded at its job.
    pub async fn run_due(&self) -> Result<usize, DbError> {
        let mut count = 0;
        while let Some(job) = claim(&self.db).await? {
            count += 1;
            let outcome = match self.handlers.get(job.kind.as_str()) {
                Some(handler) => handler.run(&job).await.map_err(|e| e.to_string()),
                None => Err(format!("没有处理“{}”的程序", job.kind)),
            };
            match outcome {
                Ok(()) => finish_ok(&self.db, &job).await?,
                Err(error) => {
                    tracing::warn!(job = job.id, kind = %job.kind, attempt = job.attempts, error, "job failed");
                    finish_failed(&self.db, &job, &error).await?;
                }
            }
        }
        Ok(count)
    }

    /// Works until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.tick().await {
                tracing::error!(error = %error, "recurring jobs could not be enqueued");
            }
            if let Err(error) = self.run_due().await {
                tracing::error!(error = %error, "job queue could not be read");
            }
            tokio::select! {
                _ = stop.changed() => return,
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    }
}
