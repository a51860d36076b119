//! An attempt in memory.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chengzhi_db::Tx;
use chengzhi_http::{Problem, Unknown};
use chengzhi_kernel::{PersonId, Timestamp};

use crate::domain::form::{Asked, Form};
use crate::domain::marking::Answer;
use crate::domain::receipt::Link;
use crate::domain::shuffle::{self, Shown};
use crate::domain::sitting::{Sitting, State, Terms};
use crate::domain::{AttemptId, QuestionId};
use crate::store::attempts::Attempt;
use crate::store::{answers, attempts, exams};

use super::Room;

/// A form with its exam, shared by all who sit it.
#[derive(Debug)]
pub struct Printed {
    /// Title of the exam.
    pub title: String,
    /// When and how long.
    pub terms: Terms,
    /// Seed of the orders.
    pub seed: u64,
    /// The form.
    pub form: Form,
    places: BTreeMap<QuestionId, usize>,
}

impl Printed {
    /// A question of the form.
    pub fn asked(&self, question: QuestionId) -> Option<&Asked> {
        self.places
            .get(&question)
            .and_then(|place| self.form.questions.get(*place))
    }

    /// A question as one candidate sees it.
    pub fn shown(&self, asked: &Asked, person: PersonId) -> Shown {
        // The order of its options depends on nothing but seed, candidate and question.
        shuffle::order(&[asked.shape()], self.seed, person)
            .pop()
            .unwrap_or(Shown {
                question: asked.question,
                section: asked.section,
                options: Vec::new(),
            })
    }

    /// The whole paper as one candidate sees it.
    pub fn order(&self, person: PersonId) -> Vec<Shown> {
        let shapes: Vec<_> = self.form.questions.iter().map(Asked::shape).collect();
        shuffle::order(&shapes, self.seed, person)
    }
}

/// An attempt as the room knows it.
#[derive(Debug)]
pub struct Live {
    /// Attempt.
    pub id: AttemptId,
    /// Whose.
    pub person: PersonId,
    /// What he sits.
    pub printed: Arc<Printed>,
    /// Where his sitting stands.
    pub sitting: Sitting,
    /// Receipts by sequence, the first at 0.
    pub receipts: Vec<Link>,
    /// What was answered under each number, the first at 0: a number that comes again must bring the same.
    pub said: Vec<u64>,
    /// The last answer to each question, in the bank's letters.
    pub answers: BTreeMap<QuestionId, Answer>,
    /// Writes of this attempt on their way to the disk.
    pub under_way: Arc<AtomicUsize>,
}

/// Tells an answer from another one given under the same number.
pub fn mark_of(question: QuestionId, answer: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (question.get(), answer).hash(&mut hasher);
    hasher.finish()
}

impl Live {
    /// The last receipt, or where the chain begins.
    pub fn link(&self) -> Link {
        self.receipts
            .last()
            .copied()
            .unwrap_or_else(|| Link::start(self.id))
    }

    /// Whether all that is known here is on the disk.
    pub fn is_settled(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    /// Ended for good: nothing more will be saved, not even late.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let margin = self.printed.terms.margin.max(0);
        matches!(
            self.sitting.state_at(now.plus_seconds(-margin)),
            State::HandedIn | State::Collected | State::Void
        )
    }
}

impl Room {
    /// A form with its exam: kept, since nothing of a sealed exam changes.
    async fn printed(&self, tx: &mut Tx, attempt: &Attempt) -> Result<Arc<Printed>, Problem> {
        let mut kept = self.printed.lock().await;
        if let Some(printed) = kept.get(&attempt.form) {
            return Ok(printed.clone());
        }
        let exam = exams::by_id(tx, attempt.exam)
            .await?
            .filter(|exam| exam.state == "sealed")
            .ok_or_else(Problem::not_found)?;
        let (content, _) = exams::form(tx, attempt.form)
            .await?
            .ok_or_else(Problem::not_found)?;
        let form: Form = serde_json::from_str(&content).map_err(|error| Unknown::log(&error))?;
        let places = (0..)
            .zip(&form.questions)
            .map(|(place, asked)| (asked.question, place))
            .collect();
        let printed = Arc::new(Printed {
            title: exam.title,
            terms: exam.terms,
            seed: exam.seed,
            form,
            places,
        });
        kept.insert(attempt.form, printed.clone());
        Ok(printed)
    }

    /// Reads an attempt from the database.
    pub(super) async fn read(&self, tx: &mut Tx, id: AttemptId) -> Result<Live, Problem> {
        let attempt = attempts::by_id(tx, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let printed = self.printed(tx, &attempt).await?;
        let chain = answers::chain(tx, id).await?;
        let mut given = BTreeMap::new();
        let mut said = Vec::with_capacity(chain.len());
        for (entry, _) in &chain {
            said.push(mark_of(
                entry.question,
                &String::from_utf8_lossy(&entry.answer),
            ));
            let answer: Answer =
                serde_json::from_slice(&entry.answer).map_err(|error| Unknown::log(&error))?;
            given.insert(entry.question, answer);
        }
        Ok(Live {
            id,
            person: attempt.person,
            sitting: attempt.sitting(&printed.terms),
            printed,
            receipts: chain.into_iter().map(|(_, link)| link).collect(),
            said,
            answers: given,
            under_way: Arc::default(),
        })
    }
}
