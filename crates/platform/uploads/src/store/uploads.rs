//! Uploads as rows.

use chengzhi_db::{Arg, DbError, Query, Row, Tx, sql};
use chengzhi_kernel::{AccountId, FileHash, Timestamp, UnitId};

use crate::domain::state::{Upload, UploadState};
use crate::domain::words::{bytes, stored};

/// Queues everybody who admits, names or removes: one after the other, until the commit.
pub(crate) async fn pass_gate(tx: &mut Tx) -> Result<(), DbError> {
    tx.run(sql("update upload_gate set taken = taken + 1 where id = 1"))
        .await?;
    Ok(())
}

/// An upload to be stored.
pub(crate) struct NewUpload<'a> {
    pub(crate) purpose: &'a str,
    pub(crate) unit: UnitId,
    pub(crate) unit_name: &'a str,
    pub(crate) slot: &'a str,
    pub(crate) account: AccountId,
    pub(crate) account_name: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) metadata: &'a str,
    pub(crate) length: u64,
    pub(crate) spool: &'a str,
    pub(crate) started_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewUpload<'_>) -> Result<i64, DbError> {
    let now = tx.wall_now();
    let row = tx
        .one(
            sql("insert into upload (purpose, unit_id, unit_name, slot, account_id, account_name, file_name,
                   metadata, length, spool, state, started_at, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13) returning id")
            .bind(new.purpose)
            .bind(new.unit)
            .bind(new.unit_name)
            .bind(new.slot)
            .bind(new.account)
            .bind(new.account_name)
            .bind(new.file_name)
            .bind(new.metadata)
            .bind(stored(new.length))
            .bind(new.spool)
            .bind(new.started_at)
            .bind(now)
            .bind(new.expires_at),
        )
        .await?;
    row.get("id")
}

fn upload(row: &Row) -> Result<Upload, DbError> {
    let number = |column: &str| -> Result<u64, DbError> { Ok(bytes(row.get(column)?)) };
    let state: String = row.get("state")?;
    Ok(Upload {
        id: row.get("id")?,
        purpose: row.get("purpose")?,
        unit: row.get("unit_id")?,
        slot: row.get("slot")?,
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        file_name: row.get("file_name")?,
        metadata: row.get("metadata")?,
        length: number("length")?,
        received: number("received")?,
        spool: row.get("spool")?,
        state: UploadState::parse(&state).ok_or(DbError::Decode {
            column: "state".to_owned(),
            wanted: "state of an upload",
        })?,
        reason: row.get("reason")?,
        mime: row.get("mime")?,
        hash: row
            .get::<Option<String>>("hash")?
            .as_deref()
            .and_then(FileHash::parse),
        started_at: row.get("started_at")?,
        received_at: row.get("received_at")?,
        expires_at: row.get("expires_at")?,
        claimed_by: row.get("claimed_by")?,
    })
}

async fn list(tx: &mut Tx, query: Query) -> Result<Vec<Upload>, DbError> {
    tx.all(query).await?.iter().map(upload).collect()
}

pub(crate) async fn find(tx: &mut Tx, id: i64) -> Result<Option<Upload>, DbError> {
    let row = tx
        .opt(sql("select * from upload where id = $1").bind(id))
        .await?;
    row.as_ref().map(upload).transpose()
}

/// Open uploads of an account, newest first; of one purpose and slot, where named.
pub(crate) async fn open_of_account(
    tx: &mut Tx,
    account: AccountId,
    purpose: Option<&str>,
    slot: Option<&str>,
) -> Result<Vec<Upload>, DbError> {
    let mut text = "select * from upload where account_id = $1 and state = 'open'".to_owned();
    let mut args: Vec<Arg> = Vec::new();
    for (column, value) in [("purpose", purpose), ("slot", slot)] {
        if let Some(value) = value {
            args.push(value.into());
            text.push_str(&format!(" and {column} = ${}", args.len() + 1));
        }
    }
    text.push_str(" order by id desc");
    list(tx, sql(text).bind(account).bind_all(args)).await
}

/// Uploads of a slot that are open, or complete and still there, oldest first.
pub(crate) async fn of_slot(
    tx: &mut Tx,
    purpose: &str,
    slot: &str,
) -> Result<Vec<Upload>, DbError> {
    let query = sql(
        "select * from upload where purpose = $1 and slot = $2 and state in ('open', 'complete') order by id",
    );
    list(tx, query.bind(purpose).bind(slot)).await
}

/// Open uploads of the installation, the largest first.
pub(crate) async fn all_open(tx: &mut Tx, limit: i64) -> Result<Vec<Upload>, DbError> {
    let query = sql("select * from upload where state = 'open' order by length desc, id limit $1");
    list(tx, query.bind(limit)).await
}

/// Whole uploads whose last step did not happen: the server ended in between.
pub(crate) async fn unfinished(tx: &mut Tx) -> Result<Vec<Upload>, DbError> {
    list(
        tx,
        sql("select * from upload where state = 'open' and received = length order by id"),
    )
    .await
}

/// Open uploads with nobody going on.
pub(crate) async fn overdue(tx: &mut Tx, now: Timestamp) -> Result<Vec<Upload>, DbError> {
    let query = sql(
        "select * from upload where state = 'open' and expires_at <= $1 and received < length order by id",
    );
    list(tx, query.bind(now)).await
}

/// Moves the count of durable bytes on; false when it is not at `from` any more or the upload is
/// no longer open. `received_at` belongs to the last byte.
pub(crate) async fn advance(
    tx: &mut Tx,
    id: i64,
    from: u64,
    to: u64,
    received_at: Option<Timestamp>,
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql(
                "update upload set received = $1, received_at = $2, expires_at = $3
                 where id = $4 and received = $5 and state = 'open'",
            )
            .bind(stored(to))
            .bind(received_at)
            .bind(expires_at)
            .bind(id)
            .bind(stored(from)),
        )
        .await?;
    Ok(touched == 1)
}

pub(crate) async fn set_mime(tx: &mut Tx, id: i64, mime: &str) -> Result<(), DbError> {
    tx.run(
        sql("update upload set mime = $1 where id = $2")
            .bind(mime)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Ends an open upload; false when it is open no longer.
pub(crate) async fn close(
    tx: &mut Tx,
    id: i64,
    state: UploadState,
    reason: Option<&str>,
) -> Result<bool, DbError> {
    let now = tx.wall_now();
    let touched = tx
        .run(
            sql("update upload set state = $1, reason = $2, ended_at = $3
                 where id = $4 and state = 'open'")
            .bind(state.code())
            .bind(reason.map(str::to_owned))
            .bind(now)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Expires an open upload unless somebody went on meanwhile.
pub(crate) async fn expire(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update upload set state = 'expired', ended_at = $1
                 where id = $2 and state = 'open' and expires_at <= $1 and received < length")
            .bind(now)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Completes a whole upload; false when somebody else did, or it was ended.
pub(crate) async fn complete(tx: &mut Tx, id: i64, hash: &FileHash) -> Result<bool, DbError> {
    let now = tx.wall_now();
    let touched = tx
        .run(
            sql(
                "update upload set state = 'complete', hash = $1, ended_at = $2
                 where id = $3 and state = 'open' and received = length",
            )
            .bind(hash.as_str())
            .bind(now)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Gives a complete upload to a record; false when another one has it.
pub(crate) async fn claim(
    tx: &mut Tx,
    id: i64,
    owner: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update upload set claimed_by = $1, claimed_at = $2
                 where id = $3 and state = 'complete' and (claimed_by is null or claimed_by = $1)")
            .bind(owner)
            .bind(now)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Takes an upload from its record. When it was claimed stays: that tells it from one that never had a
/// record.
pub(crate) async fn release(tx: &mut Tx, id: i64, owner: &str) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update upload set claimed_by = null
                 where id = $1 and claimed_by = $2")
            .bind(id)
            .bind(owner),
        )
        .await?;
    Ok(touched == 1)
}

/// Whether some record has an upload of this content.
pub(crate) async fn is_claimed(tx: &mut Tx, hash: &FileHash) -> Result<bool, DbError> {
    let row = tx
        .opt(
            sql("select id from upload where hash = $1 and claimed_by is not null limit 1")
                .bind(hash.as_str()),
        )
        .await?;
    Ok(row.is_some())
}

/// Names of the spool files that open uploads own.
pub(crate) async fn open_spools(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let rows = tx
        .all(sql("select spool from upload where state = 'open'"))
        .await?;
    rows.iter().map(|row| row.get("spool")).collect()
}

/// How many uploads an account has open.
pub(crate) async fn count_open(tx: &mut Tx, account: AccountId) -> Result<i64, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from upload where account_id = $1 and state = 'open'")
            .bind(account),
    )
    .await?
    .get("n")
}
