//! Which version cites which article.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};

/// A citation of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// The version that cites.
    pub version_id: i64,
    /// 0 for the question, 1 and on for sub-questions.
    pub part: i64,
    /// The law.
    pub law_id: i64,
    /// The text of it that was read.
    pub law_version_id: i64,
    /// `第三十三条`; empty for the law as a whole.
    pub article: String,
}

fn cite(row: &Row) -> Result<Cite, DbError> {
    Ok(Cite {
        version_id: row.get("version_id")?,
        part: row.get("part")?,
        law_id: row.get("law_id")?,
        law_version_id: row.get("law_version_id")?,
        article: row.get("article")?,
    })
}

/// What these versions cite.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of(tx: &mut Tx, versions: &[i64]) -> Result<Vec<Cite>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from bank_cite where version_id in {} order by version_id, part, id",
            int_list(versions.iter().copied())
        )))
        .await?;
    rows.iter().map(cite).collect()
}

/// Citations of a law by versions in these states.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn citing(tx: &mut Tx, law: i64, states: &str) -> Result<Vec<Cite>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select c.* from bank_cite c join bank_version v on v.id = c.version_id
                 where c.law_id = $1 and v.state in ({states}) order by c.version_id, c.part, c.id"
            ))
            .bind(law),
        )
        .await?;
    rows.iter().map(cite).collect()
}

/// How many versions in use cite each law.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx
        .all(sql(
            "select c.law_id, cast(count(distinct c.version_id) as bigint) as n
             from bank_cite c join bank_version v on v.id = c.version_id
             where v.state = 'in_use' group by c.law_id",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("law_id")?, row.get("n")?)))
        .collect()
}

/// Writes what versions cite, in place of what they cited.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, versions: &[i64], cites: &[Cite]) -> Result<(), DbError> {
    for some in versions.chunks(2_000) {
        tx.run(sql(format!(
            "delete from bank_cite where version_id in {}",
            int_list(some.iter().copied())
        )))
        .await?;
    }
    let rows = cites
        .iter()
        .map(|one| {
            vec![
                one.version_id.into(),
                one.part.into(),
                one.law_id.into(),
                one.law_version_id.into(),
                one.article.as_str().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into bank_cite (version_id, part, law_id, law_version_id, article)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
