//! A squad's month: its result, what it would be, and what is still needed.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Month, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::coverage::Missing;
use crate::domain::half::{Half, SlotKey};
use crate::domain::month::{Counting, HalfFacts, Held, MonthResult, result};
use crate::domain::needs::{Needs, needs};
use crate::domain::state::State;

use super::case::{self, Case};
use super::submit::current;

/// Somebody who must appear and has not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMissingOut {
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Sessions he was absent from.
    pub days: Vec<DrillMissedDayOut>,
}

/// A session somebody was absent from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMissedDayOut {
    /// Day.
    pub day: Date,
    /// Reason as noted.
    pub reason: Option<String>,
}

/// A session in a result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillSessionResultOut {
    /// Session.
    pub id: i64,
    /// Day.
    pub day: Date,
    /// 1 or 2: the half whose record it stands in.
    #[schema(value_type = u32)]
    pub half: Half,
    /// Held in the other half (补训).
    pub makeup: bool,
    /// Present.
    pub attended: u32,
    /// Base of the share.
    pub base: u32,
    /// Exempt that day.
    pub exempt: u32,
    /// Share kept.
    pub ratio_ok: bool,
}

/// A half in a result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillHalfResultOut {
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// State of its record.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Nothing is owed.
    pub exempt: bool,
    /// Sessions that count.
    pub sessions: u32,
    /// Of these, make-ups.
    pub makeups: u32,
    /// Enough sessions, make-ups counted in.
    pub enough: bool,
    /// Enough sessions inside the half itself; a make-up does not heal this (B-52).
    pub in_half: bool,
    /// Handed in by its day; none without a hand-in.
    pub on_time: Option<bool>,
    /// Hand-in.
    pub submit_due: DueOut,
    /// Review.
    pub review_due: DueOut,
}

/// Result of a month (B-129).
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct DrillMonthResultOut {
    /// All parts kept.
    pub ok: bool,
    /// Share kept in every session; none without any.
    pub ratio_ok: Option<bool>,
    /// Nobody missing; none without any session.
    pub coverage_ok: Option<bool>,
    /// Each half has its sessions inside the half.
    pub two_halves_ok: bool,
    /// Each half has its sessions, make-ups counted in.
    pub count_ok: bool,
    /// People who must appear.
    pub required: u32,
    /// Of these, people who did.
    pub covered: u32,
    /// The others.
    pub missing: Vec<DrillMissingOut>,
    /// Sessions that count.
    pub sessions: Vec<DrillSessionResultOut>,
    /// What is broken, one sentence each.
    pub breaches: Vec<String>,
}

/// One thing still needed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillNeedOut {
    /// `session`, `makeup`, `hand_in`, `returned`, `ratio`, `cover`.
    pub kind: String,
    /// 1 or 2; none for the month.
    #[schema(value_type = Option<u32>)]
    pub half: Option<Half>,
    /// The sentence, 11月30日（周六）前还差3人参训：…
    pub text: String,
    /// How many sessions or people.
    pub count: u32,
    /// By when, with its 依据.
    pub due: DueOut,
}

/// The next session as it should be planned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillNextSessionOut {
    /// 1 or 2: the half whose record it belongs to.
    #[schema(value_type = u32)]
    pub half: Half,
    /// Earliest day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Make-up for the first half.
    pub makeup: bool,
    /// People who count in the base today.
    pub base: u32,
    /// Least number that must attend.
    pub least: u32,
    /// Who must come.
    pub must: Vec<DrillMissingOut>,
}

/// A squad's month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMonthOut {
    /// Squad.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// Both halves.
    pub halves: Vec<DrillHalfResultOut>,
    /// By what is confirmed.
    pub result: DrillMonthResultOut,
    /// By everything recorded that could still be confirmed, plans included.
    pub expected: DrillMonthResultOut,
    /// What is still needed, most urgent first; empty once nothing can be done.
    pub needs: Vec<DrillNeedOut>,
    /// The next session to plan.
    pub next: Option<DrillNextSessionOut>,
    /// People nobody has seen in a session held or planned.
    pub missing: Vec<DrillMissingOut>,
    /// When both halves lock.
    pub lock_at: DueOut,
    /// 依据 of coverage.
    pub clause: ClauseOut,
}

/// Reads a squad's month.
///
/// # Errors
/// 404 outside the scope or for a unit that is no squad; 409 without rules.
pub async fn month(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
) -> Result<DrillMonthOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let cases = cases(&mut tx, ctx, scope, unit, month).await?;
    let facts = facts(&mut tx, ctx, &cases).await?;
    let first = &cases[0];
    let params = first.rules.params();
    let wanted = needed(&mut tx, ctx, &cases, &facts).await?;
    let accepted = result(&facts, params, Counting::Accepted);
    let expected = result(&facts, params, Counting::Expected);
    let halves = cases
        .iter()
        .zip(&expected.halves)
        .map(|(case, half)| half_out(ctx, case, half))
        .collect();
    Ok(DrillMonthOut {
        unit_id: unit.get(),
        unit_name: first.unit.name.clone(),
        month,
        halves,
        result: result_out(&accepted),
        expected: result_out(&expected),
        needs: needs_out(ctx, &cases, &wanted),
        next: wanted.next.as_ref().map(|next| DrillNextSessionOut {
            half: next.half,
            from: next.from,
            until: next.until,
            makeup: next.makeup,
            base: next.base,
            least: next.least,
            must: next.must.iter().map(missing_out).collect(),
        }),
        missing: wanted.missing.iter().map(missing_out).collect(),
        lock_at: first.rules.lock_due(ctx.now),
        clause: first.rules.year.coverage_clause(),
    })
}

/// Both halves of a squad's month.
pub(super) async fn cases(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
) -> Result<[Case; 2], Problem> {
    let key = |half| SlotKey { unit, month, half };
    Ok([
        case::read(tx, ctx, scope, key(Half::First)).await?,
        case::read(tx, ctx, scope, key(Half::Second)).await?,
    ])
}

/// The facts of both halves. While a squad may change its record, the rosters of its days are read
/// anew: somebody may have left or been exempted since it was saved.
pub(super) async fn facts(
    tx: &mut Tx,
    ctx: &Ctx,
    cases: &[Case; 2],
) -> Result<[HalfFacts; 2], Problem> {
    Ok([
        half_facts(tx, ctx, &cases[0]).await?,
        half_facts(tx, ctx, &cases[1]).await?,
    ])
}

async fn half_facts(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<HalfFacts, Problem> {
    let full = if case.state.is_open_to_unit() {
        current(tx, ctx, case).await?.0
    } else {
        case::sessions_of(tx, case.record.as_ref()).await?
    };
    let mut sessions: Vec<Held> = full
        .into_iter()
        .filter_map(|full| {
            Some(Held {
                id: full.id,
                day: full.session.held_on?,
                rows: full.attendance,
            })
        })
        .collect();
    sessions.sort_by_key(|held| (held.day, held.id));
    Ok(HalfFacts {
        window: *case.window(),
        state: case.state,
        sessions,
        first_counted_at: case
            .record
            .as_ref()
            .and_then(|record| record.first_counted_at),
    })
}

/// What the month still needs.
pub(super) async fn needed(
    tx: &mut Tx,
    ctx: &Ctx,
    cases: &[Case; 2],
    facts: &[HalfFacts; 2],
) -> Result<Needs, Problem> {
    let window = cases[1].window();
    if window.locked(ctx.now) || ctx.now < window.opens_at() {
        return Ok(Needs::default());
    }
    let params = cases[0].rules.params();
    let roster = case::roster(tx, cases[0].key.unit, ctx.today, params).await?;
    Ok(needs(facts, params, &roster, ctx.now))
}

/// Needs as sent.
pub(super) fn needs_out(ctx: &Ctx, cases: &[Case; 2], wanted: &Needs) -> Vec<DrillNeedOut> {
    wanted
        .needs
        .iter()
        .map(|need| {
            let case = match need.half {
                Some(Half::First) => &cases[0],
                _ => &cases[1],
            };
            let rules = &case.rules;
            let due = match need.kind {
                "makeup" | "returned" => rules.lock_due(ctx.now),
                "cover" => rules
                    .year
                    .due_out(need.by, ctx.now, rules.year.coverage_clause()),
                _ if need.by == rules.window.lock_at && need.by != rules.window.due_at => {
                    rules.lock_due(ctx.now)
                }
                _ => rules.submit_due(ctx.now),
            };
            DrillNeedOut {
                kind: need.kind.to_owned(),
                half: need.half,
                text: need.text.clone(),
                count: need.count,
                due,
            }
        })
        .collect()
}

fn half_out(ctx: &Ctx, case: &Case, half: &crate::domain::month::HalfResult) -> DrillHalfResultOut {
    let window = case.window();
    let submitted = case.record.as_ref().and_then(|r| r.first_submitted_at);
    DrillHalfResultOut {
        half: half.half,
        state: case.state.code().to_owned(),
        state_name: case.state.name().to_owned(),
        exempt: case.state == State::Exempt,
        sessions: half.sessions,
        makeups: half.makeups,
        enough: half.enough,
        in_half: half.in_half,
        on_time: half.on_time,
        submit_due: case.rules.submit_due(ctx.now),
        review_due: case
            .rules
            .review_due(window.review_due(submitted.unwrap_or(ctx.now)), ctx.now),
    }
}

fn missing_out(person: &Missing) -> DrillMissingOut {
    DrillMissingOut {
        person_id: person.person_id.get(),
        staff_no: person.staff_no.clone(),
        name: person.name.clone(),
        days: person
            .days
            .iter()
            .map(|(day, reason)| DrillMissedDayOut {
                day: *day,
                reason: reason.clone(),
            })
            .collect(),
    }
}

/// A result as sent.
pub(super) fn result_out(month: &MonthResult) -> DrillMonthResultOut {
    DrillMonthResultOut {
        ok: month.ok(),
        ratio_ok: month.ratio_ok,
        coverage_ok: month.coverage_ok,
        two_halves_ok: month.two_halves_ok,
        count_ok: month.count_ok,
        required: month.coverage.required,
        covered: month.coverage.covered,
        missing: month.coverage.missing.iter().map(missing_out).collect(),
        sessions: month
            .sessions
            .iter()
            .map(|session| DrillSessionResultOut {
                id: session.id,
                day: session.day,
                half: session.half,
                makeup: session.makeup,
                attended: session.heads.attended,
                base: session.heads.base,
                exempt: session.heads.exempt,
                ratio_ok: session.ratio_ok,
            })
            .collect(),
        breaches: month.breaches(),
    }
}
