//! Make-up sessions of districts and who attended them.

use chengzhi_db::{Arg, DbError, Tx, sql};
use chengzhi_kernel::{AccountId, Date, Month, PersonId, Timestamp, UnitId};

/// A make-up session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMakeup {
    /// Row id, 0 before it is stored.
    pub id: i64,
    /// Bureau that organised it.
    pub district_id: UnitId,
    /// Month it makes good.
    pub for_month: Month,
    /// Day.
    pub held_on: Date,
    /// Length.
    pub minutes: u32,
    /// Place.
    pub place: String,
    /// Topic.
    pub topic: String,
    /// Speaker.
    pub speaker: String,
    /// Note.
    pub note: String,
    /// Entered.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by_name: String,
}

/// Somebody who attended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeupPerson {
    /// Session.
    pub makeup_id: i64,
    /// Person.
    pub person_id: PersonId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit on that day.
    pub unit_id: Option<UnitId>,
    /// Its name.
    pub unit_name: String,
}

/// Stores a session with its people and gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    makeup: &StoredMakeup,
    by: AccountId,
    people: &[MakeupPerson],
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql(
                "insert into study_makeup (district_id, for_month, held_on, minutes, place, topic,
                   speaker, note, recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
            )
            .bind(makeup.district_id)
            .bind(makeup.for_month)
            .bind(makeup.held_on)
            .bind(makeup.minutes)
            .bind(&makeup.place)
            .bind(&makeup.topic)
            .bind(&makeup.speaker)
            .bind(&makeup.note)
            .bind(makeup.recorded_at)
            .bind(by)
            .bind(&makeup.recorded_by_name),
        )
        .await?;
    let id: i64 = row.get("id")?;
    let rows = people
        .iter()
        .map(|person| {
            vec![
                Arg::from(id),
                person.person_id.into(),
                person.staff_no.clone().into(),
                person.name.clone().into(),
                person.unit_id.into(),
                person.unit_name.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into study_makeup_person (makeup_id, person_id, staff_no, name, unit_id, unit_name)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// Sessions of a year; `districts` is a condition on `m.district_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(
    tx: &mut Tx,
    year: i32,
    districts: &str,
) -> Result<Vec<StoredMakeup>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select * from study_makeup m where m.for_month >= $1 and m.for_month <= $2 and {districts}
                 order by m.held_on desc, m.id desc"
            ))
            .bind(format!("{year:04}-01"))
            .bind(format!("{year:04}-12")),
        )
        .await?;
    rows.iter().map(makeup).collect()
}

/// One session; `districts` is a condition on `m.district_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, id: i64, districts: &str) -> Result<Option<StoredMakeup>, DbError> {
    tx.opt(
        sql(format!(
            "select * from study_makeup m where m.id = $1 and {districts}"
        ))
        .bind(id),
    )
    .await?
    .as_ref()
    .map(makeup)
    .transpose()
}

fn makeup(row: &chengzhi_db::Row) -> Result<StoredMakeup, DbError> {
    Ok(StoredMakeup {
        id: row.get("id")?,
        district_id: row.get("district_id")?,
        for_month: row.get("for_month")?,
        held_on: row.get("held_on")?,
        minutes: row.get("minutes")?,
        place: row.get("place")?,
        topic: row.get("topic")?,
        speaker: row.get("speaker")?,
        note: row.get("note")?,
        recorded_at: row.get("recorded_at")?,
        recorded_by_name: row.get("recorded_by_name")?,
    })
}

/// People of the sessions of a year who still count; `districts` as in [`of_year`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people_of_year(
    tx: &mut Tx,
    year: i32,
    districts: &str,
) -> Result<Vec<MakeupPerson>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select p.* from study_makeup_person p join study_makeup m on m.id = p.makeup_id
                 where m.for_month >= $1 and m.for_month <= $2 and {districts} and p.removed_at is null
                 order by p.makeup_id, p.staff_no, p.person_id"
            ))
            .bind(format!("{year:04}-01"))
            .bind(format!("{year:04}-12")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(MakeupPerson {
                makeup_id: row.get("makeup_id")?,
                person_id: row.get("person_id")?,
                staff_no: row.get("staff_no")?,
                name: row.get("name")?,
                unit_id: row.get("unit_id")?,
                unit_name: row.get("unit_name")?,
            })
        })
        .collect()
}

/// Takes a person off a session. False when he is not (any more) on it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove_person(
    tx: &mut Tx,
    makeup: i64,
    person: PersonId,
    by_name: &str,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql("update study_makeup_person set removed_at = $1, removed_by_name = $2, remove_reason = $3
                 where makeup_id = $4 and person_id = $5 and removed_at is null")
            .bind(now)
            .bind(by_name)
            .bind(reason)
            .bind(makeup)
            .bind(person),
        )
        .await?;
    Ok(removed == 1)
}

/// What a month's records say of each person: state of the record, present, why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthMark {
    /// Person.
    pub person: PersonId,
    /// State code of the record.
    pub state: String,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
}

/// The marks of a month in records of units that match `units`, a condition on `r.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn marks_of_month(
    tx: &mut Tx,
    month: Month,
    units: &str,
) -> Result<Vec<MonthMark>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select a.person_id, a.present, a.absence_reason, r.state
                 from study_attendance a join study_record r on r.id = a.record_id
                 where r.for_month = $1 and {units}"
            ))
            .bind(month),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(MonthMark {
                person: row.get("person_id")?,
                state: row.get("state")?,
                present: row.get("present")?,
                absence_reason: row.get("absence_reason")?,
            })
        })
        .collect()
}
