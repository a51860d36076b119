//! Groups of people that an audience names and no post does: 党务人员, 年轻干部, 平台管理人员 (B-80, B-81, B-84).

use std::collections::BTreeSet;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, PersonRow};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::store::extras;

use super::case::{reading_units, running_units};
use super::{bad_field, words};

/// A member.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassGroupPersonOut {
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// His unit.
    pub unit_name: String,
}

/// A group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassGroupOut {
    /// Its word; an audience that contains it is chosen by it.
    pub word: String,
    /// Members in service.
    pub people: Vec<ClassGroupPersonOut>,
}

/// Groups of a bureau.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, unit: UnitId) -> Result<Vec<ClassGroupOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !reading_units(scope, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let people = organisation::people_in(&mut tx, &tree.subtree(unit), ctx.today).await?;
    Ok(extras::groups(&mut tx, unit)
        .await?
        .into_iter()
        .map(|group| ClassGroupOut {
            people: people
                .iter()
                .filter(|person| person.in_service && group.people.contains(&person.id.get()))
                .filter(|person| scope.has_unit(person.unit_id))
                .map(|person| ClassGroupPersonOut {
                    person_id: person.id.get(),
                    staff_no: person.staff_no.clone(),
                    name: person.name.clone(),
                    unit_name: tree.name(person.unit_id).to_owned(),
                })
                .collect(),
            word: group.word,
        })
        .collect())
}

/// Most members of a group.
const MOST: usize = 2_000;

/// Writes a group whole; without people it is taken away.
///
/// # Errors
/// 404 for bureaus of others; 422 for the word or somebody who is not of the bureau.
pub async fn save(ctx: &Ctx, unit: UnitId, word: &str, people: Vec<i64>) -> Result<(), Problem> {
    let word = words::required("word", "人员类别", word, 20)?;
    if word.chars().count() < 2 {
        return Err(bad_field("word", "人员类别至少两个字，如“党务人员”。"));
    }
    if people.len() > MOST {
        return Err(bad_field("person_ids", format!("一类人员最多{MOST}人。")));
    }
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    if !running_units(ctx, &tree).contains(&unit.get()) {
        return Err(Problem::not_found());
    }
    let all = organisation::people_in(&mut tx, &tree.subtree(unit), ctx.today).await?;
    let known: BTreeSet<i64> = all
        .iter()
        .filter(|person| person.in_service)
        .map(|person| person.id.get())
        .collect();
    let mut in_order = people.iter().enumerate();
    if let Some((index, id)) = in_order.find(|(_, id)| !known.contains(id)) {
        return Err(not_ours(&all, index, *id, "本局"));
    }
    let by = (ctx.actor.name.as_str(), ctx.now);
    extras::put_group(&mut tx, unit, &word, &people, by).await?;
    tx.audit(
        ctx.audit("class.group", format!("unit:{unit}"))
            .unit(unit)
            .detail(json!({"word": word, "people": people.len()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Says who of a batch cannot be chosen: by name and staff number where the caller may read him, else by his place and
/// number. `all` are the people of the units that may be chosen from, those who have left too.
pub(super) fn not_ours(all: &[PersonRow], index: usize, id: i64, whose: &str) -> Problem {
    let text = match all.iter().find(|person| person.id.get() == id) {
        Some(person) => format!(
            "第{}名{}（工号{}）已不在职，请从名单中去掉后再办理。",
            index + 1,
            person.name,
            person.staff_no
        ),
        None => format!(
            "第{}名（编号{id}）不属于{whose}，可能已经调出，请从名单中去掉后再办理。",
            index + 1
        ),
    };
    bad_field(&format!("person_ids[{index}]"), text)
}

/// People of the groups whose word an audience contains; none when it names no group.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn named_in(
    tx: &mut Tx,
    unit: UnitId,
    audience: &str,
) -> Result<Option<BTreeSet<i64>>, Problem> {
    let named: Vec<_> = extras::groups(tx, unit)
        .await?
        .into_iter()
        .filter(|group| audience.contains(&group.word))
        .collect();
    Ok((!named.is_empty()).then(|| named.into_iter().flat_map(|group| group.people).collect()))
}
