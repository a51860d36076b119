//! Saving answers.

use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;

use crate::domain::form::says_something;
use crate::domain::marking::Answer;
use crate::domain::receipt::{Entry, Link};
use crate::domain::sitting::{Kept, Save, elsewhere};
use crate::domain::{AttemptId, Deny, QuestionId};
use crate::store::answers::NewAnswer;

use super::live::{Live, mark_of};
use super::settle::Settling;
use super::writer::Write;
use super::{Place, Room, person};
use crate::usecase::refused;

/// Most answers of one request: a page of a paper, or what gathered while the network was away.
pub const MOST_ITEMS: usize = 200;

/// An answer as the page sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The page's number: one more than the last acknowledged.
    pub sequence: u64,
    /// Question.
    pub question: QuestionId,
    /// Answer, in the letters that the candidate sees.
    pub answer: Answer,
    /// What the candidate's clock said.
    pub at: Option<Timestamp>,
}

/// The acknowledgement: it is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Last stored number.
    pub sequence: u64,
    /// Its receipt.
    pub receipt: Link,
    /// Questions with an answer.
    pub answered: usize,
    /// Questions.
    pub questions: usize,
    /// Seconds left.
    pub seconds: i64,
    /// Some came after the end, within the margin.
    pub late: bool,
}

impl Room {
    /// Saves answers in their order; returns when all are durable. What was stored before is acknowledged again.
    ///
    /// # Errors
    /// 404 for somebody else's attempt; 409 with what to do when it is over, on another device, or with a gap; 422 for
    /// an answer to a question that is not on the paper or of another kind; 503 when it cannot be stored now. Items
    /// before a refused one are stored and will be acknowledged when they are sent again.
    pub async fn save(
        &self,
        ctx: &Ctx,
        id: AttemptId,
        device: u32,
        items: &[Item],
    ) -> Result<Saved, Problem> {
        let who = person(ctx)?;
        if items.is_empty() || items.len() > MOST_ITEMS {
            return Err(Problem::field(
                "items",
                format!("一次保存1至{MOST_ITEMS}条答案。"),
            ));
        }
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
        let taken = live.take(device, items, ctx.now);
        let answer = live.saved(taken.late, items, ctx.now);
        let settling = self.enqueue(&place, live, taken.rows)?;
        drop(guard);
        if let Some(settling) = settling {
            settling.durable().await?;
        }
        match taken.refused {
            None => Ok(answer),
            Some(Refused::Rule(deny)) => Err(refused(deny)),
            Some(Refused::Field(deny)) => Err(Problem::invalid(deny.code, deny.text)),
            Some(Refused::Unknown(problem)) => Err(problem),
        }
    }

    /// Queues new answers. Without any the reply still acknowledges earlier ones, which must be durable too.
    fn enqueue(
        &self,
        place: &Place,
        live: &Live,
        rows: Vec<NewAnswer>,
    ) -> Result<Option<Settling>, Problem> {
        if rows.is_empty() {
            return self.settle(place, live);
        }
        self.put(place, live, Write::Answers(live.id, rows))
            .map(Some)
    }
}

enum Refused {
    Rule(Deny),
    Field(Deny),
    Unknown(Problem),
}

struct Taken {
    rows: Vec<NewAnswer>,
    late: bool,
    refused: Option<Refused>,
}

impl Live {
    /// Takes items one after the other until one is refused.
    fn take(&mut self, device: u32, items: &[Item], now: Timestamp) -> Taken {
        let mut taken = Taken {
            rows: Vec::with_capacity(items.len()),
            late: false,
            refused: None,
        };
        for item in items {
            match self.take_one(device, item, now) {
                Ok(None) => {}
                Ok(Some(row)) => {
                    taken.late |= row.late;
                    taken.rows.push(row);
                }
                Err(refused) => {
                    taken.refused = Some(refused);
                    break;
                }
            }
        }
        taken
    }

    fn take_one(
        &mut self,
        device: u32,
        item: &Item,
        now: Timestamp,
    ) -> Result<Option<NewAnswer>, Refused> {
        let save = Save {
            device,
            sequence: item.sequence,
            at: now,
        };
        let (next, kept) = self
            .sitting
            .save(save, &self.printed.terms)
            .map_err(Refused::Rule)?;
        let asked = self.printed.asked(item.question).ok_or_else(|| {
            Refused::Field(Deny::new(
                "exams.foreign",
                "这道题不在您的试卷上，请刷新页面。",
            ))
        })?;
        let shown = self.printed.shown(asked, self.person);
        let answer = asked.read(&item.answer, &shown).map_err(Refused::Field)?;
        let text = serde_json::to_string(&answer)
            .map_err(|error| Refused::Unknown(Unknown::log(&error)))?;
        let mark = mark_of(item.question, &text);
        if kept == Kept::Repeat {
            let at = usize::try_from(item.sequence.saturating_sub(1)).unwrap_or(usize::MAX);
            // Two windows that believe themselves the same device: the later one has to ask.
            return if self.said.get(at) == Some(&mark) {
                Ok(None)
            } else {
                Err(Refused::Rule(elsewhere()))
            };
        }
        let link = self.link().next(&Entry {
            attempt: self.id,
            sequence: item.sequence,
            question: item.question,
            answer: text.clone().into_bytes(),
            at: now,
        });
        self.sitting = next;
        self.receipts.push(link);
        self.said.push(mark);
        self.answers.insert(item.question, answer);
        Ok(Some(NewAnswer {
            sequence: item.sequence,
            question: item.question,
            answer: text,
            device,
            client_at: item.at,
            at: now,
            late: kept == Kept::Late,
            link,
        }))
    }

    /// The acknowledgement of the last item.
    fn saved(&self, late: bool, items: &[Item], now: Timestamp) -> Saved {
        let wanted = items.last().map_or(0, |item| item.sequence);
        let sequence = wanted.min(self.sitting.sequence);
        let receipt = usize::try_from(sequence)
            .ok()
            .and_then(|at| at.checked_sub(1))
            .and_then(|at| self.receipts.get(at).copied())
            .unwrap_or_else(|| Link::start(self.id));
        Saved {
            sequence,
            receipt,
            answered: self.answered(),
            questions: self.printed.form.questions.len(),
            seconds: self
                .sitting
                .clock
                .as_ref()
                .map_or(0, |clock| clock.remaining(now).seconds),
            late,
        }
    }

    /// Questions with an answer that says something.
    pub fn answered(&self) -> usize {
        self.answers
            .values()
            .filter(|answer| says_something(answer))
            .count()
    }
}
