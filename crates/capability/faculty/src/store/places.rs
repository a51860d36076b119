//! Bases, rooms and smart classrooms, and how they were checked.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp, UnitId};
use chengzhi_rules::Grade;

use super::{join_pairs, like, pairs, word, word_if};
use crate::domain::place::{PlaceKind, PlaceState};

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Row id.
    pub id: i64,
    /// Kind.
    pub kind: PlaceKind,
    /// Who keeps it.
    pub unit_id: UnitId,
    /// The base a room belongs to.
    pub base_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many people it holds.
    pub capacity: i64,
    /// Whom to ask.
    pub contact: String,
    /// What is taught there, what it has.
    pub features: String,
    /// The base's excellent course: a series of the courseware register.
    pub course_id: Option<i64>,
    /// State.
    pub state: PlaceState,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Next check of a base.
    pub recheck_due: Option<Date>,
    /// Out of use since.
    pub withdrawn_on: Option<Date>,
    /// Why.
    pub withdraw_reason: String,
    /// Grade that its bureau claims.
    pub grade_asked: Option<Grade>,
    /// Grade that the city confirmed.
    pub grade: Option<Grade>,
    /// When.
    pub grade_on: Option<Date>,
    /// Evidence by item of the standard that the bureau says is met.
    pub answers: Vec<(String, String)>,
    /// Grows with every change.
    pub version: i64,
}

fn place(row: &Row) -> Result<Place, DbError> {
    Ok(Place {
        id: row.get("id")?,
        kind: word(row, "kind", PlaceKind::from_code)?,
        unit_id: row.get("unit_id")?,
        base_id: row.get("base_id")?,
        name: row.get("name")?,
        address: row.get("address")?,
        capacity: row.get("capacity")?,
        contact: row.get("contact")?,
        features: row.get("features")?,
        course_id: row.get("course_id")?,
        state: word(row, "state", PlaceState::from_code)?,
        in_use_from: row.get("in_use_from")?,
        recheck_due: row.get("recheck_due")?,
        withdrawn_on: row.get("withdrawn_on")?,
        withdraw_reason: row.get("withdraw_reason")?,
        grade_asked: word_if(row, "grade_asked", Grade::from_code)?,
        grade: word_if(row, "grade", Grade::from_code)?,
        grade_on: row.get("grade_on")?,
        answers: pairs(row, "answers")?,
        version: row.get("version")?,
    })
}

/// What is looked for; empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Kind.
    pub kind: Option<PlaceKind>,
    /// State.
    pub state: Option<PlaceState>,
    /// Part of name or address.
    pub text: Option<String>,
}

/// Places that `seen` (a condition on `p`) and the wish name, by unit, kind and name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(tx: &mut Tx, seen: &str, wanted: &Wanted) -> Result<Vec<Place>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select p.* from faculty_place p where ({seen})
                   and ($1 = '' or p.kind = $1) and ($2 = '' or p.state = $2)
                   and ($3 = '' or p.name like $3 escape '\\' or p.address like $3 escape '\\')
                 order by case p.state when 'withdrawn' then 1 else 0 end, p.unit_id, p.kind, p.name, p.id
                 limit 2000"
            ))
            .bind(wanted.kind.map_or("", PlaceKind::code))
            .bind(wanted.state.map_or("", PlaceState::code))
            .bind(wanted.text.as_deref().map(like).unwrap_or_default()),
        )
        .await?;
    rows.iter().map(place).collect()
}

/// One place, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Place>, DbError> {
    tx.opt(sql("select * from faculty_place where id = $1").bind(id))
        .await?
        .as_ref()
        .map(place)
        .transpose()
}

/// One place, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Place>, DbError> {
    tx.opt(sql("update faculty_place set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(place)
        .transpose()
}

/// Stores a new place.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Place,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into faculty_place (kind, unit_id, base_id, name, address, capacity, contact,
                   features, state, in_use_from, recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id")
            .bind(new.kind.code())
            .bind(new.unit_id)
            .bind(new.base_id)
            .bind(&new.name)
            .bind(&new.address)
            .bind(new.capacity)
            .bind(&new.contact)
            .bind(&new.features)
            .bind(new.state.code())
            .bind(new.in_use_from)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    row.get("id")
}

/// Writes back what may change, as the next version.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, row: &Place) -> Result<(), DbError> {
    tx.run(
        sql(
            "update faculty_place set base_id = $1, name = $2, address = $3, capacity = $4,
               contact = $5, features = $6, course_id = $7, state = $8, in_use_from = $9,
               recheck_due = $10, withdrawn_on = $11, withdraw_reason = $12, grade_asked = $13,
               grade = $14, grade_on = $15, answers = $16, version = version + 1
             where id = $17",
        )
        .bind(row.base_id)
        .bind(&row.name)
        .bind(&row.address)
        .bind(row.capacity)
        .bind(&row.contact)
        .bind(&row.features)
        .bind(row.course_id)
        .bind(row.state.code())
        .bind(row.in_use_from)
        .bind(row.recheck_due)
        .bind(row.withdrawn_on)
        .bind(&row.withdraw_reason)
        .bind(row.grade_asked.map(Grade::code))
        .bind(row.grade.map(Grade::code))
        .bind(row.grade_on)
        .bind(join_pairs(&row.answers))
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// How a place was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `create`, `recheck` or `grade`.
    pub kind: String,
    /// Day.
    pub held_on: Date,
    /// Hundredths; none for grades.
    pub score: Option<i64>,
    /// Who judged.
    pub judges: String,
    /// Good enough.
    pub passed: bool,
    /// Note.
    pub note: String,
    /// Who entered it.
    pub by_name: String,
}

/// Adds a check.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_check(
    tx: &mut Tx,
    place: i64,
    check: &Check,
    by: AccountId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into faculty_place_check (place_id, kind, held_on, score, judges, passed, note,
               recorded_at, recorded_by, recorded_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(place)
        .bind(&check.kind)
        .bind(check.held_on)
        .bind(check.score)
        .bind(&check.judges)
        .bind(check.passed)
        .bind(&check.note)
        .bind(now)
        .bind(by)
        .bind(&check.by_name),
    )
    .await?;
    Ok(())
}

/// Checks of a place, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn checks(tx: &mut Tx, place: i64) -> Result<Vec<Check>, DbError> {
    let rows = tx
        .all(
            sql("select * from faculty_place_check where place_id = $1 order by held_on desc, id desc")
                .bind(place),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Check {
                kind: row.get("kind")?,
                held_on: row.get("held_on")?,
                score: row.get("score")?,
                judges: row.get("judges")?,
                passed: row.get("passed")?,
                note: row.get("note")?,
                by_name: row.get("recorded_by_name")?,
            })
        })
        .collect()
}
