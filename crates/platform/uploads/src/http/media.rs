//! Playing by a signed link.

use axum::http::HeaderMap;
use axum::response::Response;
use chengzhi_files::{ContentKey, find_file};
use chengzhi_http::{Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::FileHash;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::links::is_good;
use crate::serve::serve_range;
use crate::usecase::sweep::REVIEW_COPY;

/// What a link holds.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MediaQuery {
    /// 有效期至（1970年以来的秒数）
    until: i64,
    /// 衍生文件的种类，如review（审核用副本）
    kind: Option<String>,
    /// 签名
    sign: String,
}

/// 播放文件：只凭系统给出的限时链接，支持分段读取
#[utoipa::path(get, path = "/media/{hash}", tag = "uploads",
    params(("hash" = String, Path, description = "文件的SHA-256"), MediaQuery), responses(
    (status = 200, description = "整个文件", content_type = "video/mp4"),
    (status = 206, description = "所要的一段", content_type = "video/mp4"),
    (status = 404, description = "链接无效、过期，或文件已清理", body = ProblemBody, content_type = "application/problem+json"),
    (status = 416, description = "所要的一段不在文件内"),
))]
pub(super) async fn get_media(
    SignedIn(ctx): SignedIn,
    Path(hash): Path<String>,
    Query(query): Query<MediaQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hash = FileHash::parse(&hash).ok_or_else(Problem::not_found)?;
    let content = ContentKey {
        hash,
        derived: query.kind,
    };
    if !is_good(&ctx, &content, query.until, &query.sign).await? {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.db().read().await?;
    let row = find_file(&mut tx, &content.hash).await?;
    drop(tx);
    let row = row.ok_or_else(Problem::not_found)?;
    let mime = match content.derived.as_deref() {
        None => row.mime.as_str(),
        Some(REVIEW_COPY) => "video/mp4",
        Some(_) => "image/jpeg",
    };
    serve_range(&ctx.state.files, &content, mime, &headers).await
}
