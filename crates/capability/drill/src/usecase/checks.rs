//! The background check of films (预审) as drill sees it: which films wait, what they must keep to,
//! and what the check found. The check itself lives elsewhere.

use chengzhi_db::Tx;
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Date, RecordId};

use crate::domain::half::SlotKey;
use crate::store::films::{self, Checked, Waiting};
use crate::store::records;

use super::policy::YearRules;

/// Most times a check is begun before the film counts as 未能核验.
pub const MOST_TRIES: u32 = 3;

/// A film to be checked, with what the rules of its half say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmToCheck {
    /// Film; handed back with the result.
    pub film_id: i64,
    /// Where it belongs.
    pub slot: SlotKey,
    /// SHA-256 of the content.
    pub hash: String,
    /// Name on the sender's disk: may carry a date.
    pub name: String,
    /// Least length, seconds (B-49).
    pub min_seconds: u32,
    /// Most rest by the rules, seconds (B-48).
    pub max_rest_seconds: u32,
    /// Rest as the squad entered it, seconds.
    pub entered_rest_seconds: u32,
    /// Day of the session as entered.
    pub held_on: Option<Date>,
    /// First and last day on which the film may have been taken.
    pub days: (Date, Date),
    /// Times the check was begun before.
    pub tries: u32,
    /// A first look has told its length.
    pub measured: bool,
}

/// Films that wait for their check, oldest first.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn waiting(
    tx: &mut Tx,
    state: &AppState,
    limit: i64,
) -> Result<Vec<FilmToCheck>, Problem> {
    let mut found = Vec::new();
    for Waiting {
        film,
        record_id,
        held_on,
        rest_minutes,
        tries,
    } in films::waiting(tx, limit).await?
    {
        let Some(slot) = records::slot_by_id(tx, record_id).await? else {
            continue;
        };
        let rules = YearRules::load(tx, state, slot.month.year()).await?;
        let p = &rules.params;
        let first = slot.half.first_day(slot.month, p.first_half_end);
        // A make-up for the first half is filmed in the second (B-52).
        let last = if p.makeup_allowed {
            slot.month.last_day()
        } else {
            slot.half.last_day(slot.month, p.first_half_end)
        };
        found.push(FilmToCheck {
            film_id: film.id,
            slot,
            measured: film.duration_ms.is_some(),
            hash: film.hash,
            name: film.name,
            min_seconds: p.video_minutes * 60,
            max_rest_seconds: p.rest_minutes * 60,
            entered_rest_seconds: rest_minutes * 60,
            held_on,
            days: (first, last),
            tries,
        });
    }
    Ok(found)
}

/// Writes down the end of a check. The record that holds the film is told to nobody: marks rank the
/// queue and show on the record's page. Gives the record, or none for a film that is not there.
///
/// # Errors
/// 500 from the engine.
pub async fn end(
    tx: &mut Tx,
    state: &AppState,
    film: i64,
    checked: Checked,
) -> Result<Option<RecordId>, Problem> {
    let now = chengzhi_kernel::Clock::now(&*state.clock);
    if !films::end_check(tx, film, checked, now).await? {
        return Ok(None);
    }
    Ok(films::record_of(tx, film).await?)
}
