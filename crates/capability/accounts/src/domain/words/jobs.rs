//! Kinds of background jobs and their states.

use super::look;

/// Kinds of background jobs.
pub(super) const JOBS: &[(&str, &str)] = &[
    ("uploads.sweep", "清理上传与到期文件"),
    ("uploads.orphans", "清理无主文件"),
    ("accounts.sweep", "停用离开人员的账号"),
    ("study.lock", "科队学习到期锁定"),
    ("drill.lock", "队列训练到期锁定"),
];

/// A kind of job in Chinese; one that is not in the table keeps its code.
#[must_use]
pub fn job_name(kind: &str) -> &str {
    look(JOBS, kind).unwrap_or(kind)
}

/// The state of a job in Chinese.
#[must_use]
pub fn job_state_name(state: &str) -> &'static str {
    match state {
        "queued" => "等待",
        "running" => "执行中",
        "done" => "完成",
        _ => "失败",
    }
}
