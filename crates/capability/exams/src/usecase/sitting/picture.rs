//! Pictures of the own paper.

use std::sync::Arc;

use chengzhi_http::{Ctx, Problem};

use crate::domain::sitting::State;
use crate::domain::{AttemptId, QuestionId};
use crate::usecase::after_hand_in;
use crate::usecase::pictures::{PictureFile, stored};

use super::{Room, person};

impl Room {
    /// A picture of a question on the caller's paper, while he sits it and again when its questions are shown to him.
    ///
    /// # Errors
    /// 404 for somebody else's attempt, before the start, for a picture of another paper, and after the end where the
    /// rules show no questions.
    pub async fn picture(
        &self,
        ctx: &Ctx,
        id: AttemptId,
        question: i64,
        wanted: &str,
    ) -> Result<Arc<PictureFile>, Problem> {
        let who = person(ctx)?;
        let question = QuestionId::from(question);
        let place = self.place(id).await;
        let mut guard = place.lock().await;
        if guard.is_none() {
            let mut tx = self.db.read().await?;
            *guard = Some(self.read(&mut tx, id).await?);
        }
        let live = guard
            .as_ref()
            .filter(|live| live.person == who)
            .ok_or_else(Problem::not_found)?;
        let asked = live.printed.asked(question);
        let named = asked.is_some_and(|asked| {
            let mut digests = asked.pictures.iter().map(|one| one.digest.as_str());
            digests.any(|digest| digest == wanted)
        });
        let running = live.sitting.state_at(ctx.now) == State::Running;
        drop(guard);
        if !named || !(running || after_hand_in::reviews(ctx, id).await?) {
            return Err(Problem::not_found());
        }
        // Under the lock: a hall that opens a question at once reads its picture from the bank once.
        let mut kept = self.pictures.lock().await;
        if let Some(found) = kept.get(wanted) {
            return Ok(found.clone());
        }
        let mut tx = self.db.read().await?;
        let found = stored(&mut tx, question, wanted)
            .await?
            .map(Arc::new)
            .ok_or_else(Problem::not_found)?;
        kept.insert(wanted.to_owned(), found.clone());
        Ok(found)
    }
}
