//! How much a squad may still send: told before anybody films.

use chengzhi_db::Tx;
use chengzhi_drill::facade::{FILM_PURPOSE, film_limits};
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Month, UnitId};
use chengzhi_uploads::{DEFAULT_FILM_BYTES, facade as uploads};

/// Limits and use, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Largest film.
    pub(crate) max_bytes: u64,
    /// All films the squad may keep; none is without limit.
    pub(crate) quota_bytes: Option<u64>,
    /// Here or on their way.
    pub(crate) used_bytes: u64,
}

impl Room {
    /// What is left of the quota; nothing when a lowered quota is exceeded.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        self.quota_bytes
            .map(|quota| quota.saturating_sub(self.used_bytes))
    }
}

/// The room of a squad under the rules of a month, as an upload of that moment would be judged.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub(crate) async fn of_unit(
    tx: &mut Tx,
    state: &AppState,
    unit: UnitId,
    month: Month,
) -> Result<Room, Problem> {
    let limits = film_limits(tx, state, month).await?;
    Ok(Room {
        max_bytes: limits.max_bytes.unwrap_or(DEFAULT_FILM_BYTES),
        quota_bytes: limits.quota_bytes,
        used_bytes: uploads::used_bytes(tx, FILM_PURPOSE, unit).await?,
    })
}
