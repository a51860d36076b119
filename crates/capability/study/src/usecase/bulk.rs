//! Many finished months at once, for making a demo city or taking over old records: the same rules
//! as the single commands, few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chengzhi_assessment::facade::{self as assessment, StudyAward};
use chengzhi_db::{Arg, Audit, Tx};
use chengzhi_http::Problem;
use chengzhi_kernel::{AccountId, Month, RecordId, Timestamp, UnitId, WorkCalendar};
use serde_json::json;

use crate::domain::session::{Attendee, head_count};
use crate::domain::snapshot::Content;
use crate::domain::state::{Event, State};
use crate::domain::stats::Outcome;
use crate::store::{BOOK, bulk, photos, records, tasks};

use super::looks::alike_pairs;
use super::policy::{MonthRules, YearRules};
use super::story::{Broken, Ending, play};
pub use super::story::{BulkDecision, BulkRecord, BulkRound, BulkTask, Doer};

/// What was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkReport {
    /// Records.
    pub records: usize,
    /// Hand-ins.
    pub hand_ins: usize,
    /// Hours posted.
    pub awards: usize,
    /// Pairs of photos that look alike.
    pub look_alikes: usize,
}

/// Stores the tasks of past and present months.
///
/// # Errors
/// 500 from the engine.
pub async fn bulk_tasks(tx: &mut Tx, list: &[BulkTask]) -> Result<(), Problem> {
    for task in list {
        let by = (Some(task.by.account), task.by.name.as_str());
        tasks::put(
            tx,
            task.month,
            &task.topic,
            &task.guidance,
            by,
            task.issued_at,
        )
        .await?;
    }
    Ok(())
}

/// Checks and stores whole stories, posts what they earn, and notes photos that look alike. All or
/// nothing: the caller's transaction is to be dropped on an error. Months that are over are locked
/// afterwards by [`super::lock::lock_due`].
///
/// # Errors
/// 422 naming the first story that breaks a rule; 409 without rules; 500 from the engine.
pub async fn bulk_records(
    tx: &mut Tx,
    calendar: &Arc<WorkCalendar>,
    list: &[BulkRecord],
) -> Result<BulkReport, Problem> {
    let mut rules: BTreeMap<Month, MonthRules> = BTreeMap::new();
    for record in list {
        if let std::collections::btree_map::Entry::Vacant(entry) = rules.entry(record.month) {
            let year = YearRules::of_city(tx, calendar, record.month.year()).await?;
            entry.insert(year.month(record.month)?);
        }
    }
    let mut endings = Vec::with_capacity(list.len());
    for record in list {
        let Some(rules) = rules.get(&record.month) else {
            continue;
        };
        let ending = play(record, rules).map_err(|reason| {
            let broken = Broken {
                unit: record.unit,
                month: record.month,
                reason,
            };
            Problem::invalid("study.bulk", broken.to_string())
        })?;
        endings.push(ending);
    }
    if let Some(first) = rules.keys().next() {
        BOOK.start_by(tx, *first).await?;
    }
    let ids = insert_records(tx, list, &endings).await?;
    insert_attendance(tx, list, &ids).await?;
    let hand_ins = insert_hand_ins(tx, list, &ids, &rules).await?;
    let look_alikes = insert_photos(tx, list, &ids).await?;
    let awards = post(tx, list, &endings, &ids).await?;
    tx.audit(
        Audit::new(None, "系统", "study.bulk", "study_record").detail(json!({
            "records": list.len(), "hand_ins": hand_ins, "awards": awards,
        })),
    );
    Ok(BulkReport {
        records: list.len(),
        hand_ins,
        awards,
        look_alikes,
    })
}

/// The content that a record shows in the end.
fn last_content(record: &BulkRecord) -> Content {
    record
        .draft
        .clone()
        .or_else(|| record.rounds.last().map(|round| round.content.clone()))
        .unwrap_or_default()
}

async fn insert_records(
    tx: &mut Tx,
    list: &[BulkRecord],
    endings: &[Ending],
) -> Result<HashMap<(UnitId, Month), RecordId>, Problem> {
    let rows = list
        .iter()
        .zip(endings)
        .map(|(record, ending)| {
            let content = last_content(record);
            let session = content.session;
            let (attended, expected) = head_count(&content.attendance);
            let waits = ending.state == State::Submitted || ending.state == State::LockedPending;
            let reviewed = waits || ending.decided_at.is_some();
            vec![
                Arg::from(record.unit),
                record.month.into(),
                ending.state.code().into(),
                i64::from(ending.round * 2 + 1).into(),
                session.held_on.into(),
                session.start_time.into(),
                session.minutes.into(),
                session.place.into(),
                session.speaker.into(),
                session.topic.into(),
                session.content.into(),
                session.filmed.into(),
                session.film_place.into(),
                session.notes.into(),
                attended.into(),
                expected.into(),
                ending.round.into(),
                ending.first.into(),
                reviewed.then_some(record.reviewer).into(),
                (reviewed && record.passed_up).into(),
                ending.decided_at.into(),
                ending.late.into(),
                record.started_at.into(),
            ]
        })
        .collect();
    bulk::records(tx, rows).await.map_err(|error| {
        if error.is_unique_violation() {
            Problem::invalid("study.bulk", "有单位的当月记录已经存在，没有写入。")
        } else {
            error.into()
        }
    })?;
    let months: BTreeSet<Month> = list.iter().map(|record| record.month).collect();
    let mut ids = HashMap::new();
    for month in months {
        for (unit, id) in bulk::ids_of_month(tx, month).await? {
            ids.insert((unit, month), id);
        }
    }
    Ok(ids)
}

fn id_of(ids: &HashMap<(UnitId, Month), RecordId>, record: &BulkRecord) -> RecordId {
    ids.get(&(record.unit, record.month))
        .copied()
        .unwrap_or(RecordId(0))
}

async fn insert_attendance(
    tx: &mut Tx,
    list: &[BulkRecord],
    ids: &HashMap<(UnitId, Month), RecordId>,
) -> Result<(), Problem> {
    let rows: Vec<(RecordId, Attendee)> = list
        .iter()
        .flat_map(|record| {
            let id = id_of(ids, record);
            last_content(record)
                .attendance
                .into_iter()
                .map(move |row| (id, row))
        })
        .collect();
    records::insert_attendance(tx, rows.iter().map(|(id, row)| (*id, row))).await?;
    let touches = list
        .iter()
        .map(|record| {
            vec![
                Arg::from(id_of(ids, record)),
                record.by.account.into(),
                false.into(),
            ]
        })
        .collect();
    bulk::touches(tx, touches).await?;
    Ok(())
}

async fn insert_hand_ins(
    tx: &mut Tx,
    list: &[BulkRecord],
    ids: &HashMap<(UnitId, Month), RecordId>,
    rules: &BTreeMap<Month, MonthRules>,
) -> Result<usize, Problem> {
    let mut rows = Vec::new();
    let mut events = Vec::new();
    for record in list {
        let (id, Some(rules)) = (id_of(ids, record), rules.get(&record.month)) else {
            continue;
        };
        let mut event = |at: Timestamp,
                         by: &Doer,
                         event: Event,
                         round: i64,
                         reason: Option<String>,
                         note: Option<String>| {
            events.push(vec![
                Arg::from(id),
                at.into(),
                by.account.into(),
                by.name.clone().into(),
                event.code().into(),
                round.into(),
                reason.into(),
                note.into(),
            ]);
        };
        event(record.started_at, &record.by, Event::Save, 0, None, None);
        for (round, number) in record.rounds.iter().zip(1_i64..) {
            let text = serde_json::to_string(&round.content)
                .map_err(|error| chengzhi_http::Unknown::log(&error))?;
            event(
                round.submitted_at,
                &record.by,
                Event::Submit,
                number,
                None,
                None,
            );
            let decision = round.decision.as_ref();
            if let Some(decision) = decision {
                let kind = match decision.outcome {
                    Outcome::Confirmed => Event::Confirm,
                    Outcome::Returned => Event::Return,
                    Outcome::Rejected => Event::Reject,
                    Outcome::Withdrawn => Event::Withdraw,
                };
                let (reason, note) = (decision.reason.clone(), decision.note.clone());
                event(decision.at, &decision.by, kind, number, reason, note);
            }
            let days = decision.and_then(|d| rules.year.working_days(round.submitted_at, d.at));
            rows.push(vec![
                Arg::from(id),
                number.into(),
                number.into(),
                round.submitted_at.into(),
                record.by.account.into(),
                record.by.name.clone().into(),
                chengzhi_db::digest(text.as_bytes()).into(),
                text.into(),
                rules.window.review_due(round.submitted_at).into(),
                record.reviewer.into(),
                decision.map(|d| d.outcome.code().to_owned()).into(),
                decision.map(|d| d.at).into(),
                decision.map(|d| d.by.account).into(),
                decision.map(|d| d.by.name.clone()).into(),
                decision.and_then(|d| d.by.home).into(),
                days.into(),
                decision.and_then(|d| d.reason.clone()).into(),
                decision.and_then(|d| d.note.clone()).into(),
            ]);
        }
    }
    let count = rows.len();
    bulk::hand_ins(tx, rows).await?;
    bulk::events(tx, events).await?;
    Ok(count)
}

/// Stores the photos of the last contents and compares them with everything there is.
async fn insert_photos(
    tx: &mut Tx,
    list: &[BulkRecord],
    ids: &HashMap<(UnitId, Month), RecordId>,
) -> Result<usize, Problem> {
    let rows = list
        .iter()
        .flat_map(|record| {
            let id = id_of(ids, record);
            let at = record
                .rounds
                .last()
                .map_or(record.started_at, |round| round.submitted_at);
            last_content(record).photos.into_iter().map(move |photo| {
                vec![
                    Arg::from(id),
                    photo.hash.into(),
                    photo.name.into(),
                    at.into(),
                    record.by.account.into(),
                    record.by.name.clone().into(),
                ]
            })
        })
        .collect();
    bulk::photos(tx, rows).await?;
    let known = bulk::looks(tx).await?;
    let pairs = alike_pairs(&known);
    let count = pairs.len();
    photos::add_look_alikes(tx, pairs).await?;
    Ok(count)
}

/// Posts the hours of confirmed stories, recorded when they were confirmed.
async fn post(
    tx: &mut Tx,
    list: &[BulkRecord],
    endings: &[Ending],
    ids: &HashMap<(UnitId, Month), RecordId>,
) -> Result<usize, Problem> {
    let mut batches: BTreeMap<(Timestamp, AccountId), Vec<StudyAward>> = BTreeMap::new();
    for (record, ending) in list.iter().zip(endings) {
        let confirmed = record
            .rounds
            .last()
            .and_then(|round| round.decision.as_ref());
        let (State::Confirmed, Some(decision)) = (ending.state, confirmed) else {
            continue;
        };
        let content = last_content(record);
        let Some(held_on) = content.session.held_on else {
            continue;
        };
        let source = format!("study:{}", id_of(ids, record));
        batches
            .entry((decision.at, decision.by.account))
            .or_default()
            .extend(
                content
                    .attendance
                    .iter()
                    .filter(|row| row.present)
                    .map(|row| StudyAward {
                        person: row.person_id,
                        for_month: record.month,
                        happened_on: held_on,
                        source: source.clone(),
                    }),
            );
    }
    let mut count = 0;
    for ((at, account), awards) in batches {
        assessment::post_study(tx, Some(account), at, &awards).await?;
        count += awards.len();
    }
    Ok(count)
}
