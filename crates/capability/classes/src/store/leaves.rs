//! Leave from a class.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::Timestamp;

use crate::domain::timetable::Span;

/// A leave.
#[derive(Debug, Clone)]
pub struct Leave {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Whose.
    pub trainee_id: i64,
    /// For when.
    pub span: Span,
    /// Why.
    pub reason: String,
    /// `asked`, `granted`, `refused`.
    pub state: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom.
    pub asked_by_name: String,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// What he said.
    pub decide_note: Option<String>,
}

fn leave(row: &Row) -> Result<Leave, DbError> {
    Ok(Leave {
        id: row.get("id")?,
        trainee_id: row.get("trainee_id")?,
        span: Span {
            from: row.get("from_at")?,
            until: row.get("until_at")?,
        },
        reason: row.get("reason")?,
        state: row.get("state")?,
        asked_at: row.get("asked_at")?,
        asked_by_name: row.get("asked_by_name")?,
        decided_by_name: row.get("decided_by_name")?,
        decide_note: row.get("decide_note")?,
    })
}

/// Leaves of classes' trainees, oldest first.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Leave>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select v.* from class_leave v join class_trainee t on t.id = v.trainee_id
         where t.class_id in {list} order by v.id"
    )))
    .await?
    .iter()
    .map(leave)
    .collect()
}

/// One leave.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Leave>, DbError> {
    tx.opt(sql("select * from class_leave where id = $1").bind(id))
        .await?
        .as_ref()
        .map(leave)
        .transpose()
}

/// Stores a leave as asked.
pub async fn insert(tx: &mut Tx, new: &Leave) -> Result<i64, DbError> {
    tx.one(
        sql("insert into class_leave (trainee_id, from_at, until_at, reason, state, asked_at, asked_by_name)
             values ($1, $2, $3, $4, 'asked', $5, $6) returning id")
        .bind(new.trainee_id)
        .bind(new.span.from)
        .bind(new.span.until)
        .bind(new.reason.clone())
        .bind(new.asked_at)
        .bind(new.asked_by_name.clone()),
    )
    .await?
    .get("id")
}

/// Decides a leave that is asked for. False when somebody was first.
pub async fn decide(
    tx: &mut Tx,
    id: i64,
    granted: bool,
    note: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_leave set state = $1, decide_note = $2, decided_by_name = $3, decided_at = $4
                 where id = $5 and state = 'asked'")
            .bind(if granted { "granted" } else { "refused" })
            .bind(note)
            .bind(by_name)
            .bind(now)
            .bind(id),
        )
        .await?
        == 1)
}
