//! Fingerprints of films.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_drill::facade::{Half, SlotKey};
use chengzhi_kernel::Timestamp;

/// A stored fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// SHA-256 of the film.
    pub hash: String,
    /// Slot in which the film was first seen.
    pub slot: SlotKey,
    /// The fingerprint as stored.
    pub print: Vec<u8>,
}

/// Keeps a film's fingerprint. The same content sent again keeps its first slot.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    print: &Print,
    duration_ms: i64,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into film_print (hash, unit_id, for_month, half, print, duration_ms, made_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (hash) do nothing",
        )
        .bind(&print.hash)
        .bind(print.slot.unit)
        .bind(print.slot.month)
        .bind(print.slot.half.number())
        .bind(print.print.clone())
        .bind(duration_ms)
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Hashes of all films with a fingerprint.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn hashes(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    tx.all(sql("select hash from film_print order by hash"))
        .await?
        .iter()
        .map(|row| row.get("hash"))
        .collect()
}

/// Fingerprints of these films.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn prints(tx: &mut Tx, hashes: &[String]) -> Result<Vec<Print>, DbError> {
    const CHUNK: usize = 500;
    let mut found = Vec::with_capacity(hashes.len());
    for chunk in hashes.chunks(CHUNK) {
        let marks: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "select hash, unit_id, for_month, half, print from film_print where hash in ({})",
            marks.join(",")
        );
        for row in tx.all(sql(text).bind_all(chunk)).await? {
            let number: i64 = row.get("half")?;
            let half = u32::try_from(number)
                .ok()
                .and_then(Half::from_number)
                .ok_or_else(|| DbError::Decode {
                    column: "half".to_owned(),
                    wanted: "1 or 2",
                })?;
            found.push(Print {
                hash: row.get("hash")?,
                slot: SlotKey {
                    unit: row.get("unit_id")?,
                    month: row.get("for_month")?,
                    half,
                },
                print: row.get("print")?,
            });
        }
    }
    Ok(found)
}

/// Notes that a copy for browsers lies beside the film.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_review_copy(tx: &mut Tx, hash: &str) -> Result<(), DbError> {
    tx.run(sql("update film_print set review_copy = 1 where hash = $1").bind(hash))
        .await?;
    Ok(())
}

/// Whether a copy for browsers lies beside the film.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn has_review_copy(tx: &mut Tx, hash: &str) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql("select 1 as there from film_print where hash = $1 and review_copy = 1").bind(hash),
        )
        .await?
        .is_some())
}
