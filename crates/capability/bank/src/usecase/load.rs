//! Many laws and questions at once, for the demo city and for benches: few statements, one transaction.

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{AccountId, Date, Timestamp, UnitId};
use chengzhi_questions::Question;
use chengzhi_questions::similar::{Index, Print};

use super::lawbook::LawBook;
use crate::domain::articles::Article;
use crate::domain::life::{Level, State};
use crate::store::alike;
use crate::store::cites;
use crate::store::laws::{self, LawVersion};
use crate::store::stories;
use crate::store::tick;
use crate::store::versions::{self, NewVersion};

/// A law as a data file gives it.
#[derive(Debug, Clone)]
pub struct LawText {
    /// Name without 《》.
    pub name: String,
    /// `2021-01-22 修订`.
    pub label: String,
    /// First day in force.
    pub in_force: Date,
    /// Where it was read.
    pub source: String,
    /// When it was read.
    pub read_on: Option<Date>,
    /// Number and words of its articles.
    pub articles: Vec<(String, String)>,
}

/// Stores laws with their first, applied text.
///
/// # Errors
/// [`DbError`] from the engine; a law that is there already is refused by its unique name.
pub async fn load_laws(
    tx: &mut Tx,
    texts: &[LawText],
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    for text in texts {
        let law_id = laws::insert(tx, &text.name).await?;
        let version = LawVersion {
            id: 0,
            law_id,
            number: 1,
            label: text.label.clone(),
            in_force: text.in_force,
            source: text.source.clone(),
            read_on: text.read_on,
            whole: false,
            state: "applied".to_owned(),
            entered_at: now,
            entered_by_name: by.1.to_owned(),
            applied_at: Some(now),
            applied_by_name: by.1.to_owned(),
            quarantined: 0,
            version: 1,
        };
        let id = laws::insert_version(tx, &version, by.0).await?;
        let articles: Vec<Article> = text
            .articles
            .iter()
            .map(|(number, body)| Article {
                number: number.clone(),
                body: body.clone(),
                gone: false,
            })
            .collect();
        laws::put_articles(tx, id, &articles).await?;
    }
    Ok(())
}

/// Stores questions in a state with what they cite, and finds which are alike. Gives the ids of the
/// versions in the order given.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn load_questions(
    tx: &mut Tx,
    unit: UnitId,
    questions: Vec<(Question, Level)>,
    state: State,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<Vec<i64>, DbError> {
    for (question, _) in &questions {
        if !question.field_of_law.is_empty() {
            laws::add_field(tx, &question.field_of_law).await?;
        }
    }
    let seq = tick(tx).await?;
    let book = LawBook::of(tx, questions.iter().map(|(question, _)| question)).await?;
    let ids = versions::insert_questions(tx, questions.len(), now).await?;
    let (mut index, mut alike) = (Index::new(), Vec::new());
    let (mut new, mut cites) = (Vec::new(), Vec::new());
    for ((mut content, level), question_id) in questions.into_iter().zip(&ids) {
        book.complete(&mut content);
        let print = Print::from(&content);
        let near: Vec<i64> = index.near(&print, 10).iter().map(|near| near.id).collect();
        if !near.is_empty() {
            alike.push([near, vec![*question_id]].concat());
        }
        index.add(*question_id, &print);
        cites.push(book.cites(&content));
        new.push(NewVersion {
            question_id: *question_id,
            number: 1,
            unit_id: unit,
            unchecked: book.unchecked(&content),
            content,
            level,
            state,
            change_note: String::new(),
        });
    }
    let made = versions::insert(tx, &new, by, now, seq).await?;
    for (cites, id) in cites.iter_mut().zip(&made) {
        for cite in cites {
            cite.version_id = *id;
        }
    }
    cites::put(tx, &made, &cites.concat()).await?;
    stories::note(tx, &made, ("入库", ""), by, now).await?;
    for group in alike {
        alike::join(tx, &group).await?;
    }
    Ok(made)
}
