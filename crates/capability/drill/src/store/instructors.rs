//! The register of drill instructors (队列教官, B-56).

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

/// A drill instructor of a district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructor {
    /// Row id.
    pub id: i64,
    /// District that named him.
    pub district_id: UnitId,
    /// Person.
    pub person_id: PersonId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day, if ended.
    pub to: Option<Date>,
    /// Anything else.
    pub note: String,
}

fn instructor(row: &Row) -> Result<Instructor, DbError> {
    Ok(Instructor {
        id: row.get("id")?,
        district_id: row.get("district_id")?,
        person_id: row.get("person_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        from: row.get("from_on")?,
        to: row.get("to_on")?,
        note: row.get("note")?,
    })
}

/// Instructors of the districts that `units` (a condition on `i.district_id`) names.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(tx: &mut Tx, units: &str) -> Result<Vec<Instructor>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select i.* from drill_instructor i where {units}
             order by i.district_id, case when i.to_on is null then 0 else 1 end, i.staff_no, i.id"
        )))
        .await?;
    rows.iter().map(instructor).collect()
}

/// One instructor.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Instructor>, DbError> {
    tx.opt(sql("select * from drill_instructor where id = $1").bind(id))
        .await?
        .as_ref()
        .map(instructor)
        .transpose()
}

/// Whether the person serves the district on any of the days from `from` on.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn serves(
    tx: &mut Tx,
    district: UnitId,
    person: PersonId,
    from: Date,
) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql(
                "select id from drill_instructor where district_id = $1 and person_id = $2
                   and (to_on is null or to_on >= $3) limit 1",
            )
            .bind(district)
            .bind(person)
            .bind(from),
        )
        .await?
        .is_some())
}

/// Names an instructor.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Instructor,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql(
                "insert into drill_instructor (district_id, person_id, staff_no, name, from_on, to_on,
                   note, recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
            )
            .bind(new.district_id)
            .bind(new.person_id)
            .bind(new.staff_no.clone())
            .bind(new.name.clone())
            .bind(new.from)
            .bind(new.to)
            .bind(new.note.clone())
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    row.get("id")
}

/// Ends a service.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end(tx: &mut Tx, id: i64, to: Date) -> Result<(), DbError> {
    tx.run(
        sql("update drill_instructor set to_on = $1 where id = $2")
            .bind(to)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Districts with an instructor on a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn districts_on(tx: &mut Tx, day: Date) -> Result<Vec<UnitId>, DbError> {
    let rows = tx
        .all(
            sql("select distinct district_id from drill_instructor
                 where from_on <= $1 and (to_on is null or to_on >= $1) order by district_id")
            .bind(day),
        )
        .await?;
    rows.iter().map(|row| row.get("district_id")).collect()
}
