//! A further attempt (再做一次): a sealed exam of its own for one person, on the form that the policy gives him.

use chengzhi_http::{Ctx, Problem, Unknown};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::range::State as CandidateState;
use crate::domain::session::State;
use crate::domain::shuffle::ORDER_VERSION;
use crate::domain::sitting::State as SittingState;
use crate::store::attempts::{self, NewAttempt};
use crate::store::exams::{self, NewExam};
use crate::store::{candidates, sessions, sitters};

use super::case::Case;
use super::refused;

/// The attempt that may be begun now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnNextAttemptOut {
    /// Exam.
    pub exam: i64,
    /// Attempt.
    pub attempt: i64,
    /// Its number, from 1.
    pub number: u32,
    /// Left after it; none: as many as one likes.
    pub left: Option<u32>,
}

/// Gives the caller one more attempt. Asked twice it is the same one, until he has begun it.
///
/// # Errors
/// 404 for somebody without a place; 409 when none is left, the one before goes on, he was excluded, or nobody is taken in
/// any more.
pub async fn begin(ctx: &Ctx, id: i64) -> Result<OwnNextAttemptOut, Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let row = candidates::of_person(&mut tx, id, person)
        .await?
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .ok_or_else(Problem::not_found)?;
    case.only_in(&[State::Sealed], "再次作答")?;
    if row.excluded.is_some() {
        return Err(Problem::conflict(
            "exams.excluded",
            "您的本场成绩已取消，不能再次作答。如有疑问，请联系组织单位。",
        ));
    }
    let policy = case.policy();
    let before = attempts::of_person_in(&mut tx, id, person).await?;
    let used = u32::try_from(before.len()).unwrap_or(u32::MAX);
    let (number, last) = before.last().ok_or_else(Problem::not_found)?;
    if !last.is_begun() {
        return Ok(OwnNextAttemptOut {
            exam: last.exam,
            attempt: last.id.get(),
            number: *number,
            left: policy.left(used),
        });
    }
    let terms = case.session.terms;
    let state = last.sitting(&terms).state_at(ctx.now);
    let ended = state != SittingState::Running;
    policy
        .further(used, ended, ctx.now, &terms)
        .map_err(refused)?;
    let own = sessions::rounds(&mut tx, id)
        .await?
        .first()
        .map(|(exam, _)| *exam)
        .ok_or_else(Problem::not_found)?;
    let forms = sitters::sealed(&mut tx, own).await?;
    let number = used + 1;
    let first = row.form.and_then(|form| usize::try_from(form).ok());
    let place = policy.form(first.unwrap_or(0), number, forms.len());
    let (_, content, digest) = forms.get(place).ok_or_else(Problem::not_found)?;
    let seed = chengzhi_http::random_bytes::<8>().map_err(|error| Unknown::log(&error))?;
    let exam = exams::insert(
        &mut tx,
        NewExam {
            unit: case.session.unit,
            purpose: case.session.purpose.code(),
            title: &case.session.title,
            terms,
            seed: u64::from_le_bytes(seed),
            order_version: ORDER_VERSION,
            by: (ctx.actor.account_id, &ctx.actor.name),
            now: ctx.now,
        },
    )
    .await?;
    let form = exams::insert_form(&mut tx, exam, 1, content, digest).await?;
    let sitter = NewAttempt {
        form,
        person,
        unit: row.candidate.unit,
        staff_no: row.staff_no.clone(),
        name: row.name.clone(),
        extra: row.extra,
    };
    attempts::insert_all(&mut tx, exam, &[sitter]).await?;
    exams::seal(&mut tx, exam).await?;
    sessions::add_round(&mut tx, id, exam, number, Some(person)).await?;
    let made = attempts::of_person(&mut tx, exam, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.audit(
        ctx.audit("exam.attempt", case.subject())
            .unit(row.district)
            .detail(json!({"candidate": row.id, "number": number, "form": place + 1})),
    );
    tx.commit().await?;
    Ok(OwnNextAttemptOut {
        exam,
        attempt: made.id.get(),
        number,
        left: policy.left(number),
    })
}
