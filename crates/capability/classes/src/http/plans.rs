//! Plans of a year and their programmes.

use axum::Extension;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Month, Quantity, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::outlook_figures::Drills;
use crate::usecase::plan::{self, PlanInput, ProgrammeInput};
use crate::usecase::plan_out::{ClassPlanOut, list, view};
use crate::usecase::plan_targets::{ClassPlanTargetOut, targets};
use crate::usecase::words::{self, ClassWordsOut};

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlansQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// Word lists of classes.
#[utoipa::path(get, path = "/classes/words", tag = "classes", responses((status = 200, body = ClassWordsOut)))]
pub(super) async fn list_class_words(_: Allow<need::ClassRead>) -> Json<ClassWordsOut> {
    Json(words::all_words())
}

/// Plans of a year, with what became of each programme.
#[utoipa::path(get, path = "/classes/plans", tag = "classes", params(PlansQuery), responses(
    (status = 200, body = Vec<ClassPlanOut>),
))]
pub(super) async fn list_class_plans(
    allow: Allow<need::ClassRead>,
    Query(query): Query<PlansQuery>,
) -> Result<Json<Vec<ClassPlanOut>>, Problem> {
    let year = words::year_of(query.year, allow.ctx.now)?;
    Ok(Json(list(&allow.ctx, &allow.scope, year).await?))
}

/// A new plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassPlanIn {
    /// Bureau.
    unit_id: i64,
    year: i32,
    /// Pack to make it from.
    pack: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    note: String,
}

/// Makes a bureau's plan of a year from its rules.
#[utoipa::path(post, path = "/classes/plans", tag = "classes", request_body = ClassPlanIn, responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_class_plan(
    allow: Allow<need::ClassManage>,
    Json(body): Json<ClassPlanIn>,
) -> Result<Json<ClassPlanOut>, Problem> {
    let input = PlanInput {
        unit: UnitId::from(body.unit_id),
        year: body.year,
        pack: body.pack,
        title: body.title,
        note: body.note,
    };
    let id = plan::create(&allow.ctx, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Reads a plan.
#[utoipa::path(get, path = "/classes/plans/{id}", tag = "classes", responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_plan(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassPlanOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Targets of the plan's year with what there is.
#[utoipa::path(get, path = "/classes/plans/{id}/targets", tag = "classes", responses(
    (status = 200, body = Vec<ClassPlanTargetOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_class_plan_targets(
    allow: Allow<need::ClassRead>,
    drills: Extension<Drills>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassPlanTargetOut>>, Problem> {
    Ok(Json(
        targets(&allow.ctx, &allow.scope, drills.as_ref(), id).await?,
    ))
}

/// Title and note of a plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassPlanChangeIn {
    version: i64,
    title: String,
    #[serde(default)]
    note: String,
}

/// Changes title and note of a plan.
#[utoipa::path(put, path = "/classes/plans/{id}", tag = "classes", request_body = ClassPlanChangeIn, responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_class_plan(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassPlanChangeIn>,
) -> Result<Json<ClassPlanOut>, Problem> {
    plan::change(&allow.ctx, id, body.version, &body.title, &body.note).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A programme.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassProgrammeIn {
    /// `version` of the plan.
    version: i64,
    kind: String,
    title: String,
    audience: String,
    #[serde(default)]
    audience_posts: Vec<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    section: String,
    /// `2024-06`.
    #[schema(value_type = Option<String>)]
    month: Option<Month>,
    #[schema(value_type = f64)]
    hours: Quantity,
}

impl ClassProgrammeIn {
    fn input(self) -> ProgrammeInput {
        ProgrammeInput {
            version: self.version,
            kind: self.kind,
            title: self.title,
            audience: self.audience,
            audience_posts: self.audience_posts,
            content: self.content,
            section: self.section,
            month: self.month,
            hours: self.hours,
        }
    }
}

/// Adds a programme to a plan.
#[utoipa::path(post, path = "/classes/plans/{id}/programmes", tag = "classes", request_body = ClassProgrammeIn, responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_programme(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassProgrammeIn>,
) -> Result<Json<ClassPlanOut>, Problem> {
    plan::save_programme(&allow.ctx, id, None, body.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Changes a programme.
#[utoipa::path(put, path = "/classes/plans/{id}/programmes/{programme_id}", tag = "classes",
    request_body = ClassProgrammeIn, responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_programme(
    allow: Allow<need::ClassManage>,
    Path((id, programme)): Path<(i64, i64)>,
    Json(body): Json<ClassProgrammeIn>,
) -> Result<Json<ClassPlanOut>, Problem> {
    plan::save_programme(&allow.ctx, id, Some(programme), body.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Why something is taken out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassReasonIn {
    /// `version` as read.
    pub(super) version: i64,
    pub(super) reason: String,
}

/// Takes a programme out of a plan.
#[utoipa::path(post, path = "/classes/plans/{id}/programmes/{programme_id}/remove", tag = "classes",
    request_body = ClassReasonIn, responses(
    (status = 200, body = ClassPlanOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn remove_class_programme(
    allow: Allow<need::ClassManage>,
    Path((id, programme)): Path<(i64, i64)>,
    Json(body): Json<ClassReasonIn>,
) -> Result<Json<ClassPlanOut>, Problem> {
    plan::remove_programme(&allow.ctx, id, programme, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}
