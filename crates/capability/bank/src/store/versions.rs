//! Questions and their versions, with what they cite and what was done to them.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use chengzhi_questions::{Kind, Question};

use super::{json, undecodable, word};
use crate::domain::life::{Level, State};

/// A version of a question.
#[derive(Debug, Clone)]
pub struct Version {
    /// Row id.
    pub id: i64,
    /// The question it is a version of.
    pub question_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Whose proposal it is.
    pub unit_id: UnitId,
    /// The question itself.
    pub content: Question,
    /// Level of the exam it belongs to.
    pub level: Level,
    /// Why it is 未核; none: it is checked.
    pub unchecked: Option<String>,
    /// State.
    pub state: State,
    /// Why it stands there: reason of a return, of a quarantine.
    pub state_note: String,
    /// What this version changes against the one before.
    pub change_note: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: i64,
    /// His name.
    pub created_by_name: String,
    /// Who changed it last.
    pub changed_by: i64,
    /// Grows with every change.
    pub version: i64,
}

/// The kind by its code.
#[must_use]
pub fn kind_of(code: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.name() == code)
}

fn version(row: &Row) -> Result<Version, DbError> {
    let basis: String = row.get("basis")?;
    let note: String = row.get("basis_note")?;
    Ok(Version {
        id: row.get("id")?,
        question_id: row.get("question_id")?,
        number: row.get("number")?,
        unit_id: row.get("unit_id")?,
        content: json(row, "content")?,
        level: word(row, "level", Level::from_code)?,
        unchecked: (basis != "checked").then_some(note),
        state: word(row, "state", State::from_code)?,
        state_note: row.get("state_note")?,
        change_note: row.get("change_note")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        created_by_name: row.get("created_by_name")?,
        changed_by: row.get("changed_by")?,
        version: row.get("version")?,
    })
}

/// Versions that a condition on `v` names, in the order of their ids.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Version>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select v.* from bank_version v where {condition} order by v.id"
        )))
        .await?;
    rows.iter().map(version).collect()
}

/// These versions, in the order asked for; what does not exist is left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Version>, DbError> {
    let mut found = all(tx, &format!("v.id in {}", int_list(ids.iter().copied()))).await?;
    let mut sorted = Vec::with_capacity(found.len());
    for id in ids {
        if let Some(at) = found.iter().position(|one| one.id == *id) {
            sorted.push(found.swap_remove(at));
        }
    }
    Ok(sorted)
}

/// One version, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Version>, DbError> {
    Ok(all(tx, &format!("v.id = {id}")).await?.pop())
}

/// One version, for changing: its question stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Version>, DbError> {
    tx.run(
        sql("update bank_question set created_at = created_at
             where id = (select question_id from bank_version where id = $1)")
        .bind(id),
    )
    .await?;
    by_id(tx, id).await
}

/// All versions of a question, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_question(tx: &mut Tx, question: i64) -> Result<Vec<Version>, DbError> {
    let mut found = all(tx, &format!("v.question_id = {question}")).await?;
    found.sort_by_key(|one| std::cmp::Reverse(one.number));
    Ok(found)
}

/// Makes empty questions, one number after the other. Gives their ids, ascending.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_questions(
    tx: &mut Tx,
    count: usize,
    now: Timestamp,
) -> Result<Vec<i64>, DbError> {
    let mut ids = Vec::with_capacity(count);
    // `returning` gives the ids of one statement; a few hundred rows fit into one.
    while ids.len() < count {
        let some = (count - ids.len()).min(500);
        let marks: Vec<String> = (1..=some).map(|n| format!("(${n})")).collect();
        let text = format!(
            "insert into bank_question (created_at) values {} returning id",
            marks.join(",")
        );
        let rows = tx.all(sql(text).bind_all(vec![now; some])).await?;
        for row in rows {
            ids.push(row.get("id")?);
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// A version to be stored.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// The question it is a version of.
    pub question_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Whose proposal it is.
    pub unit_id: UnitId,
    /// The question itself.
    pub content: Question,
    /// Level.
    pub level: Level,
    /// Why it is 未核; none: it is checked.
    pub unchecked: Option<String>,
    /// State.
    pub state: State,
    /// What it changes against the one before.
    pub change_note: String,
}

fn text_of(content: &Question) -> Result<String, DbError> {
    serde_json::to_string(content).map_err(|_| undecodable("content", "question"))
}

fn source_of(content: &Question) -> (String, String) {
    content
        .source
        .as_ref()
        .map(|source| (source.law.clone(), source.article.clone()))
        .unwrap_or_default()
}

/// Stores versions. Gives their ids in the order given.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &[NewVersion],
    by: (AccountId, &str),
    now: Timestamp,
    seq: i64,
) -> Result<Vec<i64>, DbError> {
    let mut rows = Vec::with_capacity(new.len());
    for one in new {
        let content = text_of(&one.content)?;
        let (law, article) = source_of(&one.content);
        rows.push(vec![
            one.question_id.into(),
            one.number.into(),
            one.unit_id.into(),
            one.content.kind.name().into(),
            one.content.stem.as_str().into(),
            one.content.field_of_law.as_str().into(),
            one.content.topic.as_str().into(),
            i64::from(one.content.difficulty.unwrap_or(3)).into(),
            one.level.code().into(),
            law.into(),
            article.into(),
            if one.unchecked.is_none() {
                "checked"
            } else {
                "unchecked"
            }
            .into(),
            one.unchecked.clone().unwrap_or_default().into(),
            chengzhi_db::digest(content.as_bytes()).into(),
            content.into(),
            one.state.code().into(),
            one.change_note.as_str().into(),
            one.content.author.as_str().into(),
            now.into(),
            by.0.into(),
            by.1.into(),
            by.0.into(),
            seq.into(),
        ]);
    }
    tx.insert_many(
        "insert into bank_version (question_id, number, unit_id, kind, stem, field, topic, difficulty,
           level, law, article, basis, basis_note, digest, content, state, change_note, author,
           created_at, created_by, created_by_name, changed_by, seq)",
        "",
        rows,
    )
    .await?;
    // A question has each number once: that finds the rows again on either engine.
    let list = int_list(new.iter().map(|one| one.question_id));
    let rows = tx
        .all(
            sql(format!(
                "select id, question_id, number from bank_version where seq = $1 and question_id in {list}"
            ))
            .bind(seq),
        )
        .await?;
    let mut ids = std::collections::HashMap::new();
    for row in rows {
        let key: (i64, i64) = (row.get("question_id")?, row.get("number")?);
        ids.insert(key, row.get::<i64>("id")?);
    }
    new.iter()
        .map(|one| {
            ids.get(&(one.question_id, one.number))
                .copied()
                .ok_or(DbError::RowMissing)
        })
        .collect()
}

/// Writes back a draft's content, as the next version of the row.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_content(
    tx: &mut Tx,
    row: &Version,
    by: AccountId,
    seq: i64,
) -> Result<(), DbError> {
    let content = text_of(&row.content)?;
    let (law, article) = source_of(&row.content);
    tx.run(
        sql(
            "update bank_version set kind = $1, stem = $2, field = $3, topic = $4, difficulty = $5,
               level = $6, law = $7, article = $8, basis = $9, basis_note = $10, digest = $11,
               content = $12, change_note = $13, author = $14, changed_by = $15, seq = $16,
               version = version + 1
             where id = $17",
        )
        .bind(row.content.kind.name())
        .bind(&row.content.stem)
        .bind(&row.content.field_of_law)
        .bind(&row.content.topic)
        .bind(i64::from(row.content.difficulty.unwrap_or(3)))
        .bind(row.level.code())
        .bind(law)
        .bind(article)
        .bind(if row.unchecked.is_none() {
            "checked"
        } else {
            "unchecked"
        })
        .bind(row.unchecked.clone().unwrap_or_default())
        .bind(chengzhi_db::digest(content.as_bytes()))
        .bind(content)
        .bind(&row.change_note)
        .bind(&row.content.author)
        .bind(by)
        .bind(seq)
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// Moves versions to a state with a note. `reviewer` is noted where given.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_state(
    tx: &mut Tx,
    ids: &[i64],
    (state, note): (State, &str),
    reviewer: Option<AccountId>,
    seq: i64,
) -> Result<(), DbError> {
    for some in ids.chunks(2_000) {
        tx.run(
            sql(format!(
                "update bank_version set state = $1, state_note = $2,
                   reviewed_by = coalesce($3, reviewed_by), seq = $4, version = version + 1
                 where id in {}",
                int_list(some.iter().copied())
            ))
            .bind(state.code())
            .bind(note)
            .bind(reviewer)
            .bind(seq),
        )
        .await?;
    }
    Ok(())
}

/// Writes why a version is 未核, or that it is checked.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_basis(
    tx: &mut Tx,
    id: i64,
    unchecked: Option<&str>,
    seq: i64,
) -> Result<(), DbError> {
    tx.run(
        sql("update bank_version set basis = $1, basis_note = $2, seq = $3 where id = $4")
            .bind(if unchecked.is_none() {
                "checked"
            } else {
                "unchecked"
            })
            .bind(unchecked.unwrap_or_default())
            .bind(seq)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Versions that are not over and whose source names a law, with or without 中华人民共和国.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn naming(tx: &mut Tx, law: &str) -> Result<Vec<Version>, DbError> {
    let bare = crate::domain::basis::short(law);
    let rows = tx
        .all(
            sql("select * from bank_version where law in ($1, $2)
                   and state not in ('superseded', 'retired') order by id")
            .bind(bare)
            .bind(format!("中华人民共和国{bare}")),
        )
        .await?;
    rows.iter().map(version).collect()
}

/// Row, digest and content of every version, for checks.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn digests(tx: &mut Tx) -> Result<Vec<(i64, String, String)>, DbError> {
    let rows = tx
        .all(sql(
            "select id, digest, content from bank_version order by id",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("digest")?, row.get("content")?)))
        .collect()
}
