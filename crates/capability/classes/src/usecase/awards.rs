//! Hours and credits of a class (B-25): who earned what and why not, posted to the ledger, corrected by reversing.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_assessment::facade::{self as assessment, TrainingAward};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::award::{Done, ExamResult, awards};
use crate::domain::phase::Phase;
use crate::domain::timetable::Course;
use crate::store::evaluations;
use crate::store::results::{self, Posted};
use crate::store::trainees::{self, Trainee};

use super::case::Case;
use super::{presence, words};

/// A course of a trainee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassAwardOut {
    /// Course.
    pub course_id: i64,
    /// Its title.
    pub title: String,
    /// Hours.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits.
    #[schema(value_type = f64)]
    pub credits: Quantity,
    /// Earned.
    pub earned: bool,
    /// Why not.
    pub lacks: Vec<String>,
    /// He did what it asks for, whether it counts again or not.
    pub complete: bool,
    /// Stands in the ledger.
    pub posted: bool,
}

/// A trainee's courses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassAwardRowOut {
    /// Trainee.
    pub trainee_id: i64,
    /// Person; people from outside have no ledger.
    pub person_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// Hours earned.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits earned.
    #[schema(value_type = f64)]
    pub credits: Quantity,
    /// Courses in order.
    pub courses: Vec<ClassAwardOut>,
}

/// The awards of a class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassAwardsOut {
    /// Whether this kind earns anything.
    pub earns: bool,
    /// 依据.
    pub clause: ClauseOut,
    /// Entries that posting would add.
    pub to_post: u32,
    /// Entries that posting would reverse.
    pub to_reverse: u32,
    /// Rows in the order of arrival.
    pub rows: Vec<ClassAwardRowOut>,
}

/// What is due to a trainee for a course.
struct Due {
    trainee: i64,
    person: chengzhi_kernel::PersonId,
    course: Course,
    on: Date,
}

struct Reckoning {
    out: ClassAwardsOut,
    post: Vec<Due>,
    reverse: Vec<Posted>,
    people: BTreeMap<i64, chengzhi_kernel::PersonId>,
}

async fn reckon(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Reckoning, Problem> {
    let id = case.class.id;
    let table = presence::table(tx, ctx, case).await?;
    let marks = evaluations::marks(tx, id).await?;
    let scores = results::of_classes(tx, &[id]).await?;
    let posted = results::posted(tx, id).await?;
    let conditions = case.rules.conditions(&case.class);
    let mut rows = Vec::new();
    let mut due = Vec::new();
    // Everybody who was ever on the list: what was posted for somebody who left it is reversed too.
    let people: BTreeMap<i64, chengzhi_kernel::PersonId> = trainees::of_classes(tx, &[id])
        .await?
        .iter()
        .filter_map(|row| Some((row.id, row.person_id?)))
        .collect();
    let ids: Vec<chengzhi_kernel::PersonId> = people.values().copied().collect();
    let elsewhere = elsewhere(tx, case, &ids).await?;
    for (trainee, cells) in &table.rows {
        let done: Vec<Done> = case
            .courses
            .iter()
            .map(|course| {
                let mut lessons = (0, 0);
                for (row, cell) in case.lessons.iter().zip(cells) {
                    if row.lesson.course == course.id && row.lesson.span.until <= ctx.now {
                        lessons.0 += 1;
                        lessons.1 += u32::from(cell.presence.attended(false));
                    }
                }
                Done {
                    course: course.id,
                    title: course.title.clone(),
                    hours: course.hours,
                    credits: course.credits,
                    lessons,
                    evaluated: marks.contains(&(trainee.id, course.id)),
                    counted: trainee
                        .person_id
                        .is_some_and(|person| elsewhere.contains(&(person, plain(&course.title)))),
                }
            })
            .collect();
        let exam = match scores.get(&trainee.id) {
            Some(result) if result.absent => ExamResult::None,
            Some(result) if result.passed => ExamResult::Passed,
            Some(_) => ExamResult::Failed,
            None => ExamResult::None,
        };
        let judged = awards(&done, exam, conditions);
        let mut courses = Vec::new();
        for (course, award) in case.courses.iter().zip(&judged) {
            let earned = award.earned() && case.class.kind.earns();
            if let (true, Some(person)) = (earned, trainee.person_id) {
                due.push(Due {
                    trainee: trainee.id,
                    person,
                    on: last_day(case, course.id, ctx),
                    course: course.clone(),
                });
            }
            courses.push(ClassAwardOut {
                course_id: course.id,
                title: course.title.clone(),
                hours: course.hours,
                credits: course.credits,
                earned,
                lacks: award.lacks.iter().map(|lack| lack.text()).collect(),
                complete: award.complete(),
                posted: posted
                    .iter()
                    .any(|row| row.trainee_id == trainee.id && row.course_id == course.id),
            });
        }
        rows.push(row_out(trainee, courses));
    }
    let matches = |row: &Posted, due: &Due| {
        row.trainee_id == due.trainee
            && row.course_id == due.course.id
            && row.hours == due.course.hours
            && row.credits == due.course.credits
            && row.happened_on == due.on
    };
    let reverse: Vec<Posted> = posted
        .iter()
        .filter(|row| !due.iter().any(|due| matches(row, due)))
        .cloned()
        .collect();
    due.retain(|due| !posted.iter().any(|row| matches(row, due)));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Reckoning {
        out: ClassAwardsOut {
            earns: case.class.kind.earns(),
            clause: case.rules.award_clause(),
            to_post: count(due.len()),
            to_reverse: count(reverse.len()),
            rows,
        },
        post: due,
        reverse,
        people,
    })
}

/// A course's title without marks and spaces: 《行政复议法》 and 行政复议法 are one course.
fn plain(title: &str) -> String {
    title
        .chars()
        .filter(|letter| !letter.is_whitespace() && !"《》“”".contains(*letter))
        .collect()
}

/// Courses that count in these people's year from elsewhere: another class, or a sheet (B-20).
async fn elsewhere(
    tx: &mut Tx,
    case: &Case,
    people: &[chengzhi_kernel::PersonId],
) -> Result<BTreeSet<(chengzhi_kernel::PersonId, String)>, Problem> {
    if !case.class.kind.earns() {
        return Ok(BTreeSet::new());
    }
    let year = case
        .class
        .last_on
        .map_or(case.class.year, |day| chrono::Datelike::year(&day));
    let own = format!("class:{}:", case.class.id);
    Ok(assessment::district_courses(tx, year, people)
        .await?
        .into_iter()
        .filter(|row| !row.source.starts_with(&own))
        .map(|row| (row.person, plain(&row.course)))
        .collect())
}

fn row_out(trainee: &Trainee, courses: Vec<ClassAwardOut>) -> ClassAwardRowOut {
    let earned = courses.iter().filter(|course| course.earned);
    ClassAwardRowOut {
        trainee_id: trainee.id,
        person_id: trainee.person_id.map(chengzhi_kernel::PersonId::get),
        name: trainee.name.clone(),
        unit_name: trainee.unit_name.clone(),
        hours: earned.clone().map(|course| course.hours).sum(),
        credits: earned.map(|course| course.credits).sum(),
        courses,
    }
}

/// The last day of a course: that of its last lesson.
fn last_day(case: &Case, course: i64, ctx: &Ctx) -> Date {
    case.lessons
        .iter()
        .filter(|row| row.lesson.course == course)
        .map(|row| row.lesson.span.from.date())
        .max()
        .unwrap_or(ctx.today)
}

/// Each trainee's courses as they are judged now.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn rows(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
) -> Result<Vec<ClassAwardRowOut>, Problem> {
    Ok(reckon(tx, ctx, case).await?.out.rows)
}

/// Who would get what, and why not.
///
/// # Errors
/// 404 for classes of others; 500 from the engine.
pub async fn preview(ctx: &Ctx, id: i64) -> Result<ClassAwardsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    Ok(reckon(&mut tx, ctx, &case).await?.out)
}

/// Posts what is due to the ledger, and reverses what is no longer due. Doing it twice changes nothing.
///
/// # Errors
/// 404 for classes of others; 409 before the class is over, for a kind that earns nothing, or a closed year.
pub async fn post(ctx: &Ctx, id: i64) -> Result<ClassAwardsOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    settle(&mut tx, ctx, &case, true).await?;
    let after = reckon(&mut tx, ctx, &case).await?.out;
    tx.commit().await?;
    Ok(after)
}

/// Posts and reverses in the caller's transaction. With `asked` a class that cannot be posted is refused; else nothing
/// happens then.
///
/// # Errors
/// As [`post`].
pub(super) async fn settle(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    asked: bool,
) -> Result<(), Problem> {
    if !case.class.kind.earns() {
        return if asked {
            Err(Problem::conflict(
                "class.earns_nothing",
                format!(
                    "{}不计入区局集训学时，只记入培训档案。",
                    case.class.kind.name()
                ),
            ))
        } else {
            Ok(())
        };
    }
    if matches!(
        case.phase,
        Phase::Draft | Phase::Filed | Phase::Running | Phase::Cancelled
    ) {
        return Err(Problem::conflict(
            "class.not_ended",
            "培训班结束后才能记入学时学分。",
        ));
    }
    let reckoned = reckon(tx, ctx, case).await?;
    if reckoned.post.is_empty() && reckoned.reverse.is_empty() {
        return Ok(());
    }
    let closed = assessment::closed_years(tx).await?;
    let year = |on: Date| chrono::Datelike::year(&on);
    let years = reckoned
        .post
        .iter()
        .map(|due| year(due.on))
        .chain(reckoned.reverse.iter().map(|row| year(row.happened_on)));
    if let Some(year) = years.into_iter().find(|year| closed.contains(year)) {
        return Err(Problem::conflict(
            "class.year_closed",
            format!("{year}年已结账，不能再记入或更正该年度的学时。"),
        ));
    }
    let actor = Some(ctx.actor.account_id);
    for row in &reckoned.reverse {
        let Some(person) = reckoned.people.get(&row.trainee_id) else {
            continue;
        };
        let reason = "培训班成绩或考勤更正";
        assessment::reverse_training(tx, actor, ctx.now, *person, &row.source, reason).await?;
        results::reverse_posted(tx, row.trainee_id, row.course_id, reason, ctx.now).await?;
    }
    let source = |due: &Due| format!("class:{}:{}", case.class.id, due.course.id);
    let entries: Vec<TrainingAward> = reckoned
        .post
        .iter()
        .map(|due| TrainingAward {
            person: due.person,
            happened_on: due.on,
            hours: due.course.hours,
            credits: due.course.credits,
            course_name: due.course.title.clone(),
            source: source(due),
        })
        .collect();
    assessment::post_training(tx, actor, ctx.now, &entries).await?;
    let rows: Vec<Posted> = reckoned
        .post
        .iter()
        .map(|due| Posted {
            trainee_id: due.trainee,
            course_id: due.course.id,
            source: source(due),
            happened_on: due.on,
            hours: due.course.hours,
            credits: due.course.credits,
        })
        .collect();
    results::add_posted(tx, &rows, ctx.now).await?;
    words::note_event(tx, ctx, case.class.id, "awarded", None).await?;
    tx.audit(
        ctx.audit("class.award", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"awards": rows.len(), "reversed": reckoned.reverse.len()})),
    );
    Ok(())
}

/// Reverses everything of a class that is given up.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn reverse_all(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    reason: &str,
) -> Result<(), Problem> {
    let posted = results::posted(tx, case.class.id).await?;
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    for row in posted {
        let person = list
            .iter()
            .find(|trainee| trainee.id == row.trainee_id)
            .and_then(|trainee| trainee.person_id);
        if let Some(person) = person {
            let actor = Some(ctx.actor.account_id);
            assessment::reverse_training(tx, actor, ctx.now, person, &row.source, reason).await?;
        }
        results::reverse_posted(tx, row.trainee_id, row.course_id, reason, ctx.now).await?;
    }
    Ok(())
}
