//! Leaders who owe an off-the-job legal training within a plan's years, and the classes that count as one (B-85).

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::PersonId;
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use crate::domain::outlook::{OFF_THE_JOB, within};
use crate::store::classes;
use crate::store::outlooks::{self, Leader};
use crate::store::outsiders;

use super::outlook_figures::over;
use super::outlook_save::{subject, taken};
use super::{bad_field, words};

/// Who is added: somebody of the roster, or from outside.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// By his row in the roster.
    Person(PersonId),
    /// By his record as a trainee from outside.
    Outsider(i64),
}

/// Adds a leader who owes the training.
///
/// # Errors
/// 404 outside the own bureaus or for somebody unknown; 409 for an old version or somebody who is on it.
pub async fn add_leader(
    ctx: &Ctx,
    id: i64,
    version: i64,
    who: Who,
    title: &str,
) -> Result<(), Problem> {
    let title = words::optional("title", "职务", title, 60)?;
    let mut tx = ctx.db().write().await?;
    let row = taken(&mut tx, ctx, id, version).await?;
    let leader = match who {
        Who::Person(person) => {
            let tree = organisation::tree(&mut tx, ctx.today).await?;
            let unit = organisation::unit_of(&mut tx, person, ctx.today)
                .await?
                .filter(|unit| tree.subtree(row.unit_id).contains(&unit.get()))
                .ok_or_else(Problem::not_found)?;
            let found = organisation::person(&mut tx, person)
                .await?
                .ok_or_else(Problem::not_found)?;
            Leader {
                id: 0,
                person_id: Some(person),
                outsider_id: None,
                name: found.name,
                organisation: tree.name(unit).to_owned(),
                title,
            }
        }
        Who::Outsider(outsider) => {
            let condition = format!("o.id = {outsider} and o.unit_id = {}", row.unit_id.get());
            let found = outsiders::outsiders(&mut tx, &condition)
                .await?
                .pop()
                .ok_or_else(Problem::not_found)?;
            Leader {
                id: 0,
                person_id: None,
                outsider_id: Some(outsider),
                name: found.name,
                organisation: found.organisation,
                title: if title.is_empty() { found.title } else { title },
            }
        }
    };
    let known = outlooks::leaders(&mut tx, id).await?;
    if known
        .iter()
        .any(|one| one.person_id == leader.person_id && one.outsider_id == leader.outsider_id)
    {
        return Err(Problem::conflict(
            "class.leader_twice",
            format!("{}已在名单中。", leader.name),
        ));
    }
    outlooks::add_leader(&mut tx, id, &leader).await?;
    tx.audit(
        ctx.audit("class.outlook_leader", subject(id))
            .unit(row.unit_id)
            .detail(json!({"added": leader.name})),
    );
    tx.commit().await?;
    Ok(())
}

/// Takes a leader off.
///
/// # Errors
/// 404 outside the own bureaus or for somebody who is not on it; 409 for an old version.
pub async fn remove_leader(ctx: &Ctx, id: i64, leader: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let row = taken(&mut tx, ctx, id, version).await?;
    if !outlooks::remove_leader(&mut tx, id, leader, ctx.now).await? {
        return Err(Problem::not_found());
    }
    tx.audit(
        ctx.audit("class.outlook_leader", subject(id))
            .unit(row.unit_id)
            .detail(json!({"removed": leader})),
    );
    tx.commit().await?;
    Ok(())
}

/// Counts an off-the-job class as legal training of leaders, or no longer.
///
/// # Errors
/// 404 outside the own bureaus; 409 for an old version; 422 for a class that is not off the job, not of
/// the plan's years or not over.
pub async fn mark_class(
    ctx: &Ctx,
    id: i64,
    class: i64,
    version: i64,
    yes: bool,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let row = taken(&mut tx, ctx, id, version).await?;
    let found = classes::by_id(&mut tx, class)
        .await?
        .filter(|class| class.unit_id == row.unit_id)
        .ok_or_else(Problem::not_found)?;
    let counts = over(ctx, &found)
        && OFF_THE_JOB.contains(&found.form.as_str())
        && found
            .last_on
            .is_some_and(|last| within(row.from_year, row.to_year, last));
    if yes && !counts {
        return Err(bad_field(
            "class_id",
            "只有规划期内已经结束的脱产培训（封闭式集中培训、集中轮训）才能计入。",
        ));
    }
    let by = yes.then_some(ctx.actor.name.as_str());
    outlooks::mark(&mut tx, id, class, by, ctx.now).await?;
    tx.audit(
        ctx.audit("class.outlook_class", subject(id))
            .unit(row.unit_id)
            .detail(json!({"class": class, "counts": yes})),
    );
    tx.commit().await?;
    Ok(())
}
