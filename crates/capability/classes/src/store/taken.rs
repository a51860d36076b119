//! What took requests up: programmes of plans and courses of classes.

use std::collections::BTreeMap;

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::Timestamp;

/// A programme that took a request up.
#[derive(Debug, Clone)]
pub struct TakenProgramme {
    /// Its plan.
    pub plan_id: i64,
    /// Title.
    pub title: String,
    /// It was taken out of the plan since.
    pub gone: bool,
}

/// Programmes by id, those taken out of their plan included.
pub async fn programmes(
    tx: &mut Tx,
    ids: &[i64],
) -> Result<BTreeMap<i64, TakenProgramme>, DbError> {
    let list = int_list(ids.iter().copied());
    tx.all(sql(format!(
        "select id, plan_id, title, removed_at from class_programme where id in {list}"
    )))
    .await?
    .iter()
    .map(|row| {
        let removed: Option<i64> = row.get("removed_at")?;
        let found = TakenProgramme {
            plan_id: row.get("plan_id")?,
            title: row.get("title")?,
            gone: removed.is_some(),
        };
        Ok((row.get("id")?, found))
    })
    .collect()
}

/// A course that took a request up.
#[derive(Debug, Clone)]
pub struct TakenCourse {
    /// Its class.
    pub class_id: i64,
    /// Title.
    pub title: String,
    /// It was taken out of the class since.
    pub gone: bool,
    /// Beginning of its first lesson that stands.
    pub first: Option<Timestamp>,
    /// End of its last lesson that stands.
    pub last: Option<Timestamp>,
}

/// Courses by id, those taken out of their class included.
pub async fn courses(tx: &mut Tx, ids: &[i64]) -> Result<BTreeMap<i64, TakenCourse>, DbError> {
    let list = int_list(ids.iter().copied());
    tx.all(sql(format!(
        "select c.id, c.class_id, c.title, c.removed_at,
           (select min(l.starts_at) from class_lesson l where l.course_id = c.id and l.removed_at is null) as starts,
           (select max(l.ends_at) from class_lesson l where l.course_id = c.id and l.removed_at is null) as ends
         from class_course c where c.id in {list}"
    )))
    .await?
    .iter()
    .map(|row| {
        let removed: Option<i64> = row.get("removed_at")?;
        let found = TakenCourse {
            class_id: row.get("class_id")?,
            title: row.get("title")?,
            gone: removed.is_some(),
            first: row.get("starts")?,
            last: row.get("ends")?,
        };
        Ok((row.get("id")?, found))
    })
    .collect()
}

/// Courses of classes that stand: class, course, title; in their order.
pub async fn courses_of(tx: &mut Tx, classes: &[i64]) -> Result<Vec<(i64, i64, String)>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select class_id, id, title from class_course
         where class_id in {list} and removed_at is null order by class_id, seq, id"
    )))
    .await?
    .iter()
    .map(|row| Ok((row.get("class_id")?, row.get("id")?, row.get("title")?)))
    .collect()
}
