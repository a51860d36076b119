//! Gold-medal studios, and mentors with their apprentices.

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, UnitId};

/// A studio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Studio {
    /// Row id.
    pub id: i64,
    /// Who opened it.
    pub unit_id: UnitId,
    /// Name.
    pub name: String,
    /// Who leads it.
    pub lead_id: i64,
    /// What it is to do.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
    /// Grows with every change.
    pub version: i64,
    /// Its other instructors.
    pub members: Vec<i64>,
}

fn studio(row: &Row) -> Result<Studio, DbError> {
    Ok(Studio {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        name: row.get("name")?,
        lead_id: row.get("lead_id")?,
        goals: row.get("goals")?,
        opened_on: row.get("opened_on")?,
        closed_on: row.get("closed_on")?,
        version: row.get("version")?,
        members: Vec::new(),
    })
}

/// Studios that a condition on `s` names, with members.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn studios(tx: &mut Tx, condition: &str) -> Result<Vec<Studio>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select s.* from faculty_studio s where {condition}
             order by case when s.closed_on is null then 0 else 1 end, s.opened_on, s.id"
        )))
        .await?;
    let mut found: Vec<Studio> = rows.iter().map(studio).collect::<Result<_, _>>()?;
    let members = tx
        .all(sql(format!(
            "select * from faculty_studio_member where studio_id in {} order by id",
            int_list(found.iter().map(|studio| studio.id))
        )))
        .await?;
    for row in &members {
        let of: i64 = row.get("studio_id")?;
        if let Some(studio) = found.iter_mut().find(|studio| studio.id == of) {
            studio.members.push(row.get("instructor_id")?);
        }
    }
    Ok(found)
}

/// One studio, for changing, without members.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_studio(tx: &mut Tx, id: i64) -> Result<Option<Studio>, DbError> {
    tx.opt(sql("update faculty_studio set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(studio)
        .transpose()
}

/// Stores a studio: a new one when its id is 0. Gives the id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_studio(tx: &mut Tx, studio: &Studio) -> Result<i64, DbError> {
    let id =
        if studio.id == 0 {
            tx.one(
            sql("insert into faculty_studio (unit_id, name, lead_id, goals, opened_on, closed_on)
                 values ($1, $2, $3, $4, $5, $6) returning id")
            .bind(studio.unit_id)
            .bind(&studio.name)
            .bind(studio.lead_id)
            .bind(&studio.goals)
            .bind(studio.opened_on)
            .bind(studio.closed_on),
        )
        .await?
        .get("id")?
        } else {
            tx.run(
                sql(
                    "update faculty_studio set name = $1, lead_id = $2, goals = $3, opened_on = $4,
                   closed_on = $5, version = version + 1 where id = $6",
                )
                .bind(&studio.name)
                .bind(studio.lead_id)
                .bind(&studio.goals)
                .bind(studio.opened_on)
                .bind(studio.closed_on)
                .bind(studio.id),
            )
            .await?;
            studio.id
        };
    tx.run(sql("delete from faculty_studio_member where studio_id = $1").bind(id))
        .await?;
    let rows: Vec<Vec<Arg>> = studio
        .members
        .iter()
        .map(|instructor| vec![id.into(), (*instructor).into()])
        .collect();
    tx.insert_many(
        "insert into faculty_studio_member (studio_id, instructor_id)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// A mentor with an apprentice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentorship {
    /// Row id.
    pub id: i64,
    /// The mentor's bureau.
    pub unit_id: UnitId,
    /// Mentor.
    pub mentor_id: i64,
    /// Apprentice.
    pub apprentice_id: PersonId,
    /// His name.
    pub apprentice_name: String,
    /// 工号.
    pub apprentice_staff_no: String,
    /// What he is to learn.
    pub goals: String,
    /// Since.
    pub from: Date,
    /// Planned until.
    pub until: Date,
    /// Ended on.
    pub ended_on: Option<Date>,
    /// What came of it.
    pub outcome: String,
}

fn mentorship(row: &Row) -> Result<Mentorship, DbError> {
    Ok(Mentorship {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        mentor_id: row.get("mentor_id")?,
        apprentice_id: row.get("apprentice_id")?,
        apprentice_name: row.get("apprentice_name")?,
        apprentice_staff_no: row.get("apprentice_staff_no")?,
        goals: row.get("goals")?,
        from: row.get("from_on")?,
        until: row.get("until_on")?,
        ended_on: row.get("ended_on")?,
        outcome: row.get("outcome")?,
    })
}

/// Pairs that a condition on `m` names, running ones first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn mentorships(tx: &mut Tx, condition: &str) -> Result<Vec<Mentorship>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select m.* from faculty_mentorship m where {condition}
             order by case when m.ended_on is null then 0 else 1 end, m.until_on, m.id limit 1000"
        )))
        .await?;
    rows.iter().map(mentorship).collect()
}

/// One pair, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_mentorship(tx: &mut Tx, id: i64) -> Result<Option<Mentorship>, DbError> {
    tx.opt(sql("update faculty_mentorship set goals = goals where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(mentorship)
        .transpose()
}

/// Stores a pair.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_mentorship(tx: &mut Tx, new: &Mentorship) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into faculty_mentorship (unit_id, mentor_id, apprentice_id, apprentice_name,
               apprentice_staff_no, goals, from_on, until_on)
             values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        )
        .bind(new.unit_id)
        .bind(new.mentor_id)
        .bind(new.apprentice_id)
        .bind(&new.apprentice_name)
        .bind(&new.apprentice_staff_no)
        .bind(&new.goals)
        .bind(new.from)
        .bind(new.until),
    )
    .await?
    .get("id")
}

/// Ends a pair.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end_mentorship(tx: &mut Tx, id: i64, on: Date, outcome: &str) -> Result<(), DbError> {
    tx.run(
        sql("update faculty_mentorship set ended_on = $1, outcome = $2 where id = $3")
            .bind(on)
            .bind(outcome)
            .bind(id),
    )
    .await?;
    Ok(())
}
