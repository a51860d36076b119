//! The register of exemptions.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

use crate::domain::exemption::ExemptionState;

/// An exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// Row id.
    pub id: i64,
    /// Squad that asked.
    pub unit_id: UnitId,
    /// Person.
    pub person_id: PersonId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Kind of the rules.
    pub kind: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Proof and circumstances.
    pub note: String,
    /// Where it stands.
    pub state: ExemptionState,
    /// Grows with every change.
    pub version: i64,
    /// Who decides.
    pub reviewer: UnitId,
    /// Asked for when.
    pub requested_at: Timestamp,
    /// By which account.
    pub requested_by: Option<AccountId>,
    /// By whom.
    pub requested_by_name: String,
    /// Decided when.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by_name: Option<String>,
    /// Why.
    pub decide_note: Option<String>,
}

fn exemption(row: &Row) -> Result<Exemption, DbError> {
    let state: String = row.get("state")?;
    Ok(Exemption {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        person_id: row.get("person_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        from: row.get("from_on")?,
        to: row.get("to_on")?,
        note: row.get("note")?,
        state: ExemptionState::from_code(&state).ok_or_else(|| DbError::Decode {
            column: "state".to_owned(),
            wanted: "exemption state",
        })?,
        version: row.get("version")?,
        reviewer: row.get("reviewer_unit_id")?,
        requested_at: row.get("requested_at")?,
        requested_by: row.get("requested_by")?,
        requested_by_name: row.get("requested_by_name")?,
        decided_at: row.get("decided_at")?,
        decided_by_name: row.get("decided_by_name")?,
        decide_note: row.get("decide_note")?,
    })
}

/// Exemptions of the units that `units` (a condition on `e.unit_id`) names, open requests first,
/// then newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(tx: &mut Tx, units: &str) -> Result<Vec<Exemption>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select e.* from drill_exemption e where {units}
             order by case e.state when 'requested' then 0 else 1 end, e.to_on desc, e.id desc"
        )))
        .await?;
    rows.iter().map(exemption).collect()
}

/// How many exemptions stand in each state.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(ExemptionState, usize)>, DbError> {
    let rows = tx
        .all(sql(
            "select state, count(*) as n from drill_exemption group by state",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let state: String = row.get("state")?;
            let state = ExemptionState::from_code(&state).ok_or_else(|| DbError::Decode {
                column: "state".to_owned(),
                wanted: "exemption state",
            })?;
            let n: i64 = row.get("n")?;
            Ok((state, usize::try_from(n).unwrap_or(0)))
        })
        .collect()
}

/// An exemption, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Exemption>, DbError> {
    tx.opt(sql("update drill_exemption set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(exemption)
        .transpose()
}

/// Approved exemptions of people that cover a day: person and kind.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn on_day(
    tx: &mut Tx,
    people: &[PersonId],
    day: Date,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let list = int_list(people.iter().map(|id| id.get()));
    let rows = tx
        .all(
            sql(format!(
                "select person_id, kind from drill_exemption
                 where state = 'approved' and from_on <= $1 and to_on >= $1 and person_id in {list}
                 order by id"
            ))
            .bind(day),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("person_id")?, row.get("kind")?)))
        .collect()
}

/// Whether an open request or approved exemption of the person overlaps the days.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn overlaps(
    tx: &mut Tx,
    person: PersonId,
    from: Date,
    to: Date,
) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql(
                "select id from drill_exemption where person_id = $1
                   and state in ('requested', 'approved') and from_on <= $3 and to_on >= $2 limit 1",
            )
            .bind(person)
            .bind(from)
            .bind(to),
        )
        .await?
        .is_some())
}

/// A request.
#[derive(Debug, Clone)]
pub struct NewExemption {
    /// Squad.
    pub unit_id: UnitId,
    /// Person.
    pub person_id: PersonId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Note.
    pub note: String,
    /// Who decides.
    pub reviewer: UnitId,
}

/// Stores a request.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: NewExemption,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql(
                "insert into drill_exemption (unit_id, person_id, staff_no, name, kind, from_on, to_on,
                   note, state, reviewer_unit_id, requested_at, requested_by, requested_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10, $11, $12) returning id",
            )
            .bind(new.unit_id)
            .bind(new.person_id)
            .bind(new.staff_no)
            .bind(new.name)
            .bind(new.kind)
            .bind(new.from)
            .bind(new.to)
            .bind(new.note)
            .bind(new.reviewer)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    row.get("id")
}

/// Writes a decision, a withdrawal or an early end.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decide(
    tx: &mut Tx,
    exemption: &Exemption,
    by: (AccountId, &str),
    note: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "update drill_exemption set state = $1, to_on = $2, version = version + 1, decided_at = $3,
               decided_by = $4, decided_by_name = $5, decide_note = $6 where id = $7",
        )
        .bind(exemption.state.code())
        .bind(exemption.to)
        .bind(now)
        .bind(by.0)
        .bind(by.1)
        .bind(note.map(str::to_owned))
        .bind(exemption.id),
    )
    .await?;
    Ok(())
}

/// Open requests that these units (a condition on `e.reviewer_unit_id`) must decide.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_for(tx: &mut Tx, reviewers: &str) -> Result<u32, DbError> {
    tx.one(sql(format!(
        "select cast(count(*) as bigint) as n from drill_exemption e
         where e.state = 'requested' and {reviewers}"
    )))
    .await?
    .get("n")
}

/// A person's exemptions that touch a year, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
) -> Result<Vec<Exemption>, DbError> {
    let rows = tx
        .all(
            sql("select * from drill_exemption
                 where person_id = $1 and to_on >= $2 and from_on <= $3
                 order by from_on desc, id desc")
            .bind(person)
            .bind(format!("{year:04}-01-01"))
            .bind(format!("{year:04}-12-31")),
        )
        .await?;
    rows.iter().map(exemption).collect()
}
