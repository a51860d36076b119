//! Fields of law, laws, their texts and articles, and who cites them.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp};

use crate::domain::articles::Article;
use crate::domain::basis::short;

/// Names of the fields of law in their order.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn fields(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let rows = tx
        .all(sql("select name from bank_field order by position, id"))
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// Adds a field of law at the end; one that is there already stays.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_field(tx: &mut Tx, name: &str) -> Result<bool, DbError> {
    let added = tx
        .run(
            sql("insert into bank_field (name, position)
                 select $1, (select cast(count(*) as bigint) from bank_field)
                 where not exists (select 1 from bank_field where name = $1)")
            .bind(name),
        )
        .await?;
    Ok(added > 0)
}

/// A law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Row id.
    pub id: i64,
    /// Name without 《》.
    pub name: String,
}

/// All laws by name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx) -> Result<Vec<Law>, DbError> {
    let rows = tx
        .all(sql("select id, name from bank_law order by name"))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Law {
                id: row.get("id")?,
                name: row.get("name")?,
            })
        })
        .collect()
}

/// The law of a name; 中华人民共和国 may be missing on either side.
#[must_use]
pub fn named<'a>(laws: &'a [Law], name: &str) -> Option<&'a Law> {
    laws.iter().find(|law| short(&law.name) == short(name))
}

/// Adds a law. Gives its row.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, name: &str) -> Result<i64, DbError> {
    tx.one(sql("insert into bank_law (name) values ($1) returning id").bind(name))
        .await?
        .get("id")
}

/// A text of a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawVersion {
    /// Row id.
    pub id: i64,
    /// The law.
    pub law_id: i64,
    /// 1, 2, 3 among the applied ones; a draft has the next.
    pub number: i64,
    /// `2021-01-22 修订`.
    pub label: String,
    /// First day in force.
    pub in_force: Date,
    /// Where it was read.
    pub source: String,
    /// When it was read.
    pub read_on: Option<Date>,
    /// Whether the draft names every article.
    pub whole: bool,
    /// `draft`, `applied`, `discarded`.
    pub state: String,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// Who entered it.
    pub entered_by_name: String,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// Who applied it.
    pub applied_by_name: String,
    /// Versions of questions that it quarantined.
    pub quarantined: i64,
    /// Grows with every change.
    pub version: i64,
}

fn law_version(row: &Row) -> Result<LawVersion, DbError> {
    Ok(LawVersion {
        id: row.get("id")?,
        law_id: row.get("law_id")?,
        number: row.get("number")?,
        label: row.get("label")?,
        in_force: row.get("in_force")?,
        source: row.get("source")?,
        read_on: row.get("read_on")?,
        whole: row.get("whole")?,
        state: row.get("state")?,
        entered_at: row.get("entered_at")?,
        entered_by_name: row.get("entered_by_name")?,
        applied_at: row.get("applied_at")?,
        applied_by_name: row.get("applied_by_name")?,
        quarantined: row.get("quarantined")?,
        version: row.get("version")?,
    })
}

/// Texts that a condition on `t` names, by law, the newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn versions(tx: &mut Tx, condition: &str) -> Result<Vec<LawVersion>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select t.* from bank_law_version t where {condition} order by t.law_id, t.number desc, t.id desc"
        )))
        .await?;
    rows.iter().map(law_version).collect()
}

/// The text that counts, of each law that has one: the last applied.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn current(tx: &mut Tx) -> Result<Vec<LawVersion>, DbError> {
    versions(
        tx,
        "t.state = 'applied' and t.number = (select max(o.number) from bank_law_version o
           where o.law_id = t.law_id and o.state = 'applied')",
    )
    .await
}

/// The text of a law that counts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn current_of(tx: &mut Tx, law: i64) -> Result<Option<LawVersion>, DbError> {
    let mut found = versions(tx, &format!("t.law_id = {law} and t.state = 'applied'")).await?;
    Ok(if found.is_empty() {
        None
    } else {
        Some(found.swap_remove(0))
    })
}

/// A text, for changing: its law stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<LawVersion>, DbError> {
    tx.run(
        sql("update bank_law set version = version + 1
             where id = (select law_id from bank_law_version where id = $1)")
        .bind(id),
    )
    .await?;
    Ok(versions(tx, &format!("t.id = {id}")).await?.pop())
}

/// Stores a text without its articles. Gives its row.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_version(tx: &mut Tx, new: &LawVersion, by: AccountId) -> Result<i64, DbError> {
    tx.one(
        sql("insert into bank_law_version (law_id, number, label, in_force, source, read_on, whole, state,
               entered_at, entered_by, entered_by_name, applied_at, applied_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id")
        .bind(new.law_id)
        .bind(new.number)
        .bind(&new.label)
        .bind(new.in_force)
        .bind(&new.source)
        .bind(new.read_on)
        .bind(new.whole)
        .bind(&new.state)
        .bind(new.entered_at)
        .bind(by)
        .bind(&new.entered_by_name)
        .bind(new.applied_at)
        .bind(&new.applied_by_name),
    )
    .await?
    .get("id")
}

/// Ends a draft: applied or discarded.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end_draft(
    tx: &mut Tx,
    id: i64,
    state: &str,
    (by_name, now): (&str, Timestamp),
    quarantined: i64,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "update bank_law_version set state = $1, applied_at = $2, applied_by_name = $3,
               quarantined = $4, version = version + 1
             where id = $5",
        )
        .bind(state)
        .bind(now)
        .bind(by_name)
        .bind(quarantined)
        .bind(id),
    )
    .await?;
    Ok(())
}

/// Articles of a text in their order.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn articles(tx: &mut Tx, law_version: i64) -> Result<Vec<Article>, DbError> {
    let rows = tx
        .all(
            sql("select number, body, gone from bank_article where law_version_id = $1 order by place")
                .bind(law_version),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Article {
                number: row.get("number")?,
                body: row.get("body")?,
                gone: row.get("gone")?,
            })
        })
        .collect()
}

/// The articles of these texts: text, number, words; repealed ones are left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn articles_of(
    tx: &mut Tx,
    law_versions: &[i64],
) -> Result<Vec<(i64, String, String)>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select law_version_id, number, body from bank_article where gone = 0 and law_version_id in {}",
            int_list(law_versions.iter().copied())
        )))
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("law_version_id")?,
                row.get("number")?,
                row.get("body")?,
            ))
        })
        .collect()
}

/// Number of articles of each text.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn article_counts(tx: &mut Tx) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx
        .all(sql(
            "select law_version_id, cast(count(*) as bigint) as n from bank_article
             where gone = 0 group by law_version_id",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("law_version_id")?, row.get("n")?)))
        .collect()
}

/// Writes the articles of a text, in place of those it had.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_articles(
    tx: &mut Tx,
    law_version: i64,
    articles: &[Article],
) -> Result<(), DbError> {
    tx.run(sql("delete from bank_article where law_version_id = $1").bind(law_version))
        .await?;
    let rows = articles
        .iter()
        .zip(1_i64..)
        .map(|(article, place)| {
            vec![
                law_version.into(),
                article.number.as_str().into(),
                place.into(),
                article.body.as_str().into(),
                article.gone.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into bank_article (law_version_id, number, place, body, gone)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
