//! Targets of a plan's year against what there is (B-55, B-96…B-104): people, places, courseware, drill reviews.

use chengzhi_authz::Scope;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::plans;

use super::case::reading_units;
use super::outlook_figures::DrillBook;
use super::policy::{YearRules, clause};

/// A target of a plan's year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassPlanTargetOut {
    /// Stable code.
    pub code: String,
    /// Its word.
    pub name: String,
    /// What there is.
    pub have: u32,
    /// What is asked; none without a target.
    pub target: Option<u32>,
    /// How many are missing; none without a target.
    pub short: Option<u32>,
    /// 依据.
    pub clause: Option<ClauseOut>,
}

/// The targets of a plan's year by the pack that the plan names: people, places and courseware first, then drill reviews.
///
/// # Errors
/// 404 outside the scope; 409 without rules; 500 from the engine.
pub async fn targets(
    ctx: &Ctx,
    scope: &Scope,
    drills: &dyn DrillBook,
    id: i64,
) -> Result<Vec<ClassPlanTargetOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let plan = plans::by_id(&mut tx, id)
        .await?
        .filter(|plan| reading_units(scope, &tree).contains(&plan.unit_id.get()))
        .ok_or_else(Problem::not_found)?;
    let rules = YearRules::load(&mut tx, &ctx.state, plan.year, Some(&plan.pack)).await?;
    let counted = faculty::year_counts_by(
        &mut tx,
        rules.faculty_targets(),
        ctx.today,
        plan.year,
        plan.unit_id,
    )
    .await?;
    let mut found: Vec<ClassPlanTargetOut> = counted
        .unwrap_or_default()
        .into_iter()
        .map(|figure| ClassPlanTargetOut {
            code: figure.code,
            name: figure.name,
            have: figure.have,
            target: figure.target,
            short: figure.short,
            clause: figure.clause,
        })
        .collect();
    let held = drills.reviews(&mut tx, plan.year, ctx.today).await?;
    let have = held.get(&plan.unit_id).copied().unwrap_or(0);
    let rule = rules.drill_reviews();
    found.push(ClassPlanTargetOut {
        code: "drill_reviews".to_owned(),
        name: "队列会操".to_owned(),
        have,
        target: rule.map(|rule| rule.value),
        short: rule.map(|rule| rule.value.saturating_sub(have)),
        clause: rule.map(|rule| clause(rule, format!("{}不少于{}次。", rule.title, rule.value))),
    });
    Ok(found)
}
