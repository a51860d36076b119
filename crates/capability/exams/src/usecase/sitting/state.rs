//! Starting, going on on another device, handing in.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, Timestamp};

use crate::domain::sitting::{Sitting, State};
use crate::domain::{AttemptId, Deny};
use crate::store::attempts;
use crate::usecase::refused;

use super::live::Live;
use super::view::{SittingOut, sitting_out};
use super::writer::Write;
use super::{Room, person};

/// Event of a page that was left.
const PAGE_LEFT: &str = "page_left";
/// Most of these that are kept of an attempt.
const MOST_NOTES: i64 = 100;
/// Seconds; longer than any exam.
const LONGEST_LEFT: u32 = 24 * 3600;

/// What an invigilator may order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The clock stops: power cut, alarm.
    Pause,
    /// The clock goes on.
    Resume,
}

impl Order {
    /// Stable code, as noted in the sitting's history.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Order::Pause => "pause",
            Order::Resume => "resume",
        }
    }
}

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

    /// The same without the paper: for a page that only wants to know the time.
    ///
    /// # Errors
    /// 404 for somebody else's attempt.
    pub async fn glance(&self, ctx: &Ctx, id: AttemptId) -> Result<SittingOut, Problem> {
        let mut out = self.view(ctx, id).await?;
        out.paper = None;
        Ok(out)
    }

    /// Notes that the candidate's page was out of sight for so many seconds: a signal, never a verdict. Beyond
    /// [`MOST_NOTES`] nothing more is learned from it and nothing is stored.
    ///
    /// # Errors
    /// 404 for somebody else's attempt; 422 for a length that cannot be; 503 when it cannot be stored now.
    pub async fn note_left(&self, ctx: &Ctx, id: AttemptId, seconds: u32) -> Result<(), Problem> {
        if seconds == 0 || seconds > LONGEST_LEFT {
            return Err(Problem::field("seconds", "离开页面的秒数不对。"));
        }
        let glance = self.glance(ctx, id).await?;
        if glance.state != State::Running.code() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        if attempts::count_events(&mut tx, id, PAGE_LEFT).await? < MOST_NOTES {
            let note = format!("{seconds}秒");
            attempts::add_event_with(
                &mut tx,
                id,
                ctx.now,
                &ctx.actor.name,
                PAGE_LEFT,
                Some(&note),
            )
            .await?;
        }
        tx.commit().await?;
        Ok(())
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

    /// Stops or restarts a clock by order of an invigilator; the caller has checked his right.
    ///
    /// # Errors
    /// 404 when it is not there; 409 unless it is running; 503 when it cannot be stored now.
    pub async fn order(&self, ctx: &Ctx, id: AttemptId, order: Order) -> Result<(), Problem> {
        let step = |sitting: &Sitting, _: &Live, now| match order {
            Order::Pause => sitting.pause(now).map(Some),
            Order::Resume => sitting.resume(now).map(Some),
        };
        self.change_of(ctx, id, None, order.code(), step).await?;
        Ok(())
    }

    /// A step of the caller's own sitting.
    async fn change(
        &self,
        ctx: &Ctx,
        id: AttemptId,
        event: &'static str,
        step: impl Fn(&Sitting, &Live, Timestamp) -> Result<Option<Sitting>, Deny>,
    ) -> Result<SittingOut, Problem> {
        self.change_of(ctx, id, Some(person(ctx)?), event, step)
            .await
    }

    /// Takes a step, stores it if it changes something, and tells how the sitting stands. `who`: whose it must be.
    async fn change_of(
        &self,
        ctx: &Ctx,
        id: AttemptId,
        who: Option<PersonId>,
        event: &'static str,
        step: impl Fn(&Sitting, &Live, Timestamp) -> Result<Option<Sitting>, Deny>,
    ) -> Result<SittingOut, Problem> {
        let place = self.place(id).await;
        let mut guard = place.lock().await;
        if guard.is_none() {
            let mut tx = self.db.read().await?;
            *guard = Some(self.read(&mut tx, id).await?);
        }
        let live = guard
            .as_mut()
            .filter(|live| who.is_none_or(|who| live.person == who))
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
