//! Laws and their new texts.

use axum::Extension;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{BankCountOut, BankMadeOut, BankVersionIn};
use crate::usecase::law_change::{LawTextInput, apply, discard, enter};
use crate::usecase::law_effect::{BankEffectOut, effect};
use crate::usecase::law_pages::{BankLawOut, BankLawPageOut, list, page};
use crate::usecase::touched::AllCiting;

/// All laws of the bank.
#[utoipa::path(get, path = "/bank/laws", tag = "bank", responses((status = 200, body = Vec<BankLawOut>)))]
pub(super) async fn list_bank_laws(
    allow: Allow<need::BankRead>,
) -> Result<Json<Vec<BankLawOut>>, Problem> {
    Ok(Json(list(&allow.ctx).await?))
}

/// A law with its texts and articles.
#[utoipa::path(get, path = "/bank/laws/{id}", tag = "bank", responses(
    (status = 200, body = BankLawPageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_bank_law(
    allow: Allow<need::BankRead>,
    Path(id): Path<i64>,
) -> Result<Json<BankLawPageOut>, Problem> {
    Ok(Json(page(&allow.ctx, id).await?))
}

/// A new text of a law.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankLawTextIn {
    /// The law; none: a new one.
    law_id: Option<i64>,
    /// Name of a new law.
    #[serde(default)]
    name: String,
    /// `2026-03-01 修正`.
    label: String,
    /// First day in force.
    in_force: Date,
    /// Where it was read.
    source: String,
    /// Whether the articles are the whole text.
    #[serde(default)]
    whole: bool,
    /// Articles, each beginning with `第…条`.
    text: String,
}

/// Enters a new text; nothing is quarantined yet.
#[utoipa::path(post, path = "/bank/laws", tag = "bank", request_body = BankLawTextIn, responses(
    (status = 200, body = BankMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn enter_bank_law_text(
    allow: Allow<need::BankDecide>,
    Json(body): Json<BankLawTextIn>,
) -> Result<Json<BankMadeOut>, Problem> {
    let input = LawTextInput {
        law: body.law_id,
        name: body.name,
        label: body.label,
        in_force: body.in_force,
        source: body.source,
        whole: body.whole,
        text: body.text,
    };
    let id = enter(&allow.ctx, input).await?;
    Ok(Json(BankMadeOut { id }))
}

/// What a new text does to questions, papers and courseware.
#[utoipa::path(get, path = "/bank/law-texts/{id}/effect", tag = "bank", responses(
    (status = 200, body = BankEffectOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_bank_law_effect(
    allow: Allow<need::BankDecide>,
    Extension(citing): Extension<AllCiting>,
    Path(id): Path<i64>,
) -> Result<Json<BankEffectOut>, Problem> {
    Ok(Json(effect(&allow.ctx, &citing, id).await?))
}

/// Applies a new text and quarantines what cites what changed, in one step.
#[utoipa::path(post, path = "/bank/law-texts/{id}/apply", tag = "bank", request_body = BankVersionIn, responses(
    (status = 200, body = BankCountOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn apply_bank_law_text(
    allow: Allow<need::BankDecide>,
    Extension(citing): Extension<AllCiting>,
    Path(id): Path<i64>,
    Json(body): Json<BankVersionIn>,
) -> Result<Json<BankCountOut>, Problem> {
    let count = apply(&allow.ctx, &citing, id, body.version).await?;
    Ok(Json(BankCountOut { count }))
}

/// Gives a new text up.
#[utoipa::path(post, path = "/bank/law-texts/{id}/discard", tag = "bank", request_body = BankVersionIn, responses(
    (status = 200, body = BankCountOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn discard_bank_law_text(
    allow: Allow<need::BankDecide>,
    Path(id): Path<i64>,
    Json(body): Json<BankVersionIn>,
) -> Result<Json<BankCountOut>, Problem> {
    discard(&allow.ctx, id, body.version).await?;
    Ok(Json(BankCountOut { count: 1 }))
}
