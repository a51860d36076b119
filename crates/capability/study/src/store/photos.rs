//! Photos of records and which of them look like others.

use chengzhi_db::{Arg, DbError, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Month, RecordId, Timestamp, UnitId};

/// A photo of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Row id.
    pub id: i64,
    /// SHA-256 of the content.
    pub hash: String,
    /// Name on the sender's disk.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// By content.
    pub mime: String,
    /// Camera time, local, `2024-11-05 09:30:00`.
    pub taken_at: Option<String>,
    /// Camera place; for the reviewer only.
    pub place: Option<String>,
    /// Fingerprint of the look.
    pub look: i64,
}

/// Photos of a record in the order in which they came.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_record(tx: &mut Tx, record: RecordId) -> Result<Vec<Photo>, DbError> {
    let rows = tx
        .all(
            sql(
                "select p.id, p.hash, p.name, f.size, f.mime, f.taken_at, f.place, f.look
                 from study_photo p join stored_file f on f.hash = p.hash
                 where p.record_id = $1 and p.removed_at is null order by p.id",
            )
            .bind(record),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Photo {
                id: row.get("id")?,
                hash: row.get("hash")?,
                name: row.get("name")?,
                size: row.get("size")?,
                mime: row.get("mime")?,
                taken_at: row.get("taken_at")?,
                place: row.get("place")?,
                look: row.get::<Option<i64>>("look")?.unwrap_or(0),
            })
        })
        .collect()
}

/// Hash and content type of one photo of a record, removed ones included: history stays readable.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn file_of(
    tx: &mut Tx,
    record: RecordId,
    photo: i64,
) -> Result<Option<(String, String)>, DbError> {
    let row = tx
        .opt(
            sql(
                "select p.hash, f.mime from study_photo p join stored_file f on f.hash = p.hash
                 where p.record_id = $1 and p.id = $2",
            )
            .bind(record)
            .bind(photo),
        )
        .await?;
    row.map(|row| Ok((row.get("hash")?, row.get("mime")?)))
        .transpose()
}

/// Adds a photo. False when the record has it already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add(
    tx: &mut Tx,
    record: RecordId,
    hash: &str,
    name: &str,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = tx
        .run(
            sql(
                "insert into study_photo (record_id, hash, name, added_at, added_by, added_by_name)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            )
            .bind(record)
            .bind(hash)
            .bind(name)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    Ok(added == 1)
}

/// Takes a photo off a record; its content stays for earlier hand-ins. False when it is not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(
    tx: &mut Tx,
    record: RecordId,
    photo: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql("update study_photo set removed_at = $1
                 where id = $2 and record_id = $3 and removed_at is null")
            .bind(now)
            .bind(photo)
            .bind(record),
        )
        .await?;
    Ok(removed == 1)
}

/// Photos of all other records: id, hash, look.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn others(
    tx: &mut Tx,
    record: RecordId,
) -> Result<Vec<(i64, String, Option<i64>)>, DbError> {
    let rows = tx
        .all(
            sql("select p.id, p.hash, f.look from study_photo p join stored_file f on f.hash = p.hash
                 where p.record_id <> $1 and p.removed_at is null order by p.id")
            .bind(record),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("hash")?, row.get("look")?)))
        .collect()
}

/// Remembers pairs of photos that are the same or look alike.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_look_alikes(
    tx: &mut Tx,
    pairs: Vec<(i64, i64, &'static str)>,
) -> Result<(), DbError> {
    let rows = pairs
        .into_iter()
        .map(|(photo, other, kind)| vec![Arg::from(photo), other.into(), kind.into()])
        .collect();
    tx.insert_many(
        "insert into study_look_alike (photo_id, other_photo_id, kind)",
        "on conflict (photo_id, other_photo_id) do nothing",
        rows,
    )
    .await?;
    Ok(())
}

/// A photo of another record that is the same or looks alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    /// Record whose photo it is told about.
    pub record: RecordId,
    /// That photo.
    pub photo: i64,
    /// Unit of the other record.
    pub unit_id: UnitId,
    /// Its month.
    pub month: Month,
    /// `same` or `similar`.
    pub kind: String,
}

/// What is alike to photos of these records, found from either side.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn look_alikes(tx: &mut Tx, records: &[RecordId]) -> Result<Vec<LookAlike>, DbError> {
    let list = int_list(records.iter().map(|id| id.get()));
    let side = |own: &str, other: &str| {
        format!(
            "select p.record_id as record_id, p.id as photo_id, r.unit_id as unit_id,
                    r.for_month as for_month, l.kind as kind
             from study_look_alike l
             join study_photo p on p.id = l.{own} and p.removed_at is null
             join study_photo o on o.id = l.{other} and o.removed_at is null
             join study_record r on r.id = o.record_id
             where p.record_id in {list}"
        )
    };
    let text = format!(
        "{} union {} order by record_id, photo_id, for_month, unit_id",
        side("photo_id", "other_photo_id"),
        side("other_photo_id", "photo_id")
    );
    let rows = tx.all(sql(text)).await?;
    rows.iter()
        .map(|row| {
            Ok(LookAlike {
                record: row.get("record_id")?,
                photo: row.get("photo_id")?,
                unit_id: row.get("unit_id")?,
                month: row.get("for_month")?,
                kind: row.get("kind")?,
            })
        })
        .collect()
}
