//! The year, and people's own records.

use axum::http::StatusCode;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{
    Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query, SignedIn, XLSX, download,
};
use chengzhi_kernel::{Date, PersonId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::own::{self, FitnessRecordsOut};
use crate::usecase::year::{self, FitnessPersonOut, FitnessYearOut, PeopleFilter};
use crate::usecase::{export, people};

/// Which year and unit.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct YearQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// How far each unit is with the year's test.
#[utoipa::path(get, path = "/fitness/year", tag = "fitness", params(YearQuery), responses(
    (status = 200, body = FitnessYearOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_fitness_year(
    allow: Allow<need::FitnessRead>,
    Query(query): Query<YearQuery>,
) -> Result<Json<FitnessYearOut>, Problem> {
    let found = year::overview(&allow.ctx, &allow.scope, query.year, query.unit).await?;
    Ok(Json(found))
}

/// Which people.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PeopleQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `passed`, `failed`, `unknown`, `exempt`, `deferred`, `listed`, `missing`; `owed` for the last
    /// two, `taken` for the first three.
    standing: Option<String>,
    /// Part of name or number.
    text: Option<String>,
}

/// Who must take the year's test, with standing.
#[utoipa::path(get, path = "/fitness/year/people", tag = "fitness", params(PeopleQuery, Paging), responses(
    (status = 200, body = Page<FitnessPersonOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_fitness_year(
    allow: Allow<need::FitnessRead>,
    Query(query): Query<PeopleQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<FitnessPersonOut>>, Problem> {
    let filter = PeopleFilter {
        year: query.year,
        unit: query.unit,
        standing: query.standing,
        text: query.text,
    };
    Ok(Json(
        year::people(&allow.ctx, &allow.scope, &filter, paging).await?,
    ))
}

/// The year's list as a workbook.
#[utoipa::path(get, path = "/fitness/year/export", tag = "fitness", params(YearQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn export_fitness_year(
    allow: Allow<need::FitnessRead>,
    Query(query): Query<YearQuery>,
) -> Result<Response, Problem> {
    let (name, content) = export::year(&allow.ctx, &allow.scope, query.year, query.unit).await?;
    Ok(download(&name, XLSX, content))
}

/// The own tests with explanations.
#[utoipa::path(get, path = "/fitness/me", tag = "fitness", responses(
    (status = 200, body = FitnessRecordsOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_own_fitness(
    SignedIn(ctx): SignedIn,
) -> Result<Json<FitnessRecordsOut>, Problem> {
    Ok(Json(own::own(&ctx).await?))
}

/// Somebody's tests with explanations, for his file.
#[utoipa::path(get, path = "/fitness/people/{id}", tag = "fitness", responses(
    (status = 200, body = FitnessRecordsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_fitness_person(
    allow: Allow<need::FitnessRead>,
    Path(id): Path<i64>,
) -> Result<Json<FitnessRecordsOut>, Problem> {
    let person = PersonId::from(id);
    Ok(Json(
        own::of_person(&allow.ctx, &allow.scope, person).await?,
    ))
}

/// A birthday.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessBirthIn {
    /// Day.
    born_on: Date,
}

/// Enters when somebody was born: limits may go by age.
#[utoipa::path(put, path = "/fitness/people/{id}/birth", tag = "fitness", request_body = FitnessBirthIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn set_fitness_birth(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessBirthIn>,
) -> Result<StatusCode, Problem> {
    let person = PersonId::from(id);
    people::set_birth(&allow.ctx, &allow.scope, person, body.born_on).await?;
    Ok(StatusCode::NO_CONTENT)
}
