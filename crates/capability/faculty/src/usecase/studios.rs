//! Gold-medal studios (金牌师资工作室, B-99).

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, bureau, holds, serving};
use super::bad_field;
use super::words::{line, optional};
use crate::store::instructors;
use crate::store::teams::{self, Studio};

/// A member of a team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyMemberOut {
    /// Instructor.
    pub instructor_id: i64,
    /// Name.
    pub name: String,
    /// His unit or organisation.
    pub organisation: String,
    /// What he does in the team.
    pub duty: String,
}

/// A studio.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyStudioOut {
    /// Row.
    pub id: i64,
    /// Who opened it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Name.
    pub name: String,
    /// Who leads it.
    pub lead_id: i64,
    /// What it is to do.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
    /// Members, the lead first.
    pub members: Vec<FacultyMemberOut>,
    /// To be sent back with commands.
    pub version: i64,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// Members by their rows, in this order.
///
/// # Errors
/// 500 from the engine.
pub async fn members_out(
    tx: &mut Tx,
    reach: &Reach,
    members: &[(i64, String)],
) -> Result<Vec<FacultyMemberOut>, Problem> {
    let ids: Vec<i64> = members.iter().map(|(id, _)| *id).collect();
    let people = instructors::of_ids(tx, &ids).await?;
    Ok(members
        .iter()
        .filter_map(|(id, duty)| {
            let person = people.iter().find(|person| person.id == *id)?;
            Some(FacultyMemberOut {
                instructor_id: *id,
                name: person.name.clone(),
                organisation: person
                    .home_unit_id
                    .map_or_else(|| person.organisation.clone(), |unit| reach.name(unit)),
                duty: duty.clone(),
            })
        })
        .collect())
}

/// Studios that the caller sees.
///
/// # Errors
/// 500 from the engine.
pub async fn list(tx: &mut Tx, ctx: &Ctx, reach: &Reach) -> Result<Vec<FacultyStudioOut>, Problem> {
    let mut found = Vec::new();
    for studio in teams::studios(tx, &reach.around("s.unit_id")).await? {
        let mut members = vec![(studio.lead_id, "领衔".to_owned())];
        members.extend(studio.members.iter().map(|id| (*id, String::new())));
        found.push(FacultyStudioOut {
            id: studio.id,
            unit_id: studio.unit_id.get(),
            unit_name: reach.name(studio.unit_id),
            name: studio.name,
            lead_id: studio.lead_id,
            goals: studio.goals,
            opened_on: studio.opened_on,
            closed_on: studio.closed_on,
            members: members_out(tx, reach, &members).await?,
            version: studio.version,
            may_change: holds(ctx, Permission::FacultyManage, studio.unit_id),
        });
    }
    Ok(found)
}

/// A studio as entered.
#[derive(Debug, Clone)]
pub struct StudioInput {
    /// As read; 0 for a new one.
    pub version: i64,
    /// Who opens it.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// Who leads it.
    pub lead: i64,
    /// Its other instructors.
    pub members: Vec<i64>,
    /// What it is to do.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
}

/// Opens a studio, changes or closes one. Gives its row.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or a member who does not serve; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: StudioInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let unit = bureau(&reach.tree, scope, input.unit)?;
    if let Some(id) = id {
        let stored = teams::take_studio(&mut tx, id)
            .await?
            .filter(|stored| stored.unit_id == unit.id)
            .ok_or_else(Problem::not_found)?;
        if stored.version != input.version {
            return Err(Problem::stale());
        }
    }
    let days = (input.opened_on, input.closed_on);
    check_days(ctx, days)?;
    let mut members: Vec<i64> = input.members;
    members.sort_unstable();
    members.dedup();
    members.retain(|member| *member != input.lead);
    if input.closed_on.is_none() {
        let mut all = members.clone();
        all.push(input.lead);
        serving(&mut tx, &reach, &all).await?;
    }
    let studio = Studio {
        id: id.unwrap_or(0),
        unit_id: unit.id,
        name: line("name", "名称", &input.name, 60)?,
        lead_id: input.lead,
        goals: optional("goals", "工作目标", &input.goals, 500)?,
        opened_on: input.opened_on,
        closed_on: input.closed_on,
        version: input.version,
        members,
    };
    let id = teams::put_studio(&mut tx, &studio).await?;
    tx.audit(
        ctx.audit("faculty.studio_save", format!("faculty_studio:{id}"))
            .unit(unit.id)
            .detail(json!({"name": studio.name, "members": studio.members.len()})),
    );
    tx.commit().await?;
    Ok(id)
}

/// A beginning that is not ahead, and an end that is not before it.
///
/// # Errors
/// 422 for the day.
pub fn check_days(ctx: &Ctx, (from, to): (Date, Option<Date>)) -> Result<(), Problem> {
    if from > ctx.today {
        return Err(bad_field("opened_on", "成立日期不能晚于今天。"));
    }
    if to.is_some_and(|to| to < from) {
        return Err(bad_field("closed_on", "结束日期不能早于成立日期。"));
    }
    Ok(())
}
