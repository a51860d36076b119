//! Pictures of questions.

use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use chengzhi_http::{Path, Problem, ProblemBody, SignedIn};

use super::sitting::InRoom;
use crate::domain::AttemptId;
use crate::usecase::pictures::{self, PictureFile};

/// A picture under its digest never changes; private, since the next person at this computer may have no right to it.
fn sent(picture: &PictureFile) -> Response {
    let head = [
        (header::CONTENT_TYPE, picture.media_type.clone()),
        (
            header::CACHE_CONTROL,
            "private, max-age=86400, immutable".to_owned(),
        ),
    ];
    (head, picture.bytes.clone()).into_response()
}

/// 本人试卷上的图片
#[utoipa::path(get, path = "/exams/sittings/{id}/pictures/{question}/{digest}", tag = "exams", responses(
    (status = 200, content_type = "image/png"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_sitting_picture(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path((id, question, digest)): Path<(i64, i64, String)>,
) -> Result<Response, Problem> {
    let picture = room
        .picture(&ctx, AttemptId::from(id), question, &digest)
        .await?;
    Ok(sent(&picture))
}

/// 试卷上的图片，供组织单位和阅卷人员查看
#[utoipa::path(get, path = "/exam-sessions/{id}/pictures/{question}/{digest}", tag = "exams", responses(
    (status = 200, content_type = "image/png"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_exam_picture(
    SignedIn(ctx): SignedIn,
    Path((id, question, digest)): Path<(i64, i64, String)>,
) -> Result<Response, Problem> {
    let picture = pictures::of_session(&ctx, id, question, &digest).await?;
    Ok(sent(&picture))
}
