//! The fingerprints of all films in memory, for finding a film that was used before.

use std::collections::HashSet;

use chengzhi_db::{Db, DbError};
use chengzhi_drill::facade::SlotKey;
use chengzhi_video::{Fingerprint, Index, Reuse};

use crate::store;

/// All fingerprints, brought up to date before each search.
#[derive(Debug, Default)]
pub struct Library {
    index: Index<(SlotKey, String)>,
    known: HashSet<String>,
}

impl Library {
    /// Reads what other films left since the last time.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn refresh(&mut self, db: &Db) -> Result<(), DbError> {
        let mut tx = db.read().await?;
        let missing: Vec<String> = store::hashes(&mut tx)
            .await?
            .into_iter()
            .filter(|hash| !self.known.contains(hash))
            .collect();
        for print in store::prints(&mut tx, &missing).await? {
            let Some(fingerprint) = Fingerprint::from_bytes(&print.print) else {
                tracing::warn!(hash = %print.hash, "a stored fingerprint cannot be read");
                self.known.insert(print.hash);
                continue;
            };
            self.index
                .add((print.slot, print.hash.clone()), fingerprint);
            self.known.insert(print.hash);
        }
        Ok(())
    }

    /// Stretches that a film shares with films of other slots.
    #[must_use]
    pub fn search(
        &self,
        slot: SlotKey,
        print: &Fingerprint,
        least_seconds: f64,
    ) -> Vec<Reuse<(SlotKey, String)>> {
        self.index
            .search(print, None, least_seconds)
            .into_iter()
            // A squad that sends a better film for the same half-month repeats itself and nobody.
            .filter(|found| found.key.0 != slot)
            .collect()
    }
}
