//! A class as sent.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, DueOut, Problem};
use chengzhi_kernel::calendar::DayMark;
use chengzhi_kernel::{Date, Quantity, Timestamp};
use chengzhi_organisation::facade::post_name;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::phase::{Act, may};
use crate::domain::timetable::shortcomings;
use crate::store::{classes, extras, filings, trainees};

use super::case::Case;
use super::filing::{ClassFileByOut, ClassFilingOut, file_by, filing_out};
use super::filing_verdict::{ClassFilingVerdictOut, verdict};
use super::results::pass_line;

/// A day of a working-day strip.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassDayOut {
    /// Day.
    pub date: Date,
    /// Counted as a working day.
    pub counted: bool,
    /// Why, or why not.
    pub reason: String,
}

impl ClassDayOut {
    /// A day as sent.
    #[must_use]
    pub fn of(mark: &DayMark) -> Self {
        ClassDayOut {
            date: mark.date,
            counted: mark.counted.is_some(),
            reason: mark.kind.reason_cn(),
        }
    }
}

/// A course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCourseOut {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// What is done in it.
    pub subject: String,
    /// Its word.
    pub subject_name: String,
    /// Required topic that it covers.
    pub topic: Option<String>,
    /// Hours.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits.
    #[schema(value_type = f64)]
    pub credits: Quantity,
}

/// A lesson.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassLessonOut {
    /// Row id.
    pub id: i64,
    /// Course.
    pub course_id: i64,
    /// Its title.
    pub course_title: String,
    /// Begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Ends.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Whole minutes.
    pub minutes: i64,
    /// Instructor of the register.
    pub instructor_id: Option<i64>,
    /// Instructor.
    pub instructor: String,
    /// Place of the register.
    pub place_id: Option<i64>,
    /// Place.
    pub place: String,
    /// Latitude in millionths of a degree.
    pub lat_micro: Option<i64>,
    /// Longitude in millionths of a degree.
    pub lon_micro: Option<i64>,
    /// Stable name in calendars.
    pub uid: String,
}

/// Something a programme falls short of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassShortcomingOut {
    /// Code.
    pub code: String,
    /// Sentence.
    pub text: String,
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassEventOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What, as a code.
    pub event: String,
    /// Its word.
    pub event_name: String,
    /// More of it.
    pub note: Option<String>,
}

/// A class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOut {
    /// Row id.
    pub id: i64,
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Year.
    pub year: i32,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Programme of the plan.
    pub programme_id: Option<i64>,
    /// Batch.
    pub batch: u32,
    /// Title.
    pub title: String,
    /// For whom.
    pub audience: String,
    /// Codes of posts.
    pub audience_posts: Vec<String>,
    /// Their words.
    pub audience_post_names: String,
    /// What is taught.
    pub content: String,
    /// Responsible section.
    pub section: String,
    /// How it is held.
    pub form: String,
    /// Partner bodies.
    pub partners: String,
    /// Why it is held apart.
    pub reason: String,
    /// Where.
    pub place: String,
    /// 班主任 in the roster.
    pub teacher_id: Option<i64>,
    /// 班主任.
    pub teacher_name: String,
    /// Telephone.
    pub phone: String,
    /// Seats.
    pub capacity: Option<u32>,
    /// Has an exam.
    pub has_exam: bool,
    /// Asks for evaluation.
    pub evaluates: bool,
    /// Asks for sign-out.
    pub sign_out: bool,
    /// Closes with a summary.
    pub wants_summary: bool,
    /// Points from which the exam is passed.
    #[schema(value_type = Option<f64>)]
    pub pass_score: Option<Quantity>,
    /// Points to pass that apply: those of the class, else the usual ones.
    #[schema(value_type = f64)]
    pub pass_line: Quantity,
    /// Where it stands.
    pub phase: String,
    /// Its word.
    pub phase_name: String,
    /// First day.
    pub first_on: Option<Date>,
    /// Last day.
    pub last_on: Option<Date>,
    /// Hours of all courses.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits of all courses.
    #[schema(value_type = f64)]
    pub credits: Quantity,
    /// Courses in order.
    pub courses: Vec<ClassCourseOut>,
    /// Lessons in time.
    pub lessons: Vec<ClassLessonOut>,
    /// What the programme falls short of: shown, never refused.
    pub shortcomings: Vec<ClassShortcomingOut>,
    /// Topics of the year that the closed training must contain.
    pub topics: Vec<String>,
    /// When it must be filed.
    pub file_by: Option<ClassFileByOut>,
    /// When its closing is due.
    pub close_by: Option<DueOut>,
    /// Filings, oldest first.
    pub filings: Vec<ClassFilingOut>,
    /// Whether it was told in time; none before the filing and for a kind that is not filed.
    pub filing_verdict: Option<ClassFilingVerdictOut>,
    /// History, oldest first.
    pub events: Vec<ClassEventOut>,
    /// On the list, sitting.
    pub enrolled: u32,
    /// On the waiting list.
    pub waiting: u32,
    /// Why it is a sample of its year; none when it is not.
    pub sample: Option<String>,
    /// What the caller may do now.
    pub may: Vec<String>,
    /// Version.
    pub version: i64,
}

fn event_name(event: &str) -> &'static str {
    match event {
        "created" => "建立",
        "filed" => "报备",
        "changed" => "变更",
        "cancelled" => "取消",
        "noted" => "已阅",
        "commented" => "提出意见",
        "returned" => "退回修改",
        "closing_submitted" => "提交结项",
        "closing_returned" => "退回补正",
        "closed" => "结项",
        "awarded" => "记入学时",
        _ => "办理",
    }
}

/// A class as the caller reads it.
///
/// # Errors
/// 404 outside the scope; 409 without rules; 500 from the engine.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    class_out(&mut tx, ctx, case).await
}

/// When the closing of a class is due; none without days or for a kind that closes without materials.
///
/// # Errors
/// 409 when a needed calendar year is not published.
pub fn close_by(ctx: &Ctx, case: &Case) -> Result<Option<DueOut>, Problem> {
    let Some(last) = case
        .class
        .last_on
        .filter(|_| case.class.kind.is_closed_with_materials())
    else {
        return Ok(None);
    };
    let found = case.rules.close_by(last)?;
    Ok(found.map(|(due, clause)| case.rules.due(&due, ctx.now, clause)))
}

/// A class as sent.
///
/// # Errors
/// 409 when a needed calendar year is not published; 500 from the engine.
pub(super) async fn class_out(tx: &mut Tx, ctx: &Ctx, case: Case) -> Result<ClassOut, Problem> {
    let filed = filings::of_classes(tx, &[case.class.id]).await?;
    let sample = extras::samples(tx, &[case.class.id])
        .await?
        .remove(&case.class.id);
    let history = classes::events(tx, case.class.id).await?;
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    let wanted = case.rules.wanted(&case.class);
    let lacking = shortcomings(
        &case.courses,
        &case.plain_lessons(),
        &wanted,
        case.rules.minutes_per_hour(),
    );
    let runs = case.is_run_by(ctx);
    let reviews = ctx.actor.may(Permission::ClassReview);
    let acts = Act::ALL
        .iter()
        .filter(|act| match act {
            Act::ReturnClosing | Act::Close => reviews,
            _ => runs,
        })
        .filter(|act| may(case.phase, **act).is_ok())
        .map(|act| act.code().to_owned())
        .collect();
    let file_by = file_by(ctx, &case)?;
    let close_by = close_by(ctx, &case)?;
    let pass_line = pass_line(&case.class);
    let class = case.class;
    let names: Vec<&str> = class
        .audience_posts
        .iter()
        .filter_map(|code| post_name(code))
        .collect();
    let seated = |waiting: bool| {
        let seats = list.iter().filter(|row| {
            if waiting {
                row.seat == crate::domain::enrol::Seat::Waiting
            } else {
                row.seat.sits()
            }
        });
        u32::try_from(seats.count()).unwrap_or(u32::MAX)
    };
    Ok(ClassOut {
        id: class.id,
        unit_id: class.unit_id.get(),
        unit_name: case.tree.name(class.unit_id).to_owned(),
        year: class.year,
        kind: class.kind.code().to_owned(),
        kind_name: class.kind.name().to_owned(),
        programme_id: class.programme_id,
        batch: class.batch,
        audience_post_names: names.join("、"),
        title: class.title,
        audience: class.audience,
        audience_posts: class.audience_posts,
        content: class.content,
        section: class.section,
        form: class.form,
        partners: class.partners,
        reason: class.reason,
        place: class.place,
        teacher_id: class.teacher_id.map(chengzhi_kernel::PersonId::get),
        teacher_name: class.teacher_name,
        phone: class.phone,
        capacity: class.capacity,
        has_exam: class.has_exam,
        evaluates: class.evaluates,
        sign_out: class.sign_out,
        wants_summary: class.wants_summary,
        pass_score: class.pass_score,
        pass_line,
        phase: case.phase.code().to_owned(),
        phase_name: case.phase.name().to_owned(),
        first_on: class.first_on,
        last_on: class.last_on,
        hours: case.courses.iter().map(|course| course.hours).sum(),
        credits: case.courses.iter().map(|course| course.credits).sum(),
        lessons: case
            .lessons
            .iter()
            .map(|row| ClassLessonOut {
                id: row.lesson.id,
                course_id: row.lesson.course,
                course_title: case
                    .courses
                    .iter()
                    .find(|course| course.id == row.lesson.course)
                    .map(|course| course.title.clone())
                    .unwrap_or_default(),
                from: row.lesson.span.from,
                until: row.lesson.span.until,
                minutes: row.lesson.span.minutes(),
                instructor_id: row.lesson.instructor,
                instructor: row.instructor.clone(),
                place_id: row.lesson.place,
                place: row.place.clone(),
                lat_micro: row.position.map(|at| at.0),
                lon_micro: row.position.map(|at| at.1),
                uid: row.uid.clone(),
            })
            .collect(),
        courses: case
            .courses
            .into_iter()
            .map(|course| ClassCourseOut {
                id: course.id,
                title: course.title,
                subject: course.subject.code().to_owned(),
                subject_name: course.subject.name().to_owned(),
                topic: course.topic,
                hours: course.hours,
                credits: course.credits,
            })
            .collect(),
        shortcomings: lacking
            .iter()
            .map(|one| ClassShortcomingOut {
                code: one.code().to_owned(),
                text: one.text(),
            })
            .collect(),
        topics: wanted.topics,
        file_by,
        close_by,
        filing_verdict: verdict(&filed, class.first_on),
        filings: filed
            .into_iter()
            .map(|row| filing_out(ctx, &case.tree, row))
            .collect(),
        events: history
            .into_iter()
            .map(|line| ClassEventOut {
                at: line.at,
                by: line.by_name,
                event_name: event_name(&line.event).to_owned(),
                event: line.event,
                note: line.note,
            })
            .collect(),
        enrolled: seated(false),
        waiting: seated(true),
        sample,
        may: acts,
        version: class.version,
    })
}
