//! The register of drill instructors.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::instructors::{DrillInstructorsOut, InstructorInput, end, list, name};

/// Which units.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InstructorsQuery {
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// The register: serving ones first, and districts that have nobody.
#[utoipa::path(get, path = "/drill/instructors", tag = "drill", params(InstructorsQuery), responses(
    (status = 200, body = DrillInstructorsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_drill_instructors(
    allow: Allow<need::DrillRead>,
    Query(query): Query<InstructorsQuery>,
) -> Result<Json<DrillInstructorsOut>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope, query.unit).await?))
}

/// A designation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillInstructorIn {
    /// District (or special unit, corps) that names him.
    district_id: i64,
    person_id: i64,
    /// First day.
    from: Date,
    #[serde(default)]
    note: String,
}

/// Names a drill instructor.
#[utoipa::path(post, path = "/drill/instructors", tag = "drill", request_body = DrillInstructorIn, responses(
    (status = 200, body = DrillInstructorsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_drill_instructor(
    allow: Allow<need::DrillContest>,
    Json(body): Json<DrillInstructorIn>,
) -> Result<Json<DrillInstructorsOut>, Problem> {
    let input = InstructorInput {
        district: UnitId::from(body.district_id),
        person: PersonId::from(body.person_id),
        from: body.from,
        note: body.note,
    };
    name(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, None).await?))
}

/// The last day of a designation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillInstructorEndIn {
    /// Last day.
    to: Date,
}

/// Ends a designation.
#[utoipa::path(post, path = "/drill/instructors/{id}/end", tag = "drill", request_body = DrillInstructorEndIn, responses(
    (status = 200, body = DrillInstructorsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn end_drill_instructor(
    allow: Allow<need::DrillContest>,
    Path(id): Path<i64>,
    Json(body): Json<DrillInstructorEndIn>,
) -> Result<Json<DrillInstructorsOut>, Problem> {
    end(&allow.ctx, &allow.scope, id, body.to).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, None).await?))
}
