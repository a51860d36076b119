//! The question bank as exams use it, through its façade.

use std::collections::BTreeMap;

use chengzhi_bank::facade::{self as bank, Level, Observed, PaperFilter};
use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::Date;
use chengzhi_questions::Question;

use crate::domain::QuestionId;
use crate::domain::analysis::Item;
use crate::domain::blueprint::BankItem;
use crate::domain::paper::Paper;

use super::content::kind;
use super::papers::form_name;

/// Questions in use, those of one level or all.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn items(tx: &mut Tx, level: Option<&str>) -> Result<Vec<BankItem>, DbError> {
    let filter = PaperFilter {
        levels: level.and_then(Level::from_code).into_iter().collect(),
        ..PaperFilter::default()
    };
    Ok(bank::for_papers(tx, &filter)
        .await?
        .into_iter()
        .map(|one| BankItem {
            id: QuestionId::from(one.version_id),
            kind: kind(one.kind),
            field: one.field,
            topic: one.topic,
            difficulty: one.difficulty,
            level: one.level.code().to_owned(),
            uses: one.uses,
            last_used: one.sessions_ago,
            enemies: one.similar_group,
            rate: one.rate,
        })
        .collect())
}

/// What is printed, with key and explanation; unknown versions are missing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn contents(
    tx: &mut Tx,
    questions: &[QuestionId],
) -> Result<BTreeMap<QuestionId, Question>, DbError> {
    let ids: Vec<i64> = questions.iter().map(|id| id.get()).collect();
    Ok(bank::contents(tx, &ids)
        .await?
        .into_iter()
        .map(|(id, question)| (QuestionId::from(id), question))
        .collect())
}

/// Notes that each form of a sealed exam uses its questions: a form is a paper of its own.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_use(tx: &mut Tx, exam: i64, papers: &[Paper], day: Date) -> Result<(), DbError> {
    for (place, paper) in papers.iter().enumerate() {
        let owner = format!("exam:{exam}:{}", form_name(place));
        let ids: Vec<i64> = paper.questions().map(QuestionId::get).collect();
        bank::note_use(tx, &owner, day, &ids).await?;
    }
    Ok(())
}

/// Notes what an exam observed of its questions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_observed(
    tx: &mut Tx,
    exam: i64,
    items: &[Item],
    day: Date,
) -> Result<(), DbError> {
    let seen: Vec<Observed> = items
        .iter()
        .map(|item| Observed {
            version_id: item.question.get(),
            owner: format!("exam:{exam}"),
            on: day,
            takers: i64::from(item.candidates),
            rate: i64::from(item.difficulty.clamp(0, 1000)),
            discrimination: item.discrimination.map(i64::from),
            flags: item.text.replace('；', "、"),
        })
        .collect();
    bank::note_observed(tx, &seen).await
}

/// Those of the versions that are in use no more.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn quarantined(
    tx: &mut Tx,
    questions: &[QuestionId],
) -> Result<Vec<QuestionId>, DbError> {
    let ids: Vec<i64> = questions.iter().map(|id| id.get()).collect();
    Ok(bank::quarantined_among(tx, &ids)
        .await?
        .into_iter()
        .map(|one| QuestionId::from(one.version_id))
        .collect())
}
