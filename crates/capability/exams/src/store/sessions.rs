//! Sessions and the exams that were sealed for them.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, PersonId, Timestamp, UnitId};

use crate::domain::Marks;
use crate::domain::session::{ExamType, Mode, Purpose, State};
use crate::domain::sitting::Terms;

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Row id.
    pub id: i64,
    /// Who holds it.
    pub unit: UnitId,
    /// What for.
    pub purpose: Purpose,
    /// Under which name.
    pub exam_type: ExamType,
    /// Level, by code.
    pub level: Option<String>,
    /// Year.
    pub year: i32,
    /// Month of its window; none for exams without windows.
    pub month: Option<u32>,
    /// Title.
    pub title: String,
    /// What it belongs to: `class:12`.
    pub about: Option<String>,
    /// Where it is sat.
    pub mode: Mode,
    /// When it may be sat and for how long.
    pub terms: Terms,
    /// Districts review until before this instant.
    pub review_by: Timestamp,
    /// Whom it is for, JSON.
    pub range_rule: String,
    /// The session before, whose failed and absent come again.
    pub before: Option<i64>,
    /// Attempts that it allows; none: by the rules of its purpose.
    pub attempts: Option<u32>,
    /// Pass mark.
    pub pass_mark: Option<Marks>,
    /// Who set it.
    pub pass_set_by: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Blueprint, JSON.
    pub blueprint: Option<String>,
    /// Built papers with facts about their questions, JSON.
    pub papers: Option<String>,
    /// Report of the papers, JSON.
    pub report: Option<String>,
    /// Results are out since.
    pub published_at: Option<Timestamp>,
    /// By whom.
    pub published_by: Option<String>,
    /// Changes so far.
    pub version: i64,
    /// Who made it.
    pub created_by_name: String,
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn session(row: &Row) -> Result<Session, DbError> {
    let code = |column: &str| row.get::<String>(column);
    let pass: Option<i64> = row.get("pass_mark")?;
    Ok(Session {
        id: row.get("id")?,
        unit: row.get("unit_id")?,
        purpose: Purpose::from_code(&code("purpose")?)
            .ok_or_else(|| decode("purpose", "purpose of an exam"))?,
        exam_type: ExamType::from_code(&code("exam_type")?)
            .ok_or_else(|| decode("exam_type", "type of an exam"))?,
        level: row.get("level")?,
        year: row.get("year")?,
        month: row.get("month")?,
        title: row.get("title")?,
        about: row.get("about")?,
        mode: Mode::from_code(&code("mode")?).ok_or_else(|| decode("mode", "mode of an exam"))?,
        terms: Terms {
            opens: row.get("opens_at")?,
            last_start: row.get("last_start_at")?,
            closes: row.get("closes_at")?,
            duration: row.get("duration")?,
            margin: row.get("margin")?,
        },
        review_by: row.get("review_by")?,
        range_rule: row.get("range_rule")?,
        before: row.get("before_id")?,
        attempts: row.get("attempts")?,
        pass_mark: pass.map(Marks),
        pass_set_by: row.get("pass_set_by_name")?,
        state: State::from_code(&code("state")?)
            .ok_or_else(|| decode("state", "state of a session"))?,
        blueprint: row.get("blueprint")?,
        papers: row.get("papers")?,
        report: row.get("report")?,
        published_at: row.get("published_at")?,
        published_by: row.get("published_by_name")?,
        version: row.get("version")?,
        created_by_name: row.get("created_by_name")?,
    })
}

/// A session by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Session>, DbError> {
    tx.opt(sql("select * from exam_session where id = $1").bind(id))
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// A session by id, locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Session>, DbError> {
    tx.opt(sql("update exam_session set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// Sessions held by one of these units, or with candidates of one of these or the person, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn visible(
    tx: &mut Tx,
    holders: &[i64],
    units: &[i64],
    person: Option<PersonId>,
) -> Result<Vec<Session>, DbError> {
    let holders = int_list(holders.iter().copied());
    let units = int_list(units.iter().copied());
    let person = person.map_or(-1, PersonId::get);
    let rows = tx
        .all(sql(format!(
            "select s.* from exam_session s where s.unit_id in {holders}
               or exists (select 1 from exam_candidate c where c.session_id = s.id and c.unit_id in {units})
               or exists (select 1 from exam_staff f where f.session_id = s.id and f.person_id = {person})
             order by s.opens_at desc, s.id desc"
        )))
        .await?;
    rows.iter().map(session).collect()
}

/// Sessions in one of these states, by opening.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn in_states(tx: &mut Tx, states: &[State]) -> Result<Vec<Session>, DbError> {
    let list: Vec<String> = states
        .iter()
        .map(|state| format!("'{}'", state.code()))
        .collect();
    let rows = tx
        .all(sql(format!(
            "select * from exam_session where state in ({}) order by opens_at, id",
            list.join(",")
        )))
        .await?;
    rows.iter().map(session).collect()
}

/// Sessions of one holder, purpose and type that open before `opens`, the latest first; cancelled ones left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn earlier(tx: &mut Tx, of: &Session) -> Result<Vec<Session>, DbError> {
    let rows = tx
        .all(
            sql(
                "select * from exam_session where unit_id = $1 and purpose = $2 and exam_type = $3
                   and coalesce(level, '') = $4 and opens_at < $5 and id <> $6 and state <> 'cancelled'
                 order by opens_at desc, id desc",
            )
            .bind(of.unit)
            .bind(of.purpose.code())
            .bind(of.exam_type.code())
            .bind(of.level.clone().unwrap_or_default())
            .bind(of.terms.opens)
            .bind(of.id),
        )
        .await?;
    rows.iter().map(session).collect()
}

/// Sessions that carry over from this one and are still under review.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn following(tx: &mut Tx, id: i64) -> Result<Vec<Session>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_session where before_id = $1 and state = 'reviewing' order by id")
                .bind(id),
        )
        .await?;
    rows.iter().map(session).collect()
}

/// Stores a new session as a draft; gives its id. Its id, state and version are not read.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Session,
    by: AccountId,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_session (unit_id, purpose, exam_type, level, year, month, title, about, mode, opens_at,
               last_start_at, closes_at, duration, margin, review_by, range_rule, pass_mark, state, created_by,
               created_by_name, created_at, attempts)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'draft', $18, $19, $20,
               $21)
             returning id",
        )
        .bind(new.unit)
        .bind(new.purpose.code())
        .bind(new.exam_type.code())
        .bind(new.level.clone())
        .bind(new.year)
        .bind(new.month)
        .bind(new.title.clone())
        .bind(new.about.clone())
        .bind(new.mode.code())
        .bind(new.terms.opens)
        .bind(new.terms.last_start)
        .bind(new.terms.closes)
        .bind(new.terms.duration)
        .bind(new.terms.margin)
        .bind(new.review_by)
        .bind(new.range_rule.clone())
        .bind(new.pass_mark.map(Marks::hundredths))
        .bind((by.get() != 0).then_some(by))
        .bind(new.created_by_name.clone())
        .bind(now)
        .bind(new.attempts),
    )
    .await?
    .get("id")
}

/// Stores a session as it is now. False when somebody changed it since `version`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, now: &Session, version: i64) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql(
                "update exam_session set exam_type = $3, level = $4, year = $5, month = $6, title = $7, about = $8,
                   mode = $9, opens_at = $10, last_start_at = $11, closes_at = $12, duration = $13, margin = $14,
                   review_by = $15, range_rule = $16, before_id = $17, pass_mark = $18, pass_set_by_name = $19,
                   state = $20, blueprint = $21, papers = $22, report = $23, published_at = $24,
                   published_by_name = $25, attempts = $26, version = version + 1
                 where id = $1 and version = $2",
            )
            .bind(now.id)
            .bind(version)
            .bind(now.exam_type.code())
            .bind(now.level.clone())
            .bind(now.year)
            .bind(now.month)
            .bind(now.title.clone())
            .bind(now.about.clone())
            .bind(now.mode.code())
            .bind(now.terms.opens)
            .bind(now.terms.last_start)
            .bind(now.terms.closes)
            .bind(now.terms.duration)
            .bind(now.terms.margin)
            .bind(now.review_by)
            .bind(now.range_rule.clone())
            .bind(now.before)
            .bind(now.pass_mark.map(Marks::hundredths))
            .bind(now.pass_set_by.clone())
            .bind(now.state.code())
            .bind(now.blueprint.clone())
            .bind(now.papers.clone())
            .bind(now.report.clone())
            .bind(now.published_at)
            .bind(now.published_by.clone())
            .bind(now.attempts),
        )
        .await?;
    Ok(changed == 1)
}

/// Remembers that an exam was sealed for a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_round(
    tx: &mut Tx,
    session: i64,
    exam: i64,
    number: u32,
    person: Option<PersonId>,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into exam_round (session_id, exam_id, number, person_id) values ($1, $2, $3, $4)")
            .bind(session)
            .bind(exam)
            .bind(number)
            .bind(person),
    )
    .await?;
    Ok(())
}

/// The sealed exams of a session: id and number, the first first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn rounds(tx: &mut Tx, session: i64) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx
        .all(
            sql("select exam_id, number from exam_round where session_id = $1 order by number, exam_id")
                .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("exam_id")?, row.get("number")?)))
        .collect()
}

/// The session of a sealed exam.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_exam(tx: &mut Tx, exam: i64) -> Result<Option<Session>, DbError> {
    tx.opt(
        sql("select s.* from exam_session s join exam_round r on r.session_id = s.id where r.exam_id = $1")
            .bind(exam),
    )
    .await?
    .as_ref()
    .map(session)
    .transpose()
}

/// Session and number of a sealed exam: number 1 is the session's own.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn round_of(tx: &mut Tx, exam: i64) -> Result<Option<(i64, u32)>, DbError> {
    tx.opt(sql("select session_id, number from exam_round where exam_id = $1").bind(exam))
        .await?
        .map(|row| Ok((row.get("session_id")?, row.get("number")?)))
        .transpose()
}

/// Sessions that belong to something, by opening; cancelled ones left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn about(tx: &mut Tx, about: &str) -> Result<Vec<Session>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_session where about = $1 and state <> 'cancelled' order by opens_at, id")
                .bind(about),
        )
        .await?;
    rows.iter().map(session).collect()
}

/// Sessions of one holder and purpose, the latest first; cancelled ones left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_holder(
    tx: &mut Tx,
    unit: UnitId,
    purpose: Purpose,
) -> Result<Vec<Session>, DbError> {
    let rows = tx
        .all(
            sql(
                "select * from exam_session where unit_id = $1 and purpose = $2 and state <> 'cancelled'
                 order by opens_at desc, id desc",
            )
            .bind(unit)
            .bind(purpose.code()),
        )
        .await?;
    rows.iter().map(session).collect()
}
