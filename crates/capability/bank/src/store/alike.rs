//! Groups of questions too like each other for one paper.

use chengzhi_db::{DbError, Tx, int_list, sql};

/// Groups of alike questions: question and group, for those in one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of(tx: &mut Tx, questions: &[i64]) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select id, alike from bank_question where alike is not null and id in {}",
            int_list(questions.iter().copied())
        )))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("alike")?)))
        .collect()
}

/// Puts questions into one group of alike ones, with everybody of the groups they were in.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn join(tx: &mut Tx, questions: &[i64]) -> Result<(), DbError> {
    let groups: Vec<i64> = of(tx, questions)
        .await?
        .into_iter()
        .map(|(_, group)| group)
        .collect();
    let Some(group) = groups.iter().chain(questions).min().copied() else {
        return Ok(());
    };
    tx.run(
        sql(format!(
            "update bank_question set alike = $1 where id in {} or alike in {}",
            int_list(questions.iter().copied()),
            int_list(groups)
        ))
        .bind(group),
    )
    .await?;
    Ok(())
}
