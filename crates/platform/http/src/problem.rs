//! Errors on the wire: RFC 9457 problem documents with a stable code and a Chinese sentence that
//! says what to do.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_db::DbError;
use serde::Serialize;
use utoipa::ToSchema;

/// One fault in what was sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// Row of the sheet, header being row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Field or column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong and how to mend it, in Chinese.
    pub message: String,
}

/// The document as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Always `about:blank`: `code` tells the kinds apart.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short Chinese title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code, `study.locked`.
    pub code: String,
    /// Chinese sentence a person can act on.
    pub detail: String,
    /// Offending field, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// All faults, when several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Number under which an unknown error was logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
}

/// An error on its way out. Boxed, because results carry it everywhere.
#[derive(Debug)]
pub struct Problem(Box<ProblemBody>);

impl Problem {
    /// A problem with a code of the capability.
    pub fn new(status: StatusCode, code: &str, title: &str, detail: impl Into<String>) -> Self {
        Problem(Box::new(ProblemBody {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            field: None,
            errors: Vec::new(),
            event_id: None,
        }))
    }

    /// 422: what was sent cannot be used.
    pub fn invalid(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "内容有误", detail)
    }

    /// 422 for one field.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        let mut problem = Self::invalid("invalid.field", detail);
        problem.0.field = Some(field.to_owned());
        problem
    }

    /// 409: the state of the thing does not allow it (any more).
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "当前状态不允许此操作", detail)
    }

    /// 409: somebody else changed the record meanwhile.
    #[must_use]
    pub fn stale() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict.version",
            "内容已被他人更新",
            "这条记录刚被他人更新，请刷新后再操作。",
        )
    }

    /// 404: not there, or outside the actor's units.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "没有找到",
            "没有找到该内容，或您没有查看它的权限。",
        )
    }

    /// 403: existence is public, the right is missing.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "auth.forbidden",
            "没有权限",
            "您的角色没有此项权限，如需要请联系本单位管理员。",
        )
    }

    /// 401: no session, or it ended.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "auth.required",
            "请先登录",
            "请先登录；如已登录，登录可能已过期。",
        )
    }

    /// Says which field is at fault.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.0.field = Some(field.to_owned());
        self
    }

    /// The field at fault, if one is.
    #[must_use]
    pub fn at_field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Adds the list of all faults.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The Chinese sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl std::error::Error for Problem {}

/// An error nobody foresaw: opaque to the caller, logged once with its causes.
#[derive(Debug)]
pub struct Unknown;

impl Unknown {
    /// Logs the error with its chain of causes and gives the document with the log's number.
    #[must_use]
    pub fn log(error: &(dyn std::error::Error + 'static)) -> Problem {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let event_id = format!(
            "E{}-{:06}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(event_id, error = chain, "request failed");
        let mut problem = Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "系统出错",
            format!("系统出错，内容没有保存。请稍后再试；如仍出错，请把编号{event_id}告诉管理员。"),
        );
        problem.0.event_id = Some(event_id);
        problem
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if error.is_unstorable_text() {
            return Problem::invalid("invalid.text", "内容含有无法保存的字符，请删除后再提交。");
        }
        Unknown::log(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        (
            status,
            [(header::CONTENT_TYPE, "application/problem+json")],
            body,
        )
            .into_response()
    }
}
