//! Where and with whom: rooms, duties, seats.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::ExamVersionIn;

use crate::usecase::seats::{self, DutyInput, ExamSeatsOut, RoomInput};
use crate::usecase::session_out::{self, ExamSessionOut};

/// 考场
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamRoomIn {
    /// 已有考场
    #[serde(default)]
    id: Option<i64>,
    /// 名称
    name: String,
    /// 地址
    #[serde(default)]
    address: String,
    /// 排数
    rows: u32,
    /// 列数
    columns: u32,
    /// 无障碍
    #[serde(default)]
    accessible: bool,
    /// 停用座位
    #[serde(default)]
    closed: BTreeSet<u32>,
    /// 监考人员工号
    #[serde(default)]
    invigilators: Vec<String>,
}

/// 全部考场
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamRoomsIn {
    /// 版本
    version: i64,
    /// 考场
    rooms: Vec<ExamRoomIn>,
}

/// 设置考场和监考
#[utoipa::path(put, path = "/exam-sessions/{id}/rooms", tag = "exams", request_body = ExamRoomsIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_exam_rooms(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamRoomsIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    let list = body
        .rooms
        .into_iter()
        .map(|room| RoomInput {
            id: room.id,
            name: room.name,
            address: room.address,
            rows: room.rows,
            columns: room.columns,
            accessible: room.accessible,
            closed: room.closed,
            invigilators: room.invigilators,
        })
        .collect();
    seats::save_rooms(&allow.ctx, id, body.version, list).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 监考（全场）、阅卷、仲裁人员
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamDutiesIn {
    /// 版本
    version: i64,
    /// 全场监考，工号
    #[serde(default)]
    invigilators: Vec<String>,
    /// 阅卷，工号
    #[serde(default)]
    markers: Vec<String>,
    /// 仲裁，工号
    #[serde(default)]
    chiefs: Vec<String>,
}

/// 安排监考、阅卷、仲裁人员
#[utoipa::path(put, path = "/exam-sessions/{id}/duties", tag = "exams", request_body = ExamDutiesIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_exam_duties(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamDutiesIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    let input = DutyInput {
        invigilators: body.invigilators,
        markers: body.markers,
        chiefs: body.chiefs,
    };
    seats::save_duties(&allow.ctx, id, body.version, input).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 撤销编排，封卷前
#[utoipa::path(post, path = "/exam-sessions/{id}/seats/undo", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn undo_exam_seats(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<StatusCode, Problem> {
    seats::unplace(&allow.ctx, id, body.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 编排座位和准考证号
#[utoipa::path(post, path = "/exam-sessions/{id}/seats", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 200, body = ExamSeatsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn place_exam_candidates(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<Json<ExamSeatsOut>, Problem> {
    Ok(Json(seats::place(&allow.ctx, id, body.version).await?))
}
