//! What is asked: papers, sealing.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::ExamVersionIn;

use crate::domain::blueprint::Blueprint;
use crate::usecase::papers::{self, ExamBuildOut, ExamPapersOut};
use crate::usecase::seal_session;
use crate::usecase::session_out::{self, ExamSessionOut};

/// 试卷
#[utoipa::path(get, path = "/exam-sessions/{id}/papers", tag = "exams", responses(
    (status = 200, body = ExamPapersOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_exam_papers(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<ExamPapersOut>, Problem> {
    Ok(Json(papers::view(&allow.ctx, id).await?))
}

/// 组卷
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamBuildIn {
    /// 版本
    version: i64,
    /// 蓝图：sections、limits、total、target、fixed、excluded、exposure
    #[schema(value_type = Object)]
    blueprint: Blueprint,
    /// 平行卷套数
    forms: u32,
}

/// 按蓝图组卷；组不成时说明冲突和出路
#[utoipa::path(post, path = "/exam-sessions/{id}/papers", tag = "exams", request_body = ExamBuildIn, responses(
    (status = 200, body = ExamBuildOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn build_exam_papers(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamBuildIn>,
) -> Result<Json<ExamBuildOut>, Problem> {
    let (version, plan) = (body.version, body.blueprint);
    Ok(Json(
        papers::build(&allow.ctx, id, version, plan, body.forms).await?,
    ))
}

/// 封卷
#[utoipa::path(post, path = "/exam-sessions/{id}/seal", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn seal_exam_session(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    seal_session::seal(&allow.ctx, id, body.version).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}
