//! Playing from the store: ranges, without holding a film in memory.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chengzhi_files::{ContentKey, FileStore};
use chengzhi_http::Problem;

use crate::domain::range::{Wanted, wanted};
use crate::domain::tus::text;
use crate::usecase::problem;

/// Answers a request for a content: the whole (200), a stretch (206), nothing new (304) or nothing
/// there (416). `If-Range` and `If-None-Match` go by the content's hash.
///
/// # Errors
/// 404 when the content is gone; 500 from the store.
pub async fn serve_range(
    files: &FileStore,
    content: &ContentKey,
    mime: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let size = files
        .size(content)
        .await
        .map_err(|error| problem::store(&error))?
        .ok_or_else(Problem::not_found)?;
    let tag = tag(content);
    let known = text(headers, "if-none-match")
        .is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    if known {
        return Ok(base(StatusCode::NOT_MODIFIED, &tag).into_response());
    }
    // A stretch of something that changed meanwhile would not fit: then the whole is sent.
    let same = text(headers, "if-range").is_none_or(|known| known == tag);
    let asked = text(headers, "range").filter(|_| same);
    let (status, range) = match wanted(asked, size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let mut reply = base(StatusCode::RANGE_NOT_SATISFIABLE, &tag);
            set(
                &mut reply.1,
                header::CONTENT_RANGE,
                &format!("bytes */{size}"),
            );
            return Ok(reply.into_response());
        }
    };
    let (status, mut head) = base(status, &tag);
    set(&mut head, header::CONTENT_TYPE, mime);
    set(
        &mut head,
        header::CONTENT_LENGTH,
        &(range.end - range.start).to_string(),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end.saturating_sub(1);
        set(
            &mut head,
            header::CONTENT_RANGE,
            &format!("bytes {}-{last}/{size}", range.start),
        );
    }
    let stream = files
        .stream(content, range)
        .await
        .map_err(|error| problem::store(&error))?;
    Ok((status, head, Body::from_stream(stream)).into_response())
}

fn tag(content: &ContentKey) -> String {
    match &content.derived {
        None => format!("\"{}\"", content.hash),
        Some(kind) => format!("\"{}-{kind}\"", content.hash),
    }
}

fn base(status: StatusCode, tag: &str) -> (StatusCode, HeaderMap) {
    let mut head = HeaderMap::new();
    set(&mut head, header::ETAG, tag);
    set(&mut head, header::ACCEPT_RANGES, "bytes");
    // Private: the next person at this computer may have no right to it.
    set(&mut head, header::CACHE_CONTROL, "private, max-age=3600");
    // Whatever a browser thinks of the content, it is played, never run.
    set(&mut head, header::CONTENT_DISPOSITION, "inline");
    (status, head)
}

fn set(head: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        head.insert(name, value);
    }
}
