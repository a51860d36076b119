//! Files sent to be saved.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// A download with a Chinese file name (RFC 6266: a plain name for old programs, the UTF-8 one for
/// the rest).
#[must_use]
pub fn download(file_name: &str, content_type: &str, content: Vec<u8>) -> Response {
    let encoded: String = file_name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let extension = file_name
        .rsplit_once('.')
        .map_or("bin", |(_, extension)| extension);
    let disposition =
        format!("attachment; filename=\"download.{extension}\"; filename*=UTF-8''{encoded}");
    (
        [
            (header::CONTENT_TYPE, content_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        content,
    )
        .into_response()
}

/// Content type of `.xlsx`.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
