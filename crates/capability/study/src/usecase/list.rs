//! Lists of records and the review queue.

use std::collections::HashMap;

use chengzhi_authz::Scope;
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{Ctx, DueOut, Page, Paging, Problem};
use chengzhi_kernel::{Month, RecordId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::state::State;
use crate::domain::window;
use crate::store::photos::LookAlike;
use crate::store::records::Record;
use crate::store::{BOOK, photos, slots};

use super::access::{direct_units, home_unit};
use super::overview;
use super::policy::{MonthRules, YearRules};

/// A record in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordRowOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
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
    /// Present people.
    pub attended: u32,
    /// Expected people.
    pub expected: u32,
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
) -> Result<Page<RecordRowOut>, Problem> {
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
        .filter(|slot| slot.month <= current || filter.month == Some(slot.month))
        .filter(|slot| match filter.state.as_deref() {
            None => true,
            Some("late") => slot.state.awaits_review() && overview.on_time(slot) == Some(false),
            Some(state) => slot.state.code() == state,
        })
        .collect();
    // Newest month first; the overview is in the order of units already.
    found.sort_by_key(|slot| std::cmp::Reverse(slot.month));
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let rows = page_of(&found, paging)
        .iter()
        .filter_map(|slot| {
            let rules = overview.months.get(&slot.month)?;
            Some(row(
                ctx,
                rules,
                (
                    slot.unit,
                    overview.units.name(slot.unit),
                    overview.units.district_name(slot.unit),
                ),
                slot.state,
                slot.record.as_ref(),
                None,
            ))
        })
        .collect();
    Ok(Page { total, rows })
}

/// Records that wait for the caller: earliest review date first, then those with a remark, then by
/// hand-in.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn queue(
    ctx: &Ctx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
) -> Result<Page<RecordRowOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let mut rows = queue_rows(&mut tx, ctx, scope, filter).await?;
    rows.sort_by(|a, b| {
        let key = |row: &RecordRowOut| {
            (
                row.review_due.due_at,
                row.flags.is_empty(),
                row.first_submitted_at,
                row.unit_id,
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
) -> Result<Vec<RecordRowOut>, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, filter.unit)?;
    let direct = direct_units(&ctx.actor, &tree);
    let reviewers = format!("r.reviewer_unit_id in {}", int_list(direct));
    let found: Vec<Record> = slots::waiting(tx, &reviewers, &scope.unit_sql("r.unit_id"))
        .await?
        .into_iter()
        .filter(|record| filter.month.is_none_or(|month| record.month == month))
        .collect();
    let ids: Vec<RecordId> = found.iter().map(|record| record.id).collect();
    let dues: HashMap<RecordId, Timestamp> =
        BOOK.open_review_dues(tx, &ids).await?.into_iter().collect();
    let alike = photos::look_alikes(tx, &ids).await?;
    let home = home_unit(tx, ctx).await?;
    let mut months: HashMap<Month, MonthRules> = HashMap::new();
    let mut rows = Vec::new();
    for record in found {
        if let std::collections::hash_map::Entry::Vacant(entry) = months.entry(record.month) {
            let year = YearRules::load(tx, &ctx.state, record.month.year()).await?;
            entry.insert(year.month(record.month)?);
        }
        let Some(rules) = months.get(&record.month) else {
            continue;
        };
        let held_until = record.hold.as_ref().map(|hold| hold.until);
        let state = window::effective(record.state, held_until, &rules.window, ctx.now);
        let names = names(tx, &tree, record.unit_id).await?;
        let mut row = row(
            ctx,
            rules,
            names,
            state,
            Some(&record),
            dues.get(&record.id).copied(),
        );
        if home == Some(record.unit_id) {
            row.flags.push("本单位记录，须转市局审核".to_owned());
        }
        row.flags.extend(alike_flags(&tree, &alike, record.id));
        rows.push(row);
    }
    Ok(rows)
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

/// One remark for each other record, at most three.
fn alike_flags(
    tree: &organisation::UnitTree,
    alike: &[LookAlike],
    record: RecordId,
) -> Vec<String> {
    let mut flags: Vec<String> = Vec::new();
    for found in alike.iter().filter(|found| found.record == record) {
        let word = if found.kind == "same" {
            "相同"
        } else {
            "相似"
        };
        let flag = format!(
            "照片与{}{}记录{word}",
            tree.name(found.unit_id),
            found.month.label_cn()
        );
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    let more = flags.len().saturating_sub(3);
    flags.truncate(3);
    if more > 0 {
        flags.push(format!("另有{more}处照片重复"));
    }
    flags
}

fn row(
    ctx: &Ctx,
    rules: &MonthRules,
    (unit, unit_name, district_name): (UnitId, String, String),
    state: State,
    record: Option<&Record>,
    review_due: Option<Timestamp>,
) -> RecordRowOut {
    let first = record.and_then(|record| record.first_submitted_at);
    let on_time = first.map(|at| rules.window.on_time(at));
    let review_at = review_due.unwrap_or_else(|| rules.window.review_due(first.unwrap_or(ctx.now)));
    RecordRowOut {
        unit_id: unit.get(),
        unit_name,
        district_name,
        month: rules.window.month,
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
        attended: record.map_or(0, |record| record.attended),
        expected: record.map_or(0, |record| record.expected),
        flags: Vec::new(),
    }
}

fn page_of<T>(rows: &[T], paging: Paging) -> &[T] {
    let from = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let count = usize::try_from(paging.limit()).unwrap_or(0);
    let rest = rows.get(from..).unwrap_or_default();
    rest.get(..count.min(rest.len())).unwrap_or_default()
}
