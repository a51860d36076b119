//! What the room writes, in groups.

use std::collections::HashMap;

use async_trait::async_trait;
use chengzhi_db::{DbError, GroupWork, Tx};
use chengzhi_kernel::Timestamp;

use crate::domain::AttemptId;
use crate::domain::sitting::{Sitting, State};
use crate::store::answers::{self, NewAnswer};
use crate::store::attempts;

/// The room's writes.
pub struct Writes;

/// One write of an attempt.
#[derive(Debug)]
pub enum Write {
    /// Answers, the first following the last that is stored.
    Answers(AttemptId, Vec<NewAnswer>),
    /// The sitting stands otherwise than before.
    Stands {
        /// Attempt.
        id: AttemptId,
        /// State and device as they were.
        was: (State, u32),
        /// As it is now.
        now: Box<Sitting>,
        /// What happened: event, when, by whom.
        event: (&'static str, Timestamp, String),
    },
    /// Nothing is written; stored when what was queued before it is.
    Reached {
        /// Attempt.
        id: AttemptId,
        /// Its last answer.
        sequence: u64,
        /// Its state and device.
        stands: (State, u32),
    },
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Durable.
    Stored,
    /// Something else was written in between (another server): look again.
    Stale,
}

#[async_trait]
impl GroupWork for Writes {
    type Item = Write;
    type Done = Written;

    async fn write(&self, tx: &mut Tx, items: &[Write]) -> Result<Vec<Written>, DbError> {
        let mut attempts: Vec<i64> = items
            .iter()
            .filter_map(|item| match item {
                Write::Answers(id, _) | Write::Reached { id, .. } => Some(id.get()),
                Write::Stands { .. } => None,
            })
            .collect();
        attempts.sort_unstable();
        attempts.dedup();
        let mut heads: HashMap<i64, u64> = if attempts.is_empty() {
            HashMap::new()
        } else {
            answers::heads(tx, &attempts).await?
        };
        let mut rows: Vec<(AttemptId, &NewAnswer)> = Vec::new();
        let mut done = Vec::with_capacity(items.len());
        for item in items {
            done.push(match item {
                Write::Answers(id, list) => {
                    let head = heads.entry(id.get()).or_insert(0);
                    // A chain has no gaps: what does not follow is not stored.
                    if list
                        .first()
                        .is_some_and(|first| first.sequence == *head + 1)
                    {
                        *head += list.len() as u64;
                        rows.extend(list.iter().map(|answer| (*id, answer)));
                        Written::Stored
                    } else {
                        Written::Stale
                    }
                }
                Write::Stands {
                    id,
                    was,
                    now,
                    event: (event, at, by_name),
                } => {
                    if attempts::put(tx, *id, *was, now).await? {
                        attempts::add_event(tx, *id, *at, by_name, event).await?;
                        Written::Stored
                    } else {
                        Written::Stale
                    }
                }
                Write::Reached {
                    id,
                    sequence,
                    stands: (state, device),
                } => {
                    let head = heads.get(&id.get()).copied().unwrap_or(0);
                    let there = attempts::stands(tx, *id).await?;
                    if head >= *sequence && there == Some((*state, *device)) {
                        Written::Stored
                    } else {
                        Written::Stale
                    }
                }
            });
        }
        answers::insert_all(tx, rows.into_iter()).await?;
        Ok(done)
    }
}
