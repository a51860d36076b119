//! Plans of several years, their targets, leaders and the classes that count for them.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{PersonId, Timestamp, UnitId};

use super::unknown;
use crate::domain::enrol::Seat;
use crate::domain::kind::Kind;
use crate::domain::outlook::Measure;

/// A plan of several years.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Bureau.
    pub unit_id: UnitId,
    /// First year.
    pub from_year: i32,
    /// Last year.
    pub to_year: i32,
    /// Title.
    pub title: String,
    /// Note.
    pub note: String,
    /// Grows with every change.
    pub version: i64,
    /// Who made it.
    pub created_by_name: String,
}

/// What is to be reached in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Year.
    pub year: i32,
    /// What is counted.
    pub measure: Measure,
    /// Of one kind of classes; none for all.
    pub kind: Option<Kind>,
    /// How much.
    pub goal: i64,
}

/// A leader who owes a legal training.
#[derive(Debug, Clone)]
pub struct Leader {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// In the roster.
    pub person_id: Option<PersonId>,
    /// From outside.
    pub outsider_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Where.
    pub organisation: String,
    /// Title.
    pub title: String,
}

fn outlook(row: &Row) -> Result<Outlook, DbError> {
    Ok(Outlook {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        from_year: row.get("from_year")?,
        to_year: row.get("to_year")?,
        title: row.get("title")?,
        note: row.get("note")?,
        version: row.get("version")?,
        created_by_name: row.get("created_by_name")?,
    })
}

/// Plans of these bureaus, newest first.
pub async fn of_units(tx: &mut Tx, units: &BTreeSet<i64>) -> Result<Vec<Outlook>, DbError> {
    tx.all(sql(format!(
        "select * from class_outlook where unit_id in {} order by from_year desc, unit_id",
        int_list(units.iter().copied())
    )))
    .await?
    .iter()
    .map(outlook)
    .collect()
}

/// One for changing: held until the transaction ends, its version already the next one.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Outlook>, DbError> {
    tx.opt(sql("update class_outlook set version = version + 1 where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(outlook)
        .transpose()
}

/// Stores a new one. None when one begins in that year.
pub async fn insert(tx: &mut Tx, new: &Outlook, now: Timestamp) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into class_outlook (unit_id, from_year, to_year, title, note, created_by_name, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id",
        )
        .bind(new.unit_id)
        .bind(new.from_year)
        .bind(new.to_year)
        .bind(new.title.clone())
        .bind(new.note.clone())
        .bind(new.created_by_name.clone())
        .bind(now),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Writes title and note.
pub async fn put(tx: &mut Tx, id: i64, title: &str, note: &str) -> Result<(), DbError> {
    tx.run(
        sql("update class_outlook set title = $1, note = $2 where id = $3")
            .bind(title)
            .bind(note)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Targets, by year.
pub async fn targets(tx: &mut Tx, id: i64) -> Result<Vec<Target>, DbError> {
    tx.all(
        sql("select * from class_outlook_target where outlook_id = $1 order by year, id").bind(id),
    )
    .await?
    .iter()
    .map(|row| {
        let measure: String = row.get("measure")?;
        let kind: Option<String> = row.get("kind")?;
        Ok(Target {
            year: row.get("year")?,
            measure: Measure::from_code(&measure).ok_or_else(|| unknown("measure"))?,
            kind: match kind {
                Some(code) => Some(Kind::from_code(&code).ok_or_else(|| unknown("kind"))?),
                None => None,
            },
            goal: row.get("goal")?,
        })
    })
    .collect()
}

/// Replaces all targets.
pub async fn put_targets(tx: &mut Tx, id: i64, rows: &[Target]) -> Result<(), DbError> {
    tx.run(sql("delete from class_outlook_target where outlook_id = $1").bind(id))
        .await?;
    let rows = rows
        .iter()
        .map(|row| {
            vec![
                Arg::from(id),
                row.year.into(),
                row.measure.code().into(),
                row.kind.map(|kind| kind.code().to_owned()).into(),
                row.goal.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into class_outlook_target (outlook_id, year, measure, kind, goal)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Leaders of a plan, by name.
pub async fn leaders(tx: &mut Tx, id: i64) -> Result<Vec<Leader>, DbError> {
    tx.all(
        sql("select * from class_outlook_leader where outlook_id = $1 and removed_at is null order by name, id")
            .bind(id),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Leader {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            outsider_id: row.get("outsider_id")?,
            name: row.get("name")?,
            organisation: row.get("organisation")?,
            title: row.get("title")?,
        })
    })
    .collect()
}

/// Adds a leader.
pub async fn add_leader(tx: &mut Tx, outlook: i64, new: &Leader) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into class_outlook_leader (outlook_id, person_id, outsider_id, name, organisation, title)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(outlook)
        .bind(new.person_id)
        .bind(new.outsider_id)
        .bind(new.name.clone())
        .bind(new.organisation.clone())
        .bind(new.title.clone()),
    )
    .await?;
    Ok(())
}

/// Takes a leader off. False when he is not on it.
pub async fn remove_leader(
    tx: &mut Tx,
    outlook: i64,
    id: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_outlook_leader set removed_at = $1
                 where id = $2 and outlook_id = $3 and removed_at is null")
            .bind(now)
            .bind(id)
            .bind(outlook),
        )
        .await?
        == 1)
}

/// How many sit in each class.
pub async fn sizes(tx: &mut Tx, classes: &[i64]) -> Result<BTreeMap<i64, i64>, DbError> {
    let list = int_list(classes.iter().copied());
    let seats: Vec<String> = Seat::ALL
        .iter()
        .filter(|seat| seat.sits())
        .map(|seat| format!("'{}'", seat.code()))
        .collect();
    by_class(
        tx,
        format!(
            "select class_id, cast(count(*) as bigint) as n from class_trainee
             where class_id in {list} and seat in ({}) group by class_id",
            seats.join(",")
        ),
    )
    .await
}

/// Hours of each class's courses, thousandths.
pub async fn hours(tx: &mut Tx, classes: &[i64]) -> Result<BTreeMap<i64, i64>, DbError> {
    let list = int_list(classes.iter().copied());
    by_class(
        tx,
        format!(
            "select class_id, cast(sum(hours) as bigint) as n from class_course
             where class_id in {list} and removed_at is null group by class_id"
        ),
    )
    .await
}

async fn by_class(tx: &mut Tx, text: String) -> Result<BTreeMap<i64, i64>, DbError> {
    tx.all(sql(text))
        .await?
        .iter()
        .map(|row| Ok((row.get("class_id")?, row.get("n")?)))
        .collect()
}

/// Classes that count as legal training of leaders.
pub async fn marked(tx: &mut Tx, outlook: i64) -> Result<Vec<i64>, DbError> {
    tx.all(
        sql("select class_id from class_outlook_class where outlook_id = $1 order by id")
            .bind(outlook),
    )
    .await?
    .iter()
    .map(|row| row.get("class_id"))
    .collect()
}

/// Counts a class, or no longer.
pub async fn mark(
    tx: &mut Tx,
    outlook: i64,
    class: i64,
    by: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = match by {
        Some(name) => sql(
            "insert into class_outlook_class (outlook_id, class_id, marked_by_name, marked_at)
             values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(outlook)
        .bind(class)
        .bind(name)
        .bind(now),
        None => sql("delete from class_outlook_class where outlook_id = $1 and class_id = $2")
            .bind(outlook)
            .bind(class),
    };
    tx.run(query).await?;
    Ok(())
}
