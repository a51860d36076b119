//! Conduct of candidates and the districts' reports.

use std::collections::BTreeMap;

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};

/// A note about a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConductRow {
    /// Row id.
    pub id: i64,
    /// About whom.
    pub candidate: i64,
    /// Code of [`crate::domain::conduct::Conduct`].
    pub code: String,
    /// What was seen.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// By which account.
    pub by: AccountId,
    /// By whom.
    pub by_name: String,
    /// Withdrawn by whom.
    pub withdrawn_by: Option<String>,
}

fn read(row: &Row) -> Result<ConductRow, DbError> {
    Ok(ConductRow {
        id: row.get("id")?,
        candidate: row.get("candidate_id")?,
        code: row.get("code")?,
        note: row.get("note")?,
        at: row.get("at")?,
        by: row.get("by_id")?,
        by_name: row.get("by_name")?,
        withdrawn_by: row.get("withdrawn_by_name")?,
    })
}

/// Notes of a session, oldest first, withdrawn ones among them.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<Vec<ConductRow>, DbError> {
    let rows = tx
        .all(
            sql(
                "select n.* from exam_conduct n join exam_candidate c on c.id = n.candidate_id
                 where c.session_id = $1 order by n.id",
            )
            .bind(session),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Adds a note; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    candidate: i64,
    (code, note): (&str, &str),
    by: (AccountId, &str),
    at: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_conduct (candidate_id, code, note, at, by_id, by_name)
             values ($1, $2, $3, $4, $5, $6) returning id",
        )
        .bind(candidate)
        .bind(code)
        .bind(note)
        .bind(at)
        .bind(by.0)
        .bind(by.1),
    )
    .await?
    .get("id")
}

/// Withdraws a note. False when it is withdrawn already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn withdraw(tx: &mut Tx, id: i64, by: &str, at: Timestamp) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql(
                "update exam_conduct set withdrawn_at = $2, withdrawn_by_name = $3
                 where id = $1 and withdrawn_at is null",
            )
            .bind(id)
            .bind(at)
            .bind(by),
        )
        .await?;
    Ok(changed == 1)
}

/// A district's report of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which bureau.
    pub district: UnitId,
    /// Sat.
    pub present: i64,
    /// Away with leave.
    pub absent_leave: i64,
    /// Away without.
    pub absent: i64,
    /// What happened, in words.
    pub incidents: String,
    /// When it was handed in.
    pub at: Timestamp,
    /// By whom.
    pub by_name: String,
    /// After the day that the policy gives.
    pub late: bool,
}

/// Reports of a session by district.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reports(tx: &mut Tx, session: i64) -> Result<BTreeMap<UnitId, Report>, DbError> {
    let rows = tx
        .all(sql("select * from exam_report where session_id = $1 order by id").bind(session))
        .await?;
    rows.iter()
        .map(|row| {
            let district: UnitId = row.get("district_id")?;
            Ok((
                district,
                Report {
                    district,
                    present: row.get("present")?,
                    absent_leave: row.get("absent_leave")?,
                    absent: row.get("absent")?,
                    incidents: row.get("incidents")?,
                    at: row.get("at")?,
                    by_name: row.get("by_name")?,
                    late: row.get("late")?,
                },
            ))
        })
        .collect()
}

/// Stores a report; one that was handed in before is replaced, but stays late if it was.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_report(tx: &mut Tx, session: i64, new: &Report) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into exam_report (session_id, district_id, present, absent_leave, absent, incidents, at, by_name, late)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (session_id, district_id) do update set present = excluded.present,
               absent_leave = excluded.absent_leave, absent = excluded.absent, incidents = excluded.incidents,
               at = excluded.at, by_name = excluded.by_name",
        )
        .bind(session)
        .bind(new.district)
        .bind(new.present)
        .bind(new.absent_leave)
        .bind(new.absent)
        .bind(new.incidents.clone())
        .bind(new.at)
        .bind(new.by_name.clone())
        .bind(new.late),
    )
    .await?;
    Ok(())
}
