//! The question bank as exams see it: what a paper is built from, what is printed, what comes back.

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_questions::Question;

use crate::domain::QuestionId;
use crate::domain::blueprint::BankItem;

/// A field of law or topic with its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Code, as in [`BankItem::field`] and [`BankItem::topic`].
    pub code: String,
    /// Word.
    pub name: String,
}

/// What an exam observed of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Version of the question.
    pub question: QuestionId,
    /// Candidates who had it.
    pub candidates: u32,
    /// Share of the marks, thousandths.
    pub difficulty: i32,
    /// Discrimination, thousandths.
    pub discrimination: Option<i32>,
    /// Codes of what is weak about it.
    pub flags: Vec<String>,
    /// The same in Chinese.
    pub words: String,
}

/// A question bank.
#[async_trait]
pub trait Bank: Send + Sync {
    /// Questions in use of which papers may be built, those of one level or all.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn items(&self, tx: &mut Tx, level: Option<&str>) -> Result<Vec<BankItem>, Problem>;

    /// Fields of law and topics.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn fields(&self, tx: &mut Tx) -> Result<(Vec<Named>, Vec<Named>), Problem>;

    /// What is printed, with key and explanation; unknown versions are missing.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn contents(
        &self,
        tx: &mut Tx,
        questions: &[QuestionId],
    ) -> Result<Vec<(QuestionId, Question)>, Problem>;

    /// Notes that versions were on a sealed paper of an exam held on `day`, each with its number of forms.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn note_use(
        &self,
        tx: &mut Tx,
        exam: i64,
        questions: &[(QuestionId, u32)],
        day: Date,
        now: Timestamp,
    ) -> Result<(), Problem>;

    /// Notes what an exam observed.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn note_observed(
        &self,
        tx: &mut Tx,
        exam: i64,
        observed: &[Observed],
        now: Timestamp,
    ) -> Result<(), Problem>;

    /// Those of the versions that are quarantined or retired now.
    ///
    /// # Errors
    /// 500 from the engine.
    async fn quarantined(
        &self,
        tx: &mut Tx,
        questions: &[QuestionId],
    ) -> Result<Vec<QuestionId>, Problem>;
}
