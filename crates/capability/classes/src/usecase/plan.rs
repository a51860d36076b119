//! The plan of a bureau's year: made from a pack, changed by hand.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Quantity, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde_json::json;

use crate::domain::kind::Kind;
use crate::store::plans::{self, Plan, Programme};

use super::case::running_units;
use super::policy::YearRules;
use super::{bad_field, words};

/// A new plan.
#[derive(Debug, Clone)]
pub struct PlanInput {
    /// Bureau.
    pub unit: UnitId,
    /// Year.
    pub year: i32,
    /// Pack to make it from.
    pub pack: String,
    /// Title; empty for the usual one.
    pub title: String,
    /// Note.
    pub note: String,
}

/// Makes a bureau's plan of a year from its pack: the closed training, the named trainings with their rows and clauses,
/// and the induction of new staff (B-110). Gives its id.
///
/// # Errors
/// 404 outside the own bureaus; 409 when the year has one; 422 for a field.
pub async fn create(ctx: &Ctx, input: PlanInput) -> Result<i64, Problem> {
    let year = words::year_of(Some(input.year), ctx.now)?;
    if !words::PACKS.contains(&input.pack.as_str()) {
        return Err(bad_field("pack", "请选择本单位适用的规则。"));
    }
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = own_bureau(ctx, &tree, input.unit)?;
    let title = words::optional("title", "名称", &input.title, 100)?;
    let plan = Plan {
        id: 0,
        unit_id: unit,
        year,
        title: if title.is_empty() {
            format!("{}{year}年教育培训计划", tree.name(unit))
        } else {
            title
        },
        note: words::optional("note", "说明", &input.note, 2_000)?,
        pack: input.pack,
        version: 1,
        created_by_name: ctx.actor.name.clone(),
    };
    let rules = YearRules::load(&mut tx, &ctx.state, year, Some(&plan.pack)).await?;
    let id = plans::insert(&mut tx, &plan, ctx.now)
        .await?
        .ok_or_else(|| {
            Problem::conflict(
                "class.plan_twice",
                format!(
                    "{}{year}年已有培训计划，请在原计划上修改。",
                    tree.name(unit)
                ),
            )
        })?;
    let made = templates(&rules);
    let count = made.len();
    for (seq, programme) in (1..).zip(made) {
        let programme = Programme {
            plan_id: id,
            seq,
            ..programme
        };
        plans::save_programme(&mut tx, &programme).await?;
    }
    tx.audit(
        ctx.audit("class.plan_create", format!("class_plan:{id}"))
            .unit(unit)
            .detail(json!({"title": plan.title, "year": year, "rows": count})),
    );
    tx.commit().await?;
    Ok(id)
}

fn own_bureau(ctx: &Ctx, tree: &UnitTree, unit: UnitId) -> Result<UnitId, Problem> {
    if running_units(ctx, tree).contains(&unit.get()) {
        Ok(unit)
    } else {
        Err(Problem::not_found())
    }
}

fn templates(rules: &YearRules) -> Vec<Programme> {
    let empty = Programme {
        id: 0,
        plan_id: 0,
        seq: 0,
        kind: Kind::Special,
        template: None,
        title: String::new(),
        audience: String::new(),
        audience_posts: Vec::new(),
        content: String::new(),
        section: String::new(),
        for_month: None,
        hours: Quantity::from_thousandths(0),
        row: None,
        clause: None,
    };
    let topics = rules.topics();
    let mut made = vec![Programme {
        kind: Kind::Closed,
        template: topics.map(|cited| cited.key.clone()),
        title: "区局集中培训".to_owned(),
        audience: "全体在编在岗执法人员".to_owned(),
        content: topics
            .map(|cited| cited.value.join("\n"))
            .unwrap_or_default(),
        section: "政工科".to_owned(),
        hours: rules.district_hours(),
        row: Some("B-21".to_owned()),
        clause: topics.map(|cited| cited.clause.clone()),
        ..empty.clone()
    }];
    made.extend(rules.trainings().into_iter().map(|training| Programme {
        template: Some(training.key),
        title: training.title,
        audience_posts: words::posts_in(&training.value.audience),
        audience: training.value.audience,
        content: training.value.content.join("\n"),
        section: training.value.section,
        row: Some(training.row),
        clause: Some(training.clause),
        ..empty.clone()
    }));
    made.push(Programme {
        kind: Kind::Induction,
        template: Some("training.induction".to_owned()),
        title: "新进人员初任培训".to_owned(),
        audience: "当年新进执法人员".to_owned(),
        content: "政治理论\n法律法规\n执法实务\n队列训练".to_owned(),
        section: "政工科".to_owned(),
        row: Some("B-110".to_owned()),
        ..empty
    });
    made
}

async fn take(tx: &mut Tx, ctx: &Ctx, id: i64, version: i64) -> Result<Plan, Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let plan = plans::take(tx, id)
        .await?
        .filter(|plan| running_units(ctx, &tree).contains(&plan.unit_id.get()))
        .ok_or_else(Problem::not_found)?;
    // Taking it has already counted the version up.
    if plan.version != version + 1 {
        return Err(Problem::stale());
    }
    Ok(plan)
}

/// Changes title and note of a plan.
///
/// # Errors
/// 404 outside the own bureaus; 409 for an old version; 422 for a field.
pub async fn change(
    ctx: &Ctx,
    id: i64,
    version: i64,
    title: &str,
    note: &str,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let plan = take(&mut tx, ctx, id, version).await?;
    let title = words::required("title", "名称", title, 100)?;
    let note = words::optional("note", "说明", note, 2_000)?;
    plans::put(&mut tx, id, &title, &note).await?;
    tx.audit(
        ctx.audit("class.plan_change", format!("class_plan:{id}"))
            .unit(plan.unit_id)
            .detail(json!({"title": title})),
    );
    tx.commit().await?;
    Ok(())
}

/// A programme as entered.
#[derive(Debug, Clone)]
pub struct ProgrammeInput {
    /// Version of the plan.
    pub version: i64,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// For whom.
    pub audience: String,
    /// Codes of posts.
    pub audience_posts: Vec<String>,
    /// What is taught.
    pub content: String,
    /// Section.
    pub section: String,
    /// Month.
    pub month: Option<Month>,
    /// Hours.
    pub hours: Quantity,
}

/// Adds a programme to a plan, or changes one; rule and clause of a template stay. Gives its id.
///
/// # Errors
/// 404 outside the own bureaus; 409 for an old version; 422 for a field.
pub async fn save_programme(
    ctx: &Ctx,
    plan: i64,
    id: Option<i64>,
    input: ProgrammeInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let plan = take(&mut tx, ctx, plan, input.version).await?;
    let all = plans::programmes(&mut tx, &[plan.id]).await?;
    let known = match id {
        Some(id) => Some(
            all.iter()
                .find(|programme| programme.id == id)
                .ok_or_else(Problem::not_found)?,
        ),
        None => None,
    };
    let zero = Quantity::from_thousandths(0);
    if input.hours < zero || input.hours > Quantity::from_thousandths(1_000_000) {
        return Err(bad_field("hours", "学时应在0至1000之间。"));
    }
    let programme = Programme {
        id: id.unwrap_or(0),
        plan_id: plan.id,
        seq: known.map_or_else(
            || all.iter().map(|one| one.seq).max().unwrap_or(0) + 1,
            |known| known.seq,
        ),
        kind: words::kind_of(&input.kind)?,
        template: known.and_then(|known| known.template.clone()),
        title: words::required("title", "名称", &input.title, 100)?,
        audience: words::required("audience", "培训对象", &input.audience, 200)?,
        audience_posts: words::known_posts("audience_posts", input.audience_posts)?,
        content: words::optional("content", "内容", &input.content, 4_000)?,
        section: words::optional("section", "责任科室", &input.section, 60)?,
        for_month: input.month,
        hours: input.hours,
        row: known.and_then(|known| known.row.clone()),
        clause: known.and_then(|known| known.clause.clone()),
    };
    let id = plans::save_programme(&mut tx, &programme).await?;
    tx.audit(
        ctx.audit("class.programme_save", format!("class_plan:{}", plan.id))
            .unit(plan.unit_id)
            .detail(json!({"title": programme.title})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Takes a programme out of a plan; its classes stay.
///
/// # Errors
/// 404 outside the own bureaus; 409 for an old version; 422 without a reason.
pub async fn remove_programme(
    ctx: &Ctx,
    plan: i64,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::required("reason", "删除原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let plan = take(&mut tx, ctx, plan, version).await?;
    let known = plans::programmes(&mut tx, &[plan.id])
        .await?
        .into_iter()
        .find(|programme| programme.id == id)
        .ok_or_else(Problem::not_found)?;
    plans::remove_programme(&mut tx, id, ctx.now).await?;
    tx.audit(
        ctx.audit("class.programme_remove", format!("class_plan:{}", plan.id))
            .unit(plan.unit_id)
            .detail(json!({"title": known.title, "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
