//! The invigilator's board: who is here, who saves, who is silent, what happened.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{PersonId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::form::Form;
use crate::domain::range::State as CandidateState;
use crate::domain::session::State as SessionState;
use crate::domain::sitting::State;
use crate::store::attempts::{self, Attempt};
use crate::store::candidates::{self, CandidateRow};
use crate::store::sitters::{self, Progress, SittingEvent};
use crate::store::{conduct, rooms, sessions};

use super::case::{Case, Watch};

/// A candidate on the board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamBoardRowOut {
    /// Candidate.
    pub candidate: i64,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// Room.
    pub room_id: Option<i64>,
    /// Seat.
    pub seat: Option<u32>,
    /// `waiting`, `saving`, `silent`, `paused`, `handed_in`, `collected`, `void`, `leave`, `away`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Questions with an answer.
    pub answered: i64,
    /// Questions.
    pub questions: usize,
    /// Began when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// Last saved answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub saved_at: Option<Timestamp>,
    /// Seconds left.
    pub seconds: i64,
    /// How often another device took over.
    pub takeovers: u32,
    /// How often the page was left.
    pub left_page: u32,
    /// Answers that came after the end, within the margin.
    pub late: i64,
    /// Notes about him.
    pub notes: Vec<ExamConductOut>,
    /// Why his exam does not count.
    pub excluded: Option<String>,
}

/// A note about a candidate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamConductOut {
    /// Row id.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Its word.
    pub name: String,
    /// What was seen.
    pub note: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// It speaks against the candidate.
    pub breach: bool,
}

/// Something that happened in a sitting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamEventOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whose sitting.
    pub name: String,
    /// What, in words.
    pub event: String,
    /// By whom.
    pub by: String,
    /// More about it.
    pub note: Option<String>,
}

/// A room on the board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamBoardRoomOut {
    /// Room.
    pub id: i64,
    /// As on the door.
    pub name: String,
    /// Rows of seats.
    pub rows: u32,
    /// Seats in a row.
    pub columns: u32,
    /// Who watches it.
    pub invigilators: Vec<String>,
}

/// The board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamBoardOut {
    /// Title.
    pub title: String,
    /// Server's time.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// The doors open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// Nobody may begin from here on.
    #[schema(value_type = String, format = DateTime)]
    pub last_start_at: Timestamp,
    /// End of the window.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// The caller may note conduct.
    pub may_note: bool,
    /// Candidates per state.
    pub counts: BTreeMap<String, i64>,
    /// Rooms.
    pub rooms: Vec<ExamBoardRoomOut>,
    /// Candidates by room and seat.
    pub rows: Vec<ExamBoardRowOut>,
    /// What happened beyond starts and hand-ins, the latest first, at most fifty.
    pub events: Vec<ExamEventOut>,
}

/// Words of a row's state.
fn state_name(state: &str) -> &'static str {
    match state {
        "saving" => "作答中",
        "silent" => "无响应",
        "paused" => "暂停计时",
        "handed_in" => "已交卷",
        "collected" => "自动收卷",
        "void" => "作废",
        "leave" => "请假",
        "away" => "缺考",
        _ => "未开始",
    }
}

/// Words of what happens in a sitting.
#[must_use]
pub fn event_name(event: &str) -> &str {
    match event {
        "start" => "开始作答",
        "take_over" => "更换设备",
        "hand_in" => "交卷",
        "pause" => "暂停计时",
        "resume" => "继续计时",
        "annul" => "作废",
        "page_left" => "离开页面",
        other => other,
    }
}

struct Around {
    progress: Progress,
    takeovers: u32,
    left_page: u32,
}

fn standing(
    row: &CandidateRow,
    attempt: Option<&Attempt>,
    around: &Around,
    case: &Case,
    now: Timestamp,
) -> &'static str {
    let Some(attempt) = attempt else {
        return "waiting";
    };
    let sitting = attempt.sitting(&case.session.terms);
    match sitting.state_at(now) {
        State::NotStarted => match row.absence.as_deref() {
            Some("leave") => "leave",
            Some(_) => "away",
            None => "waiting",
        },
        State::HandedIn => "handed_in",
        State::Collected => "collected",
        State::Void => "void",
        State::Running => {
            let silent = i64::from(case.rules.exam.silent_seconds());
            let last = around
                .progress
                .last_at
                .or_else(|| sitting.clock.as_ref().map(|clock| clock.start));
            let paused = sitting
                .clock
                .as_ref()
                .is_some_and(|clock| clock.remaining(now).paused);
            if paused {
                "paused"
            } else if last.is_some_and(|last| now.seconds_since(last) > silent) {
                "silent"
            } else {
                "saving"
            }
        }
    }
}

/// The board of a session, as far as the caller watches it.
///
/// # Errors
/// 404 for somebody without a duty; 409 before the sealing.
pub async fn board(ctx: &Ctx, id: i64) -> Result<ExamBoardOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    let (staff, watch) = case.watch(&mut tx, ctx).await?;
    case.only_in(
        &[
            SessionState::Sealed,
            SessionState::Marking,
            SessionState::Published,
        ],
        "查看监考看板",
    )?;
    let exam = sessions::rounds(&mut tx, id)
        .await?
        .first()
        .map(|(exam, _)| *exam)
        .ok_or_else(Problem::not_found)?;
    let list: Vec<CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .filter(|row| watch.sees(row.room, row.district))
        .collect();
    if list.is_empty() && watch != Watch::All {
        return Err(Problem::not_found());
    }
    let copies = sitters::copies(&mut tx, id).await?;
    // Of several attempts of one person the latest is watched.
    let sitting: BTreeMap<PersonId, Attempt> = attempts::of_session(&mut tx, id)
        .await?
        .into_iter()
        .map(|(_, mut attempt)| {
            attempt.form = copies.get(&attempt.form).copied().unwrap_or(attempt.form);
            (attempt.person, attempt)
        })
        .collect();
    let progress = sitters::progress(&mut tx, id).await?;
    let events = sitters::events(&mut tx, id, true).await?;
    let notes = conduct::of_session(&mut tx, id).await?;
    let questions: BTreeMap<i64, usize> = sitters::forms(&mut tx, exam)
        .await?
        .into_iter()
        .map(|(form, _, content)| {
            let form_of: Form = serde_json::from_str(&content).map_err(|e| Unknown::log(&e))?;
            Ok((form, form_of.questions.len()))
        })
        .collect::<Result<_, Problem>>()?;
    let mut rows = Vec::with_capacity(list.len());
    for row in &list {
        let attempt = sitting.get(&row.candidate.person);
        let own = |one: &&SittingEvent| attempt.is_some_and(|attempt| attempt.id == one.attempt);
        let times = |name: &str| {
            let found = events.iter().filter(own).filter(|one| one.event == name);
            u32::try_from(found.count()).unwrap_or(u32::MAX)
        };
        let around = Around {
            progress: attempt
                .and_then(|attempt| progress.get(&attempt.id).copied())
                .unwrap_or_default(),
            takeovers: times("take_over"),
            left_page: times("page_left"),
        };
        let state = standing(row, attempt, &around, &case, ctx.now);
        rows.push(board_row(
            ctx, &case, row, attempt, &around, state, &notes, &questions,
        ));
    }
    let rank = |row: &ExamBoardRowOut| (row.room_id, row.seat, row.staff_no.clone());
    rows.sort_by_key(rank);
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.state.clone()).or_default() += 1;
    }
    let seen: BTreeSet<_> = list
        .iter()
        .filter_map(|row| sitting.get(&row.candidate.person))
        .map(|attempt| (attempt.id, attempt.name.clone()))
        .collect();
    let terms = case.session.terms;
    let may_note = !matches!(watch, Watch::Districts(_));
    Ok(ExamBoardOut {
        title: case.session.title.clone(),
        now: ctx.now,
        opens_at: terms.opens,
        last_start_at: terms.last_start,
        closes_at: terms.closes,
        may_note,
        counts,
        rooms: rooms::of_session(&mut tx, id)
            .await?
            .into_iter()
            .filter(|row| rows.iter().any(|seat| seat.room_id == Some(row.room.id)))
            .map(|row| ExamBoardRoomOut {
                id: row.room.id,
                invigilators: staff
                    .iter()
                    .filter(|one| one.kind == "invigilator" && one.room == Some(row.room.id))
                    .map(|one| one.name.clone())
                    .collect(),
                name: row.room.name,
                rows: row.room.rows,
                columns: row.room.columns,
            })
            .collect(),
        rows,
        events: events
            .iter()
            .rev()
            .filter_map(|one| {
                let (_, name) = seen.iter().find(|(attempt, _)| *attempt == one.attempt)?;
                Some(ExamEventOut {
                    at: one.at,
                    name: name.clone(),
                    event: event_name(&one.event).to_owned(),
                    by: one.by_name.clone(),
                    note: one.note.clone(),
                })
            })
            .take(50)
            .collect(),
    })
}

#[expect(
    clippy::too_many_arguments,
    reason = "one row of a table from as many sources"
)]
fn board_row(
    ctx: &Ctx,
    case: &Case,
    row: &CandidateRow,
    attempt: Option<&Attempt>,
    around: &Around,
    state: &str,
    notes: &[conduct::ConductRow],
    questions: &BTreeMap<i64, usize>,
) -> ExamBoardRowOut {
    let clock = attempt.and_then(|attempt| attempt.sitting(&case.session.terms).clock);
    ExamBoardRowOut {
        candidate: row.id,
        staff_no: row.staff_no.clone(),
        name: row.name.clone(),
        unit_name: case.tree.name(row.candidate.unit).to_owned(),
        room_id: row.room,
        seat: row.seat,
        state: state.to_owned(),
        state_name: state_name(state).to_owned(),
        answered: around.progress.answered,
        questions: attempt
            .and_then(|attempt| questions.get(&attempt.form).copied())
            .unwrap_or(0),
        started_at: clock.as_ref().map(|clock| clock.start),
        saved_at: around.progress.last_at,
        seconds: clock
            .filter(|_| matches!(state, "saving" | "silent" | "paused"))
            .map_or(0, |clock| clock.remaining(ctx.now).seconds),
        takeovers: around.takeovers,
        left_page: around.left_page,
        late: around.progress.late,
        notes: super::conduct::notes_of(notes, row.id),
        excluded: row.excluded.clone(),
    }
}
