//! Course-development groups.

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, UnitId};

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Row id.
    pub id: i64,
    /// Who formed it.
    pub unit_id: UnitId,
    /// Name.
    pub name: String,
    /// What it is to make.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
    /// Grows with every change.
    pub version: i64,
    /// Instructors with their duty.
    pub members: Vec<(i64, String)>,
}

fn group(row: &Row) -> Result<Group, DbError> {
    Ok(Group {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        name: row.get("name")?,
        goals: row.get("goals")?,
        opened_on: row.get("opened_on")?,
        closed_on: row.get("closed_on")?,
        version: row.get("version")?,
        members: Vec::new(),
    })
}

/// Groups that a condition on `g` names, with members.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Group>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select g.* from faculty_group g where {condition}
             order by case when g.closed_on is null then 0 else 1 end, g.opened_on desc, g.id"
        )))
        .await?;
    let mut found: Vec<Group> = rows.iter().map(group).collect::<Result<_, _>>()?;
    let members = tx
        .all(sql(format!(
            "select * from faculty_group_member where group_id in {} order by id",
            int_list(found.iter().map(|group| group.id))
        )))
        .await?;
    for row in &members {
        let of: i64 = row.get("group_id")?;
        if let Some(group) = found.iter_mut().find(|group| group.id == of) {
            group
                .members
                .push((row.get("instructor_id")?, row.get("duty")?));
        }
    }
    Ok(found)
}

/// One, for changing, without members.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Group>, DbError> {
    tx.opt(sql("update faculty_group set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(group)
        .transpose()
}

/// Stores a group: a new one when its id is 0. Gives the id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, group: &Group) -> Result<i64, DbError> {
    let id = if group.id == 0 {
        tx.one(
            sql(
                "insert into faculty_group (unit_id, name, goals, opened_on, closed_on)
                 values ($1, $2, $3, $4, $5) returning id",
            )
            .bind(group.unit_id)
            .bind(&group.name)
            .bind(&group.goals)
            .bind(group.opened_on)
            .bind(group.closed_on),
        )
        .await?
        .get("id")?
    } else {
        tx.run(
            sql(
                "update faculty_group set name = $1, goals = $2, opened_on = $3, closed_on = $4,
                   version = version + 1 where id = $5",
            )
            .bind(&group.name)
            .bind(&group.goals)
            .bind(group.opened_on)
            .bind(group.closed_on)
            .bind(group.id),
        )
        .await?;
        group.id
    };
    tx.run(sql("delete from faculty_group_member where group_id = $1").bind(id))
        .await?;
    let rows: Vec<Vec<Arg>> = group
        .members
        .iter()
        .map(|(instructor, duty)| vec![id.into(), (*instructor).into(), duty.into()])
        .collect();
    tx.insert_many(
        "insert into faculty_group_member (group_id, instructor_id, duty)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}
