//! One record as its page shows it, with what the caller may do and why not.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};

use crate::domain::checklist::Checked;
use crate::domain::half::SlotKey;
use crate::domain::reasons;
use crate::domain::review::{ReviewFacts, may_pass_up, may_review};
use crate::domain::snapshot::{Content, diff};
use crate::domain::state::{Event, State, next};
use crate::domain::stats::Outcome;
use crate::domain::verdict::{Item, length_cn};
use crate::domain::{Deny, blockers::Blocker};
use crate::store::hand_ins::{self, StoredHandIn};
use crate::store::{BOOK, notes};

use super::access::{Reviewers, review_facts, reviewers};
use super::case::{self, Case};
use super::record_out::{
    DrillBlockerOut, DrillChangeOut, DrillCheckItemOut, DrillCheckOut, DrillDeniedOut,
    DrillHistoryOut, DrillHoldOut, DrillNoteOut, DrillReasonOut, DrillReceiptOut, DrillRecordOut,
    DrillRosterChangesOut, DrillSessionOut, DrillUnitOut,
};
use super::review::{held, other_hold};
use super::save::RosterChanges;
use super::session_view::session_out;
use super::submit::{current, missing};

/// Reads a record for its page.
///
/// # Errors
/// 404 outside the scope.
pub async fn view(
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    told: Option<RosterChanges>,
) -> Result<DrillRecordOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = case::read(&mut tx, ctx, scope, key).await?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let facts = review_facts(&mut tx, ctx, &case, &reviewers).await?;
    let reviews = facts
        .as_ref()
        .is_some_and(|facts| may_review(facts, "", "").is_ok());
    let record = case.record.as_ref();
    let open = case.state.is_open_to_unit();
    let (full, changed) = if open {
        current(&mut tx, ctx, &case).await?
    } else {
        let full = case::sessions_of(&mut tx, record).await?;
        (full, RosterChanges::default())
    };
    let blocking = if open {
        missing(&case, &full, ctx)
    } else {
        Vec::new()
    };
    let hand_ins = match record {
        Some(record) => hand_ins::of_record(&mut tx, record.id).await?,
        None => Vec::new(),
    };
    let content = case::content_of(&full);
    let sessions: Vec<DrillSessionOut> = full
        .into_iter()
        .map(|session| session_out(ctx, &case, session, reviews))
        .collect();
    let hold = record
        .and_then(|record| record.hold.as_ref())
        .filter(|hold| ctx.now < hold.until && case.state.awaits_review());
    let (allowed, denied) = actions(ctx, &case, &reviewers, facts.as_ref());
    let told = told.unwrap_or(changed);
    let window = *case.window();
    Ok(DrillRecordOut {
        unit: DrillUnitOut {
            id: case.unit.id.get(),
            name: case.unit.name.clone(),
            reviewer_name: reviewers.name().to_owned(),
        },
        month: key.month,
        half: key.half,
        half_name: key.half.name().to_owned(),
        from: key.half.first_day(key.month, window.first_half_end),
        to: key.half.last_day(key.month, window.first_half_end),
        state: case.state.code().to_owned(),
        state_name: case.state.name().to_owned(),
        version: record.map_or(0, |record| record.version),
        submit_due: case.rules.submit_due(ctx.now),
        review_due: review_due(ctx, &case, &hand_ins),
        lock_at: case.rules.lock_due(ctx.now),
        review_grace_days: window.review_grace_days,
        blockers: blocking.into_iter().map(blocker_out).collect(),
        warnings: warnings(&sessions),
        round: record.map_or(0, |record| record.round),
        on_time: record
            .and_then(|record| record.first_counted_at)
            .map(|at| window.on_time(at)),
        counted_by: window.counted_by(),
        reviewed_late: record.and_then(|record| record.reviewed_late),
        receipt: receipt(&case, &hand_ins, &reviewers),
        history: history(&mut tx, &case).await?,
        notes: notes_out(&mut tx, ctx, &case, reviews).await?,
        check_items: check_items(&case, &sessions),
        checks: last_checks(&hand_ins),
        diff: changes(&case, &hand_ins, &content),
        hold: hold.map(|hold| DrillHoldOut {
            name: hold.name.clone(),
            until: hold.until,
            mine: hold.by == ctx.actor.account_id,
        }),
        passed_up: record.is_some_and(|record| record.passed_up),
        roster_changes: DrillRosterChangesOut {
            joined: told.joined,
            left: told.left,
        },
        sessions,
        allowed,
        denied,
    })
}

fn blocker_out(blocker: Blocker) -> DrillBlockerOut {
    DrillBlockerOut {
        field: blocker.field,
        message: blocker.message,
    }
}

/// Broken rules with the day of the session, for everybody who reads the record.
fn warnings(sessions: &[DrillSessionOut]) -> Vec<String> {
    let mut found = Vec::new();
    for session in sessions {
        let day = session
            .held_on
            .map_or_else(|| "未定日期的训练".to_owned(), crate::domain::short_date);
        if session.makeup {
            found.push(format!("{day}为上半月补训，上半月未在当期训练仍会显示。"));
        }
        for verdict in session.verdicts.iter().filter(|v| v.ok == Some(false)) {
            // A plan has no length yet; its people are told by what is still needed.
            if !session.planned {
                found.push(format!("{day}{}：{}", verdict.name, verdict.text));
            }
        }
    }
    found
}

fn check_items(case: &Case, sessions: &[DrillSessionOut]) -> Vec<DrillCheckItemOut> {
    Item::ALL
        .iter()
        .map(|item| DrillCheckItemOut {
            item: item.code().to_owned(),
            name: item.name().to_owned(),
            broken: sessions.iter().any(|session| {
                session
                    .verdicts
                    .iter()
                    .any(|verdict| verdict.item == item.code() && verdict.ok == Some(false))
            }),
            clause: case.rules.year.item_clause(*item),
        })
        .collect()
}

fn last_checks(hand_ins: &[StoredHandIn]) -> Vec<DrillCheckOut> {
    hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.checks.is_some())
        .map(StoredHandIn::checks)
        .unwrap_or_default()
        .into_iter()
        .map(|Checked { item, answer, note }| DrillCheckOut {
            name: Item::from_code(&item).map_or_else(|| item.clone(), |i| i.name().to_owned()),
            item,
            answer: answer.code().to_owned(),
            answer_name: answer.name().to_owned(),
            note,
        })
        .collect()
}

async fn notes_out(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    reviews: bool,
) -> Result<Vec<DrillNoteOut>, Problem> {
    let Some(record) = &case.record else {
        return Ok(Vec::new());
    };
    let waits = case.state.awaits_review();
    Ok(notes::of_record(tx, record.id)
        .await?
        .into_iter()
        // What a reviewer jots down while he reads is his until he decides.
        .filter(|note| reviews || !waits || note.round < record.round)
        .map(|note| DrillNoteOut {
            id: note.id,
            session_id: note.session_id,
            at_ms: note.at_ms,
            at_label: note.at_ms.map(length_cn),
            text: note.text,
            mine: waits
                && note.round == record.round
                && note.written_by == Some(ctx.actor.account_id),
            round: note.round,
            by: note.written_by_name,
            written_at: note.written_at,
        })
        .collect())
}

async fn history(tx: &mut Tx, case: &Case) -> Result<Vec<DrillHistoryOut>, Problem> {
    let Some(record) = &case.record else {
        return Ok(Vec::new());
    };
    let mut lines: Vec<DrillHistoryOut> = BOOK
        .history(tx, record.id)
        .await?
        .into_iter()
        .map(|line| DrillHistoryOut {
            at: line.at,
            by: line.by_name,
            event_name: line
                .event
                .parse::<Event>()
                .map_or_else(|()| line.event.clone(), |event| event.name().to_owned()),
            event: line.event,
            reason: line.reason.map(|code| DrillReasonOut {
                text: reasons::word(&code),
                code,
            }),
            note: line.note,
            round: line.round,
        })
        .collect();
    let locked = matches!(case.state, State::LockedMissed | State::LockedPending);
    if locked && !lines.iter().any(|line| line.event == Event::Lock.code()) {
        // The sweep has not come by yet; the lock holds all the same.
        lines.push(DrillHistoryOut {
            at: case.window().lock_at,
            by: "系统".to_owned(),
            event: Event::Lock.code().to_owned(),
            event_name: Event::Lock.name().to_owned(),
            reason: None,
            note: None,
            round: record.round,
        });
    }
    Ok(lines)
}

/// The hand-in that stands or was sent back; withdrawn ones never were.
fn last_standing(hand_ins: &[StoredHandIn]) -> Option<&StoredHandIn> {
    hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.outcome != Some(Outcome::Withdrawn))
}

/// The present hand-in's own date; before one, the date it would get now.
fn review_due(ctx: &Ctx, case: &Case, hand_ins: &[StoredHandIn]) -> DueOut {
    let at = last_standing(hand_ins)
        .filter(|hand_in| hand_in.outcome != Some(Outcome::Returned))
        .map_or_else(
            || case.window().review_due(ctx.now),
            |hand_in| hand_in.review_due_at,
        );
    case.rules.review_due(at, ctx.now)
}

fn receipt(
    case: &Case,
    hand_ins: &[StoredHandIn],
    reviewers: &Reviewers,
) -> Option<DrillReceiptOut> {
    let last = last_standing(hand_ins)?;
    let lock = case.window().lock_at.format_bound_cn();
    let who_can_change = match case.state {
        State::Submitted => "开始审核前，本中队可以撤回更改。".to_owned(),
        State::UnderReview => format!("{}正在审核，审核结束前任何人不能更改。", reviewers.name()),
        State::Returned | State::Draft => format!("本中队可在{lock}前更改并重新提交。"),
        State::Confirmed => "已通过，内容不再更改。".to_owned(),
        State::LockedPending => format!("已跨月锁定，等待{}通过或终退。", reviewers.name()),
        _ => "已跨月锁定，任何人不能更改。".to_owned(),
    };
    Some(DrillReceiptOut {
        at: last.submitted_at,
        hash_short: last
            .digest
            .chars()
            .take(8)
            .collect::<String>()
            .to_uppercase(),
        who_can_change,
    })
}

/// What was changed since the last hand-in that was sent back.
fn changes(
    case: &Case,
    hand_ins: &[StoredHandIn],
    content: &Content,
) -> Option<Vec<DrillChangeOut>> {
    let before = hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.outcome == Some(Outcome::Returned))?;
    let after = if case.state.is_open_to_unit() {
        content.clone()
    } else {
        last_standing(hand_ins)?.content()
    };
    let rows = diff(&before.content(), &after)
        .into_iter()
        .map(|change| DrillChangeOut {
            field: change.field,
            label: change.label,
            before: change.before,
            after: change.after,
        })
        .collect();
    Some(rows)
}

/// What the caller may do now. Only actions that belong to his rights are listed, so that a reader
/// is not told of things that are not his.
fn actions(
    ctx: &Ctx,
    case: &Case,
    reviewers: &Reviewers,
    facts: Option<&ReviewFacts>,
) -> (Vec<String>, Vec<DrillDeniedOut>) {
    let mut allowed = Vec::new();
    let mut denied = Vec::new();
    let mut add = |event: Event, verdict: Result<(), Deny>| match verdict {
        Ok(()) => allowed.push(event.code().to_owned()),
        Err(deny) => denied.push(DrillDeniedOut {
            action: event.code().to_owned(),
            why: deny.text,
        }),
    };
    let reports = ctx
        .actor
        .scope(Permission::DrillReport)
        .is_some_and(|scope| scope.has_unit(case.unit.id));
    if reports {
        for event in [Event::Save, Event::Submit, Event::Withdraw] {
            let verdict = next(case.state, event).and_then(|_| case.window().check_open(ctx.now));
            add(event, verdict);
        }
    }
    let Some(facts) = facts else {
        return (allowed, denied);
    };
    let may = may_review(facts, reviewers.name(), reviewers.city_name());
    let hold = other_hold(ctx, case.record.as_ref()).map(held);
    for event in [
        Event::OpenReview,
        Event::Confirm,
        Event::Return,
        Event::Reject,
    ] {
        let verdict = next(case.state, event)
            .and_then(|_| may.clone())
            .and_then(|()| hold.clone().map_or(Ok(()), Err));
        add(event, verdict);
    }
    let mine = case
        .record
        .as_ref()
        .and_then(|record| record.hold.as_ref())
        .is_some_and(|hold| hold.by == ctx.actor.account_id && ctx.now < hold.until);
    if mine && next(case.state, Event::Release).is_ok() {
        add(Event::Release, Ok(()));
    }
    if facts.touched || facts.own_unit {
        let verdict =
            next(case.state, Event::PassUp).and_then(|_| may_pass_up(facts, reviewers.name()));
        add(Event::PassUp, verdict);
    }
    (allowed, denied)
}
