//! Starting, going on on another device, handing in.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;

use crate::domain::sitting::{Sitting, State};
use crate::domain::{AttemptId, Deny};
use crate::store::attempts;
use crate::usecase::refused;

use super::live::Live;
use super::view::{SittingOut, sitting_out};
use super::writer::Write;
use super::{Room, person};

impl Room {
    /// Begins the caller's attempt at an exam, or goes on with it: opened twice it is the same sitting.
    ///
    /// # Errors
    /// 404 when he is not on the list; 409 before the opening, after the last start, when it is over; 503 when it cannot
    /// be stored now.
    pub async fn start(&self, ctx: &Ctx, exam: i64) -> Result<SittingOut, Problem> {
        let who = person(ctx)?;
        let mut tx = self.db.read().await?;
        let attempt = attempts::of_person(&mut tx, exam, who)
            .await?
            .ok_or_else(Problem::not_found)?;
        drop(tx);
        self.change(ctx, attempt.id, "start", |sitting, live, now| {
            let started = sitting.start(now, &live.printed.terms)?;
            Ok((!started.again).then_some(started.sitting))
        })
        .await
    }

    /// The caller's sitting as it stands: after a reload.
    ///
    /// # Errors
    /// 404 for somebody else's attempt.
    pub async fn view(&self, ctx: &Ctx, id: AttemptId) -> Result<SittingOut, Problem> {
        self.change(ctx, id, "view", |_, _, _| Ok(None)).await
    }

    /// Goes on on the device that asks; the one before may no longer save.
    ///
    /// # Errors
    /// 404 for somebody else's attempt; 409 unless it is running; 503 when it cannot be stored now.
    pub async fn take_over(&self, ctx: &Ctx, id: AttemptId) -> Result<SittingOut, Problem> {
        self.change(ctx, id, "take_over", |sitting, _, now| {
            sitting.take_over(now).map(Some)
        })
        .await
    }

    /// Hands in with the last saved state. Again: nothing changes.
    ///
    /// # Errors
    /// 404 for somebody else's attempt; 409 before the start or when it is void; 503 when it cannot be stored now.
    pub async fn hand_in(&self, ctx: &Ctx, id: AttemptId) -> Result<SittingOut, Problem> {
        self.change(ctx, id, "hand_in", |sitting, _, now| {
            let next = sitting.hand_in(now)?;
            Ok((next != *sitting).then_some(next))
        })
        .await
    }

    /// Takes a step, stores it if it changes something, and tells how the sitting stands.
    async fn change(
        &self,
        ctx: &Ctx,
        id: AttemptId,
        event: &'static str,
        step: impl Fn(&Sitting, &Live, Timestamp) -> Result<Option<Sitting>, Deny>,
    ) -> Result<SittingOut, Problem> {
        let who = person(ctx)?;
        let place = self.place(id).await;
        let mut guard = place.lock().await;
        if guard.is_none() {
            let mut tx = self.db.read().await?;
            *guard = Some(self.read(&mut tx, id).await?);
        }
        let live = guard
            .as_mut()
            .filter(|live| live.person == who)
            .ok_or_else(Problem::not_found)?;
        let stepped = step(&live.sitting, live, ctx.now).map_err(refused)?;
        let settling = match stepped {
            None => self.settle(&place, live)?,
            Some(next) => {
                let write = Write::Stands {
                    id,
                    was: (live.sitting.stored, live.sitting.device),
                    now: Box::new(next.clone()),
                    event: (event, ctx.now, ctx.actor.name.clone()),
                };
                let settling = self.put(&place, live, write)?;
                live.sitting = next;
                Some(settling)
            }
        };
        let out = sitting_out(live, ctx.now);
        drop(guard);
        if let Some(settling) = settling {
            settling.durable().await?;
        }
        Ok(out)
    }

    /// State and seconds left of an attempt without its owner, for boards and tests.
    ///
    /// # Errors
    /// 404 when it is not there.
    pub async fn stands(&self, id: AttemptId, now: Timestamp) -> Result<State, Problem> {
        let mut tx = self.db.read().await?;
        Ok(self.read(&mut tx, id).await?.sitting.state_at(now))
    }
}
