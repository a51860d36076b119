//! One record as its page shows it, with what the caller may do and why not.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{Month, UnitId};

use crate::domain::blockers::blockers;
use crate::domain::review::{ReviewFacts, may_pass_up, may_review};
use crate::domain::session::{self, Attendee, Session};
use crate::domain::snapshot::{Content, PhotoRef, diff};
use crate::domain::state::{Event, State, next};
use crate::domain::stats::Outcome;
use crate::domain::{Deny, reasons};
use crate::store::hand_ins::StoredHandIn;
use crate::store::photos::Photo;
use crate::store::{BOOK, hand_ins, photos, records, tasks};

use super::access::{Reviewers, review_facts, reviewers};
use super::case::{self, Case};
use super::record_out::{
    AttendanceOut, BlockerOut, ChangeOut, DeniedOut, HistoryOut, HoldOut, LookAlikeOut, PhotoOut,
    ReasonOut, ReceiptOut, RecordOut, RecordTaskOut, RecordUnitOut, RosterChangesOut, SessionOut,
};
use super::review::{held, other_hold};
use super::save::{RosterChanges, sync_roster};
use super::tasks::material_out;

/// Reads a record for its page.
///
/// # Errors
/// 404 outside the scope.
pub async fn view(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    told: Option<RosterChanges>,
) -> Result<RecordOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = case::read(&mut tx, ctx, scope, unit, month).await?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let facts = review_facts(&mut tx, ctx, &case, &reviewers).await?;
    let reviews = facts
        .as_ref()
        .is_some_and(|facts| may_review(facts, "", "").is_ok());
    let record = case.record.as_ref();
    let stored = match record {
        Some(record) => records::attendance(&mut tx, record.id).await?,
        None => Vec::new(),
    };
    let session = record
        .map(|record| record.session.clone())
        .unwrap_or_default();
    let (attendance, told) = if case.state.is_open_to_unit() {
        let synced = sync_roster(&mut tx, ctx, &case, &session, &stored, &[]).await?;
        let now = RosterChanges {
            joined: synced.joined,
            left: synced.left,
        };
        (synced.rows, told.unwrap_or(now))
    } else {
        (stored, told.unwrap_or_default())
    };
    let pictures = match record {
        Some(record) => photos::of_record(&mut tx, record.id).await?,
        None => Vec::new(),
    };
    let hand_ins = match record {
        Some(record) => hand_ins::of_record(&mut tx, record.id).await?,
        None => Vec::new(),
    };
    let missing = if case.state.is_open_to_unit() {
        let window = case.window();
        let params = &case.rules.year.params;
        blockers(
            &session,
            &attendance,
            pictures.len(),
            window,
            params,
            ctx.now,
        )
    } else {
        Vec::new()
    };
    let (attended, expected) = session::head_count(&attendance);
    let content = Content {
        session: session.clone(),
        attendance: attendance.clone(),
        photos: pictures.iter().map(photo_ref).collect(),
    };
    let hold = record
        .and_then(|record| record.hold.as_ref())
        .filter(|hold| ctx.now < hold.until && case.state.awaits_review());
    let (allowed, denied) = actions(ctx, &case, &reviewers, facts.as_ref());
    Ok(RecordOut {
        unit: RecordUnitOut {
            id: case.unit.id.get(),
            name: case.unit.name.clone(),
            reviewer_name: reviewers.name().to_owned(),
        },
        month,
        state: case.state.code().to_owned(),
        state_name: case.state.name().to_owned(),
        version: record.map_or(0, |record| record.version),
        task: task(&mut tx, month).await?,
        photos: photos_out(&mut tx, &case, &pictures, reviews).await?,
        history: history(&mut tx, &case).await?,
        session: session_out(session),
        attendance: attendance.into_iter().map(attendance_out).collect(),
        expected,
        attended,
        submit_due: case.rules.submit_due(ctx.now),
        review_due: review_due(ctx, &case, &hand_ins),
        lock_at: case.rules.lock_due(ctx.now),
        blockers: missing
            .into_iter()
            .map(|blocker| BlockerOut {
                field: blocker.field.to_owned(),
                message: blocker.message,
            })
            .collect(),
        round: record.map_or(0, |record| record.round),
        on_time: record
            .and_then(|record| record.first_submitted_at)
            .map(|at| case.window().on_time(at)),
        reviewed_late: record.and_then(|record| record.reviewed_late),
        receipt: receipt(&case, &hand_ins, &reviewers),
        diff: changes(&case, &hand_ins, &content),
        hold: hold.map(|hold| HoldOut {
            by: hold.by.to_string(),
            name: hold.name.clone(),
            until: hold.until,
            mine: hold.by == ctx.actor.account_id,
        }),
        passed_up: record.is_some_and(|record| record.passed_up),
        roster_changes: RosterChangesOut {
            joined: told.joined,
            left: told.left,
        },
        allowed,
        denied,
    })
}

fn photo_ref(photo: &Photo) -> PhotoRef {
    PhotoRef {
        hash: photo.hash.clone(),
        name: photo.name.clone(),
    }
}

fn session_out(session: Session) -> SessionOut {
    SessionOut {
        held_on: session.held_on,
        start_time: session.start_time,
        minutes: session.minutes,
        place: session.place,
        speaker: session.speaker,
        topic: session.topic,
        content: session.content,
        filmed: session.filmed,
        film_place: session.film_place,
        notes: session.notes,
    }
}

/// A person as sent.
#[must_use]
pub fn attendance_out(row: Attendee) -> AttendanceOut {
    AttendanceOut {
        person_id: row.person_id.get(),
        staff_no: row.staff_no,
        name: row.name,
        post_name: row.post_name,
        present: row.present,
        absence_reason: row.absence_reason,
        away: row.away,
    }
}

async fn task(tx: &mut Tx, month: Month) -> Result<Option<RecordTaskOut>, Problem> {
    let Some(task) = tasks::find(tx, month).await? else {
        return Ok(None);
    };
    let materials = tasks::materials(tx, month, month).await?;
    Ok(Some(RecordTaskOut {
        topic: task.topic,
        guidance: task.guidance,
        materials: materials
            .into_iter()
            .map(|material| material_out(month, material))
            .collect(),
    }))
}

async fn photos_out(
    tx: &mut Tx,
    case: &Case,
    pictures: &[Photo],
    reviews: bool,
) -> Result<Vec<PhotoOut>, Problem> {
    let alike = match &case.record {
        Some(record) if reviews => photos::look_alikes(tx, &[record.id]).await?,
        _ => Vec::new(),
    };
    let base = format!(
        "/api/v1/study/records/{}/{}/photos",
        case.unit.id,
        case.window().month
    );
    Ok(pictures
        .iter()
        .map(|photo| PhotoOut {
            id: photo.id,
            hash: photo.hash.clone(),
            thumb_url: format!("{base}/{}/thumb", photo.id),
            url: format!("{base}/{}/file", photo.id),
            taken_at: photo.taken_at.as_deref().and_then(|text| text.parse().ok()),
            size: photo.size,
            look_alikes: reviews.then(|| {
                alike
                    .iter()
                    .filter(|found| found.photo == photo.id)
                    .map(|found| LookAlikeOut {
                        unit_name: case.tree.name(found.unit_id).to_owned(),
                        month: found.month,
                        kind: found.kind.clone(),
                    })
                    .collect()
            }),
            place: photo.place.clone().filter(|_| reviews),
        })
        .collect())
}

async fn history(tx: &mut Tx, case: &Case) -> Result<Vec<HistoryOut>, Problem> {
    let Some(record) = &case.record else {
        return Ok(Vec::new());
    };
    let mut lines: Vec<HistoryOut> = BOOK
        .history(tx, record.id)
        .await?
        .into_iter()
        .map(|line| HistoryOut {
            at: line.at,
            by: line.by_name,
            event_name: line
                .event
                .parse::<Event>()
                .map_or_else(|()| line.event.clone(), |event| event.name().to_owned()),
            event: line.event,
            reason: line.reason.map(reason_out),
            note: line.note,
            round: line.round,
        })
        .collect();
    let locked = matches!(case.state, State::LockedMissed | State::LockedPending);
    if locked && !lines.iter().any(|line| line.event == Event::Lock.code()) {
        // The sweep has not come by yet; the lock holds all the same.
        lines.push(HistoryOut {
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

/// The present hand-in's own date; before one, the date it would get now.
fn review_due(ctx: &Ctx, case: &Case, hand_ins: &[StoredHandIn]) -> DueOut {
    let at = hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.outcome != Some(Outcome::Withdrawn))
        .map_or_else(
            || case.window().review_due(ctx.now),
            |hand_in| match hand_in.outcome {
                Some(Outcome::Returned) => case.window().review_due(ctx.now),
                _ => hand_in.review_due_at,
            },
        );
    case.rules.review_due(at, ctx.now)
}

fn receipt(case: &Case, hand_ins: &[StoredHandIn], reviewers: &Reviewers) -> Option<ReceiptOut> {
    let last = hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.outcome != Some(Outcome::Withdrawn))?;
    let lock = case.window().lock_at.format_bound_cn();
    let who_can_change = match case.state {
        State::Submitted => "开始审核前，本单位可以撤回更改。".to_owned(),
        State::UnderReview => format!("{}正在审核，审核结束前任何人不能更改。", reviewers.name()),
        State::Returned | State::Draft => format!("本单位可在{lock}前更改并重新提交。"),
        State::Confirmed => {
            let until = case.window().correct_until().format_bound_cn();
            format!("内容不再更改；出勤有误由审核人在{until}前更正。")
        }
        State::LockedPending => format!("已跨月锁定，等待{}通过或终退。", reviewers.name()),
        _ => "已跨月锁定，任何人不能更改；缺学人员由区局组织补训。".to_owned(),
    };
    Some(ReceiptOut {
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

/// What was changed since the last hand-in that was sent back. Corrections after confirmation are
/// history, not part of the resubmission.
fn changes(case: &Case, hand_ins: &[StoredHandIn], content: &Content) -> Option<Vec<ChangeOut>> {
    let before = hand_ins
        .iter()
        .rev()
        .find(|hand_in| hand_in.outcome == Some(Outcome::Returned))?;
    let after = if case.state.is_open_to_unit() {
        content.clone()
    } else {
        hand_ins
            .iter()
            .rev()
            .find(|hand_in| hand_in.outcome != Some(Outcome::Withdrawn))?
            .content()
    };
    let rows = diff(&before.content(), &after)
        .into_iter()
        .map(|change| ChangeOut {
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
) -> (Vec<String>, Vec<DeniedOut>) {
    let mut allowed = Vec::new();
    let mut denied = Vec::new();
    let mut add = |event: Event, verdict: Result<(), Deny>| match verdict {
        Ok(()) => allowed.push(event.code().to_owned()),
        Err(deny) => denied.push(DeniedOut {
            action: event.code().to_owned(),
            why: deny.text,
        }),
    };
    let reports = ctx
        .actor
        .scope(Permission::StudyReport)
        .is_some_and(|scope| scope.has_unit(case.unit.id));
    if reports {
        for event in [Event::Save, Event::Submit, Event::Withdraw] {
            let verdict = next(case.state, event).and_then(|_| case.window().check_open(ctx.now));
            add(event, verdict);
        }
    }
    if let Some(facts) = facts {
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
        if case.state == State::Confirmed {
            let in_year = if ctx.now < case.window().correct_until() {
                Ok(())
            } else {
                Err(Deny::new("study.year_closed", "年度已过，出勤不能再更正。"))
            };
            add(Event::Correct, may.and(in_year));
        }
    }
    (allowed, denied)
}

/// A code that is no longer in the list stands for itself.
fn reason_out(code: String) -> ReasonOut {
    let known = reasons::find(&code);
    ReasonOut {
        text: known.map_or_else(|| code.clone(), |reason| reason.text.to_owned()),
        mend: known.map_or_else(String::new, |reason| reason.mend.to_owned()),
        code,
    }
}
