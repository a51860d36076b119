//! How much is stored, promised, and arriving.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Timestamp, UnitId};

use crate::domain::words::bytes;

/// What open uploads have in the spool, and what they may still bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promised {
    pub(crate) in_spool: u64,
    pub(crate) to_come: u64,
}

pub(crate) async fn promised(tx: &mut Tx) -> Result<Promised, DbError> {
    let row = tx
        .one(sql(
            "select cast(coalesce(sum(received), 0) as bigint) as here,
                         cast(coalesce(sum(length - received), 0) as bigint) as come
                  from upload where state = 'open'",
        ))
        .await?;
    Ok(Promised {
        in_spool: bytes(row.get("here")?),
        to_come: bytes(row.get("come")?),
    })
}

/// Bytes of one purpose that count against a unit: what is open, and the contents that are complete
/// and there, each once. What its record gave up is left out when its content will go.
pub(crate) async fn of_unit(tx: &mut Tx, purpose: &str, unit: UnitId) -> Result<u64, DbError> {
    let row = tx
        .one(
            sql("select cast(coalesce(sum(part.size), 0) as bigint) as n from (
                   select u.length as size from upload u
                   where u.purpose = $1 and u.unit_id = $2 and u.state = 'open'
                   union all
                   select max(f.size) as size from upload u join stored_file f on f.hash = u.hash
                   where u.purpose = $1 and u.unit_id = $2 and u.state = 'complete' and f.gone_at is null
                     and (u.claimed_by is not null or u.claimed_at is null or f.keep_until is null)
                   group by f.hash
                 ) as part")
            .bind(purpose)
            .bind(unit),
        )
        .await?;
    Ok(bytes(row.get("n")?))
}

/// Bytes and files of a part of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) files: i64,
}

/// All that is there.
pub(crate) async fn total(tx: &mut Tx) -> Result<(u64, i64), DbError> {
    let row = tx
        .one(sql(
            "select cast(coalesce(sum(size), 0) as bigint) as size, cast(count(*) as bigint) as n
             from stored_file where gone_at is null",
        ))
        .await?;
    Ok((bytes(row.get("size")?), row.get("n")?))
}

/// By purpose; a film sent twice is one file and counts for the first. What did not come by an
/// upload stands under `photo` and `material`.
pub(crate) async fn by_purpose(tx: &mut Tx) -> Result<Vec<Usage>, DbError> {
    let rows = tx
        .all(sql(
            "select kind, cast(sum(size) as bigint) as size, cast(count(*) as bigint) as n from (
               select f.size as size, coalesce(
                 (select min(u.purpose) from upload u where u.hash = f.hash and u.state = 'complete'),
                 case when f.width is null then 'material' else 'photo' end) as kind
               from stored_file f where f.gone_at is null) as part
             group by kind order by size desc, kind",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.get("kind")?;
            Ok(Usage {
                name: kind.clone(),
                key: kind,
                bytes: bytes(row.get("size")?),
                files: row.get("n")?,
            })
        })
        .collect()
}

/// The units with the most bytes by upload.
pub(crate) async fn by_unit(tx: &mut Tx, limit: i64) -> Result<Vec<Usage>, DbError> {
    let rows = tx
        .all(
            sql("select u.unit_id as unit_id, max(u.unit_name) as name,
                        cast(sum(u.length) as bigint) as size, cast(count(*) as bigint) as n
                 from upload u join stored_file f on f.hash = u.hash
                 where u.state = 'complete' and f.gone_at is null
                 group by u.unit_id order by size desc, unit_id limit $1")
            .bind(limit),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Usage {
                key: row.get::<i64>("unit_id")?.to_string(),
                name: row.get("name")?,
                bytes: bytes(row.get("size")?),
                files: row.get("n")?,
            })
        })
        .collect()
}

/// Bytes that arrived since an instant (machine time), and the instant of the first file at all.
pub(crate) async fn arrived(
    tx: &mut Tx,
    since: Timestamp,
) -> Result<(u64, Option<Timestamp>), DbError> {
    let row = tx
        .one(
            sql("select cast(coalesce(sum(case when created_at >= $1 then size else 0 end), 0) as bigint) as size,
                        min(created_at) as first
                 from stored_file")
            .bind(since),
        )
        .await?;
    Ok((bytes(row.get("size")?), row.get("first")?))
}
