//! Tables of ledger imports.

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp};

/// An import as stored.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Row id.
    pub id: i64,
    /// As sent.
    pub file_name: String,
    /// dry_run, committed, discarded, reversed.
    pub state: String,
    /// JSON of the counts.
    pub counts: String,
    /// JSON list of the units concerned.
    pub unit_ids: String,
    /// Who.
    pub created_by: Option<AccountId>,
    /// Who, by name.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was committed.
    pub committed_at: Option<Timestamp>,
    /// When it was undone.
    pub reversed_at: Option<Timestamp>,
    /// Why.
    pub reverse_reason: Option<String>,
}

impl ImportRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(ImportRow {
            id: row.get("id")?,
            file_name: row.get("file_name")?,
            state: row.get("state")?,
            counts: row.get("counts")?,
            unit_ids: row.get("unit_ids")?,
            created_by: row.get("created_by")?,
            created_by_name: row.get("created_by_name")?,
            created_at: row.get("created_at")?,
            committed_at: row.get("committed_at")?,
            reversed_at: row.get("reversed_at")?,
            reverse_reason: row.get("reverse_reason")?,
        })
    }
}

/// A row of an import as stored.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Row of the sheet.
    pub line: u32,
    /// 工号.
    pub staff_no: String,
    /// Name, when the person is known.
    pub name: String,
    /// new, repeated, broken.
    pub verdict: String,
    /// What it says, in words.
    pub detail: String,
    /// JSON list of faults.
    pub faults: String,
    /// JSON of the entry, or of the cells as sent when broken.
    pub payload: String,
}

/// A new import before it has an id.
pub struct NewImport<'a> {
    /// As sent.
    pub file_name: &'a str,
    /// SHA-256 of the content.
    pub digest: &'a str,
    /// JSON of the counts.
    pub counts: String,
    /// JSON list of the units concerned.
    pub unit_ids: String,
    /// Who.
    pub by: Option<AccountId>,
    /// Who, by name.
    pub by_name: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Stores a dry run with all its rows.
pub async fn insert(
    tx: &mut Tx,
    import: NewImport<'_>,
    lines: Vec<ImportLine>,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into ledger_import (file_name, file_digest, state, counts, unit_ids, created_by, \
                 created_by_name, created_at) values ($1, $2, 'dry_run', $3, $4, $5, $6, $7) returning id")
            .bind(import.file_name)
            .bind(import.digest)
            .bind(import.counts)
            .bind(import.unit_ids)
            .bind(import.by)
            .bind(import.by_name)
            .bind(import.now),
        )
        .await?;
    let id: i64 = row.get("id")?;
    let rows = lines
        .into_iter()
        .map(|line| {
            vec![
                Arg::from(id),
                line.line.into(),
                line.staff_no.into(),
                line.name.into(),
                line.verdict.into(),
                line.detail.into(),
                line.faults.into(),
                line.payload.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into ledger_import_row (import_id, line, staff_no, name, verdict, detail, faults, payload)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// One import.
pub async fn get(tx: &mut Tx, id: i64) -> Result<Option<ImportRow>, DbError> {
    tx.opt(sql("select * from ledger_import where id = $1").bind(id))
        .await?
        .as_ref()
        .map(ImportRow::from_row)
        .transpose()
}

/// The newest imports.
pub async fn list(tx: &mut Tx) -> Result<Vec<ImportRow>, DbError> {
    let rows = tx
        .all(sql(
            "select * from ledger_import order by id desc limit 200",
        ))
        .await?;
    rows.iter().map(ImportRow::from_row).collect()
}

/// Rows of an import: all of them, or of one verdict, by page. Also the number of all.
pub async fn lines(
    tx: &mut Tx,
    id: i64,
    verdict: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<ImportLine>), DbError> {
    let wanted = verdict.unwrap_or("");
    let filter = "import_id = $1 and ($2 = '' or verdict = $2)";
    let count = tx
        .one(
            sql(format!(
                "select cast(count(*) as bigint) as total from ledger_import_row where {filter}"
            ))
            .bind(id)
            .bind(wanted),
        )
        .await?;
    // Broken rows first: they are what the sender has to mend.
    let rows = tx
        .all(
            sql(format!(
                "select * from ledger_import_row where {filter}
                 order by case verdict when 'broken' then 0 when 'repeated' then 1 else 2 end, line limit $3 offset $4"
            ))
            .bind(id)
            .bind(wanted)
            .bind(limit)
            .bind(offset),
        )
        .await?;
    let lines = rows
        .iter()
        .map(|row| {
            Ok(ImportLine {
                line: row.get("line")?,
                staff_no: row.get("staff_no")?,
                name: row.get("name")?,
                verdict: row.get("verdict")?,
                detail: row.get("detail")?,
                faults: row.get("faults")?,
                payload: row.get("payload")?,
            })
        })
        .collect::<Result<_, DbError>>()?;
    Ok((count.get("total")?, lines))
}

/// Payloads of the new rows after a line, in the order of the sheet, and the line of each.
pub async fn new_payloads(
    tx: &mut Tx,
    id: i64,
    after: u32,
    limit: i64,
) -> Result<Vec<(u32, String)>, DbError> {
    let rows = tx
        .all(
            sql("select line, payload from ledger_import_row
                 where import_id = $1 and verdict = 'new' and line > $2 order by line limit $3")
            .bind(id)
            .bind(after)
            .bind(limit),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("line")?, row.get("payload")?)))
        .collect()
}

/// Moves an import from one state to the next; false when somebody was faster.
pub async fn advance(
    tx: &mut Tx,
    id: i64,
    from: &str,
    to: &str,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let moved = tx
        .run(
            sql("update ledger_import set state = $1, version = version + 1,
                   committed_at = case when $1 = 'committed' then $2 else committed_at end,
                   reversed_at = case when $1 = 'reversed' then $2 else reversed_at end,
                   reverse_reason = coalesce($3, reverse_reason)
                 where id = $4 and state = $5")
            .bind(to)
            .bind(now)
            .bind(reason)
            .bind(id)
            .bind(from),
        )
        .await?;
    Ok(moved == 1)
}
