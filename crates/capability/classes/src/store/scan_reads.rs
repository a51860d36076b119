//! What tables, counts and signals read of scans: no more columns and rows than each needs, for a class of some hundred
//! people has thousands of scans.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp};

use super::scans::{ScanRow, scan};
use super::unknown;
use crate::domain::presence::{DOUBTFUL, Scan};

/// A standing scan as a table of presence needs it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Trainee.
    pub trainee_id: i64,
    /// Lesson.
    pub lesson_id: i64,
    /// Which scan.
    pub kind: Scan,
    /// The check that it answers.
    pub check_id: Option<i64>,
    /// The instant that counts.
    pub at: Timestamp,
    /// Waits for the teacher.
    pub doubtful: bool,
    /// Entered by the teacher.
    pub by_teacher: bool,
}

/// The standing scans of a class, of one trainee or of all, in the order of arrival.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn signed(tx: &mut Tx, class: i64, trainee: Option<i64>) -> Result<Vec<Signed>, DbError> {
    let only = trainee.map_or(String::new(), |id| format!("and s.trainee_id = {id}"));
    tx.all(
        sql(format!(
            "select s.trainee_id, s.lesson_id, s.kind, s.check_id, s.at,
               cast(case when s.score >= $2 and s.decided is null then 1 else 0 end as bigint) as doubtful,
               cast(case when s.method = 'teacher' then 1 else 0 end as bigint) as by_teacher
             from class_scan s join class_lesson l on l.id = s.lesson_id
             where l.class_id = $1 and (s.decided is null or s.decided <> 'struck') {only} order by s.id"
        ))
        .bind(class)
        .bind(i64::from(DOUBTFUL)),
    )
    .await?
    .iter()
    .map(|row| {
        let kind: String = row.get("kind")?;
        let (doubtful, by_teacher): (i64, i64) = (row.get("doubtful")?, row.get("by_teacher")?);
        Ok(Signed {
            trainee_id: row.get("trainee_id")?,
            lesson_id: row.get("lesson_id")?,
            kind: Scan::from_code(&kind).ok_or_else(|| unknown("kind"))?,
            check_id: row.get("check_id")?,
            at: row.get("at")?,
            doubtful: doubtful == 1,
            by_teacher: by_teacher == 1,
        })
    })
    .collect()
}

/// How many lessons of a class each trainee has signed in to.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn lessons_signed(tx: &mut Tx, class: i64) -> Result<BTreeMap<i64, u32>, DbError> {
    tx.all(
        sql(
            "select s.trainee_id, cast(count(distinct s.lesson_id) as bigint) as lessons
             from class_scan s join class_lesson l on l.id = s.lesson_id
             where l.class_id = $1 and s.kind = 'in' and (s.decided is null or s.decided <> 'struck')
             group by s.trainee_id",
        )
        .bind(class),
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("trainee_id")?, row.get("lessons")?)))
    .collect()
}

/// How many scans of a class wait for the teacher.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn doubtful(tx: &mut Tx, class: i64) -> Result<u32, DbError> {
    let count: i64 = tx
        .one(
            sql(
                "select cast(count(*) as bigint) as waiting from class_scan s
                 join class_lesson l on l.id = s.lesson_id
                 where l.class_id = $1 and s.score >= $2 and s.decided is null",
            )
            .bind(class)
            .bind(i64::from(DOUBTFUL)),
        )
        .await?
        .get("waiting")?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Scans of a class that are or were doubtful, in the order of arrival.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ever_doubtful(tx: &mut Tx, class: i64) -> Result<Vec<ScanRow>, DbError> {
    tx.all(
        sql(
            "select s.* from class_scan s join class_lesson l on l.id = s.lesson_id
             where l.class_id = $1 and s.score >= $2 order by s.id",
        )
        .bind(class)
        .bind(i64::from(DOUBTFUL)),
    )
    .await?
    .iter()
    .map(scan)
    .collect()
}

/// Scans of a class that the teacher entered with a photo, in the order of arrival.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn with_photo(tx: &mut Tx, class: i64) -> Result<Vec<ScanRow>, DbError> {
    tx.all(
        sql(
            "select s.* from class_scan s join class_lesson l on l.id = s.lesson_id
             where l.class_id = $1 and s.photo_hash is not null order by s.id",
        )
        .bind(class),
    )
    .await?
    .iter()
    .map(scan)
    .collect()
}

/// Scans of a lesson, in the order of arrival.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_lesson(tx: &mut Tx, lesson: i64) -> Result<Vec<ScanRow>, DbError> {
    tx.all(sql("select * from class_scan where lesson_id = $1 order by id").bind(lesson))
        .await?
        .iter()
        .map(scan)
        .collect()
}

/// Networks from which people signed in a lesson, each with how many scans came from it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn networks(tx: &mut Tx, lesson: i64) -> Result<Vec<(String, usize)>, DbError> {
    tx.all(
        sql(
            "select network, cast(count(*) as bigint) as scans from class_scan
             where lesson_id = $1 and network <> '' group by network order by network",
        )
        .bind(lesson),
    )
    .await?
    .iter()
    .map(|row| {
        let scans: i64 = row.get("scans")?;
        Ok((
            row.get("network")?,
            usize::try_from(scans).unwrap_or(usize::MAX),
        ))
    })
    .collect()
}

/// Phones from which an account signed in a class.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn phones(tx: &mut Tx, class: i64, account: AccountId) -> Result<BTreeSet<i64>, DbError> {
    tx.all(
        sql(
            "select distinct s.device_id from class_scan s join class_lesson l on l.id = s.lesson_id
             where s.account_id = $2 and l.class_id = $1 and s.device_id is not null",
        )
        .bind(class)
        .bind(account),
    )
    .await?
    .iter()
    .map(|row| row.get("device_id"))
    .collect()
}
