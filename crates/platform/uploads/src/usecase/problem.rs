//! Refusals, in Chinese.

use axum::http::StatusCode;
use chengzhi_files::StoreError;
use chengzhi_http::{Problem, Unknown};

use crate::domain::state::{Upload, UploadState};
use crate::domain::words::size;

/// tus: the checksum of a part does not fit.
const CHECKSUM_MISMATCH: u16 = 460;

/// A disk or store that failed; a full disk is said so.
pub(crate) fn disk(error: &std::io::Error) -> Problem {
    if matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    ) {
        return full("存放空间已满，已收到的部分保留。请联系市局系统管理员清理或扩容后继续上传。");
    }
    Unknown::log(error)
}

pub(crate) fn store(error: &StoreError) -> Problem {
    match error {
        StoreError::Io(error) => disk(error),
        other => Unknown::log(other),
    }
}

pub(crate) fn full(detail: impl Into<String>) -> Problem {
    Problem::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "upload.disk_full",
        "存放空间不足",
        detail,
    )
}

pub(crate) fn too_large(length: u64, limit: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "upload.too_large",
        "文件过大",
        format!(
            "文件有{}，超过{}的上限。请用720p拍摄；已拍的请联系区局。",
            size(length),
            size(limit)
        ),
    )
}

/// The part would run past the announced end.
pub(crate) fn beyond_end() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "upload.beyond_end",
        "内容超出",
        "发来的内容比文件本身还大，文件可能在上传中被改动。请重新选择文件上传。",
    )
}

pub(crate) fn wrong_offset(asked: u64, received: u64) -> Problem {
    Problem::conflict(
        "upload.offset",
        format!(
            "续传位置不对：服务器已收到{received}字节，发来的从{asked}字节开始。请从服务器的位置继续。"
        ),
    )
}

/// Another connection is writing.
pub(crate) fn busy() -> Problem {
    Problem::new(
        StatusCode::LOCKED,
        "upload.busy",
        "正在上传",
        "另一处正在上传这个文件，请稍候再继续。",
    )
}

pub(crate) fn checksum_mismatch() -> Problem {
    let status =
        StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Problem::new(
        status,
        "upload.checksum",
        "校验不符",
        "这一段在传输中损坏，没有保存，请重发这一段。",
    )
}

/// The sender's connection ended or fell silent; what arrived is kept.
pub(crate) fn broken() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "upload.broken",
        "上传中断",
        "连接中断，已收到的部分保留，可以继续上传。",
    )
}

/// The same sender came back on another connection, and this one gave way.
pub(crate) fn taken_over() -> Problem {
    Problem::conflict("upload.taken_over", "已在另一个连接上继续上传。")
}

/// An upload that takes no more bytes.
pub(crate) fn over(upload: &Upload) -> Problem {
    let (code, detail) = match upload.state {
        UploadState::Refused => (
            "upload.refused",
            upload
                .reason
                .clone()
                .unwrap_or_else(|| "文件内容不符合要求。".to_owned()),
        ),
        UploadState::Expired => (
            "upload.expired",
            "上传停顿过久，已过期。请重新选择文件上传。".to_owned(),
        ),
        _ => (
            "upload.ended",
            "这次上传已取消。请重新选择文件上传。".to_owned(),
        ),
    };
    Problem::new(StatusCode::GONE, code, "上传已结束", detail)
}

/// The content is not what the purpose takes.
pub(crate) fn refused(reason: &str) -> Problem {
    Problem::invalid("upload.refused", reason)
}
