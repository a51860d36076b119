//! The tables that a cycle has beside its records, the same under each capability's prefix.

use std::collections::HashMap;

use chengzhi_cycle::state::State;
use chengzhi_cycle::stats::{HandIn, Outcome};
use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Month, RecordId, Timestamp, UnitId};

/// The tables of one capability's cycle.
#[derive(Debug, Clone, Copy)]
pub struct Book {
    /// What their names begin with: `study` has `study_record`, `study_hand_in`, `study_touch`, `study_event`,
    /// `study_month_lock`.
    pub prefix: &'static str,
    /// The column of its hand-ins that holds the first instant at which a review counts as late.
    pub late_from: &'static str,
}

/// Who reads a record at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Account.
    pub by: AccountId,
    /// Name.
    pub name: String,
    /// First instant at which it has run out.
    pub until: Timestamp,
}

impl Hold {
    /// Reads the hold of a record's row, if somebody has one.
    ///
    /// # Errors
    /// [`DbError::Decode`] when schema and code disagree.
    pub fn from_row(row: &Row) -> Result<Option<Self>, DbError> {
        let Some(by) = row.get::<Option<AccountId>>("held_by")? else {
            return Ok(None);
        };
        Ok(Some(Hold {
            by,
            name: row.get("held_by_name")?,
            until: row.get("held_until")?,
        }))
    }
}

/// Reads a state code.
///
/// # Errors
/// [`DbError::Decode`] for a code that is none.
pub fn state_of(row: &Row, column: &str) -> Result<State, DbError> {
    let code: String = row.get(column)?;
    code.parse().map_err(|()| DbError::Decode {
        column: column.to_owned(),
        wanted: "state",
    })
}

/// A line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When, business time.
    pub at: Timestamp,
    /// Who; none is the system.
    pub by: Option<AccountId>,
    /// Name.
    pub by_name: String,
    /// Code of the event.
    pub event: String,
    /// Round it belongs to.
    pub round: u32,
    /// Reason code.
    pub reason: Option<String>,
    /// Note.
    pub note: Option<String>,
}

impl HistoryLine {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(HistoryLine {
            at: row.get("at")?,
            by: row.get("by_id")?,
            by_name: row.get("by_name")?,
            event: row.get("event")?,
            round: row.get("round")?,
            reason: row.get("reason_code")?,
            note: row.get("note")?,
        })
    }
}

/// Who touched a record, and what happened to it.
impl Book {
    /// Remembers that an account entered, changed or handed in something, and whether it could have
    /// reviewed the record.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn touch(
        &self,
        tx: &mut Tx,
        record: RecordId,
        account: AccountId,
        reviewer: bool,
    ) -> Result<(), DbError> {
        let prefix = self.prefix;
        tx.run(
            sql(format!(
                "insert into {prefix}_touch (record_id, account_id, reviewer) values ($1, $2, $3)
                 on conflict (record_id, account_id) do nothing"
            ))
            .bind(record)
            .bind(account)
            .bind(reviewer),
        )
        .await?;
        Ok(())
    }

    /// Who touched a record: whether this account did, and whether any reviewer did.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn touched(
        &self,
        tx: &mut Tx,
        record: RecordId,
        account: AccountId,
    ) -> Result<(bool, bool), DbError> {
        let prefix = self.prefix;
        let row = tx
            .one(
                sql(format!(
                    "select cast(count(*) filter (where account_id = $2) as bigint) as mine,
                            cast(count(*) filter (where reviewer = 1) as bigint) as reviewers
                     from {prefix}_touch where record_id = $1"
                ))
                .bind(record)
                .bind(account),
            )
            .await?;
        Ok((
            row.get::<i64>("mine")? > 0,
            row.get::<i64>("reviewers")? > 0,
        ))
    }

    /// Adds a line to the history. A second lock line is not stored.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn add_history(
        &self,
        tx: &mut Tx,
        record: RecordId,
        line: HistoryLine,
    ) -> Result<(), DbError> {
        let prefix = self.prefix;
        tx.run(
            sql(format!(
                "insert into {prefix}_event (record_id, at, by_id, by_name, event, round, reason_code, note)
                 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"
            ))
            .bind(record)
            .bind(line.at)
            .bind(line.by)
            .bind(line.by_name)
            .bind(line.event)
            .bind(line.round)
            .bind(line.reason)
            .bind(line.note),
        )
        .await?;
        Ok(())
    }

    /// The line of the history that says when the month locked: the instant of the lock, whenever it
    /// was noticed.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn add_lock_line(
        &self,
        tx: &mut Tx,
        record: RecordId,
        round: u32,
        lock_at: Timestamp,
    ) -> Result<(), DbError> {
        let line = HistoryLine {
            at: lock_at,
            by: None,
            by_name: "系统".to_owned(),
            event: "lock".to_owned(),
            round,
            reason: None,
            note: None,
        };
        self.add_history(tx, record, line).await
    }

    /// The history of a record, oldest first.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn history(
        &self,
        tx: &mut Tx,
        record: RecordId,
    ) -> Result<Vec<HistoryLine>, DbError> {
        let prefix = self.prefix;
        let rows = tx
            .all(
                sql(format!(
                    "select * from {prefix}_event where record_id = $1 order by id"
                ))
                .bind(record),
            )
            .await?;
        rows.iter().map(HistoryLine::from_row).collect()
    }
}

/// Hand-ins, as far as every cycle has them alike.
impl Book {
    /// Hand-ins of a year by their record, each record's in their order; `units` is a condition on `r.unit_id`.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn hand_ins_of_year(
        &self,
        tx: &mut Tx,
        year: i32,
        units: &str,
    ) -> Result<HashMap<RecordId, Vec<HandIn>>, DbError> {
        let Book { prefix, late_from } = self;
        let rows = tx
            .all(
                sql(format!(
                    "select h.record_id, h.reviewer_unit_id, h.submitted_at, h.{late_from} as late_from, h.outcome,
                            h.decided_at, h.reason_code, h.working_days
                     from {prefix}_hand_in h join {prefix}_record r on r.id = h.record_id
                     where r.for_month >= $1 and r.for_month <= $2 and {units}
                     order by h.record_id, h.seq"
                ))
                .bind(format!("{year:04}-01"))
                .bind(format!("{year:04}-12")),
            )
            .await?;
        let mut found: HashMap<RecordId, Vec<HandIn>> = HashMap::new();
        for row in &rows {
            let hand_in = HandIn {
                reviewer: row.get("reviewer_unit_id")?,
                submitted_at: row.get("submitted_at")?,
                late_from: row.get("late_from")?,
                outcome: row
                    .get::<Option<String>>("outcome")?
                    .and_then(|code| Outcome::from_code(&code)),
                decided_at: row.get("decided_at")?,
                reason: row.get("reason_code")?,
                working_days: row.get("working_days")?,
            };
            found
                .entry(row.get("record_id")?)
                .or_default()
                .push(hand_in);
        }
        Ok(found)
    }

    /// When each open hand-in of a list of records must be reviewed.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn open_review_dues(
        &self,
        tx: &mut Tx,
        records: &[RecordId],
    ) -> Result<Vec<(RecordId, Timestamp)>, DbError> {
        let prefix = self.prefix;
        let list = int_list(records.iter().map(|id| id.get()));
        let rows = tx
            .all(sql(format!(
                "select record_id, review_due_at from {prefix}_hand_in where outcome is null and record_id in {list}"
            )))
            .await?;
        rows.iter()
            .map(|row| Ok((row.get("record_id")?, row.get("review_due_at")?)))
            .collect()
    }

    /// Gives the open hand-in of a record to another reviewing unit.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn hand_over(
        &self,
        tx: &mut Tx,
        record: RecordId,
        to: UnitId,
    ) -> Result<(), DbError> {
        let prefix = self.prefix;
        tx.run(
            sql(format!(
                "update {prefix}_hand_in set reviewer_unit_id = $1 where record_id = $2 and outcome is null"
            ))
            .bind(to)
            .bind(record),
        )
        .await?;
        Ok(())
    }
}

/// The lock of months, and the month from which anything is owed.
impl Book {
    /// Takes a month for its sweep. False when it was swept already; a second process waits here and
    /// then finds it done.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn take_month(
        &self,
        tx: &mut Tx,
        month: Month,
        lock_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let prefix = self.prefix;
        let taken = tx
            .run(
                sql(format!(
                    "insert into {prefix}_month_lock (for_month, locked_at, swept_at) values ($1, $2, $3)
                     on conflict (for_month) do nothing"
                ))
                .bind(month)
                .bind(lock_at)
                .bind(now),
            )
            .await?;
        Ok(taken == 1)
    }

    /// Months whose slots have all been locked.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn swept_months(&self, tx: &mut Tx) -> Result<Vec<Month>, DbError> {
        let prefix = self.prefix;
        let rows = tx
            .all(sql(format!(
                "select for_month from {prefix}_month_lock order by for_month"
            )))
            .await?;
        rows.iter().map(|row| row.get("for_month")).collect()
    }

    /// Moves a stored slot into its locked state and ends any hold.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn lock_slot(
        &self,
        tx: &mut Tx,
        record: RecordId,
        state: State,
    ) -> Result<(), DbError> {
        let prefix = self.prefix;
        tx.run(
            sql(format!(
                "update {prefix}_record set state = $1, version = version + 1, held_by = null,
                   held_by_name = null, held_until = null
                 where id = $2"
            ))
            .bind(state.code())
            .bind(record),
        )
        .await?;
        Ok(())
    }

    fn start_key(&self) -> String {
        format!("{}.start_month", self.prefix)
    }

    /// The first month that units owe here: the one in which the system was taken into use. Months
    /// before it were reported elsewhere.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn start_month(&self, tx: &mut Tx) -> Result<Option<Month>, DbError> {
        let row = tx
            .opt(sql("select value from setting where key = $1").bind(self.start_key()))
            .await?;
        row.map(|row| row.get("value")).transpose()
    }

    /// Sets the first month if none is set, or moves it to an earlier one.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn start_by(&self, tx: &mut Tx, month: Month) -> Result<(), DbError> {
        tx.run(
            sql("insert into setting (key, value) values ($1, $2)
                 on conflict (key) do update set value = excluded.value where setting.value > excluded.value")
            .bind(self.start_key())
            .bind(month),
        )
        .await?;
        Ok(())
    }
}
