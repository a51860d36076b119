//! The bank in memory: filters, search and near-duplicates over every version that is not superseded.
//!
//! The database counts changes ([`crate::store::counter`]); before each answer the index reads again what
//! has changed since. Texts lie one behind the other in one buffer that is searched whole: exact for any
//! Chinese text, the same on both engines. `examples/bench_bank.rs` measures it with 100,000 questions.

mod data;

use std::collections::BTreeSet;
use std::sync::Arc;

use chengzhi_db::{DbError, Tx};
use chengzhi_http::Problem;
use chengzhi_questions::Kind;
use chengzhi_questions::similar::{Likeness, Print};
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};

use self::data::Data;
use crate::domain::life::{Level, State};
use crate::store::{counter, index};

/// Rows read at once while the index is filled.
const CHUNK: i64 = 5_000;

/// The bank's index, shared by all requests.
#[derive(Debug, Clone)]
pub struct Bank {
    data: Arc<RwLock<Data>>,
    /// Files that are read at the same time.
    reading: Arc<Semaphore>,
}

/// Files read at once: each may unpack to many times its size.
const READERS: usize = 2;

impl Default for Bank {
    fn default() -> Self {
        Bank {
            data: Arc::default(),
            reading: Arc::new(Semaphore::new(READERS)),
        }
    }
}

/// What is looked for; an empty part asks for everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words that must all stand in stem, options, sub-questions, topic, law or article.
    pub text: String,
    /// Kind.
    pub kind: Option<Kind>,
    /// Level.
    pub level: Option<Level>,
    /// State; none: all but superseded ones.
    pub state: Option<State>,
    /// Name of the field of law.
    pub field: Option<String>,
    /// Topic.
    pub topic: Option<String>,
    /// 1 to 5.
    pub difficulty: Option<u8>,
    /// Only what is checked, only what is 未核.
    pub checked: Option<bool>,
    /// Name of the law cited as source.
    pub law: Option<String>,
    /// Its article.
    pub article: Option<String>,
    /// Proposals of a unit.
    pub unit: Option<i64>,
    /// Units whose drafts and proposals the caller sees; what left review everybody sees.
    pub units: BTreeSet<i64>,
}

/// Versions found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// In all pages.
    pub total: usize,
    /// Ids of this page, newest question first.
    pub ids: Vec<i64>,
}

/// A question that says nearly the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NearVersion {
    /// Its version.
    pub version_id: i64,
    /// The question.
    pub question_id: i64,
    /// How alike.
    pub likeness: Likeness,
}

/// The index before a search: a failed fill leaves nothing half-read behind.
fn full<E>(_: E) -> Problem {
    Problem::conflict("bank.busy", "题库正忙，请稍后再试。")
}

impl Bank {
    /// An empty index that fills itself at its first use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for the turn to read a file.
    ///
    /// # Errors
    /// 409 when the server stops.
    pub async fn reading(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.reading.clone().acquire_owned().await.map_err(full)
    }

    /// Reads again what has changed. `tx` must be a reading transaction: what is not yet committed
    /// must not get in.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn refresh(&self, tx: &mut Tx) -> Result<(), DbError> {
        let now = counter(tx).await?;
        if self.data.read().await.seq >= now {
            return Ok(());
        }
        let mut data = self.data.write().await;
        if data.is_worn() {
            *data = Data::default();
        }
        // Somebody who began later may have been here first and know more.
        if data.seq >= now {
            return Ok(());
        }
        let (since, mut after) = (data.seq, 0_i64);
        loop {
            let rows = index::changed(tx, (since, now), after, CHUNK).await?;
            for row in &rows {
                after = row.version_id;
                data.put(row);
            }
            if i64::try_from(rows.len()).unwrap_or(0) < CHUNK {
                break;
            }
        }
        data.seq = now;
        Ok(())
    }

    /// Versions that a wish names; `page` is limit and offset.
    ///
    /// # Errors
    /// 409 when the search was cut short because the server stops.
    pub async fn find(&self, wanted: Wanted, page: (usize, usize)) -> Result<Found, Problem> {
        let data = self.data.clone().read_owned().await;
        tokio::task::spawn_blocking(move || data.find(&wanted, page))
            .await
            .map_err(full)
    }

    /// Questions that say nearly the same as a question, the most alike first; `except` is left out.
    ///
    /// # Errors
    /// As [`Bank::find`].
    pub async fn near(
        &self,
        print: Print,
        except: Option<i64>,
        limit: usize,
    ) -> Result<Vec<NearVersion>, Problem> {
        let data = self.data.clone().read_owned().await;
        tokio::task::spawn_blocking(move || data.near(&print, except, limit))
            .await
            .map_err(full)
    }

    /// The same for many questions at once.
    ///
    /// # Errors
    /// As [`Bank::find`].
    pub async fn near_all(
        &self,
        prints: Vec<Print>,
        limit: usize,
    ) -> Result<Vec<Vec<NearVersion>>, Problem> {
        let data = self.data.clone().read_owned().await;
        tokio::task::spawn_blocking(move || {
            prints
                .iter()
                .map(|print| data.near(print, None, limit))
                .collect()
        })
        .await
        .map_err(full)
    }

    /// Topics in use with their field and the number of versions, by field and topic.
    pub async fn topics(&self) -> Vec<(String, String, usize)> {
        self.data.read().await.topics()
    }

    /// Versions in each state that a caller sees.
    pub async fn states(&self, units: &BTreeSet<i64>) -> Vec<(State, usize)> {
        self.data.read().await.states(units)
    }

    /// Bytes that texts take and entries there are, for the bench.
    pub async fn size(&self) -> (usize, usize) {
        self.data.read().await.size()
    }
}
