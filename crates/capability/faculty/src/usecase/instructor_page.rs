//! An instructor's page, and the year to be assessed.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chrono::Datelike as _;

use super::access::{Reach, holds};
use super::instructor_out::{
    FacultyConditionOut, FacultyEventOut, FacultyInstructorPageOut, FacultyScoreOut,
    FacultyTaughtOut, FacultyTrialOut, FacultyYearOut,
};
use super::instructors::rows_out;
use super::policy::{Rules, clause};
use super::words::{FacultyWordOut, year_of};
use crate::domain::instructor::{Event, Kind, Level, State, Term, step};
use crate::domain::trial;
use crate::store::instructors::{self, Instructor};
use crate::store::taught::{self, Taught};
use crate::store::trials::{self, Trial, YearRow};
use crate::store::{courseware, groups, teams};

/// The year that is assessed next: last year when he served then and nobody has assessed it, else
/// this year. None when he does not serve.
#[must_use]
pub fn next_year(row: &Instructor, done: &[YearRow], today: chengzhi_kernel::Date) -> Option<i32> {
    if row.state != State::Appointed {
        return None;
    }
    let first = row.appointed_on?.year();
    let this = today.year();
    let open = |year: i32| year >= first && !done.iter().any(|row| row.year == year);
    [this - 1, this].into_iter().find(|year| open(*year))
}

/// Conditions with the answers of a lecture.
pub(super) fn conditions_out(rules: &Rules, answers: Option<&Trial>) -> Vec<FacultyConditionOut> {
    trial::conditions(rules.faculty())
        .into_iter()
        .map(|asked| FacultyConditionOut {
            met: answers.map(|trial| {
                trial
                    .answers
                    .iter()
                    .any(|answer| answer.code == asked.code && answer.met)
            }),
            code: asked.code.to_owned(),
            clause: chengzhi_http::ClauseOut {
                rule: asked.row,
                clause: asked.clause,
                text: format!("{}。", asked.text),
            },
            text: asked.text,
        })
        .collect()
}

/// A lesson as sent.
#[must_use]
pub fn taught_out(row: Taught, instructor: &str) -> FacultyTaughtOut {
    FacultyTaughtOut {
        held_on: row.held_on,
        minutes: row.minutes,
        topic: row.topic,
        instructor_name: instructor.to_owned(),
        rating: row.rating,
        ratings: row.ratings,
    }
}

/// A year as sent.
#[must_use]
pub fn year_out(row: YearRow) -> FacultyYearOut {
    FacultyYearOut {
        year: row.year,
        minutes: row.minutes,
        rating: row.rating,
        ratings: row.ratings,
        result: row.result.code().to_owned(),
        result_name: row.result.name().to_owned(),
        note: row.note,
        by_name: row.by_name,
    }
}

/// An instructor's page.
///
/// # Errors
/// 404 when he is not seen; 409 without rules.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<FacultyInstructorPageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let row = instructors::by_id(&mut tx, id)
        .await?
        .filter(|row| reach.sees(row))
        .ok_or_else(Problem::not_found)?;
    page_out(&mut tx, ctx, &reach, row).await
}

/// The page of one who is seen.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn page_out(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    row: Instructor,
) -> Result<FacultyInstructorPageOut, Problem> {
    let rules = Rules::load(tx, &ctx.state, year_of(None, ctx.now)?).await?;
    let own = row.person_id.is_some() && row.person_id == ctx.actor.person_id;
    // Points, assessments and history are for his bureau, who proposed him, and himself.
    let inside = own
        || reach.units.contains(&row.unit_id.get())
        || reach.units.contains(&row.nominated_unit_id.get());
    let done = trials::years(tx, &[row.id])
        .await?
        .remove(&row.id)
        .unwrap_or_default();
    let assess_year = next_year(&row, &done, ctx.today).filter(|_| inside);
    let lectures = trials::of_instructor(tx, row.id).await?;
    let lessons = taught::of_instructor(tx, row.id, None).await?;
    let history = instructors::history(tx, row.id).await?;
    let video = match row.micro_video_id {
        None => None,
        Some(video) => courseware::by_id(tx, video)
            .await?
            .map(|found| FacultyWordOut::new(&found.id.to_string(), &found.title)),
    };
    let mut belongs = Vec::new();
    for studio in teams::studios(tx, "s.closed_on is null").await? {
        if studio.lead_id == row.id || studio.members.contains(&row.id) {
            belongs.push(studio.name);
        }
    }
    for group in groups::all(tx, "g.closed_on is null").await? {
        if group.members.iter().any(|(member, _)| *member == row.id) {
            belongs.push(group.name);
        }
    }
    let faculty = rules.faculty();
    let name = row.name.clone();
    let may = may(ctx, reach, &rules, &row, &lectures, &done);
    let trial_text = format!("评委平均分不低于{}分。", faculty.trial_pass.value);
    let term_text = format!("聘期{}年，期满前办理续聘。", faculty.term_years.value);
    Ok(FacultyInstructorPageOut {
        intro: row.intro.clone(),
        reason: row.reason.clone(),
        ended_on: row.ended_on,
        end_reason: row.end_reason.clone(),
        micro_video: video,
        trial_rule: clause(&faculty.trial_pass, trial_text),
        conditions: conditions_out(&rules, None),
        term_due: row
            .term_until
            .filter(|_| row.state == State::Appointed)
            .map(|until| rules.due(until, ctx.now, clause(&faculty.term_years, term_text))),
        assess_due: assess_year
            .and_then(|year| rules.assess_by(year))
            .map(|day| {
                let text = "每年考核一次，看授课时长和学员评价。";
                rules.due(day, ctx.now, clause(&faculty.assess_by, text))
            }),
        assess_year,
        trials: lectures
            .into_iter()
            .filter(|_| inside)
            .map(|trial| FacultyTrialOut {
                conditions: conditions_out(&rules, Some(&trial)),
                held_on: trial.held_on,
                topic: trial.topic,
                score: trial.score,
                scores: trial
                    .scores
                    .into_iter()
                    .map(|score| FacultyScoreOut {
                        judge: score.judge,
                        score: score.score,
                    })
                    .collect(),
                passed: trial.passed,
                note: trial.note,
                by_name: trial.by_name,
            })
            .collect(),
        years: done.into_iter().filter(|_| inside).map(year_out).collect(),
        taught: lessons
            .into_iter()
            .map(|lesson| taught_out(lesson, &name))
            .collect(),
        teams: belongs,
        history: history
            .into_iter()
            .filter(|_| inside)
            .map(|line| FacultyEventOut {
                at: line.at,
                by_name: line.by_name,
                event_name: line.event.name().to_owned(),
                note: line.note,
            })
            .collect(),
        may,
        instructor: rows_out(tx, ctx, reach, &rules, vec![row])
            .await?
            .pop()
            .ok_or_else(Problem::not_found)?,
    })
}

/// What the caller may do with him now.
fn may(
    ctx: &Ctx,
    reach: &Reach,
    rules: &Rules,
    row: &Instructor,
    lectures: &[Trial],
    done: &[YearRow],
) -> Vec<String> {
    let manages = holds(ctx, deciding(row), row.unit_id);
    let nominates = holds(ctx, Permission::FacultyNominate, row.nominated_unit_id);
    let passed = lectures.first().is_some_and(|trial| trial.passed);
    let can = |event: Event| step(row.state, event).is_ok();
    let term = super::instructors::term_of(ctx, rules, row);
    let mut may = Vec::new();
    let mut add = |word: &str, allowed: bool| {
        if allowed {
            may.push(word.to_owned());
        }
    };
    add("try", manages && can(Event::Try) && row.kind.needs_trial());
    add(
        "appoint",
        manages && can(Event::Appoint) && (passed || !row.kind.needs_trial()),
    );
    add("refuse", manages && can(Event::Refuse));
    add("withdraw", nominates && can(Event::Withdraw));
    add("assess", manages && can(Event::Assess));
    add("renew", manages && can(Event::Renew) && !done.is_empty());
    add("release", manages && can(Event::Release));
    add("correct", manages && can(Event::Correct));
    add(
        "invite",
        ctx.actor.may(Permission::FacultyManage)
            && reach.sees(row)
            && matches!(term, Some(Term::Running | Term::Ending | Term::Coming)),
    );
    may
}

/// The permission that decides over an instructor: the city appoints its own (B-99, B-100).
#[must_use]
pub fn deciding(row: &Instructor) -> Permission {
    match (row.level, row.kind) {
        (Level::City, _) | (_, Kind::City | Kind::OfficeHead) => Permission::FacultyAppoint,
        _ => Permission::FacultyManage,
    }
}
