//! Extractors whose refusals are problem documents in Chinese.

use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Problem;
use crate::unread::unread;

/// A JSON body, in or out.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(req: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(req, state).await {
            Ok(axum::Json(value)) => Ok(Json(value)),
            Err(JsonRejection::JsonDataError(error)) => Err(unread("invalid.body", &inner(&error))),
            Err(JsonRejection::JsonSyntaxError(_)) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "invalid.json",
                "内容有误",
                "提交的内容不是有效的JSON。",
            )),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "invalid.content_type",
                "内容有误",
                "请以application/json格式提交。",
            )),
            Err(other) => Err(Problem::new(
                other.status(),
                "invalid.body",
                "内容有误",
                "提交的内容无法读取，可能过大或中断。",
            )),
        }
    }
}

/// The innermost cause names the field; the outer layers only repeat that it is JSON.
fn inner(error: &dyn std::error::Error) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Path parameters.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(PathRejection::FailedToDeserializePathParams(_)) | Err(_) => {
                Err(Problem::not_found())
            }
        }
    }
}

/// Query parameters.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Query(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                Err(unread("invalid.query", &inner(&error)))
            }
            Err(_) => Err(Problem::invalid("invalid.query", "查询条件有误。")),
        }
    }
}

/// One uploaded file of a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Name on the sender's disk, without folders.
    pub file_name: String,
    /// Content.
    pub bytes: Bytes,
}

/// Reads the form field `field` of an upload, at most `limit` bytes.
///
/// # Errors
/// 413 when larger, 422 when the field is missing or the form broke off.
pub async fn upload_named(
    form: &mut Multipart,
    field: &str,
    limit: usize,
) -> Result<Upload, Problem> {
    while let Some(mut part) = form.next_field().await.map_err(|e| broken(&e))? {
        if part.name() != Some(field) {
            continue;
        }
        let file_name = part
            .file_name()
            .unwrap_or("未命名")
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or("未命名")
            .to_owned();
        let mut content = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|e| broken(&e))? {
            if content.len() + chunk.len() > limit {
                return Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "upload.too_large",
                    "文件过大",
                    format!(
                        "文件“{file_name}”超过{}MB的上限，请压缩或拆分后再上传。",
                        limit / 1024 / 1024
                    ),
                ));
            }
            content.extend_from_slice(&chunk);
        }
        return Ok(Upload {
            file_name,
            bytes: content.into(),
        });
    }
    Err(Problem::field(
        field,
        "没有收到文件，请重新选择文件后上传。",
    ))
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "upload.too_large",
            "文件过大",
            "文件超过上限，请压缩或拆分后再上传。",
        );
    }
    Problem::new(
        StatusCode::BAD_REQUEST,
        "upload.broken",
        "上传中断",
        "上传没有完成，请检查网络后重新上传。",
    )
}
