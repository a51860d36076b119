//! 机构: the tree on any day, one unit with its history, opening, moving, closing.

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, AppState, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::kind::{Line, UnitKind};
use crate::domain::person::Category;
use crate::domain::post::{POSTS, RANKS};
use crate::domain::status::StatusKind;
use crate::usecase::Editor;
use crate::usecase::units::{self, OpenUnit};
use crate::view::{UnitDetailOut, UnitOut};

/// Routes of units.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_units, open_unit))
        .routes(routes!(get_unit))
        .routes(routes!(move_unit))
        .routes(routes!(close_unit))
        .routes(routes!(list_organisation_words))
}

/// Which day.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDay {
    /// The day whose tree is meant; today unless said.
    pub on: Option<Date>,
}

/// Lists the units in scope that are open on a day, with the parents of that day.
#[utoipa::path(get, path = "/units", tag = "organisation", params(OnDay),
    responses((status = 200, body = Vec<UnitOut>), (status = 403, body = ProblemBody)))]
pub async fn list_units(
    allow: Allow<need::UnitRead>,
    Query(query): Query<OnDay>,
) -> Result<Json<Vec<UnitOut>>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    Ok(Json(
        units::list_units(&mut tx, &allow.scope, query.on.unwrap_or(allow.ctx.today)).await?,
    ))
}

/// Shows a unit with the history of its lines and who reviews it, and why.
#[utoipa::path(get, path = "/units/{id}", tag = "organisation", params(("id" = i64, Path)),
    responses((status = 200, body = UnitDetailOut), (status = 404, body = ProblemBody)))]
pub async fn get_unit(
    allow: Allow<need::UnitRead>,
    Path(id): Path<i64>,
) -> Result<Json<UnitDetailOut>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    Ok(Json(
        units::show_unit(&mut tx, &allow.scope, UnitId::from(id), allow.ctx.today).await?,
    ))
}

/// A unit to be opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct OpenUnitIn {
    /// Code, unique among all units that ever were.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// True for the city office that runs training.
    #[serde(default)]
    pub trains: bool,
    /// First day.
    pub opened_on: Date,
    /// Parent on the 条 line; for a street the district in which it lies.
    pub parent_id: Option<i64>,
    /// Street of a squad.
    pub street_id: Option<i64>,
}

/// Opens a unit.
#[utoipa::path(post, path = "/units", tag = "organisation", request_body = OpenUnitIn,
    responses((status = 201, body = UnitDetailOut), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn open_unit(
    allow: Allow<need::UnitWrite>,
    Json(body): Json<OpenUnitIn>,
) -> Result<(StatusCode, Json<UnitDetailOut>), Problem> {
    let mut scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let new = OpenUnit {
        code: &body.code,
        name: &body.name,
        kind: body.kind,
        trains: body.trains,
        opened_on: body.opened_on,
        parent: body.parent_id.map(UnitId::from),
        street: body.street_id.map(UnitId::from),
    };
    let id = units::open_unit(&mut tx, &editor, &new).await?;
    // It stands below what he reaches; the scope of this request was worked out before it was there.
    scope.units.insert(id.get());
    let out = units::show_unit(&mut tx, &scope, id, allow.ctx.today).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(out)))
}

/// A new parent from a day on.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct MoveUnitIn {
    /// Which line.
    pub line: Line,
    /// The new parent; none ends the 块 line.
    pub parent_id: Option<i64>,
    /// First day under it.
    pub from: Date,
}

/// Puts a unit under another parent from a day on; what was before stays as it was.
#[utoipa::path(post, path = "/units/{id}/move", tag = "organisation", params(("id" = i64, Path)), request_body = MoveUnitIn,
    responses((status = 200, body = UnitDetailOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn move_unit(
    allow: Allow<need::UnitWrite>,
    Path(id): Path<i64>,
    Json(body): Json<MoveUnitIn>,
) -> Result<Json<UnitDetailOut>, Problem> {
    let scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let id = UnitId::from(id);
    units::move_unit(
        &mut tx,
        &editor,
        id,
        body.line,
        body.parent_id.map(UnitId::from),
        body.from,
    )
    .await?;
    let out = units::show_unit(&mut tx, &scope, id, allow.ctx.today).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// The end of a unit.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct CloseUnitIn {
    /// First day without it.
    pub on: Date,
}

/// Closes a unit that has no people in service and no units below.
#[utoipa::path(post, path = "/units/{id}/close", tag = "organisation", params(("id" = i64, Path)), request_body = CloseUnitIn,
    responses((status = 200, body = UnitDetailOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn close_unit(
    allow: Allow<need::UnitWrite>,
    Path(id): Path<i64>,
    Json(body): Json<CloseUnitIn>,
) -> Result<Json<UnitDetailOut>, Problem> {
    let scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let id = UnitId::from(id);
    units::close_unit(&mut tx, &editor, id, body.on).await?;
    let out = units::show_unit(&mut tx, &scope, id, allow.ctx.today).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// A code with its word.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordOut {
    /// Code, as sent and stored.
    pub code: String,
    /// The word on pages.
    pub name: String,
    /// What it does, where that is worth a sentence.
    pub effect: Option<String>,
}

/// The code lists of units and people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganisationWordsOut {
    /// Kinds of units.
    pub unit_kinds: Vec<WordOut>,
    /// Posts, by precedence.
    pub posts: Vec<WordOut>,
    /// Ranks, high to low.
    pub ranks: Vec<WordOut>,
    /// 人员类别.
    pub categories: Vec<WordOut>,
    /// Status changes with their effect on the assessment.
    pub status_kinds: Vec<WordOut>,
}

/// Lists the codes of units and people with their words, for filters and forms.
#[utoipa::path(get, path = "/organisation/words", tag = "organisation",
    responses((status = 200, body = OrganisationWordsOut), (status = 401, body = ProblemBody)))]
pub async fn list_organisation_words(
    _signed_in: chengzhi_http::SignedIn,
) -> Json<OrganisationWordsOut> {
    let word = |code: &str, name: &str| WordOut {
        code: code.to_owned(),
        name: name.to_owned(),
        effect: None,
    };
    Json(OrganisationWordsOut {
        unit_kinds: UnitKind::ALL
            .iter()
            .map(|kind| word(kind.code(), kind.name()))
            .collect(),
        posts: POSTS.iter().map(|(code, name)| word(code, name)).collect(),
        ranks: RANKS.iter().map(|(code, name)| word(code, name)).collect(),
        categories: Category::ALL
            .iter()
            .map(|category| word(category.code(), category.name()))
            .collect(),
        status_kinds: StatusKind::ALL
            .iter()
            .map(|kind| WordOut {
                effect: Some(kind.effect_text().to_owned()),
                ..word(kind.code(), kind.name())
            })
            .collect(),
    })
}
