//! Duties, groups, samples, and what somebody has seen.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::UnitId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::class_out::{ClassOut, view};
use crate::usecase::duties::{self, ClassDutyOut};
use crate::usecase::groups::{self, ClassGroupOut};
use crate::usecase::own::{self, ClassOwnListOut};
use crate::usecase::words::year_of;
use crate::usecase::{reads, samples};

/// Which duties.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DutiesQuery {
    /// This year unless said.
    year: Option<i32>,
    /// Only of this unit and those below it.
    unit: Option<i64>,
}

/// Training duties from events of the roster: new staff, promotions.
#[utoipa::path(get, path = "/classes/duties", tag = "classes", params(DutiesQuery), responses(
    (status = 200, body = Vec<ClassDutyOut>),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_class_duties(
    allow: Allow<need::ClassRead>,
    Query(query): Query<DutiesQuery>,
) -> Result<Json<Vec<ClassDutyOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        duties::list(&allow.ctx, &allow.scope, year, query.unit).await?,
    ))
}

/// Whose groups.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct GroupsQuery {
    /// Bureau.
    unit: i64,
}

/// Groups of people that audiences name.
#[utoipa::path(get, path = "/classes/groups", tag = "classes", params(GroupsQuery), responses(
    (status = 200, body = Vec<ClassGroupOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_groups(
    allow: Allow<need::ClassRead>,
    Query(query): Query<GroupsQuery>,
) -> Result<Json<Vec<ClassGroupOut>>, Problem> {
    let unit = UnitId::from(query.unit);
    Ok(Json(groups::list(&allow.ctx, &allow.scope, unit).await?))
}

/// A group, whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassGroupIn {
    /// Bureau.
    unit_id: i64,
    /// Its word: 党务人员.
    word: String,
    /// Members; none takes the group away.
    person_ids: Vec<i64>,
}

/// Writes a group whole; without people it is taken away.
#[utoipa::path(put, path = "/classes/groups", tag = "classes", request_body = ClassGroupIn, responses(
    (status = 200, body = Vec<ClassGroupOut>),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_group(
    allow: Allow<need::ClassManage>,
    Json(body): Json<ClassGroupIn>,
) -> Result<Json<Vec<ClassGroupOut>>, Problem> {
    let unit = UnitId::from(body.unit_id);
    groups::save(&allow.ctx, unit, &body.word, body.person_ids).await?;
    Ok(Json(groups::list(&allow.ctx, &allow.scope, unit).await?))
}

/// Why a class is a sample.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassSampleIn {
    reason: String,
}

/// Marks a closed class as a sample of its year.
#[utoipa::path(post, path = "/classes/{id}/sample", tag = "classes", request_body = ClassSampleIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn mark_class_sample(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassSampleIn>,
) -> Result<Json<ClassOut>, Problem> {
    samples::mark(&allow.ctx, id, Some(&body.reason)).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Takes the mark of a sample off.
#[utoipa::path(delete, path = "/classes/{id}/sample", tag = "classes", responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_class_sample(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<ClassOut>, Problem> {
    samples::mark(&allow.ctx, id, None).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Notes that the caller has seen a class as it stands now.
#[utoipa::path(post, path = "/classes/{id}/read", tag = "classes", responses(
    (status = 200, body = ClassOwnListOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn read_class(
    allow: Allow<need::ClassOwn>,
    Path(id): Path<i64>,
) -> Result<Json<ClassOwnListOut>, Problem> {
    reads::seen(&allow.ctx, id).await?;
    let year = year_of(None, allow.ctx.now)?;
    Ok(Json(own::list(&allow.ctx, year).await?))
}
