//! Lists of records and the review queue, ranked by what the check of the films found.

use std::collections::HashMap;

use chengzhi_authz::Scope;
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{Ctx, DueOut, Page, Paging, Problem};
use chengzhi_kernel::{Month, RecordId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::film::Severity;
use crate::domain::half::Half;
use crate::domain::session::heads;
use crate::domain::state::State;
use crate::domain::verdict::judge;
use crate::domain::window;
use crate::store::records::Record;
use crate::store::{BOOK, films, sessions, slots};

use super::access::{direct_units, home_unit};
use super::case::{self, Full};
use super::overview;
use super::policy::{HalfRules, MonthRules, YearRules};

/// A record in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillRowOut {
    /// Squad.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// 上半月, 下半月.
    pub half_name: String,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// First complete hand-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_submitted_at: Option<Timestamp>,
    /// Whether it was in time.
    pub on_time: Option<bool>,
    /// Number of the hand-in.
    pub round: u32,
    /// Who reads it now.
    pub held_by: Option<String>,
    /// Review.
    pub review_due: DueOut,
    /// Hand-in.
    pub submit_due: DueOut,
    /// End of the month: nothing is taken after it.
    pub lock_due: DueOut,
    /// Sessions recorded.
    pub sessions: u32,
    /// Present in the session with the lowest share.
    pub attended: u32,
    /// Base of that session.
    pub base: u32,
    /// Strong marks of the films; in the queue only.
    pub strong: u32,
    /// Marks to look at; in the queue only.
    pub check: u32,
    /// Films whose check has not ended; in the queue only.
    pub unchecked: u32,
    /// What the reviewer should look at.
    pub flags: Vec<String>,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A unit and everything below it.
    pub unit: Option<i64>,
    /// One month.
    pub month: Option<Month>,
    /// One half.
    pub half: Option<Half>,
    /// The months of a year; this year unless said.
    pub year: Option<i32>,
    /// State code, or `late` for hand-ins that wait and came late.
    pub state: Option<String>,
}

/// Records of a year or month.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
) -> Result<Page<DrillRowOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, filter.unit)?;
    let current = Month::of(ctx.today);
    let year = filter
        .month
        .map(Month::year)
        .or(filter.year)
        .unwrap_or(current.year());
    let overview =
        overview::of_year(&mut tx, &ctx.state, ctx.now, &scope, year, filter.month).await?;
    let mut found: Vec<&overview::SlotNow> = overview
        .slots
        .iter()
        .filter(|slot| slot.key.month <= current || filter.month == Some(slot.key.month))
        .filter(|slot| filter.half.is_none_or(|half| slot.key.half == half))
        .filter(|slot| match filter.state.as_deref() {
            None => true,
            Some("late") => slot.state.awaits_review() && overview.on_time(slot) == Some(false),
            Some(state) => slot.state.code() == state,
        })
        .collect();
    // Newest half first; the overview is in the order of units already.
    found.sort_by_key(|slot| std::cmp::Reverse((slot.key.month, slot.key.half)));
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let counts = counts(&mut tx, year, &scope, &overview).await?;
    let rows = page_of(&found, paging)
        .iter()
        .filter_map(|slot| {
            let rules = overview.rules(slot.key)?;
            Some(row(
                ctx,
                rules,
                (
                    slot.key.unit,
                    overview.units.name(slot.key.unit),
                    overview.units.district_name(slot.key.unit),
                ),
                slot.state,
                slot.record.as_ref(),
                None,
                slot.record
                    .as_ref()
                    .and_then(|record| counts.get(&record.id)),
            ))
        })
        .collect();
    Ok(Page { total, rows })
}

/// Records that wait for the caller: strong findings of the film check first, then findings to look
/// at, then the earliest review date, then by hand-in.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn queue(
    ctx: &Ctx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
) -> Result<Page<DrillRowOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let mut rows = queue_rows(&mut tx, ctx, scope, filter).await?;
    rows.sort_by(|a, b| {
        let key = |row: &DrillRowOut| {
            (
                std::cmp::Reverse((row.strong, row.check)),
                row.review_due.due_at,
                row.first_submitted_at,
                row.unit_id,
                row.half,
            )
        };
        key(a).cmp(&key(b))
    });
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let rows = page_of(&rows, paging).to_vec();
    Ok(Page { total, rows })
}

/// The queue before sorting and paging.
pub(super) async fn queue_rows(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<DrillRowOut>, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, filter.unit)?;
    let direct = direct_units(&ctx.actor, &tree);
    let reviewers = format!("r.reviewer_unit_id in {}", int_list(direct));
    let found: Vec<Record> = slots::waiting(tx, &reviewers, &scope.unit_sql("r.unit_id"))
        .await?
        .into_iter()
        .filter(|record| filter.month.is_none_or(|month| record.slot.month == month))
        .filter(|record| filter.half.is_none_or(|half| record.slot.half == half))
        .collect();
    let ids: Vec<RecordId> = found.iter().map(|record| record.id).collect();
    let dues: HashMap<RecordId, Timestamp> =
        BOOK.open_review_dues(tx, &ids).await?.into_iter().collect();
    let findings = films::findings(tx, &ids).await?;
    let sessions = case::full_sessions(tx, &ids).await?;
    let home = home_unit(tx, ctx).await?;
    let mut months: HashMap<Month, MonthRules> = HashMap::new();
    let mut rows = Vec::new();
    for record in found {
        let slot = record.slot;
        if let std::collections::hash_map::Entry::Vacant(entry) = months.entry(slot.month) {
            let year = YearRules::load(tx, &ctx.state, slot.month.year()).await?;
            entry.insert(year.month(slot.month)?);
        }
        let Some(rules) = months.get(&slot.month).map(|month| month.half(slot.half)) else {
            continue;
        };
        let held_until = record.hold.as_ref().map(|hold| hold.until);
        let state = window::effective(record.state, held_until, &rules.window, ctx.now);
        let names = names(tx, &tree, slot.unit).await?;
        let full = sessions
            .get(&record.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let count = count_of(full, rules);
        let due = dues.get(&record.id).copied();
        let mut row = row(ctx, rules, names, state, Some(&record), due, Some(&count));
        if home == Some(slot.unit) {
            row.flags.push("本中队记录，须转市局审核".to_owned());
        }
        if let Some((found, unchecked)) = findings.get(&record.id) {
            (row.strong, row.check, row.unchecked) = (found.strong, found.check, *unchecked);
        }
        row.flags.extend(flags(full, rules));
        rows.push(row);
    }
    Ok(rows)
}

/// What stands out in the sessions of a record, one remark each, at most four.
fn flags(full: &[Full], rules: &HalfRules) -> Vec<String> {
    let mut found = Vec::new();
    for session in full {
        if session
            .session
            .held_on
            .is_some_and(|day| rules.window.is_makeup(day))
        {
            found.push("补训".to_owned());
        }
        let film = session.film.as_ref().map(|film| film.facts(&session.marks));
        let verdicts = judge(
            &session.session,
            &session.attendance,
            film.as_ref(),
            rules.params(),
        );
        for verdict in verdicts.iter().filter(|verdict| verdict.ok == Some(false)) {
            found.push(format!("{}：{}", verdict.item.name(), verdict.text));
        }
        for mark in session
            .marks
            .iter()
            .filter(|mark| mark.severity == Severity::Strong)
        {
            found.push(mark.text.clone());
        }
    }
    found.dedup();
    let more = found.len().saturating_sub(4);
    found.truncate(4);
    if more > 0 {
        found.push(format!("另有{more}处提示"));
    }
    found
}

/// Sessions of a record and the heads of the one with the lowest share.
#[derive(Debug, Clone, Copy, Default)]
struct SessionCount {
    sessions: u32,
    attended: u32,
    base: u32,
}

impl SessionCount {
    fn add(&mut self, attended: u32, base: u32) {
        self.sessions += 1;
        let lower =
            u64::from(attended) * u64::from(self.base) < u64::from(self.attended) * u64::from(base);
        if self.sessions == 1 || lower {
            (self.attended, self.base) = (attended, base);
        }
    }
}

fn count_of(full: &[Full], rules: &HalfRules) -> SessionCount {
    let mut count = SessionCount::default();
    for session in full {
        let found = heads(&session.attendance, rules.params().exempt_out_of_base);
        count.add(found.attended, found.base);
    }
    count
}

async fn counts(
    tx: &mut Tx,
    year: i32,
    scope: &Scope,
    overview: &overview::Overview,
) -> Result<HashMap<RecordId, SessionCount>, Problem> {
    let out = overview
        .months
        .values()
        .next()
        .is_none_or(|month| month.halves[0].params().exempt_out_of_base);
    let mut found: HashMap<RecordId, SessionCount> = HashMap::new();
    for count in sessions::counts_of_year(tx, year, &scope.unit_sql("r.unit_id")).await? {
        let base = if out {
            count.at_post.saturating_sub(count.exempt)
        } else {
            count.at_post
        };
        found
            .entry(count.record_id)
            .or_default()
            .add(count.attended, base);
    }
    Ok(found)
}

async fn names(
    tx: &mut Tx,
    tree: &organisation::UnitTree,
    unit: UnitId,
) -> Result<(UnitId, String, String), Problem> {
    let name = match tree.unit(unit) {
        Some(unit) => unit.name.clone(),
        None => organisation::unit(tx, unit)
            .await?
            .map(|unit| unit.name)
            .unwrap_or_default(),
    };
    let district = tree
        .district_of(unit)
        .map(|district| tree.name(district).to_owned())
        .unwrap_or_default();
    Ok((unit, name, district))
}

fn row(
    ctx: &Ctx,
    rules: &HalfRules,
    (unit, unit_name, district_name): (UnitId, String, String),
    state: State,
    record: Option<&Record>,
    review_due: Option<Timestamp>,
    count: Option<&SessionCount>,
) -> DrillRowOut {
    let count = count.copied().unwrap_or_default();
    let first = record.and_then(|record| record.first_submitted_at);
    let counted = record.and_then(|record| record.first_counted_at);
    let on_time = counted.map(|at| rules.window.on_time(at));
    let review_at = review_due.unwrap_or_else(|| rules.window.review_due(first.unwrap_or(ctx.now)));
    DrillRowOut {
        unit_id: unit.get(),
        unit_name,
        district_name,
        month: rules.window.month,
        half: rules.window.half,
        half_name: rules.window.half.name().to_owned(),
        state: state.code().to_owned(),
        state_name: state.name().to_owned(),
        first_submitted_at: first,
        on_time,
        round: record.map_or(0, |record| record.round),
        held_by: record
            .and_then(|record| record.hold.as_ref())
            .filter(|hold| state.awaits_review() && ctx.now < hold.until)
            .map(|hold| hold.name.clone()),
        review_due: rules.review_due(review_at, ctx.now),
        submit_due: rules.submit_due(ctx.now),
        lock_due: rules.lock_due(ctx.now),
        sessions: count.sessions,
        attended: count.attended,
        base: count.base,
        strong: 0,
        check: 0,
        unchecked: 0,
        flags: Vec::new(),
    }
}

fn page_of<T>(rows: &[T], paging: Paging) -> &[T] {
    let from = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let count = usize::try_from(paging.limit()).unwrap_or(0);
    let rest = rows.get(from..).unwrap_or_default();
    rest.get(..count.min(rest.len())).unwrap_or_default()
}
