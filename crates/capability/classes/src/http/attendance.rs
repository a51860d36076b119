//! Presence: the screen's code, phones, scans, checks, entries, doubtful ones.

use axum::extract::Multipart;
use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, ClientAddress, Json, Path, Problem, ProblemBody, Query, upload_named};
use chengzhi_kernel::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::codes::{self, ClassCodeOut};
use crate::usecase::devices::{self, ClassDeviceOut};
use crate::usecase::entries::{self, ClassDoubtfulOut, EntryInput, PHOTO_LIMIT};
use crate::usecase::presence::{self, ClassPresenceTableOut};
use crate::usecase::scan::{self, ClassReceiptOut, ScanInput};

/// Where the screen's page was opened.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CodeQuery {
    /// `https://train.example.gov.cn`; with it the answer has the square.
    origin: Option<String>,
}

/// The code that the screen shows now.
#[utoipa::path(get, path = "/classes/{id}/lessons/{lesson_id}/code", tag = "classes", params(CodeQuery), responses(
    (status = 200, body = ClassCodeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn get_class_code(
    allow: Allow<need::ClassManage>,
    Path((id, lesson)): Path<(i64, i64)>,
    Query(query): Query<CodeQuery>,
) -> Result<Json<ClassCodeOut>, Problem> {
    let origin = query.origin.as_deref();
    Ok(Json(
        codes::with_square(&allow.ctx, id, lesson, origin).await?,
    ))
}

/// For how long a check is open.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassCheckIn {
    /// 1 to 30.
    minutes: u32,
}

/// Calls a check in the middle of a lesson. Gives its id.
#[utoipa::path(post, path = "/classes/{id}/lessons/{lesson_id}/checks", tag = "classes", request_body = ClassCheckIn,
    responses(
    (status = 200, body = i64),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn call_class_check(
    allow: Allow<need::ClassManage>,
    Path((id, lesson)): Path<(i64, i64)>,
    Json(body): Json<ClassCheckIn>,
) -> Result<Json<i64>, Problem> {
    Ok(Json(
        codes::call_check(&allow.ctx, id, lesson, body.minutes).await?,
    ))
}

/// A phone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassDeviceIn {
    /// What the page says it is.
    #[serde(default)]
    label: String,
}

/// Registers the phone whose page asks; its secret is told this once.
#[utoipa::path(post, path = "/classes/devices", tag = "classes", request_body = ClassDeviceIn, responses(
    (status = 200, body = ClassDeviceOut),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn register_class_device(
    allow: Allow<need::ClassOwn>,
    Json(body): Json<ClassDeviceIn>,
) -> Result<Json<ClassDeviceOut>, Problem> {
    Ok(Json(devices::register(&allow.ctx, &body.label).await?))
}

/// A scan: either window and sign of the link, or the figures.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassScanIn {
    lesson_id: i64,
    /// `in`, `mid`, `out`.
    kind: String,
    window: Option<i64>,
    sign: Option<String>,
    /// Eight figures.
    digits: Option<String>,
    device_id: i64,
    /// The phone's clock, milliseconds since 1970.
    client_ms: i64,
    /// HMAC-SHA256 by the phone's secret over `lesson|kind|code|client_ms`, hex; code is `window.sign` or the figures.
    signature: String,
    /// Made without network and sent later.
    #[serde(default)]
    offline: bool,
    /// Latitude in millionths of a degree.
    lat_micro: Option<i64>,
    /// Longitude in millionths of a degree.
    lon_micro: Option<i64>,
}

/// Takes a scan; the same one sent again gives the same receipt.
#[utoipa::path(post, path = "/classes/scans", tag = "classes", request_body = ClassScanIn, responses(
    (status = 200, body = ClassReceiptOut),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
    (status = 429, body = ProblemBody),
))]
pub(super) async fn scan_class_code(
    allow: Allow<need::ClassOwn>,
    ClientAddress(address): ClientAddress,
    Json(body): Json<ClassScanIn>,
) -> Result<Json<ClassReceiptOut>, Problem> {
    let input = ScanInput {
        lesson: body.lesson_id,
        kind: body.kind,
        link: body.window.zip(body.sign),
        digits: body.digits,
        device: body.device_id,
        client_ms: body.client_ms,
        signature: body.signature,
        offline: body.offline,
        position: body.lat_micro.zip(body.lon_micro),
        address,
    };
    Ok(Json(scan::scan(&allow.ctx, input).await?))
}

/// An entry by the class teacher.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassEntryIn {
    trainee_id: i64,
    /// `in`, `mid`, `out`.
    kind: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    check_id: Option<i64>,
    reason: String,
}

/// Enters somebody by hand. Gives the row's id.
#[utoipa::path(post, path = "/classes/{id}/lessons/{lesson_id}/entries", tag = "classes", request_body = ClassEntryIn,
    responses(
    (status = 200, body = i64),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn enter_class_presence(
    allow: Allow<need::ClassManage>,
    Path((id, lesson)): Path<(i64, i64)>,
    Json(body): Json<ClassEntryIn>,
) -> Result<Json<i64>, Problem> {
    let input = EntryInput {
        trainee: body.trainee_id,
        kind: body.kind,
        at: body.at,
        check: body.check_id,
        reason: body.reason,
    };
    Ok(Json(entries::enter(&allow.ctx, id, lesson, input).await?))
}

/// Adds a photo to an entry.
#[utoipa::path(post, path = "/classes/{id}/scans/{scan_id}/photo", tag = "classes",
    request_body(content_type = "multipart/form-data", description = "Field `file`: JPEG or PNG"), responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_class_entry_photo(
    allow: Allow<need::ClassManage>,
    Path((id, scan)): Path<(i64, i64)>,
    mut form: Multipart,
) -> Result<StatusCode, Problem> {
    let upload = upload_named(&mut form, "file", PHOTO_LIMIT).await?;
    entries::add_photo(&allow.ctx, id, scan, upload).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who was there: lessons × trainees.
#[utoipa::path(get, path = "/classes/{id}/presence", tag = "classes", responses(
    (status = 200, body = ClassPresenceTableOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_presence(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassPresenceTableOut>, Problem> {
    Ok(Json(presence::list(&allow.ctx, &allow.scope, id).await?))
}

/// Doubtful scans, those that wait first.
#[utoipa::path(get, path = "/classes/{id}/doubtful", tag = "classes", responses(
    (status = 200, body = Vec<ClassDoubtfulOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_class_doubtful(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ClassDoubtfulOut>>, Problem> {
    Ok(Json(entries::doubtful(&allow.ctx, id).await?))
}

/// What the teacher says of a scan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassScanDecideIn {
    /// True keeps it, false strikes it.
    kept: bool,
    reason: String,
}

/// Keeps or strikes a scan.
#[utoipa::path(post, path = "/classes/{id}/scans/{scan_id}/decide", tag = "classes", request_body = ClassScanDecideIn,
    responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_class_scan(
    allow: Allow<need::ClassManage>,
    Path((id, scan)): Path<(i64, i64)>,
    Json(body): Json<ClassScanDecideIn>,
) -> Result<StatusCode, Problem> {
    entries::decide(&allow.ctx, id, scan, body.kept, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
