//! Closing of a class (B-27, B-28): the check list that computes itself, hand-in, return, acceptance.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::closing::{Asked, Given, Line, checklist};
use crate::domain::kind::Subject;
use crate::domain::phase::{Act, Stored};
use crate::domain::presence::Presence;
use crate::store::closings::{self, Closing};
use crate::store::{classes, results, scan_reads};

use super::case::Case;
use super::class_out::close_by;
use super::materials::{ClassMaterialOut, material_out};
use super::{awards, certificates, presence, taught, words};

/// A line of the check list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCheckOut {
    /// Code.
    pub code: String,
    /// What is asked.
    pub title: String,
    /// Done.
    pub done: bool,
    /// What there is and what is missing.
    pub text: String,
}

/// A hand-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassClosingOut {
    /// From 1.
    pub seq: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
    /// By whom.
    pub submitted_by: String,
    /// Last day in time.
    pub due_on: Option<Date>,
    /// Whether it came later.
    pub late: Option<bool>,
    /// `closed`, `returned`.
    pub outcome: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// Who.
    pub decided_by: Option<String>,
    /// Why it was returned.
    pub note: Option<String>,
}

/// The closing of a class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassClosingPageOut {
    /// Check list of this moment.
    pub checklist: Vec<ClassCheckOut>,
    /// Whether every line is done.
    pub complete: bool,
    /// When it is due.
    pub due: Option<DueOut>,
    /// Materials, oldest first.
    pub materials: Vec<ClassMaterialOut>,
    /// Hand-ins, oldest first.
    pub hand_ins: Vec<ClassClosingOut>,
    /// The summary, when one is written.
    pub summary: Option<String>,
    /// Whether the caller may return or accept.
    pub may_decide: bool,
    /// Version of the class.
    pub version: i64,
}

/// The check list of a class as of now.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn lines(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Vec<Line>, Problem> {
    let id = case.class.id;
    let table = presence::table(tx, ctx, case).await?;
    let scores = results::of_classes(tx, &[id]).await?;
    let materials = closings::of_classes(tx, &[id]).await?;
    let doubtful = scan_reads::doubtful(tx, id).await?;
    let held: Vec<Subject> = case
        .courses
        .iter()
        .filter(|course| {
            case.lessons
                .iter()
                .any(|row| row.lesson.course == course.id)
        })
        .map(|course| course.subject)
        .collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let settled = case
        .lessons
        .iter()
        .enumerate()
        .filter(|(index, _)| {
            table.rows.iter().all(|(_, cells)| {
                cells
                    .get(*index)
                    .is_some_and(|cell| cell.presence != Presence::Open)
            })
        })
        .count();
    let sitting: Vec<i64> = table
        .rows
        .iter()
        .filter(|(row, _)| row.seat.sits())
        .map(|(row, _)| row.id)
        .collect();
    // Without an exam the presence is what there is to assess.
    let with_result = if case.class.has_exam {
        sitting
            .iter()
            .filter(|row| scores.contains_key(row))
            .count()
    } else {
        sitting.len()
    };
    let photos = [Subject::Teaching, Subject::Fitness, Subject::DrillReview]
        .into_iter()
        .map(|subject| {
            let of = materials
                .iter()
                .filter(|row| row.kind == "photo" && row.subject == Some(subject));
            (subject, count(of.count()))
        })
        .collect();
    let asked = Asked {
        photos_per_kind: if case.class.kind.is_closed_with_materials() {
            case.rules.photos_per_kind()
        } else {
            0
        },
        held,
        summary: case.class.wants_summary,
    };
    let given = Given {
        photos,
        presence: (count(case.lessons.len()), count(settled)),
        doubtful,
        results: (count(sitting.len()), count(with_result)),
        summary: case
            .class
            .summary
            .as_deref()
            .is_some_and(|text| !text.is_empty()),
    };
    Ok(checklist(&asked, &given))
}

/// Whether the actor may return or accept: the upper level by right, and nobody his own hand-in.
async fn decides(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    open: Option<&Closing>,
) -> Result<bool, Problem> {
    let Some(scope) = ctx.actor.scope(chengzhi_authz::Permission::ClassReview) else {
        return Ok(false);
    };
    let Some(open) = open else {
        return Ok(false);
    };
    let upper = organisation::reviewing_unit(tx, case.class.unit_id, ctx.today).await?;
    let reaches = upper.is_some_and(|unit| scope.has_unit(unit.id));
    Ok(reaches && open.submitted_by != Some(ctx.actor.account_id))
}

/// The closing of a class.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn page(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassClosingPageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let found = lines(&mut tx, ctx, &case).await?;
    let hand_ins = closings::closings(&mut tx, &[id]).await?;
    let open = hand_ins.iter().find(|row| row.outcome.is_none());
    let may_decide = decides(&mut tx, ctx, &case, open).await?;
    Ok(ClassClosingPageOut {
        complete: found.iter().all(|line| line.done),
        checklist: found
            .into_iter()
            .map(|line| ClassCheckOut {
                code: line.code,
                title: line.title,
                done: line.done,
                text: line.text,
            })
            .collect(),
        due: close_by(ctx, &case)?,
        materials: closings::of_classes(&mut tx, &[id])
            .await?
            .into_iter()
            .map(material_out)
            .collect(),
        hand_ins: hand_ins
            .into_iter()
            .map(|row| ClassClosingOut {
                seq: row.seq,
                submitted_at: row.submitted_at,
                submitted_by: row.submitted_by_name,
                due_on: row.due_on,
                late: row.late,
                outcome: row.outcome,
                decided_at: row.decided_at,
                decided_by: row.decided_by_name,
                note: row.note,
            })
            .collect(),
        summary: case.class.summary.clone(),
        may_decide,
        version: case.class.version,
    })
}

/// Hands the closing in, late or not. The check list must be done.
///
/// # Errors
/// 404 for classes of others; 409 for an old version, a class that is not over or one with lines open.
pub async fn submit(ctx: &Ctx, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::SubmitClosing)?;
    let found = lines(&mut tx, ctx, &case).await?;
    let open: Vec<String> = found
        .iter()
        .filter(|line| !line.done)
        .map(|line| format!("{}：{}", line.title, line.text))
        .collect();
    if !open.is_empty() {
        return Err(Problem::conflict(
            "class.closing_open",
            format!("结项材料还不齐：{}。", open.join("；")),
        ));
    }
    let due = match case.class.last_on {
        Some(last) if case.class.kind.is_closed_with_materials() => {
            case.rules.close_by(last)?.map(|(due, _)| due)
        }
        _ => None,
    };
    let stored: Vec<_> = found
        .iter()
        .map(|line| json!({"code": line.code, "title": line.title, "text": line.text}))
        .collect();
    let row = Closing {
        class_id: id,
        seq: 0,
        submitted_at: ctx.now,
        submitted_by: Some(ctx.actor.account_id),
        submitted_by_name: ctx.actor.name.clone(),
        late: due.as_ref().map(|due| ctx.now >= due.due_at),
        due_on: due.map(|due| due.last_day),
        checklist: serde_json::Value::Array(stored).to_string(),
        outcome: None,
        decided_at: None,
        decided_by_name: None,
        note: None,
    };
    closings::insert_closing(&mut tx, &row).await?;
    case.class.state = Stored::ClosingSubmitted;
    classes::put(&mut tx, &case.class).await?;
    words::note_event(&mut tx, ctx, id, "closing_submitted", None).await?;
    tx.emit(words::outbox("class.closing_submitted", &case));
    tx.audit(
        ctx.audit("class.closing_submit", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title(), "late": row.late})),
    );
    tx.commit().await?;
    Ok(())
}

async fn to_decide(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    version: i64,
    act: Act,
) -> Result<Case, Problem> {
    let case = Case::take_any(tx, ctx, id).await?;
    let upper = organisation::reviewing_unit(tx, case.class.unit_id, ctx.today).await?;
    let scope = ctx.scope(chengzhi_authz::Permission::ClassReview)?;
    if !upper.is_some_and(|unit| scope.has_unit(unit.id)) {
        return Err(Problem::not_found());
    }
    case.fresh(version)?;
    case.may(act)?;
    let hand_ins = closings::closings(tx, &[id]).await?;
    let open = hand_ins.iter().find(|row| row.outcome.is_none());
    if !decides(tx, ctx, &case, open).await? {
        return Err(Problem::conflict(
            "class.own_closing",
            "结项材料由您本人提交，须由另一名管理员审核。",
        ));
    }
    Ok(case)
}

/// Sends the closing back for completion.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or without a hand-in; 422 without a reason.
pub async fn send_back(ctx: &Ctx, id: i64, version: i64, reason: &str) -> Result<(), Problem> {
    let reason = words::required("reason", "退回原因", reason, 500)?;
    let mut tx = ctx.db().write().await?;
    let mut case = to_decide(&mut tx, ctx, id, version, Act::ReturnClosing).await?;
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    closings::decide(&mut tx, id, ("returned", &reason), by, ctx.now).await?;
    case.class.state = Stored::ReturnedForCompletion;
    classes::put(&mut tx, &case.class).await?;
    words::note_event(&mut tx, ctx, id, "closing_returned", Some(&reason)).await?;
    tx.emit(words::outbox("class.closing_returned", &case));
    tx.audit(
        ctx.audit("class.closing_return", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Accepts the closing: hours and credits that are due are posted, the register of
/// instructors is told what was taught, and the class goes to the archive.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, without a hand-in, or a year whose books are closed.
pub async fn accept(ctx: &Ctx, id: i64, version: i64, note: &str) -> Result<(), Problem> {
    let note = words::optional("note", "意见", note, 500)?;
    let mut tx = ctx.db().write().await?;
    let mut case = to_decide(&mut tx, ctx, id, version, Act::Close).await?;
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    closings::decide(&mut tx, id, ("closed", &note), by, ctx.now).await?;
    awards::settle(&mut tx, ctx, &case, false).await?;
    taught::note(&mut tx, ctx, &case).await?;
    certificates::settle(&mut tx, ctx, &case).await?;
    case.class.state = Stored::Closed;
    classes::put(&mut tx, &case.class).await?;
    words::note_event(&mut tx, ctx, id, "closed", None).await?;
    tx.emit(words::outbox("class.closed", &case));
    tx.audit(
        ctx.audit("class.close", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title()})),
    );
    tx.commit().await?;
    Ok(())
}
