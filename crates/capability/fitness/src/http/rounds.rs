//! Tests and their lists.

use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, XLSX, download};
use chengzhi_kernel::{Date, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Classes, FitnessMadeOut, FitnessReasonIn, FitnessVersionIn, must};
use crate::domain::state::Seat;
use crate::usecase::list::{self, FitnessChoiceOut, FitnessTestsOut};
use crate::usecase::page::{FitnessTestPageOut, view};
use crate::usecase::rounds::{TestChange, TestInput};
use crate::usecase::{export, filing, people, results, rounds};

/// Which tests.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TestsQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Tests of a year.
#[utoipa::path(get, path = "/fitness/tests", tag = "fitness", params(TestsQuery), responses(
    (status = 200, body = FitnessTestsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_fitness_tests(
    allow: Allow<need::FitnessRead>,
    Query(query): Query<TestsQuery>,
) -> Result<Json<FitnessTestsOut>, Problem> {
    let found = list::list(&allow.ctx, &allow.scope, query.year, query.unit).await?;
    Ok(Json(found))
}

/// Which classes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ClassesQuery {
    /// Bureau.
    unit: i64,
    /// This year unless said.
    year: Option<i32>,
}

/// Classes to which a test may belong.
#[utoipa::path(get, path = "/fitness/classes", tag = "fitness", params(ClassesQuery), responses(
    (status = 200, body = Vec<FitnessChoiceOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_fitness_classes(
    allow: Allow<need::FitnessManage>,
    classes: Classes,
    Query(query): Query<ClassesQuery>,
) -> Result<Json<Vec<FitnessChoiceOut>>, Problem> {
    let classes = classes.0.as_ref();
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    Ok(Json(
        list::class_choices(ctx, scope, classes, query.unit, query.year).await?,
    ))
}

/// A test.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessTestIn {
    /// Bureau.
    unit_id: i64,
    title: String,
    /// Class that it belongs to; none when it is held apart.
    class_id: Option<i64>,
    /// Why it is held apart.
    #[serde(default)]
    reason: String,
    /// Day.
    on: Date,
    place: String,
    /// Units whose people who owe the year's test are put on the list.
    #[serde(default)]
    units: Vec<i64>,
}

/// Plans a test; one held apart is filed with its reason.
#[utoipa::path(post, path = "/fitness/tests", tag = "fitness", request_body = FitnessTestIn, responses(
    (status = 200, body = FitnessMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_fitness_test(
    allow: Allow<need::FitnessManage>,
    classes: Classes,
    Json(body): Json<FitnessTestIn>,
) -> Result<Json<FitnessMadeOut>, Problem> {
    let input = TestInput {
        unit: UnitId::from(body.unit_id),
        title: body.title,
        class: body.class_id,
        reason: body.reason,
        on: body.on,
        place: body.place,
        units: body.units,
    };
    let id = rounds::create(&allow.ctx, &allow.scope, classes.0.as_ref(), input).await?;
    Ok(Json(FitnessMadeOut { id }))
}

/// A test with its list, figures and verdicts.
#[utoipa::path(get, path = "/fitness/tests/{id}", tag = "fitness", responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_fitness_test(
    allow: Allow<need::FitnessRead>,
    Path(id): Path<i64>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// What may be changed before the first figure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessChangeIn {
    /// `version` as read.
    version: i64,
    title: String,
    /// Why it is held apart.
    #[serde(default)]
    reason: String,
    /// Day.
    on: Date,
    place: String,
}

/// Changes a test; one held apart is filed anew when reason, day or place change.
#[utoipa::path(put, path = "/fitness/tests/{id}", tag = "fitness", request_body = FitnessChangeIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_fitness_test(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessChangeIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    let input = TestChange {
        version: body.version,
        title: body.title,
        reason: body.reason,
        on: body.on,
        place: body.place,
    };
    rounds::change(&allow.ctx, &allow.scope, id, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Calls a test off.
#[utoipa::path(post, path = "/fitness/tests/{id}/cancel", tag = "fitness", request_body = FitnessReasonIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn cancel_fitness_test(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessReasonIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    rounds::cancel(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// An answer to a filing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessAnswerIn {
    /// Objects; else it is noted.
    object: bool,
    /// What to say; needed to object.
    #[serde(default)]
    text: String,
}

/// Answers the filing of a test held apart.
#[utoipa::path(post, path = "/fitness/tests/{id}/answer", tag = "fitness", request_body = FitnessAnswerIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn answer_fitness_filing(
    allow: Allow<need::FitnessReview>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessAnswerIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    filing::answer(&allow.ctx, &allow.scope, id, body.object, &body.text).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// People for a list.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessPeopleIn {
    /// People, whoever they are.
    #[serde(default)]
    people: Vec<i64>,
    /// Units, of which those who owe the year's test.
    #[serde(default)]
    units: Vec<i64>,
}

/// Puts people on the list of a test.
#[utoipa::path(post, path = "/fitness/tests/{id}/people", tag = "fitness", request_body = FitnessPeopleIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_fitness_people(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessPeopleIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    people::add(&allow.ctx, &allow.scope, id, body.people, body.units).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Where somebody stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FitnessSeatIn {
    /// `listed`, `absent`, `removed`.
    seat: String,
    /// Why; needed unless listed.
    #[serde(default)]
    reason: String,
}

/// Says that somebody did not come, is off the list, or is on it after all.
#[utoipa::path(put, path = "/fitness/tests/{id}/people/{entry}", tag = "fitness", request_body = FitnessSeatIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn set_fitness_seat(
    allow: Allow<need::FitnessManage>,
    Path((id, entry)): Path<(i64, i64)>,
    Json(body): Json<FitnessSeatIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    let seat = must("seat", &body.seat, Seat::from_code)?;
    people::set_seat(&allow.ctx, &allow.scope, id, entry, seat, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Hands the results in.
#[utoipa::path(post, path = "/fitness/tests/{id}/results", tag = "fitness", request_body = FitnessVersionIn, responses(
    (status = 200, body = FitnessTestPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn hand_in_fitness_results(
    allow: Allow<need::FitnessManage>,
    Path(id): Path<i64>,
    Json(body): Json<FitnessVersionIn>,
) -> Result<Json<FitnessTestPageOut>, Problem> {
    results::hand_in(&allow.ctx, &allow.scope, id, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A test's results as a workbook.
#[utoipa::path(get, path = "/fitness/tests/{id}/export", tag = "fitness", responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn export_fitness_test(
    allow: Allow<need::FitnessRead>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (name, content) = export::test(&allow.ctx, &allow.scope, id).await?;
    Ok(download(&name, XLSX, content))
}
