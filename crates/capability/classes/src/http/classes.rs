//! Classes: made, changed, filed, cancelled.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{PersonId, Quantity, Timestamp, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::class_list::{ClassRowOut, Filter, list};
use crate::usecase::class_out::{ClassOut, view};
use crate::usecase::conflicts::{ClassConflictsOut, conflicts};
use crate::usecase::filing::{self, ClassOpenFilingOut};
use crate::usecase::programme::{self, CourseInput};
use crate::usecase::save::{self, ClassInput, Origin};
use crate::usecase::timetable::{self, LessonInput};
use crate::usecase::words::year_of;

use super::plans::ClassReasonIn;

/// Which classes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ClassesQuery {
    /// This year unless said.
    year: Option<i32>,
    /// Only of this kind.
    kind: Option<String>,
    /// Only in this phase; `closed` is the archive.
    phase: Option<String>,
    /// Only of this bureau.
    unit: Option<i64>,
}

/// Classes of a year; with phase `closed` the year's archive.
#[utoipa::path(get, path = "/classes", tag = "classes", params(ClassesQuery), responses(
    (status = 200, body = Vec<ClassRowOut>),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_classes(
    allow: Allow<need::ClassRead>,
    Query(query): Query<ClassesQuery>,
) -> Result<Json<Vec<ClassRowOut>>, Problem> {
    let filter = Filter {
        year: year_of(query.year, allow.ctx.now)?,
        kind: query.kind,
        phase: query.phase,
        unit: query.unit,
    };
    Ok(Json(list(&allow.ctx, &allow.scope, filter).await?))
}

/// What a class is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassFieldsIn {
    #[serde(default)]
    title: String,
    #[serde(default)]
    audience: String,
    #[serde(default)]
    audience_posts: Vec<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    section: String,
    #[serde(default)]
    form: String,
    #[serde(default)]
    partners: String,
    /// Why a fitness test is held apart.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    place: String,
    teacher_id: Option<i64>,
    #[serde(default)]
    teacher_name: String,
    #[serde(default)]
    phone: String,
    capacity: Option<u32>,
    #[serde(default)]
    has_exam: bool,
    #[serde(default)]
    evaluates: bool,
    #[serde(default)]
    sign_out: bool,
    #[serde(default)]
    wants_summary: bool,
    #[schema(value_type = Option<f64>)]
    pass_score: Option<Quantity>,
}

impl ClassFieldsIn {
    fn input(self) -> ClassInput {
        ClassInput {
            title: self.title,
            audience: self.audience,
            audience_posts: self.audience_posts,
            content: self.content,
            section: self.section,
            form: self.form,
            partners: self.partners,
            reason: self.reason,
            place: self.place,
            teacher: self.teacher_id.map(PersonId::from),
            teacher_name: self.teacher_name,
            phone: self.phone,
            capacity: self.capacity,
            has_exam: self.has_exam,
            evaluates: self.evaluates,
            sign_out: self.sign_out,
            wants_summary: self.wants_summary,
            pass_score: self.pass_score,
        }
    }
}

/// A new class.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassIn {
    /// Bureau.
    unit_id: i64,
    year: i32,
    /// Kind; not needed with a programme.
    #[serde(default)]
    kind: String,
    /// Programme of the plan; empty fields are taken from it.
    programme_id: Option<i64>,
    #[serde(flatten)]
    fields: ClassFieldsIn,
}

/// Makes a class as the next batch.
#[utoipa::path(post, path = "/classes", tag = "classes", request_body = ClassIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_class(
    allow: Allow<need::ClassManage>,
    Json(body): Json<ClassIn>,
) -> Result<Json<ClassOut>, Problem> {
    let origin = Origin {
        unit: UnitId::from(body.unit_id),
        year: body.year,
        kind: body.kind,
        programme: body.programme_id,
    };
    let id = save::create(&allow.ctx, origin, body.fields.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Reads a class.
#[utoipa::path(get, path = "/classes/{id}", tag = "classes", responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A changed class.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassChangeIn {
    version: i64,
    #[serde(flatten)]
    fields: ClassFieldsIn,
}

/// Changes what a class is.
#[utoipa::path(put, path = "/classes/{id}", tag = "classes", request_body = ClassChangeIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_class(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassChangeIn>,
) -> Result<Json<ClassOut>, Problem> {
    save::change(&allow.ctx, id, body.version, body.fields.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A course.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassCourseIn {
    id: Option<i64>,
    title: String,
    subject: String,
    #[serde(default)]
    topic: String,
    #[schema(value_type = f64)]
    hours: Quantity,
    #[schema(value_type = f64)]
    credits: Quantity,
}

/// The whole programme of a class.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassCoursesIn {
    version: i64,
    courses: Vec<ClassCourseIn>,
}

/// Saves the whole programme of a class.
#[utoipa::path(put, path = "/classes/{id}/courses", tag = "classes", request_body = ClassCoursesIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_courses(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassCoursesIn>,
) -> Result<Json<ClassOut>, Problem> {
    let courses = body
        .courses
        .into_iter()
        .map(|course| CourseInput {
            id: course.id,
            title: course.title,
            subject: course.subject,
            topic: course.topic,
            hours: course.hours,
            credits: course.credits,
        })
        .collect();
    programme::save(&allow.ctx, id, body.version, courses).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A lesson.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLessonIn {
    id: Option<i64>,
    course_id: i64,
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    instructor_id: Option<i64>,
    #[serde(default)]
    instructor: String,
    place_id: Option<i64>,
    #[serde(default)]
    place: String,
    /// Latitude in millionths of a degree.
    lat_micro: Option<i64>,
    /// Longitude in millionths of a degree.
    lon_micro: Option<i64>,
}

/// The whole timetable of a class.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassLessonsIn {
    version: i64,
    lessons: Vec<ClassLessonIn>,
}

/// Saves the whole timetable of a class.
#[utoipa::path(put, path = "/classes/{id}/lessons", tag = "classes", request_body = ClassLessonsIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_class_lessons(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassLessonsIn>,
) -> Result<Json<ClassOut>, Problem> {
    let lessons = body
        .lessons
        .into_iter()
        .map(|lesson| LessonInput {
            id: lesson.id,
            course: lesson.course_id,
            from: lesson.from,
            until: lesson.until,
            instructor_id: lesson.instructor_id,
            instructor: lesson.instructor,
            place_id: lesson.place_id,
            place: lesson.place,
            position: lesson.lat_micro.zip(lesson.lon_micro),
        })
        .collect();
    timetable::save(&allow.ctx, id, body.version, lessons).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Clashes of a timetable, and a suggestion that solves them.
#[utoipa::path(get, path = "/classes/{id}/conflicts", tag = "classes", responses(
    (status = 200, body = ClassConflictsOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_class_conflicts(
    allow: Allow<need::ClassRead>,
    Path(id): Path<i64>,
) -> Result<Json<ClassConflictsOut>, Problem> {
    Ok(Json(conflicts(&allow.ctx, &allow.scope, id).await?))
}

/// From which version something is done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassVersionIn {
    /// `version` as read.
    pub(super) version: i64,
}

/// Files a class, late or not.
#[utoipa::path(post, path = "/classes/{id}/file", tag = "classes", request_body = ClassVersionIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn file_class(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassVersionIn>,
) -> Result<Json<ClassOut>, Problem> {
    filing::file(&allow.ctx, id, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Gives a class up.
#[utoipa::path(post, path = "/classes/{id}/cancel", tag = "classes", request_body = ClassReasonIn, responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn cancel_class(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassReasonIn>,
) -> Result<Json<ClassOut>, Problem> {
    filing::cancel(&allow.ctx, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Filings that wait for an answer.
#[utoipa::path(get, path = "/classes/filings", tag = "classes", responses(
    (status = 200, body = Vec<ClassOpenFilingOut>),
))]
pub(super) async fn list_class_filings(
    allow: Allow<need::ClassReview>,
) -> Result<Json<Vec<ClassOpenFilingOut>>, Problem> {
    Ok(Json(filing::open_filings(&allow.ctx, &allow.scope).await?))
}

/// What the upper level says of a filing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassAnswerIn {
    /// `noted`, `commented`, `returned`.
    answer: String,
    #[serde(default)]
    text: String,
}

/// Answers a filing.
#[utoipa::path(post, path = "/classes/{id}/filings/{filing_id}/answer", tag = "classes", request_body = ClassAnswerIn,
    responses(
    (status = 200, body = ClassOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn answer_class_filing(
    allow: Allow<need::ClassReview>,
    Path((id, filing)): Path<(i64, i64)>,
    Json(body): Json<ClassAnswerIn>,
) -> Result<Json<ClassOut>, Problem> {
    filing::answer(
        &allow.ctx,
        &allow.scope,
        id,
        filing,
        &body.answer,
        &body.text,
    )
    .await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}
