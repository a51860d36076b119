//! Imports and their items.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use chengzhi_questions::Question;
use serde::{Deserialize, Serialize};

use super::{json, undecodable, word};
use crate::domain::life::Level;

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Row id.
    pub id: i64,
    /// For which unit.
    pub unit_id: UnitId,
    /// Name of the file.
    pub file_name: String,
    /// Word of its format.
    pub format: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// Sentences about the file as a whole.
    pub notes: String,
    /// Field of law for questions that name none.
    pub field: String,
    /// Level of all questions.
    pub level: Level,
    /// `open`, `committed`, `discarded`.
    pub state: String,
    /// Questions taken.
    pub taken: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Who began it.
    pub created_by_name: String,
}

fn import(row: &Row) -> Result<Import, DbError> {
    Ok(Import {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        file_name: row.get("file_name")?,
        format: row.get("format")?,
        hash: row.get("hash")?,
        notes: row.get("notes")?,
        field: row.get("field")?,
        level: word(row, "level", Level::from_code)?,
        state: row.get("state")?,
        taken: row.get("taken")?,
        created_at: row.get("created_at")?,
        created_by_name: row.get("created_by_name")?,
    })
}

/// A question like one of the import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NearItem {
    /// A version of the bank; none: another question of the file.
    pub version_id: Option<i64>,
    /// Line of the other question of the file.
    pub line: Option<u32>,
    /// What it asks.
    pub stem: String,
    /// How alike, thousandths.
    pub score: u32,
}

/// A question of an import.
#[derive(Debug, Clone)]
pub struct Item {
    /// Row id.
    pub id: i64,
    /// Place in the file, from 1.
    pub place: i64,
    /// Line, row or paragraph in which it begins.
    pub line: u32,
    /// The question as far as it could be read.
    pub content: Question,
    /// What is wrong with it; empty for a sound one.
    pub reason: String,
    /// What is like it.
    pub near: Vec<NearItem>,
    /// Mended by hand.
    pub mended: bool,
    /// Left out by hand.
    pub left_out: bool,
    /// The draft made of it.
    pub version_id: Option<i64>,
}

fn item(row: &Row) -> Result<Item, DbError> {
    Ok(Item {
        id: row.get("id")?,
        place: row.get("place")?,
        line: row.get("line")?,
        content: json(row, "content")?,
        reason: row.get("reason")?,
        near: json(row, "near")?,
        mended: row.get("mended")?,
        left_out: row.get("left_out")?,
        version_id: row.get("version_id")?,
    })
}

fn text_of(value: &impl Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|_| undecodable("content", "question"))
}

/// Stores an import. Gives its row.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Import,
    items: &[Item],
    by: AccountId,
) -> Result<i64, DbError> {
    let id: i64 = tx
        .one(
            sql("insert into bank_import (unit_id, file_name, format, hash, notes, field, level, state,
                   created_at, created_by, created_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10) returning id")
            .bind(new.unit_id)
            .bind(&new.file_name)
            .bind(&new.format)
            .bind(&new.hash)
            .bind(&new.notes)
            .bind(&new.field)
            .bind(new.level.code())
            .bind(new.created_at)
            .bind(by)
            .bind(&new.created_by_name),
        )
        .await?
        .get("id")?;
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        rows.push(vec![
            id.into(),
            item.place.into(),
            item.line.into(),
            text_of(&item.content)?.into(),
            item.reason.as_str().into(),
            text_of(&item.near)?.into(),
        ]);
    }
    tx.insert_many(
        "insert into bank_import_item (import_id, place, line, content, reason, near)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// Imports of these units, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(tx: &mut Tx, units: &str) -> Result<Vec<Import>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from bank_import where {units} order by id desc limit 100"
        )))
        .await?;
    rows.iter().map(import).collect()
}

/// One import.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Import>, DbError> {
    tx.opt(sql("select * from bank_import where id = $1").bind(id))
        .await?
        .as_ref()
        .map(import)
        .transpose()
}

/// One import for changing: it stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Import>, DbError> {
    tx.run(sql("update bank_import set version = version + 1 where id = $1").bind(id))
        .await?;
    by_id(tx, id).await
}

/// Items of an import in the order of the file.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn items(tx: &mut Tx, import: i64) -> Result<Vec<Item>, DbError> {
    let rows = tx
        .all(sql("select * from bank_import_item where import_id = $1 order by place").bind(import))
        .await?;
    rows.iter().map(item).collect()
}

/// Writes a mended item back.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_item(tx: &mut Tx, item: &Item) -> Result<(), DbError> {
    tx.run(
        sql(
            "update bank_import_item set content = $1, reason = $2, near = $3, mended = $4,
               left_out = $5 where id = $6",
        )
        .bind(text_of(&item.content)?)
        .bind(&item.reason)
        .bind(text_of(&item.near)?)
        .bind(item.mended)
        .bind(item.left_out)
        .bind(item.id),
    )
    .await?;
    Ok(())
}

/// Notes which drafts were made of which items: item and version.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_versions(tx: &mut Tx, made: &[(i64, i64)]) -> Result<(), DbError> {
    for some in made.chunks(500) {
        let cases: Vec<String> = some
            .iter()
            .map(|(item, version)| format!("when {item} then {version}"))
            .collect();
        tx.run(sql(format!(
            "update bank_import_item set version_id = case id {} end where id in {}",
            cases.join(" "),
            int_list(some.iter().map(|(item, _)| *item))
        )))
        .await?;
    }
    Ok(())
}

/// Ends an import.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end(
    tx: &mut Tx,
    id: i64,
    state: &str,
    taken: i64,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("update bank_import set state = $1, taken = $2, ended_at = $3 where id = $4")
            .bind(state)
            .bind(taken)
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Counts of an import's items: all, sound and kept, faulty and kept.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(tx: &mut Tx, imports: &[i64]) -> Result<Vec<(i64, [i64; 3])>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select import_id, cast(count(*) as bigint) as n,
               cast(sum(case when reason = '' and left_out = 0 then 1 else 0 end) as bigint) as sound,
               cast(sum(case when reason <> '' and left_out = 0 then 1 else 0 end) as bigint) as faulty
             from bank_import_item where import_id in {} group by import_id",
            int_list(imports.iter().copied())
        )))
        .await?;
    rows.iter()
        .map(|row| {
            let counts = [row.get("n")?, row.get("sound")?, row.get("faulty")?];
            Ok((row.get("import_id")?, counts))
        })
        .collect()
}
