//! Where versions were used, and what was observed there.

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::Date;

/// Notes the use of versions by an owner, once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, owner: &str, on: Date, versions: &[i64]) -> Result<u64, DbError> {
    let mut added = 0;
    for some in versions.chunks(2_000) {
        added += tx
            .run(
                sql(format!(
                    "insert into bank_use (version_id, question_id, owner, used_on)
                     select v.id, v.question_id, $1, $2 from bank_version v
                     where v.id in {} and not exists
                       (select 1 from bank_use u where u.owner = $1 and u.version_id = v.id)",
                    int_list(some.iter().copied())
                ))
                .bind(owner)
                .bind(on),
            )
            .await?;
    }
    Ok(added)
}

/// A question's use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The question.
    pub question_id: i64,
    /// How many owners used any version of it.
    pub uses: i64,
    /// When last.
    pub last: Date,
}

/// Use of all questions that were used.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx) -> Result<Vec<Used>, DbError> {
    let rows = tx
        .all(sql(
            "select question_id, cast(count(distinct owner) as bigint) as uses, max(used_on) as last
             from bank_use group by question_id",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Used {
                question_id: row.get("question_id")?,
                uses: row.get("uses")?,
                last: row.get("last")?,
            })
        })
        .collect()
}

/// Days on which anything was used, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn days(tx: &mut Tx) -> Result<Vec<Date>, DbError> {
    let rows = tx
        .all(sql(
            "select distinct used_on from bank_use order by used_on desc",
        ))
        .await?;
    rows.iter().map(|row| row.get("used_on")).collect()
}

/// A use of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The version.
    pub version_id: i64,
    /// `exam:12`.
    pub owner: String,
    /// When.
    pub on: Date,
}

/// Uses of a question, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_question(tx: &mut Tx, question: i64) -> Result<Vec<Use>, DbError> {
    let rows = tx
        .all(
            sql(
                "select version_id, owner, used_on from bank_use where question_id = $1
                 order by used_on desc, id desc limit 100",
            )
            .bind(question),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Use {
                version_id: row.get("version_id")?,
                owner: row.get("owner")?,
                on: row.get("used_on")?,
            })
        })
        .collect()
}

/// What a sitting showed of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The version.
    pub version_id: i64,
    /// `exam:12`.
    pub owner: String,
    /// When.
    pub on: Date,
    /// Candidates who had it.
    pub takers: i64,
    /// Share of the marks they got, thousandths.
    pub rate: i64,
    /// Discrimination, thousandths; none when it cannot be reckoned.
    pub discrimination: Option<i64>,
    /// What the item analysis says about it, Chinese words divided by `、`.
    pub flags: String,
}

/// Stores what was observed, in place of what the same owner said before.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn observe(tx: &mut Tx, seen: &[Observed]) -> Result<(), DbError> {
    for one in seen {
        tx.run(
            sql("delete from bank_observed where owner = $1 and version_id = $2")
                .bind(&one.owner)
                .bind(one.version_id),
        )
        .await?;
    }
    let rows = seen
        .iter()
        .map(|one| {
            vec![
                one.version_id.into(),
                one.owner.as_str().into(),
                one.on.into(),
                one.takers.into(),
                one.rate.into(),
                one.discrimination.into(),
                one.flags.as_str().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into bank_observed (version_id, owner, observed_on, takers, rate, discrimination, flags)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Observed rate of every version that was observed, thousandths, weighted by takers.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn rates(tx: &mut Tx) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx
        .all(sql(
            "select version_id, cast(sum(rate * takers) as bigint) / cast(sum(takers) as bigint) as rate
             from bank_observed where takers > 0 group by version_id",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("version_id")?, row.get("rate")?)))
        .collect()
}

/// What was observed of these versions, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn observed(tx: &mut Tx, versions: &[i64]) -> Result<Vec<Observed>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from bank_observed where version_id in {} order by observed_on desc, id desc",
            int_list(versions.iter().copied())
        )))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Observed {
                version_id: row.get("version_id")?,
                owner: row.get("owner")?,
                on: row.get("observed_on")?,
                takers: row.get("takers")?,
                rate: row.get("rate")?,
                discrimination: row.get("discrimination")?,
                flags: row.get("flags")?,
            })
        })
        .collect()
}
