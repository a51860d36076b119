//! The tus protocol over HTTP.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chengzhi_http::{Ctx, Json, Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Uploads;
use crate::domain::state::{Upload, UploadState};
use crate::domain::tus;
use crate::domain::words::{http_date, stored};
use crate::usecase::receive::{Part, Received};
use crate::usecase::{create, end, finish, look, problem, receive};

/// Where uploads live, for `Location`.
const UPLOADS_PATH: &str = "/api/v1/uploads";

type Service = Extension<Arc<Uploads>>;

/// Puts the protocol's version on every reply, refusals too.
pub(super) async fn name_version(mut response: Response) -> Response {
    let refused = response.status() == StatusCode::PRECONDITION_FAILED;
    let head = response.headers_mut();
    set(head, "tus-resumable", tus::VERSION);
    if refused {
        set(head, "tus-version", tus::VERSION);
    }
    response
}

fn set(head: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        head.insert(HeaderName::from_static(name), value);
    }
}

/// 一个上传
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadOut {
    /// 编号
    pub id: i64,
    /// 续传地址
    pub url: String,
    /// 用途，如drill.film
    pub purpose: String,
    /// 所属位置，由用途决定
    pub slot: String,
    /// 单位编号
    pub unit_id: i64,
    /// 上传人
    pub account_name: String,
    /// 文件名
    pub file_name: String,
    /// 字节数
    pub length: i64,
    /// 已收到的字节数
    pub received: i64,
    /// 状态：open、complete、refused、ended、expired
    pub state: &'static str,
    /// 被拒收的原因
    pub reason: Option<String>,
    /// 按内容判断的类型
    pub mime: Option<String>,
    /// 完成后文件的SHA-256
    pub hash: Option<String>,
    /// 开始时间
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// 最后一个字节落盘的时间
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    /// 停顿到此时即过期
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl From<Upload> for UploadOut {
    fn from(upload: Upload) -> Self {
        UploadOut {
            id: upload.id,
            url: format!("{UPLOADS_PATH}/{}", upload.id),
            purpose: upload.purpose,
            slot: upload.slot,
            unit_id: upload.unit.get(),
            account_name: upload.account_name,
            file_name: upload.file_name,
            length: stored(upload.length),
            received: stored(upload.received),
            state: upload.state.code(),
            reason: upload.reason,
            mime: upload.mime,
            hash: upload.hash.map(|hash| hash.as_str().to_owned()),
            started_at: upload.started_at,
            received_at: upload.received_at,
            expires_at: upload.expires_at,
        }
    }
}

/// 上传协议说明：tus 1.0.0及所支持的扩展
#[utoipa::path(options, path = "/uploads", tag = "uploads", security(()), responses(
    (status = 204, description = "版本、扩展、校验方法见响应头"),
))]
pub(super) async fn describe_uploads(Extension(service): Service) -> Response {
    let mut head = HeaderMap::new();
    set(&mut head, "tus-version", tus::VERSION);
    set(&mut head, "tus-extension", tus::EXTENSIONS);
    set(&mut head, "tus-checksum-algorithm", &tus::checksum_names());
    set(&mut head, "tus-max-size", &service.max_bytes().to_string());
    (StatusCode::NO_CONTENT, head).into_response()
}

/// Which of the caller's uploads.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadsQuery {
    /// 用途
    purpose: Option<String>,
    /// 所属位置
    slot: Option<String>,
}

/// 本人未完成的上传，供换设备后续传
#[utoipa::path(get, path = "/uploads", tag = "uploads", params(UploadsQuery), responses(
    (status = 200, description = "新的在前", body = Vec<UploadOut>),
))]
pub(super) async fn list_uploads(
    SignedIn(ctx): SignedIn,
    Query(query): Query<UploadsQuery>,
) -> Result<Json<Vec<UploadOut>>, Problem> {
    let found = look::my_open(&ctx, query.purpose.as_deref(), query.slot.as_deref()).await?;
    Ok(Json(found.into_iter().map(UploadOut::from).collect()))
}

/// 开始上传：tus creation，用途和所属位置写在Upload-Metadata中
#[utoipa::path(post, path = "/uploads", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = i64, Header, description = "文件字节数"),
        ("Upload-Metadata" = String, Header, description = "purpose、filename及该用途所需的键，值为Base64"),
    ), responses(
    (status = 201, description = "已建立，续传地址见Location"),
    (status = 412, description = "协议版本不对", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "超过上限", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "用途不明、空文件或超过单位配额", body = ProblemBody, content_type = "application/problem+json"),
    (status = 507, description = "存放空间不足", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn create_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    let length = tus::length(&headers)?;
    let metadata = tus::text(&headers, "upload-metadata").unwrap_or_default();
    let created = create::create(&ctx, &service, length, metadata).await?;
    let mut head = HeaderMap::new();
    set(
        &mut head,
        "location",
        &format!("{UPLOADS_PATH}/{}", created.id),
    );
    set(&mut head, "upload-expires", &http_date(created.expires_at));
    Ok((StatusCode::CREATED, head).into_response())
}

/// 上传的状态与结果
#[utoipa::path(get, path = "/uploads/{id}", tag = "uploads", responses(
    (status = 200, description = "状态", body = UploadOut),
    (status = 404, description = "不存在或不归本人", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn get_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    Path(id): Path<i64>,
) -> Result<Json<UploadOut>, Problem> {
    Ok(Json(look::mine(&ctx, &service, id).await?.into()))
}

/// 已收到多少：tus core
#[utoipa::path(head, path = "/uploads/{id}", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "1.0.0")), responses(
    (status = 200, description = "已收到的字节数见Upload-Offset"),
    (status = 404, description = "不存在或不归本人"),
    (status = 410, description = "已取消、过期或被拒收"),
    (status = 412, description = "协议版本不对"),
))]
pub(super) async fn head_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    state_of(&ctx, &service, id).await
}

async fn state_of(ctx: &Ctx, service: &Arc<Uploads>, id: i64) -> Result<Response, Problem> {
    let upload = look::mine(ctx, service, id).await?;
    if !matches!(upload.state, UploadState::Open | UploadState::Complete) {
        return Err(problem::over(&upload));
    }
    if upload.awaits_finish() {
        // All bytes are here and the sender will send no more: whoever asks sets off the last step.
        finish::finish_unattended(&ctx.state, service, &upload).await?;
    }
    let mut head = HeaderMap::new();
    set(&mut head, "upload-offset", &upload.received.to_string());
    set(&mut head, "upload-length", &upload.length.to_string());
    if !upload.metadata.is_empty() {
        set(&mut head, "upload-metadata", &upload.metadata);
    }
    if upload.state == UploadState::Open {
        set(&mut head, "upload-expires", &http_date(upload.expires_at));
    }
    set(&mut head, "cache-control", "no-store");
    Ok((StatusCode::OK, head).into_response())
}

/// 续传一段：tus core与checksum
#[utoipa::path(patch, path = "/uploads/{id}", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = i64, Header, description = "从第几个字节开始"),
        ("Upload-Checksum" = Option<String>, Header, description = "校验方法和Base64校验值，如sha1 …"),
    ),
    request_body(content_type = "application/offset+octet-stream", content = Vec<u8>), responses(
    (status = 204, description = "已落盘，新的位置见Upload-Offset"),
    (status = 404, description = "不存在或不归本人", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "位置不对", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "已取消、过期或被拒收", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "超出文件大小", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "内容类型不对", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "内容不是可用的录像", body = ProblemBody, content_type = "application/problem+json"),
    (status = 423, description = "另一处正在上传", body = ProblemBody, content_type = "application/problem+json"),
    (status = 507, description = "存放空间已满", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn append_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    append(ctx, service, id, &headers, body).await
}

async fn append(
    ctx: Ctx,
    service: Arc<Uploads>,
    id: i64,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if tus::text(headers, "content-type") != Some(tus::PART_TYPE) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "tus.content_type",
            "上传请求有误",
            format!("续传内容须以{}格式提交。", tus::PART_TYPE),
        ));
    }
    let part = Part {
        offset: tus::count(headers, "upload-offset")?,
        announced: headers
            .contains_key(header::CONTENT_LENGTH)
            .then(|| tus::count(headers, "content-length"))
            .transpose()?,
        checksum: tus::checksum(headers)?,
        body,
    };
    let Received { offset, expires_at } = receive::receive(ctx, service, id, part).await?;
    let mut head = HeaderMap::new();
    set(&mut head, "upload-offset", &offset.to_string());
    set(&mut head, "upload-expires", &http_date(expires_at));
    Ok((StatusCode::NO_CONTENT, head).into_response())
}

/// 取消上传：tus termination
#[utoipa::path(delete, path = "/uploads/{id}", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "1.0.0")), responses(
    (status = 204, description = "已取消"),
    (status = 404, description = "不存在或不归本人", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "已完成，不能取消", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "已过期或被拒收", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn end_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    tus::check_version(&headers)?;
    end::end(&ctx, &service, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 以POST代替PATCH、DELETE、HEAD，供不放行这些方法的网络：真正的方法写在X-HTTP-Method-Override中
#[utoipa::path(post, path = "/uploads/{id}", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("X-HTTP-Method-Override" = String, Header, description = "PATCH、DELETE或HEAD"),
    ), responses(
    (status = 200, description = "同HEAD"),
    (status = 204, description = "同PATCH或DELETE"),
    (status = 405, description = "没有说明方法", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn override_upload(
    SignedIn(ctx): SignedIn,
    Extension(service): Service,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    tus::check_version(&headers)?;
    match tus::text(&headers, "x-http-method-override") {
        Some("PATCH") => append(ctx, service, id, &headers, body).await,
        Some("HEAD") => state_of(&ctx, &service, id).await,
        Some("DELETE") => {
            end::end(&ctx, &service, id).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Err(Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "操作方式不对",
            "此地址不支持这种操作。",
        )),
    }
}
