//! Instructors and what happened to them.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

use super::{like, lines, word};
use crate::domain::instructor::{Event, Kind, Level, State};

/// An instructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructor {
    /// Row id.
    pub id: i64,
    /// As what.
    pub kind: Kind,
    /// Who appoints.
    pub level: Level,
    /// The appointing bureau.
    pub unit_id: UnitId,
    /// Who proposed him.
    pub nominated_unit_id: UnitId,
    /// The officer; none for a guest.
    pub person_id: Option<PersonId>,
    /// His unit when he was proposed.
    pub home_unit_id: Option<UnitId>,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// A guest's organisation.
    pub organisation: String,
    /// Post or title.
    pub title: String,
    /// How to reach him.
    pub contact: String,
    /// Codes of what he can teach.
    pub fields: Vec<String>,
    /// About him.
    pub intro: String,
    /// Why he was proposed.
    pub reason: String,
    /// His micro-video.
    pub micro_video_id: Option<i64>,
    /// State.
    pub state: State,
    /// Day of the first appointment.
    pub appointed_on: Option<Date>,
    /// First day of the term.
    pub term_from: Option<Date>,
    /// Last day of the term.
    pub term_until: Option<Date>,
    /// Day on which it ended without appointment, or of release.
    pub ended_on: Option<Date>,
    /// Why.
    pub end_reason: String,
    /// Entered by this account.
    pub recorded_by: AccountId,
    /// Grows with every change.
    pub version: i64,
}

fn instructor(row: &Row) -> Result<Instructor, DbError> {
    Ok(Instructor {
        id: row.get("id")?,
        kind: word(row, "kind", Kind::from_code)?,
        level: word(row, "level", Level::from_code)?,
        unit_id: row.get("unit_id")?,
        nominated_unit_id: row.get("nominated_unit_id")?,
        person_id: row.get("person_id")?,
        home_unit_id: row.get("home_unit_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        organisation: row.get("organisation")?,
        title: row.get("title")?,
        contact: row.get("contact")?,
        fields: lines(row, "fields")?,
        intro: row.get("intro")?,
        reason: row.get("reason")?,
        micro_video_id: row.get("micro_video_id")?,
        state: word(row, "state", State::from_code)?,
        appointed_on: row.get("appointed_on")?,
        term_from: row.get("term_from")?,
        term_until: row.get("term_until")?,
        ended_on: row.get("ended_on")?,
        end_reason: row.get("end_reason")?,
        recorded_by: row.get("recorded_by")?,
        version: row.get("version")?,
    })
}

/// What is looked for; empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Kind.
    pub kind: Option<Kind>,
    /// State.
    pub state: Option<State>,
    /// Code of a field.
    pub field: Option<String>,
    /// Part of name, number, organisation or title.
    pub text: Option<String>,
}

/// Instructors that `seen` (a condition on `i`) and the wish name, serving ones first. `page` is
/// limit and offset.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(
    tx: &mut Tx,
    seen: &str,
    wanted: &Wanted,
    page: (i64, i64),
) -> Result<(i64, Vec<Instructor>), DbError> {
    let from = format!(
        "from faculty_instructor i where ({seen})
           and ($1 = '' or i.kind = $1) and ($2 = '' or i.state = $2)
           and ($3 = '' or i.fields like $3 escape '\\')
           and ($4 = '' or i.name like $4 escape '\\' or i.staff_no like $4 escape '\\'
                or i.organisation like $4 escape '\\' or i.title like $4 escape '\\')"
    );
    let bound = |text: String| {
        sql(text)
            .bind(wanted.kind.map_or("", Kind::code))
            .bind(wanted.state.map_or("", State::code))
            .bind(wanted.field.as_deref().map(like).unwrap_or_default())
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
            "select i.* {from}
             order by case i.state when 'appointed' then 0 when 'tried' then 1 when 'nominated' then 2 else 3 end,
               case i.level when 'city' then 0 else 1 end, i.unit_id, i.kind, i.name, i.id
             limit {} offset {}",
            page.0, page.1
        )))
        .await?;
    Ok((
        total,
        rows.iter().map(instructor).collect::<Result<_, _>>()?,
    ))
}

/// Instructors that a condition on `i` names, by unit and name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Instructor>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select i.* from faculty_instructor i where {condition} order by i.unit_id, i.name, i.id"
        )))
        .await?;
    rows.iter().map(instructor).collect()
}

/// These instructors, in the order of their ids.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Instructor>, DbError> {
    all(tx, &format!("i.id in {}", int_list(ids.iter().copied()))).await
}

/// One instructor, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Instructor>, DbError> {
    tx.opt(sql("select * from faculty_instructor where id = $1").bind(id))
        .await?
        .as_ref()
        .map(instructor)
        .transpose()
}

/// Ids of the rows that are this officer.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ids_of(tx: &mut Tx, person: PersonId) -> Result<Vec<i64>, DbError> {
    let rows = tx
        .all(sql("select id from faculty_instructor where person_id = $1 order by id").bind(person))
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// One instructor, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Instructor>, DbError> {
    tx.opt(
        sql("update faculty_instructor set version = version where id = $1 returning *").bind(id),
    )
    .await?
    .as_ref()
    .map(instructor)
    .transpose()
}

/// Whether the person is proposed or serves as this kind with this bureau.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn stands(
    tx: &mut Tx,
    person: PersonId,
    kind: Kind,
    unit: UnitId,
) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql(
                "select id from faculty_instructor where person_id = $1 and kind = $2 and unit_id = $3
                   and state in ('nominated', 'tried', 'appointed') limit 1",
            )
            .bind(person)
            .bind(kind.code())
            .bind(unit),
        )
        .await?
        .is_some())
}

/// Stores a proposal.
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
            sql("insert into faculty_instructor (kind, level, unit_id, nominated_unit_id, person_id,
                   home_unit_id, staff_no, name, organisation, title, contact, fields, intro, reason,
                   state, recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                 returning id")
            .bind(new.kind.code())
            .bind(new.level.code())
            .bind(new.unit_id)
            .bind(new.nominated_unit_id)
            .bind(new.person_id)
            .bind(new.home_unit_id)
            .bind(&new.staff_no)
            .bind(&new.name)
            .bind(&new.organisation)
            .bind(&new.title)
            .bind(&new.contact)
            .bind(new.fields.join("\n"))
            .bind(&new.intro)
            .bind(&new.reason)
            .bind(new.state.code())
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
pub async fn put(tx: &mut Tx, row: &Instructor) -> Result<(), DbError> {
    tx.run(
        sql(
            "update faculty_instructor set organisation = $1, title = $2, contact = $3, fields = $4,
               intro = $5, micro_video_id = $6, state = $7, appointed_on = $8, term_from = $9,
               term_until = $10, ended_on = $11, end_reason = $12, version = version + 1
             where id = $13",
        )
        .bind(&row.organisation)
        .bind(&row.title)
        .bind(&row.contact)
        .bind(row.fields.join("\n"))
        .bind(&row.intro)
        .bind(row.micro_video_id)
        .bind(row.state.code())
        .bind(row.appointed_on)
        .bind(row.term_from)
        .bind(row.term_until)
        .bind(row.ended_on)
        .bind(&row.end_reason)
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// One line of an instructor's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by_name: String,
    /// What.
    pub event: Event,
    /// More.
    pub note: String,
}

/// Adds a line.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_event(
    tx: &mut Tx,
    instructor: i64,
    event: Event,
    by: (AccountId, &str),
    now: Timestamp,
    note: &str,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into faculty_instructor_event (instructor_id, at, by_id, by_name, event, note)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(instructor)
        .bind(now)
        .bind(by.0)
        .bind(by.1)
        .bind(event.code())
        .bind(note),
    )
    .await?;
    Ok(())
}

/// The history of an instructor, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn history(tx: &mut Tx, instructor: i64) -> Result<Vec<HistoryLine>, DbError> {
    let rows = tx
        .all(
            sql(
                "select * from faculty_instructor_event where instructor_id = $1
                 order by at desc, id desc",
            )
            .bind(instructor),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(HistoryLine {
                at: row.get("at")?,
                by_name: row.get("by_name")?,
                event: word(row, "event", Event::from_code)?,
                note: row.get("note")?,
            })
        })
        .collect()
}
