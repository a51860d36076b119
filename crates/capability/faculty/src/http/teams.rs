//! Studios, groups, mentors.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::groups::{FacultyTeamsOut, GroupInput, save as save_group, teams};
use crate::usecase::mentorships::{MentorshipInput, end, pair};
use crate::usecase::studios::{StudioInput, save as save_studio};

/// Studios, mentors and groups.
#[utoipa::path(get, path = "/faculty/teams", tag = "faculty", responses(
    (status = 200, body = FacultyTeamsOut),
))]
pub(super) async fn get_faculty_teams(
    allow: Allow<need::FacultyRead>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// A studio.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyStudioIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    /// Who opens it.
    unit_id: i64,
    name: String,
    /// Instructor who leads it.
    lead_id: i64,
    /// Its other instructors.
    #[serde(default)]
    members: Vec<i64>,
    #[serde(default)]
    goals: String,
    opened_on: Date,
    closed_on: Option<Date>,
}

impl FacultyStudioIn {
    fn input(self) -> StudioInput {
        StudioInput {
            version: self.version,
            unit: UnitId::from(self.unit_id),
            name: self.name,
            lead: self.lead_id,
            members: self.members,
            goals: self.goals,
            opened_on: self.opened_on,
            closed_on: self.closed_on,
        }
    }
}

/// Opens a studio.
#[utoipa::path(post, path = "/faculty/studios", tag = "faculty", request_body = FacultyStudioIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_faculty_studio(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyStudioIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    save_studio(&allow.ctx, &allow.scope, None, body.input()).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// Changes or closes a studio.
#[utoipa::path(put, path = "/faculty/studios/{id}", tag = "faculty", request_body = FacultyStudioIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_faculty_studio(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyStudioIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    save_studio(&allow.ctx, &allow.scope, Some(id), body.input()).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// A member of a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyMemberIn {
    instructor_id: i64,
    #[serde(default)]
    duty: String,
}

/// A group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyGroupIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    /// Who forms it.
    unit_id: i64,
    name: String,
    #[serde(default)]
    goals: String,
    opened_on: Date,
    closed_on: Option<Date>,
    members: Vec<FacultyMemberIn>,
}

impl FacultyGroupIn {
    fn input(self) -> GroupInput {
        GroupInput {
            version: self.version,
            unit: UnitId::from(self.unit_id),
            name: self.name,
            goals: self.goals,
            opened_on: self.opened_on,
            closed_on: self.closed_on,
            members: self
                .members
                .into_iter()
                .map(|member| (member.instructor_id, member.duty))
                .collect(),
        }
    }
}

/// Forms a course-development group.
#[utoipa::path(post, path = "/faculty/groups", tag = "faculty", request_body = FacultyGroupIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_faculty_group(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyGroupIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    save_group(&allow.ctx, &allow.scope, None, body.input()).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// Changes or closes a group.
#[utoipa::path(put, path = "/faculty/groups/{id}", tag = "faculty", request_body = FacultyGroupIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_faculty_group(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyGroupIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    save_group(&allow.ctx, &allow.scope, Some(id), body.input()).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// A mentor with an apprentice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyMentorshipIn {
    mentor_id: i64,
    /// Person.
    apprentice_id: i64,
    goals: String,
    from: Date,
    until: Date,
}

/// Puts an apprentice to a mentor.
#[utoipa::path(post, path = "/faculty/mentorships", tag = "faculty", request_body = FacultyMentorshipIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_faculty_mentorship(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyMentorshipIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    let input = MentorshipInput {
        mentor: body.mentor_id,
        apprentice: PersonId::from(body.apprentice_id),
        goals: body.goals,
        from: body.from,
        until: body.until,
    };
    pair(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}

/// The end of a pair.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyMentorshipEndIn {
    /// Day.
    on: Date,
    /// What came of it.
    outcome: String,
}

/// Ends a pair with what came of it.
#[utoipa::path(post, path = "/faculty/mentorships/{id}/end", tag = "faculty", request_body = FacultyMentorshipEndIn, responses(
    (status = 200, body = FacultyTeamsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn end_faculty_mentorship(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyMentorshipEndIn>,
) -> Result<Json<FacultyTeamsOut>, Problem> {
    end(&allow.ctx, &allow.scope, id, (body.on, &body.outcome)).await?;
    Ok(Json(teams(&allow.ctx, &allow.scope).await?))
}
