//! Plans of several years.

use axum::Extension;
use chengzhi_authz::{Scope, need};
use chengzhi_http::{Allow, Ctx, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{PersonId, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::outlook_figures::Drills;
use crate::usecase::outlook_leaders::{Who, add_leader, mark_class, remove_leader};
use crate::usecase::outlook_save::{OutlookInput, TargetInput, create, save};
use crate::usecase::outlooks::{ClassOutlookOut, list};

async fn all(
    ctx: &Ctx,
    scope: &Scope,
    drills: &Drills,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    Ok(Json(list(ctx, scope, drills.as_ref()).await?))
}

/// Plans of several years with what was reached.
#[utoipa::path(get, path = "/classes/outlooks", tag = "classes", responses(
    (status = 200, body = Vec<ClassOutlookOut>),
))]
pub(super) async fn list_class_outlooks(
    allow: Allow<need::ClassRead>,
    drills: Extension<Drills>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    all(&allow.ctx, &allow.scope, &drills).await
}

/// A plan of several years.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutlookIn {
    /// Bureau.
    unit_id: i64,
    from_year: i32,
    to_year: i32,
    title: String,
    #[serde(default)]
    note: String,
}

/// Makes a plan of several years.
#[utoipa::path(post, path = "/classes/outlooks", tag = "classes", request_body = ClassOutlookIn, responses(
    (status = 200, body = Vec<ClassOutlookOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_class_outlook(
    allow: Allow<need::ClassManage>,
    drills: Extension<Drills>,
    Json(body): Json<ClassOutlookIn>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    let years = (body.from_year, body.to_year);
    let unit = UnitId::from(body.unit_id);
    create(&allow.ctx, unit, years, &body.title, &body.note).await?;
    all(&allow.ctx, &allow.scope, &drills).await
}

/// A target.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutlookTargetIn {
    year: i32,
    /// Code of a measure of the plan.
    measure: String,
    /// Kind of classes; empty for all, or when no classes are counted.
    #[serde(default)]
    kind: String,
    goal: i64,
}

/// A plan of several years as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutlookChangeIn {
    /// `version` as read.
    version: i64,
    title: String,
    #[serde(default)]
    note: String,
    targets: Vec<ClassOutlookTargetIn>,
}

impl ClassOutlookChangeIn {
    fn input(self) -> OutlookInput {
        let targets = self.targets.into_iter().map(|one| TargetInput {
            year: one.year,
            measure: one.measure,
            kind: one.kind,
            goal: one.goal,
        });
        OutlookInput {
            version: self.version,
            title: self.title,
            note: self.note,
            targets: targets.collect(),
        }
    }
}

/// Changes title and note of a plan of several years and replaces its targets.
#[utoipa::path(put, path = "/classes/outlooks/{id}", tag = "classes", request_body = ClassOutlookChangeIn, responses(
    (status = 200, body = Vec<ClassOutlookOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_outlook(
    allow: Allow<need::ClassManage>,
    drills: Extension<Drills>,
    Path(id): Path<i64>,
    Json(body): Json<ClassOutlookChangeIn>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    save(&allow.ctx, id, body.input()).await?;
    all(&allow.ctx, &allow.scope, &drills).await
}

/// A leader: of the roster, or from outside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLeaderIn {
    /// `version` as read.
    version: i64,
    person_id: Option<i64>,
    outsider_id: Option<i64>,
    #[serde(default)]
    title: String,
}

/// Adds a leader who owes the legal training.
#[utoipa::path(post, path = "/classes/outlooks/{id}/leaders", tag = "classes", request_body = ClassLeaderIn, responses(
    (status = 200, body = Vec<ClassOutlookOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_leader(
    allow: Allow<need::ClassManage>,
    drills: Extension<Drills>,
    Path(id): Path<i64>,
    Json(body): Json<ClassLeaderIn>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    let who = match (body.person_id, body.outsider_id) {
        (Some(person), None) => Who::Person(PersonId::from(person)),
        (None, Some(outsider)) => Who::Outsider(outsider),
        _ => {
            return Err(Problem::field(
                "person_id",
                "请选择一名人员或者外单位学员。",
            ));
        }
    };
    add_leader(&allow.ctx, id, body.version, who, &body.title).await?;
    all(&allow.ctx, &allow.scope, &drills).await
}

/// On what was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLeaderOffIn {
    /// `version` as read.
    version: i64,
}

/// Takes a leader off.
#[utoipa::path(post, path = "/classes/outlooks/{id}/leaders/{leader}/remove", tag = "classes", request_body = ClassLeaderOffIn, responses(
    (status = 200, body = Vec<ClassOutlookOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_class_leader(
    allow: Allow<need::ClassManage>,
    drills: Extension<Drills>,
    Path((id, leader)): Path<(i64, i64)>,
    Json(body): Json<ClassLeaderOffIn>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    remove_leader(&allow.ctx, id, leader, body.version).await?;
    all(&allow.ctx, &allow.scope, &drills).await
}

/// Whether a class counts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassOutlookMarkIn {
    /// `version` as read.
    version: i64,
    class_id: i64,
    /// It counts; else no longer.
    counts: bool,
}

/// Counts an off-the-job class as legal training of leaders, or no longer.
#[utoipa::path(post, path = "/classes/outlooks/{id}/classes", tag = "classes", request_body = ClassOutlookMarkIn, responses(
    (status = 200, body = Vec<ClassOutlookOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn mark_class_outlook(
    allow: Allow<need::ClassManage>,
    drills: Extension<Drills>,
    Path(id): Path<i64>,
    Json(body): Json<ClassOutlookMarkIn>,
) -> Result<Json<Vec<ClassOutlookOut>>, Problem> {
    mark_class(&allow.ctx, id, body.class_id, body.version, body.counts).await?;
    all(&allow.ctx, &allow.scope, &drills).await
}
