//! Topics that squads and instructors ask for (缺什么补什么, B-115), with what became of each.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::phase::Phase;
use crate::domain::request::{Part, RequestState, allowed};
use crate::store::classes::{self, Class};
use crate::store::plans;
use crate::store::requests::{self, Request};
use crate::store::taken;

use super::case::{full_title, running_units};
use super::request_fate::Fates;
use super::words::{self, ClassWordOut};

/// A request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassRequestOut {
    /// Row id.
    pub id: i64,
    /// Unit that asks.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Bureau that decides.
    pub bureau_id: i64,
    /// Its name.
    pub bureau_name: String,
    /// Year.
    pub year: i32,
    /// `squad`, `instructor`.
    pub source: String,
    /// Its word.
    pub source_name: String,
    /// Code of the field of law; none for anything else.
    pub field: Option<String>,
    /// Its word.
    pub field_name: Option<String>,
    /// What about.
    pub topic: String,
    /// What is missing.
    pub reason: String,
    /// `open`, `adopted`, `declined`, `merged`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Who asks.
    pub asked_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// The caller asked.
    pub own: bool,
    /// He has not seen its answer yet.
    pub news: bool,
    /// How many second it, the asker among them.
    pub votes: u32,
    /// Their units.
    pub voters: Vec<String>,
    /// The caller is among them.
    pub voted: bool,
    /// What became of it, one sentence; empty while it is open.
    pub fate: String,
    /// Page of what took it up.
    pub link: Option<String>,
    /// Decided by.
    pub decided_by: Option<String>,
    /// Version.
    pub version: i64,
    /// `vote`, `adopt`, `decline`, `merge`, `withdraw`.
    pub allowed: Vec<String>,
}

/// Something that may take a request up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassRequestTargetOut {
    /// Row id.
    pub id: i64,
    /// Bureau of the plan or class.
    pub bureau_id: i64,
    /// Title of the plan or class.
    pub of: String,
    /// Its own title.
    pub title: String,
}

/// Requests of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassRequestsOut {
    /// Year.
    pub year: i32,
    /// The caller may ask.
    pub may_ask: bool,
    /// The caller reads requests to several bureaus.
    pub several: bool,
    /// Fields of law.
    pub fields: Vec<ClassWordOut>,
    /// Programmes into which the caller may take requests.
    pub programmes: Vec<ClassRequestTargetOut>,
    /// Courses of classes to come into which he may.
    pub courses: Vec<ClassRequestTargetOut>,
    /// Open ones first, most seconded first.
    pub rows: Vec<ClassRequestOut>,
}

/// Bureaus around the caller: those of the units that his right reaches, and of his own.
pub(super) async fn bureaus(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    tree: &UnitTree,
) -> Result<BTreeSet<i64>, Problem> {
    let home = organisation::home_unit(tx, &ctx.actor, ctx.today).await?;
    Ok(scope
        .units
        .iter()
        .map(|id| UnitId::from(*id))
        .chain(home)
        .filter_map(|unit| tree.district_of(unit))
        .map(UnitId::get)
        .collect())
}

/// What the caller is to a request.
pub(super) fn part(ctx: &Ctx, running: &BTreeSet<i64>, row: &Request, carries: bool) -> Part {
    Part {
        asks: row.asked_by == ctx.actor.account_id,
        decides: running.contains(&row.bureau_id.get()),
        carries,
    }
}

/// Requests of a year to the bureaus around the caller: open ones first, most seconded first.
///
/// # Errors
/// 422 for the year; 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
) -> Result<ClassRequestsOut, Problem> {
    let year = words::year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let around = bureaus(&mut tx, ctx, scope, &tree).await?;
    let running = running_units(ctx, &tree);
    let rows = requests::of_year(&mut tx, year, &around).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let votes = requests::votes(&mut tx, &ids).await?;
    let carriers: BTreeSet<i64> = rows.iter().filter_map(|row| row.merged_into).collect();
    let fates = Fates::of(&mut tx, ctx, &rows).await?;
    let mut out: Vec<ClassRequestOut> = rows
        .iter()
        .map(|row| {
            let voters = votes.get(&row.id).map_or(&[][..], Vec::as_slice);
            let carries = carriers.contains(&row.id);
            let may = allowed(row.state, part(ctx, &running, row, carries));
            let (fate, link) = fates.tell(row);
            ClassRequestOut {
                allowed: may.iter().map(|act| act.code().to_owned()).collect(),
                fate,
                link,
                ..request_out(ctx, &tree, row, voters)
            }
        })
        .collect();
    // Ties stay in the order in which they were asked.
    out.sort_by_key(|row| (row.state != "open", Reverse(row.votes), row.id));
    let (programmes, courses) = targets(&mut tx, ctx, &running, year).await?;
    Ok(ClassRequestsOut {
        year,
        may_ask: ctx.actor.may(Permission::ClassAsk),
        several: around.len() > 1,
        fields: fields(),
        programmes,
        courses,
        rows: out,
    })
}

fn request_out(
    ctx: &Ctx,
    tree: &UnitTree,
    row: &Request,
    voters: &[(AccountId, String)],
) -> ClassRequestOut {
    let units: BTreeSet<&str> = voters.iter().map(|(_, unit)| unit.as_str()).collect();
    ClassRequestOut {
        id: row.id,
        unit_id: row.unit_id.get(),
        unit_name: tree.name(row.unit_id).to_owned(),
        bureau_id: row.bureau_id.get(),
        bureau_name: tree.name(row.bureau_id).to_owned(),
        year: row.year,
        source: row.source.code().to_owned(),
        source_name: row.source.name().to_owned(),
        field: row.field.clone(),
        field_name: row
            .field
            .as_deref()
            .and_then(faculty::field_name)
            .map(str::to_owned),
        topic: row.topic.clone(),
        reason: row.reason.clone(),
        state: row.state.code().to_owned(),
        state_name: row.state.name().to_owned(),
        asked_by: row.asked_by_name.clone(),
        asked_at: row.asked_at,
        own: row.asked_by == ctx.actor.account_id,
        news: row.asked_by == ctx.actor.account_id
            && row.state != RequestState::Open
            && row.seen_at.is_none(),
        votes: u32::try_from(voters.len()).unwrap_or(u32::MAX),
        voters: units.into_iter().map(str::to_owned).collect(),
        voted: voters.iter().any(|(who, _)| *who == ctx.actor.account_id),
        fate: String::new(),
        link: None,
        decided_by: row
            .decided_by_name
            .clone()
            .filter(|_| row.state != RequestState::Withdrawn),
        version: row.version,
        allowed: Vec::new(),
    }
}

fn fields() -> Vec<ClassWordOut> {
    faculty::FIELDS
        .iter()
        .map(|(code, name)| ClassWordOut {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
        })
        .collect()
}

/// Whether a class may still take a topic up: it stands, and its last day is not over.
pub(super) fn is_to_come(ctx: &Ctx, class: &Class) -> bool {
    let phase = Phase::of(class.state, class.days(), ctx.today);
    matches!(phase, Phase::Draft | Phase::Filed | Phase::Running)
        && class.last_on.is_none_or(|last| last >= ctx.today)
}

/// Programmes of the caller's plans, and courses of his classes that are not over.
async fn targets(
    tx: &mut Tx,
    ctx: &Ctx,
    running: &BTreeSet<i64>,
    year: i32,
) -> Result<(Vec<ClassRequestTargetOut>, Vec<ClassRequestTargetOut>), Problem> {
    if running.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let units: Vec<i64> = running.iter().copied().collect();
    let plans: BTreeMap<i64, plans::Plan> = plans::of_year(tx, year, &units)
        .await?
        .into_iter()
        .map(|plan| (plan.id, plan))
        .collect();
    let ids: Vec<i64> = plans.keys().copied().collect();
    let programmes = plans::programmes(tx, &ids)
        .await?
        .into_iter()
        .filter_map(|programme| {
            let plan = plans.get(&programme.plan_id)?;
            Some(ClassRequestTargetOut {
                id: programme.id,
                bureau_id: plan.unit_id.get(),
                of: plan.title.clone(),
                title: programme.title,
            })
        })
        .collect();
    let standing: BTreeMap<i64, Class> = classes::of_year(tx, year, &units)
        .await?
        .into_iter()
        .filter(|class| is_to_come(ctx, class))
        .map(|class| (class.id, class))
        .collect();
    let ids: Vec<i64> = standing.keys().copied().collect();
    let courses = taken::courses_of(tx, &ids)
        .await?
        .into_iter()
        .filter_map(|(class, id, title)| {
            let class = standing.get(&class)?;
            Some(ClassRequestTargetOut {
                id,
                bureau_id: class.unit_id.get(),
                of: full_title(class),
                title,
            })
        })
        .collect();
    Ok((programmes, courses))
}
