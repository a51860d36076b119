//! What papers need of the bank: questions in use with their history, contents, use, observations.

use std::collections::HashMap;

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::Date;
use chengzhi_questions::{Kind, Question};

use crate::domain::life::Level;
use crate::store::papers::{self, NotInUse};
use crate::store::uses::{self, Observed};
use crate::store::versions;

/// Which questions; an empty list asks for all.
#[derive(Debug, Clone, Default)]
pub struct PaperFilter {
    /// Kinds.
    pub kinds: Vec<Kind>,
    /// Names of fields of law.
    pub fields: Vec<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Levels.
    pub levels: Vec<Level>,
    /// Leave out what is 未核.
    pub checked_only: bool,
}

/// A question that may be put on a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperQuestion {
    /// The version in use, which the paper would print.
    pub version_id: i64,
    /// The question; the same in all its versions.
    pub question_id: i64,
    /// Kind.
    pub kind: Kind,
    /// Field of law, by name.
    pub field: String,
    /// Topic.
    pub topic: String,
    /// 1 (easy) to 5.
    pub difficulty: u8,
    /// Level.
    pub level: Level,
    /// Questions too alike for one paper share a number.
    pub similar_group: Option<u32>,
    /// Papers that any version of it has been on.
    pub uses: u32,
    /// When last.
    pub last_used_on: Option<Date>,
    /// How many days of use ago: 1 is the latest day on which any question was used.
    pub sessions_ago: Option<u32>,
    /// Observed share of the marks of this version, thousandths.
    pub rate: Option<u16>,
    /// First characters of the stem, for lists.
    pub stem: String,
}

/// Questions in use that a filter names, in the order of their ids.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn for_papers(tx: &mut Tx, filter: &PaperFilter) -> Result<Vec<PaperQuestion>, DbError> {
    let used: HashMap<i64, uses::Used> = uses::all(tx)
        .await?
        .into_iter()
        .map(|used| (used.question_id, used))
        .collect();
    let days = uses::days(tx).await?;
    let rates: HashMap<i64, i64> = uses::rates(tx).await?.into_iter().collect();
    let rows = papers::in_use(tx).await?;
    let mut found = Vec::new();
    for row in rows {
        let fits = |given: &[String], text: &String| given.is_empty() || given.contains(text);
        if !(filter.kinds.is_empty() || filter.kinds.contains(&row.kind))
            || !(filter.levels.is_empty() || filter.levels.contains(&row.level))
            || !fits(&filter.fields, &row.field)
            || !fits(&filter.topics, &row.topic)
            || (filter.checked_only && !row.checked)
        {
            continue;
        }
        let known = used.get(&row.question_id);
        let ago = known
            .and_then(|used| days.iter().position(|day| *day == used.last))
            .and_then(|place| u32::try_from(place + 1).ok());
        found.push(PaperQuestion {
            version_id: row.version_id,
            question_id: row.question_id,
            kind: row.kind,
            field: row.field,
            topic: row.topic,
            difficulty: row.difficulty,
            level: row.level,
            similar_group: row.alike.and_then(|group| u32::try_from(group).ok()),
            uses: known.map_or(0, |used| u32::try_from(used.uses).unwrap_or(u32::MAX)),
            last_used_on: known.map(|used| used.last),
            sessions_ago: ago,
            rate: rates
                .get(&row.version_id)
                .and_then(|rate| u16::try_from(*rate).ok()),
            stem: row.stem.chars().take(80).collect(),
        });
    }
    Ok(found)
}

/// The questions behind versions, in the order asked for; a version of any state is given, so that old
/// papers stay readable. What does not exist is left out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn contents(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, Question)>, DbError> {
    Ok(versions::of_ids(tx, ids)
        .await?
        .into_iter()
        .map(|version| (version.id, version.content))
        .collect())
}

/// Notes that versions stand on a paper of `owner` (`exam:12`) held on a day. May be repeated.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_use(tx: &mut Tx, owner: &str, on: Date, versions: &[i64]) -> Result<(), DbError> {
    uses::insert(tx, owner, on, versions).await?;
    Ok(())
}

/// Notes what sittings showed of versions; the same owner's earlier figures are replaced.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_observed(tx: &mut Tx, observed: &[Observed]) -> Result<(), DbError> {
    uses::observe(tx, observed).await
}

/// Of these versions those that are quarantined, retired or superseded, with the version that is in use
/// instead.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn quarantined_among(tx: &mut Tx, ids: &[i64]) -> Result<Vec<NotInUse>, DbError> {
    papers::not_in_use(tx, ids).await
}
