//! A bureau's plan of a year and its programmes.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Month, Quantity, Timestamp, UnitId};

use super::{codes, unknown};
use crate::domain::kind::Kind;

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub unit_id: UnitId,
    /// Year.
    pub year: i32,
    /// Pack that its closed training is held against.
    pub pack: String,
    /// Title.
    pub title: String,
    /// Anything else.
    pub note: String,
    /// Grows with every change.
    pub version: i64,
    /// Who made it.
    pub created_by_name: String,
}

/// A programme of a plan.
#[derive(Debug, Clone)]
pub struct Programme {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Its plan.
    pub plan_id: i64,
    /// Place in the plan.
    pub seq: i64,
    /// Kind of classes.
    pub kind: Kind,
    /// Key of the rule that it was made from.
    pub template: Option<String>,
    /// Title.
    pub title: String,
    /// For whom, in words.
    pub audience: String,
    /// For whom, as codes of posts.
    pub audience_posts: Vec<String>,
    /// What is taught, one line each.
    pub content: String,
    /// Section that holds it.
    pub section: String,
    /// When.
    pub for_month: Option<Month>,
    /// Hours.
    pub hours: Quantity,
    /// Row of the requirements.
    pub row: Option<String>,
    /// Clause of the notice.
    pub clause: Option<String>,
}

fn plan(row: &Row) -> Result<Plan, DbError> {
    Ok(Plan {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        year: row.get("year")?,
        pack: row.get("pack")?,
        title: row.get("title")?,
        note: row.get("note")?,
        version: row.get("version")?,
        created_by_name: row.get("created_by_name")?,
    })
}

fn programme(row: &Row) -> Result<Programme, DbError> {
    let kind: String = row.get("kind")?;
    Ok(Programme {
        id: row.get("id")?,
        plan_id: row.get("plan_id")?,
        seq: row.get("seq")?,
        kind: Kind::from_code(&kind).ok_or_else(|| unknown("kind"))?,
        template: row.get("template")?,
        title: row.get("title")?,
        audience: row.get("audience")?,
        audience_posts: codes(&row.get::<String>("audience_posts")?),
        content: row.get("content")?,
        section: row.get("section")?,
        for_month: row.get("for_month")?,
        hours: row.get("hours")?,
        row: row.get("row")?,
        clause: row.get("clause")?,
    })
}

/// Plans of a year whose unit is one of these.
pub async fn of_year(tx: &mut Tx, year: i32, units: &[i64]) -> Result<Vec<Plan>, DbError> {
    let list = int_list(units.iter().copied());
    tx.all(
        sql(format!(
            "select * from class_plan where year = $1 and unit_id in {list} order by unit_id"
        ))
        .bind(year),
    )
    .await?
    .iter()
    .map(plan)
    .collect()
}

/// The plan of a bureau's year.
pub async fn of_unit(tx: &mut Tx, unit: UnitId, year: i32) -> Result<Option<Plan>, DbError> {
    Ok(of_year(tx, year, &[unit.get()]).await?.pop())
}

/// A plan for reading.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Plan>, DbError> {
    tx.opt(sql("select * from class_plan where id = $1").bind(id))
        .await?
        .as_ref()
        .map(plan)
        .transpose()
}

/// A plan for changing: locked until the transaction ends, its version already the next one.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Plan>, DbError> {
    tx.opt(sql("update class_plan set version = version + 1 where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(plan)
        .transpose()
}

/// Stores a plan. None when the bureau's year has one.
pub async fn insert(tx: &mut Tx, new: &Plan, now: Timestamp) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into class_plan (unit_id, year, pack, title, note, created_by_name, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id",
        )
        .bind(new.unit_id)
        .bind(new.year)
        .bind(new.pack.clone())
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
        sql("update class_plan set title = $1, note = $2 where id = $3")
            .bind(title)
            .bind(note)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Programmes of plans that stand, in order.
pub async fn programmes(tx: &mut Tx, plans: &[i64]) -> Result<Vec<Programme>, DbError> {
    let list = int_list(plans.iter().copied());
    tx.all(sql(format!(
        "select * from class_programme where plan_id in {list} and removed_at is null
         order by plan_id, seq, id"
    )))
    .await?
    .iter()
    .map(programme)
    .collect()
}

/// A programme that stands.
pub async fn programme_by_id(tx: &mut Tx, id: i64) -> Result<Option<Programme>, DbError> {
    tx.opt(sql("select * from class_programme where id = $1 and removed_at is null").bind(id))
        .await?
        .as_ref()
        .map(programme)
        .transpose()
}

/// Stores a programme, or writes it back.
pub async fn save_programme(tx: &mut Tx, new: &Programme) -> Result<i64, DbError> {
    let query = if new.id == 0 {
        sql("insert into class_programme (kind, title, audience, audience_posts, content, section, for_month,
               hours, row, clause, seq, plan_id, template)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id")
    } else {
        sql("update class_programme set kind = $1, title = $2, audience = $3, audience_posts = $4, content = $5,
               section = $6, for_month = $7, hours = $8, row = $9, clause = $10, seq = $11
             where plan_id = $12 and id = $13 returning id")
    };
    let query = query
        .bind(new.kind.code())
        .bind(new.title.clone())
        .bind(new.audience.clone())
        .bind(new.audience_posts.join(","))
        .bind(new.content.clone())
        .bind(new.section.clone())
        .bind(new.for_month)
        .bind(new.hours)
        .bind(new.row.clone())
        .bind(new.clause.clone())
        .bind(new.seq)
        .bind(new.plan_id);
    let query = if new.id == 0 {
        query.bind(new.template.clone())
    } else {
        query.bind(new.id)
    };
    tx.one(query).await?.get("id")
}

/// Takes a programme out of its plan.
pub async fn remove_programme(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update class_programme set removed_at = $1 where id = $2")
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}
