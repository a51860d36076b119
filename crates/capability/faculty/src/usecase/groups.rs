//! Course-development groups (教研组, B-101), and all teams on one page.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, bureau, holds, serving};
use super::bad_field;
use super::mentorships::{self, FacultyMentorshipOut};
use super::studios::{self, FacultyMemberOut, FacultyStudioOut, check_days, members_out};
use super::words::{line, optional};
use crate::store::courseware;
use crate::store::groups::{self, Group};

/// A group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyGroupOut {
    /// Row.
    pub id: i64,
    /// Who formed it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Name.
    pub name: String,
    /// What it is to make.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
    /// Members with their duty.
    pub members: Vec<FacultyMemberOut>,
    /// Titles of what it has made, in use.
    pub courses: Vec<String>,
    /// To be sent back with commands.
    pub version: i64,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// All teams.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyTeamsOut {
    /// Studios.
    pub studios: Vec<FacultyStudioOut>,
    /// Mentors with apprentices.
    pub mentorships: Vec<FacultyMentorshipOut>,
    /// Course-development groups.
    pub groups: Vec<FacultyGroupOut>,
}

/// Teams that the caller sees.
///
/// # Errors
/// 500 from the engine.
pub async fn teams(ctx: &Ctx, scope: &Scope) -> Result<FacultyTeamsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    Ok(FacultyTeamsOut {
        studios: studios::list(&mut tx, ctx, &reach).await?,
        mentorships: mentorships::list(&mut tx, ctx, &reach).await?,
        groups: list(&mut tx, ctx, &reach).await?,
    })
}

async fn list(tx: &mut Tx, ctx: &Ctx, reach: &Reach) -> Result<Vec<FacultyGroupOut>, Problem> {
    let mut found = Vec::new();
    for group in groups::all(tx, &reach.around("g.unit_id")).await? {
        let made = format!("c.group_id = {} and c.state = 'in_use'", group.id);
        found.push(FacultyGroupOut {
            id: group.id,
            unit_id: group.unit_id.get(),
            unit_name: reach.name(group.unit_id),
            name: group.name,
            goals: group.goals,
            opened_on: group.opened_on,
            closed_on: group.closed_on,
            members: members_out(tx, reach, &group.members).await?,
            courses: courseware::all(tx, &made)
                .await?
                .into_iter()
                .map(|course| course.title)
                .collect(),
            version: group.version,
            may_change: holds(ctx, Permission::FacultyManage, group.unit_id),
        });
    }
    Ok(found)
}

/// A group as entered.
#[derive(Debug, Clone)]
pub struct GroupInput {
    /// As read; 0 for a new one.
    pub version: i64,
    /// Who forms it.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// What it is to make.
    pub goals: String,
    /// Since.
    pub opened_on: Date,
    /// Until.
    pub closed_on: Option<Date>,
    /// Instructors with their duty.
    pub members: Vec<(i64, String)>,
}

/// Forms a group, changes or closes one. Gives its row.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or a member who does not serve; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: GroupInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let unit = bureau(&reach.tree, scope, input.unit)?;
    if let Some(id) = id {
        let stored = groups::take(&mut tx, id)
            .await?
            .filter(|stored| stored.unit_id == unit.id)
            .ok_or_else(Problem::not_found)?;
        if stored.version != input.version {
            return Err(Problem::stale());
        }
    }
    check_days(ctx, (input.opened_on, input.closed_on))?;
    let mut members: Vec<(i64, String)> = Vec::new();
    for (index, (instructor, duty)) in input.members.into_iter().enumerate() {
        if members.iter().any(|(known, _)| *known == instructor) {
            return Err(bad_field(
                &format!("members[{index}]"),
                "同一名教员填写了两遍，请删去一行。",
            ));
        }
        let field = format!("members[{index}].duty");
        members.push((instructor, optional(&field, "分工", &duty, 40)?));
    }
    if members.is_empty() {
        return Err(bad_field("members", "请至少选择一名教员。"));
    }
    if input.closed_on.is_none() {
        let ids: Vec<i64> = members.iter().map(|(id, _)| *id).collect();
        serving(&mut tx, &reach, &ids).await?;
    }
    let group = Group {
        id: id.unwrap_or(0),
        unit_id: unit.id,
        name: line("name", "名称", &input.name, 60)?,
        goals: optional("goals", "工作目标", &input.goals, 500)?,
        opened_on: input.opened_on,
        closed_on: input.closed_on,
        version: input.version,
        members,
    };
    let id = groups::put(&mut tx, &group).await?;
    tx.audit(
        ctx.audit("faculty.group_save", format!("faculty_group:{id}"))
            .unit(unit.id)
            .detail(json!({"name": group.name, "members": group.members.len()})),
    );
    tx.commit().await?;
    Ok(id)
}
