//! What is to be done about exams today, for the first page.

use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};

use crate::domain::range::State as CandidateState;
use crate::domain::session::{Purpose, State};
use crate::store::{candidates, conduct, rooms, sessions};

use super::case::{Case, clause, reviewing_units};
use super::{report, todo_own};

/// Which part of the page a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Past its day.
    Overdue,
    /// Its day is near.
    DueSoon,
    /// Waits for the reader.
    Waiting,
}

/// A line.
#[derive(Debug, Clone)]
pub struct TodoItem {
    /// Part of the page.
    pub block: Block,
    /// Stable kind.
    pub kind: &'static str,
    /// What.
    pub title: String,
    /// More about it.
    pub detail: String,
    /// How many.
    pub count: Option<u32>,
    /// Its day.
    pub due: Option<DueOut>,
    /// 依据 without a day.
    pub clause: Option<ClauseOut>,
    /// Page.
    pub link: String,
}

const SOON_DAYS: i64 = 5;

pub(super) fn block(due: &DueOut) -> Block {
    if due.late {
        Block::Overdue
    } else if due.days_left <= SOON_DAYS {
        Block::DueSoon
    } else {
        Block::Waiting
    }
}

/// The lines of the actor.
///
/// # Errors
/// 500 from the engine.
pub async fn todo(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<TodoItem>, Problem> {
    let mut lines = Vec::new();
    let live = [State::Reviewing, State::Sealed, State::Marking];
    for session in sessions::in_states(tx, &live).await? {
        let case = Case::any(tx, ctx, session.id).await?;
        match case.session.state {
            State::Reviewing => review(tx, ctx, &case, &mut lines).await?,
            _ => after(tx, ctx, &case, &mut lines).await?,
        }
    }
    todo_own::lines(tx, ctx, &mut lines).await?;
    Ok(lines)
}

async fn review(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    lines: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let own = reviewing_units(ctx, &case.tree);
    if own.is_empty() || ctx.now >= case.session.review_by {
        return Ok(());
    }
    let waiting = candidates::of_session(tx, case.session.id)
        .await?
        .iter()
        .filter(|row| own.contains(&row.district.get()))
        .filter(|row| {
            matches!(
                row.candidate.state,
                CandidateState::Nominated | CandidateState::CarriedOver
            )
        })
        .count();
    if waiting == 0 {
        return Ok(());
    }
    let due = DueOut::new(
        case.session.review_by,
        ctx.now,
        &ctx.state.calendar,
        clause::<u32>(None, "B-59", "由区局逐人审核，到期锁定。".to_owned()),
    );
    lines.push(TodoItem {
        block: block(&due),
        kind: "exam_review",
        title: format!("审核{waiting}名考生"),
        detail: case.session.title.clone(),
        count: u32::try_from(waiting).ok(),
        due: Some(due),
        clause: None,
        link: format!("/exams/{}/candidates", case.session.id),
    });
    Ok(())
}

async fn after(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    lines: &mut Vec<TodoItem>,
) -> Result<(), Problem> {
    let id = case.session.id;
    let title = case.session.title.clone();
    let over = ctx.now >= case.session.terms.closes;
    let staff = rooms::staff(tx, id).await?;
    let mine = |kind: &str| {
        staff
            .iter()
            .any(|one| one.kind == kind && Some(one.person) == ctx.actor.person_id)
    };
    let mut plain = |kind, title: String, detail: String, link: String| {
        lines.push(TodoItem {
            block: Block::Waiting,
            kind,
            title,
            detail,
            count: None,
            due: None,
            clause: None,
            link,
        });
    };
    if !over && mine("invigilator") {
        let when = case.session.terms.opens.format_cn();
        plain(
            "exam_invigilate",
            "监考".to_owned(),
            format!("{title}，{when}开考"),
            format!("/exams/{id}/board"),
        );
    }
    if case.session.state == State::Marking && (mine("marker") || mine("chief")) {
        plain(
            "exam_mark",
            "阅卷".to_owned(),
            title.clone(),
            format!("/exams/{id}/marking"),
        );
    }
    if over && case.is_held_by(ctx) {
        let usual = case.rules.exam.pass_percent(case.session.purpose.code());
        let next = match case.session.state {
            State::Sealed => "收卷阅卷",
            _ if case.session.pass_mark.is_none() && usual.is_none() => "设定分数线并公布成绩",
            _ => "公布成绩",
        };
        plain(
            "exam_next",
            next.to_owned(),
            title.clone(),
            format!("/exams/{id}"),
        );
    }
    // Only the city's exam is reported on (B-60).
    if over && case.session.purpose == Purpose::Qualification {
        let own = reviewing_units(ctx, &case.tree);
        if own.is_empty() {
            return Ok(());
        }
        let handed = conduct::reports(tx, id).await?;
        let owed = candidates::of_session(tx, id)
            .await?
            .iter()
            .filter(|row| row.candidate.state == CandidateState::Registered)
            .any(|row| own.contains(&row.district.get()) && !handed.contains_key(&row.district));
        if owed {
            let due = report::due(ctx, case);
            lines.push(TodoItem {
                block: block(&due),
                kind: "exam_report",
                title: "反馈考试情况".to_owned(),
                detail: title,
                count: None,
                due: Some(due),
                clause: None,
                link: format!("/exams/{id}/report"),
            });
        }
    }
    Ok(())
}
