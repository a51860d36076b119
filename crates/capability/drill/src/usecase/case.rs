//! One slot with everything a command looks at: squad, rules, record, and where it stands now.

use std::collections::HashMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, RecordId, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};

use crate::domain::film::FilmMark;
use crate::domain::half::SlotKey;
use crate::domain::session::{Attendee, Params, Session};
use crate::domain::snapshot::{Content, FilmRef, SessionContent};
use crate::domain::state::State;
use crate::domain::window::{self, HalfWindow};
use crate::store::films::Film;
use crate::store::records::Record;
use crate::store::{BOOK, exemptions, films, records, sessions};

use super::policy::{HalfRules, YearRules};

/// A slot as a command or query meets it.
pub struct Case {
    /// Slot.
    pub key: SlotKey,
    /// The squad.
    pub unit: UnitRef,
    /// All units of today.
    pub tree: UnitTree,
    /// Rules and dates.
    pub rules: HalfRules,
    /// What is stored, if anything.
    pub record: Option<Record>,
    /// State now: run-out holds and the lock taken into account.
    pub state: State,
}

impl Case {
    /// Dates of the half.
    #[must_use]
    pub fn window(&self) -> &HalfWindow {
        &self.rules.window
    }

    /// The record, or what a command on a slot without one is told.
    ///
    /// # Errors
    /// 404 when nothing was recorded.
    pub fn record_mut(&mut self) -> Result<&mut Record, Problem> {
        self.record.as_mut().ok_or_else(Problem::not_found)
    }

    /// Refuses a command that was made from an older version.
    ///
    /// # Errors
    /// 409 `conflict.version`.
    pub fn check_version(&self, version: i64) -> Result<(), Problem> {
        if self.record.as_ref().map_or(0, |record| record.version) == version {
            Ok(())
        } else {
            Err(Problem::stale())
        }
    }
}

/// Loads a slot for reading.
///
/// # Errors
/// 404 outside the scope or for a unit that is no squad; 409 without rules.
pub async fn read(tx: &mut Tx, ctx: &Ctx, scope: &Scope, key: SlotKey) -> Result<Case, Problem> {
    load(tx, ctx, scope, key, false).await
}

/// Loads a slot for changing: its row stays locked until the transaction ends, a passed lock is
/// written down first, and a run-out hold is dropped.
///
/// # Errors
/// As [`read`].
pub async fn take(tx: &mut Tx, ctx: &Ctx, scope: &Scope, key: SlotKey) -> Result<Case, Problem> {
    load(tx, ctx, scope, key, true).await
}

/// The squad of a slot, inside the scope.
///
/// # Errors
/// 404 outside the scope or for a unit that is no squad.
pub async fn squad(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<UnitRef, Problem> {
    if !scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    organisation::unit(tx, unit)
        .await?
        .filter(|unit| drills(unit.kind))
        .ok_or_else(Problem::not_found)
}

async fn load(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    change: bool,
) -> Result<Case, Problem> {
    let unit = squad(tx, scope, key.unit).await?;
    let rules = YearRules::load(tx, &ctx.state, key.month.year())
        .await?
        .month(key.month)?
        .half(key.half)
        .clone();
    let tree = organisation::tree(tx, ctx.today).await?;
    let mut record = if change {
        records::take(tx, key).await?
    } else {
        records::find(tx, key).await?
    };
    let state = match &mut record {
        Some(record) => {
            let held_until = record.hold.as_ref().map(|hold| hold.until);
            let state = window::effective(record.state, held_until, &rules.window, ctx.now);
            if change && state != record.state {
                settle(tx, record, state, &rules.window).await?;
            }
            state
        }
        None => unstored_state(tx, &unit, &rules, ctx.now).await?,
    };
    Ok(Case {
        key,
        unit,
        tree,
        rules,
        record,
        state,
    })
}

/// Writes down what time alone has done to a record: its lock, or the end of a hold. The version
/// stays, so that a reviewer whose hold ran out while he read may still decide.
async fn settle(
    tx: &mut Tx,
    record: &mut Record,
    state: State,
    window: &HalfWindow,
) -> Result<(), Problem> {
    record.state = state;
    if state.is_settled() {
        BOOK.add_lock_line(tx, record.id, record.round, window.lock_at)
            .await?;
    }
    if state == State::Submitted {
        record.hold = None;
    }
    Ok(())
}

/// The state of a slot without a row.
async fn unstored_state(
    tx: &mut Tx,
    unit: &UnitRef,
    rules: &HalfRules,
    now: Timestamp,
) -> Result<State, Problem> {
    let window = &rules.window;
    if window.locked(now) {
        let swept = BOOK.swept_months(tx).await?.contains(&window.month);
        let before_start = BOOK
            .start_month(tx)
            .await?
            .is_none_or(|start| window.month < start);
        // A month swept without this squad, or before the system was in use, is not owed here.
        if swept || before_start {
            return Ok(State::Exempt);
        }
    }
    if !owes(tx, unit, rules).await? {
        return Ok(State::Exempt);
    }
    Ok(window::effective(State::NotStarted, None, window, now))
}

/// Whether a squad owes a half: it is open on the due day and has serving members on that day.
async fn owes(tx: &mut Tx, unit: &UnitRef, rules: &HalfRules) -> Result<bool, Problem> {
    let day = rules.window.due_day();
    if organisation::tree(tx, day).await?.unit(unit.id).is_none() {
        return Ok(false);
    }
    Ok(!roster(tx, unit.id, day, rules.params()).await?.is_empty())
}

/// Whether units of this kind drill: squads only (B-13).
#[must_use]
pub fn drills(kind: UnitKind) -> bool {
    matches!(kind, UnitKind::Squad | UnitKind::MobileSquad)
}

/// The drill roster of a squad on a day, without marks: who is away by status and who is exempt is
/// told with each.
///
/// # Errors
/// 500 from the engine.
pub async fn roster(
    tx: &mut Tx,
    unit: UnitId,
    on: Date,
    params: &Params,
) -> Result<Vec<Attendee>, Problem> {
    let people: Vec<_> = organisation::roster_on(tx, unit, on)
        .await?
        .into_iter()
        .filter(|person| person.established || !params.established_only)
        .collect();
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let exempt: HashMap<PersonId, String> = exemptions::on_day(tx, &ids, on)
        .await?
        .into_iter()
        .collect();
    Ok(people
        .into_iter()
        .map(|person| Attendee {
            exempt: exempt.get(&person.id).cloned(),
            person_id: person.id,
            staff_no: person.staff_no,
            name: person.name,
            post_name: person.post.unwrap_or_default(),
            away: if person.at_post {
                None
            } else {
                Some(person.away_reason.unwrap_or_else(|| "不在岗".to_owned()))
            },
            present: false,
            absence_reason: None,
        })
        .collect())
}

/// The day whose roster stands for a session: its own inside the month, else today kept inside the
/// half. A day outside is a slip that the list of missing things names.
#[must_use]
pub fn roster_day(held_on: Option<Date>, window: &HalfWindow, today: Date) -> Date {
    let first = window.half.first_day(window.month, window.first_half_end);
    let last = window.half.last_day(window.month, window.first_half_end);
    held_on
        .filter(|day| window.month.contains(*day))
        .unwrap_or_else(|| today.clamp(first, last))
}

/// A session with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Full {
    /// Row id.
    pub id: i64,
    /// Session.
    pub session: Session,
    /// Attendance.
    pub attendance: Vec<Attendee>,
    /// Film that stands.
    pub film: Option<Film>,
    /// Its marks.
    pub marks: Vec<FilmMark>,
}

impl Full {
    /// As part of a hand-in.
    #[must_use]
    pub fn content(&self) -> SessionContent {
        SessionContent {
            id: self.id,
            session: self.session.clone(),
            attendance: self.attendance.clone(),
            film: self.film.as_ref().map(|film| FilmRef {
                hash: film.hash.clone(),
                name: film.name.clone(),
            }),
        }
    }
}

/// The content of a record.
#[must_use]
pub fn content_of(sessions: &[Full]) -> Content {
    Content {
        sessions: sessions.iter().map(Full::content).collect(),
    }
}

/// The sessions of records with attendance, films and marks, by record.
///
/// # Errors
/// 500 from the engine.
pub async fn full_sessions(
    tx: &mut Tx,
    of: &[RecordId],
) -> Result<HashMap<RecordId, Vec<Full>>, Problem> {
    let stored = sessions::of_records(tx, of).await?;
    let ids: Vec<i64> = stored.iter().map(|session| session.id).collect();
    let mut attendance = sessions::attendance(tx, &ids).await?;
    let mut found_films = films::of_sessions(tx, &ids).await?;
    let film_ids: Vec<i64> = found_films.values().map(|film| film.id).collect();
    let mut marks = films::marks(tx, &film_ids).await?;
    let mut found: HashMap<RecordId, Vec<Full>> = HashMap::new();
    for session in stored {
        let film = found_films.remove(&session.id);
        let film_marks = film
            .as_ref()
            .and_then(|film| marks.remove(&film.id))
            .unwrap_or_default();
        found.entry(session.record_id).or_default().push(Full {
            id: session.id,
            session: session.session,
            attendance: attendance.remove(&session.id).unwrap_or_default(),
            film,
            marks: film_marks,
        });
    }
    Ok(found)
}

/// The sessions of one record.
///
/// # Errors
/// 500 from the engine.
pub async fn sessions_of(tx: &mut Tx, record: Option<&Record>) -> Result<Vec<Full>, Problem> {
    let Some(record) = record else {
        return Ok(Vec::new());
    };
    Ok(full_sessions(tx, &[record.id])
        .await?
        .remove(&record.id)
        .unwrap_or_default())
}
