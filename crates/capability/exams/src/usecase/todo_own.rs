//! What concerns the reader as a candidate: exams ahead with room and seat, an exam that is open, a result that is out.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::PersonId;

use crate::domain::Marks;
use crate::domain::range::State as CandidateState;
use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::domain::sitting::State as SittingState;
use crate::store::candidates::{self, CandidateRow};
use crate::store::sessions::{self, Session};
use crate::store::{attempts, results, rooms};

use super::case::{Case, clause};
use super::own_results::shows;
use super::todo::{Block, TodoItem, block};

/// No objection period is longer (the packs' limit, in days).
const LONGEST_OBJECTION: i64 = 366;

/// The candidate's lines.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn lines(
    tx: &mut Tx,
    ctx: &Ctx,
    lines: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(());
    };
    for row in candidates::all_of_person(tx, person).await? {
        if row.candidate.state != CandidateState::Registered {
            continue;
        }
        let Some(session) = sessions::by_id(tx, row.session).await? else {
            continue;
        };
        let terms = session.terms;
        let line = match session.state {
            State::Reviewing | State::Sealed if ctx.now < terms.opens => {
                Some(coming(tx, ctx, &session, &row).await?)
            }
            State::Sealed if ctx.now < terms.closes.plus_seconds(row.extra) => {
                open(tx, ctx, &session, person).await?
            }
            State::Published => out(tx, ctx, session, &row).await?,
            _ => None,
        };
        lines.extend(line);
    }
    Ok(())
}

/// An exam ahead: where, which seat, which ticket.
async fn coming(
    tx: &mut Tx,
    ctx: &Ctx,
    session: &Session,
    row: &CandidateRow,
) -> Result<TodoItem, Problem> {
    let opens = session.terms.opens;
    let mut detail = format!("{}，{}开考", session.title, opens.format_cn());
    let list = rooms::of_session(tx, session.id).await?;
    let room = row
        .room
        .and_then(|id| list.iter().find(|room| room.room.id == id));
    match room {
        Some(room) => detail.push_str(&format!("，{}", room.room.name)),
        None => detail.push_str(&format!("，{}", session.mode.name())),
    }
    if let Some(seat) = row.seat {
        detail.push_str(&format!("{seat}号座"));
    }
    if let Some(ticket) = &row.ticket {
        detail.push_str(&format!("，准考证号{ticket}"));
    }
    let rule = clause::<u32>(
        None,
        "B-59",
        "审核通过并编排座位后参加考试，开考前可下载准考证。".to_owned(),
    );
    let due = DueOut::new(opens.plus_micros(1), ctx.now, &ctx.state.calendar, rule);
    Ok(TodoItem {
        block: block(&due),
        kind: "exam_coming",
        title: "参加考试".to_owned(),
        detail,
        count: None,
        due: Some(due),
        clause: None,
        link: "/exams/mine".to_owned(),
    })
}

/// An exam that is open: the latest attempt, while it can be begun or goes on.
async fn open(
    tx: &mut Tx,
    ctx: &Ctx,
    session: &Session,
    person: PersonId,
) -> Result<Option<TodoItem>, Problem> {
    let tried = attempts::of_person_in(tx, session.id, person).await?;
    let Some((_, attempt)) = tried.last() else {
        return Ok(None);
    };
    let terms = session.terms;
    let title = match attempt.sitting(&terms).state_at(ctx.now) {
        SittingState::Running => "继续作答",
        SittingState::NotStarted if ctx.now < terms.last_start => "考试已开始，请进入",
        _ => return Ok(None),
    };
    let until = terms.last_start.min(terms.closes).format_cn();
    Ok(Some(TodoItem {
        block: Block::DueSoon,
        kind: "exam_open",
        title: title.to_owned(),
        detail: format!("{}，{until}前可进入", session.title),
        count: None,
        due: None,
        clause: Some(clause::<u32>(
            None,
            "B-57",
            "在开考时间内进入并作答。".to_owned(),
        )),
        link: format!("/exams/{}/sit/{}", attempt.exam, attempt.id.get()),
    }))
}

/// A result that is out, until the last day to object.
async fn out(
    tx: &mut Tx,
    ctx: &Ctx,
    session: Session,
    row: &CandidateRow,
) -> Result<Option<TodoItem>, Problem> {
    let fresh = session
        .published_at
        .is_some_and(|at| ctx.now < at.plus_days(LONGEST_OBJECTION));
    if !fresh {
        return Ok(None);
    }
    let case = Case::any(tx, ctx, session.id).await?;
    let Some(until) = case.objection_due().filter(|until| ctx.now < *until) else {
        return Ok(None);
    };
    let standing = results::history(tx, row.id)
        .await?
        .into_iter()
        .find(|result| result.superseded_at.is_none());
    let Some(result) = standing.filter(|_| shows(&case).0) else {
        return Ok(None);
    };
    let days = case.rules.exam.objection_days();
    let rule = clause(
        case.rules.exam.objection_days.as_ref(),
        "B-61",
        format!("公布之日起{days}天内可对成绩提出异议。"),
    );
    let due = DueOut::new(until, ctx.now, &ctx.state.calendar, rule);
    let score = result
        .score
        .map_or_else(String::new, |score: Marks| format!("，{score}分"));
    Ok(Some(TodoItem {
        block: if result.outcome == Outcome::Passed {
            Block::Waiting
        } else {
            block(&due)
        },
        kind: "exam_result",
        title: format!("成绩已公布：{}", result.outcome.name()),
        detail: format!("{}{score}；{}前可提出异议", session.title, due.label),
        count: None,
        due: Some(due),
        clause: None,
        link: format!("/exams/mine/{}", session.id),
    }))
}
