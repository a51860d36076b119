//! The storage page's data.

use std::sync::Arc;

use axum::Extension;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

use super::tus::UploadOut;
use crate::Uploads;
use crate::domain::words::stored;
use crate::store::usage::Usage;
use crate::usecase::storage::{Storage, storage};

/// 一部分占用
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageOut {
    /// 代码：用途，或机构编号
    pub key: String,
    /// 名称
    pub name: String,
    /// 字节数
    pub bytes: i64,
    /// 文件数
    pub files: i64,
}

impl From<Usage> for UsageOut {
    fn from(usage: Usage) -> Self {
        UsageOut {
            key: usage.key,
            name: usage.name,
            bytes: stored(usage.bytes),
            files: usage.files,
        }
    }
}

/// 存储空间
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StorageOut {
    /// 存放方式：folder（本机目录）、s3（对象存储）
    pub backend: &'static str,
    /// 磁盘总字节数；对象存储不详
    pub total_bytes: Option<i64>,
    /// 磁盘空闲字节数；对象存储不详
    pub free_bytes: Option<i64>,
    /// 上传暂存处空闲字节数
    pub spool_free_bytes: i64,
    /// 留给数据库的字节数，上传不占用
    pub reserve_bytes: i64,
    /// 已存文件字节数
    pub used_bytes: i64,
    /// 已存文件数
    pub files: i64,
    /// 未完成的上传已收到的字节数
    pub spool_bytes: i64,
    /// 未完成的上传还将收到的字节数
    pub promised_bytes: i64,
    /// 按用途
    pub by_purpose: Vec<UsageOut>,
    /// 占用最多的单位
    pub by_unit: Vec<UsageOut>,
    /// 近期新增字节数
    pub arrived_bytes: i64,
    /// 新增按多少天计，最多30天
    pub arrived_days: i64,
    /// 按近期新增速度还够用的天数；没有新增或空间不详时没有
    pub days_left: Option<i64>,
    /// 未完成的上传，大的在前，最多100个
    pub open: Vec<UploadOut>,
}

impl From<Storage> for StorageOut {
    fn from(found: Storage) -> Self {
        StorageOut {
            backend: if found.disk.is_some() { "folder" } else { "s3" },
            total_bytes: found.disk.map(|disk| stored(disk.total)),
            free_bytes: found.disk.map(|disk| stored(disk.free)),
            spool_free_bytes: stored(found.spool.free),
            reserve_bytes: stored(found.reserve),
            used_bytes: stored(found.used),
            files: found.files,
            spool_bytes: stored(found.promised.in_spool),
            promised_bytes: stored(found.promised.to_come),
            by_purpose: found.by_purpose.into_iter().map(UsageOut::from).collect(),
            by_unit: found.by_unit.into_iter().map(UsageOut::from).collect(),
            arrived_bytes: stored(found.arrived),
            arrived_days: found.arrived_days,
            days_left: found.days_left,
            open: found.open.into_iter().map(UploadOut::from).collect(),
        }
    }
}

/// 存储空间
#[utoipa::path(get, path = "/storage", tag = "uploads", responses(
    (status = 200, description = "占用、空闲、预计可用天数、未完成的上传", body = StorageOut),
    (status = 403, description = "没有权限", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn get_storage(
    allow: Allow<need::StorageRead>,
    Extension(service): Extension<Arc<Uploads>>,
) -> Result<Json<StorageOut>, Problem> {
    Ok(Json(storage(&allow.ctx, &service).await?.into()))
}
