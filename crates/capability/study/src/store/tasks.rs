//! Monthly tasks of the city and their materials.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Month, Timestamp};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Row id.
    pub id: i64,
    /// Month it is for.
    pub month: Month,
    /// Topic.
    pub topic: String,
    /// Guidance.
    pub guidance: String,
    /// First issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by_name: String,
}

/// A file that goes with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Task.
    pub task_id: i64,
    /// SHA-256 of the content.
    pub hash: String,
    /// Name as uploaded.
    pub name: String,
    /// By content.
    pub mime: String,
    /// Bytes.
    pub size: i64,
}

fn task(row: &Row) -> Result<Task, DbError> {
    Ok(Task {
        id: row.get("id")?,
        month: row.get("for_month")?,
        topic: row.get("topic")?,
        guidance: row.get("guidance")?,
        issued_at: row.get("issued_at")?,
        issued_by_name: row.get("issued_by_name")?,
    })
}

/// The task of a month.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, month: Month) -> Result<Option<Task>, DbError> {
    tx.opt(sql("select * from study_task where for_month = $1").bind(month))
        .await?
        .as_ref()
        .map(task)
        .transpose()
}

/// The tasks of a year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(tx: &mut Tx, year: i32) -> Result<Vec<Task>, DbError> {
    let rows = tx
        .all(
            sql("select * from study_task where for_month >= $1 and for_month <= $2 order by for_month")
                .bind(format!("{year:04}-01"))
                .bind(format!("{year:04}-12")),
        )
        .await?;
    rows.iter().map(task).collect()
}

/// Materials of the tasks of a year, or of one month when given.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn materials(tx: &mut Tx, from: Month, to: Month) -> Result<Vec<Material>, DbError> {
    let rows = tx
        .all(
            sql(
                "select m.task_id, m.hash, m.name, m.mime, m.size from study_material m
                 join study_task t on t.id = m.task_id
                 where t.for_month >= $1 and t.for_month <= $2 order by m.id",
            )
            .bind(from)
            .bind(to),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Material {
                task_id: row.get("task_id")?,
                hash: row.get("hash")?,
                name: row.get("name")?,
                mime: row.get("mime")?,
                size: row.get("size")?,
            })
        })
        .collect()
}

/// Issues or changes the task of a month; the first issue's time and name stay.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(
    tx: &mut Tx,
    month: Month,
    topic: &str,
    guidance: &str,
    by: (Option<AccountId>, &str),
    now: Timestamp,
) -> Result<Task, DbError> {
    let row = tx
        .one(
            sql("insert into study_task (for_month, topic, guidance, issued_at, issued_by, issued_by_name, changed_at)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (for_month) do update set topic = excluded.topic,
                   guidance = excluded.guidance, changed_at = excluded.changed_at,
                   version = study_task.version + 1
                 returning *")
            .bind(month)
            .bind(topic)
            .bind(guidance)
            .bind(now)
            .bind(by.0)
            .bind(by.1)
            .bind(now),
        )
        .await?;
    task(&row)
}

/// Adds a file to a task. False when it is there already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_material(
    tx: &mut Tx,
    material: &Material,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = tx
        .run(
            sql("insert into study_material (task_id, hash, name, mime, size, added_at, added_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
            .bind(material.task_id)
            .bind(&material.hash)
            .bind(&material.name)
            .bind(&material.mime)
            .bind(material.size)
            .bind(now)
            .bind(by_name),
        )
        .await?;
    Ok(added == 1)
}

/// Takes a file off a task. False when it is not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove_material(tx: &mut Tx, task: i64, hash: &str) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql("delete from study_material where task_id = $1 and hash = $2")
                .bind(task)
                .bind(hash),
        )
        .await?;
    Ok(removed == 1)
}
