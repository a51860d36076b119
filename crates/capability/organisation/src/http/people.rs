//! 人员: lists, the page of one, adding, correcting, transferring.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_db::Tx;
use chengzhi_http::{Allow, AppState, Ctx, Json, Page, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::given;
use crate::domain::person::Category;
use crate::domain::post::post_code;
use crate::facade;
use crate::store::members;
use crate::store::people::{PeopleFilter, PeopleSort, StateFilter, by_id};
use crate::usecase::Editor;
use crate::usecase::people::{self, NewPerson, PersonPatch};
use crate::view::{PersonDetailOut, PersonOut};

/// Routes of people.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_people, create_person))
        .routes(routes!(get_person, change_person))
        .routes(routes!(transfer_person))
}

/// Filter of the list of people.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// Only people of this unit and below.
    pub unit: Option<i64>,
    /// Part of the name or the staff number.
    pub q: Option<String>,
    /// `at_post`, `away`, `left` or `all`; `all` unless said.
    pub state: Option<String>,
    /// Only holders of this post.
    pub post: Option<String>,
    /// Only this category.
    pub category: Option<String>,
    /// `staff_no`, `name`, `unit`, `joined_on`; with `-` before it backwards.
    pub sort: Option<String>,
    /// The day whose units and states are meant; today unless said.
    pub on: Option<Date>,
    /// From 1.
    pub page: Option<i64>,
    /// Rows a page, at most 500.
    pub size: Option<i64>,
}

fn filter(query: &PeopleQuery, units: Option<BTreeSet<i64>>) -> Result<PeopleFilter, Problem> {
    let (sort, descending) = match query.sort.as_deref().unwrap_or_default() {
        text if text.starts_with('-') => (text.trim_start_matches('-'), true),
        text => (text, false),
    };
    Ok(PeopleFilter {
        units,
        text: query.q.clone(),
        state: match query.state.as_deref().unwrap_or_default() {
            "" | "all" => None,
            "at_post" => Some(StateFilter::AtPost),
            "away" => Some(StateFilter::Away),
            "left" => Some(StateFilter::Left),
            _ => {
                return Err(Problem::field(
                    "state",
                    "状态应为在岗、离岗、不在职或全部。",
                ));
            }
        },
        post: match query.post.as_deref().unwrap_or_default() {
            "" => None,
            text => Some(
                post_code(text)
                    .ok_or_else(|| Problem::field("post", "没有这一岗位。"))?
                    .to_owned(),
            ),
        },
        category: match query.category.as_deref().unwrap_or_default() {
            "" => None,
            text => Some(
                Category::parse(text)
                    .ok_or_else(|| Problem::field("category", "没有这一人员类别。"))?,
            ),
        },
        sort: match sort {
            "" | "staff_no" => PeopleSort::StaffNo,
            "name" => PeopleSort::Name,
            "unit" | "unit_name" => PeopleSort::Unit,
            "joined_on" => PeopleSort::JoinedOn,
            _ => return Err(Problem::field("sort", "不能按这一列排序。")),
        },
        descending,
    })
}

/// Lists the people in scope.
#[utoipa::path(get, path = "/people", tag = "organisation", params(PeopleQuery),
    responses((status = 200, body = Page<PersonOut>), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn list_people(
    allow: Allow<need::PersonRead>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<Page<PersonOut>>, Problem> {
    let on = query.on.unwrap_or(allow.ctx.today);
    let mut tx = allow.ctx.db().read().await?;
    let units = match query.unit {
        Some(unit) => Some(facade::subtree(&mut tx, UnitId::from(unit), on).await?),
        None => None,
    };
    let filter = filter(&query, units)?;
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    Ok(Json(
        people::list_people(
            &mut tx,
            &allow.scope,
            &filter,
            on,
            paging.limit(),
            paging.offset(),
        )
        .await?,
    ))
}

async fn show(
    ctx: &Ctx,
    tx: &mut Tx,
    scope: &chengzhi_authz::Scope,
    id: PersonId,
) -> Result<PersonDetailOut, Problem> {
    people::show_person(tx, scope, id, ctx.today, &super::ten_days(ctx)).await
}

/// Shows a person. The reading is logged.
#[utoipa::path(get, path = "/people/{id}", tag = "organisation", params(("id" = i64, Path)),
    responses((status = 200, body = PersonDetailOut), (status = 404, body = ProblemBody)))]
pub async fn get_person(
    allow: Allow<need::PersonRead>,
    Path(id): Path<i64>,
) -> Result<Json<PersonDetailOut>, Problem> {
    let id = PersonId::from(id);
    let mut reading = allow.ctx.db().read().await?;
    let out = show(&allow.ctx, &mut reading, &allow.scope, id).await?;
    drop(reading);
    let mut line = allow.ctx.audit("person.read", format!("person:{id}"));
    if let Some(unit) = out.person.unit_id {
        line = line.unit(unit);
    }
    let mut tx = allow.ctx.db().write().await?;
    tx.audit(line);
    tx.commit().await?;
    Ok(Json(out))
}

/// A person to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreatePersonIn {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// Where.
    pub unit_id: i64,
    /// 男, 女.
    pub sex: Option<String>,
    /// 在编.
    pub established: bool,
    /// Category; 其他 unless said.
    pub category: Option<String>,
    /// All posts.
    #[serde(default)]
    pub posts: Vec<String>,
    /// One post, instead of `posts`.
    pub post: Option<String>,
    /// Rank.
    pub rank: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Date>,
    /// Mobile number.
    pub phone: Option<String>,
}

/// Adds a person.
#[utoipa::path(post, path = "/people", tag = "organisation", request_body = CreatePersonIn,
    responses((status = 201, body = PersonDetailOut), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn create_person(
    allow: Allow<need::PersonWrite>,
    Json(body): Json<CreatePersonIn>,
) -> Result<(StatusCode, Json<PersonDetailOut>), Problem> {
    let scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let posts = if body.posts.is_empty() {
        body.post
            .into_iter()
            .filter(|post| !post.is_empty())
            .collect()
    } else {
        body.posts
    };
    let new = NewPerson {
        staff_no: body.staff_no,
        name: body.name,
        sex: body.sex,
        established: body.established,
        category: body.category,
        posts,
        rank: body.rank,
        joined_on: body.joined_on,
        induction_ended_on: body.induction_ended_on,
        phone: body.phone,
    };
    let id = people::create_person(&mut tx, &editor, UnitId::from(body.unit_id), &new).await?;
    let out = show(&allow.ctx, &mut tx, &scope, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(out)))
}

/// Corrections; what is not sent stays, `null` empties what may be empty.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct ChangePersonIn {
    /// The version that was read; without it the change is made to whatever is stored now.
    pub version: Option<i64>,
    /// 姓名.
    pub name: Option<String>,
    /// 男, 女.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub sex: Option<Option<String>>,
    /// 在编.
    pub established: Option<bool>,
    /// Category.
    pub category: Option<String>,
    /// All posts from today on.
    pub posts: Option<Vec<String>>,
    /// The first post; the others stay. Instead of `posts`.
    pub post: Option<String>,
    /// Rank.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub rank: Option<Option<String>>,
    /// 入职日期.
    pub joined_on: Option<Date>,
    /// 初任培训结束日期.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Date>)]
    pub induction_ended_on: Option<Option<Date>>,
    /// Mobile number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
}

/// Corrects a person.
#[utoipa::path(patch, path = "/people/{id}", tag = "organisation", params(("id" = i64, Path)), request_body = ChangePersonIn,
    responses((status = 200, body = PersonDetailOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn change_person(
    allow: Allow<need::PersonWrite>,
    Path(id): Path<i64>,
    Json(body): Json<ChangePersonIn>,
) -> Result<Json<PersonDetailOut>, Problem> {
    let id = PersonId::from(id);
    let scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    let version = match body.version {
        Some(version) => version,
        None => {
            by_id(&mut tx, id)
                .await?
                .ok_or_else(Problem::not_found)?
                .version
        }
    };
    let posts = match (body.posts, body.post) {
        (Some(posts), _) => Some(posts),
        (None, Some(first)) => Some(first_post(&mut tx, id, first).await?),
        (None, None) => None,
    };
    let patch = PersonPatch {
        name: body.name,
        sex: body.sex,
        established: body.established,
        category: body.category,
        posts,
        rank: body.rank,
        joined_on: body.joined_on,
        induction_ended_on: body.induction_ended_on,
        phone: body.phone,
    };
    people::patch_person(&mut tx, &editor, id, version, &patch).await?;
    let out = show(&allow.ctx, &mut tx, &scope, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// The posts held, the first one replaced.
async fn first_post(tx: &mut Tx, id: PersonId, first: String) -> Result<Vec<String>, Problem> {
    let mut held = members::posts_on(tx, Some(&[id]), None)
        .await?
        .remove(&id)
        .unwrap_or_default();
    if held.first() != Some(&first) {
        if !held.is_empty() {
            held.remove(0);
        }
        if !first.is_empty() {
            held.insert(0, first);
        }
    }
    Ok(held)
}

/// Another unit from a day on.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct TransferIn {
    /// Where to.
    pub unit_id: i64,
    /// First day there.
    pub from: Date,
}

/// Moves a person to another unit from a day on.
#[utoipa::path(post, path = "/people/{id}/transfer", tag = "organisation", params(("id" = i64, Path)), request_body = TransferIn,
    responses((status = 200, body = PersonDetailOut), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn transfer_person(
    allow: Allow<need::PersonWrite>,
    Path(id): Path<i64>,
    Json(body): Json<TransferIn>,
) -> Result<Json<PersonDetailOut>, Problem> {
    let id = PersonId::from(id);
    let scope = allow.scope.clone();
    let editor = Editor::of(&allow.ctx, allow.scope);
    let mut tx = allow.ctx.db().write().await?;
    people::transfer_person(&mut tx, &editor, id, UnitId::from(body.unit_id), body.from).await?;
    let out = show(&allow.ctx, &mut tx, &scope, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}
