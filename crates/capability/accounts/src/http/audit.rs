//! The audit log for the audit administrator.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::words::{action_name, detail_text, subject_text};
use crate::usecase::audit_page;

/// 一条审计记录
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditOut {
    /// 序号
    pub seq: i64,
    /// 时间（服务器时间）
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// 操作人
    pub actor_name: String,
    /// 事项代码
    pub action: String,
    /// 事项
    pub action_name: String,
    /// 对象
    pub subject: String,
    /// 内容
    pub detail: String,
    /// 校验值前12位
    pub hash_short: String,
}

/// 审计记录的条件
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// 操作人姓名的一部分
    pub actor: Option<String>,
    /// 事项名称或代码的一部分
    pub action: Option<String>,
    /// 自（含）
    pub from: Option<Date>,
    /// 至（含）
    pub to: Option<Date>,
    /// 第几页
    #[param(minimum = 1)]
    pub page: Option<i64>,
    /// 每页行数
    #[param(minimum = 1, maximum = 500)]
    pub size: Option<i64>,
}

/// 校验结果
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerdict {
    /// 完整
    pub ok: bool,
    /// 已校验条数
    pub checked: i64,
    /// 第一条不符的序号
    pub broken_at: Option<i64>,
    /// 何处不符
    pub reason: Option<String>,
}

/// 审计日志
#[utoipa::path(
    get, path = "/audit", tag = "accounts", params(AuditQuery),
    responses(
        (status = 200, description = "由新到旧", body = Page<AuditOut>),
        (status = 403, description = "没有权限", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_audit(
    allow: Allow<need::AuditRead>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditOut>>, Problem> {
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    let text = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let wanted = audit_page::Wanted {
        actor: text(query.actor),
        action: text(query.action),
        from: query.from,
        to: query.to,
        limit: paging.limit(),
        offset: paging.offset(),
    };
    let page = audit_page::audit_page(&allow.ctx, wanted).await?;
    let rows = page
        .rows
        .into_iter()
        .map(|row| AuditOut {
            seq: row.seq,
            at: row.at,
            action_name: action_name(&row.action).to_owned(),
            subject: subject_text(&row.subject, &page.names),
            detail: detail_text(&row.detail),
            hash_short: row.hash.chars().take(12).collect(),
            actor_name: row.actor_name,
            action: row.action,
        })
        .collect();
    Ok(Json(Page {
        total: page.total,
        rows,
    }))
}

/// 校验审计日志
#[utoipa::path(
    get, path = "/audit/verify", tag = "accounts",
    responses(
        (status = 200, description = "校验结果", body = AuditVerdict),
        (status = 403, description = "没有权限", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn verify_audit(allow: Allow<need::AuditRead>) -> Result<Json<AuditVerdict>, Problem> {
    Ok(Json(match audit_page::verify(&allow.ctx).await? {
        Ok(checked) => AuditVerdict {
            ok: true,
            checked,
            broken_at: None,
            reason: None,
        },
        Err(broken) => AuditVerdict {
            ok: false,
            checked: broken.seq - 1,
            broken_at: Some(broken.seq),
            reason: Some(broken.reason),
        },
    }))
}
