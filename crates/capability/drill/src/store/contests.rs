//! Drill reviews (队列会操) with teams and photos.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Quantity, Timestamp, UnitId};

use crate::domain::contest::Level;

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// Row id.
    pub id: i64,
    /// District or city.
    pub level: Level,
    /// Who held it.
    pub unit_id: UnitId,
    /// Title.
    pub title: String,
    /// Day.
    pub held_on: Date,
    /// Place.
    pub place: String,
    /// Judges.
    pub judges: Vec<String>,
    /// Anything else.
    pub note: String,
    /// Grows with every change.
    pub version: i64,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Unit.
    pub unit_id: UnitId,
    /// Its name on that day.
    pub unit_name: String,
    /// Points.
    pub score: Option<Quantity>,
    /// Award (一等奖 …); empty for none.
    pub award: String,
}

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Row id.
    pub id: i64,
    /// Review.
    pub contest_id: i64,
    /// SHA-256.
    pub hash: String,
    /// Name.
    pub name: String,
}

fn contest(row: &Row) -> Result<Contest, DbError> {
    let level: String = row.get("level")?;
    let judges: String = row.get("judges")?;
    Ok(Contest {
        id: row.get("id")?,
        level: Level::from_code(&level).ok_or_else(|| DbError::Decode {
            column: "level".to_owned(),
            wanted: "level",
        })?,
        unit_id: row.get("unit_id")?,
        title: row.get("title")?,
        held_on: row.get("held_on")?,
        place: row.get("place")?,
        judges: judges
            .split('\n')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        note: row.get("note")?,
        version: row.get("version")?,
    })
}

/// Reviews of a year that `units` (a condition on `c.unit_id`) names, or that the city held.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(tx: &mut Tx, year: i32, units: &str) -> Result<Vec<Contest>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select c.* from drill_contest c
                 where c.removed_at is null and c.held_on >= $1 and c.held_on <= $2
                   and (c.level = 'city' or {units})
                 order by c.held_on desc, c.id desc"
            ))
            .bind(format!("{year:04}-01-01"))
            .bind(format!("{year:04}-12-31")),
        )
        .await?;
    rows.iter().map(contest).collect()
}

/// How many reviews each unit held in a year, up to a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn held(tx: &mut Tx, year: i32, until: Date) -> Result<HashMap<UnitId, u32>, DbError> {
    let rows = tx
        .all(
            sql(
                "select unit_id, cast(count(*) as bigint) as n from drill_contest
                 where removed_at is null and held_on >= $1 and held_on <= $2 and held_on <= $3 group by unit_id",
            )
            .bind(format!("{year:04}-01-01"))
            .bind(format!("{year:04}-12-31"))
            .bind(until),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("n")?)))
        .collect()
}

/// A review that stands, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Contest>, DbError> {
    tx.opt(
        sql("update drill_contest set version = version where id = $1 and removed_at is null returning *")
            .bind(id),
    )
    .await?
    .as_ref()
    .map(contest)
    .transpose()
}

/// A review that stands, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Contest>, DbError> {
    tx.opt(sql("select * from drill_contest where id = $1 and removed_at is null").bind(id))
        .await?
        .as_ref()
        .map(contest)
        .transpose()
}

/// Stores a new review.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Contest,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql(
                "insert into drill_contest (level, unit_id, title, held_on, place, judges, note,
                   recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
            )
            .bind(new.level.code())
            .bind(new.unit_id)
            .bind(new.title.clone())
            .bind(new.held_on)
            .bind(new.place.clone())
            .bind(new.judges.join("\n"))
            .bind(new.note.clone())
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    row.get("id")
}

/// Writes a review back as its next version.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, contest: &Contest) -> Result<(), DbError> {
    tx.run(
        sql(
            "update drill_contest set title = $1, held_on = $2, place = $3, judges = $4, note = $5,
               version = version + 1 where id = $6",
        )
        .bind(contest.title.clone())
        .bind(contest.held_on)
        .bind(contest.place.clone())
        .bind(contest.judges.join("\n"))
        .bind(contest.note.clone())
        .bind(contest.id),
    )
    .await?;
    Ok(())
}

/// Takes a review out of the lists.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update drill_contest set removed_at = $1, version = version + 1 where id = $2")
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Replaces the teams of a review.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_teams(tx: &mut Tx, contest: i64, teams: &[Team]) -> Result<(), DbError> {
    tx.run(sql("delete from drill_contest_team where contest_id = $1").bind(contest))
        .await?;
    let rows = teams
        .iter()
        .map(|team| {
            vec![
                Arg::from(contest),
                team.unit_id.into(),
                team.unit_name.clone().into(),
                team.score.into(),
                team.award.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into drill_contest_team (contest_id, unit_id, unit_name, score, award)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Teams of reviews: best score first, then by unit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn teams(tx: &mut Tx, contests: &[i64]) -> Result<HashMap<i64, Vec<Team>>, DbError> {
    let list = int_list(contests.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select * from drill_contest_team where contest_id in {list}
             order by contest_id, coalesce(score, -1) desc, unit_id"
        )))
        .await?;
    let mut found: HashMap<i64, Vec<Team>> = HashMap::new();
    for row in &rows {
        found.entry(row.get("contest_id")?).or_default().push(Team {
            unit_id: row.get("unit_id")?,
            unit_name: row.get("unit_name")?,
            score: row.get("score")?,
            award: row.get("award")?,
        });
    }
    Ok(found)
}

/// Photos of reviews.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn photos(tx: &mut Tx, contests: &[i64]) -> Result<Vec<Photo>, DbError> {
    let list = int_list(contests.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select id, contest_id, hash, name from drill_contest_photo
             where contest_id in {list} and removed_at is null order by id"
        )))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Photo {
                id: row.get("id")?,
                contest_id: row.get("contest_id")?,
                hash: row.get("hash")?,
                name: row.get("name")?,
            })
        })
        .collect()
}

/// Adds a photo. False when it is there already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_photo(
    tx: &mut Tx,
    contest: i64,
    hash: &str,
    name: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = tx
        .run(
            sql(
                "insert into drill_contest_photo (contest_id, hash, name, added_at, added_by_name)
                 values ($1, $2, $3, $4, $5) on conflict do nothing",
            )
            .bind(contest)
            .bind(hash)
            .bind(name)
            .bind(now)
            .bind(by_name),
        )
        .await?;
    Ok(added == 1)
}

/// Takes a photo off. False when it is not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove_photo(
    tx: &mut Tx,
    contest: i64,
    photo: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql("update drill_contest_photo set removed_at = $1
                 where id = $2 and contest_id = $3 and removed_at is null")
            .bind(now)
            .bind(photo)
            .bind(contest),
        )
        .await?;
    Ok(removed == 1)
}

/// How many district reviews each district held in a year up to a day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn held_by_district(
    tx: &mut Tx,
    year: i32,
    until: Date,
) -> Result<HashMap<UnitId, u32>, DbError> {
    let rows = tx
        .all(
            sql(
                "select unit_id, cast(count(*) as bigint) as n from drill_contest
                 where level = 'district' and removed_at is null and held_on >= $1 and held_on <= $2
                 group by unit_id",
            )
            .bind(format!("{year:04}-01-01"))
            .bind(until),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("n")?)))
        .collect()
}
