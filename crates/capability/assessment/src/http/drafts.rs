//! 试算: trying, drafting and publishing rules, closing a year.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chengzhi_authz::{Permission, need};
use chengzhi_http::{Allow, Ctx, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_rules::pack::Difference;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::year_or_running;
use super::policy::{ChangeIn, FindingOut, lint, pairs};
use super::words::{result_name, state_name};
use crate::store::policies;
use crate::usecase::drafts;

/// Routes of drafts.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(try_policy))
        .routes(routes!(list_policy_drafts, create_policy_draft))
        .routes(routes!(publish_policy_draft))
        .routes(routes!(discard_policy_draft))
        .routes(routes!(close_assessment_year))
}

/// What to try.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct WhatIfIn {
    /// The running year unless said.
    pub year: Option<i32>,
    /// Values to change.
    pub changes: Vec<ChangeIn>,
    /// A unit and everything below it; everything in scope unless said.
    pub unit: Option<i64>,
}

/// Numbers of people.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct WhatIfTotalsOut {
    /// Owe anything.
    pub assessed: usize,
    /// Of these, met.
    pub met: usize,
}

/// State and result in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhatIfStateOut {
    /// State.
    pub state: String,
    /// Result.
    pub result: String,
}

/// A person who comes out otherwise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlipOut {
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// Now.
    pub before: WhatIfStateOut,
    /// Under the draft.
    pub after: WhatIfStateOut,
    /// Which change does it.
    pub why: String,
}

/// What differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DifferenceOut {
    /// Key.
    pub key: String,
    /// Name.
    pub title: String,
    /// Now.
    pub before: String,
    /// Then.
    pub after: String,
    /// Unit.
    pub unit: String,
    /// Clause.
    pub clause: String,
}

impl From<Difference> for DifferenceOut {
    fn from(d: Difference) -> Self {
        DifferenceOut {
            key: d.key,
            title: d.title,
            before: d.before,
            after: d.after,
            unit: d.unit,
            clause: d.clause,
        }
    }
}

/// What a draft would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhatIfOut {
    /// Year.
    pub year: i32,
    /// People looked at.
    pub people: usize,
    /// What differs.
    pub differences: Vec<DifferenceOut>,
    /// Now.
    pub before: WhatIfTotalsOut,
    /// Then.
    pub after: WhatIfTotalsOut,
    /// Number of people who come out otherwise.
    pub flips_total: usize,
    /// The first 500 of them.
    pub flips: Vec<FlipOut>,
    /// What the linter says of the draft.
    pub findings: Vec<FindingOut>,
}

fn chosen(
    ctx: &Ctx,
    tree: &organisation::UnitTree,
    unit: Option<i64>,
) -> Result<BTreeSet<i64>, Problem> {
    let scope = ctx.scope(Permission::AssessmentRead)?;
    match unit {
        None => Ok(scope.units),
        Some(id) if scope.units.contains(&id) => {
            Ok(scope.within(&tree.subtree(UnitId::from(id))).units)
        }
        Some(_) => Err(Problem::not_found()),
    }
}

/// 试算: who would come out otherwise under changed rules, and why; nothing is stored.
#[utoipa::path(post, path = "/policy/what-if", tag = "assessment", request_body = WhatIfIn,
    responses((status = 200, body = WhatIfOut), (status = 422, body = ProblemBody)))]
pub async fn try_policy(
    allow: Allow<need::PolicyWrite>,
    Json(body): Json<WhatIfIn>,
) -> Result<Json<WhatIfOut>, Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(body.year, ctx)?;
    let changes = pairs(&body.changes);
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let units = chosen(ctx, &tree, body.unit)?;
    let (_, draft) = drafts::changed_policy(&mut tx, &ctx.state.policy, year, &changes).await?;
    let tried = drafts::what_if(
        &mut tx,
        &ctx.state.policy,
        year,
        &changes,
        &units,
        ctx.today,
    )
    .await?;
    let over = chrono::Datelike::year(&ctx.today) > year;
    let words = |a: &chengzhi_rules::assess::Assessment| WhatIfStateOut {
        state: state_name(a.state).to_owned(),
        result: result_name(a.result, over).to_owned(),
    };
    let flips_total = tried.flips.len();
    let flips = tried
        .flips
        .iter()
        .take(500)
        .map(|flip| FlipOut {
            person_id: flip.before.person.id.get(),
            staff_no: flip.before.person.staff_no.clone(),
            name: flip.before.person.name.clone(),
            unit_name: flip
                .before
                .person
                .unit_id
                .map(|id| tree.name(id).to_owned())
                .unwrap_or_default(),
            before: words(&flip.before.assessment),
            after: words(&flip.after),
            why: why(&flip.because, &tried.differences),
        })
        .collect();
    Ok(Json(WhatIfOut {
        year,
        people: tried.people,
        before: WhatIfTotalsOut {
            assessed: tried.before.0,
            met: tried.before.1,
        },
        after: WhatIfTotalsOut {
            assessed: tried.after.0,
            met: tried.after.1,
        },
        flips_total,
        flips,
        differences: tried
            .differences
            .into_iter()
            .map(DifferenceOut::from)
            .collect(),
        findings: lint(&draft),
    }))
}

fn why(because: &[Difference], all: &[Difference]) -> String {
    let say = |d: &Difference| format!("{}由{}改为{}", d.title, d.before, d.after);
    match because {
        [] => format!(
            "{}合并作用",
            all.iter().map(say).collect::<Vec<_>>().join("、")
        ),
        list => list.iter().map(say).collect::<Vec<_>>().join("；"),
    }
}

/// A draft of rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftOut {
    /// Id.
    pub id: i64,
    /// Name.
    pub title: String,
    /// Pack it starts from.
    pub base: String,
    /// Pack it becomes.
    pub pack: String,
    /// Changed values.
    pub changes: Vec<ChangeIn>,
    /// draft, published, discarded.
    pub state: String,
    /// In words.
    pub state_name: String,
    /// What the linter said.
    pub findings: Vec<FindingOut>,
    /// Author.
    pub created_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Who published it.
    pub published_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
}

fn draft_out(row: policies::DraftRow) -> DraftOut {
    let changes: Vec<(String, String)> = serde_json::from_str(&row.changes).unwrap_or_default();
    let state_name = match row.state.as_str() {
        "draft" => "草案",
        "published" => "已发布",
        _ => "已放弃",
    };
    DraftOut {
        id: row.id,
        title: row.title,
        base: row.base,
        pack: row.pack,
        changes: changes
            .into_iter()
            .map(|(key, value)| ChangeIn { key, value })
            .collect(),
        state: row.state,
        state_name: state_name.to_owned(),
        findings: serde_json::from_str(&row.findings).unwrap_or_default(),
        created_by: row.created_by_name,
        created_at: row.created_at,
        published_by: row.published_by_name,
        published_at: row.published_at,
    }
}

/// Drafts, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftsOut {
    /// Rows.
    pub rows: Vec<DraftOut>,
}

/// All drafts.
#[utoipa::path(get, path = "/policy/drafts", tag = "assessment", responses((status = 200, body = DraftsOut)))]
pub async fn list_policy_drafts(
    allow: Allow<need::PolicyWrite>,
) -> Result<Json<DraftsOut>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    Ok(Json(DraftsOut {
        rows: policies::drafts(&mut tx)
            .await?
            .into_iter()
            .map(draft_out)
            .collect(),
    }))
}

/// A draft to be stored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct DraftIn {
    /// Name.
    pub title: String,
    /// Year it is for.
    pub year: i32,
    /// Changed values.
    pub changes: Vec<ChangeIn>,
}

/// Stores a draft with what the linter says of it.
#[utoipa::path(post, path = "/policy/drafts", tag = "assessment", request_body = DraftIn,
    responses((status = 201, body = DraftOut), (status = 422, body = ProblemBody)))]
pub async fn create_policy_draft(
    allow: Allow<need::PolicyWrite>,
    Json(body): Json<DraftIn>,
) -> Result<(StatusCode, Json<DraftOut>), Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(Some(body.year), ctx)?;
    let title = body.title.trim();
    if title.is_empty() || title.chars().count() > 60 {
        return Err(Problem::field("title", "请写草案名称，60字以内。"));
    }
    let changes = pairs(&body.changes);
    let mut tx = ctx.db().read().await?;
    let (_, draft) = drafts::changed_policy(&mut tx, &ctx.state.policy, year, &changes).await?;
    drop(tx);
    let findings = serde_json::to_string(&lint(&draft)).unwrap_or_default();
    let id = drafts::create(ctx, title, year, &changes, &findings).await?;
    Ok((StatusCode::CREATED, Json(show_draft(ctx, id).await?)))
}

async fn show_draft(ctx: &Ctx, id: i64) -> Result<DraftOut, Problem> {
    let mut tx = ctx.db().read().await?;
    Ok(draft_out(
        policies::draft(&mut tx, id)
            .await?
            .ok_or_else(Problem::not_found)?,
    ))
}

/// Publishes a draft.
#[utoipa::path(post, path = "/policy/drafts/{id}/publish", tag = "assessment", params(("id" = i64, Path)),
    responses((status = 200, body = DraftOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn publish_policy_draft(
    allow: Allow<need::PolicyWrite>,
    Path(id): Path<i64>,
) -> Result<Json<DraftOut>, Problem> {
    drafts::publish(&allow.ctx, id).await?;
    Ok(Json(show_draft(&allow.ctx, id).await?))
}

/// Gives up a draft.
#[utoipa::path(post, path = "/policy/drafts/{id}/discard", tag = "assessment", params(("id" = i64, Path)),
    responses((status = 200, body = DraftOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn discard_policy_draft(
    allow: Allow<need::PolicyWrite>,
    Path(id): Path<i64>,
) -> Result<Json<DraftOut>, Problem> {
    drafts::discard(&allow.ctx, id).await?;
    Ok(Json(show_draft(&allow.ctx, id).await?))
}

/// Closes a year that is over: it keeps its rules, and nothing more is posted to it.
#[utoipa::path(post, path = "/policy/years/{year}/close", tag = "assessment", params(("year" = i32, Path)),
    responses((status = 204), (status = 409, body = ProblemBody)))]
pub async fn close_assessment_year(
    allow: Allow<need::PolicyWrite>,
    Path(year): Path<i32>,
) -> Result<StatusCode, Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(Some(year), ctx)?;
    if !drafts::close_year(ctx.db(), &ctx.state.policy, year, &ctx.actor.name, ctx.now).await? {
        return Err(Problem::conflict(
            "year.closed",
            format!("{year}年已经结账。"),
        ));
    }
    Ok(StatusCode::NO_CONTENT)
}
