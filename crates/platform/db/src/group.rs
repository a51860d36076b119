//! Group commit: what thousands of callers write at the same moment shares a transaction and its sync.
//!
//! A caller hands in an item and waits; a writer takes whatever has gathered meanwhile, writes it in one
//! transaction, commits, and only then answers each caller. Nothing is answered before it is durable. While one
//! transaction is being synced the next group gathers, so that the groups grow with the load and a lone caller
//! waits for nobody.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::{Db, DbError, Tx};

/// What is done with a group of items.
#[async_trait]
pub trait GroupWork: Send + Sync + 'static {
    /// One caller's item.
    type Item: Send + Sync + 'static;
    /// What its caller is told after the commit.
    type Done: Send + 'static;

    /// Writes the items in their order; gives an answer for each, in the same order. What is refused for its
    /// content is an answer; an error means that nothing of this transaction stands.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    async fn write(&self, tx: &mut Tx, items: &[Self::Item]) -> Result<Vec<Self::Done>, DbError>;
}

/// Why an item was not written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GroupError {
    /// The engine refused it, alone in a transaction of its own.
    #[error("{0}")]
    Db(Arc<DbError>),
    /// More items wait than the queue takes: try again shortly.
    #[error("the queue of writes is full")]
    Full,
    /// The writer has ended with the program.
    #[error("the writer has ended")]
    Ended,
}

struct Waiting<W: GroupWork> {
    item: W::Item,
    done: oneshot::Sender<Result<W::Done, GroupError>>,
}

/// Most items of one transaction.
const MOST: usize = 500;
/// Items that may wait; some ten seconds of the fastest writing seen.
const QUEUE: usize = 100_000;

/// Hands items to writers that share transactions. Cheap to clone.
pub struct GroupWriter<W: GroupWork> {
    queue: mpsc::Sender<Waiting<W>>,
}

impl<W: GroupWork> Clone for GroupWriter<W> {
    fn clone(&self) -> Self {
        GroupWriter {
            queue: self.queue.clone(),
        }
    }
}

impl<W: GroupWork> GroupWriter<W> {
    /// Starts a writer on the current runtime. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(db: Db, work: W) -> Self {
        let (queue, items) = mpsc::channel(QUEUE);
        tokio::spawn(run(db, work, items));
        GroupWriter { queue }
    }

    /// Puts an item into the queue and returns at once: items are written in the order of these calls. The answer
    /// is waited for apart, so that a caller may hold a lock while he queues and none while the disk works.
    ///
    /// # Errors
    /// [`GroupError::Full`] and [`GroupError::Ended`]; the item is not stored then.
    pub fn queue(&self, item: W::Item) -> Result<Pending<W>, GroupError> {
        let (done, answer) = oneshot::channel();
        self.queue
            .try_send(Waiting { item, done })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => GroupError::Full,
                mpsc::error::TrySendError::Closed(_) => GroupError::Ended,
            })?;
        Ok(Pending(answer))
    }

    /// Writes an item; returns when it is durable.
    ///
    /// # Errors
    /// [`GroupError`]; the item is not stored then. After [`GroupError::Ended`] in the middle of a commit it may be.
    pub async fn write(&self, item: W::Item) -> Result<W::Done, GroupError> {
        self.queue(item)?.durable().await
    }
}

/// An item on its way to the disk.
pub struct Pending<W: GroupWork>(oneshot::Receiver<Result<W::Done, GroupError>>);

impl<W: GroupWork> Pending<W> {
    /// Returns when the item is durable.
    ///
    /// # Errors
    /// As [`GroupWriter::write`].
    pub async fn durable(self) -> Result<W::Done, GroupError> {
        self.0.await.unwrap_or(Err(GroupError::Ended))
    }
}

async fn run<W: GroupWork>(db: Db, work: W, mut queue: mpsc::Receiver<Waiting<W>>) {
    let mut group = Vec::with_capacity(MOST);
    while queue.recv_many(&mut group, MOST).await > 0 {
        let (items, callers): (Vec<_>, Vec<_>) = group
            .drain(..)
            .map(|waiting| (waiting.item, waiting.done))
            .unzip();
        let answers = match attempt(&db, &work, &items).await {
            Ok(done) => done.into_iter().map(Ok).collect(),
            // One item may have spoilt the transaction of all: each gets its own.
            Err(error) if items.len() > 1 => {
                tracing::warn!(error = %error, items = items.len(), "a group of writes is tried one by one");
                one_by_one(&db, &work, &items).await
            }
            Err(error) => vec![Err(GroupError::Db(Arc::new(error)))],
        };
        for (caller, answer) in callers.into_iter().zip(answers) {
            // A caller that has gone away loses its answer, never its item.
            let _ = caller.send(answer);
        }
    }
}

async fn attempt<W: GroupWork>(
    db: &Db,
    work: &W,
    items: &[W::Item],
) -> Result<Vec<W::Done>, DbError> {
    let mut tx = db.write().await?;
    let done = work.write(&mut tx, items).await?;
    tx.commit().await?;
    Ok(done)
}

async fn one_by_one<W: GroupWork>(
    db: &Db,
    work: &W,
    items: &[W::Item],
) -> Vec<Result<W::Done, GroupError>> {
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let answer = match attempt(db, work, std::slice::from_ref(item)).await {
            Ok(mut done) => done.pop().ok_or(GroupError::Ended),
            Err(error) => Err(GroupError::Db(Arc::new(error))),
        };
        answers.push(answer);
    }
    answers
}
