//! The courseware register: series and their versions.

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp, UnitId};

use super::{join_pairs, like, pairs, word};
use crate::domain::courseware::{CoursewareKind, CoursewareState};

/// An article that courseware rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawRef {
    /// Law.
    pub law: String,
    /// Article, `第三十三条`.
    pub article: String,
    /// Its edition, `2021年修订`.
    pub edition: String,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// The upload it came by.
    pub upload_id: i64,
    /// SHA-256.
    pub hash: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Type.
    pub mime: String,
}

/// A version of a courseware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Courseware {
    /// Row id.
    pub id: i64,
    /// Versions of one thing share this: the id of the first.
    pub series_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Who keeps it.
    pub unit_id: UnitId,
    /// Kind.
    pub kind: CoursewareKind,
    /// Title.
    pub title: String,
    /// Code of its field.
    pub field: String,
    /// What it is about.
    pub summary: String,
    /// Content by block, code and text.
    pub blocks: Vec<(String, String)>,
    /// Who made it.
    pub author: String,
    /// The instructor whose it is.
    pub instructor_id: Option<i64>,
    /// The group that developed it.
    pub group_id: Option<i64>,
    /// The contribution it came from.
    pub submission_id: Option<i64>,
    /// Length of a film.
    pub minutes: Option<i64>,
    /// Where it is found, if not here.
    pub link: String,
    /// Its file.
    pub file: Option<FileRef>,
    /// State.
    pub state: CoursewareState,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Out of use since.
    pub ended_on: Option<Date>,
    /// Why.
    pub end_reason: String,
    /// Who entered it.
    pub by_name: String,
    /// Grows with every change.
    pub version: i64,
}

fn courseware(row: &Row) -> Result<Courseware, DbError> {
    let file = match row.get::<Option<i64>>("upload_id")? {
        None => None,
        Some(upload_id) => Some(FileRef {
            upload_id,
            hash: row.get("file_hash")?,
            name: row.get("file_name")?,
            size: row.get("file_size")?,
            mime: row.get("file_mime")?,
        }),
    };
    Ok(Courseware {
        id: row.get("id")?,
        series_id: row.get("series_id")?,
        number: row.get("number")?,
        unit_id: row.get("unit_id")?,
        kind: word(row, "kind", CoursewareKind::from_code)?,
        title: row.get("title")?,
        field: row.get("field")?,
        summary: row.get("summary")?,
        blocks: pairs(row, "blocks")?,
        author: row.get("author")?,
        instructor_id: row.get("instructor_id")?,
        group_id: row.get("group_id")?,
        submission_id: row.get("submission_id")?,
        minutes: row.get("minutes")?,
        link: row.get("link")?,
        file,
        state: word(row, "state", CoursewareState::from_code)?,
        in_use_from: row.get("in_use_from")?,
        ended_on: row.get("ended_on")?,
        end_reason: row.get("end_reason")?,
        by_name: row.get("recorded_by_name")?,
        version: row.get("version")?,
    })
}

/// What is looked for; empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Kind.
    pub kind: Option<CoursewareKind>,
    /// State.
    pub state: Option<CoursewareState>,
    /// Code of a field.
    pub field: Option<String>,
    /// Part of title, summary, author, or of a law or article it rests on.
    pub text: Option<String>,
}

/// Versions that `seen` (a condition on `c`) and the wish name. `page` is limit and offset.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(
    tx: &mut Tx,
    seen: &str,
    wanted: &Wanted,
    page: (i64, i64),
) -> Result<(i64, Vec<Courseware>), DbError> {
    let from = format!(
        "from faculty_courseware c where ({seen})
           and ($1 = '' or c.kind = $1) and ($2 = '' or c.state = $2) and ($3 = '' or c.field = $3)
           and ($4 = '' or c.title like $4 escape '\\' or c.summary like $4 escape '\\'
                or c.author like $4 escape '\\'
                or exists (select 1 from faculty_courseware_law l where l.courseware_id = c.id
                             and (l.law like $4 escape '\\' or l.article like $4 escape '\\')))"
    );
    let bound = |text: String| {
        sql(text)
            .bind(wanted.kind.map_or("", CoursewareKind::code))
            .bind(wanted.state.map_or("", CoursewareState::code))
            .bind(wanted.field.clone().unwrap_or_default())
            .bind(wanted.text.as_deref().map(like).unwrap_or_default())
    };
    let total = tx
        .one(bound(format!(
            "select cast(count(*) as bigint) as n {from}"
        )))
        .await?
        .get("n")?;
    let rows = tx
        .all(bound(format!(
            "select c.* {from}
             order by case c.state when 'draft' then 0 when 'in_use' then 1 else 2 end,
               case when c.in_use_from is null then 0 else 1 end, c.in_use_from desc, c.id desc
             limit {} offset {}",
            page.0, page.1
        )))
        .await?;
    Ok((
        total,
        rows.iter().map(courseware).collect::<Result<_, _>>()?,
    ))
}

/// Versions that a condition on `c` names, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Courseware>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select c.* from faculty_courseware c where {condition} order by c.id desc limit 1000"
        )))
        .await?;
    rows.iter().map(courseware).collect()
}

/// These versions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Courseware>, DbError> {
    all(tx, &format!("c.id in {}", int_list(ids.iter().copied()))).await
}

/// One version, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Courseware>, DbError> {
    tx.opt(sql("select * from faculty_courseware where id = $1").bind(id))
        .await?
        .as_ref()
        .map(courseware)
        .transpose()
}

/// One version, for changing: its whole series stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Courseware>, DbError> {
    tx.run(
        sql("update faculty_courseware set version = version
             where series_id = (select series_id from faculty_courseware where id = $1)")
        .bind(id),
    )
    .await?;
    by_id(tx, id).await
}

/// All versions of a series, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn versions(tx: &mut Tx, series: i64) -> Result<Vec<Courseware>, DbError> {
    let rows = tx
        .all(
            sql("select * from faculty_courseware where series_id = $1 order by number desc")
                .bind(series),
        )
        .await?;
    rows.iter().map(courseware).collect()
}

/// Stores a version; a series of 0 begins one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Courseware,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into faculty_courseware (series_id, number, unit_id, kind, title, field, summary,
                   blocks, author, instructor_id, group_id, submission_id, minutes, link, state,
                   recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'draft', $15, $16, $17)
                 returning id")
            // Its own id is not known before: until the next statement it stands below zero, alone.
            .bind(if new.series_id == 0 { -now.micros() } else { new.series_id })
            .bind(new.number)
            .bind(new.unit_id)
            .bind(new.kind.code())
            .bind(&new.title)
            .bind(&new.field)
            .bind(&new.summary)
            .bind(join_pairs(&new.blocks))
            .bind(&new.author)
            .bind(new.instructor_id)
            .bind(new.group_id)
            .bind(new.submission_id)
            .bind(new.minutes)
            .bind(&new.link)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    let id: i64 = row.get("id")?;
    if new.series_id == 0 {
        tx.run(sql("update faculty_courseware set series_id = id where id = $1").bind(id))
            .await?;
    }
    Ok(id)
}

/// Writes back what may change, as the next version of the row.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, row: &Courseware) -> Result<(), DbError> {
    let file = row.file.as_ref();
    tx.run(
        sql("update faculty_courseware set kind = $1, title = $2, field = $3, summary = $4, blocks = $5,
               author = $6, instructor_id = $7, group_id = $8, minutes = $9, link = $10,
               upload_id = $11, file_hash = $12, file_name = $13, file_size = $14, file_mime = $15,
               state = $16, in_use_from = $17, ended_on = $18, end_reason = $19, version = version + 1
             where id = $20")
        .bind(row.kind.code())
        .bind(&row.title)
        .bind(&row.field)
        .bind(&row.summary)
        .bind(join_pairs(&row.blocks))
        .bind(&row.author)
        .bind(row.instructor_id)
        .bind(row.group_id)
        .bind(row.minutes)
        .bind(&row.link)
        .bind(file.map(|file| file.upload_id))
        .bind(file.map(|file| file.hash.clone()))
        .bind(file.map(|file| file.name.clone()))
        .bind(file.map(|file| file.size))
        .bind(file.map(|file| file.mime.clone()))
        .bind(row.state.code())
        .bind(row.in_use_from)
        .bind(row.ended_on)
        .bind(&row.end_reason)
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// Articles of these versions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn laws(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, LawRef)>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from faculty_courseware_law where courseware_id in {} order by id",
            int_list(ids.iter().copied())
        )))
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("courseware_id")?,
                LawRef {
                    law: row.get("law")?,
                    article: row.get("article")?,
                    edition: row.get("edition")?,
                },
            ))
        })
        .collect()
}

/// Sets the articles of a version.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_laws(tx: &mut Tx, id: i64, laws: &[LawRef]) -> Result<(), DbError> {
    tx.run(sql("delete from faculty_courseware_law where courseware_id = $1").bind(id))
        .await?;
    let rows: Vec<Vec<Arg>> = laws
        .iter()
        .map(|law| {
            vec![
                id.into(),
                (&law.law).into(),
                (&law.article).into(),
                (&law.edition).into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into faculty_courseware_law (courseware_id, law, article, edition)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
