//! Plans as sent, with what became of each programme.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Quantity};
use chengzhi_organisation::facade::{self as organisation, UnitTree, post_name};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::phase::Phase;
use crate::store::classes::{self, Class};
use crate::store::lessons;
use crate::store::plans::{self, Plan, Programme};
use crate::store::requests::{self, Taken};

use super::case::{reading_units, running_units};

/// What became of a programme: computed from its classes.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ClassProgressOut {
    /// Classes made for it that are not cancelled.
    pub classes: u32,
    /// Of these, filed or further.
    pub filed: u32,
    /// Of these, over.
    pub held: u32,
    /// Of these, closed.
    pub closed: u32,
    /// Hours of the courses of those over.
    #[schema(value_type = f64)]
    pub hours_held: Quantity,
}

/// A programme.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassProgrammeOut {
    /// Row id.
    pub id: i64,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Key of the rule that it was made from.
    pub template: Option<String>,
    /// Title.
    pub title: String,
    /// For whom.
    pub audience: String,
    /// Codes of posts.
    pub audience_posts: Vec<String>,
    /// Their words.
    pub audience_post_names: String,
    /// What is taught, one line each.
    pub content: String,
    /// Responsible section.
    pub section: String,
    /// Month, `2024-06`.
    #[schema(value_type = Option<String>)]
    pub month: Option<Month>,
    /// Hours.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Row of the requirements.
    pub rule: Option<String>,
    /// Clause of the notice.
    pub clause: Option<String>,
    /// `planned`, `preparing`, `filed`, `under_way`, `held`, `closed`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Figures.
    pub progress: ClassProgressOut,
    /// Requests that were adopted into it.
    pub requests: Vec<ClassProgrammeRequestOut>,
}

/// A request that a programme came from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassProgrammeRequestOut {
    /// Row id.
    pub id: i64,
    /// What was asked to be taught.
    pub topic: String,
    /// Unit that asked.
    pub unit_name: String,
}

/// A plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassPlanOut {
    /// Row id.
    pub id: i64,
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Year.
    pub year: i32,
    /// Pack that the closed training is held against.
    pub pack: String,
    /// Title.
    pub title: String,
    /// Note.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// Version.
    pub version: i64,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// Programmes in order.
    pub programmes: Vec<ClassProgrammeOut>,
    /// All programmes together.
    pub progress: ClassProgressOut,
}

/// Plans of a year that the scope reads.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, year: i32) -> Result<Vec<ClassPlanOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let units: Vec<i64> = reading_units(scope, &tree).into_iter().collect();
    let found = plans::of_year(&mut tx, year, &units).await?;
    plans_out(&mut tx, ctx, &tree, found).await
}

/// One plan.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassPlanOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let plan = plans::by_id(&mut tx, id)
        .await?
        .filter(|plan| reading_units(scope, &tree).contains(&plan.unit_id.get()))
        .ok_or_else(Problem::not_found)?;
    plans_out(&mut tx, ctx, &tree, vec![plan])
        .await?
        .pop()
        .ok_or_else(Problem::not_found)
}

async fn plans_out(
    tx: &mut Tx,
    ctx: &Ctx,
    tree: &UnitTree,
    found: Vec<Plan>,
) -> Result<Vec<ClassPlanOut>, Problem> {
    let ids: Vec<i64> = found.iter().map(|plan| plan.id).collect();
    let programmes = plans::programmes(tx, &ids).await?;
    let mut asked: BTreeMap<i64, Vec<ClassProgrammeRequestOut>> = BTreeMap::new();
    let all: Vec<i64> = programmes.iter().map(|programme| programme.id).collect();
    for request in requests::of_programmes(tx, &all).await? {
        if let Some(Taken::Programme(programme)) = request.taken {
            asked
                .entry(programme)
                .or_default()
                .push(ClassProgrammeRequestOut {
                    id: request.id,
                    topic: request.topic,
                    unit_name: tree.name(request.unit_id).to_owned(),
                });
        }
    }
    let mut of_programme: BTreeMap<i64, Vec<(Class, Quantity)>> = BTreeMap::new();
    let running = running_units(ctx, tree);
    for plan in &found {
        for class in classes::of_year(tx, plan.year, &[plan.unit_id.get()]).await? {
            let Some(programme) = class.programme_id else {
                continue;
            };
            let hours = lessons::courses(tx, class.id)
                .await?
                .iter()
                .map(|course| course.hours)
                .sum();
            of_programme
                .entry(programme)
                .or_default()
                .push((class, hours));
        }
    }
    Ok(found
        .into_iter()
        .map(|plan| {
            let rows: Vec<ClassProgrammeOut> = programmes
                .iter()
                .filter(|programme| programme.plan_id == plan.id)
                .map(|programme| {
                    let held = of_programme
                        .get(&programme.id)
                        .map_or(&[][..], Vec::as_slice);
                    let asked = asked.remove(&programme.id).unwrap_or_default();
                    programme_out(ctx, programme, held, asked)
                })
                .collect();
            ClassPlanOut {
                progress: total(&rows),
                id: plan.id,
                unit_id: plan.unit_id.get(),
                unit_name: tree.name(plan.unit_id).to_owned(),
                year: plan.year,
                pack: plan.pack,
                title: plan.title,
                note: plan.note,
                made_by: plan.created_by_name,
                version: plan.version,
                may_change: running.contains(&plan.unit_id.get()),
                programmes: rows,
            }
        })
        .collect())
}

fn total(rows: &[ClassProgrammeOut]) -> ClassProgressOut {
    let sum = |pick: fn(&ClassProgressOut) -> u32| rows.iter().map(|row| pick(&row.progress)).sum();
    ClassProgressOut {
        classes: sum(|p| p.classes),
        filed: sum(|p| p.filed),
        held: sum(|p| p.held),
        closed: sum(|p| p.closed),
        hours_held: rows.iter().map(|row| row.progress.hours_held).sum(),
    }
}

/// Counts a class where it stands today. True when it is over.
pub(super) fn count(progress: &mut ClassProgressOut, phase: Phase) -> bool {
    if phase == Phase::Cancelled {
        return false;
    }
    progress.classes += 1;
    progress.filed += u32::from(phase != Phase::Draft);
    progress.closed += u32::from(phase == Phase::Closed);
    progress.held += u32::from(phase.is_over());
    phase.is_over()
}

/// Where a programme stands, by its standing classes: code and word. It is closed or held when all of them are; what only
/// some have reached is told as a fraction.
pub(super) fn state_of(progress: &ClassProgressOut) -> (&'static str, String) {
    let ClassProgressOut {
        classes,
        filed,
        held,
        closed,
        ..
    } = *progress;
    let (code, word) = if classes == 0 {
        ("planned", "待举办")
    } else if closed == classes {
        ("closed", "已结项")
    } else if closed > 0 {
        return ("under_way", format!("办理中（结项{closed}/{classes}）"));
    } else if held == classes {
        ("held", "已举办")
    } else if held > 0 {
        return ("under_way", format!("办理中（举办{held}/{classes}）"));
    } else if filed > 0 {
        ("filed", "已报备")
    } else {
        ("preparing", "筹备中")
    };
    (code, word.to_owned())
}

fn programme_out(
    ctx: &Ctx,
    programme: &Programme,
    held: &[(Class, Quantity)],
    requests: Vec<ClassProgrammeRequestOut>,
) -> ClassProgrammeOut {
    let mut progress = ClassProgressOut::default();
    for (class, hours) in held {
        let phase = Phase::of(class.state, class.days(), ctx.today);
        if count(&mut progress, phase) {
            progress.hours_held += *hours;
        }
    }
    let (state, state_name) = state_of(&progress);
    let names: Vec<&str> = programme
        .audience_posts
        .iter()
        .filter_map(|code| post_name(code))
        .collect();
    ClassProgrammeOut {
        id: programme.id,
        kind: programme.kind.code().to_owned(),
        kind_name: programme.kind.name().to_owned(),
        template: programme.template.clone(),
        title: programme.title.clone(),
        audience: programme.audience.clone(),
        audience_post_names: names.join("、"),
        audience_posts: programme.audience_posts.clone(),
        content: programme.content.clone(),
        section: programme.section.clone(),
        month: programme.for_month,
        hours: programme.hours,
        rule: programme.row.clone(),
        clause: programme.clause.clone(),
        state: state.to_owned(),
        state_name,
        progress,
        requests,
    }
}
