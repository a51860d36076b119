//! Classes and what happened to them.

use chengzhi_db::{DbError, Query, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Quantity, Timestamp, UnitId};

use super::{codes, unknown};
use crate::domain::kind::Kind;
use crate::domain::phase::Stored;

/// A class.
#[derive(Debug, Clone)]
pub struct Class {
    /// Row id.
    pub id: i64,
    /// Bureau that holds it.
    pub unit_id: UnitId,
    /// Year.
    pub year: i32,
    /// Kind.
    pub kind: Kind,
    /// Programme of the plan.
    pub programme_id: Option<i64>,
    /// Number of the batch.
    pub batch: u32,
    /// Title.
    pub title: String,
    /// For whom, in words.
    pub audience: String,
    /// For whom, as codes of posts.
    pub audience_posts: Vec<String>,
    /// What is taught.
    pub content: String,
    /// Section that holds it.
    pub section: String,
    /// How it is held.
    pub form: String,
    /// Partner bodies (B-116).
    pub partners: String,
    /// Why it is held apart (B-33).
    pub reason: String,
    /// Where.
    pub place: String,
    /// 班主任 in the roster.
    pub teacher_id: Option<PersonId>,
    /// 班主任.
    pub teacher_name: String,
    /// Telephone for questions.
    pub phone: String,
    /// Seats.
    pub capacity: Option<u32>,
    /// Has an exam.
    pub has_exam: bool,
    /// Asks for evaluation of its courses.
    pub evaluates: bool,
    /// Asks for sign-out.
    pub sign_out: bool,
    /// Closes with a written summary.
    pub wants_summary: bool,
    /// The summary.
    pub summary: Option<String>,
    /// Points from which the exam is passed.
    pub pass_score: Option<Quantity>,
    /// State.
    pub state: Stored,
    /// First day of its lessons.
    pub first_on: Option<Date>,
    /// Last day of its lessons.
    pub last_on: Option<Date>,
    /// Sequence of its calendar entries.
    pub calendar_seq: i64,
    /// Session of the district's closed training that it entered.
    pub session_id: Option<i64>,
    /// Grows with every change.
    pub version: i64,
}

impl Class {
    /// First and last day.
    #[must_use]
    pub fn days(&self) -> Option<(Date, Date)> {
        self.first_on.zip(self.last_on)
    }
}

pub(super) fn class(row: &Row) -> Result<Class, DbError> {
    let kind: String = row.get("kind")?;
    let state: String = row.get("state")?;
    Ok(Class {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        year: row.get("year")?,
        kind: Kind::from_code(&kind).ok_or_else(|| unknown("kind"))?,
        programme_id: row.get("programme_id")?,
        batch: row.get("batch")?,
        title: row.get("title")?,
        audience: row.get("audience")?,
        audience_posts: codes(&row.get::<String>("audience_posts")?),
        content: row.get("content")?,
        section: row.get("section")?,
        form: row.get("form")?,
        partners: row.get("partners")?,
        reason: row.get("reason")?,
        place: row.get("place")?,
        teacher_id: row.get("teacher_id")?,
        teacher_name: row.get("teacher_name")?,
        phone: row.get("phone")?,
        capacity: row.get("capacity")?,
        has_exam: row.get("has_exam")?,
        evaluates: row.get("evaluates")?,
        sign_out: row.get("sign_out")?,
        wants_summary: row.get("wants_summary")?,
        summary: row.get("summary")?,
        pass_score: row.get("pass_score")?,
        state: Stored::from_code(&state).ok_or_else(|| unknown("state"))?,
        first_on: row.get("first_on")?,
        last_on: row.get("last_on")?,
        calendar_seq: row.get("calendar_seq")?,
        session_id: row.get("session_id")?,
        version: row.get("version")?,
    })
}

async fn many(tx: &mut Tx, query: Query) -> Result<Vec<Class>, DbError> {
    tx.all(query).await?.iter().map(class).collect()
}

/// A class for reading.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Class>, DbError> {
    Ok(by_ids(tx, &[id]).await?.pop())
}

/// Classes by id, oldest first.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Class>, DbError> {
    let list = int_list(ids.iter().copied());
    many(
        tx,
        sql(format!(
            "select * from class where id in {list} order by id"
        )),
    )
    .await
}

/// A class for changing: the row stays locked until the transaction ends.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Class>, DbError> {
    tx.opt(sql("update class set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(class)
        .transpose()
}

/// Classes of a year whose bureau is one of these, by first day; those without days last.
pub async fn of_year(tx: &mut Tx, year: i32, units: &[i64]) -> Result<Vec<Class>, DbError> {
    let list = int_list(units.iter().copied());
    many(
        tx,
        sql(format!(
            "select * from class where year = $1 and unit_id in {list}
             order by coalesce(first_on, '9999'), id"
        ))
        .bind(year),
    )
    .await
}

/// Classes made for these programmes.
pub async fn of_programmes(tx: &mut Tx, programmes: &[i64]) -> Result<Vec<Class>, DbError> {
    let list = int_list(programmes.iter().copied());
    many(
        tx,
        sql(format!(
            "select * from class where programme_id in {list} order by id"
        )),
    )
    .await
}

/// The number that the next batch of a programme gets; without a programme, of the kind and title.
pub async fn next_batch(tx: &mut Tx, new: &Class) -> Result<u32, DbError> {
    let query = match new.programme_id {
        Some(programme) => sql(
            "select cast(coalesce(max(batch), 0) + 1 as bigint) as n from class where programme_id = $1",
        )
        .bind(programme),
        None => sql(
            "select cast(coalesce(max(batch), 0) + 1 as bigint) as n from class
             where programme_id is null and unit_id = $1 and year = $2 and kind = $3 and title = $4",
        )
        .bind(new.unit_id)
        .bind(new.year)
        .bind(new.kind.code())
        .bind(new.title.clone()),
    };
    tx.one(query).await?.get("n")
}

/// Stores a new class. Gives its id.
pub async fn insert(
    tx: &mut Tx,
    new: &Class,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into class (unit_id, year, kind, programme_id, batch, title, audience, audience_posts, content,
                   section, form, partners, reason, place, teacher_id, teacher_name, phone, capacity, has_exam,
                   evaluates, sign_out, wants_summary, pass_score, state, created_by, created_by_name, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                   $21, $22, $23, 'draft', $24, $25, $26) returning id")
            .bind(new.unit_id)
            .bind(new.year)
            .bind(new.kind.code())
            .bind(new.programme_id)
            .bind(new.batch)
            .bind(new.title.clone())
            .bind(new.audience.clone())
            .bind(new.audience_posts.join(","))
            .bind(new.content.clone())
            .bind(new.section.clone())
            .bind(new.form.clone())
            .bind(new.partners.clone())
            .bind(new.reason.clone())
            .bind(new.place.clone())
            .bind(new.teacher_id)
            .bind(new.teacher_name.clone())
            .bind(new.phone.clone())
            .bind(new.capacity)
            .bind(new.has_exam)
            .bind(new.evaluates)
            .bind(new.sign_out)
            .bind(new.wants_summary)
            .bind(new.pass_score)
            .bind(by.0)
            .bind(by.1)
            .bind(now),
        )
        .await?;
    row.get("id")
}

/// Writes everything of a class but its origin back as its next version.
pub async fn put(tx: &mut Tx, class: &Class) -> Result<(), DbError> {
    tx.run(
        sql("update class set title = $1, audience = $2, audience_posts = $3, content = $4, section = $5, form = $6,
               partners = $7, reason = $8, place = $9, teacher_id = $10, teacher_name = $11, phone = $12,
               capacity = $13, has_exam = $14, evaluates = $15, sign_out = $16, wants_summary = $17, summary = $18,
               pass_score = $19, state = $20, first_on = $21, last_on = $22, calendar_seq = $23, session_id = $24,
               version = version + 1 where id = $25")
        .bind(class.title.clone())
        .bind(class.audience.clone())
        .bind(class.audience_posts.join(","))
        .bind(class.content.clone())
        .bind(class.section.clone())
        .bind(class.form.clone())
        .bind(class.partners.clone())
        .bind(class.reason.clone())
        .bind(class.place.clone())
        .bind(class.teacher_id)
        .bind(class.teacher_name.clone())
        .bind(class.phone.clone())
        .bind(class.capacity)
        .bind(class.has_exam)
        .bind(class.evaluates)
        .bind(class.sign_out)
        .bind(class.wants_summary)
        .bind(class.summary.clone())
        .bind(class.pass_score)
        .bind(class.state.code())
        .bind(class.first_on)
        .bind(class.last_on)
        .bind(class.calendar_seq)
        .bind(class.session_id)
        .bind(class.id),
    )
    .await?;
    Ok(())
}

/// A line of a class's history.
#[derive(Debug, Clone)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by_name: String,
    /// What, as a code.
    pub event: String,
    /// Why, or more of it.
    pub note: Option<String>,
}

/// Adds a line to a class's history.
pub async fn add_event(
    tx: &mut Tx,
    class: i64,
    by: (AccountId, &str),
    event: &str,
    note: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into class_event (class_id, at, by_id, by_name, event, note) values ($1, $2, $3, $4, $5, $6)")
            .bind(class)
            .bind(now)
            .bind(by.0)
            .bind(by.1)
            .bind(event)
            .bind(note.map(str::to_owned)),
    )
    .await?;
    Ok(())
}

/// A class's history, oldest first.
pub async fn events(tx: &mut Tx, class: i64) -> Result<Vec<Happened>, DbError> {
    tx.all(sql("select * from class_event where class_id = $1 order by id").bind(class))
        .await?
        .iter()
        .map(|row| {
            Ok(Happened {
                at: row.get("at")?,
                by_name: row.get("by_name")?,
                event: row.get("event")?,
                note: row.get("note")?,
            })
        })
        .collect()
}

/// Ids of the classes of a year in which somebody teaches, as one of these rows of the register, or is class teacher.
pub async fn taught_by(
    tx: &mut Tx,
    person: PersonId,
    rows: &[i64],
    year: i32,
) -> Result<Vec<i64>, DbError> {
    let rows = int_list(rows.iter().copied());
    tx.all(
        sql(format!(
            "select c.id from class c where c.year = $2 and (c.teacher_id = $1 or exists
               (select 1 from class_lesson l where l.class_id = c.id and l.removed_at is null
                  and l.instructor_id in {rows}))
             order by c.id"
        ))
        .bind(person)
        .bind(year),
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}
