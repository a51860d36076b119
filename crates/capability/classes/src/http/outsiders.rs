//! People from outside (B-85).

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::UnitId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::outsiders::{self, ClassOutsiderOut, OutsiderInput};

/// People from outside.
#[utoipa::path(get, path = "/classes/outsiders", tag = "classes", responses(
    (status = 200, body = Vec<ClassOutsiderOut>),
))]
pub(super) async fn list_class_outsiders(
    allow: Allow<need::ClassManage>,
) -> Result<Json<Vec<ClassOutsiderOut>>, Problem> {
    Ok(Json(outsiders::list(&allow.ctx).await?))
}

/// A person from outside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutsiderIn {
    /// Bureau that keeps the record.
    unit_id: i64,
    name: String,
    organisation: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    phone: String,
}

/// Enters a person from outside. Gives his id.
#[utoipa::path(post, path = "/classes/outsiders", tag = "classes", request_body = ClassOutsiderIn, responses(
    (status = 200, body = i64),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_outsider(
    allow: Allow<need::ClassManage>,
    Json(body): Json<ClassOutsiderIn>,
) -> Result<Json<i64>, Problem> {
    let input = OutsiderInput {
        name: body.name,
        organisation: body.organisation,
        title: body.title,
        phone: body.phone,
    };
    let unit = UnitId::from(body.unit_id);
    Ok(Json(outsiders::add(&allow.ctx, unit, &input).await?))
}

/// A correction of a person from outside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutsiderChangeIn {
    name: String,
    organisation: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    phone: String,
}

/// Corrects a person from outside.
#[utoipa::path(put, path = "/classes/outsiders/{outsider_id}", tag = "classes",
    request_body = ClassOutsiderChangeIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_class_outsider(
    allow: Allow<need::ClassManage>,
    Path(outsider): Path<i64>,
    Json(body): Json<ClassOutsiderChangeIn>,
) -> Result<StatusCode, Problem> {
    let input = OutsiderInput {
        name: body.name,
        organisation: body.organisation,
        title: body.title,
        phone: body.phone,
    };
    outsiders::change(&allow.ctx, outsider, &input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a person from outside who is in no class.
#[utoipa::path(delete, path = "/classes/outsiders/{outsider_id}", tag = "classes", responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_class_outsider(
    allow: Allow<need::ClassManage>,
    Path(outsider): Path<i64>,
) -> Result<StatusCode, Problem> {
    outsiders::remove(&allow.ctx, outsider).await?;
    Ok(StatusCode::NO_CONTENT)
}
