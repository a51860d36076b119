//! One slot with everything a command looks at: unit, rules, record, and where it stands now.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Month, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};

use crate::domain::session::{Attendee, Params};
use crate::domain::state::State;
use crate::domain::window::{self, MonthWindow};
use crate::store::records::Record;
use crate::store::{BOOK, records};

use super::policy::{MonthRules, YearRules};

/// A slot as a command or query meets it.
pub struct Case {
    /// The unit.
    pub unit: UnitRef,
    /// All units of today.
    pub tree: UnitTree,
    /// Rules and dates.
    pub rules: MonthRules,
    /// What is stored, if anything.
    pub record: Option<Record>,
    /// State now: run-out holds and the lock taken into account.
    pub state: State,
}

impl Case {
    /// Dates of the month.
    #[must_use]
    pub fn window(&self) -> &MonthWindow {
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
/// 404 outside the scope or for a unit that reports no study; 409 without rules.
pub async fn read(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
) -> Result<Case, Problem> {
    load(tx, ctx, scope, unit, month, false).await
}

/// Loads a slot for changing: its row stays locked until the transaction ends, a passed lock is
/// written down first, and a run-out hold is dropped.
///
/// # Errors
/// As [`read`].
pub async fn take(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
) -> Result<Case, Problem> {
    load(tx, ctx, scope, unit, month, true).await
}

async fn load(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    unit_id: UnitId,
    month: Month,
    change: bool,
) -> Result<Case, Problem> {
    if !scope.has_unit(unit_id) {
        return Err(Problem::not_found());
    }
    let unit = organisation::unit(tx, unit_id)
        .await?
        .filter(|unit| unit.kind.reports_study())
        .ok_or_else(Problem::not_found)?;
    let rules = YearRules::load(tx, &ctx.state, month.year())
        .await?
        .month(month)?;
    let tree = organisation::tree(tx, ctx.today).await?;
    let mut record = if change {
        records::take(tx, unit_id, month).await?
    } else {
        records::find(tx, unit_id, month).await?
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
    window: &MonthWindow,
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
    rules: &MonthRules,
    now: Timestamp,
) -> Result<State, Problem> {
    let window = &rules.window;
    if window.locked(now) {
        let swept = BOOK.swept_months(tx).await?.contains(&window.month);
        let before_start = BOOK
            .start_month(tx)
            .await?
            .is_none_or(|start| window.month < start);
        // A month swept without this unit, or before the system was in use, is not owed here.
        if swept || before_start {
            return Ok(State::Exempt);
        }
    }
    if !owes(tx, unit, rules).await? {
        return Ok(State::Exempt);
    }
    Ok(window::effective(State::NotStarted, None, window, now))
}

/// Whether a unit owes a month: it is not left out by rule, is open on the due day, and has serving
/// members on that day.
///
/// # Errors
/// 500 from the engine.
pub async fn owes(tx: &mut Tx, unit: &UnitRef, rules: &MonthRules) -> Result<bool, Problem> {
    let day = rules.window.due_day();
    if !included(unit.kind, &rules.year.params) {
        return Ok(false);
    }
    if organisation::tree(tx, day).await?.unit(unit.id).is_none() {
        return Ok(false);
    }
    Ok(!roster(tx, unit.id, day, &rules.year.params)
        .await?
        .is_empty())
}

/// Whether units of this kind study monthly by the rules (B-13).
#[must_use]
pub fn included(kind: UnitKind, params: &Params) -> bool {
    kind.reports_study()
        && (params.sections_included || !matches!(kind, UnitKind::Section | UnitKind::CityOffice))
}

/// The study roster of a unit on a day, without marks.
///
/// # Errors
/// 500 from the engine.
pub async fn roster(
    tx: &mut Tx,
    unit: UnitId,
    on: Date,
    params: &Params,
) -> Result<Vec<Attendee>, Problem> {
    let people = organisation::roster_on(tx, unit, on).await?;
    Ok(people
        .into_iter()
        .filter(|person| person.established || !params.established_only)
        .map(|person| Attendee {
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

/// The day whose roster stands for a record that has no day yet: today, kept inside the month.
#[must_use]
pub fn roster_day(held_on: Option<Date>, month: Month, today: Date) -> Date {
    held_on.unwrap_or_else(|| today.clamp(month.first_day(), month.last_day()))
}
