//! Background jobs for the system administrator.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Problem, ProblemBody};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::words::{job_name, job_state_name};

/// Jobs shown: the newest.
const SHOWN: i64 = 200;

/// 一项后台任务
#[derive(Debug, Serialize, ToSchema)]
pub struct JobOut {
    /// 编号
    pub id: i64,
    /// 任务代码
    pub kind: String,
    /// 任务
    pub kind_name: String,
    /// 状态：queued、running、done、failed
    pub state: String,
    /// 状态名称
    pub state_name: String,
    /// 登记时间
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// 计划时间
    #[schema(value_type = String, format = DateTime)]
    pub run_at: Timestamp,
    /// 完成时间
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// 执行次数
    pub attempts: i64,
    /// 最近一次失败的原因
    pub error: Option<String>,
}

/// 后台任务
#[utoipa::path(
    get, path = "/jobs", tag = "accounts",
    responses(
        (status = 200, description = "最近的后台任务", body = Page<JobOut>),
        (status = 403, description = "没有权限", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_jobs(allow: Allow<need::JobRead>) -> Result<Json<Page<JobOut>>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    let jobs = chengzhi_jobs::recent(&mut tx, SHOWN).await?;
    let counts = chengzhi_jobs::count_by_state(&mut tx).await?;
    let rows = jobs
        .into_iter()
        .map(|job| JobOut {
            id: job.id,
            kind_name: job_name(&job.kind).to_owned(),
            state_name: job_state_name(&job.state).to_owned(),
            kind: job.kind,
            state: job.state,
            created_at: job.created_at,
            run_at: job.run_at,
            finished_at: job.finished_at,
            attempts: job.attempts,
            error: job.last_error,
        })
        .collect();
    Ok(Json(Page {
        total: counts.iter().map(|(_, n)| n).sum(),
        rows,
    }))
}
