//! The life of an instructor: trial lecture, appointment, yearly assessment, renewal.

use chengzhi_authz::Scope;
use chengzhi_db::{OutboxEvent, Tx};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, format_cn};
use chrono::Datelike as _;
use serde_json::json;

use super::access::doer;
use super::instructor_page::deciding;
use super::instructors::taken;
use super::policy::Rules;
use super::words::{line, optional, required};
use super::{bad, bad_field, refused};
use crate::domain::Deny;
use crate::domain::instructor::{Event, YearResult, next_term, step, term_until};
use crate::domain::trial::{self, Answer, Score};
use crate::store::instructors::{self, Instructor};
use crate::store::taught;
use crate::store::trials::{self, Trial, YearRow};

/// Longest term that is entered by hand, years.
const MOST_YEARS: u32 = 10;

/// The row for a decision: of a bureau of the scope, at the version read, and the caller decides over
/// this kind.
pub(super) async fn decided(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
) -> Result<Instructor, Problem> {
    let row = taken(tx, scope, id, version).await?;
    if ctx.scope(deciding(&row))?.has_unit(row.unit_id) {
        Ok(row)
    } else {
        Err(Problem::forbidden())
    }
}

/// Writes the row, its history and the audit line.
async fn done(
    tx: &mut Tx,
    ctx: &Ctx,
    row: &Instructor,
    (event, action): (Event, &str),
    note: &str,
) -> Result<(), Problem> {
    instructors::put(tx, row).await?;
    instructors::add_event(tx, row.id, event, doer(ctx), ctx.now, note).await?;
    tx.audit(
        ctx.audit(action, format!("faculty_instructor:{}", row.id))
            .unit(row.unit_id)
            .detail(json!({"name": row.name, "kind": row.kind.code()})),
    );
    if matches!(event, Event::Appoint | Event::Release) {
        let topic = if event == Event::Appoint {
            "faculty.appointed"
        } else {
            "faculty.released"
        };
        tx.emit(OutboxEvent {
            id: 0,
            topic: topic.to_owned(),
            dedup_key: format!("{topic}:{}:{}", row.id, row.version),
            payload: json!({"instructor_id": row.id, "unit_id": row.unit_id.get()}).to_string(),
        });
    }
    Ok(())
}

/// A trial lecture as entered.
#[derive(Debug, Clone)]
pub struct TrialInput {
    /// As read.
    pub version: i64,
    /// Day.
    pub held_on: Date,
    /// What about.
    pub topic: String,
    /// Judges' points, hundredths.
    pub scores: Vec<Score>,
    /// Conditions as answered.
    pub answers: Vec<Answer>,
    /// Note.
    pub note: String,
}

/// Records a trial lecture.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for points and answers.
pub async fn record_trial(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    input: TrialInput,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = decided(&mut tx, ctx, scope, id, input.version).await?;
    if !row.kind.needs_trial() {
        return Err(refused(Deny::new(
            "faculty.no_trial",
            format!("{}无需试讲，可直接聘任。", row.kind.name()),
        )));
    }
    row.state = step(row.state, Event::Try).map_err(refused)?;
    if input.held_on > ctx.today {
        return Err(bad_field("held_on", "试讲还没有举行，举行后再登记。"));
    }
    let mut scores = Vec::with_capacity(input.scores.len());
    for (index, score) in input.scores.into_iter().enumerate() {
        let judge = line(
            &format!("scores[{index}].judge"),
            "评委姓名",
            &score.judge,
            40,
        )?;
        scores.push(Score { judge, ..score });
    }
    if scores.len() > 15 {
        return Err(bad_field("scores", "评委最多15人，请核对。"));
    }
    let score = trial::check_scores(&scores).map_err(bad("scores"))?;
    let rules = Rules::load(&mut tx, &ctx.state, input.held_on.year()).await?;
    for asked in trial::conditions(rules.faculty()) {
        if !input.answers.iter().any(|given| given.code == asked.code) {
            return Err(bad_field(
                "conditions",
                format!("请确认“{}”是否符合。", asked.text),
            ));
        }
    }
    let lecture = Trial {
        id: 0,
        held_on: input.held_on,
        topic: line("topic", "试讲题目", &input.topic, 100)?,
        passed: trial::passed(rules.faculty(), score, &input.answers),
        score,
        answers: input.answers,
        note: optional("note", "备注", &input.note, 500)?,
        scores,
        by_name: ctx.actor.name.clone(),
    };
    trials::insert(&mut tx, id, &lecture, doer(ctx), ctx.now).await?;
    let note = format!(
        "{}，平均{}分，{}",
        lecture.topic,
        points(score),
        if lecture.passed {
            "合格"
        } else {
            "未合格"
        }
    );
    done(&mut tx, ctx, &row, (Event::Try, "faculty.trial"), &note).await?;
    tx.commit().await?;
    Ok(())
}

/// `86.5` of hundredths.
#[must_use]
pub fn points(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Appoints for a term. Without a last day the rules' term is taken.
///
/// # Errors
/// 404 outside the scope; 409 without a passed trial lecture; 422 for a term that is over or too long.
pub async fn appoint(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    (from, until): (Date, Option<Date>),
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = decided(&mut tx, ctx, scope, id, version).await?;
    row.state = step(row.state, Event::Appoint).map_err(refused)?;
    if row.kind.needs_trial() {
        let latest = trials::latest(&mut tx, id).await?;
        match latest {
            None => {
                return Err(refused(Deny::new(
                    "faculty.trial_missing",
                    "还没有试讲，请先登记试讲和评分。",
                )));
            }
            Some(trial) if !trial.passed => {
                return Err(refused(Deny::new(
                    "faculty.trial_failed",
                    format!(
                        "{}的试讲未合格（平均{}分或者有条件不符合），不能聘任；可再次试讲。",
                        format_cn(trial.held_on),
                        points(trial.score)
                    ),
                )));
            }
            Some(trial) if trial.held_on > from => {
                return Err(bad_field(
                    "from",
                    format!("聘期不能早于试讲日期{}。", format_cn(trial.held_on)),
                ));
            }
            Some(_) => {}
        }
    }
    let rules = Rules::load(&mut tx, &ctx.state, ctx.today.year()).await?;
    let until = term(ctx, &rules, from, until)?;
    row.appointed_on = Some(from);
    row.term_from = Some(from);
    row.term_until = Some(until);
    let note = format!("聘期{}至{}", format_cn(from), format_cn(until));
    done(
        &mut tx,
        ctx,
        &row,
        (Event::Appoint, "faculty.appoint"),
        &note,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The last day of a term.
fn term(ctx: &Ctx, rules: &Rules, from: Date, until: Option<Date>) -> Result<Date, Problem> {
    let years = rules.faculty().term_years.value;
    let until = until
        .or_else(|| term_until(from, years))
        .ok_or_else(|| bad_field("from", "聘期起始日期不在可用范围内。"))?;
    if until < from {
        return Err(bad_field("until", "聘期结束日期不能早于开始日期。"));
    }
    if until < ctx.today {
        return Err(bad_field(
            "until",
            format!("聘期在{}已满，请核对起止日期。", format_cn(until)),
        ));
    }
    if term_until(from, MOST_YEARS).is_none_or(|most| until > most) {
        return Err(bad_field("until", format!("聘期最长{MOST_YEARS}年。")));
    }
    Ok(until)
}

/// Does not appoint.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 without a reason.
pub async fn refuse(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = required("reason", "不予聘任的原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let row = decided(&mut tx, ctx, scope, id, version).await?;
    end(
        &mut tx,
        ctx,
        row,
        (Event::Refuse, "faculty.refuse"),
        ctx.today,
        reason,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a proposal back.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 without a reason.
pub async fn withdraw(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = required("reason", "撤回原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let row = instructors::take(&mut tx, id)
        .await?
        .filter(|row| scope.has_unit(row.nominated_unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version != version {
        return Err(Problem::stale());
    }
    end(
        &mut tx,
        ctx,
        row,
        (Event::Withdraw, "faculty.withdraw"),
        ctx.today,
        reason,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends what runs: the state, the day, why.
pub(super) async fn end(
    tx: &mut Tx,
    ctx: &Ctx,
    mut row: Instructor,
    event: (Event, &str),
    on: Date,
    reason: String,
) -> Result<(), Problem> {
    row.state = step(row.state, event.0).map_err(refused)?;
    row.ended_on = Some(on);
    row.end_reason = reason;
    let note = row.end_reason.clone();
    done(tx, ctx, &row, event, &note).await
}

/// Assesses a year: what was taught and how it was rated is computed, the result is judged.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for a year in which he did not serve.
pub async fn assess(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    (year, result, note): (i32, YearResult, &str),
) -> Result<(), Problem> {
    let note = optional("note", "评语", note, 500)?;
    let mut tx = ctx.db().write().await?;
    let mut row = decided(&mut tx, ctx, scope, id, version).await?;
    row.state = step(row.state, Event::Assess).map_err(refused)?;
    let first = row.appointed_on.map_or(year, |day| day.year());
    if year < first || year > ctx.today.year() {
        return Err(bad_field(
            "year",
            format!("只能考核{first}年至{}年。", ctx.today.year()),
        ));
    }
    if result == YearResult::Unqualified && note.is_empty() {
        return Err(bad_field("note", "考核不合格的，请写明理由。"));
    }
    let sum = taught::sums(&mut tx, &[id], year)
        .await?
        .remove(&id)
        .unwrap_or_default();
    let assessed = YearRow {
        instructor_id: id,
        year,
        minutes: sum.minutes,
        rating: sum.rating(),
        ratings: sum.ratings,
        result,
        note,
        by_name: ctx.actor.name.clone(),
        at: ctx.now,
    };
    trials::put_year(&mut tx, &assessed, doer(ctx), ctx.now).await?;
    let text = format!("{year}年{}", result.name());
    done(&mut tx, ctx, &row, (Event::Assess, "faculty.assess"), &text).await?;
    tx.commit().await?;
    Ok(())
}

/// Appoints for a further term, which follows the present one.
///
/// # Errors
/// 404 outside the scope; 409 without a good assessment of this or last year; 422 for the term.
pub async fn renew(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    until: Option<Date>,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = decided(&mut tx, ctx, scope, id, version).await?;
    row.state = step(row.state, Event::Renew).map_err(refused)?;
    let years = trials::years(&mut tx, &[id]).await?;
    let latest = years
        .get(&id)
        .and_then(|years| years.first())
        .filter(|year| year.year >= ctx.today.year() - 1);
    match latest {
        None => {
            return Err(refused(Deny::new(
                "faculty.assessment_missing",
                "续聘前请先完成今年或者上一年的年度考核。",
            )));
        }
        Some(year) if year.result == YearResult::Unqualified => {
            return Err(refused(Deny::new(
                "faculty.assessment_failed",
                format!("{}年考核不合格，不能续聘。", year.year),
            )));
        }
        Some(_) => {}
    }
    let rules = Rules::load(&mut tx, &ctx.state, ctx.today.year()).await?;
    let ends = row
        .term_until
        .ok_or_else(|| bad_field("until", "没有聘期，不能续聘。"))?;
    // Who is told that his term ends can be renewed.
    let faculty = rules.faculty();
    let window = i64::from(faculty.renew_days.value.max(faculty.warn_days.value));
    if ends.signed_duration_since(ctx.today).num_days() > window {
        return Err(refused(Deny::new(
            "faculty.renew_early",
            format!("聘期到{}，期满前{window}日内办理续聘。", format_cn(ends)),
        )));
    }
    let from = next_term(ends, ctx.today);
    let until = term(ctx, &rules, from, until)?;
    // A term that follows at once runs on: its first day stays, so that no day is without a term.
    if from > ctx.today {
        row.term_until = Some(until);
    } else {
        row.term_from = Some(from);
        row.term_until = Some(until);
    }
    let note = format!("聘期{}至{}", format_cn(from), format_cn(until));
    done(&mut tx, ctx, &row, (Event::Renew, "faculty.renew"), &note).await?;
    tx.commit().await?;
    Ok(())
}
