//! Pictures of questions: fetched by requests of their own, so that neither a start nor a save grows by them. What is
//! sealed is their digest; a version of the bank that was in use keeps their bytes for good.

use chengzhi_db::{DbError, Tx, digest};
use chengzhi_http::{Ctx, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::QuestionId;
use crate::domain::form::Asked;
use crate::domain::session::State;

use super::case::Case;
use super::papers::built;
use super::{bank, marking};

/// A picture's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFile {
    /// `image/png`, `image/jpeg`, `image/gif`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A picture of a question, shown where a text says `【图：name】`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExamPictureOut {
    /// Name as texts say it.
    pub name: String,
    /// Where it is fetched, by whoever was sent this.
    pub address: String,
}

/// The pictures of a question with their addresses below `base` (`exams/sittings/7`, `exam-sessions/3`).
#[must_use]
pub(super) fn pictures_out(asked: &Asked, base: &str) -> Vec<ExamPictureOut> {
    asked
        .pictures
        .iter()
        .map(|one| ExamPictureOut {
            name: one.name.clone(),
            address: format!("/api/v1/{base}/pictures/{}/{}", asked.question, one.digest),
        })
        .collect()
}

/// The picture of a question's version that has this digest; none when the bank has no such.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn stored(
    tx: &mut Tx,
    question: QuestionId,
    wanted: &str,
) -> Result<Option<PictureFile>, DbError> {
    Ok(bank::contents(tx, &[question])
        .await?
        .into_values()
        .flat_map(|content| content.pictures)
        .find(|picture| digest(&picture.content) == wanted)
        .map(|picture| PictureFile {
            media_type: picture.media_type,
            bytes: picture.content,
        }))
}

/// A picture on the papers of a session: for its holder, and for its markers and chiefs while it is being marked.
///
/// # Errors
/// 404 for everybody else, and for what is not on its papers.
pub async fn of_session(
    ctx: &Ctx,
    id: i64,
    question: i64,
    wanted: &str,
) -> Result<PictureFile, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    if !case.is_held_by(ctx) {
        let (marks, chiefs) = marking::duties(&mut tx, ctx, id).await?;
        if case.session.state != State::Marking || !(marks || chiefs) {
            return Err(Problem::not_found());
        }
    }
    let question = QuestionId::from(question);
    let papers = built(&case.session)?.unwrap_or_default();
    if !papers.facts.contains_key(&question) {
        return Err(Problem::not_found());
    }
    stored(&mut tx, question, wanted)
        .await?
        .ok_or_else(Problem::not_found)
}
