//! Versions as papers see them.

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_questions::Kind;

use super::versions::kind_of;
use super::word;
use crate::domain::life::{Level, State};

/// A version in use.
#[derive(Debug)]
pub struct InUse {
    /// Row id.
    pub version_id: i64,
    /// The question.
    pub question_id: i64,
    /// Kind.
    pub kind: Kind,
    /// Name of its field of law.
    pub field: String,
    /// Topic.
    pub topic: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// Level.
    pub level: Level,
    /// Whether its quotation stands in the article.
    pub checked: bool,
    /// What is asked.
    pub stem: String,
    /// Its group of alike questions.
    pub alike: Option<i64>,
}

/// All versions in use by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn in_use(tx: &mut Tx) -> Result<Vec<InUse>, DbError> {
    let rows = tx
        .all(sql(
            "select v.id, v.question_id, v.kind, v.field, v.topic, v.difficulty, v.level, v.basis,
               v.stem, q.alike
             from bank_version v join bank_question q on q.id = v.question_id
             where v.state = 'in_use' order by v.id",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let basis: String = row.get("basis")?;
            Ok(InUse {
                version_id: row.get("id")?,
                question_id: row.get("question_id")?,
                kind: word(row, "kind", kind_of)?,
                field: row.get("field")?,
                topic: row.get("topic")?,
                difficulty: u8::try_from(row.get::<i64>("difficulty")?).unwrap_or(3),
                level: word(row, "level", Level::from_code)?,
                checked: basis == "checked",
                stem: row.get("stem")?,
                alike: row.get("alike")?,
            })
        })
        .collect()
}

/// A version that must not be put on a paper, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInUse {
    /// The version.
    pub version_id: i64,
    /// Word of its state, `停用待核`.
    pub state: String,
    /// Why.
    pub note: String,
    /// The version of the same question that is in use now.
    pub instead: Option<i64>,
}

/// Of these versions those that are not in use.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn not_in_use(tx: &mut Tx, ids: &[i64]) -> Result<Vec<NotInUse>, DbError> {
    let list = int_list(ids.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select v.id, v.state, v.state_note,
               (select max(n.id) from bank_version n where n.question_id = v.question_id
                  and n.state = 'in_use') as instead
             from bank_version v where v.id in {list} and v.state <> 'in_use' order by v.id"
        )))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(NotInUse {
                version_id: row.get("id")?,
                state: word(row, "state", State::from_code)?.name().to_owned(),
                note: row.get("state_note")?,
                instead: row.get("instead")?,
            })
        })
        .collect()
}
