//! Waiting until what an attempt has written is on the disk.

use std::sync::atomic::Ordering;

use chengzhi_http::Problem;

use super::live::Live;
use super::writer::{Write, Written};
use super::{Place, Room, group_problem, not_stored};

/// A write whose end is waited for by a task of its own: a candidate whose connection breaks in the meantime
/// must not leave the room believing in something that was never stored.
pub(super) struct Settling(tokio::task::JoinHandle<Result<(), Problem>>);

impl Settling {
    /// Returns when the write is durable.
    ///
    /// # Errors
    /// 503 when it could not be stored; the room has forgotten the attempt then and reads it anew.
    pub(super) async fn durable(self) -> Result<(), Problem> {
        self.0.await.unwrap_or_else(|_| Err(not_stored()))
    }
}

impl Room {
    /// Queues a write of an attempt, whose lock the caller holds.
    pub(super) fn put(
        &self,
        place: &Place,
        live: &Live,
        write: Write,
    ) -> Result<Settling, Problem> {
        let pending = self
            .writer
            .queue(write)
            .map_err(|error| group_problem(&error))?;
        let under_way = live.under_way.clone();
        under_way.fetch_add(1, Ordering::SeqCst);
        let place = place.clone();
        Ok(Settling(tokio::spawn(async move {
            let refused = match pending.durable().await {
                Ok(Written::Stored) => {
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    return Ok(());
                }
                Ok(Written::Stale) => not_stored(),
                Err(error) => group_problem(&error),
            };
            // Left counted: until the attempt is read anew nothing of it passes for stored.
            *place.lock().await = None;
            Err(refused)
        })))
    }

    /// For a reply that writes nothing but tells of what others have written: waits for these, none when all is
    /// on the disk.
    pub(super) fn settle(&self, place: &Place, live: &Live) -> Result<Option<Settling>, Problem> {
        if live.is_settled() {
            return Ok(None);
        }
        let reached = Write::Reached {
            id: live.id,
            sequence: live.sitting.sequence,
            stands: (live.sitting.stored, live.sitting.device),
        };
        self.put(place, live, reached).map(Some)
    }
}
