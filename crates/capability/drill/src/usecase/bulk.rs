//! Whole stories at once: records with one session each, their hand-ins and decisions, as the
//! commands would have left them. Films are no part of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_db::{Arg, Audit, Tx};
use chengzhi_http::{AppState, Problem, Unknown};
use chengzhi_kernel::{AccountId, Month, RecordId, Timestamp, UnitId};
use serde_json::json;

use crate::domain::checklist::{Answer, Checked};
use crate::domain::half::SlotKey;
use crate::domain::session::{Attendee, Session};
use crate::domain::snapshot::{Content, SessionContent};
use crate::domain::state::State;
use crate::domain::stats::Outcome;
use crate::domain::verdict::Item;
use crate::store::{BOOK, bulk, sessions};

use super::policy::{MonthRules, YearRules};

/// Who acted.
#[derive(Debug, Clone)]
pub struct Doer {
    /// Account.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// The unit he belonged to.
    pub home: Option<UnitId>,
}

/// What a reviewer decided.
#[derive(Debug, Clone)]
pub struct BulkDecision {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Doer,
    /// Reason code of a return.
    pub reason: Option<String>,
}

/// A hand-in.
#[derive(Debug, Clone)]
pub struct BulkRound {
    /// When.
    pub at: Timestamp,
    /// The session as it was then.
    pub session: Session,
    /// Attendance.
    pub attendance: Vec<Attendee>,
    /// What came of it.
    pub decision: Option<BulkDecision>,
}

/// A slot's story.
#[derive(Debug, Clone)]
pub struct BulkRecord {
    /// Slot.
    pub slot: SlotKey,
    /// Who reviews.
    pub reviewer: UnitId,
    /// First saved.
    pub started_at: Timestamp,
    /// Who reports.
    pub by: Doer,
    /// Hand-ins, at least one.
    pub rounds: Vec<BulkRound>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkReport {
    /// Records.
    pub records: usize,
    /// Hand-ins.
    pub hand_ins: usize,
}

/// Writes stories. The months they begin with are the first owed; the sweep locks them afterwards.
///
/// # Errors
/// 422 when a slot is there already or a story has no hand-in; 409 without rules; 500 from the
/// engine.
pub async fn bulk_records(
    tx: &mut Tx,
    state: &AppState,
    list: &[BulkRecord],
) -> Result<BulkReport, Problem> {
    let wrong = |text: &str| Problem::invalid("drill.bulk", text);
    if list.iter().any(|record| record.rounds.is_empty()) {
        return Err(wrong("有训练记录没有提交，没有写入。"));
    }
    let months: BTreeSet<Month> = list.iter().map(|record| record.slot.month).collect();
    let mut rules: BTreeMap<Month, MonthRules> = BTreeMap::new();
    for month in &months {
        let year = YearRules::load(tx, state, month.year()).await?;
        rules.insert(*month, year.month(*month)?);
    }
    let rows = list
        .iter()
        .map(|record| record_row(record, &rules))
        .collect();
    bulk::records(tx, rows).await.map_err(|error| {
        if error.is_unique_violation() {
            wrong("有中队的半月训练记录已经存在，没有写入。")
        } else {
            error.into()
        }
    })?;
    let mut ids: HashMap<SlotKey, RecordId> = HashMap::new();
    for month in &months {
        ids.extend(bulk::ids_of_month(tx, *month).await?);
    }
    let id_of = |record: &BulkRecord| ids.get(&record.slot).copied().unwrap_or(RecordId(0));
    let rows = list
        .iter()
        .map(|record| session_row(record, id_of(record)))
        .collect();
    bulk::sessions(tx, rows).await?;
    let records: Vec<RecordId> = list.iter().map(id_of).collect();
    let session_ids = bulk::session_ids(tx, &records).await?;
    let session_of = |record: &BulkRecord| session_ids.get(&id_of(record)).copied().unwrap_or(0);
    let attendance = list.iter().flat_map(|record| {
        let session = session_of(record);
        let rows = record
            .rounds
            .last()
            .map(|round| round.attendance.as_slice());
        rows.unwrap_or_default()
            .iter()
            .map(move |row| (session, row))
    });
    sessions::insert_attendance(tx, attendance).await?;
    let rows = list
        .iter()
        .map(|record| {
            vec![
                Arg::from(id_of(record)),
                record.by.account.into(),
                false.into(),
            ]
        })
        .collect();
    bulk::touches(tx, rows).await?;
    let (mut hand_ins, mut events) = (Vec::new(), Vec::new());
    for record in list {
        let id = id_of(record);
        events.push(event_row(
            id,
            record.started_at,
            &record.by,
            "save",
            0,
            None,
        ));
        for (index, round) in record.rounds.iter().enumerate() {
            let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
            let content = content_of(session_of(record), round);
            hand_ins.push(hand_in_row(record, round, id, number, &content, &rules)?);
            events.push(event_row(id, round.at, &record.by, "submit", number, None));
            if let Some(decision) = &round.decision {
                let event = match decision.outcome {
                    Outcome::Confirmed => "confirm",
                    Outcome::Rejected => "reject",
                    _ => "return",
                };
                let reason = decision.reason.as_deref();
                events.push(event_row(
                    id,
                    decision.at,
                    &decision.by,
                    event,
                    number,
                    reason,
                ));
            }
        }
    }
    for record in list {
        // What was decided after the lock was locked before.
        let lock = rules
            .get(&record.slot.month)
            .map(|month| month.halves[0].window.lock_at);
        let decided = record
            .rounds
            .iter()
            .filter_map(|round| round.decision.as_ref());
        if let Some(lock) = lock
            && decided
                .map(|decision| decision.at)
                .max()
                .is_some_and(|at| at >= lock)
        {
            let round = u32::try_from(record.rounds.len()).unwrap_or(u32::MAX);
            events.push(lock_row(id_of(record), lock, round));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    let events = events.into_iter().map(|(_, row)| row).collect();
    let report = BulkReport {
        records: list.len(),
        hand_ins: hand_ins.len(),
    };
    bulk::hand_ins(tx, hand_ins).await?;
    bulk::events(tx, events).await?;
    if let Some(first) = months.first() {
        BOOK.start_by(tx, *first).await?;
    }
    tx.audit(
        Audit::new(None, "系统", "drill.bulk", "drill_record").detail(json!({
            "records": report.records, "hand_ins": report.hand_ins,
        })),
    );
    Ok(report)
}

/// First instant at which a review of a hand-in is late, and its due date.
fn review_dates(
    record: &BulkRecord,
    at: Timestamp,
    rules: &BTreeMap<Month, MonthRules>,
) -> (Timestamp, Timestamp) {
    match rules.get(&record.slot.month) {
        Some(month) => {
            let window = month.half(record.slot.half).window;
            let due = window.review_due(at);
            (due, window.review_late_from(due))
        }
        None => (at, at),
    }
}

fn record_row(record: &BulkRecord, rules: &BTreeMap<Month, MonthRules>) -> Vec<Arg> {
    let last = record.rounds.last();
    let decision = last.and_then(|round| round.decision.as_ref());
    let state = match decision.map(|decision| decision.outcome) {
        None => State::Submitted,
        Some(Outcome::Confirmed) => State::Confirmed,
        Some(Outcome::Rejected) => State::RejectedFinal,
        Some(_) => State::Returned,
    };
    let ended = matches!(state, State::Confirmed | State::RejectedFinal);
    let late = last
        .zip(decision)
        .map(|(round, decision)| decision.at >= review_dates(record, round.at, rules).1);
    let rounds = u32::try_from(record.rounds.len()).unwrap_or(u32::MAX);
    vec![
        Arg::from(record.slot.unit),
        record.slot.month.into(),
        record.slot.half.number().into(),
        state.code().into(),
        i64::from(rounds * 2 + 1).into(),
        rounds.into(),
        record.rounds.first().map(|round| round.at).into(),
        record.rounds.first().map(|round| round.at).into(),
        (state != State::Returned).then_some(record.reviewer).into(),
        decision
            .filter(|_| ended)
            .map(|decision| decision.at)
            .into(),
        late.filter(|_| ended).into(),
        record.started_at.into(),
    ]
}

fn session_row(record: &BulkRecord, id: RecordId) -> Vec<Arg> {
    let session = record
        .rounds
        .last()
        .map(|round| round.session.clone())
        .unwrap_or_default();
    vec![
        Arg::from(id),
        session.held_on.into(),
        session.start_time.into(),
        session.minutes.into(),
        session.place.into(),
        session.instructor.into(),
        session.subjects.into(),
        session.rest_times.into(),
        session.rest_minutes.into(),
        session.notes.into(),
        record.started_at.into(),
    ]
}

fn content_of(session: i64, round: &BulkRound) -> Content {
    Content {
        sessions: vec![SessionContent {
            id: session,
            session: round.session.clone(),
            attendance: round.attendance.clone(),
            film: None,
        }],
    }
}

fn hand_in_row(
    record: &BulkRecord,
    round: &BulkRound,
    id: RecordId,
    number: u32,
    content: &Content,
    rules: &BTreeMap<Month, MonthRules>,
) -> Result<Vec<Arg>, Problem> {
    let text = serde_json::to_string(content).map_err(|error| Unknown::log(&error))?;
    let digest = chengzhi_db::digest(text.as_bytes());
    let (due, late) = review_dates(record, round.at, rules);
    let decision = round.decision.as_ref();
    let days = decision.and_then(|decision| {
        let year = &rules.get(&record.slot.month)?.halves[0].year;
        year.working_days(round.at, decision.at)
    });
    let checks = match decision {
        Some(decision) if decision.outcome == Outcome::Confirmed => {
            Some(serde_json::to_string(&all_pass()).map_err(|error| Unknown::log(&error))?)
        }
        _ => None,
    };
    Ok(vec![
        Arg::from(id),
        number.into(),
        number.into(),
        round.at.into(),
        record.by.account.into(),
        record.by.name.clone().into(),
        text.into(),
        digest.into(),
        due.into(),
        late.into(),
        record.reviewer.into(),
        decision.map(|decision| decision.outcome.code()).into(),
        decision.map(|decision| decision.at).into(),
        decision.map(|decision| decision.by.account).into(),
        decision.map(|decision| decision.by.name.clone()).into(),
        decision.and_then(|decision| decision.by.home).into(),
        days.into(),
        decision.and_then(|decision| decision.reason.clone()).into(),
        Option::<String>::None.into(),
        checks.into(),
    ])
}

fn all_pass() -> Vec<Checked> {
    Item::ALL
        .iter()
        .map(|item| Checked {
            item: item.code().to_owned(),
            answer: Answer::Pass,
            note: String::new(),
        })
        .collect()
}

/// A line of the history with its instant: lines are stored in the order of time.
fn event_row(
    id: RecordId,
    at: Timestamp,
    by: &Doer,
    event: &str,
    round: u32,
    reason: Option<&str>,
) -> (Timestamp, Vec<Arg>) {
    let row = vec![
        Arg::from(id),
        at.into(),
        by.account.into(),
        by.name.clone().into(),
        event.into(),
        round.into(),
        reason.map(str::to_owned).into(),
        Option::<String>::None.into(),
    ];
    (at, row)
}

fn lock_row(id: RecordId, at: Timestamp, round: u32) -> (Timestamp, Vec<Arg>) {
    let row = vec![
        Arg::from(id),
        at.into(),
        Option::<AccountId>::None.into(),
        "系统".into(),
        "lock".into(),
        round.into(),
        Option::<String>::None.into(),
        Option::<String>::None.into(),
    ];
    (at, row)
}
