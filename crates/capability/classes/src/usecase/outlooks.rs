//! Plans of several years as sent: years with their targets and yearly plans, and leaders' off-the-job legal
//! training at least once within them (B-08, B-85).

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, Quantity, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitTree};
use chrono::Datelike as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::kind::Kind;
use crate::domain::outlook::{Measure, OFF_THE_JOB, standing, within};
use crate::store::classes::Class;
use crate::store::outlooks::{self, Leader, Outlook, Target};
use crate::store::trainees::{self, Trainee};

use super::case::{full_title, reading_units, running_units};
use super::outlook_figures::{DrillBook, Figures};

/// A target with what was reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookTargetOut {
    /// Year.
    pub year: i32,
    /// Code of the measure.
    pub measure: String,
    /// Its word.
    pub measure_name: String,
    /// 期, 人次, 学时 ….
    pub measure_unit: String,
    /// Kind of classes; none for all, or when no classes are counted.
    pub kind: Option<String>,
    /// Its word.
    pub kind_name: Option<String>,
    /// How much.
    pub goal: i64,
    /// Reached so far.
    pub done: i64,
    /// `reached`, `on_way`, `behind`, `missed`, `to_come`.
    pub standing: String,
    /// Its word.
    pub standing_name: String,
}

/// A year of a plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookYearOut {
    /// Year.
    pub year: i32,
    /// The yearly plan beneath; none when it is not made.
    pub plan_id: Option<i64>,
    /// Its title.
    pub plan_title: Option<String>,
    /// The year has begun and has no plan.
    pub plan_missing: bool,
    /// Programmes of the plan.
    pub programmes: u32,
    /// Of these, held.
    pub programmes_held: u32,
    /// Classes that are over.
    pub classes_held: u32,
    /// Hours of their courses.
    #[schema(value_type = f64)]
    pub hours_held: Quantity,
    /// Targets.
    pub targets: Vec<ClassOutlookTargetOut>,
}

/// A leader.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookLeaderOut {
    /// Row id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Where.
    pub organisation: String,
    /// Title.
    pub title: String,
    /// The training that counts.
    pub trained_in: Option<String>,
    /// Its last day.
    pub trained_on: Option<Date>,
}

/// A class that counts, or may.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookClassOut {
    /// Class.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Last day.
    pub last_on: Option<Date>,
    /// It counts.
    pub marked: bool,
}

/// Leaders' off-the-job legal training.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookLeadersOut {
    /// Leaders by name.
    pub rows: Vec<ClassOutlookLeaderOut>,
    /// Of these, trained.
    pub trained: u32,
    /// Off-the-job classes of the plan's years that are over, those that count first.
    pub classes: Vec<ClassOutlookClassOut>,
    /// 依据.
    pub clause: ClauseOut,
}

/// Something that a target may count.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookMeasureOut {
    /// Code.
    pub code: String,
    /// Word.
    pub name: String,
    /// Unit of its figures.
    pub unit: String,
    /// It counts classes, of one kind or all.
    pub of_classes: bool,
}

/// A plan of several years.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOutlookOut {
    /// Row id.
    pub id: i64,
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// First year.
    pub from_year: i32,
    /// Last year.
    pub to_year: i32,
    /// Title.
    pub title: String,
    /// Note.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// Version.
    pub version: i64,
    /// The caller may change it.
    pub may_change: bool,
    /// Targets of all years.
    pub goals: u32,
    /// Of these, reached.
    pub reached: u32,
    /// Of these, behind or missed.
    pub behind: u32,
    /// Its years.
    pub years: Vec<ClassOutlookYearOut>,
    /// What its targets may count.
    pub measures: Vec<ClassOutlookMeasureOut>,
    /// For those who read the whole bureau.
    pub leaders: Option<ClassOutlookLeadersOut>,
}

/// Plans that the scope reads, newest first.
///
/// # Errors
/// 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    drills: &dyn DrillBook,
) -> Result<Vec<ClassOutlookOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let rows = outlooks::of_units(&mut tx, &reading_units(scope, &tree)).await?;
    let units: BTreeSet<i64> = rows.iter().map(|row| row.unit_id.get()).collect();
    let years: BTreeSet<i32> = rows
        .iter()
        .flat_map(|row| row.from_year..=row.to_year)
        .collect();
    let figures = Figures::of(&mut tx, ctx, drills, &units, years).await?;
    let mut found = Vec::new();
    for row in rows {
        let targets = outlooks::targets(&mut tx, row.id).await?;
        let leaders = if scope.has_unit(row.unit_id) {
            Some(leaders_out(&mut tx, &row, &figures).await?)
        } else {
            None
        };
        found.push(ClassOutlookOut {
            leaders,
            ..outlook_out(ctx, &tree, &figures, row, &targets)
        });
    }
    Ok(found)
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether a unit is the city bureau, whose targets are of its own.
pub(super) fn is_city(tree: &UnitTree, unit: UnitId) -> bool {
    tree.unit(unit)
        .is_some_and(|unit| unit.kind == UnitKind::CityBureau)
}

fn outlook_out(
    ctx: &Ctx,
    tree: &UnitTree,
    figures: &Figures,
    row: Outlook,
    targets: &[Target],
) -> ClassOutlookOut {
    let mut counts = (0, 0);
    let years: Vec<ClassOutlookYearOut> = (row.from_year..=row.to_year)
        .map(|year| {
            let plan = figures.plan(row.unit_id, year);
            let targets = targets
                .iter()
                .filter(|target| target.year == year)
                .map(|target| {
                    let done = figures.done(row.unit_id, target);
                    let stands = standing(target.measure, year, (done, target.goal), ctx.today);
                    counts.0 += u32::from(done >= target.goal);
                    counts.1 += u32::from(stands.is_behind());
                    ClassOutlookTargetOut {
                        year,
                        measure: target.measure.code().to_owned(),
                        measure_name: target.measure.name().to_owned(),
                        measure_unit: target.measure.unit().to_owned(),
                        kind: target.kind.map(|kind| kind.code().to_owned()),
                        kind_name: target.kind.map(|kind: Kind| kind.name().to_owned()),
                        goal: target.goal,
                        done,
                        standing: stands.code().to_owned(),
                        standing_name: stands.name().to_owned(),
                    }
                })
                .collect();
            ClassOutlookYearOut {
                year,
                plan_id: plan.plan.map(|plan| plan.id),
                plan_title: plan.plan.map(|plan| plan.title.clone()),
                plan_missing: plan.plan.is_none() && year <= ctx.today.year(),
                programmes: small(plan.programmes),
                programmes_held: small(plan.held),
                classes_held: small(plan.classes),
                hours_held: plan.hours,
                targets,
            }
        })
        .collect();
    let city = is_city(tree, row.unit_id);
    ClassOutlookOut {
        id: row.id,
        unit_id: row.unit_id.get(),
        unit_name: tree.name(row.unit_id).to_owned(),
        from_year: row.from_year,
        to_year: row.to_year,
        title: row.title,
        note: row.note,
        made_by: row.created_by_name,
        version: row.version,
        may_change: running_units(ctx, tree).contains(&row.unit_id.get()),
        goals: small(targets.len()),
        reached: counts.0,
        behind: counts.1,
        years,
        measures: Measure::ALL
            .into_iter()
            .filter(|measure| measure.is_for(city))
            .map(|measure| ClassOutlookMeasureOut {
                code: measure.code().to_owned(),
                name: measure.name().to_owned(),
                unit: measure.unit().to_owned(),
                of_classes: measure.is_of_classes(),
            })
            .collect(),
        leaders: None,
    }
}

async fn leaders_out(
    tx: &mut Tx,
    row: &Outlook,
    figures: &Figures,
) -> Result<ClassOutlookLeadersOut, Problem> {
    let marked: BTreeSet<i64> = outlooks::marked(tx, row.id).await?.into_iter().collect();
    let held: Vec<&Class> = figures
        .held(row.unit_id, row.from_year, row.to_year)
        .collect();
    let counting: Vec<&Class> = held
        .iter()
        .copied()
        .filter(|class| marked.contains(&class.id))
        .collect();
    let ids: Vec<i64> = counting.iter().map(|class| class.id).collect();
    let mut lists: BTreeMap<i64, Vec<Trainee>> = BTreeMap::new();
    for trainee in trainees::of_classes(tx, &ids).await? {
        if trainee.seat.sits() {
            lists.entry(trainee.class_id).or_default().push(trainee);
        }
    }
    let rows: Vec<ClassOutlookLeaderOut> = outlooks::leaders(tx, row.id)
        .await?
        .into_iter()
        .map(|leader| leader_out(leader, (row.from_year, row.to_year), &counting, &lists))
        .collect();
    let mut classes: Vec<ClassOutlookClassOut> = held
        .iter()
        .filter(|class| OFF_THE_JOB.contains(&class.form.as_str()))
        .map(|class| ClassOutlookClassOut {
            id: class.id,
            title: full_title(class),
            last_on: class.last_on,
            marked: marked.contains(&class.id),
        })
        .collect();
    classes.sort_by_key(|class| (!class.marked, std::cmp::Reverse(class.last_on)));
    Ok(ClassOutlookLeadersOut {
        trained: small(rows.iter().filter(|one| one.trained_on.is_some()).count()),
        rows,
        classes,
        clause: ClauseOut {
            rule: "B-85".to_owned(),
            clause: "浦城执法〔2024〕47号 二(一)1".to_owned(),
            text: "有执法任务的区级部门、街镇的领导干部，三年内至少参加一次脱产法治培训；这里按规划期计算。"
                .to_owned(),
        },
    })
}

fn leader_out(
    leader: Leader,
    (from, to): (i32, i32),
    counting: &[&Class],
    lists: &BTreeMap<i64, Vec<Trainee>>,
) -> ClassOutlookLeaderOut {
    let is_him = |trainee: &Trainee| {
        (leader.person_id.is_some() && trainee.person_id == leader.person_id)
            || (leader.outsider_id.is_some() && trainee.outsider_id == leader.outsider_id)
    };
    let found = counting.iter().find(|class| {
        class.last_on.is_some_and(|last| within(from, to, last))
            && lists
                .get(&class.id)
                .is_some_and(|list| list.iter().any(is_him))
    });
    ClassOutlookLeaderOut {
        id: leader.id,
        trained_in: found.map(|class| full_title(class)),
        trained_on: found.and_then(|class| class.last_on),
        name: leader.name,
        organisation: leader.organisation,
        title: leader.title,
    }
}
