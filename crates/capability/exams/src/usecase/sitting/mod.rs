//! The sitting room: starts, saves, take-overs and hand-ins of everybody who sits.
//!
//! What a save needs is kept in memory ([`live`]) and read from the database when it is not there, so that the room can
//! be emptied at any time. Writes of all candidates share transactions ([`writer`]); nothing is acknowledged before it
//! is durable. An attempt's writes are queued under its lock, in the order of its receipts.

mod live;
mod picture;
mod save;
mod settle;
mod state;
mod view;
mod writer;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chengzhi_db::{Db, GroupError, GroupWriter};
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{PersonId, Timestamp};
use tokio::sync::Mutex;

use crate::domain::AttemptId;

use super::not_stored;
use super::pictures::PictureFile;
use live::{Live, Printed};
use writer::Writes;

pub use save::{Item, Saved};
pub use state::Order;
pub use view::{PaperOut, PartOut, QuestionOut, QuestionPartOut, SectionOut, SittingOut};

/// Locks are spread over so many maps.
const SHARDS: usize = 64;

/// One attempt in the room: empty until it is asked for, emptied when a write failed.
type Place = Arc<Mutex<Option<Live>>>;

/// Everybody who sits, on this server.
pub struct Room {
    db: Db,
    writer: GroupWriter<Writes>,
    places: Vec<Mutex<HashMap<AttemptId, Place>>>,
    printed: Mutex<HashMap<i64, Arc<Printed>>>,
    /// By digest: all who sit a form look at the same pictures.
    pictures: Mutex<HashMap<String, Arc<PictureFile>>>,
}

impl Room {
    /// Opens the room; its writer runs on the current runtime.
    #[must_use]
    pub fn open(db: Db) -> Arc<Self> {
        Arc::new(Room {
            writer: GroupWriter::start(db.clone(), Writes),
            places: (0..SHARDS).map(|_| Mutex::default()).collect(),
            printed: Mutex::default(),
            pictures: Mutex::default(),
            db,
        })
    }

    fn shard(&self, id: AttemptId) -> Option<&Mutex<HashMap<AttemptId, Place>>> {
        let shard = id.get().unsigned_abs() % SHARDS as u64;
        usize::try_from(shard)
            .ok()
            .and_then(|shard| self.places.get(shard))
    }

    async fn place(&self, id: AttemptId) -> Place {
        match self.shard(id) {
            Some(shard) => shard.lock().await.entry(id).or_default().clone(),
            None => Place::default(),
        }
    }

    /// Sends everybody out of memory who will save nothing any more, and the forms that nobody sits, to be called now and
    /// then. Who comes back is read from the database.
    pub async fn tidy(&self, now: Timestamp) {
        for shard in &self.places {
            let mut places = shard.lock().await;
            places.retain(|_, place| {
                Arc::strong_count(place) > 1
                    || place.try_lock().map_or(true, |live| {
                        live.as_ref().is_some_and(|live| !live.is_over(now))
                    })
            });
        }
        // Further attempts have forms of their own, which would gather.
        let mut printed = self.printed.lock().await;
        printed.retain(|_, form| Arc::strong_count(form) > 1);
        let looked_at: HashSet<&str> = printed
            .values()
            .flat_map(|printed| &printed.form.questions)
            .flat_map(|asked| &asked.pictures)
            .map(|picture| picture.digest.as_str())
            .collect();
        let mut pictures = self.pictures.lock().await;
        pictures.retain(|digest, _| looked_at.contains(digest.as_str()));
    }
}

/// Seconds between two calls of [`Room::tidy`].
pub const TIDY_SECONDS: u64 = 60;

/// Whose request it is: a person of the roster.
///
/// # Errors
/// 404 for an account of nobody.
fn person(ctx: &Ctx) -> Result<PersonId, Problem> {
    ctx.actor.person_id.ok_or_else(Problem::not_found)
}

fn group_problem(error: &GroupError) -> Problem {
    match error {
        GroupError::Db(error) => {
            let _logged = Unknown::log(error.as_ref());
            not_stored()
        }
        GroupError::Full | GroupError::Ended => not_stored(),
    }
}
