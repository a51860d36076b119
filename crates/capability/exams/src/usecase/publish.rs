//! Publication: results are stored, passes posted, weak questions told to the bank, and the next range follows.

use chengzhi_assessment::facade::{self as assessment, TrainingAward};
use chengzhi_db::{OutboxEvent, Tx};
use chengzhi_http::{Ctx, Problem};
use chrono::Datelike as _;
use serde_json::json;

use crate::domain::key_correction::State as CorrectionState;
use crate::domain::scoring::Outcome;
use crate::domain::session::{Event, Purpose, take};
use crate::store::results::{self, Award, ResultRow};
use crate::store::{claims, sessions};

use super::case::Case;
use super::follows::{self, AllFollows};
use super::judge::{Hall, hall};
use super::{analysis, bank, marking, range, refused};

/// Publishes the results of a session.
///
/// # Errors
/// 404 for others; 409 while answers are being marked, a correction waits, or no pass mark is set (B-64).
pub async fn publish(ctx: &Ctx, told: &AllFollows, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.session.state = take(case.session.state, Event::Publish).map_err(refused)?;
    if case.session.pass_mark.is_none() {
        let full = super::papers::full_marks(&case.session);
        case.session.pass_mark = full.and_then(|full| marking::usual_pass(&case, full));
        if case.session.pass_mark.is_none() {
            return Err(Problem::conflict(
                "exams.no_pass_mark",
                "尚未设定分数线，请先设定分数线再公布成绩。",
            ));
        }
        case.session.pass_set_by = Some("按规则".to_owned());
    }
    let waiting = claims::corrections(&mut tx, id)
        .await?
        .iter()
        .filter_map(|row| CorrectionState::from_code(&row.state))
        .filter(|state| {
            matches!(
                state,
                CorrectionState::Proposed
                    | CorrectionState::ApprovedOnce
                    | CorrectionState::Approved
            )
        })
        .count();
    if waiting > 0 {
        return Err(Problem::conflict(
            "exams.correction_waits",
            format!("还有{waiting}项答案更正没有办结，请先办结再公布。"),
        ));
    }
    let hall = hall(&mut tx, &case).await?;
    let judged = hall.judge_all(case.session.pass_mark)?;
    let open = judged
        .iter()
        .filter(|one| one.verdict.outcome == Outcome::BeingMarked)
        .count();
    if open > 0 {
        return Err(Problem::conflict(
            "exams.being_marked",
            format!("还有{open}人的答卷没有阅完，不能公布成绩。"),
        ));
    }
    let rows: Vec<ResultRow> = judged
        .iter()
        .map(|one| {
            let source = if one.attempt.is_none() && one.verdict.score.is_some() {
                "paper"
            } else {
                "sitting"
            };
            hall.result(one, source, "公布成绩", &ctx.actor.name)
        })
        .collect();
    results::put_all(&mut tx, id, &rows, ctx.now).await?;
    case.session.published_at = Some(ctx.now);
    case.session.published_by = Some(ctx.actor.name.clone());
    case.put(&mut tx).await?;
    settle(&mut tx, ctx, told, &case, "公布成绩").await?;
    observe(&mut tx, &case, &hall).await?;
    let passed = rows
        .iter()
        .filter(|row| row.outcome == Outcome::Passed)
        .count();
    tx.emit(OutboxEvent {
        id: 0,
        topic: "exam.published".to_owned(),
        dedup_key: format!("exam.published:{id}"),
        payload: json!({"session_id": id, "purpose": case.session.purpose.code(),
            "about": case.session.about, "title": case.session.title})
        .to_string(),
    });
    tx.audit(
        ctx.audit("exam.publish", case.subject())
            .unit(case.session.unit)
            .detail(json!({"results": rows.len(), "passed": passed,
                "pass_mark": case.session.pass_mark.map(|pass| pass.hundredths())})),
    );
    tx.commit().await?;
    Ok(())
}

/// Tells the bank what was observed of the questions.
async fn observe(tx: &mut Tx, case: &Case, hall: &Hall) -> Result<(), Problem> {
    let Some((exam, _)) = sessions::rounds(tx, case.session.id)
        .await?
        .first()
        .copied()
    else {
        return Ok(());
    };
    let items = analysis::items(hall);
    bank::note_observed(tx, exam, &items, case.session.terms.opens.date()).await?;
    Ok(())
}

/// Posts what passes earn and takes back what is no longer due; then who follows is told, and the next session's range
/// follows.
///
/// # Errors
/// 500 from the engine, and what a follower refuses.
pub async fn settle(
    tx: &mut Tx,
    ctx: &Ctx,
    told: &AllFollows,
    case: &Case,
    reason: &str,
) -> Result<(), Problem> {
    if case.session.purpose == Purpose::Qualification {
        post(tx, ctx, case, reason).await?;
    }
    follows::tell(tx, ctx, told, case.session.about.as_deref()).await?;
    range::follow(tx, ctx, case.session.id).await
}

async fn post(tx: &mut Tx, ctx: &Ctx, case: &Case, reason: &str) -> Result<(), Problem> {
    let (hours, credits) = case.rules.exam.pass_award();
    let by = (ctx.actor.account_id.get() != 0).then_some(ctx.actor.account_id);
    let standing = results::of_session(tx, case.session.id).await?;
    let posted = results::awards(tx, case.session.id).await?;
    let day = case.session.terms.opens.date();
    if assessment::closed_years(tx).await?.contains(&day.year()) {
        return Ok(());
    }
    let people: std::collections::BTreeMap<i64, _> =
        crate::store::candidates::of_session(tx, case.session.id)
            .await?
            .into_iter()
            .map(|row| (row.id, row.candidate.person))
            .collect();
    let (mut fresh, mut notes) = (Vec::new(), Vec::new());
    for (candidate, result) in &standing {
        let passed = result.outcome == Outcome::Passed;
        let Some(person) = people.get(candidate).copied() else {
            continue;
        };
        match posted.get(candidate) {
            Some(award) if !passed => {
                let source = award.source.as_str();
                assessment::reverse_training(tx, by, ctx.now, person, source, reason).await?;
                results::reverse_award(tx, *candidate, reason, ctx.now).await?;
            }
            None if passed && !(hours.is_zero() && credits.is_zero()) => {
                let number = results::award_count(tx, *candidate).await? + 1;
                let source = format!("exam:{}:{number}", case.session.id);
                fresh.push(TrainingAward {
                    person,
                    happened_on: day,
                    hours,
                    credits,
                    course_name: case.session.title.clone(),
                    source: source.clone(),
                });
                notes.push(Award {
                    candidate: *candidate,
                    source,
                    hours,
                    credits,
                });
            }
            _ => {}
        }
    }
    assessment::post_training(tx, by, ctx.now, &fresh).await?;
    results::add_awards(tx, &notes, ctx.now).await?;
    Ok(())
}
