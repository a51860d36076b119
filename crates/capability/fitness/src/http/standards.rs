//! Standards.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{Date, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::standard_in::{BandInput, ItemInput, StandardInput};
use crate::usecase::standards::{FitnessStandardOut, add, list, withdraw};

/// Standards, the own ones first, newest first.
#[utoipa::path(get, path = "/fitness/standards", tag = "fitness", responses(
    (status = 200, body = Vec<FitnessStandardOut>),
))]
pub(super) async fn list_fitness_standards(
    allow: Allow<need::FitnessRead>,
) -> Result<Json<Vec<FitnessStandardOut>>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// A limit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessBandIn {
    /// `male`, `female`.
    sex: String,
    /// First age in full years.
    age_from: u32,
    /// Last age.
    age_to: u32,
    /// `13.4`, `4:35`, `265`.
    limit: String,
}

/// An item.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessItemIn {
    /// Code of an item kept from an earlier standard.
    #[serde(default)]
    code: String,
    name: String,
    /// `seconds`, `centimetres`, `times`.
    measure: String,
    /// `lower`, `higher`.
    better: String,
    /// 1 to 5.
    attempts: u32,
    bands: Vec<FitnessBandIn>,
}

/// A standard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessStandardIn {
    /// Bureau.
    unit_id: i64,
    title: String,
    /// Where it is from.
    source: String,
    #[serde(default)]
    note: String,
    /// Not official.
    #[serde(default)]
    example: bool,
    /// First day.
    valid_from: Date,
    items: Vec<FitnessItemIn>,
}

/// Enters a bureau's own standard.
#[utoipa::path(post, path = "/fitness/standards", tag = "fitness", request_body = FitnessStandardIn, responses(
    (status = 200, body = Vec<FitnessStandardOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_fitness_standard(
    allow: Allow<need::FitnessManage>,
    Json(body): Json<FitnessStandardIn>,
) -> Result<Json<Vec<FitnessStandardOut>>, Problem> {
    let unit = UnitId::from(body.unit_id);
    let items = body.items.into_iter().map(|item| ItemInput {
        code: item.code,
        name: item.name,
        measure: item.measure,
        better: item.better,
        attempts: item.attempts,
        bands: item
            .bands
            .into_iter()
            .map(|band| BandInput {
                sex: band.sex,
                age_from: band.age_from,
                age_to: band.age_to,
                limit: band.limit,
            })
            .collect(),
    });
    let input = StandardInput {
        title: body.title,
        source: body.source,
        note: body.note,
        example: body.example,
        valid_from: body.valid_from,
        items: items.collect(),
    };
    add(&allow.ctx, &allow.scope, unit, input.read()?).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// Why it is withdrawn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessWithdrawIn {
    reason: String,
}

/// Withdraws a standard that no test has used.
#[utoipa::path(post, path = "/fitness/standards/{id}/withdraw", tag = "fitness", request_body = FitnessWithdrawIn, responses(
    (status = 200, body = Vec<FitnessStandardOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_fitness_standard(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessWithdrawIn>,
) -> Result<Json<Vec<FitnessStandardOut>>, Problem> {
    withdraw(&allow.ctx, &allow.scope, id, &body.reason).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}
